"""The journal: every request by the hash of its content, what came of it, and what became of it; one SQLite file.

Each answer is committed as it arrives, so that a killed run pays for nothing twice. One run writes at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from curation.errors import InputError
from curation.files import canonical_json
from datagen.llm.request import Failure, Lost, Message, Reply, Request, Role

_MAGIC, _VERSION = 0x64644A31, 1  # "ddJ1" as SQLite's application_id; the tables' version as its user_version
# `body` stands last: it is long and rarely read.
_TABLES = (
    """CREATE TABLE requests (
        key TEXT PRIMARY KEY, model TEXT NOT NULL, role TEXT NOT NULL, prompt TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'lost')),
        attempt INTEGER NOT NULL DEFAULT 0, finish_reason TEXT, input_tokens INTEGER, output_tokens INTEGER,
        latency_s REAL, at TEXT, why TEXT, text TEXT, body TEXT NOT NULL
    )""",
    """CREATE TABLE attempts (
        key TEXT NOT NULL, attempt INTEGER NOT NULL, kind TEXT NOT NULL, because TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (key, attempt)
    )""",
    "CREATE TABLE records (id TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, parents TEXT NOT NULL)",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)
_REPLY = "text, finish_reason, input_tokens, output_tokens, latency_s, attempt"
_AT_ONCE = 500  # keys in one question to SQLite, rows in one answer
# What a user can mend: the disk, the file's rights, a damaged file. Anything else is our bug.
_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one row: kept, or the gate that stopped it; `parents` are its requests' keys."""

    id: str
    state: str
    reason: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spent:
    """What one model cost in one role, over all runs; `sent` counts every attempt."""

    model: str
    role: Role
    sent: int
    answered: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that brought no answer."""

    key: str
    attempt: int
    kind: str
    because: str


class Journal:
    """An open journal; `open_journal` makes one. Not for use by several threads."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let the next run in."""
        self._connection.close()

    def enter(self, requests: Mapping[str, Request]) -> None:
        """Requests by their keys, before they are sent: what is new, or was lost, now waits; what is answered stays."""
        rows = ((key, one.model, one.role, one.prompt, _body(one)) for key, one in requests.items())
        self._run_many(
            "INSERT INTO requests (key, model, role, prompt, state, body) VALUES (?, ?, ?, ?, 'waiting', ?) "
            "ON CONFLICT (key) DO UPDATE SET state = 'waiting' WHERE state = 'lost'",
            rows,
        )

    def begin(self, key: str) -> int:
        """The number of the attempt now made at an entered request, from 1 over all runs: counted before it is sent."""
        begun = self._run("UPDATE requests SET attempt = attempt + 1 WHERE key = ? RETURNING attempt", (key,))
        return int(begun[0][0])

    def keep(self, key: str, reply: Reply) -> Reply:
        """The reply as the journal holds it from now on: the first answer to a request stands.

        Half a character, which servers cut off, becomes U+FFFD. Raises KeyError where the request was never entered.
        """
        self._run(
            "UPDATE requests SET state = 'answered', text = ?, finish_reason = ?, input_tokens = ?, output_tokens = ?, "
            "latency_s = ?, attempt = ?, at = ?, why = NULL WHERE key = ? AND state <> 'answered'",
            (_whole(reply.text), _whole(reply.finish_reason), reply.input_tokens, reply.output_tokens, reply.latency_s,
             reply.attempt, _now(), key),
        )  # fmt: skip
        return self.replies((key,))[key]

    def fail(self, key: str, attempt: int, failure: Failure) -> None:
        """An attempt brought no answer."""
        self._run(
            "INSERT INTO attempts VALUES (?, ?, ?, ?, ?)", (key, attempt, failure.kind, _whole(failure.because), _now())
        )

    def lose(self, key: str, lost: Lost) -> None:
        """No attempt is left to this run; the next tries again."""
        self._run(
            "UPDATE requests SET state = 'lost', why = ?, at = ? WHERE key = ? AND state <> 'answered'",
            (lost.reason, _now(), key),
        )

    def replies(self, keys: Iterable[str]) -> dict[str, Reply]:
        """The replies to those of the keys that are answered."""
        found: dict[str, Reply] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            places = ", ".join("?" * len(some))
            rows = self._run(f"SELECT key, {_REPLY} FROM requests WHERE state = 'answered' AND key IN ({places})", some)
            found.update((key, Reply(*reply)) for key, *reply in rows)
        return found

    def state(self, key: str) -> str | None:
        """waiting, answered or lost; None where the request was never entered."""
        found = self._run("SELECT state FROM requests WHERE key = ?", (key,))
        return str(found[0][0]) if found else None

    def waiting(self) -> Iterator[Request]:
        """The requests that wait for an answer, in the order in which they were entered."""
        rows = self._pages("requests", "model, role, prompt, body", "state = 'waiting'")
        return (_request(*row) for row in rows)

    def forget_waiting(self) -> None:
        """Count as lost what earlier runs entered and never read.

        At the start of a run, which enters again what it still wants: a batch file then holds no stale request. An
        answer that comes late, of a batch under way, is kept all the same.
        """
        self._run("UPDATE requests SET state = 'lost', why = 'stopped' WHERE state = 'waiting'", ())

    def failed(self) -> Iterator[Failed]:
        """Every attempt that brought no answer, in the order in which they ended."""
        return (Failed(*row) for row in self._pages("attempts", "key, attempt, kind, because"))

    def spent(self) -> list[Spent]:
        """What was sent and read so far, by model and role."""
        rows = self._run(
            "SELECT model, role, sum(attempt), sum(state = 'answered'), "
            "coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0) "
            "FROM requests GROUP BY model, role ORDER BY model, role",
            (),
        )
        return [Spent(model, Role(role), *counts) for model, role, *counts in rows]

    def write_records(self, records: Iterable[Recorded]) -> None:
        """What became of every row, in place of what an earlier run wrote; all or nothing."""
        rows = ((one.id, one.state, one.reason, json.dumps(one.parents)) for one in records)
        self._run_many("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", rows, first="DELETE FROM records")

    def records(self) -> Iterator[Recorded]:
        """What became of every row, in the order in which it was written."""
        for id_, state, reason, parents in self._pages("records", "id, state, reason, parents"):
            yield Recorded(id_, state, reason, tuple(json.loads(parents)))

    def note(self, name: str, value: object) -> None:
        """Write down a JSON value under a name: what a server can do, say."""
        self._run("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, canonical_json(value).decode()))

    def noted(self, name: str) -> Any:  # noqa: ANN401 (whatever JSON was noted)
        """The value noted under a name, or None."""
        found = self._run("SELECT value FROM notes WHERE name = ?", (name,))
        return json.loads(found[0][0]) if found else None

    def _pages(self, table: str, columns: str, condition: str = "true") -> Iterator[Sequence[Any]]:
        """Rows in order of entry, some at a time: nothing stays open between them, and never do all lie in memory."""
        last = 0
        while rows := self._run(
            f"SELECT rowid, {columns} FROM {table} WHERE rowid > ? AND {condition} ORDER BY rowid LIMIT {_AT_ONCE}",
            (last,),
        ):
            yield from (row[1:] for row in rows)
            last = rows[-1][0]

    def _run(self, statement: str, values: Sequence[object]) -> list[Any]:
        """One statement, committed when this returns."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise _fault(self.path, error) from error

    def _run_many(self, statement: str, rows: Iterable[Sequence[object]], first: str | None = None) -> None:
        """A statement for every row, in one transaction."""
        try:
            with self._connection:
                self._connection.execute("BEGIN")
                if first:
                    self._connection.execute(first)
                self._connection.executemany(statement, rows)
        except sqlite3.DatabaseError as error:
            raise _fault(self.path, error) from error


def open_journal(path: Path) -> Journal:
    """The journal at `path`, made where there is none; ours alone until it is closed or the process dies.

    Raises InputError where another run writes, or the file is damaged, newer than this version, or no journal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
    except sqlite3.DatabaseError as error:
        raise _fault(path, error) from error
    try:
        # The first exclusive transaction's lock lasts as long as the connection; the kernel frees it with the process.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        for statement in _missing_tables(path, connection):
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "PRAGMA synchronous = NORMAL"
        )  # a killed process loses nothing; a power cut, the last answers
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _fault(path, error) from error
    except InputError:
        connection.close()
        raise
    return Journal(path, connection)


