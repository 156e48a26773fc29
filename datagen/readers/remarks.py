"""What a user should know of a reading, in English and Korean."""

from __future__ import annotations


def bilingual(english: str, korean: str) -> str:
    """A remark on one line: hidden text was left out · 숨긴 글은 읽지 않았습니다."""
    return f"{english} · {korean}"
