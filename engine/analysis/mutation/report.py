"""A mutation run for people, as text, and for programs, as rows."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal

from engine.analysis.mutation.run import MutationRun
from engine.analysis.mutation.trial import Verdict
from engine.rulebook.problems import said

__all__ = ["report_csv", "report_json", "report_lines"]

Lang = Literal["da", "en"]


def shown_percent(share: Fraction) -> str:
    """One decimal, never rounded up, so that 95.0 means at least 95."""
    tenths = int(share * 10)
    return f"{tenths // 10}.{tenths % 10}"


def report_lines(run: MutationRun, *, lang: Lang = "da") -> Iterator[str]:
    """Survivors by file and line, what is accepted, what is stale, and both scores last."""

    def text(code: str, **blanks: object) -> str:
        return said(f"mutation.{code}", **blanks).text(lang)

    for verdict in run.survivors:
        yield f"{_place(verdict)}: {verdict.mutant.id}"
        case = verdict.turned_in
        if case is not None:
            where = f"{case.place.file}:{case.place.line}"
            yield f"  {text('turned', where=where, case=case.title(lang))}"
        yield f"  {text('add', add=verdict.mutant.case_to_add)}"
    if run.accepted:
        yield text("accepted", count=len(run.accepted))
    for verdict, survivor in run.accepted:
        yield f"  {_place(verdict)}: {verdict.mutant.id}"
        yield f"    {getattr(survivor.reason, lang)} ({survivor.reviewed})"
    for survivor in run.stale:
        place = f"{survivor.place.file}:{survivor.place.line}"
        yield f"{place}: {text('stale', mutant=survivor.mutant)}"
    kinds = Counter(verdict.mutant.kind for verdict in run.survivors)
    if kinds:
        listed = ", ".join(f"{kind.replace('_', ' ')} {n}" for kind, n in sorted(kinds.items()))
        yield text("by_kind", kinds=listed)
    yield text(
        "sums",
        mutants=run.counted,
        noticed=len(run.noticed),
        survive=len(run.survivors),
        accepted=len(run.accepted),
        refused=len(run.refused),
    )
    yield text(
        "score",
        score=shown_percent(run.score_percent),
        of_all=shown_percent(run.score_of_all_percent),
    )


def _place(verdict: Verdict) -> str:
    place = verdict.mutant.place
    return f"{place.file}:{place.line}"


def _rows(run: MutationRun) -> Iterator[dict[str, Any]]:
    reasons = {verdict.mutant.id: survivor.reason for verdict, survivor in run.accepted}
    groups: tuple[tuple[str, tuple[Verdict, ...]], ...] = (
        ("noticed", run.noticed),
        ("survives", run.survivors),
        ("accepted", tuple(verdict for verdict, _ in run.accepted)),
        ("refused", run.refused),
    )
    rows = []
    for outcome, verdicts in groups:
        for verdict in verdicts:
            mutant, case = verdict.mutant, verdict.noticed_by or verdict.turned_in
            rows.append(
                {
                    "mutant": mutant.id,
                    "outcome": outcome,
                    "kind": mutant.kind.value,
                    "entry": mutant.entry,
                    "file": mutant.place.file,
                    "line": mutant.place.line,
                    "case": None if case is None else f"{case.place.file}:{case.place.line}",
                    "add": str(mutant.case_to_add) if outcome == "survives" else None,
                    "reason": reasons[mutant.id].en if mutant.id in reasons else None,
                }
            )
    yield from sorted(rows, key=lambda row: (row["file"], row["line"], row["mutant"]))


def report_json(run: MutationRun) -> str:
    """One object: the counts, both scores, every mutant and every stale entry."""
    data = {
        "mutants": run.counted,
        "noticed": len(run.noticed),
        "survive": len(run.survivors),
        "accepted": len(run.accepted),
        "refused": len(run.refused),
        "score_percent": float(shown_percent(run.score_percent)),
        "score_of_all_percent": float(shown_percent(run.score_of_all_percent)),
        "stale": [survivor.mutant for survivor in run.stale],
        "verdicts": list(_rows(run)),
    }
    return json.dumps(data, ensure_ascii=False)


def report_csv(run: MutationRun) -> str:
    """Every mutant on a row."""
    out = io.StringIO()
    head = ("mutant", "outcome", "kind", "entry", "file", "line", "case", "add", "reason")
    writer = csv.DictWriter(out, head, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(run))
    return out.getvalue()
