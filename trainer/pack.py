"""Examples → packs that fill a sequence without cutting a row → the numbers of a batch."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass

from trainer.encode import IGNORED, Example

Pack = list[Example]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of equal width; `position_ids` begin at 0 with every example, which keeps packed examples apart."""

    input_ids: list[list[int]]
    labels: list[list[int]]
    position_ids: list[list[int]]


def pack(examples: Sequence[Example], capacity: int) -> list[Pack]:
    """Every example in exactly one pack of at most `capacity` tokens: best-fit decreasing, no row cut.

    The longest comes first, each into the fullest pack that still has room (Johnson 1974: at most 11/9 of the fewest
    packs). An example longer than `capacity` raises ValueError: the preflight has counted and dropped those.
    """
    packs: list[Pack] = []
    rooms: list[tuple[int, int]] = []  # (tokens still free, index of the pack), ascending
    for example in sorted(examples, key=lambda example: -len(example.input_ids)):
        length = len(example.input_ids)
        if length > capacity:
            raise ValueError(f"an example of {length} tokens does not fit into {capacity}")
        place = bisect_left(rooms, (length, -1))
        if place < len(rooms):
            room, index = rooms.pop(place)
        else:
            room, index = capacity, len(packs)
            packs.append([])
        packs[index].append(example)
        insort(rooms, (room - length, index))
    return packs


def lay_out(packs: Sequence[Pack]) -> Batch:
    """One row per pack, padded on the right to the longest.

    Padding has id 0, label -100 and positions of its own from 0. Real tokens stand before it and never attend to it,
    so any id would do and the tokenizer's own choice of padding token (some derivatives use the end marker) cannot
    matter.
    """
    width = max(sum(len(example.input_ids) for example in pack) for pack in packs)
    batch = Batch([], [], [])
    for examples in packs:
        ids = [token for example in examples for token in example.input_ids]
        labels = [label for example in examples for label in example.labels]
        positions = [place for example in examples for place in range(len(example.input_ids))]
        spare = width - len(ids)
        batch.input_ids.append(ids + [0] * spare)
        batch.labels.append(labels + [IGNORED] * spare)
        batch.position_ids.append(positions + list(range(spare)))
    return batch
