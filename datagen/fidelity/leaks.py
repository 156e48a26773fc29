"""What only the writer's task could have put into a pair: its instructions, its marks, another language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Words of the task itself, each with an example.
_TASK = re.compile(
    r"프롬프트|시스템 ?메시지|system ?(?:prompt|message)"  # 시스템 프롬프트에 따르면
    r"|답변 ?(?:형식|규칙|지침)|출력 ?형식|응답 ?형식"  # 답변 형식: 합쇼체
    # 지시 사항에 따라 답합니다
    r"|(?:지시|요청)(?:하신|받은|된) ?(?:대로|사항|내용)|지시 ?사항|지시문|지침에 따(?:라|르)"
    # AI 언어 모델로서
    r"|\bAs an AI\b|AI ?(?:언어)? ?모델|언어 ?모델|인공지능 ?(?:모델|비서|도우미|어시스턴트)|어시스턴트로서"
    # 당신은 창고 전문가입니다
    r"|(?:당신|너|귀하)(?:은|는) [^.\n]*(?:도우미|전문가|비서|작성자|모델|시스템|사람)(?:입니다|이다|다|로서)"
    # 주어진 자료를 보면
    r"|(?:주어진|제공된|제시된|아래|위|다음|이|참고) ?(?:자료|지문|문맥|컨텍스트|passage)(?:만|를|을|에|의|로)"
    r"|자료 ?\d+(?!\d)|자료 ?번호|\[\d+\]|【\d+】|\(자료 ?\d|출처 ?:|근거 ?:|인용 ?:"  # 자료 1에 따르면, [1]
    r"|</?(?:자료|질문|답변|문답|과제|근거|형식|system|user|assistant)\b|(?:번호|제목)=[\"']"  # <자료 번호="1">
    # 답변: 출고합니다
    r"|<\|[a-z_]+\|>|\[/?INST\]|```|(?:^|\n) ?(?:질문|답변|답|Q|A|Question|Answer|User|Assistant|System) ?:"
    # {"answer": …}
    r"|\bJSON\b|[\"'](?:answer|answers|answerable|quotes?|question|questions|source|text|faithful)[\"']|[{}]"
    # 존댓말로 답하십시오
    r"|(?:답|답변|대답|응답|인용|서술)(?:을|를)? ?(?:하십시오|하세요|하시오|하라|해라|작성하십시오|작성하세요|작성하라)"
    r"|(?:합쇼체|해요체|해체|존댓말|반말|높임말)(?:로|으로|만|를)",  # 합쇼체로 씁니다
    re.IGNORECASE,
)
_RUN_CHARS = 12  # without spaces; shorter runs are shared by chance (어떻게 해야 하나요)
_LATIN = re.compile(r"[A-Za-z]+")
_LATIN_RUN = re.compile(r"[A-Za-z'’-]+(?:[ ,]+[A-Za-z'’-]+){2,}")
_OTHER = re.compile(r"[^\x00-\x7f가-힣]")
_HANGUL = re.compile(r"[가-힣]")
_LETTER = re.compile(r"[^\W\d_]")
_HANGUL_SHARE = 0.3


def task_words(text: str, shown: str) -> str | None:
    """A word of the task in a text that the evidence does not hold: 프롬프트, 자료 1, JSON, 답변 형식."""
    words = (found.group().strip() for found in _TASK.finditer(text))
    return next((word for word in words if word not in shown), None)


def run_of(text: str, instructions: str, shown: str) -> str | None:
    """A run of letters that a text shares with the instructions its writer was given, and not with the evidence."""
    squeezed, told, held = ("".join(part.split()) for part in (text, instructions, shown))
    return next(
        (
            run
            for start in range(len(squeezed) - _RUN_CHARS + 1)
            if (run := squeezed[start : start + _RUN_CHARS]) in told and run not in held and _HANGUL.search(run)
        ),
        None,
    )


def foreign_language(text: str, shown: str) -> str | None:
    """Letters, or a run of Latin words, of another language than Korean that the evidence does not hold."""
    text = unicodedata.normalize("NFKC", text)
    if strange := [char for char in _strange(text) if char not in shown]:
        return "".join(strange[:10])
    held = set(_LATIN.findall(shown))
    words: list[str] = _LATIN_RUN.findall(text)
    if (run := next((run for run in words if not held.issuperset(_LATIN.findall(run))), None)) is not None:
        return run
    own = _LATIN.sub(lambda found: "" if found[0] in held else found[0], text)
    letters, hangul = len(_LETTER.findall(own)), len(_HANGUL.findall(own))
    return f"{hangul} of {letters} letters are Hangul" if hangul < _HANGUL_SHARE * letters else None


def _strange(text: str) -> Iterator[str]:
    """The letters that are neither Hangul nor plain Latin: 漢, か, д, é."""
    return (char for char in _OTHER.findall(text) if unicodedata.category(char).startswith("L"))
