"""Which worked case notices a mutant: only cases that the change can reach are answered again.

A case's facts are laid out and answered once, by the shipped rulebook. Where a mutant changes
conditions alone, those conditions are held against the same facts; if none turns, the case gives
the same answer. Only where one turns is the case answered anew, by the changed rulebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.analysis.case_run import case_failures
from engine.analysis.cases import Case
from engine.analysis.mutation.mutant import ChangeKind, Mutant
from engine.backends.reference import prepare
from engine.decisions.decide import Decider
from engine.decisions.notice import NoticeError
from engine.decisions.reasons import Evaluated
from engine.rulebook.book import Rulebook
from engine.rulebook.check import check_rulebook
from engine.rulebook.program import need_key
from engine.rulebook.resolve import resolve
from models.rulebook import ProposalOutcome
from models.terms import Kind

__all__ = ["FailingCasesError", "Trial", "Verdict"]


class FailingCasesError(Exception):
    """Some cases do not give their answer under the rulebook as it is; mend them first."""

    def __init__(self, cases: tuple[Case, ...]) -> None:
        self.cases = cases
        super().__init__(f"{len(cases)} worked cases fail under the rulebook as it is")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: the case that noticed it, or else a case whose rules turned
    without anybody saying so, or neither. `refused`: the check of the rulebook would not let it
    pass."""

    mutant: Mutant
    noticed_by: Case | None = None
    turned_in: Case | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Tried:
    """A case as the rulebook answers it now."""

    case: Case
    evaluated: Evaluated

    @property
    def held(self) -> frozenset[str]:
        """The keys of the conditions that hold."""
        return self.evaluated.firing.held

    @property
    def says_days(self) -> bool:
        """Whether the case speaks of a visit's days, which may change though no condition
        turns."""
        return bool(self.case.expect.details.first_visits)

    @property
    def says_notice(self) -> bool:
        """Whether the case speaks of a visit's notice, which rules of a later day may decide."""
        return any(v.notice is not None for v in self.case.expect.details.first_visits.values())


class Trial:
    """Tries mutants on the worked cases of one rulebook."""

    def __init__(self, book: Rulebook, cases: Iterable[Case]) -> None:
        self._book = book
        self._kinds = _kinds_of_keys(book)
        self._cases: dict[str, Case] = {}
        self._days: dict[date, tuple[Decider, list[_Tried]]] = {}
        failing: list[Case] = []
        for case in cases:
            if case.as_of not in self._days:
                self._days[case.as_of] = (Decider(resolve(book, as_of=case.as_of)), [])
            decider, tried = self._days[case.as_of]
            decision = decider.decide(case.dossier)
            if any(case_failures(case, decision, decider.resolved)):
                failing.append(case)
            tried.append(_Tried(case, decider.evaluate(case.dossier)))
            self._cases[case.sentence] = case
        if failing:
            raise FailingCasesError(tuple(failing))

    def case(self, sentence: str | None) -> Case | None:
        """The case of a sentence."""
        return None if sentence is None else self._cases[sentence]

    def verdict(self, mutant: Mutant) -> Verdict:
        """Which case notices a mutant, if any."""
        mutated = mutant.apply(self._book)
        if any(not problem.warning for problem in check_rulebook(mutated)):
            return Verdict(mutant, refused=True)
        turned: Case | None = None
        suspects: dict[date, list[_Tried]] = {}
        if mutant.conditions is None:
            suspects = self._reached(mutant)
        else:
            for day, item, key in self._turned(mutant, mutated, suspects):
                if key in item.case.expect.rules or key in item.case.expect.not_rules:
                    return Verdict(mutant, noticed_by=item.case)
                turned = turned or item.case
                suspects.setdefault(day, []).append(item)
        for day in sorted(suspects, key=lambda day: (-len(suspects[day]), day)):
            noticed = self._noticed(mutated, day, _nearest_first(suspects[day], mutant))
            if noticed is not None:
                return Verdict(mutant, noticed_by=noticed)
        if turned is None and mutant.when_held and mutant.conditions is None:
            turned = next((item.case for items in suspects.values() for item in items), None)
        return Verdict(mutant, turned_in=turned)

    def _turned(
        self, mutant: Mutant, mutated: Rulebook, suspects: dict[date, list[_Tried]]
    ) -> Iterator[tuple[date, _Tried, str]]:
        """The cases in which a changed condition turns; those whose days may change otherwise
        become suspects at once."""
        for day, (decider, tried) in self._days.items():
            in_force = mutant.days is None or mutant.days[0] <= day <= mutant.days[1]
            for item in tried:
                if item.says_notice or (item.says_days and _rests_on(item, mutant)):
                    suspects.setdefault(day, []).append(item)
            if not in_force:
                continue
            named = mutant.kind in (ChangeKind.PARAMETER, ChangeKind.PARAMETER_DAY)
            resolved = resolve(mutated, as_of=day) if named else decider.resolved
            for change in mutant.conditions or ():
                if change.key not in decider.reference.prepared:
                    continue
                test = prepare(resolved.resolved(change.condition)).test
                kinds = self._kinds[change.key]
                for item in tried:
                    if item.case.dossier.kind in kinds and test(item.evaluated.scope) != (
                        change.key in item.held
                    ):
                        yield day, item, change.key

    def _reached(self, mutant: Mutant) -> dict[date, list[_Tried]]:
        """The cases that a change of an outcome, a period or a number may reach."""
        found: dict[date, list[_Tried]] = {}
        for day, (_, tried) in self._days.items():
            in_force = mutant.days is None or mutant.days[0] <= day <= mutant.days[1]
            for item in tried:
                if item.case.dossier.kind not in mutant.kinds:
                    continue
                held = not mutant.rules or not mutant.rules.isdisjoint(item.held)
                about = in_force and (held or not mutant.when_held)
                if about or item.says_notice or (item.says_days and held):
                    found.setdefault(day, []).append(item)
        return found

    def _noticed(self, mutated: Rulebook, day: date, items: list[_Tried]) -> Case | None:
        """The first of the cases of one day that fails under a changed rulebook."""
        try:
            decider = Decider(resolve(mutated, as_of=day))
            for item in items:
                last = item.case
                decision = decider.decide(item.case.dossier)
                if any(case_failures(item.case, decision, decider.resolved)):
                    return item.case
        except NoticeError:
            return last
        return None


def _kinds_of_keys(book: Rulebook) -> dict[str, frozenset[Kind]]:
    """To which kinds of subject the condition behind a key of the program applies."""
    found: dict[str, frozenset[Kind]] = {}
    for rule in book.rules:
        found[rule.id] = kinds = frozenset(rule.applies_to)
        if isinstance(rule.then, ProposalOutcome):
            found |= {need_key(rule.id, need.id): kinds for need in rule.then.needs}
    return found


def _rests_on(item: _Tried, mutant: Mutant) -> bool:
    """Whether a changed condition holds, so that the records it rests on may be others."""
    return any(change.key in item.held for change in mutant.conditions or ())


def _nearest_first(items: list[_Tried], mutant: Mutant) -> list[_Tried]:
    """Cases that name the changed rules, or speak of days, before all others; each once."""

    def far(item: _Tried) -> tuple[bool, bool]:
        expect = item.case.expect
        named = not mutant.rules.isdisjoint((*expect.rules, *expect.not_rules))
        return not named, not item.says_days

    return sorted({id(item): item for item in items}.values(), key=far)
