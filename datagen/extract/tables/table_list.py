"""Tables that only list: what must be ready before one starts (전제 조건 | 설명), what each group holds (탭 | 필드).

전제 조건 | 설명 → 순환 실사를 시작하기 전에 뭘 갖춰야 돼? · 입고 탭 | 수량 → 입고 탭에는 어떤 필드가 있어?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from curation.korean.josa import attach
from datagen.documents import Line, Section, Table
from datagen.extract.reading import (
    Candidate,
    Reading,
    heading_source,
    is_clause,
    is_nominal,
    is_sentence,
    section_path,
    without_stop,
)
from datagen.phrasing import Slots, Template

READY = (
    Template("NW", "{before} [뭘|무엇을] 갖춰야 <돼>"),
    Template("NI", "{before} 필요한 [게|것이] <뭐야>"),
    Template("NM", "{before} 준비할 것[ 좀|을] <알려 줘>"),
)
PREREQUISITES = (
    Template("NI", "{subject:은/는} 전제 조건이 <뭐야>"),
    Template("NM", "{subject} 전제 조건[ 좀|을] <알려 줘>"),
)
HELD = (
    Template("NI", "{group}에는 어떤 {column:이/가} <있어>"),
    Template("NW", "{group}에 있는 {column:은/는} <뭐야>"),
    Template("IC", "{group}의 {column:을/를} 전부 <알려 줘>"),
)
_PREREQUISITE = re.compile(r"전제 ?조건|사전 요구 ?사항|선행 조건|사전 준비|준비 ?사항|선결 조건")
# 다음 표에서는 담당자가 반품을 등록하기 전에 완료해야 하는 작업을 설명합니다.
_BEFORE = re.compile(
    r"^(?:다음 (?:표|테이블)(?:은|는|에서는|에는|에서) )?(?:\S+ ?\S*[이가] )?"
    r"(?P<before>(?!다음)[^.,]+[을를] \S+기 전에) (?:갖추|완료|준비|수행|충족|설정|마쳐)"
)
_CASE = re.compile(r"경우|때 ")  # 앞 버전을 쓰는 경우 전제 조건: not of the whole
_GROUPS = re.compile(r"(?:탭|메뉴|화면|그룹|영역|섹션|단계|부서|분류|카테고리|범주|공정|페이지|유형|모듈)$")
_ROWS, _MEMBERS, _GROUP_CHARS = range(2, 13), range(2, 16), 30


def prerequisites(reading: Reading, section: Section, table: Table, intro: Line | None) -> Iterator[Candidate]:
    """What a table says must be ready: asked by the act before which it must, or by the document's subject."""
    titles = (table.header[0].text, reading.heading)
    if not any(map(_PREREQUISITE.search, titles)) or len(table.rows) not in _ROWS or _CASE.search(reading.heading):
        return
    acts = any(is_clause(reading.tokens(row[0])) for row in table.rows)
    told = [_told(reading, row, acts=acts) for row in table.rows]
    found = _BEFORE.search(intro.text) if intro is not None else None
    before = found["before"] if found else ""
    if not all(told) or not (before or reading.subject):
        return
    slots: Slots = {"before": reading.scope(before, has_context=True)} if before else {"subject": reading.subject}
    lead = f"{before} 갖추어야 할 것은" if before else f"{reading.subject}의 전제 조건은"
    answer = "\n".join([f"{lead} 다음과 같습니다.", *(f"- {text}" for text, _ in told)])
    spans = [span for _, spans in told for span in spans]
    evidence = (*spans, *(line.source() for line in (intro,) if line is not None), *heading_source(section))
    yield Candidate("list", READY if before else PREREQUISITES, slots, answer, evidence, section_path(section))


def _told(reading: Reading, row: Sequence[Line], *, acts: bool) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A row as a bullet: what is to be done (`acts`), or its name and the first thing said of it; empty for neither."""
    key, *rest = row
    said = next((reading.sentences[cell][0] for cell in rest if is_sentence(reading.tokens(cell))), None)
    if not key.text or (said is None and not acts):
        return "", ()
    if acts or said is None:
        return key.text if is_clause(reading.tokens(key)) else without_stop(key.text), (key.source(),)
    return f"{without_stop(key.text)}: {said.text}", (key.source(), said.source)


def groups(reading: Reading, section: Section, table: Table) -> Iterator[Candidate]:
    """What each group of a table of two label columns holds, where the first column names a group again and again."""
    if len(table.header) != 2 or not _GROUPS.search(table.header[0].text):
        return
    if not is_nominal(reading.tokens(table.header[1])):
        return
    held: dict[str, list[tuple[Line, Line]]] = {}
    for key, member in table.rows:
        held.setdefault(key.text, []).append((key, member))
    if len(held) == len(table.rows):
        return
    kind, column = table.header[0].text, table.header[1].text
    for name, rows in held.items():
        members = [member for _, member in rows]
        texts = [member.text for member in members]
        is_plain = all(is_nominal(reading.tokens(line)) for line in (rows[0][0], *members) if line.text)
        if not name or len(name) > _GROUP_CHARS or not all(texts) or not is_plain:
            continue
        if len(texts) not in _MEMBERS or len(set(texts)) != len(texts):
            continue
        group = name if name.endswith(kind) else f"{name} {kind}"
        *most, last = texts
        answer = f"{group}에는 {', '.join([*most, attach(last, '이/가')])} 있습니다."
        evidence = (*(m.source() for m in members), rows[0][0].source(), *(line.source() for line in table.header))
        slots: Slots = {"group": reading.scope(group), "column": column}
        yield Candidate("list", HELD, slots, answer, evidence, section_path(section))
