"""durable-rules alone: what the adapter relies on."""

import json
from typing import Any

import durable_rules_engine

from engine.backends.durable.facts import MOST_PROPERTIES


def fire(rules: dict[str, Any], facts: list[dict[str, Any]]) -> list[str]:
    handle = durable_rules_engine.create_ruleset("t", json.dumps(rules))
    text = json.dumps(facts, separators=(",", ":"))
    try:
        code, state = durable_rules_engine.assert_facts(handle, text)
        assert code == 0
        _, message = durable_rules_engine.start_action_for_state(handle, state)
        names = []
        while message is not None:
            names.append(message)
            message = durable_rules_engine.complete_and_start_action(handle, state)
        durable_rules_engine.delete_state(handle, "0")
    finally:
        durable_rules_engine.delete_ruleset(handle)
    return names


def test_library_gives_rule_and_fact_as_the_adapter_reads_them() -> None:
    rules = {"7": {"all": [{"m": {"$and": [{"k": "a"}, {"$gte": {"p0": 2}}]}}], "pri": 1}}
    rules["8"] = {"all": [{"m": {"$and": [{"k": "a"}]}}], "pri": 99}
    facts = [{"id": "0", "sid": "0", "k": "a", "p0": 2}, {"id": "1", "sid": "0", "k": "a"}]
    found = [json.loads(message) for message in fire(rules, facts)]
    fired = sorted((name, given["m"]["id"]) for one in found for name, given in one.items())
    assert fired == [("7", "0"), ("8", "0"), ("8", "1")]
    assert all(
        message.startswith(('{"7":{"m":{"id":"', '{"8":{"m":{"id":"'))
        for message in fire(rules, facts)
    )


def test_library_names_of_values_do_not_collide() -> None:
    """It compares names by a 32-bit hash alone (FNV-1a)."""

    def fnv(text: str) -> int:
        value = 0x811C9DC5
        for byte in text.encode():
            value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
        return value

    names = ["k", "id", "sid", "$s", "$i", *(f"p{n}" for n in range(2 * MOST_PROPERTIES))]
    assert len({fnv(name) for name in names}) == len(names)
    ids = [str(n) for n in range(1_000)]
    assert len({fnv(name) for name in ids}) == len(ids)


def test_library_version_is_the_one_that_was_judged() -> None:
    from importlib.metadata import version

    assert version("durable-rules") == "2.0.28"
