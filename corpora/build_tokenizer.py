"""Builds tokenizer.json, the small BPE that a dry run counts with: python -m corpora.build_tokenizer

Byte-level, so every text comes back as it was; 6,000 tokens over the WMS handbook; equal handbook, equal file. It need
not follow every change of the handbook: it counts, it teaches nothing.
"""

from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from curation.files import replacing

CORPORA = Path(__file__).parent
# The ids of EEVE's own first three, then its end marker. No merge makes them: text reaches them only as special tokens.
SPECIAL = ["<unk>", "<s>", "</s>", "<|im_end|>"]


def build_tokenizer(documents: list[str], *, vocab_size: int = 6_000) -> Tokenizer:
    """A byte-level BPE (Sennrich 2016) trained over `documents` in the order given."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, initial_alphabet=alphabet, special_tokens=SPECIAL, show_progress=False
    )
    tokenizer.train_from_iterator(documents, trainer)
    return tokenizer


if __name__ == "__main__":
    paths = sorted((CORPORA / "wms").rglob("*.md"), key=lambda path: path.as_posix())
    text = build_tokenizer([path.read_text(encoding="utf-8") for path in paths]).to_str()
    with replacing(CORPORA / "tokenizer.json") as file:
        file.write(text.encode() + b"\n")
    print(f"{len(paths)} documents → {CORPORA / 'tokenizer.json'}, {len(text.encode()):,} bytes")
