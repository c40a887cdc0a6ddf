"""What durable-rules answers, held against the reference."""

from typing import Any

from engine.backends.durable import DurableBackend
from engine.backends.reference import ReferenceBackend
from engine.facts import View
from engine.rulebook.program import Program
from models.conditions import Condition
from tests.backends.building import item, program

__all__ = ["Values", "held", "holds"]

Values = dict[str, Any]


def held(of: Program, *views: View) -> list[set[str]]:
    """What durable-rules says holds, having checked that the reference says the same."""
    reference = ReferenceBackend(of)
    with DurableBackend(of) as durable:
        firings = [durable.evaluate(one) for one in views]
    assert firings == [reference.evaluate(one) for one in views]
    return [set(firing.held) for firing in firings]


def holds(condition: Condition, *views: View) -> list[bool]:
    return ["x" in found for found in held(program(item("x", condition)), *views)]
