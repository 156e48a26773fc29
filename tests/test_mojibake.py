"""Mojibake: nine readings are undone to the letter, seven are named and left alone, clean text is never touched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.hangul import is_syllable
from curation.korean.jamo import decompose_jamo
from curation.korean.misreadings import Kind
from curation.korean.mojibake import Repaired, Verdict, repair


def read(true, wrong, times=1):
    def spoil(text):
        for _ in range(times):
            text = text.encode(true).decode(wrong, "replace")
        return text

    return spoil


def numbered(form):
    return lambda text: "".join(char if char.isascii() else form.format(ord(char)) for char in text)


EXACT = [
    (Kind.UTF8_AS_LATIN1, read("utf-8", "latin-1")),
    (Kind.UTF8_AS_LATIN1_TWICE, read("utf-8", "latin-1", 2)),
    (Kind.CP949_AS_LATIN1, read("cp949", "latin-1")),
    (Kind.NFD, lambda text: unicodedata.normalize("NFD", text)),
    (Kind.ENTITIES, numbered("&#{};")),
    (Kind.ENTITIES, numbered("&#x{:X};")),
    (Kind.ESCAPES, numbered("\\u{:04x}")),
    (Kind.ESCAPES, numbered("\\u{:04X}")),
    (Kind.HALFWIDTH_JAMO, lambda text: decompose_jamo(text, half_width=True)),
    (Kind.COMPATIBILITY_JAMO, decompose_jamo),
    (Kind.COMPATIBILITY_JAMO, lambda text: decompose_jamo(text, strokes=True)),
]
LOSSY = [
    (Kind.UTF8_AS_CP1252, read("utf-8", "cp1252")),
    (Kind.UTF8_AS_CP949, read("utf-8", "cp949")),
    (Kind.UTF8_AS_CP874, read("utf-8", "cp874")),
    (Kind.UTF8_AS_SHIFT_JIS, read("utf-8", "shift_jis")),
    (Kind.UTF8_AS_GBK, read("utf-8", "gbk")),
    (Kind.CP949_AS_UTF8, read("cp949", "utf-8")),
    (Kind.JOHAB_AS_CP949, read("johab", "cp949")),
]
SENTENCES = [
    "재고 실사는 매주 금요일에 합니다.",
    "출고 지시 3건을 먼저 처리해 주세요!",
    "WMS에서 LOT-2027-01을 조회하면 수량이 120EA로 나와요.",
    "오늘 저녁에 뭐 먹을까?",
    "나는 괜찮은데 너는 어때?",
    "검수가 끝나면 적치 로케이션이 정해집니다.",
    "반품 사유를 입력하지 않으면 저장되지 않습니다.",
    "창고 온도가 8.5도를 넘으면 알림이 옵니다.",
    "비가 와서 배송이 하루 늦어졌어요.",
    "1. 바코드를 찍는다. 2. 수량을 센다. 3. 저장한다.",
    "고객이 주소를 잘못 적어서 택배가 돌아왔습니다.",
    "이번 달에는 입고가 많아서 자리가 모자라요.",
    "피킹한 상품을 A-01-02에서 포장대로 옮겼다.",
    "안녕하세요? 처음 뵙겠습니다.",
    "커피 한 잔 마시고 다시 시작하자.",
]
SHORT = ["입고 완료", "선입선출", "안녕하세요", "고맙습니다", "수량 확인", "재고 이동", "내일 만나요", "피킹 시작"]


def repaired(text, kind):
    return Repaired(text, kind, Verdict.REPAIRED)


@pytest.mark.parametrize(("kind", "spoil"), EXACT, ids=[kind for kind, _ in EXACT])
def test_what_inverts_is_repaired_to_the_letter(kind, spoil):
    assert repair([spoil(text) for text in SENTENCES + SHORT]) == [repaired(text, kind) for text in SENTENCES + SHORT]


@pytest.mark.parametrize(("kind", "spoil"), EXACT, ids=[kind for kind, _ in EXACT])
@given(words=st.lists(st.sampled_from(" ".join(SENTENCES).split()), min_size=4, max_size=12))
def test_a_repair_gives_back_what_was_spoilt(kind, spoil, words):
    text = " ".join(words)
    (found,) = repair([spoil(text)])
    assert found.text in (text, spoil(text))
    # CP949 bytes prove nothing by themselves: there the repair must also read like Korean (옵니다. 옵니다. does not).
    if sum(map(is_syllable, text)) >= 8 and kind not in (Kind.CP949_AS_LATIN1, Kind.CP949_AS_CP1252):
        assert found == repaired(text, kind)


def test_cp949_beyond_ks_x_1001_is_repaired_from_windows_latin():
    texts = ["펲시 한 캔을 마셨어요.", "그러면 안 됬다고 합니다.", "쌰 하는 소리가 났어요."]
    assert repair([text.encode("cp949").decode("cp1252") for text in texts]) == [
        repaired(text, Kind.CP949_AS_CP1252) for text in texts
    ]


@pytest.mark.parametrize(("kind", "spoil"), LOSSY, ids=[kind for kind, _ in LOSSY])
def test_what_lost_letters_is_named_and_left_alone(kind, spoil):
    for text in SENTENCES:
        damaged = spoil(text)
        (found,) = repair([damaged])
        assert found in (Repaired(damaged, kind, Verdict.LOSSY), repaired(text, kind)), (text, damaged)
        assert (found.verdict == Verdict.LOSSY) == ("\ufffd" in damaged)


@pytest.mark.parametrize(("kind", "spoil"), LOSSY, ids=[kind for kind, _ in LOSSY])
@given(words=st.lists(st.sampled_from(" ".join(SENTENCES).split()), min_size=1, max_size=12))
def test_nothing_lost_is_ever_made_up(kind, spoil, words):
    text = " ".join(words)
    (found,) = repair([spoil(text)])
    assert found.text in (text, spoil(text))
    assert found.verdict != Verdict.LOSSY or found.text == spoil(text)


def test_question_marks_of_windows_are_lost_letters_too():
    assert repair(["?덈뀞?섏꽭??"]) == [Repaired("?덈뀞?섏꽭??", Kind.UTF8_AS_CP949, Verdict.LOSSY)]


def test_every_gold_row_is_judged_as_labelled(gold):
    rows = gold("mojibake.tsv")
    found = repair([row["damaged"] for row in rows])
    wrong = [
        (row, result)
        for row, result in zip(rows, found, strict=True)
        if (result.kind, result.text) != (row["kind"], row["expected"] or row["damaged"])
        or (result.verdict == Verdict.LOSSY) != (not row["expected"])
    ]
    assert wrong == []
    assert {row["kind"] for row in rows} == {kind.value for kind in Kind}
    assert sum(row["kind"] != "none" for row in rows) >= 80
    assert sum(row["kind"] == "none" for row in rows) >= 40


def test_gold_rows_without_damage_stay_fine_in_one_text(gold):
    text = "\n".join(row["damaged"] for row in gold("mojibake.tsv") if row["kind"] == "none")
    assert repair([text]) == [Repaired(text, Kind.NONE, Verdict.FINE)]


@given(st.text())
def test_a_verdict_says_what_was_done(text):
    (found,) = repair([text])
    assert (found.text != text) == (found.verdict == Verdict.REPAIRED)
    assert (found.kind == Kind.NONE) == (found.verdict == Verdict.FINE)


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4))
def test_repairing_twice_changes_nothing(texts):
    for _, spoil in EXACT:
        (once,) = repair(["\n".join(map(spoil, texts))])
        assert repair([once.text]) == [Repaired(once.text, Kind.NONE, Verdict.FINE)]


@pytest.mark.parametrize(("kind", "spoil"), EXACT, ids=[kind for kind, _ in EXACT])
def test_one_spoilt_line_among_clean_ones_is_repaired(kind, spoil):
    clean, other, english = SENTENCES[0], SENTENCES[1], "See the WMS manual."
    (found,) = repair(["\n".join([clean, spoil(other), english, "", clean])])
    assert found == repaired("\n".join([clean, other, english, "", clean]), kind)


def test_a_short_line_is_repaired_with_its_neighbours():
    spoil = read("cp949", "latin-1")
    (found,) = repair(["\n".join([spoil("표"), "머리말입니다.", spoil("입고 수량을 확인해요.")])])
    assert found == repaired("표\n머리말입니다.\n입고 수량을 확인해요.", Kind.CP949_AS_LATIN1)


def test_one_lossy_line_leaves_the_whole_text_alone():
    text = "\n".join([SENTENCES[0], read("utf-8", "latin-1")(SENTENCES[1]), read("utf-8", "cp874")(SENTENCES[2])])
    assert repair([text]) == [Repaired(text, Kind.UTF8_AS_CP874, Verdict.LOSSY)]


@pytest.mark.parametrize(
    ("text", "true", "wrong"),
    [
        ("Où est passée la clé ? Là-bas, près de l’entrepôt.", "utf-8", "cp1252"),
        ("INFORMAÇÕES SOBRE EXPEDIÇÃO", "utf-8", "latin-1"),
        ("仓库今天盘点，发现少了十二箱货。", "gb2312", "latin-1"),
        ("倉庫の在庫を棚卸しした結果です。", "euc_jp", "latin-1"),
        ("На складе не хватает коробок.", "cp1251", "latin-1"),
        ("Η αποθήκη είναι κλειστή.", "iso8859-7", "latin-1"),
        ("คลังสินค้าปิดวันนี้", "tis-620", "latin-1"),
    ],
)
def test_the_mojibake_of_other_languages_is_not_made_korean(text, true, wrong):
    damaged = text.encode(true).decode(wrong)
    assert repair([damaged])[0].text == damaged


def test_a_web_browsers_reading_loses_nothing():
    text = "재고가 있음"
    damaged = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    assert any(char in damaged for char in "\x81\x8d\x8f\x90\x9d")
    assert repair([damaged]) == [repaired(text, Kind.UTF8_AS_CP1252)]


def test_texts_come_back_in_their_order():
    assert [found.text for found in repair(["", "¾È³çÇÏ¼¼¿ä", "가"])] == ["", "안녕하세요", "가"]
