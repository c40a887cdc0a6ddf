"""What durable-rules must survive, asked through our adapter.

The profile itself: no threads, no memory kept, nothing left behind.

The codes in the names of tests are those of the pitfalls that the adapter's profile avoids.
Another version of the engine, or another engine behind the same backend, is judged by this folder.
"""

import gc
import subprocess
import sys
import threading
from pathlib import Path

import durable_rules_engine
import pytest

from engine.backends.durable import DurableBackend, EvaluationError
from models.terms import Kind
from tests.backends.building import TRUE, field, item, program, view
from tests.backends.durable.broken_engine import Broken


def test_w26_no_background_threads_run() -> None:
    before = threading.enumerate()
    of = program(item("x", field("places", "at_least", 3)))
    with DurableBackend(of) as durable:
        durable.evaluate(view(places=3))
        assert threading.enumerate() == before
    assert "durable.engine" not in sys.modules


def test_w27_a_second_thread_is_refused() -> None:
    found: list[BaseException] = []
    of = program(item("x", TRUE))

    def call(durable: DurableBackend) -> None:
        try:
            durable.evaluate(view())
        except EvaluationError as error:
            found.append(error)

    with DurableBackend(of) as durable:
        thread = threading.Thread(target=call, args=(durable,))
        thread.start()
        thread.join()
        assert durable.evaluate(view()).held == {"x"}
    assert len(found) == 1


def test_a_closed_backend_does_not_answer() -> None:
    durable = DurableBackend(program(item("x", TRUE)))
    durable.prepare()
    durable.close()
    durable.close()
    with pytest.raises(EvaluationError, match="closed"):
        durable.evaluate(view())


_MEMORY = """
import gc, resource
from tests.backends.building import *
from engine.backends.durable import DurableBackend
of = program(*[item(f"x{n}", field("places", "at_least", n)) for n in range(50)],
             item("c", count("concern", field("received_age_days", "at_least", 3), at_least=2)))
views = [view(f"TB-{n}", places=n, records={"concern": [{"received_age_days": n}] * (n % 9)})
         for n in range(50)]
with DurableBackend(of) as durable:
    def rss():
        return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() // 1024
    for one in views * 10:
        durable.evaluate(one)
    gc.collect()
    first = rss()
    for one in views * 40:
        durable.evaluate(one)
    gc.collect()
    print(rss() - first)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_2000_evaluations_keep_no_memory() -> None:
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", _MEMORY], cwd=root, check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 2_000


def test_backends_that_are_dropped_are_deleted() -> None:
    deleted: list[int] = []

    def delete(handle: int) -> None:
        deleted.append(handle)
        durable_rules_engine.delete_ruleset(handle)

    durable = DurableBackend(program(item("x", TRUE)), library=Broken("delete_ruleset", delete))
    durable.prepare([Kind.SOCIAL_OFFER])
    del durable
    gc.collect()
    assert len(deleted) == 1
