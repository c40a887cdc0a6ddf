"""The difference of two rulebooks, printed or written in one of several forms.

Subjects are gone through one at a time; a form for people shows the first of them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from engine.analysis.rulebook_difference.data import culprit_data, report_data
from engine.analysis.rulebook_difference.lines import report_lines
from engine.analysis.rulebook_difference.report import Report
from engine.analysis.rulebook_difference.said import Said
from engine.analysis.rulebook_difference.subjects import SubjectChange, SubjectComparer
from engine.analysis.rulebook_difference.tables import (
    Counts,
    counts_table,
    report_tables,
    subject_rows,
    subjects_table,
)
from engine.portfolio.aside import written_aside
from engine.portfolio.spreadsheet_text import csv_text
from engine.portfolio.tables import Table, write_tables
from models.facts import Dossier

__all__ = ["Output"]

_SHOWN_SUBJECTS = 20


class Output:
    """A report and the subjects it is tried on, if any. `say` prints a line.

    Each method returns whether some subject gets another answer.
    """

    def __init__(
        self,
        report: Report,
        said: Said,
        *,
        dossiers: tuple[Dossier, ...] | None,
        as_of: date | None,
        say: Callable[[str], None],
    ) -> None:
        self._report = report
        self._said = said
        self._dossiers = dossiers
        self._as_of = as_of
        self._say = say
        self._counts = Counts()

    def as_text(self) -> bool:
        """For people."""
        said = self._said
        for line in report_lines(self._report, said):
            self._say(line)
        if self._dossiers is None:
            return False
        self._say("")
        self._say(said("said", "subjects", day=self._as_of))
        for number, change in enumerate(self._changes()):
            if number < _SHOWN_SUBJECTS:
                for line in self._subject_lines(change):
                    self._say(line)
        if self._counts.changed > _SHOWN_SUBJECTS:
            left = self._counts.changed - _SHOWN_SUBJECTS
            self._say("  " + said("said", "left_out", count=left))
        for line in self._count_lines():
            self._say(line)
        return self._counts.changed > 0

    def as_csv(self) -> bool:
        """The subjects, or without any the meaning, as CSV."""
        if self._dossiers is None:
            self._say_table(report_tables(self._report, self._said)[1])
            return False
        self._say_table(subjects_table([], self._said))
        for change in self._changes():
            for row in subject_rows(change, self._said):
                self._say(_csv_line(row))
        return self._counts.changed > 0

    def as_json(self) -> bool:
        """Everything as one JSON document."""
        self._say(self._json())
        return self._counts.changed > 0

    def written(self, target: Path, format_: str) -> bool:
        """Everything in a file, or for CSV in a folder of tables."""
        if format_ == "json":
            text = self._json() + "\n"
            with written_aside(target) as aside:
                aside.write_text(text, encoding="utf-8", newline="\n")
            return self._counts.changed > 0
        tables: list[Table] = list(report_tables(self._report, self._said))
        if self._dossiers is not None:
            rows = [row for change in self._changes() for row in subject_rows(change, self._said)]
            tables += [subjects_table(rows, self._said), counts_table(self._counts, self._said)]
        lang = self._said.lang
        write_tables(tables, target, format="xlsx" if format_ == "xlsx" else "csv", lang=lang)
        return self._counts.changed > 0

    def _changes(self) -> Iterator[SubjectChange]:
        """The subjects that get another answer; all are counted on the way."""
        if self._dossiers is None or self._as_of is None:
            return
        comparer = SubjectComparer(self._report.sides, as_of=self._as_of)
        changes = comparer.changes(self._dossiers)
        for dossier, change in zip(self._dossiers, changes, strict=True):
            self._counts.add(dossier.kind, dossier.subject.authority, change)
            if change is not None:
                yield change

    def _json(self) -> str:
        data: dict[str, Any] = report_data(self._report)
        if self._dossiers is not None:
            data["as_of"] = None if self._as_of is None else self._as_of.isoformat()
            data["subjects"] = [self._subject_data(change) for change in self._changes()]
            data["counts"] = [
                {"kind": kind.value, "authority": authority.value, **dict(sorted(counter.items()))}
                for kind, authority, counter in self._counts.rows()
            ]
        return json.dumps(data, ensure_ascii=False, indent=1)

    def _subject_data(self, change: SubjectChange) -> dict[str, Any]:
        before, after = change.before, change.after
        rows = subject_rows(change, self._said)
        return {
            "subject_id": before.subject_id,
            "kind": before.kind.value,
            "authority": before.authority.value,
            "category": [before.category.in_force.value, after.category.in_force.value],
            "proposed": [before.category.proposed.value, after.category.proposed.value],
            "parts": [
                {
                    "part": part.part.value,
                    "before": row[4],
                    "after": row[5],
                    "did": [culprit_data(culprit) for culprit in part.did],
                }
                for part, row in zip(change.parts, rows, strict=True)
            ],
        }

    def _subject_lines(self, change: SubjectChange) -> Iterator[str]:
        for subject_id, kind, authority, part, before, after, rules in subject_rows(
            change, self._said
        ):
            yield f"  {subject_id}, {kind}, {authority}, {part}: {before} → {after}"
            if rules:
                yield "      " + self._said("said", "did", rules=rules)

    def _count_lines(self) -> Iterator[str]:
        said = self._said
        rows = list(self._counts.rows())
        total = sum(counter["subjects"] for _, _, counter in rows)
        if not self._counts.changed:
            yield said("said", "no_subjects", count=total)
            return
        yield said(
            "said",
            "subjects_changed",
            changed=self._counts.changed,
            count=total,
            stricter=sum(counter["stricter"] for _, _, counter in rows),
            milder=sum(counter["milder"] for _, _, counter in rows),
        )
        for kind, authority, counter in rows:
            if counter["changed"]:
                yield "  " + said(
                    "said",
                    "group",
                    kind=said.word(kind),
                    authority=said.word(authority),
                    count=counter["subjects"],
                    **{
                        name: counter[name]
                        for name in ("changed", "stricter", "milder", "visits", "proposals")
                    },
                )

    def _say_table(self, table: Table) -> None:
        self._say(_csv_line([column.name for column in table.columns]))
        for row in table.rows:
            self._say(_csv_line(row))


def _csv_line(row: Any) -> str:
    stream = io.StringIO()
    cells = ["" if cell is None else csv_text(str(cell)) for cell in row]
    csv.writer(stream, delimiter=";", lineterminator="").writerow(cells)
    return stream.getvalue()
