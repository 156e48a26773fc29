"""A datagen folder made by hand, with whatever its rows should say."""

import json
from pathlib import Path

from curation.files import canonical_json, sha256_bytes
from curation.manifest import write_manifest
from curation.recipe import load_recipe
from datagen import recipe
from datagen.recipe import Recipe

TEXT = """\
# 재실사

재실사는 센 수량이 전산과 다를 때 다시 세는 작업이다.

## 재실사 기준

- 차이가 5개를 넘으면 다른 작업자가 다시 센다.
- 두 번 센 값이 같으면 재고 담당자가 확정한다.
- 확정한 값은 30분 안에 WMS에 반영한다.
"""
SHA = sha256_bytes(TEXT.encode())
FACT = "차이가 5개를 넘으면 다른 작업자가 다시 센다."


def span(quote=FACT, turn=1, document="재고/재실사.md"):
    start = TEXT.index(quote)
    return {
        "document": document, "sha256": SHA, "start": start, "end": start + len(quote), "quote": quote,
        "section": ["재실사", "재실사 기준"], "turn": turn,
    }  # fmt: skip


def row(question="차이가 5개를 넘으면 어떻게 해?", answer="차이가 5개를 넘으면 다른 작업자가 다시 셉니다.", **more):
    """A candidate; `before` are the turns that come first."""
    pairs = [*more.pop("before", ()), (question, answer)]
    messages = [
        {"role": role, "content": content}
        for pair in pairs
        for role, content in zip(("user", "assistant"), pair, strict=True)
    ]
    evidence = more.pop("evidence", [span(turn=len(messages) - 1)])
    meta = {
        "kind": "condition", "persona": "신입", "question_level": "hae", "answer_level": "hapsyo", "answerable": True,
        "rank": {"bm25": 1, "faiss": 2}, "margin": {"bm25": 3.5, "faiss": 0.1}, "exempt": [],
    }  # fmt: skip
    return {
        "id": sha256_bytes(canonical_json([messages, evidence]))[:32], "messages": messages, "source": "손으로",
        "license": "CC0-1.0", "evidence": evidence, "meta": meta | more.pop("meta", {}), **more,
    }  # fmt: skip


def write_folder(folder, rows, rejected=()):
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / f"{SHA}.txt").write_bytes(TEXT.encode())
    for name, lines in (("candidates.jsonl", rows), ("rejected.jsonl", rejected)):
        (folder / name).write_bytes(b"".join(canonical_json(line) + b"\n" for line in lines))
    files = [
        {"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": sha256_bytes(path.read_bytes())}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]  # fmt: skip
    counts = {"documents": 1, "passages": 1, "kept": len(rows), "rejected": len(rejected)}
    given = load_recipe(Recipe, Path(recipe.__file__).with_name("wms.toml")).model_dump(mode="json")
    write_manifest(
        folder,
        {
            "kind": "candidates",
            "files": files,
            "counts": counts,
            "recipe": given,
            "documents": {"재고/재실사.md": SHA},
        },
    )
    return folder


def read_lines(path):
    return [json.loads(line) for line in path.read_bytes().decode().split("\n") if line]
