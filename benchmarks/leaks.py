"""The leak key and the dealing by themselves: python benchmarks/leaks.py WHAT …

twins IWSLT.tsv STYLEKQC.tsv      register twins joined by keys and proof; random pairs joined; against an exact join
evaluation IWSLT.tsv STYLEKQC.tsv one register as evaluation set, the other as rows: the share found
handbook CANDIDATES.jsonl         bridges, shares and largest groups; rows that our own evaluation set takes
deal [--rows 1000000]             time and memory of dealing made rows

OMP_NUM_THREADS=1; CPU time of one process.
"""

import argparse
import csv
import json
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curation.columns import list_owners, one_array
from curation.components import components
from curation.leaks.decontamination import decontaminate
from curation.leaks.leakage import deal, gather_facts
from curation.leaks.twins import Fetch, add_content, are_twins, prove_twins, sign_content, twin_pairs
from curation.recipes.schema import Leaks, Split

Pairs = list[tuple[str, str]]
SETTINGS = Leaks()
SPANS = pa.list_(pa.struct([("document", pa.string()), ("sha256", pa.string())]))


def signed(questions: Sequence[str]) -> pa.Table:
    rows = pa.table({"row": pa.array(range(len(questions)), pa.int64()), "question": pa.array(questions, pa.string())})
    return sign_content(add_content(rows.append_column("answer", rows["question"])), SETTINGS).combine_chunks()


def in_memory(rows: pa.Table) -> Fetch:
    return lambda numbers, columns: rows.select(columns).take(pa.array(numbers))


def propose(rows: pa.Table) -> NDArray[np.int64]:
    keys = one_array(rows["twin_keys"])
    table = pa.table({"key": keys.flatten(), "row": pa.array(list_owners(keys))})
    found = twin_pairs(table.sort_by([("key", "ascending"), ("row", "ascending")]))
    return np.stack([found["left"].to_numpy(), found["right"].to_numpy()], axis=1)


