"""Korean itself: Hangul, morphemes, josa, speech levels, conversion; imports nothing else of ours."""
