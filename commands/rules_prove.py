"""`tilsynstryk rules prove`: properties of the rulebook, each with how far its proof reaches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from commands.options import (
    bad_input,
    format_option,
    language,
    language_option,
    load_book,
    rules_option,
    sentence,
)

if TYPE_CHECKING:
    from engine.analysis.proof.properties.report import Proof

__all__ = ["command"]


class _Property(click.ParamType[str]):
    """The name of a property; looked up when it is needed, as the proofs are slow to import."""

    name = "property"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        from engine.analysis.proof.properties.every import PROPERTIES

        if value not in PROPERTIES:
            names = ", ".join(PROPERTIES)
            self.fail(sentence("commands.no_property", name=value, names=names), param, ctx)
        return str(value)

    def shell_complete(self, ctx: Any, param: Any, incomplete: str) -> list[CompletionItem]:
        from engine.analysis.proof.properties.every import PROPERTIES

        return [CompletionItem(name) for name in PROPERTIES if name.startswith(incomplete)]


@click.command("prove")
@click.option(
    "--property",
    "names",
    type=_Property(),
    multiple=True,
    metavar="NAME",
    help="One property (repeatable); default is all of them.",
)
@format_option("text", "json", default="text")
@rules_option
@language_option
def command(names: tuple[str, ...], format_: str, rules_folder: Path | None, lang: str) -> None:
    """Prove properties of the rulebook, and say which facts, days and bounds each proof covers.

    one_answer, monotone, floor, kinds_of_sanction, preconditions, red_keeps_visits, frames,
    baseline_untouched, explained. What speaks against one is shown with facts that the reference
    has confirmed.

    Exit code 1 if a property does not hold, could not be decided without z3, or if there was
    nothing to prove it of (but for scenarios: a rulebook need not have any).

    \b
    Examples:
      tilsynstryk rules prove
      tilsynstryk rules prove --property floor --property monotone
      tilsynstryk rules prove --rules my-rules/ --lang en
    """
    from commands.progress import progress
    from engine.analysis.proof.properties.every import PROPERTIES
    from engine.rulebook.problems import RulebookError

    book = load_book(rules_folder)
    wanted = list(dict.fromkeys(names)) or list(PROPERTIES)
    proofs: list[Proof] = []
    with progress(sentence("commands.proving"), len(wanted)) as show:
        for done, name in enumerate(wanted, start=1):
            try:
                proofs.append(PROPERTIES[name](book))
            except RulebookError as error:
                bad_input(error.lines(language()))
            show(done)
    if format_ == "json":
        _say_json(proofs)
    else:
        for proof in proofs:
            click.echo("\n".join(_lines(proof)))
        held = sum(proof.holds for proof in proofs)
        name = book.content_hash[:12]
        click.echo(sentence("commands.proved", book=name, held=held, count=len(proofs)))
    sys.exit(0 if all(proof.holds or _may_be_empty(proof) for proof in proofs) else 1)


def _may_be_empty(proof: Proof) -> bool:
    """A rulebook need not have scenarios; one without promises promises nothing of its colours."""
    return proof.is_empty and proof.name in ("red_keeps_visits", "baseline_untouched")


def _lines(proof: Proof) -> Iterator[str]:
    from engine.analysis.proof.examples import example_lines

    state = "holds" if proof.holds else "open" if not proof.against else "broken"
    if proof.is_empty:
        state = "empty"
    how = ", ".join(f"{method.value} {number}" for method, number in sorted(proof.by.items()))
    title = sentence(f"properties.{proof.name}")
    yield f"{sentence(f'commands.property_{state}')}: {proof.name}: {title}"
    for covered in proof.covers:
        yield "  " + covered.text(language())
    yield "  " + sentence("commands.property_cases", count=proof.cases, how=how)
    if proof.undecided:
        yield "  " + sentence("commands.undecided", count=proof.undecided)
    for against in proof.against[:10]:
        yield "  ! " + against.what.text(language())
        if against.example is not None:
            yield from (f"      {line}" for line in example_lines(against.example))
    if len(proof.against) > 10:
        yield "  ! " + sentence("commands.and_more", count=len(proof.against) - 10)


def _say_json(proofs: list[Proof]) -> None:
    import json

    from engine.analysis.proof.examples import example_data

    for proof in proofs:
        data = {
            "property": proof.name,
            "holds": proof.holds,
            "covers": [covered.text(language()) for covered in proof.covers],
            "cases": proof.cases,
            "by": {method.value: number for method, number in sorted(proof.by.items())},
            "undecided": proof.undecided,
            "against": [
                {
                    "text": against.what.text(language()),
                    "example": against.example and example_data(against.example),
                }
                for against in proof.against
            ],
        }
        click.echo(json.dumps(data, ensure_ascii=False))
