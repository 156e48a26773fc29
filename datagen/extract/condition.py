"""Conditions: `수량이 모자라면 재검수를 요청한다.` → 수량이 모자라면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate, final_predicate, rejoin, without_tail
from datagen.documents import Items, Line, Paragraph
from datagen.extract.reading import Candidate, Reading, Sentence, acts, is_sentence, section_path
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

DUTY = (Template("NWMCSI", "{condition} 어떻게 <해야 돼>"),)
BAN = (
    Template("NWM", "{condition} [뭘|무엇을] 하면 안 [돼?|되나요?|됩니까?]"),
    Template("CI", "{condition} 해서는 안 되는 [게|것이] <뭐야>"),
)
ACT = (Template("CM", "{condition} 어떻게 <처리해>"),)
DUTY_SPOKEN = (Template("WNS", "{spoken} 어떻게 <해야 돼>"),)
RESULT = (Template("IPE", "{condition} <어떻게 돼>"), Template("S", "{condition} 어떻게 되는지 <알려 줘>"))
# Openings that lean on the sentence before, or conditions too bare to stand alone.
_LEANING = re.compile(
    r"^(?:그|이|다만|또|하지만|그러나|그래서|그리고|따라서|반면|한편|단|특히|즉|반대로|대신|먼저|A\.)[\s,]|(?:필요|가능|원)하면"
)
_ADVICE = frozenset("낫 좋 알맞 유리 적합 안전".split())
_COURSES = frozenset(
    "못하 되 지 나 생기 남 줄 늘 있 없 읽히 막히 밀리 쌓이 걸리 풀리 끊기 잡히 보이 섞이 바뀌 팔리 나뉘 묶이 잠기 찍히 "
    "열리 닫히 놓이 쓰이 줄어들 늘어나 사라지 늦어지 어긋나 나가".split()
)
_STATES = frozenset("있 없 않 못하 모자라 남 틀리".split())
_BAN = re.compile(r"(?:서는|면) 안 (?:된다|됩니다)\.?$")
_REASON = re.compile(r"때문(?:이다|입니다)\.?$")  # a reason leans on the sentence it explains
_CONDITION_CHARS, _LEAST_MAIN_CHARS = range(7, 46), 8


def conditions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence of prose or bullets that says what to do, or what happens, in a stated case."""
    for section in reading.sections():
        for block, after in zip(section.blocks, (*section.blocks[1:], None), strict=True):
            leads_in = isinstance(block, Paragraph) and isinstance(after, Items) and after.is_ordered
            for line in _prose(block):
                sentences = reading.sentences.get(line, ())
                # The sentence that leads into steps says only that they follow.
                for sentence in sentences[:-1] if leads_in else sentences:
                    yield from _candidate(reading.at(section), sentence, section_path(section))


def _prose(block: object) -> Sequence[Line]:
    match block:
        case Paragraph():
            return (block.line,)
        case Items(is_ordered=False):
            return tuple(item.line for item in block.items)
    return ()


def _candidate(reading: Reading, sentence: Sentence, path: tuple[str, ...]) -> Iterator[Candidate]:
    tokens = without_tail(sentence.tokens)
    border = _border(tokens)
    if border is None or _LEANING.search(sentence.text) or not is_sentence(sentence.tokens):
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
        templates = DUTY if _is_demanded(main) else (*DUTY, *ACT)
        if _BAN.search(sentence.text):
            templates = BAN
        elif clause[-1].tag == "EC" and (predicate := final_predicate(clause)) and _is_trouble(clause, predicate):
            slots["spoken"] = reading.scope(_spoken(sentence, clause, predicate), has_context=True)
            templates += DUTY_SPOKEN
    yield Candidate("condition", templates, slots, sentence.text, (sentence.source,), path)


def _border(tokens: Sequence[Token]) -> int | None:
    """The last morpheme of the first clause in -면, -ㄹ 때는 or -는 경우에는 that has a subject or an object."""
    for index, token in enumerate(tokens[:-2]):
        before = tokens[:index]
        case = token.tag in ("NNG", "NNB") and token.form in ("때", "경우") and index and tokens[index - 1].tag == "ETM"
        if token.tag == "EC" and token.form in ("면", "으면") and before[-1].form != "려":
            says_permission = tokens[index + 1].form in ("안", "되", "좋", "낫")
            has_subject = any(part.tag == "JKS" for part in before)
            has_preface = any(part.form in ("므로", "으므로", "지만", "어도", "더라도") for part in before)
            return index if has_subject and not (says_permission or has_preface) else None
        if case and tokens[index + 1].tag in ("JX", "JKB") and any(part.tag in ("JKS", "JKO") for part in before):
            end = index + 1
            while tokens[end + 1].tag in ("JX", "JKB"):
                end += 1
            return end if tokens[end].form in ("는", "은", "ᆫ", "에는", "에") else None
    return None


def _is_demanded(main: Sequence[Token]) -> bool:
    """Whether the main clause demands, forbids or advises: -어야 하다, 안 되다, 낫다, 알맞다."""
    forms = [token.form for token in main]
    return any(form.startswith("어야") for form in forms) or "안" in forms or bool(_ADVICE & set(forms[-4:]))


def _is_duty(main: Sequence[Token]) -> bool:
    """Whether somebody acts or must act in the main clause; else the system, or the matter, takes its course."""
    if _is_demanded(main):
        return True
    verb = main[-2]
    return verb.tag.split("-")[0] in ("VV", "XSV", "VX") and verb.form not in _COURSES and acts(main) is not False


def _is_trouble(clause: Sequence[Token], predicate: Predicate) -> bool:
    """Whether a condition is a state one complains of (없는데, 막혔는데); an event (승인하는데) is not said so."""
    if any(token.form in ("는데", "ᆫ데", "은데") for token in clause):
        return False
    return predicate.is_adjective or len(predicate.stem) > 1 or predicate.stem[0][0] in _STATES


def _spoken(sentence: Sentence, clause: Sequence[Token], predicate: Predicate) -> str:
    """The condition as people say it: 수량이 모자라면 → 수량이 모자라는데, 정해져 있지 않으면 → 정해져 있지 않은데."""
    denied = clause[-4] if len(clause) > 3 and predicate.stem[0][0] == "않" else None
    denies_state = denied is not None and (denied.tag.startswith(("VA", "XSA")) or denied.form == "있")
    ending = "ᆫ데" if predicate.is_adjective or denies_state else "는데"
    return sentence.line.text[sentence.start : predicate.start] + rejoin(predicate, ending)
