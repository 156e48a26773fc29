"""Comparisons out of prose: two things defined side by side, or set against each other in one sentence.

`## 최소 수량과 최대 수량` over a definition of each → 최소 수량이랑 최대 수량은 뭐가 달라?
`수시 실사와 달리 정기 실사는 …` → 수시 실사랑 정기 실사는 뭐가 달라?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from datagen.documents import Items, Paragraph, Section, block_lines, cite
from datagen.extract.prose.definition import PERSON, definitions
from datagen.extract.reading import NOUNS, Candidate, Reading, Sentence, heading_source, section_path
from datagen.extract.tables.table import asked_cells
from datagen.phrasing import Template

APART = (
    Template("WN", "{lead}[{one:이랑/랑}|{one:과/와}] {other:은/는} [뭐가|무엇이] <달라>"),
    Template("NPE", "{lead}{one:과/와} {other:은/는} 차이가 <뭐야>"),
    Template("CM", "{lead}{one:과/와} {other:이/가} 어떻게 다른지 <알려 줘>"),
)
_GENUS = re.compile(r"(?P<genus>[가-힣A-Za-z]+)(?:입니다|이다|다|을 말합니다|를 말합니다|을 말한다|를 말한다)\.?$")
_APART = re.compile(r"차이|다른|비교|구분|구별")
_POINTING = frozenset("이 그 저 해당 이런 그런 이러한 그러한 다음 다른".split())
_LEANING = re.compile(r"^(?:그러나|하지만|그런데|또한|따라서|그래서)|[이그]러한 ")
_NAME_CHARS = 30


@dataclass(frozen=True, slots=True)
class _Defined:
    """A term as its definition opens with it, and the pair that defines it."""

    term: str
    candidate: Candidate

    @property
    def head(self) -> str:
        """The last word of a term that has a word before it: 실사, of 정기 실사; empty of a single word."""
        return self.term.rpartition(" ")[2] if " " in self.term else ""

    @property
    def genus(self) -> str:
        """What the definition says that the term is: 작업, of 보충은 … 옮기는 작업이다."""
        found = _GENUS.search(self.candidate.answer)
        return found["genus"] if found else ""


def contrasts(reading: Reading) -> Iterator[Candidate]:
    """A pair for two definitions that belong together, at most one a section, and for sentences of 와 달리, 반면."""
    taken: set[tuple[str, ...]] = set()
    for one, other in combinations(_defined(reading), 2):
        sections = {one.candidate.section, other.candidate.section}
        if not sections & taken and _belong_together(one, other):
            taken |= sections
            yield _of_definitions(reading, one, other)
    for section in reading.sections():
        yield from _of_sentences(reading.at(section), section)


def _defined(reading: Reading) -> list[_Defined]:
    """The terms that a document defines, in prose or in a table, in reading order."""
    found: dict[str, _Defined] = {}
    told = [*definitions(reading), *(cell.candidate for cell in asked_cells(reading))]
    for candidate in sorted(told, key=lambda candidate: candidate.evidence[0]):
        said = candidate.slots.get("term")
        if candidate.kind == "definition" and candidate.templates != PERSON and isinstance(said, str):
            words = said.split(" ")  # 실사 관련해서 정기 실사: the answer opens with the term itself
            opened = (" ".join(words[start:]) for start in range(len(words)))
            term = next((text for text in opened if candidate.answer.startswith(text)), "")
            if term:
                found.setdefault(term, _Defined(term, candidate))
    return list(found.values())


def _belong_together(one: _Defined, other: _Defined) -> bool:
    """Whether a heading sets two things of a kind side by side, or both are a 실사 by name, kind and parent."""
    if one.term in other.term or other.term in one.term:
        return False
    shared = one.head if one.head == other.head else ""
    first = re.escape(one.term.removesuffix(f" {shared}")) + (f"(?: {re.escape(shared)})?" if shared else "")
    beside = re.compile(rf"(?:^|\s){first}(?:과|와|·| 및 |, ?) ?{re.escape(other.term)}(?=$|[의은는이가을를에 ,])")
    joined = [heading for heading in (*one.candidate.section, *other.candidate.section) if beside.search(heading)]
    is_one_kind = one.genus == other.genus != ""
    if joined:  # never 패킹과 포장재: a title joins what is not of a kind, too
        are_alike = bool(shared) or one.term.split()[0] == other.term.split()[0]
        return is_one_kind or are_alike or any(map(_APART.search, joined))
    return bool(shared) and is_one_kind and one.candidate.section[:-1] == other.candidate.section[:-1]


def _of_definitions(reading: Reading, one: _Defined, other: _Defined) -> Candidate:
    first, second = one.candidate, other.candidate
    return Candidate(
        "comparison", APART, _named(reading, one.term, other.term), f"{first.answer} {second.answer}",
        first.evidence, first.section,
        elsewhere=tuple(cite(reading.document, span, second.section) for span in second.evidence),
    )  # fmt: skip


def _of_sentences(reading: Reading, section: Section) -> Iterator[Candidate]:
    """A pair for each two things of a section that sentences set against each other, all that is said of them."""
    against: dict[tuple[str, str], list[Sentence]] = {}
    for block in section.blocks:
        if isinstance(block, Paragraph | Items):
            for line in block_lines(block):
                for sentence in reading.sentences.get(line, ()):
                    if (pair := _set_apart(sentence)) is not None:
                        against.setdefault(pair, []).append(sentence)
    for (one, other), sentences in against.items():
        evidence = (*(sentence.source for sentence in sentences), *heading_source(section))
        answer = " ".join(sentence.text for sentence in sentences)
        yield Candidate("comparison", APART, _named(reading, one, other), answer, evidence, section_path(section))


def _set_apart(sentence: Sentence) -> tuple[str, str] | None:
    """The two things that 와 달리 or 반면 sets against each other; None where it names not both."""
    tokens = sentence.tokens
    if any(token.tag in ("MM", "NP") and token.form in _POINTING for token in tokens):
        return None  # nor 다른: 다른 기능 is no one thing
    for place, token in enumerate(tokens):
        if token.form == "달리" and place and tokens[place - 1].form in ("와", "과"):
            first = place - 1
        elif token.form == "반면" and place and tokens[place - 1].tag == "ETM":
            first = _topic(sentence, 0, place)
        else:
            continue
        one, other = _noun(sentence, 0, first), _noun(sentence, place + 1, _topic(sentence, place + 1, len(tokens)))
        return (one, other) if one and other and one != other else None
    return None


def _topic(sentence: Sentence, start: int, end: int) -> int:
    """The place of the first topic particle (은/는) among the tokens; -1 where there is none."""
    tokens = sentence.tokens
    return next((at for at in range(start, end) if tokens[at].tag == "JX" and tokens[at].form in "은는ᆫ"), -1)


def _noun(sentence: Sentence, start: int, end: int) -> str:
    """The text of the tokens [start, end) if it is a short name: 정기 실사; empty otherwise."""
    tokens = sentence.tokens[start:end] if end > start else ()
    if tokens and tokens[-1].tag == "JKB" and tokens[-1].form == "에서":
        tokens = tokens[:-1]  # 셔틀 시스템에서는
    if tokens and tokens[0].tag == "SP":
        tokens = tokens[1:]
    if not tokens or tokens[-1].tag not in NOUNS or any(token.tag in ("SP", "JX", "EC") for token in tokens):
        return ""
    last = tokens[-1]
    text = sentence.line.text[tokens[0].start : last.start + last.len].strip()
    return text if len(text) <= _NAME_CHARS and not _LEANING.search(text) else ""


def _named(reading: Reading, one: str, other: str) -> dict[str, str]:
    """Both things, and what leads them in where they do not name the document's subject."""
    both = f"{one} {other}"
    return {"lead": reading.scope(both).removesuffix(both), "one": one, "other": other}
