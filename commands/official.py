"""The course of an official run: read, evaluate twice, write whole, leave a record."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from commands.options import (
    bad_input,
    file_reason,
    language,
    load_book,
    refuse,
    resolved_on,
    say_problems,
    sentence,
)
from commands.previous import TakenOver
from commands.progress import progress
from engine.analysis.prose import Prose
from engine.backends.durable import BackendLimitError, EvaluationError
from engine.backends.shadow import ReadingsDisagree
from engine.portfolio.aside import folder_beside
from engine.portfolio.problems import problem_lines
from engine.portfolio.read import PortfolioRead, read_portfolio
from engine.portfolio.tables import TableFormat
from engine.portfolio.workbook_style import TooManyRowsError
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue, Lang, load_catalogue
from engine.rulebook.problems import SaidError
from engine.rulebook.resolve import ResolvedRulebook
from engine.run.aside import OutputFolderError, written_whole
from engine.run.by_tables import spark_is_there, tables_are_there, tables_decider
from engine.run.evaluate import (
    RunResult,
    evaluate_portfolio,
    official_decider,
    reading_name,
)
from engine.run.log import run_log
from engine.run.manifest import (
    FILE_NAME,
    LOG_NAME,
    EngineName,
    Manifest,
    checksums,
    input_checksum,
    make_manifest,
)
from engine.run.outputs import decision_lines, write_outputs
from engine.run.summary import summary_lines

if TYPE_CHECKING:
    from engine.run.by_tables import ReadTogether
    from engine.run.database import FactDatabase

__all__ = ["OfficialRun"]

_WARNINGS_SHOWN = 3


@dataclass
class OfficialRun:
    """One run and its settings."""

    source: Path | None
    content: bytes | None
    as_of: date
    seed: int
    formats: tuple[TableFormat, ...]
    ignore_later: bool
    period_days: int | None
    rules_folder: Path | None
    lang: Lang
    quarantine: Path | None = None
    sample_results: tuple[Path, ...] = ()
    engine: EngineName = "case"
    spark_master: str | None = None
    previous: Path | None = None
    database: FactDatabase | None = None

    def to_folder(self, target: Path) -> Manifest:
        """Evaluates and writes the output folder; prints the summary and what was written."""
        self._refuse_without_tables()
        book, resolved = self._rulebook()
        taken_over = TakenOver(self.previous)
        catalogue = load_catalogue(book.folder)
        read = self._read(book, catalogue)
        log = io.StringIO()
        logger = run_log(log)
        logger.info(
            "portfolio_read",
            subjects=len(read.dossiers),
            rows=read.rows_read,
            quarantined=len(read.subjects_with_problems),
            warnings=len(read.warnings),
        )
        result = self._evaluate(resolved, read, taken_over)
        try:
            with written_whole(target) as folder:
                tally = write_outputs(
                    result,
                    folder,
                    formats=self.formats,
                    book=book,
                    prose=Prose(book, lang=self.lang, parameters=resolved.parameters),
                    quarantined=len(read.subjects_with_problems),
                )
                counts = tally.counts(result.draw)
                logger.info("evaluated", backend=result.backend, **counts)
                if taken := taken_over.counts():
                    logger.info("taken_over", **taken)
                manifest = self._manifest(resolved, read, result, counts, checksums(folder))
                (folder / FILE_NAME).write_text(manifest.text(), encoding="utf-8")
                for path, digest in manifest.outputs_sha256.items():
                    logger.info("written", file=path, sha256=digest)
                (folder / LOG_NAME).write_text(log.getvalue(), encoding="utf-8")
        except (OutputFolderError, TooManyRowsError) as error:
            refuse(error.what)
        for line in summary_lines(
            tally,
            result.draw,
            catalogue=catalogue,
            lang=self.lang,
            quarantined=len(read.subjects_with_problems),
        ):
            click.echo(line)
        if (said := taken_over.said(len(result.decisions))) is not None:
            click.echo(f"\n{said}")
        files = ", ".join(sorted([*manifest.outputs_sha256, FILE_NAME, LOG_NAME]))
        written = sentence("commands.written_to", target=f"{target}{os.sep}", files=files)
        click.echo(f"\n{written}")
        return manifest

    def to_stream(self, stream: BinaryIO) -> None:
        """Evaluates and prints the decisions as JSON lines; nothing else goes to the stream."""
        self._refuse_without_tables()
        book, resolved = self._rulebook()
        taken_over = TakenOver(self.previous)
        read = self._read(book, load_catalogue(book.folder))
        result = self._evaluate(resolved, read, taken_over)
        if (said := taken_over.said(len(result.decisions))) is not None:
            click.echo(said, err=True)
        stream.writelines(decision_lines(result.decisions))
        stream.flush()

    def _refuse_without_tables(self) -> None:
        if self.engine == "tables" and not tables_are_there():
            refuse("commands.no_tables")
        if self.engine == "spark" and not spark_is_there():
            refuse("spark.missing_extra")

    def _rulebook(self) -> tuple[Rulebook, ResolvedRulebook]:
        book = load_book(self.rules_folder)
        return book, resolved_on(book, self.as_of)

    def _read(self, book: Rulebook, catalogue: Catalogue) -> PortfolioRead:
        with progress(sentence("commands.reading"), None) as done:
            if self.database is not None:
                read = self.database.read(
                    book=book,
                    as_of=self.as_of,
                    ignore_later=self.ignore_later,
                    sample_forms=self.sample_results,
                    progress=done,
                    catalogue=catalogue,
                )
            else:
                read = read_portfolio(
                    self.source,
                    stream=None if self.content is None else io.BytesIO(self.content),
                    sample_forms=self.sample_results,
                    registers=book.registers,
                    ladder=book.ladder,
                    as_of=self.as_of,
                    ignore_later=self.ignore_later,
                    progress=done,
                    catalogue=catalogue,
                )
        for line in problem_lines(read.warnings, lang=language(), at_most=_WARNINGS_SHOWN):
            click.echo(sentence("commands.warning", text=line), err=True)
        if read.problems and (self.quarantine is None or read.unattributed):
            say_problems(list(problem_lines(read.problems, lang=language())))
        if read.problems and self.quarantine is not None:
            self._set_aside(read, self.quarantine)
        return read

    def _set_aside(self, read: PortfolioRead, target: Path) -> None:
        """Writes the subjects that cannot be evaluated, each with what is wrong with it."""
        found: dict[str, list[str]] = {}
        for problem in read.problems:
            line = problem.text(self.lang)
            found.setdefault(problem.subject_id or "", []).append(line)
        lines = [
            json.dumps({"subject_id": subject, "problems": texts}, ensure_ascii=False)
            for subject, texts in sorted(found.items())
        ]
        try:
            with folder_beside(target) as beside:
                (beside / target.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
                os.replace(beside / target.name, target)
        except OSError as error:
            refuse("run.unwritable", target=target, reason=file_reason(error))
        number = len(read.subjects_with_problems)
        if not read.dossiers:
            refuse("commands.all_set_aside", count=number, target=target)
        code = "set_aside_1" if number == 1 else "set_aside"
        click.echo(sentence(f"commands.{code}", count=number, target=target), err=True)

    def _evaluate(
        self, resolved: ResolvedRulebook, read: PortfolioRead, taken_over: TakenOver
    ) -> RunResult:
        label = sentence("commands.evaluating")
        tables: ReadTogether | None
        try:
            if self.database is not None and self.engine == "postgres":
                decider, tables = self.database.decider(resolved, period_days=self.period_days)
            elif self.engine == "spark":
                decider, tables = tables_decider(
                    resolved,
                    period_days=self.period_days,
                    spark_master=self.spark_master or "local[*]",
                )
            elif self.engine == "tables":
                decider, tables = tables_decider(resolved, period_days=self.period_days)
            else:
                decider, tables = official_decider(resolved, period_days=self.period_days), None
            earlier = taken_over.earlier(
                resolved,
                period_days=self.period_days,
                engine=self.engine,
                backend=reading_name(decider, tables),
            )
            with progress(label, len(read.dossiers)) as done:
                return evaluate_portfolio(
                    read.dossiers,
                    decider,
                    seed=self.seed,
                    progress=done,
                    tables=tables,
                    earlier=earlier,
                )
        except ReadingsDisagree as error:
            click.echo(sentence("fault.nothing_written"), err=True)
            for difference in error.differences:
                click.echo(difference.text(language()), err=True)
            sys.exit(1)
        except EvaluationError as error:
            click.echo(error.what.text(language()), err=True)
            sys.exit(1)
        except BackendLimitError as error:
            bad_input(error.lines(language()))
        except SaidError as error:
            refuse(error.what)

    def _manifest(
        self,
        resolved: ResolvedRulebook,
        read: PortfolioRead,
        result: RunResult,
        counts: dict[str, int],
        outputs: dict[str, str],
    ) -> Manifest:
        return make_manifest(
            resolved,
            engine=self.engine,
            seed=self.seed,
            period_days=self.period_days,
            language=self.lang,
            formats=self.formats,
            ignore_later=self.ignore_later,
            quarantined=tuple(sorted(read.subjects_with_problems)),
            backend=result.backend,
            database=None if self.database is None else self.database.shown,
            input_sha256=input_checksum(self.source, self.content)
            if self.database is None
            else self.database.checksum,
            sample_results_sha256=tuple(input_checksum(form) for form in self.sample_results),
            counts=counts,
            outputs_sha256=outputs,
        )
