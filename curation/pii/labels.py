"""The words beside a number that say what it is: 계좌 …, 운송장 …, 버전 …"""

import re
from dataclasses import dataclass
from functools import lru_cache

from curation.pii.check_digits import digits_of

_BEFORE_CHARS = 24
_AFTER_CHARS = 16

_BANKS = "국민 신한 우리 하나 기업 산업 농협 수협 제일 씨티 부산 대구 광주 전북 경남 제주 외환 우체국".split()

# A longer word comes before one within it: 법인카드 is a card, 법인번호 a company's. _ stands for a space or none.
_WORDS = {
    "resident": "주민등록 주민_번호 민증 외국인_등록 거소신고 등록외국인".split(),
    "company": "법인등록 법인_번호".split(),  # 110111-1234569, no one's
    "business": "사업자 brn".split(),
    "card": "카드 아멕스".split(),
    "account": [
        *"계좌 통장 예금주 신한 농협 수협 신협 카카오뱅크 카뱅 토스뱅크 케이뱅크 아이엠뱅크 새마을금고".split(),
        *"sc제일 kb국민 ibk nh".split(),
        *(f"{bank}_은행" for bank in _BANKS),
    ],
    "payment": "입금 송금 이체 환불금 대금".split(),  # weaker: 입금 확인 후 …
    "passport": "여권 passport".split(),
    "license": "면허".split(),
    "phone": "전화 연락 핸드폰 휴대폰 폰 문자 통화 팩스 안심번호 ☎ 📞 📱 tel fax mobile phone hp h.p".split(),
    "network": "ip_주소 ip 아이피 접속 로그인 서버 호스트 차단".split(),
    "version": "버전 version ver 펌웨어 빌드 릴리스 릴리즈 업데이트 windows 윈도".split(),
    "address": "주소 배송지 도착지 수령지 자택 거주 본가 사는_곳".split(),
    "vehicle": "차량 차_번호 번호판 자동차 트럭 배차 주차 입차 출차 렌터카 렌트카 택배차 화물차 탑차 기사".split(),
    # A thing's, a place's or a deed's number.
    "goods": (
        "운송장 송장 등기 주문_번호 주문_id 주문서 주문 발주_번호 발주서 발주 오더 order 전표 명세서 인보이스 invoice"
        " 예약_번호 접수_번호 제조_번호 관리_번호 바코드 gtin ean upc isbn sscc sku 품번 품목 상품 제품 자재 모델 부품"
        " 자산 로트 lot 배치 시리얼 일련 imei 로케이션 위치 랙 선반 구역 베이 팔레트 파렛트 컨테이너 지시 공고 고시"
        " 규격 치수 수량 재고 통관 행사 쿠폰"
    ).split(),
}


def _pattern() -> re.Pattern[str]:
    kinds = sorted(((word, kind) for kind, words in _WORDS.items() for word in words), key=lambda pair: -len(pair[0]))
    firsts = "".join(sorted({word[0] for word, _ in kinds}))  # passes over most characters at once
    branches = (
        rf"(?<![a-z]){re.escape(word)}(?![a-z])"
        if word.isascii() and word.isalpha()
        else re.escape(word).replace("은행", "은행(?!나무|잎)")
        for word, _ in kinds
    )
    return re.compile(rf"(?=[{firsts}])(?:{'|'.join(branches)})".replace("_", " ?"))


_LABEL = _pattern()
_KINDS = {word.replace("_", ""): kind for kind, words in _WORDS.items() for word in words}
# Between a label and its number: 번호는, 코드: (, No.
_ADJACENT = re.compile(r"(?:명|를|을)?\s?(?:번호|코드|아이디|id|no\.?)?\s?(?:은|는|이|가|을|를|의)?[\s:=#(\"'\[|]*")
# Members of one list share its label: 운송장 4012-3456-7890, 4012-3456-7891
_LISTED = re.compile(r"(?:[0-9][0-9-]*(?:[,/]\s?|\s(?:및|와|과)\s|[와과]\s|\n(?:[-*|]\s)?))+\Z")
_SENTENCE_END = re.compile(r"[.!?]\s")
_ENDS_WITH_SENTENCE = frozenset("goods payment network version vehicle".split())
_OTHER_NUMBER_DIGITS = 6  # so many between label and number are another number, and the label is theirs


@dataclass(frozen=True, slots=True)
class Label:
    """What the words before a number call it; `""` where they say nothing."""

    kind: str = ""
    is_adjacent: bool = False  # nothing but 번호는 and the like between word and number
    is_near: bool = False  # in one sentence with it
    word: str = ""


_NONE = Label()


@lru_cache(maxsize=16)  # the kinds ask one after another about the same place
def label_before(text: str, start: int) -> Label:
    """The nearest label before `text[start]`, within a short window; that of the whole list for one of its members.

    A sentence before counts where the number opens the next: 계좌로 보내 주세요. 110-123-456789입니다.
    """
    listed = _LISTED.search(text[max(0, start - 3 * _BEFORE_CHARS) : start])
    end = start - len(listed[0]) if listed else start
    before = text[max(0, end - _BEFORE_CHARS) : end].lower()
    sentence = _SENTENCE_END.split(before)[-1]
    if not _ADJACENT.fullmatch(sentence):
        before = sentence
    if not (labels := list(_LABEL.finditer(before))):
        return _NONE
    last = labels[-1]
    word, between = last[0].replace(" ", ""), before[last.end() :]
    kind, is_near = _KINDS[word], len(between) <= len(sentence)
    if len(digits_of(between)) >= _OTHER_NUMBER_DIGITS or (kind in _ENDS_WITH_SENTENCE and not is_near):
        return _NONE
    return Label(kind, bool(_ADJACENT.fullmatch(between)), is_near, word)


def label_after(text: str, end: int) -> Label:
    """The first label that follows shortly in its sentence: 94311234567 국민은행, 02-345-6789로 전화."""
    after = _SENTENCE_END.split(text[end : end + _AFTER_CHARS].lower(), maxsplit=1)[0]
    if not (first := _LABEL.search(after)):
        return _NONE
    word = first[0].replace(" ", "")
    return Label(_KINDS[word], first.start() <= 2 and not after[: first.start()].strip(" ("), True, word)
