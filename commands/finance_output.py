"""What the commands of `finance` share: their options, and tables for people and machines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from commands.options import (
    bad_input,
    file_reason,
    format_option,
    language,
    language_option,
    refuse,
    rules_option,
    sentence,
)

if TYPE_CHECKING:
    from engine.finance.read import Finance
    from engine.portfolio.tables import Column, Table, TableFormat
    from engine.rulebook.problems import SaidError
    from models.rulebook import Source, Text
    from models.terms import Authority

__all__ = [
    "Report",
    "as_fine",
    "authority_named",
    "authority_option",
    "deliver",
    "finance_options",
    "fine",
    "in_words",
    "load",
    "money",
    "named",
    "of_two",
    "refuse_with",
    "refuse_year",
    "rests_on",
    "sources_text",
    "word_column",
    "year_option",
]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
_AUTHORITIES = ("nord", "midt", "syd", "oest", "hovedstaden")


@dataclass(frozen=True)
class Report:
    """An answer: lines before the tables, the tables, lines after.

    `shown`: the tables that people see; the others are for machines and workbooks only.
    """

    tables: tuple[Table, ...]
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


def finance_options(function: CommandT) -> CommandT:
    """Options of every command of the group."""
    function = language_option(function)
    function = rules_option(function)
    function = click.option(
        "--authority-file",
        "authority_files",
        multiple=True,
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE.yaml",
        help="Your own figures, in place of the shipped ones of that authority; may be repeated.",
    )(function)
    function = click.option(
        "--out",
        type=click.Path(path_type=Path),
        help="Write there: a file for json and xlsx, a folder for csv.",
    )(function)
    return format_option("text", "json", "csv", "xlsx", default="text")(function)


def year_option(function: CommandT) -> CommandT:
    """`--year`: the budget year, always given."""
    return click.option(
        "--year",
        type=click.IntRange(2014, 2100),
        required=True,
        metavar="YEAR",
        help="Budget year, e.g. 2026. Always given: the answer depends on it.",
    )(function)


def authority_option(
    *, required: bool = False, default: str | None = None
) -> Callable[[CommandT], CommandT]:
    """`--authority`: one of the five."""
    return click.option(
        "--authority",
        type=click.Choice(_AUTHORITIES),
        required=required,
        default=default,
        show_default=default is not None,
        help="One of the five authorities.",
    )


def load(rules_folder: Path | None, authority_files: Iterable[Path]) -> Finance:
    """The figures, or everything that is wrong with them and exit code 2."""
    from engine.finance.read import load_finance
    from engine.rulebook.problems import RulebookError

    try:
        return load_finance(rules_folder, authority_files=authority_files)
    except RulebookError as error:
        bad_input([sentence("finance.unusable"), *error.lines(language())])


def authority_named(word: str) -> Authority:
    """An authority by its word."""
    from models.terms import Authority

    return Authority(word)


def refuse_year(code: str, *, authority: Authority, year: int, known: Iterable[int]) -> NoReturn:
    """Refuses a year that an authority's file has nothing for, and names those it has."""
    years = ", ".join(map(str, sorted(known))) or sentence("commands.none")
    refuse(code, authority=named(authority), year=year, years=years)


def refuse_with(error: SaidError) -> NoReturn:
    """Ends with what an error says."""
    refuse(error.what)


def named(authority: Authority) -> str:
    """`Socialtilsyn Syd`."""
    return sentence(f"finance_words.authority_{authority.value}")


def in_words(name: str, /, **blanks: object) -> str:
    """A name of the catalogue in the language of the user."""
    return sentence(f"finance_words.{name}", **blanks)


def word_column(name: str, headings: tuple[str, str], words: type[StrEnum], prefix: str) -> Column:
    """A column of a closed set's words; people read their names, machines the words."""
    from engine.portfolio.tables import Column
    from engine.rulebook.problems import said

    named_by = {word.value: said(f"finance_words.{prefix}_{word.value}") for word in words}
    labels = {word: (name.text("da"), name.text("en")) for word, name in named_by.items()}
    return Column(name, *headings, "word", labels)


def rests_on() -> tuple[Column, Column]:
    """The columns that end every table: basis and sources."""
    from engine.portfolio.tables import Column
    from models.terms import Basis

    basis = word_column("basis", ("Grundlag", "Basis"), Basis, "basis")
    return basis, Column("sources", "Kilder", "Sources", "text")


def of_two(text: Text) -> str:
    """The half of a text that the user reads."""
    return text.en if language() == "en" else text.da


def sources_text(sources: Sequence[Source]) -> str:
    """Citations in one cell."""
    return "; ".join(s if isinstance(s, str) else of_two(s) for s in dict.fromkeys(sources))


