"""The engine with one function that does what it never may."""

from collections.abc import Callable
from typing import Any

import durable_rules_engine

__all__ = ["Broken"]


class Broken:
    """The engine with one function that does what it never may."""

    def __init__(self, name: str, instead: Callable[..., Any]) -> None:
        setattr(self, name, instead)

    def __getattr__(self, name: str) -> Any:
        return getattr(durable_rules_engine, name)
