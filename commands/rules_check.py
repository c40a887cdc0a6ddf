"""`tilsynstryk rules check`: everything wrong in a rulebook, its words and its meaning."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.counted import counted
from commands.options import (
    DateOfDay,
    format_option,
    language,
    language_option,
    rules_option,
    sentence,
)

if TYPE_CHECKING:
    from engine.analysis.proof.defects import Examined
    from engine.analysis.proof.findings import Finding
    from engine.rulebook.book import Rulebook
    from engine.rulebook.problems import RulebookProblem

__all__ = ["command"]


@click.command("check")
@click.option(
    "--as-of",
    type=DateOfDay(),
    metavar="DATE",
    help="Day on which reviews must be recent; default is the day of the newest review.",
)
@click.option("--quick", is_flag=True, help="Only what can be seen without proofs.")
@format_option("text", "json", default="text")
@rules_option
@language_option
def command(
    as_of: date | None, quick: bool, format_: str, rules_folder: Path | None, lang: str
) -> None:
    """Everything wrong in the rulebook, with file and line, and how to mend it.

    First what can be seen in the files: names, types, dates, words of the catalogue. Then what the
    rules mean, decided over all possible facts on every day on which something changes: gaps,
    conflicts, duplicates, rules that never hold or never matter, promises that are broken, gaps
    and overlaps in time. A defect comes with the lines it is about and, where facts show it, an
    example that the reference has confirmed.

    Exit code 1 if something is wrong; warnings alone give 0.

    \b
    Examples:
      tilsynstryk rules check
      tilsynstryk rules check --rules my-rules/ --as-of 2027-01-01
      tilsynstryk rules check --quick
    """
    from engine.analysis.runnable import limit_problems, notice_gap_problems
    from engine.rulebook.catalogue import catalogue_problems
    from engine.rulebook.check import check_rulebook
    from engine.rulebook.load import default_rulebook_folder, load_rulebook
    from engine.rulebook.problems import RulebookError
    from engine.rulebook.scenarios import scenario_problems

    folder = rules_folder or default_rulebook_folder()
    found: list[RulebookProblem] = []
    book: Rulebook | None = None
    examined: Examined | None = None
    try:
        book = load_rulebook(folder)
        found += [problem for problem in check_rulebook(book) if problem.warning]
        found += limit_problems(book)
        found += scenario_problems(book)
        if not quick and not found_wrong(found):
            examined = _examined(book, as_of)
        if examined is None or examined.decided.undecided:
            found += notice_gap_problems(book)
    except RulebookError as error:
        found += error.problems
    if (folder / "catalogue").is_dir():
        try:
            found += catalogue_problems(folder.resolve())
        except RulebookError as error:
            found += error.problems
    findings = {} if examined is None else {f.problem: f for f in examined.findings}
    found = sorted({*found, *findings}, key=lambda p: (p.place.file, p.place.line, p.text))
    if format_ == "json":
        _say_json(found, findings)
    else:
        for problem in found:
            click.echo(problem.line(language()))
            if book is not None and problem in findings:
                click.echo("\n".join(_details(book, findings[problem])))
        _summary(found, book, examined)
    sys.exit(1 if found_wrong(found) else 0)


def found_wrong(found: list[RulebookProblem]) -> bool:
    """Whether anything is worse than a warning."""
    return any(not problem.warning for problem in found)


def _examined(book: Rulebook, as_of: date | None) -> Examined:
    from commands.progress import progress
    from engine.analysis.proof.defects import defects_of, steps_of

    with progress(sentence("commands.proving"), steps_of(book)) as show:
        return defects_of(book, as_of=as_of, show=show)


def _details(book: Rulebook, finding: Finding) -> Iterator[str]:
    from engine.analysis.proof.examples import example_lines
    from engine.analysis.proof.excerpt import excerpt_lines

    yield from excerpt_lines(book, (finding.problem.place, *finding.others))
    if finding.kinds:
        kinds = ", ".join(kind.value for kind in finding.kinds)
        first = min(finding.days) if finding.days else book.days_of_change()[0]
        yield "  " + sentence("commands.finding_about", kinds=kinds, day=first)
    if finding.example is not None:
        head, *rest = example_lines(finding.example)
        yield "  " + sentence("commands.finding_example", facts=head)
        yield from (f"    {line}" for line in rest)


def _summary(
    found: list[RulebookProblem], book: Rulebook | None, examined: Examined | None
) -> None:
    wrong = sum(not problem.warning for problem in found)
    parts = [f"{counted('wrong', wrong)}, {counted('warnings', len(found) - wrong)}"]
    if book is not None:
        rules, parameters = len(book.rules), len(book.parameters)
        parts.append(sentence("commands.counted", rules=rules, parameters=parameters))
    if examined is not None:
        by = examined.decided.by
        parts.append(
            sentence(
                "commands.questions",
                count=sum(by.values()),
                how=", ".join(f"{how.value} {number}" for how, number in sorted(by.items())),
            )
        )
    click.echo("; ".join(parts))
    if examined is not None and examined.decided.undecided:
        click.echo(sentence("commands.undecided", count=examined.decided.undecided))


def _say_json(found: list[RulebookProblem], findings: dict[Any, Finding]) -> None:
    import json

    from engine.analysis.proof.examples import example_data

    for problem in found:
        finding = findings.get(problem)
        data = {
            "file": problem.place.file,
            "line": problem.place.line,
            "warning": problem.warning,
            "defect": None if finding is None else finding.defect.value,
            "text": problem.what.text(language()),
            "others": [] if finding is None else [p.model_dump() for p in finding.others],
            "kinds": [] if finding is None else [kind.value for kind in finding.kinds],
            "days": [] if finding is None else [day.isoformat() for day in finding.days],
            "example": None
            if finding is None or finding.example is None
            else example_data(finding.example),
        }
        click.echo(json.dumps(data, ensure_ascii=False))
