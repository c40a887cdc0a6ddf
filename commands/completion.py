"""`tilsynstryk completion`: the script a shell loads to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["command"]


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell: commands, options, ids of rules, names of facts.

    \b
    Example:
      tilsynstryk completion bash >> ~/.bashrc
    """
    program = click.get_current_context().find_root().command
    completion = get_completion_class(shell)
    if completion is None:
        raise click.ClickException(f"no completion for {shell}")
    click.echo(completion(program, {}, "tilsynstryk", "_TILSYNSTRYK_COMPLETE").source())
