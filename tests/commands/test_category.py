"""`tilsynstryk category` as a consultant meets it. All facts are synthetic."""

import importlib.util
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import tilsynstryk

HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("portfolio_lines", HERE / "portfolio_lines.py")
assert _spec is not None
assert _spec.loader is not None
lines: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(lines)


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lines.write_portfolio(tmp_path_factory.mktemp("portfolio"))


def run(portfolio: Path, *args: str, stdin: str | None = None) -> Result:
    wanted = ["category", *args, "--portfolio", str(portfolio), "--as-of", lines.AS_OF]
    return CliRunner().invoke(tilsynstryk, wanted, input=stdin)


def golden(name: str, text: str) -> None:
    """The page as it was last looked at; UPDATE_GOLDEN=1 writes it anew."""
    said = re.sub(r"\b[0-9a-f]{12}\b", "HASH", text)
    path = HERE / "golden" / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("subject_id", "lang", "name"),
    [
        ("PF-01042", "da", "category-yellow-family.da.txt"),
        ("PF-01042", "en", "category-yellow-family.en.txt"),
        ("PF-01043", "da", "category-hidden-source.da.txt"),
        ("TB-00017", "da", "category-green-by-default.da.txt"),
    ],
)
def test_pages(portfolio: Path, subject_id: str, lang: str, name: str) -> None:
    result = run(portfolio, subject_id, "--lang", lang)
    assert result.exit_code == 0, result.output
    golden(name, result.output)


def test_an_override_is_shown_beside_the_proposal(portfolio: Path) -> None:
    text = run(portfolio, "TB-00018").output
    assert "GUL siden 2025-05-02" in text
    assert "Sat af K-17 den 2025-05-02 til og med 2025-08-31: Ny leder; ses an" in text
    assert "Regelbogen foreslår grøn." in text
    assert "Tiden alene: grøn 2025-09-01, hvor den ændrede kategori udløber" in text


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_hidden_source_stays_hidden(portfolio: Path, form: str, lang: str) -> None:
    text = run(portfolio, "PF-01043", "--format", form, "--lang", lang).output
    for telling in ("2025-05-23", "2025-05-27", "whistleblower", "nr. 7", "no. 7", '"no": 7,'):
        assert telling not in text
    assert "2025-05" in text


def test_json_holds_the_decision_and_what_stands_around_it(portfolio: Path) -> None:
    data = json.loads(run(portfolio, "PF-01042", "--format", "json").output)
    assert data["decision"]["category"]["in_force"] == "yellow"
    assert data["since"] == {"day": "2025-05-21", "at_least": False}
    assert data["time_alone"][0]["colour"] == "red"
    assert [item["colour"] for item in data["would_change"]["milder"]] == ["green"]
    assert data["kept_from"] == {"green": ["category.serious_concern"]}
    assert set(data["why_not"]) == {"red"}


def test_several_ids_and_ids_from_stdin(portfolio: Path) -> None:
    both = run(portfolio, "TB-00017", "TB-00018", "--format", "json").output.splitlines()
    assert [json.loads(line)["decision"]["subject_id"] for line in both] == ["TB-00017", "TB-00018"]
    piped = run(portfolio, "-", "--format", "json", stdin="TB-00018\n\nTB-00017\n").output
    assert piped.splitlines() == both[::-1]
    assert run(portfolio, "-", stdin="").exit_code == 2


def test_an_unknown_id_is_one_line_with_the_nearest(portfolio: Path) -> None:
    result = run(portfolio, "pf-1042")
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert "Der er ingen pf-1042" in result.output
    assert "PF-01042" in result.output


def test_all_unknown_ids_are_named_at_once(portfolio: Path) -> None:
    result = run(portfolio, "PF-01042", "PF-77777", "XX-1")
    assert result.exit_code == 2
    assert [line.split()[3] for line in result.output.splitlines()] == ["PF-77777", "XX-1"]


def test_bad_facts_of_the_subject_are_listed(tmp_path: Path) -> None:
    wrong = json.loads(json.dumps(lines.FAMILY))
    wrong["subject"]["family_type"] = "almnen"
    wrong["records"]["visit"][0]["held_on"] = "2026-01-01"
    path = tmp_path / "facts.jsonl"
    path.write_text(json.dumps(wrong) + "\n", encoding="utf-8")
    result = run(path, "PF-01042")
    assert result.exit_code == 2
    assert '"almnen" kendes ikke' in result.output
    assert "2026-01-01" in result.output
    assert "Traceback" not in result.output


def test_a_day_before_the_rulebook_is_one_line(portfolio: Path) -> None:
    wanted = ["category", "PF-01042", "--portfolio", str(portfolio), "--as-of", "2019-01-01"]
    result = CliRunner().invoke(tilsynstryk, wanted)
    assert result.exit_code == 2
    assert "2022-01-01" in result.output


def test_the_same_question_gives_the_same_bytes(portfolio: Path) -> None:
    assert run(portfolio, "PF-01042").output == run(portfolio, "PF-01042").output
