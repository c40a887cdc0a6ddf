"""`tilsynstryk simulate` and `compare` as a lead meets them. Synthetic facts."""

from __future__ import annotations

import hashlib
import importlib.util
import shlex
import shutil
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import Result

from engine.rulebook.load import default_rulebook_folder, load_rulebook
from engine.rulebook.scenarios import load_scenarios
from engine.simulation.assumptions import load_assumptions
from engine.simulation.margins import load_fit
from engine.simulation.report import ReportFacts
from models.facts import Dossier
from models.terms import ApprovalStatus, Kind
from tests.run.official import PORTFOLIO, run, write

SHORT = ("--years", "1", "--replicates", "2")
SCENARIO = """scenarios:
  - id: {id}
    title: {{da: "prøve", en: "trial"}}
{what}
    basis: assumption
    sources: [{{da: "antagelse", en: "assumption"}}]
    reviewed: 2026-11-22
"""


def simulate(*args: object, portfolio: Path = PORTFOLIO) -> Result:
    return run("simulate", portfolio, *SHORT, *args)


def file_of(folder: Path, *what: str, name: str = "trial") -> Path:
    """A scenario file with these lines."""
    path = folder / f"{name}.yaml"
    lines = "\n".join(f"    {line}" for line in what)
    path.write_text(SCENARIO.format(id=name, what=lines), encoding="utf-8")
    return path


def refused(result: Result) -> str:
    """The one line of a refusal, but for warnings and the heading over what is wrong in rules."""
    assert (result.exit_code, result.stdout) == (2, "")
    heads = ("advarsel:", "Regelbogen kan ikke bruges")
    lines = [line for line in result.stderr.splitlines() if not line.startswith(heads)]
    assert len(lines) == 1, lines
    return lines[0]


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install '.[simulate]'" in refused(simulate("--scenario", "cut-30"))


def test_spark_must_be_there_and_a_master_is_of_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refused(simulate("--scenario", "cut-30", "--master", "local[2]"))
    assert told == "--master hører til --executor spark"
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "pyspark" else found(name)
    )
    told = refused(simulate("--scenario", "cut-30", "--executor", "spark"))
    assert "pip install '.[spark]'" in told


def test_an_unknown_scenario_is_named_with_its_nearest(tmp_path: Path) -> None:
    told = refused(simulate("--scenario", "cut-3O"))
    assert "'cut-3O'" in told
    assert "cut_30" in told
    missing = tmp_path / "none.yaml"
    assert str(missing) in refused(simulate("--scenario", missing))


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("cut: {measure: hours, percent: 130}", "'cut > percent' er 130"),
        ("cut: {measure: hours, percent: -1}", "'cut > percent' er -1"),
        ("cut: {measure: pressure, percent: 30}", "'cut > measure' er 'pressure'"),
        ("depth percent: 5", "'depth percent' er 5"),
        (
            "changes: [{parameter: floor.family_days, from: 2026-01-01, value: 3650}]",
            "carried",
        ),
        ("depth percent: 100", "ændrer intet"),
    ],
)
def test_a_scenario_that_will_not_do_is_refused_in_one_line(
    tmp_path: Path, what: str, told: str
) -> None:
    if told == "carried":
        untouchable = min(floor.interval_days.parameter for floor in load_rulebook().floors)
        what, told = what.replace("floor.family_days", untouchable), f"'{untouchable}' bærer"
    line = refused(simulate("--scenario", file_of(tmp_path, what)))
    assert told in line
    assert "trial.yaml:" in line


def test_two_scenarios_of_one_name_and_one_named_as_the_rules(tmp_path: Path) -> None:
    what = "cut: {measure: hours, percent: 10}"
    taken = file_of(tmp_path, what, name="cut_30")
    line = refused(simulate("--scenario", "cut-30", "--scenario", taken))
    assert "'cut_30' står allerede i rules/scenarios/cut-30.yaml:" in line
    line = refused(simulate("--scenario", file_of(tmp_path, what, name="baseline")))
    assert "'baseline' er navnet på reglerne" in line
    shipped = default_rulebook_folder() / "scenarios" / "cut-30.yaml"
    twice = simulate("--scenario", "cut-30", "--scenario", shipped)
    assert twice.exit_code == 0


def test_a_portfolio_in_which_nobody_is_approved(
    tmp_path: Path, small_portfolio: tuple[Dossier, ...]
) -> None:
    one = small_portfolio[0]
    applied = {"approval_status": ApprovalStatus.APPLIED, "approved_on": None}
    applicant = Dossier(one.subject.model_copy(update=applied), {})
    folder = write([applicant], tmp_path / "applicants", "csv")
    line = refused(simulate("--scenario", "cut-30", portfolio=folder))
    assert line == "der er ingen godkendte i porteføljen; der er intet at simulere"


def rules_with(tmp_path: Path, text: str) -> Path:
    """The shipped rules with other priorities."""
    folder = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), folder)
    (folder / "simulation" / "priorities.yaml").write_text(text, encoding="utf-8")
    return folder


