"""From a verified manifest to a tuned model, with proof at every step."""
