"""What stands below a question or a complaint, as an answer: its sentences, or its list, the notes made sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from curation.korean.josa import attach
from curation.korean.predicate import without_tail
from datagen.documents import Block, Items, Line, Paragraph
from datagen.extract.acts import act_of_heading
from datagen.extract.case import Force, force_of
from datagen.extract.reading import NOUNS, Reading, Sentence, is_sentence

# How help centres mark a question and its answer: Q1: … A1: …, [문] … [답] …
QUESTION_MARK = re.compile(
    r"^(?:[QＱ]|질문|문)\s*\d*\s*[.:：)]\s*|^(?:Q|질문)\s*\d+\s+|^[\[(<【](?:Q|질문|문)\s*\d*[\])>】]\s*"
)
ANSWER_MARK = re.compile(
    r"^(?:[AＡ]|답변|답)\s*\d*\s*[.:：)]\s*|^(?:A|답변)\s*\d+\s+|^[\[(<【](?:A|답변|답)\s*\d*[\])>】]\s*"
)
# 지점 사용자: 자기 지점의 자재만 보입니다.
_LABELLED = re.compile(r"^[^.:：!?]{1,20}[:：]\s")
_LEADS = re.compile(r"[:：]$|다음|아래|가지[^.]*있습니다\.?$")
# What says only how many things follow: 조치에는 두 가지 유형이 있습니다.
_COUNTS = re.compile(
    r"(?:두|세|네|다섯|여섯|몇|몇몇|여러|\d+) ?가지[^.]*(?:있습니다|있다|있어요|나뉩니다|나눕니다)\.?$"
)
_REPLY = re.compile(r"^(네|예|아니요)\.\s+")
_CHECKS = re.compile(r"확인(?:합니다|한다|하세요|하십시오|해 ?주세요|해 ?주십시오|해 ?보세요|해 ?보십시오)[.)]*$")
# What a later sentence adds by pointing out of the answer: an aside that the question did not ask for.
_ASIDE = re.compile(
    r"(?:참조|참고)(?:하세요|하십시오|해 ?주세요|합니다|한다)\.?$|"
    r"^(?:이|이러한|그|해당) |(?:다음|아래|위) ?(?:표|그림|예)"
)
# What one does about a trouble, noted as a noun that else names a thing: 본사에 문의, 다른 브라우저로 시도.
_NOTED = re.compile(
    r"^(?P<before>.*\S)\s(?P<noun>시도|재시도|문의|연락|새로고침|재시작|재부팅|재설치|재접속|재로그인|재입력|재검색|교체|청소|충전)$"
)
_POSSIBLE = re.compile(r"\s(?:가능|불가|불가능|필요)$")
# 이 오류는 …: what the question named.
_NAMED = re.compile(r"^이 (?:오류|문제|현상|증상|에러)[은는] ")
_TIMES = frozenset("후 뒤 다음 전".split())
_BRACKET = re.compile(r"\s*(?P<remark>\([^()]*\))$")
_DEEDS = (Force.ACT, Force.NEED, Force.ADVICE, Force.BAN)
# A paragraph of more sentences tells more than was asked; below a mere case, or as a list, even fewer.
_SENTENCES, _CASE_SENTENCES, _PROSE, _ITEMS = 6, 3, 4, range(2, 13)


class Want(StrEnum):
    """What an answer is wanted for."""

    FACT = "fact"  # 체크리스트는 누가 볼 수 있어?
    WAY = "way"  # 신청을 취소하고 싶어요
    REMEDY = "remedy"  # 알림이 오지 않아요
    NAMED = "named"  # 해결 방법: what follows is the remedy, however it is worded


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and its spans; `acts`: it says what to do, `checks`: what to check and nothing else."""

    text: str
    spans: tuple[tuple[int, int], ...]
    acts: bool
    checks: bool = False


def part_of(reading: Reading, line: Line, start: int, end: int | None = None) -> tuple[Reading, Line]:
    """A line and its reading from `start` to `end` only: all offsets stay, a mark or a label before turns blank."""
    end = len(line.text) if end is None else end
    if (start, end) == (0, len(line.text)):
        return reading, line
    part = Line(" " * start + line.text[start:end], line.offsets[:end], line.marks)
    inside = (
        (one, tuple(token for token in one.tokens if start <= token.start < end))
        for one in reading.sentences.get(line, ())
    )
    sentences = tuple(Sentence(part, max(one.start, start), min(one.end, end), kept) for one, kept in inside if kept)
    return replace(reading, sentences={part: sentences}), part


