"""Replicates on a Spark cluster: the same blocks, in the same order, with the same result."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.simulation.blocks import Block, Executor, PolicyResult, run_block

if TYPE_CHECKING:
    from engine.simulation.order import Order
    from engine.simulation.prepared import Prepared

__all__ = ["spark_executor"]

_PREPARED: dict[str, Prepared] = {}
"""What a worker process has made ready, by the number of the order; it serves many blocks."""


def _block(number: str, order: Any, block: Block) -> bytes:
    """What a block came to, made by a worker."""
    prepared = _PREPARED.get(number)
    if prepared is None:
        _PREPARED.clear()
        prepared = _PREPARED[number] = pickle.loads(order.value).prepared()
    return pickle.dumps(run_block(prepared, block))


@dataclass(frozen=True)
class _Cluster:
    context: Any
    order: Any
    number: str
    progress: Callable[[int], None] | None

    def run(self, blocks: Sequence[Block]) -> Iterator[PolicyResult]:
        """What each block came to, in order; one task for each."""
        number, order = self.number, self.order
        tasks = self.context.parallelize(list(blocks), max(len(blocks), 1))
        done = tasks.map(lambda block: _block(number, order, block))
        for block, answer in zip(blocks, done.toLocalIterator(), strict=True):
            if self.progress is not None:
                self.progress(block.number)
            result: PolicyResult = pickle.loads(answer)
            yield result


@contextmanager
def spark_executor(
    order: Order, *, master: str | None, progress: Callable[[int], None] | None = None
) -> Iterator[Executor]:
    """A Spark session for one order; it ends with it. `master` as Spark names it; without it every
    core of this machine. Raises SparkError."""
    from engine.backends.tables.spark import SparkDatabase

    database = SparkDatabase(master or "local[*]")
    try:
        context = database.context
        sent = context.broadcast(pickle.dumps(order))
        yield _Cluster(context, sent, context.applicationId, progress)
    finally:
        database.close()
