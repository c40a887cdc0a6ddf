"""Facts as lines that a person reads in a failure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any

from engine.facts import View
from models.facts import Dossier
from models.facts.fields import FactModel

__all__ = ["facts_of", "facts_of_view", "told"]


def told(value: Any) -> str:
    """`yes`, `serious`, `2025-06-01`, `[competences]`."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case tuple() | list():
            return f"[{', '.join(told(item) for item in value)}]"
        case _:
            return str(value)


def facts_of(dossier: Dossier, day: date) -> Iterator[str]:
    """The subject and each record on a line; unknown facts are left out."""
    yield f"{dossier.subject_id}, {dossier.kind.value}, on {day}"
    yield f"  {_line(dossier.subject)}"
    for record, found in sorted(dossier.records.items()):
        for fact in found:
            yield f"  {record}[{fact.no}]: {_line(fact)}"


def _line(fact: FactModel) -> str:
    shown = []
    for name, info in type(fact).model_fields.items():
        value = getattr(fact, name)
        usual = not info.is_required() and value == info.default
        if name not in ("subject_id", "no", "kind") and value is not None and not usual:
            shown.append(f"{name} {told(value)}")
    return ", ".join(shown) or "nothing known"


def facts_of_view(view: View) -> Iterator[str]:
    """The same of facts as rules see them, with ages in days."""
    yield f"{view.subject_id}, {view.kind.value}, on {view.as_of}"
    yield f"  {_values(view.subject)}"
    for record, rows in sorted(view.records.items()):
        for number, row in enumerate(rows, start=1):
            yield f"  {record}[{row.get('no', number)}]: {_values(row)}"


def _values(row: dict[str, Any]) -> str:
    shown = [
        f"{name} {told(value)}"
        for name, value in row.items()
        if value is not None and name not in ("no", "kind")
    ]
    return ", ".join(shown) or "nothing known"
