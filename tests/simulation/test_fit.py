"""The simulated world is held against published figures, and the shipped fit is that of the shipped
assumptions."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.problems import RulebookError
from engine.simulation.assumptions import load_assumptions
from engine.simulation.margins import fit_rows, fit_text, load_fit, load_margins, world_hash

FITTED = default_rulebook_folder() / "simulation" / "fitted.yaml"


def test_every_published_figure_is_given_back_within_its_tolerance() -> None:
    rows = fit_rows(load_fit())
    assert [row["margin"] for row in rows] == [margin.id for margin in load_margins()]
    assert [row["margin"] for row in rows if not row["within"]] == []


def test_the_fit_was_made_from_the_assumptions_that_are_shipped() -> None:
    """After a change in world.yaml the fit is no longer a fit: `make fit` makes it anew."""
    assert load_fit().world == world_hash(load_assumptions())


def test_every_fitted_value_is_one_that_its_figure_steers_and_lies_in_its_range() -> None:
    fit = load_fit()
    steered = {margin.id: set(margin.steers) for margin in fit.margins}
    plain = load_assumptions()
    for entry in fit.fitted:
        assert entry.values.keys() == steered[entry.margin]
        for name, value in entry.values.items():
            (values,) = plain.quantities[name].values
            assert values.low <= value <= values.high
    assert len(fit.values) == sum(map(len, steered.values()))


def test_fitted_values_take_the_place_of_the_assumed_ones() -> None:
    fit = load_fit()
    plain = load_assumptions()
    applied = fit.applied(plain)
    for name, value in fit.values.items():
        assert applied.quantities[name].values[0].value == value
    others = plain.quantities.keys() - fit.values.keys()
    assert all(applied.quantities[name] == plain.quantities[name] for name in others)


def test_a_fit_that_is_written_is_read_back(tmp_path: Path) -> None:
    fit = load_fit()
    folder = tmp_path / "simulation"
    folder.mkdir()
    for name in ("world.yaml", "margins.yaml"):
        text = (FITTED.parent / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
    text = fit_text(fit, load_assumptions(tmp_path), made="by a test")
    (folder / "fitted.yaml").write_text(text, encoding="utf-8")
    again = load_fit(tmp_path)
    assert again.world == world_hash(load_assumptions(tmp_path))
    assert again.is_from(load_assumptions(tmp_path))
    assert again.values == pytest.approx(fit.values, rel=1e-5)
    assert [row["simulated"] for row in fit_rows(again)] == pytest.approx(
        [row["simulated"] for row in fit_rows(fit)], rel=1e-5
    )


def test_a_fit_to_no_figure_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "simulation"
    folder.mkdir()
    (folder / "fitted.yaml").write_text(
        "fitted:\n  - margin: nothing\n    simulated: 1.0\n    mc_error: 0.1\n    values: {}\n",
        encoding="utf-8",
    )
    with pytest.raises(RulebookError, match=r"fitted\.yaml:2.*nothing"):
        load_fit(tmp_path)
