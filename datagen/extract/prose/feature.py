"""What the first sentence below a heading says of it: `배송지를 관리하는 기능이다.` → 배송지 관리는 어떤 기능이야?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from datagen.documents import Line, Paragraph, Section
from datagen.extract.leads import is_example
from datagen.extract.prose.definition import FEATURES, asked_what, is_term
from datagen.extract.reading import NOUNS, Candidate, Reading, has_subject, has_topic, is_clause
from datagen.extract.standing import leaves_open
from datagen.extract.statement import Statement, lead_of, statements
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

ABLE = (
    Template("NWE", "{term:은/는} [뭐|무엇을] 하는 <거야>"),
    Template("NIP", "{term:은/는} [뭐|무엇을] 할 때 <써>"),
)
# A heading that names a part of a program where one can do something: 입고 현황, 재고 관리.
_PLACE = re.compile(
    r"(?:관리|현황|목록|분석|조회|통계|대시보드|화면|페이지|메뉴|검색|등록|접수|달력|캘린더|스캔|뷰|보드)$"
)
# A heading that only opens its section: what it opens is the heading above it.
_OPENS = re.compile(r"^(?:개요|소개|기능 소개|설명|기본 정보)$")
_NUMBERED = re.compile(r"^[\W\d_]+(?=[가-힣A-Za-z])")
_NO_NAME = re.compile(
    r"(?:방법|절차|순서|팁|사항|정보|내용|예|목적|배경|효과|장점|이점|특징|정의|용어|요약|안내|개요|소개|기타|문제|해결|"
    r"질문|[0-9]단계|하기|기)$|^(?:주의|참고|기능|메뉴|화면)|[?？:：]"
)
_NAME_CHARS, _SAID_CHARS = range(3, 24), range(14, 100)


def features(reading: Reading) -> Iterator[Candidate]:
    """A pair for each section whose first sentence, without a topic of its own, says what its heading is or allows."""
    for section in reading.sections():
        first = section.blocks[0] if section.blocks else None
        if not isinstance(first, Paragraph) or first.note or is_example(section):
            continue
        said = next((one for one in statements(reading, section) if one.sentence.line is first.line), None)
        heading = _name_of(reading, section)
        if said is not None and heading is not None and said.sentence.start == 0 and not said.edits:
            yield from _candidate(reading.at(section), said, *heading)


def _candidate(reading: Reading, statement: Statement, name: str, heading: Line) -> Iterator[Candidate]:
    tokens, said = statement.tokens, statement.say()
    is_open = leaves_open(statement) or lead_of(statement.sentence.line) is not None
    if is_open or has_topic(tokens) or len(said) not in _SAID_CHARS or not is_clause(tokens) or name in said:
        return
    spans = (*statement.evidence, heading.source())
    if tokens[-2].tag == "VCP" and tokens[-3].form in FEATURES and not has_subject(tokens):
        answer = fill("{term:은/는} {text}", {"term": name, "text": said})
        templates, slots = asked_what(name, tokens)
        slots = {**slots, "term": reading.scope(name)}
        yield Candidate("definition", templates, slots, answer, spans, statement.path)
    elif _PLACE.search(name) and _is_ability(tokens):
        yield Candidate("purpose", ABLE, {"term": reading.scope(name)}, f"{name}에서는 {said}", spans, statement.path)


def _is_ability(tokens: tuple[Token, ...]) -> bool:
    """Whether a sentence says what one can do to something: 지점별 재고를 확인할 수 있습니다."""
    forms = [token.form for token in tokens[-4:-1]]
    is_able = forms[1:] == ["수", "있"] and forms[0] in ("ᆯ", "을")
    has_case = any(token.tag == "EC" and token.form in ("면", "으면", "려면") for token in tokens)
    return is_able and any(token.tag == "JKO" for token in tokens) and not has_case and not has_subject(tokens)


def _name_of(reading: Reading, section: Section) -> tuple[str, Line] | None:
    """The name that a section's heading gives, and its line; of 개요, the heading above it."""
    headings = section.headings
    while len(headings) > 1 and _OPENS.search(_NUMBERED.sub("", headings[-1].text).strip()):
        headings = headings[:-1]
    if not headings:
        return None
    heading = headings[-1]
    name = _NUMBERED.sub("", heading.text).strip()
    start = heading.text.find(name)
    tokens = [token for token in reading.tokens(heading) if token.start >= start and token.tag != "SP"]
    is_name = bool(tokens) and is_term(tokens) and all(token.tag in (*NOUNS, "JKG", "SW") for token in tokens)
    return (name, heading) if is_name and len(name) in _NAME_CHARS and not _NO_NAME.search(name) else None
