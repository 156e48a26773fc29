"""The last guard of a near repeat: both texts say it with the same content morphemes."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

# Content morphemes of each text, same order: Kiwi, or in a test a plain function.
Analyse = Callable[[Sequence[str]], list[list[str]]]

_NO_LETTER = re.compile(r"[\W_]+")


def remembering(analyse: Analyse) -> Analyse:
    """The same, but asked for each text once."""
    known: dict[str, list[str]] = {}

    def ask(texts: Sequence[str]) -> list[list[str]]:
        unknown = sorted(set(texts) - known.keys())
        known.update(zip(unknown, analyse(unknown), strict=True))
        return [known[text] for text in texts]

    return ask


def same_content(pairs: Sequence[tuple[str, str]], analyse: Analyse) -> list[bool]:
    """Whether the two texts of each pair have the same multiset of content morphemes, same order.

    Kiwi is the slowest step of all, so it reads only words that stand on one side alone, each once, and none where a
    word has no like on the other side: 담당자가 and 담당자는 may be one noun, 고객 and 거래처 are not. Where that is
    too short a look it keeps both rows (돕고 and 도와 are told apart).
    """
    own_words = [_own_words(left, right) for left, right in pairs]
    alike = [_begins_in(mine, others) and _begins_in(others, mine) for mine, others in own_words]
    asked = sorted(
        {word for sides, may in zip(own_words, alike, strict=True) if may for side in sides for word in side}
    )
    found = dict(zip(asked, analyse(asked), strict=True))

    def content(words: Counter[str]) -> Counter[str]:
        return Counter(morpheme for word in words.elements() for morpheme in found[word])

    return [may and content(mine) == content(others) for (mine, others), may in zip(own_words, alike, strict=True)]


def _own_words(left: str, right: str) -> tuple[Counter[str], Counter[str]]:
    """The words of each text that the other has not, or not as often."""
    mine, others = (Counter(_NO_LETTER.sub(" ", text).lower().split()) for text in (left, right))
    return mine - others, others - mine


def _begins_in(words: Counter[str], others: Counter[str]) -> bool:
    """Whether each word begins like something there."""
    there = "".join(others)
    return all(word[0] in there for word in words)
