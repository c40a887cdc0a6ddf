"""Conditions and whole programs at random, over the real vocabulary or a part of it."""

from __future__ import annotations

from collections.abc import Sequence

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
SIGNALS = ("s1", "s2", "s3")


@st.composite
def _comparisons(draw: st.DrawFn, specs: Sequence[FieldSpec]) -> Comparison:
    """A comparison of one of the fields, with every operator that its type has."""
    spec = draw(st.sampled_from(specs))
    operators = [Operator.IS, Operator.IS_ONE_OF, Operator.IS_KNOWN, Operator.IS_UNKNOWN]
    if spec.value_type is ValueType.INTEGER:
        operators += [Operator.AT_LEAST, Operator.AT_MOST]
    operator = draw(st.sampled_from(operators))
    if operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
        return Comparison(field=spec.name, operator=operator)
    most = 3 if operator is Operator.IS_ONE_OF else 1
    operands = draw(st.lists(values_of(spec), min_size=1, max_size=most, unique=True))
    return Comparison(field=spec.name, operator=operator, operands=tuple(operands))


def _combined(
    leaves: st.SearchStrategy[Condition], *, most_leaves: int
) -> st.SearchStrategy[Condition]:
    """Leaves under not, all of and any of; the latter two also without parts."""

    def extend(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        parts = st.lists(inner, max_size=3).map(tuple)
        return st.one_of(
            inner.map(lambda part: Not(part=part)),
            parts.map(lambda found: AllOf(parts=found)),
            parts.map(lambda found: AnyOf(parts=found)),
        )

    return st.recursive(leaves, extend, max_leaves=most_leaves)


def conditions(
    words: Vocabulary | None = None,
    *,
    record: str = "subject",
    signals: Sequence[str] = (),
    category: bool = False,
    most_leaves: int = 5,
) -> st.SearchStrategy[Condition]:
    """Conditions on a subject, or on one kind of record, with their parameters put in.

    All operators, quantifiers (also "at least 0"), signals where there are some, the category
    where it is known; thresholds stand on, below and above the values that `views` draws.
    """
    words = vocabulary() if words is None else words
    specs = list(words.fields.get(record, {}).values())
    if category and record == "subject":
        specs.append(_CATEGORY)
    leaves: list[st.SearchStrategy[Condition]] = []
    if specs:
        leaves.append(_comparisons(specs))
    if record == "subject":
        if signals:
            leaves.append(st.sampled_from(signals).map(lambda name: SignalHeld(signal=name)))
        leaves += [
            st.builds(
                Quantified,
                quantifier=st.sampled_from(["at_least", "none"]),
                count=st.sampled_from([1, 2, 0, 3]),
                record=st.just(name),
                where=conditions(words, record=name, most_leaves=3),
            )
            for name, fields in words.fields.items()
            if name != "subject" and fields
        ]
    return _combined(st.one_of(leaves), most_leaves=most_leaves)


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
