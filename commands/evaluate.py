"""`tilsynstryk evaluate`: a whole portfolio, officially."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.database import database_of, is_url, refuse_changed_facts, schema_option
from commands.official import OfficialRun
from commands.options import (
    as_of_option,
    ignore_later_option,
    language_option,
    refuse,
    rules_option,
    seed_option,
)

if TYPE_CHECKING:
    from engine.portfolio.tables import TableFormat
    from engine.run.manifest import EngineName

__all__ = ["command"]


@click.command("evaluate")
@click.argument("source", metavar="PORTFOLIO")
@as_of_option
@click.option(
    "--out",
    metavar="FOLDER",
    default="decisions",
    show_default=True,
    help="Folder for the outputs; '-' prints the decisions as JSON lines instead.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["xlsx", "csv", "parquet", "json"]),
    default=("xlsx",),
    show_default=True,
    help="Form of the tables; may be given several times. decisions.jsonl is always written.",
)
@seed_option
@schema_option
@click.option(
    "--sample-results",
    "sample_results",
    multiple=True,
    metavar="FORM.xlsx",
    type=click.Path(path_type=Path),
    help="A filled-in sample-form.xlsx of an earlier run, read beside the facts; may be repeated.",
)
@click.option(
    "--quarantine",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Set subjects with bad facts aside in this file (JSON lines) and go on with the rest.",
)
@click.option(
    "--engine",
    type=click.Choice(["case", "tables", "spark", "postgres"]),
    help="case: one subject at a time, each checked by the reference. tables: all subjects at "
    "once, for what-ifs and large portfolios; gives the same decisions. spark: the same on a "
    "Spark cluster, or in a Spark on this machine. postgres: inside the database the facts lie "
    "in.  [default: postgres for a database, else case]",
)
@click.option(
    "--master",
    metavar="MASTER",
    help="With --engine spark: the cluster, e.g. spark://host:7077 or local[2]; default is "
    "local[*], this machine.",
)
@click.option(
    "--previous",
    metavar="FOLDER",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The output folder of an earlier run for the same day and rulebook: only subjects whose "
    "facts have changed since are evaluated, with the same result. It is for running one day again "
    "after records have changed; on another day every subject is evaluated, as ages, windows and "
    "the facts that reasons name are others.",
)
@click.option(
    "--streaming",
    is_flag=True,
    help="Take the subjects one after the other from files on disk, so that memory does not bound "
    "the portfolio; the same bytes. By itself from some 64 MB of CSV or JSON lines on.",
)
@ignore_later_option
@click.option(
    "--period-days",
    type=click.IntRange(1, 3660),
    help="Length of the planning period; default is the rulebook's.",
)
@rules_option
@language_option
def command(
    source: str,
    as_of: date,
    out: str,
    formats: tuple[TableFormat, ...],
    seed: int,
    schema: str | None,
    sample_results: tuple[Path, ...],
    quarantine: Path | None,
    engine: EngineName | None,
    master: str | None,
    previous: Path | None,
    streaming: bool,
    ignore_later: bool,
    period_days: int | None,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Evaluate PORTFOLIO: colours, visit plans, sample draw and sanction proposals.

    PORTFOLIO is a workbook (.xlsx), a folder of CSV or Parquet files, a JSON-lines file, or '-' for
    JSON lines on stdin. Every subject is decided by the case engine and checked by the reference;
    if they differ, or the facts have problems, nothing is written. With --engine tables the rules
    are read over all subjects together (extra 'tables'), and the reference checks every subject;
    with --engine spark a Spark cluster reads them (extra 'spark', Java 17).

    PORTFOLIO may be the address of a PostgreSQL database whose tables are those of 'schema': the
    rules then run inside it, over the facts as they stand at that moment (extra 'postgres'), and
    reasons and plans are made here. The password comes from PGPASSWORD or ~/.pgpass.

    \b
    Examples:
      tilsynstryk evaluate facts.xlsx --as-of 2025-06-01 --out decisions/
      tilsynstryk evaluate portfolio/ --as-of 2025-06-01 --format csv --format xlsx
      tilsynstryk evaluate portfolio/ --as-of 2025-06-01 --engine tables
      tilsynstryk evaluate portfolio/ --as-of 2025-06-01 --engine spark --master local[2]
      tilsynstryk evaluate portfolio/ --as-of 2025-06-01 --previous decisions/ --out decisions2/
      tilsynstryk evaluate postgresql://me@db.example/supervision --as-of 2025-06-01
      cat facts.jsonl | tilsynstryk evaluate - --as-of 2025-06-01 --out - | head -1
    """
    if master is not None and engine != "spark":
        refuse("spark.master_without_spark")
    if (
        quarantine is not None
        and out != "-"
        and quarantine.resolve().is_relative_to(Path(out).resolve())
    ):
        refuse("commands.quarantine_inside", file=quarantine, folder=out)
    in_database = is_url(source)
    if in_database and engine in (None, "postgres"):
        refuse_changed_facts(ignore_later=ignore_later, sample_results=bool(sample_results))
    elif engine == "postgres":
        refuse("database.engine_of_database")
    run = OfficialRun(
        source=None if source == "-" or in_database else Path(source),
        content=sys.stdin.buffer.read() if source == "-" else None,
        as_of=as_of,
        seed=seed,
        formats=tuple(dict.fromkeys(formats)),
        ignore_later=ignore_later,
        period_days=period_days,
        rules_folder=rules_folder,
        lang="da" if lang == "da" else "en",
        quarantine=quarantine,
        sample_results=sample_results,
        engine=engine or ("postgres" if in_database else "case"),
        spark_master=master,
        previous=previous,
        streaming=streaming,
    )
    with database_of(source, schema) as run.database:
        if out == "-":
            run.to_stream(sys.stdout.buffer)
        else:
            run.to_folder(Path(out))
