"""The report: hostile data is only text, nothing is requested, and its figures are the manifest's."""

import base64
import copy
import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation.__main__ import app
from curation.checks.checks import run_checks
from curation.dataset.folder import verify_folder
from curation.manifest import open_manifest
from curation.report.command import reproducing_command
from curation.report.page import lay_out, render
from curation.report.rows.samples import samples_of
from tests.test_curate import as_lines, curate, good_records, record

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>body{display:none}</style>",
    "{{ 7 * 7 }} {% raw %}",
    "<!-- ]]> -->",
    "\u202e뒤집힌 글",
    "javascript:alert(1)",
    "https://example.org/a.png",
    "' data-total='9",
]
# Attributes that make a browser ask for something, or run something; a link within the page does neither.
ACTIVE = re.compile(r"^(src|srcset|href|xlink:href|data|poster|action|formaction|background|on.*)$")
VOID = {"meta", "input", "br"}
STATIC_BYTES, NODES = 170_000, 5_000


class Element:
    """A figure that opens rows: their tags, how many the page says there are, and its words."""

    def __init__(self, attributes: Mapping[str, str | None]) -> None:
        self.tags: list[str] = json.loads(attributes["data-rows"] or "")
        self.total = attributes["data-total"]
        self.text = attributes.get("title") or ""


