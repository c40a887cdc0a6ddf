"""Random facts that are what the laws say of them, over whole fields and not only over classes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from engine.analysis.proof.classes import Classes
from engine.analysis.proof.laws import LAWS, NEWEST
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.questions import closed_classes
from engine.backends.reference import Scope, prepare
from engine.facts import View, vocabulary
from engine.rulebook.check import register_words
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from engine.testing import AS_OF
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not
from models.facts.dossier import RECORD_KINDS_OF
from models.terms import Kind

Values = dict[str, Any]
KINDS = st.sampled_from(Kind)
_TESTS = [(record, law, prepare(law).test) for record, law in LAWS]


@cache
def rules_of(kind: Kind) -> PlainRules:
    """Rules whose registers and day the questions of these tests are asked with."""
    return PlainRules(resolve(load_rulebook(), as_of=AS_OF), kind)


def classes_for(conditions: Iterable[Condition], kind: Kind) -> Classes:
    """The classes of these conditions and of the laws about their fields."""
    return closed_classes(conditions, kind, load_rulebook().registers)


def holds(condition: Condition, view: View) -> bool:
    """Whether a condition holds for a view, by the reference."""
    return prepare(condition).test(Scope(view.subject, view.records, frozenset()))


def lawful(record: str, row: Values, fields: Iterable[tuple[str, str]]) -> bool:
    """Whether a record is as the laws say, of those whose facts are all among `fields`."""
    known = {name for about, name in fields if about == record}
    return all(
        test(Scope(row, {}, frozenset()))
        for about, law, test in _TESTS
        if about == record and _named(law) <= known
    )


def _named(law: Condition) -> set[str]:
    match law:
        case Comparison():
            return {law.field}
        case AllOf() | AnyOf():
            return {name for part in law.parts for name in _named(part)}
        case Not():
            return _named(law.part)
        case _:
            return set()


def newest_alone(records: dict[str, list[Values]]) -> bool:
    """Whether at most one record is the newest."""
    for newest in NEWEST:
        flagged = [row for row in records.get(newest.record, []) if row.get(newest.flag) is True]
        groups = [row.get(newest.per) if newest.per else None for row in flagged]
        if len(groups) != len(set(groups)):
            return False
    return True


@st.composite
def lawful_views(draw: st.DrawFn, classes: Classes, kind: Kind) -> View:
    """A view of the fields that some conditions and their laws speak of."""
    subject: Values = {"kind": kind.value}
    rows: dict[str, st.SearchStrategy[Values]] = {}
    for record in sorted({record for record, _ in classes.values}):
        fields = {f: _values(classes, record, f) for r, f in classes.values if r == record}
        if record == "subject":
            subject |= draw(st.fixed_dictionaries(fields))
        elif record in RECORD_KINDS_OF[kind]:
            rows[record] = st.fixed_dictionaries(fields)
    records: dict[str, list[Values]] = {}
    for record, strategy in rows.items():
        for number, row in enumerate(draw(st.lists(strategy, max_size=8)), start=1):
            tried = {**records, record: [*records.get(record, []), {**row, "no": number}]}
            if lawful(record, row, classes.values) and newest_alone(tried):
                records = tried
    return View("?", kind, AS_OF, subject, records)


def _values(classes: Classes, record: str, field: str) -> st.SearchStrategy[Any]:
    """Any value of a field; near the classes' ends more often, unknown only where it may be."""
    representatives = st.sampled_from(classes.of(record, field))
    spec = vocabulary().find(record, field)
    if spec is None or field == "kind":
        return representatives
    if spec.register is not None:
        words = sorted(register_words(load_rulebook().registers)[spec.register])
        return representatives | st.sampled_from(words)
    if spec.words:
        return representatives | st.sampled_from(spec.words)
    numbers = [n for n in classes.of(record, field) if isinstance(n, int) and n is not True]
    if spec.value_type.value != "integer" or not numbers:
        return representatives
    low = -40_000 if spec.minimum is None else spec.minimum
    high = 100_000 if spec.maximum is None else spec.maximum
    near = [n + d for n in numbers for d in (-1, 0, 1) if low <= n + d <= high]
    return representatives | st.sampled_from(near) | st.integers(low, high)


__all__ = [
    "KINDS",
    "classes_for",
    "holds",
    "lawful",
    "lawful_views",
    "newest_alone",
    "rules_of",
]
