"""Definitions: `순환 실사는 … 세는 실사 방식이다.` → 순환 실사가 뭐야?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.predicate import without_tail
from datagen.documents import Items, Section
from datagen.extract.leads import LIST_HEADING, VALUES_LED, is_example, kind_led, kind_of, led_blocks
from datagen.extract.reading import COMMON, Candidate, Reading, Sentence, has_topic, is_nominal
from datagen.extract.statement import Statement, lead_of, statements
from datagen.phrasing import Slots, Template, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

MEANING = (
    Template("NCES", "{term:이/가} <뭐야>"),
    Template("EP", "{term:이라는/라는} [게|것이] 정확히 <뭐야>"),
    Template("IS", "{term:은/는} 무슨 <뜻이야>"),
    Template("N", "{term:은/는} [뭘|무엇을] 말하는 <거야>"),
    Template("NW", "{term} 뜻[ 좀|을] <알려 줘>"),
    Template("NC", "{term:이/가} [뭔지|무엇인지] <알려 줘>"),
)
# Somebody is not asked for with 뭐.
PERSON = (
    Template("N", "{term:은/는} 어떤 사람[이야?|인가요?|입니까?]"),
    Template("NCS", "{term:은/는} [뭐|무엇을] 하는 사람[이야?|인가요?|입니까?]"),
    Template("N", "{term:이/가} 누구인지 <알려 줘>"),
)
# A part of a program is asked for what it does, not for what it means.
FEATURE = (
    Template("NCE", "{term:은/는} [뭐|무엇을] 하는 [{genus:이야/야}?|{genus}인가요?|{genus}입니까?]"),
    Template("NIS", "{term:은/는} 어떤 [{genus:이야/야}?|{genus}인가요?|{genus}입니까?]"),
    Template("NP", "{term:이/가} [뭐|무엇을] 하는 {genus}인지 <알려 줘>"),
)
FEATURES = frozenset("기능 화면 페이지 메뉴 시스템 모듈 서비스 도구 프로그램 보고서 탭".split())
_PERSON_TERM = re.compile(
    r"(?:담당|관리|작업|운전|승인|검수|요청|책임|운영|판매|소비|사용|수취|발송|참여)자$|화주$|기사$"
)
# A copula after these states an attribute, a reason or a degree, not what a thing is.
_NO_GENUS = frozenset(
    "것 거 때문 편 점 수 뿐 이점 장점 단점 경우 중 정도 이상 이하 이유 까닭 목적 원칙 전부 사실 신호 셈 "
    "터 탓 덕분 관문 핵심 기본 그림자 골칫거리 열쇠 출발점 지름길 뼈대 바탕 생명".split()
)
# Topics that name a role in the sentence rather than a thing.
_NO_TERM = frozenset(
    "방법 목적 이유 까닭 결과 대상 기준 담당자 차이 원칙 특징 장점 단점 핵심 나머지 처음 끝 하나 둘 다음 아래".split()
)
# Names that mean something only within their page: LF, 사전 배분형.
LEANING_NAME = re.compile(r"^[A-Za-z]{1,3}$|형$")
_QUANTITY = re.compile(r"(?:주기|기간|횟수|수량|온도|시간|개수)$")
_DEFINING_VERBS = frozenset({"말하", "뜻하", "가리키", "일컫"})
_QUOTES = frozenset("\"'“”‘’「」『』")
# How a provision defines: "비축물자"란 … 을 말한다.
_DEFINED = re.compile(r"^\S.{0,40}?(?:이?란|(?:이라|라) 함은) .*(?:말한다|말합니다|뜻한다|뜻합니다|이다|입니다)\.?$")
_HOMONYM_CHARS = 2  # 배치, 전문: words of several senses
_TERM_CHARS, _LEAST_COMMENT_CHARS = range(2, 21), 12


def definitions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence that says what its topic is, and for each bold lead that is said to be something."""
    for section in reading.sections():
        said = list(statements(reading, section, with_steps=True))
        for statement in said:
            if statement.is_step and not _DEFINED.search(statement.sentence.text):
                continue  # a step may end in a noun and 이다 without defining anything
            if statement.note is None and (term := _term_of(statement)) is not None:
                yield _scoped(reading, _candidate(term, statement, statement.say(), statement.evidence))
        if not is_example(section):
            for candidate in _of_leads(reading, section, said):
                yield _scoped(reading, candidate)


def _scoped(reading: Reading, candidate: Candidate) -> Candidate:
    """A name that means something only within its page (LF, 사전 배분형), led in by the page's subject."""
    term = str(candidate.slots["term"])
    leans = LEANING_NAME.search(term) or len(term) <= _HOMONYM_CHARS
    return replace(candidate, slots={**candidate.slots, "term": reading.scope(term)}) if leans else candidate


def _candidate(term: str, statement: Statement, answer: str, evidence: tuple[tuple[int, int], ...]) -> Candidate:
    templates, slots = asked_what(term, statement.tokens)
    return Candidate("definition", templates, slots, answer, evidence, statement.path)


def asked_what(term: str, tokens: Sequence[Token]) -> tuple[tuple[Template, ...], Slots]:
    """How one asks for a thing that a sentence defines, by its genus: 뭐 하는 화면이야, for …하는 화면이다."""
    genus = tokens[-3].form if len(tokens) > 2 and tokens[-2].tag == "VCP" else ""
    if genus in FEATURES and tokens[-4].tag == "ETM" and genus not in term:
        return FEATURE, {"term": term, "genus": genus}
    return meaning_of(term), {"term": term}


