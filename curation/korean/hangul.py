"""Hangul letters: normal form with an offset map, syllables, invisible marks, drawn-out laughter."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
FINAL_RIEUL = 8  # index of ㄹ among the 28 finals (Unicode 15, section 3.12)
FINAL_MIEUM = 16  # index of ㅁ
FINAL_BIEUP = 17  # index of ㅂ


def normalise(text: str) -> str:
    """NFC, line ends as `\\n`, no byte order mark: the one form in which offsets are counted."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def is_syllable(char: str) -> bool:
    """Whether a character is a precomposed syllable (가 … 힣)."""
    return _FIRST <= ord(char) <= _LAST


def final_consonant(syllable: str) -> int:
    """Index of a syllable's final consonant (받침), 0 where it has none: 재 → 0, 물 → 8, 값 → 18."""
    return (ord(syllable) - _FIRST) % _FINALS


def has_hangul(text: str) -> bool:
    """Whether a text holds a precomposed syllable; a lone jamo (ㅋㅋ) is none."""
    return any(map(is_syllable, text))


@dataclass(frozen=True, slots=True)
class Normalised:
    """A changed text and where it came from: the source of `text[i]` begins at `offsets[i]`.

    `offsets` never falls and has len(text) + 1 entries, the last being the original's length. Characters written
    from one piece of the original share its offset; what was left out belongs to the character before it.
    """

    text: str
    offsets: Sequence[int]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the original behind `text[start:end]`, whole pieces only."""
        if start < end:
            while end < len(self.text) and self.offsets[end] == self.offsets[end - 1]:
                end += 1
        return self.offsets[start], self.offsets[end]

    def then(self, later: "Normalised") -> "Normalised":
        """A second change, made to this text, with offsets into this one's original."""
        if isinstance(self.offsets, range):  # nothing had changed: the offsets are already right
            return later
        return Normalised(later.text, [self.offsets[at] for at in later.offsets])


