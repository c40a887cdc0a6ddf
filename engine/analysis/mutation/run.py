"""A mutation run: every mutant tried, what was noticed, what survives, and the score."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.analysis.mutation.accepted import AcceptedSurvivor
from engine.analysis.mutation.mutant import Mutant
from engine.analysis.mutation.trial import Trial, Verdict

__all__ = ["MutationRun", "run_mutants"]

_AT_ONCE = 8
"""So many mutants are handed to a process at a time."""


@dataclass(frozen=True)
class MutationRun:
    """`survivors` no case notices and nobody has accepted; `accepted` neither, but reviewed.

    `refused` the check of the rulebook would not let pass, so they do not count. `stale` are
    entries of the reviewed list that no mutant answers to, or whose mutant a case notices now.
    """

    noticed: tuple[Verdict, ...]
    survivors: tuple[Verdict, ...]
    accepted: tuple[tuple[Verdict, AcceptedSurvivor], ...]
    refused: tuple[Verdict, ...]
    stale: tuple[AcceptedSurvivor, ...]

    @property
    def counted(self) -> int:
        """All mutants that the check lets pass."""
        return len(self.noticed) + len(self.survivors) + len(self.accepted)

    @property
    def score_percent(self) -> Fraction:
        """Noticed of those that are not accepted."""
        return _percent(len(self.noticed), self.counted - len(self.accepted))

    @property
    def score_of_all_percent(self) -> Fraction:
        """Noticed of all, the accepted ones counted as survivors."""
        return _percent(len(self.noticed), self.counted)


def _percent(part: int, whole: int) -> Fraction:
    return Fraction(100 * part, whole) if whole else Fraction(100)


def run_mutants(
    mutants: Sequence[Mutant],
    trial: Trial,
    *,
    accepted: Sequence[AcceptedSurvivor] = (),
    known: Sequence[Mutant] | None = None,
    processes: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> MutationRun:
    """Tries the mutants. `known` are all of the rulebook, where only some are tried, so that an
    entry about another one is not called stale."""
    verdicts: list[Verdict] = []
    for verdict in _verdicts(mutants, trial, processes):
        verdicts.append(verdict)
        progress(len(verdicts))
    by_id = {survivor.mutant: survivor for survivor in accepted}
    survived = [v for v in verdicts if v.noticed_by is None and not v.refused]
    listed = [(v, by_id[v.mutant.id]) for v in survived if v.mutant.id in by_id]
    alive = {verdict.mutant.id for verdict, _ in listed}
    tried = {mutant.id for mutant in mutants}
    existing = {mutant.id for mutant in known} if known is not None else tried
    return MutationRun(
        noticed=tuple(v for v in verdicts if v.noticed_by is not None),
        survivors=tuple(v for v in survived if v.mutant.id not in by_id),
        accepted=tuple(listed),
        refused=tuple(v for v in verdicts if v.refused),
        stale=tuple(
            survivor
            for survivor in accepted
            if survivor.mutant not in existing
            or (survivor.mutant in tried and survivor.mutant not in alive)
        ),
    )


class _Work:
    """What the processes share: they are forked, so that nothing is copied to them."""

    mutants: Sequence[Mutant] = ()
    trial: Trial | None = None


def _verdict(number: int) -> tuple[bool, str | None, str | None]:
    """A verdict as the sentences of its cases, which are small to hand back."""
    if _Work.trial is None:
        raise RuntimeError("the process was started without its work")
    verdict = _Work.trial.verdict(_Work.mutants[number])
    cases = (verdict.noticed_by, verdict.turned_in)
    noticed, turned = (None if case is None else case.sentence for case in cases)
    return verdict.refused, noticed, turned


def _verdicts(mutants: Sequence[Mutant], trial: Trial, processes: int) -> Iterator[Verdict]:
    if processes <= 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(trial.verdict, mutants)
        return
    _Work.mutants, _Work.trial = mutants, trial
    try:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            found = pool.imap(_verdict, range(len(mutants)), chunksize=_AT_ONCE)
            for mutant, (refused, noticed, turned) in zip(mutants, found, strict=True):
                yield Verdict(mutant, trial.case(noticed), trial.case(turned), refused)
    finally:
        _Work.mutants, _Work.trial = (), None
