"""Every check a pair must pass, each with a named reason; the same gates for every writer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.kiwi import is_content, tokenise
from curation.korean.speech_level import MessageTag, SpeechLevel, tag_messages, tag_speech_levels
from datagen.documents import Evidence
from datagen.recipe import Gates
from datagen.retrieval.search import Standing
from datagen.wording import answer_fault, pair_fault, question_fault, source_fault

if TYPE_CHECKING:
    from kiwipiepy import Token


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and its answer as a writer gives them; `unconverted` says why the answer is not polite yet.

    `before` is the turn that comes first in a dialogue; `noise` names what makes a question look as people type.
    """

    kind: str
    persona: str
    question: str
    question_level: SpeechLevel
    answer: str
    evidence: tuple[Evidence, ...]
    unconverted: str | None = None
    before: Pair | None = None
    is_answerable: bool = True
    noise: str | None = None
    answer_level: SpeechLevel = SpeechLevel.HAPSYO

    @property
    def body(self) -> str:
        """The answer without the numbering of its list."""
        return _LIST_MARK.sub("", self.answer)

    @property
    def turns(self) -> tuple[Pair, ...]:
        """The pairs of a dialogue, this one last."""
        return (*(self.before.turns if self.before else ()), self)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A pair with all that the gates ask of it, found once for all pairs."""

    pair: Pair
    standing: Standing
    question_tokens: Sequence[Token]
    answer_tokens: Sequence[Token]
    quote_tokens: Sequence[Sequence[Token]]  # of each piece of evidence; the first carries the fact
    question_level: SpeechLevel
    answer_tag: MessageTag
    exempt: tuple[str, ...]
    before: Inspected | None = None

    @property
    def evidence_tokens(self) -> list[Token]:
        """The morphemes of all quotes."""
        return [token for tokens in self.quote_tokens for token in tokens]

    @property
    def quoted(self) -> str:
        """All quotes, one a line."""
        return "\n".join(evidence.quote for evidence in self.pair.evidence)


Gate = Callable[[Inspected, Gates], str | None]

_LIST_MARK = re.compile(r"^(\d+)\. ", re.MULTILINE)
_POINTERS = re.compile(
    r"다음과 같은 |(?:^|\s)(?:위|아래|앞|다음)(?:의|에서)? ?(?:표|항목|내용|절차|단계|그림|절|예|오류|메시지|목록)"
    r"(?:[^가-힣]|[은는이가을를에의])"
)
_SOURCE = re.compile(r"(?:문서|자료|본문|안내서|지문)에 (?:따르|의하|나오)|문서에서|본문에서")
_DETERMINERS = frozenset("이 그 저 해당 이런 그런 이러한 그러한 이것 그것 여기 거기 이때".split())
# By tag, since 안 is also the inside and 말 also speech.
_NEGATIONS = {
    "VX": ("않", "못하", "말"), "VA": ("없",), "VCN": ("아니",), "MAG": ("안", "못"), "NNG": ("금지", "불가"),
}  # fmt: skip
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_./][A-Za-z0-9]+)*")
_NUMBER = re.compile(
    r"−?(?<![A-Za-z0-9])(?<![A-Za-z]-)\d+(?:[.,:]\d+)*"
    r"(?: ?(?:%|‰|℃|°C|㎡|㎥|[kKMG]?Hz|[mck]?m|[mk]?g|dpi|개월|시간|단계|가지|자리|퍼센트|파렛트|박스|라인|개|건|회|번|"
    r"명|일|월|년|시|분|초|도|자|원|배|층|단|칸|장|대|줄|종|주|톤))?"
)
_COUNTING = frozenset("하나 한 둘 두 셋 세 넷 네 다섯 여섯 일곱 여덟 아홉 열".split())
# Lemmas of our own templates and of politeness, in an answer without being a fact.
_FRAME = frozenset(
    "다음 같 따르 뜻 순서 진행 하 것 때문 점 원인 영어 약자 계산식 되 있 이 경우 모두 가지 종류 메뉴 먼저 때 "
    "화면 바로 앞서 단계 방법 조치 사항".split()
)
# 제공된 자료에는 해당 내용이 없습니다. 자료에는 … 등의 …만 나와 있습니다.
_REFUSAL = frozenset("제공 자료 해당 내용 없 나오 등".split())
# Terms of which one excludes the other: an answer or a question that holds one where its evidence holds only the
# other has been turned round (18 ℃ 이하 asked as 이상).
_OPPOSED = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        ("이상", "이하"), ("초과", "미만"), ("입고", "출고"), ("최대", "최소"), ("필수", "선택 사항"), ("수동", "자동"),
        ("(?<!비)활성화", "비활성화"), ("(?<![가-힣])이전", "(?<![가-힣])이후"),
        ("기 전", "[한난은린킨긴진된] (?:후|뒤|다음)"), ("상차", "하차"), ("구매", "판매"), ("포함", "제외"),
        ("허용", "금지"),
    )
)  # fmt: skip
_FIGURE, _UNIT_OF_HEAD = re.compile(r"[\d.,]+"), re.compile(r"\(([^()\d\s]{1,4})\)$")
_ORDINAL = re.compile(r"\d+단계")
_NO = re.compile(r"^(?:아니요|아닙니다), ")
_YES_OR_NO = re.compile(r"^(?:네|예|아니요|아닙니다), ")
_ITEM = re.compile(r"^(?:- |\d+\. )", re.MULTILINE)


def inspect(
    pairs: Sequence[Pair], standings: Sequence[Standing], words: tuple[str, ...],
    asked_tokens: Sequence[Sequence[Token]] | None = None,
) -> list[Inspected]:  # fmt: skip
    """Analyse questions, answers and quotes in a few large calls; the turns before a pair share its standing.

    `asked_tokens` are the morphemes of the questions where they are known already.
    """
    bodies = [pair.body for pair in pairs]
    questions = [pair.question for pair in pairs]
    asked_tokens = tokenise(questions, words) if asked_tokens is None else asked_tokens
    # Headings and columns are quoted again and again.
    quotes = list(dict.fromkeys(evidence.quote for pair in pairs for evidence in pair.evidence))
    read = dict(zip(quotes, tokenise(quotes, words), strict=True))
    led = [(pair.before, standing) for pair, standing in zip(pairs, standings, strict=True) if pair.before is not None]
    earlier = iter(inspect([before for before, _ in led], [standing for _, standing in led], words) if led else ())
    return [
        Inspected(
            pair, standing, asked, said, [read[evidence.quote] for evidence in pair.evidence], level.level, tag,
            _exempt(pair), next(earlier) if pair.before is not None else None,
        )
        for pair, standing, asked, said, level, tag in zip(
            pairs, standings, asked_tokens, tokenise(bodies, words),
            tag_speech_levels(questions, words), tag_messages([pair.answer for pair in pairs], words), strict=True,
        )
    ]  # fmt: skip


def _exempt(pair: Pair) -> tuple[str, ...]:
    """What the number law leaves out (contract.md): list numbering, the items' count, and the number of a step."""
    counted = _count_of_items(pair)
    return (*_LIST_MARK.findall(pair.answer), *([counted] if counted else []), *_steps_asked(pair))


