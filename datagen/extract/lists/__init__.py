"""Lists: what a class holds, from its members or the line that leads them in."""
