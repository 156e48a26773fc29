"""The least JSON that fits a JSON schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEPEST = 8
_MOST = 1000  # items and characters
_EMPTY = {"object": {}, "array": [], "string": "", "integer": 0, "number": 0, "boolean": False, "null": None}


def sample(schema: Mapping[str, Any]) -> object:
    """A value of the schema with required properties only: const and the first enum as they stand, least lengths.

    Patterns, formats and what is said by `not` or `if` are passed over.
    """
    return _sample(schema, schema, 0)


def _sample(schema: Mapping[str, Any], whole: Mapping[str, Any], depth: int) -> object:
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if depth > _DEEPEST:
        return None
    for choice in ("anyOf", "oneOf", "allOf"):
        if schema.get(choice):
            return _sample(schema[choice][0], whole, depth + 1)
    if "$ref" in schema:
        return _sample(_referred(str(schema["$ref"]), whole), whole, depth + 1)
    named = schema.get("type")
    kind = named[0] if isinstance(named, list) else named or ("object" if "properties" in schema else "null")
    match kind:
        case "object":
            properties = schema.get("properties", {})
            return {name: _sample(properties.get(name, {}), whole, depth + 1) for name in schema.get("required", ())}
        case "array":
            return [_sample(schema.get("items", {}), whole, depth + 1)] * min(int(schema.get("minItems", 0)), _MOST)
        case "string":
            return "가" * min(int(schema.get("minLength", 0)), _MOST)
        case "integer" | "number":
            return schema.get("minimum", 0)
    return _EMPTY.get(str(kind))


def _referred(reference: str, whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a schema that `#/$defs/Name` names; an empty schema where there is none."""
    part: Any = whole
    for name in reference.removeprefix("#/").split("/"):
        part = part.get(name, {}) if isinstance(part, Mapping) else {}
    return part if isinstance(part, Mapping) else {}
