"""Tokens are counted by the tokenizer that is given, in any process, and nothing in a text is a marker."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from curation.errors import InputError
from curation.tokens import load_counter

FILE = Path(__file__).parent.parent / "corpora/tokenizer.json"
TEXTS = ["재고 실사는 매월 말일에 합니다.", "", "ㅋㅋ 네", "WMS 3번 도크\n확인"]


def test_counts_are_those_of_the_tokenizer():
    tokenizer = Tokenizer.from_file(str(FILE))
    assert load_counter(FILE)(TEXTS) == [len(tokenizer.encode(text, add_special_tokens=False)) for text in TEXTS]


def test_a_counter_travels_to_another_process():
    counter = load_counter(FILE)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(counter, TEXTS).result() == counter(TEXTS)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe", b'{"version": "1.0"}'])
def test_what_is_no_tokenizer_is_refused_in_two_languages(tmp_path, content):
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as error:
        load_counter(path)
    assert "tokenizer" in str(error.value)


def test_a_file_that_changed_is_not_counted_with(tmp_path):
    path = tmp_path / "tokenizer.json"
    path.write_bytes(FILE.read_bytes())
    counter = load_counter(path)
    path.write_bytes(FILE.read_bytes() + b"\n")
    from curation.tokens import _open

    _open.cache_clear()
    with pytest.raises(InputError, match="changed"):
        counter(TEXTS)
