"""Lists of steps: what they achieve, how each step is told, what comes first, next and last."""
