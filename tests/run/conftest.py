"""What several tests look at is made once."""

from tests.run.made_once import output, small_portfolio

__all__ = ["output", "small_portfolio"]
