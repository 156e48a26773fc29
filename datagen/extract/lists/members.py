"""The members of a class as its list names them, and how one asks for them: 실사 방식에는 뭐가 있어?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from datagen.documents import Items, Line, MarkKind
from datagen.extract.acts import heading_text
from datagen.extract.reading import Reading, is_nominal, is_noun_phrase, without_stop
from datagen.extract.statement import lead_of
from datagen.extract.titles import is_manual
from datagen.phrasing import Template

MEMBERS = (
    Template("N", "{list}에는 [뭐가|무엇이] <있어>"),
    Template("WN", "{list:은/는} [뭐가|무엇이] <있어>"),
    Template("N", "{list:을/를} 전부 <알려 줘>"),
    Template("ES", "{list:이/가} [뭐뭐|무엇무엇]인지 <알려 줘>"),
    Template("NC", "{list}에는 어떤 [게|것이] <있어>"),
    Template("ME", "{list}[ 좀|을] 다 <알려 줘>"),
)
HOLDINGS = (
    Template("NWI", "{list}에는 [뭐가|무엇이] <있어>"),
    Template("NCE", "{list}에는 어떤 [게|것이] <있어>"),
    Template("MNS", "{list}에 [뭐가|무엇이] 있는지 <알려 줘>"),
)
# What stands before a colon or a dash: 순환 실사: 매일 나누어 센다.
ITEM = re.compile(r"(?P<name>[^:：–—]{2,30}?)\s*(?::|：|\s[–—-]\s)\s*\S.*", re.DOTALL)
NO_NAME = re.compile(r"^(?:예|아니요|없음|기타|합계|계|-|\(?\d+\)?)$")
# A list that says of itself that it is not all: 팔레트 등.
OPEN = re.compile(r"(?:^|\s)등(?:이|을|의|$)|예[:：]|예를 들")
_JOINED = re.compile(r"[와과] |·|, | 및 ")
NAME_CHARS, _SUBJECT_CHARS, _TOPIC_CHARS = range(1, 32), 10, range(2, 15)
_TELLING_WORDS = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A member as its list names it."""

    text: str
    source: tuple[int, int]


def names_of(reading: Reading, block: Items) -> list[Name]:
    """The names of a list's items: their bold leads, what stands before a colon, or the items themselves; or none."""
    names = []
    for item in block.items:
        line, lead, found = item.line, lead_of(item.line), ITEM.fullmatch(item.line.text)
        text = (lead.text if lead else found["name"] if found else without_stop(line.text)).strip(" :：")
        tokens = [token for token in reading.tokens(line) if token.start < len(text)]
        is_name = lead is not None or is_noun_phrase(tokens) or is_nominal(tokens)
        if not is_name or len(text) not in NAME_CHARS or NO_NAME.match(text) or "http" in line.text:
            return []
        names.append(Name(text, line.source(0, len(text))))
    return names if len({name.text for name in names}) == len(names) else []


def has_samples(block: Items) -> bool:
    """Whether items hold sample values: **모듈:** *창고 관리*."""
    return any(
        mark.kind in (MarkKind.ITALIC, MarkKind.LINK, MarkKind.CODE) for item in block.items for mark in item.line.marks
    )


def class_name(reading: Reading, name: str) -> str:
    """A class led in by the title where neither names what the other does: 컨베이어 종류, AGV와 AMR의 작업 유형.

    Empty where the title joins members of the class, so that its others stand elsewhere.
    """
    subject = reading.subject
    parts = _JOINED.split(subject)
    if len(parts) > 1 and all(part.endswith(f" {name.split(maxsplit=1)[0]}") for part in parts):
        return ""  # 피킹 방식, of 배치 피킹과 클러스터 피킹
    if parts[-1].endswith(f" {name}"):
        return parts[-1]
    if is_manual(reading.document.title):
        return _of_topic(reading, name)
    led = reading.scope(name, is_class=True)
    is_merged = len(led) < len(subject) + len(name)  # 재고 이동 종류, of 재고 이동
    if led == name or (is_merged and len(parts) == 1):
        return led
    if not {word for word in parts[0].split() if len(word) > 1}.isdisjoint(name.split()):
        return name  # 반품 유형, of 반품 입고
    if len(parts) == 1:
        return led
    is_short = len(subject) <= _SUBJECT_CHARS and "의 " not in subject and set(subject.split()).isdisjoint(name.split())
    return f"{subject}의 {name}" if is_short else reading.scope(name)


def _of_topic(reading: Reading, name: str) -> str:
    """A class in a manual, of the topic that a heading above it names: 샘플 앨범의 카테고리 종류."""
    led = reading.scope(name, is_class=True)
    lead = led.removesuffix(name).strip()
    if led == name:
        words = name.split()
        above = (heading_text(heading.text) for heading in reading.path[1:-1])
        tells = (topic for topic in above if len(topic) in _TOPIC_CHARS and not any(word in topic for word in words))
        topic = next(tells, "") if len(words) < _TELLING_WORDS else ""
        return f"{topic}의 {name}" if topic and is_noun_phrase(reading.tokens(_line_of(reading, topic))) else name
    headings = [reading.subject, *(heading_text(heading.text) for heading in reading.path[1:])]
    if not led.endswith(name) or lead not in headings or "의 " in lead:
        return led  # 지역별 통계 정보: 통계 정보, of 지역별 통계
    if lead == headings[-1] and " " in name:
        return name  # the class of a table's first column tells itself: 랙 종류, below 하중 한도
    return name if lead.split()[0] in name.split() else f"{lead}의 {name}"


def _line_of(reading: Reading, topic: str) -> Line:
    return next(heading for heading in reading.path if topic in heading.text)
