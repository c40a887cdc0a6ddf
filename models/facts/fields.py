"""Kinds of field that a fact can have, and the base of every fact model.

A rule may test whole numbers, flags, words of a closed set, words of a register, and the age of
a date. It may never test an identifier, free text, or anything withheld to protect a person.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Count",
    "Days",
    "FactModel",
    "FreeText",
    "Identifier",
    "Percent",
    "RegisterWord",
    "SubjectId",
    "Withheld",
]


class FactModel(BaseModel):
    """A frozen fact; unknown columns and loose types are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, defer_build=True, str_max_length=4000
    )


@dataclass(frozen=True)
class RegisterWord:
    """A word that must stand in a register of `rules/registers/` (theme, indicator, ...)."""

    register: str


@dataclass(frozen=True)
class Withheld:
    """Never shown and never tested by a rule; `why` says whom it protects."""

    why: str


@dataclass(frozen=True)
class _NotForRules:
    what: str


SubjectId = Annotated[str, Field(pattern=r"^[A-Z]{2,4}-[0-9]{1,9}$"), _NotForRules("identifier")]
Identifier = Annotated[str, Field(min_length=1, max_length=64), _NotForRules("identifier")]
FreeText = Annotated[str, _NotForRules("free text")]
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Days = Annotated[int, Field(ge=0, le=36_500)]
