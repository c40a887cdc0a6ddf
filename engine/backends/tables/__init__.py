"""A reading of the rulebook a whole portfolio at a time, as queries over tables of facts.

Only this package knows Ibis and DuckDB; they come with the extra `tables`.
"""

from engine.backends.tables.backend import TablesBackend
from engine.backends.tables.from_raw import facts_from_raw
from engine.backends.tables.layout import lay_out
from engine.backends.tables.program import CompiledProgram, compile_program
from engine.backends.tables.raw import lay_out_raw
from engine.backends.tables.sql import Dialect, rulebook_as_sql

__all__ = [
    "CompiledProgram",
    "Dialect",
    "TablesBackend",
    "compile_program",
    "facts_from_raw",
    "lay_out",
    "lay_out_raw",
    "rulebook_as_sql",
]
