"""What durable-rules must survive, asked through our adapter.

Nothing is too many, or it is refused with its place.

The codes in the names of tests are those of the pitfalls that the adapter's profile avoids.
Another version of the engine, or another engine behind the same backend, is judged by this folder.
"""

import pytest

from engine.backends.durable import BackendLimitError, DurableBackend
from engine.backends.durable.clauses import MOST_BRANCHES, MOST_TESTS
from engine.backends.durable.facts import MOST_PROPERTIES
from engine.backends.durable.plan import MOST_RULES
from models.conditions import AllOf, AnyOf, Not
from tests.backends.building import TRUE, count, field, item, no, program, view
from tests.backends.durable.both_readings import held, holds


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
