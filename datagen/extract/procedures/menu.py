"""Menu paths: where a screen is found → 위치 프로필 화면은 어디로 들어가면 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from datagen.documents import Line, Mark, MarkKind, Section
from datagen.extract.labels import labels, quoted
from datagen.extract.procedures.instruction import every_sentence
from datagen.extract.reading import Candidate, Reading, Sentence, section_path
from datagen.phrasing import Template

_PHRASE = re.compile(r"^(?:모든|전체|새|기본) |[은는한된할] |또는| 및 ")
# Where a screen is found: {screen} 위치 프로필.
PATH = (
    Template("IS", "{screen} 화면은 어디로 들어가면 <돼>"),
    Template("NI", "{screen} 화면은 어느 메뉴에 <있어>"),
    Template("NS", "{screen} 화면으로 가려면 어디로 들어가야 <돼>"),
    Template("WI", "{screen} 화면은 어디에서 [열어?|여나요?|엽니까?]"),
    Template("IM", "{screen} 화면을 열려면 어느 메뉴로 가야 <돼>"),
    Template("NM", "{screen} 화면으로 가는 경로[ 좀|를] <알려 줘>"),
)
# Levels of a path that name no place: the pane that holds the menu.
_CONTAINERS = frozenset("탐색 창|모듈|메뉴|메인 메뉴|홈".split("|"))
_OPENS = re.compile(
    r"\s?(?:메뉴|화면|페이지|양식|탭)?(?P<josa>으로|로|을|를|에서)\s(?:\S+ )?"
    r"(?P<verb>이동|선택|클릭|열|엽|연|들어가|들어갑|누르|누릅|접속|실행)"
)
_DEVICE = re.compile(r"(?:모바일 (?:디바이스|기기|앱)|앱|PDA|웹|태블릿|스마트폰|PC)에서 $")
_ON_PAGE = re.compile(
    r"(?:탭|섹션|페이지|화면|그룹|메뉴|상자|목록|작업 창|도구 모음|헤더|라인|행)(?:의|에서|에)|선택|클릭"
)
_SAID = {
    "이동": "이동합니다", "선택": "선택합니다", "클릭": "클릭합니다", "접속": "접속합니다", "실행": "실행합니다",
    "열": "엽니다", "엽": "엽니다", "연": "엽니다", "들어가": "들어갑니다", "들어갑": "들어갑니다", "누르": "누릅니다",
    "누릅": "누릅니다",
}  # fmt: skip
# Screens named by a common noun alone: several menus have one.
_BARE = frozenset(
    "설정 일반 모두 전체 목록 조회 관리 등록 작업 보충 주문 창고 사용자 프로필 정책 매개변수 구독 이동 분류 배송 "
    "보고서 로드 화물 부하 고객 공급업체 제품 상품 재고".split()
)
# Text that works on a mobile device: what stands below it opens in the app, whose menus have two levels.
_ON_DEVICE = re.compile(
    r"(?P<device>모바일 앱|모바일 (?:디바이스|기기|장치)|창고 앱|PDA)"
    r"(?:에서|에 로그인|[을를] (?:사용하여|이용하여|열)|으로|로 )"
)
_APP_LEVELS = 2
# A noun of one syllable joined to another is a slip of the pen in a menu's name: 창과 관리.
_SLIP = re.compile(r"[가-힣][과와] ")
_SCREEN_TAIL = re.compile(r"\s?(?:페이지|화면|양식|탭)$")


def paths(reading: Reading) -> Iterator[Candidate]:
    """Where each screen is found that a sentence sends to by its menu path."""
    seen: set[tuple[str, ...]] = set()
    every = [sentence for section in reading.document.sections for sentence in every_sentence(reading, section.blocks)]
    is_deep = any(len(found.levels) > _APP_LEVELS for found in map(path_of, every) if found)
    for section in reading.document.sections:
        device, source = _device_of(section)
        for sentence in every_sentence(reading, section.blocks):
            found = path_of(sentence)
            if named := _ON_DEVICE.search(sentence.text):
                device, source = named["device"], sentence.source
            if found is None:
                continue
            sources: tuple[tuple[int, int], ...] = (sentence.source,)
            if not found.place and len(found.levels) == _APP_LEVELS:
                if source is None and (is_deep or found.verb == "선택합니다"):
                    continue  # a tab of some page and its button, or a menu of an app that nobody names
                if source is not None:
                    found = replace(found, place=f"{device}에서 ")
                    sources = (*sources, source)
            is_named = 3 <= len(found.screen) <= 30 and found.screen.replace(" ", "") not in _BARE
            if found.key in seen or not is_named:
                continue
            seen.add(found.key)
            # 모든 웨이브 화면 would be every screen of waves.
            name = f"'{found.screen}'" if _PHRASE.search(found.screen) else found.screen
            slots = {"screen": f"{found.place}{name}"}
            yield Candidate("step", PATH, slots, found.said, sources, section_path(section))


def _device_of(section: Section) -> tuple[str, tuple[int, int] | None]:
    """The device that a heading of a section works on, and where it stands; empty and None where none does."""
    for heading in reversed(section.headings):
        if named := _ON_DEVICE.search(heading.text):
            return named["device"], heading.source()
    return "", None


@dataclass(frozen=True, slots=True)
class MenuPath:
    """The menu path that a sentence sends to, the device it says so of (with a space after it), and its verb."""

    levels: tuple[str, ...]
    place: str
    josa: str
    verb: str

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one path from another."""
        return (self.place, *self.levels)

    @property
    def screen(self) -> str:
        """The screen it leads to: 위치 프로필."""
        return _SCREEN_TAIL.sub("", self.levels[-1])

    @property
    def said(self) -> str:
        """'A' 메뉴의 'B'에서 'C'로 이동합니다."""
        text = " > ".join(self.levels)
        whole = f"{self.place}{text}{self.josa} {self.verb}."
        start = len(self.place)
        mark = Mark(start, start + len(text), MarkKind.BOLD)
        return quoted(Line(whole, tuple(range(len(whole))), (mark,)))


def path_of(sentence: Sentence) -> MenuPath | None:
    """The one menu path that a sentence sends to from anywhere, not from a tab or a section of some page."""
    paths = [label for label in labels(sentence.line, sentence.start, sentence.end) if len(label.levels) > 1]
    opens = _OPENS.match(sentence.line.text, paths[0].end) if len(paths) == 1 else None
    if opens is None:
        return None
    ahead = sentence.line.text[sentence.start : paths[0].start]
    place = _DEVICE.search(ahead)
    if _ON_PAGE.search(ahead):
        return None
    levels = tuple(level for level in paths[0].levels if level not in _CONTAINERS)
    if any(map(_SLIP.match, levels)):
        return None
    return MenuPath(levels, place[0] if place else "", opens["josa"], _SAID[opens["verb"]]) if len(levels) > 1 else None
