"""Acts: what one does, read from a heading or a step, and every form a question needs of it: 웨이브를 만들려면."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, final_predicate, rejoin, without_tail
from datagen.documents import Line
from datagen.extract.reading import NOUNS, PEOPLE, Reading, Sentence
from datagen.phrasing import asking

if TYPE_CHECKING:
    from kiwipiepy import Token

# Nouns that name a way: what stands before them is the act.
WAYS = frozenset({"방법", "절차", "순서", "과정", "요령", "법"})
# Nouns that 하다 makes a verb of, and that end a heading over steps: 웨이브 템플릿 설정.
VERBAL = frozenset(
    "가공 가입 개설 개통 갱신 검사 검색 검수 검증 검토 게시 결산 결재 결제 계산 계획 고정 공유 공지 관리 교육 교정 "
    "교체 교환 구독 구매 구분 구성 기록 기안 기입 기획 납부 납품 다운로드 단축 답변 대기 대사 대여 대조 대체 대출 "
    "도입 동기화 등록 등재 라우팅 로그아웃 로그인 로드 로딩 리셋 릴리스 마감 마이그레이션 매칭 매핑 반납 반려 반송 "
    "반영 반입 반출 반품 발급 발송 발주 발행 배분 배송 배정 배차 배치 배포 백업 변경 변환 병합 보고 보관 보류 보완 "
    "보충 복구 복사 복원 봉인 부여 부착 북마크 분류 분리 분석 분할 불출 비교 사용 삭제 상신 상차 생성 선정 선택 "
    "설계 설명 설정 설치 세팅 셋업 송금 송부 송신 수락 수령 수립 수신 수정 수집 수행 스캔 승인 시작 시정 식별 신고 "
    "신설 신청 실사 실행 심사 업그레이드 업데이트 업로드 연결 연계 연동 연장 열람 예약 예측 완료 요청 운송 운영 "
    "이관 이동 이용 이첩 이체 이행 익스포트 인계 인쇄 인수 인증 인출 임명 임포트 입고 입금 입력 입찰 작성 장착 저장 "
    "적용 적재 적치 전송 전환 점검 접속 접수 정렬 정리 정산 정의 제거 제어 제작 제출 조립 조사 조정 조회 종결 종료 "
    "준비 중단 중지 증설 지급 지정 진입 진행 집계 차감 참여 창출 처리 첨부 청구 청소 충전 체결 체크 촬영 추가 "
    "추적 추출 출고 출력 취소 취합 측정 커스터마이징 클릭 탈퇴 터치 테스트 통보 통지 통합 투입 판매 패킹 편성 "
    "편집 편철 평가 폐기 포장 표시 품의 피킹 하차 할당 해결 해제 해지 허용 협의 호출 확인 확정 환불 활용 회수 "
    "회신 훈련".split()
)
# Verbal nouns whose place stands before them bare: 앱 로그인 → 앱에 로그인하-.
_PLACED = {"로그인": "에", "접속": "에", "가입": "에", "진입": "에", "참여": "에", "로그아웃": "에서", "탈퇴": "에서"}
# Nouns that say in what manner: 웨이브 수동 생성 → 웨이브를 수동으로 생성하-.
_MANNER = re.compile(r"\s(?P<noun>수동|자동)\s*$")
# Verbal nouns of two words: 설정 사용자 지정 → 설정을 사용자 지정하-.
_PAIRED = re.compile(r"(?<=\s)(?:사용자 (?:지정|정의)|우선 순위 지정)$")
# Names of work: 품질 검사 → 품질 검사를 하-.
_WORK = frozenset(
    "검사 검수 실사 입고 출고 적치 피킹 보충 포장 패킹 상차 하차 반품 정산 청소 점검 교육 훈련 테스트 "
    "마이그레이션 회의 준비".split()
)
# What makes one noun with the deed: 시스템 기본 설정을 하-.
_KINDS = frozenset({"기본", "초기"})
_NUMBERING = re.compile(
    r"^(?:(?:제\s?)?\d+(?:\.\d+)+\.?\s+|\d+[.)]\s+|[IVX]+\.\s+|[①-⑳]\s*|[가-하][.)]\s+|[(<【\[]\d+[)>】\]]\s*"
    r"|(?:(?:단계|절차|방법|작업|STEP|Step)\s?\d+|(?:제\s?)?\d+\s?(?:단계|장|절|과|부|편))\s*(?:[:.)：–-]\s*|\s+))+"
)
_TRAILING = re.compile(r"\s*(?:\([^()]*\)|\[[A-Z][A-Z0-9_-]*\]|[.:：])\s*$")  # [IB1010]
# A question, a label with its text, or two names joined by a dash is no act.
_NO_ACT = re.compile(r"[?？:：–—]|\s-\s")
_ABOUT = re.compile(r"(?<=\S)에 (?:대한|관한) (?=\S)")
_JOINT = re.compile(r"\s*(?P<both>\s및\s|·)\s*|\s(?P<either>또는|혹은)\s|\s*/\s*")  # 승인/반려: one or the other
# What a step opens with to say where it stands among the others.
_OPENINGS = re.compile(
    r"^(?:(?:그런|그|이|그러고) (?:다음|후|뒤)에?|그리고|그러면|다음으로|이제|먼저|우선|마지막으로|이어서|이후|또한"
    r"|계속해서),?\s+"
)
_MANNERS = frozenset("수동 자동 신규 임의 재".split())
_MANNERED = re.compile(r"(?:수동|자동)으로 (?=\S)")
# Nouns that stand before a verb as adverbs do: 주문을 일괄 릴리스하-.
_ADVERBIAL = frozenset("일괄 직접 강제 즉시 동시 개별 전산 육안".split())
DEICTIC = frozenset("이 그 저 해당 이런 그런 이러한 그러한 이것 그것 여기 거기".split())
_TIMES = frozenset("때 후 뒤 전 시 중 경우 다음 이내 전날 당일 다음날 매일 매월 매주".split())
# Verbs of what happens rather than of what one does, and auxiliaries under which one still does it.
_HAPPENS = frozenset(
    "되 나타나 열리 닫히 보이 생기 지 나오 바뀌 뜨 끝나 남 걸리 막히 쌓이 잠기 나뉘 대하 위하 의하 따르".split()
)
_HELPS = frozenset({"보", "주", "놓", "두", "드리", "하"})


@dataclass(frozen=True, slots=True)
class Act:
    """A clause without its ending: `before` (웨이브를 수동으로 생성) and the predicate whose stem follows it (하).

    `thing` is its object as it stands in `before`, empty where that carries no bare noun phrase with 을/를.
    """

    before: str
    predicate: Predicate
    thing: str = ""
    is_transitive: bool = False

    def ending(self, form: str, tag: str = "EC") -> str:
        """The act with an ending in Kiwi's form."""
        return self.before + rejoin(self.predicate, form, tag)

    @property
    def wish(self) -> str:
        """웨이브를 만들려면."""
        return self.ending("려면")

    @property
    def doing(self) -> str:
        """웨이브를 만드는."""
        return self.ending("는", "ETM")

    @property
    def when(self) -> str:
        """웨이브를 만들 때."""
        return f"{self.ending('ᆯ', 'ETM')} 때"

    @property
    def done(self) -> str:
        """웨이브를 만들고 나면."""
        return f"{self.ending('고')} 나면"

    @property
    def after(self) -> str:
        """웨이브를 만든 다음에."""
        return f"{self.ending('ᆫ', 'ETM')} 다음에"

    @property
    def earlier(self) -> str:
        """웨이브를 만들기 전에."""
        return f"{self.ending('기', 'ETN')} 전에"

    @property
    def must(self) -> str:
        """웨이브를 만들어야."""
        return self.ending("어야")

    @property
    def statement(self) -> str:
        """웨이브를 만듭니다."""
        return self.ending("ᆸ니다", "EF")

    @property
    def questions(self) -> tuple[str, str, str]:
        """웨이브를 만들어?, 웨이브를 만드나요?, 웨이브를 만듭니까?"""
        return asking(self.before + self.predicate.ending, self._placed)

    @property
    def verb(self) -> tuple[str, str, str] | None:
        """What follows the object, as a question: 만들어?, 수동으로 생성하나요?; None where there is no object."""
        if not self.thing:
            return None
        length = len(attach(self.thing, "을/를"))
        hae, haeyo, hapsyo = (text[length:].lstrip() for text in self.questions)
        return hae, haeyo, hapsyo

    @property
    def _placed(self) -> Predicate:
        """The predicate where `questions` puts it: after all of `before`."""
        return replace(self.predicate, start=len(self.before))


