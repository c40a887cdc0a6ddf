"""From the annotation of a model's field to the schema of what stands behind its key."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any

from annotated_types import Ge, Le, MinLen
from pydantic import BaseModel, BeforeValidator

from engine.analysis.rule_schema.conditions import ALL, ref
from engine.analysis.rule_schema.keys import Schema, closed
from engine.analysis.rule_schema.words import SchemaWords
from engine.facts.introspection import fields_of
from models.conditions import Condition, ParameterRef
from models.facts.fields import RegisterWord
from models.rulebook import Text

__all__ = ["ValueSchemas"]

_DAY = (
    r"^[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-9])|(?:0[13-9]|1[0-2])-30"
    r"|(?:0[13578]|1[02])-31)$"
)
_UNIONS = (typing.Union, types.UnionType)
_NAMED: Mapping[Any, str] = {
    Condition: ALL,
    ParameterRef: "parameter_integer",
    date: "day",
    bool: "flag",
    Text: "text",
}
_NULL: Schema = {"type": "null"}
_KEYWORDS: Mapping[type, tuple[str, str]] = {
    Ge: ("minimum", "ge"),
    Le: ("maximum", "le"),
    MinLen: ("min", "min_length"),
}


class ValueSchemas:
    """The schemas of the fields of the rulebook's models.

    `of_field` gives fields whose model says less than the rulebook knows of them: a field of that
    name, `theme` say, takes a word of a register.
    """

    def __init__(
        self, words: SchemaWords, defs: dict[str, Schema], of_field: Mapping[str, Schema]
    ) -> None:
        self._words = words
        self._of_field = of_field
        text = {lang: {"type": "string", "minLength": 1} for lang in Text.model_fields}
        defs["text"] = closed({lang: text[lang] | words.line(lang) for lang in text}, needed=text)
        day = {"type": "string", "pattern": _DAY, "errorMessage": words.text("said", "no_day")}
        defs["day"] = day
        defs["flag"] = {"type": "boolean", "errorMessage": words.text("said", "no_flag")}

    def lines(self, model: type[BaseModel], *, without: Iterable[str] = ()) -> dict[str, Schema]:
        """Every line of a model that a person writes, each with its explanation."""
        left_out = {"place", *without}
        found: dict[str, Schema] = {}
        for name, annotation in fields_of(model).items():
            if name in left_out or name not in model.model_fields:
                continue
            metadata = list(model.model_fields[name].metadata)
            found[name] = self.field(name, annotation, metadata) | self._words.line(name)
        return found

    @staticmethod
    def needed(model: type[BaseModel]) -> list[str]:
        """The lines that must stand there."""
        return [
            name
            for name, info in model.model_fields.items()
            if info.is_required() and name != "place"
        ]

    def entry(self, model: type[BaseModel], **further: Schema) -> Schema:
        """A whole entry of a model; `further` replaces lines."""
        return closed(self.lines(model) | further, needed=self.needed(model))

    def field(self, name: str, annotation: Any, metadata: Iterable[Any] = ()) -> Schema:
        """What may stand behind a key."""
        parts = _parts(annotation, metadata)
        choices = [self._one(name, plain, found) for plain, found in parts]
        if _is_empty(annotation):
            choices.append(_NULL)
        unique: list[Schema] = []
        unique += [choice for choice in choices if choice not in unique]
        return dict(unique[0]) if len(unique) == 1 else {"anyOf": unique}

    def _one(self, name: str, plain: Any, metadata: list[Any]) -> Schema:
        if plain in _NAMED:
            return ref(_NAMED[plain])
        if typing.get_origin(plain) is tuple:
            item = self.field(name, typing.get_args(plain)[0])
            several: Schema = {"type": "array", "items": item} | _bounds(metadata, "minItems")
            alone = any(isinstance(part, BeforeValidator) for part in metadata)
            return {"anyOf": [item, several]} if alone else several
        if typing.get_origin(plain) is typing.Literal:
            return {"enum": list(typing.get_args(plain))}
        if plain is int:
            return {"type": "integer"} | _bounds(metadata, "")
        if isinstance(plain, type) and issubclass(plain, Enum):
            return self._words.of_enum(plain)
        if isinstance(plain, type) and issubclass(plain, BaseModel):
            return self.entry(plain)
        for item in metadata:
            if isinstance(item, RegisterWord):
                return ref(f"register_{item.register}")
        if name in self._of_field:
            return dict(self._of_field[name])
        return {"type": "string"} | _bounds(metadata, "minLength")


def _parts(annotation: Any, metadata: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """The types a field may have, but for none at all, each with its metadata."""
    found = list(metadata)
    if annotation is Condition:
        return [(annotation, found)]
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *more = typing.get_args(annotation)
        return _parts(inner, [*found, *more])
    if typing.get_origin(annotation) in _UNIONS:
        return [
            part
            for member in typing.get_args(annotation)
            if member is not type(None)
            for part in _parts(member, found)
        ]
    return [(annotation, found)]


def _is_empty(annotation: Any) -> bool:
    """Whether nothing at all may stand behind the key."""
    return typing.get_origin(annotation) in _UNIONS and type(None) in typing.get_args(annotation)


def _bounds(metadata: Iterable[Any], shortest: str) -> Schema:
    found: Schema = {}
    for item in metadata:
        for part in (item, *getattr(item, "metadata", ())):
            keyword, attribute = _KEYWORDS.get(type(part), ("", ""))
            if keyword == "min":
                keyword = shortest
            if keyword:
                found[keyword] = getattr(part, attribute)
    return found
