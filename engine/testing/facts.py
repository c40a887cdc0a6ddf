"""Dossiers and views at random: small, readable, often unknown, shrinking to the plainest.

Every value is made up. A date shrinks to the evaluation date, a number to the smallest its field
allows, a word to the first of its set, an optional fact to unknown, a list of records to none.
With the thresholds of a rulebook at hand, most days and numbers lie on and just beside them.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from functools import cache, lru_cache
from typing import Any

from annotated_types import Ge, Le
from hypothesis import note
from hypothesis import strategies as st

from engine.facts import FieldSpec, ValueType, View, Vocabulary, vocabulary
from engine.facts.introspection import age_name, fields_of, is_optional, unwrap
from engine.rulebook.book import Rulebook
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.registers import load_registers
from engine.testing.telling import facts_of
from engine.testing.thresholds import Thresholds, around, thresholds_of
from models.facts.dossier import RECORD_KINDS_OF, RECORD_MODELS, SUBJECT_MODELS, Dossier
from models.facts.fields import RegisterWord
from models.terms import Kind, ScoreModel

__all__ = [
    "AS_OF",
    "id_of",
    "interesting_numbers",
    "subjects",
    "subjects_near",
    "values_of",
    "views",
    "views_near",
    "words_of",
]

AS_OF = date(2022, 12, 31)
"""The evaluation date where none is given."""

_PREFIX = {
    Kind.SOCIAL_OFFER: "TB",
    Kind.FOSTER_FAMILY: "PF",
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: "BPA",
    Kind.TREATMENT_SCHOOL: "BH",
}
_DAYS_BACK, _DAYS_AHEAD = 1_100, 90
_FURTHEST_DAYS = 5_000
_WORDS_SHOWN = 12


def id_of(kind: Kind, number: int) -> str:
    """`TB-7`: a made-up id, as registers write those of a kind."""
    return f"{_PREFIX[kind]}-{number}"


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


def _days(as_of: date, lines: Sequence[int], further: Sequence[int]) -> st.SearchStrategy[date]:
    """Days about `as_of`; where there are lines, most are as old as one of them, or a day off."""
    ages = st.integers(-_DAYS_AHEAD, _DAYS_BACK)
    for near in (lines, further):
        if within := [age for age in near if abs(age) <= _FURTHEST_DAYS]:
            ages |= st.sampled_from(within)
    return ages.map(lambda age: as_of - timedelta(days=age))


def _whole_numbers(metadata: Sequence[Any], lines: Sequence[int]) -> st.SearchStrategy[int]:
    low, high = 0, 60
    for item in metadata:
        for part in (item, *getattr(item, "metadata", ())):
            if isinstance(part, Ge):
                low = typing.cast(int, part.ge)
            elif isinstance(part, Le):
                high = typing.cast(int, part.le)
    within = [line for line in lines if low <= line <= high]
    any_number = st.integers(low, min(high, low + 60))
    return any_number | st.sampled_from(within) if within else any_number


def _plain(
    annotation: Any, place: tuple[str, str], as_of: date, near: Thresholds | None
) -> st.SearchStrategy[Any]:
    """Values of one field; `place` is its record and name."""
    plain, metadata = unwrap(annotation)
    lines = () if near is None else near.around(*place)
    if typing.get_origin(plain) is tuple:
        (member, _) = typing.get_args(plain)
        return st.lists(_plain(member, place, as_of, near), max_size=2, unique=True).map(tuple)
    if typing.get_origin(plain) is typing.Literal:
        return st.just(typing.get_args(plain)[0])
    if plain is date:
        if near is None:
            return _days(as_of, (), ())
        return _days(as_of, near.around(place[0], age_name(place[1])), around(near.days))
    if plain is bool:
        return st.booleans()
    if plain is int:
        return _whole_numbers(metadata, lines)
    words: Sequence[Any] = ()
    for item in metadata:
        if isinstance(item, RegisterWord):
            words = words_of(item.register)
    if isinstance(plain, type) and issubclass(plain, Enum):
        words = list(plain)
    if not words:
        return st.sampled_from(["A-1", "Bøgely", 'æ "ø" \\ å'])
    named = () if near is None else near.words.get(place, ())
    told = [type(words[0])(word) for word in named]
    return st.sampled_from(words) | st.sampled_from(told) if told else st.sampled_from(words)


@lru_cache(maxsize=256)
def _values(
    model: type[Any], record: str, as_of: date, near: Thresholds | None
) -> st.SearchStrategy[dict[str, Any]]:
    """Each field of a fact model; an optional one is unknown in about half of the cases."""
    fields: dict[str, st.SearchStrategy[Any]] = {}
    for name, annotation in fields_of(model).items():
        if name in ("subject_id", "no", "model_config"):
            continue
        strategy = _plain(annotation, (record, name), as_of, near)
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


def _record_values(
    record: str, as_of: date, near: Thresholds | None
) -> st.SearchStrategy[dict[str, Any]]:
    strategy = _values(RECORD_MODELS[record], record, as_of, near)
    return strategy.map(_score_of_its_scale) if record == "score" else strategy


@st.composite
def _dossiers(
    draw: st.DrawFn,
    kind: Kind | None,
    as_of: date,
    most_records: int,
    near: Thresholds | None,
) -> Dossier:
    if kind is None:
        kind = draw(st.sampled_from(tuple(Kind) if near is None else near.kinds))
    subject_id = id_of(kind, draw(st.integers(1, 999)))
    subject = SUBJECT_MODELS[kind](
        subject_id=subject_id, **draw(_values(SUBJECT_MODELS[kind], "subject", as_of, near))
    )
    names = st.sampled_from(sorted(RECORD_KINDS_OF[kind]))
    if near is not None and (tested := sorted(RECORD_KINDS_OF[kind] & near.fields.keys())):
        names = st.sampled_from(tested) | st.sampled_from(tested) | names

    def of_kind(record: str) -> st.SearchStrategy[tuple[str, list[dict[str, Any]]]]:
        most = most_records if near is None else max(most_records, near.most.get(record, 0) + 1)
        found = st.lists(_record_values(record, as_of, near), min_size=1, max_size=most)
        return st.tuples(st.just(record), found)

    kinds = st.lists(names.flatmap(of_kind), max_size=5, unique_by=lambda found: found[0])
    records = {
        record: tuple(
            RECORD_MODELS[record](subject_id=subject_id, no=number, **values)
            for number, values in enumerate(found, start=1)
        )
        for record, found in sorted(draw(kinds), key=lambda found: found[0])
    }
    dossier = Dossier(subject, records)
    note("\n".join(facts_of(dossier, as_of)))
    return dossier


def subjects(
    kind: Kind | None = None, *, as_of: date = AS_OF, most_records: int = 3
) -> st.SearchStrategy[Dossier]:
    """A subject of a kind (any, if None) with up to `most_records` of a few kinds of record.

    Dates lie from three years before to three months after `as_of`.
    """
    return _dossiers(kind, as_of, most_records, None)


def subjects_near(
    book: Rulebook, kind: Kind | None = None, *, as_of: date = AS_OF, most_records: int = 3
) -> st.SearchStrategy[Dossier]:
    """Subjects whose days, numbers and words lie on the lines that a rulebook draws, and just
    beside them; with as many records as its rules count, and one more."""
    return _dossiers(kind, as_of, most_records, thresholds_of(book, as_of=as_of))


def interesting_numbers(spec: FieldSpec) -> st.SearchStrategy[int]:
    """Numbers a threshold may stand at: few, so that values fall on, below and above it."""
    low = -2 if spec.minimum is None else max(spec.minimum, -2)
    high = low + 6 if spec.maximum is None else min(spec.maximum, low + 6)
    ends = [end for end in (spec.minimum, spec.maximum) if end is not None]
    small = st.integers(low, high)
    return small | st.sampled_from(ends) if ends else small


def values_of(
    spec: FieldSpec, near: Thresholds | None = None
) -> st.SearchStrategy[bool | int | str]:
    """Values that a field may hold, and that a rule may compare it with."""
    if spec.value_type is ValueType.FLAG:
        return st.booleans()
    if spec.value_type is ValueType.INTEGER:
        lines = [
            line
            for line in (() if near is None else near.around(spec.record, spec.name))
            if (spec.minimum is None or line >= spec.minimum)
            and (spec.maximum is None or line <= spec.maximum)
        ]
        small = interesting_numbers(spec)
        return small | st.sampled_from(lines) if lines else small
    words = spec.words or (words_of(spec.register) if spec.register else ("a",))
    told = () if near is None else near.words.get((spec.record, spec.name), ())
    any_word = st.sampled_from(words[:_WORDS_SHOWN])
    return any_word | st.sampled_from(told) if told else any_word


@st.composite
def views(
    draw: st.DrawFn,
    kind: Kind | None = None,
    *,
    fields: Mapping[str, Iterable[str]] | None = None,
    words: Vocabulary | None = None,
    as_of: date = AS_OF,
    most_records: int = 4,
    near: Thresholds | None = None,
) -> View:
    """A view drawn straight from the vocabulary: combinations no dossier need ever have.

    `fields` names, per kind of record and for "subject", the fields that matter; all others are
    unknown. Records often come twice with the same values. With `near`, many numbers and words lie
    on its thresholds.
    """
    words = vocabulary() if words is None else words
    kind = draw(st.sampled_from(Kind)) if kind is None else kind
    if fields is None:
        fields = {record: list(specs)[:3] for record, specs in words.fields.items()}

    def row(record: str) -> st.SearchStrategy[dict[str, Any]]:
        specs = [spec for name in fields.get(record, ()) if (spec := words.find(record, name))]
        return st.fixed_dictionaries(
            {spec.name: st.none() | values_of(spec, near) for spec in specs}
        )

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
    return View(id_of(kind, 1), kind, as_of, subject, records)


@st.composite
def views_near(
    draw: st.DrawFn,
    book: Rulebook,
    kind: Kind | None = None,
    *,
    as_of: date = AS_OF,
    most_kinds_of_record: int = 3,
) -> View:
    """A view of the fields that a rulebook tests for a kind, derived ones too, on and just beside
    its thresholds. At most a few kinds of record, so that it stays readable."""
    near = thresholds_of(book, as_of=as_of)
    kind = draw(st.sampled_from(near.kinds)) if kind is None else kind
    fields = {
        record: [
            name
            for name in names
            if (spec := vocabulary().find(record, name)) is not None and kind in spec.kinds
        ]
        for record, names in near.fields.items()
    }
    records = sorted(record for record, names in fields.items() if names and record != "subject")
    chosen = draw(
        st.lists(st.sampled_from(records), max_size=most_kinds_of_record, unique=True)
        if records
        else st.just([])
    )
    wanted = {record: fields[record] for record in ("subject", *sorted(chosen))}
    view = draw(views(kind, fields=wanted, as_of=as_of, near=near))
    for rows in view.records.values():
        for number, row in enumerate(rows, start=1):
            row["no"] = number
    return view
