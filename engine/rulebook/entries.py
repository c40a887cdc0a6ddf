"""Rule files as a rulebook: every entry shaped, held against its model, and the whole checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from engine.rulebook.book import Rulebook
from engine.rulebook.check import check_rulebook
from engine.rulebook.documents import Document, load_documents
from engine.rulebook.grammar import ConditionReader, read_operand
from engine.rulebook.misfits import misfit
from engine.rulebook.problems import RulebookError, RulebookProblem, Said, said
from engine.rulebook.registers import load_registers
from models.rulebook import Entry, Floor, Frame, LadderStep, Parameter, Promise, Rule

__all__ = ["LEADS_TO", "LISTS", "OUTCOME_OF_ROOM", "WRITTEN_IN_THEN", "read_book"]

E_ = TypeVar("E_", bound=Entry)

LISTS: dict[str, tuple[str, type[Entry]]] = {
    "parameters": ("parameters", Parameter),
    "rules": ("rules", Rule),
    "floors": ("floors", Floor),
    "frames": ("frames", Frame),
    "ladder": ("ladder", LadderStep),
    "promises": ("promises", Promise),
}
LEADS_TO = {
    "signal": "signal",
    "colour": "colour",
    "visit": "visit",
    "notice": "notice",
    "frame": "frame",
    "propose": "proposal",
}
_WRITTEN = {"valid_from": "from", "valid_until": "until"}
WRITTEN_IN_THEN = {"purpose": "visit", "step": "propose"}
_KINDS_OF_VALUE = frozenset({"bool", "int", "str"})
OUTCOME_OF_ROOM = {
    "signals": {"signal"},
    "category": {"colour"},
    "visits": {"visit", "notice"},
    "samples": {"frame"},
    "sanctions": {"proposal"},
}


def read_book(folder: Path, files: list[Path], content_hash: str) -> Rulebook:
    """The book that the files of a folder hold. Raises RulebookError with all that is wrong."""
    problems: list[RulebookProblem] = []
    found: dict[str, list[Any]] = {name: [] for name in LISTS}
    for document in load_documents(folder, [f for f in files if f.parent.name != "registers"]):
        _read_document(document, found, problems)
    try:
        registers = load_registers(folder)
    except RulebookError as error:
        raise RulebookError([*problems, *error.problems]) from None
    if problems:
        raise RulebookError(problems)
    parameters: dict[str, Parameter] = {}
    for parameter in found["parameters"]:
        if parameter.id in parameters:
            first = parameters[parameter.id].place
            problems.append(
                RulebookProblem(
                    parameter.place,
                    said(
                        "rulebook.parameter_twice",
                        id=parameter.id,
                        first=f"{first.file}:{first.line}",
                    ),
                )
            )
        parameters[parameter.id] = parameter
    book = Rulebook(
        folder=folder,
        content_hash=content_hash,
        parameters=parameters,
        rules=tuple(sorted(found["rules"], key=lambda rule: rule.id)),
        floors=tuple(found["floors"]),
        frames=tuple(found["frames"]),
        ladder=tuple(found["ladder"]),
        promises=tuple(found["promises"]),
        registers=registers,
    )
    problems += [p for p in check_rulebook(book) if not p.warning]
    if problems:
        raise RulebookError(problems)
    return book


def _room(document: Document) -> str:
    return document.file.split("/")[1]


def _read_document(
    document: Document, found: dict[str, list[Any]], problems: list[RulebookProblem]
) -> None:
    if not isinstance(document.data, dict):
        what = said("rulebook.no_list", lists=", ".join(f"{name}:" for name in LISTS))
        problems.append(RulebookProblem(document.place_of(), what))
        return
    for name, entries in document.data.items():
        if name not in LISTS:
            what = said("rulebook.other_list", name=name, lists=", ".join(LISTS))
            problems.append(RulebookProblem(document.place_of((name,)), what))
        elif not isinstance(entries, list):
            what = said("rulebook.not_a_list", name=f"{name}:")
            problems.append(RulebookProblem(document.place_of((name,)), what))
        else:
            target, model = LISTS[name]
            for i, entry in enumerate(entries):
                path = (name, i)
                shaped = _SHAPERS.get(name, _shape_plain)(document, entry, path, problems)
                if shaped is not None:
                    built = build_entry(model, shaped, document, path, problems)
                    if built is not None:
                        found[target].append(built)


def build_entry(
    model: type[E_],
    data: dict[str, Any],
    document: Document,
    path: tuple[str | int, ...],
    problems: list[RulebookProblem],
) -> E_ | None:
    """One entry of a document as its model; what does not fit becomes problems."""
    data = {**data, "place": document.place_of(path)}
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found: dict[tuple[tuple[str | int, ...], Said], None] = {}
        for detail in error.errors(include_url=False):
            inner = _as_written(detail["loc"])
            where = " > ".join(_WRITTEN.get(s, s.replace("_", " ")) for s in map(str, inner))
            found[inner, _in_words(where or "entry", detail)] = None
        hollow = [inner for inner, what in found if what.code == "misfit.empty"]
        for inner, what in found:
            if not (inner in hollow and any(i[: len(inner)] == inner != i for i, _ in found)):
                problems.append(RulebookProblem(document.place_of((*path, *inner)), what))
        return None


def _as_written(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The way to a value through the file, without what only the models know of."""
    if loc[:1] == ("then",) and len(loc) > 1 and loc[1] in LEADS_TO.values():
        loc = ("then", *(WRITTEN_IN_THEN.get(str(step), step) for step in loc[2:]))
    if loc and loc[-1] in _KINDS_OF_VALUE and "value" in loc:
        loc = loc[:-1]
    return loc


