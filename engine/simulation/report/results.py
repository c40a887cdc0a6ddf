"""The tables of a simulation, asked as a report asks them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from engine.rulebook.catalogue import Lang
from engine.simulation.tables import SCHEMAS, Measure

__all__ = ["ALL", "Figure", "PolicyShown", "Results", "shared"]

ALL = "all"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLDED = ("kind", "authority", "theme_group", "colour", "purpose", "notice")
_HEADLINES = ("headline", "difference")
_Key = tuple[str, str, str, str]


class Figure(NamedTuple):
    """A mean over replicates, its Monte Carlo error, and the range of nine in ten replicates."""

    mean: float
    error: float
    low: float | None = None
    high: float | None = None

    @property
    def told_from_zero(self) -> bool:
        """Whether it is more than two Monte Carlo errors away from nothing. Of a single replicate
        there is no error, and nothing can be told."""
        return abs(self.mean) > 2 * self.error

    @property
    def ends(self) -> tuple[float, float] | tuple[None, None]:
        """Two Monte Carlo errors to either side, where there is an error."""
        if not math.isfinite(self.error):
            return None, None
        return self.mean - 2 * self.error, self.mean + 2 * self.error


def shared(part: Figure, whole: Sequence[Figure]) -> Figure:
    """A part as per cent of a whole that it is among. How the parts of a replicate hang together is
    not known here, so the error is the largest it can be."""
    total = math.fsum(figure.mean for figure in whole)
    share = part.mean / total
    rest = math.fsum(figure.error for figure in whole) - part.error
    error = ((1.0 - share) * part.error + share * rest) / total
    return Figure(100.0 * share, 100.0 * max(error, 0.0))


@dataclass(frozen=True)
class PolicyShown:
    """A policy with the letter it bears in charts and tables."""

    name: str
    letter: str
    title: str
    baseline: bool
    rulebook_hash: str
    cut_measure: str | None
    cut_percent: float | None
    depth_percent: float | None

    @property
    def lettered(self) -> str:
        """`B · 30 % færre timer`."""
        return f"{self.letter} · {self.title}"


class Results:
    """One simulation's tables. A table that is not there is one without rows."""

    def __init__(self, tables: Mapping[str, pa.Table], *, lang: Lang) -> None:
        self.lang: Lang = lang
        self.tables = {name: tables.get(name, SCHEMAS[name].empty_table()) for name in SCHEMAS}
        shown = [
            PolicyShown(
                name=row["policy"],
                letter=_LETTERS[number % len(_LETTERS)],
                title=row[f"title_{lang}"] or row["policy"],
                baseline=bool(row["baseline"]),
                rulebook_hash=row["rulebook_hash"] or "",
                cut_measure=row["cut_measure"],
                cut_percent=row["cut_percent"],
                depth_percent=row["depth_percent"],
            )
            for number, row in enumerate(self._baseline_first())
        ]
        self.policies = tuple(shown)
        self.baseline = shown[0]
        self.others = tuple(shown[1:])
        self._figures = {name: self._indexed(name) for name in _HEADLINES}

    def _baseline_first(self) -> list[dict[str, Any]]:
        return sorted(self.tables["policy"].to_pylist(), key=lambda row: not row["baseline"])

    def _indexed(self, name: str) -> dict[_Key, Figure]:
        return {
            (row["policy"], row["measure"], row["kind"], row["authority"]): Figure(
                row["mean"], row["mc_error"], row["low"], row["high"]
            )
            for row in self.tables[name].to_pylist()
            if row["mean"] is not None and math.isfinite(row["mean"])
        }

    def level(
        self, policy: PolicyShown, measure: str, *, kind: str = ALL, authority: str = ALL
    ) -> Figure | None:
        """What a policy gives on a measure; counts are per year."""
        return self._figures["headline"].get((policy.name, measure, kind, authority))

    def difference(
        self, policy: PolicyShown, measure: str, *, kind: str = ALL, authority: str = ALL
    ) -> Figure | None:
        """A policy less the baseline, on the same draws."""
        return self._figures["difference"].get((policy.name, measure, kind, authority))

    def detection(self, policy: PolicyShown, column: str) -> dict[tuple[str, str], Figure]:
        """By theme group or colour, and by measure: what is known of how long declines went on."""
        rows = self.rows("detection", policy=policy.name)
        return {
            (row[column], row["measure"]): Figure(
                row["mean"], row["mc_error"], row["low"], row["high"]
            )
            for row in rows
            if row[column] != ALL
        }

    def change_percent(self, policy: PolicyShown, measure: str) -> Figure | None:
        """The difference as a share of the baseline's level."""
        base, difference = self.level(self.baseline, measure), self.difference(policy, measure)
        if base is None or difference is None or base.mean == 0:
            return None
        share = difference.mean / base.mean
        error = math.hypot(difference.error, share * base.error) / abs(base.mean)
        return Figure(share * 100, error * 100)

    def most_changed(self, measure: str) -> PolicyShown | None:
        """The policy farthest from the baseline on a measure."""
        found = [(policy, self.difference(policy, measure)) for policy in self.others]
        known = [(abs(figure.mean), policy) for policy, figure in found if figure is not None]
        return max(known, key=lambda pair: pair[0])[1] if known else None

    def words_in(self, column: str) -> tuple[str, ...]:
        """The kinds or authorities that have subjects, in order of appearance."""
        found = pc.unique(self.tables["headline"][column]).to_pylist()
        return tuple(w for w in found if w not in (ALL, None) and self._has_subjects(column, w))

    def _has_subjects(self, column: str, word: str) -> bool:
        kind, authority = (word, ALL) if column == "kind" else (ALL, word)
        levels = [
            level.mean
            for policy in self.policies
            for measure in (Measure.GREENS, Measure.YELLOWS, Measure.REDS)
            if (level := self.level(policy, measure, kind=kind, authority=authority)) is not None
        ]
        return not levels or any(levels)

    def rows(self, table: str, **wanted: str) -> list[dict[str, Any]]:
        """The rows of a table whose columns hold those words."""
        found = self.tables[table]
        for column, word in wanted.items():
            found = found.filter(pc.equal(found[column], word))
        rows: list[dict[str, Any]] = found.to_pylist()
        return rows

    def curve(self, policy: PolicyShown, name: str) -> list[tuple[int, Figure]]:
        """A curve by whole months, from none on."""
        return sorted(
            (row["months"], Figure(row["mean"], row["mc_error"], row["low"], row["high"]))
            for row in self.rows("curve", policy=policy.name, curve=name)
        )

    def series(self, policy: PolicyShown, measure: str) -> list[tuple[date, Figure]]:
        """A measure month by month, of all kinds and authorities."""
        rows = self.rows("month", policy=policy.name, measure=measure)
        found = _folded(rows, ["month"], [])
        return sorted((key[0], figure) for key, figure in found.items())

    def folded(
        self, table: str, policy: PolicyShown, by: Sequence[str], over: Sequence[str] = ()
    ) -> dict[tuple[Any, ...], Figure]:
        """A table's figures by some of its columns.

        Of any other column the line for all together counts, or the sum where there is none; of
        those in `over` (years) the mean. What is added up belongs to the same replicates and hangs
        together, so the errors are added as they are: never too small.
        """
        return _folded(self.rows(table, policy=policy.name), by, over)


def _folded(
    rows: list[dict[str, Any]], by: Sequence[str], over: Sequence[str]
) -> dict[tuple[Any, ...], Figure]:
    for column in (c for c in _FOLDED if rows and c in rows[0]):
        has_all = any(row[column] == ALL for row in rows)
        if column in by:
            rows = [row for row in rows if row[column] != ALL] or rows
        elif has_all:
            rows = [row for row in rows if row[column] == ALL]
    times = math.prod(len({row[column] for row in rows}) for column in over) or 1
    return dict(_sums(rows, by, times))


def _sums(
    rows: Iterable[dict[str, Any]], by: Sequence[str], times: int
) -> Iterator[tuple[tuple[Any, ...], Figure]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in by)].append(row)
    for key, members in groups.items():
        mean = math.fsum(row["mean"] for row in members) / times
        error = math.fsum(row["mc_error"] for row in members) / times
        yield key, Figure(mean, error)
