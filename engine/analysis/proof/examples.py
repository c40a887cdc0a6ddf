"""Facts found by a proof, in the words of the rule files, and as data that can be run again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.analysis.proof.answers import Possible
from engine.analysis.proof.classes import Value

__all__ = ["example_data", "example_lines"]


def example_lines(example: Possible) -> Iterator[str]:
    """`concern 1: {open: yes, severity: serious}`, one line for the subject and for each record."""
    view = example.view
    subject = {name: value for name, value in view.subject.items() if name != "kind"}
    yield f"{view.kind.value}, {view.as_of}: {_facts(subject)}"
    for record, rows in sorted(view.records.items()):
        for number, facts in enumerate(rows, start=1):
            shown = {name: value for name, value in facts.items() if name != "no"}
            yield f"{record.replace('_', ' ')} {number}: {_facts(shown)}"
    if example.override is not None:
        yield f"override: {example.override.value}"


def _facts(facts: dict[str, Value]) -> str:
    return (
        "{" + ", ".join(f"{name}: {_value(value)}" for name, value in sorted(facts.items())) + "}"
    )


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def example_data(example: Possible) -> dict[str, Any]:
    """The same as plain data."""
    view = example.view
    return {
        "kind": view.kind.value,
        "as_of": view.as_of.isoformat(),
        "subject": dict(sorted(view.subject.items())),
        "records": {record: list(rows) for record, rows in sorted(view.records.items())},
        "override": None if example.override is None else example.override.value,
    }
