"""Pairs beside their source: what is shown is what stands in the folder, marked where it was quoted, and only text."""

import html
import io
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from handmade import FACT, SHA, TEXT, row, span, write_folder
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from curation.errors import InputError
from curation.report.pages import visible
from datagen.beside import Asked, choose, documents_of, draw, exchanges, open_rows, passages
from datagen.show import app, as_text, print_pairs
from datagen.show_page import render

HOSTILE = "</script><script>alert(1)</script>\u2028\u202e뒤집기\x1b[31m<!--<img src=x onerror=alert(2)>"
ROWS = (
    row(),
    row("재실사가 뭐야?", "재실사는 센 수량이 전산과 다를 때 다시 세는 작업입니다.", meta={"kind": "definition"},
        evidence=[span("재실사는 센 수량이 전산과 다를 때 다시 세는 작업이다.")]),
    row("그럼 어디에 반영해?", "WMS에 반영합니다.", before=[("두 번 센 값이 같으면요?", "재고 담당자가 확정합니다.")],
        evidence=[span("두 번 센 값이 같으면 재고 담당자가 확정한다."), span("확정한 값은 30분 안에 WMS에 반영한다.", turn=3)]),
)  # fmt: skip
REJECTED = (
    {**row("5개 넘으면?", "다시 셉니다."), "gate": "retrieved", "reason": "retrieved", "because": "evidence at rank 9"},
    {**row("뭘 해?", HOSTILE), "gate": "number", "reason": "number", "because": HOSTILE},
)


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "candidates", ROWS, REJECTED)


def command(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def page_of(folder):
    manifest, kept, rejected = open_rows(folder)
    return render(manifest, kept, rejected, left_out=(0, 0))


@st.composite
def spans(draw):
    found = draw(st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 40)), min_size=1, max_size=6))
    return [
        {"document": "가.md", "sha256": SHA, "start": start, "end": min(start + size, len(TEXT)),
         "quote": TEXT[start : start + size], "section": ["재실사"], "turn": 1}
        for start, size in found
    ]  # fmt: skip


@given(spans(), st.integers(0, 200))
def test_passages_are_the_document_to_the_letter_and_marks_are_the_quotes(given_spans, around):
    found = passages(given_spans, lambda _: TEXT, around=around)
    marked = set()
    for passage in found:
        assert "".join(piece for piece, _ in passage.pieces) == TEXT[passage.start : passage.end]
        place = passage.start
        for piece, mark in passage.pieces:
            assert piece
            marked |= set(range(place, place + len(piece))) if mark else set()
            place += len(piece)
    assert marked == {place for one in given_spans for place in range(one["start"], one["end"])}
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_quote_that_does_not_stand_where_it_says_is_shown_alone():
    lie = {**span(), "start": 0, "end": len(FACT)}
    (passage,) = passages([lie], lambda _: TEXT, around=50)
    assert passage.pieces == ((FACT, True),)


def test_each_answer_stands_beside_its_own_evidence(folder):
    text = documents_of(open_rows(folder)[0])
    first, second = exchanges(ROWS[2], text, around=0)
    assert [content for _, content in first.turns] == ["두 번 센 값이 같으면요?", "재고 담당자가 확정합니다."]
    assert [piece for piece, mark in first.passages[0].pieces if mark] == [
        "두 번 센 값이 같으면 재고 담당자가 확정한다."
    ]
    assert [piece for piece, mark in second.passages[0].pieces if mark] == ["확정한 값은 30분 안에 WMS에 반영한다."]


def test_evidence_that_names_no_answer_is_shown_beside_the_last(folder):
    stray = row(evidence=[span(turn=1), span("확정한 값은 30분 안에 WMS에 반영한다.", turn=7)])
    (only,) = exchanges(stray, documents_of(open_rows(folder)[0]), around=0)
    assert len([piece for passage in only.passages for piece, mark in passage.pieces if mark]) == 2


@given(st.text())
def test_what_is_shown_holds_no_control_character_and_no_direction_mark(text):
    shown = visible(text)
    assert len(shown) == len(text)
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029]", shown
    )


