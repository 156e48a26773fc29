"""Plain sentences asked for one part of them: `이 페이지에는 예정된 입고가 표시됩니다.` → … 페이지에는 뭐가 표시돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import PREPOSITIONAL, Predicate, final_predicate
from datagen.extract.prose.definition import is_term
from datagen.extract.reading import NOUNS, PEOPLE, Candidate, Reading, is_clause
from datagen.extract.standing import hangs, leaves_open, qualified
from datagen.extract.statement import Statement, lead_of, statements
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

HOLDS = (Template("NIS", "{topic} [뭐가|무엇이] {act}"), Template("CEM", "{topic} 어떤 [게|것이] {act}"))
DOES = (Template("NISPE", "{topic} [뭘|무엇을] {act}"),)
BY = (Template("NIP", "{topic} [뭐에|무엇에] 따라 {act}"),)
ON = (Template("NIP", "{topic} [뭘|무엇을] {frame} {act}"),)
INTO = (Template("NMC", "{topic} 어떻게 {act}"),)
WHERE = (Template("NWIS", "{topic} 어디{case} {act}"),)
# Each with what it asks for: 페이지에는 목록이 표시됩니다, 탭은 조건을 정의합니다, 기록은 표에 저장됩니다.
_HELD = re.compile(
    r"^(?:표시되|나타나|나열되|포함되|저장되|기록되|제공되|들어가|적히|담기|기재되|보관되|생성되|등록되|설정되)$"
)
_DONE = re.compile(
    r"^(?:보여주|나타내|만들|담|뜻하|가리키|줄이|막)$|^(?!수행|사용|이용|진행|요구|권장|제안|의미|시작|완료|부여)\S\S+하$"
)
_PLACED = re.compile(
    r"^(?:표시되|나타나|나열되|포함되|저장되|기록되|등록되|추가되|적용되|보관되|전송되|할당되|연결되|배치되|반영되|적히|"
    r"찍히|붙이|두|보관하|저장하|기록하|남기|설치하|설치되|등록하|게시되|이동하|옮기|쌓이|있)$"
)
_VARIED = re.compile(r"^(?:다르|달라지|바뀌|결정되|정하|정해지|나뉘|선택되|처리되|변경되|구분하|구분되|분류하|분류되)$")
_DIVIDED = re.compile(r"^(?:나뉘|나누|나누어지|구분되|구분하|분류되|분류하|구성되|이루어지|갈리)$")
_BASED = re.compile(r"^(?:기준|기반|바탕|근거)$")
# Parts that say when or for whom, not where; and parts that say next to nothing.
_NO_PLACE = re.compile(
    r"(?:때|후|뒤|전|중|동안|경우|다음|이상|이하|미만|기준|순서|방식|방법|이유|목적|데|것|시|날|일|월|년|시간|단계|상태|"
    r"자|사|팀|부서|처|측|이내|범위|비율|값|수|곳|위|번)$"
)
_HOLLOW = re.compile(r"^(?:역할|도움|작업|기능|가치|의미|영향|것|점|수|효과|문제|방법|정보|내용|경우|경험|기회|가능)$")
_VAGUE = frozenset("일부 모두 전체 나머지 기타 다음 추가 새 다른 경우 예 현재 이전".split())
_CHAINED = frozenset(
    "면 으면 려면 으려면 지만 므로 으므로 고 며 으며 어서 는데 ᆫ데 거나 도록 다가 자 면서 으면서".split()
)
_TOPIC_CHARS, _PART_CHARS = range(3, 34), range(2, 80)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A sentence of one clause: its topic, the part before its predicate, the particle of that part, the verb."""

    topic: tuple[Token, ...]
    is_place: bool  # 에는, 에서는
    part: tuple[Token, ...]
    particle: Token
    rest: tuple[Token, ...]  # from the particle's end to the predicate's
    verb: str
    predicate: Predicate


def plain_facts(reading: Reading) -> Iterator[Candidate]:
    """A pair for each plain sentence that says what a thing holds, does or depends on, or where it stands."""
    for section in reading.sections():
        for statement in statements(reading, section):
            if lead_of(statement.sentence.line) is None and not hangs(statement) and not leaves_open(statement):
                yield from _candidate(reading.at(section), statement)


