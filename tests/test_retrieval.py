"""Retrieval: BM25 and FAISS against plain arithmetic, an index that is updated as if made anew, embedders by name."""

import json
import math
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import InputError
from curation.korean.kiwi import content_morphemes
from datagen.documents import Document, block_lines
from datagen.passages import split_passages
from datagen.readers.markdown import parse_markdown
from datagen.retrieval.bm25 import BM25
from datagen.retrieval.distractors import hard_distractors, seek
from datagen.retrieval.embedding import hashed_embedder, inverse_document_frequency, project
from datagen.retrieval.search import build_searcher, fuse, open_searcher, share_of_cosine
from datagen.retrieval.sentence_model import open_sentence_embedder
from datagen.retrieval.store import EmbedderEmbeddings, FaissStore

WORDS = st.lists(st.sampled_from(["재고", "실사", "입고", "출고", "보류", "wms"]), min_size=1, max_size=6)
TEXTS = {
    "보류": "# 창고\n\n## 보류\n\n보류 재고는 할당할 수 없다.\n",
    "실사": "# 창고\n\n## 실사\n\n순환 실사는 구역을 나누어 센다.\n",
    "반품": "# 반품\n\n반품 상자는 검수장에서 연다.\n",
    "도크": "# 도크\n\n도크는 화물차를 대는 자리다.\n\n## 예약\n\n도크 예약은 전날 저녁까지 받는다.\n",
}


def documents(names=("보류", "실사")):
    return [Document(f"{name}.md", TEXTS[name], f"{name}", parse_markdown(TEXTS[name]).sections) for name in names]


def searcher(names=("보류", "실사"), **options):
    passages = split_passages(documents(names), most_chars=100)
    return build_searcher(passages, words=(), **{"dimensions": 256, **options}), passages


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A sentence-transformers model of 16 dimensions, built here: one vector per syllable, averaged and normalised."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    syllables = sorted({character for text in TEXTS.values() for character in text if character.isalnum()})
    tokenizer = Tokenizer(
        models.WordLevel({"[UNK]": 0, **{s: n for n, s in enumerate(syllables, 1)}}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    weights = np.random.default_rng(0).normal(size=(len(syllables) + 1, 16)).astype(np.float32)
    folder = tmp_path_factory.mktemp("모델") / "작은 모델"
    built = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights), Normalize()], device="cpu"
    )
    built.save(str(folder), create_model_card=False)
    return folder


def bm25(documents, query):
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term in query:
            containing = sum(term in other for other in documents)
            if not containing:
                continue
            idf = math.log(1 + (len(documents) - containing + 0.5) / (containing + 0.5))
            times = document.count(term)
            score += idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(document) / max(mean, 1)))
        scores.append(score)
    return np.array(scores)


@given(st.lists(WORDS, min_size=1, max_size=5), WORDS)
def test_bm25_equals_the_formula(documents, query):
    np.testing.assert_allclose(
        BM25.of(documents, has_pairs=False).scores([query])[0], bm25(documents, query), rtol=1e-5
    )


@given(st.lists(WORDS, min_size=1, max_size=5), WORDS)
def test_pairs_of_neighbours_count_for_half(documents, query):
    paired = bm25([list(pairwise(document)) for document in documents], list(pairwise(query)))
    expected = bm25(documents, query) + paired / 2
    np.testing.assert_allclose(BM25.of(documents).scores([query])[0], expected, rtol=1e-5)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_embeddings_are_unit_vectors_whatever_their_neighbours(documents):
    embedder = hashed_embedder(documents, 256)
    vectors = embedder.passages([""] * len(documents), documents)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    for vector, document in zip(vectors, documents, strict=True):
        np.testing.assert_array_equal(embedder.passages([""], [document])[0], vector)
        np.testing.assert_array_equal(embedder.queries([""], [document])[0], vector)


def test_a_run_of_characters_that_no_document_holds_adds_no_noise_to_a_query():
    embedder = hashed_embedder([["재고", "실사"]], 64)
    whole, turned = embedder.queries([""] * 2, [["재고", "실사"], ["실사", "재고"]])
    weights = inverse_document_frequency([["재고", "실사", " 재고", " 고실", " 실사"]])
    np.testing.assert_array_equal(whole, project([["재고", "실사", " 재고", " 고실", " 실사"]], weights, 64)[0])
    np.testing.assert_array_equal(turned, project([["재고", "실사", " 재고", " 실사"]], weights, 64)[0])
    assert np.linalg.norm(embedder.queries([""], [["처음"]])) == pytest.approx(1)
    assert np.linalg.norm(embedder.queries([""], [[]])) == 0


