"""What must agree between the parts of a finance file, beyond the shape of each."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.finance.blocks import Dated
from engine.finance.formula import FormulaError, value_of
from engine.finance.national_schema import NationalFinance
from engine.finance.price_level import NoPriceStepError, price_index
from engine.finance.printed_schema import PrintedFigures, PrintedTable
from engine.finance.schema import AuthorityFinance, Product
from engine.rulebook.documents import Document
from engine.rulebook.problems import RulebookProblem, nothing_said, said
from engine.rulebook.registers import load_registers

__all__ = ["authority_problems", "national_problems", "printed_problems"]

_Problems = Iterator[RulebookProblem]
_DATED = ("weights", "intensified", "hourly_prices")
_YEARLY = ("subjects", "budgets", "prices_per_family", "municipal_shares")


def national_problems(document: Document, national: NationalFinance) -> _Problems:
    """What does not agree in the national file."""
    yield from _twice(document, "frames", national.frames, lambda frame: frame.year)
    yield from _twice(document, "price_steps", national.price_steps, lambda step: step.from_year)
    yield from _twice(document, "subjects", national.subjects, lambda counts: counts.counted_on)
    for name in ("floors", "carried_results"):
        yield from _overlaps(document, name, getattr(national, name))


def authority_problems(
    document: Document, authority: AuthorityFinance, national: NationalFinance, *, rules: Path
) -> _Problems:
    """What does not agree in an authority's file, or with the national one or the registers."""
    for name in _DATED:
        yield from _overlaps(document, name, getattr(authority, name))
    for case in {hours.case for hours in authority.case_hours}:
        numbered = [(i, h) for i, h in enumerate(authority.case_hours) if h.case is case]
        yield from _overlaps(document, "case_hours", *zip(*numbered, strict=True))
    for name in _YEARLY:
        yield from _twice(document, name, getattr(authority, name), lambda block: block.year)
    changes = authority.stated_changes
    yield from _twice(document, "stated_changes", changes, lambda c: (c.year, c.reading))
    rows = authority.tariffs
    yield from _twice(document, "tariffs", rows, lambda r: (r.product, r.year, r.prices_of))
    yield from _tariff_problems(document, authority, national)
    yield from _municipality_problems(document, authority, rules)


def _tariff_problems(
    document: Document, authority: AuthorityFinance, national: NationalFinance
) -> _Problems:
    based = {row.year for row in authority.tariffs if row.product is Product.BASE}
    for number, row in enumerate(authority.tariffs):
        place = document.place_of(("tariffs", number))
        day = date(row.year, 1, 1)
        if not row.flat and not any(weights.holds_on(day) for weights in authority.weights):
            yield RulebookProblem(place, said("finance.no_weights", year=row.year))
        try:
            price_index(national, row.year, row.prices_of)
        except NoPriceStepError as error:
            yield RulebookProblem(place, error.what)
        if row.product is Product.INTENSIFIED:
            if row.year not in based:
                yield RulebookProblem(place, said("finance.no_base_row", year=row.year))
            if not any(rule.holds_on(day) for rule in authority.intensified):
                yield RulebookProblem(place, said("finance.no_intensified", year=row.year))


def _municipality_problems(
    document: Document, authority: AuthorityFinance, rules: Path
) -> _Problems:
    if not authority.municipal_shares:
        return
    known = sorted({line.word for line in load_registers(rules).municipalities})
    for number, block in enumerate(authority.municipal_shares):
        for field in ("paying", "children", "printed_dkk"):
            for index, word in enumerate(getattr(block, field)):
                if word not in known:
                    step: int | str = index if field == "paying" else word
                    place = document.place_of(("municipal_shares", number, field, step))
                    near = difflib.get_close_matches(word, known, n=1)
                    hint = said("needs.near", word=near[0]) if near else nothing_said
                    what = said("finance.no_municipality", word=word, near=hint)
                    yield RulebookProblem(place, what)


def printed_problems(document: Document, page: PrintedFigures) -> _Problems:
    """Formulas that cannot be worked out, and tables whose lines are not as long as they must."""
    known: dict[str, Fraction] = {}
    for number, figure in enumerate(page.figures):
        path = ("figures", number)
        if figure.id in known:
            what = said("finance.id_twice", id=figure.id)
            yield RulebookProblem(document.place_of((*path, "id")), what)
        if figure.follows_from is not None:
            try:
                value_of(figure.follows_from, known)
            except FormulaError as error:
                what = said("finance.formula", part=str(error))
                yield RulebookProblem(document.place_of((*path, "follows_from")), what)
        known[figure.id] = figure.value
    yield from _twice(document, "tables", page.tables, lambda table: table.id)
    yield from _twice(document, "examples", page.examples, lambda example: example.id)
    for number, table in enumerate(page.tables):
        yield from _table_problems(document, ("tables", number), table)


def _table_problems(
    document: Document, path: tuple[str | int, ...], table: PrintedTable
) -> _Problems:
    width = len(table.columns)
    lines: list[tuple[tuple[str | int, ...], Sequence[Fraction]]] = [
        (("rows", name), row) for name, row in table.rows.items()
    ]
    lines.append((("total_row",), table.total_row))
    for line, row in lines:
        if len(row) != width:
            what = said("finance.row_length", found=len(row), needed=width)
            yield RulebookProblem(document.place_of((*path, *line)), what)
    for number, misprint in enumerate(table.misprints):
        if misprint.column not in table.columns:
            place = document.place_of((*path, "misprints", number))
            yield RulebookProblem(place, said("finance.no_column", column=misprint.column))


def _twice(
    document: Document,
    name: str,
    blocks: Sequence[Any],
    key: Callable[[Any], Hashable],
) -> _Problems:
    first: dict[Hashable, int] = {}
    for number, block in enumerate(blocks):
        earlier = first.setdefault(key(block), number)
        if earlier != number:
            line = document.line_of((name, earlier))
            what = said("finance.twice", name=name.replace("_", " "), line=line)
            yield RulebookProblem(document.place_of((name, number)), what)


def _overlaps(
    document: Document,
    name: str,
    blocks: Sequence[Any],
    dated: Sequence[Dated] | None = None,
) -> _Problems:
    """Two of a sort in force on one day. `blocks` may be their numbers, with them in `dated`."""
    numbered = list(enumerate(blocks) if dated is None else zip(blocks, dated, strict=True))
    for (first, one), (second, other) in itertools.combinations(numbered, 2):
        later = max(one.valid_from, other.valid_from)
        if one.holds_on(later) and other.holds_on(later):
            line = document.line_of((name, first))
            what = said("finance.overlap", name=name.replace("_", " "), day=later, line=line)
            yield RulebookProblem(document.place_of((name, second)), what)