def act_of_heading(reading: Reading, line: Line, *, over_steps: bool = True) -> Act | None:
    """The act that a heading names (컨테이너 유형 만들기, 웨이브를 만드는 방법), or None.

    A heading that is nouns only (웨이브 템플릿 설정) names an act only where it stands `over_steps`.
    """
    text = heading_text(line.text)
    if not text or _NO_ACT.search(text):
        return None
    start = line.text.find(text)
    end = start + len(text)
    tokens = [token for token in reading.tokens(line) if start <= token.start and token.start + token.len <= end]
    return _act(line.text, tokens, over_steps=over_steps)


def act_of_sentence(reading: Reading, sentence: Sentence) -> Act | None:
    """What a step has one do: 로케이션 바코드를 스캔-하; of "라벨을 붙이려면 …를 누른다" what follows the wish.

    None for what nobody is asked to do: a state, a denial, a result, a sentence with a case or a subject of its own.
    """
    tokens = _main(sentence)
    if not tokens or not _is_asked(tokens):
        return None
    return _clause(sentence.line.text[: sentence.end], tokens)


def event_of_sentence(sentence: Sentence) -> Act | None:
    """What a step says somebody does, its subject kept: 현장 작업자가 라벨을 붙이-; None for what is no deed."""
    tokens = _main(sentence)
    if not tokens or not _is_asked(tokens, with_subject=True):
        return None
    predicate = final_predicate(tokens)
    if predicate is None:
        return None
    stem = tuple(part for part in predicate.stem if part[0] not in ("시", "으시"))
    start = predicate.start
    if stem[0] == ("주", "VX"):  # 체크해 주세요: one checks
        verb = tokens[next(i for i, token in enumerate(tokens) if token.start >= start) - 2]
        stem, start = ((verb.form, verb.tag),), verb.start
    return Act(sentence.line.text[tokens[0].start : start], replace(predicate, stem=stem))


