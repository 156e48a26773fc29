"""What a question is about: its content words without josa, endings, honorifics and courtesies, for the leak key."""

import zlib
from collections.abc import Sequence
from functools import lru_cache

from curation.korean.kiwi import is_content, tokenise

_SEEN_WORDS = 64  # of a longer question, a sample of as many: Kiwi needs 50 µs a word it has not met
_KNOWN_WORDS = 200_000  # remembered by each process, about 40 MB
_WORD_CHARS = 200  # of what has no space in it: a line written without any, an address, base64
_EDGES = " .,!?~…:;\"'`()[]{}<>«»“”‘’「」『』*#-_=·ㅋㅎㅠㅜ^"
# Suppletive honorifics by the plain word, and words with two names or spellings by one.
_PLAIN = {
    "계시": "있",  # 창고에 누가 계십니까? · 창고에 누가 있어?
    "계세": "있",  # 계세요 by itself, as Kiwi reads it
    "드시": "먹",  # 점심 드셨어요? · 점심 먹었어?
    "잡수": "먹",  # 진지 잡수셨어요? · 밥 먹었어?
    "주무시": "자",  # 잘 주무셨어요? · 잘 잤어?
    "드리": "주",  # 언제 보내 드릴까요? · 언제 보내 줄까?
    "여쭈": "묻",  # 뭐 좀 여쭤볼게요 · 뭐 좀 물어볼게
    "여쭙": "묻",
    "뵙": "보",  # 내일 뵙죠 · 내일 보자
    "뵈": "보",
    "모시": "데리",  # 기사님을 모시고 올까요? · 기사를 데리고 올까?
    "편찮": "아프",  # 어디 편찮으세요? · 어디 아파?
    "말씀": "말",  # 말씀해 주세요 · 말해 줘
    "성함": "이름",
    "연세": "나이",
    "생신": "생일",
    "진지": "밥",
    "댁": "집",
    "같이": "함께",  # 같이 가시죠 · 함께 갑시다
    "얼마나": "얼마",  # 습도가 얼마나 되나요? · 습도가 얼마야?
    "카톡": "카카오톡",
    "인스타": "인스타그램",
    "페북": "페이스북",
    "유투브": "유튜브",
}
# What is asked for; kept whatever Kiwi calls it, so that 누가 검수해? and 언제 검수해? are two questions.
_ASKED = {
    "뭐": "무엇",  # 이건 뭐야? · 이것은 무엇인가요?
    "뭣": "무엇",
    "무엇": "무엇",
    "누구": "누구",
    "누": "누구",  # 누가
    "언제": "언제",
    "어디": "어디",
    "얼마": "얼마",
    "왜": "왜",
    "어떻게": "어떻게",
    "몇": "몇",
}
# Courtesies and words that say little; left out unless fewer than two others remain.
_LIGHT = frozenset(
    "하 되 있 것 거 걸 수 주 보 가 오 나 때 중 가운데 싶 좀 혹시 저기 말 말하 알리 가르치 부탁 궁금 감사 고맙 바라 "
    "지금 정말 너무 이렇 그렇 어떻 어떠하".split()
)


def question_contents(questions: Sequence[str], words: tuple[str, ...] = ()) -> list[list[str]]:
    """The content words of each question, same order: 재고 실사는 언제 하나요? → 재고, 실사, 언제.

    Each word between spaces is read by itself and once: five times as fast as reading whole sentences, and the leak
    key joins as many register twins. Of a question of more than 64 words a sample is read, by hash, so that two that
    are alike are sampled alike.
    """
    parts = [_sample(_words(question)) for question in questions]
    known = _known(words)
    if len(known) > _KNOWN_WORDS:
        known.clear()
    new = sorted({part for found in parts for part in found if part not in known})
    for part, tokens in zip(new, tokenise(new, words), strict=True):
        known[part] = tuple(word for token in tokens if (word := _word(token.form.lower(), is_content(token))))
    return [_weighty([word for part in found for word in known[part]]) for found in parts]


def is_light(word: str) -> bool:
    """Whether a content word says little of what a question is about: 하다, 알려 주다, 감사."""
    return word in _LIGHT


@lru_cache(maxsize=4)
def _known(words: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What this process has read of single words so far, under one word list."""
    return {}


def _words(question: str) -> list[str]:
    return [word[:_WORD_CHARS] for piece in question.split() if (word := piece.strip(_EDGES))]


def _sample(parts: list[str]) -> list[str]:
    if len(parts) <= _SEEN_WORDS:
        return parts
    lowest = sorted({zlib.crc32(part.encode()) for part in parts})[:_SEEN_WORDS][-1]
    return [part for part in dict.fromkeys(parts) if zlib.crc32(part.encode()) <= lowest]


def _word(form: str, carries_content: bool) -> str:
    if form in _ASKED:
        return _ASKED[form]
    if not carries_content:
        return ""
    # 저렴한 is an adjective and 저렴 a root, by where it stands: one word
    return _PLAIN.get(form) or (form[:-1] if form.endswith("하") and len(form) > 2 else form)


def _weighty(found: list[str]) -> list[str]:
    rest = [word for word in found if word not in _LIGHT]
    return rest if len(set(rest) - set(_ASKED.values())) > 1 else found
