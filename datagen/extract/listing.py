"""Lists: what a class holds, from members under its name, from a lead-in, from the key column of a table.

`실사 방식은 다음과 같습니다.` over three items → 실사 방식에는 뭐가 있어?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate, with_ending, without_tail
from datagen.documents import Item, Items, Line, MarkKind, Section, Table
from datagen.extract.acts import heading_text
from datagen.extract.leads import LIST_HEADING, VALUES_LED, is_example, led_blocks
from datagen.extract.place import place_of
from datagen.extract.reading import (
    Candidate,
    Reading,
    Sentence,
    heading_source,
    is_clause,
    is_nominal,
    is_noun_phrase,
    section_path,
    without_stop,
)
from datagen.extract.statement import lead_of
from datagen.extract.values import owner_of
from datagen.phrasing import Slots, Template, asking, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

MEMBERS = (
    Template("N", "{list}에는 [뭐가|무엇이] <있어>"),
    Template("WN", "{list:은/는} [뭐가|무엇이] <있어>"),
    Template("N", "{list:을/를} 전부 <알려 줘>"),
    Template("ES", "{list:이/가} [뭐뭐|무엇무엇]인지 <알려 줘>"),
    Template("NC", "{list}에는 어떤 [게|것이] <있어>"),
    Template("ME", "{list}[ 좀|을] 다 <알려 줘>"),
)
COUNTED = (
    Template("EM", "{list:은/는} 모두 몇 <가지야>"),
    Template("M", "{list:이/가} 몇 가지 <있어>"),
    Template("PE", "{list:은/는} 몇 가지로 [나뉘어?|나뉘나요?|나뉩니까?]"),
    Template("NC", "{list:이/가} 몇 가지인지 <알려 줘>"),
)
CHOICES = (
    Template("I", "{of} {field}에는 어떤 값이 <있어>"),
    Template("IW", "{of} {field}에서 고를 수 있는 값은 <뭐야>"),
    Template("NI", "{of} {field}에서 [뭘|무엇을] 선택할 수 <있어>"),
    Template("IN", "{of} {field}에서 고를 수 있는 값[ 좀|을] <알려 줘>"),
)
LED = (Template("NMEPWIS", "{asked}"), Template("NCEM", "{whether} <알려 줘>"))

_ITEM = re.compile(r"(?P<name>[^:：–—]{2,30}?)\s*(?::|：|\s[–—-]\s)\s*\S.*", re.DOTALL)
# What a lead-in says in place of the list: 다음 유형의 주문, 다음과 같은 네 가지 방법.
_NEXT = re.compile(
    r"다음(?:과 같은)? (?:[두세네]|다섯|여섯|일곱|여덟|아홉|\d+)?(?: ?(?:가지|개의?|종류의))? ?(?=[가-힣A-Za-z])"
)
_IS_NEXT = re.compile(r"(?P<list>\S.*?)(?:은|는) 다음과 같(?:습니다|다|아요|음)[.:]?$")
_NEXT_IS = re.compile(r"^다음은 (?P<list>\S.*?)(?:입니다|이다|이에요|예요)[.:]?$")
_SO_MANY = re.compile(
    r"^(?P<list>\S.*)(?:에는|(?<!에)(?:은|는)) (?:두|세|네|다섯|여섯|일곱|여덟|아홉) ?가지(?:가|로)? "
    r"(?:있습니다|있다|나뉩니다|나눕니다)[.:]?$"
)
# 다음 방법 중 하나 이상을 → 어떤 방법을.
_ONE_OF = re.compile(r"(?P<noun>\S+) 중 (?:적어도 )?하나(?: 이상)?(?P<josa>을|를|이|가|은|는|에서|에|로|으로)(?= )")
# Lead-ins over steps, links, pictures and samples list nothing.
_NO_LIST = re.compile(
    r"다음 (?:단계|절차|순서|링크|예|예제|예시|그림|표|섹션|항목|문서|토픽|작업을 수행(?:합니다|하세요)|시나리오|코드|"
    r"메시지|이유|오류|내용|목록)|(?:링크|섹션|토픽|예제|예시|시나리오|데모) 중|참조|자세한|변경|개선|식별된 경우|"
    r"(?:^|\s)(?:이러한|이런|그런|그러한|여기) "
)
_POINTING = frozenset("이 그 저 해당 이런 그런 이러한 그러한".split())
# Headers whose key column is a class with its members.
_CLASS = re.compile(
    r"(?:방식|유형|종류|등급|상태|단계|방법|수단|모드|전략|라벨|역할|직무|비용|장비|설비|서류|문서|지표|사유|원칙|서비스|"
    r"권한|보고서|용기|검수|피킹|실사|창고|코드|기능|요소|공정)$"
)
# A lead-in that says what one may choose, not what a case hangs on.
_OFFERED = re.compile(
    r"(?:선택(?:합니다|하세요|할 수 있습니다|한다)|사용할 수 있습니다|설정(?:합니다|할 수 있습니다)|"
    r"값이 있습니다|설명입니다|하는 것이 좋습니다)[.:]?$"
)
_VIEWPOINTS = re.compile(r"비교|관점|견주")
_COUNTABLE = re.compile(r"(?:방식|유형|종류|등급|상태|단계|방법|모드|전략|요소|원칙)$")
_NO_NAME = re.compile(r"^(?:예|아니요|없음|기타|합계|계|-|\(?\d+\)?)$")
_OPEN = re.compile(r"(?:^|\s)등(?:이|을|의|$)|예[:：]|예를 들")
_JOINED = re.compile(r"[와과] |·|, | 및 ")
_SIZE, _NAME_CHARS, _BULLET_CHARS, _LIST_CHARS = range(2, 10), range(1, 32), 110, range(4, 45)


def listings(reading: Reading) -> Iterator[Candidate]:
    """A pair for each list of two to nine members whose class a heading, a lead-in or a header names."""
    for section in reading.sections():
        if not section.headings or is_example(section):
            continue
        at = reading.at(section)
        for block, intro in led_blocks(section.blocks):
            if isinstance(block, Items) and not block.is_ordered and len(block.items) in _SIZE:
                yield from _of_items(at, section, block, intro, is_top=block in section.blocks)
            elif isinstance(block, Table) and len(block.rows) in _SIZE:
                yield from _of_table(at, section, block)


def _of_items(
    reading: Reading, section: Section, block: Items, intro: Line | None, *, is_top: bool
) -> Iterator[Candidate]:
    names = _names(reading, block)
    heading = section.headings[-1]
    if intro is not None and names and VALUES_LED.search(intro.text):
        yield from _choices(reading, section, names, intro)
    elif led := _led(reading, section, block, names, intro):
        yield led
    elif is_top and names and _names_list(heading.text) and not _samples(block) and not _only_heads(block):
        plain = is_nominal(reading.tokens(heading))
        yield from _members(
            reading, section, heading_text(heading.text), names, heading_source(section), is_class=plain
        )


@dataclass(frozen=True, slots=True)
class Name:
    """A member as its list names it."""

    text: str
    source: tuple[int, int]


def _names(reading: Reading, block: Items) -> list[Name]:
    """The names of a list's items: their bold leads, what stands before a colon, or the items themselves; or none."""
    names = []
    for item in block.items:
        line, lead, found = item.line, lead_of(item.line), _ITEM.fullmatch(item.line.text)
        text = lead.text.strip() if lead else found["name"].strip() if found else without_stop(line.text)
        tokens = [token for token in reading.tokens(line) if token.start < len(text)]
        is_name = lead is not None or is_noun_phrase(tokens) or is_nominal(tokens)
        if not is_name or len(text) not in _NAME_CHARS or _NO_NAME.match(text) or "http" in line.text:
            return []
        names.append(Name(text, line.source(0, len(text))))
    return names if len({name.text for name in names}) == len(names) else []


