"""How keys are written in rule files: in every key a space may stand for `_`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.rulebook.documents import RENAMED_KEYS

__all__ = ["Schema", "closed", "key_pattern", "needs", "spellings"]

Schema = dict[str, Any]
_SHORT = {name: short for short, name in RENAMED_KEYS.items()}


def spellings(name: str) -> tuple[str, ...]:
    """Every way to write a key, the usual one first: `applies to`, `applies_to`."""
    words = name.split("_")
    ways = [
        "".join(itertools.chain.from_iterable(zip(words, (*gaps, ""), strict=True)))
        for gaps in itertools.product(" _", repeat=len(words) - 1)
    ]
    return (*([_SHORT[name]] if name in _SHORT else []), *ways)


def key_pattern(key: str, *, apart_from: str | None = None) -> str:
    """A pattern of every way to write a key. `key` may hold patterns of its own."""
    gaps = re.sub("[ _]", "[ _]", key)
    return f"^(?!{re.escape(apart_from)}$){gaps}$" if apart_from else f"^{gaps}$"


def closed(
    lines: Mapping[str, Schema],
    *,
    needed: Iterable[str] = (),
    with_underscores: Iterable[str] = (),
    patterns: Mapping[str, Schema] | None = None,
) -> Schema:
    """An object with these lines and no others, whichever way their keys are written.

    The usual spelling has spaces, but for the names `with_underscores` (facts). Editors complete
    that one; the others are accepted.
    """
    plain = set(with_underscores)
    properties: dict[str, Schema] = {}
    others: dict[str, Schema] = {}
    for name, schema in lines.items():
        ways = spellings(name)
        usual = name if name in plain else ways[0]
        properties[usual] = schema
        if name in _SHORT:
            others |= dict.fromkeys((key_pattern(name),), schema)
        elif len(ways) > 1:
            others[key_pattern(name, apart_from=usual)] = schema
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if others or patterns:
        found["patternProperties"] = others | dict(patterns or {})
    return found | needs(needed)


def needs(names: Iterable[str]) -> Schema:
    """That each of these lines stands there, written one way."""
    required: list[str] = []
    choices: list[Schema] = []
    for name in names:
        ways = spellings(name)
        if len(ways) == 1:
            required.append(name)
        else:
            choices.append({"oneOf": [{"required": [way]} for way in ways]})
    found: Schema = {"required": required} if required else {}
    return found | ({"allOf": choices} if choices else {})
