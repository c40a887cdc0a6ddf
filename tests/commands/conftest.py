"""What several tests look at is made once."""

from tests.commands.decided import decisions, ids
from tests.run.made_once import output, small_portfolio

__all__ = ["decisions", "ids", "output", "small_portfolio"]
