"""Entries: what a list says of each thing that its heading names, terms and rules among them.

Below 인수증에 남기는 내용, `- 외장 수량: 포장을 뜯지 않고 센 상자 수` → 인수증에 남기는 내용 중 외장 수량이 뭐야?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation.korean.predicate import final_predicate, without_tail
from datagen.documents import Line, Section
from datagen.extract.acts import VERBAL, heading_text
from datagen.extract.leads import LIST_HEADING, SCREEN_HEADING
from datagen.extract.prose.definition import meaning_of
from datagen.extract.reading import (
    Candidate,
    Reading,
    has_topic,
    heading_source,
    is_clause,
    is_nominal,
    is_noun_phrase,
    section_path,
    without_stop,
)
from datagen.extract.screens import entry_wordings as ask
from datagen.extract.screens.label_answers import deed_said
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

_BRACKETED = re.compile(r"\s*\([^()]*\)$")
# Limits, rules and deeds: nouns that end a value, never a meaning, unless a modifier stands right before them.
_LIMITS = frozenset("이하 이상 미만 초과 이내 금지 필수 생략 가능 불가 제외 없음 무관 원칙 준수".split())
_DEEDS = frozenset(
    "유지 설치 실시 사용 확인 점검 보관 적재 착용 제출 보고 등록 입력 처리 교체 청소 폐기 기록 관리 부착 분리 격리 "
    "통보 승인 검사 조치 작성 이동 반입 출입 배치 비치 제한 허용 설정 선택 지정".split()
)
_OURS = re.compile(r"(?:^|\s)(?:당사|본사|자사|당 센터|본 \S+)(?=\s|[은는이가을를의에])")
_BARE = re.compile(r"^(?:[A-Z]|[A-Z]{0,2}\d+)$")
_NAME_CHARS = range(1, 31)
_DEFAULT = re.compile(r"(?P<value>\S.*?) ?\(기본(?:값)?\)")
# What names nothing: a share or an order (카테고리별), a case (등록 시), a limit (3회 이상), but not 외관 이상.
_NAMELESS = re.compile(r"(?:별|순| 시| 때| 후| 전|가능|불가)$|\d\S* ?(?:이상|이하|미만|초과)$|^(?:기타|예|주|단)$")
# Parts of a screen that show or do something by themselves, and what has contents.
_SHOWING = re.compile(
    r"(?:표|테이블|카드|그래프|차트|버튼|아이콘|영역|목록|창|탭|패널|배너|알림|표시등|기능|필터|배지)$"
)
_HOLDER = re.compile(r"(?:리포트|보고서|데이터|정보|화면|페이지|탭|영역|헤더|바|카드|명세서|목록|내역|섹션|패널|메뉴)$")
# A heading's last noun that says only what the list does: 주문 상태 설명, 메인 화면 구성.
_ABOUT = re.compile(r"(?<=\S) (?:설명|안내|소개|정리|구성|확인|조회)$")
_CLASSES = re.compile(r"(?:상태|분류|카테고리|등급|구분|채널|수단|통계|지표|카드|역할|상황|사유|옵션|단계별 의미)$")
_MEASURE_HEADING = re.compile(r"(?:기준|주기|기한|기간|시각|한도|온도|요금|수수료|횟수)$")
_STATE_HEADING = re.compile(r"상태$")
_STAGE = re.compile(r"[가-힣](?: 중| ?완료| ?대기| ?예정)$")
_BARE_SCREEN = re.compile(r"^(?:메인|기본|초기|주요|전체|첫) ?화면$")
_PERSON = re.compile(
    r"(?:담당|관리|작업|운전|승인|검수|요청|책임|운영|판매|구매|사용|수령|신청|발송)자$|"
    r"(?:직원|사원|기사|고객|화주|점주|팀장)$"
)
_MEASURED = re.compile(r"(?:수|수량|건수|금액|총액|합계|비율|추이|[가-힣](?:율|액))$")
_NOISE = re.compile(r" [-–—] |[←-⯿\U0001F000-\U0001FAFF]")
_CHOICES = re.compile(r"[^\s/]+(?:/[^\s/]+)+")
_CLAUSAL = frozenset(("JKS", "JKO", "JKB", "JX", "EC", "EF", "ETM"))
_TELLING = frozenset(("NNG", "NNP", "SL", "VV", "VA", "XR", "SN"))
_EMPTY_WORDS = frozenset(
    "이름 명칭 정보 현황 내역 데이터 내용 값 항목 공식 대표 현재 전체 해당 관련 적용 최종 기본 다양 주요 금액 수량 "
    "건수 개수 수 진행 되 하 있".split()
)
_LEAST_NEW = 2


def entry(
    reading: Reading, section: Section, item: Line, found: re.Match[str], intro: Line | None
) -> Iterator[Candidate]:
    """The pair of a member of a list that the heading names: what it is, holds or does, or its rule."""
    name, heading = found["name"].strip(), section.headings[-1]
    path, own = section_path(section), (item.source(*found.span("text")), item.source(*found.span("name")))
    scope = _scope(reading, heading)
    if scope is not None and (said := _said(reading, heading, item, found)) is not None:
        templates, answer, slots = said
        yield Candidate("field", templates, {"scope": scope, "field": name, **slots}, answer,
                        (*own, *heading_source(section)), path)  # fmt: skip
        return
    meaning = _meaning(reading, item, found)
    if meaning is None or not _is_rule(meaning[1]) or (column := _rule_named(reading, section, intro)) is None:
        return
    rule, spans = f"{name}의 {column[0]}", column[1]
    answer = fill("{rule:은/는} {text}입니다.", {"rule": rule, "text": meaning[0]})
    scoped = reading.scope(rule, has_context=True).removesuffix(rule).strip()
    yield Candidate("field", ask.RULE, {"scope": scoped, "rule": rule}, answer, (*own, *spans), path)


Said = tuple[tuple[Template, ...], str, dict[str, str]]


def _said(reading: Reading, heading: Line, item: Line, found: re.Match[str]) -> Said | None:
    """The wordings, the answer and the slots for what a list says of one member; None where it says nothing new."""
    name, text, start = found["name"].strip(), without_stop(found["text"]), found.start("text")
    tokens = [token for token in reading.tokens(item) if token.start >= start]
    if _NAMELESS.search(name) or _NOISE.search(text) or _is_sample(reading, item, start):
        return None
    slots = {"field": name, "text": text}
    if default := _DEFAULT.fullmatch(text):
        return ask.DEFAULT, fill("{field}의 기본값은 {text}입니다.", {**slots, "text": default["value"]}), {}
    if _lists(text, tokens, start):
        return ask.HOLDS, fill("{field}에는 {text:이/가} 있습니다.", slots), {}
    if _SHOWING.search(name) and (deed := deed_said(text, tokens)):
        return ask.DOES, fill("{field:은/는} {deed}", {**slots, "deed": deed[0]}), {}
    is_stage = _STATE_HEADING.search(_ABOUT.sub("", heading.text)) and _STAGE.search(text)
    if is_stage and _new_words(name, heading.text, tokens):
        return ask.MEANT, fill("{field:은/는} {text:이라는/라는} 뜻입니다.", slots), {}
    meaning = _meaning(reading, item, found)
    return _said_to_be(heading, name, *meaning, start) if meaning else None


def _said_to_be(heading: Line, name: str, text: str, tokens: Sequence[Token], start: int) -> Said | None:
    """The same for a member that a noun phrase describes; `start` is where the phrase begins in its line."""
    slots, new, head = {"field": name, "text": text}, _new_words(name, heading.text, tokens), tokens[-1].form
    if not new or ("," in text and head in VERBAL):
        return None  # VIP: 주요 고객, 특별 할인 적용: what one is, and what is done
    if _HOLDER.search(name) and head not in name and head not in ("이름", "명칭", "값"):
        return ask.HOLDS, fill("{field}에는 {text:이/가} 있습니다.", slots), {}
    if _PERSON.search(name) and head in ("권한", "접근"):
        entitled = fill("{field}에게는 {text:이/가} 있습니다.", slots)
        return (ask.ENTITLED, entitled, {}) if head == "권한" else None
    answer = fill("{field:은/는} {text}입니다.", slots)
    if _is_rule(tokens):
        return None
    if genus := _genus(heading, text, tokens, start):
        return ask.KIND, answer, {"genus": genus}
    is_said_again = any(token.form in name for token in tokens if token.tag.startswith(("NN", "X")))
    if is_said_again and len(new) < _LEAST_NEW:
        return None
    return (ask.MEASURE if _MEASURED.search(text) else ask.MEANING), answer, {}


def _lists(text: str, tokens: Sequence[Token], start: int) -> bool:
    """Whether a text names several things side by side: 회사명, 주소, 연락처; never 광고, 홍보 비용, of one 비용."""
    if _CHOICES.fullmatch(text):
        return True  # 재직/휴직/퇴직
    parts = [part.strip() for part in text.removesuffix(" 등").split(",")]
    if len(parts) < 2 or "(" in text or any(token.tag in _CLAUSAL for token in tokens):
        return False
    words = [len(part.split()) for part in parts]
    is_even = words[-1] == 1 or min(words) > 1 or parts[-1].startswith("기타 ")
    ends = [token for token in tokens if re.match(r",| 등|$", text[token.start - start + token.len :])]
    deeds = {token.form in VERBAL or token.tag == "ETN" for token in ends if token.form not in ("등", "관리")}
    return is_even and len(deeds) < 2


def _new_words(name: str, heading: str, tokens: Sequence[Token]) -> set[str]:
    """The words of a meaning that neither the name nor the heading says: none in 주소: 배송 주소 below 배송 정보."""
    told = (token.form for token in tokens if token.tag.split("-")[0] in _TELLING)
    return {form for form in told if form not in _EMPTY_WORDS and form not in f"{name} {heading}"}


def _genus(heading: Line, text: str, tokens: Sequence[Token], start: int) -> str:
    """What a member is one of, where it is said to be such a one with something told of it: 주문이 등록된 + 상태."""
    modifier = max((token.start + token.len for token in tokens if token.tag == "ETM"), default=0)
    genus = text[max(modifier - start, 0) :].strip() if modifier else ""
    return genus if genus in ("상태", "경우", "사람") or (genus and " " not in genus and genus in heading.text) else ""


def term(reading: Reading, section: Section, item: Line, found: re.Match[str]) -> Iterator[Candidate]:
    """The pair of an entry of a list of terms: 유휴재고: 최근 90일 동안 출고 실적이 없는 재고."""
    meaning = _meaning(reading, item, found)
    if meaning is None or _is_limit(meaning[1]) or _OURS.search(meaning[0]):
        return
    name = found["name"].strip()
    answer = fill("{field:은/는} {meaning}입니다.", {"field": name, "meaning": meaning[0]})
    evidence = (item.source(*found.span("text")), item.source(*found.span("name")), *heading_source(section))
    term = _BRACKETED.sub("", name) or name
    yield Candidate("definition", meaning_of(term), {"term": term}, answer, evidence, section_path(section))


def _meaning(reading: Reading, item: Line, found: re.Match[str]) -> tuple[str, list[Token]] | None:
    """What stands after a member's colon, as a noun phrase, and its morphemes; None where it is no noun phrase."""
    text = without_stop(found["text"])
    if _is_sample(reading, item, found.start("text")):
        return None
    tokens = [token for token in reading.tokens(item) if token.start >= found.start("text")]
    if _BARE.match(found["name"].strip()):
        return None  # 201, A: no name without its class
    if is_noun_phrase(tokens) and tokens[-2:-1] and tokens[-2].form in ("때", "마다", "시", "경우"):
        return None  # 필요할 때 실시: an act in a case, no noun phrase
    if not is_noun_phrase(tokens):
        predicate = final_predicate(tokens)
        if predicate is None or not is_clause(tokens) or not predicate.is_copula or has_topic(tokens):
            return None
        text = text[: predicate.start - found.start("text")]
        tokens = [token for token in tokens if token.start < predicate.start]
    return text, list(without_tail(tokens))


