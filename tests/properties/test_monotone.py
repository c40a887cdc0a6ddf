"""A worse fact never gives a milder colour, for every field the rulebook makes that promise of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.facts import View, vocabulary
from engine.testing import views
from models.rulebook import Promise
from models.terms import Kind
from tests.properties.laws import DAYS, book, colour_rank, decider

PROMISES = book().promises


def _tested_fields() -> dict[str, list[str]]:
    """Per kind of record the fields that the shipped rules test on some day."""
    found: dict[str, set[str]] = {}
    for day in DAYS:
        program = decider(day).program
        for record in (*program.record_kinds(), "subject"):
            names = {n for n in program.fields_of(record) if vocabulary().find(record, n)}
            found.setdefault(record, set()).update(names)
    return {record: sorted(names) for record, names in found.items()}


FIELDS = _tested_fields()


def _thresholds(promise: Promise) -> list[int]:
    """Numbers on, below and above each parameter, so that thresholds are crossed."""
    values = {
        value.value
        for parameter in book().parameters.values()
        for value in parameter.values
        if isinstance(value.value, int) and not isinstance(value.value, bool)
    }
    spec = vocabulary().find(promise.record, promise.field)
    assert spec is not None
    low = -400 if spec.minimum is None else spec.minimum
    high = 4_000 if spec.maximum is None else spec.maximum
    return sorted({v + d for v in values | {-1, 0, 1} for d in (-1, 0, 1) if low <= v + d <= high})


@st.composite
def worsened(draw: st.DrawFn, promise: Promise) -> tuple[View, View, date]:
    """A view, and the same view with one fact made worse."""
    day = draw(st.sampled_from(DAYS))
    spec = vocabulary().find(promise.record, promise.field)
    assert spec is not None
    kind = draw(st.sampled_from(sorted(spec.kinds & {Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY})))
    near = {promise.record: FIELDS.get(promise.record, []), "subject": FIELDS["subject"]}
    others = draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=2, unique=True))
    near |= {record: FIELDS[record] for record in others}
    view = draw(views(kind, fields=near, as_of=day))
    rows: list[dict[str, Any]] = (
        [view.subject] if promise.record == "subject" else view.records.get(promise.record, [])
    )
    if not rows:
        rows = [dict.fromkeys(FIELDS.get(promise.record, [promise.field]))]
        view.records[promise.record] = [{**rows[0], "no": 1}]
        rows = view.records[promise.record]
    index = draw(st.integers(0, len(rows) - 1))
    if promise.words_mild_to_severe:
        words = promise.words_mild_to_severe
        mild, severe = sorted(draw(st.tuples(*[st.integers(0, len(words) - 1)] * 2)))
        before: Any = words[mild]
        after: Any = words[severe]
    else:
        pair = sorted(draw(st.tuples(*[st.sampled_from(_thresholds(promise))] * 2)))
        before, after = pair if promise.worse == "higher" else pair[::-1]
    return _with(view, promise, index, before), _with(view, promise, index, after), day


def _with(view: View, promise: Promise, index: int, value: Any) -> View:
    if promise.record == "subject":
        return view.with_facts(**{promise.field: value})
    rows = [dict(row) for row in view.records[promise.record]]
    rows[index][promise.field] = value
    records = {**view.records, promise.record: rows}
    return View(view.subject_id, view.kind, view.as_of, view.subject, records)


@pytest.mark.parametrize("promise", PROMISES, ids=[f"{p.record}.{p.field}" for p in PROMISES])
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_worse_fact_never_gives_a_milder_colour(promise: Promise, data: st.DataObject) -> None:
    before, after, day = data.draw(worsened(promise))
    assert colour_rank(day, after) >= colour_rank(day, before)


def test_promises_are_made() -> None:
    assert {("concern", "severity"), ("score", "value")} <= {(p.record, p.field) for p in PROMISES}
