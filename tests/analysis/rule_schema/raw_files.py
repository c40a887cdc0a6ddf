"""Rule files as an editor sees them: keys as written, days as text; and what is underlined."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import yaml
from jsonschema import Draft202012Validator

from engine.analysis.rule_schema import ROOMS, rule_schema
from engine.rulebook.book import Rulebook

__all__ = ["files_of", "read_raw", "underlined", "validators"]


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if "timestamp" not in tag]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


def read_raw(text: str) -> Any:
    """The data of a file."""
    return yaml.load(text, _Loader)


def files_of(folder: Path) -> list[Path]:
    """Every rule file of a rulebook that the schema is for."""
    found = [path for room in ROOMS for path in sorted((folder / room).rglob("*.yaml"))]
    return [path for path in found if path.name != "accepted-survivors.yaml"]


def validators(book: Rulebook) -> dict[str | None, Draft202012Validator]:
    """The validator of every folder, and behind None that of all files."""
    return {room: Draft202012Validator(rule_schema(book, room=room)) for room in (None, *ROOMS)}


def underlined(validator: Draft202012Validator, data: Any) -> list[str]:
    """Where and why something is underlined."""
    return [f"{list(e.absolute_path)}: {e.message[:160]}" for e in validator.iter_errors(data)]
