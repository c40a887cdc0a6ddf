"""`tilsynstryk rules schema`: a JSON Schema of rule files, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from commands.options import (
    language_option,
    load_book,
    rules_option,
)
from commands.printed_or_written import print_or_write

__all__ = ["command"]

_FOLDERS = (
    "parameters",
    "signals",
    "category",
    "visits",
    "samples",
    "sanctions",
    "registers",
    "cases",
)


@click.command("schema")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, replacing an earlier one; without it the schema is printed.",
)
@click.option(
    "--folder",
    type=click.Choice(_FOLDERS),
    help="The stricter schema of one folder of the rulebook; without it, one for all of them.",
)
@rules_option
@language_option
def command(out: Path | None, folder: str | None, rules_folder: Path | None, lang: str) -> None:
    """A JSON Schema of the rule files: completion and red underlines in an editor.

    It holds the words of the rulebook it is made from (parameters, signals, registers): make it
    anew when one is added. Settings for VS Code stand in the README.

    \b
    Examples:
      tilsynstryk rules schema --out .vscode/rules.schema.json
      tilsynstryk rules schema --folder signals --rules my-rules/ --out signals.schema.json
    """
    import json

    from engine.analysis.rule_schema import rule_schema

    schema = rule_schema(load_book(rules_folder), room=folder)
    text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    print_or_write(text, out)
