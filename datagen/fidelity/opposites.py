"""Terms of which one excludes the other, as a table: nouns by their letters, verbs and adjectives by their stems."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Token

# One side, the other: words of one side stand for each other. "줄-" is a stem; ">" takes a word at the start of its
# eojeol only, "^" only after a figure (이상 is also a fault).
_ROWS = (
    # How much, how far.
    ("^이상 초과", "이하 미만"),  # 18 ℃ 이하에서 보관한다
    ("최대 최고", "최소 최저"),  # 최대 30개까지 담는다
    ("최댓값 상한", "최솟값 하한"),  # 상한을 넘으면 경고한다
    ("증가 증대 확대 늘- 늘어나- 늘리- 불어나-", "감소 감축 축소 줄- 줄어들- 줄이-"),  # 재고가 줄어든다
    (
        "상승 인상 올리- 오르- 올라가- 높이- 올려놓-",
        "하락 하강 인하 내리- 내려가- 낮추- 떨어뜨리- 내려놓-",
    ),  # 단가를 올린다
    ("높-", "낮-"),  # 우선순위가 높다
    ("크- 커지-", "작- 작아지-"),  # 부피가 크다
    ("많- 많아지-", "적- 적어지-"),  # 수량이 적다
    ("길- 길어지-", "짧- 짧아지-"),  # 기한이 짧다
    ("빠르- 빨라지- 이르-", "느리- 느려지- 늦- 늦어지-"),  # 출고가 빠르다
    ("무겁-", "가볍-"),  # 무거운 품목
    ("두껍-", "얇-"),  # 두꺼운 상자
    ("넓- 넓히-", "좁- 좁히-"),  # 통로가 좁다
    ("깊-", "얕-"),  # 깊은 선반
    ("멀-", "가깝-"),  # 출구에서 가까운 곳
    ("강하- 강력", "약하- 미약"),  # 강한 충격
    ("쉽- 간단 용이", "어렵- 복잡"),  # 꺼내기 쉽다
    ("빈번 잦-", "드물-"),  # 드물게 나가는 품목
    ("초과 과다 과잉", "부족 미달"),  # 재고가 부족하다
    ("다수 복수 여러", "단수 단일 하나의"),  # 단일 품목만 담는다
    # When, in which order.
    (">이전 >직전", ">이후 >직후 >다음"),  # 마감 이전에 보낸다
    ("먼저 선행 우선", "나중 후행"),  # 오래된 것을 먼저 내보낸다
    ("시작 개시", "종료 완료 마감"),  # 실사를 시작한다
    ("시작일 개시일", "종료일 만료일"),  # 시작일을 적는다
    ("조기", "지연"),  # 출고가 지연된다
    ("사전", "사후"),  # 사전에 알린다
    ("신규 새", "기존"),  # 신규 거래처
    ("새롭-", "오래되- 낡-"),  # 오래된 로트
    ("선입선출", "후입선출"),  # 선입선출로 꺼낸다
    ("즉시 바로 곧바로", "나중에"),  # 즉시 보고한다
    ("정기", "수시 비정기"),  # 정기 실사
    ("주간", "야간"),  # 야간 근무
    ("처음 첫째 첫", "마지막 최종 끝"),  # 마지막 단계
    # Where.
    ("상단 위쪽 상부", "하단 아래쪽 하부"),  # 화면 상단
    ("상층 상위", "하층 하위"),  # 하위 구역
    ("왼쪽 좌측", "오른쪽 우측"),  # 왼쪽 메뉴
    ("앞 앞쪽 전면 앞면", "뒤 뒤쪽 후면 뒷면"),  # 상자 앞면
    ("내부 안쪽 실내 사내", "외부 바깥쪽 바깥 실외 사외"),  # 외부 창고
    ("국내", "해외 국외"),  # 해외 출고
    ("가로", "세로"),  # 가로 길이
    ("수평", "수직"),  # 수평으로 놓는다
    ("입구", "출구"),  # 출구에서 확인한다
    ("중앙 가운데", "가장자리"),  # 가운데에 놓는다
    # What is moved which way.
    ("입고", "출고"),  # 출고를 등록한다
    ("반입", "반출"),  # 반출을 허가한다
    ("상차 적재 싣-", "하차 하역 내려놓-"),  # 상차를 마친다
    ("수입", "수출"),  # 수입 신고
    ("매입 구매 구입", "매출 판매"),  # 구매 주문
    ("공급자 공급사 공급", "수요자 수요"),  # 공급이 늘어난다
    ("발송 송신 발신 보내-", "수령 수신 받-"),  # 알림을 보낸다
    ("발주", "수주"),  # 발주를 낸다
    ("대여 빌려주-", "차용 빌리-"),  # 장비를 빌린다
    ("넣- 집어넣- 투입", "빼- 꺼내- 인출"),  # 상자에 넣는다
    ("들어오- 들어가-", "나가- 나오-"),  # 창고에 들어간다
    ("올려놓- 쌓-", "내려놓- 허물-"),  # 파렛트에 쌓는다
    ("입력", "출력"),  # 수량을 입력한다
    ("업로드 올리-", "다운로드 내려받-"),  # 파일을 업로드한다
    ("가져오기", "내보내기"),  # 엑셀 가져오기
    ("입금 납부", "출금 환불"),  # 환불한다
    ("채권", "채무"),  # 채무를 적는다
    ("차변", "대변"),  # 차변에 적는다
    ("출발지 발송지", "도착지 배송지"),  # 도착지를 적는다
    ("출발", "도착"),  # 트럭이 도착한다
    # Doing and undoing.
    ("추가 삽입", "삭제 제거"),  # 줄을 추가한다
    ("합산", "차감 공제"),  # 수량을 뺀다
    ("등록 생성", "삭제 말소 폐기"),  # 품목을 등록한다
    ("승인 허가 수락", "반려 거절 거부 불허"),  # 반려한다
    ("허용", "금지"),  # 음수 재고를 허용한다
    ("포함", "제외"),  # 배송비를 포함한다
    ("연결 결합 연동", "분리 해제 단절"),  # 연동을 해제한다
    ("잠금 잠그- 잠기-", "해제 풀- 풀리-"),  # 잠금을 푼다
    ("할당 배정 예약", "해제 취소"),  # 할당을 해제한다
    ("확정 체결", "취소 철회 해지"),  # 확정을 취소한다
    ("개설 개점 가입", "폐쇄 폐점 탈퇴"),  # 계정을 폐쇄한다
    ("열- 열리- 개방 개봉", "닫- 닫히- 폐쇄 밀봉 밀폐"),  # 문을 연다
    ("켜- 켜지- 작동 가동", "끄- 꺼지- 정지 중지 중단"),  # 전원을 끈다
    ("재개 계속", "중단 중지 멈추-"),  # 작업을 중단한다
    ("유지 보존", "변경 폐기"),  # 이력을 유지한다
    ("표시 보이- 노출", "숨김 숨기- 감추-"),  # 열을 숨긴다
    ("펼치-", "접-"),  # 메뉴를 펼친다
    ("묶- 합치- 통합 병합", "나누- 쪼개- 분할 분리"),  # 주문을 나눈다
    ("조립", "분해 해체"),  # 세트를 해체한다
    ("포장", "개봉"),  # 상자를 개봉한다
    ("붙이- 부착", "떼- 떼어내- 탈착"),  # 라벨을 붙인다
    ("채우- 보충", "비우-"),  # 칸을 비운다
    ("성공 합격 통과", "실패 불합격 탈락"),  # 검수에 합격한다
    ("맞- 일치 동일", "틀리- 불일치 상이"),  # 수량이 다르다
    ("덥- 가열 데우-", "춥- 냉각 식히-"),  # 시료를 식힌다
    # Of which kind.
    ("필수", "선택"),  # 필수 항목
    ("수동 수기", "자동"),  # 자동으로 만든다
    ("활성", "비활성"),  # 비활성 계정
    ("가능", "불가능 불가"),  # 수정이 가능하다
    ("정상 양품", "불량 비정상 고장"),  # 불량 수량
    ("유료 유상", "무료 무상"),  # 무상 교체
    ("전체 전부 모두 모든 전량", "일부 부분"),  # 일부만 출고한다
    ("고정", "변동 가변"),  # 고정 로케이션
    ("합포장", "단포장"),  # 합포장 주문
    ("함께", "따로 별도"),  # 따로 보관한다
    ("개별 낱개", "일괄 묶음"),  # 일괄 처리
    ("공개", "비공개"),  # 비공개 메모
    ("공용 공동", "전용 단독"),  # 전용 구역
    ("직접", "간접 대행"),  # 직접 배송
    ("상온 실온", "냉장 냉동 저온"),  # 상온 구역
    ("냉장", "냉동"),  # 냉동 품목
    ("고온", "저온"),  # 고온에 두지 않는다
    ("건조 마르-", "습기 젖-"),  # 젖은 상자
    ("온라인", "오프라인"),  # 오프라인 주문
    ("도매", "소매"),  # 도매 단가
    ("대량 대형", "소량 소형"),  # 소량 주문
    ("양수", "음수"),  # 음수 재고
    ("개인", "법인 단체"),  # 법인 고객
    ("원본", "사본 복사본"),  # 사본을 보관한다
    ("실물 실제", "전산 장부"),  # 실물과 전산이 다르다
    ("안전", "위험"),  # 위험 구역
    ("긴급", "일반"),  # 긴급 주문
    ("정규", "임시"),  # 임시 로케이션
    ("영구", "일시 임시"),  # 일시 정지
    ("오름차순", "내림차순"),  # 오름차순으로 정렬한다
    ("가로형", "세로형"),  # 세로형 라벨
    ("남성 남자", "여성 여자"),  # 여성용
    ("깨끗 청결", "더럽- 오염"),  # 오염된 상자
    ("옳- 올바르-", "그르- 잘못되-"),  # 잘못된 바코드
    ("강제", "임의 자율"),  # 강제 종료
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a row's side 0 or 1, at `text[start:end]`; `is_firm` is off where it may mean something else."""

    start: int
    end: int
    row: int
    side: int
    is_firm: bool = True


