"""Mending: only what the recipe wants mended changes, every change is told, and what was mended is tagged anew."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_rows import asked, judged, recipe, retag, tagged

from curation.files import canonical_json
from curation.korean.hangul import normalise
from curation.korean.jamo import decompose_jamo
from curation.mending.cleaning import clean
from curation.mending.edits import Edit, apply_edits
from curation.recipes.schema import CurationRecipe
from curation.rules import judge

QUESTION = "재고 실사 언제 해?"
KEY = b"a key of this test"


def answered(answer: str, by: CurationRecipe | None = None, **options: object) -> dict[str, object]:
    return judged([asked(QUESTION, answer)], by, **options)[0]


def applied(text: str, edits: list[dict[str, object]], turn: int) -> str:
    return apply_edits(
        text, [Edit(**{key: edit[key] for key in edit if key != "turn"}) for edit in edits if edit["turn"] == turn]
    )


def test_the_gold_table_of_cleaning(gold):
    rows = [
        {key: value.encode("latin-1", "backslashreplace").decode("unicode_escape") for key, value in row.items()}
        for row in gold("cleaning.tsv")
    ]
    edits = clean([row["before"] for row in rows])
    for row, found in zip(rows, edits, strict=True):
        assert apply_edits(row["before"], found) == row["after"], row
        assert list(dict.fromkeys(edit.why for edit in found)) == row["why"].split(), row


@given(st.text("가나ㅋㅠㅜ!~?1a \n`\u200b\u00a0\x08\x0b\ufffd\u3164👍\ufe0f", max_size=40).map(normalise))
def test_cleaning_twice_changes_nothing_and_no_syllable_or_digit_goes(text):
    cleaned = apply_edits(text, clean([text])[0])
    assert clean([cleaned]) == [()]
    for kept in ("가", "나", "1", "a", "\ufffd"):
        assert cleaned.count(kept) == text.count(kept)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([
    "말일에 해.", "말일에 합니다.", "ㅋㅋㅋㅋ", "정말요!!!! ", "\u200b", "연락은 010-1234-5678로 줘.", "ㅎㅏㄴㄱㅡㄹ로 적는다. ",
    "`a!!!!` ", "\x08", "메일은 kim@example.com이야. ", "\n- 입고",
]), max_size=5))  # fmt: skip
def test_the_edits_tell_all_that_changed(pieces):
    answer = normalise("".join(pieces))
    for by in (
        recipe(wrong_level="rewrite"),
        recipe(wrong_level="rewrite", polite_style="hapsyo", pii="pseudonym"),
        recipe("casual", wrong_level="rewrite"),
    ):
        found = answered(answer, by, pseudonym_key=KEY)
        assert found["texts"] == [QUESTION, applied(answer, found["edits"], turn=1)]
        places = [(edit["start"], edit["end"]) for edit in found["edits"]]
        assert all(one[1] <= next_[0] for one, next_ in pairwise(places))
        if found["reason"] is None and by.rules.pii == "mask":
            assert answered(found["texts"][1], by)["edits"] == []


def test_a_mended_row_has_the_tags_of_its_new_text_and_the_others_keep_theirs():
    rows = tagged(
        [
            asked(QUESTION, "말일에 해요."),
            asked("언제 해\u200b?", "말일에 해요ㅋㅋㅋㅋ"),
            asked("왜 해?", "법이라서요."),
        ]
    )
    found = judge(rows, CurationRecipe(), retag)
    assert found.select(rows.column_names).equals(retag(found.select(rows.column_names)))
    assert found["user_chars"].to_pylist()[1] == len("언제 해?")
    assert found.slice(0, 1).select(rows.column_names).equals(rows.slice(0, 1))


def test_mojibake_is_repaired_where_nothing_is_lost():
    damaged = "재고 실사는 매월 말일에 합니다.".encode().decode("latin-1")
    found = answered(damaged)
    assert (found["reason"], found["texts"][1]) == (None, "재고 실사는 매월 말일에 합니다.")
    assert [edit["why"] for edit in found["edits"]] == ["utf8_as_latin1"]


def test_mojibake_whose_letters_are_lost_is_dropped():
    lost = "재고 실사는 매월 말일에 합니다.".encode("cp949").decode("utf-8", "replace")
    assert (answered(lost)["reason"], answered(lost)["edits"]) == ("mojibake", [])


def test_letters_that_spell_syllables_are_composed():
    found = answered(f"실사는 {decompose_jamo('말일에')} 합니다.")
    assert (found["reason"], found["texts"][1]) == (None, "실사는 말일에 합니다.")
    assert {edit["why"] for edit in found["edits"]} == {"jamo"}


def test_damage_that_is_not_to_be_mended_is_dropped_with_its_place():
    found = answered("실사는 ㅁㅏㄹㅇㅣㄹ에 합니다.", recipe(damaged="drop"))
    assert (found["reason"], found["edits"]) == ("mojibake", [])
    assert found["because"]["damaged"][0] == {"turn": 1, "start": 4, "end": 10, "why": "jamo"}


def test_special_characters_that_are_not_to_be_cleaned_drop_the_row():
    found = answered("말일에\u200b 합니다.", recipe(special="drop"))
    assert found["reason"] == "special_characters"
    assert found["because"]["special"] == [{"turn": 1, "start": 3, "end": 4, "why": "invisible"}]
    assert answered("말일에\u200b 합니다.", recipe(special="keep"))["texts"][1] == "말일에\u200b 합니다."


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("말일에 해.", "말일에 해요."),  # 반말 → 해요체
        ("말일에 한다.", "말일에 합니다."),  # -다 → 합쇼체
        ("말일에 한다. 미리 공지해요.", "말일에 해요. 미리 공지해요."),  # as the rest of the answer
        ("늦었다. 미리 공지합니다.", "늦었습니다. 미리 공지합니다."),
        ("말일에 해. 미리 공지합니다.", "말일에 해요. 미리 공지합니다."),  # 합쇼체 would be a guess: tells or commands
    ],
)
def test_an_answer_is_rewritten_into_the_nearest_level(answer, expected):
    found = answered(answer, recipe(wrong_level="rewrite"))
    assert (found["reason"], found["texts"][1]) == (None, expected)
    assert all(edit["why"].startswith("level:") for edit in found["edits"])


def test_only_the_turn_that_offends_is_rewritten():
    turns = [*asked(QUESTION, "말일에 해."), *asked("누가 해?", "담당자가 합니다, 늦어도 첫날에는 해요.")]
    found = judged([turns], recipe(wrong_level="rewrite"))[0]
    assert found["reason"] is None
    assert {edit["turn"] for edit in found["edits"]} == {1}


def test_the_target_names_the_level():
    assert answered("말일에 합니다.", recipe("casual", wrong_level="rewrite"))["texts"][1] == "말일에 해."
    assert answered("말일에 합니다.", recipe("plain", wrong_level="rewrite"))["texts"][1] == "말일에 한다."
    assert answered("말일에 해.", recipe("any", wrong_level="rewrite"))["edits"] == []


def test_what_cannot_be_rewritten_is_dropped_with_the_sentence_and_why():
    answer = "말일에\u200b 해. 언제 했다더라."
    found = answered(answer, recipe(wrong_level="rewrite"))
    assert found["reason"] == "not_rewritten"
    (left,) = found["because"]["unconverted"]
    assert answer[left["start"] : left["end"]].strip() == "언제 했다더라."
    assert left["why"] == "no row for the ending: 다더라"


def test_one_style_of_politeness_where_the_recipe_asks_for_it():
    answer = "말일에 합니다. 늦어도 첫날에는 해요."
    assert answered(answer)["edits"] == []
    assert answered(answer, recipe(polite_style="hapsyo"))["texts"][1] == "말일에 합니다. 늦어도 첫날에는 합니다."
    assert answered(answer, recipe(polite_style="haeyo"))["texts"][1] == "말일에 해요. 늦어도 첫날에는 해요."
    assert answered("말일에 해.", recipe("any", polite_style="hapsyo"))["edits"] == []


def test_personal_data_is_masked_and_stands_nowhere_in_the_audit():
    number = "010-1234-5678"
    rows = tagged([asked(f"{number}로 전화해도 돼?", f"네, {number}로 전화하세요.")])
    found = judge(rows, CurationRecipe(), retag)
    assert found["reason"].to_pylist() == [None]
    assert "5678" not in str(found.to_pylist())
    assert found["edits"].to_pylist()[0].count("pii:phone") == 2
    assert found["evidence"].equals(rows["evidence"])


def test_personal_data_is_found_behind_what_was_cleaned():
    found = answered("담당자 번호는 010-12\u200b34-5678입니다.")
    assert "5678" not in str(found)


def test_a_row_with_personal_data_may_be_dropped_instead_and_nothing_told_of_it_spreads_it():
    by = recipe(pii="drop")
    found = answered("담당자 번호는 010-1234-5678이야.", by)
    assert (found["reason"], found["because"]) == ("personal_data", {"personal": ["phone"]})
    damaged = "담당자 번호는 010-1234-5678입니다.".encode().decode("latin-1")
    echoed = "담당자 번호는 010-1234-5678이야?"
    for question, answer in ((QUESTION, damaged), (echoed, echoed), (QUESTION, "네, 010-1234-5678로 전화하고")):
        rows = judge(tagged([asked(question, answer)]), by, retag)
        assert rows["reason"].to_pylist() != [None]
        assert "5678" not in str(rows.to_pylist())
    assert "5678" not in str(answered(damaged))
    assert answered("말일에 합니다.", by)["reason"] is None


@pytest.mark.parametrize("pii", ["mask", "pseudonym", "drop"])
def test_personal_data_is_hidden_wherever_a_row_holds_it(pii):
    mail, number = "kim@logis.co.kr", "010-1234-5678"
    turns = [("system", f"문의는 {number}로 받는다."), *asked(QUESTION, "말일에 합니다.")]
    meta = json.dumps({"계좌": "110-123-456789", "메모": f"담당\n{number}", mail: 1, "로트": 20261120001})
    rows = tagged([turns], source_row_id=mail, meta=canonical_json(json.loads(meta)).decode())
    found = judge(rows, recipe(pii=pii), retag, pseudonym_key=KEY)
    (row,) = found.to_pylist()
    assert not [secret for secret in ("5678", "logis", "456789") if secret in str(row)]
    assert row["reason"] == ("personal_data" if pii == "drop" else None)
    edits = json.loads(row["edits"])
    assert {edit.get("field", edit.get("turn")) for edit in edits} == {
        0, "source_row_id", "meta", "meta.계좌", "meta.메모",
    }  # fmt: skip
    assert json.loads(row["meta"])["로트"] == 20261120001
    assert (row["source_row_id"] is None) == (pii != "pseudonym")


def test_a_key_of_meta_says_what_the_number_under_it_is():
    meta = '{"주민번호":9001011234567,"계좌":{"번호":"110-123-456789"},"주문번호":"110-123-456789"}'
    found = judge(tagged([asked(QUESTION, "말일에 합니다.")], meta=meta), CurationRecipe(), retag)
    assert json.loads(found["meta"].to_pylist()[0]) == {
        "주민번호": "[주민등록번호]", "계좌": {"번호": "[계좌번호]"}, "주문번호": "110-123-456789",
    }  # fmt: skip


def test_two_keys_masked_alike_keep_their_values():
    rows = tagged([asked(QUESTION, "말일에 합니다.")], meta='{"kim@logis.co.kr":1,"lee@logis.co.kr":2}')
    assert sorted(json.loads(judge(rows, CurationRecipe(), retag)["meta"].to_pylist()[0]).values()) == [1, 2]


def test_a_quote_stays_to_the_letter_unless_its_row_is_to_go():
    rows = tagged([asked(QUESTION, "말일에 합니다.")], quote="문의: 010-1234-5678")
    kept, dropped = (judge(rows, recipe(pii=pii), retag) for pii in ("mask", "drop"))
    assert (kept["reason"].to_pylist(), kept["evidence"]) == ([None], rows["evidence"])
    assert dropped["reason"].to_pylist() == ["personal_data"]
    assert json.loads(dropped["because"].to_pylist()[0]) == {"personal": ["phone"]}


def test_pseudonyms_are_the_same_throughout_and_change_with_the_key():
    rows = [asked(QUESTION, "담당자 번호는 010-1234-5678입니다."), asked("누구야?", "번호가 010-1234-5678입니다.")]
    by = recipe(pii="pseudonym")
    found = judged(rows, by, pseudonym_key=KEY)
    first, second = (row["texts"][1].partition("010")[2][:10] for row in found)
    assert first == second
    assert judged(rows, by, pseudonym_key=KEY) == found
    assert judged(rows, by, pseudonym_key=b"another")[0]["texts"] != found[0]["texts"]


def test_pseudonyms_without_a_key_are_refused():
    for key in (None, b""):
        with pytest.raises(ValueError, match="key"):
            answered("말일에 합니다.", recipe(pii="pseudonym"), pseudonym_key=key)


def test_no_rows_are_judged_without_complaint():
    assert judge(tagged([asked(QUESTION, "말일에 합니다.")]).slice(0, 0), CurationRecipe(), retag).num_rows == 0
