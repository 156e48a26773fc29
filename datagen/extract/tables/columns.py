"""Columns: what each asks of its rows (the question word), and how the row is tied to it (the particle)."""

from __future__ import annotations

import re

from curation.korean.hangul import is_syllable
from curation.korean.josa import attach
from datagen.documents import Line
from datagen.extract.reading import Reading
from datagen.phrasing import Template

# `{case}` is the row with the particle its column asks for: 정기 실사의 담당자, 상품 라벨에 담는 번호.
WHAT = (
    Template("NMP", "{case} {column:은/는} <뭐야>"),
    Template("EMC", "{case} {column:이/가} <뭐예요>"),
    Template("NMW", "{case} {column:이/가} [뭔지|무엇인지] <알려 줘>"),
    Template("CES", "{case} {column:을/를} <알려 줘>"),
    Template("WPI", "{case} {column:이/가} <뭐야>"),
)
WHICH_PLACE = (
    Template("PEM", "{case} {column:은/는} 어떤 곳[이야?|인가요?|입니까?]"),
    Template("CS", "{case} {column:이/가} 어떤 곳인지 <알려 줘>"),
)
HOW = (
    Template("MPI", "{case} {column:은/는} <어떻게 돼>"),
    Template("CNS", "{case} {column:을/를} <알려 줘>"),
    Template("EMC", "{row:은/는} {column:이/가} <어떻게 돼>"),
)
WHO = (
    Template("WN", "{case} {column:은/는} <누구야>"),
    Template("CS", "{case} {column:이/가} 누구인지 <알려 줘>"),
    Template("WM", "{row:은/는} {column:이/가} <누구야>"),
)
WHICH_TEAM = (
    Template("MP", "{case} 담당 부서는 <어디야>"),
    Template("WN", "{row:은/는} 어느 부서 담당[이야?|인가요?|입니까?]"),
    Template("CS", "{row:이/가} 어느 부서 담당인지 <알려 줘>"),
)
# What stands beside an hour or a day: 11:40 | 점심시간.
EVENT = (
    Template("NMP", "{row}의 {column:은/는} <뭐야>"),
    Template("WIC", "{row}에는 어떤 {column:이/가} <있어>"),
    Template("CES", "{row}의 {column:을/를} <알려 줘>"),
)
WHERE = (
    Template("WN", "{case} {column:은/는} <어디야>"),
    Template("NS", "{case} {column:이/가} 어디인지 <알려 줘>"),
    Template("WM", "{row:은/는} {column:이/가} <어디야>"),
)
WHEN = (
    Template("WMC", "{case} {column:은/는} <언제야>"),
    Template("NS", "{case} {column:이/가} 언제인지 <알려 줘>"),
    Template("WM", "{row:은/는} {column:이/가} <언제야>"),
)
HOW_MUCH = (
    Template("WMC", "{case} {column:은/는} <얼마야>"),
    Template("CEM", "{case} {column:이/가} 얼마인지 <알려 줘>"),
)
COUNT = (
    Template("WMC", "{case} {column:은/는} 몇 [{unit:이야/야}?|{unit}인가요?|{unit}입니까?]"),
    Template("CEM", "{case} {column:이/가} 몇 {unit}인지 <알려 줘>"),
)
ENGLISH = (
    Template("NIE", "{row:은/는} 영어로 <뭐야>"),
    Template("CS", "{row:을/를} 영어로 [뭐라고|무엇이라고] [해?|하나요?|합니까?]"),
)
ABBREVIATION = (
    Template("NIE", "{row:은/는} [뭐|무엇]의 약자[야?|인가요?|입니까?]"),
    Template("NS", "{row:이/가} [뭐|무엇]의 약자인지 <알려 줘>"),
)
FORMULA = (
    Template("NP", "{row:은/는} 어떻게 [계산해?|계산하나요?|계산합니까?]"),
    Template("PI", "{row} 계산식이 <뭐야>"),
    Template("EM", "{row} 계산식[ 좀|을] <알려 줘>"),
)
VALUE = (
    Template("WMC", "{row:은/는} <어떻게 돼>"),
    Template("NES", "{row:이/가} 어떻게 되는지 <알려 줘>"),
    Template("IP", "{row:을/를} <알려 줘>"),
)
BRACKETED = re.compile(r"\s*[(\[（][^()\[\]（）]*[)\]）]")
_MEANING_HEADS = re.compile(r"^(?:(?P<of>.+)의 )?(?:뜻|의미|설명|정의|개념)$")
_WHO_HEADS = re.compile(r"(?:담당|담당자|책임자|결정자|작성자|부담자|승인자|사용자|주체|인원|쪽)$")
# Heads under which somebody may stand: of 배송비 부담 nobody asks who it is.
_MAY_BE_WHO = re.compile(r"(?:담당|자|주체|대상|부서|팀|사람|곳|쪽|업체|처|원|주|역할)$")
_TIME = re.compile(
    r"(?:때|시|후|전|중|뒤|직후|직전|날|일|월|까지|시점|즉시|이내|동안|마다|과정|무렵|다음|시각|\d)$|^매"
)
# Under whom a team may stand as well as a person, or a word for its work: 원가 is neither.
_DUTY_HEADS = re.compile(r"^(?:주)?(?:담당|담당자|주관|책임)$")
_TEAM = re.compile(r"[가-힣A-Za-z]+(?:팀|부|실|과|본부|부서|그룹|파트)$")
_NAMED = re.compile(r"[가-힣]{3}|(?:\S+ )*\S*(?:장|원|사)")
_IN_CHARGE = re.compile(r"(?:자|원|담당|책임자)(?:\([^()]*\))?$")
_WORK_HEADS = re.compile(r"(?:일|업무|역할|작업|처리|내용)$")
# Asked with 어떻게 only where the cell is a clause.
_CLAUSE_HEADS = re.compile(r"(?:상황|쓰임|작업|요령|방향|흐름|모습|결과|영향|관계)$")
# What may be told in a clause; of 메타데이터 구성 or 업데이트 nobody asks what it is to hear one.
_TOLD_HEADS = re.compile(r"(?:내용|일|업무|역할|목적|뜻|사유)$")
REMEDY_HEADS = re.compile(r"조치|대응|해결|처리|대책")
_WHERE_HEADS = re.compile(r"(?:위치|장소|자리|곳|로케이션|부서|출고처|사용처)$")
_PLACE_HEADS = re.compile(r"(?:알맞은|어울리는|맞는) (?:사업장|창고|현장|센터)$")
_WHEN_HEADS = re.compile(r"(?:시점|시기|때|시간대|[가-힣]{2}일자?)$")
_HOW_HEADS = re.compile(
    r"(?:기준|방법|방식|절차|순서|주기|처리|반영|변화|상태|온도|범위|크기|규칙|동작|경로|방침|조건|길이|높이|너비|무게|"
    r"면적|용량|모양|요금|금액|가격|단가|비용|운임|한도|편차|[가-힣]{2}[비료]|[^확]률|목표|횟수|시간|시각|기한|기간|부하)$"
)
_PERSON = re.compile(
    r"(?:팀장|센터장|반장|조장|실장|부장|과장|파트장|담당자|관리자|작업자|취급자|종사자|근로자|이용자|소비자|운전자|"
    r"화주|거래처|납품처|운송사|택배사|회사|공급사|직원|고객|부서|업체|제조사|기사|사람|본인|팀)$"
)
_LISTED = re.compile(r"[와과] |, ?|·|이나 |나 ")
_QUANTITY = re.compile(
    r"[\d,.]+(?:[–~-][\d,.]+)? ?(?P<unit>(?!확인|참조|단계|공정)[가-힣]{1,3}|㎜|mm|cm|m|㎡|kg|kHz|MHz|℃|%)"
)
# A figure, or a bound: 5 mm 초과 10 mm 이하, 왕복 6,000원.
_MEASURED = re.compile(
    r"(?:^|[ (~])[±-]?\d[\d,.]* ?"
    r"(?:%|[만천]? ?원|mm|cm|m|km/h|kg|g|톤|℃|분|초|시간|일|개월|개|건|명|대|회|년|층|팔레트|박스)"
    r"(?: ?(?:이하|이상|초과|미만|이내|까지))?(?=$| |,|\))"
)
_UNIT_SAID = re.compile(
    r"[(\[（](?:단위 ?[:：] ?)?(?P<unit>[만천]?원|kg|톤|%|℃|mm|cm|m|㎡|일|개월|년|분|시간|초|개|건|회|명|대)[)\]）]$"
)
_FIGURE = re.compile(r"\d[\d,.]*(?: ?[~–-] ?\d[\d,.]*)?")
_HOUR = re.compile(r"\d{1,2}:\d{2}")
_CLOCK = re.compile(rf"{_HOUR.pattern}(?: ?[~–-] ?{_HOUR.pattern})?")
_DAY = re.compile(rf"{_CLOCK.pattern}|D(?: ?[+-] ?\d+)?|\d+(?:일|주)차")
_EVENT_HEADS = re.compile(r"(?:내용|일정|활동|업무|작업|할 일|행사|프로그램|교육)$")
_AT_ONCE = re.compile(r"즉시|바로|곧바로|수시|상시")
# Columns whose adjective only ever modifies: 단순 변심의 주된 원인.
_ADNOMINAL = re.compile(r"^(?:주된|흔한|주요|대표) ")
# The particle a row takes before a column that is a relative clause of these verbs (stems as Kiwi gives them).
_PARTICLES = {
    "에": frozenset("담기 두 알맞 어울리 맞 들어가 뒤따르 속하 필요하".split()),
    "이/가": frozenset("가리키 나타내 드러내 잡아내 찾아내 가려내 맡".split()),
    "을/를": frozenset("찍 붙이 지키 정하 매기".split()),
    "에서": frozenset("눈여겨보 살펴보".split()),
}
# Rows into which something is put: 상품 라벨에 담는 번호, but 배치 피킹의 경우 담는 용기.
_HOLDERS = re.compile(r"(?:라벨|상자|박스|토트|봉투|서|표|칸|로케이션|바코드|코드|화면|카트|용기|목록|[A-Za-z0-9)])$")
# Heads of 쓰는 that are what is used: 하차에 쓰는 장비, but 라벨을 쓰는 시점.
_MEANS = frozenset("장비 도구 기구 값 자료 정보 개인정보 단말 양식 용기 자재 화면 문서 수단".split())


