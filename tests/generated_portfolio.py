"""Generated authorities, made once a process: many tests look at the same ones. Synthetic."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from engine.portfolio.synthetic.generate import generate
from engine.rulebook.load import load_rulebook
from models.facts import Dossier
from models.terms import Authority

__all__ = ["generated"]

_PUBLISHED = Path(__file__).resolve().parents[1] / "fixtures" / "published"


@cache
def generated(
    authority: Authority, *, as_of: date, seed: int, every: int = 1, all_kinds: bool = False
) -> tuple[Dossier, ...]:
    """Every so-many-th subject of an authority, in order of their ids; with `all_kinds` BPA
    employers and treatment schools too."""
    dossiers = generate(
        authorities=[authority],
        as_of=as_of,
        seed=seed,
        published=_PUBLISHED,
        registers=load_rulebook().registers,
        with_bpa=all_kinds,
        with_schools=all_kinds,
    )
    return tuple(dossiers[::every])
