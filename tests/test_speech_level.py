"""Speech levels: the table row by row, the gold tables, and what holds for any text."""

import json
import subprocess
import sys
import unicodedata

import pytest
from conftest import GOLD
from hypothesis import given
from hypothesis import strategies as st

from curation.korean.endings import ending_of_letters, table
from curation.korean.levels import CASUAL, EMPTY, POLITE, SURE
from curation.korean.sentences import sentence_spans, split_sentences
from curation.korean.speech_level import SpeechLevel, tag_messages, tag_speech_levels
from curation.korean.tails import core_of

KOREAN = st.text(
    alphabet=st.sampled_from("가각갈값재고출실사를은는이다요니까네자해줘.?!…~ \n\"'()`|-#ㅋㅠ창AWx019😀"), max_size=60
)


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row.form}-{row.level}-{row.reads}")
def test_every_row_of_the_table_has_a_sentence_that_shows_it(row):
    assert unicodedata.is_normalized("NFC", row.example)
    tag = tag_speech_levels([row.example])[0]
    assert tag.level is row.level, tag
    if row.reads != "morpheme":
        assert ending_of_letters(core_of(row.example)) == row


def test_no_ending_stands_twice():
    for reads in ("letters", "morpheme"):
        forms = [row.form for row in table() if row.reads in (reads, "both")]
        assert sorted(forms) == sorted(set(forms))


@pytest.mark.parametrize("row", [row for row in table() if row.nouns], ids=lambda row: row.form)
def test_a_noun_that_looks_like_an_ending_is_none(row):
    nouns = [noun.lstrip("_") for noun in row.nouns]
    for noun, tag in zip(nouns, tag_speech_levels([f"오늘 본 {noun}" for noun in nouns]), strict=True):
        assert ending_of_letters(f"오늘 본 {noun}") != row
        assert tag.level in EMPTY, (noun, tag)


def test_the_gold_sentences_have_their_levels(gold):
    rows = gold("levels.tsv")
    tags = tag_speech_levels([row["text"] for row in rows])
    wrong = [(row["text"], row["level"], tag) for row, tag in zip(rows, tags, strict=True) if tag.level != row["level"]]
    assert len(wrong) <= 0.005 * len(rows), wrong
    assert {row["level"] for row in rows} == {level.value for level in SpeechLevel}


def test_no_gold_fragment_is_called_polite_or_casual(gold):
    texts = [row["text"] for row in gold("levels.tsv") if row["level"] in ("fragment", "none")]
    assert len(texts) >= 200
    called = {text: tag.level for text, tag in zip(texts, tag_speech_levels(texts), strict=True)}
    assert {text: level for text, level in called.items() if level in POLITE | CASUAL} == {}


def test_a_sure_reading_is_right_on_998_of_1000_gold_sentences(gold):
    rows = gold("levels.tsv")
    tags = tag_speech_levels([row["text"] for row in rows])
    sure = [tag.level == row["level"] for row, tag in zip(rows, tags, strict=True) if tag.confidence >= SURE]
    assert len(sure) >= 0.8 * len(rows)
    assert sum(sure) >= 0.998 * len(sure)


def test_all_tiers_give_the_answer_of_the_full_analysis(gold):
    texts = [row["text"] for row in gold("levels.tsv")]
    messages = [row["text"] for row in read_jsonl("messages.jsonl")]
    tiered, full = tag_speech_levels(texts), tag_speech_levels(texts, mode="full")
    same = sum(a.level == b.level for a, b in zip(tiered, full, strict=True))
    polite = sum((a.level in POLITE) == (b.level in POLITE) for a, b in zip(tiered, full, strict=True))
    assert (same >= 0.99 * len(texts), polite >= 0.998 * len(texts)) == (True, True)
    for a, b in zip(tag_messages(messages), tag_messages(messages, mode="full"), strict=True):
        assert [(s.start, s.end) for s in a.sentences] == [(s.start, s.end) for s in b.sentences]
        assert a.label == b.label


def test_neighbours_settle_what_a_sentence_alone_cannot():
    rows = read_jsonl("contexts.jsonl")
    found = [
        [s.level.value for s in tag.sentences] for tag in tag_messages(["\n".join(row["sentences"]) for row in rows])
    ]
    wrong = [(row, levels) for row, levels in zip(rows, found, strict=True) if levels != row["levels"]]
    assert len(wrong) <= 0.02 * len(rows), wrong


def test_gold_messages_have_their_labels_sentences_and_first_offence():
    rows = read_jsonl("messages.jsonl")
    tags = tag_messages([row["text"] for row in rows])
    assert [tag.label for tag in tags] == [row["label"] for row in rows]
    assert [[s.level.value for s in tag.sentences] for tag in tags] == [row["levels"] for row in rows]
    for row, tag in zip(rows, tags, strict=True):
        quote = row["text"][slice(*tag.offending)] if tag.offending else None
        assert quote == row["offending"]


