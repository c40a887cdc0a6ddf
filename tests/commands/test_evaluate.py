"""`tilsynstryk evaluate` on the small synthetic portfolio: outputs, refusals, and no traceback."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from commands import official
from engine.backends.durable import BackendLimitError, DurableBackend, EvaluationError
from engine.backends.durable.library import EngineFaultError, Session
from engine.portfolio import workbook_style
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.problems import RulebookProblem, Said
from engine.rulebook.program import Firing
from models.facts import Dossier
from models.rulebook import Place
from models.terms import Colour, Severity
from tests.run.official import PORTFOLIO, files, manifest, run, write

TABLES = ("categories", "reasons", "visits", "samples", "proposals")


def lines(content: bytes | str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def decided(*args: object, stdin: bytes | None = None) -> bytes:
    """The decisions of a run as JSON lines."""
    result = run("evaluate", *args, "--out", "-", stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes


@pytest.fixture(scope="session")
def decisions(output: Path) -> bytes:
    return (output / "decisions.jsonl").read_bytes()


@pytest.fixture(scope="session")
def ids(small_portfolio: tuple[Dossier, ...]) -> list[str]:
    return [dossier.subject_id for dossier in small_portfolio]


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


def _spoilt(target: Path) -> list[str]:
    """The small portfolio with two subjects spoilt; their ids."""
    shutil.copytree(PORTFOLIO, target)
    path = target / "foster_family.csv"
    head, first, second, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    names = head.lstrip("\ufeff").rstrip("\r\n").split(";")
    at = names.index("family_type")
    spoilt = []
    for row in (first, second):
        cells = row.rstrip("\r\n").split(";")
        cells[at] = "enormous"
        spoilt.append(";".join(cells) + "\r\n")
    path.write_text(head + "".join(spoilt + rest), encoding="utf-8", newline="")
    return sorted(row.split(";")[names.index("subject_id")] for row in (first, second))


class TestBadFacts:
    def test_all_are_listed_and_nothing_is_written(self, tmp_path: Path) -> None:
        _spoilt(tmp_path / "facts")
        result = run("evaluate", tmp_path / "facts", "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert result.stdout == ""
        listed = [line for line in result.stderr.splitlines() if "foster_family.csv" in line]
        assert "2 fejl i oplysningerne; intet er beregnet:" in result.stderr
        assert [("række 2" in line, "række 3" in line) for line in listed] == [
            (True, False),
            (False, True),
        ]
        assert not (tmp_path / "out").exists()

    def test_quarantine_sets_them_aside_and_evaluates_the_rest(
        self, tmp_path: Path, decisions: bytes
    ) -> None:
        bad = _spoilt(tmp_path / "facts")
        aside, out = tmp_path / "aside.jsonl", tmp_path / "out"
        args = ("--out", out, "--quarantine", aside, "--format", "csv", "--seed", "1")
        result = run("evaluate", tmp_path / "facts", *args)
        assert result.exit_code == 0, result.stderr
        found = lines(aside.read_text(encoding="utf-8"))
        assert [line["subject_id"] for line in found] == bad
        assert all("family_type" in line["problems"][0] for line in found)
        assert manifest(out)["quarantined"] == bad
        assert manifest(out)["counts"]["subjects"] == 78
        rest = [line["subject_id"] for line in lines(decisions) if line["subject_id"] not in bad]
        assert [d["subject_id"] for d in lines((out / "decisions.jsonl").read_bytes())] == rest
        assert f"2 sat til side i {aside}" in result.stderr

    @pytest.mark.parametrize("out", ["out", "-"])
    def test_nothing_is_evaluated_if_all_are_set_aside(self, out: str, tmp_path: Path) -> None:
        shutil.copytree(PORTFOLIO, tmp_path / "facts")
        for path in (tmp_path / "facts").glob("*.csv"):
            if path.stem != "foster_family":
                path.unlink()
        path = tmp_path / "facts" / "foster_family.csv"
        path.write_text(
            "subject_id;authority;municipality;family_type\nPF-1;syd;?;general\n",
            encoding="utf-8",
        )
        aside = tmp_path / "aside.jsonl"
        target = out if out == "-" else tmp_path / out
        result = run("evaluate", tmp_path / "facts", "--out", target, "--quarantine", aside)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.splitlines() == [
            f"1 er sat til side i {aside}; der er ingen tilbage at evaluere."
        ]
        assert [line["subject_id"] for line in lines(aside.read_bytes())] == ["PF-1"]
        assert not (tmp_path / "out").exists()

    def test_a_quarantine_on_a_full_disk_leaves_nothing_behind(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _spoilt(tmp_path / "facts")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(official.os, "replace", full)
        args = ("--out", "-", "--quarantine", tmp_path / "aside.jsonl")
        result = run("evaluate", tmp_path / "facts", *args)
        assert result.exit_code == 2
        assert "kan ikke skrives (der er ikke plads på disken)" in result.stderr
        assert [path.name for path in tmp_path.iterdir()] == ["facts"]

    def test_what_may_concern_any_subject_is_not_quarantined(self, tmp_path: Path) -> None:
        shutil.copytree(PORTFOLIO, tmp_path / "facts")
        (tmp_path / "facts" / "concern.csv").write_text("no;theme\r\n1;x\r\n", encoding="utf-8")
        aside, out = tmp_path / "aside.jsonl", tmp_path / "out"
        result = run("evaluate", tmp_path / "facts", "--out", out, "--quarantine", aside)
        assert result.exit_code == 2
        assert not aside.exists()
        assert not out.exists()

    def test_the_quarantine_may_not_lie_in_the_folder_that_is_replaced(
        self, tmp_path: Path
    ) -> None:
        out = tmp_path / "out"
        result = run("evaluate", PORTFOLIO, "--out", out, "--quarantine", out / "aside.jsonl")
        assert result.exit_code == 2
        assert "giv en fil uden for den" in result.stderr
        assert not out.exists()

    def test_an_unwritable_quarantine_is_one_line(self, tmp_path: Path) -> None:
        _spoilt(tmp_path / "facts")
        aside = tmp_path / "nowhere" / "aside.jsonl"
        args = ("--out", tmp_path / "out", "--quarantine", aside)
        result = run("evaluate", tmp_path / "facts", *args)
        assert result.exit_code == 2
        assert f"{aside} kan ikke skrives" in result.stderr
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("as_of", "said"),
        [
            ("2021-12-31", "svarer fra 2022-01-01; 2021-12-31 ligger før"),
            ("2025-13-01", "'2025-13-01' er ikke en dag"),
            ("i går", "'i går' er ikke en dag; skriv den som 2025-06-01"),
            ("9999-12-31", "9999-12-31 ligger ikke mellem 1900-01-01 og 2199-12-31"),
            ("25-06-01", "'25-06-01' er ikke en dag"),
            ("", "'' er ikke en dag"),
        ],
    )
    def test_a_wrong_day(self, as_of: str, said: str, tmp_path: Path) -> None:
        result = run("evaluate", PORTFOLIO, "--out", tmp_path / "out", as_of=as_of)
        assert result.exit_code == 2
        assert said in result.stderr
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize("as_of", ["01-06-2025", "1.6.2025", "2025-06-01"])
    def test_a_day_may_be_written_the_danish_way(
        self, as_of: str, small_portfolio: tuple[Dossier, ...], tmp_path: Path
    ) -> None:
        source = write(small_portfolio[:1], tmp_path / "facts.jsonl", "jsonl")
        result = run("evaluate", source, "--out", "-", as_of=as_of)
        assert lines(result.stdout)[0]["as_of"] == "2025-06-01"

    def test_without_a_day_nothing_is_guessed(self) -> None:
        result = run("evaluate", PORTFOLIO, as_of=None)
        assert result.exit_code == 2
        assert "--as-of" in result.stderr

    @pytest.mark.parametrize("name", ["missing.xlsx", "missing", "missing.jsonl", "empty", "x.txt"])
    def test_no_such_facts(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        (tmp_path / "x.txt").write_text("hello", encoding="utf-8")
        result = run("evaluate", tmp_path / name, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert result.stderr.strip()
        assert not (tmp_path / "out").exists()


class TestTheOutputFolder:
    @pytest.fixture
    def one(self, small_portfolio: tuple[Dossier, ...], tmp_path: Path) -> Path:
        return write(small_portfolio[:3], tmp_path / "facts.jsonl", "jsonl")

    def test_a_foreign_folder_is_left_alone(self, one: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (out / "letters.txt").write_text("mine", encoding="utf-8")
        result = run("evaluate", one, "--out", out)
        assert result.exit_code == 2
        assert "er ikke et tidligere resultat af en kørsel" in result.stderr
        assert files(out) == {"letters.txt": b"mine"}
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.jsonl", "out"]

    def test_an_earlier_output_is_replaced_whole(self, one: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        assert run("evaluate", one, "--out", out, "--format", "parquet").exit_code == 0
        assert run("evaluate", one, "--out", out, "--format", "csv").exit_code == 0
        assert (out / "csv").is_dir()
        assert not (out / "parquet").exists()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.jsonl", "out"]

    def test_an_empty_folder_is_used(self, one: Path, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        assert run("evaluate", one, "--out", tmp_path / "out").exit_code == 0
        assert (tmp_path / "out" / "decisions.xlsx").is_file()

    def test_a_file_in_the_way(self, one: Path, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("mine", encoding="utf-8")
        result = run("evaluate", one, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"

    def test_a_folder_that_cannot_be_made(self, one: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", encoding="utf-8")
        result = run("evaluate", one, "--out", tmp_path / "file" / "out")
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
        assert "kan ikke skrives" in result.stderr

    @pytest.mark.parametrize("earlier", [False, True])
    @pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
    def test_a_crash_while_writing_leaves_all_as_it_was(
        self,
        earlier: bool,
        error: BaseException,
        one: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        out = tmp_path / "out"
        if earlier:
            assert run("evaluate", one, "--out", out, "--format", "csv").exit_code == 0
        before = files(tmp_path)

        def half(result: object, folder: Path, **_: object) -> None:
            (folder / "decisions.jsonl").write_text("half", encoding="utf-8")
            raise error

        monkeypatch.setattr(official, "write_outputs", half)
        result = run("evaluate", one, "--out", out)
        assert result.exit_code != 0
        if isinstance(error, OSError):
            assert result.exit_code == 2
            assert "kan ikke skrives (der er ikke plads på disken)" in result.stderr
        assert files(tmp_path) == before
        assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []

    def test_a_failing_swap_puts_the_earlier_output_back(
        self, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "out"
        assert run("evaluate", one, "--out", out, "--format", "csv").exit_code == 0
        before = files(out)
        rename = Path.rename

        def refuse(self: Path, target: Path) -> Path:
            if Path(target) == out and ".old." not in str(self):
                raise OSError(13, "Permission denied")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", refuse)
        result = run("evaluate", one, "--out", out, "--format", "json")
        assert result.exit_code == 2
        assert files(out) == before
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.jsonl", "out"]

    def test_a_full_sheet_is_one_line(
        self, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook_style, "_MOST_ROWS", 2)
        result = run("evaluate", one, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert "skriv CSV eller Parquet i stedet" in result.stderr
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.jsonl"]

    def test_the_folder_is_readable_as_any_other(self, one: Path, tmp_path: Path) -> None:
        assert run("evaluate", one, "--out", tmp_path / "out").exit_code == 0
        assert os.stat(tmp_path / "out").st_mode & 0o777 == 0o755


class TestAWrongEngine:
    """Whatever goes wrong in the case engine, there is no decision."""

    def _fails(self, tmp_path: Path, *, code: int = 1) -> str:
        for out in (tmp_path / "out", "-"):
            result = run("evaluate", PORTFOLIO, "--out", out)
            assert result.exit_code == code
            assert result.stdout == ""
            assert list(tmp_path.iterdir()) == []
        return result.stderr

    @pytest.mark.parametrize("wrong", ["green", "without a rule", "with a rule"])
    def test_a_planted_wrong_answer_stops_the_run(
        self, wrong: str, decisions: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        red = next(d for d in lines(decisions) if d["category"]["proposed"] == "red" and d["fired"])
        evaluate = DurableBackend.evaluate

        def answer(self: DurableBackend, view: Any, override: Colour | None = None) -> Firing:
            right = evaluate(self, view, override)
            if view.subject_id != red["subject_id"]:
                return right
            if wrong == "green":
                return Firing(right.held, right.signals, Colour.GREEN, Colour.GREEN)
            changed = {"without a rule": right.held - {red["fired"][0]}}
            held = changed.get(wrong, right.held | {"visits.invented"})
            return Firing(held, right.signals, right.proposed, right.in_force)

        monkeypatch.setattr(DurableBackend, "evaluate", answer)
        said = self._fails(tmp_path)
        assert "De to læsninger af regelbogen er uenige; intet er skrevet." in said
        (named,) = [line for line in said.splitlines() if red["subject_id"] in line]
        assert {
            "green": "en anden kategori",
            "without a rule": f"{red['fired'][0]} kun i læsningen reference",
            "with a rule": "visits.invented kun i læsningen durable-rules",
        }[wrong] in named

    def test_of_many_wrong_subjects_twenty_are_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nothing = Firing(frozenset({"invented"}), frozenset(), Colour.GREEN, Colour.GREEN)
        monkeypatch.setattr(DurableBackend, "evaluate", lambda *_: nothing)
        said = self._fails(tmp_path)
        assert sum("kun i læsningen durable-rules" in line for line in said.splitlines()) == 20

    def test_an_engine_that_cannot_answer(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(self: object, view: Any, override: object = None) -> Firing:
            raise EvaluationError(view.subject_id, Said("fault.silent"), ["a.rule"])

        monkeypatch.setattr(DurableBackend, "evaluate", fail)
        said = [line for line in self._fails(tmp_path).splitlines() if "advarsel" not in line]
        assert len(said) == 1
        assert "durable-rules udløste ingen regel" in said[0]
        assert "(regler: a.rule); intet er afgjort" in said[0]

    def test_a_fault_of_the_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> list[str]:
            raise EngineFaultError(Said("fault.answer", (("code", 7),)))

        monkeypatch.setattr(Session, "run", fail)
        said = [line for line in self._fails(tmp_path).splitlines() if "advarsel" not in line]
        assert len(said) == 1
        assert "durable-rules svarede 7 på et sæt oplysninger" in said[0]

    def test_a_rule_that_the_engine_cannot_take(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = Place(file="rules/signals/x.yaml", line=7)

        def refuse(*_: object, **__: object) -> None:
            raise BackendLimitError([RulebookProblem(place, Said("limits.nested"))])

        monkeypatch.setattr(DurableBackend, "__init__", refuse)
        said = self._fails(tmp_path, code=2)
        assert "rules/signals/x.yaml:7: der står 'any ...' eller et signal inde i" in said


class TestPrivacy:
    NAME, TEXT = "Familien Genkendelig", "Barnet græd om natten"

    @pytest.fixture
    def told(self, small_portfolio: tuple[Dossier, ...], tmp_path: Path) -> Path:
        """A subject with a recognisable name and free text in a concern."""
        dossier = next(d for d in small_portfolio if d.of("concern"))
        concerns = tuple(
            concern.model_copy(update={"text": self.TEXT, "severity": Severity.SERIOUS})
            for concern in dossier.of("concern")
        )
        subject = dossier.subject.model_copy(update={"name": self.NAME})
        made = Dossier(subject, {**dossier.records, "concern": concerns})
        return write([made], tmp_path / "facts.jsonl", "jsonl")

    def test_no_name_and_no_text_leaves_the_facts(self, told: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        forms = ("--format=csv", "--format=json", "--format=xlsx")
        result = run("evaluate", told, "--out", out, *forms)
        assert result.exit_code == 0
        for name in ("run-log.jsonl", "manifest.json", "decisions.jsonl", "summary.txt"):
            text = (out / name).read_text(encoding="utf-8")
            assert self.NAME not in text
            assert self.TEXT not in text
        assert self.NAME not in result.output

    def test_the_log_holds_ids_and_counts(self, told: Path, tmp_path: Path) -> None:
        assert run("evaluate", told, "--out", tmp_path / "out").exit_code == 0
        logged = lines((tmp_path / "out" / "run-log.jsonl").read_text(encoding="utf-8"))
        assert [line["event"] for line in logged[:2]] == ["portfolio_read", "evaluated"]
        assert {line["event"] for line in logged[2:]} == {"written"}
        words = {"event", "level", "timestamp", "backend", "file", "sha256"}
        for line in logged:
            for key, value in line.items():
                assert key in words or isinstance(value, int)
        assert logged[0]["subjects"] == 1


def test_a_rulebook_without_words_of_its_own_speaks_the_shipped_ones(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), rules)
    shutil.rmtree(rules / "catalogue")
    facts = write(small_portfolio[:2], tmp_path / "facts.jsonl", "jsonl")
    for out in ("-", tmp_path / "out"):
        result = run("evaluate", facts, "--rules", rules, "--out", out)
        assert result.exit_code == 0, result.output


def test_broken_words_are_said_like_any_mistake_in_a_rulebook(
    small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), rules)
    (rules / "catalogue" / "words.yaml").write_text("a: [", encoding="utf-8")
    facts = write(small_portfolio[:2], tmp_path / "facts.jsonl", "jsonl")
    result = run("evaluate", facts, "--rules", rules, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "catalogue/words.yaml:2: kan ikke læses som YAML" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_rulebook_with_mistakes_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "signals").mkdir()
    (tmp_path / "signals" / "x.yaml").write_text("rules: 3\n", encoding="utf-8")
    result = run("evaluate", PORTFOLIO, "--rules", tmp_path, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "signals/x.yaml:1: 'rules:' skal indeholde en liste" in result.stderr
