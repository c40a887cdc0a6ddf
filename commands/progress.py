"""A progress bar on stderr, shown only on a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

import click

__all__ = ["progress"]


@contextlib.contextmanager
def progress(label: str, length: int | None) -> Iterator[Callable[[int], None]]:
    """A function to call with the number done so far."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=length or 0, label=label, file=sys.stderr) as bar:
        reached = 0

        def show(done: int) -> None:
            nonlocal reached
            bar.update(done - reached)
            reached = done

        yield show
