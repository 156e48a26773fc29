"""The optional NLI gate: whether a pair's evidence entails its answer, as a cross-encoder on this machine judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from curation.errors import InputError
from curation.sentence_model import CrossEncoded, open_cross_encoder
from datagen.gates import Pair

# (premise, hypothesis) pairs in, probabilities of entailment (0..1) out, same order.
Entails = Callable[[Sequence[tuple[str, str]]], list[float]]


@dataclass(frozen=True, slots=True)
class Nli:
    """A loaded model as an `Entails`; `identity` names all that decides its judgement, for the manifest."""

    model: CrossEncoded
    column: int

    @property
    def identity(self) -> Mapping[str, object]:
        """Name, revision and longest text in tokens: a longer one is cut there."""
        return self.model.identity

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        logits = self.model.logits(pairs).astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return [float(share) for share in odds[:, self.column] / odds.sum(axis=1)]


def open_nli(name: str, *, download: bool = False) -> Nli:
    """A cross-encoder trained on NLI, by folder or name; the network is asked only if `download`.

    Its config must name its labels, in any order and case, with or without neutral (entailment, not_entailment).
    Raises InputError where it does not (LABEL_0 says nothing), where there is but one column, as in a reranker, whose
    relevance is no entailment, and where the model or the library is missing.
    """
    model = open_cross_encoder(name, "llm.nli", download=download)
    columns = [place for place, label in enumerate(model.labels) if _is_entailment(label)]
    if len(columns) != 1 or len(model.labels) < 2:
        raise InputError(
            f"llm.nli: {name}", f"labels its answers {', '.join(model.labels) or 'not at all'}, not entailment",
            mend="give a model trained on NLI whose config.json names entailment in id2label, or leave llm.nli empty",
            mend_ko="config.json 의 id2label 에 entailment 가 적힌 NLI 모델을 지정하거나 llm.nli 를 비우세요",
        )  # fmt: skip
    return Nli(model, columns[0])


def nli_faults(pairs: Sequence[Pair], entails: Entails, least: float) -> list[str | None]:
    """Which answer, of a pair or of a turn before it, its evidence entails with less than `least` (0..1), or None.

    A refusal is passed over: that something is not written nowhere is what no quote can entail.
    """
    answers = [(place, turn) for place, pair in enumerate(pairs) for turn in pair.turns if turn.is_answerable]
    shares = entails([(_premise(turn), turn.body) for _, turn in answers])
    faults: list[str | None] = [None] * len(pairs)
    for (place, turn), share in zip(answers, shares, strict=True):
        # Written so that a share that is no number fails.
        if faults[place] is None and not share >= least:
            faults[place] = f"entailed with {share:.2f}, at least {least:g} asked: {turn.answer}"
    return faults


def _premise(pair: Pair) -> str:
    """The quotes, a line each, below the headings they stand under: a heading often holds the subject."""
    headings = dict.fromkeys(" > ".join(span.section) for span in pair.evidence)
    return "\n".join([*filter(None, headings), *(span.quote for span in pair.evidence)])


def _is_entailment(label: str) -> bool:
    """`ENTAILMENT`, `entailed`; not `not_entailment`, `non-entailment`."""
    plain = label.lower()
    return "entail" in plain and not plain.startswith(("no", "un"))
