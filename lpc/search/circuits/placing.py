"""Where coins are tossed so that every variable can be read in its place.

For each coin the events are sorted by how the coin is heard from there: in which places, and at
which entrances to regions that would not let all of it pass. Of each kind the latest event is
tried, and the earliest. A coin that is not placed yet is taken to be tossed at all of them, which
is more than any placement can give; so what fails then needs no closer look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lpc.logic.effort import Tick
from lpc.search.circuits.flow import Bounds, Flow, readable
from lpc.search.circuits.partitions import Partition, Partitions

INFINITY = -1
"""In the place of an event: past infinity."""

FLOW = 50
"""Units of work of one flow."""
MAX_OPTIONS = 12
"""Events tried for one coin at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A variable that must be readable: its partition, and the number of its place if any."""

    partition: Partition
    place: int | None


@dataclass(slots=True)
class Budget:
    """How many flows may still be worked out."""

    left: int
    tick: Tick

    def spend(self) -> bool:
        """False once nothing is left."""
        self.tick(FLOW)
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Placing:
    """Coins, the events at which each may be tossed, and what must be readable then."""

    bounds: Bounds
    coins: Sequence[Partition]
    options: Sequence[Sequence[int]]
    wanted: Sequence[Wanted]
    budget: Budget

    def find(self) -> Flow | None:
        """A flow from which everything wanted can be read, each coin at one of its options."""
        places = self._search(list(self.options), 0)
        return None if places is None else self._settled(places)

    def _search(self, places: _Places, k: int) -> _Places | None:
        if self._flow(places) is None:
            return None
        while k < len(places) and len(places[k]) <= 1:
            k += 1
        if k == len(places):
            return places
        found = (self._search(_moved(places, k, event), k + 1) for event in places[k])
        return next((f for f in found if f is not None), None)

    def _settled(self, places: _Places) -> Flow | None:
        """Each coin tossed as late as may be, one after the other: nearest to where it matters."""
        moment, offset = self.bounds.graph.moment, self.bounds.graph.offset
        for k, options in enumerate(self.options):
            late = [e for e in options if e != INFINITY]
            late.sort(key=lambda e: (-moment[e], offset[e], e))
            for event in late:
                if (event,) == tuple(places[k]):
                    break
                moved = _moved(places, k, event)
                if self._flow(moved) is not None:
                    places = moved
                    break
        self.budget.left += 1  # NB: the flow is known to be good, and is wanted now.
        return self._flow(places)

    def _flow(self, places: _Places) -> Flow | None:
        """The flow if it is enough; None too once the budget is spent."""
        if not self.budget.spend():
            return None
        parts = self.bounds.parts
        seed, tossed = parts.bottom, dict[int, tuple[Partition, ...]]()
        for coin, events in zip(self.coins, places, strict=True):
            for event in events:
                if event == INFINITY:
                    seed = parts.join(seed, coin)
                else:
                    tossed[event] = (*tossed.get(event, ()), coin)
        flow = self.bounds.flow(tossed, seed)
        enough = all(parts.is_known(w.partition, readable(flow, w.place)) for w in self.wanted)
        return flow if enough else None


_Places = list[Sequence[int]]


def _moved(places: _Places, k: int, event: int) -> _Places:
    return [*places[:k], (event,), *places[k + 1 :]]


def options_of(bounds: Bounds, coin: Partition) -> list[int]:
    """Events at which the coin may be tossed, the most widely heard first."""
    heard = _heard(bounds, coin)
    graph = bounds.graph
    kinds: dict[int, list[int]] = {}
    for event, how in enumerate(heard):
        if how is not None:
            kinds.setdefault(how, []).append(event)
    widest = [how for how in kinds if not any(how != o and how & o == how for o in kinds)]
    order = sorted(kinds, key=lambda how: (how not in widest, -how.bit_count(), how))

    moment, offset = graph.moment, graph.offset
    latest = [max(kinds[how], key=lambda e: (moment[e], -offset[e], -e)) for how in order]
    earliest = [min(kinds[how], key=lambda e: (moment[e], offset[e], e)) for how in order]
    return list(dict.fromkeys([*latest, *earliest]))[:MAX_OPTIONS]


def _heard(bounds: Bounds, coin: Partition) -> list[int | None]:
    """For each event, where all of the coin is heard from there; None where it cannot be.

    A set as bits: places, and entrances to complete regions, told apart by the declarations and
    the places beyond.
    """
    graph, parts = bounds.graph, bounds.parts
    passes = _Passes(parts, coin)
    count = max((m.bit_length() for m in graph.at), default=0) + 1
    gates: dict[tuple[Partition, int], int] = {}
    heard: list[int | None] = [None] * len(graph.events)
    for e in reversed(range(len(graph.events))):
        if not passes.under(bounds.events[e]):
            continue
        how = graph.places(graph.at[e])
        for k in graph.outgoing[e]:
            leg = graph.legs[k]
            beyond = heard[leg.target]
            if passes.under(bounds.legs[k]) and beyond is not None:
                how |= graph.places(leg.marks) | beyond
                continue
            gate = bounds.legs[k], graph.places(leg.marks | graph.at[leg.target])
            how |= 1 << (count + gates.setdefault(gate, len(gates)))
        heard[e] = how
    return heard


@dataclass(frozen=True, slots=True)
class _Passes:
    """Whether all of a coin may be present under a limit."""

    parts: Partitions
    coin: Partition

    def under(self, limit: Partition) -> bool:
        return limit == self.parts.top or self.parts.is_known(self.coin, limit)
