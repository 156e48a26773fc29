import json
import re
import unicodedata
from pathlib import Path

import pytest
from pii_cases import personal

from curation.pii.find import find_pii
from curation.pii.masks import mask
from curation.pii.pseudonyms import pseudonymise

GOLD = Path(__file__).parent.parent / "corpora/gold/pii.jsonl"
TEXTS = [row["text"] for row in map(json.loads, GOLD.read_text(encoding="utf-8").splitlines()) if row["found"]]
KEY = b"only for tests"


def masked(text):
    return mask(text, find_pii([text])[0])


def renamed(text, key=KEY):
    return pseudonymise(text, find_pii([text])[0], key)


def plain_digits(text):
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def applied(text, edits):
    for edit in reversed(edits):
        text = text[: edit["start"]] + edit["after"] + text[edit["end"] :]
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("010-1234-5678로 전화해.", "[전화번호]로 전화해."),
        ("010-1234-5671이에요", "[전화번호]예요"),
        ("010-1234-5670으로는 안 돼", "[전화번호]로는 안 돼"),
        ("010-1234-5671을 눌러", "[전화번호]를 눌러"),
        ("010-1234-5672는 없는 번호야", "[전화번호]는 없는 번호야"),
        ("010-1234-5678이고 이름은", "[전화번호]이고 이름은"),
        ("010-1234-5678이라고 했어", "[전화번호]라고 했어"),
        ("박창고(010-1234-5678)과 이재고", "박창고([전화번호])과 이재고"),
        ("kim@example.com으로 주세요", "[이메일주소]로 주세요"),
        ("12가 3456이 왔어", "[차량번호]가 왔어"),
        ("#@이름#은 #@전번#으로 전화했어요", "#@이름#은 #@전번#으로 전화했어요"),
    ],
)
def test_a_mask_names_the_kind_and_its_josa_agrees(text, expected):
    assert masked(text)[0] == expected


@pytest.mark.parametrize("change", [masked, renamed])
def test_edits_give_the_new_text_and_nothing_else_changes(change):
    for text in TEXTS:
        changed, edits = change(text)
        assert applied(text, edits) == changed
        places = [place for edit in edits for place in (edit["start"], edit["end"])]
        assert places == sorted(places)


@pytest.mark.parametrize("change", [masked, renamed])
def test_no_datum_stands_in_text_or_edits_afterwards(change):
    for text in TEXTS:
        changed, edits = change(text)
        written = changed + json.dumps(edits, ensure_ascii=False)
        for found in find_pii([text])[0]:
            assert text[found.start : found.end] not in written


def test_what_is_masked_is_not_found_again():
    assert not any(find_pii([masked(text)[0] for text in TEXTS]))


def test_one_number_has_one_pseudonym_however_it_is_written():
    ways = [
        "010-1234-5678",
        "010.1234.5678",
        "01012345678",
        "+82-10-1234-5678",
        "０１０-１２３４-５６７８",
        "공일공 일이삼사 오육칠팔",
    ]
    spoken = str.maketrans("공일이삼사오육칠팔구", "0123456789")
    last = {plain_digits(renamed(way)[0].translate(spoken))[-8:] for way in ways}
    assert len(last) == 1


def test_a_pseudonym_keeps_the_form_of_what_it_stands_for():
    for text in TEXTS:
        for found in find_pii([text])[0]:
            if found.kind in ("email", "address", "ip"):
                continue
            datum = text[found.start : found.end]
            alone = pseudonymise(datum, [type(found)(found.kind, 0, len(datum), "sure")], KEY)[0]
            assert len(alone) == len(datum)
            assert [char for char in alone if char in "-. ()"] == [char for char in datum if char in "-. ()"]


def test_another_key_gives_other_pseudonyms():
    assert renamed("010-1234-5678")[0] != renamed("010-1234-5678", b"another")[0]


def test_a_pseudonym_is_nobodys():
    cases = [(text, kind, start, end) for text, kind, start, end in personal(650) if kind not in ("account", "address")]
    texts = [text for text, *_ in cases]
    for (text, kind, start, end), found in zip(cases, find_pii(texts), strict=True):
        hit = [one for one in found if (one.start, one.end) == (start, end)]
        alone = pseudonymise(text, hit, KEY)[1][0]["after"]
        again = [one.kind for one in find_pii([alone])[0]]
        if kind == "phone":
            assert re.fullmatch(r"(?:820?|0)(?:2|[3-6]\d|1\d|70|50\d)0\d{6,7}", plain_digits(alone)), alone
        elif kind == "email":
            assert "@example.com" in alone
        elif kind in ("rrn", "frn", "brn", "card", "ip", "plate", "passport"):
            assert kind not in again


def test_a_josa_agrees_with_the_pseudonym_before_it():
    for number in range(40):
        text = f"010-1234-{number:04}을 지우고 010-5678-{number:04}으로 바꿔"
        first, second = re.findall(r"(\d)([을를]|으로|로)", renamed(text)[0])
        assert first == (first[0], "을" if first[0] in "013678" else "를")
        assert second == (second[0], "으로" if second[0] in "036" else "로")
