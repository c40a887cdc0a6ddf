"""A folder that lists its own files with their checksums, so that it can be replaced safely."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from engine.run.manifest import checksums

__all__ = ["LIST_NAME", "list_files", "listed_files"]

LIST_NAME = "contents.sha256"
"""The list; `sha256sum --check` reads it too."""


def list_files(folder: Path) -> None:
    """Writes the list of all that is in a folder."""
    lines = [f"{digest}  {name}\n" for name, digest in checksums(folder).items()]
    (folder / LIST_NAME).write_text("".join(lines), encoding="utf-8", newline="\n")


def listed_files(folder: Path) -> Mapping[str, str] | None:
    """The files that a folder's list names, the list among them; None if it has no list."""
    path = folder / LIST_NAME
    try:
        content = path.read_bytes()
        lines = content.decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    found = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    return found | {LIST_NAME: hashlib.sha256(content).hexdigest()}