@given(st.integers(1, 5), st.floats(0, 1))
def test_a_fusion_lies_between_its_parts(count, share):
    random = np.random.default_rng(count)
    one, other = (random.normal(size=(3, count)).astype(np.float32) for _ in range(2))
    fused = fuse(one, other, share)
    assert fused.shape == (3, count)
    assert ((fused >= 0) & (fused <= 1 + 1e-6)).all()
    np.testing.assert_array_equal(np.argsort(fuse(one, other, 0.0), axis=1), np.argsort(one, axis=1))


def test_the_hashed_cosine_counts_only_for_words_that_no_passage_holds():
    embedder, bm25 = hashed_embedder([["재고", "실사"]], 64), BM25.of([["재고", "실사"]])
    known, half, strange, empty = share_of_cosine(embedder, bm25, [["재고"], ["재고", "월말"], ["월말"], []])
    assert (known, half, strange, empty) == (0, embedder.share / 2, embedder.share, embedder.share)
    model = replace(embedder, reads_morphemes=False)
    assert share_of_cosine(model, bm25, [["재고"]]) == embedder.share


def test_morphemes_known_already_are_not_asked_for_again():
    found, _ = searcher(tuple(TEXTS))
    questions = ["도크 예약은 언제까지 받아?", "보류 재고는 할당돼?"]
    read = content_morphemes(questions)
    assert found.standings(questions, [[0], [1]], read) == found.standings(questions, [[0], [1]])


def test_a_question_stands_first_at_the_passage_that_answers_it():
    found, passages = searcher()
    home = next(number for number, passage in enumerate(passages) if "순환" in passage.text)
    standing = found.standings(["순환 실사는 어떻게 세나요?"], [[home]])[0]
    assert (standing.fused_rank, standing.rank) == (1, {"bm25": 1, "faiss": 1})
    assert all(margin > 0 for margin in standing.margin.values())
    wrong = found.standings(["순환 실사는 어떻게 세나요?"], [[1 - home]])[0]
    assert wrong.fused_rank == 2
    assert all(margin < 0 for margin in wrong.margin.values())


def test_a_question_without_a_known_word_stands_last():
    found, passages = searcher(tuple(TEXTS))
    standing = found.standings(["zzz?"], [[0]])[0]
    assert (standing.fused_rank, standing.rank["bm25"]) == (len(passages), len(passages))


@pytest.mark.parametrize("count", [1, 2, 99])
def test_the_nearest_passages_come_best_first(count):
    found, passages = searcher(tuple(TEXTS))
    nearest = found.nearest(["도크 예약은 언제까지 받아?", "보류 재고는 할당돼?"], count)
    assert ["도크 예약은" in passages[nearest[0][0]].text, "보류 재고는" in passages[nearest[1][0]].text] == [
        True,
        True,
    ]
    assert [len(set(numbers)) for numbers in nearest] == [min(count, len(passages))] * 2


def test_scores_are_asked_in_batches_that_fit_the_memory():
    found, passages = searcher(tuple(TEXTS))
    questions = ["도크 예약은 언제까지 받아?", "보류 재고는 할당돼?", "반품 상자는 어디서 열어?"]
    whole = found.standings(questions, [[0], [1], [2]])
    assert replace(found, most_scores=len(passages)).standings(questions, [[0], [1], [2]]) == whole


def test_a_distractor_is_near_and_silent():
    found, passages = searcher(tuple(TEXTS))
    home = next(number for number, passage in enumerate(passages) if "전날 저녁" in passage.text)
    question, answer = "도크 예약은 언제까지 받아?", "도크 예약은 전날 저녁까지 받습니다."
    sought = seek([question], [answer], ["전날 저녁"], [[home]], ())
    chosen = hard_distractors(found, [question], sought, 2)[0]
    assert "화물차" in passages[chosen[0]].text
    assert home not in chosen
    assert all("저녁" not in passages[number].text for number in chosen)


def test_an_index_is_saved_and_opened_without_pickle(tmp_path):
    found, passages = searcher()
    paths = found.save(tmp_path / "색인")
    assert sorted(path.name for path in paths) == ["index.faiss", "index.json", "morphemes.jsonl", "passages.jsonl"]
    opened = open_searcher(tmp_path / "색인")
    hits = opened.store.as_retriever(search_kwargs={"k": 1}).invoke("보류 재고를 할당할 수 있나요?")
    assert [hit.page_content for hit in hits] == ["보류 재고는 할당할 수 없다."]
    assert hits[0].metadata["document"] == "보류.md"
    assert passages[0].text == hits[0].page_content
    question = ["순환 실사는 어떻게 세나요?"]
    assert opened.standings(question, [[1]]) == found.standings(question, [[1]])


