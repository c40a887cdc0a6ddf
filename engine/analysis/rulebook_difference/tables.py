"""The difference of two rulebooks, and the subjects it changes, as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from engine.analysis.rulebook_difference.lines import (
    answer_text,
    culprit_text,
    output_text,
)
from engine.analysis.rulebook_difference.report import Report
from engine.analysis.rulebook_difference.said import Said
from engine.analysis.rulebook_difference.subjects import Part, PartChange, SubjectChange
from engine.portfolio.tables import Column, ColumnType, Table
from models.decisions import CategoryDecision, PlannedVisit, ProposalStatus, SanctionProposal
from models.terms import Authority, Kind

__all__ = ["Counts", "counts_table", "report_tables", "subject_rows", "subjects_table"]

Row = tuple[Any, ...]


def _column(name: str, said: Said, kind: ColumnType = ColumnType.TEXT) -> Column:
    heading = said("columns", name)
    return Column(name=name, heading_da=heading, heading_en=heading, type=kind)


def report_tables(report: Report, said: Said) -> tuple[Table, Table]:
    """What stands in the files, and what it means."""
    return (
        Table(
            name="entries",
            title=said("said", "entries_title"),
            columns=tuple(
                _column(n, said)
                for n in ("section", "id", "change", "old_place", "new_place", "line")
            )
            + tuple(_column(n, said) for n in ("before", "after")),
            rows=list(_entry_rows(report, said)),
        ),
        Table(
            name="meaning",
            title=said("said", "meaning_title"),
            columns=(
                _column("output", said),
                _column("kind", said),
                _column("first", said, ColumnType.DATE),
                _column("last", said, ColumnType.DATE),
                *(_column(n, said) for n in ("verdict", "rules", "example", "before", "after")),
            ),
            rows=list(_meaning_rows(report, said)),
        ),
    )


def _entry_rows(report: Report, said: Said) -> Iterator[Row]:
    for entry in report.entries:
        places = (None if p is None else f"{p.file}:{p.line}" for p in entry.places)
        head = (said("sections", entry.section), entry.id, said("changes", entry.change), *places)
        if not entry.lines:
            yield (*head, None, None, None)
        for line in entry.lines:
            before = said.value(line.before, said.old)
            yield (*head, line.name, before, said.value(line.after, said.new))


def _meaning_rows(report: Report, said: Said) -> Iterator[Row]:
    from engine.analysis.proof.examples import example_lines

    for period in report.meaning:
        finding = period.finding
        head = (
            output_text(finding, said),
            said.kind(finding.kind),
            period.first,
            period.last,
            said("verdicts", finding.verdict),
        )
        rules = "; ".join(culprit_text(culprit, said) for culprit in finding.did)
        for example in finding.examples:
            yield (
                *head,
                rules,
                "; ".join(example_lines(example.facts)),
                answer_text(finding.what, example.old, said),
                answer_text(finding.what, example.new, said),
            )
        if not finding.examples:
            before = "; ".join(f"{ln.name}: {said.plain(ln.before)}" for ln in finding.lines)
            after = "; ".join(f"{ln.name}: {said.plain(ln.after)}" for ln in finding.lines)
            yield (*head, rules or None, None, before or None, after or None)


SUBJECT_COLUMNS = ("subject_id", "kind", "authority", "part", "before", "after", "rules")


def subjects_table(rows: list[Row], said: Said) -> Table:
    """One line for each part of a subject's decision that is another."""
    columns = tuple(_column(name, said) for name in SUBJECT_COLUMNS)
    return Table(name="subjects", title=said("said", "subjects_title"), columns=columns, rows=rows)


def subject_rows(change: SubjectChange, said: Said) -> Iterator[Row]:
    """The lines of one subject."""
    decision = change.before
    for part in change.parts:
        before, after = _sides_of(part, change, said)
        yield (
            decision.subject_id,
            said.word(decision.kind),
            said.word(decision.authority),
            said("parts", part.part),
            before,
            after,
            "; ".join(culprit_text(culprit, said) for culprit in part.did),
        )


def _sides_of(part: PartChange, change: SubjectChange, said: Said) -> tuple[str, str]:
    found = change.difference
    match part.part:
        case Part.CATEGORY:
            return (
                _category(change.before.category, said),
                _category(change.after.category, said),
            )
        case Part.VISITS:
            moved = list(zip(*found.visits_moved, strict=True)) or [(), ()]
            before = _visits((*found.visits_lost, *moved[0]), said)
            after = _visits((*found.visits_gained, *moved[1]), said)
            if not before and not after:
                floors = (change.before.plan.floor_due_on, change.after.plan.floor_due_on)
                before, after = (said("said", "floor", day=day or "-") for day in floors)
        case Part.PROPOSALS:
            changed = list(zip(*found.proposals_changed, strict=True)) or [(), ()]
            before = _proposals((*found.proposals_lost, *changed[0]), said)
            after = _proposals((*found.proposals_gained, *changed[1]), said)
        case Part.FRAMES:
            before, after = ", ".join(found.frames_lost), ", ".join(found.frames_gained)
    return before or said("said", "nothing"), after or said("said", "nothing")


def _category(category: CategoryDecision, said: Said) -> str:
    colour = said.word(category.in_force)
    rules = ", ".join(reason.rule for reason in category.reasons)
    by = f" ({rules})" if rules else ""
    if category.override is None:
        return f"{colour}{by}"
    return said("said", "overridden", colour=colour, proposed=said.word(category.proposed)) + by


def _visits(visits: Iterable[PlannedVisit], said: Said) -> str:
    return "; ".join(said.new.visit_line(visit) for visit in visits)


def _proposals(proposals: Iterable[SanctionProposal], said: Said) -> str:
    return "; ".join(
        f"{said.new.words.text(proposal.step_title)}: {said.word(ProposalStatus(proposal.status))}"
        for proposal in proposals
    )


class Counts:
    """How many subjects get another answer, by kind and authority."""

    def __init__(self) -> None:
        self._counts: dict[tuple[Kind, Authority], Counter[str]] = {}

    def add(self, kind: Kind, authority: Authority, change: SubjectChange | None) -> None:
        """Counts one subject."""
        counter = self._counts.setdefault((kind, authority), Counter())
        counter["subjects"] += 1
        if change is None:
            return
        counter["changed"] += 1
        if change.category:
            counter["stricter" if change.category > 0 else "milder"] += 1
        for part in change.parts:
            counter[part.part.value] += 1

    @property
    def changed(self) -> int:
        """How many subjects get another answer."""
        return sum(counter["changed"] for counter in self._counts.values())

    def rows(self) -> Iterator[tuple[Kind, Authority, Counter[str]]]:
        """Each kind and authority in order."""
        order = (list(Kind), list(Authority))
        for kind, authority in sorted(
            self._counts, key=lambda key: (order[0].index(key[0]), order[1].index(key[1]))
        ):
            yield kind, authority, self._counts[kind, authority]


COUNTED = ("subjects", "changed", "stricter", "milder", "visits", "proposals", "frames")


def counts_table(counts: Counts, said: Said) -> Table:
    """The counts as a table."""
    return Table(
        name="counts",
        title=said("said", "counts_title"),
        columns=(
            _column("kind", said),
            _column("authority", said),
            *(_column(name, said, ColumnType.INTEGER) for name in COUNTED),
        ),
        rows=[
            (said.word(kind), said.word(authority), *(counter[name] for name in COUNTED))
            for kind, authority, counter in counts.rows()
        ],
    )
