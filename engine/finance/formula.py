"""Sums as they are written beside a printed figure: `spending * (1 - cut / 100) + given_back`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

__all__ = ["FormulaError", "names_in", "value_of"]

_OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class FormulaError(ValueError):
    """A formula that is not one, or that names a figure which does not stand above it."""


def value_of(formula: str, figures: Mapping[str, Fraction]) -> Fraction:
    """What a formula comes to, exactly. It knows numbers, figures by name, + - * / and brackets."""
    try:
        return _value(_tree(formula), formula, figures)
    except (ZeroDivisionError, InvalidOperation):
        raise FormulaError(formula) from None


def names_in(formula: str) -> tuple[str, ...]:
    """The figures that a formula names, in order."""
    named = [node for node in ast.walk(_tree(formula)) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(node.id for node in sorted(named, key=lambda n: n.col_offset)))


def _tree(formula: str) -> ast.expr:
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise FormulaError(formula) from None


def _value(node: ast.expr, formula: str, figures: Mapping[str, Fraction]) -> Fraction:
    if isinstance(node, ast.Constant):
        number = ast.get_source_segment(formula.strip(), node) or ""
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return Fraction(Decimal(number))
    elif isinstance(node, ast.Name) and node.id in figures:
        return figures[node.id]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, formula, figures)
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = (_value(side, formula, figures) for side in (node.left, node.right))
        return _OPERATIONS[type(node.op)](left, right)
    raise FormulaError(ast.get_source_segment(formula.strip(), node) or formula)