def _steps_asked(pair: Pair) -> list[str]:
    """The steps of a numbered list that an answer names as its question did: 3단계에서는."""
    return sorted(set(_ORDINAL.findall(pair.question)).intersection(_ORDINAL.findall(pair.answer)))


def _count_of_items(pair: Pair) -> str:
    """The number that an answer gives for the items it lists (3가지); empty where it gives none."""
    count = len(_ITEM.findall(pair.answer))
    counted = re.search(rf"(?<!\d){count} ?(?:가지|개)", pair.answer) if count else None
    return counted[0].replace(" ", "") if counted else ""


def unconverted(found: Inspected, _: Gates) -> str | None:
    """The source's endings could not be turned polite without a guess."""
    return found.pair.unconverted


def length(found: Inspected, limits: Gates) -> str | None:
    """A question outside its bounds, or an answer longer than allowed (characters)."""
    least, most = limits.question_chars
    if not least <= len(found.pair.question) <= most:
        return f"question of {len(found.pair.question)} characters"
    if not 0 < len(found.pair.answer) <= limits.answer_chars:
        return f"answer of {len(found.pair.answer)} characters"
    return None


def quote(found: Inspected, _: Gates) -> str | None:
    """A quote that does not stand in its document to the letter."""
    for evidence in found.pair.evidence:
        if not evidence.quote or evidence.document.text[evidence.start : evidence.end] != evidence.quote:
            return f"{evidence.document.name}[{evidence.start}:{evidence.end}]"
    return None if found.pair.evidence else "no evidence"


def number(found: Inspected, _: Gates) -> str | None:
    """A number (with its unit), numeral or Latin word in the answer that no quote holds."""
    said = facts_in(found.pair.body, found.answer_tokens) - {_count_of_items(found.pair), *_steps_asked(found.pair)}
    shown = facts_in(found.quoted, found.evidence_tokens)
    if not found.pair.is_answerable or _NO.match(found.pair.answer):
        shown |= facts_in(found.pair.question, found.question_tokens)
    shown |= _with_unit_of_head(found.pair.evidence)
    return ", ".join(sorted(said - shown)) or None


