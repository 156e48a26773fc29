"""Facts about one text or one exchange, a file each; they depend on no threshold, and `curation/tags.py` joins them."""
