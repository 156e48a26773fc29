"""Recipes of `python -m curation run`: what is judged, and how strictly."""
