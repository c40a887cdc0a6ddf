"""What is asked of Spark in a process of its own: small orders, and what threads make of them."""

from __future__ import annotations

import sys

from engine.backends.tables import SparkError
from engine.simulation.blocks import Block, PolicyResult, Threads, blocks_of, together
from engine.simulation.order import Order, executor_of
from engine.simulation.prepared import baseline_policy
from tests.backends.tables.local_spark import MASTER
from tests.simulation.world.worlds import ASSUMED, BOOK, SMALL_DAY, YEAR, cut, small

__all__ = ["ask", "order", "several"]

FRAME = (800.0, 150.0, 120.0, 60.0, 40.0)
REPLICATES = 13


def order(percent: int = 30, months: int = YEAR) -> Order:
    """The small portfolio, with and without a cut of hours."""
    return Order((baseline_policy(BOOK), cut(percent)), small(), ASSUMED, SMALL_DAY, months)


def several(policy: str) -> list[Block]:
    """Two blocks of a policy, the last not full."""
    return blocks_of(policy, seed=4, replicates=REPLICATES, frame_per_year=FRAME)


def _same(one: PolicyResult, other: PolicyResult) -> bool:
    pairs = [*zip(one.sums, other.sums, strict=True), *zip(one.squares, other.squares, strict=True)]
    pairs.append((one.headlines, other.headlines))
    return all(values.tobytes() == others.tobytes() for values, others in pairs)


def ask() -> None:
    """Two orders after one another, for the second must not be answered with what was made ready
    for the first; then a policy that is in no order. Prints what came of it."""
    told: list[int] = []
    answers: list[object] = []
    for percent, months in ((30, 12), (50, 6)):
        wanted = order(percent, months)
        blocks = several(f"hours_{percent}")
        here = together(Threads(wanted.prepared()).run(blocks))
        with executor_of(wanted, kind="spark", master=MASTER, progress=told.append) as cluster:
            answers.append(_same(here, together(cluster.run(blocks))))
            try:
                list(cluster.run(several("nobody's")))
            except SparkError as error:
                answers.append(len(str(error).splitlines()))
    sys.stdout.write(f"{answers} {told}")