def _with_unit_of_head(evidence: Sequence[Evidence]) -> set[str]:
    """Figures that are a whole cell, with the unit their column's head gives in brackets: 단가(원), 60 → 60원."""
    figures = [one.quote for one in evidence if _FIGURE.fullmatch(one.quote)]
    units = [unit for one in evidence for unit in _UNIT_OF_HEAD.findall(one.quote)]
    return {f"{figure}{unit}" for figure in figures for unit in units}


def coverage(found: Inspected, limits: Gates) -> str | None:
    """Too many content words of the answer that neither quotes nor question hold."""
    known = _lemmas(found.evidence_tokens) | _lemmas(found.question_tokens) | _FRAME
    if not found.pair.is_answerable:
        known |= _REFUSAL
    said = [token.form for token in found.answer_tokens if is_content(token)]
    # Kiwi may cut the same letters otherwise in another neighbourhood: what stands there verbatim is covered too.
    foreign = [form for form in said if form not in known and form not in found.quoted]
    share = 1 - len(foreign) / max(len(said), 1)
    return None if share >= limits.coverage_share else f"{share:.2f} covered; foreign: {', '.join(foreign[:5])}"


def polarity(found: Inspected, _: Gates) -> str | None:
    """A negation in the answer that no quote holds, or one of the fact that the answer lost."""
    if not found.pair.is_answerable:
        return None  # what it denies is that anything stands there
    said = _negations(found.pair.body, found.answer_tokens)
    fact, *rest = (
        _negations(evidence.quote, tokens)
        for evidence, tokens in zip(found.pair.evidence, found.quote_tokens, strict=True)
    )
    shown = sum(rest, fact)
    return None if fact <= said <= shown else f"answer {dict(said)}, evidence {dict(shown)}"


def opposed(found: Inspected, _: Gates) -> str | None:
    """A term in question or answer whose opposite, not it, stands in the evidence: 이상 for 이하, 출고 for 입고."""
    shown = "\n".join((found.quoted, *(heading for one in found.pair.evidence for heading in one.section)))
    for text in (found.pair.question, found.pair.answer):
        for pair in _OPPOSED:
            for said, turned in (pair, pair[::-1]):
                if said.search(text) and not turned.search(text) and turned.search(shown) and not said.search(shown):
                    return f"{said.pattern} where the evidence has {turned.pattern}"
    return None


def pointing(found: Inspected, _: Gates) -> str | None:
    """A word that points out of the pair (이, 해당, 아래 표), or at the source (문서에 따르면)."""
    if source := _SOURCE.search(found.pair.question):
        return str(source[0])
    for text, tokens in ((found.pair.question, found.question_tokens), (found.pair.body, found.answer_tokens)):
        pointer = _POINTERS.search(text)
        if pointer and not (pointer[0].strip().startswith("다음") and _ITEM.search(found.pair.answer, pointer.end())):
            return str(pointer[0]).strip()
        for token in tokens:
            if token.tag in ("MM", "NP") and token.form in _DETERMINERS and _points_out(text, token):
                return str(token.form)
    return None


def informative(found: Inspected, _: Gates) -> str | None:
    """An answer that says nothing the question did not hold, or a question that holds the very fact it asks for."""
    said, asked = (
        {token.form for token in tokens if is_content(token) and token.form not in _FRAME}
        for tokens in (found.answer_tokens, found.question_tokens)
    )
    if _YES_OR_NO.match(found.pair.answer):
        return None
    told = facts_in(found.pair.body, found.answer_tokens) - facts_in(found.pair.question, found.question_tokens)
    if not said - asked and not told:
        return "the answer repeats the question"
    fact = found.pair.evidence[0].quote
    is_leak = found.pair.is_answerable and len(fact) > 1 and fact in found.pair.question
    return "the question holds the fact" if is_leak else None


def wording(found: Inspected, _: Gates) -> str | None:
    """A wording that no careful writer leaves: markup, a doubled particle, translated phrases in a question."""
    asked = None if found.pair.noise else question_fault(found.pair.question)
    return asked or answer_fault(found.pair.answer) or pair_fault(found.pair.question, found.pair.answer)


def evidence_wording(found: Inspected, _: Gates) -> str | None:
    """A fact whose own wording is too broken to answer with: it speaks of the page, or in the words of a machine."""
    return source_fault(found.pair.evidence[0].quote)