def _names_list(heading: str) -> bool:
    """Whether a heading names a class of things, no act: 상차 화면 항목, but not 클러스터 피킹 사용 설정."""
    return LIST_HEADING.search(heading) is not None and not heading.endswith("설정")


def _only_heads(block: Items) -> bool:
    """Whether items only head what stands below them: 적재 높이, over the height of each good."""
    return any(item.blocks and item.line.text == without_stop(item.line.text).rstrip(":： ") and not lead_of(item.line)
               for item in block.items)  # fmt: skip


def _samples(block: Items) -> bool:
    """Whether items hold sample values: **모듈:** *창고 관리*."""
    return any(
        mark.kind in (MarkKind.ITALIC, MarkKind.LINK, MarkKind.CODE) for item in block.items for mark in item.line.marks
    )


def _members(
    reading: Reading, section: Section, name: str, names: Sequence[Name], spans: tuple[tuple[int, int], ...], *,
    is_class: bool,
) -> Iterator[Candidate]:  # fmt: skip
    """What a class holds, and of some classes how many they are."""
    if len(name) not in _LIST_CHARS:
        return
    asked = _class_name(reading, name) if is_class else reading.scope(name)
    name = asked if is_class else name
    slots = {"list": asked}
    evidence = (*(one.source for one in names), *spans)
    yield Candidate("list", MEMBERS, slots, _said(name, names), evidence, section_path(section))
    if _COUNTABLE.search(name) and len(names) > 2 and not any(_OPEN.search(one.text) for one in names):
        counted = fill("{list:은/는} 모두 {count}가지입니다.", {"list": name, "count": str(len(names))})
        bullets = "\n".join(f"- {one.text}" for one in names)
        yield Candidate("list", COUNTED, slots, f"{counted}\n{bullets}", evidence, section_path(section))


