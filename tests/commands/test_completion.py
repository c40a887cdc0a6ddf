"""What a shell offers on TAB."""

import pytest
from click.shell_completion import ShellComplete

from cli import tilsynstryk
from engine.rulebook.load import load_rulebook

TITLES = {rule.id: rule.title.da for rule in load_rulebook().rules}


def offered(*words: str) -> list[str]:
    """What stands behind the last word, begun as it is."""
    *before, begun = words
    complete = ShellComplete(tilsynstryk, {}, "tilsynstryk", "_TILSYNSTRYK_COMPLETE")
    return [item.value for item in complete.get_completions(before, begun)]


@pytest.mark.parametrize(
    ("begun", "wanted"),
    [
        ("category.acute_c", "category.acute_concern"),
        ("floors.foster", "floors.foster_family_days"),
        ("floor.fos", "floor.foster_family"),
        ("order_n", "order_notice"),
    ],
)
def test_ids_of_the_rulebook(begun: str, wanted: str) -> None:
    found = offered("rules", "show", begun)
    assert wanted in found
    assert all(item.startswith(begun) for item in found)


def test_an_id_is_offered_with_its_title() -> None:
    complete = ShellComplete(tilsynstryk, {}, "tilsynstryk", "_TILSYNSTRYK_COMPLETE")
    (item,) = complete.get_completions(["rules", "show"], "category.acute_concern")
    assert item.help == TITLES["category.acute_concern"]


def test_kinds_of_record() -> None:
    assert offered("rules", "fields", "conc") == ["concern"]


def test_records_and_facts_in_danish_unless_english_is_asked_for() -> None:
    assert "bekymring[" in offered("what-if", "PF-1", "--set", "")
    assert "plejeforældre=" in offered("what-if", "PF-1", "--set", "plejef")
    assert "bekymring[2].lukket_den=" in offered("what-if", "PF-1", "--set", "bekymring[2].luk")
    english = ("what-if", "PF-1", "--lang", "en", "--set")
    assert offered(*english, "conc") == ["concern["]
    assert offered(*english, "concern[2].clos") == ["concern[2].closed_on="]


def test_a_record_to_add_or_to_leave_out() -> None:
    assert offered("what-if", "PF-1", "--add", "beky") == ["bekymring:"]
    assert offered("what-if", "PF-1", "--add", "bekymring: alvor=akut, tem") == [
        "bekymring: alvor=akut, tema="
    ]
    assert offered("what-if", "PF-1", "--drop", "beky") == ["bekymring["]


def test_nothing_is_offered_of_a_record_that_is_none() -> None:
    assert offered("what-if", "PF-1", "--set", "xyz[1].") == []


def test_a_rulebook_with_mistakes_offers_nothing(tmp_path: object) -> None:
    assert offered("rules", "show", "--rules", str(tmp_path), "") == []
