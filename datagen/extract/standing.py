"""Whether a sentence can leave its page: what it leaves open, what it hangs on, and the names of its bare heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from datagen.documents import MarkKind
from datagen.extract.leads import KINDS
from datagen.extract.reading import NOUNS, PEOPLE, Reading
from datagen.extract.statement import Statement, heading_named, lead_of

if TYPE_CHECKING:
    from kiwipiepy import Token

# Each with an example of what it refuses.
_OPEN = re.compile(
    r"(?:표시되는|나타나는|열리는|열린) (?:페이지|화면|창|대화|메시지|목록|메뉴|양식)"  # 열리는 창에서 확인을 누릅니다
    r"|(?<!\S)(?:해당|적절한|각각의) \S"  # 적절한 코드를 고릅니다: which one is not said
    r"|유용합니다|예상대로|평소와 같이|보다 구체적|더 많은 |예기치 않|고려하|평가해야"  # says nothing one could act on
    r"|[ㄱ-힣]지 여부|여부에 관계없이"  # 표시할지 여부를 선택합니다: a choice, no answer
    r"|여부.*또는|또는.*여부"
    r"|[이가] \S.*[을를] 허용하지 않"  # 시스템은 사용자가 삭제를 허용하지 않습니다
    r"|(?<![가-힣])(?P<word>[가-힣]{2,}) (?P=word)(?:[이가은는을를의에도와과로]|\s|$)"  # 중량 중량 제품
    r"|중 하나|(?<!\S)(?:여전히|결국) "  # which one is not said
    r"|^(?:일반적으로|종종|보통|대부분|대개|경우에 따라|어떤 경우에는|때로는) "  # true of most
    r"|' > |[^'] > '|(?<=[는은])\s하는\s"  # 'A' > 설정 'B', 요청되는 하는: markup or words lost
    r"|(?:자|원|사)(?:들)?[은는] (?:[^,]* )?(?:메시지|알림|창|화면|페이지|목록)[이가] (?:표시|나타)"  # needs 에게는
)
# A sentence that opens with a label needs none from above: '라벨 인쇄' 옵션을 선택하면 …
_NAMED_FIRST = re.compile(rf"'[^']{{3,}}' (?:{KINDS}|상자|페이지|기능|전략|모듈)(?:은|는|이|가|을|를|에|에서|의)? ")
_MOST_CHARS, _MOST_CLAUSES = 110, 6
# Nouns that say nothing by themselves: of what, their heading says.
_BARE = frozenset(
    "작업 처리 설정 정책 오류 항목 위치 값 태그 기능 화면 페이지 창 변수 매개변수 옵션 필드 라인 선 행 열 "
    "데이터 정보 프로필 시스템 목록 이벤트 상태 개수 프로세스 절차 방법 단계 메뉴 버튼 단추 확인란 그룹 "
    "코드 템플릿 규칙 유형 식별자 매핑 구독 필터 쿼리 테이블 레코드 디바이스 보고서 문서 파일 시각화 계획 "
    "차트 배송 순서 요청 메시지 알림 전략 타일 일부 나머지 전체 여러 모두 것 요소 속성 조건 결과 내용 "
    "구성 앱 서비스 집계 활동".split()
)
_VAGUE_MODIFIERS = frozenset("새 새로운 각 모든 여러 두 한 다른 이 그 첫 일부 몇 특정 실제 기존".split())
_JOSA = {"이": True, "가": False, "을": True, "를": False, "은": True, "는": False}


def leaves_open(statement: Statement) -> bool:
    """Whether a sentence points at what it does not show, decides nothing, is damaged, or is too long to take in."""
    text = statement.say()
    clauses = sum(token.tag in ("EC", "ETM", "ETN") for token in statement.tokens)
    return bool(
        len(text) > _MOST_CHARS or clauses > _MOST_CLAUSES or _OPEN.search(text) or _is_misspelt(statement.tokens)
    )


def hangs(statement: Statement) -> bool:
    """Whether a sentence holds only under the item or the label above it, which it does not name."""
    said = statement.say()
    lead = lead_of(statement.sentence.line)
    if lead is not None and lead.text not in said and statement.start >= lead.end:
        return True
    if not statement.above or _NAMED_FIRST.match(said):
        return False
    host = statement.above[-1]
    labels = [host.text[mark.start : mark.end] for mark in host.marks if mark.kind is MarkKind.BOLD]
    host_lead = lead_of(host)
    labels += [host_lead.text] if host_lead else []
    return not any(label in said for label in labels)


def harks_back(reading: Reading, statement: Statement, tokens: Sequence[Token]) -> bool:
    """Whether a clause opens with the bare head of what the sentence before names: 운전자 카드를 … 카드의 기간은."""
    sentences = reading.sentences.get(statement.sentence.line, ())
    before = next((one for one, two in pairwise(sentences) if two is statement.sentence), None)
    if before is None or len(tokens) < 2 or tokens[0].tag not in ("NNG", "NNP") or tokens[1].tag in NOUNS:
        return False
    return any(
        noun.form == tokens[0].form and modifier.tag in (*NOUNS, "ETM") and modifier.form != noun.form
        for modifier, noun in pairwise(token for token in before.tokens if token.tag != "SP")
    )


def qualified(reading: Reading, statement: Statement, tokens: Sequence[Token]) -> Statement | None:
    """The statement with the bare heads among `tokens` named after a heading; None where nothing names any of them.

    정책이 창고에 할당되면, below 작업 생성 정책 할당, → 작업 생성 정책이 창고에 할당되면.
    """
    bare: list[tuple[int, int]] = []
    is_named = False
    for start, end in _heads(tokens):
        text = statement.sentence.line.text[start:end]
        if _is_bare(statement, tokens, start, end):
            bare.append((start, end))
        elif not PEOPLE.search(text):
            is_named = True
    place = _opening_place(statement, tokens)
    bare += [place] if place else []
    edits, spans = list(statement.edits), list(statement.evidence)
    for start, end in bare:
        named = heading_named(reading, statement.section, statement.sentence.line.text[start:end])
        if named is not None:
            edits.append((start, end, named[0]))
            spans.append(named[1])
            is_named = True
        elif (start, end) == place:
            return None  # 정책에 필드가 빠지면: whose policy, nothing says
    if not is_named and bare:
        return None
    return replace(statement, edits=tuple(sorted(edits)), evidence=tuple(dict.fromkeys(spans)))


def frames(tokens: Sequence[Token]) -> bool:
    """Whether a case only sets the scene (작업자가 앱을 사용하면) or counts a sample (40에서 60 사이가 아닌 값)."""
    has_person = any(particle.tag == "JKS" and PEOPLE.search(noun.form) for noun, particle in pairwise(tokens))
    uses = len(tokens) > 3 and tokens[-3].form in ("사용", "이용")
    is_sample = any(noun.tag == "SN" and after.form in ("에서", "부터") for noun, after in pairwise(tokens))
    return is_sample or (has_person and uses)


def _heads(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The spans of the noun chunks that are subject, topic or object."""
    for index, token in enumerate(tokens):
        is_case = token.tag in ("JKS", "JKO") or (token.tag == "JX" and token.form in ("은", "는", "ᆫ"))
        first = index
        while first and tokens[first - 1].tag in NOUNS and tokens[first - 1].tag != "NNB":
            first -= 1
        if is_case and first < index:
            yield tokens[first].start, tokens[index - 1].start + tokens[index - 1].len


