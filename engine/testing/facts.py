"""Dossiers and views at random: small, readable, often unknown, shrinking to the plainest.

Every value is made up. A date shrinks to the evaluation date, a number to the smallest its field
allows, a word to the first of its set, an optional fact to unknown, a list of records to none.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from functools import cache
from typing import Any

from annotated_types import Ge, Le
from hypothesis import strategies as st

from engine.facts import FieldSpec, ValueType, View, Vocabulary, vocabulary
from engine.facts.introspection import fields_of, is_optional, unwrap
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.registers import load_registers
from models.facts.dossier import RECORD_KINDS_OF, RECORD_MODELS, SUBJECT_MODELS, Dossier
from models.facts.fields import RegisterWord
from models.terms import Kind, ScoreModel

__all__ = ["AS_OF", "dossiers", "interesting_numbers", "values_of", "views", "words_of"]

AS_OF = date(2022, 12, 31)
"""The evaluation date where none is given."""

_PREFIX = {
    Kind.SOCIAL_OFFER: "TB",
    Kind.FOSTER_FAMILY: "PF",
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: "BPA",
    Kind.TREATMENT_SCHOOL: "BH",
}
_DAYS_BACK, _DAYS_AHEAD = 1_100, 90
_WORDS_SHOWN = 12


@cache
def words_of(register: str) -> tuple[str, ...]:
    """The first words of a register of the shipped rulebook, in their order."""
    registers = load_registers(default_rulebook_folder())
    lines: Iterable[Any] = {
        "theme": registers.themes,
        "indicator": registers.indicators,
        "offer_type": registers.offer_types,
        "municipality": registers.municipalities,
        "source": registers.sources,
    }[register]
    return tuple(dict.fromkeys(line.word for line in lines))[:_WORDS_SHOWN]


def _days(as_of: date) -> st.SearchStrategy[date]:
    return st.integers(-_DAYS_AHEAD, _DAYS_BACK).map(lambda days: as_of - timedelta(days=days))


def _whole_numbers(metadata: Sequence[Any]) -> st.SearchStrategy[int]:
    low, high = 0, 60
    for item in metadata:
        for part in (item, *getattr(item, "metadata", ())):
            if isinstance(part, Ge):
                low = typing.cast(int, part.ge)
            elif isinstance(part, Le):
                high = typing.cast(int, part.le)
    return st.integers(low, min(high, low + 60))


def _plain(annotation: Any, as_of: date) -> st.SearchStrategy[Any]:
    plain, metadata = unwrap(annotation)
    for item in metadata:
        if isinstance(item, RegisterWord):
            return st.sampled_from(words_of(item.register))
    if typing.get_origin(plain) is tuple:
        (member, _) = typing.get_args(plain)
        return st.lists(_plain(member, as_of), max_size=2, unique=True).map(tuple)
    if typing.get_origin(plain) is typing.Literal:
        return st.just(typing.get_args(plain)[0])
    if plain is date:
        return _days(as_of)
    if plain is bool:
        return st.booleans()
    if plain is int:
        return _whole_numbers(metadata)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return st.sampled_from(list(plain))
    return st.sampled_from(["A-1", "Bøgely", 'æ "ø" \\ å'])


@cache
def _values(model: type[Any], as_of: date) -> st.SearchStrategy[dict[str, Any]]:
    """Each field of a fact model; an optional one is unknown in about half of the cases."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, annotation in fields_of(model).items():
        if name in ("subject_id", "no", "model_config"):
            continue
        strategy = _plain(annotation, as_of)
        fields[name] = st.none() | strategy if is_optional(annotation) else strategy
    return st.fixed_dictionaries(fields)


def _score_of_its_scale(values: dict[str, Any]) -> dict[str, Any]:
    """A score that its scale allows, or none where the indicator is exempt."""
    drawn = values["value"] or 0
    if values["exempt"]:
        value = None
    elif values["score_model"] is ScoreModel.BINARY:
        value = drawn % 2
    else:
        value = max(drawn, 1)
    return {**values, "value": value}


@cache
def _record_values(record: str, as_of: date) -> st.SearchStrategy[dict[str, Any]]:
    strategy = _values(RECORD_MODELS[record], as_of)
    return strategy.map(_score_of_its_scale) if record == "score" else strategy


@st.composite
def dossiers(
    draw: st.DrawFn, kind: Kind | None = None, *, as_of: date = AS_OF, most_records: int = 3
) -> Dossier:
    """A subject of a kind (any, if None) with up to `most_records` of a few kinds of record.

    Dates lie from three years before to three months after `as_of`.
    """
    kind = draw(st.sampled_from(Kind)) if kind is None else kind
    subject_id = f"{_PREFIX[kind]}-{draw(st.integers(1, 999))}"
    subject = SUBJECT_MODELS[kind](
        subject_id=subject_id, **draw(_values(SUBJECT_MODELS[kind], as_of))
    )
    chosen = draw(st.lists(st.sampled_from(sorted(RECORD_KINDS_OF[kind])), max_size=5, unique=True))
    records = {}
    for record in sorted(chosen):
        found = draw(st.lists(_record_values(record, as_of), min_size=1, max_size=most_records))
        records[record] = tuple(
            RECORD_MODELS[record](subject_id=subject_id, no=number, **values)
            for number, values in enumerate(found, start=1)
        )
    return Dossier(subject, records)


def interesting_numbers(spec: FieldSpec) -> st.SearchStrategy[int]:
    """Numbers a threshold may stand at: few, so that values fall on, below and above it."""
    low = -2 if spec.minimum is None else max(spec.minimum, -2)
    high = low + 6 if spec.maximum is None else min(spec.maximum, low + 6)
    ends = [end for end in (spec.minimum, spec.maximum) if end is not None]
    small = st.integers(low, high)
    return small | st.sampled_from(ends) if ends else small


def values_of(spec: FieldSpec) -> st.SearchStrategy[bool | int | str]:
    """Values that a field may hold, and that a rule may compare it with."""
    if spec.value_type is ValueType.FLAG:
        return st.booleans()
    if spec.value_type is ValueType.INTEGER:
        return interesting_numbers(spec)
    words = spec.words or (words_of(spec.register) if spec.register else ("a",))
    return st.sampled_from(words[:_WORDS_SHOWN])


@st.composite
def views(
    draw: st.DrawFn,
    kind: Kind | None = None,
    *,
    fields: Mapping[str, Iterable[str]] | None = None,
    words: Vocabulary | None = None,
    as_of: date = AS_OF,
    most_records: int = 4,
) -> View:
    """A view drawn straight from the vocabulary: combinations no dossier need ever have.

    `fields` names, per kind of record and for "subject", the fields that matter; all others are
    unknown. Records often come twice with the same values.
    """
    words = vocabulary() if words is None else words
    kind = draw(st.sampled_from(Kind)) if kind is None else kind
    if fields is None:
        fields = {record: list(specs)[:3] for record, specs in words.fields.items()}

    def row(record: str) -> st.SearchStrategy[dict[str, Any]]:
        specs = [spec for name in fields.get(record, ()) if (spec := words.find(record, name))]
        return st.fixed_dictionaries({spec.name: st.none() | values_of(spec) for spec in specs})

    subject = draw(row("subject"))
    subject["kind"] = kind
    records: dict[str, list[dict[str, Any]]] = {}
    for record in fields:
        if record != "subject":
            found = draw(st.lists(row(record), max_size=most_records))
            twice = draw(st.booleans())
            if found and twice:
                found.append(dict(found[0]))
            if found:
                records[record] = found
    return View(f"{_PREFIX[kind]}-1", kind, as_of, subject, records)
