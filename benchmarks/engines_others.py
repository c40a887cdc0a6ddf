"""The rules of `engines_facts.py` for other rule engines: ZEN (zen-engine) and CLIPS (clipspy).

Both decide a subject at a time. Facts are given in the form that each takes in fastest of those it
documents: a dictionary to ZEN, the text of facts to CLIPS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import clips
import zen
from engines_facts import RULES

from engine.facts import View

__all__ = ["with_clips", "with_zen"]

Found = list[tuple[frozenset[str], str]]
_NUMBER = {key: f"r{place}" for place, key in enumerate(RULES)}
_BOTH = "(kind == 'social_offer' or kind == 'foster_family')"
_LOW = (
    "(#.score_model == 'one_to_five' and #.value != null and #.value <= 2"
    " or #.score_model == 'binary' and #.value != null and #.value <= 0)"
)
_GRADED = "#.latest == true and #.score_model == 'one_to_five'"
_SERIOUS = "(#.severity == 'serious' or #.severity == 'acute')"
_ORDERED = "(#.step == 'order' or #.step == 'intensified_with_order')"
_INTENSIFIED = "(#.step == 'intensified_with_order' or #.step == 'intensified_without_order')"
_ZEN = (
    "some(concern, #.open == true and #.severity == 'acute')",
    f"some(concern, #.open == true and {_SERIOUS})",
    f"count(concern, #.open == true and {_SERIOUS}) >= 2",
    "some(concern, #.open == true and #.severity == 'moderate')",
    "count(concern, #.open == true) >= 3",
    f"{_BOTH} and some(concern, #.open == true and #.theme == 'competences')"
    f" and some(score, #.latest == true and #.theme == 'competences' and {_LOW})",
    f"{_BOTH} and some(score, {_GRADED} and #.change_from_best != null"
    " and #.change_from_best <= -2)",
    f"{_BOTH} and count(score, {_GRADED} and #.change != null and #.change <= -1) >= 2",
    f"{_BOTH} and some(sanction, #.current == true and #.step == 'order')",
    f"{_BOTH} and some(sanction, #.unmet == true and {_ORDERED}"
    " and #.extended_deadline_age_days != null and #.extended_deadline_age_days >= 1)",
    f"{_BOTH} and some(sanction, #.current == true and {_INTENSIFIED})",
    "risk_sign == 'imminent' or risk_sign == 'special_effort_needed'",
    f"{_BOTH} and declining_quality_suspected_age_days != null",
    "kind == 'foster_family' and surplus_of_energy == false",
    "kind == 'foster_family' and some(placed_child, #.present == true and #.goals_clear == false)",
    "$.r1",
    "$.r3",
    "$.r4",
    f"{_BOTH} and $.r5",
    "$.r0",
    "$.r2",
    f"{_BOTH} and $.r1 and ($.r6 or $.r7 or $.r12)",
    "$.r11",
    f"{_BOTH} and $.r10",
    f"{_BOTH} and $.r9",
    "kind == 'foster_family' and some(concern, #.open == true and #.severity == 'acute'"
    " and #.visited_since == false)",
    f"{_BOTH} and $.colour != 'green'",
)
_ZEN_COLOUR = (
    "$.r19 or $.r20 or $.r21 or $.r22 or $.r23 or $.r24 ? 'red'"
    " : ($.r15 or $.r16 or $.r17 or $.r18 ? 'yellow' : 'green')"
)
_RECORDS = ("concern", "score", "sanction", "placed_child")


def _decision() -> Any:
    expressions = [(f"r{place}", text) for place, text in enumerate(_ZEN)]
    expressions.insert(-1, ("colour", _ZEN_COLOUR))
    nodes: list[dict[str, Any]] = [
        {"id": "in", "type": "inputNode", "name": "facts"},
        {
            "id": "rules",
            "type": "expressionNode",
            "name": "rules",
            "content": {
                "expressions": [{"id": key, "key": key, "value": text} for key, text in expressions]
            },
        },
        {"id": "out", "type": "outputNode", "name": "found"},
    ]
    for node in nodes:
        node["position"] = {"x": 0, "y": 0}
    edges = [
        {"id": "first", "sourceId": "in", "targetId": "rules", "type": "edge"},
        {"id": "second", "sourceId": "rules", "targetId": "out", "type": "edge"},
    ]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


def with_zen(views: Sequence[View]) -> tuple[Callable[[], list[Any]], Callable[[Any], Found]]:
    """What decides these subjects, and what reads its answers for the comparison."""
    decision = _decision()
    contexts = [
        {**view.subject, **{name: view.records.get(name, []) for name in _RECORDS}}
        for view in views
    ]

    def decide() -> list[Any]:
        return [decision.evaluate(context)["result"] for context in contexts]

    def read(answers: list[Any]) -> Found:
        return [
            (frozenset(key for key, r in _NUMBER.items() if answer[r]), answer["colour"])
            for answer in answers
        ]

    return decide, read


_SLOTS = {
    "subject": (
        "kind",
        "risk_sign",
        "declining_quality_suspected_age_days",
        "surplus_of_energy",
    ),
    "concern": ("open", "severity", "theme", "visited_since"),
    "score": ("latest", "theme", "score_model", "value", "change", "change_from_best"),
    "sanction": ("current", "unmet", "step", "extended_deadline_age_days"),
    "placed_child": ("present", "goals_clear"),
}
_KINDS = "(subject (kind social_offer|foster_family))"
_FAMILY = "(subject (kind foster_family))"


def _least(slot: str, comparison: str) -> str:
    return f"({slot} ?v&:(and (integerp ?v) ({comparison})))"


_CLIPS = (
    "(exists (concern (open TRUE) (severity acute)))",
    "(exists (concern (open TRUE) (severity serious|acute)))",
    "(several serious)",
    "(exists (concern (open TRUE) (severity moderate)))",
    "(several concerns)",
    f"{_KINDS} (exists (concern (open TRUE) (theme competences)))"
    " (exists (or (score (latest TRUE) (theme competences) (score_model one_to_five)"
    f" {_least('value', '<= ?v 2')}) (score (latest TRUE) (theme competences)"
    f" (score_model binary) {_least('value', '<= ?v 0')})))",
    f"{_KINDS} (exists (score (latest TRUE) (score_model one_to_five)"
    f" {_least('change_from_best', '<= ?v -2')}))",
    f"{_KINDS} (several drops)",
    f"{_KINDS} (exists (sanction (current TRUE) (step order)))",
    f"{_KINDS} (exists (sanction (unmet TRUE) (step order|intensified_with_order)"
    f" {_least('extended_deadline_age_days', '>= ?v 1')}))",
    f"{_KINDS} (exists (sanction (current TRUE)"
    " (step intensified_with_order|intensified_without_order)))",
    "(subject (risk_sign imminent|special_effort_needed))",
    "(subject (kind social_offer|foster_family)"
    " (declining_quality_suspected_age_days ?v&:(integerp ?v)))",
    "(subject (kind foster_family) (surplus_of_energy FALSE))",
    f"{_FAMILY} (exists (placed_child (present TRUE) (goals_clear FALSE)))",
    "(held r1)",
    "(held r3)",
    "(held r4)",
    f"{_KINDS} (held r5)",
    "(held r0)",
    "(held r2)",
    f"{_KINDS} (held r1) (exists (held r6|r7|r12))",
    "(held r11)",
    f"{_KINDS} (held r10)",
    f"{_KINDS} (held r9)",
    f"{_FAMILY} (exists (concern (open TRUE) (severity acute) (visited_since FALSE)))",
    f"{_KINDS} (exists (held r15|r16|r17|r18|r19|r20|r21|r22|r23|r24))",
)
_COUNTED = (
    ("serious", 2, "(concern (open TRUE) (severity serious|acute))"),
    ("concerns", 3, "(concern (open TRUE))"),
    ("drops", 2, f"(score (latest TRUE) (score_model one_to_five) {_least('change', '<= ?v -1')})"),
)


def _several(name: str, number: int, pattern: str) -> str:
    """A rule that holds once there are so many different facts like the pattern."""
    facts = " ".join(
        f"?f{place} <- {pattern.replace('?v', f'?v{place}')}" for place in range(number)
    )
    apart = " ".join(
        f"(test (< (fact-index ?f{place}) (fact-index ?f{place + 1})))"
        for place in range(number - 1)
    )
    seen = f"(several {name})"
    return f"(defrule several_{name} (not {seen}) {facts} {apart} => (assert {seen}))"


def _environment() -> Any:
    environment = clips.Environment()
    environment.eval("(set-fact-duplication TRUE)")
    for name, slots in _SLOTS.items():
        environment.build(f"(deftemplate {name} {' '.join(f'(slot {slot})' for slot in slots)})")
    environment.build("(defglobal ?*held* = (create$))")
    for counted in _COUNTED:
        environment.build(_several(*counted))
    for place, pattern in enumerate(_CLIPS):
        action = f"(assert (held r{place})) (bind ?*held* (create$ ?*held* {place}))"
        environment.build(f"(defrule r{place} {pattern} => {action})")
    return environment


def _text(record: str, row: dict[str, Any]) -> str:
    def word(value: Any) -> str:
        if value is None:
            return "nil"
        return str(value).upper() if isinstance(value, bool) else str(value)

    return f"({record} {' '.join(f'({slot} {word(row[slot])})' for slot in _SLOTS[record])})"


def with_clips(views: Sequence[View]) -> tuple[Callable[[], list[Any]], Callable[[Any], Found]]:
    """What decides these subjects, and what reads its answers for the comparison."""
    environment = _environment()
    texts = [
        "\n".join(
            [_text("subject", view.subject)]
            + [_text(name, row) for name in _RECORDS for row in view.records.get(name, [])]
        )
        for view in views
    ]

    def decide() -> list[Any]:
        answers = []
        for text in texts:
            environment.reset()
            environment.load_facts(text)
            environment.run()
            answers.append(environment.eval("?*held*"))
        return answers

    def colour(keys: frozenset[str]) -> str:
        places = {RULES.index(key) for key in keys}
        if places & set(range(19, 25)):
            return "red"
        return "yellow" if places & set(range(15, 19)) else "green"

    def read(answers: list[Any]) -> Found:
        held = [frozenset(RULES[int(place)] for place in answer) for answer in answers]
        return [(keys, colour(keys)) for keys in held]

    return decide, read