def reply_below(reading: Reading, blocks: Sequence[Block], want: Want, *, is_whole: bool = False) -> Reply | None:
    """The answer in the first blocks of those below a question; `is_whole`: only where nothing else stands there."""
    more = list(blocks)
    first = more.pop(0) if more and isinstance(more[0], Paragraph) and not more[0].note else None
    items = next((block for block in more[:1] if isinstance(block, Items)), None)
    if is_whole and len(more) > (items is not None):
        return None
    lead = first.line if isinstance(first, Paragraph) else None
    if items is not None and (lead is None or _is_lead(reading, lead, want)):
        return _of_list(reading, items, lead, want)
    if items is not None and is_whole:
        return _of_list(reading, items, None, want)
    mark = ANSWER_MARK.match(lead.text) if lead is not None else None
    reply = reply_in(reading, lead, mark.end() if mark else 0, is_whole=is_whole) if lead is not None else None
    return None if reply is not None and more and _COUNTS.search(reply.text) else reply


def reply_beside(reading: Reading, line: Line, start: int, below: Sequence[Block], want: Want) -> Reply | None:
    """The answer in the question's own line, from `start` on, with the list that it leads in."""
    here, rest = part_of(reading, line, start)
    if below and isinstance(below[0], Items) and _LEADS.search(rest.text):
        lines = {item.line: reading.sentences.get(item.line, ()) for item in below[0].items}
        whole = replace(here, sentences={**here.sentences, **lines})
        return _of_list(whole, below[0], rest, want)
    return reply_in(here, rest, start)


def reply_in(reading: Reading, line: Line, start: int, *, is_whole: bool = False) -> Reply | None:
    """The sentences of a line from `start` on, up to one that points elsewhere; None where they are many."""
    sentences = [one for one in reading.sentences.get(line, ()) if one.end > start]
    if not sentences or len(sentences) > (_CASE_SENTENCES if is_whole else _SENTENCES):
        return None
    if is_whole and not all(is_sentence(one.tokens) for one in sentences):
        return None
    asides = (place for place, one in enumerate(sentences) if place and _ASIDE.search(one.text.strip()))
    sentences = sentences[: next(asides, _SENTENCES)]
    begin, end = max(start, sentences[0].start), sentences[-1].end
    text = _REPLY.sub(r"\1, ", line.text[begin:end].strip())
    acts = any(_tells_to_act(one) for one in sentences)
    return Reply(text, (line.source(begin, end),), acts) if text else None


def told(reading: Reading, line: Line) -> str | None:
    """A line as sentences: as it stands, or the deed it notes down: 연결 상태 확인 → 연결 상태를 확인합니다."""
    text = line.text.strip()
    sentences = reading.sentences.get(line, ())
    if noted := _NOTED.match(text):
        ahead = [token for token in reading.tokens(line) if token.start < line.text.rfind(noted["noun"])]
        if not ahead:
            return None
        is_bare = ahead[-1].tag in NOUNS and ahead[-1].form not in _TIMES
        return f"{attach(noted['before'], '을/를') if is_bare else noted['before']} {noted['noun']}합니다."
    if sentences and all(is_sentence(one.tokens) or one.text.startswith("(") for one in sentences):
        return text if text.endswith((".", "!", ")")) else f"{text}."
    if _POSSIBLE.search(text):
        return f"{text}."  # 대기 상태에서만 취소 가능: a sentence once its ending is polite
    remark = _BRACKET.search(text)
    act = act_of_heading(reading, line)
    return f"{act.statement}{remark['remark'] if remark else ''}." if act is not None else None


def _is_lead(reading: Reading, line: Line, want: Want) -> bool:
    """Whether a line leads into the list after it: a bare A:, a colon, or of a remedy the first thing to do."""
    mark = ANSWER_MARK.match(line.text)
    if _LEADS.search(line.text) or (mark and mark.end() == len(line.text)):
        return True
    sentences = reading.sentences.get(line, ())
    return want is Want.REMEDY and bool(sentences) and _tells_to_act(sentences[0])


