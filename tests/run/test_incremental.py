"""Only subjects whose facts have changed are evaluated, with the result of a run from scratch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.prose import Prose
from engine.backends.reference import ReferenceBackend
from engine.decisions.decide import Decider
from engine.facts import View
from engine.rulebook.program import Firing, Program
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.run.evaluate import RunResult, evaluate_portfolio
from engine.run.fingerprints import FINGERPRINTS, changed_subjects, fingerprint, read_fingerprints
from engine.run.incremental import PreviousRun, PreviousRunError
from engine.run.manifest import FILE_NAME, checksums, make_manifest
from engine.run.outputs import decision_lines, write_outputs
from engine.testing import subjects
from models.facts import Dossier
from models.terms import Colour, Kind
from tests.run.official import AS_OF, BOOK, PORTFOLIO, files, manifest, run, write

EVALUATED: list[str] = []


class Counting(ReferenceBackend):
    """The reference, which writes down whom it was asked about."""

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        EVALUATED.append(view.subject_id)
        return super().evaluate(view, override)


def counting(program: Program, _: ReferenceBackend) -> Counting:
    return Counting(program)


@cache
def resolved() -> ResolvedRulebook:
    return resolve(BOOK, as_of=AS_OF)


@cache
def decider() -> Decider:
    return Decider(resolved(), make_backend=counting)


@cache
def prose() -> Prose:
    return Prose(BOOK, lang="da", parameters=resolved().parameters)


def save(result: RunResult, folder: Path, *, seed: int) -> PreviousRun:
    """What a run leaves behind, without tables."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    tally = write_outputs(result, folder, formats=(), book=BOOK, prose=prose())
    record = make_manifest(
        resolved(),
        seed=seed,
        period_days=None,
        language="da",
        formats=(),
        ignore_later=False,
        quarantined=(),
        backend=result.backend,
        input_sha256="",
        counts=tally.counts(result.draw),
        outputs_sha256=checksums(folder),
    )
    (folder / FILE_NAME).write_text(record.text(), encoding="utf-8")
    return PreviousRun(folder)


def test_the_help_says_that_it_is_for_one_day() -> None:
    told = " ".join(run("evaluate", "--help", as_of=None).stdout.split())
    assert "It is for running one day again" in told
    assert "on another day every subject is evaluated" in told


def of_id(dossier: Dossier, subject_id: str) -> Dossier:
    update = {"subject_id": subject_id}
    return Dossier(
        dossier.subject.model_copy(update=update),
        {
            kind: tuple(record.model_copy(update=update) for record in records)
            for kind, records in dossier.records.items()
        },
    )


@st.composite
def portfolios(draw: st.DrawFn, least: int = 0) -> dict[str, Dossier]:
    found = draw(st.lists(subjects(as_of=AS_OF, most_records=2), min_size=least, max_size=6))
    return {f"ST-{n}": of_id(dossier, f"ST-{n}") for n, dossier in enumerate(found, start=1)}


@st.composite
def later(draw: st.DrawFn, before: dict[str, Dossier]) -> dict[str, Dossier]:
    """The portfolio with some subjects gone, some new, and records added, altered or removed."""
    after = {}
    for subject_id, dossier in before.items():
        match draw(st.sampled_from(["same", "same", "same", "gone", "record", "other"])):
            case "same":
                after[subject_id] = dossier
            case "record":
                after[subject_id] = dossier
                kinds = sorted(kind for kind, found in dossier.records.items() if found)
                if kinds:
                    kind = draw(st.sampled_from(kinds))
                    records = dossier.records[kind]
                    one_more = records[-1].model_copy(update={"no": len(records) + 1})
                    changed = draw(st.sampled_from([records[1:], (*records, one_more)]))
                    after[subject_id] = Dossier(dossier.subject, {**dossier.records, kind: changed})
            case "other":
                other = draw(subjects(dossier.kind, as_of=AS_OF, most_records=2))
                after[subject_id] = of_id(other, subject_id)
    for n in range(draw(st.integers(0, 2))):
        after[f"PF-{n}"] = of_id(draw(subjects(Kind.FOSTER_FAMILY, as_of=AS_OF)), f"PF-{n}")
    return after


def lines(result: RunResult) -> list[bytes]:
    return list(decision_lines(result.decisions))


