"""Where coins are tossed so that every variable can be read in its place.

For each coin the events are sorted by how the coin is heard from there: in which places, and at
which entrances to regions that would not let all of it pass. Of each kind the latest event is
tried, and the earliest. A coin that is not placed yet is taken to be tossed at all of them, which
is more than any placement can give; so what fails then needs no closer look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lpc.search.circuits.flow import Bounds, Flow, readable
from lpc.search.circuits.partitions import Partition, Partitions
from lpc.search.limits import Tick

INFINITY = -1
"""In the place of an event: past infinity."""

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
        self.tick()
        self.left -= 1
        return self.left >= 0


def find_flow(
    bounds: Bounds,
    coins: Sequence[Partition],
    options: Sequence[Sequence[int]],
    wanted: Sequence[Wanted],
    budget: Budget,
) -> Flow | None:
    """A flow from which everything wanted can be read, each coin at one of its options."""
    parts = bounds.parts

    def flow_of(places: Sequence[Sequence[int]]) -> Flow | None:
        if not budget.spend():
            return None
        seed = parts.join_all(c for c, at in zip(coins, places, strict=True) if INFINITY in at)
        tossed: dict[int, tuple[Partition, ...]] = {}
        for coin, at in zip(coins, places, strict=True):
            for event in at:
                if event != INFINITY:
                    tossed[event] = (*tossed.get(event, ()), coin)
        flow = bounds.flow(tossed, seed)
        enough = all(parts.is_known(w.partition, readable(flow, w.place)) for w in wanted)
        return flow if enough else None

    def search(places: list[Sequence[int]], k: int) -> Flow | None:
        flow = flow_of(places)
        while flow is not None and k < len(coins) and len(options[k]) <= 1:
            k += 1
        if flow is None or k == len(coins):
            return flow
        for event in options[k]:
            found = search([*places[:k], (event,), *places[k + 1 :]], k + 1)
            if found is not None:
                return found
        return None

    return search(list(options), 0)


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
