"""Reading: a broken line is set aside whole, its neighbours live, and nothing is coerced."""

import base64
import hashlib
import json
import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_files import Reading, json_line, read_bytes

from curation.errors import InputError
from curation.recipes.schema import Read, Source
from curation.records import PARSED
from curation.sources.reading import check_budget, count_allowed

GOOD = '{"question": "재고 실사는 언제 하나요?", "answer": "매월 말일에 합니다."}'.encode()


def reading(tmp_path, *lines: bytes, settings: Read | None = None) -> Reading:
    return read_bytes(tmp_path, b"\n".join(lines), settings=settings)


def turn(role: str, content: object) -> dict[str, object]:
    return {"role": role, "content": content}


def messages(*turns: dict[str, object], **fields: object) -> bytes:
    return json.dumps({"messages": turns, **fields}, ensure_ascii=False).encode()


SPAN = {
    "document": "실사.md",
    "sha256": "0" * 64,
    "start": 3,
    "end": 5,
    "quote": "재고",
    "section": ["실사"],
    "turn": 1,
}
PAIR = (turn("user", "언제 해?"), turn("assistant", "말일에 합니다."))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"question": "\xff", "answer": "b"}', "not_utf8"),
        ("재고".encode("cp949"), "not_utf8"),
        (b'{"question": "a", "answer": ', "not_json"),
        (b'{"question": "a", "question": "b", "answer": "c"}', "duplicate_key"),
        (b'{"question": "a", "answer": "b", "meta": {"x": 1, "x": 2}}', "duplicate_key"),
        (b'{"question": "a", "answer": "b", "meta": {"x": NaN}}', "not_a_number"),
        (b'{"question": "a", "answer": "b", "meta": {"x": 1e999}}', "not_a_number"),
        (b'["question"]', "not_an_object"),
        (b"7", "not_an_object"),
        (b'{"question": "\\ud800", "answer": "b"}', "lone_surrogate"),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"x": ' + b"9" * 5_000 + b"}", "not_json"),
        (b'{"note": "a"}', "unknown_shape"),
        (b"{}", "unknown_shape"),
        (b'{"question": 7, "answer": "b"}', "bad_messages"),
        (b'{"messages": "a"}', "bad_messages"),
        (b'{"messages": []}', "bad_messages"),
        (messages(turn("bot", "a")), "bad_role"),
        (messages(turn("user", "a"), turn("system", "b")), "bad_role"),
        (messages({"role": "user", "content": "a", "tool_calls": ["b"]}), "bad_messages"),
        (messages(*PAIR, meta={"kind": 1}, kind=2), "bad_meta"),
        (messages(*PAIR, evidence=[{**SPAN, "end": 6}]), "bad_evidence"),
        (messages(*PAIR, evidence=[{**SPAN, "start": True}]), "bad_evidence"),
        (messages(*PAIR, evidence=[{**SPAN, "turn": 2**63}]), "bad_evidence"),
        (messages(*PAIR, evidence=[{**SPAN, "section": [1]}]), "bad_evidence"),
        (messages(*PAIR, contexts=[{"document": "a"}]), "bad_contexts"),
    ],
)
def test_a_broken_line_is_set_aside_and_its_neighbours_survive(tmp_path, line, reason):
    found = reading(tmp_path, GOOD, line, GOOD)
    assert [broken.reason for broken in found.broken] == [reason]
    assert found.broken[0].line.number == 2
    assert found.positions == [1, 3]


