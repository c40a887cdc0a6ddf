"""Results recorded in a portfolio: by frame, by arm, each subject once. Synthetic results."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import tilsynstryk
from engine.simulation.sampling_records import FrameResult, frame_results, lifts
from models.decisions import Decision
from models.facts import Dossier
from models.facts.course_records import SampleResult
from models.terms import Colour, Kind
from tests.simulation.portfolios import SMALL, resolved_on, small

DAY = date(2026, 3, 1)
SURE = Fraction(95, 100)


def with_results(
    *results: tuple[str, str, date, bool | None, Colour | None],
) -> list[tuple[Dossier, Decision]]:
    pairs = []
    for dossier, decision, _ in small(DAY):
        own = tuple(
            SampleResult(
                subject_id=dossier.subject_id,
                no=number,
                frame=frame,
                visited_on=day,
                score_changed=changed,
                proposed_category=colour,
            )
            for number, (subject_id, frame, day, changed, colour) in enumerate(results, start=1)
            if subject_id == dossier.subject_id
        )
        records = {**dossier.records, "sample_result": own}
        pairs.append((Dossier(dossier.subject, records), decision))
    return pairs


def in_frame(frame: str) -> list[str]:
    return [decision.subject_id for _, decision, _ in small(DAY) if frame in decision.frames]


def found(*results: tuple[str, str, date, bool | None, Colour | None]) -> tuple[FrameResult, ...]:
    return frame_results(resolved_on(DAY), with_results(*results), since=date(2025, 3, 1))


def test_a_subject_counts_once_and_an_empty_form_not_at_all() -> None:
    one, two, three, four, *_ = in_frame("families_random")
    day = date(2026, 2, 1)
    (result,) = found(
        (one, "families_random", day, True, None),
        (one, "families_random", date(2026, 2, 20), False, Colour.YELLOW),
        (two, "families_random", day, False, Colour.GREEN),
        (three, "families_random", day, None, None),
        (four, "families_random", date(2025, 3, 1), True, None),
    )
    assert result.random
    assert (result.visited, result.changed, result.not_green) == ({one, two}, {one}, {one})
    assert result.members == set(in_frame("families_random"))
    estimate = result.estimate_of(result.changed, SURE)
    assert (estimate.frame, estimate.drawn, estimate.changed) == (len(result.members), 2, 1)


def test_a_frame_of_the_past_counts_all_of_its_kind() -> None:
    family = in_frame("families_random")[0]
    (result,) = found(
        (family, "families_above_previous_approval_2025", date(2025, 9, 1), True, None)
    )
    assert not result.random
    assert not result.members_known
    families = [pair for pair in small(DAY) if pair[0].kind is Kind.FOSTER_FAMILY]
    assert len(result.members) == len(families)


def test_the_arms_are_held_against_each_other_kind_by_kind() -> None:
    families, offers = in_frame("families_random"), in_frame("offers_random")
    day = date(2026, 2, 1)
    rows: list[tuple[str, str, date, bool | None, Colour | None]] = [
        *((f, "families_random", day, f == families[0], None) for f in families[:6]),
        *((f, "families_above_previous_approval", day, True, None) for f in families[6:8]),
        *((o, "offers_random", day, False, None) for o in offers[:2]),
    ]
    results = found(*rows)
    (of_families,) = lifts(results, confidence=SURE)
    assert of_families.kind is Kind.FOSTER_FAMILY
    assert (of_families.random.drawn, of_families.random.changed) == (6, 1)
    assert (of_families.picked.drawn, of_families.picked.changed) == (2, 2)
    assert of_families.lift.ratio == pytest.approx(6.0)
    assert lifts(results[:1], confidence=SURE) == ()


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run() -> Run:
    def given(*args: object) -> tuple[int, str, str]:
        result = CliRunner().invoke(tilsynstryk, ["samples", *map(str, args)])
        return result.exit_code, result.stdout, result.stderr

    return given


def test_the_portfolios_results_as_sentences_and_as_json(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "portfolio"
    shutil.copytree(SMALL, folder)
    families = in_frame("families_random")
    rows = [
        *(
            f"{f};1;families_random;2026-02-01;{'true' if i == 0 else 'false'};"
            for i, f in enumerate(families[:6])
        ),
        *(f"{f};1;families_above_previous_approval;2026-02-01;true;yellow" for f in families[6:8]),
    ]
    heading = "subject_id;no;frame;visited_on;score_changed;proposed_category"
    (folder / "sample_result.csv").write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    code, text, error = run("estimate", folder, "--as-of", "2026-03-01")
    assert code == 0, error
    assert "(families_random; tilfældig)" in text
    assert "1 af 6 besøg ændrede en score: 16,7 %." in text
    assert "2 af 2 besøg gav forslag om gul eller rød: 100 %." in text
    assert (
        "plejefamilie: risikovalgte besøg ændrede noget i 100 %, tilfældige i 16,7 %: 6,0" in text
    )
    code, text, _ = run("estimate", folder, "--as-of", "2026-03-01", "--format", "json")
    data = json.loads(text)
    assert [frame["frame_id"] for frame in data["frames"]] == [
        "families_above_previous_approval",
        "families_random",
    ]
    assert data["frames"][1]["changed"]["drawn"] == 6
    assert data["lifts"][0]["ratio"] == pytest.approx(6.0)
    code, text, _ = run("estimate", folder, "--as-of", "2026-03-01", "--since", "2026-02-15")
    assert code == 0
    assert "Ingen; 'tilsynstryk evaluate' udtrækker" in text


def test_size_power_estimate_and_lift_from_numbers(run: Run) -> None:
    code, text, _ = run("size", "--frame", 5337, "--bound", "5%", "--confidence", "95%")
    assert code == 0
    assert text.startswith("Udtræk 59 af 5.337 (1,1 %).\nÆndrer intet besøg noget, er højst 262")
    assert "59 stikprøvebesøg: 413 timer, 258.538 kr. (antagelser" in text
    assert (
        json.loads(run("size", "--frame", 336, "--bound", "2,5", "--format", "json")[1])["drawn"]
        == 94
    )
    code, text, _ = run("power", "--frame", 5337, "--drawn", 267, "--share", "1%", "--share", "19%")
    assert "er 1 % ikke grønne (53): 93,5 %, 75,2 %, 49,9 %" in text
    assert "er 19 % ikke grønne (1.014): > 99,9 %, > 99,9 %, > 99,9 %" in text
    code, text, _ = run("estimate", "--drawn", 100, "--changed", 19, "--frame", 336, "--lang", "en")
    assert "between 44 and 89 (13.1 % - 26.5 %)" in text
    arms = ("--picked", 200, 40, 12, "--random", 5000, 250, 0)
    code, text, _ = run("lift", *arms)
    assert "ukendt gange så ofte, mellem" in text


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["estimate", "--drawn", "5", "--changed", "6", "--frame", "10"], "kan ikke passe"),
        (["estimate", "--drawn", "5"], "giv en portefølje med --as-of, eller --drawn"),
        (["estimate", str(SMALL)], "en portefølje kræver --as-of DATO"),
        (["estimate", str(SMALL), "--drawn", "5"], "ikke begge"),
        (
            ["size", "--frame", "100", "--bound", "0.5%", "--changed", "3"],
            "er allerede mere end 0,5 %",
        ),
        (["size", "--frame", "10", "--bound", "x"], "'x' er ikke en procent; skriv fx 5%"),
        (["size", "--frame", "10", "--bound", "5%", "--confidence", "40%"], "mellem 50 % og 100 %"),
        (["power", "--frame", "10", "--drawn", "11"], "kan ikke passe"),
        (["lift", "--picked", "5", "0", "0", "--random", "5", "5", "5"], "kan ikke passe"),
    ],
)
def test_what_cannot_be_is_one_sentence(run: Run, args: list[str], said: str) -> None:
    code, text, error = run(*args)
    assert (code, text) == (2, "")
    assert said in error
