"""The schema and the loader agree: on conditions to the letter, on whole files where one loads."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.analysis.rule_schema import rule_schema
from engine.facts import FieldSpec, ValueType, vocabulary
from engine.rulebook.check import register_words
from engine.rulebook.documents import Document
from engine.rulebook.grammar import ConditionReader
from engine.rulebook.load import load_rulebook
from engine.rulebook.problems import RulebookProblem
from engine.rulebook.types import ConditionTypes
from engine.testing.facts import values_of
from models.rulebook import Place, SignalOutcome
from tests.analysis.rule_schema.raw_files import read_raw, underlined
from tests.rulebook.bad.planting import GOOD, good_rulebook, messages

pytestmark = pytest.mark.slow

BOOK = load_rulebook()
SIGNALS = sorted({r.then.signal for r in BOOK.rules if isinstance(r.then, SignalOutcome)})
NUMBERS = [p.id for p in BOOK.parameters.values() if type(p.values[0].value) is int][:3]
FLAGS = [p.id for p in BOOK.parameters.values() if p.values[0].value is True][:1]
ROOMS = {"signals": (False, False), "category": (True, False), "visits": (True, True)}
"""Whether signals, and whether the category, may be asked for in a folder."""
VALIDATORS = {
    room: Draft202012Validator(
        {
            **(schema := rule_schema(BOOK, room=room)),
            "properties": {"when": schema["$defs"]["rules"]["properties"]["when"]},
        }
    )
    for room in ROOMS
}
WRONG = st.sampled_from(
    [None, [], {}, "nonsense", "parameter nowhere", "known", True, -99_999, [["acute"]], {"is": []}]
)


def spelt(draw: st.DrawFn, key: str) -> str:
    """A key with some of its underscores as spaces."""
    return "".join(draw(st.sampled_from("_ ")) if sign == "_" else sign for sign in key)


def operands(spec: FieldSpec) -> st.SearchStrategy[Any]:
    """Values of a field, and parameters that may or may not be of its type."""
    names = st.sampled_from([f"parameter {name}" for name in (*NUMBERS, *FLAGS)])
    return values_of(spec) | names if spec.value_type is ValueType.INTEGER else values_of(spec)


@st.composite
def behind(draw: st.DrawFn, spec: FieldSpec) -> Any:
    """What may stand behind a field, seldom something that may not."""
    one = operands(spec)
    sort = draw(st.sampled_from(["one", "one", "list", "tests", "known", "wrong"]))
    if sort == "one":
        return draw(one)
    if sort == "list":
        return draw(st.lists(one, max_size=3))
    if sort == "tests":
        keys = st.sampled_from(["at_least", "at_most", "is", "is_one_of", "is_like"])
        chosen = draw(st.lists(keys, max_size=2, unique=True))
        return {spelt(draw, key): draw(one | st.lists(one, max_size=2)) for key in chosen}
    return draw(st.sampled_from(["known", "unknown"])) if sort == "known" else draw(WRONG)


@st.composite
def written(draw: st.DrawFn, record: str = "subject", depth: int = 2) -> Any:
    """A condition as it may stand in a file, right or wrong, its keys spelt in any way."""
    specs = vocabulary().fields[record]
    sorts = ["field", "field", "field", "all_of", "any_of", "not", "wrong_field"]
    if record == "subject":
        sorts += ["any", "no", "at_least", "number", "signal", "category"]
    found: dict[str, Any] = {}
    for _ in range(draw(st.sampled_from([1, 1, 2, 3, 0]))):
        sort = draw(st.sampled_from(sorts))
        inner = written(record, depth - 1)
        if sort in ("all_of", "any_of", "not"):
            if depth:
                parts = inner if sort == "not" else st.lists(inner, min_size=0, max_size=2)
                found[sort] = draw(parts)
        elif sort == "wrong_field":
            if draw(st.integers(0, 4)) == 0:
                found["nothing_known"] = True
        elif sort == "signal":
            one = st.sampled_from([*SIGNALS[:4], "nowhere"])
            found[sort] = draw(one | st.lists(one, max_size=2) | WRONG)
        elif sort == "category":
            one = st.sampled_from(["green", "yellow", "red", "blue"])
            found[sort] = draw(one | st.lists(one, max_size=2) | WRONG)
        elif sort == "field":
            name = draw(st.sampled_from(sorted(specs)))
            found[name] = draw(behind(specs[name]))
        else:
            key, value = draw(counted(sort, depth))
            found[key] = value
    return {spelt(draw, key): value for key, value in found.items()}


@st.composite
def counted(draw: st.DrawFn, sort: str, depth: int) -> tuple[str, Any]:
    """A line that counts records."""
    records = [name for name in vocabulary().fields if name != "subject"]
    record = draw(st.sampled_from([*records, *records, "portal_report"]))
    inside = written(record, min(depth, 1)) if record in records else st.just({"open": True})
    where = draw(inside | st.sampled_from([{}, None, []]))
    if sort == "number":
        least = draw(st.sampled_from([0, 2, *(f"parameter {n}" for n in (*NUMBERS, *FLAGS)), None]))
        lines = {spelt(draw, "at_least"): least, "where": where}
        for key in draw(st.lists(st.sampled_from([*lines, "at_most"]), max_size=1)):
            lines.pop(key, None) if key in lines else lines.update({key: 3})
        return f"number_of_{record}", lines
    number = draw(st.sampled_from(["2", "10", "0", "1"]))
    return (f"at_least_{number}_{record}" if sort == "at_least" else f"{sort}_{record}"), where


def normal(data: Any) -> Any:
    """The data with its keys as the loader reads them."""
    if isinstance(data, dict):
        return {key.replace(" ", "_"): normal(value) for key, value in data.items()}
    return [normal(item) for item in data] if isinstance(data, list) else data


def loader_says(data: Any, room: str) -> list[str]:
    problems: list[RulebookProblem] = []
    document = Document("rules/x.yaml", normal(data), 1)
    condition = ConditionReader(document, problems).read(document.data, ())
    types = ConditionTypes(vocabulary(), BOOK.parameters, SIGNALS, register_words(BOOK.registers))
    signals, category = ROOMS[room]
    problems += types.problems(
        condition,
        kinds=(),
        place=Place(file="x", line=1),
        signals_allowed=signals,
        category_allowed=category,
    )
    return [str(problem) for problem in problems]


@given(written(), st.sampled_from(sorted(ROOMS)))
def test_a_condition_is_clean_exactly_where_the_loader_takes_it(data: Any, room: str) -> None:
    said = loader_says(data, room)
    found = underlined(VALIDATORS[room], {"when": data})
    event("taken" if not said else "refused")
    assert (found == []) == (said == []), (said, found)


FILES = sorted(path.relative_to(GOOD).as_posix() for path in GOOD.rglob("*.yaml"))
OTHERS: dict[type, list[Any]] = {
    str: ["", "nonsense", "2024-02-29", "2023-02-29", "green", "parameter concerns.many", None, []],
    bool: [True, False, None, []],
    int: [0, 1, 7, 5_000, None, "nonsense", []],
    list: [[], None, "nonsense", {}],
    dict: [{}, None, [], "nonsense"],
}
"""What an edit may put in place of a value: never what pydantic would make another type of."""


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a file."""
    inner = data.items() if isinstance(data, dict) else enumerate(data)
    found = []
    for key, value in inner:
        found.append((*path, key))
        if isinstance(value, (dict, list)):
            found += places(value, (*path, key))
    return found


