"""Batch files: what waits goes out once, what comes back is kept under its key, and no line of a result file vanishes."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation.errors import InputError
from datagen.batch import app, take_results, write_batches
from datagen.llm.calls.batch_lines import as_line, read_result
from datagen.llm.calls.client import Client
from datagen.llm.calls.journal import open_journal
from datagen.llm.calls.pace import Cap
from datagen.llm.request import Failure, Lost, Message, Reply, Request, Role
from datagen.llm.schemas import Answers, Questions, schema_of

ASKER, ANSWERER = "openai:묻는-모델", "openai:org/answerer:7b"


def request(number, *, model=ASKER, role=Role.ASKER, temperature=0.5):
    told = (Message("system", "창고 문서로 질문을 만든다."), Message("user", f"{number}번 도크의 마감 시각을 묻는다."))
    shape = Questions if role is Role.ASKER else Answers
    return Request(role, model, told, schema_of(shape), temperature, 200, "0123456789ab")


def answered(key, text='{"questions":["몇 시에 마감해?"]}', finish_reason="stop", **message):
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish_reason}
    usage = {"prompt_tokens": 90, "completion_tokens": 12, "total_tokens": 102}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}
    response = {"status_code": 200, "request_id": "r", "body": body}
    return {"id": "batch_req_1", "custom_id": key, "response": response, "error": None}


def refused(key, status, message):
    """As OpenAI's error file says it."""
    body = {"error": {"message": message, "type": "invalid_request_error", "code": None}}
    return {"custom_id": key, "response": {"status_code": status, "request_id": "r", "body": body}, "error": None}


def refused_by_vllm(key, status, message):
    response = {"status_code": status, "request_id": "r", "body": None}
    return {"id": "vllm-1", "custom_id": key, "response": response, "error": {"error": {"message": message}}}


def as_lines(results):
    return [json.dumps(result, ensure_ascii=False).encode() + b"\n" for result in results]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def register(folder, requests):
    with open_journal(folder / "journal.sqlite") as journal:
        journal.enter({one.key: one for one in requests})


@pytest.fixture
def folder(tmp_path):
    """A folder in whose journal four requests of one model wait."""
    register(tmp_path / "쓰기", [request(number) for number in range(4)])
    return tmp_path / "쓰기"


@pytest.fixture
def journal(folder):
    with open_journal(folder / "journal.sqlite") as opened:
        yield opened


def test_a_line_holds_what_is_asked_and_nothing_else():
    asked = request(3)
    line = json.loads(as_line(asked))
    assert line == {
        "custom_id": asked.key,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "묻는-모델",
            "messages": [{"role": one.role, "content": one.content} for one in asked.messages],
            "max_completion_tokens": 200,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "Questions", "strict": True, "schema": asked.schema},
            },
            "temperature": 0.5,
        },
    }
    assert len(asked.key) == 64
    assert "도크의 마감".encode() in as_line(asked)
    assert as_line(asked).count(b"\n") == 1
    assert "temperature" not in json.loads(as_line(request(3, temperature=-1.0)))["body"]
    assert json.loads(as_line(request(3, model=ANSWERER)))["body"]["model"] == "org/answerer:7b"


