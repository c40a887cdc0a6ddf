"""Why not another colour and what would change it, held against the reference. Synthetic facts."""

import importlib.util
import itertools
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis import counterfactual
from engine.analysis.changeable import FactChange, Step, applied, steps_of
from engine.analysis.colours import ColourReading, Colours
from engine.analysis.counterfactual import Change, what_would_change
from engine.analysis.missing import keeps_above, would_raise
from engine.backends.reference import ReferenceBackend
from engine.decisions.decide import Decider
from engine.facts import View
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from engine.testing import subjects
from models.conditions import Quantified
from models.facts.course_records import Concern
from models.facts.dossier import Dossier
from models.terms import Colour, ConcernSource, Kind, Severity

_path = Path(__file__).parent / "test_history.py"
_spec = importlib.util.spec_from_file_location("history_cases", _path)
assert _spec is not None
assert _spec.loader is not None
history: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(history)

AS_OF = date(2025, 6, 1)
BOOK = load_rulebook()
DECIDER = Decider(resolve(BOOK, as_of=AS_OF))
REFERENCE: ReferenceBackend = DECIDER.reference
READING = Colours(BOOK).reading(Kind.FOSTER_FAMILY, AS_OF)
FIELDS = frozenset(
    (record, name)
    for record in ("subject", "concern", "sanction", "placed_child", "approval_condition")
    for name in DECIDER.program.fields_of(record)
)


def view_with(*concerns: Concern, **facts: object) -> View:
    plain = history.plain_family(**facts)
    return DECIDER.view(Dossier(plain.subject, {**plain.records, "concern": concerns}))


def concern(no: int, severity: Severity, **more: Any) -> Concern:
    return Concern(
        subject_id="PF-1",
        no=no,
        received_on=date(2025, 5, 25),
        theme="competences",
        severity=severity,
        **more,
    )


def test_the_colour_reading_is_the_references() -> None:
    for severity in Severity:
        view = view_with(concern(1, severity))
        assert READING.raised(view).proposed is REFERENCE.evaluate(view).proposed


def test_the_nearest_rule_and_what_it_lacks() -> None:
    view = view_with(concern(1, Severity.SERIOUS))
    nearest, *_ = would_raise(view, READING, Colour.RED)
    (missing,) = nearest.missing
    assert nearest.rule.id == "category.acute_concern"
    assert (missing.record, missing.no, missing.value) == ("concern", 1, Severity.SERIOUS)
    assert [rule.id for rule in keeps_above(view, READING, Colour.GREEN)] == [
        "category.serious_concern"
    ]


def test_a_record_that_is_not_there_is_asked_for() -> None:
    found = would_raise(view_with(), READING, Colour.RED, at_most=20)
    acute = next(item for item in found if item.rule.id == "category.acute_concern")
    (missing,) = acute.missing
    assert isinstance(missing.wanted, Quantified)
    assert (missing.record, missing.number, missing.negated) == ("concern", 1, False)
    distances = [item.distance for item in found]
    assert distances == sorted(distances)


def test_closing_it_is_the_smallest_change() -> None:
    found = what_would_change(view_with(concern(3, Severity.SERIOUS)), READING)
    change = Change((FactChange("concern", 3, "open", True, False),), Colour.GREEN)
    assert found.milder == (change,)
    assert all(new.colour is Colour.RED for new in found.new_records)


def test_two_concerns_need_two_closings() -> None:
    view = view_with(concern(1, Severity.MODERATE), concern(2, Severity.MODERATE))
    greens = [c for c in what_would_change(view, READING).milder if c.colour is Colour.GREEN]
    assert [sorted((f.no or 0, f.field) for f in change.facts) for change in greens] == [
        [(1, "open"), (2, "open")]
    ]


def test_three_concerns_need_a_set_from_which_nothing_can_be_left_out() -> None:
    view = view_with(*(concern(no, Severity.SERIOUS) for no in (1, 2, 3)))
    greens = [c for c in what_would_change(view, READING).milder if c.colour is Colour.GREEN]
    assert [{fact.no for fact in change.facts} for change in greens] == [{1, 2, 3}]


