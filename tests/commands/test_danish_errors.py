"""Whatever goes wrong is said in Danish, unless English is asked for."""

import ast
import re
import shutil
import string
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from cli import tilsynstryk
from engine.rulebook.load import default_rulebook_folder

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "rules" / "catalogue"
ENGLISH = re.compile(
    r"\b(the|must|is|not|are|cannot|and|with|there|no|of|does|holds?|give|write|missing|unknown|"
    r"exists|Usage|Try|Error|Invalid|Missing|such|directory|expected|got)\b"
)
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\S*/\S*|\([^)]*\|[^)]*\)|\[[A-Z.]+\]|--\S+|\{\w+\}")
AS_OF = ("--as-of", "2025-06-01")


def english_in(text: str) -> list[str]:
    """English words in a Danish text, but for what is quoted, paths, options and blanks."""
    plain = QUOTED.sub(" ", text)
    return [found for found in ENGLISH.findall(plain) if found]


def run(*args: object) -> Result:
    return CliRunner().invoke(tilsynstryk, [str(arg) for arg in args])


WRONG = {
    "a command": ("evalute",),
    "a command like no other": ("xyzzy",),
    "an option of the program": ("--wrong",),
    "a misspelt option": ("category", "PF-1", "--portfoli", "x"),
    "an option begun": ("rules", "show", "--as"),
    "no argument": ("evaluate", *AS_OF),
    "no option": ("evaluate", "x"),
    "no value": ("category", "PF-1", "--as-of"),
    "a value too many": ("category", "PF-1", "--sources=3"),
    "a word too many": ("rules", "show", "a", "b"),
    "several words too many": ("rules", "show", "a", "b", "c"),
    "a choice": ("evaluate", "x", *AS_OF, "--format", "pdf"),
    "a missing choice": ("completion",),
    "a number": ("evaluate", "x", *AS_OF, "--seed", "many"),
    "a number out of range": ("evaluate", "x", *AS_OF, "--period-days", "0"),
    "a day": ("category", "PF-1", "--as-of", "i går"),
    "a folder that is not there": ("rules", "show", "--rules", "nowhere"),
    "a folder that is a file": ("rules", "show", "--rules", __file__),
    "a path that is not there": ("category", "PF-1", "--portfolio", "nowhere", *AS_OF),
    "a portfolio that is not there": ("evaluate", "nowhere", *AS_OF),
    "an id of the rulebook": ("rules", "show", "category.acute_concerns"),
    "a kind of record": ("rules", "fields", "concrn"),
    "a command of rules": ("rules", "nix"),
    "a template of another form": ("template", "x.csv"),
    "a record of no run": ("rerun", __file__, "--portfolio", CATALOGUE, "--out", "x"),
    "a record that is not there": ("rerun", "nowhere", "--portfolio", CATALOGUE, "--out", "x"),
    "a day before the figures": ("generate", "--as-of", "2010-01-01", "--out", "x"),
    "a day before the rulebook": ("rules", "show", "--as-of", "2010-01-01"),
    "cases that are none": ("rules", "test", CATALOGUE / "words.yaml"),
}


