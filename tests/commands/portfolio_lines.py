"""A small synthetic portfolio for the tests of commands. No real offer, family or child."""

import json
from pathlib import Path
from typing import Any

AS_OF = "2025-06-01"


def _visit(no: int, day: str, **more: Any) -> dict[str, Any]:
    return {"no": no, "held_on": day, "purpose": "basis", "notice": "unannounced", **more}


FAMILY = {
    "subject": {
        "subject_id": "PF-01042",
        "kind": "foster_family",
        "authority": "syd",
        "municipality": "aabenraa",
        "approved_on": "2019-03-01",
        "family_type": "general",
        "approved_need": "moderate",
        "risk_assessed_on": "2025-03-10",
        "last_placed_on": "2025-06-01",
    },
    "records": {
        "visit": [_visit(1, "2024-02-20"), _visit(2, "2025-03-10")],
        "concern": [
            {
                "no": 1,
                "received_on": "2024-05-02",
                "theme": "competences",
                "severity": "moderate",
                "closed_on": "2024-08-01",
            },
            {
                "no": 2,
                "received_on": "2025-05-21",
                "theme": "competences",
                "severity": "serious",
                "source": "placing_municipality",
            },
        ],
        "placed_child": [
            {"no": 1, "need": "mild", "placed_on": "2023-01-01", "child_plan_received": True}
        ],
    },
}
HIDDEN = {
    "subject": {
        "subject_id": "PF-01043",
        "kind": "foster_family",
        "authority": "syd",
        "municipality": "aabenraa",
        "approved_on": "2019-03-01",
        "family_type": "general",
        "risk_assessed_on": "2025-03-10",
    },
    "records": {
        "visit": [_visit(1, "2025-03-10")],
        "concern": [
            {
                "no": 7,
                "received_on": "2025-05-23",
                "theme": "competences",
                "severity": "serious",
                "source": "whistleblower",
                "anonymous": True,
                "dialogue_on": "2025-05-27",
            }
        ],
    },
}
GREEN = {
    "subject": {
        "subject_id": "TB-00017",
        "kind": "social_offer",
        "authority": "syd",
        "municipality": "aabenraa",
        "ownership": "private",
        "segment": "adults",
        "dwelling_form": "residential",
        "places": 12,
        "approved_on": "2024-12-01",
    },
    "records": {},
}
OVERRIDDEN = {
    "subject": {**GREEN["subject"], "subject_id": "TB-00018", "risk_assessed_on": "2025-05-01"},
    "records": {
        "visit": [_visit(1, "2025-05-01")],
        "override": [
            {
                "no": 1,
                "colour": "yellow",
                "decided_by": "K-17",
                "decided_on": "2025-05-02",
                "expires_on": "2025-08-31",
                "reason": "Ny leder; ses an",
            }
        ],
    },
}


def write_portfolio(folder: Path) -> Path:
    """The portfolio as a JSON-lines file."""
    path = folder / "facts.jsonl"
    lines = [json.dumps(d, ensure_ascii=False) for d in (FAMILY, HIDDEN, GREEN, OVERRIDDEN)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
