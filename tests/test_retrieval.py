"""Retrieval: BM25 and FAISS against plain arithmetic, and an index that outlives its process."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import InputError
from datagen.documents import Document
from datagen.passages import split_passages
from datagen.readers.markdown import read_markdown
from datagen.retrieval.bm25 import BM25
from datagen.retrieval.embedding import hashed_morphemes, inverse_document_frequency
from datagen.retrieval.search import build_searcher
from datagen.retrieval.store import FaissStore, KiwiEmbeddings

WORDS = st.lists(st.sampled_from(["재고", "실사", "입고", "출고", "보류", "wms"]), min_size=1, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=5), WORDS)
def test_bm25_equals_the_formula(documents, query):
    mean = sum(map(len, documents)) / len(documents)
    expected = []
    for document in documents:
        score = 0.0
        for term in query:
            containing = sum(term in other for other in documents)
            if not containing:
                continue
            idf = math.log(1 + (len(documents) - containing + 0.5) / (containing + 0.5))
            times = document.count(term)
            score += idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(document) / max(mean, 1)))
        expected.append(score)
    np.testing.assert_allclose(BM25.of(documents).scores([query])[0], expected, rtol=1e-5)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_embeddings_are_unit_vectors_whatever_the_order_of_words(documents):
    embed = hashed_morphemes(inverse_document_frequency(documents), 256)
    vectors = embed(documents)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(vectors, embed([document[::-1] for document in documents]))


def test_a_text_without_a_known_word_is_embedded_too():
    embed = hashed_morphemes(inverse_document_frequency([["재고"]]), 64)
    assert np.linalg.norm(embed([["처음"]])) == pytest.approx(1)
    assert np.linalg.norm(embed([[]])) == 0


def searcher(tmp_path):
    text = "# 창고\n\n## 보류\n\n보류 재고는 할당할 수 없다.\n\n## 실사\n\n순환 실사는 구역을 나누어 센다.\n"
    document = Document("창고.md", text, "0" * 64, read_markdown(text))
    passages = split_passages([document], most_chars=100)
    return build_searcher(passages, dimensions=256, words=()), passages


def test_a_question_stands_first_at_the_passage_that_answers_it(tmp_path):
    found, passages = searcher(tmp_path)
    home = next(number for number, passage in enumerate(passages) if "순환" in passage.text)
    standing = found.standings(["순환 실사는 어떻게 세나요?"], [[home]])[0]
    assert (standing.fused_rank, standing.rank) == (1, {"bm25": 1, "faiss": 1})
    assert all(margin > 0 for margin in standing.margin.values())
    wrong = found.standings(["순환 실사는 어떻게 세나요?"], [[1 - home]])[0]
    assert wrong.fused_rank == 2
    assert all(margin < 0 for margin in wrong.margin.values())


def test_an_index_is_saved_and_opened_without_pickle(tmp_path):
    found, passages = searcher(tmp_path)
    embedding = KiwiEmbeddings(found.embed, ())
    paths = found.store.save(tmp_path / "index", found.description)
    assert sorted(path.name for path in paths) == ["index.faiss", "index.json", "passages.jsonl"]
    opened = FaissStore.load(tmp_path / "index", embedding, found.description)
    hits = opened.as_retriever(search_kwargs={"k": 1}).invoke("보류 재고를 할당할 수 있나요?")
    assert [hit.page_content for hit in hits] == ["보류 재고는 할당할 수 없다."]
    assert hits[0].metadata["document"] == "창고.md"
    assert passages[0].text == hits[0].page_content


def test_an_index_of_another_embedder_is_refused(tmp_path):
    found, _ = searcher(tmp_path)
    found.store.save(tmp_path / "index", found.description)
    with pytest.raises(InputError, match="another dimensions"):
        FaissStore.load(tmp_path / "index", KiwiEmbeddings(found.embed, ()), {**found.description, "dimensions": 64})


@pytest.mark.parametrize("most_chars", [100, 200, 600])
def test_passages_cover_every_block_and_stay_short(request, most_chars):
    path = request.config.rootpath / "corpora" / "wms" / "재고" / "순환-실사.md"
    text = path.read_text(encoding="utf-8")
    document = Document("순환-실사.md", text, "0" * 64, read_markdown(text))
    passages = split_passages([document], most_chars=most_chars)
    covered = {offset for passage in passages for offset in range(passage.start, passage.end)}
    for section in document.sections:
        for block in section.blocks:
            from datagen.documents import block_lines

            for line in block_lines(block):
                assert set(line.offsets) <= covered
    assert all(passage.text == text[passage.start : passage.end] for passage in passages)
    assert all(len(passage.text) <= most_chars for passage in passages)
