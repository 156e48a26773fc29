"""Number plates of cars and lorries: 12가 3456, 123가 4567, 서울 80바 1234."""

import re

from curation.pii.edges import is_piece_before
from curation.pii.found import Found
from curation.pii.labels import label_after, label_before

# 자동차 등록번호판 등의 기준에 관한 고시: private, commercial (바사아자), delivery (배), rental (하허호).
_LETTER = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배하허호"
_ALSO_WORDS = "로도주호조부구수자사보서고오하"  # 12주 2000, 30도 1500, 10자 2000: units and josa as well
# What follows a count, never a plate: 10조 5000억, 12주 2000개
_COUNTER = r"\s?(?:[년월개명원권억만천조%％℃㎏]|대(?![가-힣])|kg)|[-.]\d"
_NUMBER = re.compile(
    rf"\d{{2,3}}(?P<first> ?)(?P<letter>[{_LETTER}])(?P<second> ?)\d{{4}}(?![A-Za-z0-9])(?!{_COUNTER})"
)
_REGION = re.compile(
    r"(?<![가-힣])(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주) ?\Z"
)


def plate(text: str, at: int) -> Found | None:
    """Digits, a letter of the list, four digits; beside a word for a car where the letter is a unit or a josa too."""
    match = _NUMBER.match(text, at)
    if not match or text[at - 1 : at] == "제" or is_piece_before(text, at):
        return None
    region = _REGION.search(text[max(0, at - 4) : at])
    start = at - len(region[0]) if region else at
    label = label_before(text, start)
    is_car = bool(region) or label.kind == "vehicle" or label_after(text, match.end()).kind == "vehicle"
    if not is_car:
        is_open = bool(match["first"] or (match["second"] and match["letter"] in _ALSO_WORDS))
        if is_open or label.kind == "goods" or (not match["second"] and match["letter"] in "조주호도"):
            return None
    return Found("plate", start, match.end(), "sure" if is_car else "likely")
