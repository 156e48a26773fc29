"""Cautions: a note that warns, under a heading that names an act → 냉동품을 적치할 때 주의할 점이 뭐야?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from curation.korean.predicate import final_predicate, with_ending, without_tail
from datagen.documents import Items, Note, Section
from datagen.extract.acts import act_of_heading, heading_text
from datagen.extract.case import Force, find_case, force_of
from datagen.extract.reading import Candidate, Reading, Sentence, heading_source
from datagen.extract.standing import hangs
from datagen.extract.statement import Statement, statements
from datagen.phrasing import Template

CAUTION = (
    Template("NM", "{when} 주의할 점이 <뭐야>"),
    Template("W", "{when} [뭘|무엇을] 조심<해야 돼>"),
    Template("SM", "{when} 주의 사항[ 좀|을] <알려 줘>"),
    Template("WN", "{when} 주의해야 하는 [게|것이] <있어>"),
    Template("CE", "{when} 특별히 주의할 [게|것이] <뭐야>"),
)
BAN = (
    Template("NM", "{when} 하면 안 되는 [게|것이] <뭐야>"),
    Template("W", "{when} [뭘|무엇을] 하면 안 [돼?|되나요?|됩니까?]"),
    Template("SC", "{when} 하지 말아야 할 [게|것이] <뭐야>"),
)
# Under a heading that names an aim: 인쇄 품질을 지키는 조건.
AIM = (
    Template("NM", "{wish} [뭘|무엇을] 주의<해야 돼>"),
    Template("WM", "{wish} [뭘|무엇을] 조심<해야 돼>"),
    Template("CE", "{wish} [뭘|무엇을] 주의하면 <돼>"),
)
_WARNINGS = frozenset({Note.WARNING, Note.CAUTION})
_WARNING_FORCES = frozenset({Force.BAN, Force.NEED, Force.CANNOT})
# Nouns after the act that a heading is about: 교육 수료를 판정하는 조건.
_ABOUT = frozenset("조건 기준 규칙 원칙 장치".split())
_SENTENCES = 3


def cautions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each note that warns or forbids, asked for by the act that its section's heading names."""
    for section in reading.sections():
        seen = reading.at(section)
        asked = _asked(seen, section)
        notes = list(_notes(seen, section))
        if asked is None or len(notes) != 1:
            continue  # two notes of one act: neither is the whole answer
        first, sentences = notes[0]
        force = _force(first)
        answer = " ".join([first.say(), *(sentence.text for sentence in sentences)])
        spans = (*first.evidence, *(sentence.source for sentence in sentences), *heading_source(section))
        templates, slot, text = asked
        if templates is CAUTION and force is Force.BAN and not sentences:
            templates = BAN
        yield Candidate("caution", templates, {slot: seen.scope(text)}, answer, spans, first.path)


def _notes(reading: Reading, section: Section) -> Iterator[tuple[Statement, Sequence[Sentence]]]:
    """The first sentence of each note that warns, where it stands alone, and the sentences after it."""
    for statement in statements(reading, section):
        every = reading.sentences[statement.sentence.line]
        if every[0] is not statement.sentence or len(every) > _SENTENCES:
            continue
        warns = statement.note in _WARNINGS or (
            statement.note is Note.IMPORTANT and _force(statement) in _WARNING_FORCES
        )
        if warns and not hangs(statement) and not isinstance(statement.after, Items):
            yield statement, every[1:]


def _force(statement: Statement) -> Force:
    case = find_case(statement)
    return force_of(case.main if case else statement.tokens, case.topic if case else ())


def _asked(reading: Reading, section: Section) -> tuple[tuple[Template, ...], str, str] | None:
    """(templates, slot, text): the act of a section's heading as the time of a caution, or the aim it names."""
    if not section.headings:
        return None
    heading = section.headings[-1]
    over_steps = any(isinstance(block, Items) and block.is_ordered for block in section.blocks)
    if act := act_of_heading(reading, heading, over_steps=over_steps):
        return CAUTION, "when", act.when
    tokens = without_tail(reading.tokens(heading))
    if len(tokens) < 3 or tokens[-1].form not in _ABOUT or tokens[-2].tag != "ETM":
        return None
    predicate = final_predicate(tokens[:-1])
    if (
        predicate is None
        or predicate.is_adjective
        or predicate.ending != "는"
        or predicate.stem[0][0] in ("되", "지", "있")
    ):
        return None
    start = heading.text.find(heading_text(heading.text))
    return AIM, "wish", with_ending(heading.text, predicate, "려면")[max(start, 0) :]
