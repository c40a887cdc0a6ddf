"""A table of flags read back as what held for each subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from engine.backends.tables.program import IN_FORCE, PROPOSED, CompiledProgram
from engine.backends.tables.schema import SUBJECT_ID
from engine.rulebook.problems import SaidError, said
from engine.rulebook.program import Firing
from models.terms import Colour

__all__ = ["FiringReader", "SubjectLostError"]

_MOST_REMEMBERED = 20_000
_MOST_NAMED = 5


class SubjectLostError(SaidError, LookupError):
    """There is no answer about subjects who were asked about; says who they are."""

    def __init__(self, reading: str, lost: Sequence[str]) -> None:
        named = ", ".join(lost[:_MOST_NAMED]) + (", …" if len(lost) > _MOST_NAMED else "")
        super().__init__(said("tables.subject_lost", reading=reading, ids=named))


class FiringReader:
    """Reads the answers of one program; subjects for whom the same held share one answer."""

    def __init__(self, compiled: CompiledProgram) -> None:
        self._compiled = compiled
        self._firings: dict[tuple[bytes, str, str], Firing] = {}

    def read(self, fired: Any) -> Iterator[tuple[str, Firing]]:
        """Each subject's firing out of the table."""
        rules, signals = list(self._compiled.rules.items()), list(self._compiled.signals.items())
        flags = [
            fired.column(column).to_numpy(zero_copy_only=False) for _, column in (*rules, *signals)
        ]
        bits = np.packbits(np.array(flags, dtype=bool), axis=0).T if flags else None
        ids = fired.column(SUBJECT_ID).to_pylist()
        proposed = fired.column(PROPOSED).to_pylist()
        in_force = fired.column(IN_FORCE).to_pylist()
        for row, (subject_id, colours) in enumerate(
            zip(ids, zip(proposed, in_force, strict=True), strict=True)
        ):
            same = (b"" if bits is None else bits[row].tobytes(), *colours)
            firing = self._firings.get(same)
            if firing is None:
                if len(self._firings) >= _MOST_REMEMBERED:
                    self._firings.clear()
                held = [bool(flag[row]) for flag in flags]
                firing = self._firings[same] = Firing(
                    frozenset(key for (key, _), holds in zip(rules, held, strict=False) if holds),
                    frozenset(
                        name
                        for (name, _), holds in zip(signals, held[len(rules) :], strict=True)
                        if holds
                    ),
                    Colour(colours[0]),
                    Colour(colours[1]),
                )
            yield subject_id, firing
