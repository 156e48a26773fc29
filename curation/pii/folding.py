"""Other ways to write a digit, a hyphen or a space, read as the plain one; the text keeps its length."""

_LIKE = {
    "-": "‐‑‒–—−─﹣",
    ".": "·∙•・ㆍ‧",
    " ": "\u00a0\u2002\u2003\u2009\u202f\u3000",
}

# ０１０－１２３４－５６７８ is typed in the full-width forms U+FF01…U+FF5E.
FOLDS: dict[int, str] = {full: chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)}
FOLDS |= {ord(other): plain for plain, others in _LIKE.items() for other in others}


def folded(text: str) -> str:
    """The text with such characters made plain, one for one, so that offsets hold in both."""
    return text.translate(FOLDS)