def _class_name(reading: Reading, name: str) -> str:
    """A class led in by the title where it does not name its subject: 컨베이어 종류, AGV와 AMR의 작업 유형."""
    subject = reading.subject
    if subject.endswith(f" {name}"):
        return subject
    led = reading.scope(name, is_class=True)
    if led == name or not _JOINED.search(subject):
        return led
    return f"{subject}의 {name}" if "의 " not in subject else name


def _said(name: str, names: Sequence[Name], quote: str = "") -> str:
    """실사 방식에는 정기 실사, 순환 실사가 있습니다; as bullets where a name holds a comma of its own."""
    if any("," in one.text for one in names):
        bullets = "\n".join(f"- {one.text}" for one in names)
        return fill("{list:은/는} 다음과 같습니다.", {"list": name}) + f"\n{bullets}"
    *most, last = (f"{quote}{one.text}{quote}" for one in names)
    return f"{name}에는 {', '.join([*most, attach(last, '이/가')])} 있습니다."


def _choices(reading: Reading, section: Section, names: Sequence[Name], intro: Line) -> Iterator[Candidate]:
    """The closed values of a field."""
    host = intro if lead_of(intro) is not None else None
    if not _OFFERED.search(intro.text):
        return
    if (owner := owner_of(reading, section, intro, host)) is None:
        return
    slots = {"at": owner.place.at, "of": owner.place.of, "field": owner.label}
    if not owner.label.startswith("'"):  # a state that no label names: 처리 상태
        slots = {"list": f"{owner.place.of} {owner.label}"}
    evidence = (*(name.source for name in names), owner.source, *owner.place.evidence)
    is_label = "field" in slots
    answer = _said(f"{owner.label}에서 선택할 수 있는 값" if is_label else owner.label, names, "'")
    yield Candidate(
        "list", CHOICES if is_label else MEMBERS, slots, answer, tuple(dict.fromkeys(evidence)), section_path(section)
    )


def _led(
    reading: Reading, section: Section, block: Items, names: Sequence[Name], intro: Line | None
) -> Candidate | None:
    """The list that a sentence leads in: 다음 유형의 주문에 웨이브를 만들 수 있습니다 → 어떤 유형의 주문에 …?"""
    sentences = reading.sentences.get(intro, ()) if intro else ()
    if not sentences or _samples(block):
        return None
    sentence = sentences[-1]
    bullets = _bullets(reading, block, names)
    if bullets is None or _NO_LIST.search(sentence.text) or _points(sentence.tokens):
        return None
    text = sentence.text.rstrip(" :：")
    for pattern in (_IS_NEXT, _NEXT_IS, _SO_MANY):
        if (found := pattern.search(text)) and len(found["list"]) in _LIST_CHARS and not _OPEN.search(text):
            slots: Slots = {"list": reading.scope(found["list"], has_context=True)}
            lead = text if pattern is _SO_MANY else fill("{list:은/는} 다음과 같습니다.", {"list": found["list"]})
            return _listed(section, MEMBERS, slots, lead, bullets, sentence, block)
    asked = _asked(reading, section, sentence)
    if asked is None:
        return None
    lead = re.sub(r"다음과 같은 ", "다음 ", text if text.endswith(".") else f"{text}.")
    return _listed(section, LED, asked, lead, bullets, sentence, block)


