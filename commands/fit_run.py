"""The course of a fit: read, simulate in rounds, show, write."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from commands.options import bad_input, file_reason, language, load_book, refuse, sentence
from commands.portfolio_input import dossiers_of
from commands.progress import progress
from engine.portfolio.aside import folder_beside
from engine.rulebook.catalogue import load_catalogue
from engine.rulebook.problems import RulebookError, SaidError
from engine.simulation.assumptions import Assumptions, load_assumptions
from engine.simulation.margins import Fit, fit_rows, fit_text, load_margins
from engine.simulation.pressure_tables import number_text

__all__ = ["FitRun"]

_MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class FitRun:
    """One fit and its settings."""

    source: str
    as_of: date
    replicates: int
    rounds: int
    years: int
    seed: int
    workers: int | None
    out: Path
    rules_folder: Path | None

    def run(self) -> None:
        """Fits, shows published beside simulated, writes the file. Exit 1 for a figure outside."""
        if self.out.exists() and not _is_a_fit(self.out):
            refuse("simulate.not_a_fit", file=self.out)
        if any(importlib.util.find_spec(name) is None for name in ("numba", "numpy")):
            refuse("simulate.missing_extra")
        try:
            assumptions = load_assumptions(self.rules_folder)
            fit = self._fit(assumptions)
        except RulebookError as error:
            bad_input(error.lines(language()))
        except SaidError as error:
            refuse(error.what)
        made = sentence(
            "simulate.fit_made",
            as_of=self.as_of,
            seed=self.seed,
            replicates=self.replicates,
            rounds=self.rounds,
            years=self.years,
        )
        try:
            with folder_beside(self.out) as beside:
                text = fit_text(fit, assumptions, made=made)
                (beside / self.out.name).write_text(text, encoding="utf-8")
                os.replace(beside / self.out.name, self.out)
        except OSError as error:
            refuse("run.unwritable", target=self.out, reason=file_reason(error))
        rows = fit_rows(fit)
        for row in rows:
            click.echo(
                sentence(
                    "simulate.fit_within" if row["within"] else "simulate.fit_outside",
                    title=row[f"title_{language()}"],
                    published=number_text(row["published"], language(), digits=1),
                    simulated=number_text(row["simulated"], language(), digits=1),
                    error=number_text(row["mc_error"], language(), digits=1),
                    tolerance=number_text(row["tolerance_percent"], language()),
                )
            )
        click.echo(sentence("commands.written", target=self.out))
        if not all(row["within"] for row in rows):
            sys.exit(1)

    def _fit(self, assumptions: Assumptions) -> Fit:
        from engine.simulation.fit import fitted
        from engine.simulation.order import Order
        from engine.simulation.prepared import baseline_policy
        from engine.simulation.start import supervised

        book = load_book(self.rules_folder)
        margins = load_margins(self.rules_folder)
        dossiers = dossiers_of(
            self.source,
            book=book,
            as_of=self.as_of,
            ignore_later=False,
            catalogue=load_catalogue(book.folder),
        )
        approved = tuple(supervised(dossiers))
        if not approved:
            refuse("simulate.nobody")
        order = Order(
            policies=(baseline_policy(book),),
            dossiers=approved,
            assumptions=assumptions,
            as_of=self.as_of,
            months=self.years * _MONTHS_A_YEAR,
        )
        with progress(sentence("simulate.fitting"), self.rounds + 1) as done:
            return fitted(
                order.prepared(),
                margins,
                assumptions,
                seed=self.seed,
                replicates=self.replicates,
                rounds=self.rounds,
                workers=self.workers or os.cpu_count() or 1,
                told=lambda one: done(one.number),
            )


def _is_a_fit(file: Path) -> bool:
    """Whether a file is one that this command has written, and may write again."""
    try:
        return file.is_file() and "\nfitted:" in file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
