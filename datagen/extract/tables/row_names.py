"""How a row of a table is called: by its key, by its class where the key says too little, and what leads it in."""

from __future__ import annotations

import re

from datagen.documents import Line
from datagen.extract.lists.members import class_name
from datagen.extract.prose.definition import LEANING_NAME
from datagen.extract.reading import Reading, without_stop
from datagen.extract.tables.columns import BRACKETED, cased

# 401, A, 2.3, 100만원 이하: says nothing without what it is of.
_BARE_KEY = re.compile(
    r"^(?:[A-Z]|\(?\d+\)?|v?\d+(?:\.\d+)+|[-–]?\d\S*(?: \S+){0,2} ?(?:이하|이상|초과|미만|이내)|"
    r"[-–]?\d[^~월:]*~.*\d.*|\d[\d,.]* ?(?:일|주|개월|년|시간|분|%|℃|kg|회|건|개|원))$"
)
# 1급, 2단계: says nothing without the heading.
_PLACE = re.compile(r"\d+ ?(?:급|단계|차|종|호|군)")
# Classes whose members bear the name of something else: the order state 패킹 is not the work 패킹.
SHARED_CLASSES = re.compile(r"(?:상태|단계|사건|업무|공정|유형|대상|기준|영역|재고|기한|흐름|등급|사유|자료|데이터)$")
CODE_CLASSES = re.compile(r"(?:코드|식별자|신호)$")
# A header that says that its cells are names: the class is what they name.
_NAMING = re.compile(r"(?<=\S) (?:이름|명칭)$")
_VERBAL_CLASSES = re.compile(r"(?:업무|작업|공정|처리|운영|이동|점검|교육|사건|지연|조정|판정|거래|전송|보관)$")
_GENERAL_CLASSES = re.compile(r"항목|구분|내용|종류|이름|명칭|번호|No\.?|순번|분류|지표|대상|용어|업무|공정|시스템")


def row_slots(reading: Reading, kind: Line, key: Line, column: str, particle: str) -> dict[str, str]:
    """How a question calls a row and its column: as topic, with its particle, and as a term."""
    name = full_name(kind.text, without_stop(key.text))
    asked, stands_alone = _named_row(reading, kind, key) if name == key.text else (name, False)
    # What a clause says of a term hangs on where it is said.
    is_class = asked.endswith((f" 중 {key.text}", f" 가운데 {key.text}"))
    if is_class and kind.text in reading.scope(asked, around=column, is_class=True).removesuffix(asked):
        asked, is_class = key.text, False  # 손상 등급과 조치의 등급 중 녹색
    texts = {"row": asked, "case": cased(asked, particle)}
    slots = texts
    if not stands_alone or particle != "의":
        slots = {slot: _led_in(reading, kind, column, text, is_class=is_class) for slot, text in texts.items()}
    kind_name = _NAMING.sub("", kind.text)
    led = class_name(reading, kind_name) if is_class and slots != texts else ""
    if led and kind_name not in led.removesuffix(kind_name):  # never 파렛트 규격의 규격 중
        slots = {slot: led + text.removeprefix(kind_name) for slot, text in texts.items()}
    return slots | {"term": slots["row"], "column": BRACKETED.sub("", column) or column}


def _named_row(reading: Reading, kind: Line, key: Line) -> tuple[str, bool]:
    """The row's name, led in by its class unless it shows it (재고 상태 중 보류, 배치 피킹); whether it is a term."""
    names_more = reading.names_more(kind.text, key.text)
    is_term = key.text in reading.terms and not LEANING_NAME.search(key.text)
    if is_term and not SHARED_CLASSES.search(kind.text) and not names_more:
        return key.text, True
    is_shared = SHARED_CLASSES.search(kind.text) or CODE_CLASSES.search(kind.text)
    is_titled = kind.text in f"{reading.subject} {reading.heading}".split() or kind.text.endswith("자")
    is_plain = " " not in kind.text and not is_titled
    if not kind.text or _GENERAL_CLASSES.fullmatch(kind.text) or (is_plain and not is_shared):
        return key.text, False  # 항목 중 보관료, 지역 중 수도권 say nothing that 보관료, 수도권 do not
    if not names_more and key.text.endswith(kind.text.split(" ", 1)[0]):
        return key.text, False  # 랙 종류 중 팔레트랙
    is_numbered = " " in kind.text and re.fullmatch(
        rf"[0-9A-Z]{{1,2}} ?{re.escape(kind.text.rpartition(' ')[2])}", key.text
    )
    if (
        not is_numbered
        and not names_more
        and any(token.form in key.text for token in reading.tokens(kind) if len(token.form) > 1)
    ):
        return key.text, False
    kind_name = _NAMING.sub("", kind.text)
    among = "가운데" if _VERBAL_CLASSES.search(kind_name) else "중"  # 업무 중 is: while at work
    return f"{kind_name} {among} {key.text}", False


def _led_in(reading: Reading, kind: Line, column: str, text: str, *, is_class: bool) -> str:
    """A row led in as the question needs: by the document's subject, or of a table of anything by its heading."""
    led = reading.scope(text, around=column, has_context=not is_class, is_class=is_class)
    topic = reading.topic(reading.path[-1]) if len(reading.path) > 1 else ""
    name = BRACKETED.sub("", kind.text)
    is_bare = _PLACE.match(text) is not None or (" " not in name and text.startswith(f"{name} ") and name not in topic)
    is_anything = (is_bare and not is_class) or kind.text in ("", "구분", "항목", "내용", "종류")
    if led != text or not is_anything or not topic or topic in text:
        return led
    return led if text.split("의", 1)[0] in reading.terms else f"{topic} 관련해서 {text}"


def full_name(kind: str, key: str) -> str:
    """The row's name; a bare number or letter needs its class even in the answer: 상태 코드 401, A등급."""
    if not kind or not _BARE_KEY.match(key):
        return key
    return f"{key}등급" if kind.endswith("등급") else f"{BRACKETED.sub('', kind)} {key}"