def wish_of_sentence(reading: Reading, sentence: Sentence) -> Act | None:
    """What a sentence in -려면 wants done: 작업 풀을 추가하려면 다음 단계를 따릅니다."""
    border = _wish_border(sentence.tokens)
    if border is None:
        return None
    tokens = list(_opened(sentence, sentence.tokens[:border]))
    return _clause(sentence.line.text, tokens) if tokens and not _has_own_subject(tokens) else None


def heading_text(text: str) -> str:
    """A heading without its numbering, its bracketed remark and its stop: 3.2 웨이브 만들기(수동) → 웨이브 만들기."""
    text = _NUMBERING.sub("", text.strip())
    while (shorter := _TRAILING.sub("", text)) != text:
        text = shorter
    return text


def _act(text: str, tokens: Sequence[Token], *, over_steps: bool) -> Act | None:
    tokens = without_tail(tokens)
    if len(tokens) > 1 and tokens[-1].form in WAYS and tokens[-1].tag == "NNG":
        tokens = tokens[:-1]
        if tokens[-1].tag == "JKG":
            tokens = tokens[:-1]
    if not tokens or any(token.tag in ("MM", "NP") and token.form in DEICTIC for token in tokens):
        return None
    is_nominal = tokens[-1].tag in ("NNG", "NNP", "XSN")
    if is_nominal and not over_steps:
        return None
    if is_nominal or (tokens[-1].tag == "ETN" and len(tokens) > 1):
        for joint in _JOINT.finditer(text, tokens[0].start, tokens[-1].start):
            linked = _linked(text, tokens, joint)
            if linked is not None:
                return linked
            left = [token for token in tokens if token.start < joint.start()]
            if len(left) > 1 and left[-1].form in VERBAL and is_nominal:
                return None  # 당일 전산 입력 및 목록 출력: one of the two deeds cannot be told
    return _of_nouns(text, tokens) if is_nominal else _of_clause(text, tokens)


def _of_clause(text: str, tokens: Sequence[Token]) -> Act | None:
    """The act of a heading that ends in a verb: 만들기, 만드는 (방법), 만듭니다."""
    predicate = final_predicate(tokens)
    if predicate is None or predicate.tag not in ("ETM", "ETN", "EF") or not _is_asked(tokens):
        return None
    if predicate.tag == "ETM" and predicate.ending not in ("는", "ᆯ", "을"):
        return None  # 완료된 절차: what has been done
    return _clause(text, tokens)


