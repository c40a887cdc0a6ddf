"""What fired rules lead to, as tables: decisions, reasons, required visits, frames, proposals.

For other systems and for portfolios of millions. Sentences, merged plans and what the ladder itself
demands of a step rest on single facts and on each other, and are made for each subject by
`engine/decisions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import ibis

from engine.backends.tables.beside import Beside
from engine.backends.tables.program import (
    IN_FORCE,
    PROPOSED,
    WIDE,
    CompiledProgram,
    Query,
    compile_program,
)
from engine.backends.tables.required_visits import DEPARTMENT, RequiredVisits
from engine.backends.tables.rows_of_each import by_place, one_row_each, words_in_order
from engine.backends.tables.schema import KIND, SUBJECT_ID, FactTable
from engine.facts import ValueType, vocabulary
from engine.rulebook.program import Program, need_key
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import AllOf, AnyOf, Comparison, Operator, Quantified
from models.rulebook import FrameOutcome, ProposalOutcome
from models.terms import LeadDecisionKind, SanctionStep

__all__ = ["OUTCOMES", "CompiledOutcomes", "compile_outcomes"]

OUTCOMES = ("decision", "reason", "required_visit", "frame", "proposal")
"""The tables, by name."""
_LEAD = "lead_decision"

Table = Any


class CompiledOutcomes(NamedTuple):
    """The program, and the outcome tables as queries on its table of everything (`WIDE`)."""

    program: CompiledProgram
    outcomes: dict[str, Query]

    @property
    def fact_tables(self) -> dict[str, FactTable]:
        """The facts they are read from."""
        return self.program.fact_tables


def compile_outcomes(
    resolved: ResolvedRulebook,
    program: Program,
    *,
    period_days: int | None = None,
    notices_change_on: date | None = None,
    as_views: bool = False,
    facts: Mapping[str, Table] | None = None,
) -> CompiledOutcomes:
    """The outcome tables of a rulebook on a day. `notices_change_on` is the first day on which
    other notice rules decide: a visit that may fall then is left without a notice. `facts`: see
    `compile_program`; of them the departments are read by name once more, and with `as_views` by
    the name they have there."""
    visits = RequiredVisits(resolved, period_days=period_days)
    proposals = _Proposals(resolved)
    fields = visits.fields()
    for record, more in proposals.fields().items():
        fields[record] = {**fields.get(record, {}), **more}
    beside = Beside(
        as_of=resolved.as_of,
        fields=fields,
        counted=(*visits.counted(), *proposals.counted()),
        oldest=visits.oldest(),
    )
    compiled = compile_program(program, as_views=as_views, facts=facts, beside=beside)
    wide = ibis.table(compiled.wide.schema(), name=WIDE)
    departments = DEPARTMENT
    if as_views and facts is not None:
        departments = facts[DEPARTMENT].get_name()
    tables = {
        "decision": _decisions(compiled, wide),
        "reason": _reasons(program, compiled, wide),
        "required_visit": visits.table(compiled, wide, notices_change_on, departments=departments),
        "frame": _frames(resolved, compiled, wide),
        "proposal": proposals.table(compiled, wide),
    }
    return CompiledOutcomes(
        compiled, {name: Query(f"rulebook_{name}s", tables[name], {}) for name in OUTCOMES}
    )


def _decisions(compiled: CompiledProgram, wide: Table) -> Table:
    fired = {key: wide[compiled.rules[key]] for key in sorted(compiled.rules)}
    return wide.select(
        subject_id=wide[SUBJECT_ID],
        kind=wide[KIND],
        proposed=wide[PROPOSED],
        in_force=wide[IN_FORCE],
        fired=words_in_order(fired),
    )


def _reasons(program: Program, compiled: CompiledProgram, wide: Table) -> Table:
    items = [(stratum, item) for stratum, items in program.strata for item in items]
    flags = {n: wide[compiled.rules[item.key]] for n, (_, item) in enumerate(items)}
    keep = {SUBJECT_ID: wide[SUBJECT_ID]}
    rows = one_row_each(wide, flags, name="place", type_="int32", keep=keep)
    colours = [None if i.raises_colour is None else i.raises_colour.value for _, i in items]
    return rows.select(
        subject_id=rows[SUBJECT_ID],
        rule=by_place(rows.place, [item.key for _, item in items], "string"),
        stratum=by_place(rows.place, [stratum.value for stratum, _ in items], "string"),
        signal=by_place(rows.place, [item.raises_signal for _, item in items], "string"),
        colour=by_place(rows.place, colours, "string"),
    )


def _frames(resolved: ResolvedRulebook, compiled: CompiledProgram, wide: Table) -> Table:
    flags: dict[str, Any] = {}
    for rule in resolved.rules:
        if isinstance(rule.then, FrameOutcome):
            flag = wide[compiled.rules[rule.id]]
            frame = rule.then.frame
            flags[frame] = flags[frame] | flag if frame in flags else flag
    keep = {SUBJECT_ID: wide[SUBJECT_ID]}
    return one_row_each(wide, flags, name="frame", type_="string", keep=keep)


class _Proposals:
    """Steps that rules propose, and which of the preconditions they name are missing."""

    def __init__(self, resolved: ResolvedRulebook) -> None:
        self._rules: list[tuple[str, ProposalOutcome, list[str]]] = []
        for rule in resolved.rules:
            outcome = rule.then
            if isinstance(outcome, ProposalOutcome):
                steps = [step for step in resolved.ladder if step.step is outcome.step]
                kinds = {kind.value for step in steps for kind in step.applies_to}
                if kinds:
                    self._rules.append((rule.id, outcome, sorted(kinds)))

    def fields(self) -> dict[str, dict[str, ValueType]]:
        """The facts of a lead's decisions that open a step."""
        names = ("decision", "active", "step") if self.counted() else ()
        found = {name: vocabulary().fields[_LEAD][name].value_type for name in names}
        return {_LEAD: found} if found else {}

    def counted(self) -> tuple[tuple[str, Quantified], ...]:
        """A lead's decisions, active today, that open each step acutely."""
        return tuple(
            (rule_id, _opens(outcome.step))
            for rule_id, outcome, _ in self._rules
            if any(need.acute_bypass for need in outcome.needs)
        )

    def table(self, compiled: CompiledProgram, wide: Table) -> Table:
        """A row for each proposal. What a lead's acute decision stands in for is not missing."""
        flags: dict[int, Any] = {}
        keep: dict[str, Any] = {SUBJECT_ID: wide[SUBJECT_ID]}
        for n, (rule_id, outcome, kinds) in enumerate(self._rules):
            flags[n] = wide[compiled.rules[rule_id]] & wide[KIND].isin(kinds)
            unmet = {
                need.id: ~wide[compiled.rules[need_key(rule_id, need.id)]] for need in outcome.needs
            }
            opens = {need.id: need.acute_bypass for need in outcome.needs}
            acute: Any = ibis.literal(False)
            if any(opens.values()):
                node = _opens(outcome.step)
                acute = wide[compiled.counts[node.record, node.where]] > 0
            keep[f"missing_{n}"] = words_in_order(
                {need: flag & ~acute if opens[need] else flag for need, flag in unmet.items()}
            )
            keep[f"acute_{n}"] = words_in_order(
                {need: flag & acute for need, flag in unmet.items() if opens[need]}
            )
        rows = one_row_each(wide, flags, name="place", type_="int32", keep=keep)
        numbers = range(len(self._rules))
        return rows.select(
            subject_id=rows[SUBJECT_ID],
            rule=by_place(rows.place, [rule_id for rule_id, _, _ in self._rules], "string"),
            step=by_place(rows.place, [o.step.value for _, o, _ in self._rules], "string"),
            missing=by_place(rows.place, [rows[f"missing_{n}"] for n in numbers], "string"),
            opened_acutely=by_place(rows.place, [rows[f"acute_{n}"] for n in numbers], "string"),
        )


def _opens(step: SanctionStep) -> Quantified:
    def field(name: str, operator: Operator, *operands: str | bool) -> Comparison:
        return Comparison(field=name, operator=operator, operands=operands)

    where = AllOf(
        parts=(
            field("decision", Operator.IS, LeadDecisionKind.ACUTE_BYPASS.value),
            field("active", Operator.IS, True),
            AnyOf(
                parts=(
                    field("step", Operator.IS_UNKNOWN),
                    field("step", Operator.IS, step.value),
                )
            ),
        )
    )
    return Quantified(quantifier="at_least", count=1, record=_LEAD, where=where)
