"""Labels of a screen in an answer: what the source sets in bold stands in quotes, a menu path is said in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.korean.josa import attach
from datagen.documents import Line, MarkKind

# What joins the levels of a menu path: 창고 관리 > 설정 > 위치 프로필.
_STEP = r"\s?(?:>|＞|→|▶|»|›|-&gt;)\s?"
_JOIN = re.compile(_STEP)
_BETWEEN = re.compile(rf"^{_STEP}$")
# A path that stands unmarked, from the sentence's beginning or after a place (탐색 창에서) to its particle.
_PLAIN_PATH = re.compile(
    rf"(?:^|(?<=에서 )|(?<=, ))(?P<path>[^>＞→▶»›.,'\"()]{{1,30}}(?:{_STEP}[^>＞→▶»›.,'\"()]{{1,30}}?)+)"
    r"(?=(?: ?(?:메뉴|화면|페이지|양식|탭))?(?:으로|로|을|를|에서) )"
)
# What follows a label rather than a word in bold for emphasis: a particle, or the kind of thing it labels.
_FOLLOWS = re.compile(
    r"(?:이|가|은|는|을|를|과|와|으로|로|에|에서|에게|의|도|까지|부터|이나|나|이라는|라는|인)(?=[\s.,)]|$)"
    r"|\s?(?:및|또는|빠른|버튼|단추|필드|옵션|확인란|체크\s?박스|라디오|스위치|토글|탭|메뉴|창|대화|팝업|페이지|화면|그룹|섹션|열"
    r"|목록|항목|값|영역|상자|아이콘|링크|양식|행|줄|드롭다운|칸|란|기능|매개|아래|위|옆|안|테이블|레코드|라인|템플릿)"
    r"|\s?[,(/·~]"
)
_PAIRS = {
    "을": "을/를", "를": "을/를", "이": "이/가", "가": "이/가", "은": "은/는", "는": "은/는", "과": "과/와",
    "와": "과/와", "으로": "으로/로", "로": "으로/로",
}  # fmt: skip
_JOSA = re.compile(r"(을|를|이|가|은|는|과|와|으로|로)(?=[\s.,)]|$)")
# A web address with its particle, which the source chose for another reading: https://….com으로.
_ADDRESS = re.compile(
    r"(?P<url>(?:https?://|www\.)[!-~]*[A-Za-z0-9])/?(?P<josa>을|를|이|가|은|는|과|와|으로|로)(?=[\s.,)]|$)"
)
# Marks that set a label apart already: [저장] 버튼, "저장" 버튼.
_OPEN = frozenset("'\"“‘[「『<《〈【")
# A place that bold took in with the path: **탐색 창에서 모듈 > 창고**.
_PLACE_AHEAD = re.compile(r"^[^>＞→▶»›]{1,12}(?:에서|의) (?=\S)")
_MOST_LEVELS, _LABEL_CHARS = 3, 45
_PLACES = re.compile(r"^\s?(?:(?P<menu>메뉴)|화면|페이지|탭|양식|창)")


@dataclass(frozen=True, slots=True)
class Label:
    """`line.text[start:end]` names something on a screen; a menu path has more than one level.

    `is_value`: it is in italics, as a value to choose or to type.
    """

    start: int
    end: int
    levels: tuple[str, ...]
    is_value: bool = False

    @property
    def name(self) -> str:
        """The label, or the last level of the path."""
        return self.levels[-1]


def labels(line: Line, start: int = 0, end: int | None = None) -> tuple[Label, ...]:
    """The labels in `line.text[start:end]`, in order: words in bold or italics, and menu paths however they stand."""
    end = len(line.text) if end is None else end
    found = [label for label in _marked(line) if start <= label.start and label.end <= end]
    for path in _PLAIN_PATH.finditer(line.text, start, end):
        span = path.span("path")
        if not any(label.start < span[1] and span[0] < label.end for label in found):
            found.append(Label(*span, _levels(path["path"])))
    return tuple(sorted(found, key=lambda label: label.start))


def quoted(line: Line, start: int = 0, end: int | None = None) -> str:
    """`line.text[start:end]` with its labels in '…', paths said in words, and the particles after them set right.

    A path of up to three levels is walked ('창고 관리' 메뉴의 '설정'에서 '위치 프로필'로), a longer one stands whole.
    """
    end = len(line.text) if end is None else end
    parts: list[str] = []
    position = start
    for label in labels(line, start, end):
        parts.append(line.text[position : label.start])
        position = label.end
        is_placed = line.text[start : label.start].endswith("에서 ")
        is_whole = len(label.levels) > (1 if is_placed else _MOST_LEVELS)
        written = path(label.levels, is_whole=is_whole)
        place = _PLACES.match(line.text[label.end : end])
        if is_whole and not place:
            written += " 메뉴"
        elif place and place["menu"] and len(label.levels) > 1 and not is_whole:
            position += place.end()  # 'A' 메뉴에서 'B' 메뉴로: said once
        if josa := _JOSA.match(line.text[position:end]):
            joined = attach(written, _PAIRS[josa[0]])
            written = written + josa[0] if joined.endswith(")") else joined
            position += josa.end()
        parts.append(written)
    parts.append(line.text[position:end])
    return _ADDRESS.sub(lambda found: attach(found["url"], _PAIRS[found["josa"]]), "".join(parts)).strip()


def path(levels: Sequence[str], *, is_whole: bool) -> str:
    """A label, or the levels of a menu path, in quotes: '설정', 'A' 메뉴의 'B'에서 'C', or whole: 'A > B > C > D'."""
    if is_whole or len(levels) == 1:
        return f"'{' > '.join(levels)}'"
    first, *between, last = (f"'{level}'" for level in levels)
    return f"{first} 메뉴{'의 ' + between[0] if between else ''}에서 {last}"


def _marked(line: Line) -> Iterator[Label]:
    """Labels in bold and values in italics; pieces that only a path's arrow parts are one."""
    spans: list[tuple[int, int, bool]] = []
    for mark in sorted(line.marks, key=lambda mark: (mark.start, -mark.end)):
        kinds = (MarkKind.BOLD, MarkKind.ITALIC)
        if mark.kind not in kinds or not line.text[mark.start : mark.end].strip():
            continue
        if spans and mark.start < spans[-1][1]:
            continue
        if spans and _BETWEEN.match(line.text[spans[-1][1] : mark.start]):
            spans[-1] = (spans[-1][0], mark.end, False)
        else:
            spans.append((mark.start, mark.end, mark.kind is MarkKind.ITALIC))
    for begin, end, is_value in spans:
        ahead = _PLACE_AHEAD.match(line.text[begin:end])
        start = begin + ahead.end() if ahead and _JOIN.search(line.text, begin, end) else begin
        text = line.text[start:end]
        levels = _levels(text)
        is_label = len(levels) > 1 or _FOLLOWS.match(line.text, end) is not None
        is_bare = line.text[start - 1 : start] not in _OPEN and text[0] not in _OPEN
        if is_label and is_bare and text[-1] not in ".!?:," and all(len(level) <= _LABEL_CHARS for level in levels):
            yield Label(start, end, levels, is_value)


def _levels(text: str) -> tuple[str, ...]:
    return tuple(level.strip(" []「」'\"") for level in _JOIN.split(text) if level.strip())
