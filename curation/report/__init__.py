"""The page on which a reader trusts, or refuses, a dataset."""
