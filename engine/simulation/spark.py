"""Replicates on a Spark cluster: the same blocks, in the same order, with the same result."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engine
from engine.simulation.blocks import Block, Executor, PolicyResult, run_block

if TYPE_CHECKING:
    from engine.backends.tables.spark import SparkDatabase
    from engine.simulation.order import Order
    from engine.simulation.prepared import Prepared

__all__ = ["spark_executor"]

_BLOCKS_PER_CORE = 4
"""So many blocks are asked for at a time: enough that no core waits long for the slowest, and few
enough that what they came to never fills this machine's memory."""
_PREPARED: dict[str, Prepared] = {}
"""What a worker process has made ready, by the hash of the order; it serves many blocks."""


def _block(key: str, order: Any, block: Block) -> bytes:
    """What a block came to, made by a worker."""
    prepared = _PREPARED.get(key)
    if prepared is None:
        _PREPARED.clear()
        prepared = _PREPARED[key] = pickle.loads(order.value).prepared()
    return pickle.dumps(run_block(prepared, block))


@dataclass(frozen=True)
class _Cluster:
    database: SparkDatabase
    order: Any
    key: str
    progress: Callable[[int], None] | None

    def run(self, blocks: Sequence[Block]) -> Iterator[PolicyResult]:
        """What each block came to, in order; one task for each. Raises SparkError."""
        at_a_time = _BLOCKS_PER_CORE * max(self.database.context.defaultParallelism, 1)
        for first in range(0, len(blocks), at_a_time):
            some = blocks[first : first + at_a_time]
            for block, answer in zip(some, self._answers(some), strict=True):
                result: PolicyResult = pickle.loads(answer)
                if self.progress is not None:
                    self.progress(block.number)
                yield result

    def _answers(self, blocks: Sequence[Block]) -> list[bytes]:
        from engine.backends.tables.spark import in_one_line

        key, order = self.key, self.order
        with in_one_line():
            tasks = self.database.context.parallelize(list(blocks), len(blocks))
            answers: list[bytes] = tasks.map(lambda block: _block(key, order, block)).collect()
        return answers


def _find_the_program(context: Any) -> None:
    """Workers look for the program where it stands here too, be it installed or not. A worker of
    another machine, where that place does not exist, must have it installed."""
    here = str(Path(engine.__file__).resolve().parents[1])
    before = context.environment.get("PYTHONPATH")
    context.environment["PYTHONPATH"] = os.pathsep.join([here, before] if before else [here])


@contextmanager
def spark_executor(
    order: Order, *, master: str | None, progress: Callable[[int], None] | None = None
) -> Iterator[Executor]:
    """A Spark session for one order; it ends with it. `master` as Spark names it; without it every
    core of this machine. Raises SparkError."""
    from engine.backends.tables.spark import SparkDatabase

    database = SparkDatabase(master or "local[*]")
    try:
        _find_the_program(database.context)
        sent = pickle.dumps(order)
        key = hashlib.sha256(sent).hexdigest()
        yield _Cluster(database, database.context.broadcast(sent), key, progress)
    finally:
        database.close()
