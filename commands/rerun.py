"""`tilsynstryk rerun`: run again from a run record and hold the bytes against it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from commands.options import (
    bad_input,
    language_option,
    load_book,
    refuse,
    rules_option,
    sentence,
)

__all__ = ["command"]


@click.command("rerun")
@click.argument("record", metavar="MANIFEST", type=click.Path(path_type=Path))
@click.option(
    "--portfolio",
    type=click.Path(path_type=Path, exists=True),
    required=True,
    help="The portfolio the run was made on; its checksum must be the record's.",
)
@click.option(
    "--sample-results",
    "sample_results",
    multiple=True,
    metavar="FORM.xlsx",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The filled-in sample forms of the run, in the same order.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@rules_option
@language_option
def command(
    record: Path,
    portfolio: Path,
    sample_results: tuple[Path, ...],
    out: Path,
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Run again with everything as in MANIFEST (manifest.json) and compare the outputs.

    Exit code 0 if every output has the same bytes, 1 if one differs, 2 if portfolio or rulebook
    are not those of the record. The outputs are in the record's language, whatever --lang says.

    \b
    Example:
      tilsynstryk rerun decisions/manifest.json --portfolio portfolio/ --out again/
    """
    from commands.official import OfficialRun
    from engine.run.manifest import Manifest, ManifestError, input_checksum

    try:
        before = Manifest.read(record)
    except ManifestError as error:
        refuse(error.what)
    wrong = []
    if input_checksum(portfolio) != before.input_sha256:
        wrong.append(sentence("commands.other_portfolio", portfolio=portfolio))
    if tuple(map(input_checksum, sample_results)) != before.sample_results_sha256:
        wrong.append(sentence("commands.other_forms", count=len(before.sample_results_sha256)))
    if load_book(rules_folder).content_hash != before.rulebook_files_sha256:
        wrong.append(sentence("commands.other_rulebook"))
    if wrong:
        bad_input(wrong)
    after = OfficialRun(
        source=portfolio,
        content=None,
        as_of=before.as_of,
        seed=before.seed,
        formats=before.formats,
        ignore_later=before.ignore_later,
        period_days=before.period_days,
        rules_folder=rules_folder,
        lang=before.language,
        sample_results=sample_results,
        engine=before.engine,
        quarantine=out.with_name(out.name + "-quarantine.jsonl") if before.quarantined else None,
    ).to_folder(out)
    names = sorted(before.outputs_sha256.keys() | after.outputs_sha256.keys())
    differing = [
        name for name in names if before.outputs_sha256.get(name) != after.outputs_sha256.get(name)
    ]
    for name in differing:
        click.echo(sentence("commands.differs", name=name), err=True)
    if differing:
        changed = [
            f"{name} {before.versions.get(name)} -> {version}"
            for name, version in after.versions.items()
            if before.versions.get(name) != version
        ]
        said = ", ".join(changed) or sentence("commands.none")
        click.echo(sentence("commands.versions", versions=said), err=True)
        sys.exit(1)
    code = "same_bytes_1" if len(names) == 1 else "same_bytes"
    click.echo(sentence(f"commands.{code}", count=len(names)))
