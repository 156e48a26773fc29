"""The names of tags: every value of a closed list has one, in both languages, and bins say what they hold."""

from curation.korean.speech_level import SpeechLevel
from curation.report.tag_names import tag_names

MANIFEST = {
    "steps": [{"step": "rules", "reasons": {"casual_answer": 3, "a_reason_of_tomorrow": 1}}],
    "statistics": {
        "bins": {"chars": [0, 10, 5000], "tokens": [0, 10], "hangul": [0, 0.1, 0.9]},
        "signals": {"jamo": 0},
    },
    "personal_data": {"phone": {}},
    "edits": {},
    "written": {"kind": {"table": 3}},
}


def test_every_level_of_sentences_has_a_name():
    names = tag_names(MANIFEST)
    for role in ("user", "assistant"):
        assert {names[f"sentence_{role}:{level}"] for level in SpeechLevel} >= {("합쇼체", "hapsyo")}


def test_a_bin_says_which_lengths_or_shares_it_holds():
    names = tag_names(MANIFEST)
    assert [names[f"chars_user:{number}"][0] for number in range(3)] == ["0–9자", "10–4,999자", "5,000자 이상"]
    assert names["tokens_assistant:1"] == ("10토큰 이상", "10 tokens and more")
    assert [names[f"hangul_assistant:{number}"][1] for number in range(3)] == ["0–10%", "10–90%", "90–100%"]


def test_a_reason_without_a_name_is_called_what_the_ledger_calls_it():
    names = tag_names(MANIFEST)
    assert names["reason:rules/casual_answer"] == ("반말 답변", "casual answer")
    assert names["reason:rules/a_reason_of_tomorrow"] == ("a_reason_of_tomorrow", "a_reason_of_tomorrow")


def test_what_a_dataset_has_none_of_needs_no_name():
    names = tag_names(MANIFEST)
    assert {tag for tag in names if tag.startswith(("pii:", "kind:", "signal:"))} == {
        "pii:phone",
        "kind:table",
        "signal:jamo",
    }