def is_meaning(column: Line, kind: Line) -> bool:
    """Whether a column says what its rows mean: 뜻, or 오류의 뜻 beside rows of the class 오류 코드."""
    head = _MEANING_HEADS.match(column.text)
    return head is not None and (head["of"] is None or head["of"] in kind.text)


def is_quantity(text: str) -> bool:
    """Whether a cell is a number with its unit: 12회, 15–25 ℃."""
    return _QUANTITY.fullmatch(text) is not None or _CLOCK.fullmatch(text) is not None


def is_hour(text: str) -> bool:
    """Whether a row is an hour or a day of a plan: 11:40, D+3."""
    return _DAY.fullmatch(text) is not None


def unit_said(column: Line, cell: Line) -> str:
    """The unit that a bare figure has from its column: 단가(원) | 60; empty where it has its own, or none."""
    said = _UNIT_SAID.search(column.text)
    return said["unit"] if said and _FIGURE.fullmatch(cell.text) else ""


def event_of(column: Line) -> str:
    """What a column says is on at an hour: 작업, 일정 (of 내용); empty where it says something else."""
    return ("일정" if column.text.endswith("내용") else column.text) if _EVENT_HEADS.search(column.text) else ""


def clause_question(column: Line) -> tuple[Template, ...]:
    """How one asks for a cell that is a statement; empty where the column names no such thing."""
    heads = (_HOW_HEADS, _CLAUSE_HEADS, REMEDY_HEADS)
    if any(head.search(column.text) for head in heads):
        return HOW
    return WHAT if _TOLD_HEADS.search(column.text) else ()


