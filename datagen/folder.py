"""datagen's folder (contract.md): candidates, rejected pairs, the documents they quote, the index, the manifest."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from curation.files import canonical_json, replacing, sha256_bytes
from curation.korean.kiwi import versions
from curation.manifest import Manifest, describe_file, own_version, write_manifest
from datagen.contexts import Context, as_context, user_turn
from datagen.difference import added
from datagen.documents import Document
from datagen.gates import Inspected, Pair, as_evidence
from datagen.outcome import Rejected, Writing
from datagen.readers.files import Unreadable
from datagen.recipe import Recipe
from datagen.retrieval.search import Searcher

KIND = "candidates"
# What was asked of a model and what it answered, with SQLite's own files beside it; it outlives --fresh.
JOURNAL = ("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm")
OURS = frozenset({"candidates.jsonl", "rejected.jsonl", "documents", "index", "manifest.json", *JOURNAL})
GENERATOR, MODEL_GENERATOR = "dadeum-structure-first", "dadeum-language-model"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the documents lie, and the name and licence that every row carries."""

    docs: tuple[Path, ...]
    name: str
    license: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a run found, before anything is written."""

    documents: list[Document]
    unreadable: list[Unreadable]
    searcher: Searcher
    kept: list[Inspected]
    rejected: list[Rejected]
    contexts: list[tuple[Context, ...]] = field(default_factory=list)  # of each kept pair, where asked for
    writing: Writing | None = None  # of a language model, where one wrote

    @property
    def waiting(self) -> int:
        """Requests that wait for a batch file's answers."""
        return self.writing.waiting if self.writing else 0

    @property
    def is_capped(self) -> bool:
        """Whether a cap on requests or cost ended the run early."""
        return bool(self.writing and self.writing.unfinished.get("cap"))


def write_folder(
    written: Written, out: Path, source: Source, recipe: Recipe, identity: Mapping[str, Any], run: Mapping[str, Any]
) -> Manifest:
    """All files or none; the manifest last. `run` (times, memory) is the only part that differs between two runs."""
    from curation.engine.sink import staged, write_json_lines

    with staged(out) as stage:
        before = written.contexts or [()] * len(written.kept)
        kept = (as_record(found, source, shown) for found, shown in zip(written.kept, before, strict=True))
        write_json_lines(kept, stage / "candidates.jsonl")
        write_json_lines((_as_rejected(one, source) for one in written.rejected), stage / "rejected.jsonl")
        for document in written.documents:
            with replacing(stage / "documents" / f"{document.sha256}.txt") as file:
                file.write(document.text.encode())
        written.searcher.save(stage / "index")
        files = [describe_file(stage, path) for path in sorted(stage.rglob("*")) if path.is_file()]
        manifest = write_manifest(
            stage,
            {
                "kind": KIND, **identity, "generator": _main_generator(written),
                "recipe": recipe.model_dump(mode="json"), "files": files,
                "counts": count(written), **_writing(written.writing),
                "unreadable": [{"document": fault.name, "fault": fault.error.what} for fault in written.unreadable],
                "documents": {document.name: document.sha256 for document in written.documents},
                "readings": {
                    document.name: {"converter": document.converter, "remarks": list(document.remarks)}
                    for document in written.documents
                    if document.converter or document.remarks
                },
                "run": {**run, **(written.writing.run if written.writing else {})},
            },
        )  # fmt: skip
    return Manifest(out, manifest.data)


def as_record(found: Inspected, source: Source, contexts: Sequence[Context] = ()) -> dict[str, object]:
    """A candidate as contract.md writes it; its id hangs on its content alone."""
    pair = found.pair
    messages: list[dict[str, str]] = [
        {"role": role, "content": content}
        for turn in pair.turns
        for role, content in (("user", turn.question), ("assistant", turn.answer))
    ]
    messages[0]["content"] = user_turn(contexts, messages[0]["content"])
    evidence = [
        as_evidence(span, turn=2 * place + 1) for place, turn in enumerate(pair.turns) for span in turn.evidence
    ]
    return {
        "id": sha256_bytes(canonical_json([messages, evidence]))[:32],
        "messages": messages,
        "source": source.name,
        "license": source.license,
        "generator": _generator(pair),
        "evidence": evidence,
        **({"contexts": [as_context(context) for context in contexts]} if contexts else {}),
        "meta": {
            "kind": pair.kind, "persona": pair.persona, "question_level": pair.question_level.value,
            "answer_level": pair.answer_level.value, "answerable": pair.is_answerable, "rank": found.standing.rank,
            "margin": found.standing.margin, "exempt": list(found.exempt), "noise": pair.noise,
            "added": [text for _, _, text in added(pair.answer, [span.quote for span in pair.evidence])],
        },
    }  # fmt: skip


def code_versions() -> dict[str, str]:
    """What decides the pairs besides documents and recipe."""
    return {"dadeum": own_version(), **versions(), "faiss-cpu": version("faiss-cpu")}


def count(written: Written) -> dict[str, Any]:
    """Kept and rejected, by gate, kind, persona and question level."""
    kinds = sorted({one.pair.kind for one in written.kept} | {one.found.pair.kind for one in written.rejected})
    by_kind = {
        kind: {
            "kept": sum(one.pair.kind == kind for one in written.kept),
            **Counter(one.gate for one in written.rejected if one.found.pair.kind == kind),
        }
        for kind in kinds
    }
    return {
        "documents": len(written.documents),
        "passages": len(written.searcher.store.documents),
        "kept": len(written.kept),
        "rejected": len(written.rejected),
        "rejected_by_gate": dict(Counter(one.gate for one in written.rejected)),
        "by_kind": by_kind,
        "by_persona": dict(Counter(one.pair.persona for one in written.kept)),
        "by_question_level": dict(Counter(one.pair.question_level.value for one in written.kept)),
        "silent_documents": sorted({d.name for d in written.documents} - {_fact(one)[0] for one in written.kept}),
        "distinct_evidence": len({_fact(one) for one in written.kept}),
        **({"keep_rates": keep_rates(written)} if written.writing else {}),
    }