def _opening_place(statement: Statement, tokens: Sequence[Token]) -> tuple[int, int] | None:
    """The span of a bare noun that opens a clause as its place: 정책에, 화면에서."""
    stop = next((index for index, token in enumerate(tokens) if token.tag not in NOUNS), 0)
    if not stop or tokens[stop].tag != "JKB" or tokens[stop].form not in ("에", "에서"):
        return None
    span = tokens[0].start, tokens[stop - 1].start + tokens[stop - 1].len
    return span if _is_bare(statement, tokens, *span) else None


def _is_bare(statement: Statement, tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a chunk is one of the nouns that say nothing, with nothing telling before it."""
    text = statement.sentence.line.text
    if any(first < end and start < last for first, last, _ in statement.edits):
        return False  # a label, or named already
    if text[start:end] not in _BARE and text[start:end].replace(" ", "") not in _BARE:
        return False
    before = [token for token in tokens if token.start + token.len <= start and token.tag != "SP"]
    if not before or before[-1].form in _VAGUE_MODIFIERS:
        return True
    if before[-1].tag == "JKG" and len(before) > 1 and before[-2].form in _BARE:
        return len(before) < 3 or before[-3].tag not in (*NOUNS, "ETM")  # 기능의 상태
    return before[-1].tag not in ("JKG", "ETM", "JC", "SSC", "SS") and not before[-1].tag.startswith("XSN")


def _is_misspelt(tokens: Sequence[Token]) -> bool:
    """Whether a particle does not fit the noun it stands on: 적재이, 여부을."""
    nouns = {token.form for token in tokens if token.tag in ("NNG", "NNP")}
    if any(noun[-1] in "이을은" and noun[:-1] in nouns and len(noun) > 2 for noun in nouns):
        return True  # and where 적재 stands besides, 적재이 for a noun
    for noun, particle in pairwise(tokens):
        if noun.tag == "VCP" and not particle.tag.startswith(("E", "X")):
            return True  # Kiwi takes the 이 of 적재이 for a copula, which then lacks its ending
        wants = _JOSA.get(particle.form) if particle.tag in ("JKS", "JKO", "JX", "JKC") else None
        last = noun.form[-1] if noun.tag in ("NNG", "NNP") else ""
        if wants is not None and "가" <= last <= "힣" and ((ord(last) - 0xAC00) % 28 > 0) is not wants:
            return True
    return False
