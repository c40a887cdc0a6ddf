"""Published figures that the simulated world is held against, and what was fitted to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from engine.rulebook.documents import load_documents
from engine.rulebook.entries import build_entry
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.problems import RulebookError, RulebookProblem, said
from engine.simulation.assumptions import ROOM, Assumptions, entries_of
from engine.simulation.assumptions import WORLD_PREFIX as PREFIX
from engine.simulation.tables import Measure
from models.rulebook import Entry, Place, Source, Text

__all__ = [
    "Fit",
    "FittedFrom",
    "FittedValue",
    "Margin",
    "fit_rows",
    "fit_text",
    "load_fit",
    "load_margins",
    "world_hash",
]

_MARGINS, _FITTED, _FITTED_FROM = "margins", "fitted", "fitted_from"
EntryT = TypeVar("EntryT", bound=Entry)


class Margin(Entry):
    """A published figure a year. `steers`: the assumptions that are scaled, together, until the
    simulation gives it back within the tolerance; none where it is only compared."""

    id: str = Field(min_length=1)
    title: Text
    unit: str
    measure: Measure
    kind: str
    authority: str
    published: float = Field(gt=0)
    tolerance_percent: float = Field(gt=0)
    steers: tuple[str, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    note: Text | None = None
    place: Place


class FittedValue(Entry):
    """What the fit came to for one margin: the values it steers, and what the simulation gives."""

    margin: str
    simulated: float
    mc_error: float
    values: dict[str, float] = Field(default_factory=dict)
    place: Place


class FittedFrom(Entry):
    """Which assumptions a fit was made from, by the hash of what is assumed of the world."""

    world: str
    place: Place


@dataclass(frozen=True)
class Fit:
    """The margins in order, what was fitted, and the hash of the world that it was fitted from."""

    margins: tuple[Margin, ...]
    fitted: tuple[FittedValue, ...]
    world: str | None = None

    @property
    def values(self) -> dict[str, float]:
        """Each fitted assumption's value."""
        return {name: value for entry in self.fitted for name, value in entry.values.items()}

    def applied(self, assumptions: Assumptions) -> Assumptions:
        """The assumptions with the fitted values in place."""
        return assumptions.with_values(self.values)

    def is_from(self, assumptions: Assumptions) -> bool:
        """Whether it was made from these assumptions; where nothing was fitted, it fits all."""
        return not self.fitted or self.world == world_hash(assumptions)

    def left_out(self) -> Fit:
        """The same figures with nothing fitted to them."""
        return Fit(self.margins, ())


def _entries(
    folder: Path | None, wanted: str, model: type[EntryT], problems: list[RulebookProblem]
) -> list[EntryT]:
    shipped = default_rulebook_folder()
    root = shipped if folder is None else folder.resolve()
    if not any((root / ROOM).rglob("*.yaml")):
        root = shipped
    found = []
    for document in load_documents(root, (root / ROOM).rglob("*.yaml")):
        for path, entry in entries_of(document, wanted, problems):
            built = build_entry(model, entry, document, path, problems)
            if built is not None:
                found.append(built)
    return found


def load_margins(folder: Path | None = None) -> tuple[Margin, ...]:
    """The published figures in `simulation/` of a rulebook's folder, or of the shipped one.

    Raises RulebookError with everything that is wrong in the files.
    """
    problems: list[RulebookProblem] = []
    margins = _entries(folder, _MARGINS, Margin, problems)
    if problems:
        raise RulebookError(problems)
    return tuple(margins)


def load_fit(folder: Path | None = None) -> Fit:
    """The figures, and what was fitted to them. Raises RulebookError."""
    problems: list[RulebookProblem] = []
    margins = load_margins(folder)
    fitted = _entries(folder, _FITTED, FittedValue, problems)
    worlds = _entries(folder, _FITTED_FROM, FittedFrom, problems)
    known = {margin.id for margin in margins}
    for entry in fitted:
        if entry.margin not in known:
            problems.append(
                RulebookProblem(entry.place, said("simulate.no_margin", id=entry.margin))
            )
    if problems:
        raise RulebookError(problems)
    return Fit(margins, tuple(fitted), worlds[-1].world if worlds else None)


def fit_rows(fit: Fit) -> list[dict[str, Any]]:
    """The table `fit` of a report: published, simulated and whether within the tolerance."""
    by_margin = {entry.margin: entry for entry in fit.fitted}
    rows = []
    for margin in fit.margins:
        entry = by_margin.get(margin.id)
        if entry is None:
            continue
        off = abs(entry.simulated - margin.published)
        source = margin.sources[0]
        rows.append(
            {
                "margin": margin.id,
                "title_da": margin.title.da,
                "title_en": margin.title.en,
                "unit": margin.unit,
                "published": margin.published,
                "simulated": entry.simulated,
                "mc_error": entry.mc_error,
                "tolerance_percent": margin.tolerance_percent,
                "within": off <= margin.published * margin.tolerance_percent / 100,
                "source": source if isinstance(source, str) else source.en,
            }
        )
    return rows


def world_hash(assumptions: Assumptions) -> str:
    """Tells whether what is assumed of the world is still what was fitted from."""
    own = {name: entry for name, entry in assumptions.quantities.items() if name.startswith(PREFIX)}
    return Assumptions(own).content_hash[:16]


def fit_text(fit: Fit, assumptions: Assumptions, *, made: str) -> str:
    """The file `fitted.yaml` of a fit from these assumptions; `made` says how, for its first
    lines."""
    lines = [f"# {line}" for line in made.splitlines()]
    lines += ["fitted_from:", f'  - world: "{world_hash(assumptions)}"', "fitted:"]
    for entry in fit.fitted:
        values = ", ".join(f"{name}: {value:.6g}" for name, value in entry.values.items())
        lines += [
            f"  - margin: {entry.margin}",
            f"    simulated: {entry.simulated:.6g}",
            f"    mc_error: {entry.mc_error:.4g}",
            f"    values: {{{values}}}",
        ]
    return "\n".join(lines) + "\n"
