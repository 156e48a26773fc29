"""A pair as a writer gives it, and with all that the gates ask of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation.korean.kiwi import tokenise
from curation.korean.speech_level import MessageTag, SpeechLevel, tag_messages, tag_speech_levels
from datagen.documents import Evidence
from datagen.fidelity.analysed import Analysed
from datagen.retrieval.search import Standing

if TYPE_CHECKING:
    from kiwipiepy import Token

_LIST_MARK = re.compile(r"^(\d+)\. ", re.MULTILINE)
_ORDINAL = re.compile(r"\d+단계")
ITEM = re.compile(r"^(?:- |\d+\. )", re.MULTILINE)
_NATIVE_COUNTS = "영 한 두 세 네 다섯 여섯 일곱 여덟 아홉 열".split()


@dataclass(frozen=True, slots=True)
class Origin:
    """The language model that wrote a pair: its name, its terms, the version of its prompts and what they told it."""

    model: str
    terms: str | None
    prompt: str
    instructions: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and its answer as a writer gives them; `unconverted` says why the answer is not polite yet.

    `before` is the turn that comes first in a dialogue; `noise` names what makes a question look as people type;
    `origin` is the model that wrote it, if one did.
    """

    kind: str
    persona: str
    question: str
    question_level: SpeechLevel
    answer: str
    evidence: tuple[Evidence, ...]
    unconverted: str | None = None
    before: Pair | None = None
    is_answerable: bool = True
    noise: str | None = None
    answer_level: SpeechLevel = SpeechLevel.HAPSYO
    origin: Origin | None = None

    @property
    def body(self) -> str:
        """The answer without the numbering of its list."""
        return _LIST_MARK.sub("", self.answer)

    @property
    def turns(self) -> tuple[Pair, ...]:
        """The pairs of a dialogue, this one last."""
        return (*(self.before.turns if self.before else ()), self)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A pair with all that the gates ask of it, found once for all pairs."""

    pair: Pair
    standing: Standing
    asked: Analysed
    said: Analysed  # the answer without the numbering of its list
    quotes: tuple[Analysed, ...]  # of each piece of evidence; the first carries the fact
    headings: tuple[Analysed, ...]  # that they stand under, without morphemes
    question_level: SpeechLevel
    answer_tag: MessageTag
    exempt: tuple[str, ...]
    before: Inspected | None = None

    @property
    def question_tokens(self) -> Sequence[Token]:
        """The morphemes of the question."""
        return self.asked.tokens

    @property
    def evidence_tokens(self) -> list[Token]:
        """The morphemes of all quotes."""
        return [token for quote in self.quotes for token in quote.tokens]

    @property
    def quotes_by_line(self) -> list[list[Analysed]]:
        """The quotes that stand in one line of their document together, in reading order: the cells of a row."""
        lines: dict[tuple[str, int], list[tuple[int, Analysed]]] = {}
        for one, quote in zip(self.pair.evidence, self.quotes, strict=True):
            line = one.document.text.rfind("\n", 0, one.start)
            lines.setdefault((one.document.sha256, line), []).append((one.start, quote))
        return [[quote for _, quote in sorted(line, key=lambda one: one[0])] for line in lines.values()]

    @property
    def quoted(self) -> str:
        """All quotes, one a line."""
        return "\n".join(evidence.quote for evidence in self.pair.evidence)


def inspect(
    pairs: Sequence[Pair], standings: Sequence[Standing], words: tuple[str, ...],
    asked_tokens: Sequence[Sequence[Token]] | None = None,
) -> list[Inspected]:  # fmt: skip
    """Analyse questions, answers and quotes in a few large calls; the turns before a pair share its standing.

    `asked_tokens` are the morphemes of the questions where they are known already.
    """
    bodies = [pair.body for pair in pairs]
    questions = [pair.question for pair in pairs]
    asked_tokens = tokenise(questions, words) if asked_tokens is None else asked_tokens
    # Headings and columns are quoted again and again.
    quotes = list(dict.fromkeys(evidence.quote for pair in pairs for evidence in pair.evidence))
    read = {quote: Analysed(quote, tokens) for quote, tokens in zip(quotes, tokenise(quotes, words), strict=True)}
    titles = {title: Analysed(title, ()) for pair in pairs for one in pair.evidence for title in one.section}
    led = [(pair.before, standing) for pair, standing in zip(pairs, standings, strict=True) if pair.before is not None]
    earlier = iter(inspect([before for before, _ in led], [standing for _, standing in led], words) if led else ())
    return [
        Inspected(
            pair, standing, Analysed(pair.question, asked), Analysed(body, said),
            tuple(read[evidence.quote] for evidence in pair.evidence),
            tuple(titles[title] for title in dict.fromkeys(title for one in pair.evidence for title in one.section)),
            level.level, tag, _exempt(pair),
            next(earlier) if pair.before is not None else None,
        )
        for pair, body, standing, asked, said, level, tag in zip(
            pairs, bodies, standings, asked_tokens, tokenise(bodies, words),
            tag_speech_levels(questions, words), tag_messages([pair.answer for pair in pairs], words), strict=True,
        )
    ]  # fmt: skip


def _exempt(pair: Pair) -> tuple[str, ...]:
    """What the number law leaves out (contract.md): list numbering, the items' count, and the number of a step."""
    counted = count_of_items(pair)
    return (*_LIST_MARK.findall(pair.answer), *([counted] if counted else []), *steps_asked(pair))


def steps_asked(pair: Pair) -> list[str]:
    """The steps of a numbered list that an answer names as its question did: 3단계에서는."""
    return sorted(set(_ORDINAL.findall(pair.question)).intersection(_ORDINAL.findall(pair.answer)))


def count_of_items(pair: Pair) -> str:
    """The number that an answer gives for the items it lists (3가지, 세 가지); empty where it gives none."""
    count = len(ITEM.findall(pair.answer))
    spelt = _NATIVE_COUNTS[count] if count < len(_NATIVE_COUNTS) else str(count)
    counted = re.search(rf"(?<!\d)(?:{count}|(?<![가-힣]){spelt}) ?(?:가지|개)", pair.answer) if count else None
    return counted[0].replace(" ", "") if counted else ""


def as_evidence(evidence: Evidence, turn: int) -> Mapping[str, object]:
    """A span as contract.md writes it."""
    return {
        "document": evidence.document.name, "sha256": evidence.document.sha256, "start": evidence.start,
        "end": evidence.end, "quote": evidence.quote, "section": list(evidence.section), "turn": turn,
    }  # fmt: skip
