"""Single steps: what goes into a field, which button does what → 웨이브를 만들 때 설명 필드에는 뭘 넣어야 돼?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from curation.korean.josa import attach
from datagen.extract.acts import Act, act_of_sentence
from datagen.extract.labels import Label, labels
from datagen.extract.procedures.goal import Procedure, at_goal
from datagen.extract.procedures.headed import headed
from datagen.extract.procedures.instruction import LEANS, is_vague
from datagen.extract.procedures.menu import path_of, paths
from datagen.extract.procedures.procedure import find_procedures, fitting
from datagen.extract.procedures.sequence import firsts, neighbours, placed
from datagen.extract.procedures.wish import BARE_OBJECT, OF_FORM, UNSETTLED, wishes
from datagen.extract.reading import (
    Candidate,
    Reading,
    Sentence,
    section_path,
)
from datagen.phrasing import Slots, Template

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
)
FIXED = (*CHOICE, Template("IS", "{wish} {field:은/는} [뭘로|무엇으로] <해야 돼>"))
# In which field a value is set: {value} 부분 출고 허용.
WHERE = (
    Template("WN", "{when} {value:은/는} 어느 {noun}에서 선택<해>"),
    Template("NI", "{wish} 어느 {noun}에서 {value:을/를} 골라야 <돼>"),
    Template("IS", "{when} {value:을/를} 고르는 {noun:이/가} <뭐야>"),
)
DECISION = (
    Template("NI", "{when} {field}에서는 [뭘|무엇을] 정해야 <돼>"),
    Template("WI", "{when} {field}에서 [뭘|무엇을] 선택해야 <돼>"),
)
# What to do with a check box, which a button brings about what: {thing} 행, {aim} 행을 추가하려면.
CHECK = (
    Template("IS", "{when} {field:은/는} 어떻게 <해야 돼>"),
    Template("NI", "{wish} {field:을/를} 어떻게 <해야 돼>"),
)
BUTTON = (
    Template("WN", "{aim} [뭘|무엇을] 눌러야 <돼>"),
    Template("SI", "{aim} 어떤 버튼을 눌러야 <돼>"),
    Template("IM", "{aim} [뭘|무엇을] 선택해야 <돼>"),
)
# What is chosen in a bar of buttons: {place} 작업 창.
PLACE = (
    Template("WN", "{when} {place}에서는 [뭘|무엇을] 선택해야 <돼>"),
    Template("SI", "{when} {place}에서 [뭘|무엇을] 눌러야 <돼>"),
    Template("IM", "{wish} {place}에서 [뭘|무엇을] 골라야 <돼>"),
)
SETTING = (
    Template("IS", "{when} {field:은/는} [뭘로|무엇으로] 설정해야 <돼>"),
    Template("NI", "{wish} {field:을/를} 어떻게 설정해야 <돼>"),
    Template("WI", "{when} {field:은/는} [뭘로|무엇으로] <해야 돼>"),
)
_FIELD_NOUN = re.compile(
    r"^ ?(?P<noun>필드|옵션|항목|칸|란|입력란|매개 변수|확인란|체크박스|드롭다운 목록|목록)(?P<josa>에서|에|를|을)"
    r"(?=\s)(?! 대[한해])"
)
# A label that is set without a word for what it is: '일괄 출력'을 '예'로 설정합니다.
_SET_BARE = re.compile(
    r"^ ?(?P<noun>)(?P<josa>을|를)(?= ['\"‘“]?\S+['\"’”]? ?(?:으로|로) (?:설정|변경)(?:합니다|하세요|하십시오))"
)
# The verb that fills a field ends its sentence, or says to what end: 선택하여 제한합니다.
_FILLS = r"(?:합니다|한다|하세요|하십시오|해 주세요|하여 \S.*|해 \S.*)\.?$"
_ENTERS = re.compile(rf"(?:입력|지정|기입){_FILLS}|적(?:습니다|는다|으세요)\.?$")
_CHOOSES = re.compile(rf"(?:선택){_FILLS}|고(?:릅니다|른다|르세요)\.?$")
_SETS = re.compile(rf"(?:으로|로) (?:설정|변경|지정){_FILLS}")
# '코드 1'에서 '코드 10': one of many.
_RANGE = re.compile(r"\d['\"’”]?(?:에서|부터|[-–]) ?$")
_CHECKS = re.compile(rf"^(?:선택|해제|체크){_FILLS}")
# A step that is due in some case only, or for an end of its own.
_OPTIONAL = re.compile(r"선택 사항|필요(?:한 경우|에 따라|하면)|려면 |(?:면|경우),? ")
# What ends any form: nobody asks where 저장 is.
_CLOSES = re.compile(r"'(?:저장|확인|닫기|취소|적용|예|저장 후 닫기)'[을를]")
# The bars whose buttons are pressed, the parts of a page that have some; the pressing, and `then` what it is for.
_BAR = re.compile(r"작업 창|도구 모음|리본|상단 메뉴|왼쪽 창|탐색 창")
_PART = re.compile(r"^ ?(?P<noun>(?:빠른 )?탭|섹션|대화 상자|페이지)에서 ")
_PRESSED = re.compile(
    r"(?:선택|클릭|탭|터치)(?:(?P<then>하여|해서) |합니다|한 다음|한 후|하고|하세요|하십시오)|눌러 |누릅니다"
)
_NEW = re.compile(r"^(?:새|새로운|신규) ")
# 낱개로 셀지 여부를 선택합니다.
_WHETHER = re.compile(r"(?:는|은|ㄹ|[가-힣])지 ?여부|[가-힣]지를? (?:선택|정|지정)")


def steps(reading: Reading) -> Iterator[Candidate]:
    """Pairs about one step each: paths, fields, buttons, places in the order, and things done in one sentence."""
    yield from paths(reading)
    for procedure in find_procedures(reading):
        here = at_goal(reading, procedure)
        yield from firsts(here, procedure)
        yield from _fields(here, procedure)
        yield from _buttons(here, procedure)
        yield from neighbours(here, procedure)
        yield from placed(here, procedure)
    yield from wishes(reading)
    yield from headed(reading)


def _fields(reading: Reading, procedure: Procedure) -> Iterator[Candidate]:
    """What goes into each field that the steps of an act fill in, choose from or set."""
    act = procedure.act
    named = Counter(name for line in procedure.lines for name in {label.name for label in labels(line)})
    for step in procedure.steps if act else ():
        if act is None or step is None or step.first is None or is_vague(step) or not step.is_whole:
            continue
        found = _field_of(step.first)
        if found is None or named[found[0].name] > 1 or _OPTIONAL.search(step.text):
            continue  # a field that two steps set, one after the other
        label, noun, templates = found
        field = f"{label.name} {noun}".rstrip()
        when = fitting(reading, act.when, act, len(field) + 14)
        if when is None:
            continue
        slots: Slots = {"when": when, "wish": when.removesuffix(act.when) + act.wish, "field": field}
        answer, sources = f"{act.when}는 {step.text}", (*step.sources, *procedure.sources)
        where = section_path(procedure.section)
        yield Candidate("step", templates, slots, answer, sources, where)
        chosen = labels(step.first.line, label.end, step.first.end)
        if templates is FIXED and " " in chosen[0].name and label.name not in chosen[0].name:
            slots = {**slots, "value": f"'{chosen[0].name}'", "noun": noun}
            yield Candidate("step", WHERE, slots, answer, sources, where)


def _buttons(reading: Reading, procedure: Procedure) -> Iterator[Candidate]:
    """What is pressed to what end, and what is chosen in a bar that only one step of an act turns to."""
    act = procedure.act
    sentences = [sentence for line in procedure.lines for sentence in reading.sentences.get(line, ())]
    places = Counter(filter(None, map(_place_of, sentences)))
    for step in procedure.steps if act else ():
        if act is None or step is None or step.sentence is None or not step.is_whole or LEANS.search(step.text):
            continue
        sentence, where = step.sentence, section_path(procedure.section)
        sources = (*step.sources, *procedure.sources)
        answer = f"{act.when}는 {step.text}"
        is_one = path_of(sentence) is None and _presses_one(sentence) and not _CLOSES.search(step.text)
        if _OPTIONAL.search(step.text) or not is_one:
            continue
        aim = _aim_of(reading, sentence)
        if aim is not None and (when := fitting(reading, act.when, act, len(aim.wish) + 12)):
            core = _NEW.sub("", aim.thing)
            if act.thing and (act.thing == core or act.thing.endswith(f" {core}")):
                whole = aim.thing.removesuffix(core) + _NEW.sub("", act.thing)
                before = aim.before.replace(attach(aim.thing, "을/를"), attach(whole, "을/를"), 1)
                named = replace(aim, before=before, thing=whole)
                asked = fitting(reading, named.wish, named, 12)
            else:
                asked = f"{when} {aim.wish}"
            if asked is not None and BARE_OBJECT.search(aim.before) is None:
                yield Candidate("step", BUTTON, {"aim": asked}, step.text, sources, where)
            continue
        place = _place_of(sentence)
        if place is None or places[place] > 1:
            continue
        if when := fitting(reading, act.when, act, len(place) + 14):
            slots: Slots = {"when": when, "wish": when.removesuffix(act.when) + act.wish, "place": place}
            yield Candidate("step", PLACE, slots, answer, sources, where)


def _place_of(sentence: Sentence) -> str | None:
    """The bar or the part of a page in which a sentence has something pressed: 작업 창의 배송 탭, 라인 빠른 탭."""
    bar = _BAR.search(sentence.text)
    for label in labels(sentence.line, sentence.start, sentence.end):
        part = _PART.match(sentence.line.text[label.end : sentence.end])
        if part and len(label.levels) == 1:
            return f"{bar[0]}의 {label.name} {part['noun']}" if bar else f"{label.name} {part['noun']}"
    return bar[0] if bar else None


def _presses_one(sentence: Sentence) -> bool:
    """Whether a sentence has one label pressed, and sets no field."""
    pressed = _PRESSED.findall(sentence.text)
    return len(pressed) == 1 and OF_FORM.search(sentence.text) is None


def _aim_of(reading: Reading, sentence: Sentence) -> Act | None:
    """What pressing a label brings about, where the sentence says so: '추가'를 눌러 행을 추가합니다 → 행을 추가하-."""
    act = act_of_sentence(reading, sentence)
    pressed = _PRESSED.search(sentence.text)
    found = [one for one in labels(sentence.line, sentence.start, sentence.end) if len(one.levels) == 1]
    if act is None or pressed is None or not found or not pressed["then"]:
        return None
    start = sentence.start + pressed.end()
    if any(one.start >= start for one in found):
        return None
    tokens = tuple(token for token in sentence.tokens if token.start >= start)
    rest = act_of_sentence(reading, Sentence(sentence.line, start, sentence.end, tokens)) if tokens else None
    return rest if rest is not None and rest.is_transitive and rest.thing else None


def _field_of(sentence: Sentence) -> tuple[Label, str, tuple[Template, ...]] | None:
    """The one field that an instruction fills, and the wordings that fit what it does with it."""
    fields = []
    for label in labels(sentence.line, sentence.start, sentence.end):
        after = sentence.line.text[label.end : sentence.end]
        noun = _FIELD_NOUN.match(after) or _SET_BARE.match(after)
        ahead = sentence.line.text[sentence.start : label.start].rstrip("'\"‘“[")
        is_one_of_many = ahead.endswith(("및 ", "또는 ", ", ", "~")) or _RANGE.search(ahead) is not None
        if noun and is_one_of_many:
            return None
        if noun and len(label.levels) == 1 and not label.is_value:
            fields.append((label, noun))
    if len(fields) != 1:
        return None
    label, noun = fields[0]
    line = sentence.line
    rest = sentence.line.text[label.end + noun.end() : sentence.end].lstrip(" '")
    if (noun["noun"] and label.name.endswith(noun["noun"])) or rest.startswith(label.name):
        return None  # 필드 필드; 항목 그룹 필드에서 항목 그룹을 선택합니다
    name = noun["noun"]
    if noun["josa"] == "에" and _ENTERS.search(rest):
        return label, name, INPUT
    if UNSETTLED.search(sentence.text):
        return None
    if noun["josa"] == "에서" and _CHOOSES.search(rest):
        chosen = labels(line, label.end, sentence.end)
        is_fixed = len(chosen) == 1 and not line.text[label.end + noun.end() : chosen[0].start].strip(" '\"")
        return label, name, DECISION if _WHETHER.search(rest) else FIXED if is_fixed else CHOICE
    if noun["josa"] in ("을", "를") and name == "확인란" and _CHECKS.search(rest):
        return label, name, CHECK
    return (label, name, SETTING) if noun["josa"] in ("을", "를") and _SETS.search(rest) else None
