"""Rulebooks with one thing changed, made from the shipped one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.rulebook.book import Rulebook
from models.rulebook import Rule

__all__ = ["rule_of", "with_frame", "with_rule", "with_step", "with_value", "without_rule"]


def with_value(book: Rulebook, name: str, value: Any) -> Rulebook:
    """A parameter that has this value on all days."""
    parameter = book.parameters[name]
    values = tuple(dated.model_copy(update={"value": value}) for dated in parameter.values)
    changed = parameter.model_copy(update={"values": values})
    return replace(book, parameters={**book.parameters, name: changed})


def rule_of(book: Rulebook, name: str) -> Rule:
    """A rule by its name."""
    return next(rule for rule in book.rules if rule.id == name)


def with_rule(book: Rulebook, name: str, *, then: dict[str, Any] | None = None, **lines: Any):
    """A rule with other lines, or with other lines of its outcome."""
    rule = rule_of(book, name)
    if then is not None:
        lines["then"] = rule.then.model_copy(update=then)
    changed = rule.model_copy(update=lines)
    rules = tuple(changed if other.id == name else other for other in book.rules)
    return replace(book, rules=rules)


def without_rule(book: Rulebook, name: str) -> Rulebook:
    """The same without a rule."""
    return replace(book, rules=tuple(rule for rule in book.rules if rule.id != name))


def with_frame(book: Rulebook, name: str, **lines: Any) -> Rulebook:
    """A sample frame with other lines."""
    frames = (f.model_copy(update=lines) if f.id == name else f for f in book.frames)
    return replace(book, frames=tuple(frames))


def with_step(book: Rulebook, name: str, **lines: Any) -> Rulebook:
    """A step of the ladder with other lines."""
    ladder = (s.model_copy(update=lines) if s.step.value == name else s for s in book.ladder)
    return replace(book, ladder=tuple(ladder))