def _listed(
    section: Section, templates: tuple[Template, ...], slots: Slots, lead: str, bullets: Sequence[str],
    sentence: Sentence, block: Items,
) -> Candidate:  # fmt: skip
    answer = "\n".join([lead, *(f"- {bullet}" for bullet in bullets)])
    evidence = (sentence.source, *(item.line.source() for item in block.items))
    return Candidate("list", templates, slots, answer, evidence, section_path(section))


def _asked(reading: Reading, section: Section, sentence: Sentence) -> Slots | None:
    """다음 유형의 … 생성할 수 있습니다 as questions: 어떤 유형의 … 생성할 수 있어?"""
    predicate, found = final_predicate(sentence.tokens), _NEXT.search(sentence.text)
    if predicate is None or found is None or not is_clause(sentence.tokens) or predicate.is_copula:
        return None
    if len(_NEXT.findall(sentence.text)) > 1:
        return None
    start, end = sentence.start + found.start(), sentence.start + found.end()
    text = sentence.line.text
    before = f"{text[sentence.start : start]}어떤 {_ONE_OF.sub(_one_of, text[end : predicate.start])}"
    if before.count("에 대한 ") == 1 and "의 " not in before:
        before = before.replace("에 대한 ", "의 ")
    place = place_of(reading, section)
    when = f"{place.at} " if place and place.at.endswith(" 때") and " 때 " not in before else ""
    lead = f"{when}{before}" if when else reading.scope(before, has_context=True)
    placed = replace(predicate, start=len(lead), end=len(lead))
    is_adjective = predicate.is_adjective
    whether = with_ending(lead, placed, "ᆫ지" if is_adjective else "는지")
    return {"asked": asking(lead, placed), "whether": whether}


def _one_of(found: re.Match[str]) -> str:
    """방법 중 하나를 → 방법을: the particle goes to the noun itself."""
    pairs = {
        "을": "을/를",
        "를": "을/를",
        "이": "이/가",
        "가": "이/가",
        "은": "은/는",
        "는": "은/는",
        "으로": "으로/로",
        "로": "으로/로",
    }
    josa = found["josa"]
    return attach(found["noun"], pairs[josa]) if josa in pairs else found["noun"] + josa


def _bullets(reading: Reading, block: Items, names: Sequence[Name]) -> list[str] | None:
    """The items as an answer lists them: whole where all are short, by their names where they have such; or None."""
    texts = [item.line.text for item in block.items]
    if not block.is_nested and all(
        len(text) <= _BULLET_CHARS and _is_whole(reading, item) for item, text in zip(block.items, texts, strict=True)
    ):
        return [
            without_stop(text) if _is_noun(reading, item) else text
            for item, text in zip(block.items, texts, strict=True)
        ]
    has_leads = all(lead_of(item.line) or _ITEM.fullmatch(item.line.text) for item in block.items)
    return [name.text for name in names] if names and has_leads else None


def _is_whole(reading: Reading, item: Item) -> bool:
    """Whether an item is a noun phrase or a sentence that leans on nothing."""
    tokens = reading.tokens(item.line)
    if " > " in item.line.text or "http" in item.line.text or _points(tokens):
        return False
    return is_clause(tokens) or _is_noun(reading, item)


def _is_noun(reading: Reading, item: Item) -> bool:
    tokens = reading.tokens(item.line)
    return is_noun_phrase(tokens) or is_nominal(without_tail(tokens))


def _points(tokens: Sequence[Token]) -> bool:
    return any(token.tag in ("MM", "NP") and token.form in _POINTING for token in tokens)


def _of_table(reading: Reading, section: Section, table: Table) -> Iterator[Candidate]:
    """The key column of a table whose header names a class: 실사 방식 | 담당자."""
    header, cells = table.header[0], [row[0] for row in table.rows]
    names = [Name(cell.text, cell.source()) for cell in cells if cell.text]
    if len(names) != len(cells) or len({name.text for name in names}) != len(names) or not _CLASS.search(header.text):
        return
    if _VIEWPOINTS.search(header.text):
        return
    is_general = all(
        len(cell.text) in _NAME_CHARS and not _NO_NAME.match(cell.text) and not re.search(r"\d{2,}", cell.text)
        and (is_noun_phrase(reading.tokens(cell)) or is_nominal(reading.tokens(cell)) or cell.text.isascii())
        for cell in cells
    )  # fmt: skip
    if is_general and is_nominal(reading.tokens(header)):
        yield from _members(reading, section, header.text, names, (header.source(),), is_class=True)
