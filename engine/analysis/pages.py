"""Whole pages about parts of a rulebook: rules, parameters, floors, frames, steps of the ladder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from engine.analysis.prose import Prose
from engine.facts.introspection import age_name
from engine.rulebook.book import Rulebook
from engine.rulebook.resolve import ResolvedRulebook, parameters_in
from models.conditions import ParameterRef
from models.rulebook import (
    ColourOutcome,
    Floor,
    Frame,
    FrameOutcome,
    LadderStep,
    NoticeOutcome,
    Parameter,
    ProposalOutcome,
    Rule,
    SignalOutcome,
    VisitOutcomeRule,
)
from models.terms import Kind

__all__ = ["Pages", "parameters_of_rule"]


def parameters_of_rule(rule: Rule) -> tuple[str, ...]:
    """Every parameter that a rule's condition, outcome or preconditions name."""
    names = dict.fromkeys(parameters_in(rule.when))
    for value in vars(rule.then).values():
        if isinstance(value, ParameterRef):
            names[value.parameter] = None
    if isinstance(rule.then, ProposalOutcome):
        for need in rule.then.needs:
            names |= dict.fromkeys(parameters_in(need.when))
    return tuple(names)


class Pages:
    """Writes pages of one rulebook as it stands on a day. `prose` says the words."""

    def __init__(self, resolved: ResolvedRulebook, prose: Prose) -> None:
        self._resolved = resolved
        self._book: Rulebook = resolved.book
        self._prose = prose
        self._words = prose.words

    def _said(self, code: str, **blanks: object) -> str:
        return self._words.said("pages", code, **blanks)

    def _day(self, day: date) -> str:
        return self._words.day(day)

    def rule_page(self, rule: Rule) -> list[str]:
        """Title, when, what it leads to, numbers of the day, basis, sources, validity, review."""
        words = self._words
        lines = [self._head(rule.id, words.text(rule.title)), self._kinds(rule.applies_to)]
        lines += ["", self._said("when")]
        lines += [f"  {line}" for line in self._prose.condition_lines(rule.when)]
        lines += ["", self._said("then")]
        lines += [f"  - {line}" for line in self._outcome(rule)]
        names = parameters_of_rule(rule)
        if names:
            lines += ["", self._said("parameters", day=self._day(self._resolved.as_of))]
            for name in names:
                used = self._prose.parameter_sentence(self._resolved.parameters[name])
                lines.append(f"  - {name} = {used}")
        lines += ["", *self._foot(rule)]
        if rule not in self._resolved.rules:
            lines.append(self._said("not_in_force", day=self._day(self._resolved.as_of)))
        if rule.note is not None:
            lines.append(self._said("note", note=words.text(rule.note)))
        return lines

    def _head(self, entry_id: str, title: str) -> str:
        return f"{title} ({entry_id})"

    def _kinds(self, kinds: Iterable[Kind]) -> str:
        named = (self._words.catalogue.word(kind, self._words.lang) for kind in kinds)
        return self._said("applies_to", kinds=self._words.listed(named, last="and"))

    def _foot(self, entry: Rule | Floor | Frame | LadderStep) -> Iterator[str]:
        yield self._said("basis", basis=self._words.basis(entry.basis))
        yield self._said("sources")
        for source in entry.sources:
            yield f"  - {self._words.source(source)}"
        if not isinstance(entry, Floor):
            first, last = self._day(entry.valid_from), entry.valid_until
            if last is None:
                yield self._said("valid", first=first)
            else:
                yield self._said("valid_until", first=first, last=self._day(last))
        yield self._said("reviewed", day=self._day(entry.reviewed))
        yield self._said("place", place=f"{entry.place.file}:{entry.place.line}")

    def _amount(self, operand: int | ParameterRef | None, unit: str) -> str:
        if isinstance(operand, ParameterRef):
            used = self._resolved.parameters[operand.parameter]
            value = self._words.amount(used.value, used.unit)
            basis = self._words.basis(used.basis)
            return self._words.said("parameters", "inline", value=value, basis=basis)
        return self._words.amount(operand, unit)

    def _outcome(self, rule: Rule) -> Iterator[str]:
        words, outcome = self._words, rule.then
        match outcome:
            case SignalOutcome():
                yield words.said("leads_to", "signal", signal=outcome.signal)
            case ColourOutcome():
                yield words.said("leads_to", "colour", colour=words.colour(outcome.colour))
            case NoticeOutcome():
                notice = words.catalogue.word(outcome.notice, words.lang)
                yield words.said("leads_to", "notice", notice=notice, rank=outcome.rank)
            case FrameOutcome():
                yield words.said("leads_to", "frame", frame=outcome.frame)
            case VisitOutcomeRule():
                yield from self._visit(outcome)
            case ProposalOutcome():
                step = words.catalogue.word(outcome.step, words.lang)
                yield words.said("leads_to", "proposal", step=step)
                for need in outcome.needs:
                    title, remedy = words.text(need.title), words.text(need.remedy)
                    yield words.said("leads_to", "needs", title=title, remedy=remedy)
                yield words.said("proposals", "person_must", text=words.text(outcome.person_must))
                if outcome.warn is not None:
                    yield words.said("proposals", "warn", text=words.text(outcome.warn))
                yield words.said("proposals", "never_automatic")

    def _visit(self, outcome: VisitOutcomeRule) -> Iterator[str]:
        words = self._words
        purpose = words.catalogue.word(outcome.purpose, words.lang)
        if outcome.every_days is not None:
            days = self._amount(outcome.every_days, "days")
            yield words.said("leads_to", "visit_every", purpose=purpose, days=days)
        elif outcome.times_a_year is not None:
            field = words.field("subject", outcome.times_a_year)
            yield words.said("leads_to", "visit_times", purpose=purpose, field=field)
        else:
            yield words.said(
                "leads_to",
                "visit_within",
                purpose=purpose,
                days=self._amount(outcome.within_days, "days"),
                counted=words.listed(
                    words.event("subject", age_name(name)) for name in outcome.subject_field
                )
                if outcome.subject_field
                else words.catalogue.word(outcome.counted_from, words.lang),
            )
        if outcome.each_department:
            yield words.said("leads_to", "each_department")
        who = words.catalogue.word(outcome.performed_by, words.lang)
        yield words.said("visits", "performed_by", who=who)
        methods = ", ".join(words.of_set("method_words", word) for word in outcome.methods)
        yield words.said("leads_to", "methods", methods=methods)
        if outcome.themes:
            themes = ", ".join(words.register_word("theme", theme) for theme in outcome.themes)
            yield words.said("visits", "themes", themes=themes)
        heard = ", ".join(words.register_word("source", word) for word in outcome.hear)
        yield words.said("visits", "hear", sources=heard)
        if outcome.documents:
            asked = ", ".join(words.of_set("document_words", word) for word in outcome.documents)
            yield words.said("leads_to", "documents", documents=asked)
        if outcome.at_most_minutes is not None:
            yield words.said(
                "proposals", "at_most_days", days=self._amount(outcome.at_most_minutes, "minutes")
            )

    def parameter_page(self, parameter: Parameter) -> list[str]:
        """A parameter's values through time with their basis, and the rules that use it."""
        words = self._words
        lines = [self._head(parameter.id, words.text(parameter.title)), "", self._said("values")]
        for value in parameter.values:
            basis = words.basis(value.basis)
            line = self._said(
                "value",
                day=self._day(value.valid_from),
                value=words.amount(value.value, parameter.unit),
                basis=basis,
                sources=words.sources(value.sources).removeprefix(f"{basis}: "),
                reviewed=self._day(value.reviewed),
            )
            lines.append(f"  - {line}")
            if value.note is not None:
                lines.append("    " + self._said("note", note=words.text(value.note)))
        users = [rule.id for rule in self._book.rules if parameter.id in parameters_of_rule(rule)]
        users += [f.id for f in self._book.floors if f.interval_days.parameter == parameter.id]
        users += [f.id for f in self._book.frames if parameter.id in _named(f)]
        users += [s.step.value for s in self._book.ladder if parameter.id in _named(s)]
        if users:
            lines += ["", self._said("used_by", rules=", ".join(users))]
        lines += ["", self._said("place", place=f"{parameter.place.file}:{parameter.place.line}")]
        return lines

    def floor_page(self, floor: Floor) -> list[str]:
        """The law's hard maximum between visits."""
        value = self._amount(floor.interval_days, "days")
        lines = [self._head(floor.id, self._words.text(floor.title)), self._kinds(floor.applies_to)]
        lines += ["", self._said("interval", value=value)]
        if floor.each_department:
            lines.append(self._words.said("leads_to", "each_department"))
        history = self._book.parameters[floor.interval_days.parameter]
        return [*lines, "", *self.parameter_page(history)[2:-2], "", *self._foot(floor)]

    def frame_page(self, frame: Frame) -> list[str]:
        """A sample frame: whom it draws from, how many, on what theme."""
        words = self._words
        drawn = self._said(
            "drawn",
            share=self._amount(frame.share_percent, "percent"),
            least=self._amount(frame.at_least_per_stratum, "count"),
            strata=", ".join(words.field("subject", name) for name in frame.strata),
            theme=words.register_word("theme", frame.theme),
            notice=words.catalogue.word(frame.notice, words.lang),
        )
        lines = [self._head(frame.id, words.text(frame.title)), self._kinds(frame.applies_to)]
        return [*lines, "", words.text(frame.topic), drawn, "", *self._foot(frame)]

    def step_page(self, step: LadderStep) -> list[str]:
        """A step of the sanction ladder: its nature, what it follows, and how long it may run."""
        words = self._words
        nature = words.catalogue.word(step.nature, words.lang)
        title = f"{words.text(step.title)}, {nature}"
        lines = [self._head(step.step.value, title), self._kinds(step.applies_to), ""]
        if step.follows:
            steps = (words.catalogue.word(before, words.lang) for before in step.follows)
            lines.append(self._said("follows", steps=words.listed(steps)))
        if step.warned_by is not None:
            before = words.catalogue.word(step.warned_by, words.lang)
            lines.append(self._said("warned_by", step=before))
        if step.longest_days is not None:
            lines.append(self._said("longest", value=self._amount(step.longest_days, "days")))
        return [*lines, "", *self._foot(step)]


def _named(entry: Frame | LadderStep) -> set[str]:
    return {value.parameter for value in vars(entry).values() if isinstance(value, ParameterRef)}
