"""The documents of a run, read, analysed, cut and indexed once, for every writer; and how pairs are inspected there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from curation.korean.kiwi import contents, tokenise
from datagen.documents import Document, Line
from datagen.extract.reading import Sentence, read_sentences
from datagen.gates import Inspected, Pair, inspect
from datagen.passages import Passage, passage_morphemes, passages_of, split_passages
from datagen.readers.files import Unreadable, find_documents, read_documents
from datagen.recipe import Retrieval
from datagen.retrieval.embedding import Embedder
from datagen.retrieval.search import Searcher, build_searcher

if TYPE_CHECKING:
    from kiwipiepy import Token


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents with their sentences, their passages and the index over them; `words` is the word list of it all."""

    documents: list[Document]
    unreadable: list[Unreadable]
    sentences: Mapping[Line, tuple[Sentence, ...]]
    passages: list[Passage]
    homes: dict[str, list[int]]  # the passages of each document, by its name
    searcher: Searcher
    words: tuple[str, ...]

    def inspect(self, pairs: Sequence[Pair]) -> list[Inspected]:
        """The pairs with all that the gates ask of them, same order; each question is analysed once."""
        asked, morphemes = _read_questions(pairs, self.words)
        questions = [" ".join(turn.question for turn in pair.turns) for pair in pairs]
        standings = self.searcher.standings(questions, [self._home(pair) for pair in pairs], morphemes)
        return inspect(pairs, standings, self.words, asked)

    def _home(self, pair: Pair) -> list[int]:
        """The passages that hold a pair's fact: its first span, or where that was cut, the pieces it touches."""
        fact = pair.evidence[0]
        own = self.homes[fact.document.name]
        return [number for number in own if self.passages[number].touches(fact.start, fact.end)]


def read_corpus(
    docs: Sequence[Path], retrieval: Retrieval, *, words: tuple[str, ...], on_step: Callable[[str], None],
    embedder: Embedder | None = None, index: Path | None = None,
) -> Corpus:  # fmt: skip
    """Read, analyse and index; of an earlier `index` a model's vectors are taken over where they hold.

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
    passages = split_passages(documents, most_chars=retrieval.passage_chars)
    morphemes = passage_morphemes(
        passages, lambda line: [token for sentence in sentences.get(line, ()) for token in sentence.tokens]
    )
    searcher = build_searcher(
        passages, dimensions=retrieval.dimensions, words=words, embedder=embedder, previous=index, analysed=morphemes
    )
    return Corpus(documents, unreadable, sentences, passages, passages_of(passages), searcher, words)


def _read_questions(pairs: Sequence[Pair], words: tuple[str, ...]) -> tuple[list[list[Token]], list[list[str]]]:
    """The morphemes of each pair's question, and the lemmas of all its turns' questions."""
    texts = list(dict.fromkeys(turn.question for pair in pairs for turn in pair.turns))
    read = dict(zip(texts, tokenise(texts, words), strict=True))
    return (
        [read[pair.question] for pair in pairs],
        [[lemma for turn in pair.turns for lemma in contents(read[turn.question])] for pair in pairs],
    )
