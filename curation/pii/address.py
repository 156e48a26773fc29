"""Street addresses with a house number: 서울특별시 강남구 테헤란로 152, 경기 이천시 마장면 표교리 123-4."""

import re

from curation.pii.districts import DISTRICTS, PROVINCES
from curation.pii.found import Found
from curation.pii.labels import label_before

_BEFORE_CHARS = 48
_DISTRICT = re.compile(r"(?:세종특별자치시|[가-힣]{1,5}?[시군구])(?= ?[가-힣])")
_PROVINCE = re.compile(rf"(?:(?<![가-힣])(?:{PROVINCES}) ?)\Z")
_CITY = re.compile(r"(?<![가-힣])[가-힣]{2,3} \Z")  # 용인 처인구

_HOUSE = r"(?:지하 ?)?(?P<house>\d{1,5}(?:-\d{1,4})?)"
# 매장으로 12, 창고로 3, 구역별로 2 say where to, and are no roads
_ROAD = r"[가-힣][가-힣0-9]{0,11}?(?:(?<!으|별)(?<!창고)(?<!순서대|차례대)로|길)(?: ?\d{1,4}(?:번|[가-라])?길)?"
_LOT = r"[가-힣0-9]{1,6}(?:동|리|가)(?: 산)?"
# Not a house but a count: 센터로 10대가, 매장에 20 박스를. 152 주변 and 152 대한빌딩 are houses.
_COUNTER = (
    r"(?:개|명|대|번(?!지|길)|건|회|일|월|년|시|분|초|차|호|층|칸|열|단|박스|상자|팔레트|파렛트|원|종|배|줄|장|주|라인|구역"
    r"|미터|톤|권|출구|%|(?:kg|g|m|km)(?![A-Za-z]))"
)
_NOT_HOUSE = rf"(?![0-9]|[.,]\d|{_COUNTER}|\s{_COUNTER}(?:씩|만|을|를|이|가|은|는|의|로)?(?![가-힣]))"
_PLACE = rf"(?:(?:[가-힣]{{1,6}}[읍면동가]|[가-힣]{{1,4}}[구군시]) ?){{0,3}}(?:[가-힣]{{1,5}}리 )?(?:{_ROAD}|{_LOT}) ?"
_FLAT_NAME = r"[가-힣A-Za-z0-9]{1,14}(?:아파트|빌라|빌딩|타워|오피스텔|맨션|빌)"
_DOOR = r"\d{1,4}동 ?\d{1,4}호(?!기)"
# The rest belongs to it: (역삼동) / , 101동 1203호 / , 12층
_NOTE = r"(?: ?\([가-힣0-9·, ]{1,14}(?:동|리|가|읍|면|아파트|빌딩|타워|센터)\))?"
_UNIT = (
    rf"(?:번지)?{_NOTE}"
    rf"(?:(?:,? [가-힣A-Za-z0-9]{{2,14}})?,? ?{_DOOR}|(?:,? {_FLAT_NAME})?,? ?(?:지하 ?)?\d{{1,3}}층(?: ?\d{{1,4}}호)?"
    rf"|,? ?\d{{1,4}}호(?!기))?{_NOTE}"
)
_FULL = re.compile(rf" ?{_PLACE}{_HOUSE}{_NOT_HOUSE}{_UNIT}")
_SHORT = re.compile(rf"(?<![가-힣0-9]){_ROAD} ?{_HOUSE}{_NOT_HOUSE}{_UNIT}")
_FLAT = re.compile(rf"(?<![가-힣]){_FLAT_NAME} ?{_DOOR}")


def address(text: str, at: int) -> Found | None:
    """An address whose house number is `text[at:]`: after a district of Korea, or a road beside 주소 and the like.

    A city or a road alone is none, nor is a storage location; A동 3층 is a building of the warehouse.
    """
    first = max(0, at - _BEFORE_CHARS)
    before = text[first:at]
    for district in _DISTRICT.finditer(before):
        if district[0] not in DISTRICTS:
            continue
        match = _FULL.match(text, first + district.end())
        if match and match.start("house") <= at < match.end():
            return Found("address", _beginning(text, first + district.start()), match.end(), "sure")
    for match in _FLAT.finditer(text[first : at + 16]):
        if match.start() <= at - first < match.end():
            return Found("address", first + match.start(), first + match.end(), "likely")
    return _alone(text, at, first)


def _beginning(text: str, start: int) -> int:
    """Where the address begins that names a district at `start`: with its province or city."""
    if match := _PROVINCE.search(text[max(0, start - 9) : start]):
        return start - len(match[0])
    if (match := _CITY.search(text[max(0, start - 5) : start])) and match[0].strip() + "시" in DISTRICTS:
        return start - len(match[0])
    return start


def _alone(text: str, at: int, first: int) -> Found | None:
    """A road without its district: beside 주소 and the like, or numbered by the distance, 중앙로 28번길 12."""
    for match in _SHORT.finditer(text[first : at + 40]):
        start = first + match.start()
        if not match.start("house") + first <= at < first + match.end():
            continue
        label = label_before(text, start)
        if "번길" in match[0] or (label.kind == "address" and label.is_near):
            return Found("address", start, first + match.end(), "likely")
    return None
