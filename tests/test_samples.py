"""The samples of the report: of each figure the first rows by id, whole enough to judge, differences marked exactly."""

import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.manifest import open_manifest
from curation.report.rows.differences import excerpt, excerpts_beside, mark_differences
from curation.report.rows.firsts import first_of_each
from curation.report.rows.picked import SAMPLES
from curation.report.rows.samples import samples_of
from curation.report.rows.shown import Beside, Line, Samples, Text
from tests.test_curate import as_lines, curate, good_records, record

LONG = (
    "입고 검수 화면에서 발주 번호와 품목 코드를 차례로 읽은 다음 실제 수량과 예정 수량을 견주어 봅니다. "
    "수량이 서로 다르면 검수를 멈추고 담당자에게 알립니다. 파손된 상자는 따로 두고 사진을 찍어 남깁니다. "
    "유통기한이 지난 품목은 받지 않고 돌려보냅니다. 검수를 마친 품목은 임시 구역에 두었다가 정해진 자리로 옮깁니다. "
    "자리를 옮긴 뒤에는 위치 바코드를 다시 읽어 재고 화면과 맞는지 확인합니다."
)


def varied_records() -> list[dict[str, object]]:
    """Rows that fall for several reasons, repeat each other, hold personal data, or are mended."""
    rows = good_records()
    rows += [record("재고 조정은 언제 하나요?", "실사가 끝난 다음 날 오전에 합니다.", document="조정.md")] * 25
    rows += [
        record(f"{number}번 창고는 어디 있어?", f"{number}번 출입구 옆에 있어. 금방 보여.") for number in range(22)
    ]
    rows += [record("검수 절차를 알려 줘.", LONG), record("검수 절차를 알려 줘.", LONG.replace("코드를", "코드도", 1))]
    rows += [record("담당자 연락처가 뭐야?", "담당자 번호는 010-2345-6789이고 낮에만 받습니다.")]
    rows += [record("상차는 언제 해요? 빨리 알려 줘.", "오후 세 시에 상차합니다.")]
    rows += [record("존은\u200b 몇 개인가요?", "존은 모두 네 개입니다.")]
    return rows


BROKEN = b"{\n" * 3 + b'{"messages": []}\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("varied")
    (home / "rows.jsonl").write_bytes(as_lines(varied_records()) + BROKEN)
    curate(home / "rows.jsonl", "--out", home / "out", "--set", "read.quarantine_rows=9")
    return home / "out"


@pytest.fixture(scope="module")
def samples(folder) -> Samples:
    return samples_of(folder, open_manifest(folder).data)


def joined(text: Text) -> str:
    return "".join(piece.text for piece in text)


def same(text: Text) -> str:
    return "".join(piece.text for piece in text if piece.mark == "same")


def lines_of(shown: Line | Beside) -> list[Line]:
    return [shown.left, shown.right] if isinstance(shown, Beside) else [shown]


def ledger_of(folder: Path) -> dict[str, dict[str, object]]:
    lines = pq.read_table(folder / "ledger.parquet").to_pylist()
    return {f"{line['file']}:{line['position']}": {**line, "because": json.loads(line["because"])} for line in lines}


def shards_of(folder: Path) -> dict[str, dict[str, object]]:
    paths = sorted((folder / "data").iterdir())
    return {row["row_id"]: row for path in paths for row in pq.read_table(path).to_pylist()}


def test_every_reason_has_its_rows_and_as_many_samples_as_there_is_use_for(folder, samples):
    manifest = open_manifest(folder).data
    counts = {(step["step"], reason): count for step in manifest["steps"] for reason, count in step["reasons"].items()}
    assert {(one.step, one.reason): one.rows for one in samples.reasons} == counts
    assert ("repeats", "near_repeat") in counts and counts["rules", "casual_answer"] > SAMPLES
    for one in samples.reasons:
        assert len(one.lines) == min(SAMPLES, one.rows)
    assert [one.rows for one in samples.reasons] == sorted(counts.values(), reverse=True)


def test_the_samples_of_a_reason_are_the_first_by_id(folder, samples):
    fallen = [line for line in ledger_of(folder).values() if line["reason"] == "casual_answer"]
    first = sorted(str(line["row_id"]) for line in fallen)[:SAMPLES]
    shown = next(one for one in samples.reasons if one.reason == "casual_answer")
    assert [line.row_id for line in shown.lines] == first


