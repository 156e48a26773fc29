"""How much of an answer says again what it said: sentences, words and syllables in a loop."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import groupby

from curation.korean.units import mask_code, message_units

_SENTENCE = re.compile(r"[^.!?。\n]+")
_NOT_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"\S+")
# Said twice in a row for warmth or by the way (괜찮아요. 괜찮아요.); a longer sentence repeats at its second time.
_SHORT_LETTERS = 10
_MOST_OF = 0.8  # of a sentence that only adds a word to one before: 그리고 …
_LATELY = 8  # sentences back that one may add to
_LOOP_TIMES = 3  # a phrase; a single word or syllable must come once more (아주 아주 아주 먼 옛날)
_LOOP_WORDS = 40  # the longest phrase that is looked for in a loop
_LONG_WORD = 8  # characters; words of fewer are no loop of syllables
# Laughter, numbers and rules (ㅋㅋㅋㅋ, 0000, ----) are drawn out, but no loop.
_SYLLABLE_LOOP = re.compile(r"(?P<unit>[^\W\d_ㄱ-ㅣ]\S{0,11}?)(?P=unit){3,}")


def repetition_shares(answers: Sequence[Sequence[str]]) -> list[float]:
    """The share of the letters and digits of each answer's turns that repeat, same order, 0..1.

    The first time is no repetition, nor is another turn's. Code, tables and quoted lines never repeat.
    """
    return [_share(turns) if any(map(_may_repeat, turns)) else 0.0 for turns in answers]


def _may_repeat(text: str) -> bool:
    """A quick look: no text that repeats is passed over, but for phrases of fewer than four words in all."""
    words = text.split()
    if len(set(zip(words, words[1:], words[2:], words[3:], strict=False))) < len(words) - 3:
        return True
    sentences = text.replace("\n", ". ").split(". ")
    return len(set(sentences)) < len(sentences) or any(
        len(word) >= _LONG_WORD and 3 * len(set(word)) <= len(word) for word in words
    )


def _share(turns: Sequence[str]) -> float:
    said = again = 0
    for text in turns:
        repeated = {place for start, end in _repeats(text) for place in range(start, end)}
        said += sum(map(str.isalnum, text))
        again += sum(text[place].isalnum() for place in repeated)
    return again / said if said else 0.0


def _repeats(text: str) -> Iterator[tuple[int, int]]:
    """Spans that say again what stands before them; they may overlap."""
    masked = mask_code(text)
    prose = [(unit.start, unit.end) for unit in message_units(text, masked) if unit.is_prose and not unit.is_quoted]
    yield from _repeated_sentences(masked, prose)
    words = [found.span() for start, end in prose for found in _WORD.finditer(masked, start, end)]
    yield from _looping_phrases(masked, words)
    for start, end in words:
        if end - start >= _LONG_WORD:
            for found in _SYLLABLE_LOOP.finditer(masked, start, end):
                yield found.start() + len(found["unit"]), found.end()


def _repeated_sentences(text: str, prose: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    spans = [found.span() for start, end in prose for found in _SENTENCE.finditer(text, start, end)]
    letters = [_NOT_LETTERS.sub("", text[start:end]) for start, end in spans]
    times = Counter(letters)
    seen = set[str]()
    lately = deque[str](maxlen=_LATELY)
    for span, said in zip(spans, letters, strict=True):
        if len(said) < _SHORT_LETTERS:
            is_again = said in seen and times[said] >= _LOOP_TIMES
        else:
            is_again = said in seen or any(len(old) >= _MOST_OF * len(said) and old in said for old in lately)
            lately.append(said)
        if is_again:
            yield span
        elif said:
            seen.add(said)


def _looping_phrases(text: str, words: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Phrases that follow upon themselves, from their second time on."""
    said = [text[start:end] for start, end in words]
    for length in range(1, min(_LOOP_WORDS, len(said) // _LOOP_TIMES) + 1):
        times = _LOOP_TIMES + (length == 1)
        same = [one == other for one, other in zip(said, said[length:], strict=False)]
        place = 0
        for is_same, run in groupby(same):
            count = len(list(run))
            if is_same and count >= length * (times - 1) and any(map(str.isalpha, said[place])):
                yield words[place + length][0], words[place + length + count - 1][1]
            place += count