def adrift(found: Inspected, _: Gates) -> str | None:
    """A particle that stands apart from its word, as stripped markup leaves it (확인 을 누릅니다)."""
    for text, tokens in ((found.pair.question, found.question_tokens), (found.pair.body, found.answer_tokens)):
        for token in tokens:
            # Compared by its letters: the particle of 뭘 and the one of 게 hide in another syllable.
            if token.tag.startswith("J") and text[token.start : token.end] == token.form and _is_word(text, token):
                return text[max(0, token.start - 6) : token.end]
    return None


def register(found: Inspected, _: Gates) -> str | None:
    """A question, or a sentence of an answer, that is not in the register asked for."""
    asked, is_ellipsis = found.pair.question_level, found.pair.before is not None
    if found.question_level is not asked and not (is_ellipsis and found.question_level is SpeechLevel.FRAGMENT):
        return f"question is {found.question_level}, asked for {found.pair.question_level}"
    wanted = found.pair.answer_level
    # The items of a list may be nouns.
    allowed = {wanted, SpeechLevel.FRAGMENT} if _ITEM.search(found.pair.answer) else {wanted}
    other = [sentence.level for sentence in found.answer_tag.sentences if sentence.level not in allowed]
    if found.answer_tag.label != "polite" or other:
        return f"answer is {other[0] if other else found.answer_tag.label}, asked for {wanted}"
    return None


def retrieved(found: Inspected, limits: Gates) -> str | None:
    """A question that does not find its own evidence near the top of FAISS and BM25 together."""
    rank = found.standing.fused_rank
    return None if rank <= limits.retrieved_within else f"evidence at rank {rank}"


# In the order they are asked; the first that answers names the reason.
GATES: tuple[Gate, ...] = (
    unconverted, length, quote, number, coverage, polarity, opposed, pointing, informative, adrift, wording,
    evidence_wording, register, retrieved,
)  # fmt: skip


def first_fault(found: Inspected, limits: Gates) -> tuple[str, str] | None:
    """The first gate that a pair, or a turn before it, fails and what it said, or None."""
    if found.before is not None and (fault := first_fault(found.before, limits)):
        return fault
    for gate in GATES:
        said = gate(found, limits)
        if said is not None:
            return gate.__name__, said
    return None


def facts_in(text: str, tokens: Sequence[Token]) -> set[str]:
    """Codes and Latin words, numbers with the unit that follows (30분 is not 30일), and Korean numerals."""
    numbers = {found.replace(" ", "") for found in _NUMBER.findall(text)}
    codes = {code.lower() for code in _CODE.findall(_NUMBER.sub(" ", text))}  # what is left once units are taken
    # Sino-Korean digits of one syllable (이, 사) are left out: Kiwi also finds them inside words (사방향).
    numerals = {t.form for t in tokens if t.form in _COUNTING and t.tag in ("NR", "MM")}
    return codes | numbers | numerals


def as_evidence(evidence: Evidence, turn: int) -> Mapping[str, object]:
    """A span as contract.md writes it."""
    return {
        "document": evidence.document.name, "sha256": evidence.document.sha256, "start": evidence.start,
        "end": evidence.end, "quote": evidence.quote, "section": list(evidence.section), "turn": turn,
    }  # fmt: skip


def _points_out(text: str, token: Token) -> bool:
    """Whether a determiner is a word of its own (not 이 in 이중 입고) and its noun is named nowhere before it."""
    named = text[token.end + 1 : token.end + 3]  # 파렛트가 넘어지면 그 파렛트만 보류한다
    return _is_word(text, token) and not (token.form == "그" and named.strip() and named in text[: token.start])


def _is_word(text: str, token: Token) -> bool:
    """Whether a morpheme stands between spaces."""
    return text[token.start - 1 : token.start] in ("", " ") and text[token.end : token.end + 1] in ("", " ")


def _lemmas(tokens: Sequence[Token]) -> set[str]:
    return {token.form for token in tokens if is_content(token)}


def _negations(text: str, tokens: Sequence[Token]) -> Counter[str]:
    """How often each word denies in a text."""
    found = (
        token.form.removesuffix("하")  # 못 보다 and 보지 못하다 deny alike
        for before, token in pairwise([None, *tokens])
        if token is not None and token.form in _NEGATIONS.get(token.tag.split("-")[0], ())
        if before is None or before.form != "잘" or before.end != token.start  # 잘못 집다 denies nothing
        if text[token.start : token.start + 3] not in ("아니요", "아니오")  # a reply, or the value of an option
    )
    return Counter(found)