def test_every_line_says_what_the_ledger_and_the_shard_say(folder, samples):
    ledger, shards = ledger_of(folder), shards_of(folder)
    groups = [samples.kept, samples.nearest, samples.mixed, samples.doubtful]
    groups += [*samples.personal.values(), *samples.mended.values(), *samples.apart.values(), *samples.shared.values()]
    groups += [reason.lines for reason in samples.reasons] + [cluster.pairs for cluster in samples.clusters]
    lines = [line for group in groups for shown in group for line in lines_of(shown)]
    assert {line.verdict for line in lines} == {"keep", "drop", "quarantine"}
    for line in lines:
        told = ledger[line.place]
        assert (line.row_id, line.verdict, line.reason) == (told["row_id"], told["verdict"], told["reason"])
        assert (line.levels is None) == (line.license is None) == (line.verdict != "keep")
        if line.verdict == "keep":
            row = shards[str(line.row_id)]
            assert line.levels == (row["user_level"], row["assistant_level"])
            texts = [turn["content"] for turn in row["messages"]]
        else:
            texts = [told["because"].get(role, "") for role in ("question", "answer")]
        for shown, text in zip((line.question, line.answer), texts, strict=True):
            assert text.startswith(joined(shown).removesuffix("…"))


def test_a_repeat_stands_beside_the_row_that_stayed_and_its_difference_is_marked(samples):
    near = next(one for one in samples.reasons if one.reason == "near_repeat")
    (pair,) = near.lines
    assert isinstance(pair, Beside)
    assert (pair.left.verdict, pair.right.verdict) == ("keep", "drop")
    assert {*pair.scores} == {"question", "answer"} and 0.8 <= pair.scores["answer"] < 1
    others = [piece.text for text in (pair.left.answer, pair.right.answer) for piece in text if piece.mark == "other"]
    assert len(LONG) > 200 and sorted(others) == ["도", "를"]
    assert same(pair.left.question) == joined(pair.right.question)


def test_the_largest_clusters_come_first_and_agree_with_the_manifest(folder, samples):
    manifest = open_manifest(folder).data
    assert [one.rows for one in samples.clusters] == [25, 2, 2]
    assert {str(size): count for size, count in Counter(one.rows for one in samples.clusters).items()} == (
        manifest["repeats"]["cluster_sizes"]
    )
    shards = shards_of(folder)
    for cluster in samples.clusters:
        assert 1 <= len(cluster.pairs) <= 3
        for pair in cluster.pairs:
            assert shards[str(pair.left.row_id)]["cluster_id"] == cluster.cluster_id


def test_rows_that_all_stay_are_a_cluster_too(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(varied_records()))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--recipe", "annotate-only")
    manifest = open_manifest(tmp_path / "out").data
    assert manifest["recipe"]["repeats"]["drop_by"] == "none"
    largest = samples_of(tmp_path / "out", manifest).clusters[0]
    assert largest.rows == 25 and len(largest.pairs) == 3
    assert {line.verdict for pair in largest.pairs for line in lines_of(pair)} == {"keep"}


def test_personal_data_and_mending_are_shown_by_kind_and_never_the_datum(folder, samples):
    manifest = open_manifest(folder).data
    assert {kind: len(lines) for kind, lines in samples.personal.items()} == {
        kind: min(10, facts["rows"]) for kind, facts in manifest["personal_data"].items()
    }
    (line,) = samples.personal["phone"]
    assert [(edit.before, edit.why) for edit in line.edits] == [("<phone>", "pii:phone")]
    assert "[전화번호]" in joined(line.answer)
    assert "6789" not in repr(samples)
    assert {why: len(lines) for why, lines in samples.mended.items()} == {
        why: min(10, facts["rows"]) for why, facts in manifest["edits"].items() if not why.startswith("pii:")
    }
    assert [line.levels for line in samples.mixed] == [("mixed", "polite")]


def test_kept_samples_show_each_pair_of_levels_and_their_evidence(folder, samples):
    shards = shards_of(folder)
    pairs = {(row["user_level"], row["assistant_level"]) for row in shards.values()}
    assert len(samples.kept) == 8
    assert {line.levels for line in samples.kept} == pairs
    for line in samples.kept:
        spans = [(span["document"], span["quote"]) for span in shards[str(line.row_id)]["evidence"]]
        assert [(quote.document, quote.text) for quote in line.evidence] == spans[:3]


def test_a_line_that_could_not_be_read_says_where_and_why(samples):
    (reason,) = (one for one in samples.reasons if one.step == "read" and one.rows == 3)
    places = [line.place for line in reason.lines]
    assert places == sorted(places) and len(places) == 3
    for line in reason.lines:
        assert (line.row_id, line.question, line.answer) == (None, (), ())
        assert line.facts and set(line.facts) == {"detail"}


def test_what_stands_after_contexts_is_the_question(tmp_path):
    row = record("문서에는 다음과 같이 적혀 있다.\n\n실사는 언제 하나요?", "실사는 말일에 합니다.", document="a.md")
    row["contexts"] = [{"document": "a.md", "sha256": "0" * 64, "start": 0, "end": 2, "oracle": True}]
    (tmp_path / "rows.jsonl").write_bytes(as_lines([row]))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out")
    (line,) = samples_of(tmp_path / "out", open_manifest(tmp_path / "out").data).kept
    assert joined(line.question) == "실사는 언제 하나요?"


