"""Yes or no, and why: `위험물은 함께 보관할 수 없다.` → 위험물을 함께 보관해도 돼? 아니요, …"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate, final_predicate, rejoin
from datagen.extract.case import Case, CaseKind, Force, find_case, force_of, is_machine, own_nouns
from datagen.extract.prose.claims import asked_by, from_asker, last_claim
from datagen.extract.prose.notes import provisions, with_notes
from datagen.extract.prose.yes_no import verdicts
from datagen.extract.reading import NOUNS, PEOPLE, Candidate, Reading
from datagen.extract.standing import hangs, leaves_open, qualified
from datagen.extract.statement import Statement
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

ABLE = (
    Template("CIN", "{able} 수 <있어>"),
    Template("SC", "{able} 수 있는지 <알려 줘>"),
    Template("CPE", "{doing} [게|것이] <가능해>"),
    Template("WN", "{able} 수 있는 <거야>"),
)
MAY = (
    Template("WNS", "{may} <돼>"),
    Template("CM", "{may} [괜찮아?|괜찮나요?|괜찮습니까?]"),
    Template("WN", "{may} 되는 <거야>"),
)
MUST = (
    Template("WEN", "{must} <돼>"),
    Template("IM", "{must} 하는 <거야>"),
)
OMIT = (Template("WN", "{without} <돼>"), Template("CI", "{without} [괜찮아?|괜찮나요?|괜찮습니까?]"))
# Endings at which the modal part of a predicate begins, by what the clause says.
_MODALS = {
    Force.ABLE: ("ᆯ", "을"), Force.CANNOT: ("ᆯ", "을"), Force.NEEDLESS: ("ᆯ", "을", "지"),
    Force.NEED: ("어야", "어야만"), Force.MAY: ("어도",), Force.BAN: ("지", "면", "으면", "어서"),
}  # fmt: skip
_REASON = re.compile(r"때문(?:이다|입니다)[.]?$|^(?:그렇지 않으면|그러지 않으면|안 그러면)[, ]")
_POINTS = re.compile(r"(?<!\S)(?:이|그|해당|이러한|다음|위|아래|이를|이는) ")
# A reason that stands before the act it explains: 기록이 남지 않으므로, 없기 때문에.
_BECAUSE = frozenset({"므로", "으므로", "니까", "으니까", "니", "으니"})
# Particles of what an act goes to or with, where it has no object: 가용으로 바꿀 수 없다.
_TOWARDS = frozenset("에 에게 와 과 으로 로".split())
_FIRMLY = re.compile(r"반드시|항상|꼭|무조건")
# What a question leaves out, and what no question may lean on.
_LEFT_OUT = re.compile(r"더 이상 |더는 |필요에 따라 |필요한 경우 |필요하면 |\([^()]*예:[^()]*\)|\([^()]{11,}\)")
_LEANS = re.compile(r"려면 |하는지 확인|았는지 확인|대신|것은 |보다 구체|수 있")
_MEANS = frozenset(
    "사용하 이용하 활용하 통하 설정하 선택하 클릭하 누르 켜 추가하 만들 사용 이용 활용 설정 선택 클릭 추가".split()
)
# Where no title can lead a question in, it must name this many things by itself.
_ACT_CHARS, _LEAST_NOUNS = range(3, 46), 3


@dataclass(frozen=True, slots=True)
class _Deed:
    """What may or may not be done: its text, up to the stem of `predicate`."""

    text: str
    predicate: Predicate
    tokens: tuple[Token, ...]
    has_reason: bool  # what led in the act was a reason or a means: 없으므로, 설정을 바꾸어

    def ending(self, ending: str, tag: str = "EC") -> str:
        return self.text + rejoin(self.predicate, ending, tag)


def permissions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence that allows, demands, spares or forbids something, with its case or reason."""
    reading = with_notes(reading)
    for section in reading.sections():
        for statement in provisions(reading, section):
            yield from _candidate(reading.at(section), statement)
            yield from verdicts(reading.at(section), statement)


