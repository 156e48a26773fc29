"""Notes as the sentences they stand for: `**점장**: 일정 수정 가능` → 점장은 일정 수정이 가능하다."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate, plain_form, rejoin, without_tail
from curation.korean.sentences import split_sentences
from datagen.documents import Items, Line, Mark, Paragraph, Section, every_block
from datagen.extract.acts import VERBAL, act_of_heading
from datagen.extract.reading import NOUNS, PEOPLE, SOMEBODY, Reading, Sentence
from datagen.extract.statement import Lead, Statement, lead_of, statements

if TYPE_CHECKING:
    from kiwipiepy import Token

# What a closing noun says with its ending, and the particle of a noun right before it: 수정 가능 → 수정이 가능하다.
_CLOSINGS = {
    "가능": ("이/가", "하다."), "불가능": ("이/가", "하다."), "불가": ("이/가", "하다."), "필수": ("이/가", "이다."),
    "금지": ("을/를", "한다."),
    **dict.fromkeys("적용 실시 제출 작성 착용 발행 준수 완료".split(), ("을/를", "한다.")),
}  # fmt: skip
# Nouns before these that say when or how, so that no particle fits them: 즉시 보고, 당일 완료.
_HOW = frozenset(
    "즉시 당일 익일 전일 매일 매월 매년 이내 이후 이전 별도 수시 상시 전원 사전 사후 개별 일괄 추가 직접 필히 우선 "
    "전량 자동 수동 각각 병행 함께 후 전 시 중 간 때 의무 전면 절대".split()
)
# A note in brackets, a path of menus, and what happens by itself have no such sentence.
_NO_SENTENCE = re.compile(r"[→()]|자동")
# A numbered item that forbids is a rule among rules, whatever stands above it: 꼭 지켜 주세요.
_DENIED = re.compile(
    r"지 (?:않는다|않습니다|않아요|마세요|마십시오|말아야 \S+)[.!]?$|안 (?:된다|됩니다|돼요)[.!]?$|"
    r"금지(?:한다|합니다)[.!]?$"
)
_IN_CASE = re.compile(r"^\S.{2,24}? (?:시|시에는|경우|경우에는|때|때는) |^\S.{2,24}?면 ")
_LEAST_TOKENS = 3


def with_notes(reading: Reading) -> Reading:
    """The reading with each note of its document as a sentence; `Sentence.line` is then the completed line."""
    if with_notes not in reading.memory:
        blocks = [block for section in reading.document.sections for block in every_block(section.blocks)]
        found = {line: note for line in _lines(blocks) if (note := _completed(reading, line)) is not None}
        split = split_sentences([note.text for note in found.values()], reading.words)
        completed = {
            line: tuple(Sentence(note, part.start, part.end, part.tokens) for part in parts)
            for (line, note), parts in zip(found.items(), split, strict=True)
        }
        sentences = {**reading.sentences, **completed}
        reading.memory[with_notes] = replace(reading, sentences=sentences, memory={}) if completed else reading
    made: Reading = reading.memory[with_notes]
    return made


def provisions(reading: Reading, section: Section, *, with_cases: bool = False) -> Iterator[Statement]:
    """A section's statements, and the numbered ones that are rules, not steps: ② 기지장은 5일 이내에 보고한다.

    `with_cases`: and those that open with a case, 누출 발생 시 즉시 대피한다.
    """
    heading = section.headings[-1] if section.headings else None
    has_steps = heading is None or act_of_heading(reading, heading, over_steps=False) is not None
    for statement in statements(reading, section, with_steps=True):
        said = statement.say()
        is_rule = not has_steps and (_has_topic(statement.tokens) or (with_cases and _IN_CASE.search(said) is not None))
        if not statement.is_step or is_rule or _DENIED.search(said):
            yield statement


def _lines(blocks: Sequence[object]) -> Iterator[Line]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.line
        elif isinstance(block, Items):
            yield from (item.line for item in block.items)


def _completed(reading: Reading, line: Line) -> Line | None:
    """A line in which each sentence that ends as notes do is a whole one; None where none does, or can be."""
    pieces: list[Line | str] = []
    is_new = False
    for place, sentence in enumerate(reading.sentences.get(line, ())):
        made = _mended(line, sentence, lead_of(line) if place == 0 else None)
        is_new |= made is not None
        gap = (" ",) if pieces else ()
        pieces += [*gap, *(made or (line.part(sentence.start, sentence.end),))]
    return _joined(pieces) if is_new else None


def _mended(line: Line, sentence: Sentence, lead: Lead | None) -> tuple[Line | str, ...] | None:
    """The pieces of a sentence that ends as notes do, with what completes it; None for any other."""
    start = sentence.start
    opening: tuple[Line | str, ...] = ()
    if lead is not None:
        if not SOMEBODY.search(lead.text):  # 사유 확인 and 구매 전 name no one
            return None
        start, named = lead.end, line.part(lead.start, lead.start + len(lead.text))
        opening = (replace(named, marks=()), attach(lead.text, "은/는").removeprefix(lead.text) + " ")
    tokens = [token for token in without_tail(sentence.tokens) if token.start >= start]
    ended = _ended(line, start, tokens)
    return None if ended is None or (lead and _has_topic(tokens)) else (*opening, *ended)


def _ended(line: Line, start: int, tokens: Sequence[Token]) -> tuple[Line | str, ...] | None:
    """The pieces of a note from `start` on, with what completes its last words."""
    if len(tokens) < _LEAST_TOKENS:
        return None
    last, before = tokens[-1], tokens[-2]
    end = last.start + last.len
    if last.form == "것" and before.form in ("ᆯ", "을") and (predicate := final_predicate(tokens[:-1])):
        if predicate.start <= start:
            return None
        duty = f"{_gap(line, predicate.start)}{rejoin(predicate, '어야')} 한다."
        return line.part(start, predicate.start), Line(duty, (line.offsets[end - 1],) * len(duty))  # said by 할 것
    if last.tag == "ETN" and last.form in ("ᆷ", "음") and (predicate := final_predicate(tokens)):
        told = f"{_gap(line, predicate.start)}{plain_form(predicate)}."
        return line.part(start, predicate.start), Line(told, (line.offsets[end - 1],) * len(told))  # said by 해제됨
    if last.tag not in ("NNG", "XR") or _NO_SENTENCE.search(line.text[start:end]):
        return None
    if last.form in _CLOSINGS:
        particle, ending = _CLOSINGS[last.form]
        if before.tag not in NOUNS:
            return (line.part(start, end), ending) if before.tag in ("JKO", "JKB", "JKS", "JX") else None
        if before.form in _HOW or before.tag in ("NNB", "SN"):
            return None
        noun = line.part(start, before.start + before.len)
        return noun, attach(noun.text, particle).removeprefix(noun.text) + " ", line.part(last.start, end), ending
    has_clause = (before.tag == "MAG" or before.form in _HOW) and any(token.tag == "EC" for token in tokens)
    if last.form in VERBAL and (before.tag in ("JKO", "JKB", "EC") or before.form == "만" or has_clause):
        return None if _happens(tokens) else (line.part(start, end), "한다.")
    return None


def _happens(tokens: Sequence[Token]) -> bool:
    """Whether a note tells what comes about, not what somebody does: 재고가 화면에 표시, 기록되며 로그로 처리."""
    pairs = list(pairwise(tokens))
    has_thing = any(after.tag == "JKS" and not PEOPLE.search(noun.form) for noun, after in pairs)
    return has_thing or any(stem.form == "되" and ending.tag == "EC" for stem, ending in pairs)


def _has_topic(tokens: Sequence[Token]) -> bool:
    return any(token.tag == "JX" and token.form in ("은", "는") for token in tokens)


def _gap(line: Line, place: int) -> str:
    return " " if line.text[place - 1] == " " else ""


def _joined(pieces: Sequence[Line | str]) -> Line:
    """Pieces as one line; an added character stands where the one before it does."""
    text, offsets, marks = "", list[int](), list[Mark]()
    for piece in pieces:
        if isinstance(piece, str):
            offsets += [offsets[-1]] * len(piece)
            text += piece
        else:
            marks += [replace(mark, start=mark.start + len(text), end=mark.end + len(text)) for mark in piece.marks]
            offsets += piece.offsets
            text += piece.text
    return Line(text, tuple(offsets), tuple(marks))
