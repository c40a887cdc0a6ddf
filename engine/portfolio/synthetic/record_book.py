"""Collects one subject's records and numbers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.facts.dossier import RECORD_MODELS, Dossier, RecordModel, SubjectModel

__all__ = ["RecordBook"]


class RecordBook:
    """Records of one subject by kind, numbered from 1 in the order in which they are added."""

    def __init__(self, subject_id: str) -> None:
        self._subject_id = subject_id
        self._records: dict[str, list[RecordModel]] = {}

    def add(self, record_kind: str, fields: Mapping[str, Any]) -> int:
        """Adds a record and returns its number."""
        records = self._records.setdefault(record_kind, [])
        number = len(records) + 1
        model = RECORD_MODELS[record_kind]
        records.append(model(subject_id=self._subject_id, no=number, **fields))
        return number

    def dossier(self, subject: SubjectModel) -> Dossier:
        """The subject with all that was added."""
        return Dossier(subject, {kind: tuple(found) for kind, found in self._records.items()})
