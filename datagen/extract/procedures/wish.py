"""What a sentence says one does to some end → 새 매핑을 만들려면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from curation.korean.josa import attach
from curation.korean.predicate import without_tail
from datagen.documents import Items, Line, Section, block_lines, every_block
from datagen.extract.acts import Act, act_of_sentence, wish_of_sentence
from datagen.extract.labels import labels
from datagen.extract.procedures.goal import is_vague_reference, object_of
from datagen.extract.procedures.instruction import LEANS, every_sentence, is_sample, stated
from datagen.extract.procedures.menu import path_of
from datagen.extract.procedures.procedure import QUESTION_CHARS, find_procedures, fitting
from datagen.extract.reading import (
    Candidate,
    Reading,
    Sentence,
    has_subject,
    heading_source,
    is_sentence,
    section_path,
)
from datagen.phrasing import Slots, Template

# How one thing is done: {wish} 새 매핑을 만들려면.
WISH = (
    Template("NI", "{wish} 어떻게 <해야 돼>"),
    Template("WN", "{wish} [뭘|무엇을] <해야 돼>"),
    Template("IS", "{wish} 어떻게 하면 <돼>"),
    Template("NW", "{act} 방법[ 좀|을] <알려 줘>"),
)
MUST = (
    Template("WN", "{wish} [뭘|무엇을] <해야 돼>"),
    Template("NI", "{wish} 꼭 해야 하는 일이 <뭐야>"),
)
MUST_FIRST = (
    Template("WN", "{wish} 먼저 [뭘|무엇을] <해야 돼>"),
    Template("NW", "{wish} [뭐|무엇]부터 <해야 돼>"),
    Template("NI", "{wish} 미리 [뭘|무엇을] <해야 돼>"),
)
PRESS = (Template("WN", "{wish} [뭘|무엇을] 눌러야 <돼>"), Template("SI", "{wish} 어떤 버튼을 눌러야 <돼>"))
# 두 가지 기능을 켜야 합니다: what they are stands elsewhere.
_COUNTED = re.compile(r"(?:한|두|세|네|몇|여러|\d+) ?(?:가지|개|부분|곳)|모두 충족")
# 묶음을 풀려면 먼저 묶음을 처리해야 합니다. 존 피킹을 하려면 주문을 먼저 짝지어야 합니다.
_FIRST = re.compile(r"려면,? (?:\S+ )*?먼저 ")
# A label longer than this cannot be told from the words around it without quotes.
_READABLE = 14
_THIN_WISH = re.compile(r"^(?:계속|종료|취소|완료|진행|자세한|더 |추가 정보|시작|이|그|해당|먼저|필요)|여부[를 ]")
# What is only one of several things to do, or no deed: 기능도 켜야, 조건을 충족해야, A 또는 B로 할지 여부.
UNSETTLED = re.compile(
    r"\S도 \S+야 |충족|고려|일반적으로|(?:^|\s)(\S{2,}) \1(?=[\s을를의은는이가])|(?:또는|이나) .*여부|[–—]|\("
)
# 세부 정보를 보려면, 설정을 적용하려면: of what, nobody knows.
BARE_OBJECT = re.compile(
    r"(?:^|에서 |에 )(?:세부 |추가 |자세한 |관련 )?"
    r"(?:설정|값|정보|데이터|메시지|내용|상태|결과|조회|편집 내용|변경 내용|변경 사항)[을를] "
)
# What is set in a form rather than pressed.
OF_FORM = re.compile(r"필드|옵션|확인란|목록")


def wishes(reading: Reading) -> Iterator[Candidate]:
    """How to do what a sentence says in itself: 새 매핑을 만들려면 '새로 만들기'를 선택합니다."""
    inside = {line: procedure for procedure in find_procedures(reading) for line in procedure.lines}
    bound = _bound_lines(reading)
    for section in reading.sections():
        here = reading.at(section)
        for sentence in every_sentence(reading, section.blocks):
            wish, act = wish_of_sentence(reading, sentence), act_of_sentence(reading, sentence)
            if wish is None or not _is_worth_asking(sentence, wish) or not _tells(sentence, act):
                continue
            if sentence.line in bound and (act is None or sentence.line not in inside):
                continue  # below an option or a step that nobody names
            procedure = inside.get(sentence.line)
            sources = (sentence.source, *(procedure.sources if procedure else heading_source(section)))
            if procedure is None or procedure.act is None:
                wish = _named_by(reading, section, wish)
            slots = _scoped_wish(here, wish, procedure.act if procedure else None)
            if slots is None or not _is_specific(section, wish):
                continue
            templates = _wordings(sentence, act)
            yield Candidate("step", templates, slots, stated(sentence), sources, section_path(section))


def _bound_lines(reading: Reading) -> set[Line]:
    """The lines that hold for a step or an option only: entries of ordered lists, and all that stands below entries."""
    blocks = [block for section in reading.document.sections for block in every_block(section.blocks)]
    lists = [block for block in blocks if isinstance(block, Items)]
    below = [inner for block in lists for item in block.items for inner in item.blocks]
    return {line for block in below for line in block_lines(block)} | {
        item.line for block in lists if block.is_ordered for item in block.items
    }


def _scoped_wish(reading: Reading, wish: Act, act: Act | None) -> Slots | None:
    """The slots of a wish, asked in the course of an act, or by itself; None where the question would be too long."""
    if act is None:
        whole, doing = fitting(reading, wish.wish, wish, 10), fitting(reading, wish.doing, wish, 10)
        return {"wish": whole, "act": doing} if whole and doing else None
    when = fitting(reading, act.when, act, len(wish.wish) + 12)
    scope = "" if act.thing and act.thing in wish.before else f"{when} "
    return {"wish": scope + wish.wish, "act": scope + wish.doing} if when else None


def _wordings(sentence: Sentence, act: Act | None) -> tuple[Template, ...]:
    """How a sentence's wish is asked: a duty by what one must do, what comes first by what to begin with."""
    if _FIRST.search(sentence.text):
        return MUST_FIRST
    if act is None:
        return MUST
    return (*WISH, *PRESS) if _presses(sentence) else WISH


