"""Every check a pair must pass, each with a named reason; the same gates for every writer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from curation.korean.kiwi import is_content
from curation.korean.speech_level import SpeechLevel
from datagen.documents import Evidence
from datagen.fidelity.analysed import Analysed
from datagen.fidelity.bounds import turned_bounds
from datagen.fidelity.denials import Predicate
from datagen.fidelity.facts import facts_in
from datagen.fidelity.leaks import foreign_language, run_of, task_words
from datagen.fidelity.opposites import ORDER_ROWS, name_of
from datagen.fidelity.replies import belied_reply
from datagen.fidelity.strengths import changed_strength
from datagen.fidelity.swaps import swapped
from datagen.inspection import ITEM, Inspected, Origin, Pair, as_evidence, count_of_items, inspect, steps_asked
from datagen.recipe import Gates
from datagen.retrieval.distractors import subject_of
from datagen.wording import answer_fault, pair_fault, question_fault, source_fault

if TYPE_CHECKING:
    from kiwipiepy import Token


__all__ = [
    "GATES", "Gate", "Inspected", "Origin", "Pair", "as_evidence", "facts_in", "first_fault", "inspect",
]  # fmt: skip

Gate = Callable[[Inspected, Gates], str | None]

_POINTERS = re.compile(
    r"다음과 같은 |(?:^|\s)(?:위|아래|앞|다음)(?:의|에서)? ?(?:표|항목|내용|절차|단계|그림|절|예|오류|메시지|목록)"
    r"(?:[^가-힣]|[은는이가을를에의])"
)
_SOURCE = re.compile(r"(?:문서|자료|본문|안내서|지문)에 (?:따르|의하|나오)|문서에서|본문에서")
_DETERMINERS = frozenset("이 그 저 해당 이런 그런 이러한 그러한 이것 그것 여기 거기 이때".split())
# Lemmas of our own templates and of politeness, in an answer without being a fact.
_FRAME = frozenset(
    "다음 같 따르 뜻 순서 진행 하 것 때문 점 원인 영어 약자 계산식 되 있 이 경우 모두 가지 종류 메뉴 먼저 때 "
    "화면 바로 앞서 단계 방법 조치 사항 수 없 안 못 못하 않".split()
)
# 제공된 자료에는 해당 내용이 없습니다. 자료에는 … 등의 …만 나와 있습니다.
_REFUSAL = frozenset("제공 자료 해당 내용 없 나오 등".split())
_ORDER = frozenset("먼저 우선 다음 마지막".split())  # how answers put steps in order
_LISTED = re.compile(r"\s*(?:[~–×x·/,-]|에서|부터|[와과] )")  # 1, 2단계
_REFUSING = re.compile(r"(?:제공된 )?자료에는?")
_FIGURE, _UNIT_OF_HEAD = re.compile(r"[\d.,]+"), re.compile(r"\(([^()\d\s]{1,4})\)$")
_OF_NAME = re.compile(r"\S+에 대한 \S\S")
_NAMED = re.compile(r"'[^']+'|\"[^\"]+\"|‘[^’]+’|“[^”]+”")
_HOW_MANY = re.compile(r"(?<![가-힣])(?:몇|며칠|얼마나 자주)")
# 매번 합니다; 없습니다; 즉시 보냅니다
_COUNTED = re.compile(r"\d|[한두세네] |하나|매|마다|없|않|모두|반|다음|당일|즉시|바로|수시|항상|하루|이틀")
_NO = re.compile(r"^(?:아니요|아닙니다), ")
_YES_OR_NO = re.compile(r"^(?:네|예|아니요|아닙니다), ")


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
    """A number (with its unit), numeral, word of time or Latin word in the answer that no quote holds."""
    shown = [fact for quote in found.quotes for fact in quote.facts]
    if not found.pair.is_answerable or _NO.match(found.pair.answer):
        shown += found.asked.facts
    names = {fact.name for fact in shown} | _with_unit_of_head(found.pair.evidence)
    if counted := count_of_items(found.pair):
        names.add(f"{len(ITEM.findall(found.pair.answer))}{'가지' if counted.endswith('가지') else '개'}")
    names |= set(steps_asked(found.pair))
    values = {fact.value for fact in shown}
    text = found.pair.body
    missing = [
        fact for fact in found.said.facts
        if fact.name not in names and not (fact.value in values and not fact.unit and _LISTED.match(text, fact.end))
        and not ((fact.kind == "word" or not fact.is_firm) and _stands_in(text[fact.start : fact.end], found.quoted))
    ]  # fmt: skip
    return ", ".join(sorted({fact.name for fact in missing})) or None


def _with_unit_of_head(evidence: Sequence[Evidence]) -> set[str]:
    """Figures that are a whole cell, with the unit their column's head gives in brackets: 단가(원), 60 → 60원."""
    figures = [one.quote for one in evidence if _FIGURE.fullmatch(one.quote)]
    units = [unit for one in evidence for unit in _UNIT_OF_HEAD.findall(one.quote)]
    return {f"{figure.replace(',', '')}{unit}" for figure in figures for unit in units}