@pytest.mark.parametrize(
    ("line", "shown", "hidden"),
    [
        (messages(turn("bot", "a")), "'bot'", ""),
        (messages(turn("tool_call", "a")), "'tool_call'", ""),
        (messages(turn("상담원", "a")), "'상담원'", ""),
        (messages(turn("010-2345-6789", "a")), "a text of 13 characters", "2345"),
        (messages(turn("minji@example.com", "a")), "a text of 17 characters", "minji"),
        (messages(turn("상차는 열한 시에 3번 도크에서 합니다", "a")), "a text of 21 characters", "도크"),
        (messages(turn(1023456789, "a")), "of type int", "1023"),
        (messages(turn("user", 1023456789)), "messages[0].content is int", "1023"),
        (b'{"010-2345-6789": "a", "question_2": "b"}', "[a text of 13 characters, 'question_2']", "2345"),
        (b'{"010-2345-6789": 1, "010-2345-6789": 2}', "the key a text of 13 characters 2 times", "2345"),
        (b'{"question": "a", "tel": 1023456789e400}', "a number of 14 characters", "1023"),
        (messages(*PAIR, evidence=[{**SPAN, "turn": 2**63}]), "turn outside 64 bits", str(2**63)),
        (messages(*PAIR, evidence=[{**SPAN, "end": -1023456789}]), "ends before it starts", "1023"),
        (messages(*PAIR, meta={"a@b.kr": 1}, **{"a@b.kr": 2}), "a text of 6 characters stands both", "a@b"),
    ],
)
def test_why_a_row_is_broken_names_roles_and_fields_and_quotes_no_value(tmp_path, line, shown, hidden):
    (broken,) = reading(tmp_path, line).broken
    assert shown in broken.detail
    assert not hidden or hidden not in broken.detail


def test_how_deep_a_row_may_be_nested_does_not_depend_on_who_reads_it(tmp_path):
    lines = [b'{"question": "a?", "x": ' + b"[" * depth + b"]" * depth + b"}" for depth in (99, 101, 900)]
    assert reading(tmp_path, *lines, messages(*PAIR, many=[[]] * 200)).positions == [1, 4]


def test_a_quarantined_line_can_be_found_again_byte_for_byte(tmp_path):
    broken = b"\xff" * 2_000
    found = reading(tmp_path, GOOD, broken, GOOD).broken[0].as_json()
    data = (tmp_path / "rows.jsonl").read_bytes()
    line = data[found["offset"] : found["offset"] + found["length"]]
    assert line == broken + b"\n"
    assert found["sha256"] == hashlib.sha256(line).hexdigest()
    assert base64.b64decode(found["head_base64"]) == line[:1024]


@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_line_past_the_cap_is_set_aside_without_its_neighbours(tmp_path, end):
    cap = Read(max_line_bytes=200)
    long = b'{"question": "' + b"x" * 1_000 + b'"}'
    found = read_bytes(tmp_path, GOOD + b"\n" + long + end, settings=cap)
    assert [(broken.reason, broken.line.length) for broken in found.broken] == [("line_too_long", len(long + end))]
    assert found.broken[0].line.sha256 == hashlib.sha256(long + end).hexdigest()
    assert found.rows.num_rows == 1


def test_a_line_of_exactly_the_cap_is_read(tmp_path):
    assert reading(tmp_path, GOOD, GOOD, settings=Read(max_line_bytes=len(GOOD))).rows.num_rows == 2
    assert reading(tmp_path, GOOD, GOOD, settings=Read(max_line_bytes=len(GOOD) - 1)).rows.num_rows == 0


def test_blank_lines_are_counted_and_are_no_rows(tmp_path):
    found = reading(tmp_path, b"", GOOD, b" \t\r", GOOD, b"")
    assert (found.rows.num_rows, len(found.broken), found.blank) == (2, 0, 2)


def test_bom_crlf_and_line_separators_inside_strings_are_read(tmp_path):
    inside = '{"question": "한 줄\u2028두 줄", "answer": "세\\u0000 줄\\r\\n네 줄"}'.encode()
    found = read_bytes(tmp_path, b"\xef\xbb\xbf" + inside + b"\r\n" + GOOD + b"\r\n")
    assert found.broken == []
    contents = [message[1]["content"] for message in found.rows["messages"].to_pylist()]
    assert "세\0 줄\n네 줄" in contents


