"""The story: documents → passages → index → candidates → pairs → gates → a folder of grounded candidates."""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation.errors import InputError, run_command
from curation.files import canonical_json, sha256_bytes, sha256_file
from curation.korean.kiwi import contents, tokenise
from curation.manifest import find_done
from curation.recipe import load_recipe, recipe_digest, recipe_path
from curation.words import load_words
from datagen.contexts import Context, ground_pairs
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
from datagen.extract.reading import Candidate, Reading, Sentence, read_sentences
from datagen.extract.screens.fields import fields
from datagen.extract.screens.values import values
from datagen.extract.tables.absent import near_misses
from datagen.extract.tables.rows import comparisons, followups, rows
from datagen.extract.tables.table import cells
from datagen.extract.tables.two_hop import two_hops
from datagen.folder import KIND, OURS, Rejected, Source, Written, code_versions, progress, show_counts, write_folder
from datagen.gates import Inspected, Pair, first_fault, inspect
from datagen.passages import Passage, passage_morphemes, passages_of, split_passages
from datagen.quota import over_quota
from datagen.readers.files import find_documents, read_documents
from datagen.recipe import Recipe
from datagen.retrieval.embedding import Embedder
from datagen.retrieval.search import build_searcher
from datagen.uniqueness import repeats
from datagen.write import write_pairs

if TYPE_CHECKING:
    from kiwipiepy import Token

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


def write_dataset(
    docs: Sequence[Path],
    recipe: Recipe,
    *,
    words: tuple[str, ...],
    limit: int | None,
    on_step: OnStep,
    embedder: Embedder | None = None,
    index: Path | None = None,
) -> Written:
    """The road from documents to judged pairs; of an earlier `index` a model's vectors are taken over where they hold.

    Raises InputError where no document can be read.
    """
    on_step("reading documents · 문서 읽기")
    read = list(read_documents(find_documents(docs)))
    documents = [document for document in read if isinstance(document, Document)]
    unreadable = [fault for fault in read if not isinstance(fault, Document)]
    if not documents:
        raise unreadable[0].error

    on_step(f"analysing {len(documents)} documents · 분석")
    sentences = read_sentences(documents, words)
    passages = split_passages(documents, most_chars=recipe.retrieval.passage_chars)
    morphemes = passage_morphemes(
        passages, lambda line: [token for sentence in sentences.get(line, ()) for token in sentence.tokens]
    )
    searcher = build_searcher(
        passages, dimensions=recipe.retrieval.dimensions, words=words, embedder=embedder, previous=index,
        analysed=morphemes,
    )  # fmt: skip

    on_step("finding facts · 사실 찾기")
    drafts = find_facts(documents, sentences, words, with_absent=recipe.contexts.size > 0)[:limit]
    if not drafts:
        raise InputError(
            ", ".join(map(str, docs)), "no fact found: no definition, ordered steps, field list, table or condition",
            mend="give documents with headings, lists, tables or whole sentences",
            mend_ko="제목·목록·표나 온전한 문장이 있는 문서를 지정하세요",
        )  # fmt: skip

    on_step(f"writing {len(drafts)} questions and answers · 문답 쓰기")
    pairs = write_pairs(drafts, recipe, words)

    on_step(f"judging {len(pairs)} pairs · 검사")
    homes = passages_of(passages)
    questions = [" ".join(turn.question for turn in pair.turns) for pair in pairs]
    asked, morphemes_asked = _read_questions(pairs, words)
    standings = searcher.standings(questions, [_home(pair, passages, homes) for pair in pairs], morphemes_asked)
    kept, rejected = judge(inspect(pairs, standings, words, asked), recipe)

    contexts: list[tuple[Context, ...]] = []
    if recipe.contexts.size:
        on_step(f"putting passages before {len(kept)} questions · 문맥 붙이기")
        shape = recipe.contexts
        grounded = ground_pairs(
            [one.pair for one in kept], passages, searcher, size=shape.size, distractors=shape.distractors,
            oracle_share=shape.oracle_share, seed=recipe.seed,
        )  # fmt: skip
        kept = [replace(one, pair=ground.pair) for one, ground in zip(kept, grounded, strict=True)]
        contexts = [ground.contexts for ground in grounded]
    return Written(documents, unreadable, searcher, kept, rejected, contexts)


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
    repeated = {index: Rejected(passed[index], gate, because) for index, gate, because in repeats(passed)}
    single = [one for index, one in enumerate(passed) if index not in repeated]
    over = over_quota(single, recipe.quota)
    rejected += [*repeated.values(), *(Rejected(single[index], "quota", why) for index, why in sorted(over.items()))]
    return [one for index, one in enumerate(single) if index not in over], rejected


