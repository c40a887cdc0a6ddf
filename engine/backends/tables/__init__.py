"""A reading of the rulebook a whole portfolio at a time, as queries over tables of facts.

Only this package knows Ibis and DuckDB; they come with the extra `tables`.
"""

from engine.backends.tables.backend import TablesBackend
from engine.backends.tables.layout import lay_out
from engine.backends.tables.program import CompiledProgram, compile_program

__all__ = ["CompiledProgram", "TablesBackend", "compile_program", "lay_out"]
