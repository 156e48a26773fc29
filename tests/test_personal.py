"""The command at work on personal data: where the recipe does not keep it, no file that a run leaves to be read has it."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from test_curate import as_lines, contents, curate, record
from test_run import ledger

PHONE, MAIL, RESIDENT, ACCOUNT = "010-2345-6789", "kim@logis.co.kr", "900101-1234568", "110-123-456789"
SECRETS = (PHONE, MAIL, RESIDENT, ACCOUNT)


def system(row: dict[str, object], text: str) -> dict[str, object]:
    turns = [{"role": "system", "content": text}, *row["messages"]]
    return {**row, "messages": turns}


def personal_rows() -> dict[str, dict[str, object]]:
    """A row for each place and each fate; by what is special about it."""
    echoed = f"입고 담당자 주민등록번호가 {RESIDENT} 맞아?"
    return {
        "answer": record("기사님 번호 뭐야?", f"{PHONE}로 거시면 됩니다."),
        "echo": record(echoed, echoed),
        "cut_off": record("출고 담당자 메일 뭐야?", f"메일은 {MAIL}입니다. 담당자는 창고를 돌며"),
        "casual": record("도크 예약은 누구한테 말해?", f"{PHONE}로 전화해. 아니면 {MAIL}로 메일 보내."),
        "repetition, cut in the middle of the number": record(
            "로트 추적은 어떻게 해?", "순서대로 한다. " * 21 + f"끝나면 {PHONE}로 연락한다."
        ),
        "system": system(record("실사는 언제 해?", "말일에 합니다."), f"너는 창고 도우미다. 문의는 {PHONE}로 받는다."),
        "id": record("반품은 어디에 둬?", "반품 구역에 둡니다.", id=MAIL),
        "meta": record("적치는 누가 해?", "입고 담당자가 합니다.", 계좌=ACCOUNT, 작성자={MAIL: [f"연락처\n{PHONE}"]}),
        "level": record("검수는 언제 시작해?", f"아침에 해. 늦으면 {PHONE}로 말해 줘."),
        "nobody's": record("마감은 몇 시야?", "여섯 시입니다.", 주문번호="2026-11-20-0001"),
    }


def texts_of(folder: Path) -> dict[str, str]:
    """Every file of the dataset as text, tables read; the tags' cache is none, and says so."""
    tables = {
        path.name: pq.read_table(path).to_pylist() for path in folder.rglob("*.parquet") if ".tags" not in path.parts
    }
    others = {name: data.decode() for name, data in contents(folder).items() if not name.endswith(".parquet")}
    return others | {name: json.dumps(rows, ensure_ascii=False, default=str) for name, rows in tables.items()}


def run(tmp_path: Path, rows: list[dict[str, object]], **settings: str) -> Path:
    (tmp_path / "rows.jsonl").write_bytes(as_lines(rows))
    flags = [flag for name, value in settings.items() for flag in ("--set", f"rules.{name}={json.dumps(value)}")]
    (tmp_path / "key").write_bytes(b"a key of 32 bytes for this test.")
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", "--pseudonym-key", tmp_path / "key", *flags)
    return tmp_path / "out"


@pytest.mark.parametrize("level", ["drop", "rewrite"])
@pytest.mark.parametrize("pii", ["mask", "pseudonym", "drop"])
def test_personal_data_is_in_no_file_that_a_run_leaves(tmp_path, pii, level):
    out = run(tmp_path, list(personal_rows().values()), pii=pii, wrong_level=level)
    texts = texts_of(out)
    assert {"report.html", "manifest.json", "ledger.parquet", "quarantine.jsonl"} < texts.keys()
    halves = [half for secret in SECRETS for half in (secret[:7], secret[-6:])]
    assert not [(name, half) for name, text in texts.items() for half in halves if half in text]
    if pii == "drop":
        assert {line["reason"] for line in ledger(out)} == {None, "personal_data", "echo", "cut_off", "repetition"}
        assert [line["reason"] for line in ledger(out)].count(None) == 1


def test_what_is_kept_is_kept_where_the_recipe_says_so(tmp_path):
    out = run(tmp_path, list(personal_rows().values()), pii="keep")
    assert all(any(secret in text for text in texts_of(out).values()) for secret in SECRETS)


def test_a_dropped_row_is_told_with_the_kinds_it_held(tmp_path):
    out = run(tmp_path, [personal_rows()["meta"], personal_rows()["nobody's"]], pii="drop")
    (line,) = [line for line in ledger(out) if line["verdict"] == "drop"]
    assert (line["step"], line["reason"]) == ("rules", "personal_data")
    assert json.loads(str(line["because"]))["personal"] == ["account", "email", "phone"]