def _index() -> tuple[dict[str, list[tuple[str, int, int]]], dict[tuple[str, str], list[tuple[int, int]]]]:
    """Nouns by their first two syllables, and stems by tag and form."""
    nouns, stems = defaultdict(list), defaultdict(list)
    for row, sides in enumerate(_ROWS):
        for side, words in enumerate(sides):
            for word in words.split():
                if word[-1] in "--":
                    for tag in ("VV", "VA"):  # Kiwi reads 적으면 as a verb, and 적은 as either
                        stems[tag, word[:-1]].append((row, side))
                elif len(word) == 1:
                    for tag in ("NNG", "MM"):
                        stems[tag, word].append((row, side))
                else:
                    nouns[word.lstrip(">^")[:2]].append((word, row, side))
    return dict(nouns), dict(stems)


_NOUNS, _STEMS = _index()
_NOUN_START = re.compile(f"(?=({'|'.join(_NOUNS)}))")
# The rows that say what comes before what: an order that no evidence tells is made up.
ORDER_ROWS = frozenset(
    row for row, sides in enumerate(_ROWS) if any(word in side for side in sides for word in (">이전", "나중 ", "처음"))
)
# What follows a term where it means something else.
_OTHER_SENSES = {
    "이전": re.compile(r" ?(?:[하한할합했되된될됩됐]|시[키킨킬킵])"),  # 재고를 다른 창고로 이전합니다
    "바로": re.compile(r" ?(?:[전앞뒤옆]|위|아래|다음|가기|잡)"),  # 출고하기 바로 전에 센다
}
_PREFIXES = frozenset("미비불무부")
_AFTER_FIGURE = re.compile(r"(?:\d ?[A-Za-z%℃‰가-힣]{0,3}|기준|한도|수량|재고|값) ?$")


