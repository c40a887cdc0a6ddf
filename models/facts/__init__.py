"""The facts about a subject: what it is, and the records kept about it."""

from models.facts.dossier import (
    RECORD_MODELS,
    SUBJECT_MODELS,
    Dossier,
    RecordModel,
    SubjectModel,
)

__all__ = ["RECORD_MODELS", "SUBJECT_MODELS", "Dossier", "RecordModel", "SubjectModel"]
