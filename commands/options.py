"""Options that several commands share, and how bad input is said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from engine.rulebook.problems import Said

__all__ = [
    "DateOfDay",
    "as_of_option",
    "bad_input",
    "file_reason",
    "format_option",
    "ignore_later_option",
    "language",
    "language_option",
    "load_book",
    "refuse",
    "resolved_on",
    "rules_option",
    "say_problems",
    "seed_option",
    "sentence",
]

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


class DateOfDay(click.ParamType[date]):
    """A day written 2025-06-01 or 01-06-2025."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error in one line."""
        if isinstance(value, date):
            return value
        day = _day_of(str(value))
        if day is None:
            self.fail(sentence("commands.not_a_day", value=value), param, ctx)
        from engine.portfolio.sheets import EARLIEST_DAY, LAST_DAY

        if not EARLIEST_DAY <= day <= LAST_DAY:
            blanks = {"day": day, "first": EARLIEST_DAY, "last": LAST_DAY}
            self.fail(sentence("commands.day_far_off", **blanks), param, ctx)
        return day


def _day_of(text: str) -> date | None:
    parts = text.strip().replace(".", "-").split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3 and len(parts[0]) == 4:
            return date(numbers[0], numbers[1], numbers[2])
        if len(numbers) == 3 and len(parts[2]) == 4:
            return date(numbers[2], numbers[1], numbers[0])
    except ValueError:
        pass
    return None


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


def language() -> Literal["da", "en"]:
    """The language of whoever typed the command: Danish, unless `--lang en` is given."""
    context = click.get_current_context(silent=True)
    return "en" if context is not None and context.find_root().obj == "en" else "da"


def sentence(code: str, /, **blanks: object) -> str:
    """A sentence of the catalogue in the language of the user."""
    from engine.rulebook.problems import said

    return said(code, **blanks).text(language())


def file_reason(error: OSError) -> Said:
    """Why a file could not be read or written, as a blank of a sentence."""
    from engine.rulebook.problems import reason_of

    return reason_of(error)


def bad_input(lines: Iterable[str] | str) -> NoReturn:
    """Says what is wrong with the input on stderr and ends with exit code 2."""
    for line in [lines] if isinstance(lines, str) else lines:
        click.echo(line, err=True)
    sys.exit(2)


def refuse(what: str | Said, /, **blanks: object) -> NoReturn:
    """The same with a sentence, or with the code of one."""
    said_as = sentence(what, **blanks) if isinstance(what, str) else what.text(language())
    bad_input(said_as)


def say_problems(lines: list[str], *, most: int = 50) -> NoReturn:
    """Prints a list of problems, the first `most` of them, and ends with exit code 2."""
    shown = lines[:most]
    left = len(lines) - len(shown)
    if left:
        shown.append(sentence("commands.left_out", count=left))
    code = "facts_wrong_1" if len(lines) == 1 else "facts_wrong"
    bad_input([sentence(f"commands.{code}", count=len(lines)), *shown])


def load_book(folder: Path | None) -> Any:
    """The rulebook, or its problems and exit code 2."""
    from engine.rulebook.load import load_rulebook
    from engine.rulebook.problems import RulebookError

    try:
        return load_rulebook(folder)
    except RulebookError as error:
        bad_input(
            [
                sentence("commands.rulebook_unusable"),
                *error.lines(language()),
            ]
        )


def resolved_on(book: Any, as_of: date) -> Any:
    """The rulebook on a day, or one line and exit code 2."""
    from engine.rulebook.resolve import BeforeRulebookError, resolve

    try:
        return resolve(book, as_of=as_of)
    except BeforeRulebookError as error:
        refuse(error.what)
