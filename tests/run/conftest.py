"""What several tests look at is made once."""

from tests.run.loaded_facts import altered, loaded
from tests.run.made_once import output, small_portfolio

__all__ = ["altered", "loaded", "output", "small_portfolio"]
