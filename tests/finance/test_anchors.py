"""Figures of the sources as they are printed, written out once more: the engine must find them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from engine.finance import (
    Finance,
    case_costs,
    changes_of,
    check_finance,
    cost_of_hours,
    forwarded,
    half_up_dkk,
    latest_frame,
    municipal_year,
    tariffs_of,
)
from engine.finance.findings import Finding, Status
from engine.finance.frames import frame_parts, per_subject_dkk, recomputed_frame_dkk
from engine.finance.objective import price_per_family
from engine.finance.read import load_finance
from engine.finance.schema import CaseKind, Product, Reading
from models.rulebook import Text
from models.terms import Authority

S0 = "000_0be2027a0e412987.txt"
S2 = "002_c7b3169ddc9536ee.txt"
FINANCE = load_finance()
FOUND = check_finance(FINANCE)

ROWS = [
    ("base", 2016, 2016, (32041, 38450, 64083, 96124), f"{S2}:2885-2893"),
    ("new_approval", 2016, 2016, (19814, 23776, 39627, 59441), f"{S2}:2895-2903"),
    ("substantial_change", 2016, 2016, (6510, 7812, 13021, 19531), f"{S2}:2905-2913"),
    ("intensified", 2016, 2016, (8010, 9612, 16021, 24031), f"{S2}:2915-2923"),
    ("base", 2017, 2017, (31576, 37891, 63152, 94728), f"{S2}:2885-2893"),
    ("new_approval", 2017, 2017, (19717, 23660, 39433, 59150), f"{S2}:2895-2903"),
    ("substantial_change", 2017, 2017, (6547, 7856, 13093, 19640), f"{S2}:2905-2913"),
    ("intensified", 2017, 2017, (7894, 9473, 15788, 23682), f"{S2}:2915-2923"),
    ("base", 2017, 2018, (32270, 38724, 64541, 96812), f"{S2}:173-183"),
    ("new_approval", 2017, 2018, (20151, 24181, 40301, 60451), f"{S2}:192-202"),
    ("substantial_change", 2017, 2018, (6691, 8029, 13381, 20072), f"{S2}:205-217"),
    ("base", 2018, 2018, (31879, 38254, 63757, 95636), f"{S2}:173-183"),
    ("new_approval", 2018, 2018, (22179, 26615, 44358, 66537), f"{S2}:192-202"),
    ("substantial_change", 2018, 2018, (8183, 9820, 16367, 24550), f"{S2}:205-217"),
    ("base", 2024, 2024, (38158, 45790, 76317, 114475), f"{S0}:4323-4331"),
    ("new_approval", 2024, 2024, (26183, 31419, 52365, 78548), f"{S0}:4333-4341"),
    ("substantial_change", 2024, 2024, (7506, 9008, 15013, 22519), f"{S0}:4343-4351"),
    ("intensified", 2024, 2024, (3816, 4579, 7632, 11448), f"{S0}:4353-4361"),
    ("base", 2025, 2026, (59519, 65471, 71424, 77375), f"{S0}:4581-4585"),
    ("new_approval", 2025, 2026, (40845, 44929, 49014, 53099), f"{S0}:4601-4607"),
    ("clerical_change", 2025, 2026, (3123, 3123, 3123, 3123), f"{S0}:4612-4619"),
    ("base", 2026, 2026, (42729, 47002, 51275, 55548), f"{S0}:4581-4585"),
    ("new_approval", 2026, 2026, (36697, 40367, 44037, 47706), f"{S0}:4601-4607"),
    ("substantial_change", 2026, 2026, (10858, 11944, 13029, 14115), f"{S0}:4610-4619"),
    ("clerical_change", 2026, 2026, (3130, 3130, 3130, 3130), f"{S0}:4612-4619"),
]


@pytest.fixture(scope="module")
def finance() -> Finance:
    return FINANCE


def _row(finance: Finance, product: str, year: int, prices_of: int) -> object:
    return next(
        row
        for row in tariffs_of(finance.of(Authority.SYD), finance.national, year)
        if (row.product.value, row.prices_of) == (product, prices_of)
    )


@pytest.mark.parametrize(
    ("product", "year", "prices_of", "printed", "source"),
    ROWS,
    ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in ROWS],
)
def test_a_printed_row_of_tariffs_comes_from_one_base(  # noqa: PLR0917
    finance: Finance,
    product: str,
    year: int,
    prices_of: int,
    printed: tuple[int, ...],
    source: str,
) -> None:
    row = _row(finance, product, year, prices_of)
    assert tuple(row.printed_dkk.values()) == printed
    assert tuple(row.amounts_dkk.values()) == printed
    assert row.uncertain == ()
    assert row.row.sources == (source,)


@pytest.mark.parametrize(
    ("product", "year", "prices_of", "low", "high"),
    [
        ("base", 2024, 2024, Fraction("38158.25"), Fraction("38158.5")),
        ("base", 2016, 2016, Fraction("32041.25"), Fraction("32041.5")),
        ("base", 2025, 2026, Fraction("57562.1"), Fraction("57562.3")),
        ("new_approval", 2025, 2026, Fraction("39501.9"), Fraction("39502.1")),
    ],
)
def test_the_bases_that_give_a_printed_row(  # noqa: PLR0917
    finance: Finance, product: str, year: int, prices_of: int, low: Fraction, high: Fraction
) -> None:
    base = _row(finance, product, year, prices_of).base
    tenth = Fraction(1, 10) if prices_of != year else Fraction(0)
    assert abs(base.low - low) < tenth or base.low == low
    assert abs(base.high - high) < tenth or base.high == high


def test_one_cell_of_2025_was_not_forwarded(finance: Finance) -> None:
    row = _row(finance, "substantial_change", 2025, 2026)
    assert row.differing == ("places_0_7",)
    assert (row.printed_dkk["places_0_7"], row.amounts_dkk["places_0_7"]) == (10498, 10855)


def test_intensified_supervision_in_2026_is_a_tenth_of_the_base_and_an_assumption(
    finance: Finance,
) -> None:
    row = _row(finance, "intensified", 2026, 2026)
    assert tuple(row.amounts_dkk.values()) == (4273, 4700, 5127, 5555)
    assert row.uncertain == ("places_25_49",)
    assert row.most_dkk["places_25_49"] == 5128
    assert row.rule.basis == "assumption"
    assert row.printed_dkk == {}


def test_three_months_cost_a_fifth_more_than_a_quarter_did(finance: Finance) -> None:
    """The source calls it marginal (002_c7b3169ddc9536ee.txt:233-237)."""
    quarter, month = (rule.share_of_base for rule in finance.of(Authority.SYD).intensified[:2])
    assert 3 * month / quarter == Fraction("1.2")


def test_rises_of_tariffs_from_2024_to_2025_without_the_price_level(finance: Finance) -> None:
    """[derived] +50.9, +38.3, -9.5 and -34.6 %: the weights were flattened."""
    before = _row(finance, "base", 2024, 2024).printed_dkk
    after = _row(finance, "base", 2025, 2026).printed_dkk
    index = forwarded(finance.national, 1, from_year=2025, to_year=2026)
    found = [float((after[s] / index / before[s] - 1) * 100) for s in before]
    assert found == pytest.approx([50.9, 38.3, -9.5, -34.6], abs=0.05)


def test_the_national_frame(finance: Finance) -> None:
    frame = latest_frame(finance, 2026)
    assert frame_parts(frame).exact_dkk == 218_400_000
    assert recomputed_frame_dkk(frame) == frame.printed_frame_dkk == 218_000_000
    assert frame.spending_dkk - frame.printed_frame_dkk == 64_000_000
    assert frame.tariffs_dkk + frame.objective_dkk == 103_000_000 + 115_000_000 == 218_000_000
    assert per_subject_dkk(frame) == (51_500, 23_000)
    # All 21 mio. to families is consistent with the split: 197.4 = 103 + 94.4, 94.4 + 21 = 115.4.
    assert half_up_dkk(Fraction("197.4") - 103 + 21) == 115


@pytest.mark.parametrize(
    ("reading", "percent"),
    [
        (Reading.NATIONAL_MONEY, "-22.70"),
        (Reading.TOTAL, "-20.30"),
        (Reading.OFFERS, "-33.97"),
        (Reading.FAMILIES, "-9.93"),
        (Reading.COLLECTED, "-8.65"),
        (Reading.BASE_TARIFF, "-28.21"),
        (Reading.FLOOR_VISITS, "-53.27"),
        (Reading.NATIONAL_FLOOR_VISITS, "-54.76"),
    ],
)
def test_every_reading_of_thirty_per_cent(finance: Finance, reading: Reading, percent: str) -> None:
    found = {c.reading: c for c in changes_of(finance, Authority.SYD, 2026)}
    assert len(found) == len(Reading)
    assert f"{float(found[reading].percent):.2f}" == percent


def test_all_four_base_tariffs_fall_by_28_per_cent(finance: Finance) -> None:
    before = _row(finance, "base", 2025, 2026).printed_dkk
    after = _row(finance, "base", 2026, 2026).printed_dkk
    assert {f"{(after[s] / before[s] - 1) * 100:.2f}" for s in before} == {"-28.21"}


def test_the_floor_of_the_portfolio_of_2026(finance: Finance) -> None:
    found = {c.reading: c for c in changes_of(finance, Authority.SYD, 2026)}
    floor = found[Reading.FLOOR_VISITS]
    assert (floor.before, floor.after) == (1710, 799)
    national = found[Reading.NATIONAL_FLOOR_VISITS]
    assert (national.before, half_up_dkk(national.after)) == (7000, 3167)


@pytest.mark.parametrize(
    ("year", "price"), [(2017, 17878), (2018, 17933), (2025, 23969), (2026, 22707)]
)
def test_the_price_of_a_family(finance: Finance, year: int, price: int) -> None:
    blocks = {block.year: block for block in finance.of(Authority.SYD).prices_per_family}
    assert price_per_family(blocks[year]) == blocks[year].printed_dkk == price


@pytest.mark.parametrize(
    ("year", "total", "odense"),
    [
        (2017, 27_363_027, 4_076_191),
        (2018, 27_615_253, 4_116_665),
        (2025, 34_155_488, 5_269_636),
        (2026, 31_200_000, 4_886_792),
    ],
)
def test_what_municipalities_pay(finance: Finance, year: int, total: int, odense: int) -> None:
    found = municipal_year(finance.of(Authority.SYD), year)
    assert found is not None
    assert len(found.shares) == 22
    assert found.total_dkk == total
    assert {s.municipality: s.dkk for s in found.shares}["odense"] == odense
    assert all(share.children is None for share in found.shares)


@pytest.mark.parametrize(("year", "price", "dkk"), [(2018, 497, 6461), (2026, 626, 8138)])
def test_hours_times_the_hourly_price(finance: Finance, year: int, price: int, dkk: int) -> None:
    cost = cost_of_hours(finance, Authority.SYD, hours=13, on=date(year, 6, 1))
    assert (cost.price.dkk, cost.dkk, cost.price.assumed) == (price, dkk, None)


def test_bpa_cases(finance: Finance) -> None:
    costs = {c.case: c for c in case_costs(finance, Authority.NORD, on=date(2026, 1, 1))}
    assert costs[CaseKind.BPA_SUPERVISION].cost.dkk == 13 * 626
    assert costs[CaseKind.BPA_APPROVAL].cost.dkk == 36 * 626
    assert costs[CaseKind.BPA_APPROVAL].cost.price.assumed is not None


def test_shares_of_socialtilsyn_syd(finance: Finance) -> None:
    """[derived] 22.3 % of the money, 27.5 and 16.8 % of subjects, 27.1 and 16.8 % of their
    money."""
    frame = latest_frame(finance, 2026)
    counts = next(c for c in finance.of(Authority.SYD).subjects if c.year == 2026)
    budget = next(b for b in finance.of(Authority.SYD).budgets if b.year == 2026)
    shares = (
        budget.total_dkk / frame.printed_frame_dkk,
        counts.families / frame.families,
        counts.all_offers / frame.offers,
        budget.families_dkk / frame.objective_dkk,
        budget.offers_dkk / frame.tariffs_dkk,
    )
    assert [f"{share:.3f}" for share in shares] == ["0.223", "0.275", "0.168", "0.271", "0.168"]


def _title(finding: Finding) -> str:
    about = finding.about
    return about.en if isinstance(about, Text) else about.text("en")


@pytest.mark.parametrize("finding", FOUND, ids=[_title(f) for f in FOUND])
def test_a_figure_of_the_files_reproduces_or_is_a_documented_misprint(finding: Finding) -> None:
    assert finding.sources
    assert all(
        source if isinstance(source, str) else source.da and source.en for source in finding.sources
    )
    if finding.status is Status.MISPRINT:
        assert finding.why is not None
        assert finding.recomputed != finding.stated
    else:
        assert finding.status is Status.REPRODUCES


MISPRINTS = {
    "Substantial change 2025 in prices of 2026, 0-7 places": ("10498", "10855"),
    "Offers 2018": ("460", "468"),
    "All of the authority's finance, change to 2026": ("-18.9", "-20.3"),
    "All objective finance 2017": ("27362998", "27363027"),
    "Example 3: rise of the rates according to the text": ("300000", "0"),
    "Finance need 2018 after the saving, as printed": ("-52.4", "52.4"),
    "Budget and accounts 2016, costs: total, Regnskab": ("53418", "53111"),
    "Budget and accounts 2016, income: total, Regnskab": ("51951", "51644"),
    "All base tariffs 2026": ("14.34", "14.36"),
    "Income 2024: total, 2024": ("56583148", "56775531"),
}


def test_the_misprints_are_these() -> None:
    found = {
        _title(f): (Fraction(f.stated), f.recomputed) for f in FOUND if f.status is Status.MISPRINT
    }
    assert found == {
        title: (Fraction(stated), Fraction(recomputed))
        for title, (stated, recomputed) in MISPRINTS.items()
    }


def test_no_product_is_left_out_of_the_rows() -> None:
    assert {Product(row[0]) for row in ROWS} == set(Product)
