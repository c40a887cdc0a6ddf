"""What is to be simulated, as a thing that can be sent to whoever does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from engine.simulation.assumptions import Assumptions
from engine.simulation.blocks import Executor, Threads
from engine.simulation.prepared import Policy, Prepared, prepared
from engine.simulation.priorities import load_priorities
from models.facts import Dossier

__all__ = ["Order", "executor_of"]


@dataclass(frozen=True)
class Order:
    """Policies on a portfolio, the first being the baseline, over so many months."""

    policies: tuple[Policy, ...]
    dossiers: tuple[Dossier, ...]
    assumptions: Assumptions
    as_of: date
    months: int

    def prepared(self) -> Prepared:
        """Everything made ready. Raises DoesNotFitError, RulebookError, AssumptionError,
        NumbaMissingError."""
        return prepared(
            self.policies,
            self.dossiers,
            self.assumptions,
            load_priorities(self.policies[0].book),
            as_of=self.as_of,
            months=self.months,
        )


@contextmanager
def executor_of(
    order: Order,
    *,
    kind: str = "threads",
    workers: int = 1,
    master: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Executor]:
    """Whoever does the blocks of an order: threads of this machine, or a Spark cluster."""
    if kind == "spark":
        from engine.simulation.spark import spark_executor

        with spark_executor(order, master=master, progress=progress) as executor:
            yield executor
        return
    yield Threads(order.prepared(), workers, progress)
