"""What a law is, what it is held against, and what is said when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.rulebook import Place

__all__ = ["Law", "LawBroken"]


class LawBroken(AssertionError):  # noqa: N818 - says what is the case
    """A rulebook breaks one of its laws. Says which, on what facts, and where the rules stand."""

    def __init__(
        self,
        law: str,
        what: str,
        *,
        facts: Iterable[str] = (),
        rules: Iterable[tuple[str, Place | None]] = (),
    ) -> None:
        self.law = law
        self.what = what
        self.facts = tuple(facts)
        self.rules = tuple(rules)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """The law, what is wrong, the facts, and each rule with its file and line."""
        said = [f"Broken: {self.law}.", self.what]
        if self.facts:
            said += ["", "on these facts:", *(f"  {fact}" for fact in self.facts)]
        if self.rules:
            said += ["", "by these rules:"]
            said += [
                f"  {name}" if place is None else f"  {place.file}:{place.line}: {name}"
                for name, place in self.rules
            ]
        return said


@dataclass(frozen=True)
class Law:
    """One thing that must be so of a rulebook whatever the facts are.

    `check` raises LawBroken for a case that `cases` may draw. A law about the rulebook alone has no
    cases, and is checked once, with None.
    """

    name: str
    says: str
    check: Callable[[Any], None]
    cases: st.SearchStrategy[Any] | None = None

    def hold(self, chosen: settings | None = None) -> None:
        """Tries the law on as many cases as the settings say (default: those of the profile in
        force). Raises LawBroken with the smallest case that breaks it."""
        if self.cases is None:
            self.check(None)
            return

        @given(self.cases)
        def law(case: Any) -> None:
            self.check(case)

        run = law if chosen is None else chosen(law)
        run()
