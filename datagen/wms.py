"""The story: documents → passages → index → candidates → pairs → gates → a folder of grounded candidates."""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from curation.errors import InputError, run_command
from curation.files import canonical_json, sha256_bytes, sha256_file
from curation.manifest import find_done
from curation.recipe import load_recipe, recipe_digest, recipe_path
from curation.words import load_words
from datagen.contexts import Context, ground_pairs
from datagen.corpus import Corpus, read_corpus
from datagen.documents import Document, Line, Table
from datagen.extract.dialogue import dialogues
from datagen.extract.help.faq import faqs
from datagen.extract.help.symptom import symptoms
from datagen.extract.help.trouble import troubles
from datagen.extract.lists.listing import listings
from datagen.extract.procedures.procedure import procedures
from datagen.extract.procedures.steps import steps
from datagen.extract.prose.adjunct import adjuncts
from datagen.extract.prose.caution import cautions
from datagen.extract.prose.condition import conditions
from datagen.extract.prose.contrast import contrasts
from datagen.extract.prose.definition import defined_term, definitions
from datagen.extract.prose.feature import features
from datagen.extract.prose.means import means
from datagen.extract.prose.number import numbers
from datagen.extract.prose.only import onlys
from datagen.extract.prose.permission import permissions
from datagen.extract.prose.plain import plain_facts
from datagen.extract.prose.purpose import purposes
from datagen.extract.prose.role import roles
from datagen.extract.prose.when import whens
from datagen.extract.reading import Candidate, Reading, Sentence
from datagen.extract.screens.fields import fields
from datagen.extract.screens.values import values
from datagen.extract.tables.absent import near_misses
from datagen.extract.tables.rows import comparisons, followups, rows
from datagen.extract.tables.table import cells
from datagen.extract.tables.two_hop import two_hops
from datagen.folder import JOURNAL, KIND, OURS, Source, Written, code_versions, progress, show_counts, write_folder
from datagen.gates import Inspected, first_fault
from datagen.outcome import Rejected, Writing
from datagen.quota import over_quota
from datagen.readers.files import find_documents
from datagen.recipe import Recipe
from datagen.retrieval.embedding import Embedder
from datagen.uniqueness import repeats
from datagen.write import write_pairs

HANDBOOK = Path(__file__).parent.parent / "corpora" / "wms"
GLOSSARY = HANDBOOK / "용어집.md"
RECIPE = Path(__file__).with_suffix(".toml")
WORDS = Path(__file__).with_name("words.txt")  # of the trade: Kiwi reads 입고 as a verb else
# What each document tells of itself, and what only several tell together.
EXTRACTORS: tuple[Callable[[Reading], Iterator[Candidate]], ...] = (
    definitions, purposes, features, procedures, steps, conditions, whens, permissions, onlys, cautions, roles,
    adjuncts, plain_facts, means, troubles, faqs, fields, values, listings, symptoms, cells, rows, comparisons,
    contrasts, numbers, followups,
)  # fmt: skip
ACROSS: tuple[Callable[[Sequence[Reading]], Iterator[tuple[Document, Candidate]]], ...] = (two_hops,)
OnStep = Callable[[str], None]
# The writer on a language model: from a corpus, the extractors' pairs and the most plans, to what became of them.
WriteMore = Callable[[Corpus, Sequence[Inspected], int | None, OnStep], Writing]
JUDGE_VOTES = 3


@dataclass(frozen=True, slots=True)
class Drafted:
    """A corpus, and what the extractors make of it."""

    corpus: Corpus
    kept: list[Inspected]
    rejected: list[Rejected]


def write_dataset(
    docs: Sequence[Path],
    recipe: Recipe,
    *,
    words: tuple[str, ...],
    limit: int | None,
    on_step: OnStep,
    embedder: Embedder | None = None,
    index: Path | None = None,
    write_more: WriteMore | None = None,
) -> Written:
    """The road from documents to judged pairs; `write_more` is the writer on a language model, if one writes.

    Of an earlier `index` a model's vectors are taken over where they hold. `limit`: only the first facts, or of a
    language model's plans the first. Raises InputError where no document can be read, or no pair can come of them.
    """
    first_facts = limit if write_more is None else None
    drafted = draft_pairs(docs, recipe, words=words, limit=first_facts, on_step=on_step, embedder=embedder, index=index)
    writing = None if write_more is None else write_more(drafted.corpus, drafted.kept, limit, on_step)
    corpus, kept, rejected = drafted.corpus, drafted.kept, drafted.rejected
    if writing is not None:
        on_step("judging all pairs together · 전체 검사")
        kept, more = judge_together(writing.passed, recipe)
        rejected = [*writing.rejected, *more]

    contexts: list[tuple[Context, ...]] = []
    if recipe.contexts.size:
        on_step(f"putting passages before {len(kept)} questions · 문맥 붙이기")
        shape = recipe.contexts
        grounded = ground_pairs(
            [one.pair for one in kept], corpus.passages, corpus.searcher, size=shape.size,
            distractors=shape.distractors, oracle_share=shape.oracle_share, seed=recipe.seed,
        )  # fmt: skip
        kept = [replace(one, pair=ground.pair) for one, ground in zip(kept, grounded, strict=True)]
        contexts = [ground.contexts for ground in grounded]
    return Written(corpus.documents, corpus.unreadable, corpus.searcher, kept, rejected, contexts, writing)


