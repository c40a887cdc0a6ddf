"""Whether the rows of outcome tables are those that the reference's firings lead to.

What is to stand there is worked out for each subject by `engine/decisions`, as in every official
run, from what the reference finds. Nobody is lost, nothing stands there twice, and no row says
anything else; no more rows come out than subjects asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.backends.shadow import Difference
from engine.decisions.decide import Decider
from engine.decisions.reasons import Evaluated
from models.rulebook import NoticeOutcome, ProposalOutcome
from models.terms import Colour

__all__ = ["OutcomeCheck"]

_AND = "; "
_COLUMNS = {
    "decision": ("kind", "proposed", "in_force", "fired"),
    "reason": ("rule", "stratum", "signal", "colour"),
    "required_visit": (
        "rule",
        "department",
        "purpose",
        "earliest",
        "latest",
        "due",
        "overdue",
        "counted_from",
        "counted_from_day",
        "performed_by",
        "at_most_minutes",
        "notice",
        "notice_rule",
    ),
    "frame": ("frame",),
    "proposal": ("rule", "step", "missing", "opened_acutely"),
}
"""What stands in a row beside the subject's id."""

Row = tuple[Any, ...]
Rows = dict[str, dict[str, list[Row]]]


class OutcomeCheck:
    """Holds the rows of one resolved rulebook against what `engine/decisions` makes of firings."""

    def __init__(self, decider: Decider, *, name: str) -> None:
        self.name = name
        """Who works the tables out."""
        self._decider = decider
        self._reasons: dict[str, Row] = {
            item.key: (item.key, stratum.value, item.raises_signal, _word(item.raises_colour))
            for stratum, items in decider.program.strata
            for item in items
        }
        outcomes = {rule.id: rule.then for rule in decider.resolved.rules}
        self._notices = {
            rule: outcome.notice.value
            for rule, outcome in outcomes.items()
            if isinstance(outcome, NoticeOutcome)
        }
        self._needs = {
            rule: len(outcome.needs)
            for rule, outcome in outcomes.items()
            if isinstance(outcome, ProposalOutcome)
        }

    def differences(
        self, cases: Sequence[Evaluated], tables: Mapping[str, Any]
    ) -> Iterator[Difference]:
        """Each subject whose rows are others than those that follow from its case, which the
        reference has evaluated; and each that was not asked about and has rows."""
        found: Rows = {name: _by_subject(name, table) for name, table in tables.items()}
        nothing = {name: list[Row]() for name in _COLUMNS}
        for case in cases:
            rows = {name: found[name].pop(case.view.subject_id, []) for name in _COLUMNS}
            yield from self._difference(case.view.subject_id, rows, self._expected(case))
        for subject_id in sorted({name for of_table in found.values() for name in of_table}):
            rows = {name: found[name].get(subject_id, []) for name in _COLUMNS}
            yield from self._difference(subject_id, rows, nothing)

    def _difference(
        self, subject_id: str, found: dict[str, list[Row]], expected: dict[str, list[Row]]
    ) -> Iterator[Difference]:
        if found == expected:
            return
        beyond, missing = Counter[str](), Counter[str]()
        for name in _COLUMNS:
            one, other = Counter(found[name]), Counter(expected[name])
            beyond.update(_said(name, row) for row in (one - other).elements())
            missing.update(_said(name, row) for row in (other - one).elements())
        if beyond or missing:
            yield Difference(
                subject_id,
                self.name,
                self._decider.reference.name,
                tuple(sorted(beyond)),
                tuple(sorted(missing)),
                category_differs=any(name.startswith("decision") for name in (*beyond, *missing)),
            )

    def _expected(self, case: Evaluated) -> dict[str, list[Row]]:
        firing, fired = case.firing, sorted(case.firing.held)
        kind = case.dossier.kind.value
        colours = firing.proposed.value, firing.in_force.value
        return {
            "decision": [(kind, *colours, _AND.join(fired))],
            "reason": [self._reasons[key] for key in fired],
            "required_visit": self._visits(case),
            "frame": [(frame,) for frame in self._decider.frames(firing)],
            "proposal": self._proposals(case),
        }

    def _visits(self, case: Evaluated) -> list[Row]:
        return [
            (
                item.rule,
                item.department,
                item.purpose.value,
                item.earliest,
                item.latest,
                item.due,
                item.overdue,
                item.counted_from.value,
                item.counted_from_day,
                item.performed_by.value,
                item.at_most_minutes,
                None if notice is None else self._notices[notice],
                notice,
            )
            for item, notice in self._decider.requirements(case)
        ]

    def _proposals(self, case: Evaluated) -> list[Row]:
        rows: list[Row] = []
        for proposal in self._decider.proposals(case):
            rule = proposal.reason.rule
            own = proposal.preconditions[: self._needs[rule]]
            missing = _AND.join(need.id for need in own if not need.met and not need.bypassed)
            acute = _AND.join(need.id for need in own if need.bypassed)
            rows.append((rule, proposal.step.value, missing, acute))
        return rows


def _word(colour: Colour | None) -> str | None:
    return None if colour is None else colour.value


def _by_subject(name: str, table: Any) -> dict[str, list[Row]]:
    columns = [table.column(column).to_pylist() for column in ("subject_id", *_COLUMNS[name])]
    rows: dict[str, list[Row]] = {}
    for subject_id, *row in zip(*columns, strict=True):
        rows.setdefault(subject_id, []).append(tuple(row))
    return rows


def _said(name: str, row: Row) -> str:
    """A row by its table and the rule behind it; never by its facts."""
    return name if name == "decision" else f"{name} {row[0]}"
