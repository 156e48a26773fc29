"""Answers that refuse: as a machine, or with nothing said; and those that rightly say that the material is silent."""

from collections.abc import Sequence

from curation.signals.phrases import phrase_table

# Where the speaker names himself: at the head of a sentence, or behind 저는 (but: 이 챗봇은 AI 모델로서 …).
_START = r"(?:^|(?<=[.!?\n])|(?<=[.!?,\n] )|(?<=저는 )|(?<=제가 )|(?<=나는 )|(?<=저도 )|(?<=만 ))"
_MACHINE = (
    r"(?:AI|인공지능|대규모|대형|거대)?[ ]?(?:\(AI\) ?)?(?:언어|대화형)? ?(?:AI|인공지능|모델|챗봇|어시스턴트|비서)"
)
_CANNOT = r"(?:수(?:가|는)? ?없|어렵|어려울|어려워|곤란|힘듭|힘들|불가능|못 ?[해하합])"
_TELL = r"(?:답변|대답|답|도움|정보|조언|의견)"
_GIVE = r"드(?:릴|리기|리긴|리기는|리기가) ?(?:는 |가 )?"  # 답변해 드릴 수 없습니다, 말씀드리기는 어렵습니다
_SELF = r"(?:죄송|미안|저는|제가|저로서)[^.!?\n]{0,60}?"
# The material given says nothing: 제공된 자료에는 … 없습니다.
_MATERIAL = r"(?:자료|문서|본문|지문|글|내용|정보|문맥|텍스트|매뉴얼|안내서|문장)"
_GIVEN = rf"(?:제공된|제공하신|주어진|주신|제시된|제시하신|첨부된|첨부하신) (?:\S+ )?{_MATERIAL}"
_IN_IT = r"(?:에는|에서는|에선|엔|만으로는|으로는|로는|에|상으로는|들에는)"
_SILENT = r"(?:없|있지 않|되지 않|하지 않|다루지 않|않았|찾을 수|확인할 수|알 수|나오지|안 나)"

_TABLE = phrase_table(
    [
        (
            "refusal", "로서|이기 때문|이기에|라서|이므로|이라",
            rf"{_START}{_MACHINE}(?:로서|이기 때문에|이기에|라서|이라서|이므로|이라 )",
            "AI 언어 모델로서 개인적인 의견은 없습니다.",
        ),
        (
            "refusal", "As an AI|as an AI|I cannot|I can't|I'm sorry|I’m sorry|I am sorry|I am unable",
            r"[Aa]s an AI|I(?:'m|’m| am) sorry, but I can"
            r"|I (?:cannot|can't|am unable to) (?:assist|help|answer|provide|fulfill)",
            "I'm sorry, but I can't help with that.",
        ),
        (
            "grounded", "제공|주어진|주신|제시|첨부",
            rf"{_GIVEN}{_IN_IT}[^.!?\n]{{0,120}}?{_SILENT}",
            "제공된 자료에는 해당 내용이 없습니다.",
        ),
        (
            "refusal", "드릴|드리기|드리긴",
            rf"{_TELL}[을를은는]? ?(?:해 ?)?(?:제공해 ?|말씀 ?)?{_GIVE}{_CANNOT}"
            rf"|(?:알려|도와|말씀|설명해|추천해|제공해|작성해|대답해) ?{_GIVE}{_CANNOT}",
            "그 질문에는 답변해 드릴 수 없습니다.",
        ),
        (
            "refusal", "죄송|미안|저는|제가|저로서",
            rf"{_SELF}{_TELL}[을를]? ?(?:할|하기|제공할|제공하기|줄|주기)(?:가|는|에)? ?{_CANNOT}",
            "죄송하지만 그런 질문에는 답변할 수 없습니다.",
        ),
        (
            "refusal", "응할|응해|응하기|따를|들어드릴",
            r"(?:요청|질문|부탁|요구)(?:에|에는|은|을) ?(?:응할|응해 ?드릴|따를|들어드릴) 수 ?(?:가 |는 )?없"
            r"|요청에는? 응하기 (?:어렵|어려)",
            "그 요청에는 응할 수 없습니다.",
        ),
        (
            "refusal", "실시간|인터넷|외부",
            r"(?:저는|제가|저로서는)[^.!?\n]{0,30}?(?:실시간|인터넷|외부)[^.!?\n]{0,40}?"
            r"(?:접근|접속|검색|확인|조회)(?:할|하기|이) ?(?:수(?:가|는)? ?없|어렵|불가능)",
            "저는 실시간 정보에 접근할 수 없습니다.",
        ),
        (
            "refusal", "저는",
            r"저는[^.!?\n]{0,20}?(?:AI|인공지능|언어 모델|챗봇|프로그램|기계)[^.!?\n]{0,40}?"
            r"(?:감정|의견|경험|신체|능력|취향)[^.!?\n]{0,30}?(?:없|않)",
            "저는 인공지능이어서 감정이나 취향이 없습니다.",
        ),
    ]
)  # fmt: skip


def find_refusals(texts: Sequence[str]) -> list[str | None]:
    """`refusal`, `grounded` (the material given does not say it: our own answer to an unanswerable question), or None.

    The first row of the table that matches decides, so an answer that names its material is grounded even where it
    goes on "답변해 드릴 수 없습니다", but one that speaks as a language model is a refusal.
    """
    return [next((kind for kind, _ in _TABLE.matches(text)), None) for text in texts]
