"""What a shell offers on TAB: ids of the rulebook, and names of records and facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from engine.analysis.words import Words
    from engine.rulebook.book import Rulebook

__all__ = ["additions", "changes", "entry_ids", "kinds_of_record", "records_left_out"]

_OF_RECORD = re.compile(r"(?P<before>(?P<record>[^\[\]:=]+)\[\d+\]\.)(?P<begun>[^=]*)")
_ADDED = re.compile(r"(?P<before>(?P<record>[^:\[\]]+):(?:.*,)?\s*)(?P<begun>[^=,]*)")


def entry_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules, parameters, floors, frames and steps, each with its title."""
    book = _book(ctx)
    if book is None:
        return []
    entries = [(rule.id, rule.title) for rule in book.rules]
    entries += [(parameter.id, parameter.title) for parameter in book.parameters.values()]
    entries += [(floor.id, floor.title) for floor in book.floors]
    entries += [(frame.id, frame.title) for frame in book.frames]
    entries += [(step.step.value, step.title) for step in book.ladder]
    lang = _lang(ctx)
    return [
        CompletionItem(name, help=title.en if lang == "en" else title.da)
        for name, title in sorted(entries, key=lambda entry: entry[0])
        if name.startswith(incomplete)
    ]


def kinds_of_record(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The records whose fields rules may test."""
    from engine.facts import vocabulary

    return [record for record in vocabulary().fields if record.startswith(incomplete)]


def changes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """`--set`: a kind of record or a fact of the subject; after `record[2].` the record's facts."""
    words = _words(ctx)
    if words is None:
        return []
    if found := _OF_RECORD.fullmatch(incomplete):
        record = _record(words, found["record"])
        return _begun(_facts(words, record), found["begun"], found["before"], "=")
    from models.facts.dossier import SUBJECT_MODELS

    facts = {name for kind in SUBJECT_MODELS for name in _facts(words, kind.value)}
    return [*_begun(_records(words), incomplete, "", "["), *_begun(facts, incomplete, "", "=")]


def additions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """`--add`: a kind of record; after `record:` its facts."""
    words = _words(ctx)
    if words is None:
        return []
    if found := _ADDED.fullmatch(incomplete):
        record = _record(words, found["record"])
        return _begun(_facts(words, record), found["begun"], found["before"], "=")
    return _begun(_records(words), incomplete, "", ":")


def records_left_out(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """`--drop`: a kind of record."""
    words = _words(ctx)
    return [] if words is None else _begun(_records(words), incomplete, "", "[")


def _begun(names: Iterable[str], begun: str, before: str, after: str) -> list[str]:
    return [f"{before}{name}{after}" for name in sorted(names) if name.startswith(begun.lower())]


def _records(words: Words) -> Iterator[str]:
    from models.facts import RECORD_MODELS

    for record in RECORD_MODELS:
        yield _typed(words.record(record)) if words.lang == "da" else record


def _record(words: Words, name: str) -> str | None:
    from models.facts import RECORD_MODELS

    typed = _typed(name)
    for record in RECORD_MODELS:
        if typed in map(_typed, words.names_of(record)):
            return record
    return None


def _facts(words: Words, record: str | None) -> Iterator[str]:
    from engine.portfolio.sheets import sheet_spec

    if record is None:
        return
    for column in sheet_spec(record).columns:
        if column.name not in ("subject_id", "no"):
            danish = words.lang == "da"
            yield _typed(words.field(record, column.name)) if danish else column.name


def _typed(name: str) -> str:
    """A name as one word of a command line."""
    return "_".join(name.split()).lower()


def _lang(ctx: click.Context) -> Literal["da", "en"]:
    return "en" if ctx.params.get("lang") == "en" else "da"


def _book(ctx: click.Context) -> Rulebook | None:
    """The rulebook; a shell is told nothing of one with mistakes."""
    from engine.rulebook.load import load_rulebook
    from engine.rulebook.problems import RulebookError

    folder = ctx.params.get("rules_folder")
    try:
        return load_rulebook(None if folder is None else Path(folder))
    except RulebookError:
        return None


def _words(ctx: click.Context) -> Words | None:
    from engine.analysis.words import Words

    book = _book(ctx)
    return None if book is None else Words(book.registers, lang=_lang(ctx), rules_dir=book.folder)
