"""Tables of phrases, looked for in many texts at little cost: one scan for plain words before any pattern is tried."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """What says that a text is of a kind; every match of `pattern` holds one of the plain `words`."""

    kind: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    example: str


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """Rows in the order they are asked, and all their words in one pattern."""

    rows: tuple[Phrase, ...]
    screen: re.Pattern[str]

    def matches(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """Each match with its kind, row by row."""
        if self.screen.search(text):
            for row in self.rows:
                if any(word in text for word in row.words):
                    for found in row.pattern.finditer(text):
                        yield row.kind, found


def phrase_table(rows: Sequence[tuple[str, str, str, str]]) -> PhraseTable:
    """A table of (kind, words parted by `|`, pattern, example)."""
    phrases = tuple(Phrase(kind, tuple(words.split("|")), re.compile(made), shown) for kind, words, made, shown in rows)
    words = sorted({word for one in phrases for word in one.words})
    return PhraseTable(phrases, re.compile("|".join(map(re.escape, words))))
