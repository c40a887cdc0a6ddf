"""A notice rule whose number changes within the planning period is read anew on that day."""

from __future__ import annotations

import dataclasses
from datetime import date

from engine.decisions.notice import later_notice_rules
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from models.rulebook import DatedValue

LOOKBACK = "visits.not_met_lookback_days"
CHANGES_ON = date(2023, 6, 1)


def with_another_number_from_june(book: Rulebook, number: int) -> Rulebook:
    parameter = book.parameters[LOOKBACK]
    later = parameter.values[-1].model_copy(update={"valid_from": CHANGES_ON, "value": number})
    values: tuple[DatedValue, ...] = (*parameter.values, later)
    changed = parameter.model_copy(update={"values": values})
    return dataclasses.replace(book, parameters={**book.parameters, LOOKBACK: changed})


def test_a_number_that_a_notice_rule_names_changes_the_notice_rules() -> None:
    book = load_rulebook()
    asked = {"as_of": date(2023, 5, 1), "until": date(2023, 7, 1)}
    before = book.parameters[LOOKBACK].values[-1].value
    assert isinstance(before, int)
    for number, days in ((before + 30, [CHANGES_ON]), (before, [])):
        changed = with_another_number_from_june(book, number)
        found = later_notice_rules(changed, make_backend=None, **asked)
        assert [rules.day for rules in found] == days
