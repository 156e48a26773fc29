"""What may be given to the command: files, folders, globs, datagen's folder; each file known by name and digest."""

import gzip
import json
import os
import unicodedata
from pathlib import Path

import pytest

from curation.errors import InputError
from curation.files import sha256_file
from curation.manifest import describe_file, write_manifest
from curation.recipes.schema import Read, Source
from curation.sources.formats import Compression, Format
from curation.sources.inputs import InputFile, find_inputs

ROW = '{"question": "재고 실사는 언제 하나요?", "answer": "매월 말일에 합니다."}\n'.encode()


def write(path: Path, data: bytes = ROW) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def made(folder: Path, kind: str, name: str) -> Path:
    """A folder as datagen or curation leaves it, with one data file."""
    path = write(folder / name)
    write_manifest(folder, {"kind": kind, "files": [describe_file(folder, path)], "counts": {"kept": 1}})
    return folder


def names(files: list[InputFile]) -> list[str]:
    return [file.name for file in files]


@pytest.mark.parametrize(
    ("name", "kind", "compression", "source"),
    [
        ("창고.jsonl", Format.JSONL, Compression.NONE, "창고"),
        ("창고.ndjson.gz", Format.JSONL, Compression.GZIP, "창고"),
        ("창고.v1.json.zst", Format.JSON, Compression.ZSTD, "창고.v1"),
        ("창고.CSV", Format.CSV, Compression.NONE, "창고"),
        ("창고.tsv.GZ", Format.TSV, Compression.GZIP, "창고"),
        ("창고.txt", Format.TEXT, Compression.NONE, "창고"),
        ("창고.parquet", Format.PARQUET, Compression.NONE, "창고"),
    ],
)
def test_the_suffix_says_format_and_compression(tmp_path, name, kind, compression, source):
    (file,) = find_inputs([write(tmp_path / name)])
    assert (file.format, file.compression, file.source, file.name) == (kind, compression, source, name)
    assert (file.size_bytes, file.sha256) == (len(ROW), sha256_file(tmp_path / name))


def test_a_folder_gives_every_file_of_records_below_it_and_nothing_else(tmp_path):
    for name in ("b.jsonl", "a/나.csv", "a/deep/다.json.gz", "c.parquet"):
        write(tmp_path / "모음" / name)
    for name in (
        ".hidden.jsonl",
        ".git/x.json",
        "README.txt",
        "dataset_infos.json",
        "LICENSE",
        "notes.md",
        "a.jsonl.bak",
    ):
        write(tmp_path / "모음" / name)
    found = find_inputs([tmp_path / "모음"])
    assert names(found) == ["모음/a/deep/다.json.gz", "모음/a/나.csv", "모음/b.jsonl", "모음/c.parquet"]


def test_a_glob_gives_the_files_that_fit_and_a_name_with_brackets_is_a_name(tmp_path):
    for name in ("a1.jsonl", "a2.csv", "a3.md", "b.jsonl", "deep/a4.tsv", "[1].jsonl"):
        write(tmp_path / name)
    assert names(find_inputs([str(tmp_path / "a*")])) == ["a1.jsonl", "a2.csv"]
    assert names(find_inputs([str(tmp_path / "**" / "a*.tsv")])) == ["a4.tsv"]
    assert names(find_inputs([tmp_path / "[1].jsonl"])) == ["[1].jsonl"]


def test_files_of_one_name_stay_apart_whatever_the_order_they_are_given_in(tmp_path):
    first, second = write(tmp_path / "a/rows.jsonl"), write(tmp_path / "b/rows.jsonl", ROW * 2)
    found = find_inputs([first, second])
    assert names(found) == ["rows.jsonl", "rows.jsonl (2)"]
    assert [(file.name, file.sha256) for file in find_inputs([second, first])] == [
        (file.name, file.sha256) for file in found
    ]


def test_names_are_in_nfc(tmp_path):
    path = write(tmp_path / unicodedata.normalize("NFD", "재고.jsonl"))
    (file,) = find_inputs([path])
    assert (file.name, file.source) == ("재고.jsonl", "재고")


def test_what_the_recipe_knows_of_an_input_is_found_by_its_name(tmp_path):
    for name in ("koculture.jsonl", "songys.csv", "wms.jsonl"):
        write(tmp_path / "모음" / name)
    culture, chat = Source(files="*koculture*", license="CC-BY-NC-SA-4.0"), Source(files="*.csv", name="대화")
    found = find_inputs([tmp_path / "모음"], Read(sources=[culture, chat, Source(files="*koculture*", name="늦음")]))
    assert [file.settings for file in found] == [culture, chat, Source()]
    assert [file.source for file in found] == ["koculture", "대화", "wms"]


