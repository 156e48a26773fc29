"""A passage as a prompt shows it, read back: its tree, and the facts that the extractors find in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from curation.files import sha256_bytes
from curation.korean.kiwi import contents
from curation.korean.speech_level import SpeechLevel
from datagen.documents import Block, Document, Evidence, Item, Items, Line, Section, Table
from datagen.extract.reading import Candidate
from datagen.gates import Inspected, Pair, first_fault, inspect
from datagen.phrasing import REGISTERS, phrase
from datagen.readers.notes import as_note
from datagen.recipe import Recipe
from datagen.retrieval.search import Standing

_REMEMBERED = 4096  # passages; some 30 kB each with their facts
_SEPARATOR = " > "
_MARK = re.compile(r"(?P<indent> *)(?P<mark>- |\d+\. )?")
_ASIDE = re.compile(r"[\s?.!]")
# The only passage there is stands first.
_FOUND = Standing({}, {}, 1)


@dataclass(frozen=True, slots=True)
class Fact:
    """A pair that the passage carries and every gate lets through; `quotes` stand in the shown text to the letter.

    `wordings` are all the ways its templates ask for it, as `asked_as` gives them; `lemmas` those of question and
    quotes; `before` is the turn that it follows up.
    """

    pair: Pair
    quotes: tuple[str, ...]
    wordings: frozenset[str]
    lemmas: frozenset[str]
    before: Fact | None = None


def asked_as(question: str) -> str:
    """A question without spaces and the sign that ends it: by what equal wordings are known."""
    return _ASIDE.sub("", question)


@lru_cache(maxsize=_REMEMBERED)
def facts_of(title: str, text: str, level: SpeechLevel, answer_level: SpeechLevel) -> tuple[Fact, ...]:
    """The facts of a passage shown under `title` ("입고 > 검수"), asked and answered in these levels."""
    from datagen.write import write_pairs

    words, recipe = _words(), _recipe(level, answer_level)
    document, drafts = _drafts(title, text)
    pairs = write_pairs([(document, candidate) for candidate in drafts], recipe, words)
    found = inspect(pairs, [_FOUND] * len(pairs), words)
    body = len(document.text) - len(text)
    facts = (
        _fact(one, candidate, document, body)
        for one, candidate in zip(found, drafts, strict=True)
        if first_fault(one, recipe.gates) is None
    )
    return tuple(fact for fact in facts if fact.quotes)


@lru_cache(maxsize=_REMEMBERED)
def _drafts(title: str, text: str) -> tuple[Document, list[Candidate]]:
    """The passage as a document, and each candidate that can be asked for."""
    from datagen.extract.reading import read_sentences
    from datagen.wms import find_facts

    words = _words()
    document = read_shown(title, text)
    found = find_facts([document], read_sentences([document], words), words)
    return document, [candidate for _, candidate in found if candidate.templates and candidate.is_answerable]


def _fact(found: Inspected, candidate: Candidate, document: Document, body: int) -> Fact:
    pair, before = found.pair, None
    if found.before is not None and candidate.before is not None:
        before = _fact(found.before, candidate.before, document, body)
    quotes = dict.fromkeys(quote for one in pair.evidence if (quote := _quote(document.text, one, body)))
    wordings = (
        phrase(template.text, register, candidate.slots) for template in candidate.templates for register in REGISTERS
    )
    lemmas = [*contents(found.question_tokens), *contents(found.evidence_tokens)]
    return Fact(pair, tuple(quotes), frozenset(map(asked_as, (pair.question, *wordings))), frozenset(lemmas), before)


def _quote(whole: str, evidence: Evidence, body: int) -> str:
    """What a model would quote: the span, and the cells right of it where it stands elsewhere too; "" of a heading."""
    start, end = evidence.start, evidence.end
    if start < body:
        return ""
    if whole.count(evidence.quote, body) > 1:
        stop = whole.find("\n", end)
        row = whole[start : stop if stop >= 0 else len(whole)]
        return row if "|" in row else evidence.quote
    return evidence.quote


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    """The trade's words, with the handbook's glossary where it lies beside the code."""
    from curation.words import load_words
    from datagen.wms import GLOSSARY, WORDS

    return tuple(sorted({*load_words(WORDS), *(load_words(GLOSSARY) if GLOSSARY.is_file() else ())}))


@lru_cache(maxsize=8)
def _recipe(level: SpeechLevel, answer_level: SpeechLevel) -> Recipe:
    """The recipe that ships, with all questions in one level."""
    from curation.recipe import load_recipe
    from datagen.wms import RECIPE

    shares = [f"question_levels.{one}={float(one is level)}" for one in REGISTERS]
    return load_recipe(Recipe, RECIPE, [*shares, f'answer_level="{answer_level}"', "noise.share=0.0"])


def read_shown(title: str, text: str) -> Document:
    """The tree of a shown passage (`datagen.llm.fence`); its text is the headings, one a line, and the shown text."""
    path = [heading for heading in title.split(_SEPARATOR) if heading.strip()]
    whole = "\n".join([*path, text])
    rows = list(_rows(whole))
    headings = tuple(row.line for row in rows[: len(path)])
    section = Section(headings, _blocks(rows[len(path) :]))
    return Document("passage.md", whole, sha256_bytes(whole.encode()), (section,))


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a shown passage without its mark ("- ", "1. "); `cells` where it is a table's."""

    line: Line
    indent: int
    mark: str
    cells: tuple[Line, ...]


def _rows(whole: str) -> Iterator[_Row]:
    for found in re.finditer(r"[^\n]+", whole):
        line = Line(found[0], tuple(range(*found.span())))
        mark = _MARK.match(line.text)
        assert mark is not None  # an empty mark is one too
        bars = [place for place, char in enumerate(line.text) if char == "|"]
        is_table = len(bars) > 1 and bars[0] == 0 and bars[-1] == len(line.text) - 1
        cells = [line.part(left + 1, right) for left, right in pairwise(bars)] if is_table else []
        yield _Row(line.part(mark.end(), len(line.text)), len(mark["indent"]), mark["mark"] or "", tuple(cells))


def _blocks(rows: Sequence[_Row]) -> tuple[Block, ...]:
    """Tables of rows as wide as their first, lists of items set in alike, and prose."""
    blocks: list[Block] = []
    start = 0
    while start < len(rows):
        first, end = rows[start], start + 1
        while end < len(rows) and _goes_on(first, rows[end]):
            end += 1
        if first.cells:
            blocks.append(Table(first.cells, tuple(row.cells for row in rows[start + 1 : end])))
        elif first.mark:
            blocks.append(_items(rows[start:end]))
        else:
            blocks.append(as_note(first.line))
        start = end
    return tuple(blocks)


def _goes_on(first: _Row, row: _Row) -> bool:
    """Whether a row stands in the table or list that `first` opens: what is set in deeper stands below an item."""
    if first.cells or not first.mark:
        return bool(first.cells) and len(row.cells) == len(first.cells)
    is_alike = (first.mark == "- ") == (row.mark == "- ") and row.mark not in ("", "1. ")
    return row.indent > first.indent or (is_alike and row.indent == first.indent)


def _items(rows: Sequence[_Row]) -> Items:
    """A list: an item for each row set in like the first, with what is set in deeper below it."""
    starts = [place for place, row in enumerate(rows) if row.indent == rows[0].indent]
    spans = zip(starts, [*starts[1:], len(rows)], strict=True)
    items = (Item(rows[start].line, _blocks(rows[start + 1 : end])) for start, end in spans)
    return Items(tuple(items), is_ordered=rows[0].mark != "- ")
