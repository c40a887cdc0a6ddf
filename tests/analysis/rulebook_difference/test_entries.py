"""Which entries of the files changed, in which lines, and where they stand."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.analysis.rulebook_difference.entries import Change, Section, changes_of_entries
from engine.analysis.rulebook_difference.sides import two_days, two_rulebooks
from engine.rulebook.book import Rulebook
from engine.rulebook.load import default_rulebook_folder, load_rulebook
from models.rulebook import Text
from tests.analysis.rulebook_difference.editing import (
    rule_of,
    with_frame,
    with_rule,
    with_step,
    with_value,
    without_rule,
)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


def changes(old: Rulebook, new: Rulebook):
    return changes_of_entries(two_rulebooks(old, new, labels=("old", "new")))


def test_nothing_changed(book: Rulebook) -> None:
    assert changes(book, book) == ()


def test_a_new_and_a_removed_rule(book: Rulebook) -> None:
    fewer = without_rule(book, "category.acute_concern")
    (gone,) = changes(book, fewer)
    assert (gone.section, gone.id, gone.change) == (
        Section.RULES,
        "category.acute_concern",
        Change.REMOVED,
    )
    assert gone.places == (rule_of(book, gone.id).place, None)
    (new,) = changes(fewer, book)
    assert (new.change, new.places) == (Change.ADDED, (None, gone.before.place))


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ({"title": Text(da="anden", en="other")}, ["title"]),
        ({"valid_from": date(2023, 1, 1)}, ["from"]),
        ({"valid_until": date(2027, 1, 1)}, ["until"]),
        ({"sources": ("L 200",)}, ["sources"]),
        ({"reviewed": date(2027, 1, 1)}, ["reviewed"]),
        ({"then": {"methods": ("observation",), "window_days": 5}}, ["window days", "methods"]),
    ],
)
def test_the_lines_of_a_rule_by_their_names_in_the_file(
    book: Rulebook, lines: dict[str, object], names: list[str]
) -> None:
    (found,) = changes(book, with_rule(book, "visits.offer_red", **lines))  # type: ignore[arg-type]
    assert [line.name for line in found.lines] == names


def test_a_rule_that_only_stands_elsewhere_is_the_same(book: Rulebook) -> None:
    place = rule_of(book, "visits.offer_green").place
    assert changes(book, with_rule(book, "visits.offer_red", place=place)) == ()


def test_a_number_by_its_day(book: Rulebook) -> None:
    (found,) = changes(book, with_value(book, "floors.foster_family_days", 400))
    assert found.section is Section.PARAMETERS
    assert [(line.name, line.before, line.after) for line in found.lines] == [
        ("value from 2022-01-01", 365, 400),
        ("value from 2026-01-01", 730, 400),
    ]


def test_frames_steps_and_floors(book: Rulebook) -> None:
    other = with_frame(book, "offers_random", share_percent=90)
    other = with_step(other, "order_notice", follows=())
    floor = other.floors[0].model_copy(update={"each_department": False})
    other = replace(other, floors=(floor, *other.floors[1:]))
    found = {(c.section, c.id): [line.name for line in c.lines] for c in changes(book, other)}
    assert found[Section.FRAMES, "offers_random"] == ["share percent"]
    assert found[Section.FLOORS, floor.id] == ["each department"]


def test_two_days_show_what_is_in_force(book: Rulebook) -> None:
    found = changes_of_entries(two_days(book, date(2025, 12, 31), date(2026, 1, 1)))
    by = {change.id: change for change in found}
    assert by["visits.first_visit_family"].change is Change.ADDED
    assert by["visits.notice_family"].change is Change.REMOVED
    assert ("value", 365, 730) in by["floors.foster_family_days"].lines


def test_places_are_those_of_either_folder(tmp_path: Path, book: Rulebook) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(default_rulebook_folder(), mine)
    path = mine / "parameters" / "concerns.yaml"
    text = "# another first line\n" + path.read_text(encoding="utf-8")
    path.write_text(text.replace("value: 14\n", "value: 21\n", 1), encoding="utf-8")
    (found,) = changes(book, load_rulebook(mine))
    before, after = found.places
    assert before is not None
    assert after is not None
    assert (before.file, after.file) == (
        "rules/parameters/concerns.yaml",
        "mine/parameters/concerns.yaml",
    )
    assert after.line == before.line + 1
