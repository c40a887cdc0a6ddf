"""The facts a person can change, and to what: the fixed list that "what would change it" tries.

Never an age, never what has happened: only what may be answered, mended, closed or withdrawn, and
a visit or an assessment made today. Whatever no rule of colour tests is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from engine.decisions.reasons import SHOWN_OF_ANONYMOUS, source_is_hidden
from engine.facts import View
from models.rulebook import ParameterValue

__all__ = ["FactChange", "Step", "applied", "steps_of"]

_GOOD_ANSWER: dict[str, dict[str, bool]] = {
    "subject": {
        "consultant_in_doubt": False,
        "emergency_plan_complete": True,
        "goals_documented": True,
        "basic_course_done": True,
        "criminal_record_checked": True,
        "surplus_of_energy": True,
        "support_around_family": True,
        "risk_assessment_calls_for_visit": False,
    },
    "concern": {"statement_adequate": True},
    "placed_child": {"child_plan_received": True, "goals_clear": True},
    "budget": {
        "template_correct": True,
        "sustainable": True,
        "allows_needed_quality": True,
        "transparent": True,
    },
    "staffing": {"external_supervision": True},
}
"""Yes-or-no facts, and the answer that speaks for the subject."""

_ENDED: dict[str, dict[str, dict[str, Any]]] = {
    "concern": {"open": {"stage": "closed"}},
    "sanction": {"current": {"status": "fulfilled"}},
    "approval_condition": {"open": {}},
    "placed_child": {"above_approved": {}, "above_previous_approved": {}},
}
"""Flags that a person may bring to an end, with what follows."""

_WITHDRAWN: dict[str, tuple[str, ...]] = {
    "subject": ("declining_quality_suspected_age_days", "risk_sign"),
    "staffing": ("leader_missing_since_age_days",),
}
"""Facts that no longer hold once they are withdrawn or mended."""

_DONE_TODAY: dict[str, tuple[str, ...]] = {
    "concern": ("dialogue_age_days", "statement_received_age_days"),
    "subject": ("quality_agreement_age_days",),
}
"""What may be done today where it has not been done."""

_RENEWED_TODAY: dict[str, tuple[str, ...]] = {
    "placed_child": ("child_plan_updated_age_days",),
    "staffing": ("staff_groups_updated_age_days",),
}
"""What may be brought up to date today."""

_NOTED: dict[str, tuple[ParameterValue, ...]] = {
    "risk_sign": ("potential", "imminent"),
    "declining_quality_suspected_age_days": (0,),
}
"""Signs that a consultant may note."""

_ONLY_ONCE_IT_IS_THERE = frozenset({"statement_adequate"})
"""Judged only when there is something to judge."""

_LOW_IS_GOOD: dict[str, dict[str, bool]] = {
    "staffing": {
        "temporary_staff_percent": True,
        "sickness_above_peers_days": True,
        "staff_turnover_percent": True,
    },
    "subject": {"night_staff_with_background_percent": False},
}
_BUDGET_NEXT = {"awaited": ("filed", "approved"), "filed": ("approved",), "rejected": ("approved",)}
_VISIT = "visit_today"
_ASSESSMENT = "assessed_today"


class FactChange(NamedTuple):
    """One fact that would be otherwise, as it may be shown.

    `about` stands in place of the number where a concern's source is hidden. `event` names what
    would happen where no single field says it: a visit or an assessment today.
    """

    record: str
    no: int | None
    field: str
    old: ParameterValue
    new: ParameterValue
    about: tuple[tuple[str, str], ...] = ()
    event: str | None = None


class Step(NamedTuple):
    """A change that can be tried: what is shown of it, and what it does to the facts."""

    shown: FactChange
    updates: tuple[tuple[str, int, Mapping[str, Any]], ...]
    milder: bool

    @property
    def target(self) -> tuple[str, int, str]:
        """The field that is changed; two steps with one target exclude each other."""
        record, index, _ = self.updates[0]
        return record, index, self.shown.event or self.shown.field


class _NewStep(Protocol):
    def __call__(
        self, field: str, new: ParameterValue, *, milder: bool, **more: ParameterValue
    ) -> Step: ...


def applied(view: View, *steps: Step) -> View:
    """The view with the changes made."""
    subject = dict(view.subject)
    records = dict(view.records)
    for step in steps:
        for record, index, values in step.updates:
            if record == "subject":
                subject.update(values)
            else:
                rows = list(records[record])
                rows[index] = {**rows[index], **values}
                records[record] = rows
    return View(view.subject_id, view.kind, view.as_of, subject, records)


def steps_of(
    view: View,
    tested: frozenset[tuple[str, str]],
    thresholds: Mapping[tuple[str, str], frozenset[int]],
) -> tuple[Step, ...]:
    """Every single change of the list that some colour rule would notice."""
    found: list[Step] = []
    rows: list[tuple[str, int, dict[str, Any]]] = [("subject", 0, view.subject)]
    for record in sorted(view.records):
        rows += [(record, index, row) for index, row in enumerate(view.records[record])]
    for record, index, row in rows:
        for step in _of_row(record, index, row, thresholds):
            if (record, step.shown.field) in tested:
                found.append(step)
    found += _events(view, tested)
    return tuple(found)


def _of_row(
    record: str,
    index: int,
    row: dict[str, Any],
    thresholds: Mapping[tuple[str, str], frozenset[int]],
) -> Iterator[Step]:
    hidden = source_is_hidden(record, row)
    no = None if hidden or record == "subject" else row["no"]
    about = tuple((name, str(row[name])) for name in sorted(SHOWN_OF_ANONYMOUS)) if hidden else ()

    def step(field: str, new: ParameterValue, *, milder: bool, **more: ParameterValue) -> Step:
        old = row.get(field)
        shown = FactChange(record, no, field, str(old) if isinstance(old, str) else old, new, about)
        return Step(shown, ((record, index, {field: new, **more}),), milder)

    for field, follows in _ENDED.get(record, {}).items():
        if row.get(field) is True:
            yield step(field, False, milder=True, **follows)
    if not hidden:
        yield from _answers(step, record, row)
        yield from _doings(step, record, row)
    for field, low_is_good in _LOW_IS_GOOD.get(record, {}).items():
        yield from _across(
            step, row.get(field), field, thresholds.get((record, field)), low_is_good
        )


def _answers(step: _NewStep, record: str, row: dict[str, Any]) -> Iterator[Step]:
    """Yes or no answered otherwise, and signs noted or withdrawn."""
    for field, good in _GOOD_ANSWER.get(record, {}).items():
        if field not in row:
            continue
        if row[field] is (not good) or (row[field] is None and field not in _ONLY_ONCE_IT_IS_THERE):
            yield step(field, good, milder=True)
        if row[field] is good or row[field] is None:
            yield step(field, not good, milder=False)
    for field in _WITHDRAWN.get(record, ()):
        if row.get(field) is not None:
            yield step(field, None, milder=True)
    if record == "subject":
        for field, values in _NOTED.items():
            if field in row and row[field] is None:
                for value in values:
                    yield step(field, value, milder=False)


def _doings(step: _NewStep, record: str, row: dict[str, Any]) -> Iterator[Step]:
    """What may be done today, and what may become of a budget."""
    for field in _DONE_TODAY.get(record, ()):
        if field in row and row[field] is None:
            yield step(field, 0, milder=True)
    for field in _RENEWED_TODAY.get(record, ()):
        if field in row and row[field] != 0:
            yield step(field, 0, milder=True)
    if record == "budget":
        for status in _BUDGET_NEXT.get(str(row["status"]), ()):
            yield step("status", status, milder=True)
        if row["status"] != "rejected":
            yield step("status", "rejected", milder=False, rejected_age_days=0)


def _across(
    step: _NewStep, value: Any, field: str, numbers: frozenset[int] | None, low_is_good: bool
) -> Iterator[Step]:
    """A number moved just across each threshold that lies on the way."""
    if value is None or not numbers:
        return
    for number in sorted(numbers):
        if low_is_good:
            new = number - 1 if value >= number else number
            yield step(field, new, milder=value >= number)
        else:
            new = number + 1 if value <= number else number
            yield step(field, new, milder=value <= number)


_STILL_TO_COME = -365
"""After a visit today the law's next day lies far ahead; how far no rule asks."""


