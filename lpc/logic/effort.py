"""Limits in counted work, so that what is found never depends on the machine or on the clock.

Searches and loops over what a user wrote call a `Tick` now and then: a unit of work is a few
microseconds of it. Seconds are a safety net beside it, for a person who will not wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypedDict, TypeVar

from lpc.logic.diagnostics import LpcError

T = TypeVar("T")

EFFORT = 10_000_000
"""Units of work for one item unless the caller says otherwise."""


STRETCH = 100


class Tick(Protocol):
    """Called with the units of work done, or with 0 to look at the clock alone; may raise."""

    def __call__(self, units: int = 1, /) -> None:
        """Raises: LimitReached."""


@dataclass(slots=True)
class Counted:
    """A tick that also keeps count, for what is computed once in a process."""

    tick: Tick
    units: int = 0

    def __call__(self, units: int = 1, /) -> None:
        """Count, and pass it on."""
        self.units += units
        self.tick(units)


class Limits(TypedDict):
    """The two limits of one item as callers give them, None for no limit."""

    effort: int | None
    timeout: float | None


class LimitReached(LpcError):
    """A limit of one item was reached; nothing is known of it."""


class EffortSpent(LimitReached):
    """The units of one item are used up."""

    def __init__(self, units: int) -> None:
        super().__init__(f"the effort of {units} units was spent; a larger `--effort` tries more")


class TimeUp(LimitReached):
    """The clock ended an item before its effort was spent."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the machine was too slow: the time limit of {seconds:g} s was reached before the "
            "effort was spent; this says nothing about the file"
        )


def unlimited(units: int = 1, /) -> None:
    """A tick that never ends anything."""


@dataclass(slots=True)
class Kept:
    """Something computed once, and what it took: units of its own, and other such things."""

    value: Any
    units: int
    needs: tuple[Kept, ...]
    item: int
    """The item that has paid for it last."""


Cache = dict[Any, Kept]


@dataclass(slots=True)
class _Making:
    """Something that is being computed."""

    units: int = 0
    needs: dict[int, Kept] = field(default_factory=dict)
    whole: bool = True
    """False when a limit was reached on the way: what comes out depends on what was left."""


@dataclass(slots=True)
class Effort:
    """The work and the seconds that one item may take; None for no limit.

    >>> effort = Effort(2)
    >>> effort.start(); effort.tick(); effort.tick()
    >>> effort.tick()
    Traceback (most recent call last):
        ...
    lpc.logic.effort.EffortSpent: the effort of 2 units was spent; a larger `--effort` tries more
    """

    units: int | None = None
    seconds: float | None = None
    spent: int = 0
    most: int = 0
    """What the most expensive item so far took."""
    _item: int = 0
    _end: float = 0.0
    _making: list[_Making] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin a new item."""
        self.spent = 0
        self._item += 1
        self._making.clear()
        if self.seconds is not None:
            self._end = time.monotonic() + self.seconds

    def tick(self, units: int = 1, /) -> None:
        """Count work. Raises: EffortSpent, TimeUp."""
        if self._making:
            self._making[-1].units += units
        self._count(units)

    def stretch(self) -> None:
        """A tick for geometry, where one step takes about a millisecond."""
        self.tick(STRETCH)

    def _count(self, units: int) -> None:
        self.spent += units
        self.most = max(self.most, self.spent)
        if self.units is not None and self.spent > self.units:
            self.cut()
            raise EffortSpent(self.units)
        if self.seconds is not None and time.monotonic() > self._end:
            self.cut()
            raise TimeUp(self.seconds)

    def cut(self) -> None:
        """Keep nothing of what is being computed now."""
        for making in self._making:
            making.whole = False

    @property
    def left(self) -> int | None:
        """The units that the item may still use."""
        return None if self.units is None else max(0, self.units - self.spent)

    def share(self, part: float) -> Share:
        """A limit within this one: a part of the units that are left.

        >>> effort = Effort(100)
        >>> share = effort.share(0.25)
        >>> share.tick(20); effort.tick(20); effort.left
        60
        >>> share.tick()
        Traceback (most recent call last):
            ...
        lpc.logic.effort.EffortSpent: the effort of 25 units was spent; a larger `--effort` ...
        """
        return Share(self, None if self.left is None else int(self.left * part))

    def recall(self, cache: Cache, key: Hashable, make: Callable[[], T]) -> T:
        """What the cache holds under the key, made where it is not there.

        An item pays for each thing once, the same whether or not an earlier item has made it: no
        verdict may depend on what was checked before.

        >>> effort, cache = Effort(), {}
        >>> for _ in range(2):
        ...     effort.start()
        ...     _ = effort.recall(cache, "x", lambda: effort.tick(10))
        ...     _ = effort.recall(cache, "x", lambda: effort.tick(10))
        ...     effort.spent
        12
        12
        """
        # NB: the unit for the question itself ends whatever goes on after the effort is spent.
        self.tick()
        kept = cache.get(key)
        if kept is None:
            making = _Making()
            self._making.append(making)
            try:
                value = make()
            finally:
                if self._making and self._making[-1] is making:
                    self._making.pop()
            kept = Kept(value, making.units, tuple(making.needs.values()), self._item)
            if not making.whole:
                return value
            cache[key] = kept
        else:
            self._pay(kept)
        if self._making:
            self._making[-1].needs[id(kept)] = kept
        result: T = kept.value
        return result

    def _pay(self, kept: Kept) -> None:
        if kept.item != self._item:
            kept.item = self._item
            self._count(kept.units)
            for other in kept.needs:
                self._pay(other)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of an item's units; what is counted here counts for the item too."""

    whole: Effort
    units: int | None
    end: int | None = field(init=False)

    def __post_init__(self) -> None:
        end = None if self.units is None else self.whole.spent + self.units
        object.__setattr__(self, "end", end)

    def tick(self, units: int = 1, /) -> None:
        """Count work. Raises: EffortSpent, TimeUp."""
        self.whole.tick(units)
        if self.units is not None and self.end is not None and self.whole.spent > self.end:
            self.whole.cut()
            raise EffortSpent(self.units)