def _of_nouns(text: str, tokens: Sequence[Token]) -> Act | None:
    """The act of nouns that end in a verbal noun: 웨이브 템플릿 설정 → 웨이브 템플릿을 설정하-."""
    if compound := _of_compound(text, tokens):
        return compound
    verb = _verbal_start(text, tokens)
    ahead = [token for token in tokens if verb is not None and token.start < verb]
    if verb is None or not ahead or any(token.tag in ("EF", "SF") for token in ahead):
        return None
    is_pair = ahead[-1].tag == "JC" and not any(token.tag == "JKO" for token in ahead)
    if text[verb - 1] == "/" or is_pair or ahead[-1].form in ("또는", "혹은", "및"):
        return None  # 요금제 할인/면제: of two words only one is a deed; 입고와 출고: two works
    start, end = ahead[0].start, tokens[-1].start + tokens[-1].len
    predicate = Predicate(end, end, (("하", "XSV"),), "기", "ETN")
    return _with_object(text[start:end], tokens, verb, start, predicate)


def _of_compound(text: str, tokens: Sequence[Token]) -> Act | None:
    """The act of a noun written in one with its verbal noun: 사용자 정보수정 → 사용자 정보수정을 하-."""
    tokens = without_tail(tokens)
    nouns = [token for token in tokens if token.start >= (_verbal_start(text, tokens) or 0)]
    is_made = len(nouns) > 1 and nouns[0].tag == "NNG" and nouns[0].form not in _ADVERBIAL | _MANNERS
    is_made = is_made and (nouns[0].form not in VERBAL or len(nouns) > 2)  # 설정변경: 설정을 변경하-
    if not is_made or nouns[-1].form not in VERBAL or any(token.tag not in NOUNS for token in tokens):
        return None
    thing = text[tokens[0].start : nouns[-1].start + nouns[-1].len]
    predicate = Predicate(0, 0, (("하", "XSV"),), "기", "ETN")
    return Act(f"{attach(thing, '을/를')} ", predicate, thing, is_transitive=True)


def _linked(text: str, tokens: Sequence[Token], joint: re.Match[str]) -> Act | None:
    """Two acts joined by 및 or 또는: 컨테이너 유형 검사 또는 생성 → 컨테이너 유형을 검사하거나 생성하-."""
    left = [token for token in tokens if token.start < joint.start()]
    right = [token for token in tokens if token.start >= joint.end()]
    if not left or not right or left[-1].tag not in ("NNG", "NNP", "XSN", "ETN"):
        return None
    first = _of_nouns(text, left) if left[-1].tag != "ETN" else _of_clause(text, left)
    if first is None or not (first.is_transitive or any(token.tag == "JKO" for token in left)):
        return None
    linked = first.ending("고" if joint["both"] else "거나")
    is_noun = right[-1].tag != "ETN"
    if is_noun and _verbal_start(text, right) == right[0].start:
        end = right[-1].start + right[-1].len
        return Act(f"{linked} {text[joint.end() : end]}", Predicate(end, end, (("하", "XSV"),), "기", "ETN"))
    if not is_noun and (final := final_predicate(right)) and _verb_start(right, final.start) == right[0].start:
        return Act(f"{linked} {text[joint.end() : final.start]}", final)
    # 조정 입력 및 조정 출력을 위한 메뉴: both nouns lean on what follows, neither is an act.
    if any(token.form in ("위하", "대하", "관하", "따르") for token in right) or any(
        token.tag == "JKB" and token.form == "에" for token in right
    ):
        return None
    second = _of_nouns(text, right) if is_noun else _of_clause(text, right)
    return replace(second, before=f"{linked} {second.before}", thing="") if second else None


def _clause(text: str, tokens: Sequence[Token]) -> Act | None:
    """The act of a clause that ends in a predicate, its object given the particle it lacks."""
    predicate = final_predicate(tokens)
    if predicate is None or predicate.is_adjective:
        return None
    start = tokens[0].start
    before = text[start : predicate.start]
    stem = tuple(part for part in predicate.stem if part[0] not in ("시", "으시"))
    if not before.strip() or len(stem) != 1:
        return None
    if stem[0][0] == "하":
        before = before.replace("수 있도록 ", "수 있게 ")
    ahead = [token for token in tokens if token.start < predicate.start]
    return _with_object(before, ahead, _verb_start(ahead, predicate.start), start, replace(predicate, stem=stem))


def _verb_start(tokens: Sequence[Token], start: int) -> int:
    """Where a verb begins, its noun counted in: 진행 in 진행+하."""
    for token in reversed([token for token in tokens if token.start < start]):
        if token.tag not in NOUNS or token.start + token.len != start:
            break
        start = token.start
    return int(start)


