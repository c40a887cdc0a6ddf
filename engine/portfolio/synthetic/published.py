"""The published figures that a synthetic portfolio is measured against, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.rulebook.documents import load_documents
from engine.rulebook.misfits import misfit
from engine.rulebook.problems import RulebookError, RulebookProblem, said

__all__ = ["Figure", "PublishedFigures", "load_published", "published_folder", "share_of"]

Number = int | float


class Figure(BaseModel):
    """One published figure: a single value, values by key, or theme marks by authority.

    `bounds` are printed ranges; `total` is a printed sum of the values, `overall` a printed rate
    for all of them. A figure that does not reproduce has `recomputed` and says why in `warning`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str
    title: str
    unit: str
    value: Number | None = None
    values: dict[str, Number] = Field(default_factory=dict)
    bounds: dict[str, Annotated[tuple[Number, Number], Field(strict=False)]] = Field(
        default_factory=dict
    )
    themes: dict[str, dict[str, int]] = Field(default_factory=dict)
    theme_totals: dict[str, int] = Field(default_factory=dict)
    total: int | None = None
    overall: Number | None = None
    source: str
    reproduces: bool
    recomputed: Number | dict[str, Number] | None = None
    warning: str | None = None
    note: str | None = None


class PublishedFigures:
    """All published figures by id. A figure that does not reproduce is never given as a target."""

    def __init__(self, figures: tuple[Figure, ...]) -> None:
        self.figures = figures
        self._by_id = {figure.id: figure for figure in figures}

    def __getitem__(self, figure_id: str) -> Figure:
        return self._by_id[figure_id]

    def __contains__(self, figure_id: object) -> bool:
        return figure_id in self._by_id

    def target(self, figure_id: str) -> Figure:
        """A figure to aim at; ValueError if it is one of those that do not reproduce."""
        figure = self._by_id[figure_id]
        if not figure.reproduces:
            raise ValueError(f"'{figure_id}' does not reproduce and is no target")
        return figure


def published_folder() -> Path:
    """The folder of published figures that comes with the product."""
    return Path(__file__).resolve().parents[3] / "fixtures" / "published"


def load_published(folder: Path) -> PublishedFigures:
    """The figures of every YAML file in a folder; RulebookError names each line that is wrong."""
    documents = load_documents(folder, sorted(folder.glob("*.yaml")))
    problems: list[RulebookProblem] = []
    figures: dict[str, Figure] = {}
    for document in documents:
        lines = document.data.get("figures") if isinstance(document.data, dict) else None
        if not isinstance(lines, list):
            what = said("registers.no_list", key="figures")
            problems.append(RulebookProblem(document.place_of(), what))
            continue
        for number, line in enumerate(lines):
            place = document.place_of(("figures", number))
            try:
                figure = Figure.model_validate(line)
            except ValidationError as error:
                for issue in error.errors():
                    field = ".".join(str(part) for part in issue["loc"])
                    problems.append(RulebookProblem(place, misfit(field, issue)))
                continue
            if figure.id in figures:
                problems.append(RulebookProblem(place, said("rulebook.key_twice", key=figure.id)))
            figures[figure.id] = figure
    if problems:
        raise RulebookError(problems)
    return PublishedFigures(tuple(figures.values()))


def share_of(
    figure: Figure, place: str, counts: Mapping[str, float], chosen: Mapping[str, float]
) -> float:
    """A place's percentage: published, else chosen within its range, else what is left over.

    What the overall percentage leaves over is the same for all places without one of their own,
    and is kept within the printed range.
    """
    known = {**chosen, **figure.values}
    if place in known:
        return float(known[place])
    named = sum(counts[p] * share for p, share in known.items())
    rest = sum(n for p, n in counts.items() if p not in known)
    left = (float(figure.overall or 0) * sum(counts.values()) - named) / rest
    low, high = figure.bounds.get(place, (0, 100))
    return min(max(left, float(low)), float(high))
