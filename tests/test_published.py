"""The published figures add up where they say so, and fail to where they are marked as warnings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.portfolio.synthetic.published import Figure, PublishedFigures, load_published
from engine.rulebook.problems import RulebookError

FOLDER = Path(__file__).parents[1] / "fixtures" / "published"
PUBLISHED = load_published(FOLDER)
AUTHORITIES = ("nord", "midt", "syd", "oest", "hovedstaden")
_SOURCE = re.compile(r"^\d{3}_[0-9a-f]{16}\.txt:\d+(-\d+)?(; \d{3}_[0-9a-f]{16}\.txt:\d+(-\d+)?)*$")


@pytest.fixture(scope="module")
def published() -> PublishedFigures:
    return PUBLISHED


@pytest.mark.parametrize("figure", PUBLISHED.figures, ids=lambda f: f.id)
def test_every_figure_has_a_source_and_a_warning_where_it_needs_one(figure: Figure) -> None:
    assert _SOURCE.match(figure.source)
    assert (figure.value is not None) + bool(figure.values) + bool(figure.themes) == 1
    assert figure.reproduces == (figure.warning is None) == (figure.recomputed is None)


@pytest.mark.parametrize(
    "figure", [f for f in PUBLISHED.figures if f.reproduces and f.total], ids=lambda f: f.id
)
def test_a_printed_total_is_the_sum_of_its_parts(figure: Figure) -> None:
    marks = [n for row in figure.themes.values() for n in row.values()]
    assert sum(figure.values.values()) + sum(marks) == figure.total
    columns: dict[str, int] = {}
    for row in figure.themes.values():
        for theme, number in row.items():
            columns[theme] = columns.get(theme, 0) + number
    if figure.themes:
        assert columns == figure.theme_totals


def _values(published: PublishedFigures, figure_id: str) -> dict[str, float]:
    return dict(published.target(figure_id).values)


def test_a_figure_that_does_not_reproduce_is_no_target(published: PublishedFigures) -> None:
    warnings = [f.id for f in published.figures if not f.reproduces]
    assert len(warnings) >= 10
    for figure_id in warnings:
        with pytest.raises(ValueError, match="no target"):
            published.target(figure_id)


def test_the_total_of_offer_visits_does_not_reproduce(published: PublishedFigures) -> None:
    total = sum(_values(published, "offer_visits").values())
    assert total == published["offer_visits_total"].recomputed == 5185
    assert total != published["offer_visits_total"].value


def test_two_rates_of_visits_at_offers_are_above_what_is_possible(
    published: PublishedFigures,
) -> None:
    offers, visits = _values(published, "offers_active"), _values(published, "offer_visits")
    printed = published["offer_visits_per_offer_too_high"]
    assert printed.recomputed == {a: round(visits[a] / offers[a], 2) for a in printed.values}
    for authority, rate in printed.values.items():
        assert rate > visits[authority] / offers[authority] + 0.05
    for authority, rate in _values(published, "offer_visits_per_offer").items():
        assert rate < visits[authority] / offers[authority]


def test_no_reading_of_the_national_rate_of_visits_at_offers_gives_it(
    published: PublishedFigures,
) -> None:
    offers = sum(_values(published, "offers_active").values())
    printed = published["offer_visits_per_offer_national"]
    assert printed.recomputed == round(5185 / offers, 2)
    assert printed.value not in (round(5185 / offers, 1), round(4870 / offers, 1))


def test_visits_for_each_family_lie_below_all_visits_over_families(
    published: PublishedFigures,
) -> None:
    families, visits = _values(published, "families_active"), _values(published, "family_visits")
    for authority, rate in _values(published, "family_visits_per_family").items():
        assert rate - 0.05 < visits[authority] / families[authority] < rate + 0.15


def test_departments_for_each_offer_follow_from_two_rates(published: PublishedFigures) -> None:
    rates = {
        **published["offer_visits_per_offer"].values,
        **published["offer_visits_per_offer_too_high"].values,
    }
    per_department = _values(published, "offer_visits_per_department")
    ratios = [rates[a] / per_department[a] for a in AUTHORITIES]
    assert min(ratios) == pytest.approx(1.8)
    assert max(ratios) == pytest.approx(2.0)


def test_orders_at_hovedstaden_need_three_decisions(published: PublishedFigures) -> None:
    printed = published["offer_orders_hovedstaden"]
    assert (printed.value, printed.recomputed) == (0, 3)
    others = [
        sum(_values(published, f"offer_{step}").values())
        for step in ("intensified_without_order", "intensified_with_order", "orders")
    ]
    assert sum(others) + 0 != published["offers_sanctioned"].value
    assert sum(others) + 3 == published["offers_sanctioned"].value
    assert round((1 + 9 + 3) / 558 * 100, 1) == 2.3 != round((1 + 9 + 0) / 558 * 100, 1)


def test_the_row_of_syds_sanctions_does_not_add_up(published: PublishedFigures) -> None:
    parts = sum(
        _values(published, f"offer_{step}")["syd"]
        for step in ("intensified_without_order", "intensified_with_order", "orders", "withdrawals")
    )
    printed = published["offer_sanctions_syd"]
    assert parts == printed.recomputed != printed.value


def test_shares_of_offers_sanctioned_follow_from_the_counts(published: PublishedFigures) -> None:
    offers = _values(published, "offers_active")
    for authority, share in _values(published, "offers_sanctioned_percent").items():
        count = sum(
            published[f"offer_{step}"].values.get(authority, 3)
            for step in ("intensified_without_order", "intensified_with_order", "orders")
        )
        assert round(100 * count / offers[authority], 1) == share


def test_orders_outside_syd_leave_syd_fewer_orders_than_theme_marks(
    published: PublishedFigures,
) -> None:
    tables = ("offer_themes_with_intensified", "offer_themes_without_intensified")
    marks = {a: sum(sum(published[t].themes[a].values()) for t in tables) for a in AUTHORITIES}
    orders = published["offer_orders_issued"].value
    assert orders is not None
    assert marks["syd"] == 49
    assert orders - (sum(marks.values()) - marks["syd"]) == 25


def test_theme_marks_of_families_need_decisions_that_bore_them(
    published: PublishedFigures,
) -> None:
    decisions = _values(published, "family_intensified_with_order")
    for authority in published["family_themes_with_intensified_elsewhere"].themes:
        assert decisions[authority] == 0
    for authority in published["family_themes_with_intensified"].themes:
        assert decisions[authority] > 0
    nord = published["family_themes_without_intensified_nord"]
    assert (
        sum(nord.themes["nord"].values())
        != nord.total
        == _values(published, "family_orders")["nord"]
    )


def test_families_sanctioned_are_the_sum_of_their_decisions(published: PublishedFigures) -> None:
    steps = ("intensified_without_order", "intensified_with_order", "orders")
    total = sum(sum(_values(published, f"family_{step}").values()) for step in steps)
    assert total == published["families_sanctioned"].value


def test_the_percentages_of_the_survey_are_swapped(published: PublishedFigures) -> None:
    printed = published["consultants_not_answering_percent"]
    consultants = _values(published, "consultants")
    counted = {
        "midt": round(100 * 9 / consultants["midt"]),
        "oest": round(100 * 2 / consultants["oest"]),
    }
    assert counted == printed.recomputed != printed.values


def test_the_offers_of_syd_in_2018_do_not_add_up(published: PublishedFigures) -> None:
    printed = published["syd_2018_offers"]
    assert sum(printed.values.values()) == printed.recomputed != printed.total


def test_unpermitted_use_of_force_does_not_add_up(published: PublishedFigures) -> None:
    printed = published["syd_2016_use_of_force_not_permitted"]
    assert sum(printed.values.values()) == printed.recomputed != printed.total


def test_syds_withdrawals_and_supervisions_agree_with_each_other(
    published: PublishedFigures,
) -> None:
    assert published["syd_2016_announced_visits"].total == 2768 - 393
    themes = _values(published, "syd_2016_order_themes")
    assert sum(themes.values()) == published["syd_2016_orders"].total


def test_wrong_figures_are_refused_with_their_line(tmp_path: Path) -> None:
    bad = tmp_path / "published"
    bad.mkdir()
    (bad / "a.yaml").write_text(
        "figures:\n  - {id: x, title: X, unit: u, source: s, reproduces: yes, sum: 3}\n"
        "  - {id: y, title: Y, unit: u}\n",
        "utf-8",
    )
    with pytest.raises(RulebookError) as caught:
        load_published(bad)
    assert {p.place.line for p in caught.value.problems} == {2, 3}
