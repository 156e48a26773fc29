"""How right and how fast the speech-level tagger and the converter are: python benchmarks/speech_level.py [DATA_DIR].

Without DATA_DIR only our own gold tables are measured. DATA_DIR may hold any of: levels-*.jsonl ({text, label}, the
letters P Y O G B R D N F X, `P|Y` where both are right), stylekqc-*.tsv (label, group, text), iwslt*.tsv (informal,
formal), *.csv of chat (its first two columns are texts). CPU seconds, one thread: OMP_NUM_THREADS=1.
"""

import argparse
import csv
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from curation.korean.kiwi import analyser
from curation.korean.levels import SURE
from curation.korean.register import convert
from curation.korean.speech_level import CASUAL, POLITE, SpeechLevel, tag_messages, tag_speech_levels

GOLD = Path(__file__).resolve().parent.parent / "corpora" / "gold"
HANDBOOK = GOLD.parent / "wms"
LETTERS = dict(zip("PYOGBRDNFX", SpeechLevel, strict=True))
SEED = 20261121
INNER_STOP = re.compile(r"[.!?…~]['\")]*\s*[\"'(가-힣]")
Rows = list[tuple[str, frozenset[SpeechLevel]]]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="a folder of labelled sentences")
    data = parser.parse_args().data
    table = Table("what", "data", "figure", title="speech levels and conversion")
    for what, where, figure in _figures(data):
        table.add_row(what, where, figure)
    Console(width=140).print(table)


def _figures(data: Path | None) -> Iterator[tuple[str, str, str]]:
    yield from _start()
    levels = {"corpora/gold/levels.tsv": _gold_levels()}
    binary: dict[str, list[tuple[str, bool]]] = {}
    chat: list[str] = []
    for path in sorted(data.iterdir()) if data else []:
        if path.name.startswith("levels"):
            levels[path.name] = _labelled(path)
        elif path.name.startswith(("stylekqc", "iwslt")):
            binary[path.name] = _pairs(path)
        elif path.suffix == ".csv":
            chat += [text for row in _rows(path, ",") for text in list(row.values())[:2]]
    for name, rows in levels.items():
        yield from _ten_way(name, rows)
    if data:
        dev = [row for name, rows in levels.items() if "gold" not in name and "templates" not in name for row in rows]
        yield from _ten_way("levels-open + levels-edge", dev)
        yield from _built_messages(dev)
    yield from _own_messages()
    for name, pairs in binary.items():
        yield from _polite_or_not(name, pairs)
    if binary:
        yield from _confident([pair for pairs in binary.values() for pair in pairs])
    yield from _speed("long answers", "handbook paragraphs in 합쇼체, ≥ 150 characters", _long_answers())
    short = chat or [text for text, _ in levels["corpora/gold/levels.tsv"]]
    yield from _speed("short chat", "chat" if chat else "corpora/gold/levels.tsv", short)
    every = [*short, *(text for pairs in binary.values() for text, _ in pairs), *(text for text, _ in _gold_levels())]
    yield from _agreement(every)
    yield from _conversion(binary)
    yield from _turned_polite("chat" if chat else "corpora/gold/levels.tsv", short)


def _gold_levels() -> Rows:
    return [(row["text"], frozenset({SpeechLevel(row["level"])})) for row in _rows(GOLD / "levels.tsv", "\t")]


def _labelled(path: Path) -> Rows:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row["text"], frozenset(LETTERS[letter] for letter in row["label"].split("|"))) for row in rows]


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    quoting = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONE
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter, quoting=quoting))


def _pairs(path: Path) -> list[tuple[str, bool]]:
    """(text, whether it is formal)."""
    rows = _rows(path, "\t")
    if "label" in rows[0]:
        return [(row["text"], row["label"] == "formal") for row in rows]
    return [(row[column], column == "formal") for row in rows for column in ("informal", "formal")]


def _ten_way(name: str, rows: Rows) -> Iterator[tuple[str, str, str]]:
    tags = tag_speech_levels([text for text, _ in rows])
    pairs = [
        (tag.level if tag.level in gold else min(gold), tag.level) for (_, gold), tag in zip(rows, tags, strict=True)
    ]
    right = sum(gold is found for gold, found in pairs)
    yield "ten-way accuracy / macro-F1", f"{name} ({len(rows):,})", f"{right / len(pairs):.4f} / {_macro_f1(pairs):.4f}"
    empty = [found for gold, found in pairs if gold in (SpeechLevel.FRAGMENT, SpeechLevel.NONE)]
    if empty:
        wrong = sum(found in POLITE | CASUAL for found in empty)
        yield "fragment or none called polite or casual", f"{name} ({len(empty):,})", str(wrong)


