"""Where, to whom and by when: `불량품은 격리 구역에 보관한다.` → 불량품은 어디에 보관해?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.predicate import PREPOSITIONAL, final_predicate
from datagen.documents import Items, Table
from datagen.extract.case import own_nouns
from datagen.extract.prose.claims import asked_by, first_claim, from_asker, last_claim
from datagen.extract.prose.notes import provisions, with_notes
from datagen.extract.reading import NOUNS, SOMEBODY, Candidate, Reading
from datagen.extract.standing import hangs, harks_back, leaves_open, qualified
from datagen.extract.statement import Statement
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

ASKED = (Template("WMCINPES", "{ask}"),)
# The particle, the end of the phrase before it, what asks for that, and the kind of question it is.
_WORDS: tuple[tuple[str, re.Pattern[str], str, str], ...] = (
    ("까지", re.compile(r"(?:전|일|날|시|말|초|분|월|주|오전|오후|정오)$"), "언제까지", "when"),
    (
        "에",
        re.compile(r"\d(?:월|일|시|분기)$|요일$|(?:오전|오후|정각|자정|정오)$|(?:월|연|주|기|달)[말초]$|직후$|직전$"),
        "언제",
        "when",
    ),
    ("의", SOMEBODY, "누구의", "role"),
    ("이", SOMEBODY, "누가", "role"),
    ("가", SOMEBODY, "누가", "role"),
    ("에게", SOMEBODY, "누구에게", "role"),
    ("에", re.compile(r"[가-힣A-Za-z]$"), "어디에", "place"),
    (
        "에서",
        re.compile(r"(?:구역|존|창고|도크|작업대|검수장|출하장|하역장|휴게실|화면|페이지|메뉴|보관소|탭|포털|데스크)$"),
        "어디에서",
        "place",
    ),
)
# Verbs that put something somewhere, so that 에 is a place with them.
_PLACING = frozenset("보관 두 놓 적치 비치 설치 부착 쌓 싣 적재 게시 기록 등록 입력 적 저장 넣 붙이 꽂 격리".split())
# What is no place: 요구에 넣는다.
_NO_PLACE = frozenset("요구 기준 대상 범위 계산 상태 경우 조건 계획 앞 뒤 옆 위 아래 안 때 후 전 중".split())
_BEFORE = frozenset("JX JKS JKO MAG SP JKB EC".split())
_TIMES = frozenset("시 후 전 중 때 뒤 이내 동안".split())
_DENIES = frozenset("않 못하 말 없 아니".split())
# What somebody gives: the one word that 누구의 may ask with.
_GIVEN = frozenset("승인 동의 허가 결재 확인 허락 서명 지시".split())
_TOGETHER = re.compile(r"^(?:함께|같이|각각|직접)(?: |$)")  # what the one who asks cannot know
_MOSTLY = re.compile(r"(?<!\S)(?:종종|보통|대개|대부분|일반적으로|주로|가끔) ")
_TEXT_CHARS, _LEAST_NOUNS = range(10, 71), 2
# What no 어떻게 asks for: what something is held to be or comes to; and endings that make a case, a reason, a contrast.
_NO_WAY = frozenset(
    "한 제외 의미 포함 해당 일치 시작 존재 발생 변경 변환 전환 구성 이동 전송 표시 저장 사용 이용 "
    "진행 반복 작동 대응".split()
)
_DOES = re.compile(rf"{SOMEBODY.pattern}|(?:센터|창고|회사|업체|기관|사람|직원|시스템)$")
_JOINS = frozenset("고 며 으며 지만".split())
_UNSAID = frozenset("면 으면 므로 으므로 지만 는데 ᆫ데 거나 도록 때문 경우 때 않 없 못하 며 으며 려면".split())
_NO_MEANS = frozenset("단계 순서 단위 상태 기준 것 원칙".split())
_PASSIVES = frozenset("결정 분류 구분 처리 계산 산정".split())
_LEAST_MANNER, _THING_CHARS = 6, range(5, 36)


def adjuncts(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence that says of its topic where, to whom or by when something is done."""
    reading = with_notes(reading)
    for section in reading.sections():
        seen = reading.at(section)
        for statement in provisions(seen, section):
            yield from _candidates(seen, statement)


