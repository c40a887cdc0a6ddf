"""Coverage: which rules and which side of which threshold the worked cases have tried."""

from engine.analysis.coverage.measure import Coverage, RuleCoverage, SideCoverage, measure
from engine.analysis.coverage.table import coverage_data, coverage_lines

__all__ = [
    "Coverage",
    "RuleCoverage",
    "SideCoverage",
    "coverage_data",
    "coverage_lines",
    "measure",
]