def show_counts(written: Written, where: str, *, is_whole: bool) -> None:
    """The table at the end: kept and rejected by kind and gate; what could not be read, on stderr."""
    from rich.console import Console
    from rich.table import Table as Grid

    counts = count(written)
    for fault in written.unreadable:
        Console(stderr=True).print(f"skipped · 건너뜀: {fault.error}", markup=False, highlight=False)
    for document in written.documents:
        for remark in document.remarks:
            print(f"{document.name}: {remark}", file=sys.stderr)
    if counts["silent_documents"] and is_whole:
        print(f"no pair from · 문답 없음: {', '.join(counts['silent_documents'])}", file=sys.stderr)
    kinds = Grid("kind", "kept 통과", "rejected 거절", title=f"{counts['documents']} documents → {where}")
    for kind, found in sorted(counts["by_kind"].items(), key=lambda item: (-item[1]["kept"], item[0])):
        kinds.add_row(kind, f"{found['kept']:,}", f"{sum(found.values()) - found['kept']:,}")
    kinds.add_section()
    kinds.add_row("total", f"{counts['kept']:,}", f"{counts['rejected']:,}")
    gates = Grid("gate", "rejected 거절", title="rejected.jsonl")
    for gate, total in sorted(counts["rejected_by_gate"].items(), key=lambda item: (-item[1], item[0])):
        gates.add_row(gate, f"{total:,}")
    for column in (*kinds.columns[1:], *gates.columns[1:]):
        column.justify = "right"
    beside = Grid.grid(padding=(0, 3))
    beside.add_row(kinds, gates)
    Console().print(beside)
    if written.writing is not None:
        from datagen.llm.summary import show_summary

        show_summary(counts["keep_rates"], written.writing.run)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Names each step on stderr while it runs, silent where that is no terminal; after Ctrl-C says how to go on."""
    from rich.console import Console

    console = Console(stderr=True)
    try:
        if sys.stderr.isatty():
            with console.status("") as status:
                yield status.update
        else:
            yield lambda _: None
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on · 멈췄습니다. 같은 명령을 다시 실행하면 이어 갑니다")
        raise


def _as_rejected(one: Rejected, source: Source) -> dict[str, object]:
    return {**as_record(one.found, source), "gate": one.gate, "reason": one.gate, "because": one.because}


def _generator(pair: Pair) -> dict[str, object]:
    """Who wrote a pair: the extractors, or a model under its terms."""
    if pair.origin is None:
        return {"name": GENERATOR, "version": own_version(), "model": None, "terms": None, "prompt": None}
    origin = pair.origin
    return {
        "name": MODEL_GENERATOR, "version": own_version(), "model": origin.model, "terms": origin.terms,
        "prompt": origin.prompt,
    }  # fmt: skip


def _main_generator(written: Written) -> dict[str, object]:
    """The models that wrote, with all their terms and prompts, or the extractors where none did."""
    origins = [one.pair.origin for one in written.kept] + [one.found.pair.origin for one in written.rejected]
    once = {origin.prompt: origin for origin in origins if origin is not None}
    named = [once[prompt] for prompt in sorted(once)]
    return {
        "name": MODEL_GENERATOR if named else GENERATOR, "version": own_version(),
        "model": _joined(origin.model for origin in named), "terms": _joined(origin.terms for origin in named),
        "prompt": _joined(origin.prompt for origin in named),
    }  # fmt: skip


def _joined(told: Iterable[str | None]) -> str | None:
    """Each part once, in order: openai:EXAONE + openai:EEVE; None where there is none."""
    parts = [part for one in told if one for part in one.split(" + ")]
    return " + ".join(dict.fromkeys(parts)) or None


def _writing(writing: Writing | None) -> dict[str, Any]:
    """What the manifest tells of a language model's part: `unfinished` plans are gone on with by the same command."""
    if writing is None:
        return {}
    return {
        "models": dict(writing.models), "unfinished": dict(writing.unfinished),
        "sent_back": {"pairs": writing.sent_back, "mended": writing.mended},
    }  # fmt: skip


def keep_rates(written: Written) -> list[dict[str, Any]]:
    """Pairs written and kept, and refused by which gate, of each model, version of its prompts, and kind."""
    rates: dict[tuple[str, str, str], Counter[str]] = {}
    for pair, gate in (
        *((one.pair, "kept") for one in written.kept), *((one.found.pair, one.gate) for one in written.rejected)
    ):  # fmt: skip
        if pair.origin is not None:
            rates.setdefault((pair.origin.model, pair.origin.prompt, pair.kind), Counter())[gate] += 1
    return [
        {"model": model, "prompt": prompt, "kind": kind, "written": gates.total(), "kept": gates["kept"],
         "rejected_by_gate": {gate: total for gate, total in sorted(gates.items()) if gate != "kept"}}
        for (model, prompt, kind), gates in sorted(rates.items())
    ]  # fmt: skip


def _fact(one: Inspected) -> tuple[str, int, int]:
    fact = one.pair.evidence[0]
    return fact.document.name, fact.start, fact.end
