"""What would happen, before it does: every row's fate, the ledger of rows and tokens, the reasons not to start."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from curation.manifest import Manifest
from trainer import recipe as recipes
from trainer.encode import Example, encode, keep_whole_turns, marker_id, missing_markers
from trainer.rows import Row, read_rows
from trainer.templates import Messages, Template, render

SPLITS = ("train", "valid", "test")
# Counted among the manifest's leaks, and none: a short answer (네, 맞습니다) may answer questions of two splits.
_RIGHTLY_SHARED = ("shared_answers",)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one row: trained where `reason` is None, else dropped for it.

    `tokens` are those of the rendered row (0 where it cannot be rendered), `kept_tokens` those that are trained on,
    `learned_tokens` those of them that carry a label.
    """

    row_id: str
    split: str
    reason: str | None
    tokens: int
    kept_tokens: int
    learned_tokens: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The ledger of one split. Laws: read = trained + Σ dropped, cut ≤ trained, read tokens = tokens + lost_tokens."""

    read: int
    trained: int
    cut: int
    dropped: Mapping[str, int]
    tokens: int
    learned_tokens: int
    lost_tokens: int

    @property
    def dropped_share(self) -> float:
        """Dropped of read rows, 0..1; 0 where nothing was read."""
        return sum(self.dropped.values()) / self.read if self.read else 0.0

    @property
    def learned_share(self) -> float:
        """Learned of trained tokens, 0..1; 0 where nothing is trained."""
        return self.learned_tokens / self.tokens if self.tokens else 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason not to train, and what would mend it (English and Korean). Exit code 1: whole, but not fit."""

    what: str
    mend: str
    mend_ko: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The examples to train on per split, every row's fate in reading order, and why not to start."""

    examples: Mapping[str, list[Example]]
    fates: list[Fate]
    refusals: list[Refusal]

    def tallies(self) -> dict[str, Tally]:
        """The ledger per split, in the order of SPLITS."""
        return {split: tally(fate for fate in self.fates if fate.split == split) for split in SPLITS}


def prepare(
    manifest: Manifest, tokenizer: Tokenizer, template: Template, rules: recipes.Rows, model: Path | None
) -> Ready:
    """Read, judge and encode every split, and ask every reason not to start; `model` is asked for its limits if given.

    A tokenizer without the template's markers can encode nothing: then no row is read and that is the only refusal.
    """
    examples: dict[str, list[Example]] = {split: [] for split in SPLITS}
    fates: list[Fate] = []
    refusals = refuse_markers(tokenizer, template)
    if refusals:
        return Ready(examples, fates, refusals)
    for split in SPLITS:
        examples[split], split_fates = judge(list(read_rows(manifest, split)), split, tokenizer, template, rules)
        fates.extend(split_fates)
    ready = Ready(examples, fates, [])
    refusals = [*refuse_rows(ready.tallies(), rules), *refuse_manifest(manifest, rules)]
    if model is not None:
        refusals += refuse_model(model, tokenizer, rules)
    return replace(ready, refusals=refusals)


def judge(
    rows: Sequence[Row], split: str, tokenizer: Tokenizer, template: Template, rules: recipes.Rows
) -> tuple[list[Example], list[Fate]]:
    """The examples of the rows that are trained, and one Fate per row, both in the rows' order."""
    reasons = [unfit(row.messages) for row in rows]
    rendered = [render(template, row.messages) for row, reason in zip(rows, reasons, strict=True) if reason is None]
    encoded = iter(encode(tokenizer, rendered))
    end_id = marker_id(tokenizer, template.end)
    examples: list[Example] = []
    fates: list[Fate] = []
    for row, reason in zip(rows, reasons, strict=True):
        if reason is not None:
            fates.append(Fate(row.row_id, split, reason, 0, 0, 0))
            continue
        whole = next(encoded)
        kept = _fitted(whole, end_id, rules)
        if kept is None:
            fates.append(Fate(row.row_id, split, "too_long", len(whole.input_ids), 0, 0))
            continue
        examples.append(kept)
        fates.append(Fate(row.row_id, split, None, len(whole.input_ids), len(kept.input_ids), kept.learned_tokens))
    return examples, fates


