"""One step at one kind has one node of the ladder on each day."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rulebook.bad.planting import Change, good_rulebook, messages

LADDER = "sanctions/all.yaml"
NOTICE = """\
  - step: order_notice
    title: {da: "Varslet påbud", en: "Notice of an order"}
    nature: warning
    applies to: [social_offer]
    from: 2022-01-01
"""
REST = '    basis: practice\n    sources: ["made up"]\n    reviewed: 2026-01-31\n'


def with_second(folder: Path, *, kinds: str, first: str, until: str = "") -> list[str]:
    node = NOTICE.replace("[social_offer]", kinds).replace("2022-01-01", first)
    ending = f"    until: {until}\n" if until else ""
    Change(LADDER, f"ladder:\n{NOTICE}", f"ladder:\n{NOTICE}{REST}{node}{ending}").make(folder)
    return messages(folder)


@pytest.mark.parametrize(
    ("kinds", "first", "until", "day"),
    [
        ("[social_offer]", "2022-01-01", "", "2022-01-01"),
        ("[foster_family, social_offer]", "2024-01-01", "", "2024-01-01"),
        ("[social_offer]", "2020-01-01", "2022-01-01", "2022-01-01"),
    ],
)
def test_two_nodes_at_once(kinds: str, first: str, until: str, day: str, tmp_path: Path) -> None:
    found = with_second(good_rulebook(tmp_path), kinds=kinds, first=first, until=until)
    assert found == [
        f"rules/sanctions/all.yaml:10: 'order_notice' for social_offer from {day} stands already "
        "in rules/sanctions/all.yaml:2; end one before the other begins, or remove it"
    ]


@pytest.mark.parametrize(
    ("kinds", "first", "until"),
    [("[foster_family]", "2022-01-01", ""), ("[social_offer]", "2020-01-01", "2021-12-31")],
)
def test_another_kind_or_another_time(kinds: str, first: str, until: str, tmp_path: Path) -> None:
    assert with_second(good_rulebook(tmp_path), kinds=kinds, first=first, until=until) == []
