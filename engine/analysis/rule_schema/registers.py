"""The schema of register files: one list, its lines with dated versions where they changed."""

from __future__ import annotations

from engine.analysis.rule_schema.keys import Schema, closed, needs
from engine.analysis.rule_schema.values import ValueSchemas
from engine.analysis.rule_schema.words import SchemaWords
from engine.rulebook.registers import REGISTER_FILES

__all__ = ["register_schemas"]


def register_schemas(values: ValueSchemas, words: SchemaWords) -> dict[str, Schema]:
    """Each register's list, by its key. What `versions` share stands above them."""
    found: dict[str, Schema] = {}
    for name, model in REGISTER_FILES.items():
        lines = values.lines(model)
        versions = {"type": "array", "minItems": 1, "items": closed(lines)}
        line = closed(lines | {"versions": versions | words.line("versions")})
        whole = {"anyOf": [{"required": ["versions"]}, needs(values.needed(model))]}
        found[name] = {"type": "array", "items": line | whole} | words.line(name, section="lists")
    return found
