"""What durable-rules must survive, asked through our adapter.

The codes in the names of tests are those of the pitfalls that the adapter's profile avoids.
Another version of the engine, or another engine behind the same backend, is judged by this suite.
"""

import gc
import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import durable_rules_engine
import pytest

from engine.backends.durable import BackendLimitError, DurableBackend, EvaluationError
from engine.backends.durable.clauses import MOST_BRANCHES, MOST_TESTS
from engine.backends.durable.facts import LARGEST, LONGEST_WORD, MOST_PROPERTIES
from engine.backends.durable.plan import MOST_RULES
from engine.backends.reference import ReferenceBackend
from engine.facts import View
from engine.rulebook.program import Item, Program
from models.conditions import AllOf, AnyOf, Condition, Not, SignalHeld
from models.terms import Colour, Kind
from tests.backends.building import TRUE, count, field, item, no, program, view

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


# Wrong answers


def test_w1_none_is_right_whatever_comes_in_which_order() -> None:
    condition = no("concern", field("severity", "is", "acute"))
    acute, mild = {"severity": "acute"}, {"severity": "mild"}
    views = [
        view(records={"concern": rows})
        for rows in ([acute, mild], [mild, acute], [mild, mild], [acute])
    ]
    assert holds(condition, *views, view()) == [False, False, True, False, True]


def test_w1_what_stands_in_a_later_stratum_sees_what_is_not_raised() -> None:
    found = held(
        program(
            item("calm", Not(part=SignalHeld(signal="alarm"))),
            item("alarmed", SignalHeld(signal="alarm")),
            signals=(item("s", field("places", "at_least", 8), signal="alarm"),),
        ),
        view(places=8),
        view(places=7),
    )
    assert found == [{"s", "alarmed"}, {"calm"}]


def test_w2_alternatives_inside_a_quantifier_do_not_reach_over_records() -> None:
    both = AllOf(
        parts=(
            AnyOf(parts=(field("theme", "is", "a"), field("theme", "is", "b"))),
            field("severity", "is", "acute"),
        )
    )
    split = view(records={"concern": [{"theme": "a", "severity": "mild"}, {"severity": "acute"}]})
    one = view(records={"concern": [{"theme": "b", "severity": "acute"}]})
    assert holds(count("concern", both), split, one) == [False, True]


def test_w3_two_subjects_with_the_same_hash_have_their_own_answers() -> None:
    condition = field("places", "at_least", 5)
    views = [view("TILBUD-412789", places=9), view("TILBUD-649192", places=1)] * 2
    assert holds(condition, *views) == [True, False, True, False]


def test_w4_equal_records_are_each_counted() -> None:
    row = {"severity": "acute"}
    views = [view(records={"concern": [dict(row) for _ in range(n)]}) for n in (1, 2, 3)]
    condition = count("concern", field("severity", "is", "acute"), at_least=2)
    assert holds(condition, *views) == [False, True, True]


@pytest.mark.parametrize("number", [127, 128, 129, 300])
def test_w4_many_records_are_counted_exactly(number: int) -> None:
    rows = [{"received_age_days": n} for n in range(number)]
    condition = count("concern", field("received_age_days", "at_most", number), at_least=number)
    many = view(records={"concern": rows, "visit": [{"held_age_days": 1}] * 40})
    fewer = view(records={"concern": rows[1:]})
    assert holds(condition, many, fewer) == [True, False]


def test_w5_many_rules_may_rest_on_one_fact() -> None:
    items = [item(f"x{n}", field("places", "at_least", n)) for n in range(20)]
    (found,) = held(program(*items), view(places=9))
    assert found == {f"x{n}" for n in range(10)}


def test_w6_a_record_that_fulfils_two_alternatives_counts_once() -> None:
    where = AnyOf(parts=(field("severity", "is", "acute"), field("open", "is", True)))
    condition = count("concern", where, at_least=2)
    one = view(records={"concern": [{"severity": "acute", "open": True}]})
    two = view(records={"concern": [{"severity": "acute", "open": True}, {"open": True}]})
    assert holds(condition, one, two) == [False, True]


def test_w8_counts_do_not_leak_between_subjects() -> None:
    condition = count("concern", TRUE, at_least=2)
    one = view("TB-1", records={"concern": [{}]})
    assert holds(condition, *[one] * 10) == [False] * 10


def test_w8_counts_of_one_kind_do_not_leak_into_another() -> None:
    condition = count("concern", field("open", "is", True), at_least=2)
    mixed = view(records={"concern": [{"open": True}], "approval_condition": [{"open": True}]})
    assert holds(condition, mixed) == [False]


