"""Texts mended where the recipe says so, every change in an audit against the original."""
