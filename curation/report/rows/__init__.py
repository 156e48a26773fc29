"""The rows that the page shows and carries: chosen, read, cut to its room."""
