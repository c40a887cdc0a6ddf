"""How a new answer stands to an old one, with the facts that show it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from engine.analysis.proof.answers import Extent, Possible
from engine.analysis.rulebook_difference.culprits import Culprit
from engine.analysis.rulebook_difference.fixed import Stands
from engine.analysis.rulebook_difference.levels import Level, What
from models.terms import Kind

__all__ = ["Answered", "Example", "Finding", "Verdict"]


class Verdict(StrEnum):
    """How the new answer stands to the old one."""

    EQUAL = "equal"
    STRICTER = "stricter"
    MILDER = "milder"
    INCOMPARABLE = "incomparable"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


class Answered(NamedTuple):
    """What a rulebook answers on the facts of an example: the levels that hold, and by which
    rules."""

    levels: tuple[tuple[Level, tuple[str, ...]], ...]


class Example(NamedTuple):
    """Facts on which the two differ, in one direction, and the rules that did it."""

    direction: Verdict
    facts: Possible
    old: Answered
    new: Answered
    did: tuple[Culprit, ...]


class Finding(NamedTuple):
    """One answer on one kind of subject (None: on all) as the new rulebook stands to the old.

    `did` are all rules without which there would be no difference; `lines` what differs where facts
    play no part; `proof` how widely it holds that there is nothing more.
    """

    what: What
    of: str
    kind: Kind | None
    verdict: Verdict
    examples: tuple[Example, ...] = ()
    did: tuple[Culprit, ...] = ()
    lines: tuple[Stands, ...] = ()
    proof: Extent | None = None
