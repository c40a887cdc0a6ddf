"""The user's cache folder: what took long to work out, under a hash of all it came from.

Each file carries a checksum. A cache that cannot be read or written, or was changed, is done
without.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

__all__ = ["cache_folder", "keep", "kept"]

_MOST_KEPT = 100


def cache_folder() -> Path | None:
    """The folder of this program's cache, whether it is there or not; None where there is none."""
    home = os.environ.get("TILSYNSTRYK_CACHE") or os.environ.get("XDG_CACHE_HOME")
    if not home:
        user = os.environ.get("HOME")
        if not user:
            return None
        home = os.path.join(user, ".cache")
    return Path(home, "tilsynstryk")


def kept(digest: str) -> bytes | None:
    """What was kept under a hash, if it is still as it was written."""
    cache = _file(digest)
    if cache is None:
        return None
    try:
        checksum, _, content = cache.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if checksum == _checksum(content) else None


def keep(digest: str, content: bytes) -> None:
    """Keeps something under a hash, if it can."""
    cache = _file(digest)
    if cache is None:
        return
    import tempfile  # slow to import, and seldom needed

    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache.parent, delete=False) as aside:
            aside.write(_checksum(content) + b"\n" + content)
        os.replace(aside.name, cache)
        _forget_oldest(cache.parent)


def _file(digest: str) -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / f"{digest}.json"


def _forget_oldest(folder: Path) -> None:
    """Keeps the cache small: every change of a rule file leaves one behind."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_MOST_KEPT:]:
        file.unlink()


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
