"""The word list of a domain: a file of words, or a glossary, that the analyser takes for nouns."""

from pathlib import Path

from curation.errors import InputError
from curation.korean.kiwi import read_words


def load_words(path: Path) -> tuple[str, ...]:
    """The words in a file, sorted. Raises InputError where it cannot be read as UTF-8 text."""
    try:
        return read_words(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(
            str(path), "is no file", mend="give a text file with one word a line, or a Markdown glossary",
            mend_ko="한 줄에 낱말 하나인 텍스트 파일이나 마크다운 용어집을 지정하세요",
        ) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise InputError(str(path), "is not UTF-8", mend="save it as UTF-8", mend_ko="UTF-8로 저장하세요") from error
