"""Conditions, facts, reasons, visits and proposals as Danish and English sentences.

What is ours and unconfirmed carries a visible mark wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.analysis.words import Words
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Lang
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operand,
    Operator,
    ParameterRef,
    Quantified,
    SignalHeld,
)
from models.decisions import FactUsed, ParameterUsed, PlannedVisit, Reason, SanctionProposal
from models.rulebook import SignalOutcome
from models.terms import Basis

__all__ = ["Prose"]

_STEP = "  "


class Prose:
    """Says what a rulebook and its decisions mean, in one language (default: Danish).

    With `parameters` (those of a resolved rulebook) a condition is said with the values of its day.
    """

    def __init__(
        self,
        book: Rulebook,
        *,
        lang: Lang = "da",
        parameters: dict[str, ParameterUsed] | None = None,
        rules_dir: Path | None = None,
    ) -> None:
        self.words = Words(book.registers, lang=lang, rules_dir=rules_dir or book.folder)
        self._book = book
        self._parameters = parameters
        self._raisers: dict[str, list[str]] | None = None

    def condition_sentence(self, condition: Condition, *, record: str = "subject") -> str:
        """A condition on one line."""
        words = self.words
        match condition:
            case AllOf():
                if not condition.parts:
                    return words.said("conditions", "always")
                parts = [self._nested(part, record, AnyOf) for part in condition.parts]
                return words.listed(parts, last="and")
            case AnyOf():
                if not condition.parts:
                    return words.said("conditions", "never")
                parts = [self._nested(part, record, AllOf) for part in condition.parts]
                return words.said("conditions", "either") + words.listed(parts)
            case Not():
                part = self._nested(condition.part, record, AllOf, AnyOf)
                return words.said("conditions", "not", part=part)
            case SignalHeld():
                return self.signal(condition.signal)
            case Quantified():
                return self._quantified(condition)
            case Comparison():
                return self._comparison(condition, record)

    def _nested(self, part: Condition, record: str, *bracketed: type[AllOf] | type[AnyOf]) -> str:
        said = self.condition_sentence(part, record=record)
        if isinstance(part, (AllOf, AnyOf)) and isinstance(part, bracketed) and len(part.parts) > 1:
            return f"({said})"
        return said

    def signal(self, signal: str) -> str:
        """A signal by the titles of the rules that raise it."""
        if self._raisers is None:
            self._raisers = {}
            for rule in self._book.rules:
                if isinstance(rule.then, SignalOutcome):
                    title = self.words.said(
                        "conditions", "signal", title=self.words.text(rule.title)
                    )
                    self._raisers.setdefault(rule.then.signal, []).append(title)
        titles = self._raisers.get(signal, [signal])
        return self.words.listed(dict.fromkeys(titles))

    def _quantified(self, condition: Quantified) -> str:
        words, record = self.words, condition.record
        neuter = "_neuter" if words.is_neuter(record) else ""
        if condition.count == 1:
            code = ("some" if condition.quantifier == "at_least" else "none") + neuter
            what = words.said("conditions", code, record=words.record(record))
        else:
            code = "count" if condition.quantifier == "at_least" else "fewer"
            count, many = (
                self._operand(condition.count, None, None),
                words.record(record, many=True),
            )
            what = words.said("conditions", code, count=count, record=many)
        if isinstance(condition.where, AllOf) and not condition.where.parts:
            return what
        where = self.condition_sentence(condition.where, record=record)
        return words.said("conditions", "where", what=what, where=where)

    def _comparison(self, condition: Comparison, record: str) -> str:
        words, name = self.words, condition.field
        if condition.operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
            known = words.known_field(record, name)
            return words.said("conditions", condition.operator.value, field=known)
        field = words.field(record, name)
        values = [self._operand(operand, record, name) for operand in condition.operands]
        if condition.operator in (Operator.AT_LEAST, Operator.AT_MOST):
            age = self._age(condition, field)
            if age is not None:
                return age
        if condition.operator in (Operator.IS, Operator.IS_ONE_OF):
            flag = isinstance(condition.operands[0], bool)
            value = words.listed(values)
            return words.said("conditions", "is_flag" if flag else "is", field=field, value=value)
        return words.said("conditions", condition.operator.value, field=field, value=values[0])

    def _age(self, condition: Comparison, field: str) -> str | None:
        """A bound on an age as people say it: `bekymringen kom ind for mindst 30 dage siden`."""
        operand, words, basis = condition.operands[0], self.words, None
        if isinstance(operand, ParameterRef):
            used = None if self._parameters is None else self._parameters.get(operand.parameter)
            number, basis = (None, None) if used is None else (used.value, used.basis)
        else:
            number = operand
        if not isinstance(number, int) or number < 0:
            return None
        value = words.days(number)
        for start, code in (("starts", "age"), ("over", "past")):
            begin = words.said("ages", start)
            if field.lower().startswith(begin):
                what = field[len(begin) :]
                bound = f"{code}_{condition.operator.value}"
                age = words.said("conditions", bound, what=what, value=value)
                if basis is None:
                    return age
                return words.said("parameters", "inline", value=age, basis=words.basis(basis))
        return None

    def _operand(self, operand: Operand, record: str | None, field: str | None) -> str:
        if isinstance(operand, ParameterRef):
            return self._parameter_inline(operand.parameter)
        if record is None or field is None:
            return str(operand)
        return self.words.value(record, field, operand)

    def _parameter_inline(self, name: str) -> str:
        used = None if self._parameters is None else self._parameters.get(name)
        if used is None:
            return self.words.text(self._book.parameters[name].title).lower()
        value = self.words.amount(used.value, used.unit)
        basis = self.words.basis(used.basis)
        return self.words.said("parameters", "inline", value=value, basis=basis)

    def condition_lines(self, condition: Condition, *, depth: int = 0) -> Iterator[str]:
        """A condition as a list, one line a part, deeper parts further in."""
        pad = _STEP * depth
        match condition:
            case AllOf() if condition.parts and depth == 0:
                for part in condition.parts:
                    yield from self.condition_lines(part, depth=depth)
            case AllOf() | AnyOf() if len(condition.parts) > 1:
                code = "all" if isinstance(condition, AllOf) else "any"
                yield f"{pad}- {self.words.said('conditions', code)}"
                for part in condition.parts:
                    yield from self.condition_lines(part, depth=depth + 1)
            case Not() if isinstance(condition.part, (AllOf, AnyOf)):
                yield f"{pad}- {self.words.said('conditions', 'not_any')}"
                yield from self.condition_lines(condition.part, depth=depth + 1)
            case _:
                yield f"{pad}- {self.condition_sentence(condition)}"

    def fact_sentence(self, fact: FactUsed) -> str:
        """`bekymring nr. 2: alvor = alvorlig`."""
        return self.fact_sentences([fact])[0]

    def fact_sentences(self, facts: Iterable[FactUsed]) -> list[str]:
        """Facts gathered by record, one sentence each."""
        groups: dict[tuple[str, int | None], list[str]] = {}
        for fact in facts:
            groups.setdefault((fact.record, fact.no), []).append(self._fact(fact))
        said = []
        for (record, no), parts in groups.items():
            whole = record == "subject" or parts[0].startswith(self._no_record(record))
            joined = ", ".join(dict.fromkeys(parts))
            said.append(joined if whole else f"{self.words.numbered(record, no)}: {joined}")
        return said

    def _no_record(self, record: str) -> str:
        return self.words.said("facts", "none", record=self.words.record(record, many=True))

    def _fact(self, fact: FactUsed) -> str:
        words = self.words
        if fact.field == "number_of_records":
            return words.said("facts", "present") if fact.value else self._no_record(fact.record)
        field = words.field(fact.record, fact.field)
        if isinstance(fact.value, int) and not isinstance(fact.value, bool):
            age = words.age(field, fact.value) if fact.field.endswith("_age_days") else None
            if age is not None:
                return age
        if fact.value is None:
            field = words.known_field(fact.record, fact.field)
        value = words.value(fact.record, fact.field, fact.value)
        return words.said("facts", "equals", field=field, value=value)

    def mark(self, *, assumption: bool) -> str:
        """The visible mark of what is ours and unconfirmed."""
        return self.words.said("parameters", "assumption") if assumption else ""

    def parameter_sentence(self, used: ParameterUsed) -> str:
        """`Dage mellem besøg hos gule: 182 dage (antagelse, fra 2022-01-01)`."""
        parameter = self._book.parameters[used.id]
        return self.words.said(
            "parameters",
            "used",
            title=self.words.text(parameter.title),
            value=self.words.amount(used.value, used.unit),
            basis=self.words.basis(used.basis),
            day=self.words.day(used.valid_from),
        )

    def reason_lines(self, reason: Reason, *, sources: bool = False, depth: int = 0) -> list[str]:
        """A reason: its title, the facts, the numbers it used, and the rules behind it."""
        words, pad = self.words, _STEP * depth
        mark = self.mark(assumption=reason.basis is Basis.ASSUMPTION)
        lines = [f"{pad}- {words.text(reason.title)} ({reason.rule}){mark}"]
        inner = pad + _STEP
        if reason.facts:
            lines += [f"{inner}{said}" for said in self.fact_sentences(reason.facts)]
        lines += [f"{inner}{self.parameter_sentence(used)}" for used in reason.parameters]
        if reason.basis is not Basis.ASSUMPTION and not reason.because:
            lines.append(inner + words.said("reasons", "basis", basis=words.basis(reason.basis)))
        if sources:
            cited = words.sources(reason.sources)
            lines.append(inner + words.said("reasons", "sources", sources=cited))
        for behind in reason.because:
            lines += self.reason_lines(behind, sources=sources, depth=depth + 1)
        return lines

    def visit_line(self, visit: PlannedVisit) -> str:
        """A planned visit on one line: what, when, with what notice."""
        words = self.words
        purposes = words.listed(
            (words.catalogue.word(p, words.lang) for p in visit.purposes), last="and"
        )
        notice = words.catalogue.word(visit.notice, words.lang)
        code = "on" if visit.earliest == visit.latest else "window"
        when = words.said(
            "visits", code, earliest=words.day(visit.earliest), latest=words.day(visit.latest)
        )
        extra = []
        if visit.department is not None:
            extra.append(words.said("visits", "department", no=visit.department))
        who = words.catalogue.word(visit.performed_by, words.lang)
        extra.append(words.said("visits", "performed_by", who=who))
        if visit.at_most_minutes is not None:
            extra.append(words.said("visits", "minutes", minutes=visit.at_most_minutes))
        late = words.said("visits", "overdue") if visit.overdue else ""
        return f"{when}: {purposes}, {notice}, {', '.join(extra)}{late}"

    def visit_details(self, visit: PlannedVisit) -> list[str]:
        """Why a visit is made and why with that notice, on what themes, and whom to hear."""
        words = self.words
        reasons = dict.fromkeys(
            words.text(r.title) + self.mark(assumption=r.rests_on_assumption) for r in visit.reasons
        )
        lines = [words.said("visits", "because", reasons="; ".join(reasons))]
        notice = visit.notice_reason
        title = words.text(notice.title) + self.mark(assumption=notice.rests_on_assumption)
        said = words.catalogue.word(visit.notice, words.lang)
        lines.append(words.said("visits", "notice", notice=said, reason=title))
        if visit.announce_not_before is not None:
            day = words.day(visit.announce_not_before)
            lines.append(words.said("visits", "announce", day=day))
        if visit.themes:
            themes = ", ".join(words.register_word("theme", theme) for theme in visit.themes)
            lines.append(words.said("visits", "themes", themes=themes))
        else:
            lines.append(words.said("visits", "all_themes"))
        if visit.hear:
            heard = ", ".join(words.register_word("source", word) for word in visit.hear)
            lines.append(words.said("visits", "hear", sources=heard))
        if visit.documents:
            asked = ", ".join(words.of_set("document_words", word) for word in visit.documents)
            lines.append(words.said("leads_to", "documents", documents=asked))
        return lines

    def proposal_lines(self, proposal: SanctionProposal) -> list[str]:
        """A proposed step: what is met and missing, why, and what a person does next."""
        words = self.words
        status = words.catalogue.word(proposal.status, words.lang)
        lines = [
            "- "
            + words.said("proposals", "status", step=words.text(proposal.step_title), status=status)
        ]
        for state in proposal.preconditions:
            code = "met" if state.met else "bypassed" if state.bypassed else "missing"
            title, remedy = words.text(state.title), words.text(state.remedy)
            lines.append(_STEP + words.said("proposals", code, title=title, remedy=remedy))
        must = words.said("proposals", "person_must", text=words.text(proposal.person_must))
        lines.append(_STEP + must)
        if proposal.at_most_days is not None:
            days = words.days(proposal.at_most_days)
            lines.append(_STEP + words.said("proposals", "at_most_days", days=days))
        if proposal.warn is not None:
            lines.append(_STEP + words.said("proposals", "warn", text=words.text(proposal.warn)))
        lines += self.reason_lines(proposal.reason, depth=1)
        return lines
