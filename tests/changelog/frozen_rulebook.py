"""The rulebook of the last release, kept small: what it means, without words for people.

`python -m tests.changelog.frozen_rulebook` keeps `rules/` as it is now under the version of the
last heading of CHANGELOG.md; to be run when a release is made, and never to make a test pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from models.registers import Registers
from models.rulebook import Floor, Frame, LadderStep, Parameter, Rule

__all__ = ["CHANGELOG", "FOLDER", "last_release", "read", "renew", "unreleased"]

_ROOT = Path(__file__).resolve().parents[2]
CHANGELOG = _ROOT / "CHANGELOG.md"
FOLDER = _ROOT / "fixtures" / "rulebooks"
_SECTIONS: dict[str, type[BaseModel]] = {
    "parameters": Parameter,
    "rules": Rule,
    "floors": Floor,
    "frames": Frame,
    "ladder": LadderStep,
}
_WORDS: dict[str, Any] = {
    "title": {"da": "-", "en": "-"},
    "topic": {"da": "-", "en": "-"},
    "remedy": {"da": "-", "en": "-"},
    "person_must": {"da": "-", "en": "-"},
    "basis": "assumption",
    "sources": ["-"],
    "reviewed": "2022-01-01",
}
_LEFT_OUT = frozenset({*_WORDS, "note", "warn", "place"})


def last_release(text: str) -> str:
    """The version of the newest heading that is one."""
    return re.findall(r"^## (\d+\.\d+\.\d+)", text, re.MULTILINE)[0]


def unreleased(text: str) -> str:
    """What the changelog says of changes since the last release."""
    found = re.search(r"^## Unreleased\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return "" if found is None else found[1]


def renew(book: Rulebook, version: str, folder: Path = FOLDER) -> Path:
    """Keeps a rulebook, one entry a line."""
    entries: dict[str, list[Any]] = {
        "parameters": list(book.parameters.values()),
        "rules": list(book.rules),
        "floors": list(book.floors),
        "frames": list(book.frames),
        "ladder": list(book.ladder),
    }
    for register in Registers.model_fields:
        entries[register] = list(getattr(book.registers, register))
    lines = [
        json.dumps({section: _bare(entry.model_dump(mode="json"))}, separators=(",", ":"))
        for section, found in entries.items()
        for entry in found
    ]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{version}.jsonl"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for other in folder.glob("*.jsonl"):
        if other != target:
            other.unlink()
    return target


def read(version: str, folder: Path = FOLDER) -> Rulebook:
    """The rulebook of a release, with a dash for every word that was left out."""
    path = folder / f"{version}.jsonl"
    found: dict[str, list[Any]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        ((section, data),) = json.loads(line).items()
        place = {"file": path.name, "line": number}
        found.setdefault(section, []).append(dict(_filled(data, _model_of(section), place)))
    parts = {
        section: tuple(model.model_validate_json(json.dumps(entry)) for entry in found[section])
        for section, model in _SECTIONS.items()
    }
    parameters = {parameter.id: parameter for parameter in parts.pop("parameters")}
    registers = {name: found.get(name, []) for name in Registers.model_fields}
    return Rulebook(
        folder=load_rulebook().folder,
        content_hash=version,
        parameters=parameters,
        promises=(),
        registers=Registers.model_validate_json(json.dumps(registers)),
        **parts,
    )


def _bare(data: Any) -> Any:
    if isinstance(data, dict):
        return {
            name: _bare(value)
            for name, value in data.items()
            if name not in _LEFT_OUT and (value is not None or name == "value")
        }
    return [_bare(value) for value in data] if isinstance(data, list) else data


def _model_of(section: str) -> type[BaseModel]:
    if section in _SECTIONS:
        return _SECTIONS[section]
    line: type[BaseModel] = Registers.model_fields[section].annotation.__args__[0]  # type: ignore[union-attr]
    return line


def _filled(data: dict[str, Any], model: type[BaseModel], place: Any) -> Iterator[tuple[str, Any]]:
    """An entry with what it must have and what was left out."""
    fields = model.model_fields
    yield from ((name, value) for name, value in _WORDS.items() if name in fields)
    if "place" in fields:
        yield "place", place
    for name, value in data.items():
        if name == "values":
            words = {n: _WORDS[n] for n in ("basis", "sources", "reviewed")}
            yield name, [{**words, **dated} for dated in value]
        elif name == "then" and value.get("needs"):
            words = {n: _WORDS[n] for n in ("title", "remedy")}
            needs = [{**words, "place": place, **need} for need in value["needs"]]
            yield name, {**value, "person_must": _WORDS["person_must"], "needs": needs}
        else:
            yield name, value


if __name__ == "__main__":
    release = last_release(CHANGELOG.read_text(encoding="utf-8"))
    renew(load_rulebook(), release)
