"""Single steps: how one thing is done, what goes into a field → 웨이브를 만들 때 설명 필드에는 뭘 넣어야 돼?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from curation.korean.predicate import without_tail
from datagen.extract.acts import Act, act_of_sentence, wish_of_sentence
from datagen.extract.instruction import LEANS, every_sentence, is_sample, is_vague, stated
from datagen.extract.labels import Label, labels
from datagen.extract.menu import path_of, paths
from datagen.extract.procedure import (
    QUESTION_CHARS,
    Procedure,
    find_procedures,
    fitting,
    is_vague_reference,
    scoped,
)
from datagen.extract.reading import Candidate, Reading, Sentence, has_subject, is_sentence, section_path
from datagen.extract.sequence import firsts, neighbours
from datagen.phrasing import Slots, Template

# How one thing is done: {wish} 새 매핑을 만들려면.
WISH = (
    Template("NI", "{wish} 어떻게 <해야 돼>"),
    Template("WN", "{wish} [뭘|무엇을] <해야 돼>"),
    Template("IS", "{wish} 어떻게 하면 <돼>"),
    Template("NW", "{act} 방법[ 좀|을] <알려 줘>"),
)
PRESS = (Template("WN", "{wish} [뭘|무엇을] 눌러야 <돼>"), Template("SI", "{wish} 어떤 버튼을 눌러야 <돼>"))
# What goes into a field, and what an option is set to: {field} 'F' 필드, asked in the course of {when}.
INPUT = (
    Template("WN", "{when} {field}에는 [뭘|무엇을] 넣어야 <돼>"),
    Template("NI", "{when} {field}에 [뭘|무엇을] 입력해야 <돼>"),
    Template("SI", "{when} {field}에는 어떤 값을 입력<해>"),
    Template("NM", "{wish} {field}에 [뭘|무엇을] 적어야 <돼>"),
)
CHOICE = (
    Template("NI", "{when} {field}에서는 [뭘|무엇을] 골라야 <돼>"),
    Template("WI", "{when} {field}에서 [뭘|무엇을] 선택해야 <돼>"),
    Template("IS", "{wish} {field:은/는} [뭘로|무엇으로] <해야 돼>"),
)
SETTING = (
    Template("IS", "{when} {field:은/는} [뭘로|무엇으로] 설정해야 <돼>"),
    Template("NI", "{wish} {field:을/를} 어떻게 설정해야 <돼>"),
    Template("WI", "{when} {field:은/는} [뭘로|무엇으로] <해야 돼>"),
)
_FIELD_NOUN = re.compile(
    r"^ ?(?P<noun>필드|옵션|항목|칸|란|입력란|매개 변수|드롭다운 목록|목록)(?P<josa>에서|에|를|을)(?=\s)(?! 대[한해])"
)
# The verb that fills a field ends its sentence, or says to what end: 선택하여 제한합니다.
_FILLS = r"(?:합니다|한다|하세요|하십시오|해 주세요|하여 \S.*|해 \S.*)\.?$"
_ENTERS = re.compile(rf"(?:입력|지정|기입){_FILLS}|적(?:습니다|는다|으세요)\.?$")
_CHOOSES = re.compile(rf"(?:선택){_FILLS}|고(?:릅니다|른다|르세요)\.?$")
_SETS = re.compile(rf"(?:으로|로) (?:설정|변경|지정){_FILLS}")
_COUNTED = re.compile(r"(?:한|두|세|네|몇|여러|\d+) ?(?:가지|개|부분|곳)|모두 충족")
_THIN_WISH = re.compile(r"^(?:계속|종료|취소|완료|진행|자세한|더 |추가 정보|시작|이|그|해당|먼저|필요)")


def steps(reading: Reading) -> Iterator[Candidate]:
    """Pairs about one step each: paths, things done in one sentence, fields, the first step, and neighbours."""
    yield from paths(reading)
    for procedure in find_procedures(reading):
        here = reading.at(procedure.section)
        yield from firsts(here, procedure)
        yield from _fields(here, procedure)
        yield from neighbours(here, procedure)
    yield from _wishes(reading)


def _wishes(reading: Reading) -> Iterator[Candidate]:
    """How to do what a sentence says in itself: 새 매핑을 만들려면 '새로 만들기'를 선택합니다."""
    inside = {line: procedure for procedure in find_procedures(reading) for line in procedure.lines}
    for section in reading.sections():
        here = reading.at(section)
        for sentence in every_sentence(reading, section.blocks):
            wish, act = wish_of_sentence(reading, sentence), act_of_sentence(reading, sentence)
            if wish is None or not _is_worth_asking(sentence, wish) or not _tells(sentence, act):
                continue
            procedure = inside.get(sentence.line)
            slots: Slots
            if procedure is not None and procedure.act is not None:
                scope = f"{procedure.act.when} "
                slots = {"wish": scope + wish.wish, "act": scope + wish.doing}
            else:
                slots = {"wish": scoped(here, wish.wish, wish), "act": scoped(here, wish.doing, wish)}
            pressed = act is not None and _presses(sentence)
            sources = (sentence.source, *(procedure.sources if procedure else ()))
            yield Candidate(
                "step", (*WISH, *PRESS) if pressed else WISH, slots, stated(sentence), sources, section_path(section)
            )


def _is_worth_asking(sentence: Sentence, wish: Act) -> bool:
    """Whether a wish names something of its own and its sentence stands alone."""
    return (
        is_sentence(sentence.tokens)
        and not (
            is_vague_reference(sentence)
            or is_sample(sentence)
            or LEANS.search(sentence.text)
            or _THIN_WISH.search(wish.before)
        )
        and wish.is_transitive
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
    return bool(re.match(r"^ ?(?:버튼|단추|아이콘)?[을를] (?:선택|클릭|탭하|누르|누릅)", after)) and "필드" not in after


def _fields(reading: Reading, procedure: Procedure) -> Iterator[Candidate]:
    """What goes into each field that the steps of an act fill in, choose from or set."""
    act = procedure.act
    named = Counter(name for line in procedure.lines for name in {label.name for label in labels(line)})
    for step in procedure.steps if act else ():
        if act is None or step is None or step.sentence is None or is_vague(step):
            continue
        found = _field_of(step.sentence)
        if found is None or named[found[0].name] > 1:
            continue  # a field that two steps set, one after the other
        label, noun, templates = found
        field = f"{label.name} {noun}"
        when = fitting(reading, act.when, act, len(field) + 14)
        if when is None:
            continue
        slots: Slots = {"when": when, "wish": when.removesuffix(act.when) + act.wish, "field": field}
        yield Candidate(
            "step", templates, slots, f"{act.when}는 {step.text}", (*step.sources, *procedure.sources),
            section_path(procedure.section),
        )  # fmt: skip


def _field_of(sentence: Sentence) -> tuple[Label, str, tuple[Template, ...]] | None:
    """The one field that an instruction fills, and the wordings that fit what it does with it."""
    fields = []
    for label in labels(sentence.line, sentence.start, sentence.end):
        noun = _FIELD_NOUN.match(sentence.line.text[label.end : sentence.end])
        is_one_of_many = sentence.line.text[sentence.start : label.start].endswith(("및 ", "또는 ", ", ", "~"))
        if noun and is_one_of_many:
            return None
        if noun and len(label.levels) == 1 and not label.is_value:
            fields.append((label, noun))
    if len(fields) != 1:
        return None
    label, noun = fields[0]
    rest = sentence.line.text[label.end + noun.end() : sentence.end].lstrip(" '")
    if label.name.endswith(noun["noun"]) or rest.startswith(label.name):
        return None  # 필드 필드; 항목 그룹 필드에서 항목 그룹을 선택합니다
    name = noun["noun"]
    if noun["josa"] == "에" and _ENTERS.search(rest):
        return label, name, INPUT
    if noun["josa"] == "에서" and _CHOOSES.search(rest):
        return label, name, CHOICE
    return (label, name, SETTING) if noun["josa"] in ("을", "를") and _SETS.search(rest) else None
