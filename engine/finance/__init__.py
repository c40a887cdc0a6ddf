"""What supervision costs and who pays: frames, tariffs, municipal shares, hour prices.

`load_finance()` reads the figures; everything else is a pure function of them. Money is whole
kroner or an exact fraction, never a binary one.
"""

from engine.finance.check import check_finance
from engine.finance.exact import half_up, half_up_dkk, shared_out
from engine.finance.frames import AuthorityFrame, NoFrameError, frame_of, latest_frame
from engine.finance.hours import (
    HoursCost,
    NoHourlyPriceError,
    PriceInForce,
    case_costs,
    cost_of_hours,
    hourly_price_on,
)
from engine.finance.objective import municipal_year
from engine.finance.price_level import NoPriceStepError, forwarded
from engine.finance.read import Finance, load_finance
from engine.finance.readings import Change, changes_of, floor_visits
from engine.finance.tariffs import tariffs_of

__all__ = [
    "AuthorityFrame",
    "Change",
    "Finance",
    "HoursCost",
    "NoFrameError",
    "NoHourlyPriceError",
    "NoPriceStepError",
    "PriceInForce",
    "case_costs",
    "changes_of",
    "check_finance",
    "cost_of_hours",
    "floor_visits",
    "forwarded",
    "frame_of",
    "half_up",
    "half_up_dkk",
    "hourly_price_on",
    "latest_frame",
    "load_finance",
    "municipal_year",
    "shared_out",
    "tariffs_of",
]
