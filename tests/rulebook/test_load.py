"""Reading a rulebook folder: what is malformed is said with file and line, all of it at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.rulebook.load import load_rulebook
from engine.rulebook.problems import RulebookError
from tests.rulebook.bad.planting import GOOD, Change, good_rulebook, messages

SIGNALS, CATEGORY, VISITS = "signals/all.yaml", "category/all.yaml", "visits/all.yaml"
SAMPLES, SANCTIONS, PARAMETERS = "samples/all.yaml", "sanctions/all.yaml", "parameters/all.yaml"
SERIOUS = (
    "    then: {signal: serious}\n    basis: practice\n"
    '    sources: ["made up"]\n    reviewed: 2026-01-31\n'
)
NEEDS = (GOOD / SANCTIONS).read_text(encoding="utf-8").partition("      needs:\n")[2]
NEEDS = "      needs:\n" + NEEDS.partition("    basis:")[0]
COLOUR = "then: {colour: yellow}"

CASES = {
    "not YAML": (
        Change(CATEGORY, COLOUR, "then: {colour: [yellow}"),
        "category/all.yaml:7: not valid YAML: did not find expected ',' or ']'",
    ),
    "a key twice": (
        Change(CATEGORY, COLOUR, f"{COLOUR}\n    {COLOUR}"),
        "category/all.yaml:8: 'then' stands twice; remove one",
    ),
    "a key twice in two spellings": (
        Change(CATEGORY, "    applies to:", "    applies_to: [social_offer]\n    applies to:"),
        "category/all.yaml:5: 'applies to' stands twice; remove one",
    ),
    "a list the rulebook has not": (
        Change(CATEGORY, "promises:", "promisses:"),
        "category/all.yaml:12: 'promisses:' is not a list of the rulebook; "
        "use one of parameters, rules, floors, frames, ladder, promises",
    ),
    "a list that is none": (
        Change(CATEGORY, "promises:\n  - record", "promises:\n    record"),
        "category/all.yaml:12: 'promises:' must hold a list, each entry behind a '-'",
    ),
    "an entry that is a word": (
        Change(CATEGORY, "promises:\n", "promises:\n  - severity\n"),
        "category/all.yaml:12: lines 'key: value' must stand here",
    ),
    "two outcomes": (
        Change(CATEGORY, COLOUR, "then: {colour: yellow, signal: x}"),
        "category/all.yaml:7: 'then' must hold exactly one of "
        "signal, colour, visit, notice, frame, propose",
    ),
    "no outcome": (
        Change(CATEGORY, COLOUR, "then: {}"),
        "category/all.yaml:7: 'then' must hold exactly one of "
        "signal, colour, visit, notice, frame, propose",
    ),
    "an outcome that is a word": (
        Change(CATEGORY, COLOUR, "then: yellow"),
        "category/all.yaml:7: 'then' must hold exactly one of "
        "signal, colour, visit, notice, frame, propose",
    ),
    "a colour among the signals": (
        Change(SIGNALS, "then: {signal: many}", "then: {colour: red}"),
        "signals/all.yaml:18: a rule in 'signals/' cannot lead to a colour; "
        "move it to its own folder",
    ),
    "a signal among the visits": (
        Change(VISITS, "{notice: unannounced, rank: 10, purposes: []}", "{signal: x}"),
        "visits/all.yaml:47: a rule in 'visits/' cannot lead to a signal; "
        "move it to its own folder",
    ),
    "a colour that is none": (
        Change(CATEGORY, COLOUR, "then: {colour: orange}"),
        "category/all.yaml:7: 'then > colour' is 'orange'; it must be 'green', 'yellow' or 'red'",
    ),
    "no basis": (
        Change(SIGNALS, SERIOUS, SERIOUS.replace("    basis: practice\n", "")),
        "signals/all.yaml:2: 'basis' is missing; add it",
    ),
    "no sources": (
        Change(SIGNALS, SERIOUS, SERIOUS.replace('    sources: ["made up"]\n', "")),
        "signals/all.yaml:2: 'sources' is missing; add it",
    ),
    "empty sources": (
        Change(SIGNALS, SERIOUS, SERIOUS.replace('["made up"]', "[]")),
        "signals/all.yaml:10: 'sources' is empty; add at least one",
    ),
    "never reviewed": (
        Change(SIGNALS, SERIOUS, SERIOUS.replace("    reviewed: 2026-01-31\n", "")),
        "signals/all.yaml:2: 'reviewed' is missing; add it",
    ),
    "a basis that is none": (
        Change(SIGNALS, SERIOUS, SERIOUS.replace("practice", "habit")),
        "signals/all.yaml:9: 'basis' is 'habit'; it must be "
        "'law', 'order', 'guidance', 'practice' or 'assumption'",
    ),
    "a day that is none": (
        Change(SIGNALS, SERIOUS, SERIOUS.replace("2026-01-31", "2026-02-30")),
        "signals/all.yaml:11: 'reviewed' is '2026-02-30'; write a day as 2026-01-31",
    ),
    "a day in another form": (
        Change(CATEGORY, "from: 2022-01-01", "from: 1. januar 2022"),
        "category/all.yaml:5: 'from' is '1. januar 2022'; write a day as 2026-01-31",
    ),
    "a year for a day": (
        Change(CATEGORY, "from: 2022-01-01", "from: 2022"),
        "category/all.yaml:5: 'from' is 2022; write a day as 2026-01-31",
    ),
    "a kind that is none": (
        Change(CATEGORY, "[social_offer, foster_family]", "[social_offer, family]"),
        "category/all.yaml:4: 'applies to > 1' is 'family'; it must be 'social_offer', "
        "'foster_family', 'personal_assistance_employer' or 'treatment_school'",
    ),
    "a line that is not known": (
        Change(CATEGORY, COLOUR, f"{COLOUR}\n    until when: 2024-01-01"),
        "category/all.yaml:8: 'until when' is not known here; remove it or mend the spelling",
    ),
    "a title in one language": (
        Change(CATEGORY, ', en: "Yellow"}', "}"),
        "category/all.yaml:3: 'title > en' is missing; add it",
    ),
    "a value with a point": (
        Change(PARAMETERS, "value: 2,", "value: 2.5,"),
        "parameters/all.yaml:42: 'values > 0 > value' is 2.5; "
        "write a whole number, yes or no, a word, or 'unset'",
    ),
    "preconditions that are no list": (
        Change(SANCTIONS, NEEDS, "      needs: 3\n"),
        "sanctions/all.yaml:29: 'then > needs' is 3; write a list in brackets",
    ),
    "a step that is none": (
        Change(SANCTIONS, "propose: order_notice", "propose: fine"),
        "sanctions/all.yaml:27: 'then > propose' is 'fine'; it must be 'statement', "
        "'order_notice', 'order', 'intensified_notice', 'intensified_without_order', "
        "'intensified_with_order', "
        "'reduction_notice', 'withdrawal_notice', 'withdrawal' or 'report_to_municipality'",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_malformed_is_said_on_its_line(case: str, tmp_path: Path) -> None:
    change, message = CASES[case]
    folder = good_rulebook(tmp_path)
    change.make(folder)
    said = messages(folder)
    assert f"rules/{message}" in said
    assert len(said) == 1, said


def test_defects_of_several_files_are_said_at_once(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    wanted = []
    for case in ("two outcomes", "no basis", "a step that is none", "a value with a point"):
        change, message = CASES[case]
        change.make(folder)
        wanted.append(f"rules/{message}")
    assert sorted(wanted) == messages(folder)


def test_every_unreadable_file_is_named(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    (folder / VISITS).write_bytes(b"rules:\n  - id: caf\xe9\n")
    (folder / SAMPLES).write_text("rules: [", encoding="utf-8")
    said = messages(folder)
    assert [line.split(" ")[0] for line in said] == [
        "rules/samples/all.yaml:2:",
        "rules/visits/all.yaml:1:",
    ]
    assert all("not valid YAML" in line for line in said)


def test_an_empty_file_says_what_may_stand_there(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    (folder / "signals" / "more.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert messages(folder) == [
        "rules/signals/more.yaml:1: start with one of: "
        "parameters:, rules:, floors:, frames:, ladder:, promises:"
    ]


def test_a_folder_without_rules_is_no_rulebook(tmp_path: Path) -> None:
    assert messages(tmp_path) == [f"{tmp_path.name}:1: no rule files (*.yaml) in this folder"]


def test_a_missing_register_is_said_with_what_else_is_wrong(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    CASES["two outcomes"][0].make(folder)
    (folder / "registers" / "sources.yaml").unlink()
    said = messages(folder)
    assert "rules/registers/sources.yaml:1: cannot be read: No such file or directory" in said
    assert f"rules/{CASES['two outcomes'][1]}" in said


def test_the_hash_is_over_the_content_and_not_the_order_of_the_files(tmp_path: Path) -> None:
    one = good_rulebook(tmp_path / "one")
    other = tmp_path / "two" / "rules"
    for path in sorted(one.rglob("*.yaml"), reverse=True):
        target = other / path.relative_to(one)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    first = load_rulebook(one).content_hash
    assert load_rulebook(other).content_hash == first
    with (other / SIGNALS).open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert load_rulebook(other).content_hash != first


def test_a_register_is_part_of_the_hash(tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    before = load_rulebook(folder).content_hash
    with (folder / "registers" / "themes.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert load_rulebook(folder).content_hash != before


def test_rules_come_in_order_of_their_ids_whatever_file_they_stand_in(tmp_path: Path) -> None:
    ids = [rule.id for rule in load_rulebook(good_rulebook(tmp_path)).rules]
    assert ids == sorted(ids)
    assert ids[0] == "category.serious"


def test_the_shipped_rulebook_loads_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    book = load_rulebook()
    assert len(book.rules) > 100
    with pytest.raises(RulebookError, match="no rule files"):
        load_rulebook(Path("rules"))