def draft_pairs(
    docs: Sequence[Path], recipe: Recipe, *, words: tuple[str, ...], limit: int | None, on_step: OnStep,
    embedder: Embedder | None = None, index: Path | None = None,
) -> Drafted:  # fmt: skip
    """What the extractors alone make of the documents; of their facts only the first `limit`."""
    corpus = read_corpus(docs, recipe.retrieval, words=words, on_step=on_step, embedder=embedder, index=index)

    on_step("finding facts · 사실 찾기")
    with_absent = recipe.contexts.size > 0
    drafts = find_facts(corpus.documents, corpus.sentences, words, with_absent=with_absent)[:limit]
    if not drafts and not recipe.llm.is_on:
        raise InputError(
            ", ".join(map(str, docs)), "no fact found: no definition, ordered steps, field list, table or condition",
            mend="give documents with headings, lists, tables or whole sentences",
            mend_ko="제목·목록·표나 온전한 문장이 있는 문서를 지정하세요",
        )  # fmt: skip

    on_step(f"writing {len(drafts)} questions and answers · 문답 쓰기")
    pairs = write_pairs(drafts, recipe, words)

    on_step(f"judging {len(pairs)} pairs · 검사")
    return Drafted(corpus, *judge(corpus.inspect(pairs), recipe))


def find_facts(
    documents: Sequence[Document], sentences: Mapping[Line, tuple[Sentence, ...]], words: tuple[str, ...] = (), *,
    with_absent: bool = False,
) -> list[tuple[Document, Candidate]]:  # fmt: skip
    """Every candidate of every document, in the order of EXTRACTORS and ACROSS; `with_absent`, near misses too.

    `words` is the word list that the sentences were read with.
    """
    terms = frozenset(_glossary_terms(documents)) | {
        term for parts in sentences.values() for part in parts if (term := defined_term(part))
    }
    readings = [Reading(document, sentences, terms, words) for document in documents]
    alone = [(reading, candidate) for reading in readings for extract in EXTRACTORS for candidate in extract(reading)]
    by_document = {reading.document.name: reading for reading in readings}
    across = (*ACROSS, near_misses) if with_absent else ACROSS
    joined = [(by_document[document.name], candidate) for tell in across for document, candidate in tell(readings)]
    joined += [(by_document[document.name], candidate) for document, candidate in dialogues(alone)]
    return [(reading.document, reading.cite_title(candidate)) for reading, candidate in [*alone, *joined]]


def judge(found: Sequence[Inspected], recipe: Recipe) -> tuple[list[Inspected], list[Rejected]]:
    """Kept and rejected pairs: the gates one by one, then what only the whole set can tell; none is lost."""
    rejected: list[Rejected] = []
    passed: list[Inspected] = []
    for one in found:
        fault = first_fault(one, recipe.gates)
        if fault is None:
            passed.append(one)
        else:
            rejected.append(Rejected(one, *fault))
    kept, more = judge_together(passed, recipe)
    return kept, rejected + more


def judge_together(passed: Sequence[Inspected], recipe: Recipe) -> tuple[list[Inspected], list[Rejected]]:
    """Of pairs that passed the gates, what only the whole set can tell: repeats and quotas."""
    repeated = {index: Rejected(passed[index], gate, because) for index, gate, because in repeats(passed)}
    single = [one for index, one in enumerate(passed) if index not in repeated]
    over = over_quota(single, recipe.quota)
    rejected = [*repeated.values(), *(Rejected(single[index], "quota", why) for index, why in sorted(over.items()))]
    return [one for index, one in enumerate(single) if index not in over], rejected


