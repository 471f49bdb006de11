"""The greatest flow of information from coins at given events.

What is known at an event is what arrives there and the coins tossed there; of it, and of what
goes along each leg, only what is a function of C may be present where C is complete. The flow
knows no more than any circuit with these coins could bring, and no less: the greatest circuit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lpc.search.circuits.events import EventGraph, Marks
from lpc.search.circuits.partitions import Partition, Partitions


class Limits:
    """What may be present: for each set of declarations, what all of them know."""

    def __init__(self, parts: Partitions, complete: Sequence[Partition]) -> None:
        self._parts, self._complete = parts, complete
        self._known: dict[Marks, Partition] = {0: parts.top}

    def of(self, declarations: Marks) -> Partition:
        """The finest partition that may be present where all these declarations hold."""
        if declarations not in self._known:
            limit = self._parts.top
            for k, complete in enumerate(self._complete):
                if declarations >> k & 1:
                    limit = self._parts.meet(limit, complete)
            self._known[declarations] = limit
        return self._known[declarations]


@dataclass(frozen=True, slots=True)
class Flow:
    """What is known at each event, and goes along each leg and each ray.

    `coins` are those tossed at each event, `seed` what comes from past infinity.
    """

    graph: EventGraph
    parts: Partitions
    coins: Mapping[int, tuple[Partition, ...]]
    seed: Partition
    events: Sequence[Partition]
    legs: Sequence[Partition]
    rays: Sequence[Partition]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of every event, leg and ray of a graph."""

    graph: EventGraph
    parts: Partitions
    events: Sequence[Partition]
    legs: Sequence[Partition]
    rays: Sequence[Partition]

    @classmethod
    def create(cls, graph: EventGraph, parts: Partitions, limits: Limits) -> Bounds:
        """The limits where `limits` holds."""
        mask = graph.complete(-1)
        return cls(
            graph,
            parts,
            [limits.of(m & mask) for m in graph.at],
            [limits.of(leg.marks & mask) for leg in graph.legs],
            [limits.of(ray.marks & mask) for ray in graph.rays],
        )

    def flow(self, coins: Mapping[int, tuple[Partition, ...]], seed: Partition) -> Flow:
        """The greatest flow with these coins, and `seed` from past infinity."""
        graph, join, meet = self.graph, self.parts.join, self.parts.meet
        bottom = self.parts.bottom
        legs = [bottom] * len(graph.legs)
        rays = [meet(seed, limit) for limit in self.rays]
        events: list[Partition] = []
        for e, limit in enumerate(self.events):
            known = bottom
            for k in graph.incoming[e]:
                if legs[k] != bottom:
                    known = join(known, legs[k])
            if seed != bottom:
                for k in graph.arriving[e]:
                    known = join(known, rays[k])
            if e in coins:
                for coin in coins[e]:
                    known = join(known, coin)
                known = meet(known, limit)
            events.append(known)
            if known != bottom:
                for k in graph.outgoing[e]:
                    legs[k] = meet(known, self.legs[k])
        return Flow(graph, self.parts, coins, seed, events, legs, rays)


def readable(flow: Flow, place: int | None) -> Partition:
    """All that can be read in a place, by its number; anywhere, for None."""
    present = flow.graph.in_place(place)
    found = {flow.events[e] for e in present.events}
    found.update(flow.legs[k] for k in present.legs)
    found.update(flow.rays[k] for k in present.rays)
    return flow.parts.join_all(sorted(found))
