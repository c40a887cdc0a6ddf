"""Numbers of things in words: none, one, several."""

from __future__ import annotations

from commands.options import sentence

__all__ = ["counted"]


def counted(what: str, number: int) -> str:
    """`ingen fejl`, `1 fejl`, `12 advarsler`."""
    code = {0: f"{what}_none", 1: f"{what}_1"}.get(number, what)
    return sentence(f"commands.{code}", count=number)
