"""Personal data in what a row brings along beside its messages: fields without a column of their own, in `meta`."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from curation.files import canonical_json
from curation.pii.find import find_pii
from curation.pii.found import Found
from curation.pii.masks import PiiEdit

Hide = Callable[[str, Sequence[Found]], tuple[str, list[PiiEdit]]]


def hide_in_meta(metas: Sequence[str], hide: Hide) -> dict[int, tuple[str, list[dict[str, Any]]]]:
    """By place: the `meta` (canonical JSON) with its personal data hidden, and what was: {field, before, after, why}.

    Only what is surely personal is hidden here: an id of sixteen digits may look like a card, and has no words around
    it that would say otherwise.
    """
    hidden: dict[int, tuple[str, list[dict[str, Any]]]] = {}
    for place, found in enumerate(_sure(metas)):
        if found:
            edits: list[dict[str, Any]] = []
            value = _walk(json.loads(metas[place]), "meta", hide, edits)
            if edits:
                hidden[place] = (canonical_json(value).decode(), edits)
    return hidden


def _walk(value: object, field: str, hide: Hide, edits: list[dict[str, Any]]) -> object:
    if isinstance(value, dict):
        return {key: _walk(one, f"{field}.{key}", hide, edits) for key, one in value.items()}
    if isinstance(value, list):
        return [_walk(one, f"{field}[{place}]", hide, edits) for place, one in enumerate(value)]
    if not isinstance(value, str):
        return value
    text, made = hide(value, _sure([value])[0])
    edits += ({"field": field, **{key: edit[key] for key in ("before", "after", "why")}} for edit in made)
    return text


def _sure(texts: Sequence[str]) -> list[tuple[Found, ...]]:
    return [tuple(one for one in found if one.confidence == "sure") for found in find_pii(texts)]