def _candidates(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    if hangs(statement) or leaves_open(statement) or _MOSTLY.search(statement.say()):
        return
    first, last = first_claim(statement.tokens), last_claim(statement.tokens)
    for topic, tokens in [*([((), first)] if first else []), *([last] if last else [])]:
        named = qualified(reading, statement, (*topic, *tokens))
        if named is not None and _has_topic(topic or tokens) and not harks_back(reading, named, topic or tokens):
            found = list(_of_claim(reading, named, topic, tokens))
            yield from found or _of_manner(reading, named, topic, tokens)


def _of_claim(
    reading: Reading, statement: Statement, topic: Sequence[Token], tokens: Sequence[Token]
) -> Iterator[Candidate]:
    predicate, text = final_predicate(tokens), statement.sentence.line.text
    if predicate is None or predicate.tag not in ("EF", "EC") or len(predicate.stem) > 1 or predicate.is_adjective:
        return
    if predicate.stem[0] == ("주", "VX"):
        return  # 알려 주세요: nobody asks 알려 주나요
    if any(token.form in _DENIES for token in tokens[-4:]):
        return  # 병동에 두지 않는다: nobody asks where not
    for start, end, asked, kind in _found(tokens):
        if any(first < end and start < last for first, last, _ in statement.edits):
            continue
        lead = f"{statement.say(topic[0].start, topic[-1].start + topic[-1].len)} " if topic else ""
        before, after = (
            statement.say(tokens[0].start, start),
            statement.say(end, predicate.start).replace("하여야", "해야"),
        )
        gap = " " if after and text[predicate.start - 1] == " " else ""
        after = _TOGETHER.sub("", after) if asked == "누가" else after
        whole_text = asked_by(f"{lead}{before} {asked} {after}{gap}", text, tokens)
        rest = [token for token in _without_person((*topic, *tokens)) if not start <= token.start < end]
        if len(whole_text) in _TEXT_CHARS and len(own_nouns(rest)) >= _LEAST_NOUNS:
            scoped = reading.scope(whole_text, has_context=True)
            slots: Slots = {
                "ask": asking(scoped, replace(from_asker(predicate), start=len(scoped), end=len(scoped))),
            }
            yield Candidate(kind, ASKED, slots, statement.answer(), statement.grounds, statement.path)


def _of_manner(
    reading: Reading, statement: Statement, topic: Sequence[Token], tokens: Sequence[Token]
) -> Iterator[Candidate]:
    """`지주의 휨은 직선자를 대고 측정한다.` → 지주의 휨은 어떻게 측정해?"""
    whole_claim = [token for token in (*topic, *tokens) if token.tag != "SP"]
    mark = next((index for index, token in enumerate(whole_claim) if token.tag == "JX"), 0)
    predicate, thing, rest = final_predicate(tokens), whole_claim[: mark + 1], whole_claim[mark + 1 :]
    if predicate is None or predicate.tag != "EF" or len(rest) < _LEAST_MANNER or rest[-2].tag != "XSV" or not mark:
        return
    verb, before = rest[-3], rest[-4]
    is_means = (
        before.tag == "EC"
        and rest[-5].form not in PREPOSITIONAL
        and any(token.tag in ("JKO", "JKB") for token in rest[:-4])
    )
    is_way = before.tag == "JKB" and before.form in ("로", "으로") and rest[-5].form not in _NO_MEANS
    others = {token.tag for token in rest[:-4]} & {"JKS", "JX", "EF", "EP"} or {t.form for t in rest} & _UNSAID
    others |= {t.form for t in rest[:-4]} & {"고"}
    is_doer = _DOES.search(thing[-2].form) or thing[-2].tag not in NOUNS
    is_told = rest[-2].form == "하" or verb.form in _PASSIVES
    leads_in = isinstance(statement.after, Items | Table)
    if (
        leads_in
        or others
        or is_doer
        or not is_told
        or verb.form in _NO_WAY
        or not (is_means or is_way)
        or statement.edits
    ):
        return
    text = statement.say(thing[0].start, thing[-1].start + thing[-1].len)
    if len(own_nouns(thing)) < _LEAST_NOUNS or len(text) not in _THING_CHARS:
        return
    asked = reading.scope(f"{text} 어떻게 {verb.form}", has_context=True)
    slots: Slots = {"ask": asking(asked, replace(from_asker(predicate), start=len(asked), end=len(asked)))}
    yield Candidate("step", ASKED, slots, statement.answer(), statement.grounds, statement.path)


def _without_person(tokens: Sequence[Token]) -> Sequence[Token]:
    """A clause without whoever acts in it, who says nothing of what is done: 담당자가 + 사유를 적는다."""
    stop = next((index for index, token in enumerate(tokens) if token.tag in ("JX", "JKS")), 0)
    return tokens[stop:] if SOMEBODY.search(tokens[stop - 1].form) else tokens


def _has_topic(tokens: Sequence[Token]) -> bool:
    """Whether a clause opens with its topic or its subject, a noun."""
    for index, token in enumerate(tokens):
        if token.tag == "JKS" or (token.tag == "JX" and token.form in ("은", "는")):
            return index > 0 and tokens[index - 1].tag in NOUNS and tokens[index - 1].tag != "NNB"
        if token.tag in ("EC", "EF", "JKO", "JKB"):
            return False
    return False


def _found(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str, str]]:
    """Each phrase of a clause that can be asked for: its span, what asks for it, and the kind of the question."""
    for index, token in enumerate(tokens[:-2]):
        for particle, head, asked, kind in _WORDS:
            if token.form != particle or token.tag not in ("JX", "JKB", "JKG", "JKS") or not index:
                continue
            first = _first(tokens, index)
            phrase = tokens[first:index]
            if not phrase or not head.search("".join(noun.form for noun in phrase)):
                continue
            has_number = any(noun.tag == "SN" for noun in phrase)
            if tokens[index + 1].form in PREPOSITIONAL or phrase[-1].form == "사용자":
                continue  # 품목에 대해; 사용자 is anybody
            is_given = particle != "의" or tokens[index + 1].form in _GIVEN
            is_place = asked != "어디에" or (_places(tokens) and phrase[-1].form not in _NO_PLACE)
            fits = kind == "when" or (not has_number and is_place)
            is_second = token.tag == "JKS" and any(
                one.tag == "EC" for one in tokens[:first]
            )  # 팀이 신청하고 장이 승인한다
            if is_given and fits and not is_second and _is_free(tokens, first, index):
                yield phrase[0].start, token.start + token.len, asked, kind
                break