def question_word(column: Line, text: str, slots: dict[str, str]) -> tuple[tuple[Template, ...], dict[str, str]]:
    """The question word by what the cell holds and the column says."""
    head = BRACKETED.sub("", column.text)
    if quantity := _QUANTITY.fullmatch(text):
        is_counted = is_syllable(quantity["unit"][-1]) and not quantity["unit"].endswith("원")
        if quantity["unit"] == "일":
            return HOW, slots  # 며칠, never 몇 일
        return COUNT if is_counted else HOW_MUCH, {**slots, "unit": quantity["unit"]}
    if _HOUR.fullmatch(text):
        return COUNT, {**slots, "unit": "시"}
    if _DUTY_HEADS.match(head):
        return _in_charge(text, slots)
    people = all(map(_PERSON.search, _LISTED.split(text)))
    if people and not (_MAY_BE_WHO.search(head) or _WORK_HEADS.search(head)):
        return (), slots  # 배송비 부담은 누구야: who bears it is asked with a verb
    if not _WHERE_HEADS.search(head) and (
        (people and not _WORK_HEADS.search(head)) or (_WHO_HEADS.search(head) and not text.isascii())
    ):
        return WHO, slots
    for heads, templates in (
        (_PLACE_HEADS, WHICH_PLACE),
        (_WHERE_HEADS, WHERE),
        (_WHEN_HEADS, WHEN),
        (_HOW_HEADS, HOW),
    ):
        if heads.search(head):
            is_unlike = _AT_ONCE.fullmatch(text) and templates is HOW and not head.endswith(("처리", "조치"))
            return () if is_unlike or (heads is _WHEN_HEADS and not _TIME.search(text)) else templates, slots
    return HOW if slots["case"].endswith("의") and _MEASURED.search(text) else WHAT, slots


