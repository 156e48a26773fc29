"""One format per file, each to a Document."""
