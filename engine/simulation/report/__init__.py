"""The report of a simulation that a lead can put before a board: a page, a workbook, the data.

The page and its charts need the extra `simulate` (matplotlib, Jinja, scipy).
"""

from engine.simulation.report.facts import ReportFacts
from engine.simulation.report.write import write_report

__all__ = ["ReportFacts", "write_report"]