def rewrite(text: str, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> Normalised:
    """The text with each match replaced; a text without a change costs one search and no list."""
    pieces, offsets, at = list[str](), list[int](), 0
    for found in pattern.finditer(text):
        new = replacement(found)
        if new != found[0]:
            pieces += text[at : found.start()], new
            offsets += [*range(at, found.start()), *[found.start()] * len(new)]
            at = found.end()
    if not at:
        return Normalised(text, range(len(text) + 1))
    return Normalised("".join(pieces) + text[at:], [*offsets, *range(at, len(text) + 1)])


_LINE_END = re.compile("\\A\ufeff|\r\n?")


def normalise_with_offsets(texts: Sequence[str]) -> list[Normalised]:
    """`normalise(text)` with its offset map, same order."""
    unified = [rewrite(text, _LINE_END, lambda found: "\n" if found[0][0] == "\r" else "") for text in texts]
    return [step.then(_composed(step.text)) for step in unified]


def _composed(text: str) -> Normalised:
    if unicodedata.is_normalized("NFC", text):
        return Normalised(text, range(len(text) + 1))
    pieces, offsets = list[str](), list[int]()
    for start, end in _composable(text):
        old, new = text[start:end], unicodedata.normalize("NFC", text[start:end])
        pieces.append(new)
        offsets += range(start, end) if new == old else [start] * len(new)
    return Normalised("".join(pieces), [*offsets, len(text)])


def _composable(text: str) -> Iterator[tuple[int, int]]:
    """Spans that compose on their own: a starter and all that may join it or change places (UAX #15, section 9)."""
    start = 0
    for at in range(1, len(text)):
        if _begins_anew(text[start:at], text[at]):
            yield start, at
            start = at
    if text:
        yield start, len(text)


def _begins_anew(before: str, char: str) -> bool:
    if char < "\u0300" or is_syllable(char):
        return True
    if unicodedata.combining(unicodedata.normalize("NFD", char)[0]):
        return False
    apart = unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", char)
    return unicodedata.normalize("NFC", before + char) == apart


# Name, characters, what takes their place. Control characters are not here: mojibake is read from them.
_MARKS = (
    ("zero_width", "\u034f\u180e\u200b\u2060-\u2064\ufeff", ""),  # 재고<200b>실사; a byte order mark inside a text
    ("joiner", "\u200c\u200d", ""),
    ("soft_hyphen", "\u00ad", ""),
    ("bidi", "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069", ""),
    ("jamo_filler", "\u115f\u1160", ""),
    ("variation_selector", "\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef", ""),
    ("tag", "\U000e0000-\U000e007f", ""),  # can hide a whole sentence from the reader
    ("blank_letter", "\u3164\uffa0\u2800", " "),  # drawn as wide as a letter: 홍<3164>길동 are two words
    ("space", "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000", " "),
    ("line_separator", "\u2028\u2029", "\n"),
)
_PUT = {name: put for name, _, put in _MARKS}
_ANY_MARK = re.compile(f"[{''.join(chars for _, chars, _ in _MARKS)}]")
_EMOJI = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23fa\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
# Marks that are part of what is seen: flags of regions, joined and coloured emoji, keycaps, Arabic and Indic joiners.
_SEEN = (
    "\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f",
    f"{_EMOJI}[\ufe0e\ufe0f]?(?:\u200d{_EMOJI}\ufe0f?)*",
    "[0-9#*]\ufe0f\u20e3",
    "[\u0600-\u109f\u1780-\u17ff][\u200c\u200d]",
)
_SEEN_OR_MARK = re.compile("|".join((*_SEEN, *(f"(?P<{name}>[{chars}])" for name, chars, _ in _MARKS))))


def count_invisible(texts: Sequence[str]) -> list[Counter[str]]:
    """How many marks of each kind `remove_invisible` would replace in each text, same order."""
    return [
        Counter(found.lastgroup for found in _SEEN_OR_MARK.finditer(text) if found.lastgroup)
        if _ANY_MARK.search(text)
        else Counter()
        for text in texts
    ]


def remove_invisible(texts: Sequence[str]) -> list[Normalised]:
    """Texts in normal form without invisible marks, odd spaces as a space, same order; emoji stay as they are.

    Mojibake must be repaired first: there U+00AD and U+00A0 are bytes of a broken syllable.
    """
    shown = [
        rewrite(text, _SEEN_OR_MARK, lambda found: _PUT[found.lastgroup] if found.lastgroup else found[0])
        if _ANY_MARK.search(text)
        else Normalised(text, range(len(text) + 1))
        for text in texts
    ]
    normal = normalise_with_offsets([step.text for step in shown])
    return [first.then(second) for first, second in zip(shown, normal, strict=True)]


def reduce_laughter(texts: Sequence[str], keep: int = 2) -> list[str]:
    """ㅋㅋㅋㅋ, ㅠㅜㅠㅜ and !!!! cut to `keep` characters, same order; no syllable, digit or Latin letter goes.

    Left alone: an ellipsis, rules (---), marks that open a line (Markdown's ~~~ and !!!) or stand before a letter
    or digit (a wildcard: 구역 A-???1). Raises ValueError where `keep` is below 1.
    """
    if keep < 1:
        raise ValueError(f"keep is {keep}; at least one character of a laugh stays")
    more = f"{{{keep},}}"
    drawn_out = re.compile(
        r"(?P<opening>^[ \t>]*[!?~]+)"  # ~~~python
        rf"|[ㅠㅜ][ㅠㅜ]{more}"  # 늦었어ㅠㅜㅠㅜ
        rf"|(?P<jamo>[\u1100-\u1112ㄱ-ㅣ])(?P=jamo){more}"  # 네ㅋㅋㅋㅋ, and ᄏᄏᄏ as a Mac types it
        rf"|(?P<mark>[!?~！？～])(?P=mark){more}(?!(?P=mark)|[A-Za-z0-9_*])",  # 정말요???
        re.MULTILINE,
    )
    return [drawn_out.sub(lambda found: found[0] if found["opening"] else found[0][:keep], text) for text in texts]
