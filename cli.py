"""The command line. Each command lives in `commands/` and is imported only when it is called."""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import os
import signal
import sys
from typing import Any, Literal, NoReturn

# A command is short: walking its objects for garbage, and looking through every installed package
# for plugins of the validation library, would take a third of a query's time.
gc.set_threshold(1_000_000)
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

import click  # noqa: E402

__all__ = ["main", "tilsynstryk"]

_COMMANDS = {
    "category": ("commands.category", "One subject: colour, why, what would change it, next visit"),
    "compare": ("commands.compare", "Several scenarios side by side over the years"),
    "evaluate": ("commands.evaluate", "Evaluate a portfolio: colours, plans, samples, proposals"),
    "fit": ("commands.fit", "The simulated world fitted to published figures"),
    "finance": ("commands.finance", "What supervision costs and who pays"),
    "generate": ("commands.generate", "Generate a synthetic portfolio (no real data)"),
    "optimise": ("commands.optimise", "The policy that meets a cut and leaves least undetected"),
    "pressure": (
        "commands.pressure",
        "Supervision pressure on every measure, and what a cut takes",
    ),
    "load": ("commands.load", "Put a portfolio into a PostgreSQL database"),
    "outcomes": ("commands.outcomes", "Decisions, reasons, required visits as tables of rows"),
    "rerun": ("commands.rerun", "Run again from a run record and compare the bytes"),
    "rules": ("commands.rules", "Show, check and test the rulebook"),
    "schema": ("commands.schema", "The tables of facts, as SQL or as empty Parquet files"),
    "samples": ("commands.samples", "Sample visits as measurement: size, power, estimate, lift"),
    "simulate": ("commands.simulate", "What the rules and scenarios do over the years"),
    "template": ("commands.template", "An empty workbook to fill in with facts"),
    "what-if": ("commands.what_if", "One subject with changed facts: the difference"),
    "completion": ("commands.completion", "Shell completion for bash, zsh or fish"),
}

_GROUPS = {"finance", "rules"}


class _LazyGroup(click.Group):
    """Lists commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        command = module.group if cmd_name in _GROUPS else module.command
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)

    def make_context(
        self, info_name: str | None, args: list[str], *given: Any, **extra: Any
    ) -> click.Context:
        """The language is looked for before anything is read, as all may be wrong with the rest."""
        lang = _language(args)
        try:
            context = super().make_context(info_name, args, *given, **extra)
        except click.UsageError as error:
            _say_wrong_use(error, lang)
            raise click.exceptions.Exit(2) from None
        except BrokenPipeError:
            _write_nowhere()
            raise click.exceptions.Exit(0) from None
        context.obj = lang
        return context

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command. The rulebook's words are read as they are needed; what is wrong with
        them is said like everything else that is wrong with a rulebook."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _say_wrong_use(error, ctx.obj)
            ctx.exit(2)
        except BrokenPipeError:
            _write_nowhere()
            ctx.exit(0)
        except Exception as error:
            from engine.rulebook.problems import RulebookError

            if not isinstance(error, RulebookError):
                raise
            click.echo("\n".join(error.lines(ctx.obj)), err=True)
            ctx.exit(2)


def _write_nowhere() -> None:
    """Whoever reads has seen enough; what is still to be flushed goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _language(args: list[str]) -> Literal["da", "en"]:
    given = "--lang=en" in args or ("--lang", "en") in itertools.pairwise(args)
    return "en" if given else "da"


def _say_wrong_use(error: click.UsageError, lang: Any) -> None:
    from commands.wrong_use import say_wrong_use

    say_wrong_use(error, lang)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tilsynstryk")
def tilsynstryk() -> None:
    """Rules of the Danish social supervision as code.

    Facts about social offers and foster families in; colours, visit plans, sample visits and
    sanction proposals out, each with its reasons. The engine proposes, a person decides.

    \b
    Begin with:
      tilsynstryk template facts.xlsx
      tilsynstryk evaluate facts.xlsx --as-of 2025-06-01 --out decisions/
      tilsynstryk category PF-01042 --portfolio portfolio/ --as-of 2025-06-01

    Exit codes: 0 fine, 1 findings, 2 bad input.
    """


def _clear_up_when_ended() -> list[int]:
    """A scheduler that ends the process, a terminal that is closed, or somebody at its keys ends it
    as an error does, so that no facts stay behind on disk. What was told to be heard otherwise
    (nohup) is. Gives a list that holds the exit code once it is ended so."""
    codes: list[int] = []

    def end(number: int, _: object) -> NoReturn:
        for each in heard:
            signal.signal(each, signal.SIG_IGN)
        codes.append(128 + number)
        raise SystemExit(128 + number)

    names = ("SIGTERM", "SIGHUP", "SIGINT")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    usual = (signal.SIG_DFL, signal.default_int_handler)
    heard = [number for number in numbers if signal.getsignal(number) in usual]
    for number in heard:
        signal.signal(number, end)
    return codes


def main() -> None:
    """Entry point: bad input is one line (or a list of lines) and exit code 2, no traceback."""
    ended = _clear_up_when_ended()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        tilsynstryk()
    except SystemExit as end:
        # Whoever looks on (a profiler, a coverage report) is left to finish.
        if isinstance(end.code, int) and not sys.gettrace() and not sys.getprofile():
            _leave(end.code)
        raise
    except OSError as error:
        _say_unwritten(error)
    except ImportError:
        # A library that is ended while it is read may say so in words of its own.
        if not ended:
            raise
        _leave(ended[0])


def _leave(code: int) -> None:
    """Ends the process at once, as all files are closed; taking the interpreter apart would cost
    a query a twentieth of its time."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        _say_unwritten(error)
    os._exit(code)


def _say_unwritten(error: OSError) -> NoReturn:
    """One line about an answer that found no room; whoever only stopped reading is not told."""
    if isinstance(error, BrokenPipeError):
        os._exit(0)
    with contextlib.suppress(OSError):
        from engine.rulebook.problems import reason_of, said

        what = said("commands.unwritten", reason=reason_of(error))
        if error.filename is not None:
            what = said("commands.file_fails", file=error.filename, reason=reason_of(error))
        click.echo(what.text(_language(sys.argv)), err=True)
    os._exit(2)