def _of_list(reading: Reading, items: Items, lead: Line | None, want: Want) -> Reply | None:
    """A list as an answer, each item a sentence where all notes name deeds; led in by its lead, or by what they do."""
    if items.is_nested or len(items.items) not in _ITEMS:
        return None
    lines = [item.line for item in items.items]
    if not all(line.text.strip() for line in lines):
        return None
    said = [told(reading, line) for line in lines]
    deeds = [text is not None and _names_deed(reading, line) for text, line in zip(said, lines, strict=True)]
    checks = all(text is not None and _CHECKS.search(text) is not None for text in said)
    in_cases = all(_is_in_case(reading, line) for line in lines)
    spans = tuple(line.source() for line in lines)
    opening = _opening(lead)
    is_told = want is Want.FACT and not items.is_ordered and all(is_sentence(reading.tokens(line)) for line in lines)
    if not opening and (not all(deeds) or is_told) and want is not Want.NAMED:
        if not (want is Want.REMEDY and in_cases) and (prose := _prose(reading, lines, said)):
            return Reply(prose, spans, any(deeds))
        if want is not Want.FACT and not in_cases:
            return None
    if lead is not None and opening:
        spans = (lead.source(), *spans)
    led = opening or _announced(items, want, acts=all(deeds), checks=checks, in_cases=in_cases)
    # One note that is no deed: the list stays as it was noted down.
    shown = [line.text if None in said else text or "" for text, line in zip(said, lines, strict=True)]
    marks = [f"{number}." if items.is_ordered else "-" for number in range(1, len(lines) + 1)]
    text = "\n".join([led, *(f"{mark} {one}" for mark, one in zip(marks, shown, strict=True))])
    acts = (
        any(deeds)
        or want is Want.NAMED
        or (lead is not None and any(map(_tells_to_act, reading.sentences.get(lead, ()))))
    )
    return Reply(text, spans, acts, checks)


def _opening(lead: Line | None) -> str:
    """A lead as it opens an answer, without the mark of the answer and its colon."""
    mark = ANSWER_MARK.match(lead.text) if lead is not None else None
    return lead.text[mark.end() if mark else 0 :].strip(":： ") if lead is not None else ""


def _announced(items: Items, want: Want, *, acts: bool, checks: bool, in_cases: bool) -> str:
    """What leads in a list that nothing leads in: 다음 사항을 확인합니다."""
    verb = "조치" if want in (Want.REMEDY, Want.NAMED) else "진행"
    if in_cases and want in (Want.WAY, Want.REMEDY):
        return f"경우에 따라 다음과 같이 {verb}합니다."
    if checks:
        return f"다음 {'순서로' if items.is_ordered else '사항을'} 확인합니다."
    return (
        f"다음 {'순서로' if items.is_ordered else '방법으로'} {verb}합니다."
        if acts or want is Want.NAMED
        else "다음과 같습니다."
    )


def _prose(reading: Reading, lines: Sequence[Line], said: Sequence[str | None]) -> str | None:
    """A few items that are one sentence each, without labels, as one text."""
    told = [text for text in said if text is not None]
    is_prose = len(told) == len(lines) <= _PROSE and not any(_LABELLED.match(line.text) for line in lines)
    is_prose = is_prose and all(len(reading.sentences.get(line, ())) == 1 for line in lines)
    return _NAMED.sub("", " ".join(told)) if is_prose else None


def _is_in_case(reading: Reading, line: Line) -> bool:
    """Whether a line is a sentence that holds in a case: 라벨이 찢어졌으면 다시 출력합니다."""
    tokens = reading.tokens(line)
    is_bound = any(token.form in ("면", "으면") and token.tag == "EC" for token in tokens)
    return is_sentence(tokens) and (is_bound or any(token.form in ("때", "경우") for token in tokens))


def _names_deed(reading: Reading, line: Line) -> bool:
    """Whether a sentence of a line says what to do, or the line notes a deed down."""
    sentences = [one for one in reading.sentences.get(line, ()) if is_sentence(one.tokens)]
    return any(map(_tells_to_act, sentences)) or not (sentences or _POSSIBLE.search(line.text.strip()))


def _tells_to_act(sentence: Sentence) -> bool:
    return force_of(without_tail(sentence.tokens)) in _DEEDS