def _candidate(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    plain = _plain(statement)
    asked = _asked(plain) if plain is not None else None
    if plain is None or asked is None or not _is_named(statement, plain.topic):
        return
    named = qualified(reading, statement, (*plain.topic, *plain.part))
    if named is None:
        return
    kind, templates, extra = asked
    topic = named.say(plain.topic[0].start, plain.topic[-1].start + plain.topic[-1].len)
    start = plain.rest[0].start if plain.rest else plain.predicate.start
    text = named.sentence.line.text[start : plain.predicate.start]
    act = asking(text, replace(plain.predicate, start=len(text), end=len(text)))
    if len(topic) not in _TOPIC_CHARS:
        return
    slots: Slots = {"topic": reading.scope(topic, has_context=True), "act": act, **extra}
    yield Candidate(kind, templates, slots, named.answer(), named.grounds, named.path)


def _asked(plain: _Plain) -> tuple[str, tuple[Template, ...], dict[str, str]] | None:
    """The kind of question, and how one asks for the part; None where nobody would."""
    particle, verb, head = plain.particle, plain.verb, plain.part[-1].form
    if _HOLLOW.search(head):
        return None
    if plain.is_place:
        return ("list", HOLDS, {}) if particle.tag == "JKS" and _HELD.search(verb) else None
    if particle.tag == "JKO":
        return ("purpose", DOES, {}) if _DONE.search(verb) else None
    if particle.form == "따르":
        return ("definition", BY, {}) if _VARIED.search(verb) else None
    if particle.form in ("으로", "로") and _BASED.search(head) and len(plain.part) > 1 and plain.part[-2].tag == "JKO":
        return "definition", ON, {"frame": f"{head}으로" if head != "근거" else "근거로"}
    if particle.form in ("으로", "로") and _DIVIDED.search(verb) and not plain.is_place:
        return "list", INTO, {}
    is_there = particle.form in ("에", "에서") and _PLACED.search(verb) and not _NO_PLACE.search(head)
    return ("place", WHERE, {"case": particle.form}) if is_there else None


def _plain(statement: Statement) -> _Plain | None:
    """The parts of a sentence of one clause with a topic; None where it has more clauses, or none of these parts."""
    tokens = [token for token in statement.tokens if token.tag != "SP"]
    predicate = final_predicate(tokens)
    if predicate is None or predicate.tag != "EF" or len(predicate.stem) > 1 or not is_clause(tokens):
        return None
    stop = next((index for index, token in enumerate(tokens) if token.start == predicate.start), len(tokens))
    verb, first = predicate.stem[0][0], stop
    if tokens[stop].tag in ("XSV", "XSA") and stop:
        verb, first = tokens[stop - 1].form + verb, stop - 1
    elif tokens[stop].tag == "VX" and stop > 1 and tokens[stop - 2].form == "보이":
        verb, first = "보여주", stop - 2
    while first and tokens[first - 1].tag == "MAG":
        first -= 1
    topic = next((index for index, token in enumerate(tokens) if _is_topic(tokens, index)), None)
    last = _part_end(tokens, first)
    if topic is None or last is None or last <= topic + 1:
        return None
    part = tuple(tokens[topic + 1 : last])
    if _is_chained(tokens[:topic]) or _is_chained(part) or any(token.tag in ("JX", "MAJ") for token in part):
        return None
    if len(statement.say(part[0].start, part[-1].start + part[-1].len)) not in _PART_CHARS:
        return None
    is_place = topic > 1 and tokens[topic - 1].tag == "JKB"
    return _Plain(tuple(tokens[: topic + 1]), is_place, part, tokens[last], tuple(tokens[first:stop]), verb, predicate)


def _part_end(tokens: Sequence[Token], first: int) -> int | None:
    """Where the particle stands that closes the part before the verb; at 따르 for 에 따라, before 만 for 에만."""
    index = first - 1
    if index > 1 and tokens[index].tag == "EC" and tokens[index - 1].form == "따르" and tokens[index - 2].form == "에":
        return index - 1
    if index > 1 and tokens[index].form == "만" and tokens[index - 1].tag == "JKB":
        index -= 1
    return index if index > 1 and tokens[index].tag in ("JKS", "JKO", "JKB") else None


def _is_topic(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    before = tokens[index - 1] if index else None
    is_mark = token.tag == "JX" and token.form in ("은", "는") and before is not None
    return is_mark and before is not None and (before.tag in (*NOUNS, "SSC", "SS") or before.form in ("에", "에서"))


def _is_chained(tokens: Sequence[Token]) -> bool:
    """Whether some morphemes hold a clause of their own that is no modifier of a noun: …하면, …하고."""
    return any(
        token.tag == "EC" and (token.form in _CHAINED or before.form not in (*PREPOSITIONAL, "따르"))
        for before, token in pairwise(tokens)
    )


def _is_named(statement: Statement, topic: Sequence[Token]) -> bool:
    """Whether a topic is a thing that a question can name: quoted, or two words of which none counts or points."""
    nouns = [token for token in topic if token.tag in NOUNS]
    text = statement.say(topic[0].start, topic[-1].start + topic[-1].len)
    if not nouns or PEOPLE.search(nouns[-1].form) or any(token.tag in ("MM", "NP", "JKS") for token in topic):
        return False
    if any(token.form in _VAGUE for token in topic):
        return False
    is_label = any(first <= topic[0].start < last for first, last, _ in statement.edits)
    head = topic[:-2] if topic[-2].tag == "JKB" else topic[:-1]
    return is_label or "의 " in text or (" " in text and is_term([token for token in head if token.tag != "ETM"]))
