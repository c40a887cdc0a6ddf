"""Everything of the shipped rulebook can be said in both languages, and says what it means."""

from datetime import date

import pytest

from engine.analysis.answers import Answers
from engine.analysis.changeable import FactChange
from engine.analysis.pages import Pages, parameters_of_rule
from engine.analysis.prose import Prose
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from models.conditions import AllOf, AnyOf, Comparison, Not, Operator, ParameterRef, Quantified
from models.decisions import FactUsed, Reason
from models.rulebook import Text
from models.terms import Basis

BOOK = load_rulebook()
DAY = date(2025, 6, 1)
RESOLVED = resolve(BOOK, as_of=DAY)
DANISH = Prose(BOOK, parameters=RESOLVED.parameters)
ENGLISH = Prose(BOOK, lang="en", parameters=RESOLVED.parameters)


def is_(field: str, *values: bool | int | str) -> Comparison:
    operator = Operator.IS if len(values) == 1 else Operator.IS_ONE_OF
    return Comparison(field=field, operator=operator, operands=values)


@pytest.mark.parametrize("prose", [DANISH, ENGLISH], ids=["da", "en"])
def test_every_page_of_the_rulebook_can_be_written(prose: Prose) -> None:
    pages = Pages(RESOLVED, prose)
    for rule in BOOK.rules:
        text = "\n".join(pages.rule_page(rule))
        assert prose.words.text(rule.title) in text
        assert rule.id in text
        assert all(prose.words.source(source) in text for source in rule.sources)
        assert all(name in text for name in parameters_of_rule(rule))
        assert "{" not in text
    others = [pages.parameter_page(p) for p in BOOK.parameters.values()]
    others += [pages.floor_page(floor) for floor in BOOK.floors]
    others += [pages.frame_page(frame) for frame in BOOK.frames]
    others += [pages.step_page(step) for step in BOOK.ladder]
    assert all(len(page) > 4 and not any("{" in line for line in page) for page in others)


def test_a_condition_as_a_sentence() -> None:
    where = AllOf(parts=(is_("open", True), is_("severity", "serious", "acute")))
    some = Quantified(quantifier="at_least", record="concern", where=where)
    assert DANISH.condition_sentence(some) == (
        "mindst én bekymring, hvor åben: ja og alvor er alvorlig eller akut"
    )
    assert ENGLISH.condition_sentence(some) == (
        "at least one concern where open: yes and severity is serious or acute"
    )
    none = Quantified(quantifier="none", record="visit", where=AllOf(parts=()))
    assert DANISH.condition_sentence(none) == "intet besøg"
    many = Quantified(quantifier="at_least", count=3, record="placed_child", where=AllOf(parts=()))
    assert DANISH.condition_sentence(many) == "mindst 3 anbragte børn"


def test_nested_conditions_keep_their_meaning_apart() -> None:
    one, other = is_("consultant_in_doubt", True), is_("goals_documented", False)
    both = AllOf(parts=(one, AnyOf(parts=(one, other))))
    assert DANISH.condition_sentence(both) == (
        "konsulent i tvivl: ja og (enten konsulent i tvivl: ja eller mål dokumenteret: nej)"
    )
    assert DANISH.condition_sentence(Not(part=both)).startswith("det gælder ikke, at (")
    lines = list(DANISH.condition_lines(both))
    assert lines[1:] == [
        "- mindst ét af disse gælder:",
        "  - konsulent i tvivl: ja",
        "  - mål dokumenteret: nej",
    ]


def test_a_parameter_stands_with_its_value_unit_and_basis() -> None:
    name = "concerns.serious_dialogue_days"
    value = RESOLVED.parameters[name].value
    late = Comparison(
        field="received_age_days",
        operator=Operator.AT_LEAST,
        operands=(ParameterRef(parameter=name),),
    )
    said = DANISH.condition_sentence(late, record="concern")
    assert said == f"bekymringen kom ind for mindst {value} dage siden (antagelse)"


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (FactUsed("concern", 2, "severity", "serious"), "bekymring nr. 2: alvor = alvorlig"),
        (
            FactUsed("concern", 2, "received_age_days", 12),
            "bekymring nr. 2: bekymringen kom ind for 12 dage siden",
        ),
        (
            FactUsed("concern", 2, "statement_due_age_days", -1),
            "bekymring nr. 2: fristen for redegørelsen er om 1 dag",
        ),
        (
            FactUsed("concern", 2, "statement_due_age_days", 3),
            "bekymring nr. 2: fristen for redegørelsen er overskredet med 3 dage",
        ),
        (FactUsed("concern", None, "theme", "competences"), "en bekymring: tema = kompetencer"),
        (
            FactUsed("subject", None, "risk_assessed_age_days", 0),
            "seneste risikovurdering i dag",
        ),
        (
            FactUsed("sanction", None, "number_of_records", 0),
            "ingen sanktioner, der svarer til det",
        ),
        (
            FactUsed("concern", 1, "dialogue_age_days", None),
            "bekymring nr. 1: dialog = ikke oplyst",
        ),
    ],
)
def test_facts_as_people_say_them(fact: FactUsed, said: str) -> None:
    assert DANISH.fact_sentence(fact) == said


def test_what_is_ours_is_marked_wherever_it_stands() -> None:
    used = RESOLVED.parameters["concerns.many"]
    behind = Reason("a.rule", Text(da="Bag", en="Behind"), Basis.ASSUMPTION, ("ours",))
    reason = Reason(
        "b.rule",
        Text(da="Grund", en="Reason"),
        Basis.PRACTICE,
        ("001.txt:1",),
        parameters=(used,),
        because=(behind,),
    )
    lines = DANISH.reason_lines(reason, sources=True)
    assert lines[0] == "- Grund (b.rule)"
    assert "antagelse" in lines[1]
    assert lines[2].strip() == "kilde: 001.txt:1"
    assert lines[3].strip() == "- Bag (a.rule) [antagelse]"
    assert "[assumption]" in "\n".join(ENGLISH.reason_lines(reason))


def test_changes_are_said_as_what_a_person_does() -> None:
    answers = Answers(DANISH)
    closing = FactChange("concern", 2, "open", True, False)
    hidden = FactChange("concern", None, "open", True, False, (("severity", "serious"),))
    fulfilled = FactChange("sanction", 1, "current", True, False)
    goals = FactChange("subject", None, "goals_documented", False, True)
    visit = FactChange("visit", None, "held_age_days", None, 0, event="visit_today")
    assert answers.fact_change(closing) == "bekymring nr. 2 lukkes"
    assert answers.fact_change(hidden) == "en bekymring (alvor alvorlig) lukkes"
    assert answers.fact_change(fulfilled) == "sanktion nr. 1 er opfyldt"
    assert answers.fact_change(goals) == "mål dokumenteret nej → ja"
    assert answers.fact_change(visit) == "et besøg i dag"
