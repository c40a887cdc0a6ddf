"""Facts as people record them: dossiers out of a seed, and dossiers that were once read wrongly."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from engine.facts.introspection import fields_of, is_optional, unwrap
from engine.portfolio.write import dossier_line
from models.facts import Dossier
from models.facts.course_records import LeadDecision
from models.facts.dossier import RECORD_KINDS_OF, RECORD_MODELS, SUBJECT_MODELS
from models.facts.fields import FactModel, RegisterWord
from models.terms import Kind, LeadDecisionKind, SanctionStep

__all__ = [
    "BACK",
    "HELD_TOGETHER",
    "bulk_dossiers",
    "choices_of",
    "keep_dossier",
    "kept_dossier",
    "of_its_scale",
]

Row = dict[str, Any]

BACK = (-40, -1, 0, 1, 30, 364, 365, 366, 730, 731, 1095, 1096, 1200)
"""How many days ago something happened: few, so that much falls on the same day, and on the edges
of years."""
FEW_WORDS: dict[str, tuple[Any, ...]] = {
    "step": (
        SanctionStep.ORDER,
        SanctionStep.INTENSIFIED_WITH_ORDER,
        SanctionStep.INTENSIFIED_WITHOUT_ORDER,
    ),
    "decision": (LeadDecisionKind.EXTEND_DEADLINE, *LeadDecisionKind),
    "indicator": ("offer.6a", "offer.6b"),
    "themes": ((),),
    "sources": ((),),
    "municipality": ("aalborg",),
}
"""Few, so that records are often of the same indicator, step or department."""
HELD_TOGETHER = (
    ("visit", "concern"),
    ("visit", "department"),
    ("visit", "supervision"),
    ("visit", "budget"),
    ("visit", "approval_condition"),
    ("sanction", "lead_decision"),
    ("visit", "sanction", "lead_decision"),
    ("score",),
    ("staffing", "override"),
    ("placed_child",),
)
"""Kinds of records that derived fields hold against each other."""


def choices_of(model: type[FactModel], days: Sequence[date]) -> dict[str, tuple[Any, ...]]:
    """What each field of a fact may hold: most of it known, its days out of a few."""
    found: dict[str, tuple[Any, ...]] = {}
    for name, annotation in fields_of(model).items():
        plain, metadata = unwrap(annotation)
        if name in ("subject_id", "no", "model_config", "kind"):
            continue
        values: Sequence[Any]
        if name in FEW_WORDS and (name != "decision" or model is LeadDecision):
            values = FEW_WORDS[name]
        elif plain is date:
            values = days
        elif plain is bool:
            values = (False, True)
        elif plain is int:
            values = range(2023, 2026) if name == "budget_year" else range(1, 4)
        elif isinstance(plain, type) and issubclass(plain, Enum):
            values = list(plain)
        else:
            words = [m.register for m in metadata if isinstance(m, RegisterWord)]
            values = ("economy",) if words == ["theme"] else ("a",)
        found[name] = (None, *values) if is_optional(annotation) else tuple(values)
    return found


def of_its_scale(values: Row) -> Row:
    """A score's values, the score within its scale."""
    if values["exempt"]:
        return {**values, "value": None}
    value = values["value"] or 1
    return {**values, "value": value % 2 if values["score_model"] == "binary" else value}


def bulk_dossiers(*, seed: int, count: int, as_of: date) -> list[Dossier]:
    """Subjects of every kind, each with records that are held against each other, on few days; the
    same seed gives the same ones. Many times faster than drawing each."""
    chance = random.Random(seed)
    days = [as_of - timedelta(days=n) for n in (*BACK, *chance.sample(range(1300), 6))]
    models: tuple[type[FactModel], ...] = (*SUBJECT_MODELS.values(), *RECORD_MODELS.values())
    choices = {model: choices_of(model, days) for model in models}
    kinds = tuple(Kind)

    def row(model: type[FactModel]) -> Row:
        return {name: chance.choice(values) for name, values in choices[model].items()}

    dossiers = []
    for number in range(1, count + 1):
        kind, subject_id = chance.choice(kinds), f"TB-{number}"
        records: dict[str, tuple[Any, ...]] = {}
        for group in chance.sample(HELD_TOGETHER, 2):
            for name in sorted(RECORD_KINDS_OF[kind].intersection(group)):
                rows = [row(RECORD_MODELS[name]) for _ in range(chance.randint(1, 4))]
                records[name] = tuple(
                    RECORD_MODELS[name](
                        subject_id=subject_id,
                        no=no,
                        **(of_its_scale(values) if name == "score" else values),
                    )
                    for no, values in enumerate(rows, start=1)
                )
        subject = SUBJECT_MODELS[kind](subject_id=subject_id, **row(SUBJECT_MODELS[kind]))
        dossiers.append(Dossier(subject, records))
    return dossiers


def keep_dossier(dossier: Dossier, as_of: date, folder: Path) -> Path:
    """Writes the facts of one subject where the tests will find them, with the day in the name."""
    line = dossier_line(dossier)
    digest = hashlib.sha256(line.encode()).hexdigest()[:12]
    folder.mkdir(exist_ok=True)
    path = folder / f"{as_of.isoformat()}-{digest}.jsonl"
    path.write_text(line, encoding="utf-8")
    return path


def kept_dossier(path: Path) -> tuple[Dossier, date]:
    """The facts of a file, and the day."""
    data = json.loads(path.read_text(encoding="utf-8"))
    subject_id = data["subject"]["subject_id"]
    subject = SUBJECT_MODELS[Kind(data["subject"]["kind"])].model_validate(
        data["subject"], strict=False
    )
    records = {
        name: tuple(
            RECORD_MODELS[name].model_validate({"subject_id": subject_id, **row}, strict=False)
            for row in rows
        )
        for name, rows in data["records"].items()
    }
    return Dossier(subject, records), date.fromisoformat(path.name[:10])
