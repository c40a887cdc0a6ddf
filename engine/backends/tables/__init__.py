"""A reading of the rulebook a whole portfolio at a time, as queries over tables of facts.

Only this package knows Ibis, DuckDB and Spark; they come with the extras `tables` and `spark`.
"""

from engine.backends.tables.backend import TablesBackend
from engine.backends.tables.database import Database, DuckDatabase
from engine.backends.tables.firings import SubjectLostError
from engine.backends.tables.from_raw import facts_from_raw
from engine.backends.tables.layout import lay_out
from engine.backends.tables.outcome_tables import Answer, OutcomeTables
from engine.backends.tables.outcomes import OUTCOMES, CompiledOutcomes, compile_outcomes
from engine.backends.tables.program import CompiledProgram, compile_program
from engine.backends.tables.raw import lay_out_raw
from engine.backends.tables.schema import FactTable
from engine.backends.tables.spark import SparkDatabase, SparkError
from engine.backends.tables.sql import Dialect, PublishedFacts, rulebook_as_sql

__all__ = [
    "OUTCOMES",
    "Answer",
    "CompiledOutcomes",
    "CompiledProgram",
    "Database",
    "Dialect",
    "DuckDatabase",
    "FactTable",
    "OutcomeTables",
    "PublishedFacts",
    "SparkDatabase",
    "SparkError",
    "SubjectLostError",
    "TablesBackend",
    "compile_outcomes",
    "compile_program",
    "facts_from_raw",
    "lay_out",
    "lay_out_raw",
    "rulebook_as_sql",
]
