"""Rows that mean the same: found by any function that embeds, counted whole, and only reported."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import InputError
from curation.semantic import describe_semantic, find_semantic
from curation.sentence_model import open_sentence_model

TEXTS = ["재고 실사는 언제 하나요?", "재고 실사 언제 해?", "점심 메뉴 좀 골라 줘.", "", "재고 실사는 언제 하나요?"]


def syllables(texts):
    """A vector of how often each syllable stands in a text."""
    known = sorted(set("".join(TEXTS)))
    return np.array([[text.count(one) for one in known] for text in texts], np.float32)


def test_texts_that_are_near_are_paired_with_their_cosine_the_nearest_first():
    found = find_semantic(TEXTS, syllables, 0.6)
    assert found.pairs.tolist() == [[0, 4], [0, 1], [1, 4]]
    assert found.cosines[0] == pytest.approx(1, abs=1e-6) and 0.6 <= found.cosines[1] < 1
    assert (found.texts, found.count) == (5, 3)


def test_a_text_without_a_vector_is_near_to_none():
    assert find_semantic(["", ""], syllables, 0.01).count == 0


def test_of_many_pairs_all_are_counted_and_the_nearest_kept():
    found = find_semantic(["재고"] * 20, syllables, 0.9, most_pairs=7)
    assert (found.count, len(found.pairs)) == (190, 7)


def test_no_text_gives_no_pair():
    assert find_semantic([], syllables, 0.5).count == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40), st.floats(0.1, 0.9), st.integers(0, 9))
def test_blocks_find_what_every_pair_by_itself_finds(count, threshold, seed):
    vectors = np.random.default_rng(seed).normal(size=(count, 5)).astype(np.float32)
    texts = [str(number) for number in range(count)]
    found = find_semantic(texts, lambda asked: vectors[[int(text) for text in asked]], threshold)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) if count else vectors
    cosines = {pair: float(unit[pair[0]] @ unit[pair[1]]) for pair in combinations(range(count), 2)}
    sure = {pair for pair, cosine in cosines.items() if cosine >= threshold + 1e-5}
    likely = {pair for pair, cosine in cosines.items() if cosine >= threshold - 1e-5}
    assert sure <= {tuple(pair) for pair in found.pairs.tolist()} <= likely


def test_the_manifest_names_the_model_and_the_rows():
    told = describe_semantic(find_semantic(TEXTS, syllables, 0.6), list("abcde"), {"name": "음절"}, 0.6, shown=1)
    assert told == {
        "model": {"name": "음절"}, "threshold": 0.6, "texts": 5, "pairs": 3,
        "nearest": [{"rows": ["a", "e"], "cosine": 1.0}],
    }  # fmt: skip


def test_a_model_of_a_folder_embeds_alike_alone_and_in_company(tmp_path):
    transformers = pytest.importorskip("sentence_transformers")
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    known = sorted(set("".join(TEXTS)))
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, **{s: n for n, s in enumerate(known, 1)}}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    weights = np.random.default_rng(0).normal(size=(len(known) + 1, 16)).astype(np.float32)
    modules = [StaticEmbedding(tokenizer, embedding_weights=weights), Normalize()]
    transformers.SentenceTransformer(modules=modules, device="cpu").save(
        str(tmp_path / "모델"), create_model_card=False
    )
    model = open_sentence_model(str(tmp_path / "모델"), "--semantic")
    together = model.embed(TEXTS[:3])
    assert np.array_equal(together, np.concatenate([model.embed([text]) for text in TEXTS[:3]]))
    assert find_semantic(TEXTS, model.embed, 0.999).pairs.tolist() == [[0, 4]]
    assert model.identity == open_sentence_model(str(tmp_path / "모델"), "--semantic").identity


@pytest.mark.parametrize("name", ["org/no-such-model", "no model's name!"])
def test_a_model_that_is_not_on_the_disk_says_how_to_fetch_it(name):
    pytest.importorskip("sentence_transformers")
    with pytest.raises(InputError, match="--semantic"):
        open_sentence_model(name, "--semantic")


def test_a_folder_without_a_model_is_an_error(tmp_path):
    pytest.importorskip("sentence_transformers")
    with pytest.raises(InputError, match="no sentence-transformers model"):
        open_sentence_model(str(tmp_path), "--semantic")
