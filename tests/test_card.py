"""The card of a published dataset: its figures are the manifest's, and no name in it is more than a name."""

import copy
import csv
import importlib.util
import os
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from curation.dataset.shards import SHARD
from curation.exports.card import render_card
from curation.exports.front_matter import front_matter, hub_license, size_category
from curation.licensing.spdx import read_license
from curation.manifest import open_manifest
from curation.report.markdown import cell
from tests.test_curate import as_lines, curate, good_records, record

if importlib.util.find_spec("yaml") is None:
    assert not os.environ.get("REQUIRE_ALL_TESTS"), "REQUIRE_ALL_TESTS is set, and PyYAML is not installed"
    pytest.skip("PyYAML is not installed", allow_module_level=True)
yaml = importlib.import_module("yaml")
HOSTILE = "출처 | <script>alert(1)</script> ![](http://evil.example/a.png) `x` **굵게** @모두 ---"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    folder = tmp_path_factory.mktemp("card")
    rows = [
        record("연락처가 뭐야?", "담당자 번호는 010-1234-5678 입니다."),
        record("같은 말 또 해?", "언제 해. 지금 해."),
    ]
    (folder / "rows.jsonl").write_bytes(as_lines([*good_records(), *({**row, "source": HOSTILE} for row in rows)]))
    curate(folder / "rows.jsonl", "--out", folder / "set")
    return open_manifest(folder / "set").data


def parts(card):
    """The front matter as data, and the body."""
    _, head, body = card.split("---\n", 2)
    return yaml.safe_load(head), body


def numbers(value):
    """Every whole number of a manifest."""
    if isinstance(value, dict):
        return set().union(*map(numbers, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(numbers, value)) if value else set()
    return {value} if isinstance(value, int) and not isinstance(value, bool) else set()


def test_every_figure_of_the_card_stands_in_the_manifest(manifest):
    _, body = parts(render_card(manifest, SHARD))
    tables = body.partition("## 검사")[0]
    cells = [one.strip() for line in tables.splitlines() if line.startswith("|") for one in line.strip("|").split("|")]
    told = {int(one.replace(",", "")) for one in cells if re.fullmatch(r"[\d,]+", one)}
    assert told and told <= numbers(manifest)
    shares = {f"{share:.1%}" for role in manifest["statistics"]["all"]["scripts"].values() for share in role.values()}
    assert {one for one in cells if re.fullmatch(r"[\d.]+%", one)} == shares
    kept = manifest["statistics"]["all"]["rows"]
    assert f"한국어 지시와 답변 {kept:,}행" in body and f"{kept:,} rows of Korean" in body


def test_the_card_names_sources_licences_drops_and_what_was_hidden(manifest):
    _, body = parts(render_card(manifest, SHARD))
    for source in manifest["sources"]:
        assert not source["rows_kept"] or cell(source["source"]) in body
    for step in manifest["steps"]:
        for reason, count in step["reasons"].items():
            assert f"| {count} |" in body, reason
    assert "전화번호 · phone number | 1 | 0 | 1 |" in body
    assert manifest["content_digest"] in body and manifest["manifest_sha256"] in body


def test_the_example_loads_a_split_that_has_rows(manifest):
    held_out = copy.deepcopy(manifest)
    held_out["splits"]["train"]["rows"] = held_out["splits"]["valid"]["rows"] = 0
    for told, split in ((manifest, "train"), (held_out, "test")):
        assert f'load_dataset("OWNER/NAME")["{split}"]' in render_card(told, SHARD)


def test_a_set_that_lies_in_the_clone_alone_costs_no_card(manifest):
    """Where dadeum was installed from a wheel, our own casual questions are not there."""
    absent = {"name": "casual_questions.jsonl", "absent": "it lies in the project's clone, in no wheel"}
    _, body = parts(render_card({**manifest, "decontamination": [absent]}, SHARD))
    assert "평가 집합" not in body


def test_no_name_is_more_than_a_name_where_the_card_is_shown(manifest):
    hostile = copy.deepcopy(manifest)
    hostile["name"] = f"이름\n---\n# {HOSTILE}"
    hostile["inputs"][0]["name"] = "한 줄\n```\n# 제목\n````"
    hostile["rights"]["attribution"] = [HOSTILE]
    hostile["rights"]["conflicts"] = [
        {"code": "X", "why": HOSTILE, "licenses": [], "sources": [HOSTILE], "rows": 1, "url": None, "waived": HOSTILE}
    ]
    card = render_card(hostile, SHARD, even_so=HOSTILE, allowed={"X": HOSTILE})
    head, body = parts(card)
    assert head["pretty_name"] == hostile["name"]
    page = MarkdownIt("gfm-like", {"linkify": False}).render(body)
    assert "<script" not in page and "<img" not in page and "evil.example" in page
    calm = MarkdownIt("gfm-like", {"linkify": False}).render(parts(render_card(manifest, SHARD))[1])
    assert calm.startswith("<h1>wms</h1>")
    for mark in ("<h1", "<h2", "<pre", "<strong", "<a "):
        assert page.count(mark) == calm.count(mark) + (mark == "<strong"), mark


@given(st.text(max_size=30))
def test_no_name_breaks_the_front_matter(manifest, name):
    head = front_matter(manifest, SHARD, name)
    assert yaml.safe_load(head.removeprefix("---\n").removesuffix("---\n"))["pretty_name"] == name


def test_the_front_matter_says_what_the_hub_asks_for(manifest):
    head, _ = parts(render_card(manifest, SHARD))
    filled = [split for split, facts in manifest["splits"].items() if facts["rows"]]
    hub = {"train": "train", "valid": "validation", "test": "test"}
    assert head["language"] == ["ko"] and head["task_categories"] == ["text-generation"]
    assert head["license"] == "cc0-1.0" and head["size_categories"] == ["n<1K"]
    data_files = head["configs"][0]["data_files"]
    assert {one["split"]: one["path"] for one in data_files} == {
        hub[split]: f"data/{split}-*.parquet" for split in filled
    }


def test_a_licence_of_the_hub_means_what_ours_means():
    table = files("curation.licensing").joinpath("licenses.tsv").read_text(encoding="utf-8")
    for line in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        (license_,) = read_license(line["id"])
        told = hub_license([{"license": license_.id, "rows_kept": 1}])
        if told["license"] == "other":
            assert re.fullmatch(r"[a-z0-9.-]+", told["license_name"])
            assert told.get("license_link", "") == license_.url
        else:
            assert [one.asks for one in read_license(told["license"])] == [license_.asks]


@pytest.mark.parametrize(
    "licenses, told",
    [
        (["CC BY 4.0", "cc-by-4.0"], {"license": "cc-by-4.0"}),
        (["CC0-1.0", "Apache-2.0"], {"license": ["apache-2.0", "cc0-1.0"]}),
        (["NOASSERTION"], {"license": "unknown"}),
        (["CC0-1.0", "공공누리 제1유형"], {
            "license": "other", "license_name": "cc0-1.0-and-licenseref-kogl-1",
            "license_link": "https://www.kogl.or.kr/info/license.do",
        }),
        (["사내 자료"], {"license": "other", "license_name": "see-readme"}),
    ],
)  # fmt: skip
def test_several_licences_are_all_told(licenses, told):
    assert hub_license([{"license": name, "rows_kept": 1} for name in licenses]) == told


@pytest.mark.parametrize("rows, name", [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (1_000_000, "1M<n<10M")])
def test_a_size_has_the_hubs_name(rows, name):
    assert size_category(rows) == name
