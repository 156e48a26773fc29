"""Answers that stop before they end: an open bracket or fence, a bare particle or connective, half a predicate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation.korean.hangul import FINAL_BIEUP, final_consonant, is_syllable
from curation.korean.kiwi import tokenise
from curation.korean.levels import DOUBTFUL, EMPTY, POLITE, SpeechLevel
from curation.korean.speech_level import MessageTag
from curation.korean.units import mask_code, message_units

if TYPE_CHECKING:
    from kiwipiepy import Token

KINDS = tuple("fence list mark bracket quote emphasis word modifier particle connective clause".split())

_ENDED = frozenset(".!?…。！？~～^ㅋㅎㅠㅜㅡㅇ)]”’」』》〉")
_BARE_MARK = re.compile(r"[ \t]*(?:\d{1,2}[.)]|[-*•])")  # 2. with nothing behind it
_ITEM = re.compile(r"[ \t]*\d{1,2}[.)]")
_FACE = re.compile(r"[:;=][-']?[(\[]$")
_GOES_ON = re.compile(r"(?<![,:])[,:·]$")  # 다음과 같습니다: (but 네,,)
# Opening and closing marks; an interval mixes its brackets: [0, 1)
_PAIRS = (("([", ")]"), ("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"), ("《", "》"), ("〈", "〉"))
_OPENING_QUOTE = re.compile(r"(?:^|[\s(\[])[\"'][^\"']*$")
# No sentence, so nothing to finish: 출처: 물류팀, https://…, #재고, 김하늘 드림
_NO_SENTENCE = re.compile(r"[:/@#|]|(?:드림|올림|배상)$")
_L = SpeechLevel
_TAIL_EOJEOLS = 6
_TAIL_CHARS = 80
# Half an ending, which Kiwi takes for a noun: 확인합|니다, 있습|니다, 하십|시오.
_HALF_ENDINGS = frozenset("합 습 니 됩 십 랍 입 겠 으".split())
_STEMS = ("VV", "VA", "VX", "VCP", "VCN", "XSV", "XSA", "EP")
_CASES = ("JKS", "JKO", "JKG", "JC", "JKQ")
_TOPICS = ("은", "는")
_OF_CLAUSES = ("JKS", "JKO", "JKB", "EC")
# Connectives of written Korean, which end no turn; 고, 는데, 어서, 지만, 니까 do among friends.
_WRITTEN = frozenset(
    "으며 며 면서 으면서 므로 으므로 려면 으려면 도록 거나 자마자 ᆯ수록 을수록 어야 아야 면 으면".split()
)
_LEADING_NOUNS = frozenset("경우 대신 때문 덕분 다음 뒤 후".split())
_CLAUSE_EOJEOLS = 5  # fewer are what friends say: 내일 서울역에서
_NAMING_EOJEOLS = 3  # fewer may name a thing, one more a number: 친구는 된장찌개, 연락처는 내선 1234
_REGRETS = ("걸", "껄")  # 공부 좀 할 걸
_ASIDES = ("IC", "W_HASHTAG", "W_URL", "W_EMAIL", "W_EMOJI")


@dataclass(frozen=True, slots=True)
class _Doubtful:
    """The last sentence of a turn that ends without a mark."""

    row: int
    text: str  # its last eojeols
    eojeols: int  # of the whole sentence
    has_ending: bool  # 해체, or a connective that may be one: 확인하고
    is_item: bool  # in a list of phrases: nouns and particles may end it
    has_before: bool  # something stands before it
    follows_polite: bool  # a whole sentence in 존댓말 or -다 stands before it, in prose


def find_cut_off(
    answers: Sequence[Sequence[str]], tags: Sequence[Sequence[MessageTag]], words: tuple[str, ...] = ()
) -> list[str | None]:
    """How a turn of each answer breaks off (one of `KINDS`), same order; None where every turn ends.

    `tags` are the speech levels of the same turns. Lists, tables, nominal endings (확인함, 점검 예정), chat without
    full stops and answers of one word are ends like any other.
    """
    found: list[str | None] = [None] * len(answers)
    doubtful: list[_Doubtful] = []
    for row, (turns, levels) in enumerate(zip(answers, tags, strict=True)):
        for text, tag in zip(turns, levels, strict=True):
            if found[row] is None:
                found[row] = _open_mark(text)
            if found[row] is None and (one := _doubt(row, text, tag)):
                doubtful.append(one)
    for one, tokens in zip(doubtful, tokenise([one.text for one in doubtful], words), strict=True):
        found[one.row] = found[one.row] or _broken_off(one, tokens)
    return found


def _open_mark(text: str) -> str | None:
    if "```" in text and text.count("```") % 2:
        return "fence"
    text = text.rstrip()
    start = text.rfind("\n") + 1
    line = text[start:]
    if _BARE_MARK.fullmatch(line) or (line.isdecimal() and _ITEM.match(text, text.rfind("\n", 0, start - 1) + 1)):
        return "list"
    if not text or text[-1] in _ENDED or _FACE.search(text):
        return None
    if _GOES_ON.search(text):
        return "mark"
    if text[-1] == "니" and is_syllable(text[-2:-1] or " ") and final_consonant(text[-2]) == FINAL_BIEUP:
        return "word"  # 자동으로 만들어집니|다
    for openers, closers in _PAIRS:
        if max(map(line.rfind, openers)) > max(map(line.rfind, closers)):
            return "bracket" if openers == "([" else "quote"
    if _OPENING_QUOTE.search(line) and (line.count('"') % 2 or line.count("'") % 2):
        return "quote"
    return "emphasis" if line.count("**") % 2 else None


def _doubt(row: int, text: str, tag: MessageTag) -> _Doubtful | None:
    """What only the morphemes of the last sentence can tell; None where its end is plain to see."""
    stripped = text.rstrip()
    if not tag.sentences or not stripped or not stripped[-1].isalnum():
        return None
    *before, last = tag.sentences
    follows_polite = any(one.level in POLITE or (one.level is _L.PLAIN and text[one.end - 1] == ".") for one in before)
    sentence = text[last.start : last.end]
    has_ending = last.level is _L.HAE
    is_open = last.level in EMPTY or (has_ending and (follows_polite or last.confidence < DOUBTFUL))
    if not is_open or _NO_SENTENCE.search(sentence):
        return None
    unit = message_units(stripped, mask_code(stripped))[-1]
    if not unit.is_prose or unit.is_quoted:
        return None
    is_item = _is_item(stripped, unit.start) and not (
        before and before[-1].level in POLITE and _is_item(stripped, before[-1].start)  # its items are sentences
    )
    eojeols = sentence.split()
    tail = " ".join(eojeols[-_TAIL_EOJEOLS:])[-_TAIL_CHARS:]
    return _Doubtful(row, tail, len(eojeols), has_ending, is_item, bool(before), follows_polite)


def _is_item(text: str, start: int) -> bool:
    """Whether a list mark stands before `start` in its line."""
    return text[text.rfind("\n", 0, start) + 1 : start].strip() != ""


def _broken_off(one: _Doubtful, tokens: Sequence[Token]) -> str | None:
    last, before = tokens[-1], tokens[-2] if len(tokens) > 1 else None
    tag = last.tag.split("-")[0]
    if one.has_ending and tag != "EC":
        return None  # 내가 살게 오늘은
    if _is_half_word(one, last, before):
        return "word"
    is_word = one.eojeols < 2 and not (one.has_before and tag in ("JKO", "JKG", "ETM"))
    if is_word or one.text.endswith(_REGRETS):
        return None
    if tag in ("ETM", "MM", "MAJ") or (last.form == "수" and before is not None and before.tag == "ETM"):
        return "modifier"
    if tag in _CASES or (tag == "JX" and last.form in _TOPICS):
        return "particle" if one.eojeols > 2 or one.has_before else None
    if one.is_item:
        return None
    is_clause = any(token.tag in _OF_CLAUSES or (token.tag == "JX" and token.form in _TOPICS) for token in tokens[:-1])
    if tag in ("JKB", "JX"):
        if last.form == "까지":
            return None  # 운영 시간은 9시부터 6시까지
        return "particle" if one.follows_polite or (is_clause and one.eojeols >= _CLAUSE_EOJEOLS) else None
    if tag == "EC":
        is_wish = before is not None and before.tag == "EP"  # 비가 그쳤으면
        is_written = last.form in _WRITTEN and one.eojeols >= _CLAUSE_EOJEOLS
        return "connective" if not is_wish and (one.follows_polite or is_written) else None
    is_open = is_clause or last.form in _LEADING_NOUNS
    is_long = one.eojeols >= _NAMING_EOJEOLS + (tag == "SN")
    return "clause" if one.follows_polite and is_open and is_long and tag not in _ASIDES else None


def _is_half_word(one: _Doubtful, last: Token, before: Token | None) -> bool:
    tag = last.tag.split("-")[0]
    if tag == "VA" and not one.follows_polite and last.form not in ("있", "없"):
        return False  # 청소하기 귀찮
    if last.tag == "Z_CODA":
        return last.form == "ᆸ" and before is not None and before.tag != "IC"  # 예정입|니다, but 넵
    is_attached = before is not None and before.start + before.len == last.start
    is_behind_noun = before is not None and before.tag.startswith("N")
    if tag in ("VV", "VA") and is_attached and is_behind_noun:
        return False  # a noun that Kiwi does not know: 파렛트
    is_half = last.form in _HALF_ENDINGS and tag.startswith("N")
    return tag in _STEMS or (is_half and (is_attached or (before is not None and before.tag == "EC")))