def _with_object(before: str, tokens: Sequence[Token], verb: int, start: int, predicate: Predicate) -> Act | None:
    """The act with 을/를 after a bare object: 입고 예정 직접 등록 → 입고 예정을 직접 등록하-; None where none fits.

    `before` and `tokens` begin at `start`, the verb with its noun at `verb`.
    """
    ahead = [token for token in tokens if token.start < verb]
    head, verbal = before[: verb - start], before[verb - start :]
    if manner := _MANNER.search(head):  # 웨이브 수동 생성
        head, verbal = head[: manner.start() + 1], f"{manner['noun']}으로 {verbal}"
        ahead = [token for token in ahead if token.start - start < manner.start()]
    while ahead and (ahead[-1].tag == "MAG" or ahead[-1].form in _ADVERBIAL):
        place = ahead[-1].start - start
        head, verbal, ahead = head[:place], head[place:] + verbal, ahead[:-1]
    link = max((i for i, token in enumerate(ahead) if token.tag == "EC" and not _is_cut_noun(ahead, i)), default=-1)
    clause = ahead[link + 1 :]
    if not clause:
        is_telling = bool(ahead) or verbal.strip() in _WORK  # 상차하기, but not 등록하기
        return Act(head + verbal, predicate) if (head + verbal).strip() and is_telling else None
    modifier = max((i for i, token in enumerate(clause) if token.tag == "ETM"), default=-1)
    if clause[-1].tag == "JKO":
        head = _eased(head)
        return Act(head + verbal, predicate, _plain(head, ahead[:-1], start), is_transitive=True)
    if clause[-1].form in _TIMES:
        is_work = verbal.strip() in _WORK and predicate.stem[0][0] == "하"  # 작업 전 점검을 하-
        return Act(f"{head}{attach(verbal.strip(), '을/를')} " if is_work else head + verbal, predicate)
    if clause[-1].tag == "JKG":
        return None
    objects = [i for i, token in enumerate(clause) if token.tag == "JKO"]
    is_noun = clause[-1].tag in (*NOUNS, "SSC") or _is_cut_noun(clause, len(clause) - 1)
    if not is_noun or (objects and objects[-1] > modifier and not _is_basis(clause, objects)):
        return Act(head + verbal, predicate, is_transitive=bool(objects))
    noun = verbal.strip()
    thing = head[: clause[-1].start + clause[-1].len - start]
    if predicate.stem[0][0] == "하" and noun in _PLACED:
        return Act(f"{thing}{_PLACED[noun]} {noun}", predicate)
    if link == -1 and (moved := _MANNERED.match(thing)):
        thing, verbal = thing[moved.end() :], f"{moved[0]}{verbal}"  # 웨이브를 수동으로 생성하-
    thing = _eased(thing)
    if predicate.stem[0][0] == "하" and (clause[-1].form in (noun, *_KINDS) or (noun in _WORK and " " not in thing)):
        thing = thing if clause[-1].form == noun else f"{thing} {noun}"  # 품질 검사를 하-
        return Act(f"{attach(thing, '을/를')} ", predicate, thing, is_transitive=True)
    return Act(f"{attach(thing, '을/를')} {verbal}", predicate, thing if link == -1 else "", is_transitive=True)


def _is_cut_noun(tokens: Sequence[Token], index: int) -> bool:
    """Whether Kiwi read the noun 입고 as the verb 입- with its ending."""
    return index > 0 and tokens[index - 1].form == "입" and tokens[index].form == "고"


def _is_basis(clause: Sequence[Token], objects: Sequence[int]) -> bool:
    """Whether the last object of a clause is only what a deed goes by: 계획을 기반으로 주문 생성."""
    after = clause[objects[-1] + 1 : objects[-1] + 3]
    return any(token.form in ("기반", "바탕", "기준", "대상", "토대") for token in after)


def _plain(head: str, tokens: Sequence[Token], start: int) -> str:
    """The object of an act whose particle stands there, where nothing but the object comes before the verb."""
    modifier = max((i for i, token in enumerate(tokens) if token.tag == "ETM"), default=-1)
    around = {"EC", "JKB", "JX", "JKS", "JKO", "MAG", "MAJ"}
    if not tokens or any(token.tag in around for token in tokens[modifier + 1 :]) or modifier >= 0:
        return ""
    return head[: tokens[-1].start + tokens[-1].len - start]


