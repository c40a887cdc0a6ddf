"""What durable-rules must survive, asked through our adapter.

Its answers are right.

The codes in the names of tests are those of the pitfalls that the adapter's profile avoids.
Another version of the engine, or another engine behind the same backend, is judged by this folder.
"""

import random

import pytest

from engine.backends.durable import DurableBackend
from engine.rulebook.program import Item
from models.conditions import AllOf, AnyOf, Condition, Not, SignalHeld
from models.terms import Colour
from tests.backends.building import TRUE, count, field, item, no, program, view
from tests.backends.durable.both_readings import Values, held, holds


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
