"""A rulebook written as the folder of files that the loader reads."""

from __future__ import annotations

import shutil
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from engine.rulebook.book import Rulebook
from engine.rulebook.documents import RENAMED_KEYS
from engine.rulebook.entries import LEADS_TO, OUTCOME_OF_ROOM, WRITTEN_IN_THEN
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operand,
    Operator,
    ParameterRef,
    Quantified,
    SignalHeld,
)
from models.rulebook import Entry, Outcome, Parameter, ProposalOutcome, Rule

__all__ = ["write_rulebook", "written_condition", "written_outcome"]

_WRITTEN_KEYS = {name: key for key, name in RENAMED_KEYS.items()}
_WORD_OF_OUTCOME = {name: word for word, name in LEADS_TO.items()}
_ROOM_OF_OUTCOME = {name: room for room, names in OUTCOME_OF_ROOM.items() for name in names}


def write_rulebook(book: Rulebook, folder: Path) -> Path:
    """Writes a file a room into a folder that is not there yet, and returns the folder.

    The registers are copied from the folder that the book was read from. What the loader reads from
    there is the book again, but for the places of its parts.
    """
    import yaml

    rooms: dict[str, dict[str, list[Any]]] = {
        "parameters": {"parameters": [_parameter(p) for p in book.parameters.values()]},
        "category": {"promises": [_entry(promise) for promise in book.promises]},
        "visits": {"floors": [_entry(floor) for floor in book.floors]},
        "samples": {"frames": [_entry(frame) for frame in book.frames]},
        "sanctions": {"ladder": [_entry(step) for step in book.ladder]},
    }
    for rule in book.rules:
        lists = rooms.setdefault(_ROOM_OF_OUTCOME[rule.then.leads_to], {})
        lists.setdefault("rules", []).append(_rule(rule))
    shutil.copytree(book.folder / "registers", folder / "registers")
    for room, lists in rooms.items():
        held = {name: entries for name, entries in lists.items() if entries}
        if held:
            (folder / room).mkdir()
            text = yaml.safe_dump(held, allow_unicode=True, sort_keys=False, width=100)
            (folder / room / "all.yaml").write_text(text, encoding="utf-8")
    return folder


def written_condition(condition: Condition) -> dict[str, Any]:
    """A condition as the lines of a rule file; raises ValueError for one that has no lines."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            if not parts:
                raise ValueError("a condition without parts cannot be written")
            word = "all of" if isinstance(condition, AllOf) else "any of"
            return {word: [written_condition(part) for part in parts]}
        case Not():
            return {"not": written_condition(condition.part)}
        case SignalHeld():
            return {"signal": condition.signal}
        case Quantified():
            return _quantified(condition)
        case Comparison():
            return {condition.field: _test(condition)}


def _quantified(condition: Quantified) -> dict[str, Any]:
    anything = isinstance(condition.where, AllOf) and not condition.where.parts
    where = {} if anything else written_condition(condition.where)
    record, count = condition.record, condition.count
    if condition.quantifier == "none":
        if count != 1:
            raise ValueError("'fewer than' other than 'no' cannot be written")
        return {f"no {record}": where}
    if isinstance(count, ParameterRef):
        return {f"number of {record}": {"at least": _operand(count), "where": where}}
    if count < 1:
        raise ValueError("'at least 0' cannot be written")
    return {f"any {record}" if count == 1 else f"at least {count} {record}": where}


def _test(condition: Comparison) -> Any:
    values = [_operand(operand) for operand in condition.operands]
    match condition.operator:
        case Operator.IS_KNOWN:
            return "known"
        case Operator.IS_UNKNOWN:
            return "unknown"
        case Operator.IS_ONE_OF:
            return values
        case operator:
            return {operator.value.replace("_", " "): values[0]}


def _operand(operand: Operand) -> bool | int | str:
    if isinstance(operand, ParameterRef):
        return f"parameter {operand.parameter}"
    return str(operand) if isinstance(operand, str) else operand


def _value(value: Any) -> Any:
    match value:
        case ParameterRef():
            return _operand(value)
        case Enum():
            return value.value
        case Entry():
            return _entry(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_value(item) for item in value]
        case _:
            return value


def _entry(entry: Entry, *, leave_out: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The fields that say something, in the order of the model."""
    written: dict[str, Any] = {}
    for name, info in type(entry).model_fields.items():
        value = getattr(entry, name)
        said = info.is_required() or value != info.default
        if said and name not in leave_out | {"place", "leads_to"}:
            written[_WRITTEN_KEYS.get(name, name).replace("_", " ")] = _value(value)
    return written


def _parameter(parameter: Parameter) -> dict[str, Any]:
    written = _entry(parameter)
    for value in written["values"]:
        value["value"] = "unset" if value["value"] is None else value["value"]
    return written


def _rule(rule: Rule) -> dict[str, Any]:
    written = _entry(rule, leave_out=frozenset({"when", "then"}))
    return written | {
        "when": written_condition(rule.when),
        "then": written_outcome(rule.then),
    }


def written_outcome(outcome: Outcome) -> dict[str, Any]:
    """What a rule leads to, as the lines under its `then`."""
    held = _entry(outcome, leave_out=frozenset({"needs"}))
    word = _WORD_OF_OUTCOME[outcome.leads_to]
    named = next((name for name, key in WRITTEN_IN_THEN.items() if key == word), word)
    then = {word: held.pop(named), **held}
    if isinstance(outcome, ProposalOutcome):
        then["needs"] = [
            _entry(need, leave_out=frozenset({"when"})) | {"when": written_condition(need.when)}
            for need in outcome.needs
        ]
    return then