def coverage(found: Inspected, limits: Gates) -> str | None:
    """Too many content words of the answer that neither quotes nor question hold."""
    known = _FRAME.union(found.asked.content, *(quote.content for quote in found.quotes))
    if not found.pair.is_answerable:
        known |= _REFUSAL
    said = [token.form for token in found.said.tokens if is_content(token)]
    # Kiwi may cut the same letters otherwise in another neighbourhood: what stands there verbatim is covered too.
    foreign = [form for form in said if form not in known and form not in found.quoted]
    share = 1 - len(foreign) / max(len(said), 1)
    return None if share >= limits.coverage_share else f"{share:.2f} covered; foreign: {', '.join(foreign[:5])}"


def bound(found: Inspected, _: Gates) -> str | None:
    """A figure with another bound than in the evidence: 18 ℃ 이상 for 이하, 30분 초과 for 30분 이내."""
    return turned_bounds(found.said, found.quotes) or turned_bounds(found.asked, found.quotes, is_asked=True)


def polarity(found: Inspected, _: Gates) -> str | None:
    """A predicate that the answer denies and the evidence affirms, or the other way round; a denial that got lost."""
    if not found.pair.is_answerable:
        return None  # what it denies is that anything stands there
    said, (fact, *rest) = _outside_names(found), (quote.predicates for quote in found.quotes)
    shown = [predicate for predicates in (fact, *rest) for predicate in predicates]
    signs: dict[str, set[bool]] = {}
    for one in shown:
        signs.setdefault(one.lemma, set()).add(one.is_denied)
    for one in said:
        if one.lemma in signs and one.is_denied not in signs[one.lemma]:
            return f"{one.lemma} {'denied' if one.is_denied else 'affirmed'}, and not so in the evidence"
    new = [one for one in said if one.lemma not in signs]
    lost = _denied(fact) - {one.lemma for one in said}
    if sum(one.is_denied for one in new) > len(_denied(shown) - _denied(said)):
        return f"{', '.join(one.lemma for one in new if one.is_denied)} denied in the answer alone"
    # What is left out is left out; what another predicate took the place of was turned.
    if lost and not any(one.is_denied for one in new) and (new or not _denied(said)):
        return f"{', '.join(sorted(lost))} denied in the evidence alone"
    return None


def _outside_names(found: Inspected) -> Sequence[Predicate]:
    """What an answer says, but for what stands in a name that its question gives in quotation marks."""
    names = [name.span() for name in _NAMED.finditer(found.said.text) if name[0][1:-1] in found.pair.question]
    return [
        one for one in found.said.predicates if not any(start < one.start and one.end <= end for start, end in names)
    ]


def strength(found: Inspected, _: Gates) -> str | None:
    """A duty (해야 한다) that the evidence leaves open (할 수 있다), or the other way round."""
    return changed_strength(found.said, found.quotes) if found.pair.is_answerable else None


def reply(found: Inspected, _: Gates) -> str | None:
    """A 네 or 아니요 that the rest of the answer, or the evidence, belies."""
    return belied_reply(found.asked, found.said, found.quotes, _FRAME) if found.pair.is_answerable else None


