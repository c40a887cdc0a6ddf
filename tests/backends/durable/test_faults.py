"""What durable-rules must survive, asked through our adapter.

Whatever goes wrong surfaces, and its error tells no facts.

The codes in the names of tests are those of the pitfalls that the adapter's profile avoids.
Another version of the engine, or another engine behind the same backend, is judged by this folder.
"""

from collections.abc import Callable
from typing import Any

import durable_rules_engine
import pytest

from engine.backends.durable import DurableBackend, EvaluationError
from tests.backends.building import TRUE, count, field, item, program, view
from tests.backends.durable.both_readings import Values
from tests.backends.durable.broken_engine import Broken

PRIVATE = "0101901234"


@pytest.mark.parametrize(
    "subject",
    [
        {"places": PRIVATE},
        {"ownership": PRIVATE + "\ud800"},
        {"ownership": PRIVATE * 30},
        {"places": [PRIVATE]},
    ],
)
def test_l6_errors_tell_ids_and_rules_and_no_facts(subject: Values) -> None:
    of = program(
        item("visits.x", field("places", "at_least", 1)),
        item("visits.y", field("ownership", "is", "private")),
    )
    with DurableBackend(of) as durable, pytest.raises(EvaluationError) as caught:
        durable.evaluate(view("TB-77", **subject))
    text = str(caught.value)
    assert "TB-77" in text
    assert "visits.x" in text
    assert PRIVATE not in text
    assert "\n" not in text
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def raising(error: BaseException) -> Callable[..., Any]:
    def instead(*_: Any) -> Any:
        raise error

    return instead


STATE = '{ "sid":"0", "id":"sid-0", "$s":1, "exception":"exception caught 0101901234"}'


FAULTS: list[tuple[str, Callable[..., Any]]] = [
    ("assert_facts", lambda *_: (1, 1)),
    ("assert_facts", lambda *_: (2, 1)),
    ("assert_facts", raising(durable_rules_engine.error("Could not assert facts, code: 303"))),
    ("assert_facts", raising(MemoryError())),
    ("start_action_for_state", lambda *_: None),
    ("start_action_for_state", lambda *_: (STATE, '{"0":{"m":{"id":"0"}}}')),
    ("complete_and_start_action", raising(durable_rules_engine.error("Could not complete"))),
    ("complete_and_start_action", lambda *_: "no rule of ours"),
    ("complete_and_start_action", lambda *_: '{"99":{"m":{"id":"0"}}}'),
    ("complete_and_start_action", lambda *_: None),
    ("delete_state", raising(durable_rules_engine.error("Could not delete state"))),
    ("create_ruleset", raising(durable_rules_engine.error("Could not create ruleset"))),
]


@pytest.mark.parametrize("records", [{}, {"concern": [{"severity": "acute"}] * 2}])
@pytest.mark.parametrize(("name", "instead"), FAULTS)
def test_w11_w12_whatever_the_engine_does_wrong_surfaces(
    name: str, instead: Callable[..., Any], records: dict[str, list[Values]]
) -> None:
    calls = 0

    def limited(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if name == "complete_and_start_action" and calls > 3:
            return None
        return instead(*given)

    some = count("concern", field("severity", "is", "acute"))
    of = program(item("x", field("places", "at_least", 3)), item("y", TRUE), item("z", some))
    durable = DurableBackend(of, library=Broken(name, limited))
    with pytest.raises(EvaluationError, match="TB-1") as caught:
        durable.evaluate(view(places=3, records=records, name=PRIVATE))
    assert PRIVATE not in str(caught.value)


@pytest.mark.parametrize("fired", [1, 3])
def test_w9_records_not_read_or_read_twice_are_noticed(fired: int) -> None:
    rest = ['{"0":{"m":{"id":"0"}}}'] * (fired - 1) + [None]
    broken = Broken("complete_and_start_action", lambda *_: rest.pop(0))
    of = program(item("x", count("concern", TRUE, at_least=2)))
    durable = DurableBackend(of, library=broken)
    with pytest.raises(EvaluationError, match="each of 2 records once"):
        durable.evaluate(view(records={"concern": [{}, {}]}))


def test_w12_an_interrupt_surfaces_and_leaves_the_backend_sound() -> None:
    interrupted = Broken("complete_and_start_action", raising(KeyboardInterrupt()))
    of = program(item("x", field("places", "at_least", 3)))
    with DurableBackend(of, library=interrupted) as durable:
        with pytest.raises(KeyboardInterrupt):
            durable.evaluate(view(places=3))
        interrupted.__dict__.clear()
        assert durable.evaluate(view(places=2)).held == set()
        assert durable.evaluate(view(places=3)).held == {"x"}
