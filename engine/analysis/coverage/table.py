"""Coverage for people, as a table with what is missing, and for programs, as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from engine.analysis.coverage.measure import Coverage, RuleCoverage, SideCoverage
from engine.analysis.mutation.written import written
from engine.rulebook.problems import said
from models.conditions import Comparison, Quantified

__all__ = ["coverage_data", "coverage_lines"]

Lang = Literal["da", "en"]


def coverage_lines(coverage: Coverage, *, lang: Lang = "da") -> Iterator[str]:
    """A row for every rule, what it lacks below it, and the sums."""

    def text(code: str, **blanks: object) -> str:
        return said(f"coverage.{code}", **blanks).text(lang)

    heads = [text("rule"), text("held"), text("not_held"), text("sides")]
    rows = [_row(rule) for rule in coverage.rules]
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    yield _aligned(heads, widths)
    for rule, row in zip(coverage.rules, rows, strict=True):
        yield _aligned(row, widths)
        if not rule.held:
            yield f"  {_place(rule)}: {text('never_held')}"
        if not rule.not_held and rule.can_fail:
            yield f"  {_place(rule)}: {text('always_held')}"
        for side in rule.missing_sides:
            yield f"  {_place(rule)}: {_side(side, lang)}"
    sides = coverage.sides
    yield text(
        "sums",
        rules=len(coverage.rules),
        held=sum(rule.held > 0 for rule in coverage.rules),
        not_held=sum(rule.not_held > 0 for rule in coverage.rules if rule.can_fail),
        can_fail=sum(rule.can_fail for rule in coverage.rules),
        tried=sum(side.case is not None for side in sides),
        sides=len(sides),
    )


def _row(rule: RuleCoverage) -> list[str]:
    tried = len(rule.sides) - len(rule.missing_sides)
    sides = f"{tried}/{len(rule.sides)}" if rule.sides else "-"
    return [rule.rule, str(rule.held), str(rule.not_held) if rule.can_fail else "-", sides]


def _aligned(row: list[str], widths: list[int]) -> str:
    first, *others = row
    numbers = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
    return "  ".join([first.ljust(widths[0]), *numbers])


def _place(rule: RuleCoverage) -> str:
    return f"{rule.place.file}:{rule.place.line}"


def _named(side: SideCoverage) -> str:
    match side.threshold:
        case Quantified():
            return side.threshold.record.replace("_", " ")
        case Comparison():
            return side.threshold.field


def _side(side: SideCoverage, lang: Lang) -> str:
    last = "" if side.valid_until is None else side.valid_until.isoformat()
    need = side.key.partition("#")[2]
    return said(
        "coverage.count" if isinstance(side.threshold, Quantified) else "coverage.side",
        field=_named(side),
        value=side.value,
        threshold=written(side.threshold),
        days=f"{side.valid_from} - {last}".rstrip(),
        need=f" ({need})" if need else "",
    ).text(lang)


def coverage_data(coverage: Coverage) -> list[dict[str, Any]]:
    """Every rule with its counts, and every side with its case, as plain data."""
    return [_data(rule) for rule in coverage.rules]


def _data(rule: RuleCoverage) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "file": rule.place.file,
        "line": rule.place.line,
        "held": rule.held,
        "not_held": rule.not_held,
        "named_held": rule.named_held,
        "named_not_held": rule.named_not_held,
        "can_fail": rule.can_fail,
        "complete": rule.complete,
        "sides": [
            {
                "key": side.key,
                "threshold": written(side.threshold),
                "parameter": side.parameter,
                "value": side.value,
                "fulfils": side.fulfils,
                "from": side.valid_from.isoformat(),
                "until": None if side.valid_until is None else side.valid_until.isoformat(),
                "case": None
                if side.case is None
                else f"{side.case.place.file}:{side.case.place.line}",
            }
            for side in rule.sides
        ],
    }
