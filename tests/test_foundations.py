"""What every room rests on: whole files, manifests that prove themselves, recipes, errors that say how to mend."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from curation.errors import InputError, run_command
from curation.files import canonical_json, replacing, sha256_bytes, sha256_file
from curation.manifest import content_digest, describe_file, faults, find_done, open_manifest, write_manifest
from curation.recipe import load_recipe, recipe_digest, recipe_path

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("가나ab\u2028\"\\"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("가나ab", max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a" / "재고.txt"
    with replacing(path) as file:
        file.write(b"first")
    with pytest.raises(RuntimeError), replacing(path) as file:
        file.write(b"second, cut")
        raise RuntimeError
    assert path.read_bytes() == b"first"
    assert [entry.name for entry in path.parent.iterdir()] == ["재고.txt"]


@given(JSON)
def test_canonical_json_is_one_spelling_of_a_value(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


@given(st.lists(st.text("0123456789abcdef", min_size=4, max_size=4)), st.randoms())
def test_the_content_digest_does_not_depend_on_order(digests, chance):
    shuffled = list(digests)
    chance.shuffle(shuffled)
    assert content_digest(shuffled) == content_digest(digests)
    assert content_digest([*digests, "ffff"]) != content_digest(digests)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text('{"질문": "재고 어디 있어?"}\n', encoding="utf-8")
    write_manifest(tmp_path, {"inputs": ["a"], "files": [describe_file(tmp_path, path, rows=1)], "run": {"wall_s": 1}})
    return tmp_path


def test_a_sound_manifest_opens_by_file_or_by_folder(folder):
    assert open_manifest(folder).digest == open_manifest(folder / "manifest.json").digest
    assert list(faults(folder, open_manifest(folder).data)) == []


@given(data=st.data())
def test_any_changed_byte_is_found(data, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("changed")
    path = tmp_path / "data.jsonl"
    path.write_bytes('{"답변": "2번 도크에 있습니다."}\n'.encode())
    write_manifest(tmp_path, {"files": [describe_file(tmp_path, path)], "steps": {"read": 3}})
    target = data.draw(st.sampled_from([path, tmp_path / "manifest.json"]))
    content = bytearray(target.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        same = target.name == "manifest.json" and json.loads(content) == json.loads(target.read_bytes())
    except ValueError:
        same = False
    target.write_bytes(content)
    if same:  # another spelling of the same JSON, say a space for a line end
        return
    with pytest.raises(InputError):
        open_manifest(tmp_path)


def test_what_a_run_took_may_differ_without_a_new_digest(folder):
    before = open_manifest(folder)
    data = {key: value for key, value in before.data.items() if key != "manifest_sha256"}
    assert write_manifest(folder, {**data, "run": {"wall_s": 99}}).digest == before.digest


def test_a_missing_file_is_named(folder):
    (folder / "data.jsonl").unlink()
    with pytest.raises(InputError, match=r"data\.jsonl: is missing"):
        open_manifest(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"{}", b'{"a": NaN}', b'{"a": "\\ud800"}'])
def test_what_is_no_manifest_is_an_error_that_says_so(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(InputError) as caught:
        open_manifest(tmp_path)
    assert caught.value.mend_ko


def test_a_folder_of_another_kind_is_refused(tmp_path):
    write_manifest(tmp_path, {"kind": "candidates", "files": []})
    assert open_manifest(tmp_path, kind="candidates").data["kind"] == "candidates"
    with pytest.raises(InputError, match="expected dataset"):
        open_manifest(tmp_path, kind="dataset")


@pytest.mark.parametrize(("kind", "version"), [("dataset", 2), ("candidates", 1)])
def test_a_folder_of_another_version_is_refused_and_the_mend_is_to_make_it_again(tmp_path, kind, version):
    write_manifest(tmp_path, {"kind": kind, "files": []})
    path = tmp_path / "manifest.json"
    data = json.loads(path.read_bytes())
    assert data["schema_version"] == version
    path.write_bytes(json.dumps({**data, "schema_version": version + 1}).encode())
    with pytest.raises(InputError, match="another version") as caught:
        open_manifest(tmp_path)
    assert "--fresh" in caught.value.mend and "--fresh" in caught.value.mend_ko
    assert [file for file, _ in faults(tmp_path, json.loads(path.read_bytes()))] == ["manifest.json"]


def test_a_bare_name_is_a_recipe_that_ships_and_anything_else_a_path(tmp_path):
    (tmp_path / "wms.toml").touch()
    assert recipe_path(tmp_path, "wms") == tmp_path / "wms.toml"
    assert [recipe_path(tmp_path, name) for name in ("a/wms", "none", "", "..")] == [
        Path("a/wms"), Path("none"), Path(), Path(".."),
    ]  # fmt: skip


def test_a_done_folder_is_recognised_by_what_was_asked(folder, tmp_path_factory):
    assert find_done(tmp_path_factory.mktemp("empty"), {"inputs": ["a"]}) is None
    assert find_done(folder, {"inputs": ["a"]}) is not None
    with pytest.raises(InputError, match="what differs is inputs"):
        find_done(folder, {"inputs": ["b"]})


class Lora(BaseModel):
    model_config = ConfigDict(extra="forbid")
    r: int = 8


class Small(BaseModel):
    model_config = ConfigDict(extra="forbid")
    seed: int
    name: str = "wms"
    lora: Lora = Lora()


@pytest.fixture
def recipe_file(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text('seed = 1\nname = "wms"\n', encoding="utf-8")
    return path


def test_a_setting_overrides_the_file_however_deep(recipe_file):
    recipe = load_recipe(Small, recipe_file, ["lora.r=32", 'name="재고"'])
    assert (recipe.lora.r, recipe.name, recipe.seed) == (32, "재고", 1)
    assert recipe_digest(recipe) != recipe_digest(load_recipe(Small, recipe_file))
    assert recipe_digest(load_recipe(Small, recipe_file, ["lora.r=8"])) == recipe_digest(
        load_recipe(Small, recipe_file)
    )


@pytest.mark.parametrize(
    ("override", "says"),
    [("lora.rr=3", "did you mean lora.r"), ("seed=einz", "valid integer"), ("seed={", "not a TOML value"), ("seed='x'", "valid integer"),
     ("name.x=1", "name"), ("seed.x=1", "seed is a value"), ("seed=1\nx=2", "not a TOML value")],
)  # fmt: skip
def test_a_wrong_setting_says_what_is_wrong(recipe_file, override, says):
    with pytest.raises(InputError, match=says):
        load_recipe(Small, recipe_file, [override])


@pytest.mark.parametrize(("content", "says"), [(None, "not there"), ("seed =", "not TOML")])
def test_a_recipe_that_cannot_be_read_says_why(tmp_path, content, says):
    path = tmp_path / "x.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        load_recipe(Small, path)


@pytest.mark.parametrize("raised", [InputError("a.jsonl:3", "is broken", mend="mend it", mend_ko="고치세요"),
                                    OSError(errno.ENOSPC, "full", "out/x")])  # fmt: skip
def test_what_a_user_can_mend_ends_with_2_and_no_traceback(raised, capsys):
    def app():
        raise raised

    with pytest.raises(SystemExit) as ended:
        run_command(app)
    assert ended.value.code == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert shown.count("→") == 2


def test_our_own_bug_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        run_command(lambda: 1 // 0)
    with pytest.raises(OSError, match="odd"):
        run_command(lambda: (_ for _ in ()).throw(OSError(errno.EIO, "odd")))


@pytest.mark.parametrize("command", [["curation", "run"], ["datagen.wms"], ["trainer", "run"]])
def test_a_wrong_command_line_ends_with_2(command):
    done = subprocess.run(
        [sys.executable, "-m", *command, "--no-such-flag"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_digests_of_bytes_and_files_agree(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc" * 99999)
    assert sha256_file(path) == sha256_bytes(path.read_bytes())
