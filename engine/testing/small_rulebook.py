"""A rulebook that tells itself in a few lines, where a test shows it as its example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.rulebook.book import Rulebook
from engine.testing.telling import told
from engine.testing.writing import written_condition, written_outcome

__all__ = ["SmallRulebook"]


@dataclass(frozen=True, repr=False)
class SmallRulebook(Rulebook):
    """Its numbers, rules and floors; the registers would be hundreds of lines."""

    def __repr__(self) -> str:
        lines = [f"rulebook {self.content_hash[:8]}"]
        for parameter in self.parameters.values():
            values = ", ".join(f"{told(v.value)} from {v.valid_from}" for v in parameter.values)
            lines.append(f"  {parameter.id}: {values}")
        for rule in self.rules:
            until = "" if rule.valid_until is None else f", until {rule.valid_until}"
            lines.append(f"  {rule.id} ({', '.join(rule.applies_to)}{until})")
            lines.append(f"    when {written_condition(rule.when)}")
            lines.append(f"    then {written_outcome(rule.then)}")
        for floor in self.floors:
            each = ", each department" if floor.each_department else ""
            lines.append(f"  {floor.id}: every {floor.interval_days.parameter}{each}")
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis would spell a dataclass out field by field."""
        printer.text(repr(self))
