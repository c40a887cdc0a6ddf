"""What a model says of a value that does not fit, as a sentence about a rule file."""

from __future__ import annotations

from typing import Any

from engine.rulebook.problems import Said, said

__all__ = ["misfit"]

_TYPES = {
    "int_type": "integer",
    "int_parsing": "integer",
    "int_from_float": "integer",
    "float_type": "number",
    "bool_type": "flag",
    "bool_parsing": "flag",
    "string_type": "text",
    "tuple_type": "list",
    "model_type": "lines",
    "model_attributes_type": "lines",
    "dict_type": "lines",
}


def misfit(where: str, detail: Any) -> Said:
    """A sentence for one of pydantic's error details; `where` is the field as it is written."""
    kind, value = detail["type"], _shown(detail.get("input"))
    limits = detail.get("ctx", {})
    if kind == "missing":
        return said("misfit.missing", where=where)
    if kind == "extra_forbidden":
        return said("misfit.unknown", where=where)
    if kind in ("enum", "literal_error"):
        return said("misfit.not_a_word", where=where, value=value, allowed=limits["expected"])
    if kind.startswith("date"):
        return said("misfit.not_a_day", where=where, value=value)
    if kind in ("too_short", "string_too_short"):
        return said("misfit.empty", where=where)
    if kind == "greater_than_equal":
        return said("misfit.too_small", where=where, value=value, least=limits["ge"])
    if kind == "less_than_equal":
        return said("misfit.too_large", where=where, value=value, most=limits["le"])
    if kind in _TYPES:
        needed = said(f"needs.{_TYPES[kind]}")
        return said("misfit.mistyped", where=where, value=value, needed=needed)
    return said("misfit.other", where=where, value=value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
