"""Conversion between speech levels: the table's examples, the gold table, and what must never change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.korean.register import convert
from curation.korean.register_endings import by_ending, read_rows
from curation.korean.speech_level import tag_messages

TARGETS = ("hapsyo", "haeyo", "hae", "plain")
SENTENCES = (
    "재고를 옮긴다.", "WMS가 막는다.", "이미 확정합니다.", "빨리 옮겨라.", "3번 도크", "ㅋㅋ", "응, 나도 갈게!",
    "어디서 샀어?", "좋은 차네, 얼마야?", "그건 제 실수예요ㅠㅠ", "같이 세자", "확인할 것.", "`select 해라`", "수량이 맞음.",
    "\"지금 옮겨.\"라고 말한다.", "- 라벨을 붙여 줘.", "| 수량 | 옮긴다 |", "상품이 제자리에 없어 다시 찾는다.", "안녕!", "아니, 안 했어.",
    "저희도 갈게요", "길이 멀단다", "먹으래", "비가 올걸", "내용량을 적는다.", "https://a.kr/옮긴다",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(SENTENCES), max_size=4).flatmap(
    lambda parts: st.sampled_from([" ", "\n"]).map(lambda glue: glue.join(parts))
)
RANDOM = st.text(alphabet=st.sampled_from("가나다내저제요어야지네까습니합해라자음함것 .,?!ㅋ\n\"'`()A1"), max_size=30)


def one(text, to, **options):
    return convert([text], to=to, **options)[0]


@pytest.mark.parametrize("row", read_rows(), ids=lambda row: f"{row.endings[0]}-{row.kind}")
def test_every_row_of_the_table_turns_its_example(row):
    assert one(row.before, row.to).text == row.after


def test_no_ending_stands_in_two_rows_of_one_kind():
    pairs = [(ending, row.kind) for row in read_rows() for ending in row.endings]
    assert len(pairs) == len(set(pairs))
    assert all("any" not in kinds or len(kinds) == 1 for kinds in by_ending().values())


def test_every_gold_sentence_is_converted(gold):
    rows = gold("conversions.tsv")
    wrong = []
    for to in TARGETS:
        asked = [row for row in rows if row["to"] == to]
        found = convert([row["source"] for row in asked], to=to)
        wrong += [
            (to, row["source"], converted.text)
            for row, converted in zip(asked, found, strict=True)
            if converted.text not in row["expected"].split(" | ")
        ]
    assert wrong == []


def test_polite_gold_is_tagged_polite(gold):
    rows = [row for row in gold("conversions.tsv") if row["to"] in ("hapsyo", "haeyo")]
    found = [converted.text for to in ("hapsyo", "haeyo") for converted in convert([r["source"] for r in rows], to=to)]
    assert {tag.label for tag in tag_messages(found)} <= {"polite", "neutral"}


@pytest.mark.parametrize("to", TARGETS)
@settings(deadline=None)
@given(text=st.one_of(TEXTS, RANDOM))
def test_only_the_edits_change_a_text(to, text):
    converted = one(text, to)
    rebuilt, position = "", 0
    for edit in converted.edits:
        assert edit.start >= position
        assert text[edit.start : edit.end] == edit.before != edit.after
        rebuilt += text[position : edit.start] + edit.after
        position = edit.end
    assert converted.text == rebuilt + text[position:]


@pytest.mark.parametrize("to", TARGETS)
@settings(deadline=None)
@given(text=TEXTS)
def test_converting_twice_changes_nothing_more(to, text):
    once = one(text, to)
    assert one(once.text, to).edits == ()


@pytest.mark.parametrize("to", TARGETS)
def test_gold_is_right_already_once_converted(gold, to):
    texts = [form for row in gold("conversions.tsv") if row["to"] == to for form in row["expected"].split(" | ")]
    found = convert(texts, to=to)
    assert [(text, c.text) for text, c in zip(texts, found, strict=True) if c.edits] == []


@given(st.lists(st.sampled_from(SENTENCES), max_size=5))
@settings(deadline=None)
def test_a_batch_says_what_each_text_says_alone(texts):
    assert convert(texts, to="haeyo") == [one(text, "haeyo") for text in texts]


@pytest.mark.parametrize(
    ("text", "to", "expected"),
    [
        ("`재고를 옮긴다`는 주석이다.", "haeyo", "`재고를 옮긴다`는 주석이에요."),
        ("```\n재고를 옮긴다.\n```\n수량을 센다.", "hapsyo", "```\n재고를 옮긴다.\n```\n수량을 셉니다."),
        ("그가 “나는 간다.”라고 했다.", "haeyo", "그가 “나는 간다.”라고 했어요."),
        ("“나는 간다.”", "haeyo", "“나는 간다.”"),
        ("1. 문을 연다.\n2) 짐을 싣는다.", "hapsyo", "1. 문을 엽니다.\n2) 짐을 싣습니다."),
        ("| 할 일 | 센다. |\n|---|---|", "hapsyo", "| 할 일 | 센다. |\n|---|---|"),
        ("# 재고를 세는 법\n수량을 센다.", "haeyo", "# 재고를 세는 법\n수량을 세요."),
        ("입고 예정", "haeyo", "입고 예정"),
        ("내용량을 적는다.", "hapsyo", "내용량을 적습니다."),
        ("나라에서 정한다.", "hapsyo", "나라에서 정합니다."),
        ("상품이 제자리에 없어, 작업자가 다시 찾는다.", "haeyo", "상품이 제자리에 없어, 작업자가 다시 찾아요."),
        ("예를 들어, 이건 어때?", "haeyo", "예를 들어, 이건 어때요?"),
        ("가자, 같이 가자, 하면 좋아해.", "haeyo", "가자, 같이 가자, 하면 좋아해요."),
        ("영희야, 밥 먹었어?", "haeyo", "영희야, 밥 먹었어요?"),
        ("왜 안 받아 진짜", "haeyo", "왜 안 받아요 진짜"),
        ("너도 우리랑 갈래?", "haeyo", "너도 우리랑 갈래요?"),
    ],
)
def test_only_what_speaks_to_the_reader_is_converted(text, to, expected):
    assert one(text, to).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("길을 걷는다.", "길을 걸어요."),
        ("비옷 커버를 걷는다.", "비옷 커버를 걷어요."),
        ("짐을 싣는다.", "짐을 실어요."),
        ("이름을 묻는다.", "이름을 물어요."),
        ("씨앗을 땅에 묻는다.", "씨앗을 땅에 묻어요."),
        ("라면이 붇는다.", "라면이 불어요."),
        ("하늘이 파랗다.", "하늘이 파래요."),
        ("벼가 누렇다.", "벼가 누레요."),
        ("항구에 이른다.", "항구에 이르러요."),
        ("값이 되었다.", "값이 되었어요."),
        ("값이 됐다.", "값이 됐어요."),
        ("내일 관리해야겠다.", "내일 관리해야겠어요."),
        ("내일 뵙는다.", "내일 봬요."),
        ("담당자는 Kim이다.", "담당자는 Kim이에요."),
        ("단위는 EA다.", "단위는 EA예요."),
    ],
)
def test_stems_keep_their_sense_and_their_spelling(text, expected):
    assert one(text, "haeyo").text == expected


@pytest.mark.parametrize("text", ["재고 옮겨.", "저 박스 내려.", "라벨 붙여."])
def test_what_may_tell_or_command_stays_and_is_named(text):
    converted = one(text, "hapsyo")
    assert (converted.text, converted.edits) == (text, ())
    (start, end, reason) = converted.unconverted[0]
    assert text[start:end] == text
    assert "command" in reason


def test_the_addressee_is_honoured_only_when_asked():
    assert one("밥 먹었어?", "haeyo").text == "밥 먹었어요?"
    assert one("밥 먹었어?", "haeyo", honour_addressee=True).text == "밥 드셨어요?"
    assert one("나 먹었어.", "haeyo", honour_addressee=True).text == "저 먹었어요."


def test_an_unknown_register_is_refused():
    with pytest.raises(ValueError, match="hapsyo"):
        convert(["재고를 옮긴다."], to="hage")


@pytest.mark.parametrize(
    "text",
    [
        "# 반품 입고",
        "1차 입고",
        "바코드와 심볼로지",
        "발송지",
        "클라우드 스토리지",
        "수불을 일으키는 거래",
        "회원을 위해.",
    ],
)
def test_a_fragment_stays(text):
    assert [convert([text], to=to)[0].text for to in TARGETS] == [text] * len(TARGETS)


@pytest.mark.parametrize(
    ("text", "to", "expected"),
    [
        ("정확도는 97%입니다.", "haeyo", "정확도는 97%예요."), ("온도는 15℃입니다.", "plain", "온도는 15℃다."),
        ("상품을 적치합니다.", "haeyo", "상품을 적치해요."), ("품목별로 셉니다.", "haeyo", "품목별로 세요."),
        ("나 등급은 월 1회 센다.", "hapsyo", "나 등급은 월 1회 셉니다."), ("WMS가 뭔지 알려줘", "hapsyo", "WMS가 뭔지 알려주십시오"),
        ("실사를 다시 할까 한다.", "hapsyo", "실사를 다시 할까 합니다."), ("이 기능은 edit이다.", "haeyo", "이 기능은 edit이에요."),
        ("무게가 랙 한 칸의 하중을 넘는다.", "hapsyo", "무게가 랙 한 칸의 하중을 넘습니다."),
        ("아이고, 배고파라.", "haeyo", "아이고, 배고파요."), ("물을 마셔.", "haeyo", "물을 마셔요."),
    ],
)  # fmt: skip
def test_facts_and_mood_survive(text, to, expected):
    assert convert([text], to=to)[0].text == expected
