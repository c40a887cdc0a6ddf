"""`tilsynstryk rerun`: run again from a run record and hold the bytes against it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.database import PortfolioPlace, facts_in, is_url
from commands.options import (
    bad_input,
    language_option,
    load_book,
    refuse,
    rules_option,
    sentence,
)

if TYPE_CHECKING:
    from engine.run.database import FactDatabase
    from engine.run.manifest import Manifest

__all__ = ["command"]


@click.command("rerun")
@click.argument("record", metavar="MANIFEST", type=click.Path(path_type=Path))
@click.option(
    "--portfolio",
    type=PortfolioPlace(),
    required=True,
    help="The portfolio the run was made on, or the address of its database; its checksum must be "
    "the record's.",
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
    portfolio: Path | str,
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
    from engine.run.manifest import Manifest, ManifestError

    try:
        before = Manifest.read(record)
    except ManifestError as error:
        refuse(error.what)
    schema = None if before.database is None else before.database.rpartition("#")[2]
    with facts_in(portfolio, schema if is_url(portfolio) else None) as place:
        after = _again(place, before, sample_results, out, rules_folder)
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


def _again(
    place: Path | FactDatabase,
    before: Manifest,
    sample_results: tuple[Path, ...],
    out: Path,
    rules_folder: Path | None,
) -> Manifest:
    """The record of the same run on what should be the same facts."""
    from commands.official import OfficialRun
    from engine.run.manifest import input_checksum

    book = load_book(rules_folder)
    wrong = []
    checksum = input_checksum(place) if isinstance(place, Path) else place.checksum_now(book)
    if checksum != before.input_sha256:
        shown = place if isinstance(place, Path) else place.shown
        wrong.append(sentence("commands.other_portfolio", portfolio=shown))
    if tuple(map(input_checksum, sample_results)) != before.sample_results_sha256:
        wrong.append(sentence("commands.other_forms", count=len(before.sample_results_sha256)))
    if book.content_hash != before.rulebook_files_sha256:
        wrong.append(sentence("commands.other_rulebook"))
    if wrong:
        bad_input(wrong)
    return OfficialRun(
        source=place if isinstance(place, Path) else None,
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
        database=None if isinstance(place, Path) else place,
    ).to_folder(out)
