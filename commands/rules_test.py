"""`tilsynstryk rules test`: the worked cases of a rulebook, and what they have never tried."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.counted import counted
from commands.options import (
    bad_input,
    format_option,
    language,
    language_option,
    load_book,
    rules_option,
    sentence,
)

if TYPE_CHECKING:
    from engine.analysis.case_run import CaseRun
    from engine.analysis.coverage import Coverage
    from engine.rulebook.book import Rulebook

__all__ = ["command"]


@click.command("test")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--coverage",
    is_flag=True,
    help="Also a table of the rules: held, did not hold, and sides of thresholds never tried.",
)
@click.option(
    "--require-coverage", is_flag=True, help="Exit code 1 if a rule or a side has no case."
)
@format_option("text", "json", default="text")
@rules_option
@language_option
def command(
    path: Path | None,
    coverage: bool,
    require_coverage: bool,
    format_: str,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Run the worked cases of the rulebook, or of a folder or file.

    Exit code 1 if a case does not give its answer. What a case leaves out is read as the stricter
    answer: without a colour it expects red.

    \b
    Examples:
      tilsynstryk rules test
      tilsynstryk rules test --coverage
      tilsynstryk rules test my-rules/cases/concerns.yaml --rules my-rules/
    """
    from engine.analysis.case_run import run_cases
    from engine.analysis.coverage import coverage_lines, measure
    from engine.rulebook.problems import RulebookError
    from engine.run.evaluate import official_decider

    book = load_book(rules_folder)
    try:
        run = run_cases(path or book.folder / "cases", book, decider_of=official_decider)
    except RulebookError as error:
        bad_input([sentence("cases.unreadable"), *error.lines(language())])
    measured: Coverage | None = None
    if coverage or require_coverage or format_ == "json":
        measured = measure(book, (result.case for result in run.results))
    if format_ == "json":
        _say_json(run, measured)
    else:
        _say_failures(run, book)
        named = len(book.rules) - len(run.uncovered)
        summary = f"{counted('cases', len(run.results))}, {counted('failed', len(run.failed))}"
        named_by = sentence("commands.named", named=named, count=len(book.rules))
        click.echo(f"{summary}; {named_by}")
        if coverage and measured is not None:
            click.echo("\n".join(coverage_lines(measured, lang=language())))
    incomplete = require_coverage and measured is not None and not measured.complete
    sys.exit(1 if run.failed or incomplete else 0)


def _say_json(run: CaseRun, measured: Coverage | None) -> None:
    import json

    from engine.analysis.coverage import coverage_data

    cases = [
        {
            "case": result.case.sentence,
            "file": result.case.place.file,
            "line": result.case.place.line,
            "as_of": result.case.as_of.isoformat(),
            "failures": list(result.failures),
        }
        for result in run.results
    ]
    rules = [] if measured is None else coverage_data(measured)
    click.echo(json.dumps({"cases": cases, "rules": rules}, ensure_ascii=False))


def _say_failures(run: CaseRun, book: Rulebook) -> None:
    from engine.analysis.prose import Prose

    prose = Prose(book, lang=language())
    for result in run.failed:
        place = result.case.place
        click.echo(f"{place.file}:{place.line}: {result.case.title(language())}")
        for failure in result.failures:
            click.echo(f"  {failure}")
        for reason in result.decision.category.reasons:
            for line in prose.reason_lines(reason):
                click.echo(f"    {line}")
        click.echo("")
