"""Counterexamples as files: a program and a view on which two readings once differed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from engine.facts import View
from engine.rulebook.program import Item, Program, Stratum
from models.conditions import Condition
from models.rulebook import Place
from models.terms import Colour, Kind

__all__ = ["Counterexample", "as_text", "keep", "plainest", "read"]

_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


@dataclass(frozen=True)
class Counterexample:
    """What was found wrong once; all readings must agree on it for ever."""

    note: str
    program: Program
    view: View
    override: Colour | None


def as_text(example: Counterexample) -> str:
    """The file's text, ready for `fixtures/counterexamples/`."""
    view = example.view
    data = {
        "note": example.note,
        "override": example.override,
        "view": {
            "subject_id": view.subject_id,
            "kind": view.kind,
            "as_of": view.as_of.isoformat(),
            "subject": view.subject,
            "records": view.records,
        },
        "program": {
            stratum.value: [
                {
                    "key": item.key,
                    "kinds": sorted(item.kinds),
                    "raises_signal": item.raises_signal,
                    "raises_colour": item.raises_colour,
                    "condition": _CONDITION.dump_python(item.condition, mode="json"),
                }
                for item in items
            ]
            for stratum, items in example.program.strata
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def plainest(example: Counterexample, differ: Callable[[Counterexample], bool]) -> Counterexample:
    """The same with as few rules, records and facts as still make the readings `differ`."""
    simpler = True
    while simpler:
        simpler = False
        for smaller in _smaller(example):
            if differ(smaller):
                example, simpler = smaller, True
                break
    return example


def _smaller(example: Counterexample) -> Iterator[Counterexample]:
    view, program = example.view, example.program
    for number, (stratum, items) in enumerate(program.strata):
        for left_out in items:
            rest = (stratum, tuple(item for item in items if item is not left_out))
            strata = (*program.strata[:number], rest, *program.strata[number + 1 :])
            yield replace(example, program=Program(strata, program.content_hash))

    def with_facts(subject: dict[str, Any], records: dict[str, Any]) -> Counterexample:
        return replace(example, view=View(view.subject_id, view.kind, view.as_of, subject, records))

    if example.override is not None:
        yield replace(example, override=None)
    for record, rows in view.records.items():
        others = {name: found for name, found in view.records.items() if name != record}
        for number in range(len(rows)):
            rest_of_rows = rows[:number] + rows[number + 1 :]
            kept = {record: rest_of_rows} if rest_of_rows else {}
            yield with_facts(view.subject, others | kept)
        for number, row in enumerate(rows):
            for name in [name for name, value in row.items() if value is not None]:
                emptied = [*rows[:number], {**row, name: None}, *rows[number + 1 :]]
                yield with_facts(view.subject, others | {record: emptied})
    for name, value in view.subject.items():
        if value is not None and name != "kind":
            yield with_facts({**view.subject, name: None}, view.records)


def keep(example: Counterexample, folder: Path) -> Path:
    """Writes an example where the tests will find it, under a name that says what is in it."""
    text = as_text(example)
    path = folder / f"found-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> Counterexample:
    """A counterexample from its file."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    view = data["view"]
    strata = tuple(
        (
            Stratum(name),
            tuple(_item(entry, Place(file=path.name, line=1)) for entry in entries),
        )
        for name, entries in data["program"].items()
    )
    return Counterexample(
        note=data["note"],
        program=Program(strata=strata, content_hash=path.stem),
        view=View(
            view["subject_id"],
            Kind(view["kind"]),
            date.fromisoformat(view["as_of"]),
            view["subject"],
            view["records"],
        ),
        override=None if data["override"] is None else Colour(data["override"]),
    )


def _item(entry: dict[str, Any], place: Place) -> Item:
    colour = entry["raises_colour"]
    return Item(
        key=entry["key"],
        kinds=frozenset(Kind(kind) for kind in entry["kinds"]),
        condition=_CONDITION.validate_json(json.dumps(entry["condition"])),
        place=place,
        raises_signal=entry["raises_signal"],
        raises_colour=None if colour is None else Colour(colour),
    )