def test_text_comes_out_in_nfc_and_so_do_document_names(tmp_path):
    decomposed = unicodedata.normalize("NFD", "재고 실사")
    line = messages(turn("user", decomposed), turn("assistant", "합니다."), evidence=[{**SPAN, "document": decomposed}])
    row = reading(tmp_path, line).rows.to_pylist()[0]
    assert row["messages"][0]["content"] == "재고 실사"
    assert row["evidence"][0]["document"] == "재고 실사"


def test_values_keep_their_type_and_unknown_fields_stay_in_meta(tmp_path):
    line = messages(*PAIR, id=7, sku="007", n=123456789012345678901234, meta={"kind": "정의"})
    row = reading(tmp_path, line).rows.to_pylist()[0]
    assert row["source_row_id"] == "7"
    assert json.loads(row["meta"]) == {"kind": "정의", "n": 123456789012345678901234, "sku": "007"}
    assert (row["source"], row["license"]) == ("rows", "NOASSERTION")


@given(order=st.randoms(use_true_random=False), copies=st.lists(st.integers(1, 3), min_size=1, max_size=5))
def test_digests_come_from_content_and_never_from_arrival_order(tmp_path_factory, order: random.Random, copies):
    lines = [
        messages(turn("user", f"질문 {number}"), turn("assistant", "답입니다."))
        for number, count in enumerate(copies)
        for _ in range(count)
    ]
    shuffled = order.sample(lines, len(lines))
    folder = tmp_path_factory.mktemp("rows")
    one, other = reading(folder, *lines).rows, reading(folder, *shuffled).rows
    assert sorted(one["digest"].to_pylist()) == sorted(other["digest"].to_pylist())
    assert len(set(one["digest"].to_pylist())) == len(copies)


def test_a_digest_is_of_the_canonical_content_and_of_nothing_else(tmp_path):
    one = reading(tmp_path, messages(*PAIR, id="a", n=1, sku="007"), GOOD).rows.to_pylist()[0]
    same = read_bytes(tmp_path, b"\n" + messages(*PAIR, sku="007", n=1, id="a"), name="b.jsonl",
                      settings=Read(sources=[Source(name="rows")])).rows.to_pylist()[0]  # fmt: skip
    assert (one["file"], one["position"]) != (same["file"], same["position"])
    assert one["digest"] == same["digest"]
    content = {key: one[key] for key in one.keys() - {"file", "position", "digest"}}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert one["digest"] == hashlib.sha256(text.encode()).digest()[:16]


@given(st.lists(st.sampled_from([GOOD, b"", b"{", b"\xff\xfe", b"null"]), max_size=20))
def test_every_line_is_a_row_or_broken_or_blank(tmp_path_factory, lines):
    data = b"".join(line + b"\n" for line in lines)
    found = read_bytes(tmp_path_factory.mktemp("rows"), data)
    assert found.rows.num_rows + len(found.broken) + found.blank == len(lines)


@given(st.binary(max_size=300))
def test_no_bytes_whatever_stop_the_reading(tmp_path_factory, data):
    found = read_bytes(tmp_path_factory.mktemp("rows"), data)
    pieces = [piece for piece in data.split(b"\n") if piece]
    assert found.rows.num_rows + len(found.broken) <= len(pieces)


def test_past_its_budget_a_run_is_refused_and_the_broken_lines_are_handed_over(tmp_path):
    handed = []
    settings = Read(quarantine_rows=1)
    check_budget(
        [line.as_json() for line in reading(tmp_path, GOOD, b"{").broken], 2, settings, on_refused=handed.extend
    )
    assert handed == []
    broken = [line.as_json() for line in reading(tmp_path, GOOD, b"{", b"}").broken]
    with pytest.raises(InputError, match=r"rows\.jsonl:2: .*2 of 3 lines are broken, the recipe allows 1"):
        check_budget(broken, 3, settings, on_refused=handed.extend)
    assert [line["position"] for line in handed] == [2, 3]


def test_the_budget_is_the_larger_of_rows_and_share():
    assert count_allowed(Read(), 100) == 10
    assert count_allowed(Read(), 1_000_000) == 1_000


