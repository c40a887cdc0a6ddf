"""Subjects of which nothing is known but what a proof needs: every other fact is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.facts.introspection import fields_of
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS, Dossier
from models.terms import ApprovalStatus, Kind

__all__ = ["bare_dossier", "bare_record"]


def bare_record(record: str, no: int = 1, **facts: Any) -> Any:
    """A record with these facts; what is not given has its default, or is unknown."""
    return _bare(RECORD_MODELS[record], subject_id="?", no=no, **facts)


def bare_dossier(
    kind: Kind, records: Mapping[str, list[Any]], *, approved_on: date | None = None, **facts: Any
) -> Dossier:
    """An approved subject of a kind with these records."""
    subject = _bare(
        SUBJECT_MODELS[kind],
        subject_id="?",
        approval_status=ApprovalStatus.APPROVED,
        approved_on=approved_on,
        **facts,
    )
    return Dossier(subject, {name: tuple(rows) for name, rows in records.items() if rows})


def _bare(model: type[Any], **facts: Any) -> Any:
    unknown = {
        name: None
        for name in fields_of(model)
        if name in model.model_fields and model.model_fields[name].is_required()
    }
    return model.model_construct(**{**unknown, **facts})
