"""What the annotations of a fact model say about its fields."""

from __future__ import annotations

import types
import typing
from typing import Any

__all__ = ["age_name", "fields_of", "is_optional", "unwrap"]


def age_name(date_field: str) -> str:
    """`received_on` -> `received_age_days`."""
    return date_field.removesuffix("_on") + "_age_days"


def unwrap(annotation: Any) -> tuple[Any, list[Any]]:
    """The plain type behind Optional and Annotated, and the metadata met on the way."""
    metadata: list[Any] = []
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation, *found = typing.get_args(annotation)
            metadata += found
        elif typing.get_origin(annotation) in (typing.Union, types.UnionType):
            (annotation,) = [a for a in typing.get_args(annotation) if a is not type(None)]
        else:
            return annotation, metadata


def is_optional(annotation: Any) -> bool:
    """Whether a field may be left unknown."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    return typing.get_origin(annotation) in (typing.Union, types.UnionType) and type(
        None
    ) in typing.get_args(annotation)


_FIELDS: dict[type[Any], dict[str, Any]] = {}


def fields_of(model: type[Any]) -> dict[str, Any]:
    """The annotated fields of a fact model."""
    if model not in _FIELDS:
        _FIELDS[model] = typing.get_type_hints(model, include_extras=True)
    return _FIELDS[model]
