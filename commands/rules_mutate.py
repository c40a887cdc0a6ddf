"""`tilsynstryk rules mutate`: which small changes of the rulebook does no worked case notice?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from commands.options import (
    bad_input,
    format_option,
    language,
    language_option,
    load_book,
    refuse,
    sentence,
)
from commands.progress import progress

__all__ = ["command"]


@click.command("mutate")
@click.argument(
    "rules_folder",
    metavar="[RULES]",
    required=False,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help="Only changes of this rule, parameter, floor, frame or step; or of all that begin so.",
)
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Only so many changes.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which of them.")
@click.option(
    "--require",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="Exit code 1 if the score is lower.",
)
@click.option(
    "--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="At a time."
)
@format_option("text", "json", "csv", default="text")
@language_option
def command(
    rules_folder: Path | None,
    only: tuple[str, ...],
    sample: int | None,
    seed: int,
    require: int | None,
    processes: int,
    format_: str,
    lang: str,
) -> None:
    """Change the rulebook in small ways, one at a time, and see which worked case notices.

    Thresholds and dated values are moved by one, comparisons turned, conditions negated and
    dropped, words and kinds left out, rules dropped, colours moved, days moved. What no case
    notices is listed by file and line with the case that would; changes reviewed and accepted
    stand in cases/accepted-survivors.yaml. Exit code 1 for an entry of that list that is out of
    date, or a score below --require.

    \b
    Examples:
      tilsynstryk rules mutate --only signals.serious_concern_open
      tilsynstryk rules mutate --sample 200 --seed 7
      tilsynstryk rules mutate my-rules/ --require 95 --format json
    """
    from engine.analysis.cases import load_cases
    from engine.analysis.mutation import (
        FailingCasesError,
        Trial,
        all_mutants,
        load_accepted,
        of_entries,
        report_csv,
        report_json,
        report_lines,
        run_mutants,
        sampled,
    )
    from engine.rulebook.problems import RulebookError

    book = load_book(rules_folder)
    try:
        cases = load_cases(book.folder / "cases", book)
        accepted = load_accepted(book.folder / "cases")
    except RulebookError as error:
        bad_input([sentence("cases.unreadable"), *error.lines(language())])
    try:
        trial = Trial(book, cases)
    except FailingCasesError as error:
        failing = (f"{c.place.file}:{c.place.line}: {c.title(language())}" for c in error.cases)
        bad_input([sentence("mutation.failing"), *failing])
    known = chosen = all_mutants(book)
    for name in only:
        if not of_entries(known, (name,)):
            refuse("mutation.no_entry", name=name)
    if only:
        chosen = of_entries(chosen, only)
    if sample is not None:
        chosen = sampled(chosen, number=sample, seed=seed)
    with progress(sentence("mutation.trying"), len(chosen)) as show:
        run = run_mutants(
            chosen, trial, accepted=accepted, known=known, processes=processes, progress=show
        )
    match format_:
        case "json":
            click.echo(report_json(run))
        case "csv":
            click.echo(report_csv(run), nl=False)
        case _:
            click.echo("\n".join(report_lines(run, lang=language())))
    below = require is not None and run.score_percent < require
    if below:
        click.echo(sentence("mutation.below", least=require), err=True)
    sys.exit(1 if below or run.stale else 0)