def off_topic(found: Inspected, _: Gates) -> str | None:
    """An answer whose quotes, too, say nothing of what was asked; no figure or period where 몇 asks for one."""
    if not found.pair.is_answerable or found.pair.before is not None:  # a turn that follows leaves its subject out
        return None
    subject = subject_of(tuple(found.asked.content))
    shown = "\n".join((found.said.text, found.quoted))
    known = found.said.content.union(*(quote.content for quote in found.quotes))
    if subject and not (subject & known or any(form in shown for form in subject)):
        return f"nothing of {', '.join(sorted(subject))}"
    if _HOW_MANY.search(found.pair.question) and not (found.said.facts or _COUNTED.search(found.said.text)):
        return "no figure where one is asked for"
    return None


def _denied(predicates: Sequence[Predicate]) -> set[str]:
    return {one.lemma for one in predicates if one.is_denied}


def opposed(found: Inspected, _: Gates) -> str | None:
    """A term in question or answer whose opposite, not it, stands in the evidence: 이상 for 이하, 출고 for 입고."""
    asked, said = _sides(found.asked), _sides(found.said)
    shown = {(one.row, one.side) for quote in found.quotes for one in quote.terms} if asked or said else set()
    single = {(row, side) for row, side in asked if (row, 1 - side) not in asked}
    known = shown | single
    above = shown | {(one.row, one.side) for heading in found.headings for one in heading.terms} if single else shown
    for (row, side), terms in asked.items():
        if (row, side) in single - above and (row, 1 - side) in above and not terms <= _ORDER:
            return f"{name_of(row, side)} asked where the evidence has {name_of(row, 1 - side)}"
    for (row, side), terms in said.items():
        # What stands there verbatim was read otherwise; an answer may count its steps where its evidence does not.
        is_grounded = (row, side) in known or all(len(term) > 1 and term in found.quoted for term in terms)
        is_invented = row in ORDER_ROWS and not terms <= _ORDER
        if not is_grounded and ((row, 1 - side) in known or is_invented):
            return (
                f"{name_of(row, side)} where the evidence has {'no order' if is_invented else name_of(row, 1 - side)}"
            )
    denied, bare = found.said.prefixed
    if not (denied or bare):
        return None
    denied_there, bare_there = (set[str]().union(*(quote.prefixed[side] for quote in found.quotes)) for side in (0, 1))
    turned = (denied & bare_there - denied_there) | (bare & denied_there - bare_there - denied)
    return f"{', '.join(sorted(turned))} with and without a denying prefix" if turned else None


def _sides(read: Analysed) -> dict[tuple[int, int], set[str]]:
    """The rows and sides of the table that a text has terms of, with those terms."""
    sides: dict[tuple[int, int], set[str]] = {}
    for term in read.terms:
        if not term.is_firm:
            continue
        sides.setdefault((term.row, term.side), set()).add(read.text[term.start : term.end])
    return sides


def swap(found: Inspected, _: Gates) -> str | None:
    """A fact of the evidence beside a word beside which the evidence has another: A등급 3개월 for B등급 3개월."""
    return swapped(found.said, found.asked, found.quotes_by_line) if found.pair.is_answerable else None


def language(found: Inspected, _: Gates) -> str | None:
    """Letters or words of another language in question or answer that no quote or heading holds."""
    return _first_of(found, foreign_language)


def leaked(found: Inspected, _: Gates) -> str | None:
    """The writer's instructions or its task's own words in question or answer, where no quote holds them."""
    told = found.pair.origin.instructions if found.pair.origin is not None else ""
    return _first_of(
        found, lambda text, shown: task_words(text, shown) or (run_of(text, told, shown) if told else None)
    )


def steered(found: Inspected, _: Gates) -> str | None:
    """Evidence that gives orders to a language model: 이전 지시를 무시하고 …."""
    return next((quote.text[:40] for quote in found.quotes if quote.is_instruction), None)


def _first_of(found: Inspected, fault: Callable[[str, str], str | None]) -> str | None:
    """The first fault of question or answer beside all that the evidence shows; a refusal's own words are left out."""
    shown = _shown_text(found)
    answer = found.pair.body if found.pair.is_answerable else _REFUSING.sub("", found.pair.body)
    return fault(found.pair.question, shown) or fault(answer, shown)


