"""The page about one subject that `tilsynstryk category` prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.analysis.answers import Answers
from engine.analysis.prose import Prose
from engine.analysis.subject_answer import AHEAD_DAYS, SubjectAnswer
from engine.facts.introspection import age_name
from engine.rulebook.book import Rulebook
from models.decisions import Assessment
from models.facts import RECORD_MODELS, Dossier
from models.terms import ApprovalStatus, Colour

__all__ = ["SubjectPage"]

_MOST_WORSE = 4
_MOST_VISITS = 4
_PLANNED = (
    ApprovalStatus.APPLIED,
    ApprovalStatus.APPROVED,
    ApprovalStatus.APPROVED_WITH_CONDITIONS,
)


class SubjectPage:
    """Writes the page in the words of a Prose."""

    def __init__(self, book: Rulebook, prose: Prose, *, sources: bool = False) -> None:
        self._titles = {rule.id: rule.title for rule in book.rules}
        self._frames = {frame.id: frame.title for frame in book.frames}
        self._floors = frozenset(floor.id for floor in book.floors)
        self._prose = prose
        self._words = prose.words
        self._answers = Answers(prose)
        self._sources = sources

    def _said(self, code: str, **blanks: object) -> str:
        return self._words.said("page", code, **blanks)

    def lines(self, dossier: Dossier, answer: SubjectAnswer) -> Iterator[str]:
        """The whole page."""
        yield from self._head(dossier, answer)
        for section in (
            self._why,
            self._why_not,
            self._changes,
            self._visits,
            self._proposals,
            self._samples,
            self._ages,
            self._assumptions,
        ):
            heading, *lines = section(answer)
            yield ""
            yield heading
            yield from (f"  {line}" for line in lines)
        yield ""
        yield self._said("foot", hash=answer.decision.rulebook_hash[:12])

    def _head(self, dossier: Dossier, answer: SubjectAnswer) -> Iterator[str]:
        words, decision = self._words, answer.decision
        category, since = decision.category, answer.since
        yield self._said(
            "head",
            id=decision.subject_id,
            kind=words.catalogue.word(decision.kind, words.lang),
            authority=words.catalogue.word(decision.authority, words.lang),
            day=words.day(decision.as_of),
        )
        yield ""
        code = "since_at_least" if since.at_least else "since"
        colour = words.colour(category.in_force).upper()
        yield self._said(code, colour=colour, day=answer.said_day(since.day))
        yield self._assessment(answer)
        if category.override is not None:
            held = category.override
            yield self._said(
                "override",
                who=held.decided_by,
                decided=words.day(held.decided_on),
                expires=words.day(held.expires_on),
                reason=held.reason,
            )
            yield self._said("proposed", colour=words.colour(category.proposed))
            if held.newer_facts:
                kinds = ", ".join(self._newer(name) for name in held.newer_facts)
                yield self._said("override_newer", kinds=kinds)
        status = dossier.subject.approval_status
        if status not in _PLANNED:
            yield self._said("not_supervised", status=words.catalogue.word(status, words.lang))

    def _newer(self, name: str) -> str:
        if name in RECORD_MODELS:
            return self._words.record(name)
        return self._words.event("subject", age_name(name))

    def _assessment(self, answer: SubjectAnswer) -> str:
        category = answer.decision.category
        day = None if category.assessed_on is None else self._words.day(category.assessed_on)
        if category.assessment is Assessment.ASSESSED:
            return self._said("assessed", day=day)
        if category.in_force is Colour.GREEN:
            return self._said("green_never" if day is None else "green_by_default", day=day)
        return self._said("never_assessed" if day is None else "not_assessed", day=day)

    def _why(self, answer: SubjectAnswer) -> Iterator[str]:
        yield self._said("why")
        reasons = answer.decision.category.reasons
        if not reasons:
            yield self._said("why_green")
        for reason in reasons:
            yield from self._prose.reason_lines(reason, sources=self._sources)

    def _title(self, rule_id: str) -> str:
        title = self._titles.get(rule_id)
        return rule_id if title is None else self._words.text(title)

    def _why_not(self, answer: SubjectAnswer) -> Iterator[str]:
        colours = [*answer.kept_from, *answer.not_raised]
        named = self._words.listed(self._words.colour(colour) for colour in colours)
        yield self._said("why_not", colour=named.upper())
        for colour, rules in answer.kept_from.items():
            titles = "; ".join(self._title(rule) for rule in rules)
            yield self._said(
                "why_not_milder", colour=self._words.colour(colour).capitalize(), rules=titles
            )
        for colour, found in answer.not_raised.items():
            said = self._words.colour(colour)
            if not found:
                yield self._said("no_such_rule", colour=said)
            else:
                yield f"{said.capitalize()}:"
            for item in found:
                lacks = "; ".join(self._answers.missing_sentence(m) for m in item.missing)
                yield f"- {self._words.text(item.rule.title)}: {lacks}"

    def _changes(self, answer: SubjectAnswer) -> Iterator[str]:
        changes = answer.changes
        yield self._said("changes")
        if changes.overridden:
            yield self._said("of_the_override")
        if answer.decision.category.proposed is not Colour.GREEN:
            if changes.milder:
                yield self._said("milder")
                for change in changes.milder:
                    yield f"- {self._answers.change_sentence(change)}"
            else:
                yield self._said("no_milder")
        worse = [self._answers.new_record_sentence(new) for new in changes.new_records]
        worse += [self._answers.change_sentence(change) for change in changes.worse]
        if worse:
            yield self._said("worse")
            yield from (f"- {line}" for line in worse[:_MOST_WORSE])
            if len(worse) > _MOST_WORSE:
                left = len(worse) - _MOST_WORSE
                yield self._said("and_one_more" if left == 1 else "and_more", count=left)
        how = self._said("to_the_smallest" if changes.smallest else "singly")
        code = "searched_one" if changes.considered == 1 else "searched"
        yield self._said(code, count=changes.considered, how=how)
        yield from self._time(answer)

    def _time(self, answer: SubjectAnswer) -> Iterator[str]:
        if not answer.ahead:
            yield self._said("time_nothing", days=self._words.days(AHEAD_DAYS))
        for change in answer.ahead:
            titles = "; ".join(self._title(rule) for rule in change.rules)
            code = "time_alone" if titles else "time_alone_override"
            colour = self._words.colour(change.colour)
            yield self._said(code, colour=colour, day=answer.said_day(change.day), rules=titles)

    def _visits(self, answer: SubjectAnswer) -> Iterator[str]:
        plan = answer.decision.plan
        yield self._said("visits")
        if not plan.visits:
            yield self._said("no_visits", day=self._words.day(plan.period_until))
        for visit in plan.visits[:_MOST_VISITS]:
            yield self._prose.visit_line(visit)
            if visit.no == 1:
                yield from (f"  {line}" for line in self._prose.visit_details(visit))
        left = len(plan.visits) - _MOST_VISITS
        if left > 0:
            last = self._words.day(plan.visits[-1].latest)
            yield self._said("more_visits", visits=self._words.amount(left, "visits"), day=last)
        if plan.floor_due_on is None:
            yield self._said("no_floor")
        elif any(r.rule in self._floors for v in plan.visits if v.overdue for r in v.reasons):
            yield self._said("floor_passed")
        else:
            yield self._said("floor", day=self._words.day(plan.floor_due_on))

    def _proposals(self, answer: SubjectAnswer) -> Iterator[str]:
        yield self._said("proposals")
        proposals = answer.decision.proposals
        if not proposals:
            yield self._said("none")
        for proposal in proposals:
            yield from self._prose.proposal_lines(proposal)
        if proposals:
            yield self._words.said("proposals", "never_automatic")

    def _samples(self, answer: SubjectAnswer) -> Iterator[str]:
        yield self._said("samples")
        titles = [self._words.text(self._frames[frame]) for frame in answer.decision.frames]
        if titles:
            yield self._said("frames", frames="; ".join(titles))
        else:
            yield self._said("no_frames")

    def _ages(self, answer: SubjectAnswer) -> Iterator[str]:
        yield self._said("ages")
        as_of = answer.decision.as_of
        listed: list[tuple[str, date | None]] = [
            (self._said("last_visit"), answer.last_visit_on),
            (self._said("last_assessed"), answer.decision.category.assessed_on),
        ]
        for kind, day in answer.newest.items():
            one, many = self._words.record(kind), self._words.record(kind, many=True)
            listed.append((self._said("newest", record=one, records=many), day))
        for what, known in listed:
            if known is None:
                yield self._said("unknown", what=what)
            else:
                days = self._words.days((as_of - known).days)
                yield self._said("age", what=what, day=self._words.day(known), days=days)

    def _assumptions(self, answer: SubjectAnswer) -> Iterator[str]:
        yield self._said("assumptions")
        if answer.assumed_rules:
            yield self._said("assumed_rules", ids=", ".join(answer.assumed_rules))
        if answer.assumed_parameters:
            yield self._said("assumed_parameters", ids=", ".join(answer.assumed_parameters))
        if not (answer.assumed_rules or answer.assumed_parameters):
            yield self._said("no_assumptions")