def _events(view: View, tested: frozenset[tuple[str, str]]) -> Iterator[Step]:
    """A duty visit today, everywhere, and an assessment today."""
    subject = view.subject
    visit: list[tuple[str, int, Mapping[str, Any]]] = [
        (
            "subject",
            0,
            {
                "last_visit_age_days": 0,
                "last_assessed_age_days": 0,
                "lawful_day_age_days": _STILL_TO_COME,
            },
        )
    ]
    for record, values in (
        ("concern", {"visited_since": True}),
        ("department", {"last_visit_age_days": 0, "lawful_day_age_days": _STILL_TO_COME}),
    ):
        visit += [(record, index, values) for index in range(len(view.records.get(record, ())))]
    if any((record, name) in tested for record, _, values in visit for name in values):
        shown = FactChange("visit", None, "held_age_days", None, 0, event=_VISIT)
        yield Step(shown, tuple(visit), milder=True)
    if ("subject", "risk_assessed_age_days") in tested or (
        ("subject", "last_assessed_age_days") in tested and subject["last_assessed_age_days"] != 0
    ):
        assessed = {"risk_assessed_age_days": 0, "last_assessed_age_days": 0}
        shown = FactChange("subject", None, "risk_assessed_age_days", None, 0, event=_ASSESSMENT)
        yield Step(shown, (("subject", 0, assessed),), milder=True)
