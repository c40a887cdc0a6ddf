"""One cell of any source (Excel value, CSV text, JSON value) as its column's type.

Danish and English words are understood alike. What could mean two things is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from enum import Enum
from typing import TYPE_CHECKING, Any

from engine.portfolio.problems import CellError, shown
from engine.portfolio.register_index import RegisterIndex, nearest
from engine.portfolio.sheets import EARLIEST_DAY, LAST_DAY, CellType, ColumnSpec

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue

__all__ = ["CellParser", "cell_parser"]

CellParser = Callable[[Any], Any]
"""Returns the cell's value, None for an empty cell; raises CellError."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,]0{1,2})?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DANISH = re.compile(r"([0-9]{1,2})([-.])([0-9]{1,2})\2([0-9]{4})")
_FLAGS = {
    **dict.fromkeys(("true", "ja", "yes", "sand"), True),
    **dict.fromkeys(("false", "nej", "no", "falsk"), False),
}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        raise CellError("not_text", value=shown(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, (int, float, date)):
        return str(value)
    raise CellError("not_text", value=shown(value))


def _integer(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if _INTEGER.fullmatch(text):
            return int(re.split("[.,]", text)[0])
    raise CellError("not_integer", value=shown(value))


def _flag(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = value.strip().casefold()
        if not text:
            return None
        if text in _FLAGS:
            return _FLAGS[text]
    raise CellError("not_flag", value=shown(value))


def _date(value: Any) -> date | None:
    day = _day(value)
    if day is not None and not EARLIEST_DAY <= day <= LAST_DAY:
        bounds = {"low": EARLIEST_DAY.isoformat(), "high": LAST_DAY.isoformat()}
        raise CellError("date_out_of_bounds", value=day.isoformat(), **bounds)
    return day


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        if value.time() != time():
            raise CellError("date_with_time", value=shown(value))
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if found := _ISO.fullmatch(text):
            year, month, day = found.groups()
        elif found := _DANISH.fullmatch(text):
            day, _, month, year = found.groups()
        else:
            raise CellError("not_date", value=shown(value))
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            raise CellError("not_date", value=shown(value)) from None
    raise CellError("not_date", value=shown(value))


def _spoken(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


def _word(enum: type[Enum], catalogue: Callable[[], Catalogue]) -> CellParser:
    known: dict[str, Enum] = {str(word.value): word for word in enum}

    def with_labels() -> None:
        for word in enum:
            known.setdefault(_spoken(str(word.value)), word)
        for lang in ("da", "en"):
            for name, label in catalogue().words(enum, lang).items():
                known.setdefault(_spoken(label), enum(name))

    def parse(value: Any) -> Enum | None:
        if not isinstance(value, str):
            value = _text(value)
        found = known.get(value)
        if found is not None:
            return found
        text = _spoken(value)
        if not text:
            return None
        if text not in known:
            with_labels()
        if text in known:
            return known[text]
        danish = catalogue().words(enum, "da")
        english = catalogue().words(enum, "en")
        near = nearest(text, [*danish.values(), *english.values()])
        allowed = (", ".join(danish.values()), ", ".join(english.values()))
        raise CellError("not_word", value=shown(value), allowed=allowed, suggestion=near)

    return parse


def _register_word(
    register: str, index: RegisterIndex, catalogue: Callable[[], Catalogue]
) -> CellParser:
    known: dict[str, str] = {}

    def parse(value: Any) -> str | None:
        text = value if isinstance(value, str) else _text(value)
        found = known.get(text)
        if found is not None:
            return found
        if not text.strip():
            return None
        found = index.find(register, text)
        if found is None:
            words = catalogue()
            name = (
                words.message(register, "da", section="registers"),
                words.message(register, "en", section="registers"),
            )
            near = index.suggestion(register, text)
            raise CellError("not_in_register", value=shown(text), register=name, suggestion=near)
        known[text] = found
        return found

    return parse


def _many(single: CellParser) -> CellParser:
    def parse(value: Any) -> tuple[Any, ...] | None:
        parts = value.split(";") if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)):
            raise CellError("not_text", value=shown(value))
        found: list[Any] = []
        for part in parts:
            item = single(part.strip() if isinstance(part, str) else part)
            if item is None:
                continue
            if item in found:
                raise CellError("word_twice", value=shown(part))
            found.append(item)
        return tuple(found) or None

    return parse


def cell_parser(
    column: ColumnSpec, index: RegisterIndex, catalogue: Callable[[], Catalogue]
) -> CellParser:
    """The reader of a column's cells. Words are looked up in the catalogue only when needed."""
    if column.cell is CellType.REGISTER and column.register is not None:
        single = _register_word(column.register, index, catalogue)
    elif column.enum is not None:
        single = _word(column.enum, catalogue)
    else:
        single = {
            CellType.INTEGER: _integer,
            CellType.FLAG: _flag,
            CellType.DATE: _date,
        }.get(column.cell, _text)
    return _many(single) if column.many else single