@pytest.mark.parametrize(
    ("result", "read"),
    [
        (answered("k"), Reply('{"questions":["몇 시에 마감해?"]}', "stop", 90, 12, 0.0, 1)),
        (answered("k", "음, 18시요", "length"), Reply("음, 18시요", "length", 90, 12, 0.0, 1)),
        (answered("k", None, None), Reply("", "", 90, 12, 0.0, 1)),
        (answered("k", [{"type": "text", "text": "가"}, {"type": "text", "text": "나"}]), Reply("가나", "stop", 90, 12, 0.0, 1)),
        (answered("k", None, refusal="할 수 없습니다"), Reply("", "refusal", 90, 12, 0.0, 1)),
        (refused("k", 400, "schema too deep"), Failure("rejected", "schema too deep")),
        (refused("k", 429, "slow down"), Failure("throttled", "slow down")),
        (refused("k", 500, "oops"), Failure("server_error", "oops")),
        (refused_by_vllm("k", 400, "max length is 4096"), Failure("rejected", "max length is 4096")),
        (
            {"custom_id": "k", "response": None, "error": {"code": "batch_expired", "message": "24 hours are over"}},
            Failure("batch_expired", "24 hours are over"),
        ),
    ],
)  # fmt: skip
def test_a_result_is_a_reply_or_the_reason_why_there_is_none(result, read):
    assert read_result(as_lines([result])[0]) == ("k", read)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"{", "Expecting"),
        (b'{"custom_id": "\xb0\xcb\xbc\xf6"}', "decode"),
        (b"[]", "no custom_id"),
        (b'{"custom_id": 7}', "no custom_id"),
        (b'{"custom_id": "k"}', "neither an answer nor an error"),
        (b'{"custom_id": "k", "response": {"status_code": 200, "body": {"choices": []}}}', "neither"),
        (b'{"custom_id": "k", "response": {"status_code": 200, "body": {"choices": [{}]}}}', "without a message"),
        (as_line(request(0)), "a request, not its result"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_a_line_that_is_no_result_says_what_is_wrong(line, fault):
    with pytest.raises(ValueError, match=fault):
        read_result(line)


def test_what_waits_is_exported_in_the_order_in_which_it_was_asked(folder):
    done = run("export", folder)
    written = folder.with_name("쓰기-batch.jsonl").read_bytes()
    assert written == b"".join(as_line(request(number)) for number in range(4))
    assert "4 requests" in done.stdout
    assert "datagen.batch import" in done.stdout


def test_what_is_answered_or_lost_is_not_exported(folder, journal):
    journal.keep(request(1).key, Reply("가", "stop", 1, 1, 0.0, 1))
    journal.lose(request(2).key, Lost("rejected"))
    journal.close()
    run("export", folder, "--out", folder.with_name("나머지.jsonl"))
    lines = folder.with_name("나머지.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["custom_id"] for line in lines] == [request(0).key, request(3).key]


def test_two_models_need_a_file_each(folder):
    register(folder, [request(9, model=ANSWERER, role=Role.ANSWERER)])
    with pytest.raises(InputError, match=f"{ANSWERER}, {ASKER}"):
        run("export", folder)
    done = run("export", folder, "--by-model")
    names = sorted(path.name for path in folder.parent.glob("*.jsonl"))
    assert names == ["쓰기-batch-openai-org-answerer-7b.jsonl", "쓰기-batch-openai-묻는-모델.jsonl"]
    assert all(name in done.stdout for name in names)


@settings(deadline=None)
@given(
    lines=st.lists(st.binary(min_size=1, max_size=20), max_size=30), most_lines=st.integers(1, 9), most_bytes=st.integers(1, 60)
)  # fmt: skip
def test_the_files_hold_every_line_once_and_keep_the_limits(lines, most_lines, most_bytes):
    with TemporaryDirectory() as place:
        files = write_batches(lines, Path(place) / "가.jsonl", most_lines=most_lines, most_bytes=most_bytes)
        assert b"".join(path.read_bytes() for path in files) == b"".join(lines)
        assert sum(files.values()) == len(lines)
        for path, count in files.items():
            assert count <= most_lines
            assert count == 1 or path.stat().st_size <= most_bytes


def test_many_requests_are_several_files_with_names_in_order(tmp_path):
    files = write_batches([b"x\n"] * 5, tmp_path / "가.jsonl", most_lines=2)
    assert [(path.name, count) for path, count in files.items()] == [
        ("가.jsonl", 2),
        ("가-2.jsonl", 2),
        ("가-3.jsonl", 1),
    ]


def test_a_file_that_may_have_been_sent_is_not_written_over(folder):
    run("export", folder)
    with pytest.raises(InputError, match="may have been sent"):
        run("export", folder)


def test_results_are_kept_in_any_order_and_the_rest_is_named(folder, tmp_path):
    keys = [request(number).key for number in range(4)]
    file = tmp_path / "결과.jsonl"
    file.write_bytes(
        b"\xef\xbb\xbf"
        + b"".join(as_lines([answered(keys[2], "JSON이 아닌 말"), refused(keys[0], 429, "slow down")]))
        + b"\n{broken\n"
        + b"".join(as_lines([answered("0" * 64), answered(keys[1]), answered(keys[1], "두 번째 답")]))
    )
    done = run("import", folder, file)
    assert done.exit_code == 0
    with open_journal(folder / "journal.sqlite") as journal:
        kept = journal.replies(keys)
        assert {key: reply.text for key, reply in kept.items()} == {
            keys[2]: "JSON이 아닌 말", keys[1]: '{"questions":["몇 시에 마감해?"]}',
        }  # fmt: skip
        assert [one.key for one in journal.waiting()] == [keys[0], keys[3]]
    assert "2 kept" in done.stdout
    assert "1 answered already" in done.stdout
    assert "2 requests still wait" in done.stdout
    for said in (":2: throttled: slow down", ":4: unreadable", f":5: unknown: {'0' * 64}"):
        assert said in done.stderr


RESULTS = st.lists(
    st.one_of(
        st.integers(0, 5).map(lambda number: answered(request(number).key, f"{number}")),
        st.integers(0, 3).map(lambda number: refused(request(number).key, 500, "oops")),
        st.sampled_from(["not a result", {"custom_id": "x"}, None]),
    ),
    max_size=20,
)


@settings(deadline=None, max_examples=40)
@given(results=RESULTS)
def test_no_line_vanishes_and_importing_twice_changes_nothing(results):
    with TemporaryDirectory() as place:
        register(Path(place), [request(number) for number in range(4)])
        with open_journal(Path(place) / "journal.sqlite") as journal:
            first = take_results(as_lines(results), journal)
            assert first.kept + first.known + len(first.faults) == len(results)
            keys = [request(number).key for number in range(4)]
            kept, spent = journal.replies(keys), journal.spent()
            assert first.kept == len(kept)
            assert all(reply.text == str(keys.index(key)) for key, reply in kept.items())
            again = take_results(as_lines(results), journal)
            assert (again.kept, journal.replies(keys), journal.spent()) == (0, kept, spent)


def test_half_a_character_does_not_lose_a_paid_answer(journal):
    line = json.dumps(answered(request(0).key, "검수\ud83d")).encode()
    assert take_results([line], journal).kept == 1
    assert journal.replies([request(0).key])[request(0).key].text.startswith("검수")


def test_many_faults_of_one_reason_are_shown_in_part_and_counted_in_full(folder, tmp_path):
    file = tmp_path / "결과.jsonl"
    file.write_bytes(b"".join(as_lines([answered(request(0).key), *(answered(f"{n:064}") for n in range(50))])))
    done = run("import", folder, file)
    assert "50 unknown" in done.stdout
    assert done.stderr.count(": unknown: ") == 20
    assert "30 more" in done.stderr


@pytest.mark.parametrize("content", [b"", b"{}\n", "그냥 글\n".encode(), as_line(request(0))])
def test_a_file_without_one_result_of_the_folder_is_refused(folder, tmp_path, content):
    (tmp_path / "결과.jsonl").write_bytes(content)
    with pytest.raises(InputError, match="holds no result"):
        run("import", folder, tmp_path / "결과.jsonl")


def test_a_result_file_that_is_not_there_is_named(folder, tmp_path):
    with pytest.raises(InputError, match="is not there"):
        run("import", folder, tmp_path / "없는-결과.jsonl")


def test_a_folder_without_a_journal_gets_none(tmp_path):
    for command in (("export", tmp_path), ("import", tmp_path, tmp_path / "결과.jsonl")):
        with pytest.raises(InputError, match="nothing was asked"):
            run(*command)
    assert list(tmp_path.iterdir()) == []


def test_nothing_waiting_writes_no_file(folder, journal):
    for number in range(4):
        journal.keep(request(number).key, Reply("가", "stop", 1, 1, 0.0, 1))
    journal.close()
    assert "no request waits" in run("export", folder).stdout
    assert not list(folder.parent.glob("*.jsonl"))


def test_a_client_without_a_line_waits_for_a_batch_and_reads_its_answers(tmp_path):
    asked = [request(number) for number in range(3)]

    def ask():
        with open_journal(tmp_path / "쓰기" / "journal.sqlite") as journal:
            client = Client(journal, {}, cap=Cap(journal.spent(), lambda *_: 0.0), attempts=1, tokens_in=len)
            return asyncio.run(client.ask(asked))

    assert [reply.reason for reply in ask()] == ["waiting"] * 3
    run("export", tmp_path / "쓰기", "--out", tmp_path / "요청.jsonl")
    keys = [json.loads(line)["custom_id"] for line in (tmp_path / "요청.jsonl").read_bytes().splitlines()]
    (tmp_path / "결과.jsonl").write_bytes(b"".join(as_lines([answered(key, key[:8]) for key in reversed(keys)])))
    assert "same datagen.wms command" in run("import", tmp_path / "쓰기", tmp_path / "결과.jsonl").stdout
    assert [reply.text for reply in ask()] == [one.key[:8] for one in asked]


def provide(requests, results):
    """What a provider does with a batch file; its model is the no-model writer."""
    from datagen.standin.model import answer_of

    def answer(line):
        body = line["body"]
        told = [Message(one["role"], one["content"]) for one in body["messages"]]
        return answered(line["custom_id"], answer_of(told, body["response_format"]["json_schema"]["schema"]))

    sent = [json.loads(line) for line in requests.read_bytes().splitlines()]
    results.write_bytes(b"".join(as_lines(map(answer, reversed(sent)))))
    return [line["custom_id"] for line in sent]


def test_stage_by_stage_the_same_command_ends_with_the_folder(small_handbook, tmp_path):
    from datagen.wms import app as write

    out, sent = tmp_path / "쓰기", []
    command = [small_handbook, "--out", out, "--model", ASKER, "--limit", 8, "--batch"]
    for stage in range(12):
        done = CliRunner().invoke(write, [str(part) for part in command], catch_exceptions=False)
        assert done.exit_code == 0
        if (out / "manifest.json").exists():
            break
        requests, results = tmp_path / f"{stage}.jsonl", tmp_path / f"{stage}-결과.jsonl"
        run("export", out, "--out", requests)
        sent += provide(requests, results)
        run("import", out, results)
    rows = [json.loads(line) for line in (out / "candidates.jsonl").read_text(encoding="utf-8").splitlines()]
    assert any(row["generator"]["model"] == ASKER for row in rows)
    assert len(sent) == len(set(sent))  # nothing is sent twice
