"""The log takes ids and counts, and refuses what could carry facts about a person."""

from __future__ import annotations

import io
import json

import pytest

from engine.run.log import run_log


@pytest.mark.parametrize(
    "value",
    [{"name": "x"}, ["PF-1"], ("PF-1",), {"PF-1"}, object(), b"bytes", "x" * 121],
    ids=["mapping", "list", "tuple", "set", "object", "bytes", "long text"],
)
def test_structures_and_long_texts_are_refused(value: object) -> None:
    stream = io.StringIO()
    with pytest.raises(TypeError, match="ids and counts only; 'what' is neither"):
        run_log(stream).info("event", what=value)
    assert stream.getvalue() == ""


def test_ids_and_counts_are_one_line_of_json() -> None:
    stream = io.StringIO()
    logger = run_log(stream)
    logger.info("evaluated", subjects=80, share=0.5, done=True, file="a.csv", nothing=None)
    logger.debug("not shown")
    (line,) = stream.getvalue().splitlines()
    data = json.loads(line)
    assert data.pop("timestamp").endswith("Z")
    assert data == {
        "event": "evaluated",
        "level": "info",
        "subjects": 80,
        "share": 0.5,
        "done": True,
        "file": "a.csv",
        "nothing": None,
    }


def test_two_logs_do_not_mix() -> None:
    one, two = io.StringIO(), io.StringIO()
    run_log(one).info("a")
    run_log(two).info("b")
    assert ('"a"' in one.getvalue(), '"b"' in one.getvalue()) == (True, False)
