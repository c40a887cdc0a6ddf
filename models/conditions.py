"""The condition language: closed, typed, without free code, arithmetic or loops.

Declared once here and read in several ways (`engine/backends`, `engine/analysis`). Its meaning:

- a comparison with an unknown field, or with an unset parameter, is false, whatever its operator;
  only `is_unknown` holds for an unknown field;
- a quantifier counts the subject's records for which its inner condition holds;
- a date never stands in a condition: `received_on` is tested as `received_age_days`, whole days
  before the evaluation date (negative: still to come).
"""

from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "AllOf",
    "AnyOf",
    "Comparison",
    "Condition",
    "Literal_",
    "Not",
    "Operand",
    "Operator",
    "ParameterRef",
    "Quantified",
    "SignalHeld",
]


class Node(BaseModel):
    """Base of every node of a condition."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Operator(StrEnum):
    """What a comparison may ask of a field."""

    IS = "is"
    IS_ONE_OF = "is_one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    IS_KNOWN = "is_known"
    IS_UNKNOWN = "is_unknown"


class ParameterRef(Node):
    """A dated parameter named in a condition or an outcome."""

    parameter: str


Literal_: TypeAlias = bool | int | str
Operand: TypeAlias = bool | int | str | ParameterRef


class Comparison(Node):
    """One field against literals or parameters. `operands` has one member unless `is_one_of`."""

    node: Literal["comparison"] = "comparison"
    field: str
    operator: Operator
    operands: tuple[Operand, ...] = ()


class SignalHeld(Node):
    """A signal raised by an earlier stratum."""

    node: Literal["signal"] = "signal"
    signal: str


class AllOf(Node):
    """Every part holds; holds for no parts."""

    node: Literal["all_of"] = "all_of"
    parts: tuple["Condition", ...]


class AnyOf(Node):
    """Some part holds; does not hold for no parts."""

    node: Literal["any_of"] = "any_of"
    parts: tuple["Condition", ...]


class Not(Node):
    """The part does not hold."""

    node: Literal["not"] = "not"
    part: "Condition"


class Quantified(Node):
    """At least, or fewer than, `count` records of one kind fulfil `where`.

    `any` is at least 1, `none` is fewer than 1. `where` holds comparisons of that record's fields
    and their all/any/not; quantifiers and signals do not nest.
    """

    node: Literal["quantified"] = "quantified"
    quantifier: Literal["at_least", "none"]
    count: int | ParameterRef = 1
    record: str
    where: "Condition"


Condition = Annotated[
    Comparison | SignalHeld | AllOf | AnyOf | Not | Quantified, Field(discriminator="node")
]