class Page(HTMLParser):
    """The tags, attributes and text of a page, as a browser's parser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.figures: list[Element] = []
        self.neutral: list[str] = []  # texts that stand in no element of one language
        self._open: list[tuple[str, Mapping[str, str | None], Element | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        figure = Element(dict(attrs)) if "data-rows" in dict(attrs) else None
        self.figures += [figure] if figure else []
        if tag not in VOID:
            self._open.append((tag, dict(attrs), figure))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        for *_, figure in self._open:
            if figure:
                figure.text += data
        opened = [(tag, attributes.get("class") or "") for tag, attributes, _ in self._open]
        if not any(tag in ("style", "script", "title", "option") or name in ("ko", "en") for tag, name in opened):
            self.neutral.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


def page_of(tmp_path: Path, rows: list[dict[str, object]], *arguments: object, ends: tuple[int, ...] = (0,)) -> Page:
    (tmp_path / "rows.jsonl").write_bytes(as_lines(rows))
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "out", *arguments, ends=ends)
    return Page((tmp_path / "out/report.html").read_text(encoding="utf-8"))


def assert_inert(page: Page) -> None:
    assert not {"img", "iframe", "object", "embed", "link", "form", "base", "video", "foreignobject"} & set(page.tags)
    active = [(name, value) for name, value in page.attributes if ACTIVE.match(name)]
    assert [one for one in active if one[0] != "href" or not (one[1] or "").startswith("#")] == []
    assert page.tags.count("style") == 1
    assert page.tags.count("script") == 2  # the rows, which are no program, and ours
    assert page.tags.count("html") == page.tags.count("body") == page.tags.count("main") == 1


def test_hostile_rows_are_only_text(tmp_path):
    rows = [
        record(f"{text} 뭐야?", f"{text} 글자일 뿐입니다. 그대로 보입니다.", document=f"{text}.md", source=text)
        for text in HOSTILE
    ]
    broken = [record(text, f"{text} 반말이야. 그냥 글자야. 조심해.", document="a.md") for text in HOSTILE]
    page = page_of(tmp_path, [*rows, *broken])
    assert_inert(page)
    text = "".join(page.texts)
    for hostile in HOSTILE:
        assert hostile.replace("\u202e", "�") in text


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=5))
def test_no_text_whatever_becomes_markup(tmp_path_factory, texts):
    rows = [record(question, answer, document=question or None) for question, answer in texts]
    page = page_of(tmp_path_factory.mktemp("page"), rows, "--recipe", "annotate-only")
    assert_inert(page)
    assert not [char for text in page.texts for char in text if ord(char) < 32 and char not in "\n\t"]


Manifest = Mapping[str, Any]
PARTS = {"drop": ["dropped"], "quarantine": ["quarantined"], None: ["dropped", "quarantined"]}


def step_of(manifest: Manifest, name: str) -> Mapping[str, Any]:
    return next(step for step in manifest["steps"] if step["step"] == name)


def of_verdict(manifest: Manifest, verdict: str | None) -> int:
    if verdict in ("drop", "quarantine"):
        return sum(step[PARTS[verdict][0]] for step in manifest["steps"])
    return manifest["steps"][-1]["out"] if verdict else manifest["steps"][0]["in"]


def levels(manifest: Manifest, user: str | None = None, assistant: str | None = None) -> int:
    rows = manifest["statistics"]["all"]["levels"]
    return sum(
        count
        for asked, row in rows.items()
        for answered, count in row.items()
        if user in (None, asked) and assistant in (None, answered)
    )


def source_of(manifest: Manifest, **said: str) -> Mapping[str, Any]:
    return next(one for one in manifest["sources"] if all(one[key] == value for key, value in said.items()))


# By the keys of a figure's tags what the manifest says of these rows: here the figure counts rows, ...
ROWS: Mapping[tuple[str, ...], Callable[..., int]] = {
    ("step", "verdict"): lambda m, step, verdict: step_of(m, step)[PARTS[verdict][0]],
    ("step",): lambda m, step: sum(step_of(m, step)[part] for part in PARTS[None]),
    ("reason", "step"): lambda m, reason, step: step_of(m, step)["reasons"][reason.removeprefix(f"{step}/")],
    ("split",): lambda m, split: m["splits"][split]["rows"],
    ("user",): levels,
    ("assistant",): levels,
    ("assistant", "user"): levels,
    ("style",): lambda m, style: m["statistics"]["all"]["polite_style"][style],
    ("doubtful",): lambda m, doubtful: m["statistics"]["all"]["doubtful"][doubtful],
    ("pii",): lambda m, pii: m["personal_data"][pii]["rows"],
    ("edit",): lambda m, edit: m["edits"][edit]["rows"],
    ("signal",): lambda m, signal: m["statistics"]["signals"][signal],
    ("kind",): lambda m, kind: m["written"]["kind"][kind],
    ("persona",): lambda m, persona: m["written"]["persona"][persona],
    ("question_level",): lambda m, question_level: m["written"]["question_level"][question_level],
    ("rank",): lambda m, rank: m["written"]["rank"][rank],
    ("source",): lambda m, **said: source_of(m, **said)["rows_read"],
    ("license", "source"): lambda m, **said: source_of(m, **said)["rows_kept"],
    **{
        (f"{measure}_{role}",): lambda m, measure=measure, role=role, **said: m["statistics"]["all"]["spread"][role][
            measure
        ][int(*said.values())]
        for measure in ("chars", "tokens", "hangul")
        for role in ("user", "assistant")
    },
}
# ... and here something else: sentences, clusters, keys that leak, pairs.
OTHERS: Mapping[tuple[str, ...], Callable[..., int]] = {
    **{
        (f"sentence_{role}",): lambda m, role=role, **said: m["statistics"]["all"]["sentences"][role][
            next(iter(said.values()))
        ]
        for role in ("user", "assistant")
    },
    ("cluster_size",): lambda m, cluster_size: m["repeats"]["cluster_sizes"][cluster_size],
    ("leak",): lambda m, leak: m["leaks"][leak],
    ("between", "leak"): lambda m, between, leak: m["leaks_between"][leak][between],
    ("apart",): lambda m, apart: m["repeats"][apart],
}


def counted(manifest: Manifest, tags: Sequence[str]) -> tuple[int, int | str]:
    """What the manifest says of the rows with these tags: the figure, and how many rows ("" where it does not say)."""
    said = dict(tag.split(":", 1) for tag in tags)
    if not said.keys() - {"verdict"}:
        count = of_verdict(manifest, said.get("verdict"))
        return count, count
    if said.get("verdict") == "keep":
        del said["verdict"]
    keys = tuple(sorted(said))
    if keys in ROWS:
        count = ROWS[keys](manifest, **said)
        return count, count
    figure = OTHERS[keys](manifest, **said)
    return figure, figure * int(said["cluster_size"]) if "cluster_size" in said else ""


def wanted(manifest: Manifest) -> Iterator[list[str]]:
    """Tags of figures that must stand on the page, as far as they are not 0."""
    all_ = manifest["statistics"]["all"]
    yield []
    yield from (["verdict:keep"], ["verdict:drop"], ["verdict:quarantine"])
    for step in manifest["steps"]:
        yield from ([f"step:{step['step']}", f"verdict:{verdict}"] for verdict in ("drop", "quarantine"))
        yield from ([f"step:{step['step']}", f"reason:{step['step']}/{reason}"] for reason in step["reasons"])
    kept = [
        *(f"split:{name}" for name in manifest["splits"]),
        *(f"style:{style}" for style in all_["polite_style"]),
        *(f"doubtful:{role}" for role in all_["doubtful"]),
        *(f"sentence_{role}:{level}" for role, found in all_["sentences"].items() for level in found),
        *(
            f"{measure}_{role}:{bin_}"
            for role, found in all_["spread"].items()
            for measure, counts in found.items()
            for bin_ in range(len(counts))
        ),
        *(f"pii:{kind}" for kind in manifest["personal_data"]),
        *(f"edit:{why}" for why in manifest["edits"]),
        *(f"signal:{name}" for name in manifest["statistics"]["signals"]),
        *(f"{name}:{key}" for name, found in manifest["written"].items() for key in found),
    ]
    yield from (["verdict:keep", tag] for tag in kept)
    for user, row in all_["levels"].items():
        yield from (["verdict:keep", f"user:{user}", f"assistant:{assistant}"] for assistant in row)
    yield from ([f"cluster_size:{size}"] for size in manifest["repeats"]["cluster_sizes"])


def assert_figures_are_the_manifests(page: Page, manifest: Manifest) -> None:
    for figure in page.figures:
        if [tag.partition(":")[0] for tag in figure.tags] == ["cluster"]:
            assert figure.total in manifest["repeats"]["cluster_sizes"]
            continue
        count, rows = counted(manifest, figure.tags)
        assert figure.total == str(rows), figure.tags
        assert re.search(rf"(?<![\d,]){count:,}(?![\d,])", figure.text), (figure.tags, figure.text)
    shown = {frozenset(figure.tags) for figure in page.figures}
    for tags in wanted(manifest):
        assert not counted(manifest, tags)[0] or frozenset(tags) in shown, tags


MANY = [
    *good_records(),
    record("담당자 번호 알려 줘.", "담당자 번호는 010-2345-6789입니다."),
    record("왜 안 열려ㅋㅋㅋㅋㅋㅋ?", "잠금을 풀면 열립니다!!!!!"),
    record("문이 왜 그래?", "문이 열립니다. 그냥 밀어. 어서 밀어."),
    {"messages": []},
]


@pytest.mark.parametrize("options", [(), ("--recipe", "annotate-only"), ("--set", "rules.pii=keep", "--limit", 14)])
def test_every_figure_that_opens_rows_is_the_manifests(tmp_path, options):
    page = page_of(tmp_path, MANY, "--set", "read.quarantine_rows=25", *options)
    assert_figures_are_the_manifests(page, open_manifest(tmp_path / "out").data)


def test_the_caption_of_each_section_says_what_the_manifest_says(tmp_path):
    page = page_of(tmp_path, good_records())
    manifest = open_manifest(tmp_path / "out").data
    assert manifest["manifest_sha256"] in page.text
    assert manifest["content_digest"] in page.text
    read, kept = manifest["steps"][0]["in"], manifest["steps"][-1]["out"]
    assert f"{read}행을 읽어 {kept}행을 남겼습니다" in page.text
    assert f"{read} rows read, {kept} kept" in page.text
    for reason in ("bridges_split", "casual_answer", "exact_repeat"):
        assert reason in page.text
    for scripts in manifest["statistics"]["all"]["scripts"].values():
        assert sum(scripts.values()) == pytest.approx(1, abs=1e-5)
        assert all(f"{100 * share:.1f}%" in page.text for share in scripts.values())


def test_a_kept_row_stands_beside_its_evidence(tmp_path):
    page = page_of(tmp_path, good_records())
    samples = samples_of(tmp_path / "out", open_manifest(tmp_path / "out").data)
    text = "".join(page.texts)
    assert len(samples.kept) == 8
    for line in samples.kept:
        assert f"{line.evidence[0].document} › 재고" in text
        assert "".join(piece.text for piece in line.answer) in text


def test_every_sample_can_be_read_without_a_script(tmp_path):
    many = [record(f"{number}번 문은 어디야?", f"{number}번 문은 저기야. 어서 가.") for number in range(30)]
    page = page_of(tmp_path, [*good_records(), *many])
    samples = samples_of(tmp_path / "out", open_manifest(tmp_path / "out").data)
    casual = next(group for group in samples.reasons if group.reason == "casual_answer")
    assert len(casual.lines) == 20
    text = "".join(page.texts)
    assert all("".join(piece.text for piece in line.answer) in text for line in casual.lines)


def test_the_page_is_light(tmp_path):
    page = page_of(tmp_path, MANY, "--set", "read.quarantine_rows=25")
    payload = re.search(r'id="rows">([^<]*)<', page.html)
    assert payload is not None
    assert len(page.html.encode()) - len(payload[1]) <= STATIC_BYTES
    assert len(page.tags) < NODES


def test_our_words_stand_in_both_languages(tmp_path):
    page = page_of(tmp_path, [record("What is a lot?", "A set of goods made together.")], "--recipe", "annotate-only")
    assert page.tags.count("span") > 200
    hangul = {word for text in page.neutral for word in text.split() if re.search("[가-힣]", word)}
    assert hangul == {"한국어"}  # what chooses a language names itself in it
    assert page.attributes.count(("class", "ko")) == page.attributes.count(("class", "en"))


def test_the_reproducing_command_makes_the_same_dataset(tmp_path, monkeypatch):
    options = ("--set", "rules.min_answer_chars=3", "--seed", 7, "--limit", 12)
    page_of(tmp_path, good_records(), *options)
    first = open_manifest(tmp_path / "out")
    command = reproducing_command(first.data).replace("DIR", "again").split()
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, command[3:]).exit_code == 0
    assert open_manifest(tmp_path / "again").digest == first.digest


def test_the_report_can_be_written_anew_from_the_folder_alone(tmp_path):
    page_of(tmp_path, good_records())
    path = tmp_path / "out/report.html"
    before = path.read_bytes()
    path.unlink()
    assert CliRunner().invoke(app, ["report", str(tmp_path / "out")]).exit_code == 0
    assert path.read_bytes() == before == render(tmp_path / "out").encode()
    assert verify_folder(tmp_path / "out")[1] == []


def test_a_dataset_without_a_kept_row_still_gives_a_page(tmp_path):
    page = page_of(tmp_path, [record("언제 해?", "내일 해. 꼭 해.")], ends=(1,))
    assert "남은 행이 없습니다." in page.text
    assert "쓰지 마십시오" in page.text
    assert_figures_are_the_manifests(page, open_manifest(tmp_path / "out").data)


def test_the_difference_from_an_earlier_release_is_told(tmp_path):
    page_of(tmp_path, good_records())
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "later", "--set", "rules.min_answer_chars=14")
    page = Page(render(tmp_path / "later", earlier=tmp_path / "out"))
    assert_inert(page)
    assert "rules.min_answer_chars" in page.text
    assert open_manifest(tmp_path / "out").digest[:12] in page.text
    same = Page(render(tmp_path / "out", earlier=tmp_path / "out"))
    assert "이전 판과 같습니다." in same.text


PHONE = "010-2345-6789"


def laid_out(folder: Path, change: Callable[[dict[str, Any]], object]) -> Page:
    """The page of a folder whose manifest says something else."""
    manifest = copy.deepcopy(dict(open_manifest(folder).data))
    change(manifest)
    return Page(lay_out(manifest, samples_of(folder, open_manifest(folder).data), run_checks(manifest)))


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    page_of(folder, good_records())
    return folder / "out"


def payload_of(page: Page) -> str:
    found = re.search(r'id="rows">([^<]*)<', page.html)
    assert found is not None
    return gzip.decompress(base64.b64decode(found[1])).decode()


@pytest.mark.parametrize("recipe", ["wms", "annotate-only"])
def test_no_personal_data_stands_on_the_page_wherever_the_rows_have_it(tmp_path, recipe):
    row = record("담당자 번호가 뭐야?", f"담당자 번호는 {PHONE}입니다.", document=f"연락 {PHONE}.md")
    quote = f"담당자 {PHONE}"
    row["evidence"][0].update({"quote": quote, "end": len(quote), "section": [f"담당 {PHONE}"]})
    gone = record("문은 어디야?", f"저기야. {PHONE}로 물어봐. 꼭 물어봐.")
    broken = {"messages": [{"role": PHONE, "content": "질문"}]}
    page = page_of(
        tmp_path, [*good_records(), row, gone, broken], "--recipe", recipe, "--set", "read.quarantine_rows=9"
    )
    for text in (page.html, payload_of(page)):
        assert "6789" not in text
    assert "[전화번호]" in page.text
    curate(tmp_path / "rows.jsonl", "--out", tmp_path / "old", "--recipe", "annotate-only", "--limit", 17)
    assert "6789" not in render(tmp_path / "out", earlier=tmp_path / "old")


def test_pseudonyms_are_shown_as_they_stand(tmp_path):
    (tmp_path / "key").write_bytes(b"k" * 32)
    row = record("담당자 번호가 뭐야?", f"담당자 번호는 {PHONE}입니다.", document="연락.md")
    row["evidence"][0].update({"quote": PHONE, "end": len(PHONE)})
    options = ("--set", "rules.pii=pseudonym", "--pseudonym-key", tmp_path / "key")
    page = page_of(tmp_path, [*good_records(), row], *options)
    assert re.search(r"담당자 번호는 010-\d{4}-\d{4}입니다", page.text)
    assert PHONE not in page.text + payload_of(page)


def test_captions_do_not_deny_what_a_recipe_leaves_in_the_rows(tmp_path):
    rows = [*good_records(), *good_records(), record("번호 알려 줘.", f"번호는 {PHONE}입니다.")]
    page = page_of(tmp_path, rows, "--recipe", "annotate-only")
    sizes = open_manifest(tmp_path / "out").data["repeats"]["cluster_sizes"]
    extra = sum((int(size) - 1) * clusters for size, clusters in sizes.items())
    assert extra and f"다른 행을 되풀이하는 행이 {extra}개 있지만 이 레시피는 반복을 빼지 않습니다." in page.text
    assert "개인정보 1곳이 문답에 그대로 남아 있으니" in page.text
    assert "찾지 못했습니다" not in page.text


def test_an_evaluation_set_that_could_not_be_looked_at_is_named(good):
    absent = {"name": "casual_questions.jsonl", "absent": "it lies in the project's clone, in no wheel"}
    page = laid_out(good, lambda manifest: manifest["decontamination"].insert(0, absent))
    assert "살펴보지 못함" in page.text


def test_a_thousand_of_anything_neither_break_the_budget_nor_go_unsaid(good):
    def many(manifest: dict[str, Any]) -> None:
        source = manifest["sources"][0]
        name = "아주 긴 이름 " * 25
        manifest["sources"] = [{**source, "source": f"{name}{number}"} for number in range(10_000)]
        manifest["inputs"] *= 5_000
        manifest["rights"]["attribution"] = [f"{name}{number}" for number in range(5_000)]
        conflict = {"code": "x", "why": "…", "rows": 3, "waived": None, "sources": [name] * 9_000}
        manifest["rights"]["conflicts"] = [conflict]
        manifest["oversized_groups"] = [{"rows": 5, "share": 0.4, "row_id": "ab" * 16}] * 1_000
        manifest["decontamination"] *= 1_000
        manifest["written"] = {key: {f"{name}{one}": 1 for one in range(1_000)} for key in ("kind", "persona")}
        manifest["written"] |= {"question_level": {"hae": 1}, "rank": {"1": 1}}
        by_kind = {f"{name}{one}": {"kept": 1, "number": 1} for one in range(1_000)}
        counts = {"kept": 1_000, "rejected": 1_000, "by_kind": by_kind, "rejected_by_gate": {"number": 1_000}}
        manifest["generation"] = [{"input": f"{name}{one}", "counts": {**counts, "kept": one}} for one in range(1_000)]

    page = laid_out(good, many)
    assert len(page.tags) < NODES
    assert len(page.html.encode()) < 280_000  # 300,000 with its rows
    assert "and 4,950 more of manifest.json" in page.text
    assert "그 밖의 9,970개는 manifest.json에 있습니다." in page.text


def test_what_a_sentence_model_finds_alike_is_told(good):
    found = {"threshold": 0.9, "texts": 1_200, "pairs": 34, "nearest": []}
    page = laid_out(good, lambda manifest: manifest.update({"semantic_repeats": found}))
    assert "1,200행에서 34쌍" in page.text and "34 pairs among 1,200 rows" in page.text


def test_one_of_a_thing_is_said_as_one(good):
    def lone(manifest: dict[str, Any]) -> None:
        manifest["leaks"] |= dict.fromkeys(manifest["leaks"], 0) | {"shared_documents": 1, "shared_answers": 1}
        manifest["repeats"] |= {"numbers": 1}

    page = laid_out(good, lone)
    assert "1 document or question stands in two splits" in page.text
    assert "1 answer stands in two splits, which is harmless where it is short" in page.text
    assert "1 pair alike in letters differs in a number" in page.text


def test_of_rows_without_a_licence_none_is_called_the_strictest(tmp_path):
    rows = [{**one, "license": "NOASSERTION"} for one in good_records()]
    page = page_of(tmp_path, rows, "--waive", "NOASSERTION=시험에만 씁니다")
    assert "12행은 라이선스가 적혀 있지 않으니(NOASSERTION)" in page.text
    assert "가장 엄격한 라이선스는" not in page.text
    assert "부딪치는 조건이 있습니다" not in page.text


def test_the_tally_counts_every_check_and_uses_the_words_of_the_terminal(good):
    page = laid_out(good, lambda manifest: manifest.update({"target_answer": "any"}))
    manifest = {**open_manifest(good).data, "target_answer": "any"}
    states = [one.state for one in run_checks(manifest)]
    assert states.count("skip") == 1
    for state, word in (("fail", "실패"), ("warn", "주의"), ("pass", "통과"), ("skip", "해당 없음")):
        assert f"{states.count(state)} {word}" in page.text
