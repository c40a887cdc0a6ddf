"""What tells a generated subject from a real one: its name begins with a word that says so. The
name is a fact like any other, so the mark lasts in every form a portfolio is written in."""

from __future__ import annotations

from collections.abc import Iterable

from models.facts.dossier import Dossier

__all__ = ["is_synthetic", "synthetic_name"]

_MARK = "Syntetisk"


def synthetic_name(what: str) -> str:
    """The name of a generated subject."""
    return f"{_MARK} {what}"


def is_synthetic(dossiers: Iterable[Dossier]) -> bool:
    """Whether every subject of a portfolio is generated. One real subject makes it a real one."""
    names = [dossier.subject.name or "" for dossier in dossiers]
    return bool(names) and all(name.startswith(f"{_MARK} ") for name in names)
