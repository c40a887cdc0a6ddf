"""The schema of worked cases: the columns of the facts, and what a case may expect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from engine.analysis.cases import CASE_KEYS, EXPECTED_KEYS
from engine.analysis.rule_schema.conditions import ref
from engine.analysis.rule_schema.keys import Schema, closed
from engine.analysis.rule_schema.values import ValueSchemas
from engine.analysis.rule_schema.words import SchemaWords
from engine.facts.introspection import fields_of, unwrap
from engine.rulebook.book import Rulebook
from models.decisions import ProposalStatus
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS
from models.facts.fields import FactModel
from models.terms import Colour, Kind, Purpose, SanctionStep

__all__ = ["case_schemas"]

_RELATIVE_DAY = r"^ *(?:in [0-9]+ days?|[0-9]+ days? ago|today) *$"


def case_schemas(
    book: Rulebook, values: ValueSchemas, words: SchemaWords, defs: dict[str, Schema]
) -> dict[str, Schema]:
    """The list of cases, by its key."""
    relative = {"type": "string", "pattern": _RELATIVE_DAY}
    defs["day_of_case"] = {
        "anyOf": [ref("day"), relative],
        "errorMessage": words.text("said", "no_day_of_case"),
    }
    facts = _Facts(values, words)
    subject = facts.of("subject", SUBJECT_MODELS.values())
    subject["properties"]["kind"] = words.of_enum(Kind)
    records = {
        name: {"type": "array", "items": facts.of(name, [model])}
        | {"description": words.of_record(name, many=True)}
        for name, model in RECORD_MODELS.items()
    }
    parts: dict[str, Schema] = {
        "case": {"anyOf": [{"type": "string", "pattern": r"\S"}, ref("text")]},
        "as_of": ref("day"),
        "subject": subject | {"required": ["kind"]},
        "records": {"anyOf": [closed(records), {"type": "null"}]},
        "expect": {"anyOf": [_expectation(book, words), {"type": "null"}]},
    }
    lines = {key: parts[key] | words.line(key, section="cases") for key in sorted(CASE_KEYS)}
    defs["cases"] = closed(lines, needed=["case", "as_of", "subject"])
    return {
        "cases": {"type": "array", "items": ref("cases")} | words.line("cases", section="lists")
    }


class _Facts:
    """The facts of a subject or of a kind of record, as cases give them."""

    def __init__(self, values: ValueSchemas, words: SchemaWords) -> None:
        self._values = values
        self._words = words

    def of(self, record: str, models: Iterable[type[FactModel]]) -> Schema:
        """An object with the columns of these models."""
        columns: dict[str, list[Schema]] = {}
        for model in models:
            for name, annotation in fields_of(model).items():
                if name != "model_config":
                    schema = self._column(name, annotation)
                    found = columns.setdefault(name, [])
                    found += [] if schema in found else [schema]
        lines = {
            name: {"anyOf": [*found, {"enum": ["unknown", None]}]}
            | self._words.of_fact(record, name)
            for name, found in columns.items()
        }
        return closed(lines, with_underscores=lines)

    def _column(self, name: str, annotation: Any) -> Schema:
        plain, _ = unwrap(annotation)
        return ref("day_of_case") if plain is date else self._values.field(name, annotation)


def _names(listed: Iterable[str]) -> Schema:
    return {"type": ["array", "null"], "items": {"enum": sorted(listed)}}


def _expectation(book: Rulebook, words: SchemaWords) -> Schema:
    rules = {"type": ["array", "null"], "items": ref("rule_id")}
    states: Schema = words.of_enum(ProposalStatus)
    steps = closed({step.value: states for step in SanctionStep}, with_underscores=SanctionStep)
    parts: dict[str, Schema] = {
        "category": words.of_enum(Colour),
        "rules": rules,
        "not_rules": rules,
        "visits": {"type": ["array", "null"], "items": words.of_enum(Purpose)},
        "not_visits": {"type": ["array", "null"], "items": words.of_enum(Purpose)},
        "proposals": {"anyOf": [steps, {"type": "null"}]},
        "frames": _names(frame.id for frame in book.frames),
        "assessed": {"anyOf": [ref("flag"), {"type": "null"}]},
        "floor_due": ref("day_of_case"),
    }
    return closed(
        {
            key: parts.get(key, {}) | words.line(key, section="expected")
            for key in sorted(EXPECTED_KEYS)
        }
    )
