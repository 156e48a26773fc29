"""Personal data that a page would show, hidden: a page is mailed, and more than the turns of a row stands on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from curation.pii.find import find_pii
from curation.pii.masks import mask
from curation.releases.changes import Difference, Sample

if TYPE_CHECKING:
    from curation.report.rows.lookup import Found

_Change = Callable[[str], str]
_Shown = TypeVar("_Shown")


def hide_personal(rows: Sequence[Found], *, in_turns: bool) -> list[Found]:
    """The same rows, same order, each datum as [전화번호] or the like: in texts, evidence, facts and names of files.

    A recipe may keep what it found, and evidence keeps it always: a quote is what its document says. Without
    `in_turns` questions and answers stay as they are: a pseudonym looks like what it stands for.
    """
    return _hidden(lambda change: [_changed(row, change, in_turns=in_turns) for row in rows])


def hide_in_difference(difference: Difference) -> Difference:
    """The same of the rows that changed; pseudonyms go too, for what the other release says may be none."""
    changes = difference.changes
    return replace(
        difference,
        changes=_hidden(
            lambda change: [
                replace(kind, samples=[_changed_sample(one, change) for one in kind.samples]) for kind in changes
            ]
        ),
    )


def _hidden(make: Callable[[_Change], list[_Shown]]) -> list[_Shown]:
    """What `make` makes when each text that it asks about has its personal data hidden: all are looked at at once."""
    texts: dict[str, str] = {}
    make(lambda text: texts.setdefault(text, text))
    for text, found in zip([*texts], find_pii([*texts]), strict=True):
        if found:
            texts[text] = mask(text, found)[0]
    return make(texts.__getitem__)


def _changed(row: Found, change: _Change, *, in_turns: bool) -> Found:
    return replace(
        row,
        file=change(row.file),
        question=change(row.question) if in_turns else row.question,
        answer=change(row.answer) if in_turns else row.answer,
        facts={key: change(value) for key, value in row.facts.items()},
        evidence=[
            replace(
                quote,
                document=change(quote.document),
                section=[change(heading) for heading in quote.section],
                text=change(quote.text),
            )
            for quote in row.evidence
        ],
    )


def _changed_sample(sample: Sample, change: _Change) -> Sample:
    return replace(
        sample,
        place=change(sample.place),
        question=change(sample.question),
        answer=change(sample.answer),
        old_question=None if sample.old_question is None else change(sample.old_question),
        old_answer=None if sample.old_answer is None else change(sample.old_answer),
    )
