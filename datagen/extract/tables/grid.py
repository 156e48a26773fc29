"""Whole tables, before a cell is asked: which way one reads, and of which rows and columns anybody would ask."""

from __future__ import annotations

import re

from curation.korean.hangul import is_syllable
from datagen.documents import Line, Table
from datagen.extract.reading import Reading, is_nominal

# The first column of a comparison holds viewpoints, not things: its rows read the other way round.
_VIEWPOINTS = re.compile(r"비교|관점|견주|^$")
_ANYTHING = re.compile(r"구분|항목|내용|요소|기능|특성|특징|조건")
# What is said of things: 총평균법 | 이동평균법 are none of these, 출고 금액 and 단가 확정 시점 are.
_SAID = re.compile(
    r"(?:시점|시기|시간|시각|기간|기한|주기|횟수|빈도|일수|금액|비용|요금|단가|가격|[가-힣]{2}[비료]|한도|한계|[율률]|비중|수량|"
    r"건수|인원|면적|높이|길이|너비|무게|중량|하중|크기|용량|규격|사양|온도|습도|속도|밀도|정확도|부하|영향|효과|결과|방법|방식|절차|순서|기준|"
    r"조건|대상|품목|용도|목적|장점|단점|약점|특징|특성|위치|장소|담당|담당자|책임자|주체|책임|단위|형태|범위|권한|마감|여부|수당|설명|"
    r"내용|의미|뜻|정의|비고|참고|조치|처리|예시?|값|목표|실적|산식|계산식|종류|유형|코드|명칭|이름|메시지|원인|상태|역할|기능|경로|"
    r"이유|사유|필수|타입|형식|기본값|일자|날짜|점검|연락처|업무|작업)$"
)
_OF_THING = re.compile(r"의 (?:특성|특징|모습|경우|방식)$")
# Rows that are only counted off, and names of what is filled in later: neither is anything one asks about.
_COUNTED_OFF = re.compile(r"순서|순번|번호|단계|행|줄|No\.?|#", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"[$<>{}]")
_REVISIONS = re.compile(r"개정|제정|변경 ?(?:내용|내역|사항|이력)|버전|이력$|^rev", re.IGNORECASE)
# Rows that lead from one thing to another: 송신 | 수신.
_RELATION = re.compile(r"(?:송신|발신|출발|출처)(?:지|처|측|자| 시스템)?")
# Columns of remarks, and such as only a program names: type, required.
_REMARKS = re.compile(
    r"^(?:비고|참고|메모|특이 ?사항|기타|주석|근거|예시?|링크|관련 ?(?:문서|링크)|No\.?|순번)(?: ?사항)?$"
)
_CODE_HEAD = re.compile(r"[a-z][A-Za-z0-9_ ]*|NULL|HTTP|(?:Base )?URL")
# Heads that lack their noun, or only count: 선반당, 1차.
_LACKING = re.compile(r"(?:(?<![해담])당|이내|이하|이상|초과|미만| [전후]|^(?:제?\d+ ?(?:차|회|순위|단계)))$")
# A head that is a time of what the heading names: 평일 | 토요일, 1분기 | 2분기.
_PERIOD = re.compile(r"(?:평일|주말|공휴일|주간|야간|[월화수목금토일]요일|[상하]반기|\d+(?:분기|월|주차?|년도?))")
_EITHER = re.compile(r"[가-힣] ?[/→↔] ?[가-힣]")  # 화면/파일, 송신→수신: said so by nobody
# Marks rather than words; a unit that something is counted in.
_FLAG = re.compile(r"[A-Z]|[○◯●×✓✔△▲▽oxX+−±–-]|[YNyn]|[0-9]|예|아니요|자동|필수|선택|조건부|가능|불가|해당 ?없음")
_UNIT = re.compile(r"(?:EA|BOX|PLT|CBM|SKU|[가-힣]{1,4}|kg|톤|㎡|m3)(?: ?[/·] ?\S{1,4})?|선반 \d칸(?:/일)?")
_UNIT_HEADS = re.compile(r"^(?:(?:부과|과금|청구|요금|정산|산정) ?)?(?:기준|단위)$")
# Heads that say too little by themselves, where the heading says which is meant: 상태 코드, 운영 시간.
_BARE = re.compile(
    r"코드|상태|등급|유형|단계|신호|버전|시간|시각|주기|기간|기한|요금|비용|금액|단가|온도|한도|하중|조건|권한|위치|수량|일정"
)
_NAMES = re.compile(r"^(?:이름|명칭)$|[가-힣](?<!설)명$")
# Several ranks beside each other: who drafts, checks and signs.
_RANKS = re.compile(r"^\S*(?:담당자?|작업자|관리자|책임자|상담사|대표|임원|사원|(?<![공현포저시매])장)$")
_BRACKETED = re.compile(r"\s*[(\[（][^()\[\]（）]*[)\]）]")


def _is_viewpoint(head: str) -> bool:
    """Whether a first header says that its column holds what things are compared by: 비교 기준."""
    return _VIEWPOINTS.search(head) is not None


