"""The examples of `docs/testing-a-rulebook.md` run, and its table names every law."""

from __future__ import annotations

import doctest
from pathlib import Path

from engine.rulebook.load import load_rulebook
from engine.testing import RulebookUnderTest, laws_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "testing-a-rulebook.md"


def test_the_examples_run() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried > 10
    assert failed == 0


def test_the_page_names_every_law() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = {law.name.partition("[")[0] for law in laws_of(RulebookUnderTest(load_rulebook()))}
    assert {name for name in names if f"`{name}" not in text} == set()
