"""A dossier as the rules see it on one day: plain values, dates turned into ages.

`View.subject` and each record are dictionaries of whole numbers, flags, words and None (unknown).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from engine.facts.derived import DutyReading, derive
from engine.facts.introspection import age_name, fields_of, unwrap
from models.facts.dossier import RECORD_MODELS, Dossier
from models.facts.fields import FactModel
from models.terms import Kind

__all__ = ["DutyReading", "View", "view_of"]

Values = dict[str, Any]


class View:
    """One subject's facts on one day. `records` holds only kinds that have at least one record."""

    __slots__ = ("as_of", "kind", "records", "subject", "subject_id")

    def __init__(
        self,
        subject_id: str,
        kind: Kind,
        as_of: date,
        subject: Values,
        records: dict[str, list[Values]],
    ) -> None:
        self.subject_id = subject_id
        self.kind = kind
        self.as_of = as_of
        self.subject = subject
        self.records = records

    def with_facts(self, **facts: Any) -> View:
        """The same view with further facts about the subject (e.g. its category)."""
        return View(self.subject_id, self.kind, self.as_of, {**self.subject, **facts}, self.records)


@cache
def _columns(model: type[FactModel]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Date fields with their age names, and the other testable fields, of a fact model."""
    dates: list[tuple[str, str]] = []
    plain: list[str] = []
    for name, annotation in fields_of(model).items():
        if name in ("subject_id", "model_config"):
            continue
        if unwrap(annotation)[0] is date:
            dates.append((name, age_name(name)))
        else:
            plain.append(name)
    return tuple(dates), tuple(plain)


def _values(fact: FactModel, today: int) -> Values:
    dates, plain = _columns(type(fact))
    held = fact.__dict__
    values = {name: held[name] for name in plain}
    for name, age in dates:
        day = held[name]
        values[age] = None if day is None else today - day.toordinal()
    return values


def view_of(
    dossier: Dossier,
    *,
    as_of: date,
    duty: DutyReading,
    needed: Callable[[str], bool] = lambda record: record in RECORD_MODELS,
) -> View:
    """The dossier's facts on `as_of`. Only kinds of record that are `needed` are laid out."""
    today = as_of.toordinal()
    subject = _values(dossier.subject, today)
    rows = [subject]
    derive("subject", dossier, rows, as_of, duty)
    records: dict[str, list[Values]] = {}
    for kind, facts in dossier.records.items():
        if facts and needed(kind):
            laid_out = [_values(fact, today) for fact in facts]
            derive(kind, dossier, laid_out, as_of, duty)
            records[kind] = laid_out
    return View(dossier.subject_id, dossier.kind, as_of, subject, records)
