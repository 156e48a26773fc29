"""Encodings: decided by proof, named in a remark, refused where nothing proves them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import InputError
from curation.korean.hangul import normalise
from datagen.documents import lines
from datagen.readers.decoding import decode
from datagen.readers.files import read_document

WORDS = "입고한 상자의 수량을 세고 송장과 견준다. 다르면 담당자가 다시 센다. 보류 재고는 출고하지 않는다.".split()
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=8, max_size=30).map(" ".join)


@given(SENTENCES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949", "euc-kr"]))
def test_a_korean_text_is_read_in_whatever_encoding_it_came(text, encoding):
    assert decode(text.encode(encoding), "절차.txt")[0] == text


@pytest.mark.parametrize(
    ("encoding", "remark"),
    [("utf-8", ()), ("utf-8-sig", ()), ("cp949", ("read as CP949 · CP949 인코딩으로 읽었습니다",)), ("utf-16", ("read as UTF-16 LE · UTF-16 LE 인코딩으로 읽었습니다",)),
     ("utf-16-be", ("read as UTF-16 BE · UTF-16 BE 인코딩으로 읽었습니다",))],
)  # fmt: skip
def test_an_encoding_other_than_utf8_is_remarked(tmp_path, encoding, remark):
    path = tmp_path / "입고.txt"
    path.write_bytes("입고 절차\r\n\r\n송장을 보고 수량을 센다.\r\n".encode(encoding))
    document = read_document("입고.txt", path)
    assert document.remarks == remark
    assert [line.text for line in lines(document)] == ["입고 절차", "송장을 보고 수량을 센다."]


def test_letters_beyond_ks_x_1001_are_read_as_cp949():
    text = "쀍뜳 표시가 있는 상자는 똠방 구역에 두고 수량을 다시 센다."
    assert decode(text.encode("cp949"), "x.txt")[0] == text


def test_decomposed_text_is_composed_at_the_door():
    assert decode("입고".encode(), "x")[0] == normalise("입고")


@pytest.mark.parametrize(
    "data",
    [
        "입고한 상자를 센다.".encode("cp949") + b"\xff",  # a byte that is in no encoding
        "수량을 센다. ".encode("cp949") + "송장을 본다.".encode(),  # two encodings in one file
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\xff\xfe\x00\xd8\x00\xd8",  # UTF-16 with lone surrogates
        "상자를 센다.".encode("utf-16-le") + b"\x00",  # half a character at the end
    ],
)
def test_bytes_that_are_no_text_are_refused_with_a_way_to_mend_them(data):
    with pytest.raises(InputError, match="neither UTF-8, UTF-16 nor CP949") as caught:
        decode(data, "입고.txt")
    assert (caught.value.where, bool(caught.value.mend), bool(caught.value.mend_ko)) == ("입고.txt", True, True)


def test_a_page_s_own_word_decides_only_where_utf8_does_not():
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><body>{}</body></html>'
    cp949 = page.format("euc-kr", "재고").encode("cp949")
    assert decode(cp949, "x.html", is_html=True) == (
        page.format("euc-kr", "재고"),
        ("read as CP949 · CP949 인코딩으로 읽었습니다",),
    )
    lying = page.format("euc-kr", "재고를 센다").encode()
    assert decode(lying, "x.html", is_html=True) == (page.format("euc-kr", "재고를 센다"), ())
