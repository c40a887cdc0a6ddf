"""Conditions and whole programs at random, over the real vocabulary or a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hypothesis import strategies as st

from engine.facts import FieldSpec, ValueType, View, Vocabulary, vocabulary
from engine.rulebook.program import Item, Program, Stratum
from engine.testing.facts import values_of, views
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    Quantified,
    SignalHeld,
)
from models.rulebook import Place
from models.terms import Colour, Kind

__all__ = ["conditions", "part_of_vocabulary", "programs", "programs_and_views"]

_CATEGORY = FieldSpec(
    "subject", "category", ValueType.WORD, frozenset(Kind), tuple(c.value for c in Colour)
)
_OPERATORS = (
    Operator.IS,
    Operator.IS_ONE_OF,
    Operator.IS_KNOWN,
    Operator.IS_UNKNOWN,
    Operator.AT_LEAST,
    Operator.AT_MOST,
)
_SORTS = st.sampled_from(["leaf", "not", "all_of", "any_of"])
_PARTS = st.integers(0, 3)
_PARTS_WRITTEN = st.integers(1, 3)
_QUANTIFIERS: st.SearchStrategy[Literal["at_least", "none"]] = st.sampled_from(["at_least", "none"])
_COUNTS = st.sampled_from([1, 2, 0, 3])
SIGNALS = ("s1", "s2", "s3")


def _comparison(draw: st.DrawFn, spec: FieldSpec) -> Comparison:
    """A comparison of a field, with any operator that its type has."""
    ordered = spec.value_type is ValueType.INTEGER
    operator = draw(st.sampled_from(_OPERATORS if ordered else _OPERATORS[:4]))
    if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
        return Comparison(field=spec.name, operator=operator)
    most = 3 if operator is Operator.IS_ONE_OF else 1
    operands = draw(st.lists(values_of(spec), min_size=1, max_size=most, unique=True))
    return Comparison(field=spec.name, operator=operator, operands=tuple(operands))


@st.composite
def conditions(
    draw: st.DrawFn,
    words: Vocabulary | None = None,
    *,
    record: str = "subject",
    signals: Sequence[str] = (),
    category: bool = False,
    depth: int = 2,
    writable: bool = False,
) -> Condition:
    """Conditions on a subject, or on one kind of record, with their parameters put in.

    All operators, quantifiers (also "at least 0"), signals where there are some, the category
    where it is known, under "not", "all of" and "any of" (these also without parts) up to `depth`.
    Thresholds stand on, below and above the values that `views` draws. With `writable` only what a
    rule file can say: no "at least 0", no "fewer than 2", nothing without parts.
    """
    words = vocabulary() if words is None else words
    of_subject = record == "subject"
    specs = list(words.fields.get(record, {}).values())
    if category and of_subject:
        specs.append(_CATEGORY)
    counted = [name for name, fields in words.fields.items() if fields and name != "subject"]

    def leaf() -> Condition:
        sorts = ["field"] if specs else []
        if of_subject:
            sorts += ["count"] if counted else []
            sorts += ["signal"] if signals else []
        sort = draw(st.sampled_from(sorts))
        if sort == "field":
            return _comparison(draw, draw(st.sampled_from(specs)))
        if sort == "signal":
            return SignalHeld(signal=draw(st.sampled_from(signals)))
        name = draw(st.sampled_from(counted))
        quantifier, count = draw(_QUANTIFIERS), draw(_COUNTS)
        if writable:
            count = 1 if quantifier == "none" else max(count, 1)
        inner = conditions(words, record=name, depth=min(depth, 1), writable=writable)
        return Quantified(quantifier=quantifier, count=count, record=name, where=draw(inner))

    def node(left: int) -> Condition:
        sort = draw(_SORTS) if left else "leaf"
        if sort == "leaf":
            return leaf()
        if sort == "not":
            return Not(part=node(left - 1))
        parts = tuple(node(left - 1) for _ in range(draw(_PARTS_WRITTEN if writable else _PARTS)))
        return AllOf(parts=parts) if sort == "all_of" else AnyOf(parts=parts)

    return node(depth)


@st.composite
def part_of_vocabulary(draw: st.DrawFn) -> Vocabulary:
    """A few fields of the subject and of one or two kinds of record."""
    whole = vocabulary().fields
    chosen = ["subject"]
    chosen += draw(
        st.lists(
            st.sampled_from([name for name in whole if name != "subject"]),
            min_size=1,
            max_size=2,
            unique=True,
        )
    )
    fields = {}
    for record in chosen:
        names = draw(
            st.lists(st.sampled_from(list(whole[record])), min_size=1, max_size=3, unique=True)
        )
        fields[record] = {name: whole[record][name] for name in names}
    return Vocabulary(fields)


@st.composite
def programs(draw: st.DrawFn, words: Vocabulary | None = None, *, most_items: int = 4) -> Program:
    """A program in its strata: signals first, then colours that may rest on them, and so on."""
    words = draw(part_of_vocabulary()) if words is None else words
    kinds = st.sets(st.sampled_from(Kind), min_size=1).map(frozenset) | st.just(frozenset(Kind))
    strata = []
    for stratum in Stratum:
        late = stratum in (Stratum.MEASURES, Stratum.PROPOSALS)
        when = conditions(
            words, signals=() if stratum is Stratum.SIGNALS else SIGNALS, category=late
        )
        least = 1 if stratum is Stratum.COLOURS else 0
        found = draw(st.lists(st.tuples(kinds, when), min_size=least, max_size=most_items))
        items = []
        for number, (applies_to, condition) in enumerate(found):
            signal = draw(st.sampled_from(SIGNALS)) if stratum is Stratum.SIGNALS else None
            colour = draw(st.sampled_from(Colour)) if stratum is Stratum.COLOURS else None
            items.append(
                Item(
                    key=f"{stratum.value}.{number}",
                    kinds=applies_to,
                    condition=condition,
                    place=Place(file=f"{stratum.value}.yaml", line=number + 1),
                    raises_signal=signal,
                    raises_colour=colour,
                )
            )
        strata.append((stratum, tuple(items)))
    return Program(strata=tuple(strata), content_hash="random")


@st.composite
def programs_and_views(
    draw: st.DrawFn, *, most_views: int = 4
) -> tuple[Program, list[tuple[View, Colour | None]]]:
    """A program and subjects to run it on, each with or without a person's override.

    The views hold just the fields that the program's part of the vocabulary has.
    """
    words = draw(part_of_vocabulary())
    program = draw(programs(words))
    fields = {record: list(specs) for record, specs in words.fields.items()}
    subjects = st.tuples(views(fields=fields, words=words), st.none() | st.sampled_from(Colour))
    return program, draw(st.lists(subjects, min_size=1, max_size=most_views))
