"""How a heading's act is done, where the prose below says so in one sentence → 알림 기능을 켜려면 어떻게 해야 돼?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.korean.predicate import without_tail
from datagen.documents import Items, Paragraph, Section
from datagen.extract.acts import Act, act_of_heading
from datagen.extract.procedures.goal import is_vague_reference
from datagen.extract.procedures.instruction import LEANS, is_sample, stated
from datagen.extract.procedures.procedure import fitting
from datagen.extract.reading import (
    PEOPLE,
    Candidate,
    Reading,
    Sentence,
    has_topic,
    heading_source,
    is_sentence,
    section_path,
)
from datagen.phrasing import Template

# {wish} 알림 기능을 켜려면, {act} 알림 기능을 켜는.
WAY = (
    Template("NI", "{wish} 어떻게 <해야 돼>"),
    Template("IS", "{wish} 어떻게 하면 <돼>"),
    Template("NW", "{act} 방법[ 좀|을] <알려 줘>"),
)
# With what: 기능 관리를 사용하여, 버튼을 눌러.
_MEANS = re.compile(r"[을를] (?:(?:사용|이용|선택|클릭)(?:하여|해서|해|하거나)|통해|눌러) ")
_WHERE_DUE = re.compile(r"필요(?:한 경우|에 따라) ")
_IN_CASE = re.compile(r"경우|(?<!려)면,? ")
_PERSON = re.compile(r"^(?P<who>\S+?)(?:은|는) ")


def headed(reading: Reading) -> Iterator[Candidate]:
    """A pair for each heading whose act one sentence of its prose ends in: 설정 화면을 사용하여 켤 수 있습니다."""
    for section in reading.sections():
        act = act_of_heading(reading, section.headings[-1]) if len(section.headings) > 1 else None
        if act is None or any(isinstance(block, Items) and block.is_ordered for block in section.blocks):
            continue
        sentence = next((one for one in _prose(reading, section) if _tells_how(one, act)), None)
        here = reading.at(section)
        wish, doing = fitting(here, act.wish, act, 10), fitting(here, act.doing, act, 10)
        if sentence is None or wish is None or doing is None:
            continue
        lead = "" if act.before in sentence.text else f"{act.when}{'' if has_topic(sentence.tokens) else '는'} "
        yield Candidate(
            "step", WAY, {"wish": wish, "act": doing}, lead + stated(sentence),
            (sentence.source, *heading_source(section)), section_path(section),
        )  # fmt: skip


def _prose(reading: Reading, section: Section) -> Iterator[Sentence]:
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield from reading.sentences.get(block.line, ())


def _tells_how(sentence: Sentence, act: Act) -> bool:
    """Whether a sentence names the act's object and a means, and ends in the act, done or to be done by whoever may."""
    text = _WHERE_DUE.sub("", sentence.text)
    if not is_sentence(sentence.tokens) or not _MEANS.search(text) or not act.thing:
        return False
    if is_vague_reference(sentence) or is_sample(sentence) or LEANS.search(text) or _IN_CASE.search(text):
        return False
    person = _PERSON.match(text)
    deed = act.before.split()[-1] if act.predicate.stem[0][0] == "하" else ""
    ending = "".join(token.form for token in without_tail(sentence.tokens)[-6:])
    is_done = re.search(rf"{deed}{act.predicate.stem[0][0]}(?:ᆯ수있|을수있|ᆸ니다|습니다|ᆫ다|는다)", ending) is not None
    is_whose = not has_topic(sentence.tokens) or (person is not None and PEOPLE.search(person["who"]) is not None)
    return is_done and is_whose and act.thing.split()[-1] in text and (not deed or text.count(deed) == 1)