def read_pairs(iwslt: Path, stylekqc: Path) -> dict[str, tuple[Pairs, int]]:
    """Polite and casual, by set; and how many pairs in a row belong to one group."""
    with iwslt.open(encoding="utf-8") as file:
        annotated = [
            (row["formal"], row["informal"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"formal": [], "informal": []})
    with stylekqc.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            groups[row["group"]][row["label"]].append(row["text"])
    aligned = [pair for group in groups.values() for pair in zip(group["formal"], group["informal"], strict=True)]
    return {"iwslt": (annotated, 1), "stylekqc": (aligned, len(aligned) // len(groups))}


def measure_twins(pairs: Pairs, in_group: int) -> None:
    rows = signed([text for pair in pairs for text in pair])
    proposed = propose(rows)
    group = components(len(rows), prove_twins(proposed, in_memory(rows), SETTINGS)[0])
    polite = np.arange(0, len(rows), 2)
    drawn = np.random.default_rng(1).integers(0, len(pairs), (200_000, 2))
    drawn = drawn[drawn[:, 0] // in_group != drawn[:, 1] // in_group][:50_000]
    left, right = np.triu_indices(len(rows), k=1)
    exact = np.concatenate(
        [np.stack([one, other], axis=1)[are_twins(rows, one, other, SETTINGS)]
         for one, other in zip(np.array_split(left, 40), np.array_split(right, 40), strict=True)]
    )  # fmt: skip
    print(
        f"  twins joined {np.mean(group[polite] == group[polite + 1]):.4f}, by one pair's own proof "
        f"{are_twins(rows, polite, polite + 1, SETTINGS).mean():.4f}; random pairs joined "
        f"{np.mean(group[drawn[:, 0] * 2] == group[drawn[:, 1] * 2 + 1]):.5f} of {len(drawn):,}; pairs proposed a row "
        f"{len(proposed) / len(rows):.2f}; of all {len(exact):,} twins of the set joined "
        f"{np.mean(group[exact[:, 0]] == group[exact[:, 1]]):.4f}"
    )


def measure_evaluation(pairs: Pairs, in_group: int) -> None:
    rows = signed([polite for polite, _ in pairs])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "casual.jsonl"
        lines = [
            json.dumps({"id": str(place), "question": casual}, ensure_ascii=False)
            for place, (_, casual) in enumerate(pairs)
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        found = decontaminate([rows], np.ones(len(rows), bool), Leaks(evaluation=[str(path)]))
    right = [row for row, one in found.because.items() if int(one["item"]) // in_group == row // in_group]
    print(f"  rows found by their casual twin {len(right) / len(rows):.4f}: {found.sets[-1]['rows']}")


def spans_of(record: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"document": span["document"], "sha256": span["sha256"]} for span in record["evidence"]]


def measure_handbook(candidates: Path) -> None:
    with candidates.open(encoding="utf-8") as file:
        records = sorted(map(json.loads, file), key=lambda record: str(record["id"]))
    said = [[turn["content"] for turn in record["messages"] if turn["role"] == "user"] for record in records]
    rows = signed(["\n".join(turns) for turns in said])
    columns: dict[str, tuple[list[Any], pa.DataType]] = {
        "row_id": ([record["id"] for record in records], pa.string()),
        "source": ([record["source"] for record in records], pa.string()),
        "user_level": ([record["meta"]["question_level"] for record in records], pa.string()),
        "assistant_level": ([record["meta"]["answer_level"] for record in records], pa.string()),
        "meta": (["{}"] * len(records), pa.string()),
        "evidence": ([spans_of(record) for record in records], SPANS),
    }
    for name, (values, kind) in columns.items():
        rows = rows.append_column(name, pa.array(values, kind))
    twins, _ = prove_twins(propose(rows), in_memory(rows), SETTINGS)
    groups = Counter(components(len(rows), twins).tolist())
    print(f"{len(rows):,} rows, {len(twins):,} twins, largest groups {[size for _, size in groups.most_common(4)]}")
    for shares in (Split(), Split(train=0.7, valid=0.15, test=0.15)):
        split = deal(gather_facts(rows), twins, shares, SETTINGS, 20, in_memory(rows)).split
        held = np.bincount(split[split >= 0], minlength=3) / len(rows)
        print(f"  {shares.train:.0%}: bridges {np.mean(split < 0):.4f}, train, valid, test {held.round(3).tolist()}")
    found = decontaminate([rows], np.ones(len(rows), bool), SETTINGS)
    print(f"  taken by our own evaluation set: {len(found.because)} of {len(rows):,}")


def measure_dealing(rows: int) -> None:
    drawn = np.random.default_rng(1)
    facts = []
    for first in range(0, rows, 2_000):
        size = min(2_000, rows - first)
        document = drawn.integers(0, rows // 40, size)
        names = [[{"document": f"문서 {one}", "sha256": f"{one:064x}"}] if one % 3 else [] for one in document.tolist()]
        made = {
            "row": pa.array(range(first, first + size), pa.int64()),
            "row_id": [f"{number:032x}" for number in range(first, first + size)],
            "source": pa.array(drawn.choice(["가", "나", "다"], size)),
            "user_level": pa.array(drawn.choice(["polite", "casual", "mixed"], size)),
            "assistant_level": pa.array(["polite"] * size),
            "evidence": pa.array(names, SPANS),
            "meta": pa.array(["{}"] * size),
        }
        facts.append(gather_facts(pa.table(made)))

    def fetch(numbers: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        column = {"row_id": [f"{number:032x}" for number in numbers.tolist()], "evidence": [[]] * len(numbers)}
        return pa.table({name: column[name] for name in columns})

    twins = drawn.integers(0, rows, (rows // 10, 2))
    table = pa.concat_tables(facts)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    dealt = deal(table, twins, Split(), SETTINGS, 20, fetch)
    seconds = time.process_time() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{rows:,} rows: {seconds:.1f} s, facts {table.nbytes / 2**20:.0f} MB, peak + {grown:.0f} MB, "
          f"bridges {np.mean(dealt.split < 0):.4f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["twins", "evaluation", "handbook", "deal"])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    if asked.what == "handbook":
        measure_handbook(asked.files[0])
    elif asked.what == "deal":
        measure_dealing(asked.rows)
    else:
        measure: Callable[[Pairs, int], None] = measure_twins if asked.what == "twins" else measure_evaluation
        for name, (pairs, in_group) in read_pairs(*asked.files).items():
            print(f"{name}, {len(pairs):,} pairs")
            measure(pairs, in_group)


if __name__ == "__main__":
    main()
