"""Fingerprints of subjects' facts: two dossiers with the same one are decided alike.

They lie beside the decisions, so that a later run can tell whose facts have changed. Who raised a
concern goes in only as far as a decision shows it: whether that person is hidden.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from engine.decisions.reasons import source_is_hidden
from engine.facts.introspection import fields_of, unwrap
from models.facts import Dossier
from models.facts.fields import FactModel, Withheld

__all__ = [
    "FINGERPRINTS",
    "Changes",
    "changed_subjects",
    "fingerprint",
    "fingerprint_line",
    "fingerprint_lines",
    "read_fingerprints",
]

FINGERPRINTS = "fingerprints.txt"
"""The file of an output folder: a fingerprint and a subject's id on each line, in order of id."""


class Changes(NamedTuple):
    """Whose facts are not those of an earlier run; ids in order."""

    new: tuple[str, ...]
    altered: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def touched(self) -> tuple[str, ...]:
        """Those to be evaluated."""
        return tuple(sorted((*self.new, *self.altered)))


@cache
def _withheld(model: type[FactModel]) -> frozenset[str]:
    return frozenset(
        name
        for name, annotation in fields_of(model).items()
        if any(isinstance(item, Withheld) for item in unwrap(annotation)[1])
    )


def _canonical(record: str, fact: Any) -> bytes:
    """A fact in one form: its fields in the order of its model, as JSON on one line."""
    model: type[FactModel] = type(fact)
    withheld = _withheld(model)
    line: bytes = fact.__pydantic_serializer__.to_json(fact, exclude=withheld or None)
    if withheld:
        line += b" hidden" if source_is_hidden(record, fact.__dict__) else b" open"
    return line + b"\n"


def fingerprint(dossier: Dossier) -> str:
    """SHA-256 of everything about a subject that a decision may rest on."""
    digest = hashlib.sha256(_canonical("subject", dossier.subject))
    for record in sorted(dossier.records):
        for fact in dossier.records[record]:
            digest.update(f"{record} ".encode())
            digest.update(_canonical(record, fact))
    return digest.hexdigest()


def fingerprint_line(subject_id: str, digest: str) -> str:
    """A line of the file."""
    return f"{digest}  {subject_id}\n"


def fingerprint_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Each line of a file: id and fingerprint."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            digest, _, subject_id = line.rstrip("\n").partition("  ")
            yield subject_id, digest


def read_fingerprints(path: Path) -> dict[str, str]:
    """A whole file: the fingerprint of each id."""
    return dict(fingerprint_lines(path))


def changed_subjects(previous: Mapping[str, str] | Path, facts: Iterable[Dossier]) -> Changes:
    """Whose facts differ from those an earlier run was made on.

    `previous` are the fingerprints of that run by subject id, or its output folder. For a database:
    keep the fingerprints in a table beside the decisions, and evaluate the subjects `touched`.
    """
    if isinstance(previous, Path):
        previous = read_fingerprints(previous / FINGERPRINTS)
    now = {dossier.subject_id: fingerprint(dossier) for dossier in facts}
    both = sorted(now.keys() & previous.keys())
    return Changes(
        new=tuple(sorted(now.keys() - previous.keys())),
        altered=tuple(name for name in both if now[name] != previous[name]),
        removed=tuple(sorted(previous.keys() - now.keys())),
        unchanged=tuple(name for name in both if now[name] == previous[name]),
    )
