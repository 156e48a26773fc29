import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pii_cases import impersonal, personal

from curation.pii.check_digits import (
    birth_date,
    business_holds,
    corporation_holds,
    ean_holds,
    luhn_holds,
    resident_holds,
)
from curation.pii.find import find_pii

CORPORA = Path(__file__).parent.parent / "corpora"
GOLD = [json.loads(line) for line in (CORPORA / "gold/pii.jsonl").read_text(encoding="utf-8").splitlines()]


def found_in(text):
    return [[found.kind, text[found.start : found.end]] for found in find_pii([text])[0]]


def test_the_gold_table_is_large_and_holds_both_sorts():
    assert len(GOLD) >= 300
    assert sum(not row["found"] for row in GOLD) >= 150


def test_every_row_of_the_gold_table_is_found_as_it_stands():
    texts = [row["text"] for row in GOLD]
    wrong = [
        (row["text"], row["found"], got)
        for row, found in zip(GOLD, find_pii(texts), strict=True)
        if (got := [[one.kind, row["text"][one.start : one.end]] for one in found]) != row["found"]
    ]
    assert not wrong


def test_generated_identifiers_are_found_whatever_stands_around_them():
    cases = list(personal(2_600))
    missed = [
        (text, kind)
        for (text, kind, start, end), found in zip(cases, find_pii([text for text, *_ in cases]), strict=True)
        if not any((one.kind, one.start, one.end) == (kind, start, end) for one in found)
    ]
    assert len(missed) <= 0.01 * len(cases), missed[:20]


def test_dates_barcodes_orders_and_places_are_nobodys():
    cases = list(impersonal(6_000))
    wrong = [
        (text, found) for (text, _), found in zip(cases, find_pii([text for text, _ in cases]), strict=True) if found
    ]
    assert not wrong


def sentences(rows):
    return [row["text"] if row["text"][-1] in ".?!" else row["text"] + "." for row in rows]


def test_what_stands_in_the_sentences_around_it_makes_no_difference():
    random = Random(20)
    with_data, without = [row for row in GOLD if row["found"]], [row for row in GOLD if not row["found"]]
    missed = total = 0
    for row in random.choices(with_data, k=1_000):
        before, after = sentences(random.choices(without, k=2))
        have = found_in(f"{before} {row['text']} {after}")
        total += len(row["found"])
        missed += sum(datum not in have for datum in row["found"])
    assert missed <= 0.01 * total
    wrong = [text for _ in range(1_000) if found_in(text := " ".join(sentences(random.choices(without, k=3))))]
    assert not wrong


def test_the_handbook_holds_no_personal_data():
    texts = [path.read_text(encoding="utf-8") for path in sorted((CORPORA / "wms").rglob("*.md"))]
    assert len(texts) > 100
    assert not any(find_pii(texts))


@pytest.mark.parametrize(
    "text",
    [
        "품번 010-1234-5678",
        "운송장 01012345678",
        "로케이션 02-345-6789",
        "주문번호 880101-1234567",
        "주문번호 4111222233334448",
    ],
)
def test_a_word_for_a_thing_directly_before_it_makes_it_the_things_number(text):
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("송장 1234-5678-9012, 수령인 010-1234-5678", "010-1234-5678"),
        ("주문 010-1234-5678로 하세요", "010-1234-5678"),
        ("재고 문의는 010-1234-5678입니다", "010-1234-5678"),
        ("02-345-6789/010-1234-5678", "010-1234-5678"),
        ("010-일이삼사-오육칠팔로 전화해", "010-일이삼사-오육칠팔"),
    ],
)
def test_a_telephone_stays_one_beside_such_words(text, number):
    assert ["phone", number] in found_in(text)


def test_resident_numbers_without_check_digit_are_found():
    # Numbers given since October 2020 have none (주민등록법 시행규칙 제2조).
    assert not resident_holds("2107044123456")
    assert found_in("아기는 210704-4123456으로 등록했어") == [["rrn", "210704-4123456"]]
    assert found_in("2107044123456") == []


def test_a_korean_barcode_is_no_birth_in_1988():
    barcode = "8801011234567"
    assert birth_date(barcode) and ean_holds(barcode)
    assert found_in(f"{barcode}을 스캔했어요") == []
    assert found_in(f"주민번호 {barcode}") == [["rrn", barcode]]


def test_a_companys_number_is_no_ones():
    assert corporation_holds("1101111234569")
    assert found_in("110111-1234569") == []


def test_check_digits_hold_for_known_numbers_and_for_no_neighbour():
    for holds, number in (
        (luhn_holds, "4111111111111111"),  # every payment handbook's test card
        (ean_holds, "4006381333931"),  # a known one
        (business_holds, "1234567891"),
        (resident_holds, "8801011234568"),
    ):
        assert holds(number)
        last = int(number[-1])
        assert not any(holds(number[:-1] + str(other)) for other in range(10) if other != last)


@given(st.lists(st.text(st.sampled_from("0189-. 공일가로길시구@:a()A\n１"), max_size=60), max_size=6))
def test_each_text_is_read_alone_and_spans_ascend_within_it(texts):
    together = find_pii(texts)
    assert together == [find_pii([text])[0] for text in texts]
    for text, found in zip(texts, together, strict=True):
        ends = [place for one in found for place in (one.start, one.end)]
        assert ends == sorted(ends) and all(one.start < one.end for one in found)
        assert not ends or (ends[0] >= 0 and ends[-1] <= len(text))


def test_what_cannot_be_encoded_and_what_is_empty_is_read():
    assert find_pii([]) == []
    assert find_pii(["", "\ud800 010-1234-5678", "👍" * 5 + "010-1234-5678"])[0] == ()
    assert found_in("👍👍010-1234-5678") == [["phone", "010-1234-5678"]]
