"""The import contracts hold here, and each of them would notice what it forbids."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("models", "engine", "commands")
STUBS = (
    "commands/__init__.py",
    "engine/__init__.py",
    "engine/analysis/__init__.py",
    "engine/backends/__init__.py",
    "engine/backends/durable.py",
    "engine/backends/kernel/__init__.py",
    "engine/backends/reference.py",
    "engine/backends/tables/__init__.py",
    "engine/decisions/__init__.py",
    "engine/facts/__init__.py",
    "engine/finance/__init__.py",
    "engine/portfolio/__init__.py",
    "engine/rulebook/__init__.py",
    "engine/run/__init__.py",
    "engine/simulation/__init__.py",
    "engine/testing/__init__.py",
    "models/__init__.py",
)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Empty packages under the contracts of the project."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    for stub in STUBS:
        (tmp_path / stub).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / stub).write_text("", encoding="utf-8")
    return tmp_path


def test_the_street_in_its_direction_is_kept(tree):
    (tree / "commands/__init__.py").write_text("import engine.run", encoding="utf-8")
    (tree / "engine/run/__init__.py").write_text(
        "import engine.decisions, engine.portfolio, engine.backends.durable", encoding="utf-8"
    )
    (tree / "engine/backends/durable.py").write_text(
        "import durable.engine, durable_rules_engine, engine.facts, models", encoding="utf-8"
    )
    (tree / "engine/backends/tables/queries.py").write_text(
        "import duckdb, ibis.expr.types, engine.facts, models", encoding="utf-8"
    )
    run = lint(tree)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("models/__init__.py", "engine.facts"),
        ("engine/facts/__init__.py", "commands"),
        ("engine/facts/__init__.py", "engine.rulebook"),
        ("engine/rulebook/__init__.py", "engine.backends"),
        ("engine/backends/reference.py", "engine.decisions"),
        ("engine/decisions/__init__.py", "engine.analysis"),
        ("engine/decisions/__init__.py", "engine.run"),
        ("engine/portfolio/__init__.py", "engine.decisions"),
        ("engine/portfolio/__init__.py", "engine.backends"),
        ("engine/backends/reference.py", "engine.backends.durable"),
        ("engine/backends/durable.py", "engine.backends.reference"),
        ("engine/backends/reference.py", "durable"),
        ("engine/run/__init__.py", "durable.lang"),
        ("commands/__init__.py", "durable_rules_engine"),
        ("engine/backends/tables/__init__.py", "engine.backends.reference"),
        ("engine/backends/reference.py", "engine.backends.tables"),
        ("engine/backends/reference.py", "ibis"),
        ("engine/run/__init__.py", "duckdb"),
        ("commands/__init__.py", "ibis.expr"),
        ("engine/run/__init__.py", "pyspark.sql"),
        ("commands/__init__.py", "psycopg"),
        ("engine/backends/kernel/__init__.py", "engine.backends.reference"),
        ("engine/backends/tables/__init__.py", "engine.backends.kernel"),
        ("engine/finance/__init__.py", "engine.simulation"),
        ("engine/analysis/__init__.py", "engine.simulation"),
    ],
)
def test_a_forbidden_import_is_noticed(tree, importer, imported):
    (tree / importer).write_text(f"import {imported}\n", encoding="utf-8")
    run = lint(tree)
    assert run.returncode == 1
    assert "BROKEN" in run.stdout
    assert imported.split(".")[0] in run.stdout


def test_a_package_without_a_place_in_the_street_is_noticed(tree):
    (tree / "engine/elsewhere").mkdir()
    (tree / "engine/elsewhere/__init__.py").write_text("", encoding="utf-8")
    run = lint(tree)
    assert run.returncode != 0
    assert "elsewhere" in run.stdout


def imported_by(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_nothing_imports_the_command_line():
    """The linter knows packages only; cli is a single file."""
    files = [path for package in PRODUCT for path in (ROOT / package).rglob("*.py")]
    assert files
    assert [path for path in files if "cli" in imported_by(path)] == []


def test_the_command_line_leaves_the_case_engine_to_its_adapter():
    tops = {name.split(".")[0] for name in imported_by(ROOT / "cli.py")}
    assert tops.isdisjoint({"durable", "durable_rules_engine"})
