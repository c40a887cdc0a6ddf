"""How it is said that an evaluation could not be done: one place for every course of a run."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import click

from commands.options import bad_input, language, refuse, sentence
from engine.backends.durable import BackendLimitError, EvaluationError
from engine.backends.shadow import ReadingsDisagree
from engine.rulebook.problems import SaidError

__all__ = ["FAULTS", "said_in_words", "said_of_one"]

FAULTS = (ReadingsDisagree, BackendLimitError, SaidError)
"""What an evaluation may end with."""


@contextlib.contextmanager
def said_in_words() -> Iterator[None]:
    """Says what an evaluation ended with and ends the command: 1 where the engine is at fault, 2
    where rulebook or options are."""
    try:
        yield
    except ReadingsDisagree as error:
        click.echo(sentence("fault.nothing_written"), err=True)
        for difference in error.differences:
            click.echo(difference.text(language()), err=True)
        sys.exit(1)
    except EvaluationError as error:
        click.echo(error.what.text(language()), err=True)
        sys.exit(1)
    except BackendLimitError as error:
        bad_input(error.lines(language()))
    except SaidError as error:
        refuse(error.what)


@contextlib.contextmanager
def said_of_one() -> Iterator[None]:
    """The same where one subject is looked at and nothing would be written."""
    from engine.decisions.notice import NoticeError

    try:
        yield
    except ReadingsDisagree as error:
        click.echo("\n".join(error.lines(language())), err=True)
        sys.exit(1)
    except EvaluationError as error:
        click.echo(error.what.text(language()), err=True)
        sys.exit(1)
    except NoticeError as error:
        refuse(error.what)
    except BackendLimitError as error:
        bad_input(error.lines(language()))
