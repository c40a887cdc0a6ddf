"""Wrong options and names, as the command line library says them, in the language of the user."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import click

__all__ = ["say_wrong_use"]

Lang = Literal["da", "en"]
_BLANK = re.compile(r"\\\{(\w+)\\\}")
_ADDRESS = re.compile(
    r"""(?P<begins>postgres\w*:|\w+://|//|pass\w*\s*=|\b[^\s'"(:]+:(?=[^\s]*@)).*?(?P<ends>['").]*)$""",
    re.IGNORECASE | re.DOTALL,
)
"""What looks like an address of a database, to its end: a password may hold any sign."""


def say_wrong_use(error: click.UsageError, lang: Lang) -> None:
    """Usage, where help is to be had, and what is wrong, on stderr."""
    from engine.rulebook.problems import said

    if error.ctx is not None:
        command = error.ctx.command
        formatter = error.ctx.make_formatter()
        pieces = " ".join(command.collect_usage_pieces(error.ctx))
        usage = said("wrong_use.usage").text(lang)
        formatter.write_usage(error.ctx.command_path, pieces, prefix=f"{usage} ")
        click.echo(formatter.getvalue().rstrip("\n"), err=True)
        if command.get_help_option(error.ctx) is not None:
            option = error.ctx.help_option_names[-1]
            where = said("wrong_use.help", command=error.ctx.command_path, option=option)
            click.echo(f"{where.text(lang)}\n", err=True)
    message = _ADDRESS.sub(r"\g<begins>***\g<ends>", error.format_message())
    if lang == "da":
        message = _in_danish(message)
    click.echo(said("wrong_use.error", message=message).text(lang), err=True)


def _in_danish(message: str) -> str:
    """The Danish of a sentence of the library, or the sentence where it has none."""
    for pattern, danish in _sentences():
        if found := pattern.fullmatch(message):
            blanks = {name: _in_danish(value) for name, value in found.groupdict().items()}
            return danish.format(**blanks)
    return " ".join(message.split())


@cache
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What the library says, as patterns; those that say the most first."""
    from engine.rulebook.problems import sentences

    found = sorted(sentences("wrong_use"), key=lambda pair: -len(pair[0]))
    return tuple(
        (re.compile(_BLANK.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), danish)
        for english, danish in found
    )