def _glossary_terms(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents:
        for section in document.sections:
            for block in section.blocks:
                if isinstance(block, Table) and block.header[0].text == "용어":
                    yield from (row[0].text for row in block.rows if row[0].text)


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    docs: Annotated[list[Path] | None, typer.Argument(help="documents or folders; the WMS handbook if none")] = None,
    out: Annotated[Path, typer.Option(help="the folder to write")] = ...,  # type: ignore[assignment]
    recipe: Annotated[str, typer.Option(help="wms, or a TOML file")] = "wms",
    set_: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE over the recipe, in TOML")] = None,
    phrasings: Annotated[int | None, typer.Option(min=1, help="wordings per fact")] = None,
    seed: Annotated[int | None, typer.Option(help="another draw of registers and wordings")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="only the first facts found, for a look")] = None,
    words: Annotated[Path | None, typer.Option(help="word list: one a line, or a glossary's tables")] = None,
    source: Annotated[str | None, typer.Option(help="the dataset's name in each row")] = None,
    license_: Annotated[
        str | None, typer.Option("--license", help="SPDX licence of the documents; NOASSERTION if none is given")
    ] = None,
    embedder: Annotated[str | None, typer.Option(help="sentence-transformers model, by name or folder [embed]")] = None,
    download: Annotated[bool, typer.Option("--download", help="fetch that model where it is not on disk")] = False,
    contexts: Annotated[int | None, typer.Option(min=0, help="passages before each question; 0 for none")] = None,
    distractors: Annotated[int | None, typer.Option(min=0, help="of them, passages that only look right")] = None,
    oracle_share: Annotated[float | None, typer.Option(help="share of rows that show the answer's passage")] = None,
    model: Annotated[
        str | None, typer.Option(help="a language model writes: openai:NAME, any LangChain provider:NAME [llm]")
    ] = None,
    asker: Annotated[str | None, typer.Option(help="another model that asks")] = None,
    answerer: Annotated[str | None, typer.Option(help="another model that answers")] = None,
    judge: Annotated[str | None, typer.Option(help="a model that judges each pair by its evidence, 3 votes")] = None,
    base_url: Annotated[str | None, typer.Option(help="an OpenAI-compatible server: http://localhost:8000/v1")] = None,
    model_terms: Annotated[str | None, typer.Option(help="the models' terms of use; stand in every row")] = None,
    mode: Annotated[
        str | None, typer.Option(help="write, or rewrite: a weak model only rewords extracted pairs")
    ] = None,
    key_file: Annotated[Path | None, typer.Option(help="the key, if not in the provider's own variable")] = None,
    max_requests: Annotated[int | None, typer.Option(min=1, help="stop cleanly after so many requests")] = None,
    max_cost: Annotated[float | None, typer.Option(min=0, help="stop cleanly before so many US dollars")] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="ask nothing: leave requests for datagen.batch export")
    ] = False,
    trace: Annotated[bool, typer.Option("--trace", help="let LangSmith trace, where its variables say so")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="show what would be written or asked, and do neither")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="start over; what models answered stays in the journal")
    ] = False,
) -> None:
    """Write grounded Korean questions and answers from documents, with or without a language model."""
    from curation.dataset.run_facts import run_facts
    from curation.engine.sink import check_out

    given = {
        "phrasings": phrasings, "seed": seed, "retrieval.embedder": embedder, "contexts.size": contexts,
        "contexts.distractors": distractors, "contexts.oracle_share": oracle_share, "llm.mode": mode,
        **{f"llm.{role}.model": name for role, name in (("asker", asker or model), ("answerer", answerer or model))},
        "llm.judge.model": judge, "llm.votes": JUDGE_VOTES if judge else None,
        **{f"llm.{role}.terms": model_terms for role in ("asker", "answerer", "judge")},
        "connection.base_url": base_url, "connection.key_file": str(key_file) if key_file else None,
        "connection.max_requests": max_requests, "connection.max_cost": max_cost,
    }  # fmt: skip
    overrides = [f"{key}={json.dumps(value)}" for key, value in given.items() if value is not None]
    resolved = load_recipe(Recipe, recipe_path(RECIPE.parent, recipe), [*overrides, *(set_ or [])])
    where = _documents(docs, source, license_)
    glossary = words or (GLOSSARY if where.docs == (HANDBOOK,) else None)
    word_list = tuple(sorted({*load_words(WORDS), *(load_words(glossary) if glossary else ())}))
    sentence_model = open_embedder(resolved.retrieval.embedder, download=download)
    asks = (asker, answerer, judge, base_url, model_terms, mode, key_file, max_requests, max_cost, batch or None)
    if not resolved.llm.is_on and any(one is not None for one in asks):
        raise InputError(
            "--model", "is missing: an option for a language model was given, and no model",
            mend="add --model openai:NAME, or leave the option out",
            mend_ko="--model openai:이름 을 더하거나 그 옵션을 빼세요",
        )  # fmt: skip
    prompts = nli = None
    if resolved.llm.is_on:
        from datagen.llm.prompts import load_prompts

        prompts = load_prompts(resolved.llm.prompts)
    if prompts and resolved.llm.nli and not dry_run:
        from datagen.llm.nli import open_nli

        nli = open_nli(resolved.llm.nli, download=download)
    identity = {
        "inputs": _digests(where.docs), "recipe_sha256": recipe_digest(resolved),
        "words_sha256": sha256_bytes(canonical_json(word_list)), "limit": limit, "source": where.name,
        "license": where.license, "versions": code_versions(),
        "embedder": dict(sentence_model.identity) if sentence_model else None,
        "prompts": prompts.versions if prompts else None, "nli": dict(nli.identity) if nli else None,
    }  # fmt: skip
    check_out(out, KIND, OURS, may_stand_alone=frozenset(JOURNAL))
    done = None if fresh or dry_run else find_done(out, identity)
    if done is not None and not done.data.get("unfinished"):
        print(f"{out}: nothing to do, all is done · 이미 끝났습니다 (--fresh: 처음부터 다시)")
        return
    if dry_run and prompts:
        with progress() as on_step:
            drafted = draft_pairs(
                where.docs, resolved, words=word_list, limit=None, on_step=on_step, embedder=sentence_model
            )
        from datagen.llm.dry_run import show_dry_run

        show_dry_run(drafted.corpus, drafted.kept, resolved, prompts, limit)
        return
    started = time.perf_counter()
    write_more = None
    if prompts:
        from datagen.llm.writer import open_writer

        write_more = open_writer(resolved, prompts, out, nli, is_batch=batch, trace=trace)
    with progress() as on_step:
        written = write_dataset(
            where.docs, resolved, words=word_list, limit=limit, on_step=on_step, embedder=sentence_model,
            index=out / "index", write_more=write_more,
        )  # fmt: skip
        if not dry_run and not written.waiting:
            on_step("writing the folder · 저장")
            from datagen.llm.calls.keys import redacted

            run = run_facts(redacted(shlex.join(["python", "-m", "datagen.wms", *sys.argv[1:]]), ()), started)
            write_folder(written, out, where, resolved, identity, run)
    if written.waiting:
        print(
            f"{out}: {written.waiting:,} requests wait · 요청 {written.waiting:,}건이 기다립니다\n"
            f"  → python -m datagen.batch export {out}, then import {out} ANSWERS, then this command again\n"
            f"  → python -m datagen.batch export {out} 로 내보내고, 결과를 import 한 뒤 이 명령을 다시 실행하세요"
        )
        return
    show_counts(written, "nothing written · 쓰지 않음" if dry_run else str(out), is_whole=limit is None)
    if written.writing and written.writing.unfinished:
        why = ", ".join(f"{reason} {count:,}" for reason, count in written.writing.unfinished.items())
        print(
            f"{sum(written.writing.unfinished.values()):,} plans not asked to the end ({why})\n"
            "  → the same command goes on with them; after a cap, with a higher one\n"
            "  → 같은 명령을 다시 실행하면 이어서 묻습니다. 한도에 닿았으면 한도를 올리세요"
        )
    if not written.kept or written.is_capped:
        raise typer.Exit(1)