@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("재고를 옮깁니다. 확인하세요.", "polite"),
        ("재고 어디 있어?", "casual"),
        ("재고를 옮깁니다. 그거 빨리 해.", "mixed"),
        ("재고를 옮깁니다. 수량을 입력한다.", "mixed"),
        ("재고를 옮긴다. 수량을 입력한다.", "plain"),
        ("재고 이동 화면", "neutral"),
        ("| 로케이션 | 수량 |\n|---|---|\n| A-01 | 3 |", "neutral"),
        ("```sql\nselect 해라\n```\n위와 같이 조회합니다.", "polite"),
        ("`재고 확인해` 라고 입력합니다.", "polite"),
        ("다음 순서로 진행합니다.\n1. 송장을 스캔합니다.\n2. 수량을 셉니다.", "polite"),
        ("다음 순서로 진행합니다.\n1. 송장을 스캔해.\n2. 수량을 셉니다.", "mixed"),
        ("상품이 제자리에 없어 피킹 작업자가 다시 찾았습니다.", "polite"),
        ("> 빨리 좀 보내 줘!\n확인하고 답변드리겠습니다.", "polite"),
        ("화면에 \"그만해\"라고 나옵니다.", "polite"),
        ("비고: 재고가 부족하거나\n로케이션이 잠겨 있으면\n출고할 수 없습니다.", "polite"),
        ("알려줘 고맙습니다", "mixed"),
        ("어? 그건 이상하네요.", "polite"),
        ("표와 같이 하세요.\n\n단계 | 할 일\n--- | ---\n1 | 스캔한다\n\n이상입니다.", "polite"),
        ("재고가 0이라고? 걱정하지 마세요.", "polite"),
        ("재고가 없습니다. 실사를 안 했으니까.", "mixed"),
        ("주소 항목은 다음과 같습니다.\n1. 발송지\n2. 수령지\n3. 보관 단가\n4. 클라우드 스토리지", "polite"),
        ("", "neutral"),
    ],
)  # fmt: skip
def test_a_message_is_judged_by_all_its_sentences(message, label):
    assert tag_messages([message])[0].label == label


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("어디에 두나요?", "question"), ("여기에 두세요.", "command"), ("같이 세자.", "proposal"),
        ("눈이 오는구나!", "exclamation"), ("재고가 없습니다.", "statement"), ("재고 화면", "none"), ("다 셌어?", "question"),
    ],
)  # fmt: skip
def test_a_sentence_tells_asks_commands_or_proposes(text, kind):
    assert tag_speech_levels([text])[0].sentence_type == kind


@pytest.mark.parametrize(
    ("text", "honours", "humble"),
    [
        ("선생님께서 오셨다.", True, False), ("어디 가세요?", True, False), ("할머니가 주무신다.", True, False),
        ("커피를 마셨어요.", False, False), ("다시 세요.", False, False), ("혹시 아니?", False, False),
        ("제가 알려 드릴게요.", False, True), ("저희가 찾아뵙겠습니다.", False, True), ("제3자에게 넘긴다.", False, False),
    ],
)  # fmt: skip
def test_honour_is_kept_apart_from_the_level(text, honours, humble):
    tag = tag_speech_levels([text])[0]
    assert (tag.subject_honorific, tag.humble) == (honours, humble)


@pytest.mark.parametrize(
    "tail", ["", ".", "!", " ㅎㅎ", "~~", " ^^", ",, ㅋㅋㅋ", " :)", " 😀", " (첨부 참조)", ";;", "…", " - 물류팀 드림"]
)
@pytest.mark.parametrize(
    ("text", "level"), [("확인했습니다", "hapsyo"), ("확인했어요", "haeyo"), ("확인했어", "hae"), ("확인했다", "plain")]
)
def test_what_follows_an_ending_changes_nothing(text, tail, level):
    assert tag_speech_levels([text + tail])[0].level == level


@given(st.lists(KOREAN, max_size=4))
def test_sentences_lie_inside_their_message_and_in_order(messages):
    for message, tag in zip(messages, tag_messages(messages), strict=True):
        ends = [0, *(place for s in tag.sentences for place in (s.start, s.end)), len(message)]
        assert ends == sorted(ends)
        assert all(0 <= s.confidence <= 1 for s in tag.sentences)
        assert tag.label != "polite" or tag.offending is None


@given(KOREAN)
def test_splitting_loses_nothing_but_spaces(text):
    line = text.replace("\n", " ")
    spans = sentence_spans(line)
    assert "".join(line[span.start : span.end] for span in spans).replace(" ", "") == line.replace(" ", "")
    parts = split_sentences([line])[0]
    assert [(part.start, part.end) for part in parts] == [(span.start, span.end) for span in spans]


@given(st.lists(KOREAN, max_size=5))
def test_a_text_is_read_the_same_alone_and_among_others(texts):
    assert tag_messages(texts) == [tag_messages([text])[0] for text in texts]


def test_no_heading_item_or_sentence_of_the_handbook_is_called_casual():
    documents = [path.read_text(encoding="utf-8") for path in sorted((GOLD.parent / "wms").rglob("*.md"))]
    called = [
        text[one.start : one.end]
        for text, tag in zip(documents, tag_messages(documents), strict=True)
        for one in tag.sentences
        if one.level in CASUAL
    ]
    assert [sentence for sentence in called if not sentence.endswith("고 하자.")] == []  # 가정: 만든다고 하자


def test_importing_the_tagger_loads_no_analyser():
    code = "import sys, curation.korean.speech_level, curation.korean.register; sys.exit('kiwipiepy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_clear_endings_need_no_analyser():
    code = (
        "import sys; from curation.korean.speech_level import tag_messages\n"
        "assert tag_messages(['재고를 옮깁니다. 수량이 맞나요? 네.'])[0].label == 'polite'\n"
        "sys.exit('kiwipiepy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def read_jsonl(name):
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]
