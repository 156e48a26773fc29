"""What the search for repeats is measured by: datasketch's speed, and an exact join of all pairs."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import ceil

import numpy as np
from datasketch import MinHash, MinHashLSH

from curation.dedup.minhash import SCHEME


def run_datasketch(texts: Sequence[str]) -> dict[str, float]:
    """CPU seconds by step: char 5-grams, `MinHash.bulk`, and a query before each insertion into `MinHashLSH`."""
    clock = [time.process_time()]
    shingles = [{text[start : start + 5].encode() for start in range(max(1, len(text) - 4))} for text in texts]
    clock.append(time.process_time())
    signed = MinHash.bulk(shingles, num_perm=128, scheme=SCHEME)
    clock.append(time.process_time())
    index = MinHashLSH(threshold=0.8, num_perm=128)
    for number, one in enumerate(signed):
        if not index.query(one):
            index.insert(number, one)
    clock.append(time.process_time())
    return dict(zip(("shingle", "bulk", "LSH"), np.diff(clock).tolist(), strict=True))


def exact_join(texts: Sequence[str], threshold: float) -> set[tuple[int, int]]:
    """Every pair at or above the threshold: prefix filter (Chaudhuri et al. 2006), each candidate counted in full."""
    sets = [{text[start : start + 5] for start in range(max(1, len(text) - 4))} for text in texts]
    frequency = Counter(gram for own in sets for gram in own)
    seen: dict[str, list[int]] = defaultdict(list)
    found = set()
    for row in sorted(range(len(sets)), key=lambda row: len(sets[row])):
        own = sets[row]
        rare = sorted(own, key=lambda gram: (frequency[gram], gram))[: len(own) - ceil(threshold * len(own)) + 1]
        for other in {other for gram in rare for other in seen[gram]}:
            if len(sets[other]) >= threshold * len(own):
                shared = len(own & sets[other])
                if shared >= threshold * (len(own) + len(sets[other]) - shared):
                    found.add((min(row, other), max(row, other)))
        for gram in rare:
            seen[gram].append(row)
    return found
