"""`tilsynstryk rules`: show, check and test the rulebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands import (
    rules_check,
    rules_diff,
    rules_mutate,
    rules_page,
    rules_prove,
    rules_schema,
    rules_sql,
    rules_test,
)
from commands.offered import entry_ids, kinds_of_record
from commands.options import (
    DateOfDay,
    format_option,
    language,
    language_option,
    load_book,
    refuse,
    resolved_on,
    rules_option,
    sentence,
)

if TYPE_CHECKING:
    from engine.analysis.pages import Pages
    from engine.rulebook.book import Rulebook

__all__ = ["group"]


@click.group("rules")
def group() -> None:
    """Show, check and test the rulebook.

    \b
    Examples:
      tilsynstryk rules show
      tilsynstryk rules show visits.family_yellow --as-of 2025-06-01
      tilsynstryk rules check --rules my-rules/
      tilsynstryk rules prove --property floor
      tilsynstryk rules diff my-rules/
      tilsynstryk rules test --coverage
      tilsynstryk rules mutate --sample 200
      tilsynstryk rules page --out rule-pages/ --format html
      tilsynstryk rules schema --out .vscode/rules.schema.json
      tilsynstryk rules sql --dialect postgres --as-of 2026-01-01
    """


group.add_command(rules_check.command)
group.add_command(rules_diff.command)
group.add_command(rules_page.command)
group.add_command(rules_prove.command)
group.add_command(rules_schema.command)
group.add_command(rules_sql.command)
group.add_command(rules_mutate.command)
group.add_command(rules_test.command)


def _last_change(book: Rulebook) -> date:
    """Without --as-of the rulebook is shown as its last change left it."""
    from engine.rulebook.book import FIRST_DAY

    return max(book.days_of_change(), default=FIRST_DAY)


@group.command("show")
@click.argument("entry_id", metavar="[ID]", required=False, shell_complete=entry_ids)
@click.option(
    "--as-of",
    type=DateOfDay(),
    metavar="DATE",
    help="Day for which numbers are shown; default is the day of the rulebook's last change.",
)
@format_option("text", "json", default="text")
@rules_option
@language_option
def show(
    entry_id: str | None, as_of: date | None, format_: str, rules_folder: Path | None, lang: str
) -> None:
    """One rule, parameter, floor, sample frame or step of the ladder as sentences; or a list.

    \b
    Examples:
      tilsynstryk rules show
      tilsynstryk rules show category.serious_concern --as-of 2025-06-01
      tilsynstryk rules show visits.offer_yellow_interval_days --lang en
    """
    from engine.analysis.pages import Pages
    from engine.analysis.prose import Prose

    book = load_book(rules_folder)
    resolved = resolved_on(book, as_of or _last_change(book))
    pages = Pages(resolved, Prose(book, lang=language(), parameters=resolved.parameters))
    if entry_id is None:
        listed = list(_listed(book, lang))
        if format_ == "json":
            _say_json([{"folder": f, "id": i, "title": title} for f, i, title in listed])
        else:
            click.echo("\n".join(_list_lines(listed)))
        return
    entries = _entries(book, pages)
    if entry_id not in entries:
        import difflib

        near = difflib.get_close_matches(entry_id, entries, n=3, cutoff=0.5)
        hint = sentence("commands.nearest", near=", ".join(near)) if near else ""
        refuse("commands.no_entry", id=entry_id, near=hint)
    entry, page = entries[entry_id]
    if format_ == "json":
        _say_json(entry.model_dump(mode="json") | {"page": page()})
    else:
        click.echo("\n".join(page()))


def _say_json(data: Any) -> None:
    import json

    click.echo(json.dumps(data, ensure_ascii=False))


def _listed(book: Rulebook, lang: str) -> Iterator[tuple[str, str, str]]:
    """Folder, id and title of everything, in order of folder and id."""
    entries: list[tuple[str, str, Any]] = [(r.place.file, r.id, r.title) for r in book.rules]
    entries += [(p.place.file, p.id, p.title) for p in book.parameters.values()]
    entries += [(f.place.file, f.id, f.title) for f in book.floors]
    entries += [(f.place.file, f.id, f.title) for f in book.frames]
    entries += [(s.place.file, s.step.value, s.title) for s in book.ladder]
    order = ("signals", "category", "visits", "samples", "sanctions", "parameters")
    found = [(file.split("/")[1], name, getattr(text, lang)) for file, name, text in entries]
    found.sort(key=lambda item: (order.index(item[0]), item[1]))
    yield from found


def _list_lines(listed: list[tuple[str, str, str]]) -> Iterator[str]:
    width = max((len(name) for _, name, _ in listed), default=0)
    last = ""
    for folder, name, title in listed:
        if folder != last:
            yield f"\n{folder}/" if last else f"{folder}/"
            last = folder
        yield f"  {name:<{width}}  {title}"


def _entries(book: Rulebook, pages: Pages) -> dict[str, tuple[Any, Callable[[], list[str]]]]:
    found: dict[str, tuple[Any, Callable[[], list[str]]]] = {}
    for step in book.ladder:
        found[step.step.value] = (step, partial(pages.step_page, step))
    for parameter in book.parameters.values():
        found[parameter.id] = (parameter, partial(pages.parameter_page, parameter))
    for floor in book.floors:
        found[floor.id] = (floor, partial(pages.floor_page, floor))
    for frame in book.frames:
        found[frame.id] = (frame, partial(pages.frame_page, frame))
    for rule in book.rules:
        found[rule.id] = (rule, partial(pages.rule_page, rule))
    return found


@group.command("fields")
@click.argument("record", required=False, shell_complete=kinds_of_record)
@format_option("text", "json", default="text")
@rules_option
@language_option
def fields(record: str | None, format_: str, rules_folder: Path | None, lang: str) -> None:
    """Every field that a rule may test, of the subject or of a kind of record.

    \b
    Examples:
      tilsynstryk rules fields
      tilsynstryk rules fields concern
    """
    from engine.analysis.field_list import field_lines, field_list
    from engine.facts import vocabulary

    known = vocabulary().fields
    wanted = None if record is None else record.strip().replace(" ", "_")
    if wanted is not None and wanted not in known:
        from engine.rulebook.types import nearest

        refuse("commands.no_fields", record=record, near=nearest(wanted, known))
    book = load_book(rules_folder)
    listed = field_list(book.registers, record=wanted, lang=language(), rules_dir=book.folder)
    if format_ == "json":
        _say_json([row.data() for row in listed])
    else:
        click.echo("\n".join(field_lines(listed)))