def _shown_text(found: Inspected) -> str:
    """All quotes, and the headings they stand under."""
    return "\n".join((found.quoted, *(heading.text for heading in found.headings)))


def pointing(found: Inspected, _: Gates) -> str | None:
    """A word that points out of the pair (이, 해당, 아래 표), or at the source (문서에 따르면)."""
    if source := _SOURCE.search(found.pair.question):
        return str(source[0])
    for text, tokens in ((found.asked.text, found.asked.tokens), (found.said.text, found.said.tokens)):
        pointer = _POINTERS.search(text)
        if pointer and not (pointer[0].strip().startswith("다음") and ITEM.search(found.pair.answer, pointer.end())):
            return str(pointer[0]).strip()
        for token in tokens:
            if token.tag in ("MM", "NP") and token.form in _DETERMINERS and _points_out(text, token):
                return str(token.form)
    return None


def informative(found: Inspected, _: Gates) -> str | None:
    """An answer that says nothing the question did not hold, or a question that holds the very fact it asks for."""
    said, asked = (read.content - _FRAME for read in (found.said, found.asked))
    if _YES_OR_NO.match(found.pair.answer):
        return None
    told = {fact.name for fact in found.said.facts} - {fact.name for fact in found.asked.facts}
    if not said - asked and not told:
        return "the answer repeats the question"
    fact = found.pair.evidence[0].quote
    is_leak = found.pair.is_answerable and len(fact) > 1 and fact in found.pair.question
    return "the question holds the fact" if is_leak else None


def wording(found: Inspected, _: Gates) -> str | None:
    """A wording that no careful writer leaves: markup, a doubled particle, translated phrases in a question."""
    question = _OF_NAME.sub(lambda about: _as_name(about[0], found.pair.evidence), found.pair.question)
    asked = None if found.pair.noise else question_fault(question)
    return asked or answer_fault(found.pair.answer) or pair_fault(found.pair.question, found.pair.answer)


def _as_name(about: str, evidence: Sequence[Evidence]) -> str:
    """Words as they are, or as a name where a heading above the evidence has them: 위치 용량에 대한 보충."""
    return (
        about.replace("에 대한", "의")
        if any(about in heading for one in evidence for heading in one.section)
        else about
    )


def evidence_wording(found: Inspected, _: Gates) -> str | None:
    """A fact whose own wording is too broken to answer with: it speaks of the page, or in the words of a machine."""
    return source_fault(found.pair.evidence[0].quote)


def adrift(found: Inspected, _: Gates) -> str | None:
    """A particle that stands apart from its word, as stripped markup leaves it (확인 을 누릅니다)."""
    for text, tokens in ((found.asked.text, found.asked.tokens), (found.said.text, found.said.tokens)):
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
    allowed = {wanted, SpeechLevel.FRAGMENT} if ITEM.search(found.pair.answer) else {wanted}
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
    unconverted, length, quote, steered, language, leaked, number, bound, coverage, polarity, strength, reply, opposed,
    off_topic, swap, pointing, informative, adrift, wording, evidence_wording, register, retrieved,
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


def _stands_in(words: str, text: str) -> bool:
    """Whether words stand in a text, spaces aside, and not inside a longer Latin word or number."""
    squeezed = "".join(words.split())
    return (
        re.search(rf"(?<![A-Za-z0-9_./:@-]){re.escape(squeezed)}(?![A-Za-z0-9_/@-]|[.][A-Za-z])", "".join(text.split()))
        is not None
    )


def _points_out(text: str, token: Token) -> bool:
    """Whether a determiner is a word of its own (not 이 in 이중 입고) and its noun is named nowhere before it."""
    named = text[token.end + 1 : token.end + 3]  # 파렛트가 넘어지면 그 파렛트만 보류한다
    return _is_word(text, token) and not (token.form == "그" and named.strip() and named in text[: token.start])


def _is_word(text: str, token: Token) -> bool:
    """Whether a morpheme stands between spaces."""
    return text[token.start - 1 : token.start] in ("", " ") and text[token.end : token.end + 1] in ("", " ")