@st.composite
def edited_files(draw: st.DrawFn) -> tuple[str, str]:
    """A file of the good rulebook after a few edits, which may have spoilt it."""
    name = draw(st.sampled_from(FILES))
    data = copy.deepcopy(read_raw((GOOD / name).read_text(encoding="utf-8")))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(data) or [()]) if places(data) else st.just((0,)))
        holder = data
        for step in way:
            holder = holder[step]
        sort = draw(st.sampled_from(["respell", "respell", "drop", "replace", "misspell"]))
        if not places(data):
            break
        if sort in ("respell", "misspell") and isinstance(holder, dict):
            new = spelt(draw, last.replace(" ", "_")) if sort == "respell" else f"{last}x"
            items = [(new if key == last else key, value) for key, value in holder.items()]
            holder.clear()
            holder.update(items)
        elif sort == "drop":
            del holder[last]
        elif sort == "replace":
            holder[last] = draw(st.sampled_from(OTHERS[type(holder[last])]))
    return name, yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good_rulebook(tmp_path_factory.mktemp("edited"))


@given(edited_files())
def test_a_file_that_loads_is_clean(folder: Path, edited: tuple[str, str]) -> None:
    name, text = edited
    path = folder / name
    before = path.read_bytes()
    try:
        path.write_text(text, encoding="utf-8")
        if messages(folder):
            event("refused")
            return
        event("taken")
        book = load_rulebook(folder)
        room = name.split("/", maxsplit=1)[0]
        for schema in (rule_schema(book), rule_schema(book, room=room)):
            assert underlined(Draft202012Validator(schema), read_raw(text)) == []
    finally:
        path.write_bytes(before)
