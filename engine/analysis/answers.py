"""What is missing, and what would change, as sentences."""

from __future__ import annotations

from engine.analysis.changeable import FactChange
from engine.analysis.counterfactual import Change, NewRecord
from engine.analysis.missing import Missing
from engine.analysis.prose import Prose
from models.conditions import AllOf, Comparison, Operator, Quantified
from models.rulebook import ParameterValue

__all__ = ["Answers"]

_UNDERSTOOD = frozenset({"open", "latest", "current", "present", "active", "years_ahead"})
"""What is true of every new record that counts, and need not be said."""
_FULFILLED = {("sanction", "current"), ("approval_condition", "open")}


class Answers:
    """Says counterfactuals in the words of a Prose."""

    def __init__(self, prose: Prose) -> None:
        self._prose = prose
        self._words = prose.words

    def _said(self, code: str, **blanks: object) -> str:
        return self._words.said("answers", code, **blanks)

    def _who(self, record: str, no: int | None, about: tuple[tuple[str, str], ...]) -> str:
        who = self._words.numbered(record, no)
        if not about:
            return who
        facts = ", ".join(self._fact(record, name, value) for name, value in about)
        return self._said("about", who=who, facts=facts)

    def _fact(self, record: str, name: str, value: ParameterValue) -> str:
        code = "fact_flag" if isinstance(value, bool) else "fact"
        said = self._words.value(record, name, value)
        return self._said(code, field=self._words.field(record, name), value=said)

    def missing_sentence(self, missing: Missing) -> str:
        """`bekymring nr. 2: alvor er mild; skulle være: alvorlig eller akut`."""
        if isinstance(missing.wanted, Quantified):
            return self._records(missing, missing.wanted)
        who = self._who(missing.record, missing.no, missing.about)
        if missing.wanted is None:
            return self._said("hidden", who=who)
        name = missing.wanted.field
        blanks = {
            "field": self._field(missing, missing.wanted),
            "value": self._words.value(missing.record, name, missing.value),
            "wanted": self._wanted(missing.record, missing.wanted, negated=missing.negated),
        }
        if missing.record == "subject":
            return self._said("field_of_subject", **blanks)
        return self._said("field", who=who, **blanks)

    def _field(self, missing: Missing, wanted: Comparison) -> str:
        asks_if_known = wanted.operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN)
        if asks_if_known or missing.value is None:
            return self._words.known_field(missing.record, wanted.field)
        return self._words.field(missing.record, wanted.field)

    def _wanted(self, record: str, wanted: Comparison, *, negated: bool) -> str:
        words = self._words
        values = [words.value(record, wanted.field, value) for value in _literals(wanted)]
        if wanted.field.endswith("_age_days") and wanted.operator in (
            Operator.AT_LEAST,
            Operator.AT_MOST,
        ):
            values = [words.days(value) for value in _literals(wanted) if isinstance(value, int)]
        match wanted.operator:
            case Operator.AT_LEAST:
                return self._said("less_than" if negated else "at_least", value=values[0])
            case Operator.AT_MOST:
                return self._said("more_than" if negated else "at_most", value=values[0])
            case Operator.IS_KNOWN | Operator.IS_UNKNOWN:
                known = (wanted.operator is Operator.IS_KNOWN) is not negated
                return self._said("known") if known else words.said("facts", "unknown")
            case _:
                either = words.listed(values)
                return self._said("is_not", value=either) if negated else either

    def _records(self, missing: Missing, wanted: Quantified) -> str:
        counted = wanted.model_copy(update={"quantifier": "at_least", "count": missing.number})
        what = self._prose.condition_sentence(counted)
        if missing.negated:
            return self._said("too_many", what=what)
        if missing.number == 1:
            what = self._words.numbered(wanted.record, None)
            if not (isinstance(wanted.where, AllOf) and not wanted.where.parts):
                where = self._prose.condition_sentence(wanted.where, record=wanted.record)
                what = self._words.said("conditions", "where", what=what, where=where)
        return self._said("record", what=what)

    def fact_change(self, change: FactChange) -> str:
        """`bekymring nr. 2 lukkes`, `mål dokumenteret nej → ja`."""
        words = self._words
        if change.event is not None:
            return self._said(change.event)
        who = self._who(change.record, change.no, change.about)
        of_subject = change.record == "subject"
        field = words.field(change.record, change.field)
        if (change.record, change.field) == ("concern", "open"):
            return self._said("closed", who=who)
        if (change.record, change.field) in _FULFILLED:
            return self._said("fulfilled", who=who)
        if change.field.endswith("_age_days"):
            field = words.of_set("dones", change.field)
            code = "withdrawn" if change.new is None else "done"
            return self._said(code if of_subject else f"{code}_of", who=who, field=field)
        old, new = (
            words.value(change.record, change.field, value) for value in (change.old, change.new)
        )
        code = "change_of_subject" if of_subject else "change"
        return self._said(code, who=who, field=field, old=old, new=new)

    def change_sentence(self, change: Change) -> str:
        """The changes together, and the colour they give."""
        said = self._said("both").join(self.fact_change(fact) for fact in change.facts)
        return self._said("gives", changes=said, colour=self._words.colour(change.colour))

    def new_record_sentence(self, new: NewRecord) -> str:
        """`ny bekymring (alvor alvorlig): gul`."""
        words = self._words
        facts = ", ".join(
            self._fact(new.record, name, value)
            for name, value in new.facts
            if name not in _UNDERSTOOD and not (name.endswith("_age_days") and value == 0)
        )
        code = "new_record_neuter" if words.is_neuter(new.record) else "new_record"
        said = self._said(code, record=words.record(new.record), facts=facts)
        said = said.removesuffix(" ()")
        return self._said("gives", changes=said, colour=words.colour(new.colour))


def _literals(wanted: Comparison) -> list[ParameterValue]:
    return [value for value in wanted.operands if isinstance(value, (bool, int, str))]