def _eased(thing: str) -> str:
    """An object without the stiff 에 대한: 제품에 대한 필터 코드 → 제품의 필터 코드."""
    return _ABOUT.sub("의 ", thing) if len(_ABOUT.findall(thing)) == 1 and "의 " not in thing else thing


def _verbal_start(text: str, tokens: Sequence[Token]) -> int | None:
    """Where the verbal noun that ends some morphemes begins: 설정, 활성+화, 재+설정; None where they end otherwise."""
    tokens = without_tail(tokens)
    last = tokens[-1]
    if paired := _PAIRED.search(text, 0, last.start + last.len):
        return paired.start()
    if last.form == "화" and last.tag == "XSN" and len(tokens) > 1:
        tokens = tokens[:-1]
    elif last.form not in VERBAL:
        return None
    start = tokens[-1].start
    while len(tokens) > 1 and tokens[-2].tag in ("XPN", "NNG") and tokens[-2].start + tokens[-2].len == start:
        tokens = tokens[:-1]
        start = tokens[-1].start
    return int(start)


def _main(sentence: Sentence) -> list[Token]:
    """The morphemes of a sentence's statement: what it opens with, and its wish, left out."""
    tokens = list(_opened(sentence, without_tail(sentence.tokens)))
    border = _wish_border(tokens)
    return tokens if border is None else tokens[border:]


def _opened(sentence: Sentence, tokens: Sequence[Token]) -> Sequence[Token]:
    opening = _OPENINGS.match(sentence.text)
    start = sentence.start + (opening.end() if opening else 0)
    return [token for token in tokens if token.start >= start]


def _wish_border(tokens: Sequence[Token]) -> int | None:
    """Where the statement begins after -려면."""
    for index, token in enumerate(tokens[:-1]):
        if token.tag == "EC" and token.form in ("려면", "으려면"):
            after = index + 1
            return after + 1 if tokens[after].tag == "SP" else after
    return None


def _is_asked(tokens: Sequence[Token], *, with_subject: bool = False) -> bool:
    """Whether somebody is asked to do this: a verb in the active, in no case, denied by nothing."""
    tokens = without_tail(tokens)
    predicate = final_predicate(tokens)
    if predicate is None or predicate.is_adjective or predicate.tag not in ("EF", "ETN", "ETM"):
        return False
    stem, tag = predicate.stem[0]
    has_tense = any(form not in ("시", "으시") for form, _ in predicate.stem[1:])
    if has_tense or tag in ("XSA", "VCP", "VCN") or stem in ("있", "없"):
        return False
    before = [token for token in tokens if token.start < predicate.start]
    is_passive = (tag == "XSV" and stem in ("되", "받", "당하")) or (tag.startswith("VV") and stem in _HAPPENS)
    is_helped = tag == "VX" and (stem not in _HELPS or (before and before[-1].form in ("어야", "지")))
    has_subject = not with_subject and _has_own_subject(before)
    return not (is_passive or is_helped or has_subject or _is_in_case(before))


def _has_own_subject(tokens: Sequence[Token]) -> bool:
    """Whether the last clause has a subject or a topic that does it; the clause of a modifier has one of its own."""
    modifier = max((i for i, token in enumerate(tokens) if token.tag == "ETM"), default=-1)
    subjects = [i for i, token in enumerate(tokens) if token.tag == "JKS"]
    topics = [
        i for i, token in enumerate(tokens)
        if token.tag == "JX" and token.form in ("은", "는", "ᆫ") and i and tokens[i - 1].tag in NOUNS
    ]  # fmt: skip
    first = next((i for i, token in enumerate(tokens) if token.tag == "ETM"), 0)
    is_doubled = sum(i < first for i in subjects) > 1  # WMS가 기한이 가까운 로트를 할당한다
    return is_doubled or bool(topics) or any(i > modifier or _is_person(tokens, i) for i in subjects)


def _is_person(tokens: Sequence[Token], particle: int) -> bool:
    return particle > 0 and PEOPLE.search(tokens[particle - 1].form) is not None


def _is_in_case(tokens: Sequence[Token]) -> bool:
    """Whether a sentence holds in a stated case only: -면, -ㄹ 경우."""
    return any(token.tag == "EC" and token.form in ("면", "으면", "거든") for token in tokens) or any(
        token.tag == "NNG" and token.form == "경우" for token in tokens
    )
