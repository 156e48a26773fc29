"""Documents in, grounded Korean question-answer candidates out."""
