"""One planted defect each: found, named with both culprits, and shown by facts that replay."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import Result

from engine.analysis.proof.findings import Defect
from engine.backends.reference import ReferenceBackend
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Firing, program_of
from engine.rulebook.resolve import resolve
from models.rulebook import NoticeOutcome, Rule
from models.terms import Colour, Purpose
from tests.rules.examples import (
    ROOT,
    changed_files,
    checked,
    findings,
    materialised,
    names,
    view_in,
)

pytestmark = pytest.mark.slow

BAD = names("bad")
AS_WRITTEN = "as_written_"
WITH_TWO_CULPRITS = frozenset(
    {
        Defect.CONFLICT,
        Defect.DUPLICATE,
        Defect.NOT_MONOTONE,
        Defect.SHADOWED,
        Defect.SUBSUMED,
        Defect.TIME_GAP,
        Defect.TIME_OVERLAP,
    }
)
SHOWN_BY_FACTS = frozenset({Defect.CONFLICT, Defect.GAP, Defect.NOT_MONOTONE})


def planted(name: str) -> Defect | None:
    """The defect that an example's name begins with."""
    if name.startswith(AS_WRITTEN):
        return None
    return next(defect for defect in Defect if name.startswith(f"{defect.value}_"))


PROVED = [name for name in BAD if planted(name) is not None]


def without_counts(output: str) -> str:
    """How many questions there are changes with the days of the shipped registers."""
    return re.sub(r"; [\d.,]+ (spørgsmål|questions) ([^(]*) \([^)]*\)\n", r"; # \1 \2\n", output)


class Example(NamedTuple):
    """A bad rulebook's folder, all that is said of it, and the same as data."""

    folder: Path
    said: dict[str, Result]
    found: tuple[dict[str, Any], ...]


@pytest.fixture(scope="module")
def kept() -> dict[str, Example]:
    """Each rulebook is proved once, however many tests look at it."""
    return {}


@pytest.fixture
def example(
    request: pytest.FixtureRequest,
    kept: dict[str, Example],
    tmp_path_factory: pytest.TempPathFactory,
) -> Example:
    name = request.getfixturevalue("name")
    if name not in kept:
        folder = materialised(tmp_path_factory.mktemp(name), ROOT / "bad" / name)
        said = {lang: checked(folder, "--lang", lang) for lang in ("da", "en")}
        kept[name] = Example(folder, said, tuple(findings(folder)))
    return kept[name]


def test_there_are_many_over_all_kinds() -> None:
    assert len(BAD) >= 40
    assert {planted(name) for name in BAD} == {None, *Defect}


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("name", BAD)
def test_all_that_is_said(name: str, lang: str, example: Example) -> None:
    said = example.said[lang]
    path = ROOT / "bad" / name / f"expected.{lang}.txt"
    output = without_counts(said.output)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(output, encoding="utf-8")
    assert output == path.read_text(encoding="utf-8")
    (found,) = example.found
    assert said.exit_code == (0 if found["warning"] else 1)


@pytest.mark.parametrize("name", BAD)
def test_the_planted_defect_is_found_and_no_other(name: str, example: Example) -> None:
    (found,) = example.found
    assert found["defect"] == planted(name)
    places = [(found["file"], found["line"])] + [(p["file"], p["line"]) for p in found["others"]]
    touched = {f"rules/{file}" for file in changed_files("bad", name)}
    assert touched & {file for file, _ in places}
    if planted(name) in WITH_TWO_CULPRITS:
        assert found["others"]
    if planted(name) in SHOWN_BY_FACTS:
        assert found["example"] is not None


@pytest.mark.parametrize("name", PROVED)
def test_every_culprit_stands_with_file_line_and_caret(name: str, example: Example) -> None:
    (found,) = example.found
    lines = example.said["en"].output.splitlines()
    places = [(found["file"], found["line"])] + [(p["file"], p["line"]) for p in found["others"]]
    for file, line in places:
        at = lines.index(f"  {file}:{line}")
        _, excerpt = lines[at + 1].split(" | ", 1)
        _, carets = lines[at + 2].split(" | ", 1)
        written = (example.folder.parent / file).read_text(encoding="utf-8").splitlines()[line - 1]
        assert excerpt == written.rstrip()
        named = "".join(
            letter for letter, caret in zip(excerpt, carets, strict=False) if caret == "^"
        )
        assert re.fullmatch(r" *- (id|step|record): " + re.escape(named), excerpt)


def test_the_readme_shows_a_real_finding() -> None:
    said = (ROOT / "bad" / "conflict_two_fields" / "expected.da.txt").read_text(encoding="utf-8")
    readme = (ROOT.parents[1] / "README.md").read_text(encoding="utf-8")
    assert "\n".join(said.splitlines()[:-1]) in readme


@pytest.mark.parametrize("name", [n for n in PROVED if planted(n) in SHOWN_BY_FACTS])
def test_the_example_replays(name: str, example: Example) -> None:
    (found,) = example.found
    book = load_rulebook(example.folder)
    assert found["example"]["kind"] in found["kinds"]
    assert found["example"]["as_of"] in found["days"]
    match planted(name):
        case Defect.GAP:
            assert _silent(book, found)
        case Defect.CONFLICT:
            assert _contradicted(book, found)
        case Defect.NOT_MONOTONE:
            assert _grows_milder(book, found)
        case _:
            raise AssertionError(f"{name} has no example")


def _fired(book: Rulebook, example: dict[str, Any]) -> Firing:
    view, override = view_in(example)
    program = program_of(resolve(book, as_of=view.as_of))
    return ReferenceBackend(program).evaluate(view, override)


def _silent(book: Rulebook, found: dict[str, Any]) -> bool:
    """Whether no notice rule speaks for the purpose that is named."""
    named = re.search(r"purpose (\w+) to", found["text"])
    assert named is not None
    purpose = Purpose(named[1])
    speaking = {
        rule.id
        for rule in book.rules
        if isinstance(rule.then, NoticeOutcome)
        and (not rule.then.purposes or purpose in rule.then.purposes)
    }
    return not speaking & _fired(book, found["example"]).held


def _contradicted(book: Rulebook, found: dict[str, Any]) -> bool:
    """Whether both rules hold, say the opposite, and have one rank."""
    places = [(found["file"], found["line"])] + [(p["file"], p["line"]) for p in found["others"]]
    one, other = (_rule_at(book, *place) for place in places)
    assert isinstance(one.then, NoticeOutcome)
    assert isinstance(other.then, NoticeOutcome)
    assert {one.id, other.id} <= _fired(book, found["example"]).held
    return one.then.rank == other.then.rank and one.then.notice is not other.then.notice


def _rule_at(book: Rulebook, file: str, line: int) -> Rule:
    (rule,) = (r for r in book.rules if (r.place.file, r.place.line) == (file, line))
    return rule


def _grows_milder(book: Rulebook, found: dict[str, Any]) -> bool:
    """Whether the fact that is named, made worse as it says, takes the colour away."""
    said = re.search(
        r"(\w+)\.(\w+) from (\S+) to (\S+) is worse, yet no longer gives (\w+)", found["text"]
    )
    assert said is not None
    record, field, before, after, lost = said.groups()
    example = found["example"]
    row = example["subject"] if record == "subject" else example["records"][record][0]
    assert str(row[field]) == before
    milder = _fired(book, example).proposed
    row[field] = int(after) if re.fullmatch(r"-?\d+", after) else after
    worse = _fired(book, example).proposed
    silenced = {_rule_at(book, p["file"], p["line"]).id for p in found["others"]}
    assert silenced
    return worse.rank < Colour(lost).rank <= milder.rank
