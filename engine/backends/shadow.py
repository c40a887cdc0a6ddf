"""Two readings of the same rulebook side by side: an answer counts only if both give it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, Protocol

from engine.facts import View
from engine.rulebook.problems import said
from engine.rulebook.program import Firing
from models.terms import Colour

__all__ = ["Difference", "Reading", "ReadingsDisagree", "ShadowedBackend", "difference_of"]


class Reading(Protocol):
    """A backend: evaluates one subject."""

    @property
    def name(self) -> str:
        """What it is called in the run's record."""

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """All strata for one subject."""


class Difference(NamedTuple):
    """A subject on which two readings differ: which rules, never which facts."""

    subject_id: str
    official: str
    shadow: str
    only_official: tuple[str, ...]
    only_shadow: tuple[str, ...]
    category_differs: bool

    def text(self, lang: Literal["da", "en"] = "en") -> str:
        """The subject, and the rules that only one reading gave."""
        parts = [
            said("fault.only_by", rules=", ".join(keys), reading=name).text(lang)
            for keys, name in (
                (self.only_official, self.official),
                (self.only_shadow, self.shadow),
            )
            if keys
        ]
        if self.category_differs:
            parts.append(said("fault.other_category").text(lang))
        return f"{self.subject_id}: {'; '.join(parts)}"

    def __str__(self) -> str:
        return self.text()


class ReadingsDisagree(Exception):  # noqa: N818 - says what is the case
    """The case engine and the reference gave different answers; neither may be used."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        self.differences = tuple(differences)
        super().__init__(self.differences)

    def lines(self, lang: Literal["da", "en"] = "en") -> list[str]:
        """That nothing was decided, and each difference."""
        head = said("fault.disagree").text(lang)
        return [head, *(difference.text(lang) for difference in self.differences)]

    def __str__(self) -> str:
        return "\n".join(self.lines())


class ShadowedBackend:
    """Gives the official reading's answer if the shadow's is the same, and raises if not."""

    def __init__(self, official: Reading, shadow: Reading) -> None:
        self._official = official
        self._shadow = shadow
        self.name = f"{official.name}, checked by {shadow.name}"

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """The answer both give. Raises ReadingsDisagree."""
        official = self._official.evaluate(view, override)
        shadow = self._shadow.evaluate(view, override)
        if official != shadow:
            sides = (self._official.name, official), (self._shadow.name, shadow)
            raise ReadingsDisagree([difference_of(view.subject_id, *sides)])
        return official

    def evaluate_all(
        self, cases: Iterable[tuple[View, Colour | None]], *, at_most: int = 20
    ) -> list[Firing]:
        """The answers for many subjects. Raises ReadingsDisagree with up to `at_most` of them."""
        firings: list[Firing] = []
        differences: list[Difference] = []
        for view, override in cases:
            try:
                firings.append(self.evaluate(view, override))
            except ReadingsDisagree as error:
                differences += error.differences
                if len(differences) >= at_most:
                    break
        if differences:
            raise ReadingsDisagree(differences)
        return firings


def difference_of(
    subject_id: str, official: tuple[str, Firing], shadow: tuple[str, Firing]
) -> Difference:
    """How two readings, each with its name, differ on a subject."""
    (official_name, one), (shadow_name, other) = official, shadow
    return Difference(
        subject_id=subject_id,
        official=official_name,
        shadow=shadow_name,
        only_official=_beyond(one, other),
        only_shadow=_beyond(other, one),
        category_differs=(one.proposed, one.in_force) != (other.proposed, other.in_force),
    )


def _beyond(one: Firing, other: Firing) -> tuple[str, ...]:
    signals = (f"signal {name}" for name in one.signals - other.signals)
    return (*sorted(one.held - other.held), *sorted(signals))
