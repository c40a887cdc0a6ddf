"""A PostgreSQL of the tests' own: started from the system's package, then stopped and removed.

The server refuses to run as root, so root's tests start it as another user. Where the package is
missing its tests are skipped, but never on the CI machine.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

__all__ = ["PASSWORD", "PostgresServer", "running_server"]

PASSWORD = "hemmeligt:/@ord"
"""Of the user `locked`, the only one who needs a password."""
_DATABASE = "facts"
_USERS = ("postgres", "nobody")
_ATTEMPTS = 5
_PATIENCE_SECONDS = 60.0
_HBA = """\
local all locked scram-sha-256
host all locked 127.0.0.1/32 scram-sha-256
local all all trust
host all all 127.0.0.1/32 trust
"""
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "20",
    "max_prepared_transactions": "0",
    "shared_buffers": "32MB",
    "synchronous_commit": "off",
}


class PostgresServer:
    """Where a running server is found."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._schemas = 0

    def url(
        self, *, user: str = "tester", password: str | None = None, database: str = _DATABASE
    ) -> str:
        """The address of the database for tests, as a user types it."""
        secret = "" if password is None else f":{password}"
        return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{database}"

    def new_schema(self) -> str:
        """The name of a schema that nobody uses yet."""
        self._schemas += 1
        return f"tilsyn_{self._schemas}"

    def connect(self, **given: Any) -> psycopg.Connection[Any]:
        """A connection in which every statement stands at once."""
        return psycopg.connect(self.url(**given), autocommit=True)


def _folder_of_programs() -> Path | None:
    """Where initdb and postgres are: in Debian's place, the newest first, or on the path."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(versions, key=lambda path: int(path.parts[-3]), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return None if on_path is None else Path(on_path).resolve().parent


def _missing() -> None:
    why = "no PostgreSQL server on this machine: install Debian's package postgresql"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def _other_user() -> dict[str, Any]:
    """Root becomes somebody else, for the server will not run as root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(known[name] for name in _USERS if name in known)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server on a free port of this machine, for as long as it is needed."""
    programs = _folder_of_programs()
    if programs is None:
        _missing()
        return
    become = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="tilsyn-pg-", dir="/tmp"))
    try:
        if become:
            os.chown(folder, become["user"], become["group"])
        data = folder / "data"
        command = [programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "--no-sync"]
        command += ["-E", "UTF8", "--locale", "C"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **become)
        (data / "pg_hba.conf").write_text(_HBA, encoding="utf-8")
        process, port = _started(programs / "postgres", folder, data, become)
        try:
            _prepare(port)
            yield PostgresServer(port)
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=_PATIENCE_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(
    program: Path, folder: Path, data: Path, become: dict[str, Any]
) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "log"
    for _ in range(_ATTEMPTS):
        port = _free_port()
        command: list[Any] = [program, "-D", data, "-p", str(port), "-k", folder]
        for name, value in {"listen_addresses": "127.0.0.1", **_SETTINGS}.items():
            command += ["-c", f"{name}={value}"]
        with log.open("wb") as written:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=written, stderr=written, cwd=folder,
                **become,
            )  # fmt: skip
        if _answers(process, port):
            return process, port
        process.kill()
        process.wait()
    raise RuntimeError(f"PostgreSQL does not start: {log.read_text(errors='replace')[-2000:]}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            psycopg.connect(f"postgresql://tester@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _prepare(port: int) -> None:
    """A database whose order of words is the Danish one, and users with few rights."""
    address = f"postgresql://tester@127.0.0.1:{port}/postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {_DATABASE} TEMPLATE template0 ENCODING 'UTF8'"
            " LOCALE_PROVIDER icu ICU_LOCALE 'da-DK' LOCALE 'C'"
        )
        connection.execute(f"CREATE ROLE locked LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("CREATE ROLE stranger LOGIN")
