"""The schema of every list of a rule file: parameters, rules, floors, frames, ladder, promises."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from typing import Any

from engine.analysis.rule_schema.conditions import ALL, FACTS, SIGNALS, ref
from engine.analysis.rule_schema.keys import Schema, closed, spellings
from engine.analysis.rule_schema.values import ValueSchemas
from engine.analysis.rule_schema.words import SchemaWords
from engine.facts import ValueType, vocabulary
from engine.rulebook.book import Rulebook
from engine.rulebook.entries import LEADS_TO, LISTS, OUTCOME_OF_ROOM, WRITTEN_IN_THEN
from models.rulebook import DatedValue, Outcome, Parameter, Promise, Rule

__all__ = ["fields_of_entries", "list_schemas"]

_CONDITION_OF_ROOM = {"signals": FACTS, "category": SIGNALS}
_ONE_OF_THESE = ("every_days", "within_days", "times_a_year")


def fields_of_entries(book: Rulebook, words: SchemaWords) -> dict[str, Schema]:
    """The fields of entries that take words the models know nothing of."""
    fields = vocabulary().fields
    strata = [n for n, spec in fields["subject"].items() if spec.value_type is ValueType.WORD]
    counted = [n for n, spec in fields["subject"].items() if spec.value_type is ValueType.INTEGER]
    records = [specs for record, specs in fields.items() if record != "subject"]
    days = {day for specs in records for day in _days(specs)}
    return {
        "theme": ref("register_theme"),
        "themes": ref("register_theme"),
        "hear": ref("register_source"),
        "exempt_offer_types": ref("register_offer_type"),
        "frame": {
            "enum": [frame.id for frame in book.frames],
            "enumDescriptions": [words.of_text(frame.title) for frame in book.frames],
            "errorMessage": words.text("said", "no_frame"),
        },
        "strata": {"enum": sorted(strata)},
        "subject_field": {"enum": sorted(_days(fields["subject"]))},
        "times_a_year": {"enum": sorted(counted)},
        "trigger_field": {"enum": sorted(days)},
        "record": {"enum": list(fields)},
        "unit": words.suggestions("units"),
        "methods": words.suggestions("method_words"),
        "documents": words.suggestions("document_words"),
    }


def _days(specs: Iterable[str]) -> list[str]:
    """The days behind the ages that rules test."""
    return [name.removesuffix("_age_days") + "_on" for name in specs if name.endswith("_age_days")]


def list_schemas(
    values: ValueSchemas, words: SchemaWords, defs: dict[str, Schema], room: str | None
) -> dict[str, Schema]:
    """Each list that a file of a folder may hold, by its key; without a folder: of any.

    The folder decides what a rule there leads to, and what its condition may ask for.
    """
    for name, (_, model) in LISTS.items():
        if model is not Rule:
            defs[name] = values.entry(model)
    defs["parameters"] = values.entry(Parameter, values=_values(values, words))
    defs["promises"] = _promise(values, words)
    outcomes = list(OUTCOME_OF_ROOM.get(room, ())) if room else list(LEADS_TO.values())
    lists = [name for name in LISTS if name != "rules" or outcomes]
    if outcomes:
        defs["rules"] = _rule(values, words, defs, outcomes, room)
    return {
        name: {"type": "array", "items": ref(name)} | words.line(name, section="lists")
        for name in lists
    }


def _values(values: ValueSchemas, words: SchemaWords) -> Schema:
    """The dated values of a parameter, each a number, a flag, a word or unset."""
    value: Schema = {
        "anyOf": [{"const": "unset"}, {"type": ["integer", "boolean", "string", "null"]}],
        "errorMessage": words.text("said", "no_value"),
    }
    dated = values.entry(DatedValue, value=value | words.line("value"))
    return {"type": "array", "minItems": 1, "items": dated} | words.line("values")


def _rule(
    values: ValueSchemas,
    words: SchemaWords,
    defs: dict[str, Schema],
    outcomes: Iterable[str],
    room: str | None,
) -> Schema:
    found = {leads_to: key for key, leads_to in LEADS_TO.items()}
    models = {_leads_to(model): model for model in _outcome_models()}
    for leads_to in outcomes:
        defs[f"then_{leads_to}"] = _outcome(values, models[leads_to], found[leads_to], words)
    leads = [ref(f"then_{leads_to}") for leads_to in sorted(outcomes)]
    then: Schema = leads[0] if len(leads) == 1 else {"oneOf": leads}
    when = ref(_CONDITION_OF_ROOM.get(room or "", ALL))
    return values.entry(Rule, when=when | words.line("when"), then=then | words.line("then"))


def _outcome_models() -> tuple[Any, ...]:
    union, *_ = typing.get_args(Outcome)
    return typing.get_args(union)


def _leads_to(model: Any) -> str:
    return str(model.model_fields["leads_to"].default)


def _outcome(values: ValueSchemas, model: Any, key: str, words: SchemaWords) -> Schema:
    """What stands in 'then': the first line says what it is, under the name that files use."""
    lines = values.lines(model, without=["leads_to"])
    needed = values.needed(model)
    renamed = {WRITTEN_IN_THEN.get(name, name): schema for name, schema in lines.items()}
    renamed[key] = renamed[key] | words.line(key)
    found = closed(renamed, needed=[WRITTEN_IN_THEN.get(name, name) for name in needed])
    if recurring := [name for name in _ONE_OF_THESE if name in lines]:
        found.setdefault("allOf", []).append(_exactly_one(recurring))
    return found


def _exactly_one(names: Iterable[str]) -> Schema:
    return {"oneOf": [{"required": [way]} for name in names for way in spellings(name)]}


def _promise(values: ValueSchemas, words: SchemaWords) -> Schema:
    """A promise names a field of its record."""
    entry = values.entry(Promise)
    by_record: list[Schema] = []
    for record, specs in vocabulary().fields.items():
        listed = {"enum": sorted(specs)}
        by_record.append(
            {
                "if": {"properties": {"record": {"const": record}}, "required": ["record"]},
                "then": {"properties": {"field": listed | words.line("field")}},
            }
        )
    return entry | {"allOf": [*entry.get("allOf", []), *by_record]}
