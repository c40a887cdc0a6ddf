"""A JSON Schema of rule files, for editors: made from the vocabulary, the models and a rulebook."""

from engine.analysis.rule_schema.document import ROOMS, rule_schema

__all__ = ["ROOMS", "rule_schema"]
