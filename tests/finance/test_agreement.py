"""The finance files agree with the rulebook beside them, and leave it alone."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from engine.finance import Finance, load_finance
from engine.finance.blocks import BySize, KronerBySize, OffersBySize
from engine.portfolio.synthetic.published import load_published
from engine.rulebook.load import default_rulebook_folder, load_rulebook
from engine.rulebook.registers import load_registers
from engine.rulebook.resolve import resolve
from models.terms import Authority

RULES = default_rulebook_folder()


@pytest.fixture(scope="module")
def finance() -> Finance:
    return load_finance()


def test_the_rulebook_is_the_same_without_finance(tmp_path: Path) -> None:
    bare = tmp_path / "rules"
    shutil.copytree(RULES, bare)
    shutil.rmtree(bare / "finance")
    with_finance = load_rulebook()
    without = load_rulebook(bare)
    assert without.content_hash == with_finance.content_hash
    assert without.parameters == with_finance.parameters
    assert without.rules == with_finance.rules


@pytest.mark.parametrize("day", [date(2022, 1, 1), date(2025, 12, 31), date(2026, 1, 1)])
def test_floors_in_years_are_those_in_days(finance: Finance, day: date) -> None:
    parameters = resolve(load_rulebook(), as_of=day).parameters
    floors = next(f for f in finance.national.floors if f.holds_on(day))
    assert parameters["floors.social_offer_days"].value == 365 * floors.offer_years
    assert parameters["floors.foster_family_days"].value == 365 * floors.family_years


def test_the_national_counts_are_the_published_ones(finance: Finance) -> None:
    published = load_published(Path(__file__).parents[2] / "fixtures" / "published")
    counts = finance.national.subjects[0]
    assert {a.value: n for a, n in counts.offers.items()} == published["offers_active"].values
    assert {a.value: n for a, n in counts.families.items()} == published["families_active"].values


@pytest.mark.parametrize("authority", [Authority.SYD, Authority.NORD])
def test_the_municipalities_that_pay_are_those_of_the_register(
    finance: Finance, authority: Authority
) -> None:
    register = load_registers(RULES).municipalities
    mine = {line.word for line in register if line.authority == authority}
    for block in finance.of(authority).municipal_shares:
        assert set(block.municipalities) == mine


@pytest.mark.parametrize("model", [BySize, KronerBySize, OffersBySize])
def test_size_classes_are_those_of_the_register(model: type[BySize]) -> None:
    register = load_registers(RULES).size_classes
    assert list(model.model_fields) == [line.word for line in register]


def test_every_file_is_called_after_its_authority(finance: Finance) -> None:
    for authority, document in finance.documents.items():
        assert document.file == f"rules/finance/authorities/{authority.value}.yaml"


def test_every_number_was_reviewed_and_has_a_source(finance: Finance) -> None:
    for authority in finance.authorities.values():
        for field in type(authority).model_fields:
            blocks = getattr(authority, field)
            for block in blocks if isinstance(blocks, tuple) else ():
                assert block.sources
                assert block.reviewed >= date(2026, 11, 22)
