"""Reading JSON lines: one dossier a line, `{"subject": {...}, "records": {"concern": [...]}}`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from engine.portfolio.incoming import Collector
from engine.portfolio.problems import Problem, Said, Where, shown
from engine.portfolio.register_index import nearest
from engine.portfolio.rows import RowReader
from engine.portfolio.sheets import RECORD_SHEETS, SUBJECT_SHEETS, sheet_spec

__all__ = ["SHAPE", "cells_in_order", "read_lines"]

SHAPE = '{"subject": {"kind": "foster_family", ...}, "records": {"concern": [{...}]}}'
Item = tuple[str, int, dict[str, Any]]


def read_lines(source: Iterable[bytes], where: Where, sink: Collector) -> Iterator[list[Item]]:
    """Per line: its subject and its records, each with its sheet's key and the line's number."""
    for number, raw in enumerate(source, start=1):
        content = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if not content.strip():
            continue
        try:
            line = json.loads(content.decode("utf-8"))
        except UnicodeDecodeError as error:
            sink.source(where, "not_utf8", row=number, byte=str(error.start + 1))
            continue
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", "") or type(error).__name__
            sink.source(where, "line_not_json", row=number, reason=reason)
            continue
        items = _items(line, number, where, sink)
        if items:
            yield items


def _items(line: Any, number: int, where: Where, sink: Collector) -> list[Item]:
    if not isinstance(line, dict) or not isinstance(line.get("subject"), dict):
        sink.source(where, "line_shape", row=number, shape=SHAPE)
        return []
    subject = dict(line["subject"])
    records = line.get("records", {})
    values: tuple[tuple[str, Said], ...]
    subject_id = subject.get("subject_id")
    about = subject_id if isinstance(subject_id, str) else None
    if set(line) - {"subject", "records"} or not isinstance(records, dict):
        sink.source(where, "line_shape", row=number, shape=SHAPE)
        records = records if isinstance(records, dict) else {}
    items: list[Item] = []
    kind = subject.pop("kind", None)
    if kind not in SUBJECT_SHEETS:
        values = (("value", shown(kind)), ("allowed", ", ".join(SUBJECT_SHEETS)))
        near = nearest(str(kind), SUBJECT_SHEETS)
        sink.add(Problem(where, "kind_unknown", number, "kind", "kind", about, values, near))
        sink.kindless.add(about)
    else:
        items.append((kind, number, subject))
    for record, rows in records.items():
        if record not in RECORD_SHEETS:
            near = nearest(record, RECORD_SHEETS)
            values = (("value", shown(record)),)
            sink.add(Problem(where, "record_unknown", number, None, None, about, values, near))
            continue
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            sink.add(Problem(where, "line_shape", number, None, None, about, (("shape", SHAPE),)))
            continue
        for row in rows:
            own = row.get("subject_id", subject_id)
            if own != subject_id:
                values = (("other", shown(own)),)
                code = "record_other_subject"
                sink.add(Problem(where, code, number, "subject_id", None, about, values))
            items.append((record, number, {**row, "subject_id": subject_id}))
    return items


def cells_in_order(reader: RowReader, number: int, item: dict[str, Any]) -> list[Any]:
    """An object's values in the order of its sheet's columns; unknown names are collected."""
    spec = sheet_spec(reader.spec.key)
    names = [column.name for column in spec.columns]
    unknown = [name for name in item if name not in names]
    subject_id = item.get("subject_id")
    about = subject_id if isinstance(subject_id, str) else None
    for name in unknown:
        near = nearest(name, names)
        column = f"{spec.key}.{name}"
        reader.sink.add(
            Problem(reader.where, "column_unknown", number, column, None, about, (), near)
        )
    return [item.get(name) for name in names]
