"""Random rulebooks load, check clean, come back from their folder, and keep every law."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from engine.analysis.runnable import limit_problems
from engine.rulebook.book import Rulebook
from engine.rulebook.check import check_rulebook
from engine.rulebook.load import load_rulebook
from engine.testing import LawBroken, RulebookUnderTest, laws_of, rulebooks, write_rulebook
from models.rulebook import ProposalOutcome
from models.terms import Kind

FEW = settings(max_examples=10, suppress_health_check=list(HealthCheck))
DAYS = st.sampled_from([date(2022, 12, 31), date(2024, 7, 1), date(2026, 1, 1)])


def without_places(entries: tuple[object, ...]) -> list[str]:
    texts = (entry.model_dump_json() for entry in entries)  # type: ignore[attr-defined]
    return [re.sub(r'"place":\{[^}]*\}', "", text) for text in texts]


def assert_same(one: Rulebook, other: Rulebook) -> None:
    for part in ("rules", "floors", "frames", "ladder", "promises"):
        assert without_places(getattr(one, part)) == without_places(getattr(other, part))
    assert without_places(tuple(one.parameters.values())) == without_places(
        tuple(other.parameters.values())
    )


@FEW
@given(rulebooks())
def test_they_check_clean_and_come_back_from_their_folder(book: Rulebook) -> None:
    assert check_rulebook(book) == ()
    assert list(limit_problems(book)) == []
    with tempfile.TemporaryDirectory() as folder:
        assert_same(load_rulebook(write_rulebook(book, Path(folder) / "rules")), book)


def test_the_shipped_rulebook_comes_back_from_its_folder(tmp_path: Path) -> None:
    book = load_rulebook()
    assert_same(load_rulebook(write_rulebook(book, tmp_path / "rules")), book)


@FEW
@given(rulebooks(), DAYS, st.data())
def test_they_keep_every_law(book: Rulebook, day: date, data: st.DataObject) -> None:
    under = RulebookUnderTest(book, days=[day])
    broken = []
    for law in laws_of(under):
        try:
            law.check(data.draw(st.none() if law.cases is None else law.cases, label=law.name))
        except LawBroken as error:
            broken.append(error)
    under.close()
    assert not broken


def test_they_shrink_to_one_kind_and_little_else() -> None:
    found = find(
        rulebooks(),
        lambda book: any(isinstance(rule.then, ProposalOutcome) for rule in book.rules),
        settings=settings(database=None, phases=[Phase.generate, Phase.shrink]),
    )
    assert found.ladder
    assert {kind for rule in found.rules for kind in rule.applies_to} == {Kind.SOCIAL_OFFER}
    assert len(found.rules) <= 4
    assert len(repr(found).splitlines()) < 30


@FEW
@given(rulebooks([Kind.TREATMENT_SCHOOL], most_rules=1))
def test_they_are_for_the_kinds_that_are_asked_for(book: Rulebook) -> None:
    assert {kind for rule in book.rules for kind in rule.applies_to} == {Kind.TREATMENT_SCHOOL}
