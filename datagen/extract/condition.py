"""Conditions: `수량이 모자라면 재검수를 요청한다.` → 수량이 모자라면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate, final_predicate, rejoin, without_tail
from datagen.documents import Items, Line, Paragraph
from datagen.extract.reading import Candidate, Reading, Sentence, is_clause, section_path
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

DUTY = (
    Template("NWMC", "{condition} 어떻게 <해야 돼>"),
    Template("CM", "{condition} 어떻게 <처리해>"),
)
DUTY_SPOKEN = (
    Template("WNS", "{spoken} 어떻게 <해야 돼>"),
    Template("WS", "{spoken} [어쩌지?|어떻게 하면 좋을까요?|어떻게 하면 됩니까?]"),
)
RESULT = (Template("IPE", "{condition} <어떻게 돼>"), Template("S", "{condition} 어떻게 되는지 <알려 줘>"))
_PEOPLE = re.compile(r"(?:자|주|처|사|원|객|부서|창고|업체|센터|기사)$")
# Openings that lean on the sentence before, or conditions too bare to stand alone.
_LEANING = re.compile(
    r"^(?:그|이|다만|또|하지만|그러나|그래서|그리고|따라서|반면|한편|단|특히|즉|반대로|먼저|A\.)[\s,]|(?:필요|가능|원)하면"
)
_STATES = frozenset("있 없 않 못하 되 모자라 남 틀리 막히 어긋나 끊기".split())
_REASON = re.compile(r"때문(?:이다|입니다)\.?$")  # a reason leans on the sentence it explains
_CONDITION_CHARS, _LEAST_MAIN_CHARS = range(7, 46), 8


def conditions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence of prose or bullets that says what to do, or what happens, in a stated case."""
    for section in reading.sections():
        for block in section.blocks:
            for line in _prose(block):
                for sentence in reading.sentences.get(line, ()):
                    yield from _candidate(reading, sentence, section_path(section))


def _prose(block: object) -> Sequence[Line]:
    match block:
        case Paragraph():
            return (block.line,)
        case Items(is_ordered=False):
            return block.items
    return ()


def _candidate(reading: Reading, sentence: Sentence, path: tuple[str, ...]) -> Iterator[Candidate]:
    tokens = without_tail(sentence.tokens)
    border = _border(tokens)
    if border is None or _LEANING.search(sentence.text) or not is_clause(tokens):
        return
    clause, main = tokens[: border + 1], tokens[border + 1 :]
    condition = sentence.line.text[sentence.start : clause[-1].start + clause[-1].len]
    if (
        _REASON.search(sentence.text)
        or len(condition) not in _CONDITION_CHARS
        or len(sentence.text) - len(condition) < _LEAST_MAIN_CHARS
    ):
        return
    slots = {"condition": reading.scope(condition, has_context=True)}
    templates: tuple[Template, ...] = RESULT
    if _is_duty(main):
        templates = DUTY
        if clause[-1].tag == "EC" and (predicate := final_predicate(clause)) and _is_trouble(predicate):
            slots["spoken"] = reading.scope(_spoken(sentence, predicate), has_context=True)
            templates = (*DUTY, *DUTY_SPOKEN)
    yield Candidate("condition", templates, slots, sentence.text, (sentence.source,), path)


def _border(tokens: Sequence[Token]) -> int | None:
    """The last morpheme of the first clause in -면, -ㄹ 때는 or -는 경우에는 that has a subject or an object."""
    for index, token in enumerate(tokens[:-2]):
        before = tokens[:index]
        case = token.tag in ("NNG", "NNB") and token.form in ("때", "경우") and index and tokens[index - 1].tag == "ETM"
        if token.tag == "EC" and token.form in ("면", "으면") and before[-1].form != "려":
            says_permission = tokens[index + 1].form in ("안", "되", "좋", "낫")
            has_subject = any(part.tag == "JKS" for part in before)
            return index if has_subject and not says_permission else None
        if case and tokens[index + 1].tag in ("JX", "JKB") and any(part.tag in ("JKS", "JKO") for part in before):
            end = index + 1
            while tokens[end + 1].tag in ("JX", "JKB"):
                end += 1
            return end if tokens[end].form in ("는", "은", "ᆫ", "에는", "에") else None
    return None


def _is_duty(main: Sequence[Token]) -> bool:
    """Whether somebody acts or must act in the main clause; else the system, or the matter, takes its course."""
    forms = [token.form for token in main]
    if any(form.startswith("어야") for form in forms) or forms[-2:-1] in (["낫"], ["좋"]) or "안" in forms:
        return True
    verb = main[-2]
    if verb.tag.split("-")[0] not in ("VV", "XSV", "VX") or verb.form in (
        "되",
        "돼",
        "지",
        "나",
        "생기",
        "남",
        "줄",
        "늘",
        "있",
        "없",
    ):
        return False
    for noun, particle in pairwise(main):
        if particle.tag == "JKS" or (particle.tag == "JX" and particle.form in ("은", "는")):
            return bool(_PEOPLE.search(noun.form))
    return True


def _is_trouble(predicate: Predicate) -> bool:
    """Whether a condition is a state one complains of (없는데, 막혔는데); an event (승인하는데) is not said so."""
    return predicate.is_adjective or len(predicate.stem) > 1 or predicate.stem[0][0] in _STATES


def _spoken(sentence: Sentence, predicate: Predicate) -> str:
    """The condition as people say it: 수량이 모자라면 → 수량이 모자라는데."""
    ending = "ᆫ데" if predicate.is_adjective else "는데"
    return sentence.line.text[sentence.start : predicate.start] + rejoin(predicate, ending)
