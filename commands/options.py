"""Options that several commands share, and how bad input is said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

__all__ = [
    "DateOfDay",
    "as_of_option",
    "bad_input",
    "format_option",
    "ignore_later_option",
    "language_option",
    "load_book",
    "resolved_on",
    "rules_option",
    "say_problems",
    "seed_option",
]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


class DateOfDay(click.ParamType[date]):
    """A day written 2025-06-01 or 01-06-2025."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error in one line."""
        if isinstance(value, date):
            return value
        parts = str(value).strip().replace(".", "-").split("-")
        try:
            numbers = [int(part) for part in parts]
            if len(numbers) == 3 and len(parts[0]) == 4:
                return date(numbers[0], numbers[1], numbers[2])
            if len(numbers) == 3 and len(parts[2]) == 4:
                return date(numbers[2], numbers[1], numbers[0])
        except ValueError:
            pass
        self.fail(f"'{value}' is not a day; write it as 2025-06-01", param, ctx)


def as_of_option(function: CommandT) -> CommandT:
    """`--as-of`: the evaluation date, always explicit."""
    return click.option(
        "--as-of",
        type=DateOfDay(),
        required=True,
        metavar="DATE",
        help="Evaluation date, e.g. 2025-06-01. Always given: the answer depends on it.",
    )(function)


def rules_option(function: CommandT) -> CommandT:
    """`--rules`: another rulebook folder than the shipped one."""
    return click.option(
        "--rules",
        "rules_folder",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="A rulebook folder in place of the one that came with the program.",
    )(function)


def language_option(function: CommandT) -> CommandT:
    """`--lang`: Danish (default) or English."""
    return click.option(
        "--lang",
        type=click.Choice(["da", "en"]),
        default="da",
        show_default=True,
        help="Language of what is printed and written.",
    )(function)


def seed_option(function: CommandT) -> CommandT:
    """`--seed`: what the random draw can be repeated from."""
    return click.option(
        "--seed",
        type=int,
        default=1,
        show_default=True,
        help="Seed of the random draw; the same seed and facts give the same draw.",
    )(function)


def ignore_later_option(function: CommandT) -> CommandT:
    """`--ignore-later`: evaluate as known on the day."""
    return click.option(
        "--ignore-later",
        is_flag=True,
        help="Leave out what happened after --as-of instead of refusing it.",
    )(function)


def format_option(*choices: str, default: str) -> Callable[[CommandT], CommandT]:
    """`--format` for one of several forms."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(choices),
        default=default,
        show_default=True,
        help="Form of the output.",
    )


def bad_input(lines: Iterable[str] | str) -> NoReturn:
    """Says what is wrong with the input on stderr and ends with exit code 2."""
    for line in [lines] if isinstance(lines, str) else lines:
        click.echo(line, err=True)
    sys.exit(2)


def say_problems(lines: list[str], *, most: int = 50, language: str = "da") -> NoReturn:
    """Prints a list of problems, the first `most` of them, and ends with exit code 2."""
    shown = lines[:most]
    left = len(lines) - len(shown)
    if left:
        shown.append(f"… og {left} til." if language == "da" else f"… and {left} more.")
    total = len(lines)
    head = (
        f"{total} fejl i fakta; intet er beregnet:"
        if language == "da"
        else f"{total} problems in the facts; nothing was evaluated:"
    )
    bad_input([head, *shown])


def load_book(folder: Path | None) -> Any:
    """The rulebook, or its problems and exit code 2."""
    from engine.rulebook.load import load_rulebook
    from engine.rulebook.problems import RulebookError

    try:
        return load_rulebook(folder)
    except RulebookError as error:
        bad_input(
            [
                "The rulebook cannot be used; mend these lines ('tilsynstryk rules check'):",
                *(str(problem) for problem in error.problems),
            ]
        )


def resolved_on(book: Any, as_of: date) -> Any:
    """The rulebook on a day, or one line and exit code 2."""
    from engine.rulebook.resolve import BeforeRulebookError, resolve

    try:
        return resolve(book, as_of=as_of)
    except BeforeRulebookError as error:
        bad_input(str(error))