def _macro_f1(pairs: Sequence[tuple[SpeechLevel, SpeechLevel]]) -> float:
    hit = Counter(gold for gold, found in pairs if gold is found)
    golds, founds = Counter(gold for gold, _ in pairs), Counter(found for _, found in pairs)
    return sum(2 * hit[level] / (golds[level] + founds[level]) for level in golds) / len(golds)


def _polite_or_not(name: str, pairs: list[tuple[str, bool]]) -> Iterator[tuple[str, str, str]]:
    levels = [tag.level for tag in tag_speech_levels([text for text, _ in pairs])]
    right = sum((level in POLITE) is formal for (_, formal), level in zip(pairs, levels, strict=True))
    casual = [level for (_, formal), level in zip(pairs, levels, strict=True) if not formal]
    recall = sum(level in CASUAL or level is SpeechLevel.PLAIN for level in casual) / len(casual)
    strict = sum(level in CASUAL for level in casual) / len(casual)
    yield "polite or not", f"{name} ({len(pairs):,})", f"{right / len(pairs):.4f}"
    yield "casual recall (with -다 / without)", f"{name} ({len(casual):,})", f"{recall:.4f} / {strict:.4f}"


def _confident(pairs: list[tuple[str, bool]]) -> Iterator[tuple[str, str, str]]:
    tags = tag_speech_levels([text for text, _ in pairs])
    sure = [
        (tag.level in POLITE) is formal for (_, formal), tag in zip(pairs, tags, strict=True) if tag.confidence >= 0.9
    ]
    yield (
        "confidence ≥ .9: right / share",
        f"pairs ({len(pairs):,})",
        f"{sum(sure) / len(sure):.4f} / {len(sure) / len(pairs):.3f}",
    )


