"""Action → condition: `웨이브는 상태가 '생성됨'일 때만 처리할 수 있다.` → 웨이브는 언제 처리할 수 있어?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate
from datagen.documents import Items, Line, Paragraph, Section, every_block
from datagen.extract.case import Case, CaseKind, Force, find_case, force_of, own_nouns, tells_when
from datagen.extract.reading import NOUNS, Candidate, Reading, heading_source, is_sentence, section_path
from datagen.extract.standing import frames, hangs, leaves_open, qualified
from datagen.extract.statement import Statement, statements
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

WHEN = (
    Template("WNS", "{lead}언제 {act}"),
    Template("MPC", "{lead}어떤 경우에 {act}"),
    Template("WI", "{lead}어떨 때 {act}"),
    Template("PE", "{lead}어떤 때 {act}"),
)
# Where the case is a state that one sets up.
IN_CASE = (Template("MPCI", "{lead}어떤 경우에 {act}"), Template("IS", "{lead}어떤 조건에서 {act}"))
# Where no title can lead a question in, it must name this many things by itself.
_LEAST_NOUNS = 3
_ACT_CHARS, _LEAST_VERB_CHARS = range(4, 46), 3
# 다음 조건이 모두 충족되면, 다음 경우에만: what leads into a list of cases.
_LISTED = re.compile(
    r"(?P<case>다음(?:과 같은)? (?:[가-힣]+ )?(?:경우|조건|상황|요건|기준|때)[^,.]{0,24}?"
    r"(?:에만|에는|에|때만|때는|때|경우|면|해야))[, ]+"
)
_ALWAYS = re.compile(r"(?<!\S)(?:항상|언제나|반드시)(?: |$)")  # 언제 항상 재설정돼?
# What 에 leads to without being a place: 값에 상관없이, 규칙에 따라.
_JOINED = frozenset("상관 상관없이 관계 관계없이 따르 대하 의하 관하".split())
_ITEMS = range(2, 10)


def whens(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence that says in which case alone something may be done or comes about."""
    for section in reading.sections():
        for statement in statements(reading, section):
            yield from _of_case(reading.at(section), statement)
        yield from _of_lists(reading.at(section), section)


