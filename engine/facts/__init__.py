"""Facts as rules see them on one day: ages in days, derived fields, words and flags."""

from engine.facts.view import DutyReading, View, view_of
from engine.facts.vocabulary import FieldSpec, ValueType, Vocabulary, vocabulary

__all__ = ["DutyReading", "FieldSpec", "ValueType", "View", "Vocabulary", "view_of", "vocabulary"]