def _is_sample(reading: Reading, item: Line, start: int) -> bool:
    """Whether what is said is set in italics: **작업 풀 ID:** *Webshop*, a value, no meaning."""
    return reading.document.text[item.offsets[start] - 1] in "*_"


def _is_limit(tokens: Sequence[Token]) -> bool:
    """Whether a noun phrase is a value, a limit or a deed to be done: 상대습도 60% 이하 유지, 최대 5단."""
    modifier = max((index for index, token in enumerate(tokens) if token.tag in ("ETM", "MM")), default=-1)
    head = tokens[modifier + 1 :]
    if not head or any(token.form in _LIMITS for token in head):
        return True
    is_number = len(head) > 1 and head[-2].tag in ("SN", "NR") and head[-1].tag in ("NNB", "NNG", "SL", "SW")
    is_deed = head[-1].form in _DEEDS and (len(head) > 1 or modifier < 0)
    is_joined = any(token.tag in ("JC", "SP") for token in head)  # 사진과 설명, 이동·분류 지시
    is_deed |= head[-1].form in VERBAL and (modifier < 0 or (len(head) > 1 and not is_joined))
    return is_number or is_deed or head[-1].tag in ("SN", "NR")


def _is_rule(tokens: Sequence[Token]) -> bool:
    """Whether a noun phrase without a modifier of its own sets a value or a deed; 상품의 등급 is neither."""
    return _is_limit(tokens) and not any(token.tag == "JKG" for token in tokens)


