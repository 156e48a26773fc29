"""A corpus of Korean questions and answers with planted repeats, out of the sentences of some documents."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_SENTENCE = re.compile(r"(?<=[다요]\.)\s+|\n+")
_MARKUP = re.compile(r"^[\s#>*\-|\d.]+|[`*\[\]|<>]|\(http[^)]*\)")
_ENDINGS = (("합니다", "해요"), ("됩니다", "돼요"), ("있습니다", "있어요"), ("입니다", "이에요"), ("습니다", "어요"))
# How often each is planted, in percent of what is planted (docs: facts on dedup, §7), and whether its twin must stay.
CLASSES = {
    "exact": (9, False),
    "spacing": (7, False),
    "josa": (8, False),
    "words": (40, True),
    "appended": (11, True),
    "ending": (9, True),
    "same_answer": (8, True),
    "numbers": (8, True),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and of a planted one what it was made from and how."""

    question: str
    answer: str
    origin: int | None = None
    planted: str | None = None


def read_sentences(folder: Path) -> list[str]:
    """The Korean sentences of a folder's Markdown files, of 15 to 200 characters, each once."""
    found: dict[str, None] = {}
    for path in sorted(folder.rglob("*.md")):
        for part in _SENTENCE.split(path.read_text(encoding="utf-8")):
            sentence = " ".join(_MARKUP.sub(" ", part).split())
            if 15 <= len(sentence) <= 200 and re.search(r"[가-힣]{2}.*[다요]\.$", sentence):
                found[sentence] = None
    return list(found)


def plant(sentences: list[str], rows: int, *, seed: int, mean_chars: int = 385, share: float = 0.2) -> list[Row]:
    """`rows` rows, shuffled: `share` of them made from another row, the rest of sentences drawn at random.

    Answers have log-normal lengths of about `mean_chars` characters. `origin` is the place of the row made from.
    """
    draw = random.Random(seed)
    words = sorted({word for sentence in sentences for word in sentence.split() if re.fullmatch("[가-힣]{2,8}", word)})
    own = round(rows * (1 - share))
    made = [Row(_question(sentences, draw), _answer(sentences, mean_chars, draw)) for _ in range(own)]
    kinds = draw.choices(list(CLASSES), [often for often, _ in CLASSES.values()], k=rows - own)
    for kind in kinds:
        origin = draw.randrange(own)
        if kind == "numbers":  # the original has to have one
            question, answer = made[origin].question, made[origin].answer
            if not re.search(r"\d", answer):
                made[origin] = Row(question, f"{answer} 기준 수량은 {draw.randrange(2, 900)}개입니다.")
        row = made[origin]
        question = _question(sentences, draw) if kind == "same_answer" else row.question
        made.append(Row(question, _CHANGES[kind](row.answer, sentences, words, draw), origin, kind))
    order = draw.sample(range(rows), k=rows)
    place = {old: new for new, old in enumerate(order)}
    return [
        Row(row.question, row.answer, None if row.origin is None else place[row.origin], row.planted)
        for row in (made[old] for old in order)
    ]


def _question(sentences: list[str], draw: random.Random) -> str:
    return re.sub(r"[다요]\.$", "", draw.choice(sentences))[:60] + "나요?"


def _answer(sentences: list[str], mean_chars: int, draw: random.Random) -> str:
    wanted = draw.lognormvariate(0, 0.5) * mean_chars * 0.83
    parts: list[str] = []
    while sum(map(len, parts)) < wanted:
        parts.append(draw.choice(sentences))
    return " ".join(parts)


Change = Callable[[str, list[str], list[str], random.Random], str]


def _same(text: str, sentences: list[str], words: list[str], draw: random.Random) -> str:
    return text


def _spacing(text: str, sentences: list[str], words: list[str], draw: random.Random) -> str:
    """Three spaces in ten between Hangul are lost."""
    return re.sub(r"(?<=[가-힣]) (?=[가-힣])", lambda _: "" if draw.random() < 0.3 else " ", text)


def _josa(text: str, sentences: list[str], words: list[str], draw: random.Random) -> str:
    """Half of the objects are topics: 재고를 → 재고는."""
    turned = {"를": "는", "을": "은"}
    return re.sub(
        r"(?<=[가-힣]{2})[를을](?= )", lambda found: turned[found[0]] if draw.random() < 0.5 else found[0], text
    )


def _words(text: str, sentences: list[str], words: list[str], draw: random.Random) -> str:
    """From one word in two hundred to one in eight is another."""
    parts = text.split()
    for place in draw.sample(range(len(parts)), k=max(1, round(len(parts) * draw.uniform(0.005, 0.13)))):
        parts[place] = draw.choice(words)
    return " ".join(parts)


def _appended(text: str, sentences: list[str], words: list[str], draw: random.Random) -> str:
    return f"{text} {draw.choice(sentences)}"


def _ending(text: str, sentences: list[str], words: list[str], draw: random.Random) -> str:
    for polite, other in _ENDINGS:
        text = text.replace(polite, other)
    return text


def _numbers(text: str, sentences: list[str], words: list[str], draw: random.Random) -> str:
    return re.sub(r"\d+", lambda found: str(int(found[0][:6]) + draw.randrange(1, 50)), text)


_CHANGES: dict[str, Change] = {
    "exact": _same,
    "spacing": _spacing,
    "josa": _josa,
    "words": _words,
    "appended": _appended,
    "ending": _ending,
    "same_answer": _same,
    "numbers": _numbers,
}
