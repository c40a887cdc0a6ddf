"""A Spark cluster, or a Spark in this process's own Java, as a database of tables."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.rulebook.problems import SaidError, said

__all__ = ["SparkDatabase", "SparkError", "in_one_line", "java_version"]

LEAST_JAVA = 17
_LOCAL = re.compile(r"local(?:\[(?P<threads>[1-9]\d{0,3}|\*)(?:,\s*\d+)?\])?")
_STANDALONE = re.compile(r"spark://(?P<hosts>[^/,]+:\d+(?:,[^/,]+:\d+)*)")
_REACH_SECONDS = 5
_LONGEST_REASON = 200
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.log.level": "ERROR",
}
"""Set and not left to the cluster's own defaults, so that every cluster answers alike."""
_HERE = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}


class SparkError(SaidError):
    """Spark cannot be started or reached; says what is missing and how to mend it."""


def java_version() -> int | None:
    """The version of the Java that Spark would start; None if there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None:
        return None
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(found[1]) if found else None


class SparkDatabase:
    """A Spark session, started here unless this program already has one on the same master. Tables
    are spread over the cluster, as Spark sees fit."""

    def __init__(self, master: str) -> None:
        """Starts a session. Raises SparkError if Java is missing or too old, if the master cannot
        be reached, or if this program's Spark runs on another one."""
        _check_java()
        _check_master(master)
        running = _master_running()
        if running not in (None, master):
            raise SparkError(said("spark.other_master", master=master, running=running))
        self._is_ours = running is None
        self._held: set[str] = set()
        self._kept: dict[str, Any] = {}
        self._session = _started(master)
        self.name = f"tables on Spark {self._session.version}"

    def sql_of(self, table: Any) -> str:
        """An Ibis expression in Spark's words."""
        import ibis

        return str(ibis.to_sql(table, dialect="pyspark"))

    def hold(self, name: str, facts: Any) -> None:
        """Sends an Arrow table to the cluster in parts."""
        with in_one_line():
            self._session.createDataFrame(facts).createOrReplaceTempView(name)
        self._held.add(name)

    def keep(self, name: str, query: str) -> None:
        """Kept by the cluster, in memory or on its disks."""
        with in_one_line():
            found = self._session.sql(query).persist()
            found.createOrReplaceTempView(name)
        before = self._kept.get(name)
        self._kept[name] = found
        if before is not None:
            before.unpersist()

    def read(self, query: str) -> Any:
        """What a query gives, brought home from the cluster."""
        with in_one_line():
            return self._session.sql(query).toArrow()

    @property
    def context(self) -> Any:
        """What runs tasks other than queries."""
        return self._session.sparkContext

    def close(self) -> None:
        """Ends the session, and Spark with it; of one that was there before, only what was put into
        it."""
        if self._is_ours:
            self._session.stop()
            return
        with in_one_line():
            for name in self._held | self._kept.keys():
                self._session.catalog.dropTempView(name)
            for found in self._kept.values():
                found.unpersist()


def _check_java() -> None:
    version = java_version()
    if version is None:
        raise SparkError(said("spark.no_java", least=LEAST_JAVA))
    if version < LEAST_JAVA:
        raise SparkError(said("spark.old_java", least=LEAST_JAVA, found=version))


def _check_master(master: str) -> None:
    """A cluster that does not answer is found out at once; Spark itself would try for minutes."""
    standalone = _STANDALONE.fullmatch(master)
    if master.startswith("local") and _LOCAL.fullmatch(master) is None:
        raise SparkError(said("spark.not_a_master", master=master))
    if standalone is None:
        return
    for place in standalone["hosts"].split(","):
        host, _, port = place.rpartition(":")
        with (
            contextlib.suppress(OSError, OverflowError),
            socket.create_connection((host, int(port)), timeout=_REACH_SECONDS),
        ):
            return
    raise SparkError(said("spark.unreachable", master=master))


def _master_running() -> str | None:
    """Where this program's Spark runs; None if it has none."""
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    return None if context is None else context.master


def _started(master: str) -> Any:
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    settings = dict(_SETTINGS)
    local = _LOCAL.fullmatch(master)
    if local is not None:
        settings |= _HERE
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        threads = (local["threads"] or "1").replace("*", str(os.cpu_count() or 1))
        settings["spark.sql.shuffle.partitions"] = threads
    builder: Any = SparkSession.builder
    builder = builder.master(master).appName("tilsynstryk")
    for name, value in settings.items():
        builder = builder.config(name, value)
    with _quiet(local=local is not None) as told:
        try:
            return builder.getOrCreate()
        except _faults() as error:
            reason = _reason(f"{error}\n{told.read_text(encoding='utf-8', errors='replace')}")
            raise SparkError(said("spark.not_started", master=master, reason=reason)) from None


@contextlib.contextmanager
def in_one_line() -> Iterator[None]:
    """Raises SparkError if the cluster fails under a query."""
    try:
        yield
    except _faults() as error:
        raise SparkError(said("spark.failed", reason=_reason(str(error)))) from error


@contextlib.contextmanager
def _quiet(*, local: bool) -> Iterator[Path]:
    """What Java says while it starts, and as long as it runs, goes to a file that nobody keeps."""
    address = os.environ.get("SPARK_LOCAL_IP")
    with tempfile.TemporaryDirectory(prefix="spark-said-") as folder:
        told = Path(folder) / "stderr"
        was = os.dup(2)
        try:
            with told.open("wb") as stream:
                os.dup2(stream.fileno(), 2)
            if local:
                os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
            yield told
        finally:
            os.dup2(was, 2)
            os.close(was)
            if local and address is None:
                os.environ.pop("SPARK_LOCAL_IP", None)
            elif local and address is not None:
                os.environ["SPARK_LOCAL_IP"] = address


def _faults() -> tuple[type[Exception], ...]:
    """What goes wrong in Spark, in its Java, and on the way there."""
    from pyspark.errors import PySparkException

    java: type[Exception] = importlib.import_module("py4j.protocol").Py4JError
    return PySparkException, java, ConnectionError


_CAUSE = re.compile(r'(?:Caused by:|Exception in thread "[^"]*"|Error:|:) (?P<what>.*)')
_CLASS = re.compile(r"^(?:[\w$]+\.)+[\w$]+: ")


def _reason(text: str) -> str:
    """The line that says most: the innermost cause that Java names, or else the first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = [found["what"] for line in lines if (found := _CAUSE.match(line))]
    told = causes[-1] if causes else lines[0] if lines else "?"
    return _CLASS.sub("", told)[:_LONGEST_REASON]