def _rule_named(
    reading: Reading, section: Section, intro: Line | None
) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """What a list of rules is about (적재 높이 기준) and the spans that say so: its parent below a heading in 기준."""
    heading = heading_text(section.headings[-1].text)
    if not names_measure(section.headings[-1]) or not is_nominal(reading.tokens(section.headings[-1])):
        return None
    if intro is None:
        return heading, heading_source(section)
    if not is_nominal(reading.tokens(intro)) or len(intro.text) not in _NAME_CHARS:
        return None
    if not heading.endswith("기준"):
        return None
    column = intro.text if intro.text.endswith("기준") else f"{intro.text} 기준"
    return column, (intro.source(), *heading_source(section))


def _scope(reading: Reading, heading: Line) -> str | None:
    """Where a member stands: 실사 계획 화면에 있는 · 인수증에 남기는 내용 중; None where the heading names no list."""
    if screen := SCREEN_HEADING.match(heading.text):
        shown = f"{heading_text(screen['screen'])}에 있는"
        return reading.scope(shown) if _BARE_SCREEN.match(screen["screen"]) else shown
    is_plain = all(token.tag != "ETM" for token in reading.tokens(heading))
    text = _ABOUT.sub("", heading_text(heading.text))
    return reading.scope(f"{text} 중", is_class=is_plain) if names_list(heading) else None


def names_measure(heading: Line) -> bool:
    """Whether a heading says what is set for each item below it: 출고 마감 시각, 서류 보존 기간."""
    return _MEASURE_HEADING.search(heading_text(heading.text)) is not None


def names_list(heading: Line) -> bool:
    """Whether a heading says what the items below it are members of: 수령자 정보, 주문 상태 설명, 단말 등록 화면."""
    text = _ABOUT.sub("", heading_text(heading.text))
    return any(pattern.search(text) for pattern in (LIST_HEADING, _CLASSES, SCREEN_HEADING))
