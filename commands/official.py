"""The course of an official run: read, evaluate twice, write whole, leave a record."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import click

from commands.faults import FAULTS, said_in_words
from commands.options import (
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
from engine.decisions.decide import Decider
from engine.portfolio.aside import folder_beside
from engine.portfolio.problems import problem_lines
from engine.portfolio.read import PortfolioRead, read_portfolio
from engine.portfolio.streamed import StreamedPortfolio, is_large
from engine.portfolio.tables import TableFormat
from engine.portfolio.workbook_style import TooManyRowsError
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue, Lang, load_catalogue
from engine.rulebook.resolve import ResolvedRulebook
from engine.run.aside import OutputFolderError, passing_folder, written_whole
from engine.run.by_tables import spark_is_there, tables_are_there, tables_decider
from engine.run.evaluate import (
    Earlier,
    Outcome,
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
from engine.run.streaming import StreamedRun, evaluate_stream, rows_on_disk
from engine.run.summary import summary_lines
from engine.run.tables import GrowingRows

if TYPE_CHECKING:
    from engine.run.by_tables import ReadTogether
    from engine.run.database import FactDatabase

__all__ = ["OfficialRun"]

_WARNINGS_SHOWN = 3


class _Readers(NamedTuple):
    """Who decides: one by one or together, and what an earlier run has decided."""

    decider: Decider
    tables: ReadTogether | None
    earlier: Earlier | None


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
    streaming: bool = False
    database: FactDatabase | None = None

    def to_folder(self, target: Path) -> Manifest:
        """Evaluates and writes the output folder; prints the summary and what was written."""
        self._refuse_without_tables()
        book, resolved = self._rulebook()
        taken_over = TakenOver(self.previous)
        log = io.StringIO()
        logger = run_log(log)
        with self._course(book, resolved, taken_over, near=target) as (read, result, new_rows):
            quarantined = len(read.subjects_with_problems)
            logger.info(
                "portfolio_read",
                subjects=read.subjects_fine,
                rows=read.rows_read,
                quarantined=quarantined,
                warnings=len(read.warnings),
            )
            try:
                with written_whole(target) as folder:
                    tally = write_outputs(
                        result,
                        folder,
                        formats=self.formats,
                        book=book,
                        prose=Prose(book, lang=self.lang, parameters=resolved.parameters),
                        quarantined=quarantined,
                        new_rows=new_rows,
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
        catalogue = load_catalogue(book.folder)
        for line in summary_lines(
            tally, result.draw, catalogue=catalogue, lang=self.lang, quarantined=quarantined
        ):
            click.echo(line)
        if (said := taken_over.said(len(result))) is not None:
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
        with self._course(book, resolved, taken_over, near=None) as (_, result, _):
            if (said := taken_over.said(len(result))) is not None:
                click.echo(said, err=True)
            stream.writelines(decision_lines(result.decisions))
        stream.flush()

    @contextlib.contextmanager
    def _course(
        self,
        book: Rulebook,
        resolved: ResolvedRulebook,
        taken_over: TakenOver,
        *,
        near: Path | None,
    ) -> Iterator[tuple[PortfolioRead, Outcome, Callable[[], GrowingRows]]]:
        """What was read and found, and where rows of tables may gather; of a large portfolio all
        of it lies in a passing folder (beside `near`) for so long."""
        if self.streaming or is_large(self.source):
            with said_in_words(), passing_folder(near) as folder:
                yield (
                    *self._evaluate_streamed(book, resolved, taken_over, folder),
                    rows_on_disk(folder),
                )
        else:
            read = self._read(book, load_catalogue(book.folder))
            yield read, self._evaluate(resolved, read, taken_over), list

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
            read = read_portfolio(
                self.database or self.source,
                stream=None if self.content is None else io.BytesIO(self.content),
                sample_forms=self.sample_results,
                registers=book.registers,
                ladder=book.ladder,
                as_of=self.as_of,
                ignore_later=self.ignore_later,
                progress=done,
                catalogue=catalogue,
            )
        self._say(read)
        return read

    def _say(self, read: PortfolioRead) -> None:
        """Says what is wrong with the facts; ends the command unless it can be set aside."""
        for line in problem_lines(read.warnings, lang=language(), at_most=_WARNINGS_SHOWN):
            click.echo(sentence("commands.warning", text=line), err=True)
        if read.problems and (self.quarantine is None or read.unattributed):
            say_problems(list(problem_lines(read.problems, lang=language())))
        if read.problems and self.quarantine is not None:
            self._set_aside(read, self.quarantine)

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
        if not read.subjects_fine:
            refuse("commands.all_set_aside", count=number, target=target)
        code = "set_aside_1" if number == 1 else "set_aside"
        click.echo(sentence(f"commands.{code}", count=number, target=target), err=True)

    def _evaluate(
        self, resolved: ResolvedRulebook, read: PortfolioRead, taken_over: TakenOver
    ) -> RunResult:
        with said_in_words(), contextlib.ExitStack() as until_decided:
            readers = self._readers(resolved, taken_over, until_decided)
            with progress(sentence("commands.evaluating"), len(read.dossiers)) as done:
                return evaluate_portfolio(
                    read.dossiers, seed=self.seed, progress=done, **readers._asdict()
                )

    def _evaluate_streamed(
        self, book: Rulebook, resolved: ResolvedRulebook, taken_over: TakenOver, folder: Path
    ) -> tuple[PortfolioRead, StreamedRun]:
        """Reads and evaluates side by side. What is wrong with the facts is said first."""
        with (
            contextlib.ExitStack() as until_decided,
            progress(sentence("commands.evaluating"), None) as done,
        ):
            portfolio = StreamedPortfolio(
                self.database or self.source,
                stream=None if self.content is None else io.BytesIO(self.content),
                folder=folder,
                sample_forms=self.sample_results,
                registers=book.registers,
                ladder=book.ladder,
                as_of=self.as_of,
                ignore_later=self.ignore_later,
                all_or_nothing=self.quarantine is None,
                catalogue=load_catalogue(book.folder),
            )
            try:
                result = evaluate_stream(
                    portfolio.dossiers(),
                    folder=folder,
                    seed=self.seed,
                    progress=done,
                    **self._readers(resolved, taken_over, until_decided)._asdict(),
                )
            except FAULTS:
                self._say(portfolio.finish())
                raise
            read = portfolio.finish()
        self._say(read)
        return read, result

    def _readers(
        self,
        resolved: ResolvedRulebook,
        taken_over: TakenOver,
        until_decided: contextlib.ExitStack,
    ) -> _Readers:
        """Who decides, with what databases they need, open until all is decided."""
        tables: ReadTogether | None
        if self.database is not None and self.engine == "postgres":
            decider, tables = self.database.decider(resolved, period_days=self.period_days)
        elif self.engine in ("tables", "spark"):
            master = (self.spark_master or "local[*]") if self.engine == "spark" else None
            decider, opened = tables_decider(
                resolved, period_days=self.period_days, spark_master=master
            )
            tables = until_decided.enter_context(opened)
        else:
            decider, tables = official_decider(resolved, period_days=self.period_days), None
        earlier = taken_over.earlier(
            resolved,
            period_days=self.period_days,
            engine=self.engine,
            backend=reading_name(decider, tables),
        )
        return _Readers(decider, tables, earlier)

    def _manifest(
        self,
        resolved: ResolvedRulebook,
        read: PortfolioRead,
        result: Outcome,
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
