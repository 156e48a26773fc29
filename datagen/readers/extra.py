"""Modules that only `[documents]` installs, imported when a document of their format is met."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from curation.errors import InputError


def documents_module(name: str, where: str) -> ModuleType:
    """The module `name`; InputError naming the extra where it is not installed. `where` is the document's path."""
    if find_spec(name.split(".", maxsplit=1)[0]) is None:
        raise InputError(
            where, f"needs {name}, not installed here",
            mend="pip install 'dadeum[documents]'; Markdown, text, HTML and HWPX are read without",
            mend_ko="pip install 'dadeum[documents]' 로 설치하세요. Markdown, 텍스트, HTML, HWPX 는 없이도 읽습니다",
        )  # fmt: skip
    return import_module(name)
