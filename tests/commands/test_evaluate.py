"""`tilsynstryk evaluate` on the small synthetic portfolio: outputs, and the same bytes again."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from models.facts import Dossier
from models.terms import Colour
from tests.commands.decided import decided, lines
from tests.run.official import PORTFOLIO, files, manifest, run, write

TABLES = ("categories", "reasons", "visits", "samples", "proposals")


def table(output: Path, name: str) -> list[dict[str, str]]:
    with (output / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


class TestOutputs:
    def test_all_files_are_there_and_no_other(self, output: Path) -> None:
        tables = {f"{form}/{t}.{form}" for form in ("csv", "parquet", "json") for t in TABLES}
        others = {"decisions.jsonl", "decisions.xlsx", "fingerprints.txt", "summary.txt"}
        assert files(output).keys() == tables | others | {
            "manifest.json",
            "run-log.jsonl",
            "sample-form.xlsx",
        }

    def test_every_subject_stands_once_with_one_category(
        self, output: Path, decisions: bytes, ids: list[str]
    ) -> None:
        assert [line["subject_id"] for line in lines(decisions)] == ids
        rows = table(output, "categories")
        assert [row["subject_id"] for row in rows] == ids
        colours = {colour.value for colour in Colour}
        assert {row["category"] for row in rows} == colours
        assert [row["category"] for row in rows] == [
            line["category"]["in_force"] for line in lines(decisions)
        ]

    def test_the_forms_of_a_table_say_the_same(self, output: Path) -> None:
        for name in TABLES:
            in_csv = table(output, name)
            in_json = json.loads((output / "json" / f"{name}.json").read_text(encoding="utf-8"))
            in_parquet = pq.read_table(output / "parquet" / f"{name}.parquet").to_pylist()
            assert len(in_csv) == len(in_json) == len(in_parquet)
            assert len(in_csv) > 0
            for one, two, three in zip(in_csv, in_json, in_parquet, strict=True):
                plain = {key: _as_csv(value) for key, value in two.items()}
                assert {key: value.removeprefix("'") for key, value in one.items()} == plain
                assert {key: _as_csv(value) for key, value in three.items()} == plain

    def test_the_visits_and_proposals_are_those_of_the_decisions(
        self, output: Path, decisions: bytes
    ) -> None:
        wanted = [
            (d["subject_id"], str(v["no"]), v["latest"], v["notice"])
            for d in lines(decisions)
            for v in d["plan"]["visits"]
        ]
        rows = table(output, "visits")
        assert [(r["subject_id"], r["no"], r["latest"], r["notice"]) for r in rows] == wanted
        proposed = [
            (d["subject_id"], p["status"]) for d in lines(decisions) for p in d["proposals"]
        ]
        rows = table(output, "proposals")
        assert [(row["subject_id"], row["status"]) for row in rows] == proposed

    def test_the_counts_of_the_record_are_those_of_the_decisions(
        self, output: Path, decisions: bytes
    ) -> None:
        counts, found = manifest(output)["counts"], lines(decisions)
        assert counts["subjects"] == len(found)
        for colour in Colour:
            with_colour = [d for d in found if d["category"]["in_force"] == colour.value]
            assert counts[f"category_{colour.value}"] == len(with_colour)
        visits = [visit for d in found for visit in d["plan"]["visits"]]
        assert counts["visits_planned"] == len(visits)
        assert counts["visits_overdue"] == sum(visit["overdue"] for visit in visits)
        samples = table(output, "samples")
        assert counts["sample_frame_places"] == len(samples)
        assert counts["samples_drawn"] == sum(row["drawn"] == "true" for row in samples) > 0
        assert counts["decisions_resting_on_assumptions"] == sum(
            row["rests_on_assumption"] == "true" for row in table(output, "categories")
        )

    def test_the_summary_is_printed_and_written(self, tmp_path: Path) -> None:
        result = run("evaluate", PORTFOLIO, "--out", tmp_path / "out", "--format", "csv")
        text = (tmp_path / "out" / "summary.txt").read_text(encoding="utf-8")
        assert result.stdout.startswith(text)
        assert "Maskinen foreslår; en person beslutter." in text
        assert "run-log.jsonl" in result.stdout
        assert not (tmp_path / "out" / "decisions.xlsx").exists()


def _as_csv(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture(scope="class")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same facts with the rows of every file in another order."""
    folder = tmp_path_factory.mktemp("shuffled") / "elsewhere"
    folder.mkdir()
    generator = random.Random(5)
    for name, content in files(PORTFOLIO).items():
        head, *rows = content.splitlines(keepends=True)
        generator.shuffle(rows)
        (folder / name).write_bytes(head + b"".join(rows))
    return folder


