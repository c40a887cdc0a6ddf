"""YAML files as plain data that knows its lines.

Parsing YAML takes longer than everything else a single query does, so the parsed form is kept in
the user's cache folder, under a hash of the bytes it came from. Days stay text (`2026-01-01`); the
models read them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from engine.rulebook import user_cache
from engine.rulebook.problems import RulebookError, RulebookProblem, reason_of, said
from models.rulebook import Place

__all__ = ["RENAMED_KEYS", "Document", "load_document", "load_documents", "plain_document"]

_FORMAT = b"documents-3"
RENAMED_KEYS = {"from": "valid_from", "until": "valid_until"}


class Document(NamedTuple):
    """One file: its data, with keys in snake_case, and the line of every part of it."""

    file: str
    data: Any
    lines: Any

    def line_of(self, path: Iterable[str | int] = ()) -> int:
        """The line of the part that `path` leads to, or of the nearest part above it."""
        return _line_at(self.lines, path)

    def place_of(self, path: Iterable[str | int] = ()) -> Place:
        """File and line of a part."""
        return Place(file=self.file, line=self.line_of(path))


def _line_at(lines: Any, path: Iterable[str | int]) -> int:
    best = lines if isinstance(lines, int) else (lines[0] if isinstance(lines, list) else lines[""])
    for step in path:
        try:
            lines = lines[step + 1] if isinstance(step, int) else lines[step]
        except (KeyError, IndexError, TypeError):
            break
        best = (
            lines
            if isinstance(lines, int)
            else (lines[0] if isinstance(lines, list) else lines[""])
        )
    return int(best)


def _key(text: str) -> str:
    """`applies to` -> `applies_to`, `from` -> `valid_from`."""
    key = text.strip().replace(" ", "_")
    return RENAMED_KEYS.get(key, key)


def _parse(file: str, content: bytes) -> tuple[Any, Any]:
    import yaml  # slow to import, and not needed where the cache answers

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(loader_class):  # type: ignore[misc, valid-type]
        yaml_implicit_resolvers: ClassVar = {
            first: [(tag, pattern) for tag, pattern in resolvers if "timestamp" not in tag]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    problems: list[RulebookProblem] = []

    def build(node: Any) -> tuple[Any, Any]:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            data: dict[str, Any] = {}
            lines: dict[str, Any] = {"": line}
            for key_node, value_node in node.value:
                key = _key(str(key_node.value))
                if key in data:
                    place = Place(file=file, line=key_node.start_mark.line + 1)
                    twice = said("rulebook.key_twice", key=key_node.value)
                    problems.append(RulebookProblem(place, twice))
                data[key], value_lines = build(value_node)
                lines[key] = (
                    key_node.start_mark.line + 1 if isinstance(value_lines, int) else value_lines
                )
            return data, lines
        if isinstance(node, yaml.SequenceNode):
            parts = [build(item) for item in node.value]
            return [p[0] for p in parts], [line, *(p[1] for p in parts)]
        return loader.construct_object(node), line

    try:
        loader = Loader(content)
        node = loader.get_single_node()
        built = (None, 1) if node is None else build(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file=file, line=mark.line + 1 if mark else 1)
        what = getattr(error, "problem", None) or "unreadable"
        broken = said("rulebook.not_yaml", what=what)
        raise RulebookError([RulebookProblem(place, broken)]) from None
    if problems:
        raise RulebookError(problems)
    return built


def _parse_cached(contents: list[tuple[str, bytes]]) -> list[tuple[Any, Any]]:
    digest = hashlib.sha256(_FORMAT)
    for file, content in contents:
        digest.update(f"\0{file}\0{len(content)}\0".encode())
        digest.update(content)
    cached = user_cache.kept(digest.hexdigest())
    if cached is not None:
        with contextlib.suppress(ValueError):
            return [(data, lines) for data, lines in json.loads(cached)]
    problems: list[RulebookProblem] = []
    parsed: list[tuple[Any, Any]] = []
    for file, content in contents:
        try:
            parsed.append(_parse(file, content))
        except RulebookError as error:
            problems += error.problems
    if problems:
        raise RulebookError(problems)
    user_cache.keep(digest.hexdigest(), json.dumps(parsed, ensure_ascii=False).encode())
    return parsed


def load_documents(folder: Path, files: Iterable[Path]) -> tuple[Document, ...]:
    """Several files of one folder; file names in problems are relative to the folder's parent.

    Raises RulebookError with every file that is missing, not UTF-8 YAML, or has a key twice.
    """
    contents: list[tuple[str, bytes]] = []
    problems: list[RulebookProblem] = []
    for path in sorted(files):
        name = path.relative_to(folder.parent).as_posix()
        try:
            contents.append((name, path.read_bytes()))
        except OSError as error:
            unread = said("rulebook.unreadable", reason=reason_of(error))
            problems.append(RulebookProblem(Place(file=name, line=1), unread))
    if problems:
        raise RulebookError(problems)
    parsed = _parse_cached(contents)
    return tuple(
        Document(name, data, lines)
        for (name, _), (data, lines) in zip(contents, parsed, strict=True)
    )


def load_document(path: Path) -> Document:
    """One file with its lines."""
    return load_documents(path.parent, [path])[0]


def plain_document(path: Path) -> Any:
    """One file's data alone."""
    return load_document(path).data
