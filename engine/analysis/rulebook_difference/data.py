"""The difference of two rulebooks as plain data, for machines."""

from __future__ import annotations

from typing import Any

from engine.analysis.proof.examples import example_data
from engine.analysis.rulebook_difference.answers import Answered, Example
from engine.analysis.rulebook_difference.culprits import Culprit
from engine.analysis.rulebook_difference.entries import EntryChange, plain_value
from engine.analysis.rulebook_difference.meaning import Period
from engine.analysis.rulebook_difference.report import Report
from models.rulebook import Place

__all__ = ["culprit_data", "report_data"]


def report_data(report: Report) -> dict[str, Any]:
    """Entries and meaning; equal answers are among them."""
    return {
        "old": report.sides.old.label,
        "new": report.sides.new.label,
        "same_meaning": report.same,
        "undecided": report.undecided,
        "entries": [_entry(entry) for entry in report.entries],
        "meaning": [_period(period) for period in report.meaning],
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"file": place.file, "line": place.line}


def _entry(entry: EntryChange) -> dict[str, Any]:
    old, new = entry.places
    return {
        "section": entry.section.value,
        "id": entry.id,
        "change": entry.change.value,
        "old": _place(old),
        "new": _place(new),
        "lines": [
            {
                "name": line.name,
                "before": plain_value(line.before),
                "after": plain_value(line.after),
            }
            for line in entry.lines
        ],
    }


def _period(period: Period) -> dict[str, Any]:
    finding = period.finding
    proof = finding.proof
    return {
        "output": finding.what.value,
        "of": finding.of or None,
        "kind": None if finding.kind is None else finding.kind.value,
        "first": period.first.isoformat(),
        "last": None if period.last is None else period.last.isoformat(),
        "verdict": finding.verdict.value,
        "did": [culprit_data(culprit) for culprit in finding.did],
        "lines": [
            {
                "name": line.name,
                "before": plain_value(line.before),
                "after": plain_value(line.after),
            }
            for line in finding.lines
        ],
        "examples": [_example(example) for example in finding.examples],
        "proof": None
        if proof is None
        else {
            "method": proof.method.value,
            "fields": proof.fields,
            "cells": proof.cells,
            "records": dict(proof.records),
        },
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "direction": example.direction.value,
        "facts": example_data(example.facts),
        "before": _answered(example.old),
        "after": _answered(example.new),
        "did": [culprit.rule for culprit in example.did],
    }


def _answered(answered: Answered) -> list[dict[str, Any]]:
    return [
        {"level": level.name, "days": level.days, "rules": list(rules)}
        for level, rules in answered.levels
    ]


def culprit_data(culprit: Culprit) -> dict[str, Any]:
    """A rule that made a difference."""
    old, new = culprit.places
    return {
        "rule": culprit.rule,
        "old": _place(old),
        "new": _place(new),
        "numbers": [
            {"id": n.id, "before": plain_value(n.before), "after": plain_value(n.after)}
            for n in culprit.numbers
        ],
    }
