"""The difference of two rulebooks as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from engine.analysis.proof.examples import example_lines
from engine.analysis.rulebook_difference.answers import Answered, Example, Finding
from engine.analysis.rulebook_difference.culprits import Culprit
from engine.analysis.rulebook_difference.entries import EntryChange
from engine.analysis.rulebook_difference.levels import Clock, Level, What
from engine.analysis.rulebook_difference.meaning import Period
from engine.analysis.rulebook_difference.report import Report
from engine.analysis.rulebook_difference.said import Said
from models.terms import Colour, Purpose, SanctionStep

__all__ = ["answer_text", "culprit_text", "output_text", "report_lines"]


def report_lines(report: Report, said: Said) -> Iterator[str]:
    """Head, entries, meaning, and what was not decided."""
    old, new = report.sides.old.label, report.sides.new.label
    yield said("said", "head", old=old, new=new)
    yield ""
    if report.entries:
        yield said("said", "entries")
        for entry in report.entries:
            yield from _entry_lines(entry, said)
    else:
        yield said("said", "no_entries")
    yield ""
    if report.same:
        yield said("said", "same_meaning", count=len(report.meaning))
        return
    yield said("said", "meaning")
    for period in report.differing:
        days = "" if report.sides.one_day else f", {_days_text(period, said)}"
        yield from _finding_lines(period.finding, days, said)
    yield ""
    equal = len(report.meaning) - len(report.differing)
    yield said("said", "counted", different=len(report.differing), equal=equal)
    if report.undecided:
        yield said("said", "undecided", count=report.undecided)


def _entry_lines(entry: EntryChange, said: Said) -> Iterator[str]:
    change, section = said("changes", entry.change), said("sections", entry.section)
    title = getattr(entry.after or entry.before, "title", None)
    named = "" if title is None else f" ({said.new.words.text(title)})"
    yield f"  {change}: {section} {entry.id}{named}"
    yield f"      {said.places(entry.places)}"
    for line in entry.lines:
        before = said.value(line.before, said.old)
        after = said.value(line.after, said.new)
        if before == after:
            before, after = _raw(line.before), _raw(line.after)
        if len(before) + len(after) < 60:
            yield f"      {line.name}: {before} → {after}"
        else:
            yield f"      {line.name}: {before}"
            yield f"        → {after}"


def _raw(value: Any) -> str:
    """A value to the letter, where its words do not tell the difference."""
    from engine.analysis.rulebook_difference.entries import plain_value

    return json.dumps(plain_value(value), ensure_ascii=False)


def _finding_lines(finding: Finding, days: str, said: Said) -> Iterator[str]:
    head = f"{output_text(finding, said)}, {said.kind(finding.kind)}{days}"
    yield f"  {head}: {said('verdicts', finding.verdict)}"
    yield from _did_lines(finding.did, said, "      ")
    for line in finding.lines:
        yield f"      {line.name}: {said.plain(line.before)} → {said.plain(line.after)}"
    for example in finding.examples:
        yield from _example_lines(example, finding, said)


def _example_lines(example: Example, finding: Finding, said: Said) -> Iterator[str]:
    head, *rest = example_lines(example.facts)
    yield "      " + said("examples", example.direction, facts=head)
    yield from (f"        {line}" for line in rest)
    for code, answered in (("before", example.old), ("after", example.new)):
        answer = answer_text(finding.what, answered, said)
        yield "        " + said("said", code, answer=answer)
    rules = {culprit.rule for culprit in example.did}
    if rules != {culprit.rule for culprit in finding.did}:
        yield "        " + said("said", "did", rules=", ".join(sorted(rules)))


def _did_lines(culprits: tuple[Culprit, ...], said: Said, pad: str) -> Iterator[str]:
    if len(culprits) == 1:
        yield pad + said("said", "did", rules=culprit_text(culprits[0], said))
    elif culprits:
        yield pad + said("said", "did_several")
        for culprit in culprits:
            yield f"{pad}  {culprit_text(culprit, said)}"


def _days_text(period: Period, said: Said) -> str:
    """`fra 2026-01-01`, `2022-01-01 til 2025-12-31`, `2025-06-01`."""
    if period.last is None:
        return said("said", "since", first=period.first)
    if period.first == period.last:
        return period.first.isoformat()
    return said("said", "between", first=period.first, last=period.last)


def output_text(finding: Finding, said: Said) -> str:
    """`kategori`, `besøg (basistilsyn)`, `forslag om påbud`."""
    match finding.what:
        case What.VISITS | What.VISIT_CONTENT | What.NOTICE:
            purposes = " + ".join(said.word(Purpose(word)) for word in finding.of.split("+"))
            return said("outputs", finding.what, of=purposes)
        case What.PROPOSAL | What.READINESS:
            return said("outputs", finding.what, of=said.word(SanctionStep(finding.of)))
        case _:
            return said("outputs", finding.what, of=finding.of)


def answer_text(what: What, answered: Answered, said: Said) -> str:
    """What a rulebook answers on the facts of an example, and by which rules."""
    levels = answered.levels
    match what:
        case What.CATEGORY:
            if not levels:
                return said.word(Colour.GREEN)
            level, rules = levels[-1]
            return _by(said.word(Colour(level.name)), rules)
        case What.NOTICE:
            names = {level.name: rules for level, rules in levels}
            code = next((n for n in ("unannounced", "spoken") if n in names), None)
            if code is None:
                return said("answers", "unspoken")
            return _by(said("answers", code), names[code])
        case What.VISITS:
            return "; ".join(_deadlines(levels, said)) or said("answers", "no_visit")
        case _:
            if not levels:
                return said("answers", "no")
            return _by(said("answers", "yes"), [key for _, keys in levels for key in keys])


def _by(answer: str, rules: Iterable[str]) -> str:
    return f"{answer} ({', '.join(dict.fromkeys(rules))})"


def _deadlines(levels: tuple[tuple[Level, tuple[str, ...]], ...], said: Said) -> Iterator[str]:
    """The shortest deadline from each day it may run from."""
    shown: set[str] = set()
    for level, rules in levels:
        if level.name in shown:
            continue
        shown.add(level.name)
        clock = Clock(*json.loads(level.name))
        if clock.times_a_year is not None:
            text = said("answers", "times_a_year")
        else:
            code = "every_days" if clock.recurring else "within_days"
            text = said("answers", code, days=said.new.words.days(level.days or 0))
        if not clock.recurring:
            fields = ", ".join(clock.subject_field) or clock.trigger_field or clock.counted_from
            text += said("answers", "counted_from", of=fields)
        if clock.each_department:
            text += said("answers", "each_department")
        yield _by(text, rules)


def culprit_text(culprit: Culprit, said: Said) -> str:
    """`category.x (rules/category/red.yaml:12; concerns.days: 14 → 21)`."""
    inside = [said.places(culprit.places)]
    inside += [
        f"{number.id}: {said.plain(number.before)} → {said.plain(number.after)}"
        for number in culprit.numbers
    ]
    return f"{culprit.rule} ({'; '.join(part for part in inside if part)})"
