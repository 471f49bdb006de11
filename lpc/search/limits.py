"""The limits that searches obey, from `lpc.logic.effort`, which every layer may import."""

from lpc.logic.effort import (
    EFFORT,
    STRETCH,
    Cache,
    Counted,
    Effort,
    EffortSpent,
    LimitReached,
    Limits,
    Share,
    Tick,
    TimeUp,
    unlimited,
)

__all__ = [
    "EFFORT",
    "STRETCH",
    "Cache",
    "Counted",
    "Effort",
    "EffortSpent",
    "LimitReached",
    "Limits",
    "Share",
    "Tick",
    "TimeUp",
    "unlimited",
]
