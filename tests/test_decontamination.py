"""What gives an evaluation set away is found and named; what merely speaks of the same things stays."""

import json

import numpy as np
import pyarrow as pa
import pytest

from curation.errors import InputError
from curation.leaks.decontamination import TIERS, decontaminate
from curation.leaks.evaluation import OWN, find_frame, fingerprint, read_evaluation_sets
from curation.leaks.grams import coverage, index_runs
from curation.leaks.twins import add_content, sign_content
from curation.recipes.schema import Leaks

ITEMS = [
    {"id": "q1", "question": "냉동 상품을 상온 도크에 20분 넘게 세워 두면 무슨 기록을 남겨?",
     "answer": "온도 이탈 기록지에 시각과 상품 온도를 적고 품질 담당자에게 알립니다."},
    {"id": "q2", "question": "파렛트 랩은 몇 바퀴 감아?", "answer": "세 바퀴입니다."},
    {"id": "q3", "question": "왜?", "answer": "그냥요."},
]  # fmt: skip


@pytest.fixture
def evaluation(tmp_path):
    path = tmp_path / "우리-시험.jsonl"
    path.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in ITEMS), encoding="utf-8")
    return Leaks(evaluation=[str(path)])


def rows_of(pairs):
    questions, answers = zip(*pairs, strict=True)
    rows = pa.table(
        {
            "row": pa.array(range(len(pairs)), pa.int64()),
            "question": pa.array(questions, pa.string()),
            "answer": pa.array(answers, pa.string()),
        }
    )
    return sign_content(add_content(rows), Leaks())


def hits(pairs, settings, *, standing=None):
    found = decontaminate([rows_of(pairs)], np.ones(len(pairs), bool) if standing is None else standing, settings)
    return {row: (one["item"], one["side"], one["tier"]) for row, one in found.because.items()}


def own(name, found):
    return next(one for one in found.sets if one["name"] == name)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("냉동 상품을 상온 도크에 20분 넘게 세워 두면 무슨 기록을 남겨?", ("q1", "question", "exact")),
        ("냉동상품을 상온도크에 20분 넘게 세워두면 무슨 기록을 남겨", ("q1", "question", "exact")),
        ("냉동 상품을 상온 도크에 20분 넘게 세워 두면 어떤 기록을 남기나요?", ("q1", "question", "surface")),
        ("상온 도크에 냉동 상품이 20분 넘게 서 있었다면, 남길 기록은요?", ("q1", "question", "content")),
        (
            "어제 야간조에서 트럭 기사님이 도착을 늦게 알렸습니다. 김 대리에게 전화도 해 봤습니다. 보험 처리와 별개로 "
            "여쭙니다. 냉동 상품, 상온 도크에서 20분 넘게 세워 둔 뒤 기록은 누가 어떻게 남길까요? 답은 짧게 해 주세요.",
            ("q1", "question", "contained"),
        ),
        ("파렛트 랩은 몇 바퀴 감나요?", ("q2", "question", "surface")),
        ("몇 바퀴 감죠, 파렛트 랩은요?", ("q2", "question", "content")),
        ("왜", ("q3", "question", "exact")),
    ],
)
def test_the_same_question_is_found_by_the_first_tier_that_holds(evaluation, question, expected):
    assert hits([(question, "모릅니다.")], evaluation) == {0: expected}


@pytest.mark.parametrize(
    "question",
    [
        "냉동 상품을 상온 도크에 30분 넘게 세워 두면 무슨 기록을 남겨?",
        "냉동 상품은 어느 도크로 받아?",
        "온도 이탈 기록지는 어디에 있어?",
        "파렛트 랩은 누가 사?",
        "파렛트는 몇 장까지 쌓아?",
        "왜 파렛트를 뒤집어?",
        "왜요?",  # one word is told by its letters alone
    ],
)
def test_a_question_on_the_same_subject_is_no_hit(evaluation, question):
    assert hits([(question, "모릅니다.")], evaluation) == {}


def test_answers_are_checked_too_but_short_ones_answer_many_questions(evaluation):
    said = ITEMS[0]["answer"]
    asked = "온도가 벗어났을 때 처리는?"
    assert hits([(asked, said)], evaluation) == {0: ("q1", "answer", "exact")}
    assert hits([(asked, f"네, {said[:-4]}려요. 그다음 보관합니다.")], evaluation) == {0: ("q1", "answer", "surface")}
    assert hits([("몇 바퀴?", "세 바퀴입니다.")], evaluation) == {}


def test_only_standing_rows_are_looked_at(evaluation):
    pair = (ITEMS[1]["question"], "세 바퀴요.")
    assert set(hits([pair, pair, pair], evaluation, standing=np.array([True, False]))) == {0}


