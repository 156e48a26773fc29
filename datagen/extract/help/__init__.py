"""Help pages: questions the source asks itself, and what to do where something goes wrong."""