def _named_by(reading: Reading, section: Section, wish: Act) -> Act:
    """A wish whose bare object takes the modifier that a heading gives it: 아웃바운드 큐 구독, of 구독."""
    for heading in reversed(section.headings):
        above = object_of(reading, heading)
        if wish.thing and above.endswith(f" {wish.thing}"):
            before = wish.before.replace(attach(wish.thing, "을/를"), attach(above, "을/를"), 1)
            return replace(wish, before=before, thing=above)
    return wish


def _is_specific(section: Section, wish: Act) -> bool:
    """Whether a wish's object is more than one common word, or a word that a heading holds."""
    is_named = " " in wish.thing or not wish.thing or any(wish.thing in heading.text for heading in section.headings)
    return is_named and BARE_OBJECT.search(wish.before) is None


def _is_worth_asking(sentence: Sentence, wish: Act) -> bool:
    """Whether a wish names something of its own and its sentence stands alone."""
    return (
        is_sentence(sentence.tokens)
        and not (
            is_vague_reference(sentence)
            or is_sample(sentence)
            or LEANS.search(sentence.text)
            or UNSETTLED.search(sentence.text)
            or _THIN_WISH.search(wish.before)
        )
        and wish.is_transitive
        and not any(len(label.name) > _READABLE for label in labels(sentence.line) if label.name in wish.before)
        and len(wish.wish) in range(8, QUESTION_CHARS - 12)
    )


def _tells(sentence: Sentence, act: Act | None) -> bool:
    """Whether a sentence says what to do, or what must be done by whoever wishes it: 옵션을 켭니다, 켜야 합니다."""
    if act is not None:
        return act.is_transitive or path_of(sentence) is not None
    tokens = without_tail(sentence.tokens)
    must = next((i for i, token in enumerate(tokens) if token.tag == "EC" and token.form.endswith("어야")), 0)
    is_active = must == len(tokens) - 3 and tokens[must - 1].tag in ("VV", "VV-R", "VV-I", "XSV")
    has_case = any(token.form in ("면", "으면") for token in tokens)
    return (
        is_active and tokens[must - 1].form != "되"
        and not (has_case or has_subject(tokens) or _COUNTED.search(sentence.text))
    )  # fmt: skip


def _presses(sentence: Sentence) -> bool:
    """Whether a sentence comes to pressing one label."""
    found = [label for label in labels(sentence.line, sentence.start, sentence.end) if not label.is_value]
    after = sentence.line.text[found[-1].end : sentence.end] if found else ""
    is_field = OF_FORM.search(sentence.text) is not None
    return bool(re.match(r"^ ?(?:버튼|단추|아이콘)?[을를] (?:선택|클릭|탭하|누르|누릅)", after)) and not is_field
