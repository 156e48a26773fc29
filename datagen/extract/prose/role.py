"""Who: `창고 관리자가 재고 조정을 승인한다.` → 재고 조정은 누가 승인해?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, final_predicate, rejoin
from datagen.documents import Items
from datagen.extract.acts import act_of_heading
from datagen.extract.case import Case, CaseKind, as_if, find_case
from datagen.extract.prose.notes import with_notes
from datagen.extract.reading import NOUNS, Candidate, Reading, heading_source
from datagen.extract.statement import Statement, statements
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

WHO = (
    Template("WNS", "{lead}{object:은/는} 누가 {act}"),
    Template("MPE", "{lead}{object:을/를} 누가 {act}"),
)
# The object stays where it is if a place or a tool stands before it: 보관 화면에서 사유를.
IN_PLACE = (Template("CNIWMS", "{lead}누가 {object:을/를} {act}"),)
DUTY = (
    Template("CS", "{lead}{object:을/를} {doing} 건 누구 <담당이야>"),
    Template("NM", "{lead}{object:을/를} {doing} [사람은|사람은|사람은] <누구야>"),
)
# Whoever has a part of their own in the work; a bare 사용자 or 작업자 is anybody.
_ROLE = re.compile(
    r"(?:담당자|관리자|책임자|감독자|승인자|검수자|신청자|요청자|평가자|심사자|분석가|기획자|개발자|운영자|발주자|"
    r"기사|보세사|화주|운영인|사업주|세관장|팀장|부서장|센터장|본부장|지점장|대표|담당|팀|부서|부|과|위원회|사무국|본부|"
    r"세관|관청|은행|택배사|운송사|공급사|제조사|판매자|고객사|제조업체|공급업체|운송업체)$"
)
_BODY = re.compile(r"(?:팀|부서|부|과|위원회|사무국|본부|센터|세관|관청|은행|사|업체)$")  # no 사람 who does it
_ANYBODY = frozenset(
    "사용자 작업자 관리자 담당자 고객 사람 직원 운영자 회사 담당 대표 팀 부서 책임자 개발자 부 과 본부 사업부 "
    "일부".split()
)
# Adverbs of the answer that would turn the question: 누가 먼저 가려? asks who is the first.
_MANNER = re.compile(r"(?<!\S)(?:먼저|우선|일반적으로|보통|주로)(?: |$)")
_ABLE = re.compile(r"(?:ㄹ|[가-힣]) 수(?:도)? 있(?:습니다|다)[.]?$")
_CHAINS = frozenset({"고", "으며", "며"})
_PASSIVE = frozenset("되 받 당하 지 있 없 대하 위하 통하 따르 의하".split())
_OBJECT_CHARS, _ACT_CHARS = range(2, 31), range(1, 31)


@dataclass(frozen=True, slots=True)
class _Part:
    """Who does what: the object's text, what follows it up to the predicate's stem, and the predicate."""

    thing: str
    rest: str
    predicate: Predicate
    is_placed: bool  # a place, tool or adverb stands before the object


def roles(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence in which somebody with a named part in the work does something to something."""
    reading = with_notes(reading)
    for section in reading.sections():
        for statement in statements(reading, section, with_steps=True):
            yield from _candidate(reading.at(section), statement)