@pytest.mark.parametrize("args", WRONG.values(), ids=WRONG.keys())
def test_wrong_use_is_said_in_danish(args: tuple[object, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    said = "\n".join(line for line in result.stderr.splitlines() if "Brug:" not in line)
    assert said.strip()
    assert english_in(said) == []


@pytest.mark.parametrize("args", [WRONG["a command"], WRONG["an id of the rulebook"]])
def test_english_where_it_is_asked_for(args: tuple[object, ...]) -> None:
    for lang in (["--lang", "en"], ["--lang=en"]):
        result = run(*args, *lang)
        assert result.exit_code == 2
        assert english_in(result.stderr) != []


def test_mistakes_of_a_rulebook_are_said_in_danish(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(default_rulebook_folder(), tmp_path / "mine"))
    (folder / "signals" / "wrong.yaml").write_text(
        "rules:\n"
        "  - id: signals.wrong\n    title: {da: A}\n    applies to: [nobody]\n"
        "    from: soon\n    when: {places: many}\n    then: {colour: red}\n"
        "  - id: signals.wrong\n    title: {da: A, en: B}\n    applies to: [foster_family]\n"
        "    from: 2025-01-01\n    until: 2024-01-01\n    when: {plces: 3, concern: 1}\n"
        "    then: {signal: x}\n    basis: hearsay\n    sources: []\n    reviewed: 2025-01-01\n",
        encoding="utf-8",
    )
    result = run("rules", "check", "--rules", folder)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert sum("signals/wrong.yaml" in line for line in lines) >= 3
    assert english_in(result.stdout) == []
    assert english_in(run("rules", "check", "--rules", folder, "--lang", "en").stdout) != []


def catalogue_sentences() -> list[tuple[str, dict[str, str]]]:
    entries: dict[str, Any] = yaml.safe_load((CATALOGUE / "messages.yaml").read_text("utf-8"))
    for path in sorted((CATALOGUE / "messages").glob("*.yaml")):
        entries[path.stem] = yaml.safe_load(path.read_text("utf-8"))
    return [
        (f"{section}.{name}", text)
        for section, all_ in entries.items()
        for name, text in all_.items()
    ]


@pytest.mark.parametrize(("code", "text"), catalogue_sentences())
def test_a_sentence_has_the_same_blanks_in_both_languages(code: str, text: dict[str, str]) -> None:
    blanks = {
        lang: {name for _, name, _, _ in string.Formatter().parse(text[lang]) if name}
        for lang in ("da", "en")
    }
    assert blanks["da"] <= blanks["en"]
    assert text["da"].strip() != ""
    assert english_in(text["da"]) == [] or code.startswith("wrong_use.")


def codes_in_the_program(*, report: bool = False) -> set[str]:
    """Every literal code (`section.sentence`) that a sentence is asked for by; the report of a
    simulation has sentences of its own."""
    calls = [
        node
        for folder in ("engine", "commands")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.is_relative_to(ROOT / "engine/simulation/report") is report
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and node.args
    ]
    firsts = [
        call.args[0]
        for call in calls
        if getattr(call.func, "id", "") in ("said", "sentence", "refuse")
    ]
    codes = {str(first.value) for first in firsts if isinstance(first, ast.Constant)}
    return {code for code in codes if "." in code}


def test_every_sentence_that_is_asked_for_stands_in_the_catalogue() -> None:
    known = {code for code, _ in catalogue_sentences()}
    asked = codes_in_the_program()
    assert len(asked) > 100
    assert sorted(asked - known) == []


def test_every_sentence_of_the_report_stands_in_its_catalogue() -> None:
    entries = yaml.safe_load((CATALOGUE / "report.yaml").read_text("utf-8"))
    known = {f"{section}.{name}" for section, all_ in entries.items() for name in all_}
    asked = codes_in_the_program(report=True)
    assert len(asked) > 10
    assert sorted(asked - known) == []


def test_sources_with_words_are_written_in_both_languages() -> None:
    citation = re.compile(r"\d{3}_[0-9a-f]{16}\.txt:\d+(-\d+)?|L 200 .*|lov om socialtilsyn § \d+")
    untranslated: list[str] = []

    def look(entry: Any, file: str) -> None:
        if isinstance(entry, dict):
            for key, value in entry.items():
                if key == "sources" and isinstance(value, list):
                    untranslated.extend(
                        f"{file}: {source}"
                        for source in value
                        if isinstance(source, str) and not citation.fullmatch(source)
                    )
                else:
                    look(value, file)
        elif isinstance(entry, list):
            for value in entry:
                look(value, file)

    for room in ("parameters", "category", "signals", "visits", "samples", "sanctions"):
        for path in sorted((ROOT / "rules" / room).rglob("*.yaml")):
            look(yaml.safe_load(path.read_text("utf-8")), path.name)
    assert untranslated == []
