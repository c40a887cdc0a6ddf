"""A dossier as it was known on a day: nothing that happened later is in it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from engine.facts.introspection import fields_of, unwrap
from models.facts.dossier import Dossier
from models.facts.fields import FactModel
from models.terms import ApprovalStatus, SanctionStatus

__all__ = ["as_known", "event_dates", "happened_on"]

_MAY_BE_LATER = ("due_on", "ends_on", "expires_on", "deadline_on")
_STARTS_IF_KNOWN = {"placed_child": "placed_on", "department": "opened_on"}
_KNOWN_BECAUSE_OF: dict[str, tuple[str, ...]] = {
    "consultant_since_on": ("consultant",),
    "statement_requested_on": ("statement_due_on",),
    "statement_received_on": ("statement_adequate",),
    "filed_on": ("template_correct",),
}
_BUDGET_ANSWERS = ("sustainable", "allows_needed_quality", "transparent")
_REFERENCES = {
    ("visit", "department"): "department",
    ("visit", "supervision"): "supervision",
    ("appeal", "sanction"): "sanction",
}


@cache
def event_dates(model: type[FactModel]) -> tuple[str, ...]:
    """The date fields of things that have happened; deadlines and expiries may lie ahead."""
    return tuple(
        name
        for name, annotation in fields_of(model).items()
        if unwrap(annotation)[0] is date and not name.endswith(_MAY_BE_LATER)
    )


@cache
def happened_on(kind: str, model: type[FactModel]) -> str | None:
    """The date field that says since when a record has existed; None if it has none."""
    required = [n for n in event_dates(model) if model.model_fields[n].is_required()]
    return required[0] if required else _STARTS_IF_KNOWN.get(kind)


def _later(fact: FactModel, day: date) -> list[str]:
    held = fact.__dict__
    return [n for n in event_dates(type(fact)) if held[n] is not None and held[n] > day]


def _existed(kind: str, record: Any, day: date) -> bool:
    if kind == "budget":
        return bool(record.budget_year <= day.year + 1)
    model: type[FactModel] = type(record)
    name = happened_on(kind, model)
    since = None if name is None else getattr(record, name)
    return since is None or since <= day


def _blanked(fact: FactModel, names: list[str]) -> dict[str, Any]:
    changes: dict[str, Any] = dict.fromkeys(names)
    for name in names:
        for hanging in _KNOWN_BECAUSE_OF.get(name, ()):
            if hanging in type(fact).model_fields:
                changes[hanging] = None
    return changes


def _record_changes(kind: str, record: Any, dossier: Dossier, day: date) -> dict[str, Any]:
    later = _later(record, day)
    changes = _blanked(record, later)
    if kind == "appeal" and "decided_on" in later:
        changes["outcome"] = None
    elif kind == "budget":
        decided = [d for d in (record.approved_on, record.rejected_on) if d is not None]
        if decided and min(decided) > day:
            changes |= dict.fromkeys(_BUDGET_ANSWERS)
        if "filed_on" in later:
            changes["approval_deadline_on"] = None
    elif kind == "sanction":
        status = _status_then(record, dossier, day)
        if status is not record.status:
            changes["status"] = status
    return changes


def _status_then(record: Any, dossier: Dossier, day: date) -> SanctionStatus:
    """A sanction was in force until the day of what ended it."""
    status: SanctionStatus = record.status
    ended: list[date | None] = []
    if status is SanctionStatus.FULFILLED:
        ended = [record.fulfilled_on]
    elif status is SanctionStatus.LAPSED:
        ended = [record.ends_on]
    elif status is SanctionStatus.REVOKED_ON_APPEAL:
        ended = [a.decided_on for a in dossier.of("appeal") if a.sanction == record.no]
    known = [d for d in ended if d is not None]
    return SanctionStatus.IN_FORCE if known and max(known) > day else status


def _subject_changes(subject: Any, day: date) -> dict[str, Any]:
    later = _later(subject, day)
    changes = _blanked(subject, later)
    if "ended_on" in later and subject.approval_status is ApprovalStatus.ENDED:
        changes["approval_status"] = ApprovalStatus.APPROVED
    if "approved_on" in later:
        changes["approval_status"] = ApprovalStatus.APPLIED
    if "recategorised_on" in later:
        changes["approved_need"] = subject.previous_approved_need
        changes["previous_approved_need"] = None
    return changes


def as_known(dossier: Dossier, day: date) -> Dossier | None:
    """The dossier as of `day`; None if the subject did not exist yet.

    Records of later events are left out, later dates in the others are blanked together with what
    was only known because of them. Undated facts stay as they are: nothing says since when they
    hold. A dossier without later facts comes back unchanged.
    """
    subject: Any = dossier.subject
    since = subject.applied_on if subject.applied_on is not None else subject.approved_on
    if since is not None and since > day:
        return None
    changed = _subject_changes(subject, day)
    then = subject.model_copy(update=changed) if changed else subject
    kept: dict[str, list[Any]] = {}
    dropped: dict[str, set[int]] = {}
    for kind, records in dossier.records.items():
        kept[kind] = []
        for record in records:
            if not _existed(kind, record, day):
                dropped.setdefault(kind, set()).add(record.no)
                continue
            changes = _record_changes(kind, record, dossier, day)
            kept[kind].append(record.model_copy(update=changes) if changes else record)
    if (
        not changed
        and not dropped
        and all(all(a is b for a, b in zip(kept[k], dossier.records[k], strict=True)) for k in kept)
    ):
        return dossier
    _forget_references(kept, dropped)
    return Dossier(then, {kind: tuple(records) for kind, records in kept.items() if records})


def _forget_references(kept: dict[str, list[Any]], dropped: dict[str, set[int]]) -> None:
    for (kind, name), to in _REFERENCES.items():
        gone = dropped.get(to)
        if gone and kind in kept:
            kept[kind] = [
                record.model_copy(update={name: None}) if getattr(record, name) in gone else record
                for record in kept[kind]
            ]