def _in_charge(text: str, slots: dict[str, str]) -> tuple[tuple[Template, ...], dict[str, str]]:
    """How one asks who is in charge: which team, or who; not at all of somebody, or where a bare 물류 is the answer."""
    parts = _LISTED.split(text)
    if _IN_CHARGE.search(slots["row"]):
        return (), slots  # 안전관리자의 담당자
    if all(map(_TEAM.fullmatch, parts)):
        return WHICH_TEAM, slots
    return WHO if all(_NAMED.fullmatch(part) or _PERSON.search(part) for part in parts) else (), slots


def row_particle(reading: Reading, column: Line, row: str, *, acts: bool = False) -> str:
    """The particle that ties a row to its column: 의 to a noun, the verb's own to a clause, else 의 경우.

    정기 실사의 담당자 · 상품 라벨에 담는 번호 · 현장 작업자가 맡는 처리 · 외장 파손의 경우 확인할 곳.
    `acts`: the rows of the table are people.
    """
    tokens = reading.tokens(column)
    modifier = max((index for index, token in enumerate(tokens) if token.tag == "ETM"), default=None)
    is_unsaid = attach(row, "이/가").endswith(")")  # SHPERR이(가): nobody knows how it is said
    if any(token.tag == "JKG" for token in tokens):  # never 출고료의 수량의 근거
        return "의 경우"
    if modifier is None or _ADNOMINAL.match(column.text):
        return "의"
    if modifier and not any(token.tag in ("JKS", "JKO") for token in tokens[:modifier]):
        if acts and tokens[modifier - 1].tag in ("VV", "XSV") and tokens[modifier].form in ("는", "ᆫ", "은"):
            return "이/가"  # who acts; of 도급 업체의 경우 미리 챙길 점 another does
        verb, head = tokens[modifier - 1].form, tokens[-1].form
        if any(token.tag == "JKB" for token in tokens[:modifier]):
            return "의 경우"  # never 전체 백업에 복원에 쓰는 자료
        if verb == "쓰":
            return "에" if head in _MEANS else "을/를"
        if verb == "담":
            return "에" if _HOLDERS.search(row) else "의 경우"
        for particle, verbs in _PARTICLES.items():
            if verb in verbs and (particle != "을/를" or tokens[modifier].form == "는"):
                return "의 경우" if is_unsaid and "/" in particle else particle
    return "의 경우"


def cased(row: str, particle: str) -> str:
    """The row with the particle that `row_particle` found: 상품 라벨에, 현장 작업자가, 외장 파손의 경우."""
    return attach(row, particle) if "/" in particle else row + particle


def fitting(templates: tuple[Template, ...], particle: str) -> tuple[Template, ...]:
    """The wordings that fit: the row as topic only before a plain noun (정기 실사는 담당자가 …)."""
    return templates if particle == "의" else tuple(t for t in templates if not t.text.startswith("{row:"))