def _candidate(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    case = find_case(statement)
    if case is not None and (case.kind is CaseKind.WISH or case.topic):
        return
    tokens = case.main if case else statement.tokens
    part = _part(statement, tokens)
    heading = statement.section.headings[-1] if statement.section.headings else None
    act = act_of_heading(reading, heading) if heading and statement.is_step and not case else None
    if _ABLE.search(statement.say()):
        return  # what somebody may do, nobody is asked for
    if part is None or isinstance(statement.after, Items) or (statement.is_step and not case and act is None):
        return
    lead = f"{_time(statement, case)} " if case else f"{act.when} " if act else ""
    whole = f"{lead}{part.thing} {part.rest}"
    scoped = reading.scope(whole, has_context=bool(case or act))
    moved = replace(part.predicate, start=len(part.rest), end=len(part.rest))
    slots: Slots = {
        "lead": scoped[: len(scoped) - len(whole)] + lead, "object": part.thing, "act": asking(part.rest, moved),
        "doing": part.rest + rejoin(part.predicate, "는", "ETM"),
    }  # fmt: skip
    duties = DUTY[:1] if _BODY.search(tokens[_after_role(tokens) - 2].form) else DUTY
    templates = (*IN_PLACE, *(() if part.is_placed else WHO), *(() if case else duties))
    spans = (*statement.grounds, *(heading_source(statement.section) if act else ()))
    yield Candidate("role", templates, slots, _with_subject(statement, tokens), spans, statement.path)


def _with_subject(statement: Statement, tokens: Sequence[Token]) -> str:
    """The statement with its topic as the subject that 누가 asks for: 화주는 문구를 고친다 → 화주가 문구를 고친다."""
    particle = tokens[_after_role(tokens) - 1]
    if particle.form not in ("은", "는"):
        return statement.answer()
    word = statement.sentence.line.text[: particle.start].rpartition(" ")[2]
    return statement.answer().replace(f"{word}{particle.form} ", f"{attach(word, '이/가')} ", 1)


def _time(statement: Statement, case: Case) -> str:
    """The case as the time somebody acts: 파기할 때, 수량이 다르면."""
    if case.kind is CaseKind.WHEN:
        return statement.say(case.start, case.predicate.end) + " 때"
    return as_if(statement, case)


def _part(statement: Statement, tokens: Sequence[Token]) -> _Part | None:
    """The part that somebody plays in a clause; None where nobody with a name of their own acts in it."""
    after = _after_role(tokens)
    clause = tokens[after:] if after else ()
    stop = next((i for i, token in enumerate(clause) if token.tag == "JKO"), 0)
    if not stop or any(token.tag in ("EC", "JKS", "JX", "EF") for token in clause[:stop]):
        return None
    end = next((i for i in range(stop + 1, len(clause)) if clause[i].tag in ("EF", "EC", "ETM", "ETN")), 0)
    if not end or clause[end].tag not in ("EF", "EC") or (clause[end].tag == "EC" and clause[end].form not in _CHAINS):
        return None
    if clause[end].tag == "EC" and clause[end - 1].tag == "VV" and len(clause[end - 1].form) == 1:
        return None  # 흐름을 보고 하나를 고른다: the first verb only leads to the second
    predicate = final_predicate(clause[: end + 1])
    if predicate is None or len(predicate.stem) > 1 or predicate.stem[0][0] in _PASSIVE or predicate.is_adjective:
        return None
    if any(token.tag in ("JKO", "JKS", "VX") for token in clause[stop + 1 : end]):
        return None
    thing = statement.say(clause[0].start, clause[stop].start)
    rest = _MANNER.sub("", statement.say(clause[stop + 1].start, predicate.start))
    gap = " " if rest and statement.sentence.line.text[predicate.start - 1] == " " else ""
    fits = len(thing) in _OBJECT_CHARS and len(rest) < _ACT_CHARS.stop
    is_placed = any(token.tag in ("JKB", "MAG", "ETM") for token in clause[:stop])
    return _Part(thing, rest + gap, predicate, is_placed) if fits and _is_telling(clause[:stop]) else None


def _after_role(tokens: Sequence[Token]) -> int:
    """Where what somebody does begins: after 창고 관리자가; 0 where the clause opens otherwise."""
    for index, token in enumerate(tokens[:8]):
        if token.tag == "JKS" or (token.tag == "JX" and token.form in ("은", "는", "ᆫ")):
            name = "".join(noun.form for noun in tokens[:index])
            is_role = index > 0 and _ROLE.search(name) and name not in _ANYBODY
            return index + 1 if is_role and all(noun.tag in NOUNS for noun in tokens[:index]) else 0
        if token.tag not in NOUNS:
            return 0
    return 0


def _is_telling(thing: Sequence[Token]) -> bool:
    """Whether an object says what it is: more than one bare syllable or pointer (값, 것)."""
    return thing[-1].tag in ("NNG", "NNP", "SL", "XSN") and len("".join(token.form for token in thing)) > 2
