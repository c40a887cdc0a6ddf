"""The schema for editors: shipped files are clean under it, malformed ones are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.analysis.cases import CASE_KEYS, EXPECTED_KEYS
from engine.analysis.rule_schema import ROOMS, rule_schema
from engine.facts import vocabulary
from engine.rulebook.entries import LISTS
from engine.rulebook.load import default_rulebook_folder, load_rulebook
from engine.rulebook.registers import REGISTER_FILES
from tests.analysis.rule_schema.raw_files import files_of, read_raw, underlined, validators
from tests.rulebook.bad.planting import Change, good_rulebook
from tests.rulebook.test_load import CASES

SHIPPED = default_rulebook_folder()
NOT_SEEN = {"not YAML", "a key twice"}
"""What an editor's YAML reader underlines by itself."""

RULE = """\
rules:
  - id: signals.x
    title: {da: "X", en: "X"}
    applies to: [social_offer]
    from: 2022-01-01
    when:
      any concern: {open: yes, severity: serious, received_age_days: {at least: 3}}
    then: {signal: x}
    basis: practice
    sources: ["made up"]
    reviewed: 2026-01-31
"""


@pytest.fixture(scope="module")
def shipped() -> dict[str | None, Draft202012Validator]:
    return validators(load_rulebook())


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str | None, Draft202012Validator]:
    folder = good_rulebook(tmp_path_factory.mktemp("good"))
    return validators(load_rulebook(folder))


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from parts(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from parts(part)


@pytest.mark.parametrize(
    "path", files_of(SHIPPED), ids=lambda path: path.relative_to(SHIPPED).as_posix()
)
def test_a_shipped_file_is_clean_under_both_schemas(
    path: Path, shipped: dict[str | None, Draft202012Validator]
) -> None:
    data = read_raw(path.read_text(encoding="utf-8"))
    assert underlined(shipped[None], data) == []
    assert underlined(shipped[path.relative_to(SHIPPED).parts[0]], data) == []


@pytest.mark.parametrize("room", [None, *ROOMS])
def test_the_schema_is_one_and_whole(room: str | None) -> None:
    book = load_rulebook()
    schema = rule_schema(book, room=room)
    Draft202012Validator.check_schema(schema)
    named = {part["$ref"].removeprefix("#/$defs/") for part in parts(schema) if "$ref" in part}
    assert named == set(schema["$defs"])
    assert json.dumps(rule_schema(book, room=room)) == json.dumps(schema)


def test_a_folder_the_rulebook_has_not_has_no_schema() -> None:
    with pytest.raises(ValueError, match="no folder 'catalogue'"):
        rule_schema(load_rulebook(), room="catalogue")


@pytest.mark.parametrize("case", sorted(CASES.keys() - NOT_SEEN))
def test_what_the_loader_finds_malformed_is_underlined(
    case: str, good: dict[str | None, Draft202012Validator], tmp_path: Path
) -> None:
    folder, change = good_rulebook(tmp_path), CASES[case][0]
    path = folder / change.file
    room = good[path.parent.name]
    assert underlined(room, read_raw(path.read_text(encoding="utf-8"))) == []
    change.make(folder)
    assert underlined(room, read_raw(path.read_text(encoding="utf-8"))) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity:", "severty:"),
        ("received_age_days", "recieved_age_days"),
        ("any concern:", "any concerns:"),
        ("any concern:", "at least 0 concern:"),
        ("severity: serious", "severity: seriuos"),
        ("severity: serious", "severity: 3"),
        ("open: yes", "open: serious"),
        ("{at least: 3}", "{at lest: 3}"),
        ("{at least: 3}", "{at least: parameter concerns.nowhere}"),
        ("{at least: 3}", "{at least: parameter duty.not_met_counts}"),
        ("{at least: 3}", "{at least: 99999}"),
        ("{at least: 3}", "{}"),
        ("open: yes, severity: serious", "open: yes, severity: {at least: serious}"),
        ("{signal: x}", "{colour: red}"),
        ("any concern: {", "any portal report: {"),
        ("      any concern: {", "      signal: serious\n      any concern: {"),
        ("basis: practice", "basis: habit"),
        ("[social_offer]", "[social_offers]"),
        ("reviewed: 2026-01-31", "reviewed: 2026-02-30"),
        ("applies to:", "applies two:"),
    ],
)
def test_one_wrong_word_in_a_rule_is_underlined(
    old: str, new: str, good: dict[str | None, Draft202012Validator]
) -> None:
    assert underlined(good["signals"], read_raw(RULE)) == []
    changed = RULE.replace(old, new)
    assert changed != RULE
    assert underlined(good["signals"], read_raw(changed)) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("applies to:", "applies_to:"),
        ("from:", "valid_from:"),
        ("from:", "valid from:"),
        ("any concern:", "any_concern:"),
        ("any concern:", "at_least 2 concern:"),
        ("any concern:", "at least_2_concern:"),
        ("any concern:", "no concern:"),
        ("received_age_days", "received age_days"),
        ("at least:", "at_least:"),
    ],
)
def test_a_space_may_stand_for_an_underscore(
    old: str, new: str, good: dict[str | None, Draft202012Validator]
) -> None:
    changed = RULE.replace(old, new)
    assert changed != RULE
    assert underlined(good["signals"], read_raw(changed)) == []


