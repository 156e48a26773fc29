"""Two releases of a dataset: what an earlier one binds, and what changed since."""