def _places(tokens: Sequence[Token]) -> bool:
    """Whether the verb at the end puts something somewhere."""
    predicate = [token for token in tokens[-6:] if token.tag.startswith(("VV", "NNG", "XR"))]
    return bool(predicate) and predicate[-1].form in _PLACING


def _first(tokens: Sequence[Token], stop: int) -> int:
    """Where the noun phrase that ends before `stop` begins; 수락하기 전 takes its clause along."""
    first = stop
    while first and (tokens[first - 1].tag in NOUNS or tokens[first - 1].tag in ("JKG", "JC", "SN", "SB")):
        if first < stop and tokens[first - 1].form in _TIMES and tokens[first - 2].tag != "SN":
            break  # 등록 시 | 고객에게, but 7시 30분
        first -= 1
    if 0 < first < stop and tokens[first - 1].tag == "ETN":
        first = max((index + 1 for index, token in enumerate(tokens[:first]) if token.tag == "JX"), default=0)
    return first


def _is_free(tokens: Sequence[Token], first: int, stop: int) -> bool:
    """Whether a phrase stands in the main clause: no modifier on it, no clause behind it, after an own beginning."""
    before = tokens[first - 1] if first else None
    if (
        before is None
        or before.form in ("와", "과", "또는", "혹은")
        or not (before.tag in _BEFORE or before.form in _TIMES)
    ):
        return False
    if any(token.form == "," for token in tokens[:first]):
        return False  # 월 2회, 매월 10일에: one of several
    return not any(
        (token.tag == "EC" and stem.form not in PREPOSITIONAL and after is not None and after.tag != "VX")
        or token.tag in ("ETN", "EF", "JX")
        or (token.tag == "ETM" and (stem.form == "되" or after is None or after.form != "수"))
        for stem, token, after in zip(
            tokens[stop:], tokens[stop + 1 : -1], (*tokens[stop + 2 : -1], None), strict=False
        )
    )