def unfit(messages: Messages) -> str | None:
    """Why a conversation cannot be trained, or None: after an optional system message, user and assistant in turns."""
    turns = messages[1:] if messages and messages[0]["role"] == "system" else messages
    roles = [message["role"] for message in turns]
    if "assistant" not in roles:
        return "no_assistant_turn"
    if roles != ["user", "assistant"] * (len(roles) // 2):
        return "turns_out_of_order"
    if any(not message["content"].strip() for message in turns if message["role"] == "assistant"):
        return "empty_answer"
    if any(not message["content"].strip() for message in turns if message["role"] == "user"):
        return "empty_question"
    return None


def tally(fates: Iterable[Fate]) -> Tally:
    """The sums over `fates`; reasons in alphabetical order."""
    fates = list(fates)
    trained = [fate for fate in fates if fate.reason is None]
    tokens = sum(fate.kept_tokens for fate in trained)
    return Tally(
        read=len(fates),
        trained=len(trained),
        cut=sum(fate.kept_tokens < fate.tokens for fate in trained),
        dropped=dict(sorted(Counter(fate.reason for fate in fates if fate.reason is not None).items())),
        tokens=tokens,
        learned_tokens=sum(fate.learned_tokens for fate in trained),
        lost_tokens=sum(fate.tokens for fate in fates) - tokens,
    )


def ledger(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """The tallies as plain data, for `training.json`."""
    return {split: asdict(counted) for split, counted in tallies.items()}


def refuse_markers(tokenizer: Tokenizer, template: Template) -> list[Refusal]:
    """Asked before anything is encoded: without its end marker an answer would never learn to stop."""
    return [
        Refusal(
            f"the tokenizer has no token {marker} that the template {template.name} needs",
            "take the tokenizer of the model that the template belongs to",
            "이 템플릿에 맞는 모델의 토크나이저를 쓰세요",
        )
        for marker in missing_markers(tokenizer, template)
    ]


def refuse_rows(tallies: Mapping[str, Tally], rules: recipes.Rows) -> list[Refusal]:
    """Nothing to train, or more rows lost in a split than the recipe allows."""
    refusals = []
    if not tallies["train"].trained:
        refusals.append(Refusal(
            f"no row of the train split can be trained ({_counts(tallies['train'].dropped) or 'it is empty'})",
            "look at the reasons; python -m curation run makes the dataset anew",
            "사유를 확인하고 python -m curation run 으로 데이터셋을 다시 만드세요",
        ))  # fmt: skip
    for split, counted in tallies.items():
        if counted.dropped_share > rules.most_dropped_share:
            refusals.append(Refusal(
                f"{split}: {counted.dropped_share:.1%} of the rows would be dropped ({_counts(counted.dropped)}), "
                f"the recipe allows {rules.most_dropped_share:.1%}",
                "raise rows.max_tokens, mend the rows, or allow it with --set rows.most_dropped_share=…",
                "rows.max_tokens 를 늘리거나 행을 고치거나 --set rows.most_dropped_share=… 로 허용하세요",
            ))  # fmt: skip
    return refusals


def refuse_manifest(manifest: Manifest, rules: recipes.Rows) -> list[Refusal]:
    """What the manifest itself says against training: leaks between splits, answers less polite than promised."""
    refusals = []
    leaks = {
        name: count for name, count in manifest.data.get("leaks", {}).items() if count and name not in _RIGHTLY_SHARED
    }
    if leaks:
        refusals.append(Refusal(
            f"the manifest counts leaks between its splits ({_counts(leaks)}): evaluation would be too good to be true",
            "make the dataset again with python -m curation run; its splits are free of leaks",
            "python -m curation run 으로 다시 나누세요. 분할 사이에 새는 행이 없어야 합니다",
        ))  # fmt: skip
    share = polite_share(manifest)
    promised = manifest.data.get("target_answer") == "polite"
    if promised and share is not None and share < rules.least_polite_share:
        refusals.append(Refusal(
            f"the manifest promises polite answers, but {share:.1%} of them are (the recipe asks for "
            f"{rules.least_polite_share:.1%})",
            "make the dataset again: python -m curation run drops such rows; or --set rows.least_polite_share=…",
            "python -m curation run 으로 다시 만들면 그런 행이 빠집니다. --set rows.least_polite_share=… 도 됩니다",
        ))  # fmt: skip
    return refusals


def polite_share(manifest: Manifest) -> float | None:
    """The polite share (0..1) of the answers that have a level, from the manifest's level matrix (user × assistant).

    None where the manifest has no such matrix, or no answer with a level.
    """
    matrix = manifest.data.get("statistics", {}).get("all", {}).get("levels", {})
    answers: Counter[str] = Counter()
    for row in matrix.values():
        answers.update(row)
    levelled = answers.total() - answers["neutral"]
    return answers["polite"] / levelled if levelled else None


def refuse_model(folder: Path, tokenizer: Tokenizer, rules: recipes.Rows) -> list[Refusal]:
    """What the model's `config.json` says against the run: rows longer than its context, tokens it does not know."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    refusals = []
    context = config.get("max_position_embeddings")
    if context is not None and rules.max_tokens > context:
        refusals.append(Refusal(
            f"rows.max_tokens is {rules.max_tokens}, the model reads {context}",
            f"--set rows.max_tokens={context}", f"--set rows.max_tokens={context} 로 줄이세요",
        ))  # fmt: skip
    known = config.get("vocab_size")
    if known is not None and tokenizer.get_vocab_size() > known:
        refusals.append(Refusal(
            f"the tokenizer has {tokenizer.get_vocab_size()} tokens, the model knows {known}",
            "take the tokenizer.json of the model's own folder", "그 모델 폴더의 tokenizer.json 을 쓰세요",
        ))  # fmt: skip
    return refusals


def _fitted(whole: Example, end_id: int, rules: recipes.Rows) -> Example | None:
    if len(whole.input_ids) <= rules.max_tokens:
        return whole
    return keep_whole_turns(whole, end_id, rules.max_tokens) if rules.long_rows == "keep_whole_turns" else None


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