def test_many_long_rows_are_cut_to_the_room_that_the_page_has(tmp_path):
    rows = [
        record(f"{number}번 구역은 어때?", f"{number}번 구역이야. " + "상자를 옮겨. " * 150) for number in range(60)
    ]
    rows += [
        record(f"{number}번 존은 어떤가요?", f"{number}번 존입니다. " + f"상자 {number}개를 옮깁니다. " * 90)
        for number in range(60)
    ]
    (tmp_path / "rows.jsonl").write_bytes(as_lines(rows))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--set", "rules.max_repetition_share=1")
    found = samples_of(tmp_path / "out", open_manifest(tmp_path / "out").data)
    lines = [line for reason in found.reasons for shown in reason.lines for line in lines_of(shown)]
    assert all(len(joined(line.answer)) <= 401 for line in lines)
    assert sum(len(joined(text).encode()) for line in lines for text in (line.question, line.answer)) < 100_000


TEXTS = st.text(alphabet="재고 실사는언제해?\u2028\u202e\0<\"'", max_size=60)


@given(TEXTS, TEXTS)
def test_differences_mark_exactly_what_differs(left, right):
    one, other = mark_differences(left, right)
    assert (joined(one), joined(other)) == (left, right)
    assert same(one) == same(other)
    assert (left == right) == all(piece.mark == "same" for piece in (*one, *other))
    assert all(piece.text for piece in (*one, *other))


@given(TEXTS, TEXTS, st.integers(1, 30))
def test_excerpts_side_by_side_hold_the_place_where_their_texts_part(left, right, chars):
    shown = excerpts_beside(left, right, chars)
    for text, one in zip((left, right), shown, strict=True):
        assert one.strip("…") in text and len(one) <= chars + 2
    assert (left == right) == (shown[0] == shown[1])


def test_one_other_letter_far_inside_is_seen():
    left, right = ("가" * 50 + other + "다" * 50 for other in "나라")
    assert excerpts_beside(left, right, 20) == (
        "…" + "가" * 5 + "나" + "다" * 14 + "…",
        "…" + "가" * 5 + "라" + "다" * 14 + "…",
    )


def test_long_texts_are_compared_by_eojeol():
    left, right = (
        "재고를 실사합니다 " * 60,
        "재고를 실사합니다 " * 30 + "먼저 재고를 실사해요 " + "재고를 실사합니다 " * 29,
    )
    one, other = mark_differences(left, right)
    assert [piece.text for piece in one if piece.mark == "other"] == ["실사합니다"]
    assert "".join(piece.text for piece in other if piece.mark == "other").split() == ["먼저", "실사해요"]


@pytest.mark.parametrize("word", ["가", "가 ", "가나 ", "ㅋ"])
def test_a_text_of_one_word_costs_nothing(word):
    left, right = word * 2_000, "나" + word * 1_990
    one, other = mark_differences(left, right)
    assert same(one) == same(other) and joined(other) == right


def test_an_excerpt_is_the_text_or_its_beginning():
    assert excerpt("재고 실사", 5) == "재고 실사"
    assert excerpt("재고 실사", 2) == "재고…"


@given(
    st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50)), max_size=30), max_size=8),
    st.integers(1, 5),
)
def test_the_first_of_each_tag_are_the_smallest_whatever_the_blocks(blocks, most):
    import numpy as np

    from curation.report.rows.facets import Facet

    def facet(block: list[tuple[str, int]]) -> tuple[np.ndarray, list[Facet]]:
        names = sorted({tag for tag, _ in block})
        codes = np.array([names.index(tag) for tag, _ in block], dtype=np.int64)
        keys = np.array([key for _, key in block], dtype=np.uint64)
        return keys, [Facet(np.arange(len(block)), codes, names)]

    expected: dict[str, set[int]] = {}
    for tag, key in (one for block in blocks for one in block):
        expected.setdefault(tag, set()).add(key)
    for held in (3, 100_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("curation.report.rows.firsts._HELD", held)  # sorted on the way, or at the end alone
            found = first_of_each(map(facet, blocks), most)
        assert {tag: keys.tolist() for tag, keys in found.items()} == {
            tag: sorted(keys)[:most] for tag, keys in expected.items()
        }


def test_what_an_earlier_release_holds_is_named_and_stands_beside_nothing(folder, tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(varied_records()[:4]))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--against", folder, ends=(0, 1))
    found = samples_of(tmp_path / "out", open_manifest(tmp_path / "out").data)
    (reason,) = (one for one in found.reasons if one.reason == "exact_repeat")
    assert found.clusters == [] and len(reason.lines) == reason.rows
    for line in reason.lines:
        assert isinstance(line, Line) and line.facts
        assert line.facts["release"] == "out" and line.facts["kept"] in shards_of(folder)
