"""Counterexamples as files: a program and a view on which two readings once differed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from engine.facts import View
from engine.rulebook.program import Item, Program, Stratum
from models.conditions import Condition
from models.rulebook import Place
from models.terms import Colour, Kind

__all__ = ["Counterexample", "as_text", "read"]

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
