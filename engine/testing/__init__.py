"""Hypothesis strategies for facts, conditions, programs and whole rulebooks, and the laws that any
rulebook must keep; `docs/testing-a-rulebook.md` tells how they are used.

For tests of this program and of rulebooks written for it; needs the extra `test`. The names are
fetched when they are asked for, so that pytest can look for the plugin here at no cost.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.testing.books import rulebooks
    from engine.testing.course import course_of
    from engine.testing.facts import AS_OF, subjects, subjects_near, views, views_near
    from engine.testing.laws import Law, LawBroken, RulebookUnderTest, laws_of
    from engine.testing.rules import conditions, part_of_vocabulary, programs, programs_and_views
    from engine.testing.thresholds import Thresholds, thresholds_of
    from engine.testing.writing import write_rulebook

__all__ = [
    "AS_OF",
    "Law",
    "LawBroken",
    "RulebookUnderTest",
    "Thresholds",
    "conditions",
    "course_of",
    "laws_of",
    "part_of_vocabulary",
    "programs",
    "programs_and_views",
    "rulebooks",
    "subjects",
    "subjects_near",
    "thresholds_of",
    "views",
    "views_near",
    "write_rulebook",
]

_ROOM_OF = {
    "AS_OF": "facts",
    "Law": "laws",
    "LawBroken": "laws",
    "RulebookUnderTest": "laws",
    "Thresholds": "thresholds",
    "conditions": "rules",
    "course_of": "course",
    "laws_of": "laws",
    "part_of_vocabulary": "rules",
    "programs": "rules",
    "programs_and_views": "rules",
    "rulebooks": "books",
    "subjects": "facts",
    "subjects_near": "facts",
    "thresholds_of": "thresholds",
    "views": "facts",
    "views_near": "facts",
    "write_rulebook": "writing",
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that holds it."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
