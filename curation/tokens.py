"""The door to `tokenizers`: how many tokens of a given tokenizer a text has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from curation.errors import InputError
from curation.files import sha256_bytes

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts tokens; it travels to worker processes as the file's path and digest, and each opens the file once."""

    path: Path
    sha256: str

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text, same order, without markers of turns; a marker inside a text is plain text."""
        found = _open(self.path, self.sha256).encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(one) for one in found]


def load_counter(path: Path) -> TokenCounter:
    """The counter of a `tokenizer.json`. Raises InputError where the file is not there or is no tokenizer."""
    try:
        counter = TokenCounter(path, sha256_bytes(path.read_bytes()))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(
            str(path), "is no file", mend="give the tokenizer.json of the model that will be trained",
            mend_ko="학습할 모델의 tokenizer.json 을 지정하세요",
        ) from error  # fmt: skip
    counter([""])  # now, not in a worker
    return counter


@lru_cache(maxsize=2)
def _open(path: Path, sha256: str) -> Tokenizer:
    from tokenizers import Tokenizer

    data = path.read_bytes()
    if sha256_bytes(data) != sha256:
        raise InputError(
            str(path), "changed while it was in use", mend="run the command again", mend_ko="명령을 다시 실행하세요"
        )
    try:
        tokenizer = Tokenizer.from_buffer(data)
    except ValueError as error:
        raise InputError(
            str(path), "is no tokenizer of the tokenizers library",
            mend="take the tokenizer.json of the model's own repository",
            mend_ko="모델 저장소에 있는 tokenizer.json 을 쓰세요",
        ) from error  # fmt: skip
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer
