"""A subject's answer as one line of JSON."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from engine.analysis.changeable import FactChange
from engine.analysis.counterfactual import Change
from engine.analysis.difference import Difference
from engine.analysis.missing import Missing
from engine.analysis.subject_answer import SubjectAnswer
from models.conditions import Quantified
from models.decisions import Decision

__all__ = ["answer_line", "decision_data", "difference_line"]

_DECISION = TypeAdapter(Decision)


def decision_data(decision: Decision) -> Any:
    """A decision as plain data."""
    return json.loads(_DECISION.dump_json(decision))


def answer_line(answer: SubjectAnswer) -> str:
    """Everything the page says, for programs."""
    changes = answer.changes
    data = {
        "decision": decision_data(answer.decision),
        "since": {"day": answer.said_day(answer.since.day), "at_least": answer.since.at_least},
        "time_alone": [
            {
                "day": answer.said_day(change.day),
                "colour": change.colour.value,
                "rules": list(change.rules),
            }
            for change in answer.ahead
        ],
        "why_not": {
            colour.value: [
                {"rule": item.rule.id, "missing": [_missing(m) for m in item.missing]}
                for item in found
            ]
            for colour, found in answer.not_raised.items()
        },
        "kept_from": {colour.value: list(rules) for colour, rules in answer.kept_from.items()},
        "would_change": {
            "milder": [_change(change) for change in changes.milder],
            "worse": [_change(change) for change in changes.worse],
            "new_records": [
                {"record": new.record, "facts": dict(new.facts), "colour": new.colour.value}
                for new in changes.new_records
            ],
            "tried": {"facts": changes.considered, "smallest": changes.smallest},
        },
        "newest": {kind: day.isoformat() for kind, day in answer.newest.items()},
        "last_visit_on": None if answer.last_visit_on is None else answer.last_visit_on.isoformat(),
        "assumptions": {
            "rules": list(answer.assumed_rules),
            "parameters": list(answer.assumed_parameters),
        },
    }
    return json.dumps(data, ensure_ascii=False)


def difference_line(found: Difference) -> str:
    """Both decisions, and what is gained and lost between them."""
    data = {
        "same": found.same,
        "before": decision_data(found.before),
        "after": decision_data(found.after),
        "reasons_gained": [reason.rule for reason in found.reasons_gained],
        "reasons_lost": [reason.rule for reason in found.reasons_lost],
        "visits_gained": [visit.no for visit in found.visits_gained],
        "visits_lost": [visit.no for visit in found.visits_lost],
        "visits_moved": [[one.no, other.no] for one, other in found.visits_moved],
        "proposals_gained": [proposal.step.value for proposal in found.proposals_gained],
        "proposals_lost": [proposal.step.value for proposal in found.proposals_lost],
        "proposals_changed": [after.step.value for _, after in found.proposals_changed],
        "frames_gained": list(found.frames_gained),
        "frames_lost": list(found.frames_lost),
    }
    return json.dumps(data, ensure_ascii=False)


def _missing(missing: Missing) -> dict[str, Any]:
    data: dict[str, Any] = {"record": missing.record, "no": missing.no}
    if missing.about:
        data["about"] = dict(missing.about)
    if isinstance(missing.wanted, Quantified):
        data["records_missing" if not missing.negated else "records_too_many"] = missing.number
        data["where"] = missing.wanted.where.model_dump(mode="json")
    elif missing.wanted is not None:
        data |= {
            "field": missing.wanted.field,
            "value": missing.value,
            "operator": missing.wanted.operator.value,
            "operands": list(missing.wanted.operands),
            "negated": missing.negated,
        }
    return data


def _change(change: Change) -> dict[str, Any]:
    return {"facts": [_fact(fact) for fact in change.facts], "colour": change.colour.value}


def _fact(fact: FactChange) -> dict[str, Any]:
    if fact.event is not None:
        return {"event": fact.event}
    data = {
        "record": fact.record,
        "no": fact.no,
        "field": fact.field,
        "from": fact.old,
        "to": fact.new,
    }
    return data | ({"about": dict(fact.about)} if fact.about else {})
