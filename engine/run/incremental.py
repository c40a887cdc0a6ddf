"""An earlier run's decisions, taken over where nothing they rest on has changed.

A decision rests on the subject's facts, the day, the rulebook, the planning period and the program.
Only if all of these are the same is it taken over. It saves running one day again after records
have changed, not the next day's run: on another day every age that a reason names and every window
is another, and all are evaluated anew. The sample is drawn anew in any case: it concerns all
subjects together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from engine.decisions.samples import Sampler
from engine.rulebook.problems import Said, SaidError, said
from engine.rulebook.resolve import ResolvedRulebook
from engine.run.fingerprints import FINGERPRINTS, fingerprint, fingerprint_lines
from engine.run.manifest import FILE_NAME, Manifest, ManifestError, program_checksum, versions_of
from models.decisions import Decision
from models.facts import Dossier
from models.terms import Purpose

__all__ = ["EarlierDecisions", "PreviousRun", "PreviousRunError"]

_DECISION = TypeAdapter(Decision)
_DECISIONS = "decisions.jsonl"
_FOR_PEOPLE = frozenset({"sample-form.xlsx"})
"""What a person fills in after the run."""


class PreviousRunError(SaidError):
    """The folder is not the whole and untouched output of an earlier run."""


class PreviousRun:
    """The output folder of an earlier run, whose files are those that its record names."""

    def __init__(self, folder: Path) -> None:
        """Reads the record and holds every output against it. Raises PreviousRunError."""
        self.folder = folder
        try:
            self.record = Manifest.read(folder / FILE_NAME)
        except ManifestError as error:
            raise PreviousRunError(error.what) from None
        outputs = self.record.outputs_sha256
        if not {_DECISIONS, FINGERPRINTS} <= outputs.keys():
            raise PreviousRunError(said("run.previous_without", folder=folder))
        damaged = [
            name
            for name, digest in sorted(outputs.items())
            if name not in _FOR_PEOPLE and _checksum(folder / name) != digest
        ]
        if damaged:
            files = ", ".join(damaged)
            raise PreviousRunError(said("run.previous_damaged", folder=folder, files=files))

    def unlike(
        self, resolved: ResolvedRulebook, *, period_days: int | None, engine: str, backend: str
    ) -> Said | None:
        """Why none of its decisions can be taken over; None if they can."""
        record = self.record
        if record.as_of != resolved.as_of:
            return said("run.previous_day", day=record.as_of)
        books = record.rulebook_files_sha256, record.rulebook_resolved_sha256
        if books != (resolved.book.content_hash, resolved.content_hash):
            return said("run.previous_rulebook")
        if record.period_days != period_days:
            return said("run.previous_period")
        if (record.engine, record.backend) != (engine, backend):
            return said("run.previous_engine", engine=record.engine)
        program = record.program_sha256, record.versions
        if program != (program_checksum(), versions_of(record.engine)):
            return said("run.previous_program")
        return None

    def decisions(self, resolved: ResolvedRulebook) -> EarlierDecisions:
        """Its decisions, to be asked for in order of subject id."""
        return EarlierDecisions(self.folder, Sampler(resolved))


class EarlierDecisions:
    """Goes through an earlier run's decisions alongside the subjects of this one."""

    def __init__(self, folder: Path, sampler: Sampler) -> None:
        self._folder = folder
        self._frames = sampler.frames.keys()
        self._lines = self._read()
        self._next = next(self._lines, None)
        self.reused = self.altered = self.new = self.removed = 0

    def _read(self) -> Iterator[tuple[str, str, bytes]]:
        with (self._folder / _DECISIONS).open("rb") as decisions:
            known = fingerprint_lines(self._folder / FINGERPRINTS)
            for name, line in zip_longest(known, decisions):
                if name is None or line is None:
                    raise self._damaged()
                yield *name, line

    def _damaged(self) -> PreviousRunError:
        what = said("run.previous_damaged", folder=self._folder, files=_DECISIONS)
        return PreviousRunError(what)

    def decision(self, dossier: Dossier) -> Decision | None:
        """The decision on a subject whose facts are as they were, without its sample visits."""
        subject_id = dossier.subject_id
        while self._next is not None and self._next[0] < subject_id:
            self.removed += 1
            self._next = next(self._lines, None)
        if self._next is None or self._next[0] != subject_id:
            self.new += 1
            return None
        _, digest, line = self._next
        self._next = next(self._lines, None)
        if digest != fingerprint(dossier):
            self.altered += 1
            return None
        self.reused += 1
        return self._without_samples(self._decision(subject_id, line))

    def finish(self) -> None:
        """Counts those whom the earlier run had after the last subject of this one."""
        while self._next is not None:
            self.removed += 1
            self._next = next(self._lines, None)

    def _decision(self, subject_id: str, line: bytes) -> Decision:
        try:
            decision = _DECISION.validate_json(line)
        except ValidationError:
            raise self._damaged() from None
        if decision.subject_id != subject_id:
            raise self._damaged()
        return decision

    def _without_samples(self, decision: Decision) -> Decision:
        plan = decision.plan
        visits = tuple(
            visit
            for visit in plan.visits
            if visit.purposes != (Purpose.SAMPLE,) or visit.reasons[0].rule not in self._frames
        )
        return replace(decision, plan=replace(plan, visits=visits))


def _checksum(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