def _candidate(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    case = find_case(statement)
    tokens = case.main if case else statement.tokens
    force = force_of(tokens, case.topic if case else ())
    deed = _deed(statement, case, tokens, force)
    if deed is None or (case and case.kind is CaseKind.WISH) or hangs(statement) or leaves_open(statement):
        return
    if force is Force.ABLE and case is not None and not _is_by_means(case):
        return  # a yes that holds in one case only
    named = qualified(reading, statement, deed.tokens if case is None or force is Force.ABLE else statement.tokens)
    if named is None or named.edits != statement.edits or _is_of_thing(deed.tokens):
        return
    if not reading.subject and len(own_nouns(deed.tokens)) < _LEAST_NOUNS:
        return
    answer, spans = _answer(statement, force)
    has_reason = len(spans) > len(statement.grounds) or deed.has_reason
    asked = _asked(reading, deed, force, bool(case), has_reason, statement.say())
    if asked is not None:
        templates, slots = asked
        yield Candidate("permission", templates, slots, answer, spans, statement.path)


def _is_by_means(case: Case) -> bool:
    """Whether a case only names what one uses: 작업 풀을 사용하면."""
    return case.kind is CaseKind.IF and _is_means(case.clause[:-1]) and not case.is_joined


def _is_of_thing(tokens: Sequence[Token]) -> bool:
    """Whether a thing, not a person, is said to do the deed: 위치 프로필이 상태를 추적할."""
    last = max((index for index, token in enumerate(tokens[:-1]) if token.tag in ("EC", "ETM")), default=-1)
    subjects = [noun for noun, particle in pairwise(tokens[last + 1 :]) if particle.tag == "JKS"]
    has_object = any(token.tag == "JKO" for token in tokens[last + 1 :])
    return has_object and any(not is_machine(noun.form) and not PEOPLE.search(noun.form) for noun in subjects)


def _asked(
    reading: Reading, deed: _Deed, force: Force, has_case: bool, has_reason: bool, said: str
) -> tuple[tuple[Template, ...], dict[str, str]] | None:
    """The templates and slots for what a clause says of a deed; None where nobody would ask so."""

    def scoped(text: str) -> str:
        return reading.scope(text, has_context=True)

    match force:
        case Force.ABLE:
            return ABLE, {"able": scoped(deed.ending("ᆯ", "ETM")), "doing": scoped(deed.ending("는", "ETM"))}
        case Force.CANNOT:
            return ABLE, {"able": scoped(deed.ending("ᆯ", "ETM")), "doing": scoped(deed.ending("는", "ETM"))}
        case Force.MAY if has_case:
            return MAY, {"may": scoped(deed.ending("어도"))}
        case Force.BAN:
            return MAY, {"may": scoped(deed.ending("어도"))}
        case Force.NEEDLESS:
            return MUST, {"must": scoped(_firm(deed))}
        case Force.NEED if _FIRMLY.search(said):
            return MUST, {"must": scoped(_firm(deed))}
        case Force.NEED if has_reason:
            return OMIT, {"without": scoped(deed.ending("지") + " 않아도")}
    return None


def _answer(statement: Statement, force: Force) -> tuple[str, tuple[tuple[int, int], ...]]:
    """네 or 아니요, the sentence, and the reason that follows it; with the spans these rest on."""
    firm = bool(_FIRMLY.search(statement.say()))
    yes = force in (Force.ABLE, Force.MAY) or (force is Force.NEED and firm)
    answer, spans = f"{'네' if yes else '아니요'}, {statement.answer()}", statement.grounds
    reason = statement.follower if statement.exception is None else None
    gives_reason = reason is not None and (_REASON.search(reason.text) or (statement.note and force is Force.BAN))
    if reason is not None and gives_reason and not _POINTS.search(reason.text):
        return f"{answer} {reason.text}", (*spans, reason.source)
    return answer, spans


def _deed(statement: Statement, case: Case | None, tokens: Sequence[Token], force: Force) -> _Deed | None:
    """The act inside a modal clause, led in by its topic and, where one asks of that very case, by the case."""
    if force not in _MODALS:
        return None
    ends = [index for index, token in enumerate(tokens[-7:-1], max(len(tokens) - 7, 0)) if token.form in _MODALS[force]]
    act = tokens[: ends[0] + 1] if ends else ()
    ended = final_predicate(act)
    predicate = from_asker(ended) if ended is not None else None
    if predicate is None or len(predicate.stem) > 1 or predicate.stem[0][0] in ("되", "지", "있", "없", "이", "아니"):
        return None
    claim = last_claim(act)
    if claim is None or _is_bracketed(statement, predicate.start):
        return None
    topic, act = claim
    first = act[0].start
    start = _beginning(act, force)
    has_means = force is Force.ABLE and case is None
    if has_means and start == act[0].start and not any(token.form == "없이" for token in act):
        return None
    act = tuple(token for token in act if token.start >= start)
    if any(token.tag == "EC" and token.form in _BECAUSE for token in act[:-1]):
        return None  # 단은 아래에서부터 세니까 헷갈리지 마세요
    if force is Force.ABLE and any(token.form == "만" and token.tag == "JX" for token in act):
        return None
    if not _names_thing((*topic, *act)) or any(token.form == "도" for token in act[:-1]):
        return None
    text = _up_to(statement, start, predicate.start)
    if topic:
        text = f"{statement.say(topic[0].start, topic[-1].start + topic[-1].len)} {text}"
    if case is not None:
        keeps_case = force not in (Force.ABLE, Force.MAY)
        if keeps_case:
            said = asked_by(statement.say(statement.start, case.end), statement.sentence.line.text, case.clause)
            text = f"{said} {text}"
        elif case.topic:
            text = f"{statement.say(case.topic[0].start, case.topic[-1].start + case.topic[-1].len)} {text}"
    text = _LEFT_OUT.sub("", text)
    act = (*topic, *act)
    if len(text) not in _ACT_CHARS or not own_nouns(act) or _LEANS.search(text):
        return None
    return _Deed(text, replace(predicate, start=len(text), end=len(text)), act, has_reason=start > first)


def _is_bracketed(statement: Statement, place: int) -> bool:
    """Whether a place stands in brackets: 나누어 보낸다(크기는 바꿀 수 있음)."""
    before = statement.sentence.line.text[statement.start : place]
    return before.count("(") > before.count(")")


def _names_thing(act: Sequence[Token]) -> bool:
    """Whether an act names what it is done to: an object, a topic that is a thing, or 에 and 와 before the verb."""
    for index, token in enumerate(act):
        before = act[index - 1]
        is_topic = token.tag == "JX" and token.form in ("은", "는", "ᆫ") and before.tag in NOUNS
        if token.tag == "JKO" or (is_topic and before.form not in ("경우", "때", "후", "중", "전")):
            return True
    ends = [(noun.form, particle.form) for noun, particle in pairwise(act[-6:]) if particle.tag == "JKB"]
    return any(form in _TOWARDS and noun not in ("수동", "자동") for noun, form in ends)


def _beginning(act: Sequence[Token], force: Force) -> int:
    """Where what one asks of begins: after a reason (없으므로, 때문에) and, of what one is able to, after its means."""
    start = act[0].start
    for index in range(1, len(act) - 3):
        token, after = act[index], act[index + 1]
        because = (token.tag == "EC" and token.form in _BECAUSE) or (
            token.form == "에" and act[index - 1].form == "때문"
        )
        means = force is Force.ABLE and token.tag == "EC" and token.form == "어" and _is_means(act[:index])
        if because or (means and any(rest.tag == "JKO" for rest in act[index + 1 :])):
            start = act[index + 2].start if after.tag == "SP" else after.start
    return int(start)


def _is_means(before: Sequence[Token]) -> bool:
    """Whether a clause names what one uses: 옵션을 선택하-."""
    verb = before[-1].form if before[-1].tag != "XSV" else before[-2].form
    return verb in _MEANS and any(token.tag == "JKO" for token in before)


def _up_to(statement: Statement, start: int, end: int) -> str:
    """The statement from `start` to `end`, the space before `end` kept."""
    return statement.say(start, end) + (" " if statement.sentence.line.text[end - 1] == " " else "")


def _firm(deed: _Deed) -> str:
    """각 태그를 스캔해야 → 각 태그를 꼭 스캔해야."""
    must = _FIRMLY.sub("", deed.ending("어야")).replace("  ", " ").strip()
    before, space, verb = must.rpartition(" ")
    return f"{before}{space}꼭 {verb}"