PRIORITY = """priorities:
  - id: first
    title: {{da: "først", en: "first"}}
    rules: [{rule}]
    basis: assumption
    sources: [{{da: "antagelse", en: "assumption"}}]
    reviewed: 2026-11-22
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PRIORITY.format(rule="visits.family_rde"), "visits.family_rde"),
        (
            PRIORITY.format(rule="visits.family_red")
            + PRIORITY.format(rule="visits.family_red").partition("\n")[2],
            "'visits.family_red' står allerede i",
        ),
        ("priorities: [{id: first\n", "priorities.yaml"),
        ("priorities: 3\n", "'priorities:'"),
        (PRIORITY.format(rule="visits.family_red") + "    colour: red\n", "'colour'"),
    ],
)
def test_priorities_that_will_not_do_are_refused_in_one_line(
    tmp_path: Path, text: str, told: str
) -> None:
    rules = rules_with(tmp_path, text)
    line = refused(simulate("--scenario", "cut-30", "--rules", rules))
    assert told in line
    assert "simulation/priorities.yaml" in line


def test_a_scenario_leaves_the_rules_as_they_are() -> None:
    before = load_rulebook()
    result = simulate("--scenario", "floor-only", "--scenario", "cut-30-with-samples")
    assert result.exit_code == 0, result.output
    after = load_rulebook()
    assert after.content_hash == before.content_hash
    assert after.parameters == before.parameters
    assert [s.id for s in load_scenarios(after)] == [s.id for s in load_scenarios(before)]


def test_the_baseline_comes_out_the_same_whatever_is_beside_it() -> None:
    def baseline(*scenarios: str) -> list[str]:
        chosen = [word for name in scenarios for word in ("--scenario", name)]
        result = simulate(*chosen, "--lang", "en")
        assert result.exit_code == 0, result.output
        lines = [line for line in result.stdout.splitlines() if "±" in line]
        return [line[:42] + line[42:].split("  ")[0] for line in lines[:-1]]

    alone = baseline("cut-30")
    assert len(alone) >= 10
    assert baseline("floor-only", "cut-30-shorter", "cut-30-with-samples") == alone


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What is printed, and the folder of the report."""
    folder = tmp_path_factory.mktemp("simulated") / "report"
    result = simulate("--scenario", "cut-30", "--out", folder)
    assert result.exit_code == 0, result.output
    return result.stdout, folder


@pytest.mark.slow
def test_a_report_with_its_data(report: tuple[str, Path]) -> None:
    text, folder = report
    assert "1 år, 2 gentagelser, frø 1" in text
    assert "tilsynsbesøg" in text
    assert "cut_30: 30 % er af timer" in text
    assert "antaget" in text
    names = set(hashes(folder))
    assert {"report.html", "report.xlsx", "data/headline.parquet"} <= names
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Traceback" not in page
    assert "Porteføljen er opdigtet af en generator" in page
    rows = pq.read_table(folder / "data" / "policy.parquet").to_pylist()
    assert [(row["policy"], row["baseline"]) for row in rows] == [
        ("baseline", True),
        ("cut_30", False),
    ]


