"""The run's record: enough to run again and get the same bytes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.portfolio.tables import TableFormat
from engine.rulebook.problems import SaidError, reason_of, said
from engine.rulebook.resolve import ResolvedRulebook
from models.rulebook import ParameterValue
from models.terms import Basis

__all__ = [
    "EngineName",
    "Manifest",
    "ManifestError",
    "ParameterInForce",
    "checksums",
    "input_checksum",
    "make_manifest",
    "program_checksum",
    "versions_of",
]

FILE_NAME = "manifest.json"
LOG_NAME = "run-log.jsonl"

EngineName = Literal["case", "tables", "spark", "postgres"]
"""Who says what holds: the case engine, one subject at a time, or tables (in DuckDB, in Spark, in
the PostgreSQL where the facts lie), all at once."""


class ManifestError(SaidError):
    """The file is not a run record of this program."""


class ParameterInForce(BaseModel):
    """A parameter as the run used it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: ParameterValue
    unit: str
    basis: Basis
    valid_from: date


class Manifest(BaseModel):
    """What was run, on what, with what, and what came out. Holds no time of day: that is in the
    log, so that two runs on the same input have the same record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record: Literal["tilsynstryk-run-1"] = "tilsynstryk-run-1"
    as_of: date
    seed: int
    period_days: int | None
    language: Literal["da", "en"]
    formats: tuple[TableFormat, ...]
    ignore_later: bool
    quarantined: tuple[str, ...]
    engine: EngineName = "case"
    backend: str
    rulebook_files_sha256: str
    rulebook_resolved_sha256: str
    database: str | None = None
    input_sha256: str
    sample_results_sha256: tuple[str, ...] = ()
    versions: dict[str, str]
    program_sha256: str = ""
    parameters: dict[str, ParameterInForce]
    counts: dict[str, int]
    outputs_sha256: dict[str, str]

    @staticmethod
    def read(path: Path) -> Manifest:
        """Reads a record. Raises ManifestError in one line if it is not one."""
        try:
            return Manifest.model_validate_json(path.read_bytes())
        except OSError as error:
            raise ManifestError(
                said("run.record_unreadable", path=path, reason=reason_of(error))
            ) from None
        except ValidationError:
            raise ManifestError(said("run.not_a_record", path=path)) from None

    def text(self) -> str:
        """The record as it is written: sorted keys, one to a line."""
        data = self.model_dump(mode="json")
        return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def input_checksum(source: Path | None, content: bytes | None = None) -> str:
    """SHA-256 over the portfolio's bytes, given as a file or as a stream; of a folder, over its
    files in order of name."""
    digest = hashlib.sha256()
    if source is None:
        digest.update(_line("", hashlib.sha256(content or b"").hexdigest()))
        return digest.hexdigest()
    files: Iterable[Path] = (
        sorted(p for p in source.iterdir() if p.is_file()) if source.is_dir() else [source]
    )
    for file in files:
        digest.update(_line(file.name if source.is_dir() else "", _of_file(file)))
    return digest.hexdigest()


def _of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _line(name: str, digest: str) -> bytes:
    return f"{name}\0{digest}\n".encode()


@cache
def program_checksum() -> str:
    """SHA-256 over the program's own files: the same version may have been changed since."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for path in sorted(p for room in ("engine", "models") for p in (root / room).rglob("*.py")):
        digest.update(_line(path.relative_to(root).as_posix(), _of_file(path)))
    return digest.hexdigest()


def versions_of(engine: EngineName) -> dict[str, str]:
    """The versions of Python, this program, and what a run of an engine rests on."""
    found = {"python": platform.python_version()}
    names = ["tilsynstryk", "durable-rules", "pydantic", "xlsxwriter", "pyarrow"]
    if engine != "case":
        runs_on = {"tables": "duckdb", "spark": "pyspark", "postgres": "psycopg"}
        names += ["ibis-framework", "sqlglot", runs_on[engine]]
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def make_manifest(
    resolved: ResolvedRulebook, *, engine: EngineName = "case", **given: Any
) -> Manifest:
    """The record of a run by a resolved rulebook; `given` are the remaining fields."""
    return Manifest(
        as_of=resolved.as_of,
        rulebook_files_sha256=resolved.book.content_hash,
        rulebook_resolved_sha256=resolved.content_hash,
        engine=engine,
        versions=versions_of(engine),
        program_sha256=program_checksum(),
        parameters={
            name: ParameterInForce(
                value=used.value, unit=used.unit, basis=used.basis, valid_from=used.valid_from
            )
            for name, used in sorted(resolved.parameters.items())
        },
        **given,
    )


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of an output folder but the log, by its name in the folder."""
    return {
        path.relative_to(folder).as_posix(): _of_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOG_NAME
    }
