"""The whole schema: one for every rule file, or the stricter one of a folder."""

from __future__ import annotations

from typing import Any

from engine.analysis.rule_schema.cases import case_schemas
from engine.analysis.rule_schema.conditions import ConditionSchemas
from engine.analysis.rule_schema.entries import fields_of_entries, list_schemas
from engine.analysis.rule_schema.keys import Schema, closed
from engine.analysis.rule_schema.registers import register_schemas
from engine.analysis.rule_schema.values import ValueSchemas
from engine.analysis.rule_schema.words import SchemaWords
from engine.rulebook.book import Rulebook
from engine.rulebook.entries import OUTCOME_OF_ROOM

__all__ = ["ROOMS", "rule_schema"]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
ROOMS = ("parameters", *OUTCOME_OF_ROOM, "registers", "cases")
"""The folders of a rulebook whose files have a schema of their own."""


def rule_schema(book: Rulebook, *, room: str | None = None) -> Schema:
    """What may stand in a file of a rulebook, or of one of its folders, as a JSON Schema.

    It holds the words of this rulebook: its parameters, signals, frames and registers. The schema
    of a folder is stricter: a rule there leads to what belongs there, and asks for no more than
    is decided before it.
    """
    if room is not None and room not in ROOMS:
        raise ValueError(f"a rulebook has no folder '{room}'")
    words = SchemaWords(book)
    defs: dict[str, Any] = {}
    values = ValueSchemas(words, defs, fields_of_entries(book, words))
    ConditionSchemas(book, words, defs)
    rules = sorted(book.rules, key=lambda rule: rule.id)
    defs["rule_id"] = {
        "enum": [rule.id for rule in rules],
        "enumDescriptions": [words.of_text(rule.title) for rule in rules],
    }
    lists: dict[str, Schema] = {}
    if room not in ("registers", "cases"):
        lists |= list_schemas(values, words, defs, room)
    if room in (None, "registers"):
        lists |= register_schemas(values, words)
    if room in (None, "cases"):
        lists |= case_schemas(book, values, words, defs)
    head = {"$schema": _DRAFT, "title": words.text("said", "title")}
    return head | closed(lists) | {"$defs": _reached(lists, defs)}


def _reached(lists: dict[str, Schema], defs: dict[str, Any]) -> dict[str, Any]:
    """The named parts that the lists lead to, in order of their names."""
    found: set[str] = set()
    left: list[Any] = [lists]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in found:
                found.add(name)
                left.append(defs[name])
            left += part.values()
        elif isinstance(part, list):
            left += part
    return {name: defs[name] for name in sorted(found)}
