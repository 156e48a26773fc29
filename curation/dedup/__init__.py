"""Repeats: exact, near and verified, with guards."""
