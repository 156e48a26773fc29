"""Places: where a reader meets a field, as a question leads in: 라인 빠른 탭에서, 요금 엔진을 설정할 때."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from datagen.documents import Line, MarkKind, Section
from datagen.extract.acts import act_of_heading, heading_text
from datagen.extract.reading import COMMON, NOUNS, Reading, heading_source

if TYPE_CHECKING:
    from kiwipiepy import Token

# A heading that is a screen or a part of one: 위치 지시문 빠른 탭.
_SCREEN = re.compile(r"(?:탭|페이지|화면|대화 ?상자|팝업|팝업 ?창|섹션|양식|메뉴|헤더|그리드|패널|창)$")
# A screen that a sentence names: 라벨 출력 탭에서 아래 항목을 채웁니다.
_NAMED = re.compile(
    r"(?:페이지|화면|대화 ?상자|탭|팝업|양식)(?=(?:의|에|에서|에는|에서는|은|는|을|를|으로|로)(?:\s|$))"
)
# Headings that are no place of their own: 필드 설명, 개요, 예.
_NO_PLACE = re.compile(
    r"(?:개요|소개|설명|(?<!재)정의|용어|정보|사항|안내|요약|배경|이점|장점|예|결과|이해|필드|항목|옵션|속성|버튼|단추|아이콘|조건|"
    r"구성 요소|유형|방법|종류|값|목록|요건|요구 사항)$|[?？]$"
)
_COMMON = COMMON | frozenset(
    "탭 빠른 페이지 화면 대화 상자 일반 섹션 메뉴 설정 기능 항목 정보 때 및 새 값 데이터".split()
)
_OBJECT = re.compile(r"(?P<thing>\S.*?)[을를] ")
_PARTICLE = re.compile(r"(?<=\S)(?:에서|에|을|를|의)$")
# Titles that end in the kind of the document they head.
_NO_SUBJECT = re.compile(
    r"(?:질문|FAQ|용어집|용어|안내|가이드|개요|소개|사례|README|매뉴얼|설명서|지침서?)\)?$", re.IGNORECASE
)
_PLACE_CHARS, _TITLE_CHARS = 36, 28


@dataclass(frozen=True, slots=True)
class Place:
    """`at` leads in what one does there (라인 빠른 탭에서), `of` what stands there (라인 빠른 탭에 있는)."""

    at: str
    of: str
    evidence: tuple[tuple[int, int], ...]


def place_of(reading: Reading, section: Section, intro: Line | None = None) -> Place | None:
    """Where the fields of a section stand: its act, its screen, the screen that `intro` names, its noun, or the title.

    None where neither heading nor title says where.
    """
    if not section.headings:
        return None
    is_led = intro is not None and screen_in(reading, intro) is not None
    if _NO_PLACE.search(heading_text(section.headings[-1].text)) and len(section.headings) > 2 and not is_led:
        section = replace(section, headings=section.headings[:-1])  # 요청 항목, below 출고 지시 등록
    reading = reading.at(section)
    heading, evidence = section.headings[-1], heading_source(section)
    text = heading_text(heading.text)
    start = heading.text.find(text)  # 3.1 입력 항목: its numbering is no name
    is_name = _is_name([token for token in reading.tokens(heading) if start <= token.start < start + len(text)])
    title = section.headings[0]
    whole = _titled(reading, title)
    if _SCREEN.search(text):
        return _fitting(reading, text, "에서", "에 있는", evidence, whole) if is_name else whole
    act = None if _NO_PLACE.search(text) else act_of_heading(reading, heading)
    is_titled = whole is not None and act is not None and _is_of(act.before, whole.at)
    if act is not None and not is_titled:
        return _fitting(reading, act.when, "", " 나오는", evidence, whole)
    if intro is not None and (named := screen_in(reading, intro)) is not None:
        spans = (intro.source(*named), *evidence)
        return _fitting(reading, intro.text[slice(*named)], "에서", "에 있는", spans, whole)
    if is_name and act is None and not _NO_PLACE.search(text):
        return _fitting(reading, text, "에서", "에서" if "의 " in text else "의", evidence, whole)
    return whole


def _is_of(act: str, title: str) -> bool:
    """Whether the title names all that an act is done to: 사용자 설정을 생성하고 관리-, of 모바일 사용자 설정."""
    thing = _OBJECT.match(act)
    return thing is not None and all(word in title for word in thing["thing"].split())


def _titled(reading: Reading, title: Line) -> Place | None:
    """The whole document as a place, where its title names a subject."""
    name = reading.subject or ("" if _NO_SUBJECT.search(title.text) else title.text)
    if not name or name not in title.text or len(name) > _TITLE_CHARS:
        return None
    return Place(f"{name}에서", f"{name}{'에서' if '의 ' in name else '의'}", (title.source(),))


def _fitting(
    reading: Reading, name: str, at: str, of: str, evidence: tuple[tuple[int, int], ...], whole: Place | None
) -> Place | None:
    """The name led in by the title; alone where it says enough by itself; the title alone where both are too long."""
    own = Place(name + at, name + of, evidence)
    # The space after it shows the title that 에서 is taken: no 자재 이동에서 헤더 데이터에서.
    led = Place(reading.scope(f"{name}{at} ").strip(), reading.scope(f"{name}{of} ").strip(), evidence)
    by_choice = (own if _is_telling(name) else led, led, own if _is_telling(name) else None, whole)
    return next((place for place in by_choice if place and len(place.of) <= _PLACE_CHARS), None)


def _is_telling(name: str) -> bool:
    """Whether a name is of two telling words or more: 반품 주문 헤더를 생성할 때, but not 라인 빠른 탭."""
    return len([word for word in name.split() if _stem(word) not in _COMMON and len(word) > 1]) > 2


def _stem(word: str) -> str:
    return _PARTICLE.sub("", word)


def is_screen(heading: str) -> bool:
    """Whether a heading is a screen or a part of one: 위치 지시문 빠른 탭."""
    return _SCREEN.search(heading_text(heading)) is not None


def screen_in(reading: Reading, line: Line) -> tuple[int, int] | None:
    """Where a line names the screen that its last sentence is about: [바코드 빠른 탭]에서 다음 필드를 설정합니다."""
    sentences = reading.sentences.get(line, ())
    last = sentences[-1] if sentences else None
    if last is None:
        return None
    for found in _NAMED.finditer(line.text, last.start, last.end):
        bold = (
            m.start
            for m in line.marks
            if m.kind is MarkKind.BOLD and line.text[m.end : found.start()].strip() in ("", "빠른")
        )
        start = next(bold, _name_start(last.tokens, found.end()))
        name = line.text[start : found.end()]
        if start < found.start() and not re.match(r"(?:이|그|해당|다음|새|빠른|여러|모든|각) |작업 창", name):
            return start, found.end()
    return None


def _name_start(tokens: Sequence[Token], end: int) -> int:
    """Where the nouns that end at `end` begin; 빠른 탭 is one word."""
    start = end
    for token in reversed([token for token in tokens if token.start + token.len <= end]):
        if token.tag not in NOUNS and token.form not in ("빠르", "ᆫ"):
            break
        start = min(start, token.start)
    return start


def _is_name(tokens: Sequence[Token]) -> bool:
    """Whether a heading is bare nouns, joined at most: 바코드 빠른 탭, 위치 유형 및 위치 프로필."""
    # No heading ends in 의: Kiwi takes 재정의 apart.
    return bool(tokens) and tokens[-1].tag in (*NOUNS, "SSC", "JKG") and all(
        token.tag in (*NOUNS, "SP", "SSO", "SSC", "JC", "SW", "JKG") or token.form in ("빠르", "ᆫ", "및")
        for token in tokens
    )  # fmt: skip