class TestTheSameBytes:
    def test_again_in_another_folder(self, output: Path, tmp_path: Path) -> None:
        forms = [f"--format={form}" for form in ("xlsx", "csv", "parquet", "json")]
        other = tmp_path / "deep" / "er"
        assert run("evaluate", PORTFOLIO, "--out", other, *forms).exit_code == 0
        one, two = files(output), files(other)
        assert one.pop("run-log.jsonl") != two.pop("run-log.jsonl")
        assert one == two

    def test_with_the_rows_in_another_order(
        self, output: Path, shuffled: Path, tmp_path: Path
    ) -> None:
        forms = [f"--format={form}" for form in ("xlsx", "csv", "parquet", "json")]
        assert run("evaluate", shuffled, "--out", tmp_path / "out", *forms).exit_code == 0
        one, two = files(output), files(tmp_path / "out")
        for name in ("run-log.jsonl", "manifest.json"):
            del one[name], two[name]
        assert one == two
        before, after = manifest(output), manifest(tmp_path / "out")
        assert before.pop("input_sha256") != after.pop("input_sha256")
        assert before == after

    def test_another_seed_changes_the_draw_and_nothing_else(
        self, output: Path, decisions: bytes
    ) -> None:
        def without_samples(content: bytes) -> list[dict[str, Any]]:
            found = lines(content)
            for line in found:
                line["plan"]["visits"] = [
                    v for v in line["plan"]["visits"] if "sample" not in v["purposes"]
                ]
            return found

        other = decided(PORTFOLIO, "--seed", "99")
        assert other != decisions
        assert without_samples(other) == without_samples(decisions)

    @pytest.mark.parametrize("form", ["xlsx", "parquet", "jsonl"])
    def test_from_every_form_of_the_facts(
        self, form: str, small_portfolio: tuple[Dossier, ...], decisions: bytes, tmp_path: Path
    ) -> None:
        suffix = "" if form == "parquet" else f".{form}"
        source = write(small_portfolio, tmp_path / f"facts{suffix}", form)
        assert decided(source) == decisions

    def test_from_stdin(
        self, small_portfolio: tuple[Dossier, ...], decisions: bytes, tmp_path: Path
    ) -> None:
        source = write(small_portfolio, tmp_path / "facts.jsonl", "jsonl")
        assert decided("-", stdin=source.read_bytes()) == decisions


class TestStreams:
    def test_only_json_lines_are_printed(self, decisions: bytes) -> None:
        result = run("evaluate", PORTFOLIO, "--out", "-")
        assert result.stdout_bytes == decisions
        assert "advarsel" in result.stderr

    def test_nothing_is_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        decided(PORTFOLIO)
        assert list(tmp_path.iterdir()) == []

    def test_bad_lines_are_said_and_nothing_is_printed(self) -> None:
        result = run("evaluate", "-", "--out", "-", stdin=b'{"subject": {}}\n{broken\n')
        assert (result.exit_code, result.stdout) == (2, "")
        assert "fejl i oplysningerne; intet er beregnet" in result.stderr