def test_a_source_that_names_an_unknown_shape_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match="known: "):
        find_inputs([write(tmp_path / "a.jsonl")], Read(sources=[Source(shape="alpca")]))


def test_datagens_folder_is_one_source_with_its_manifest(tmp_path):
    folder = made(tmp_path / "wms", "candidates", "candidates.jsonl")
    write(folder / "rejected.jsonl", b"{}\n")
    for given in (folder, folder / "candidates.jsonl", tmp_path):
        (file,) = find_inputs([given])
        assert (file.name, file.source, file.parent["counts"]) == ("wms/candidates.jsonl", "wms", {"kept": 1})
    write(folder / "candidates.jsonl", ROW * 2)
    with pytest.raises(InputError, match=r"candidates\.jsonl"):
        find_inputs([folder])


def test_a_curated_folder_is_no_input_and_neither_are_its_shards(tmp_path):
    folder = made(tmp_path / "out", "dataset", "data/train-00000.parquet")
    for given in (folder, folder / "data" / "train-00000.parquet", tmp_path, str(folder / "data" / "*.parquet")):
        with pytest.raises(InputError, match="was made by python -m curation run") as caught:
            find_inputs([given])
        assert "--against" in str(caught.value)


def test_an_export_gives_its_splits_and_not_what_was_left_out(tmp_path):
    folder = tmp_path / "모음" / "낸 것"
    splits = [write(folder / name) for name in ("train.jsonl", "test.jsonl")]
    beside = write(folder / "left_out.csv", b"row_id,split,reason\n")
    files = [describe_file(folder, path, split=path.stem) for path in splits] + [describe_file(folder, beside)]
    write_manifest(folder, {"kind": "export", "files": files})
    for given in (folder, folder.parent):
        found = find_inputs([given])
        assert [(file.name, file.source) for file in found] == [
            ("낸 것/test.jsonl", "낸 것"),
            ("낸 것/train.jsonl", "낸 것"),
        ]
    assert names(find_inputs([folder / "train.jsonl"])) == ["train.jsonl"]
    write(splits[0], ROW * 2)
    with pytest.raises(InputError, match=r"train\.jsonl"):
        find_inputs([folder])


def test_the_folder_to_be_written_is_no_input(tmp_path):
    write(tmp_path / "a.jsonl")
    made(tmp_path / "out", "dataset", "data/train-00000.parquet")
    assert names(find_inputs([tmp_path], apart_from=tmp_path / "out")) == [f"{tmp_path.name}/a.jsonl"]


def test_what_is_no_input_is_refused_with_a_way_to_mend_it(tmp_path):
    (tmp_path / "empty").mkdir()
    packed = write(tmp_path / "a.parquet.gz", gzip.compress(b"PAR1"))
    plain = made(tmp_path / "other", "candidates", "pairs.jsonl")
    refused = [
        (tmp_path / "none.jsonl", "is not there"),
        (tmp_path / "*.jsonl", "fits no file"),
        (
            write(tmp_path / "a.xlsx"),
            r"is a \.xlsx file, expected .*\.jsonl, .*\.parquet, each also with \.gz or \.zst",
        ),
        (write(tmp_path / "LICENSE"), "is a nameless file"),
        (tmp_path / "empty", "holds no file of records"),
        (packed, "is a compressed Parquet file"),
        (plain, r"does not list candidates\.jsonl"),
    ]
    for given, what in refused:
        with pytest.raises(InputError, match=what) as caught:
            find_inputs([given])
        assert caught.value.mend and any("가" <= char <= "힣" for char in caught.value.mend_ko)


def test_the_folder_one_stands_in_has_a_name(tmp_path, monkeypatch):
    write(tmp_path / "모음" / "a.jsonl")
    monkeypatch.chdir(tmp_path / "모음")
    assert names(find_inputs(["."])) == ["모음/a.jsonl"]


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_link_is_read_under_its_own_name(tmp_path):
    blob = write(tmp_path / "blobs" / "0123abcd")
    (tmp_path / "train.jsonl").symlink_to(blob)
    assert names(find_inputs([tmp_path / "train.jsonl"])) == ["train.jsonl"]


def test_a_manifest_of_somebody_else_is_named(tmp_path):
    write(tmp_path / "app" / "manifest.json", json.dumps({"short_name": "앱"}).encode())
    write(tmp_path / "app" / "a.jsonl")
    with pytest.raises(InputError, match=r"manifest\.json"):
        find_inputs([tmp_path])