def _in_words(where: str, detail: Any) -> Said:
    if detail["loc"][-1:] and detail["loc"][-1] in _KINDS_OF_VALUE:
        return said("misfit.not_a_value", where=where, value=repr(detail["input"]))
    return misfit(where, detail)


def _shape_plain(
    document: Document, entry: Any, path: tuple[str | int, ...], problems: list[RulebookProblem]
) -> dict[str, Any] | None:
    if isinstance(entry, dict):
        return {
            key: read_operand(value) if _is_reference(value) else value
            for key, value in entry.items()
        }
    problems.append(RulebookProblem(document.place_of(path), said("rulebook.no_lines")))
    return None


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("parameter ")


def _shape_parameter(
    document: Document, entry: Any, path: tuple[str | int, ...], problems: list[RulebookProblem]
) -> dict[str, Any] | None:
    shaped = _shape_plain(document, entry, path, problems)
    if shaped is not None and isinstance(shaped.get("values"), list):
        shaped["values"] = [
            {**value, "value": None if value.get("value") == "unset" else value.get("value")}
            if isinstance(value, dict) and "value" in value
            else value
            for value in shaped["values"]
        ]
    return shaped


def _shape_rule(
    document: Document, entry: Any, path: tuple[str | int, ...], problems: list[RulebookProblem]
) -> dict[str, Any] | None:
    shaped = _shape_plain(document, entry, path, problems)
    if shaped is None:
        return None
    reader = ConditionReader(document, problems)
    if "when" in shaped:
        shaped["when"] = reader.read(shaped["when"], (*path, "when"))
    then = shaped.get("then")
    leads_to = [key for key in LEADS_TO if isinstance(then, dict) and key in then]
    if not isinstance(then, dict) or len(leads_to) != 1:
        what = said("rulebook.no_outcome", outcomes=", ".join(LEADS_TO))
        problems.append(RulebookProblem(document.place_of((*path, "then")), what))
        return None
    key = leads_to[0]
    room = _room(document)
    if LEADS_TO[key] not in OUTCOME_OF_ROOM.get(room, set()):
        what = said("rulebook.outcome_of_other_room", room=room, outcome=key)
        problems.append(RulebookProblem(document.place_of((*path, "then")), what))
        return None
    outcome = _shape_plain(document, then, path, problems) or {}
    outcome["leads_to"] = LEADS_TO[key]
    if key == "visit":
        outcome["purpose"] = outcome.pop("visit")
    if key == "propose":
        outcome["step"] = outcome.pop("propose")
        if isinstance(needs := then.get("needs"), list):
            outcome["needs"] = [
                _shape_need(document, need, (*path, "then", "needs", i), reader)
                for i, need in enumerate(needs)
            ]
    shaped["then"] = outcome
    return shaped


def _shape_need(
    document: Document, need: Any, path: tuple[str | int, ...], reader: ConditionReader
) -> Any:
    if not isinstance(need, dict):
        return need
    shaped = {**need, "place": document.place_of(path)}
    if "when" in shaped:
        shaped["when"] = reader.read(shaped["when"], (*path, "when"))
    return shaped


_Shaper = Callable[
    [Document, Any, tuple[str | int, ...], list[RulebookProblem]], dict[str, Any] | None
]
_SHAPERS: dict[str, _Shaper] = {"parameters": _shape_parameter, "rules": _shape_rule}