def test_every_line_says_what_it_is_in_both_languages(
    shipped: dict[str | None, Draft202012Validator],
) -> None:
    schema = shipped[None].schema
    said: dict[str, set[bool]] = {}
    for part in parts(schema):
        for key, line in part.get("properties", {}).items():
            target = schema["$defs"].get(line.get("$ref", "").removeprefix("#/$defs/"), {})
            if part.get("type") == "object":
                said.setdefault(key, set()).add("description" in line or "description" in target)
    steps = set(schema["$defs"]["cases"]["properties"]["expect"]["anyOf"][0]["properties"])
    assert {key.replace(" ", "_") for key in steps} == set(EXPECTED_KEYS)
    words = set().union(*(values for values in _enums(schema)))
    assert sorted(key for key, found in said.items() if False in found and key not in words) == []
    for key in (*LISTS, *REGISTER_FILES, *CASE_KEYS):
        assert said[key.replace("_", " ")] == {True}


def _enums(schema: Any) -> Iterator[set[str]]:
    for part in parts(schema):
        yield {value for value in part.get("enum", ()) if isinstance(value, str)}


def test_editors_are_told_each_field_and_its_words(
    shipped: dict[str | None, Draft202012Validator],
) -> None:
    defs = shipped[None].schema["$defs"]
    for record, specs in vocabulary().fields.items():
        name = "condition_with_category" if record == "subject" else f"condition_on_{record}"
        assert set(specs) <= set(defs[name]["properties"])
    severity = defs["fact_concern_severity"]
    assert severity["title"] == "alvor / severity"
    value = defs["test_concern_severity_value"]["anyOf"][0]
    assert value["enum"] == ["mild", "moderate", "serious", "acute"]
    assert value["enumDescriptions"][2] == "alvorlig / serious"


def test_the_settings_of_the_readme_name_every_folder() -> None:
    readme = (SHIPPED.parent / "README.md").read_text(encoding="utf-8")
    settings = json.loads(readme.partition("```json\n")[2].partition("```")[0])
    (globs,) = settings["yaml.schemas"].values()
    assert [glob for glob in globs if glob[0] != "!"] == [f"rules/{room}/*.yaml" for room in ROOMS]
    assert settings["yaml.yamlVersion"] == "1.1"


def test_a_change_that_is_none_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="stands 0 times"):
        Change("signals/all.yaml", "nowhere", "x").make(good_rulebook(tmp_path))
