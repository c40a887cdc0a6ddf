"""Numbers of days with which no deadline can be reckoned are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rulebook.bad.planting import Change, good_rulebook, messages

FURTHER = "parameters/further.yaml"


def with_parameter(folder: Path, value: int) -> list[str]:
    path = folder / FURTHER
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value: 365", f"value: {value}", 1), encoding="utf-8")
    return messages(folder)


@pytest.mark.parametrize("value", [36_501, 10**9, 10**30])
def test_of_a_parameter(value: int, tmp_path: Path) -> None:
    (line,) = with_parameter(good_rulebook(tmp_path), value)
    assert line.startswith(f"rules/{FURTHER}:2: ")
    assert line.endswith(f"is {value}; days are whole numbers from 0 to 36500")


def test_a_century_is_not_too_long(tmp_path: Path) -> None:
    assert with_parameter(good_rulebook(tmp_path), 36_500) == []


@pytest.mark.parametrize("value", [36_501, 10**30])
def test_of_a_rule(value: int, tmp_path: Path) -> None:
    folder = good_rulebook(tmp_path)
    Change("visits/all.yaml", "      within days: 30\n", f"      within days: {value}\n").make(
        folder
    )
    (line,) = messages(folder)
    assert line.endswith(f"'within days' is {value}; days are whole numbers from 0 to 36500")
