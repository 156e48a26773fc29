"""Spans → Example: token ids, and labels on the assistant's tokens and end markers alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Tokenizer

from curation.errors import InputError
from curation.files import canonical_json, sha256_bytes
from trainer.templates import PROBE, Span, Template, render

IGNORED = -100  # the label that torch's cross-entropy skips
_BORDER = "\n"  # what every assistant header ends in


@dataclass(frozen=True, slots=True)
class Example:
    """One conversation in tokens; `labels[i]` is `input_ids[i]` where it is learned, else -100. Equal lengths."""

    input_ids: list[int]
    labels: list[int]

    @property
    def learned_tokens(self) -> int:
        """How many tokens carry a label."""
        return sum(label != IGNORED for label in self.labels)


def open_tokenizer(path: Path, template: Template) -> Tokenizer:
    """The tokenizer in the file `path` (`tokenizer.json`), set so that text never turns into a marker.

    A marker that the tokenizer does not have stays missing: `missing_markers` tells. Raises InputError when the file
    is not there or is no tokenizer.
    """
    if not path.is_file():
        raise InputError(
            str(path), "is not there",
            mend="give a tokenizer.json with --tokenizer, or with --model the local folder of a model that has one",
            mend_ko="--tokenizer 로 tokenizer.json 을, 또는 --model 로 그 파일이 든 로컬 모델 폴더를 지정하세요",
        )  # fmt: skip
    text = path.read_text(encoding="utf-8", errors="replace")
    if not _looks_like_tokenizer(text):
        raise InputError(
            str(path), "is no tokenizer of the tokenizers library",
            mend="take the tokenizer.json of the model's own repository",
            mend_ko="모델 저장소에 있는 tokenizer.json 을 쓰세요",
        )  # fmt: skip
    tokenizer = Tokenizer.from_str(text)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    # A marker that is merely an added token would still be found inside a message; a special one is not, once text is
    # encoded so.
    tokenizer.add_special_tokens(
        [AddedToken(marker, special=True, normalized=False)
         for marker in (template.bos, template.end) if tokenizer.token_to_id(marker) is not None]
    )  # fmt: skip
    tokenizer.encode_special_tokens = True
    return tokenizer


def missing_markers(tokenizer: Tokenizer, template: Template) -> list[str]:
    """The template's markers that are no token of `tokenizer`."""
    return [marker for marker in (template.bos, template.end) if tokenizer.token_to_id(marker) is None]


def marker_id(tokenizer: Tokenizer, marker: str) -> int:
    """The id of a marker that the tokenizer has; ValueError where it has none: ask `missing_markers` first."""
    found = tokenizer.token_to_id(marker)
    if found is None:
        raise ValueError(f"{marker} is no token")
    return int(found)


def encode(tokenizer: Tokenizer, rows: Sequence[Sequence[Span]]) -> list[Example]:
    """One Example per row of spans, same order; `tokenizer` comes from `open_tokenizer` and has every marker.

    Each span is encoded alone, so a prompt's tokens are a prefix of the training text's whatever the answer holds. An
    answer is encoded as what follows a newline: SentencePiece-like tokenizers put a word mark (▁) before text that
    stands alone, and the model would learn to begin each answer with it. BOS is a span like any other: it appears
    once, where the template has it.
    """
    border: list[int] = tokenizer.encode(_BORDER, add_special_tokens=False).ids
    texts = [
        _BORDER + span.text if span.learned else span.text for spans in rows for span in spans if not span.marker
    ]  # fmt: skip
    encoded = iter(tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    examples = []
    for spans in rows:
        example = Example([], [])
        for span in spans:
            if span.marker:
                ids = [marker_id(tokenizer, span.text)]
            else:
                ids = next(encoded).ids
                if span.learned:
                    ids = _after_border(tokenizer, border, span.text, ids)
            example.input_ids.extend(ids)
            example.labels.extend(ids if span.learned else [IGNORED] * len(ids))
        examples.append(example)
    return examples


def keep_whole_turns(example: Example, end_id: int, most_tokens: int) -> Example | None:
    """The longest beginning of `example` with at most `most_tokens` that ends with a learned end marker, or None."""
    for place in range(min(most_tokens, len(example.labels)) - 1, -1, -1):
        if example.labels[place] == end_id:
            return Example(example.input_ids[: place + 1], example.labels[: place + 1])
    return None


def fingerprint(tokenizer: Tokenizer, template: Template) -> str:
    """SHA-256 (hex) of the PROBE's ids and labels: compare it wherever the same tokenizer is loaded by other means.

    Needed because transformers 5 rebuilds a Llama tokenizer's pipeline instead of reading its `tokenizer.json`.
    """
    (example,) = encode(tokenizer, [render(template, PROBE)])
    return sha256_bytes(canonical_json([example.input_ids, example.labels]))


def _looks_like_tokenizer(text: str) -> bool:
    """Asked before the library is: it raises a bare Exception, which no code of ours may catch."""
    try:
        data = json.loads(text)
    except ValueError:
        return False
    model = data.get("model") if isinstance(data, dict) else None
    return isinstance(model, dict) and isinstance(model.get("vocab"), (dict, list))


def _after_border(tokenizer: Tokenizer, border: list[int], text: str, ids: list[int]) -> list[int]:
    """The ids of `text` as a continuation, from `ids`, those of the border and `text` together."""
    if ids[: len(border)] == border:
        return ids[len(border) :]
    # The text begins with blanks that the tokenizer joins to the newline. Only byte-level tokenizers do, and they add
    # no word mark.
    return tokenizer.encode(text, add_special_tokens=False).ids
