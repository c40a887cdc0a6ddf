"""A run over a portfolio larger than memory: decisions lie on disk until the sample is drawn.

Subjects come in order of id and are decided a batch at a time; of each only its decision, its
places in sample frames and its fingerprint remain, all on disk. Once the sample is drawn the
decisions are gone through once more, the drawn ones with their sample visits; who was drawn is
held. The outputs are those of `evaluate_portfolio`, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from engine.decisions.decide import Decider
from engine.decisions.samples import Candidate, Place, SampleDraw, SampleLine, Sampler
from engine.portfolio.spool import Pile, SortedPile
from engine.run.evaluate import (
    Earlier,
    decided_in_order,
    places_in_frames,
    reading_name,
    with_drawn_visits,
)
from engine.run.fingerprints import fingerprint
from engine.run.tables import GrowingRows
from models.decisions import Decision
from models.facts import Dossier

if TYPE_CHECKING:
    from engine.run.by_tables import ReadTogether

__all__ = ["StreamedRun", "evaluate_stream", "rows_on_disk"]

_AT_A_TIME = 2_000
_BETWEEN = "\0"
"""Before every sign of a word, so that joined words stand in the order of the words."""


class StreamedRun:
    """The decisions of a run on disk, in order of subject id, and the sample draw."""

    def __init__(
        self,
        decided: Pile[Decision],
        fingerprints: Pile[str],
        sampler: Sampler,
        draw: SampleDraw,
        *,
        backend: str,
    ) -> None:
        self._decided = decided
        self.fingerprints = fingerprints
        self._sampler = sampler
        self._drawn = draw.drawn()
        self.draw = draw
        self.backend = backend

    def __len__(self) -> int:
        """How many subjects were decided."""
        return len(self._decided)

    @property
    def decisions(self) -> Iterator[Decision]:
        """All decisions, with their sample visits."""
        for decision in self._decided:
            yield with_drawn_visits(self._sampler, decision, self._drawn)


def evaluate_stream(
    dossiers: Iterable[Dossier],
    decider: Decider,
    *,
    folder: Path,
    seed: int,
    progress: Callable[[int], None] | None = None,
    tables: ReadTogether | None = None,
    earlier: Earlier | None = None,
) -> StreamedRun:
    """Decides subjects that come in order of id, with files in a passing `folder`; then draws the
    samples. Raises ReadingsDisagree as `evaluate_portfolio` does."""
    sampler = Sampler(decider.resolved)
    decided: Pile[Decision] = Pile(folder / "decisions")
    fingerprints: Pile[str] = Pile(folder / "fingerprints")

    def candidates() -> Iterator[Candidate]:
        for dossier, decision in decided_in_order(
            dossiers,
            decider,
            tables=tables,
            earlier=earlier,
            progress=progress,
            at_a_time=_AT_A_TIME,
        ):
            decided.append(decision)
            fingerprints.append(fingerprint(dossier))
            yield from places_in_frames(sampler, dossier, decision)
        decided.close()

    draw = sampler.draw(
        candidates(),
        seed=seed,
        in_order=partial(_sorted_on_disk, folder=folder / "places"),
        kept=partial(_on_disk, path=folder / "sample-lines"),
    )
    backend = reading_name(decider, tables)
    return StreamedRun(decided, fingerprints, sampler, draw, backend=backend)


def _sorted_on_disk(places: Iterable[Place], *, folder: Path) -> Iterator[Place]:
    folder.mkdir()
    pile = SortedPile(folder)
    for place in places:
        frame, stratum, key, subject_id = place
        pile.add(_BETWEEN.join((frame, *stratum, key, subject_id)), place)
    return (place for _, same in pile.groups() for place in same)


def _on_disk(lines: Iterable[SampleLine], *, path: Path) -> Pile[SampleLine]:
    pile: Pile[SampleLine] = Pile(path)
    for line in lines:
        pile.append(line)
    pile.close()
    return pile


def rows_on_disk(folder: Path) -> Callable[[], GrowingRows]:
    """Makes places for the rows of tables, each a file of its own."""
    numbers = count()
    return lambda: Pile(folder / f"rows-{next(numbers)}")
