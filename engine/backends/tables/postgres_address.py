"""Where a PostgreSQL database is, how it is reached, and what is said when it is not.

A password is handed to the database and to nobody else: it is in no message, record or log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.datetime import DateLoader

from engine.rulebook.problems import Said, said

__all__ = ["SETTINGS", "DatabaseError", "PostgresAddress"]

_LONGEST_REASON = 200
SETTINGS = {
    "client_encoding": "UTF8",
    "DateStyle": "ISO",
    "jit": "off",
    "row_security": "off",
    "search_path": "pg_catalog",
    "standard_conforming_strings": "on",
}
"""`row_security` off: rather an error than facts that are hidden from the user unsaid. `jit` off:
compiling a query of some hundred columns takes longer than answering it."""
_ONLY_SLOWER = frozenset({"jit"})
_SET = "SELECT set_config(%s, %s, %s)"


class DatabaseError(Exception):
    """The database cannot be used as asked; a sentence for each thing that is wrong."""

    def __init__(self, *whats: Said) -> None:
        super().__init__(*whats)
        self.whats = whats

    def lines(self, lang: Literal["da", "en"] = "en") -> list[str]:
        """Each sentence on its line."""
        return [what.text(lang) for what in self.whats]

    def __str__(self) -> str:
        return "\n".join(self.lines())


class _AnyDay(DateLoader):
    """A day Python knows, or else what the database wrote, for the reader of facts to refuse."""

    def load(self, data: Any) -> Any:
        try:
            return super().load(data)
        except psycopg.DataError:
            return bytes(data).decode()


class PostgresAddress:
    """A database by its address, `postgresql://user@host:port/database`."""

    def __init__(self, url: str) -> None:
        """Raises DatabaseError if it is no address of a database, or one of which a password might
        be taken for something else."""
        try:
            self._given: dict[str, Any] = dict(conninfo_to_dict(url))
        except (psycopg.Error, UnicodeError):
            raise DatabaseError(said("database.bad_url")) from None
        if not (_in_its_parts(url) and _without_secret(self._given)):
            raise DatabaseError(said("database.bad_url"))

    def __repr__(self) -> str:
        return f"PostgresAddress({self.shown})"

    @property
    def shown(self) -> str:
        """The address as it may be shown and recorded: without password or options."""
        parts = {name: quote(str(self._given.get(name) or ""), safe=",") for name in _SHOWN}
        user = f"{parts['user']}@" if parts["user"] else ""
        port = f":{parts['port']}" if parts["port"] else ""
        return f"postgresql://{user}{parts['host']}{port}/{parts['dbname']}"

    @property
    def user(self) -> str:
        """Who is to be let in; empty where the machine's own user is meant."""
        return str(self._given.get("user") or "")

    def connect(self) -> psycopg.Connection[Any]:
        """A connection in which nothing has begun. Raises DatabaseError."""
        given = {"connect_timeout": 10, "application_name": "tilsynstryk", **self._given}
        try:
            connection = psycopg.connect(**given)
        except (psycopg.Error, UnicodeError, ValueError) as error:
            reason = self._plain(str(error))
            raise DatabaseError(
                said("database.unreachable", database=self.shown, reason=reason)
            ) from None
        connection.adapters.register_loader("date", _AnyDay)
        try:
            with self.errors_said():
                _set(connection, for_transaction=False)
                connection.commit()
        except DatabaseError:
            connection.close()
            raise
        return connection

    def settle(self, connection: psycopg.Connection[Any]) -> None:
        """Sets the transaction as the connection was set, and makes sure that it holds: behind a
        proxy each transaction may have another session. Raises DatabaseError."""
        with self.errors_said():
            _set(connection, for_transaction=True)
            other = [
                name
                for name, value in SETTINGS.items()
                if name not in _ONLY_SLOWER and _setting(connection, name) != value
            ]
        if other:
            blanks = {"database": self.shown, "settings": ", ".join(other)}
            raise DatabaseError(said("database.not_settled", **blanks))

    @contextmanager
    def errors_said(self) -> Iterator[None]:
        """What the database answers with an error is said in one line, without facts."""
        try:
            yield
        except psycopg.Error as error:
            primary = error.diag.message_primary
            code = "fails" if primary else "broken_off"
            reason = self._plain(primary or str(error))
            raise DatabaseError(
                said(f"database.{code}", database=self.shown, reason=reason)
            ) from None

    def _plain(self, reason: str) -> str:
        """A reason on one line, without the passwords given."""
        for secret in self._secrets():
            reason = reason.replace(secret, "***")
        text = " ".join(reason.split())
        return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + "…"

    def _secrets(self) -> Iterable[str]:
        for name in ("password", "sslpassword"):
            secret = str(self._given.get(name) or "")
            if secret:
                yield from (secret, quote(secret, safe=""), quote(secret))


def _set(connection: psycopg.Connection[Any], *, for_transaction: bool) -> None:
    for name, value in SETTINGS.items():
        connection.execute(_SET, (name, value, for_transaction))


def _setting(connection: psycopg.Connection[Any], name: str) -> str:
    """What holds now; of the style of days, the first part."""
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]).partition(",")[0] if row else ""


_SHOWN = ("user", "host", "port", "dbname")
_AUTHORITY = re.compile(
    r"postgres(?:ql)?://(?:[^/@]*@)?(?P<hosts>[^/?@]*)(?:[/?][^@]*)?",
    re.DOTALL,
)
_HOST = re.compile(r"(?:\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]*))?")
_PORTS = re.compile(r"[0-9,]*")
_NOT_IN = {"user": ":/?=", "host": "@=", "dbname": "@:="}


def _in_its_parts(url: str) -> bool:
    """Whether user, hosts and ports can be told apart: a single `@`, none behind a `/`, and ports
    that are numbers. Else part of a password stands where host or database are looked for."""
    found = _AUTHORITY.fullmatch(url)
    return found is not None and all(map(_HOST.fullmatch, found["hosts"].split(",")))


def _without_secret(given: Mapping[str, Any]) -> bool:
    """Whether what is shown can hold no password, nor another address."""
    of_each = {name: str(given.get(name) or "") for name in _SHOWN}
    odd = [name for name, signs in _NOT_IN.items() if set(signs) & set(of_each[name])]
    return not odd and _PORTS.fullmatch(of_each["port"]) is not None