def _built_messages(rows: Rows) -> Iterator[tuple[str, str, str]]:
    """Messages of 3 to 8 sentences, all polite, all casual, or of both, a third each."""
    chance = random.Random(SEED)
    rows = [row for row in rows if not INNER_STOP.search(row[0])]  # one label, one sentence
    polite = [row for row in rows if row[1] <= POLITE and len(row[1]) == 1]
    casual = [row for row in rows if row[1] <= {SpeechLevel.HAE, SpeechLevel.HAERA}]
    for name, glue in (("a sentence a line", "\n"), ("one line", " ")):
        texts, labels, sequences = [], [], []
        for place in range(600):
            label = ("polite", "casual", "mixed")[place % 3]
            count = chance.randint(3, 8)
            parts = chance.sample({"polite": polite, "casual": casual, "mixed": polite}[label], count)
            if label == "mixed":
                parts[: count // 2] = chance.sample(casual, count // 2)
                chance.shuffle(parts)
            ended = [text if text.endswith((".", "!", "?", "…")) or glue == "\n" else f"{text}." for text, _ in parts]
            texts.append(glue.join(ended))
            labels.append(label)
            sequences.append([next(iter(gold)) for _, gold in parts])
        yield from _messages(f"built, {name}, seed {SEED}", texts, labels, sequences)


def _own_messages() -> Iterator[tuple[str, str, str]]:
    rows = [json.loads(line) for line in (GOLD / "messages.jsonl").read_text(encoding="utf-8").splitlines()]
    yield from _messages(
        "corpora/gold/messages.jsonl", [row["text"] for row in rows], [row["label"] for row in rows],
        [[SpeechLevel(level) for level in row["levels"]] for row in rows],
    )  # fmt: skip


def _messages(
    name: str, texts: list[str], labels: list[str], sequences: list[list[SpeechLevel]]
) -> Iterator[tuple[str, str, str]]:
    tags = tag_messages(texts)
    right = sum(tag.label == label for tag, label in zip(tags, labels, strict=True))
    exact = sum([s.level for s in tag.sentences] == gold for tag, gold in zip(tags, sequences, strict=True))
    yield (
        "message label / exact sequence",
        f"{name} ({len(texts)})",
        f"{right / len(texts):.4f} / {exact / len(texts):.4f}",
    )


def _long_answers() -> list[str]:
    paragraphs = (
        text for path in sorted(HANDBOOK.rglob("*.md")) for text in path.read_text(encoding="utf-8").split("\n\n")
    )
    return [text for text in paragraphs if len(text) >= 150 and "니다" in text and not text.startswith("|")]


def _speed(what: str, name: str, texts: list[str]) -> Iterator[tuple[str, str, str]]:
    analyser().tokenize("준비")
    ours, seconds = _cpu(lambda: sum(len(tag.sentences) for tag in tag_messages(texts)))
    again, warm = _cpu(lambda: sum(len(tag.sentences) for tag in tag_messages(texts)))
    theirs, slow = _cpu(lambda: sum(len(list(one)) for one in analyser().split_into_sents(texts, return_tokens=True)))
    kiwi = theirs / slow
    yield (
        f"{what}: sentences per CPU-s, first / again", f"{name} ({ours:,} sentences)",
        f"{ours / seconds:,.0f} / {again / warm:,.0f} = {ours / seconds / kiwi:.0f}x / {again / warm / kiwi:.0f}x "
        f"Kiwi's {kiwi:,.0f}",
    )  # fmt: skip


def _agreement(texts: list[str]) -> Iterator[tuple[str, str, str]]:
    tiered, full = tag_speech_levels(texts), tag_speech_levels(texts, mode="full")
    two = sum((a.level in POLITE) is (b.level in POLITE) for a, b in zip(tiered, full, strict=True))
    ten = sum(a.level is b.level for a, b in zip(tiered, full, strict=True))
    yield (
        "tiered against full: two-way / ten-way",
        f"all above ({len(texts):,})",
        f"{two / len(texts):.5f} / {ten / len(texts):.5f}",
    )


def _conversion(binary: dict[str, list[tuple[str, bool]]]) -> Iterator[tuple[str, str, str]]:
    gold = _rows(GOLD / "conversions.tsv", "\t")
    right = sum(
        convert([row["source"]], to=row["to"])[0].text in row["expected"].split(" | ")  # type: ignore[arg-type]
        for row in gold
    )
    yield "conversions right", f"corpora/gold/conversions.tsv ({len(gold)})", f"{right / len(gold):.4f}"
    for name, pairs in binary.items():
        casual = [text for text, formal in pairs if not formal]
        converted = [one.text for one in convert(casual, to="haeyo")]
        polite = sum(tag.level in POLITE for tag in tag_speech_levels(converted))
        yield "casual → haeyo tagged polite", f"{name} ({len(casual)})", f"{polite / len(casual):.4f}"
        if name.startswith("iwslt"):
            formal = [text for text, is_formal in pairs if is_formal]
            exact = sum(a == b for a, b in zip(converted, formal, strict=True)) / len(formal)
            alike = sum(
                SequenceMatcher(None, a, b, autojunk=False).ratio() for a, b in zip(converted, formal, strict=True)
            )
            yield (
                "casual → haeyo: exact / similarity",
                f"{name} ({len(casual)})",
                f"{exact:.3f} / {alike / len(formal):.3f}",
            )


def _turned_polite(name: str, texts: list[str]) -> Iterator[tuple[str, str, str]]:
    """해체 and 해라체 to 해요체: every text tagged so, and those the tagger is sure of."""
    texts = list(dict.fromkeys(texts))
    tags = tag_speech_levels(texts)
    for what, least in (("casual → haeyo tagged polite", 0.0), ("the same, source sure (≥ .9)", SURE)):
        casual = [t for t, tag in zip(texts, tags, strict=True) if tag.level in CASUAL and tag.confidence >= least]
        found = tag_speech_levels([one.text for one in convert(casual, to="haeyo")])
        polite = sum(tag.level in POLITE for tag in found)
        yield what, f"{name} ({len(casual):,})", f"{polite / len(casual):.4f}"


def _start() -> Iterator[tuple[str, str, str]]:
    """CPU and memory of a fresh process up to its first tagged text that needs Kiwi."""
    code = """
import resource, sys
from curation.korean.speech_level import tag_messages
loaded = "kiwipiepy" in sys.modules
tag_messages(["창고 안"])
used = resource.getrusage(resource.RUSAGE_SELF)
print(loaded, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    yield (
        "start: Kiwi loaded on import / CPU s / peak MB",
        "first text",
        f"{out[0]} / {float(out[1]):.2f} / {float(out[2]):.0f}",
    )


def _cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    before = time.process_time()
    result = work()
    return result, time.process_time() - before


if __name__ == "__main__":
    main()
