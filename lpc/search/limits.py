"""A time limit that searches respect by asking now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from lpc.logic import LpcError

Tick = Callable[[], None]


class TimeUp(LpcError):
    """The time limit for one step or claim has passed; nothing is known of it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the time limit of {seconds:g} s was reached")


def unlimited() -> None:
    """A tick that never ends anything."""


@dataclass(slots=True)
class Stopwatch:
    """A limit in seconds that starts anew for every item; None for no limit.

    >>> watch = Stopwatch(None)
    >>> watch.start(); watch.tick()
    """

    seconds: float | None
    _end: float = 0.0

    def start(self) -> None:
        """Begin a new item."""
        self._end = time.monotonic() + (self.seconds or 0.0)

    def share(self, part: float) -> Stopwatch:
        """A watch that has been running since now and ends after a part of the whole limit.

        >>> Stopwatch(None).share(0.25)
        Stopwatch(seconds=None, _end=0.0)
        """
        if self.seconds is None:
            return Stopwatch(None)
        return Stopwatch(
            self.seconds * part, min(self._end, time.monotonic() + self.seconds * part)
        )

    def tick(self) -> None:
        """Raises: TimeUp once the limit has passed."""
        if self.seconds is not None and time.monotonic() > self._end:
            raise TimeUp(self.seconds)
