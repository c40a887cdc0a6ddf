"""The course of a pressure report: read, evaluate by the reference, measure, cut, show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import click

from commands.options import (
    bad_input,
    file_reason,
    language,
    load_book,
    refuse,
    resolved_on,
    sentence,
)
from commands.portfolio_input import dossiers_of
from commands.progress import progress
from commands.table_lines import table_lines
from engine.decisions.decide import Decider
from engine.decisions.notice import NoticeError
from engine.finance import Finance, hourly_price_on, load_finance
from engine.portfolio.tables import Table, TableFormat, write_tables
from engine.portfolio.workbook_style import TooManyRowsError
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue, Lang, load_catalogue
from engine.rulebook.problems import RulebookError
from engine.rulebook.scenarios import applied, load_scenarios
from engine.rulebook.types import nearest
from engine.run.evaluate import evaluate_portfolio
from engine.simulation.assumptions import AssumedOn, AssumptionError, load_assumptions
from engine.simulation.cut import Cut, cut_plan
from engine.simulation.cut_tables import (
    flat_table,
    loss_table,
    stage_table,
    tail_table,
    unvisited_table,
)
from engine.simulation.cut_tail import tail_of, unvisited
from engine.simulation.hours import hours_at_ends
from engine.simulation.pressure import Measure, PressureMeter, SubjectPressure
from engine.simulation.pressure_floor import (
    flat_cuts,
    floor_targets,
    floor_visits_a_year,
    statutory_visits,
)
from engine.simulation.pressure_readings import cut_readings
from engine.simulation.pressure_sums import Dimension, summed
from engine.simulation.pressure_tables import (
    assumption_table,
    for_print,
    headline_table,
    number_text,
    reading_lines,
    reading_table,
    subject_table,
    sum_table,
)
from models.facts import Dossier
from models.scenario import CutMeasure, Scenario
from models.terms import Authority

__all__ = ["PressureRun"]

_EACH = (Dimension.COLOUR, Dimension.KIND, Dimension.AUTHORITY)
_SHOWN = 20
_ROUNDING = 1e-6
_SUM_LEFT_OUT = frozenset({"unannounced_percent_done", "hours_done"})
_LOSS_LEFT_OUT = frozenset({"notice", "whole_visit", "documents"})


@dataclass(frozen=True)
class Measured:
    """Every subject's pressure, the last day of the plan's period, and the planned hours if all
    hours a visit lay at the lower end of their range, or at the upper."""

    subjects: tuple[SubjectPressure, ...]
    until: date
    low_hours: float
    high_hours: float


@dataclass(frozen=True)
class Report:
    """The tables of a report, in the order in which they are shown."""

    sums: Sequence[Table]
    cut: Sequence[Table]
    readings: Table

    def tables(self) -> list[Table]:
        """All of them."""
        return [*self.sums, *self.cut, self.readings]


@dataclass
class PressureRun:
    """One report and its settings."""

    source: str
    as_of: date
    seed: int
    ignore_later: bool
    period_days: int | None
    rules_folder: Path | None
    scenario: str | None
    by: tuple[Dimension, ...]
    share: float | None
    measure: str | None
    also_serious: bool
    format_: TableFormat | Literal["text"]
    out: Path | None
    lang: Lang

    def run(self) -> None:
        """Prints the report, or writes its tables."""
        book = load_book(self.rules_folder)
        scenario = None if self.scenario is None else _scenario(book, self.scenario)
        catalogue = load_catalogue(book.folder)
        try:
            assumptions = load_assumptions(self.rules_folder)
            assumed = assumptions.on(self.as_of)
            ends = hours_at_ends(assumptions, self.as_of)
            finance = _finance(self.rules_folder)
        except RulebookError as error:
            bad_input([sentence("commands.rulebook_unusable"), *error.lines(language())])
        dossiers = dossiers_of(
            self.source,
            book=book,
            as_of=self.as_of,
            ignore_later=self.ignore_later,
            catalogue=catalogue,
        )
        if not dossiers:
            click.echo(sentence("pressure.subjects_none"))
            return
        prices = {a: hourly_price_on(finance, a, self.as_of).dkk for a in Authority}
        today = self._measured(book, dossiers, (assumed, *ends), prices)
        changed = None
        if scenario is not None:
            changed = self._measured(applied(book, scenario), dossiers, (assumed, *ends), prices)
        readings = cut_readings(finance)
        plan = changed or today
        cut = self._cut(plan.subjects, assumed)
        report = Report(
            sums=self._sums(today, changed, catalogue),
            cut=() if cut is None else self._cut_tables(cut, plan.until, catalogue),
            readings=reading_table(readings, lang=self.lang),
        )
        if self.out is not None:
            other = () if changed is None else changed.subjects
            vectors = subject_table(today.subjects, other, catalogue=catalogue, lang=self.lang)
            basis = assumption_table(assumed, catalogue=catalogue, lang=self.lang)
            self._write([*report.tables(), vectors, basis])
            return
        for line in self._head(book, today, assumed, prices, scenario):
            click.echo(line)
        headline, *sums = report.sums
        self._print(for_print(headline, self.lang, mixed=True))
        for table in sums:
            self._print(for_print(table, self.lang, names=_names(table, _SUM_LEFT_OUT)))
        if cut is not None:
            click.echo()
            for line in self._said_of(cut):
                click.echo(line)
            for table in report.cut:
                self._print(
                    for_print(table, self.lang, names=_names(table, _LOSS_LEFT_OUT)),
                    at_most=_SHOWN,
                )
        click.echo()
        for line in reading_lines(readings, lang=self.lang):
            click.echo(line)

    def _measured(
        self,
        book: Rulebook,
        dossiers: Sequence[Dossier],
        assumed: tuple[AssumedOn, AssumedOn, AssumedOn],
        prices: Mapping[Authority, float],
    ) -> Measured:
        resolved = resolved_on(book, self.as_of)
        try:
            decider = Decider(resolved, period_days=self.period_days)
            meters = [PressureMeter(resolved, one, price_dkk=prices) for one in assumed]
            with progress(sentence("commands.evaluating"), len(dossiers)) as done:
                result = evaluate_portfolio(dossiers, decider, seed=self.seed, progress=done)
            known = {dossier.subject_id: dossier for dossier in dossiers}
            subjects, *ends = (
                tuple(meter.measure(known[d.subject_id], d) for d in result.decisions)
                for meter in meters
            )
        except (NoticeError, AssumptionError) as error:
            refuse(error.what)
        low, high = (sum(s.planned.hours for s in measured) for measured in ends)
        return Measured(subjects, result.decisions[0].plan.period_until, low, high)

    def _sums(self, today: Measured, changed: Measured | None, catalogue: Catalogue) -> list[Table]:
        (total,) = summed(today.subjects)
        other = None if changed is None else summed(changed.subjects)[0]
        tables = [headline_table(total, other, catalogue=catalogue, lang=self.lang)]
        wanted = [self.by] if self.by else [(dimension,) for dimension in _EACH]
        subjects = today.subjects if changed is None else changed.subjects
        for by in wanted:
            sums = summed(subjects, by)
            table = sum_table(sums, by, catalogue=catalogue, lang=self.lang)
            if changed is not None:
                heading = sentence("pressure.of_scenario", title=table.title)
                table = replace(table, title=heading)
            tables.append(table)
        return tables

    def _cut(self, subjects: tuple[SubjectPressure, ...], assumed: AssumedOn) -> Cut | None:
        if self.share is None or self.measure is None:
            return None
        cut = cut_plan(
            subjects,
            share=self.share,
            measure=Measure(self.measure),
            light_visit_share=assumed.number("hours.light_visit_share"),
            also_serious=self.also_serious,
        )
        if not cut.baseline:
            refuse("pressure.nothing_planned", measure=self._measure_word())
        return cut

    def _measure_word(self) -> str:
        return sentence(f"pressure.measure_{self.measure}")

    def _cut_tables(self, cut: Cut, until: date, catalogue: Catalogue) -> tuple[Table, ...]:
        before = unvisited(cut.before, period_until=until)
        after = unvisited(cut.after, period_until=until)
        flat = flat_cuts(cut.before, share=cut.share)
        return (
            stage_table(cut, lang=self.lang),
            flat_table(flat, catalogue=catalogue, lang=self.lang),
            tail_table(tail_of(before), tail_of(after), lang=self.lang),
            unvisited_table(after, catalogue=catalogue, lang=self.lang),
            loss_table(cut, catalogue=catalogue, lang=self.lang),
        )

    def _head(
        self,
        book: Rulebook,
        today: Measured,
        assumed: AssumedOn,
        prices: Mapping[Authority, float],
        scenario: Scenario | None,
    ) -> Iterator[str]:
        yield sentence(
            "pressure.measured",
            day=self.as_of,
            book=book.content_hash[:12],
            since=self.as_of - (today.until - self.as_of) + timedelta(days=1),
            until=today.until,
        )
        if scenario is not None:
            title = scenario.title.da if self.lang == "da" else scenario.title.en
            yield sentence("pressure.scenario", id=scenario.id, title=title)
        yield sentence("pressure.colour_now")
        for day in dict.fromkeys((self.as_of, today.until)):
            floor = floor_visits_a_year(resolved_on(book, day), floor_targets(today.subjects))
            yield sentence("pressure.floor", day=day, visits=number_text(floor, self.lang))
        due = statutory_visits(today.subjects)
        yield sentence("pressure.floor_period", count=number_text(due, self.lang))
        file = assumed.entry("hours.price_dkk").place.file
        shown = " / ".join(number_text(price, self.lang) for price in sorted(set(prices.values())))
        yield sentence("pressure.hours_assumed", file=file, prices=shown)
        low, high = (number_text(h, self.lang) for h in (today.low_hours, today.high_hours))
        yield sentence("pressure.hours_range", low=low, high=high)

    def _said_of(self, cut: Cut) -> Iterator[str]:
        """What was asked for, what came of it, and how much room there was."""

        def amount(value: float) -> str:
            return number_text(value, self.lang)

        def percent(value: float) -> str:
            return number_text(value, self.lang, digits=1)

        yield sentence(
            "pressure.cut",
            percent=percent(100 * cut.share),
            measure=self._measure_word(),
            baseline=amount(cut.baseline),
            target=amount(cut.target),
        )
        taken = percent(100 * cut.taken / cut.baseline)
        met = cut.unmet <= _ROUNDING
        yield sentence(
            f"pressure.cut_{'met' if met else 'unmet'}",
            taken=amount(cut.taken),
            taken_percent=taken,
            unmet=amount(cut.unmet),
        )
        yield sentence(
            "pressure.cut_floor",
            untouchable=amount(cut.untouchable),
            serious="" if self.also_serious else sentence("pressure.cut_serious"),
        )
        yield sentence("pressure.cut_slack", slack=amount(cut.slack))

    def _print(self, table: Table, *, at_most: int | None = None) -> None:
        rows = list(table.rows)
        shown = replace(table, rows=rows if at_most is None else rows[:at_most])
        click.echo()
        for line in table_lines(shown):
            click.echo(line)
        if len(rows) > len(shown.rows):
            click.echo(sentence("pressure.left_out", count=len(rows) - len(shown.rows)))

    def _write(self, tables: list[Table]) -> None:
        if self.out is None or self.format_ == "text":
            return
        try:
            write_tables(tables, self.out, format=self.format_, lang=self.lang)
        except TooManyRowsError as error:
            refuse(error.what)
        except OSError as error:
            refuse("run.unwritable", target=self.out, reason=file_reason(error))
        click.echo(sentence("commands.written", target=self.out))


def _finance(rules_folder: Path | None) -> Finance:
    """The finance files of a rulebook; the shipped ones if it has none of its own."""
    own = rules_folder is not None and (rules_folder / "finance").is_dir()
    return load_finance(rules_folder if own else None)


def _names(table: Table, left_out: frozenset[str]) -> list[str]:
    return [column.name for column in table.columns if column.name not in left_out]


def _without_cut(scenario: Scenario) -> Scenario:
    """A scenario that changes rules. What it cuts besides is worked out by --cut, not planned."""
    if scenario.cut is not None:
        cut = scenario.cut
        measure = "dkk" if cut.measure is CutMeasure.MONEY_DKK else cut.measure.value
        refuse("pressure.scenario_cuts", id=scenario.id, percent=cut.percent, measure=measure)
    return scenario


def _scenario(book: Rulebook, given: str) -> Scenario:
    """A scenario of the rulebook by its id, or the one in a file."""
    try:
        if given.endswith(".yaml") or Path(given).is_file():
            found = load_scenarios(book, [Path(given).resolve()])
            if len(found) != 1:
                refuse("pressure.one_scenario", file=given, count=len(found))
            applied(book, found[0])
            return _without_cut(found[0])
        known = {scenario.id: scenario for scenario in load_scenarios(book)}
        if given.replace("-", "_") in known:
            given = given.replace("-", "_")
        if given in known:
            applied(book, known[given])
            return _without_cut(known[given])
    except RulebookError as error:
        bad_input([sentence("pressure.scenario_wrong"), *error.lines(language())])
    refuse("pressure.no_scenario", id=given, near=nearest(given, known).text(language()))