@pytest.mark.parametrize("value", [1.5, float("inf"), float("nan"), 1e16, 10**20, ["a"], b"a"])
def test_w9_a_value_the_engine_cannot_read_stops_the_evaluation(value: object) -> None:
    of = program(item("x", field("places", "at_least", 1)), item("y", TRUE))
    with DurableBackend(of) as durable:
        with pytest.raises(EvaluationError, match="TB-1"):
            durable.evaluate(view(places=value))
        assert durable.evaluate(view(places=2)).held == {"x", "y"}


def test_w11_facts_that_no_rule_asks_about_do_not_disturb() -> None:
    condition = count("concern", field("severity", "is", "acute"))
    rows = [{"severity": "mild"}, {"severity": None}, {}, {"severity": "acute"}]
    assert holds(condition, view(records={"concern": rows, "visit": [{}]})) == [True]


def test_w15_fields_named_like_the_engines_own_keys_are_plain_fields() -> None:
    names = ["id", "sid", "$s", "$and", "exception", "k", "p0", "m", "all"]
    items = [item(name, field(name, "is", "yes")) for name in names]
    subject = view()
    subject.subject.update(dict.fromkeys(names[::2], "yes"))
    (found,) = held(program(*items), subject)
    assert found == set(names[::2])


def test_w17_numbers_beyond_64_bits_are_refused_with_their_place() -> None:
    of = program(item("huge", field("places", "at_least", 2**63), line=17))
    with pytest.raises(BackendLimitError) as caught:
        DurableBackend(of)
    assert str(caught.value).startswith("rules/some.yaml:17: 'huge': ")


def test_w17_the_largest_numbers_are_told_apart() -> None:
    condition = field("places", "at_least", LARGEST)
    views = [view(places=LARGEST), view(places=LARGEST - 1), view(places=-LARGEST)]
    assert holds(condition, *views) == [True, False, False]


def test_w18_long_words_are_refused_not_cut() -> None:
    of = program(item("x", field("ownership", "is", "private")))
    with DurableBackend(of) as durable, pytest.raises(EvaluationError, match="ownership"):
        durable.evaluate(view(ownership="private" + "x" * 65_536))
    with pytest.raises(BackendLimitError, match=str(LONGEST_WORD)):
        DurableBackend(program(item("x", field("ownership", "is", "x" * 300))))


@pytest.mark.parametrize(("value", "operand"), [("10", 10), (10, "10"), (True, "true")])
def test_w19_values_of_another_type_are_refused_not_compared_as_texts(
    value: object, operand: int | str
) -> None:
    of = program(item("x", field("places", "is", operand)))
    with DurableBackend(of) as durable, pytest.raises(EvaluationError, match="'places'"):
        durable.evaluate(view(places=value))


def test_w19_one_field_is_not_compared_with_two_types() -> None:
    of = program(item("x", field("places", "is", 1)), item("y", field("places", "is", "1"), line=9))
    with pytest.raises(BackendLimitError, match=r"some\.yaml:9: 'y': .* two types"):
        DurableBackend(of)


UNKNOWN = [
    (field("places", "is", 3), False),
    (field("places", "is_one_of", 0, 3), False),
    (field("places", "at_least", 0), False),
    (field("places", "at_most", 99), False),
    (field("places", "is_known"), False),
    (field("places", "is_unknown"), True),
]


@pytest.mark.parametrize(("condition", "answer"), UNKNOWN)
def test_w21_unknown_is_neither_more_nor_less_nor_other(condition: Condition, answer: bool) -> None:
    views = [view(places=None), view()]
    assert holds(condition, *views) == [answer] * 2
    assert holds(Not(part=condition), *views) == [not answer] * 2
    assert holds(Not(part=Not(part=condition)), *views) == [answer] * 2


def test_w21_zero_no_and_the_empty_word_are_known() -> None:
    zero = view(places=0, needs_predictability=False, municipality="")
    for name, value in (("places", 0), ("needs_predictability", False), ("municipality", "")):
        assert holds(field(name, "is", value), zero) == [True]
        assert holds(field(name, "is_known"), zero) == [True]
        assert holds(field(name, "is_unknown"), zero) == [False]


def test_w22_an_evaluation_that_fails_does_not_poison_the_next() -> None:
    of = program(item("x", count("concern", field("score", "at_least", 3))))
    with DurableBackend(of) as durable:
        for _ in range(3):
            with pytest.raises(EvaluationError):
                durable.evaluate(view(records={"concern": [{"score": 5}, {"score": "five"}]}))
            assert durable.evaluate(view(records={"concern": [{"score": 3}]})).held == {"x"}
            assert durable.evaluate(view(records={"concern": [{"score": 2}]})).held == set()