def upright(reading: Reading, table: Table) -> Table | None:
    """The table with things down its first column; a head that its section's heading names in full is called so.

    구분 | 총평균법 | 이동평균법 is turned, its keys of no class then; 시간 under 운영 시간 is the 운영 시간. None where
    its first column names no things.
    """
    if _lies(table):
        (_, *viewpoints), *others = zip(table.header, *table.rows, strict=True)
        rows = tuple((_thing(head), *cells) for head, *cells in others)
        table = Table((Line("", ()), *viewpoints), rows)
    elif not table.header[0].text or _is_viewpoint(table.header[0].text) or _CODE_HEAD.fullmatch(table.header[0].text):
        return None
    else:
        keys = "\n".join(row[0].text for row in table.rows)
        table = Table(tuple(_in_full(reading, head, keys) for head in table.header), table.rows)
    return table if _has_keys(reading, table) else None


def _lies(table: Table) -> bool:
    """Whether the heads of a table are parallel things, of which its first column says what one compares."""
    kind, *heads = table.header
    things = [_thing(head) for head in heads]
    texts = [thing.text for thing in things]
    if len(heads) < 2 or len(table.rows) < 2 or not all(texts) or len(set(texts)) < len(texts):
        return False
    if not (_is_viewpoint(kind.text) or _ANYTHING.fullmatch(kind.text)) or any(map(_LACKING.search, texts)):
        return False
    if any(_SAID.search(text) or _CODE_HEAD.fullmatch(text) or _REMARKS.search(text) for text in texts):
        return False
    said = sum(_SAID.search(_BRACKETED.sub("", row[0].text)) is not None for row in table.rows)
    alike = max(sum(other[-1] == text[-1] for other in texts) for text in texts)
    return _is_viewpoint(kind.text) or 2 * said >= len(table.rows) or (3 * alike >= 2 * len(texts) and said > 0)


def _thing(head: Line) -> Line:
    """A head without what only says that something is told of it: AGV, of AGV의 특성."""
    told = _OF_THING.search(head.text)
    return head.part(0, told.start()) if told else head


def _in_full(reading: Reading, head: Line, keys: str) -> Line:
    """The end of the section's heading where that names a short head in full: 운영 시간, of 시간.

    Not where the keys say the same: 냉장 보관의 보관 온도.
    """
    heading = reading.path[-1] if reading.path else head
    if not _BARE.fullmatch(head.text) or not heading.text.endswith(f" {head.text}"):
        return head
    start = heading.text.rfind(" ", 0, -len(head.text) - 1) + 1
    is_plain = is_nominal([token for token in reading.tokens(heading) if token.start >= start])
    before = heading.text[start : -len(head.text)].strip()
    is_named = is_plain and is_syllable(before[0]) and before not in keys
    return heading.part(start, len(heading.text)) if is_named else head


def _has_keys(reading: Reading, table: Table) -> bool:
    """Whether the first column names its rows: unique, not blank, under a plain noun, and no history of a document."""
    head, keys = table.header[0], [row[0].text for row in table.rows]
    if any(token.tag == "ETM" for token in reading.tokens(head)) or any(map(_PLACEHOLDER.search, keys)):
        return False
    if _COUNTED_OFF.fullmatch(head.text) and all(key.isdigit() for key in keys):
        return False
    ranks = sum(_RANKS.match(cell.text) is not None for cell in table.header[1:])
    if (
        _RELATION.fullmatch(head.text)
        or _REVISIONS.search(head.text)
        or _REVISIONS.search(reading.heading)
        or ranks > 1
    ):
        return False
    return all(keys) and len(set(keys)) == len(keys)


def is_asked(table: Table, column: int) -> bool:
    """Whether anybody asks for a column: a plain head, cells in words or with a unit, that tell the rows apart."""
    head, texts = _BRACKETED.sub("", table.header[column].text), [row[column].text for row in table.rows]
    told = [text for text in texts if text]
    if not head or not told or _REMARKS.search(head) or _CODE_HEAD.fullmatch(head) or _LACKING.search(head):
        return False
    if _PERIOD.fullmatch(head) or _EITHER.search(head):
        return False
    if len(texts) > 1 and len(set(texts)) == 1:
        return False
    return 2 * sum(_FLAG.fullmatch(text) is not None for text in told) <= len(told) and not _is_unit(table, column)


def has_names(table: Table) -> bool:
    """Whether a column names what the keys stand for, so that a description only adds to it: RCV | 접수 | 설명."""
    return any(_NAMES.search(head.text) for head in table.header[1:])


def charged_in(table: Table, row: int) -> Line | None:
    """In what a row is charged, as the column beside its price says: 팔레트/일; None where none does."""
    return next((table.rows[row][at] for at in range(1, len(table.header)) if _is_unit(table, at)), None)


def _is_unit(table: Table, column: int) -> bool:
    """Whether a column says in what its rows are charged: 기준 | EA, 팔레트/일."""
    is_short = all(_UNIT.fullmatch(row[column].text) for row in table.rows)
    return is_short and _UNIT_HEADS.match(table.header[column].text) is not None
