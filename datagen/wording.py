"""Wordings that no careful writer leaves, as tables: of a question, of an answer, of the source a fact comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence

Rule = tuple[re.Pattern[str], str]


def _rules(*rows: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), name) for pattern, name in rows)


# Each with an example of what it refuses.
_ANY = _rules(
    (r"\*\*|\]\(|^#|(?<![A-Za-z0-9])_{2,}|<[a-z]+[ >/]|&[a-z]+;", "markup"),  # **편집**을 누릅니다
    (r"(?:을를|를을|은는|는은|가이|에에)(?=\s|$)", "doubled particle"),  # 수량을를 입력합니다
    (r"되요|됬|돼나요|안되나|할려|될려|만들을|몇일", "misspelling"),  # 언제 되요?
    (r"[\u3131-\u318e](?=[가-힣])", "stray jamo"),  # ㄴ저장
    (r"\([^)]*$|^[^(]*\)(?<!\d\))", "open bracket"),  # 문서(PDF 를 인쇄합니다
    (r"[\U0001F000-\U0001FAFF\u2600-\u27BF]", "emoji"),  # ❌ 지게차 위에 탑승합니다
)
_QUESTION = _rules(
    (
        r"에 대한|귀하|당신|및/또는|할 수 있도록|에 의해|에 있어서?(?:\s|$)",
        "translated phrase",
    ),  # 재고에 대한 설정이 뭐야?
    (r"의 \S+의 \S+의 ", "chained 의"),  # 창고의 구역의 통로의 번호가 뭐야?
    (
        r"(?:주기|기간|횟수|수량|온도|시간)[은는이가] (?:뭐야|뭔가요|무엇입니까)",
        "quantity asked with 뭐",
    ),  # 실사 주기가 뭐야?
    (r"[.!?]\s+\S", "more than one sentence"),  # 실사를 한다. 왜 해?
    (r"[A-Za-z]{3,}(?:[ ,]+[A-Za-z]{2,}){3,}", "a sentence in English"),
    (
        r"(?:라도|더라도) .*(?:면|때는?) (?:어떻게|[뭘무])",
        "concedes and asks how",
    ),  # 취소된 주문이라도 끝났으면 어떻게 해?
    (r"(?:고객|사용자|관리자|작업자)으?로서 ", "speaks as somebody"),  # 고객으로서 구매하려는 하드웨어를 …
    (r"(?:메모|비고|참고|업데이트)[은는이가] (?:뭐|무엇)", "a column that asks nothing"),  # 적재의 메모가 뭐야?
)
_ANSWER = _rules(
    (r"좋은 질문|기꺼이|물론입니다|도움이 되(?:셨|길)|문의해 주", "flattery or closing offer"),
    (r"(?:다음|아래)[과와] 같습니다[.:]?\s*$", "announces what is not there"),  # 항목은 다음과 같습니다.
    (r":\s*$", "announces what is not there"),  # 다음 필드를 설정합니다:
    # 따라서 재고가 줄어듭니다.
    (
        r"^\s*(?:또한|그러나|하지만|따라서|그래서|그런 다음|그러면|그리고|반면|즉|예를 들어)[ ,]",
        "leans on what was before",
    ),
    (r"(?<!\S)(\S{2,}) \1(?!\S)", "a word said twice"),  # 수동 입력 입력 필드
    (
        r"^'([^']+)' \S+에서는 (?:\S+ ){0,3}\1[을를] (?:선택|입력|지정)",
        "goes in a circle",
    ),  # '유형' 필드에서는 유형을 선택
    (r"(?:을|를|은|는|의|에|와|과|및|또는)[.]?$", "cut off"),  # 다음 단계를
)
_SOURCE = _rules(
    (r"귀하|당신", "translated address"),  # 귀하의 창고
    (r"되어[지집진]|보여[지집진]|불리[우워]", "double passive"),  # 생성되어집니다
    (r"이 (?:토픽|항목|주제|문서|섹션|절|절차|단원)(?:에서|에는|은|는|의|를)|이번에는", "speaks of its own page"),
    (r"(?:다음|아래|위) ?(?:그림|이미지|스크린샷|표|예제|예시)", "points at a picture"),  # 다음 그림은 …
    (r"(?:섹션|단원)(?:에서|을|의|에) |(?:앞|뒷)부분", "points elsewhere on its page"),  # 앱 만들기 섹션에서 …
    (r"[을를] (?:참조|참고)(?:하세요|하십시오|합니다|한다|하시기)", "points elsewhere"),  # 설정 항목을 참조하세요
    (r"하나 이상의.*하나 이상의|(?:것|경우).{0,12}(?:것|경우).{0,12}(?:것|경우)", "heaped phrases"),
)


# A question and the answer it does not fit.
_PAIR = tuple(
    (re.compile(asked), re.compile(said), name)
    for asked, said, name in (
        # 옵션은 뭐 하는 거야? … 인증하려면 '예'로 설정합니다.
        (
            r"뭐 하는|무엇을 하는|용도|뭐에 쓰|무엇에 쓰",
            r"려면 [^.]*설정(?:합니다|해요)\.$",
            "asked what for, told how",
        ),
        # 출고하려면 어떻게 해야 돼? 출고하려면 먼저 기준을 충족해야 합니다.
        (
            r"어떻게 (?:해|하)",
            r"^[^.\n]*려면 먼저 [^.\n]*어?야 (?:합니다|해요)\.$",
            "asked how, told what comes before",
        ),
        # 위치가 비어 있으면 어떻게 돼? … 위치를 지정해야 합니다.
        (r"면 어떻게 (?:돼|되|됩)", r"^[^\n]*[해어아]야 (?:합니다|해요)\.$", "asked what happens, told what to do"),
        # 작업이 생성되면 어떻게 돼? … 정보가 포함됩니다.
        (
            r"어떻게 (?:돼|되|됩)",
            r"(?:포함됩니다|포함합니다|나타냅니다|정의합니다|뜻합니다)\.$",
            "asked what happens, told what is",
        ),
    )
)


def pair_fault(question: str, answer: str) -> str | None:
    """Why an answer does not fit the way it is asked for; None where nothing is found."""
    return next((name for asked, said, name in _PAIR if asked.search(question) and said.search(answer)), None)


def question_fault(text: str) -> str | None:
    """Why a question reads badly, and where; None where nothing is found."""
    return _first(text, (*_QUESTION, *_ANY))


def answer_fault(text: str) -> str | None:
    """Why an answer reads badly, and where; None where nothing is found."""
    return _first(text, (*_ANSWER, *_ANY))


def source_fault(text: str) -> str | None:
    """Why a sentence of a document is no answer, and where; None where nothing is found."""
    return _first(text, _SOURCE)


def _first(text: str, rules: Sequence[Rule]) -> str | None:
    for pattern, name in rules:
        if found := pattern.search(text):
            return f"{name}: {found[0].strip()[:40]}"
    return None