def _missing_tables(path: Path, connection: sqlite3.Connection) -> Sequence[str]:
    """The statements that make a new file a journal, none for an old one; InputError for a file of others."""
    magic, version, tables = (
        connection.execute(question).fetchone()[0]
        for question in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    if not tables:
        return (*_TABLES, f"PRAGMA application_id = {_MAGIC}", f"PRAGMA user_version = {_VERSION}")
    if magic != _MAGIC:
        raise InputError(
            str(path), "is a database, but no journal of datagen",
            mend="write to another folder with --out", mend_ko="--out 으로 다른 폴더를 지정하세요",
        )  # fmt: skip
    if version != _VERSION:
        raise InputError(
            str(path), f"is a journal of version {version}, this program knows version {_VERSION}",
            mend="use the version of dadeum that wrote it, or write to another folder",
            mend_ko="이 파일을 쓴 버전의 dadeum 을 쓰거나 다른 폴더에 쓰세요",
        )  # fmt: skip
    return ()


def _fault(path: Path, error: sqlite3.DatabaseError) -> Exception:
    """What a user can do about it, or the error itself."""
    code = getattr(error, "sqlite_errorcode", -1) & 0xFF  # the low byte: the rest says where in SQLite
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return InputError(
            str(path), "another run is writing here",
            mend="wait until it ends, or stop it; then run the same command again",
            mend_ko="다른 실행이 끝나기를 기다리거나 멈춘 뒤 같은 명령을 다시 실행하세요",
        )  # fmt: skip
    if code in _DAMAGED:
        return InputError(
            str(path), f"is damaged or no journal ({error})",
            mend="restore it from a copy, or move it away: what it holds is then asked again",
            mend_ko="백업에서 되살리거나 다른 곳으로 옮기세요. 옮기면 요청을 처음부터 다시 보냅니다",
        )  # fmt: skip
    if code in _DISK:
        return InputError(
            str(path), f"cannot be written ({error})",
            mend="free some space or check who may write there; the same command goes on where it stopped",
            mend_ko="디스크 공간과 쓰기 권한을 확인하세요. 같은 명령을 다시 실행하면 이어서 합니다",
        )  # fmt: skip
    return error


def _body(request: Request) -> str:
    """What decides the answer, besides the model; a schema's keys stay in their order."""
    body = {
        "messages": [{"role": one.role, "content": one.content} for one in request.messages],
        "schema": request.schema, "temperature": request.temperature, "max_tokens": request.max_tokens,
        "sample": request.sample,
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False)


def _request(model: str, role: str, prompt: str, body: str) -> Request:
    told = json.loads(body)
    messages = tuple(Message(**one) for one in told.pop("messages"))
    return Request(Role(role), model, messages, prompt=prompt, **told)


def _whole(text: str) -> str:
    """Without the halves of characters that UTF-8 cannot hold: they become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
