"""What the leak key is made of, how units are dealt, and what is counted of evaluation sets."""
