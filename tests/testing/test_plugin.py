"""`pytest --rulebook FOLDER`: a law an item; a planted defect fails with facts and lines."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rulebook.bad.planting import Change, good_rulebook

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return good_rulebook(tmp_path)


@pytest.fixture
def run(tmp_path: Path, cache_folder: Path) -> Run:
    def pytest_in_folder(*args: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "HYPO"))}
        environment |= {"PYTHONPATH": str(ROOT), "TILSYNSTRYK_CACHE": str(cache_folder)}
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "engine.testing.plugin", *args],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return pytest_in_folder


def test_a_good_rulebook_keeps_its_laws(run: Run, rules: Path) -> None:
    done = run("--rulebook", "rules/", "--rulebook-examples", "10", "-v")
    assert done.returncode == 0, done.stdout
    for law in ("loads", "one_colour", "floor", "monotone[concern.severity]", "readings_agree"):
        assert f"rules::{law} PASSED" in done.stdout
    assert rules.name == "rules"


def test_two_rulebooks_and_tests_by_name_run_together(
    run: Run, rules: Path, tmp_path: Path
) -> None:
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n", encoding="utf-8")
    (tmp_path / "test_other.py").write_text("def test_other():\n    assert 0\n", encoding="utf-8")
    few = ("--rulebook-examples", "1", "-v", "-k", "loads or own")
    done = run("test_own.py", "--rulebook", str(rules), "--rulebook", "rules", *few)
    assert done.returncode == 0, done.stdout
    assert "test_own.py::test_own PASSED" in done.stdout
    assert done.stdout.count("loads PASSED") == 1


CONFLICT = Change("visits/all.yaml", "notice: announced, rank: 50", "notice: announced, rank: 10")
FLOOR = Change(
    "visits/all.yaml",
    "when: {category: [green, yellow]}",
    "when: {category: [green, yellow], approval_status: ended}",
)
MILDER = Change("signals/all.yaml", "severity: serious}", "severity: mild}")
YELLOW_FRAME = Change("samples/all.yaml", "when: {category: green}", "when: {category: known}")
SCORES = Change(
    "sanctions/all.yaml",
    "when: {signal: serious}\n",
    "when: {any score: {value: {at most: 2}}}\n",
)


@pytest.mark.parametrize(
    ("defect", "law", "told"),
    [
        (
            CONFLICT,
            "one_notice",
            [
                "visits.notice_high and visits.notice_low have the same rank and say the opposite.",
                "needs_predictability yes",
                "rules/visits/all.yaml:33: visits.notice_high",
                "rules/visits/all.yaml:42: visits.notice_low",
            ],
        ),
        (
            MILDER,
            "monotone[concern.severity]",
            [
                "concern.severity goes from mild to serious, and the colour from yellow to green.",
                "concern[1]: open yes",
                "rules/category/all.yaml:12: the promise of concern.severity",
                "rules/category/all.yaml:2: category.serious",
            ],
        ),
        (
            YELLOW_FRAME,
            "frames_hold_greens",
            [
                "A yellow subject stands in the frame offers.",
                "concern[1]: received_on",
                "rules/samples/all.yaml:2: samples.offers",
            ],
        ),
        (
            SCORES,
            "not_from_scores_alone",
            [
                "order_notice is proposed from scores alone.",
                "value 1",
                "rules/sanctions/all.yaml:21: sanctions.order_notice",
            ],
        ),
    ],
    ids=["conflict", "milder", "frame", "scores"],
)
def test_a_planted_defect_breaks_its_law(
    run: Run, rules: Path, defect: Change, law: str, told: list[str]
) -> None:
    defect.make(rules)
    done = run("--rulebook", "rules", "--rulebook-examples", "150", "-k", law.partition("[")[0])
    assert done.returncode == 1, done.stdout
    assert f"FAILED rules::{law}" in done.stdout
    for words in (*told, "on these facts:", "by these rules:"):
        assert words in done.stdout, done.stdout
    assert "Traceback" not in done.stdout
    assert "hypothesis" not in done.stdout.partition("short test summary")[0].partition("____")[2]


def test_a_rulebook_that_does_not_load_says_why(run: Run, rules: Path) -> None:
    Change("category/all.yaml", "[serious, many]", "[serious, may]").make(rules)
    Change("visits/all.yaml", "visit: basis", "visit: bassis").make(rules)
    done = run("--rulebook", "rules", "-v")
    assert done.returncode == 1
    assert "rules::loads FAILED" in done.stdout
    assert "rules/visits/all.yaml:" in done.stdout
    assert "1 failed" in done.stdout


def test_several_workers_share_the_laws(run: Run, rules: Path) -> None:
    few = ("--rulebook-examples", "1", "-n", "2", "-k", "loads or one_colour")
    done = run("--rulebook", rules.name, *few)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--rulebook", "nowhere"], "--rulebook nowhere: there is no such folder"),
        (["--rulebook", "rules", "--rulebook-examples", "0"], "give a number from 1 on"),
    ],
)
def test_wrong_use_is_told_in_a_line(run: Run, rules: Path, args: list[str], told: str) -> None:
    done = run(*args)
    assert rules.is_dir()
    assert done.returncode == 4
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_option_nothing_is_imported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(
        "import sys\n\ndef test_own():\n"
        "    ours = {m for m in sys.modules if m.split('.')[0] in ('engine', 'models')}\n"
        "    assert ours == {'engine', 'engine.testing', 'engine.testing.plugin'}\n",
        encoding="utf-8",
    )
    done = run("-p", "no:hypothesispytest")
    assert done.returncode == 0, done.stdout
