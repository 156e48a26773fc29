"""What the plans came to: pairs that passed, refusals for the ledger, records for the journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from curation.files import canonical_json, sha256_bytes
from datagen.corpus import Corpus
from datagen.documents import cite
from datagen.gates import Inspected, Pair
from datagen.llm.calls.journal import Recorded
from datagen.llm.desk import Piece, model_of, origin_of
from datagen.llm.prompts import Prompts
from datagen.llm.request import Role
from datagen.outcome import Rejected, Writing, unread
from datagen.recipe import Recipe


def end(
    done: Sequence[Piece], drafts: Sequence[Inspected], corpus: Corpus, recipe: Recipe, prompts: Prompts,
    waiting: int, run: Mapping[str, Any],
) -> Writing:  # fmt: skip
    """What the plans came to, with the extractors' own pairs where they stand in or beside."""
    passed: list[Inspected] = []
    rejected: list[Rejected] = []
    unfinished: Counter[str] = Counter()
    own = {id(one.pair): one for one in drafts}
    stand_ins: dict[int, Inspected] = dict(own) if recipe.llm.extracted == "all" else {}
    if recipe.llm.extracted == "fallback" and recipe.llm.mode == "rewrite":  # dialogues, which no plan rewords
        stand_ins = {key: one for key, one in own.items() if one.before is not None}
    for piece in done:
        reason = piece.because.partition(":")[0]
        if piece.gate == "lost" and reason != "rejected":  # what a server refuses (400) it refuses again
            unfinished[reason] += 1
        if piece.is_open and piece.found is not None:
            passed.append(piece.found)
            continue
        if piece.is_unsent:
            continue
        found = piece.found or unread(_as_pair(piece, corpus, recipe, prompts))
        rejected.append(Rejected(found, piece.gate, piece.because))
        if piece.plan.draft is not None and recipe.llm.extracted == "fallback":
            stand_ins[id(piece.plan.draft)] = own[id(piece.plan.draft)]
    back = [piece for piece in done if piece.was_sent_back]
    return Writing(
        [*passed, *stand_ins.values()], rejected, dict(sorted(unfinished.items())), waiting, len(back),
        sum(piece.is_open for piece in back), models_of(recipe), run,
    )  # fmt: skip


def _as_pair(piece: Piece, corpus: Corpus, recipe: Recipe, prompts: Prompts) -> Pair:
    """What is known of a pair that was never finished: what it was to be about, and what was asked."""
    if piece.pair is not None:
        return piece.pair
    plan = piece.plan
    if plan.kind == "rewrite" and plan.draft is not None:
        origin = origin_of(recipe, prompts, Role.REWRITER)
        return replace(plan.draft, persona=plan.persona, question_level=plan.level, origin=origin)
    passage = corpus.passages[plan.passages[0]]
    about = cite(passage.document, (passage.start, passage.end), passage.headings)
    return Pair(
        plan.kind, plan.persona, " ".join(piece.questions), plan.level, "", (about,),
        origin=origin_of(recipe, prompts, Role.ASKER, Role.ANSWERER),
    )  # fmt: skip


def as_record(piece: Piece, corpus: Corpus) -> Recorded:
    """A plan as the journal records it; its id hangs on what was planned, its parents are the requests it came from."""
    places = [
        [corpus.passages[number].document.sha256, corpus.passages[number].start] for number in piece.plan.passages
    ]
    plan = piece.plan
    seed = [plan.draft.question, plan.draft.answer] if plan.draft else []
    name = sha256_bytes(canonical_json([plan.kind, plan.level, plan.persona, plan.turns, places, seed]))[:32]
    state = "passed" if piece.is_open else "waiting" if piece.is_unsent else "rejected"
    return Recorded(name, state, f"{piece.gate}: {piece.because}" if piece.gate else "", piece.keys)


def models_of(recipe: Recipe) -> dict[str, Any]:
    """Who was asked in which role, and under which terms."""
    roles = [Role.ANSWERER, *([Role.ASKER] if recipe.llm.mode == "write" else [])]
    roles += [Role.JUDGE] if recipe.llm.votes else []
    return {
        role.value: {"model": model_of(recipe, role).model, "terms": model_of(recipe, role).terms or None}
        for role in roles
    }