def test_an_input_without_rows_is_refused():
    with pytest.raises(InputError, match="holds no row"):
        check_budget([], 0, Read(), on_refused=lambda broken: None)


def test_rows_have_the_columns_of_the_contract(tmp_path):
    assert reading(tmp_path, GOOD).rows.schema.equals(PARSED)
    assert reading(tmp_path, b"{").rows.schema.equals(PARSED)


@pytest.mark.parametrize(
    ("fields", "meta"),
    [
        ({"id": [1]}, {"id": [1]}),
        ({"id": True}, {"id": True}),
        ({"id": ""}, {"id": ""}),
        ({"source": "", "license": 7}, {"source": "", "license": 7}),
        ({"source": "가나다라 " * 100}, {"source": "가나다라 " * 100}),
        ({"evidence": "말일에 한다"}, {"evidence": "말일에 한다"}),
        ({"contexts": ["말일에 한다"]}, {"contexts": ["말일에 한다"]}),
        ({"meta": "WMS"}, {"meta": "WMS"}),
        ({"id": None, "source": None, "license": None, "evidence": None, "meta": None}, {}),
    ],
)
def test_a_foreign_field_that_only_has_the_name_of_ours_stays_in_meta(tmp_path, fields, meta):
    (row,) = reading(tmp_path, messages(*PAIR, **fields)).rows.to_pylist()
    assert json.loads(row["meta"]) == meta
    assert (row["source"], row["license"], row["source_row_id"], row["evidence"]) == ("rows", "NOASSERTION", None, [])


def test_what_turns_hold_beside_their_text_is_kept_and_takes_no_fields_place(tmp_path):
    named = {**turn("user", "언제 해?"), "name": "민지"}
    first, second = reading(tmp_path, messages(named), messages(named, turns=1)).rows["meta"].to_pylist()
    assert json.loads(first) == {"turns": [{"name": "민지"}]}
    assert json.loads(second) == {"messages.turns": [{"name": "민지"}], "turns": 1}


def test_a_row_is_known_by_the_id_it_brings_whatever_its_name(tmp_path):
    lines = messages(*PAIR, custom_id="a-1"), messages(*PAIR, prompt_id=7), messages(*PAIR, id="b", custom_id="c")
    found = reading(tmp_path, *lines).rows
    assert found["source_row_id"].to_pylist() == ["a-1", "7", "b"]
    assert [json.loads(meta) for meta in found["meta"].to_pylist()] == [{}, {}, {"custom_id": "c"}]


def test_a_dialogue_of_ai_hub_is_known_by_the_id_in_its_header(tmp_path):
    body = {"dialogue": [{"participantID": "P01", "utterance": "언제 와?"}], "summary": "언제 오는지 묻는다."}
    headers = [{"dialogueInfo": {"dialogueID": "d1"}}, {"dialogueInfo": {"dialogueID": ""}}, {"dialogueInfo": 1}, None]
    lines = [json_line({"header": header, "body": body}) for header in headers]
    found = reading(tmp_path, *lines, json_line({"id": 7, "header": headers[0], "body": body})).rows
    assert found["source_row_id"].to_pylist() == ["d1", None, None, None, "7"]
    assert json.loads(found["meta"][0].as_py())["header"] == headers[0]


def test_the_recipe_names_the_source_and_gives_the_licence_where_rows_state_none(tmp_path):
    known = Read(sources=[Source(files="rows*", name="창고 질문집", license="CC-BY-4.0")])
    lines = messages(*PAIR, source="웹", license="MIT"), messages(*PAIR)
    first, second = reading(tmp_path, *lines, settings=known).rows.to_pylist()
    assert (first["source"], first["license"], json.loads(first["meta"])) == ("창고 질문집", "MIT", {"source": "웹"})
    assert (second["source"], second["license"]) == ("창고 질문집", "CC-BY-4.0")
    own, none = reading(tmp_path, *lines).rows.to_pylist()
    assert (own["source"], own["license"], none["source"], none["license"]) == ("웹", "MIT", "rows", "NOASSERTION")
