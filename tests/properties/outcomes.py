"""What the outcome tables should hold, worked out subject by subject as in every official run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from unittest.mock import patch

from engine.backends.reference import ReferenceBackend
from engine.backends.tables import OutcomeTables
from engine.decisions import visits
from engine.decisions.decide import Decider
from engine.decisions.notice import NoticeGapError, NoticeRules, later_notice_rules
from engine.decisions.reasons import Evaluated, ReasonWriter
from engine.decisions.requirements import Requirement, merged
from engine.facts import view_of
from engine.rulebook.resolve import ResolvedRulebook
from engine.run.outcome_check import OutcomeCheck
from models.conditions import ParameterRef
from models.facts import Dossier
from models.rulebook import VisitOutcomeRule

__all__ = ["hold_outcomes", "outcomes_of"]

Row = dict[str, Any]


class PerSubject:
    """The decisions of one resolved rulebook, with the requirements behind each plan."""

    def __init__(self, resolved: ResolvedRulebook) -> None:
        self.resolved = resolved
        self.decider = Decider(resolved)
        self.duty = resolved.duty()
        reasons = ReasonWriter(resolved, ReferenceBackend(self.decider.program))
        self.notices = NoticeRules(resolved.as_of, lambda: resolved, reasons=reasons)
        days = resolved.number(ParameterRef(parameter="planning.period_days"))
        until = date.fromordinal(resolved.as_of.toordinal() + days)
        later = later_notice_rules(
            resolved.book, as_of=resolved.as_of, until=until, make_backend=None
        )
        self.notices_change_on = later[0].day if later else None
        self.stratum = {
            item.key: s.value for s, items in self.decider.program.strata for item in items
        }
        self.items = {item.key: item for item in self.decider.program.items()}
        self.rules = {rule.id: rule for rule in resolved.rules}

    def rows(self, dossiers: Sequence[Dossier]) -> dict[str, list[Row]]:
        """The rows of each table."""
        found: dict[str, list[Row]] = {
            name: [] for name in ("decision", "reason", "required_visit", "frame", "proposal")
        }
        for dossier in dossiers:
            case = self.decider.evaluate(dossier)
            needed: list[Requirement] = []

            def kept(required: list[Requirement], following: Any, to: Any = needed) -> Any:
                to += required
                return merged(required, following)

            with patch.object(visits, "merged", kept):
                decision = self.decider.decided(case)
            key = {"subject_id": dossier.subject_id}
            found["decision"].append(
                key
                | {
                    "kind": dossier.kind.value,
                    "proposed": case.firing.proposed.value,
                    "in_force": case.firing.in_force.value,
                    "fired": "; ".join(decision.fired),
                }
            )
            found["reason"] += [key | self._reason(fired) for fired in decision.fired]
            found["required_visit"] += [key | self._visit(item, case) for item in needed]
            found["frame"] += [key | {"frame": frame} for frame in decision.frames]
            for proposal in decision.proposals:
                own = [p for p in proposal.preconditions if not p.id.startswith("ladder.")]
                found["proposal"].append(
                    key
                    | {
                        "rule": proposal.reason.rule,
                        "step": proposal.step.value,
                        "missing": "; ".join(p.id for p in own if not p.met and not p.bypassed),
                        "opened_acutely": "; ".join(p.id for p in own if p.bypassed),
                    }
                )
        return found

    def _reason(self, fired: str) -> Row:
        item = self.items[fired]
        return {
            "rule": fired,
            "stratum": self.stratum[fired],
            "signal": item.raises_signal,
            "colour": None if item.raises_colour is None else item.raises_colour.value,
        }

    def _visit(self, item: Requirement, case: Evaluated) -> Row:
        notice = rule = None
        if self.notices_change_on is None or item.latest < self.notices_change_on:
            try:
                choice = self.notices.choice(case, {item.purpose})
                notice, rule = choice.notice.value, choice.reason.rule
            except NoticeGapError:
                pass
        return {
            "rule": item.rule,
            "department": item.department,
            "purpose": item.purpose.value,
            "earliest": item.earliest,
            "latest": item.latest,
            "due": item.due,
            "overdue": item.overdue,
            "performed_by": item.performed_by.value,
            "at_most_minutes": item.at_most_minutes,
            "notice": notice,
            "notice_rule": rule,
        }


def outcomes_of(
    per_subject: PerSubject, tables: OutcomeTables, dossiers: Sequence[Dossier]
) -> dict[str, list[Row]]:
    """The tables' rows for some subjects."""
    day = per_subject.resolved.as_of
    cases = [
        (
            view_of(
                dossier, as_of=day, duty=per_subject.duty, needed=tables.fact_tables.__contains__
            ),
            per_subject.decider.override(dossier),
        )
        for dossier in dossiers
    ]
    answer = tables.answer(cases)
    for view, override in cases:
        expected = per_subject.decider.reference.evaluate(view, override)
        assert answer.firings[view.subject_id] == expected
    check = OutcomeCheck(per_subject.decider, name="tables")
    evaluated = [per_subject.decider.evaluate(dossier) for dossier in dossiers]
    assert not list(check.differences(evaluated, answer.tables))
    return {name: table.to_pylist() for name, table in answer.tables.items()}


def _hashed(rows: Sequence[Row]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(sorted(row.items(), key=lambda item: item[0])) for row in rows)


def hold_outcomes(
    per_subject: PerSubject, tables: OutcomeTables, dossiers: Sequence[Dossier]
) -> dict[str, list[Row]]:
    """Every table equals what is decided subject by subject, row for row; the rows."""
    found = outcomes_of(per_subject, tables, dossiers)
    expected = per_subject.rows(dossiers)
    for row in found["required_visit"]:
        _counted_from(row, per_subject)
    for name, rows in found.items():
        order = [row["subject_id"] for row in rows]
        assert order == sorted(order), name
        assert _hashed(rows) - _hashed(expected[name]) == Counter(), name
        assert _hashed(expected[name]) - _hashed(rows) == Counter(), name
    return found


def _counted_from(row: Row, per_subject: PerSubject) -> None:
    """Takes out what no requirement says, after holding it against the day it leads to."""
    word, day = row.pop("counted_from"), row.pop("counted_from_day")
    rule = per_subject.rules.get(row["rule"])
    if rule is None or not isinstance(rule.then, VisitOutcomeRule) or rule.then.within_days is None:
        assert word == "last_visit"
        assert (day is None) <= (row["due"] == per_subject.resolved.as_of)
        return
    assert word == rule.then.counted_from.value
    within = per_subject.resolved.days(rule.then.within_days)
    if day is None:
        assert row["due"] == per_subject.resolved.as_of
    else:
        assert (row["due"] - day).days == within