@settings(max_examples=max(40, settings.default.max_examples // 10 if settings.default else 0))
@given(data=st.data(), before=portfolios(least=1), seeds=st.tuples(*[st.integers(1, 3)] * 2))
def test_what_is_taken_over_is_what_would_be_decided(
    data: st.DataObject,
    before: dict[str, Dossier],
    seeds: tuple[int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    after = data.draw(later(before))
    folder = tmp_path_factory.getbasetemp() / "earlier"
    first = evaluate_portfolio(list(before.values()), decider(), seed=seeds[0])
    previous = save(first, folder, seed=seeds[0])
    assert (
        previous.unlike(resolved(), period_days=None, engine="case", backend=first.backend) is None
    )
    changes = changed_subjects(folder, after.values())
    expected = evaluate_portfolio(list(after.values()), decider(), seed=seeds[1])
    EVALUATED.clear()
    earlier = previous.decisions(resolved())
    found = evaluate_portfolio(list(after.values()), decider(), seed=seeds[1], earlier=earlier)
    earlier.finish()
    assert set(EVALUATED) == set(changes.touched)
    assert lines(found) == lines(expected)
    assert found == expected
    assert {s for s in before if before[s] == after.get(s)} == set(changes.unchanged)
    assert {s for s in before if s not in after} == set(changes.removed)
    counted = earlier.reused, earlier.altered, earlier.new, earlier.removed
    assert counted == tuple(
        len(ids) for ids in (changes.unchanged, changes.altered, changes.new, changes.removed)
    )


def test_a_fingerprint_does_not_give_away_who_raised_a_concern(
    small_portfolio: tuple[Dossier, ...],
) -> None:
    dossier = next(d for d in small_portfolio if d.of("concern"))

    def with_concern(**fields: object) -> str:
        (first, *rest) = dossier.of("concern")
        changed = (first.model_copy(update=fields), *rest)
        return fingerprint(Dossier(dossier.subject, {**dossier.records, "concern": changed}))

    citizen = with_concern(source="citizen", anonymous=None)
    assert with_concern(source="relative", anonymous=False) == citizen
    assert with_concern(source="citizen", anonymous=True) != citizen
    assert with_concern(source="citizen", anonymous=None, text="andet") != citizen


def changed_portfolio(folder: Path, dossiers: Iterable[Dossier]) -> Path:
    """One subject without its concerns, one gone, one new."""
    first, *rest = dossiers
    concerned = next(d for d in rest if d.of("concern"))
    rest.remove(concerned)
    kept = {kind: found for kind, found in concerned.records.items() if kind != "concern"}
    new = of_id(first, first.subject_id.split("-")[0] + "-99998")
    return write([*rest, Dossier(concerned.subject, kept), new], folder, "csv")


@pytest.fixture(scope="module")
def changed(small_portfolio: tuple[Dossier, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return changed_portfolio(tmp_path_factory.mktemp("changed") / "portfolio", small_portfolio)


@pytest.mark.parametrize("engine", ["case", "tables"])
def test_every_file_is_that_of_a_run_from_scratch(
    changed: Path, tmp_path: Path, engine: str
) -> None:
    forms = [*(f"--format={form}" for form in ("xlsx", "csv", "parquet")), "--engine", engine]
    first, scratch, out = tmp_path / "first", tmp_path / "scratch", tmp_path / "out"
    assert run("evaluate", PORTFOLIO, "--out", first, *forms, "--seed", 7).exit_code == 0
    assert run("evaluate", changed, "--out", scratch, *forms).exit_code == 0
    result = run("evaluate", changed, "--previous", first, "--out", out, *forms)
    assert result.exit_code == 0, result.output
    assert f"Evalueret: 2 af 80 (1 ændrede, 1 nye); 78 uændrede er genbrugt fra {first}, 1 er" in (
        result.output
    )
    one, other = files(scratch), files(out)
    log = [json.loads(line) for line in other.pop("run-log.jsonl").splitlines()]
    assert {k: v for e in log if e["event"] == "taken_over" for k, v in e.items()}["reused"] == 78
    del one["run-log.jsonl"]
    assert other == one
    again = run(
        "rerun", out / FILE_NAME, "--portfolio", changed, "--out", tmp_path / "again", as_of=None
    )
    assert again.exit_code == 0, again.output


def test_the_same_folder_can_be_read_and_replaced(tmp_path: Path, changed: Path) -> None:
    out = tmp_path / "out"
    assert run("evaluate", PORTFOLIO, "--out", out).exit_code == 0
    result = run("evaluate", changed, "--previous", out, "--out", out)
    assert result.exit_code == 0, result.output
    assert changed_subjects(out, ()).removed == tuple(sorted(read_fingerprints(out / FINGERPRINTS)))
    assert manifest(out)["counts"]["subjects"] == 80
    stream = run("evaluate", changed, "--previous", out, "--out", "-", "--lang", "en")
    assert "Evaluated: 0 of 80 (0 altered, 0 new)" in stream.stderr
    assert stream.stdout.encode() == (out / "decisions.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--as-of", "2025-06-02"], "er opgjort 2025-06-01"),
        (["--period-days", "200"], "brugte en anden --period-days"),
        (["--engine", "tables"], "brugte --engine case"),
    ],
)
def test_where_nothing_can_be_taken_over_it_is_said(
    output: Path, tmp_path: Path, options: list[str], reason: str
) -> None:
    day = [] if "--as-of" in options else ["--as-of", "2025-06-01"]
    args = [*options, *day, "--format", "csv"]
    result = run(
        "evaluate", PORTFOLIO, "--previous", output, "--out", tmp_path / "out", *args, as_of=None
    )
    assert result.exit_code == 0, result.output
    assert f"Intet kunne genbruges fra {output}: den tidligere kørsel {reason}" in result.output
    assert "Alle 80 er evalueret." in result.output
    scratch = run("evaluate", PORTFOLIO, "--out", tmp_path / "scratch", *args, as_of=None)
    assert scratch.exit_code == 0
    assert manifest(tmp_path / "out") == manifest(tmp_path / "scratch")


def test_another_rulebook_or_program_is_noticed(output: Path, tmp_path: Path) -> None:
    for field in ("rulebook_files_sha256", "rulebook_resolved_sha256", "program_sha256"):
        folder = tmp_path / field
        shutil.copytree(output, folder)
        record = folder / FILE_NAME
        data = json.loads(record.read_text(encoding="utf-8"))
        record.write_text(json.dumps({**data, field: "0" * 64}), encoding="utf-8")
        unlike = PreviousRun(folder).unlike(
            resolved(), period_days=None, engine="case", backend=data["backend"]
        )
        assert unlike is not None
        assert unlike.code == f"run.previous_{field.split('_', maxsplit=1)[0]}"


@pytest.mark.parametrize("name", ["decisions.jsonl", FINGERPRINTS, "summary.txt", "csv/visits.csv"])
def test_a_damaged_run_is_refused_in_one_line(output: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(output, folder)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content.replace(b"TB-", b"TB-0", 1) + b" ")
    result = run("evaluate", PORTFOLIO, "--previous", folder, "--out", tmp_path / "out")
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert name in line
    assert not (tmp_path / "out").exists()
    (folder / name).unlink()
    with pytest.raises(PreviousRunError, match=name):
        PreviousRun(folder)


def test_decisions_of_another_are_refused_even_with_matching_checksums(
    output: Path, tmp_path: Path, small_portfolio: tuple[Dossier, ...]
) -> None:
    folder = tmp_path / "forged"
    shutil.copytree(output, folder)
    decisions = (folder / "decisions.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "decisions.jsonl").write_bytes(b"".join([decisions[1], *decisions[1:]]))
    record = folder / FILE_NAME
    data = json.loads(record.read_text(encoding="utf-8"))
    data["outputs_sha256"]["decisions.jsonl"] = checksums(folder)["decisions.jsonl"]
    record.write_text(json.dumps(data), encoding="utf-8")
    result = run("evaluate", PORTFOLIO, "--previous", folder, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "decisions.jsonl" in result.output
    assert not (tmp_path / "out").exists()


def test_a_filled_in_sample_form_is_no_damage_and_no_record_is(
    output: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "earlier"
    shutil.copytree(output, folder)
    (folder / "sample-form.xlsx").write_bytes(b"filled in")
    assert PreviousRun(folder).record.seed == 1
    (folder / FILE_NAME).unlink()
    with pytest.raises(PreviousRunError, match="cannot be read"):
        PreviousRun(folder)
    data = manifest(output)
    del data["outputs_sha256"][FINGERPRINTS]
    (folder / FILE_NAME).write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(PreviousRunError, match="no fingerprints"):
        PreviousRun(folder)
