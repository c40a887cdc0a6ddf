"""Small programs and views for the tests of backends. All facts are made up."""

from datetime import date
from typing import Any

from engine.facts import View
from engine.rulebook.program import Item, Program, Stratum
from models.conditions import AllOf, Comparison, Condition, Operator, Quantified
from models.rulebook import Place
from models.terms import Colour, Kind

AS_OF = date(2022, 12, 31)
TRUE = AllOf(parts=())


def field(name: str, operator: str, *operands: bool | int | str) -> Comparison:
    return Comparison(field=name, operator=Operator(operator), operands=operands)


def count(record: str, where: Condition, *, at_least: int = 1) -> Quantified:
    return Quantified(quantifier="at_least", count=at_least, record=record, where=where)


def no(record: str, where: Condition) -> Quantified:
    return Quantified(quantifier="none", count=1, record=record, where=where)


def item(
    key: str,
    condition: Condition,
    *,
    line: int = 1,
    signal: str | None = None,
    colour: Colour | None = None,
) -> Item:
    return Item(
        key=key,
        kinds=frozenset(Kind),
        condition=condition,
        place=Place(file="rules/some.yaml", line=line),
        raises_signal=signal,
        raises_colour=colour,
    )


def program(
    *measures: Item,
    signals: tuple[Item, ...] = (),
    colours: tuple[Item, ...] = (),
    proposals: tuple[Item, ...] = (),
) -> Program:
    return Program(
        strata=(
            (Stratum.SIGNALS, signals),
            (Stratum.COLOURS, colours),
            (Stratum.MEASURES, measures),
            (Stratum.PROPOSALS, proposals),
        ),
        content_hash="test",
    )


def view(
    subject_id: str = "TB-1",
    records: dict[str, list[dict[str, Any]]] | None = None,
    **subject: Any,
) -> View:
    kind = Kind.SOCIAL_OFFER
    return View(subject_id, kind, AS_OF, {"kind": kind, **subject}, records or {})