def test_in_english(tmp_path: Path) -> None:
    result = run("compare", PORTFOLIO, *SHORT, "--scenario", "cut-30", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "1 years, 2 replicates, seed 1" in result.stdout
    for danish in ("tilsynsbesøg", "timer", "antaget"):
        assert danish not in result.stdout


@pytest.mark.slow
def test_the_same_bytes_twice_in_place_of_the_first_unless_somebody_has_changed_it(
    report: tuple[str, Path], tmp_path: Path
) -> None:
    text, first = report
    folder = tmp_path / "report"
    shutil.copytree(first, folder)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert "mine.txt" in refused(simulate("--scenario", "cut-30", "--out", folder))
    (folder / "mine.txt").unlink()
    (folder / "report.html").touch()
    again = simulate("--scenario", "cut-30", "--out", folder, "--workers", "1")
    assert again.exit_code == 0, again.output
    assert again.stdout.replace(str(folder), str(first)) == text
    assert hashes(folder) == hashes(first)


def facts_of(monkeypatch: pytest.MonkeyPatch, *args: object, name: str = "simulate") -> ReportFacts:
    """What a report is told of its simulation; the report itself is not drawn."""
    told: list[ReportFacts] = []

    def instead(tables: object, folder: Path, *, lang: str, facts: ReportFacts) -> None:
        (folder / "report.html").write_text(lang, encoding="utf-8")
        told.append(facts)

    monkeypatch.setattr("engine.simulation.report.write_report", instead)
    result = run(name, *args, as_of=None)
    assert result.exit_code == 0, result.output
    (facts,) = told
    return facts


def test_a_report_says_which_command_gives_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "my rules"
    shutil.copytree(default_rulebook_folder(), rules)
    given = file_of(tmp_path, "cut: {measure: hours, percent: 10}", name="with_a_file")
    out = ("--out", tmp_path / "report")
    asked = ("--sensitivity", "0", "--seed", "7", "--rules", rules, "--lang", "en")
    facts = facts_of(
        monkeypatch,
        *(PORTFOLIO, "--as-of", "2025-06-01", *SHORT, "--scenario", "cut-30"),
        *("--scenario", given, *asked, "--ignore-later", *out),
        name="compare",
    )
    program, command, *words = shlex.split(facts.command)
    assert (program, command) == ("tilsynstryk", "compare")
    assert "--ignore-later" in words
    for option, value in (*zip(asked[::2], asked[1::2], strict=True), ("--scenario", given)):
        assert (option, str(value)) in list(pairwise(words))
    assert facts_of(monkeypatch, *words, *out, name=command) == facts


def test_a_report_says_whether_the_portfolio_is_invented(
    tmp_path: Path, small_portfolio: tuple[Dossier, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    families = [d for d in small_portfolio if d.kind is Kind.FOSTER_FAMILY][:3]
    asked = ("--as-of", "2025-06-01", *SHORT, "--scenario", "cut-30", "--sensitivity", "0")
    out = ("--out", tmp_path / "report")
    for form in ("csv", "parquet", "xlsx", "jsonl"):
        end = f".{form}" if form in ("xlsx", "jsonl") else ""
        source = write(families, tmp_path / f"{form}-portfolio{end}", form)
        assert facts_of(monkeypatch, source, *asked, *out).synthetic
    real = families[0].subject.model_copy(update={"name": "Bakkegården"})
    source = write([Dossier(real, families[0].records), *families[1:]], tmp_path / "real", "csv")
    assert not facts_of(monkeypatch, source, *asked, *out).synthetic


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_simulated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*args: object, **options: object) -> None:
        raise AssertionError("simulated in vain")

    monkeypatch.setattr("engine.simulation.run.simulated", never)
    taken = tmp_path / "report"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine", encoding="utf-8")
    assert str(taken) in refused(simulate("--scenario", "cut-30", "--out", taken))
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert (taken / "mine.txt").read_text(encoding="utf-8") == "mine"


def used_a_year(measure: str, *scenarios: Path) -> list[float]:
    """The figures of one measure as they are printed, the baseline's first."""
    chosen = [word for path in scenarios for word in ("--scenario", path)]
    options = ("--years", "2", "--replicates", "3", "--lang", "en")
    result = run("simulate", PORTFOLIO, *options, *chosen)
    assert result.exit_code == 0, result.output
    line = next(line for line in result.stdout.splitlines() if line.startswith(f"  {measure} "))
    figures = [words.split(" ±")[0] for words in line.removeprefix(f"  {measure} ").split("  ")]
    return [float(words.replace(",", "")) for words in figures if words.strip()]


@pytest.mark.parametrize(
    ("measure", "printed"), [("visits", "visits"), ("hours", "hours"), ("money_dkk", "hours")]
)
def test_every_measure_can_be_cut(tmp_path: Path, measure: str, printed: str) -> None:
    some = file_of(tmp_path, f"cut: {{measure: {measure}, percent: 30}}")
    everything = file_of(tmp_path, f"cut: {{measure: {measure}, percent: 100}}", name="everything")
    baseline, left, by_law = used_a_year(printed, some, everything)
    assert by_law < left < baseline
    assert left <= 0.7 * baseline + by_law


def test_a_fit_says_what_it_was_made_from_and_is_used_from_then_on(
    tmp_path: Path, small_portfolio: tuple[Dossier, ...]
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), rules)
    written = rules / "simulation" / "fitted.yaml"
    written.unlink()
    short = ("--years", "1", "--replicates", "2", "--rounds", "1")
    fit = run("fit", PORTFOLIO, *short, "--rules", rules, "--out", written)
    assert fit.exit_code == 1, fit.output
    assert "UDEN FOR" in fit.stdout
    assert load_fit(rules).is_from(load_assumptions(rules))
    result = simulate("--scenario", "cut-30", "--rules", rules)
    assert result.exit_code == 0, result.output
    assert "fitted.yaml" not in result.stderr
    one = small_portfolio[0]
    gone = Dossier(one.subject.model_copy(update={"approval_status": ApprovalStatus.ENDED}), {})
    nobody = write([gone], tmp_path / "nobody", "csv")
    line = refused(run("fit", nobody, *short, "--out", tmp_path / "fit.yaml"))
    assert line.startswith("der er ingen godkendte i porteføljen")


@pytest.mark.parametrize("module", ["simulate_run", "fit_run"])
def test_without_the_extra_there_is_nothing_to_stumble_over(module: str) -> None:
    """What says that the extra is missing must not need it itself."""
    import subprocess
    import sys

    code = f"import sys; sys.modules.update(numpy=None, numba=None); import commands.{module}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
