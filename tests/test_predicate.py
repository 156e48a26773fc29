"""The final predicate: found, and joined with another ending."""

import pytest

from curation.korean.predicate import final_predicates, with_ending


@pytest.mark.parametrize(
    ("text", "ending", "expected"),
    [
        ("스캐너가 바코드를 읽지 못한다.", "면", "스캐너가 바코드를 읽지 못하면"),
        ("라벨을 만든다", "려면", "라벨을 만들려면"),
        ("짐을 싣는다", "으려면", "짐을 실으려면"),
        ("수량이 많다", "면", "수량이 많으면"),
        ("보류 재고다", "면", "보류 재고이면"),
        ("문은 3분 안에 닫는다.", "어", "문은 3분 안에 닫아"),
    ],
)
def test_a_predicate_takes_another_ending_and_keeps_all_before_it(text, ending, expected):
    predicate = final_predicates([text])[0]
    assert predicate is not None
    assert with_ending(text, predicate, ending) == expected