def _of_case(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    case = find_case(statement, least_main=_LEAST_VERB_CHARS)
    if case is None or case.kind is CaseKind.WISH or not (case.is_only or _comes_about(case) or tells_when(case)):
        return
    asked = _asked(statement, case)
    if asked is None or (not reading.subject and len(own_nouns((*case.topic, *case.main))) < _LEAST_NOUNS):
        return
    if any(token.tag == "EC" and token.form in ("며", "으며") for token in case.clause):
        return  # 평소에는 하나만 쓰이며 바쁠 때는 둘 다 쓰인다: the case is of the second claim only
    if any(
        token.tag == "EC" and token.form in ("고", "며", "으며", "지만", "면", "으면") and after.tag != "VX"
        for token, after in pairwise(case.main)
    ):
        return  # 사진이 있는 경우에만 인정하고, 없으면 되돌려 보낸다: of the first claim only
    if hangs(statement) or leaves_open(statement) or _is_hollow(reading, statement, case):
        return
    lead, act = asked
    scoped = reading.scope(lead + act[0], has_context=True)
    slots: Slots = {"lead": scoped[: len(scoped) - len(lead + act[0])] + lead, "act": act}
    templates = IN_CASE if case.kind in (CaseKind.CASE, CaseKind.IF) and case.is_only else WHEN
    yield Candidate("when", templates, slots, statement.answer(), statement.grounds, statement.path)


def _is_hollow(reading: Reading, statement: Statement, case: Case) -> bool:
    """Whether what is asked about, or the case that answers, has a head that names nothing by itself."""
    asked = (*case.topic, *case.main)
    if "(" in statement.say(case.start, case.end) or frames(case.clause) or _is_first(case):
        return True
    named = [qualified(reading, statement, tokens) for tokens in (asked, case.clause)]
    return any(one is None or one.edits != statement.edits for one in named)


def _is_first(case: Case) -> bool:
    return any(token.form == "처음" for token in case.clause)


def _comes_about(case: Case) -> bool:
    """Whether the main clause names one thing that comes about in the case: 보충 작업이 생성됩니다."""
    if (
        case.kind not in (CaseKind.IF, CaseKind.CASE, CaseKind.WHEN)
        or force_of(case.main, case.topic) is not Force.COURSE
    ):
        return False
    tags = [token.tag for token in case.main]
    is_plain = tags.count("JKS") == 1 and not {"JKO", "EC", "ETM", "MAJ", "VCP", "JX"} & set(tags)
    verb = "".join(token.form for token in case.main[-3:-1])
    is_event = verb.endswith(("되", "나타나", "열리", "생기", "발생하", "시작하"))
    return is_plain and is_event and not case.topic and len(own_nouns(case.main)) > 1


def _asked(statement: Statement, case: Case) -> tuple[str, tuple[str, str, str]] | None:
    """The topic that leads a question in, with its space, and the main clause as a question."""
    predicate = final_predicate(case.main)
    if predicate is None or predicate.tag != "EF":
        return None
    start = case.main[0].start
    leads, front = [], _front(case.main) if not case.topic else None
    if case.topic:
        leads.append(statement.say(case.topic[0].start, case.topic[-1].start + case.topic[-1].len))
    elif front is not None:
        noun, start = front
        text = statement.say(case.main[0].start, noun.start + noun.len)
        leads.append(attach(text, "은/는") if noun.tag != "JKB" else f"{text}는")
    whole = _ALWAYS.sub("", statement.say(start, predicate.start))
    if len(" ".join([*leads, whole])) not in _ACT_CHARS or len(predicate.stem) > 1:
        return None
    gap = " " if whole and statement.sentence.line.text[predicate.start - 1] == " " else ""
    moved = replace(predicate, start=len(whole + gap), end=len(whole + gap))
    return "".join(f"{lead} " for lead in leads), asking(whole + gap, moved)


def _front(main: Sequence[Token]) -> tuple[Token, int] | None:
    """What opens a main clause and may be its topic (사유 코드가, 설명 필드에), and where the rest begins."""
    for index, token in enumerate(main[:-2]):
        if token.tag == "JKS":
            return main[index - 1], main[index + 1].start
        if token.tag == "JKB" and token.form == "에" and main[index + 1].form not in _JOINED:
            return token, main[index + 1].start
        if token.tag not in NOUNS and token.tag not in ("JKG", "SSO", "SSC"):
            return None
    return None


def _of_lists(reading: Reading, section: Section) -> Iterator[Candidate]:
    """Pairs for a sentence that says something holds in the cases of the list below it."""
    blocks = list(every_block(section.blocks))
    for block, after in pairwise(blocks):
        if isinstance(block, Paragraph) and isinstance(after, Items) and not after.is_nested:
            yield from _of_list(reading, section, block.line, after)


def _of_list(reading: Reading, section: Section, line: Line, items: Items) -> Iterator[Candidate]:
    sentences = reading.sentences.get(line, ())
    if not sentences or len(items.items) not in _ITEMS or not is_sentence(sentences[-1].tokens):
        return
    sentence = sentences[-1]
    found = _LISTED.search(sentence.text)
    predicate = final_predicate(sentence.tokens)
    if found is None or predicate is None or _points(sentence.text.replace(found["case"], "")):
        return
    before, offset = sentence.text[: found.start()], sentence.start
    rest = sentence.line.text[offset + found.end() : predicate.start]
    if before and not re.search(r"[은는] $", before):
        return
    whole = before + rest
    act = asking(rest, replace(predicate, start=len(rest), end=len(rest)))
    scoped = reading.scope(whole, has_context=True)
    slots: Slots = {"lead": scoped[: len(scoped) - len(whole)] + before, "act": act}
    shown = "\n".join(f"- {item.line.text}" for item in items.items)
    spans = (sentence.source, *(item.line.source() for item in items.items), *heading_source(section))
    yield Candidate("when", IN_CASE, slots, f"{sentence.text.rstrip(':：')}\n{shown}", spans, section_path(section))


def _points(text: str) -> bool:
    return bool(re.search(r"(?<!\S)(?:이|그|해당|이러한|다음) ", text))
