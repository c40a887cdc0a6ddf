"""The run's record: enough to run again and get the same bytes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable
from datetime import date
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
]

FILE_NAME = "manifest.json"
LOG_NAME = "run-log.jsonl"

EngineName = Literal["case", "tables", "spark"]
"""Who says what holds: the case engine, one subject at a time, or tables (in DuckDB or in Spark),
all at once."""


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
    input_sha256: str
    sample_results_sha256: tuple[str, ...] = ()
    versions: dict[str, str]
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
        digest.update(_line("", hashlib.sha256(content or b"")))
        return digest.hexdigest()
    files: Iterable[Path] = (
        sorted(p for p in source.iterdir() if p.is_file()) if source.is_dir() else [source]
    )
    for file in files:
        with file.open("rb") as stream:
            inner = hashlib.file_digest(stream, "sha256")
        digest.update(_line(file.name if source.is_dir() else "", inner))
    return digest.hexdigest()


def _line(name: str, digest: hashlib._Hash) -> bytes:
    return f"{name}\0{digest.hexdigest()}\n".encode()


def _versions(engine: EngineName) -> dict[str, str]:
    found = {"python": platform.python_version()}
    names = ["tilsynstryk", "durable-rules", "pydantic", "xlsxwriter", "pyarrow"]
    if engine != "case":
        names += ["ibis-framework", "pyspark" if engine == "spark" else "duckdb"]
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
        versions=_versions(engine),
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
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOG_NAME
    }
