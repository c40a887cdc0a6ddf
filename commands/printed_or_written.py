"""A text that is printed, or written to the file the user named."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import file_reason, refuse, sentence

__all__ = ["print_or_write"]


def print_or_write(text: str, out: Path | None) -> None:
    """Prints a text, or writes it whole to `out` and says so; a file that cannot be written is
    refused."""
    if out is None:
        click.echo(text, nl=False)
        return
    from engine.portfolio.aside import written_aside

    try:
        with written_aside(out) as path:
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        refuse("run.unwritable", target=out, reason=file_reason(error))
    click.echo(sentence("commands.written", target=out))