def test_the_manifest_holds_fingerprints_and_counts_and_no_text(evaluation):
    pairs = [(ITEMS[1]["question"], "세 바퀴요."), ("파렛트 랩 몇 바퀴 감아요?", "네."), ("점심 뭐 먹어?", "국수요.")]
    found = decontaminate([rows_of(pairs)], np.ones(3, bool), evaluation)
    described = own("우리-시험.jsonl", found)
    assert described["items"] == 3 and described["items_given_away"] == 1
    assert described["rows"] == {"exact": 1, "surface": 0, "content": 1, "contained": 0}
    assert described["uncheckable"] == ["q3"]
    assert sum(described["rows"].values()) == len(found.rows)
    assert "파렛트" not in json.dumps(found.sets, ensure_ascii=False)
    assert set(described["rows"]) == set(TIERS)


def test_shards_and_their_order_change_nothing(evaluation):
    rows = rows_of([(item["question"], item["answer"]) for item in ITEMS] * 5)
    whole = decontaminate([rows], np.ones(15, bool), evaluation)
    parts = decontaminate([rows.slice(7), rows.slice(3, 4), rows.slice(0, 3)], np.ones(15, bool), evaluation)
    assert whole == parts


def test_our_own_casual_questions_always_count():
    (first, *_) = read_evaluation_sets([])
    assert OWN.is_file() and first.name == OWN.name and len(first.ids) >= 100
    found = decontaminate([rows_of([(first.questions[0], "모르겠습니다.")])], np.ones(1, bool), Leaks())
    assert found.because[0]["set"] == OWN.name and found.because[0]["tier"] == "exact"


def test_a_set_named_twice_counts_once(evaluation):
    assert len(read_evaluation_sets(evaluation.evaluation * 2)) == 2
    assert len(read_evaluation_sets([str(OWN)])) == 1


def test_a_fingerprint_knows_items_and_not_their_order(evaluation, tmp_path):
    turned = tmp_path / "뒤집은.jsonl"
    turned.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in ITEMS[::-1]), encoding="utf-8")
    other = tmp_path / "다른.jsonl"
    other.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in ITEMS[:2]), encoding="utf-8")
    prints = [fingerprint(read_evaluation_sets([str(path)])[-1]) for path in (*evaluation.evaluation, turned, other)]
    assert prints[0] == prints[1] != prints[2]


def test_a_set_that_cannot_be_read_whole_is_refused(tmp_path):
    path = tmp_path / "깨진.jsonl"
    path.write_text('{"question": "파렛트가 뭐야?"}\n{"question": ', encoding="utf-8")
    with pytest.raises(InputError, match=r"깨진\.jsonl:2: is no item of an evaluation set \(not_json\)\n") as caught:
        read_evaluation_sets([str(path)])
    assert "Line(" not in str(caught.value)
    with pytest.raises(InputError):
        read_evaluation_sets([str(tmp_path / "없는.jsonl")])


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_a_set_without_an_item_is_refused(tmp_path, text):
    path = tmp_path / "빈.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"빈\.jsonl: holds no item"):
        read_evaluation_sets([str(path)])


def test_the_frame_of_a_set_gives_none_of_its_items_away(tmp_path):
    subjects = [
        "순환 실사 주기",
        "도크 예약 마감",
        "반품 사유 코드",
        "피킹 존 구역 수",
        "라벨 용지 규격",
        "냉동 창고 온도",
    ]
    frame = "다음 질문을 읽고 아는 대로 한 문장으로 답하세요."
    path = tmp_path / "틀.jsonl"
    path.write_text(
        "\n".join(json.dumps({"question": f"{frame} {one} 어떻게 정해?"}, ensure_ascii=False) for one in subjects),
        encoding="utf-8",
    )
    settings = Leaks(evaluation=[str(path)])
    assert hits([(f"{frame} 지게차 면허 종류 어떻게 정해?", "시험으로 정합니다.")], settings) == {}
    assert hits([("도크 예약 마감은 어떻게 정하나요?", "전날입니다.")], settings).keys() == {0}
    assert hits([(f"{frame} 도크 예약 마감은 어떻게 정하나요?", "전날입니다.")], settings).keys() == {0}


def test_a_frame_is_whole_words_that_most_items_share():
    items = [f"질문: 창고 {place}은 어디야? 짧게 답해." for place in ("도크", "랩", "파렛트", "존", "문")]
    frame = find_frame(items)
    assert (frame.before, frame.after) == ("질문: 창고 ", " 어디야? 짧게 답해.")
    assert frame.strip(items[0]) == "도크은"
    assert frame.strip("다른 글") == "다른 글"
    assert find_frame(items[:3]).before == ""


def test_coverage_is_the_share_of_an_items_runs_of_eight_letters():
    index = index_runs(["가나다라마바사아자차", "일이삼"])
    rows, items, share = coverage(["앞 가나다라 마바사아! 뒤", "상관없는 글이 여기 있다", ""], index)
    assert (rows.tolist(), items.tolist(), share.round(4).tolist()) == ([0], [0], [0.3333])
    assert index.counts.tolist() == [3, 0]