@pytest.mark.parametrize("name", ["index.faiss", "passages.jsonl", "morphemes.jsonl", "index.json"])
def test_a_damaged_index_is_refused_and_never_taken_over(tmp_path, name):
    found, passages = searcher()
    found.save(tmp_path)
    whole = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / name).write_bytes(whole[name][:-2])
    with pytest.raises(InputError):
        open_searcher(tmp_path)
    build_searcher(passages, words=(), dimensions=256, previous=tmp_path).save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == whole


def test_an_index_of_another_embedder_is_refused(tmp_path, model):
    found, _ = searcher()
    found.save(tmp_path)
    embeddings = EmbedderEmbeddings(found.embedder, ())
    with pytest.raises(InputError, match="another dimensions"):
        FaissStore.load(tmp_path, embeddings, {**found.description, "dimensions": 64})
    with pytest.raises(InputError, match="another dimensions, embedder"):
        open_searcher(tmp_path, open_sentence_embedder(str(model)))
    searcher(embedder=open_sentence_embedder(str(model)))[0].save(tmp_path)
    with pytest.raises(InputError, match="another embedder"):
        open_searcher(tmp_path)


def saved(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("embedder", ["hashed", "model"])
def test_an_updated_index_equals_one_made_from_nothing(embedder, model):
    given_embedder = open_sentence_embedder(str(model)) if embedder == "model" else None

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.lists(st.sampled_from(sorted(TEXTS)), unique=True, min_size=1), min_size=2, max_size=4))
    def law(states):
        with TemporaryDirectory() as place:
            kept, fresh = Path(place) / "kept", Path(place) / "fresh"
            for names in states:
                searcher(names, embedder=given_embedder, previous=kept)[0].save(kept)
            searcher(states[-1], embedder=given_embedder)[0].save(fresh)
            assert saved(kept) == saved(fresh)

    law()


def test_only_what_changed_is_embedded_again(tmp_path, model):
    from dataclasses import replace

    opened, asked = open_sentence_embedder(str(model)), []

    def watched(texts, morphemes):
        asked.extend(texts)
        return opened.passages(texts, morphemes)

    embedder = replace(opened, passages=watched)
    searcher(("보류", "실사"), embedder=embedder)[0].save(tmp_path)
    asked.clear()
    searcher(("보류", "반품"), embedder=embedder, previous=tmp_path)[0].save(tmp_path)
    assert asked == ["반품\n반품 상자는 검수장에서 연다."]
    assert "순환" not in (tmp_path / "passages.jsonl").read_text(encoding="utf-8")


def test_nothing_is_taken_over_from_another_word_list(tmp_path):
    searcher()[0].save(tmp_path)
    passages = split_passages(documents(), most_chars=100)
    updated = build_searcher(passages, words=("순환실사",), dimensions=256, previous=tmp_path)
    assert updated.morphemes == build_searcher(passages, words=("순환실사",), dimensions=256).morphemes
    assert json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))["words"] == []