def find_terms(text: str, tokens: Sequence[Token]) -> Iterator[Term]:
    """Every term of the table in a text; one that a denying prefix turns (불가능) is none of its own side.

    With tokens, letters that run over from one word into the next (판매입니다) are no term; 이상 where no figure stands
    before it may be a fault, and is not firm.
    """
    edges = {token.start for token in tokens if not token.tag.startswith("V")}
    nouns: list[tuple[int, int]] | None = None
    for found in _NOUN_START.finditer(text):
        place, before = found.start(), text[found.start() - 1 : found.start()]
        if before and before in _PREFIXES:
            continue
        for word, row, side in _NOUNS[found[1]]:
            letters = word.lstrip(">^")
            end = place + len(letters)
            if not text.startswith(letters, place) or (word[0] == ">" and "가" <= before <= "힣"):
                continue
            if (other := _OTHER_SENSES.get(letters)) and other.match(text, end):
                continue
            if edges and place not in edges:
                if nouns is None:
                    nouns = [(token.start, token.end) for token in tokens if token.tag.startswith("NN")]
                if not any(start <= place and end <= stop for start, stop in nouns):
                    continue
            yield Term(place, end, row, side, word[0] != "^" or bool(_AFTER_FIGURE.search(text, 0, place)))
    for token in tokens:
        for row, side in _STEMS.get((token.tag.split("-")[0], token.form), ()):
            yield Term(token.start, token.end, row, side)


def name_of(row: int, side: int) -> str:
    """A side as it reads in a reason."""
    return _ROWS[row][side].split()[0].lstrip(">^").rstrip("-")


def prefixed(tokens: Sequence[Token]) -> tuple[set[str], set[str]]:
    """The nouns of a text under a denying prefix (부적합 → 적합), and those without one."""
    denied, bare = set(), set()
    for before, token in pairwise([None, *tokens]):
        if token is None or not token.tag.startswith("NN") or len(token.form) < 2:
            continue
        if before is not None and before.tag == "XPN" and before.form in _PREFIXES and before.end == token.start:
            denied.add(token.form)
        else:
            bare.add(token.form)
            if len(token.form) > 2 and token.form[0] in _PREFIXES:
                denied.add(token.form[1:])
    return denied, bare