def open_embedder(name: str, *, download: bool) -> Embedder | None:
    """The model that a recipe names, or None for the offline embedder."""
    if not name:
        return None
    from datagen.retrieval.sentence_model import open_sentence_embedder

    return open_sentence_embedder(name, download=download)


def _documents(docs: Sequence[Path] | None, name: str | None, license_: str | None) -> Source:
    """What was asked for, or the handbook of the clone."""
    if docs:
        return Source(tuple(docs), _named(name, docs[0].absolute().name), _named(license_, "NOASSERTION"))
    if not HANDBOOK.is_dir():
        raise InputError(
            "DOCS", "no documents given, and the handbook lies only in a clone of the project",
            mend="python -m datagen.wms FOLDER --out DIR",
            mend_ko="문서 폴더를 지정하세요: python -m datagen.wms 폴더 --out DIR",
        )  # fmt: skip
    return Source((HANDBOOK,), _named(name, "dadeum-wms-handbook"), _named(license_, "CC-BY-4.0"))


def _named(given: str | None, default: str) -> str:
    """What was given, if it says anything."""
    return given.strip() if given and given.strip() else default


def _digests(docs: Sequence[Path]) -> list[dict[str, str]]:
    """The name and digest of each document's bytes: what a run hangs on; empty for one that may not be read."""
    return [
        {"document": name, "sha256": sha256_file(path) if os.access(path, os.R_OK) else ""}
        for name, path in find_documents(docs)
    ]


if __name__ == "__main__":
    run_command(app)
