"""An address of a database, well written or not: its password is shown to nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.backends.tables.postgres_address import DatabaseError, PostgresAddress
from tests.backends.tables.postgres_server import PASSWORD, PostgresServer
from tests.run.official import PORTFOLIO, files, read, run, write

SECRET = "s3kret"
ADDRESSES = {
    "a slash in the password": "postgresql://me:s3kret/x@127.0.0.1:1/d",
    "a slash before all of it": "postgresql://me:/s3kret@127.0.0.1:1/d",
    "an @ in the password": "postgresql://me:abc@s3kret@127.0.0.1:1/d",
    "an @ after a slash": "postgresql://127.0.0.1:1/me:s3kret@d",
    "an @ in an option": "postgresql://me@127.0.0.1:1/d?password=x@s3kret",
    "no host": "postgresql://me:s3kret",
    "no host, but a database": "postgresql://me:s3kret/d",
    "a port that is none": "postgresql://me@127.0.0.1:s3kret/d",
    "a port that is none among others": "postgresql://me@127.0.0.1:1,h2:s3kret/d",
    "a port that is none as an option": "postgresql://me@127.0.0.1/d?port=s3kret",
    "a colon written as %3A": "postgresql://me%3As3kret@127.0.0.1:1/d",
    "an @ written as %40": "postgresql://me:x%40127.0.0.1/s3kret",
    "options behind a semicolon": "postgresql://me@127.0.0.1:1/d;password=s3kret",
    "options behind an ampersand": "postgresql://me@127.0.0.1:1/d&password=s3kret",
    "an address for a database": "postgresql://127.0.0.1:1/?dbname=postgresql%3A//me%3As3kret@h/d",
    "an option that is none": "postgresql://me@127.0.0.1:1/d?pasword=s3kret",
    "a space in the password": "postgresql://me:x s3kret@127.0.0.1:1/d",
    "one slash": "postgresql:/me:s3kret@127.0.0.1/d",
    "no slash": "postgresql:me:s3kret@127.0.0.1/d",
    "three slashes": "postgresql:///me:s3kret@127.0.0.1/d",
    "one slash, another name": "postgres:/me:s3kret@127.0.0.1/d",
    "one slash, capitals": "PostgreSQL:/me:s3kret@127.0.0.1/d",
    "capitals": "POSTGRESQL://me:s3kret@127.0.0.1:1/d",
    "no scheme": "me:s3kret@127.0.0.1/d",
    "nothing before the slashes": "//me:s3kret@127.0.0.1/d",
    "another scheme": "mysql://me:s3kret@127.0.0.1/d",
    "a password before the scheme": "me:s3kret@postgresql://127.0.0.1/d",
    "words": "host=127.0.0.1 user=me password=s3kret",
    "words with spaces": "host = 127.0.0.1 user = me password = 's3kret'",
    "words with a slash": "host=/tmp password=s3kret",
    "an address in a folder": "./postgresql:/me:s3kret@127.0.0.1/d",
    "well written": "postgresql://me:s3kret@127.0.0.1:1/d",
    "well written, as an option": "postgresql://me@127.0.0.1:1/d?password=s3kret",
    "well written, with signs": "postgresql://me:s3kret%2F%40x@127.0.0.1:1/d",
}
COMMANDS = {
    "evaluate": ("evaluate", "{url}", "--out", "{out}"),
    "evaluate by the case engine": ("evaluate", "{url}", "--engine", "case", "--out", "{out}"),
    "evaluate, streaming": ("evaluate", "{url}", "--streaming", "--out", "{out}"),
    "outcomes": ("outcomes", "{url}", "--out", "{out}"),
    "load": ("load", "{few}", "{url}"),
    "load from it": ("load", "{url}", "{url}"),
    "category": ("category", "PF-02613", "--portfolio", "{url}"),
    "what-if": ("what-if", "PF-02613", "--portfolio", "{url}"),
    "rerun": ("rerun", "{record}", "--portfolio", "{url}", "--out", "{out}"),
    "schema": ("schema", "{url}"),
    "no such option": ("evaluate", "--{url}"),
    "a day": ("evaluate", str(PORTFOLIO), "--as-of", "{url}"),
    "one too many": ("load", "a", "b", "{url}"),
}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recorded") / "decisions"
    assert run("evaluate", PORTFOLIO, "--out", folder).exit_code == 0
    path = folder / "manifest.json"
    before = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**before, "database": "postgresql://h/d#tilsyn"}), "utf-8")
    return path


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(read(PORTFOLIO)[:1], tmp_path_factory.mktemp("few") / "facts.jsonl", "jsonl")


@pytest.mark.parametrize("command", COMMANDS)
def test_no_password_is_shown(
    command: str, record: Path, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    day = None if command in ("rerun", "schema", "a day") else "2025-06-01"
    for number, (name, url) in enumerate(ADDRESSES.items()):
        blanks = {"url": url, "out": tmp_path / "out", "record": record, "few": few}
        args = [word.format(**blanks) for word in COMMANDS[command]]
        result = run(args[0], *args[1:], "--lang", ("da", "en")[number % 2], as_of=day)
        assert result.exit_code == 2, (name, result.output)
        assert result.stdout == ""
        assert SECRET not in result.output, (name, result.output)
        if command not in ("schema", "no such option", "a day", "one too many"):
            assert len(result.stderr.splitlines()) == 1, (name, result.stderr)
    assert list(tmp_path.rglob("*")) == []


WELL_WRITTEN = {
    "postgresql://db.example": "postgresql://db.example/",
    "postgresql://me:s3kret@db.example:5433/facts?sslpassword=s3kret2":
        "postgresql://me@db.example:5433/facts",
    "postgres://me:s3%40%2F%3Fkret@db.example/facts": "postgresql://me@db.example/facts",
    "postgresql://me:s3?k=r#e:t@h1:5432,h2:5433/facts": "postgresql://me@h1,h2:5432,5433/facts",
    "postgresql://[::1]:5432/facts": "postgresql://%3A%3A1:5432/facts",
    "postgresql:///facts?host=/var/run&user=me": "postgresql://me@%2Fvar%2Frun/facts",
    "postgresql://me%40authority@db.example/facts": "postgresql://me%40authority@db.example/facts",
}  # fmt: skip


@pytest.mark.parametrize("url", WELL_WRITTEN)
def test_what_is_well_written_is_shown_without_its_password(url: str) -> None:
    address = PostgresAddress(url)
    assert address.shown == WELL_WRITTEN[url]
    assert address.shown in repr(address)


@pytest.mark.parametrize("name", [name for name in ADDRESSES if "well written" not in name])
def test_what_is_not_is_refused_by_whoever_reads_it(name: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        PostgresAddress(ADDRESSES[name])
    (line,) = refused.value.lines("en")
    assert SECRET not in line
    assert "%40" in line
    assert refused.value.__context__ is None or refused.value.__suppress_context__


def test_a_password_is_in_no_file_of_a_run(
    postgres: PostgresServer, few: Path, tmp_path: Path
) -> None:
    with postgres.connect() as connection:
        connection.execute("GRANT CREATE ON DATABASE facts TO locked")
    url = postgres.url(user="locked", password="hemmeligt%3A%2F%40ord")
    schema = postgres.new_schema()
    for args in (
        ("load", few, url, "--schema", schema),
        ("evaluate", url, "--schema", schema, "--out", tmp_path / "decisions"),
        ("outcomes", url, "--schema", schema, "--out", tmp_path / "tables"),
    ):
        result = run(*map(str, args))
        assert result.exit_code == 0, result.output
        assert "hemmeligt" not in result.output
    written = files(tmp_path)
    assert len(written) > 5
    for secret in (PASSWORD, "hemmeligt"):
        assert [name for name, held in written.items() if secret.encode() in held] == []


def test_a_file_with_an_odd_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies there is taken for what it is, whatever it is called."""
    monkeypatch.chdir(tmp_path)
    odd = Path("me:own@home")
    odd.symlink_to(PORTFOLIO)
    there = run("category", "PF-02613", "--portfolio", odd)
    assert there.exit_code == 0, there.output
    assert run("evaluate", odd, "--out", "-").exit_code == 0
