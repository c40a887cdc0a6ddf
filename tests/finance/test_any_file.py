"""Whatever somebody types is refused with sentences, or everything can be worked out from it."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.finance import (
    Finance,
    case_costs,
    changes_of,
    check_finance,
    cost_of_hours,
    frame_of,
    load_finance,
    municipal_year,
    tariffs_of,
)
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.problems import RulebookError, SaidError

SHIPPED = default_rulebook_folder() / "finance" / "authorities"
OWN = Path(__file__).parents[2] / "fixtures" / "finance" / "midt-2027.yaml"
FILES = [path.read_text("utf-8").splitlines() for path in (OWN, SHIPPED / "syd.yaml")]
JUNK = ["", "0", "-1", "1", "0.5", "1/3", "1e9", ".nan", "yes", "null", "base", "2027", "[]", "{}"]


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file in which some lines have another value, are left out or stand twice."""
    lines = list(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["value", "value", "value", "gone", "twice"]))
        if change == "gone":
            del lines[at]
        elif change == "twice":
            lines.insert(at, lines[at])
        else:
            key, colon, _ = lines[at].partition(": ")
            lines[at] = f"{key}{colon}{draw(st.sampled_from(JUNK))}"
    return "\n".join(lines) + "\n"


def _work_everything_out(finance: Finance) -> None:
    check_finance(finance)
    for authority, own in finance.authorities.items():
        for year in (2017, 2018, 2025, 2026, 2027, 2028):
            tariffs_of(own, finance.national, year)
            municipal_year(own, year)
            changes_of(finance, authority, year)
            with contextlib.suppress(SaidError):
                frame_of(finance, authority, year)
            with contextlib.suppress(SaidError):
                cost_of_hours(finance, authority, hours=3, on=date(year, 1, 1))
                case_costs(finance, authority, on=date(year, 1, 1))


def _loaded(path: Path) -> Finance | RulebookError:
    try:
        return load_finance(authority_files=[path])
    except RulebookError as error:
        return error


@settings(max_examples=100, deadline=None)
@given(files())
def test_a_file_is_refused_in_words_or_can_be_worked_with(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mine.yaml")
        path.write_text(text, encoding="utf-8")
        found = _loaded(path)
        if isinstance(found, Finance):
            _work_everything_out(found)
            return
        assert found.problems
        assert all(problem.place.file == str(path) for problem in found.problems)
        assert all("finance." not in line for line in found.lines("da"))
