"""Every field a rule may test, derived from the fact models; nothing is listed twice.

Dates become ages: `received_on` is tested as `received_age_days`. Identifiers, free text and
withheld fields are left out, so that no rule can rest on them.
"""

from __future__ import annotations

import typing
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from typing import Any, NamedTuple

from annotated_types import Ge, Le

from engine.facts.derived_fields import DERIVED_FIELDS
from engine.facts.introspection import age_name, fields_of, unwrap
from models.facts.dossier import RECORD_KINDS_OF, RECORD_MODELS, SUBJECT_MODELS
from models.facts.fields import RegisterWord, Withheld
from models.terms import Kind

__all__ = ["FieldSpec", "ValueType", "Vocabulary", "vocabulary"]

SUBJECT = "subject"
LONGEST_AGE_DAYS = 36_600
NOT_FOR_RULES = frozenset({"force_report", "portal_report", "appeal"})
"""Records no rule may test: use of force enters only through indicators 6a and 6b
(000_0be2027a0e412987.txt:3352-3363), portal reports are checked at the next visit, and an appeal
says nothing of quality."""


class ValueType(StrEnum):
    """What a testable field holds."""

    INTEGER = "integer"
    FLAG = "flag"
    WORD = "word"


class FieldSpec(NamedTuple):
    """A testable field. `words` is its closed set; `register` names where its words stand."""

    record: str
    name: str
    value_type: ValueType
    kinds: frozenset[Kind]
    words: tuple[str, ...] = ()
    register: str | None = None
    minimum: int | None = None
    maximum: int | None = None


class Vocabulary(NamedTuple):
    """The fields of the subject and of each kind of record."""

    fields: dict[str, dict[str, FieldSpec]]

    def find(self, record: str, name: str) -> FieldSpec | None:
        """The field's specification, or None if no rule may test it."""
        return self.fields.get(record, {}).get(name)


def _bounds(metadata: list[Any]) -> tuple[int | None, int | None]:
    low: int | None = None
    high: int | None = None
    for item in metadata:
        for part in (item, *getattr(item, "metadata", ())):
            if isinstance(part, Ge):
                low = typing.cast(int, part.ge)
            elif isinstance(part, Le):
                high = typing.cast(int, part.le)
    return low, high


def _spec(record: str, name: str, annotation: Any, kinds: frozenset[Kind]) -> FieldSpec | None:
    plain, metadata = unwrap(annotation)
    if any(isinstance(item, Withheld) for item in metadata):
        return None
    if plain is date:
        return FieldSpec(
            record,
            age_name(name),
            ValueType.INTEGER,
            kinds,
            minimum=-LONGEST_AGE_DAYS,
            maximum=LONGEST_AGE_DAYS,
        )
    if plain is bool:
        return FieldSpec(record, name, ValueType.FLAG, kinds)
    if plain is int:
        low, high = _bounds(metadata)
        return FieldSpec(record, name, ValueType.INTEGER, kinds, minimum=low, maximum=high)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return FieldSpec(record, name, ValueType.WORD, kinds, words=tuple(w.value for w in plain))
    for item in metadata:
        if isinstance(item, RegisterWord):
            return FieldSpec(record, name, ValueType.WORD, kinds, register=item.register)
    return None


@cache
def vocabulary() -> Vocabulary:
    """Every testable field of the fact models."""
    fields: dict[str, dict[str, FieldSpec]] = {SUBJECT: {}}
    skip = {"subject_id", "model_config", "no", "kind"}
    for kind, model in SUBJECT_MODELS.items():
        for name, annotation in fields_of(model).items():
            spec = None if name in skip else _spec(SUBJECT, name, annotation, frozenset({kind}))
            if spec is not None:
                known = fields[SUBJECT].get(spec.name)
                kinds = spec.kinds | (known.kinds if known else frozenset())
                fields[SUBJECT][spec.name] = FieldSpec(
                    SUBJECT,
                    spec.name,
                    spec.value_type,
                    kinds,
                    spec.words,
                    spec.register,
                    spec.minimum,
                    spec.maximum,
                )
    fields[SUBJECT]["kind"] = FieldSpec(
        SUBJECT, "kind", ValueType.WORD, frozenset(Kind), tuple(k.value for k in Kind)
    )
    for record, model_ in RECORD_MODELS.items():
        if record in NOT_FOR_RULES:
            continue
        kinds = frozenset(k for k, allowed in RECORD_KINDS_OF.items() if record in allowed)
        found = [
            _spec(record, name, annotation, kinds)
            for name, annotation in fields_of(model_).items()
            if name not in skip
        ]
        fields[record] = {spec.name: spec for spec in found if spec is not None}
    for derived in DERIVED_FIELDS:
        kinds = frozenset(
            k
            for k, allowed in RECORD_KINDS_OF.items()
            if derived.record == SUBJECT or derived.record in allowed
        )
        fields[derived.record][derived.name] = FieldSpec(
            derived.record,
            derived.name,
            ValueType(derived.value_type),
            kinds,
            derived.words,
            derived.register,
            derived.minimum,
            derived.maximum,
        )
    return Vocabulary(fields)
