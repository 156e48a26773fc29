"""Laws of the journal: what was written stays, whoever dies; one run at a time; requests read back are the same."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import InputError
from datagen.llm.calls.journal import Failed, Recorded, open_journal
from datagen.llm.request import Failure, Lost, Message, Reply, Request, Role

ROOT = Path(__file__).parent.parent
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
REQUESTS = st.builds(
    Request,
    role=st.sampled_from(Role),
    model=TEXT,
    messages=st.lists(st.builds(Message, st.sampled_from(["system", "user", "assistant"]), TEXT), max_size=4).map(
        tuple
    ),
    schema=st.dictionaries(TEXT, JSON, max_size=4),
    temperature=st.floats(-1, 2) | st.integers(0, 2),
    max_tokens=st.integers(1, 10**6),
    prompt=TEXT,
    sample=st.integers(0, 9),
)


def request(text="검수는 언제 하나요?", model="openai:stub", role=Role.ASKER):
    return Request(role, model, (Message("user", text),), {"title": "Questions"}, 0.2, 100, "v1")


def reply(text="입고 예정일에 합니다.", attempt=1):
    return Reply(text, "stop", 30, 12, 0.05, attempt)


def enter(journal, *requests):
    journal.enter({one.key: one for one in requests})
    return [one.key for one in requests]


@settings(deadline=None)
@given(one=REQUESTS)
def test_a_request_read_back_is_the_same_request(tmp_path_factory, one):
    with open_journal(tmp_path_factory.mktemp("journal") / "journal.sqlite") as journal:
        enter(journal, one)
        (read,) = journal.waiting()
        assert read == one
        assert read.key == one.key
        assert list(read.schema) == list(one.schema)


@settings(deadline=None)
@given(text=st.text())
def test_a_reply_read_back_is_the_reply_that_keep_gave(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    with open_journal(path) as journal:
        (key,) = enter(journal, request())
        kept = journal.keep(key, reply(text))
    with open_journal(path) as journal:
        assert journal.replies([key]) == {key: kept}
    assert len(kept.text) <= len(text)
    assert kept.text == text or any("\ud800" <= char <= "\udfff" for char in text)


def test_the_first_answer_stands(tmp_path):
    with open_journal(tmp_path / "journal.sqlite") as journal:
        (key,) = enter(journal, request())
        journal.keep(key, reply("처음 답"))
        assert journal.keep(key, reply("다른 답")).text == "처음 답"
        journal.lose(key, Lost("timeout"))
        enter(journal, request())
        assert journal.state(key) == "answered"


def test_an_answer_to_what_was_never_asked_is_refused(tmp_path):
    with open_journal(tmp_path / "journal.sqlite") as journal, pytest.raises(KeyError):
        journal.keep("0" * 64, reply())


def test_every_failed_attempt_is_found_again_and_attempts_count_on_over_runs(tmp_path):
    for run in range(2):
        with open_journal(tmp_path / "journal.sqlite") as journal:
            (key,) = enter(journal, request())
            for number in (1, 2):
                assert journal.begin(key) == 2 * run + number
                journal.fail(key, 2 * run + number, Failure("throttled", "잠시 뒤에"))
            journal.lose(key, Lost("throttled"))
            assert journal.state(key) == "lost"
            assert list(journal.failed()) == [
                Failed(key, attempt, "throttled", "잠시 뒤에") for attempt in range(1, 2 * run + 3)
            ]


def test_a_lost_request_waits_again_when_it_is_entered_again(tmp_path):
    with open_journal(tmp_path / "journal.sqlite") as journal:
        (key,) = enter(journal, request())
        journal.lose(key, Lost("timeout"))
        assert list(journal.waiting()) == []
        enter(journal, request())
        assert list(journal.waiting()) == [request()]


def test_waiting_requests_come_in_the_order_of_entry_and_may_be_answered_meanwhile(tmp_path):
    asked = [request(f"로케이션 {number}번은 어디인가요?") for number in range(1200)]
    with open_journal(tmp_path / "journal.sqlite") as journal:
        enter(journal, *asked)
        seen = []
        for one in journal.waiting():
            seen.append(one)
            journal.keep(one.key, reply())
        assert seen == asked
        assert list(journal.waiting()) == []


def test_what_an_earlier_run_left_waits_no_more_and_its_late_answer_is_kept(tmp_path):
    with open_journal(tmp_path / "journal.sqlite") as journal:
        unsent, sent, answered = enter(journal, request("하나"), request("둘"), request("셋"))
        journal.begin(sent)
        journal.keep(answered, reply())
        journal.forget_waiting()
        assert [journal.state(key) for key in (unsent, sent, answered)] == ["lost", "lost", "answered"]
        assert list(journal.waiting()) == []
        journal.keep(unsent, reply())
        assert journal.state(unsent) == "answered", "a batch on its way is paid for"


def test_what_was_spent_is_told_by_model_and_role(tmp_path):
    with open_journal(tmp_path / "journal.sqlite") as journal:
        keys = enter(journal, request("하나"), request("둘"), request("셋", role=Role.JUDGE), request("넷", "openai:a"))
        for key in keys[:3]:
            journal.begin(key)
        for key in keys[:2]:
            journal.keep(key, reply())
        told = [(one.model, one.role, one.sent, one.answered, one.input_tokens) for one in journal.spent()]
        assert told == [
            ("openai:a", Role.ASKER, 0, 0, 0),
            ("openai:stub", Role.ASKER, 2, 2, 60),
            ("openai:stub", Role.JUDGE, 1, 0, 0),
        ]


def test_records_replace_those_of_an_earlier_run_or_stay_as_they_were(tmp_path):
    def broken():
        yield Recorded("셋", "kept", "", ())
        raise RuntimeError("쓰다가 멈춤")

    first = [Recorded("하나", "kept", "", ("a", "b")), Recorded("둘", "rejected", "number", ())]
    with open_journal(tmp_path / "journal.sqlite") as journal:
        journal.write_records([Recorded("옛것", "kept", "", ())])
        journal.write_records(first)
        with pytest.raises(RuntimeError):
            journal.write_records(broken())
        assert list(journal.records()) == first


def test_notes_are_read_back(tmp_path):
    with open_journal(tmp_path / "journal.sqlite") as journal:
        journal.note("ability openai:stub", {"response_format": "json_schema"})
        assert journal.noted("ability openai:stub") == {"response_format": "json_schema"}
        assert journal.noted("없는 이름") is None


def test_a_second_run_is_refused_in_the_same_process_and_in_another(tmp_path):
    path = tmp_path / "journal.sqlite"
    script = (
        "import sys\nfrom pathlib import Path\nfrom curation.errors import InputError\n"
        "from datagen.llm.calls.journal import open_journal\n"
        "try:\n    open_journal(Path(sys.argv[1])).close()\nexcept InputError as error:\n    print(error.what)\n"
    )
    second = [sys.executable, "-c", script, str(path)]
    for _ in range(2):  # a new file, and an old one
        with open_journal(path) as journal:
            with pytest.raises(InputError, match="another run"):
                open_journal(path)
            done = subprocess.run(second, cwd=ROOT, capture_output=True, text=True, check=True)
            assert done.stdout == "another run is writing here\n"
            journal.note("아직", "쓸 수 있다")
    assert subprocess.run(second, cwd=ROOT, capture_output=True, text=True, check=True).stdout == ""


def test_what_was_kept_survives_a_killed_process_and_its_lock_does_not(tmp_path):
    path = tmp_path / "journal.sqlite"
    script = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from tests.test_llm_journal import enter, open_journal, reply, request\n"
        "journal = open_journal(Path(sys.argv[1]))\n"
        "for number in range(50):\n"
        "    (key,) = enter(journal, request(f'{number}번 도크는 비었나요?'))\n"
        "    journal.begin(key)\n"
        "    journal.keep(key, reply(f'{number}번 도크는 비었습니다.'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False).returncode == -9
    with open_journal(path) as journal:
        asked = [request(f"{number}번 도크는 비었나요?").key for number in range(50)]
        found = journal.replies(asked)
        assert [found[key].text for key in asked] == [f"{number}번 도크는 비었습니다." for number in range(50)]


def test_a_full_disk_is_told_and_what_was_kept_before_stays(tmp_path):
    path = tmp_path / "journal.sqlite"
    script = (
        "import resource, sys\nfrom pathlib import Path\nfrom curation.errors import InputError\n"
        "from tests.test_llm_journal import enter, open_journal, reply, request\n"
        "with open_journal(Path(sys.argv[1])) as journal:\n"
        "    (key,) = enter(journal, request())\n"
        "    journal.keep(key, reply())\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "    try:\n"
        "        enter(journal, *(request(f'{number}번 랙' * 100) for number in range(2000)))\n"
        "    except InputError as error:\n"
        "        print(error.what)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("cannot be written")
    with open_journal(path) as journal:
        assert journal.replies([request().key]) == {request().key: reply()}
        assert list(journal.waiting()) == []


def test_files_that_are_no_journal_of_ours_are_refused_and_left_as_they_are(tmp_path):
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE stock (lot TEXT)")
    connection.close()
    newer = tmp_path / "newer.sqlite"
    open_journal(newer).close()
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    text = tmp_path / "text.sqlite"
    text.write_text("재고 실사표\n" * 500, encoding="utf-8")
    for path, told in ((foreign, "no journal of datagen"), (newer, "version 99"), (text, "damaged or no journal")):
        before = path.read_bytes()
        with pytest.raises(InputError, match=told):
            open_journal(path)
        assert path.read_bytes() == before


def test_a_damaged_journal_is_told_and_not_read_on(tmp_path):
    path = tmp_path / "journal.sqlite"
    with open_journal(path) as journal:
        enter(journal, *(request(f"품번 {number}의 재고는?") for number in range(500)))
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with open_journal(path) as journal, pytest.raises(InputError, match="damaged"):
        list(journal.waiting())