def test_choices_narrow_and_an_empty_choice_asks_nothing():
    everything = [*ROWS, *REJECTED]
    assert choose(everything, Asked()) == everything
    assert choose(everything, Asked(kinds=("definition",))) == [ROWS[1]]
    assert choose(everything, Asked(ids=(ROWS[0]["id"][:8], ROWS[2]["id"]))) == [ROWS[0], ROWS[2]]
    assert choose(everything, Asked(gate="number")) == [REJECTED[1]]
    assert choose(everything, Asked(documents=("재고/",))) == everything
    nfd = "재실사"  # as macOS types it
    assert choose(everything, Asked(documents=(nfd, "없는 문서"))) == everything
    assert choose(everything, Asked(documents=("출고",))) == []


def test_a_draw_hangs_on_content_and_seed_alone():
    assert draw(ROWS, size=2, seed=3) == draw(reversed(ROWS), size=2, seed=3)


def test_plain_text_is_what_a_pipe_gets(folder):
    done = subprocess.run(
        [sys.executable, "-m", "datagen.show", str(folder), "--kind", "condition", "--sample", "9"],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "\x1b" not in done.stdout
    assert f"⟦{FACT}⟧" in done.stdout
    assert "재고/재실사.md › 재실사 › 재실사 기준" in done.stdout
    assert "신입 · 반말 → 합쇼체 · BM25 1위 · FAISS 2위" in done.stdout
    assert "재실사가 뭐야?" not in done.stdout


def test_rejected_pairs_are_shown_with_gate_and_because(folder):
    shown = command(folder, "--rejected").output
    assert "✕ retrieved: evidence at rank 9" in shown
    assert shown.count("✕ ") == 2
    assert command(folder, "--gate", "retrieved").output.count("✕ ") == 1
    assert "\x1b" not in shown.replace("␛", "")


@pytest.mark.parametrize("width", [40, 72, 99, 100, 160])
def test_a_terminal_shows_every_word_whatever_its_width(folder, width):
    file = io.StringIO()
    rows = [*ROWS, *REJECTED]
    print_pairs(rows, documents_of(open_rows(folder)[0]), Console(file=file, width=width, force_terminal=True))
    lines = re.sub(r"\x1b\[[\d;]*m", "", file.getvalue()).split("\n")
    assert all(cell_len(line) <= width for line in lines)
    assert "\x1b" not in "".join(lines)
    if width >= 100:
        assert any("어떻게 해?" in line and ("재실사.md" in line) for line in lines)
        return
    letters = re.sub(r"[\s─]", "", "".join(lines))
    for one in rows:
        for message in one["messages"]:
            assert re.sub(r"\s", "", visible(message["content"])) in letters


def test_the_page_says_everything_and_runs_nothing(folder):
    page = page_of(folder)
    assert "<mark>" + FACT + "</mark>" in page
    assert "재고/재실사.md › 재실사 › 재실사 기준" in page
    assert page.count("<script") == page.count("</script") == 1
    assert page.count("<article") == len(ROWS) + len(REJECTED)
    assert "<img" not in page
    assert html.escape("</script><script>alert(1)</script>") in page
    assert "\u202e" not in page
    assert "\u2028" not in page
    assert not re.search(r"(?:src|href|url|@import|http)s?\s*[=(:]", re.sub(r"&lt;img src=x", "", page))


def test_the_page_lets_only_its_own_script_and_style_run(folder):
    import base64
    import hashlib

    page = page_of(folder)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "default-src 'none'" in html.unescape(policy)
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in html.unescape(policy)


def test_a_page_that_leaves_pairs_out_says_how_many(folder, tmp_path):
    assert command(folder, "--html", tmp_path / "page.html", "--sample", "1").exit_code == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<article") == 2
    assert "2 more are left out" in page
    assert "1 more are left out" in page
    assert "left out" not in page_of(folder)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--html", "a.html", "--review", "a.csv"], "--html and --review: are two things at once"),
        (["--import", "a.csv"], "--import: needs --out"),
        (["--import", "a.csv", "--out", "b", "--kind", "table"], "reads the whole file"),
        (["--review", "a.csv", "--rejected"], "--review: is of candidates"),
        (["--reviewer", "김"], "--reviewer: goes with --import alone"),
        (["--kind", "no-such"], r"no pair like that \(no-such\)"),
    ],
)
def test_options_that_do_not_go_together_are_refused(folder, options, says):
    with pytest.raises(InputError, match=says):
        command(folder, *options)


def test_a_pair_as_text_is_one_block_with_every_quote_marked(folder):
    shown = as_text(ROWS[2], documents_of(open_rows(folder)[0]))
    assert shown.count("질문: ") == shown.count("답변: ") == 2
    assert shown.count("⟦") == 2
    assert "\n\n" not in shown.replace("\n    \n", "\n")