def test_w28_the_order_of_records_and_rules_does_not_matter() -> None:
    rows: list[Values] = [
        {"severity": word, "received_age_days": age}
        for word in ("mild", "acute", None)
        for age in (0, 30, None)
    ]
    items = [
        item(f"{word}{n}", count("concern", field("severity", "is", word), at_least=n))
        for word in ("mild", "acute")
        for n in (1, 3, 4)
    ]
    shuffled = random.Random(1)
    first = held(program(*items), view(records={"concern": rows}))
    for _ in range(5):
        shuffled.shuffle(rows)
        shuffled.shuffle(items)
        assert held(program(*items), view(records={"concern": rows})) == first


@pytest.mark.parametrize("word", ["Ærø", 'a "quoted" word', "back\\slash", "it's", "{a},[b]:", " "])
def test_words_of_any_letters_and_signs_are_told_apart(word: str) -> None:
    condition = field("municipality", "is", word)
    views = [view(municipality=word), view(municipality=word + "x"), view(municipality=word[:-1])]
    assert holds(condition, *views) == [True, False, False]
    rows = [{"theme": word}, {"theme": word + word}]
    assert holds(count("concern", field("theme", "is", word)), view(records={"concern": rows})) == [
        True
    ]


# Crashes and hangs


def test_c4_a_condition_of_nothing_but_not_ends() -> None:
    condition = Not(part=field("places", "is_known"))
    assert holds(condition, view(places=1), view()) == [False, True]


def test_c5_600_rules_on_one_kind_of_fact() -> None:
    items = [item(f"x{n}", field("places", "at_least", n)) for n in range(600)]
    (found,) = held(program(*items), view(places=450))
    assert len(found) == 451


def test_c5_600_conditions_on_one_kind_of_record() -> None:
    items = [
        item(f"x{n}", count("concern", field("received_age_days", "at_least", n)))
        for n in range(600)
    ]
    (found,) = held(program(*items), view(records={"concern": [{"received_age_days": 450}]}))
    assert len(found) == 451


def test_c6_300_rules_with_the_same_condition() -> None:
    items = [item(f"x{n}", field("places", "at_least", 3)) for n in range(300)]
    many, none = held(program(*items), view(places=3), view(places=2))
    assert len(many) == 300
    assert none == set()


def test_c7_a_subject_on_which_nothing_holds() -> None:
    condition = AllOf(parts=(field("places", "at_least", 3), field("places", "at_most", 2)))
    assert holds(condition, *[view(places=n) for n in range(6)]) == [False] * 6


def test_c7_conditions_that_always_or_never_hold() -> None:
    assert holds(TRUE, view()) == [True]
    assert holds(AnyOf(parts=()), view()) == [False]
    assert holds(count("concern", TRUE, at_least=0), view()) == [True]
    assert holds(no("concern", AnyOf(parts=())), view(records={"concern": [{}]})) == [True]


def test_c8_deleted_backends_leave_others_alone() -> None:
    of = program(item("x", field("places", "at_least", 3)))
    with DurableBackend(of) as kept:
        for _ in range(300):
            with DurableBackend(of) as passing:
                assert passing.evaluate(view(places=3)).held == {"x"}
        assert kept.evaluate(view(places=3)).held == {"x"}


# Limits


def test_l1_1100_subjects_in_one_process() -> None:
    condition = field("places", "at_least", 1_000)
    views = [view(f"TB-{n}", places=n) for n in range(1_100)]
    assert holds(condition, *views) == [n >= 1_000 for n in range(1_100)]


def test_l2_a_fact_matched_by_70_rules() -> None:
    items = [item(f"x{n}", field("places", "at_least", n)) for n in range(70)]
    (found,) = held(program(*items), view(places=1_000))
    assert len(found) == 70


def test_l2_a_record_matched_by_70_conditions() -> None:
    items = [
        item(f"x{n}", count("visit", field("held_age_days", "at_least", n))) for n in range(70)
    ]
    (found,) = held(program(*items), view(records={"visit": [{"held_age_days": 100}] * 3}))
    assert len(found) == 70


def test_l3_conditions_of_many_tests_up_to_the_limit() -> None:
    parts = tuple(field(f"f{n}", "is", n) for n in range(MOST_TESTS))
    values = {f"f{n}": n for n in range(MOST_TESTS)}
    wrong = {**values, "f40": 0}
    assert holds(AllOf(parts=parts), view(**values), view(**wrong)) == [True, False]
    longer = AllOf(parts=(*parts, field("one_more", "is", 1)))
    with pytest.raises(BackendLimitError, match=r"some\.yaml:5: 'long': .*divide"):
        DurableBackend(program(item("long", longer, line=5)))


