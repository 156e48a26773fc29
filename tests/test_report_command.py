"""`curation report` of a folder and of plain rows: the page stands where it should, and says what it was made of."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from curation.__main__ import app
from curation.errors import InputError
from tests.test_curate import as_lines, curate, good_records, record
from tests.test_report import Page

ROWS = [
    record("도크 번호가 뭐야?", "도크는 3번입니다. 문의는 010-2345-6789로 주세요."),
    record("언제 와?", "내일 와. 꼭 와."),
    record("언제 오나요?", "죄송하지만 저는 AI 언어 모델이라 답변할 수 없습니다."),
]


def report(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["report", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


def page_at(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture
def plain(tmp_path):
    (tmp_path / "창고 문답.jsonl").write_bytes(as_lines(ROWS) + b'{"messages": [\n')
    return tmp_path / "창고 문답.jsonl"


def test_plain_rows_are_shown_as_they_are_and_the_page_lies_beside_them(plain):
    assert report(plain) == str(plain.with_name("창고 문답.report.html"))
    assert sorted(path.name for path in plain.parent.iterdir()) == ["창고 문답.jsonl", "창고 문답.report.html"]
    text = " ".join(page_at(plain.with_name("창고 문답.report.html")).text.split())
    assert "4행을 읽어 3행을 남겼습니다" in text  # the broken line alone went
    assert "다듬기 전의 행을 있는 그대로 본 보고서입니다" in text
    assert "curation verify" not in text and "ledger.parquet" not in text
    assert "010-2345-6789" not in text  # a page to mail hides what the rows do not
    assert "거절 refusal" in text


def test_a_target_is_asked_of_plain_rows(plain):
    folder = plain.parent / "쪽"
    folder.mkdir()
    assert report(plain, "--target", "polite", "--out", folder) == str(folder / "report.html")
    assert "쓰지 마십시오" in page_at(folder / "report.html").text
    assert "66.67% (2 / 3)" in page_at(folder / "report.html").text


def test_a_folder_is_reported_where_it_lies_and_its_recipe_has_the_target(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(good_records()))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out")
    written = (tmp_path / "out/report.html").read_bytes()
    assert report(tmp_path / "out/manifest.json") == str(tmp_path / "out/report.html")
    assert (tmp_path / "out/report.html").read_bytes() == written
    with pytest.raises(InputError, match="--target polite"):
        report(tmp_path / "out", "--target", "polite")


def test_what_changed_since_an_earlier_release_is_told_at_the_top_where_train_and_test_cross(tmp_path):
    (tmp_path / "rows.jsonl").write_bytes(as_lines(good_records()))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "old")
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "new", "--seed", 7)
    report(tmp_path / "new", "--earlier", tmp_path / "old")
    html = (tmp_path / "new/report.html").read_text(encoding="utf-8")
    assert html.index('class="crossed"') < html.index('id="funnel"') < html.index('id="difference"')


def test_what_is_no_dataset_and_no_rows_is_refused_in_both_languages(tmp_path):
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    for path in (tmp_path, tmp_path / "없는것"):
        with pytest.raises(InputError) as caught:
            report(path)
        assert caught.value.mend and caught.value.mend_ko