def money(value: Fraction | int, *, decimals: int = 0) -> str:
    """1.234.567 in Danish, 1,234,567 in English."""
    from engine.finance.exact import as_decimal

    text = f"{as_decimal(value, decimals=decimals):,.{decimals}f}"
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def as_fine(value: Fraction) -> Decimal:
    """A number with as many decimals as it has, at most three."""
    from engine.finance.exact import as_decimal, decimals_of, half_up

    shown = half_up(value, to=Fraction(1, 1000))
    return as_decimal(shown, decimals=decimals_of(shown))


def fine(value: Fraction) -> str:
    """The same as people read it: 1,2 and 38.158."""
    return _decimal_shown(as_fine(value))


def _decimal_shown(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    return money(Fraction(value), decimals=-exponent if isinstance(exponent, int) else 2)


def deliver(report: Report, *, format_: str, out: Path | None) -> None:
    """Prints a report or writes it to a file or folder."""
    if (format_ == "xlsx" and (out is None or out.suffix != ".xlsx")) or (
        format_ == "text" and out is not None
    ):
        refuse("finance.out", format=format_)
    try:
        if out is not None:
            _write(report, out, format_)
            click.echo(sentence("commands.written", target=out))
        elif format_ == "text":
            _print(report)
        elif format_ == "json":
            click.echo(_json(report))
        else:
            click.echo(_csv(report.tables[0]), nl=False)
    except OSError as error:
        if out is None:
            raise
        refuse("run.unwritable", target=out, reason=file_reason(error))


def _write(report: Report, out: Path, format_: str) -> None:
    from engine.portfolio.aside import written_aside
    from engine.portfolio.tables import write_tables

    if format_ == "json":
        with written_aside(out) as aside:
            aside.write_text(_json(report) + "\n", encoding="utf-8", newline="\n")
        return
    form: TableFormat = "xlsx" if format_ == "xlsx" else "csv"
    write_tables(report.tables, out, format=form, lang=language())


def _json(report: Report) -> str:
    data = {
        table.name: [
            {c.name: _machine(v) for c, v in zip(table.columns, row, strict=True)}
            for row in table.rows
        ]
        for table in report.tables
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _machine(value: Any) -> Any:
    """Whole kroner are numbers; a Decimal is written with its own digits."""
    return float(value) if isinstance(value, Decimal) else value


def _csv(table: Table) -> str:
    from engine.portfolio.spreadsheet_text import csv_text

    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        cells = ["" if v is None else csv_text(v) if isinstance(v, str) else str(v) for v in row]
        writer.writerow(cells)
    return text.getvalue()


def _print(report: Report) -> None:
    notes: dict[str, int] = {}
    parts = [list(report.head)]
    parts += [
        _lines(_for_people(table, notes))
        for table in report.tables
        if not report.shown or table.name in report.shown
    ]
    parts.append(list(report.foot))
    if notes:
        numbered = (f"[{number}] {source}" for source, number in notes.items())
        parts.append([sentence("finance.sources"), *numbered])
    click.echo("\n\n".join("\n".join(part) for part in parts if part))


def _lines(table: Table) -> list[str]:
    """A table as aligned columns under its title; columns without a value are left out."""
    shown = [
        [_shown(column, value) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    used = [at for at in range(len(table.columns)) if any(row[at] for row in shown)]
    grid = [[table.columns[at].heading(language()) for at in used]]
    grid += [[row[at] for at in used] for row in shown]
    widths = [max(len(row[place]) for row in grid) for place in range(len(used))]
    right = [table.columns[at].type in ("integer", "decimal") for at in used]
    lines = [table.title]
    for number, row in enumerate(grid):
        cells = zip(row, widths, right, strict=True)
        padded = (cell.rjust(wide) if by else cell.ljust(wide) for cell, wide, by in cells)
        lines.append("  " + "  ".join(padded).rstrip())
        if number == 0:
            lines.append("  " + "  ".join("-" * wide for wide in widths))
    return lines


def _shown(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.type in ("word", "flag"):
        return column.label(value, language())
    if isinstance(value, int):
        return money(value)
    return _decimal_shown(value) if isinstance(value, Decimal) else str(value)


def _for_people(table: Table, notes: dict[str, int]) -> Table:
    """The table with its citations as numbered notes below all of them."""
    place = [column.name for column in table.columns]
    if "sources" not in place:
        return table
    at = place.index("sources")
    rows = []
    for row in table.rows:
        numbered = f"[{notes.setdefault(row[at], len(notes) + 1)}]" if row[at] else ""
        rows.append((*row[:at], numbered, *row[at + 1 :]))
    short = replace(table.columns[at], heading_da="Kilde", heading_en="Source")
    return replace(table, columns=(*table.columns[:at], short, *table.columns[at + 1 :]), rows=rows)
