"""The writer that needs no model: one kind of node per file, node to candidate pairs."""
