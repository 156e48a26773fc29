"""A PDF's objects, references followed (ISO 32000-2, 7.3)."""

from __future__ import annotations


def dictionary(value: object) -> dict[str, object]:
    """What an entry refers to, where that is a dictionary."""
    value = resolved(value)
    return value if isinstance(value, dict) else {}


def resolved(value: object) -> object:
    """What an entry refers to."""
    from pypdf.generic import PdfObject

    return value.get_object() if isinstance(value, PdfObject) else value


def number(value: object) -> float:
    """A number, 0.0 for anything else."""
    value = resolved(value)
    return float(value) if isinstance(value, int | float) else 0.0
