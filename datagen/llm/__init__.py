"""The writer on a language model: plans, prompts, strict answers, the journal, pace, and the road through them."""