def test_for_green_new_records_are_named() -> None:
    found = what_would_change(view_with(), READING)
    assert found.milder == ()
    new = {(n.record, dict(n.facts).get("severity"), n.colour) for n in found.new_records}
    assert ("concern", "acute", Colour.RED) in new
    assert ("concern", "serious", Colour.YELLOW) in new


def test_a_hidden_source_gives_neither_number_nor_course_away() -> None:
    hidden = concern(
        7,
        Severity.SERIOUS,
        source=ConcernSource.WHISTLEBLOWER,
        statement_requested_on=date(2025, 5, 26),
        statement_adequate=False,
    )
    view = view_with(hidden)
    about = (("severity", "serious"), ("theme", "competences"))
    for change in what_would_change(view, READING).milder:
        for fact in change.facts:
            if fact.record == "concern":
                assert (fact.no, fact.field, fact.about) == (None, "open", about)
    for colour in Colour:
        for item in would_raise(view, READING, colour, at_most=50):
            for missing in item.missing:
                if missing.record == "concern" and not isinstance(missing.wanted, Quantified):
                    assert missing.no is None
                    assert missing.about == about
                    assert missing.wanted is None or missing.wanted.field in dict(about)


@given(st.data())
@settings(max_examples=40)
def test_what_is_said_to_change_the_colour_does(data: st.DataObject) -> None:
    view = DECIDER.view(data.draw(history.families(AS_OF)))
    base = REFERENCE.evaluate(view).proposed
    steps = {step.shown: step for step in steps_of(view, FIELDS, {})}
    found = what_would_change(view, READING)
    for change in (*found.milder, *found.worse):
        made = [steps[fact] for fact in change.facts if fact in steps]
        if len(made) == len(change.facts):
            assert colour_with(view, made) is change.colour
            assert (change.colour.rank < base.rank) is (change in found.milder)


@given(st.data())
@settings(max_examples=40)
def test_no_smaller_set_would_do(data: st.DataObject) -> None:
    view = DECIDER.view(data.draw(history.families(AS_OF)))
    steps = {step.shown: step for step in steps_of(view, FIELDS, {})}
    for change in what_would_change(view, READING).milder:
        if all(fact in steps for fact in change.facts) and len(change.facts) < 6:
            for fewer in itertools.combinations(change.facts, len(change.facts) - 1):
                colour = colour_with(view, [steps[fact] for fact in fewer])
                assert colour.rank > change.colour.rank


def colour_with(view: View, steps: list[Step]) -> Colour:
    return REFERENCE.evaluate(applied(view, *steps)).proposed


def _tried_out(view: View, reading: ColourReading, rank: int) -> int | None:
    """The size of the smallest set of changes that reaches a rank, by trying every set."""
    tested, thresholds = counterfactual._tested(reading)
    steps = [step for step in steps_of(view, tested, thresholds) if step.milder]
    if not 0 < len(steps) <= 9:
        return None
    for size in range(1, len(steps) + 1):
        for chosen in itertools.combinations(steps, size):
            if len({step.target for step in chosen}) == size and (
                reading.raised(applied(view, *chosen)).proposed.rank <= rank
            ):
                return size
    return None


@given(
    st.sampled_from([Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY]).flatmap(
        lambda kind: subjects(kind, as_of=AS_OF, most_records=2)
    )
)
def test_the_sets_shown_are_the_smallest(dossier: Dossier) -> None:
    reading = Colours(BOOK).reading(dossier.kind, AS_OF)
    view = DECIDER.view(dossier)
    base = reading.raised(view).proposed
    found = what_would_change(view, reading)
    for colour in (Colour.GREEN, Colour.YELLOW):
        if colour.rank >= base.rank:
            continue
        smallest = _tried_out(view, reading, colour.rank)
        shown = [len(c.facts) for c in found.milder if c.colour.rank <= colour.rank]
        if smallest is not None and found.smallest:
            assert min(shown) == smallest


def test_four_concerns_are_told_apart_from_those_that_need_not_close() -> None:
    serious = [concern(no, Severity.SERIOUS) for no in (1, 2, 3, 4)]
    view = view_with(*serious, concern(5, Severity.MILD))
    found = what_would_change(view, READING)
    assert found.smallest
    greens = [c for c in found.milder if c.colour is Colour.GREEN]
    assert [{fact.no for fact in change.facts} for change in greens] == [{1, 2, 3, 4}]