def test_l3_more_fields_than_one_fact_may_carry() -> None:
    names = [f"f{n}" for n in range(MOST_PROPERTIES + 150)]
    items = [
        item(name, AnyOf(parts=(field(name, "is", 1), field(other, "is_unknown"))))
        for name, other in zip(names, names[1:] + names[:1], strict=True)
    ]
    assert len(items) > MOST_RULES
    (found,) = held(program(*items), view(**dict.fromkeys(names[:200], 1)))
    assert found == {*names[:200], *names[199:-1]}


def test_l3_alternatives_beyond_the_limit_are_refused_with_their_place() -> None:
    pairs = [AnyOf(parts=(field(f"a{n}", "is", 1), field(f"b{n}", "is", 1))) for n in range(9)]
    assert holds(AllOf(parts=tuple(pairs[:8])), view(**{f"a{n}": 1 for n in range(8)})) == [True]
    with pytest.raises(BackendLimitError, match=str(MOST_BRANCHES)) as caught:
        DurableBackend(
            program(
                item("wide", AllOf(parts=tuple(pairs)), line=3),
                item("huge", field("places", "is", 2**70), line=2),
            )
        )
    assert [p.place.line for p in caught.value.problems] == [2, 3]


def test_l4_two_backends_of_one_program_side_by_side() -> None:
    of = program(item("x", field("places", "at_least", 3)))
    with DurableBackend(of) as one, DurableBackend(of) as other:
        assert one.evaluate(view(places=3)) == other.evaluate(view(places=3))


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


# The profile itself


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


class Broken:
    """The engine with one function that does what it never may."""

    def __init__(self, name: str, instead: Callable[..., Any]) -> None:
        setattr(self, name, instead)

    def __getattr__(self, name: str) -> Any:
        return getattr(durable_rules_engine, name)


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
    root = Path(__file__).resolve().parents[2]
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


def test_the_category_is_the_most_severe_colour_or_the_override() -> None:
    def colours(*raised: Colour) -> tuple[Item, ...]:
        return tuple(item(f"c{n}", TRUE, colour=c) for n, c in enumerate(raised))

    late = item("late", field("category", "is", "red"))
    of = program(late, colours=colours(Colour.YELLOW, Colour.RED, Colour.GREEN))
    with DurableBackend(of) as durable:
        assert durable.evaluate(view()).in_force is Colour.RED
        overridden = durable.evaluate(view(), Colour.YELLOW)
    assert (overridden.proposed, overridden.in_force) == (Colour.RED, Colour.YELLOW)
    assert "late" not in overridden.held
    assert held(program(late), view()) == [set()]


# The library alone: what the adapter relies on


def fire(rules: dict[str, Any], facts: list[dict[str, Any]]) -> list[str]:
    handle = durable_rules_engine.create_ruleset("t", json.dumps(rules))
    text = json.dumps(facts, separators=(",", ":"))
    try:
        code, state = durable_rules_engine.assert_facts(handle, text)
        assert code == 0
        _, message = durable_rules_engine.start_action_for_state(handle, state)
        names = []
        while message is not None:
            names.append(message)
            message = durable_rules_engine.complete_and_start_action(handle, state)
        durable_rules_engine.delete_state(handle, "0")
    finally:
        durable_rules_engine.delete_ruleset(handle)
    return names


def test_library_gives_rule_and_fact_as_the_adapter_reads_them() -> None:
    rules = {"7": {"all": [{"m": {"$and": [{"k": "a"}, {"$gte": {"p0": 2}}]}}], "pri": 1}}
    rules["8"] = {"all": [{"m": {"$and": [{"k": "a"}]}}], "pri": 99}
    facts = [{"id": "0", "sid": "0", "k": "a", "p0": 2}, {"id": "1", "sid": "0", "k": "a"}]
    found = [json.loads(message) for message in fire(rules, facts)]
    fired = sorted((name, given["m"]["id"]) for one in found for name, given in one.items())
    assert fired == [("7", "0"), ("8", "0"), ("8", "1")]
    assert all(
        message.startswith(('{"7":{"m":{"id":"', '{"8":{"m":{"id":"'))
        for message in fire(rules, facts)
    )


def test_library_names_of_values_do_not_collide() -> None:
    """It compares names by a 32-bit hash alone (FNV-1a)."""

    def fnv(text: str) -> int:
        value = 0x811C9DC5
        for byte in text.encode():
            value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
        return value

    names = ["k", "id", "sid", "$s", "$i", *(f"p{n}" for n in range(2 * MOST_PROPERTIES))]
    assert len({fnv(name) for name in names}) == len(names)
    ids = [str(n) for n in range(1_000)]
    assert len({fnv(name) for name in ids}) == len(ids)


def test_library_version_is_the_one_that_was_judged() -> None:
    from importlib.metadata import version

    assert version("durable-rules") == "2.0.28"
