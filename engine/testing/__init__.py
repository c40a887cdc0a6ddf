"""Hypothesis strategies for facts, conditions and programs, and counterexamples kept as files.

For tests of this program and of rulebooks written for it; needs the extra `test`.
"""

from engine.testing.facts import AS_OF, dossiers, views
from engine.testing.rules import conditions, part_of_vocabulary, programs, programs_and_views

__all__ = [
    "AS_OF",
    "conditions",
    "dossiers",
    "part_of_vocabulary",
    "programs",
    "programs_and_views",
    "views",
]