def _term_of(statement: Statement) -> str | None:
    """The term that a statement defines: its own topic, or the name put for 이 기능은."""
    genus = statement.tokens[-3].start if len(statement.tokens) > 2 else 0
    if "①" in statement.say() or any(first <= genus < last for first, last, _ in statement.edits):
        return None  # 추천 순서는 ① … ② …; 초기 상태는 **신규**입니다: values
    if not statement.edits or statement.edits[0][0] > statement.start:
        return defined_term(statement.sentence) if statement.start == statement.sentence.start else None
    return None


def _of_leads(reading: Reading, section: Section, said: Sequence[Statement]) -> Iterator[Candidate]:
    """`- **구역** – 위치를 묶은 것입니다.`: a bold lead that names a thing, no field, button or value."""
    if section.headings and LIST_HEADING.search(section.headings[-1].text):
        return
    by_line = {statement.sentence.line: statement for statement in reversed(said) if not statement.is_step}
    for block, intro in led_blocks(section.blocks):
        if not isinstance(block, Items) or kind_led(intro) or (intro is not None and VALUES_LED.search(intro.text)):
            continue
        for item in block.items:
            lead, statement = lead_of(item.line), by_line.get(item.line)
            if lead is None or statement is None or statement.start != lead.end or kind_of(item.line, lead.end):
                continue
            tokens = [token for token in reading.tokens(item.line) if token.start < len(lead.text)]
            if lead.text in statement.say():
                continue  # 위치는 가장 낮은 수준의 위치 정보: said by itself
            if is_term(tokens) and len(lead.text) in _TERM_CHARS and _is_genus(statement.tokens):
                answer = fill("{term:은/는} {text}", {"term": lead.text, "text": statement.say()})
                evidence = (*statement.evidence, item.line.source(0, len(lead.text)))
                yield _candidate(lead.text, statement, answer, evidence)


def meaning_of(term: str) -> tuple[Template, ...]:
    """How one asks what a thing, or who somebody, is."""
    return PERSON if _PERSON_TERM.search(term) else without_what(MEANING, term)


def without_what(templates: tuple[Template, ...], name: str) -> tuple[Template, ...]:
    """The wordings that fit a name: of a quantity nobody asks 수량이 뭐야, which asks how much it is."""
    if not _QUANTITY.search(name):
        return templates
    return tuple(template for template in templates if not template.text.endswith("이/가} <뭐야>"))


def defined_term(sentence: Sentence) -> str | None:
    """The term a sentence defines, or None."""
    tokens = without_tail(sentence.tokens)
    topic = next((index for index, token in enumerate(tokens) if _is_topic(tokens, index)), None)
    if topic is None:
        return None
    named = _without_brackets(tokens[:topic])
    head = [token for token in named if token.form not in _QUOTES and token.tag != "VCP"]  # "내용연수"란
    if not is_term(head) or not _says_what(tokens[topic + 1 :]):
        return None
    term = sentence.line.text[head[0].start : head[-1].start + head[-1].len].strip()
    comment_chars = tokens[-1].end - tokens[topic].end
    return term if len(term) in _TERM_CHARS and comment_chars >= _LEAST_COMMENT_CHARS else None


def _without_brackets(tokens: Sequence[Token]) -> Sequence[Token]:
    """A topic without the original or short form that closes it in brackets: 창고번호(Warehouse Number)."""
    opening = next((index for index, token in enumerate(tokens) if token.form == "("), len(tokens))
    closes = bool(tokens) and tokens[-1].form == ")" and all(
        token.tag in ("SL", "SN", "SP", "SW", "SSC") for token in tokens[opening + 1 :]
    )  # fmt: skip
    return tokens[:opening] if closes and opening else tokens


def _is_topic(tokens: Sequence[Token], index: int) -> bool:
    """Whether a topic ends here: 은/는, or 이란 of a definition."""
    token = tokens[index]
    is_defined = index > 0 and token.form == "란" and tokens[index - 1].tag == "VCP"
    return is_defined or (token.tag == "JX" and token.form in ("은", "는"))


def is_term(tokens: Sequence[Token]) -> bool:
    """Whether a topic is a name of its own: nouns only, none of the words that every document shares."""
    if not is_nominal(tokens) or any(token.tag in ("NP", "JKG", "JC") for token in tokens):
        return False
    is_common = len(tokens) == 1 and tokens[0].form in COMMON
    is_rest = tokens[0].form in ("나머지", "기타")  # 나머지 8개 차원
    return (
        not is_common and not is_rest and tokens[-1].form not in _NO_TERM and tokens[-1].tag not in ("NNB", "SN", "NR")
    )


def _says_what(tokens: Sequence[Token]) -> bool:
    """Whether a comment on a topic ends in modifier + genus noun + 이다, or in 을 말한다."""
    if len(tokens) < 4 or tokens[-1].tag != "EF" or has_topic(tokens):
        return False
    stem = tokens[-2]
    if stem.tag == "VCP":
        return _is_genus(tokens) and any(token.tag == "ETM" for token in tokens[:-3])
    verb = stem.form if stem.tag == "VV" else tokens[-3].form + stem.form if stem.tag == "XSV" else ""
    return verb in _DEFINING_VERBS


def _is_genus(tokens: Sequence[Token]) -> bool:
    """Whether a comment without a topic of its own ends in a modified genus noun and 이다."""
    if len(tokens) < 4 or tokens[-1].tag != "EF" or tokens[-2].tag != "VCP" or has_topic(tokens):
        return False
    genus, before = tokens[-3], tokens[:-3]
    is_modified = any(token.tag in ("ETM", "JKG") for token in before)
    return (
        (genus.tag == "NNG" or (genus.tag == "XSN" and genus.form != "적"))
        and genus.form not in _NO_GENUS
        and is_modified
    )