def test_a_folder_s_model_embeds_and_names_itself(model):
    embedder = open_sentence_embedder(str(model))
    vectors = embedder.passages(["보류 재고", "도크 예약", "!?"], [[], [], []])
    assert vectors.shape == (3, embedder.dimensions) == (3, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(embedder.queries(["도크 예약"], [[]])[0], vectors[1])
    assert embedder.passages([], []).shape == (0, 16)
    assert embedder.identity == open_sentence_embedder(str(model)).identity
    assert len(embedder.identity["revision"]) == 64


def test_a_model_on_disk_searches_through_langchain(model, tmp_path):
    embedder = open_sentence_embedder(str(model))
    searcher(tuple(TEXTS), embedder=embedder)[0].save(tmp_path)
    hits = open_searcher(tmp_path, embedder).store.similarity_search("도크 예약은 전날 저녁까지", k=1)
    assert "예약" in hits[0].page_content


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("BAAI/bge-m3", "hf download BAAI/bge-m3"),
        ("없는 폴더/모델", "give a folder"),
        ("empty", "is no sentence-transformers model"),
    ],
)
def test_a_model_that_is_not_on_disk_is_never_fetched_unasked(name, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as error:
        open_sentence_embedder(name)
    assert said in str(error.value)


def test_without_sentence_transformers_the_error_names_the_extra(tmp_path):
    script = (
        "import sys\nsys.modules['sentence_transformers'] = None\n"
        "from datagen.retrieval.sentence_model import open_sentence_embedder\n"
        "try:\n    open_sentence_embedder('.')\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.startswith("InputError")
    assert "dadeum[embed]" in done.stdout


def test_the_store_is_a_langchain_retriever_of_every_kind():
    store = searcher(tuple(TEXTS))[0].store
    question = "도크 예약은 언제까지 받나요?"
    for options in (
        {"search_type": "similarity", "search_kwargs": {"k": 2}},
        {"search_type": "mmr", "search_kwargs": {"k": 2, "fetch_k": 4, "lambda_mult": 0.7}},
        {"search_type": "similarity_score_threshold", "search_kwargs": {"k": 2, "score_threshold": 0.5}},
    ):
        hits = store.as_retriever(**options).invoke(question)
        assert "예약" in hits[0].page_content
        assert len(hits) <= 2
    strict = {"search_type": "similarity_score_threshold", "search_kwargs": {"k": 4, "score_threshold": 0.55}}
    assert len(store.as_retriever(**strict).invoke(question)) < len(store.documents)
    assert store.similarity_search_by_vector(store.embeddings.embed_query(question), k=1)[0].id == store.similarity_search(
        question, k=1
    )[0].id  # fmt: skip


def test_documents_are_found_by_id_replaced_and_deleted():
    store = searcher(tuple(TEXTS))[0].store
    before = [document.id for document in store.documents]
    store.add_texts(["도크 잠금은 반장이 푼다."], [{"document": "새 글"}], ids=["새"])
    assert store.similarity_search("도크 잠금은 누가 풀어?", k=1)[0].id == "새"
    store.add_texts(["지게차는 반장이 세운다."], ids=["새"])
    assert [document.page_content for document in store.get_by_ids(["새", "없음"])] == ["지게차는 반장이 세운다."]
    assert store.delete(["새", "없음"])
    assert [document.id for document in store.documents] == before
    assert store.index.ntotal == len(before) == len(store.vectors)
    assert store.delete()
    assert (store.documents, store.similarity_search("도크", k=3)) == ([], [])


def test_a_store_is_made_of_texts():
    embeddings = EmbedderEmbeddings(searcher(tuple(TEXTS))[0].embedder, ())
    store = FaissStore.from_texts(["보류 재고", "도크 예약"], embeddings, [{"n": 1}, {"n": 2}])
    assert store.similarity_search_with_score("도크 예약", k=1)[0][0].metadata == {"n": 2}
    assert store.add_texts([]) == []


@pytest.mark.parametrize("most_chars", [100, 200, 600])
def test_passages_cover_every_block_and_stay_short(request, most_chars):
    path = request.config.rootpath / "corpora" / "wms" / "재고" / "순환-실사.md"
    text = path.read_text(encoding="utf-8")
    document = Document("순환-실사.md", text, "0" * 64, parse_markdown(text).sections)
    passages = split_passages([document], most_chars=most_chars)
    covered = {offset for passage in passages for offset in range(passage.start, passage.end)}
    for section in document.sections:
        for block in section.blocks:
            for line in block_lines(block):
                assert set(line.offsets) <= covered
    assert all(passage.text == text[passage.start : passage.end] for passage in passages)
    assert all(len(passage.text) <= most_chars for passage in passages)
    for passage in passages:
        assert tuple(text[start:end] for start, end in passage.heading_spans) == passage.headings


def test_a_passage_keeps_the_markup_that_opens_and_closes_it():
    text = "# 화면\n\n- **수량**: 센 개수\n- **단위**: `EA`\n\n| 가 | 나 |\n|---|---|\n| 하나 | 둘 |\n\n1. **연다**\n"
    document = Document("화면.md", text, "0" * 64, parse_markdown(text).sections)
    whole = split_passages([document], most_chars=200)
    assert [passage.text for passage in whole] == [text.removeprefix("# 화면\n\n").rstrip()]
    pieces = [passage.text for passage in split_passages([document], most_chars=32)]
    assert pieces == ["- **수량**: 센 개수\n- **단위**: `EA`", "| 가 | 나 |\n|---|---|\n| 하나 | 둘 |", "1. **연다**"]
