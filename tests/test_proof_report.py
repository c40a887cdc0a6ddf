"""The report of `make prove` that is kept in `docs/` is about this rulebook, and all was proved."""

from __future__ import annotations

from pathlib import Path

from engine.analysis.proof.properties.every import PROPERTIES
from engine.rulebook.load import load_rulebook

REPORT = Path(__file__).resolve().parents[1] / "docs" / "proof-report.txt"


def test_the_kept_report_proves_every_property_of_this_rulebook() -> None:
    text = REPORT.read_text(encoding="utf-8")
    for name in PROPERTIES:
        assert f"\nproved: {name}: " in text
    book = load_rulebook().content_hash[:12]
    expected = f"Rulebook {book}: {len(PROPERTIES)} of {len(PROPERTIES)} properties proved"
    assert expected in text, "the rulebook has changed since: run 'make prove'"