def _glossary_terms(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents:
        for section in document.sections:
            for block in section.blocks:
                if isinstance(block, Table) and block.header[0].text == "용어":
                    yield from (row[0].text for row in block.rows if row[0].text)


def _read_questions(pairs: Sequence[Pair], words: tuple[str, ...]) -> tuple[list[list[Token]], list[list[str]]]:
    """The morphemes of each pair's question, and the lemmas of all its turns' questions; each question is read once."""
    texts = list(dict.fromkeys(turn.question for pair in pairs for turn in pair.turns))
    read = dict(zip(texts, tokenise(texts, words), strict=True))
    return (
        [read[pair.question] for pair in pairs],
        [[lemma for turn in pair.turns for lemma in contents(read[turn.question])] for pair in pairs],
    )


def _home(pair: Pair, passages: Sequence[Passage], homes: dict[str, list[int]]) -> list[int]:
    """The passages that hold a pair's fact: its first span, or where that was cut, the pieces it touches."""
    fact = pair.evidence[0]
    own = homes[fact.document.name]
    return [number for number in own if passages[number].touches(fact.start, fact.end)]


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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would be written, and write nothing")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="start over, whatever lies in --out")] = False,
) -> None:
    """Write grounded Korean questions and answers from documents, without a language model."""
    from curation.describe import run_facts
    from curation.engine.sink import check_out

    given = {
        "phrasings": phrasings, "seed": seed, "retrieval.embedder": json.dumps(embedder) if embedder else None,
        "contexts.size": contexts, "contexts.distractors": distractors, "contexts.oracle_share": oracle_share,
    }  # fmt: skip
    overrides = [*(set_ or []), *(f"{key}={value}" for key, value in given.items() if value is not None)]
    resolved = load_recipe(Recipe, recipe_path(RECIPE.parent, recipe), overrides)
    where = _documents(docs, source, license_)
    glossary = words or (GLOSSARY if where.docs == (HANDBOOK,) else None)
    word_list = tuple(sorted({*load_words(WORDS), *(load_words(glossary) if glossary else ())}))
    model = open_embedder(resolved.retrieval.embedder, download=download)
    identity = {
        "inputs": _digests(where.docs), "recipe_sha256": recipe_digest(resolved),
        "words_sha256": sha256_bytes(canonical_json(word_list)), "limit": limit, "source": where.name,
        "license": where.license, "versions": code_versions(), "embedder": dict(model.identity) if model else None,
    }  # fmt: skip
    check_out(out, KIND, OURS)
    done = None if fresh or dry_run else find_done(out, identity)
    if done is not None:
        print(f"{out}: nothing to do, all is done · 이미 끝났습니다 (--fresh: 처음부터 다시)")
        return
    started = time.perf_counter()
    with progress() as on_step:
        written = write_dataset(
            where.docs, resolved, words=word_list, limit=limit, on_step=on_step, embedder=model, index=out / "index"
        )
        if not dry_run:
            on_step("writing the folder · 저장")
            command = shlex.join(["python", "-m", "datagen.wms", *sys.argv[1:]])
            write_folder(written, out, where, resolved, identity, run_facts(command, started))
    show_counts(written, "nothing written · 쓰지 않음" if dry_run else str(out), is_whole=limit is None)
    if not written.kept:
        raise typer.Exit(1)


def open_embedder(name: str, *, download: bool) -> Embedder | None:
    """The model that a recipe names, or None for the offline embedder."""
    if not name:
        return None
    from datagen.retrieval.sentence_model import open_sentence_model

    return open_sentence_model(name, download=download)


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
