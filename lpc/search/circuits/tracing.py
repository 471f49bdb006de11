"""From a greatest flow to a small circuit: who asks whom for what.

Every variable asks for its partition at some site in its place. What is asked for is traced back
along legs that carry all of it, to a coin, to past infinity, or to an event where it comes
together; such an event asks for the pieces in its turn.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lpc.search.circuits.events import EventGraph, Present
from lpc.search.circuits.flow import Flow
from lpc.search.circuits.partitions import Partition
from lpc.search.circuits.placing import Wanted
from lpc.spacetime.lines import Event

COMBINE, FROM_INFINITY, BY_A_LEG = 3, 1, 1
"""What these cost against a turn."""


@dataclass(slots=True, eq=False)
class Way:
    """A signal to be: the events passed, what it carries, and the ray it comes along if any.

    `source` is the group of an event, once it is known; `target` another.
    """

    events: list[int]
    carries: Partition
    ray: Event | None = None
    source: Group | None = None
    target: Group | None = None


@dataclass(slots=True, eq=False)
class Group:
    """A node to be: an event, its own coins, what arrives, and all that is asked of it."""

    event: int
    coins: set[int] = field(default_factory=set)
    inputs: list[Way] = field(default_factory=list)
    value: Partition = 0
    merged: Group | None = None

    def final(self) -> Group:
        """The group that this one has become part of."""
        return self if self.merged is None else self.merged.final()


@dataclass(slots=True, eq=False)
class Request:
    """Something asked for at an event, and the ways or readers that wait for it."""

    event: int
    partition: Partition
    waiting: list[Way] = field(default_factory=list)
    group: Group | None = None


@dataclass(slots=True)
class Plan:
    """A circuit in terms of partitions: groups, ways, and the sites of each wanted variable."""

    groups: list[Group]
    ways: list[Way]
    sites: list[list[Way | Request]]


def plan_of(flow: Flow, wanted: Sequence[Wanted]) -> Plan:
    """A circuit from which everything wanted can be read; it must be in the flow."""
    return _Tracer(flow, _menu(flow, wanted)).plan(wanted)


def _menu(flow: Flow, wanted: Sequence[Wanted]) -> list[Partition]:
    """Partitions with a meaning, the coarsest first: what variables and coins are."""
    parts = flow.parts
    coins = {c for coins in flow.coins.values() for c in coins}
    known = {*coins, *(w.partition for w in wanted)} - {parts.bottom}
    return sorted(known, key=lambda p: (parts.count(p), p))


_State = tuple[int, int]
"""An event, and the leg that is taken from it, -1 for none."""


_Offer = tuple[str, int]
"""What offers something: "event", "leg" or "ray", and its number."""


@dataclass(slots=True)
class _Tracer:
    flow: Flow
    menu: Sequence[Partition]
    requests: dict[tuple[int, Partition], Request] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def graph(self) -> EventGraph:
        return self.flow.graph

    def plan(self, wanted: Sequence[Wanted]) -> Plan:
        sites = [list(self.read(w)) for w in wanted]
        while True:
            open_ = [r for r in self.requests.values() if r.group is None]
            if not open_:
                break
            last = max(r.event for r in open_)
            here = [r for r in open_ if r.event == last]
            here.sort(key=lambda r: (-self.flow.parts.count(r.partition), r.partition))
            for request in here:
                request.group = self.group_of(request)
        for request in self.requests.values():
            for way in request.waiting:
                way.source = request.group
        return Plan([g for g in self.groups if g.merged is None], self.ways, sites)

    # ---- what variables read ---------------------------------------------------------------------

    def read(self, wanted: Wanted) -> Iterator[Way | Request]:
        """The sites of a variable: one that gives all of it if there is one, or several."""
        parts, partition = self.flow.parts, wanted.partition
        if partition == parts.bottom:
            return
        present = self.graph.in_place(wanted.place)
        starts = self.starts(present, partition)
        if starts:
            yield self.ask(starts, partition)
            return
        single = [k for k in present.rays if parts.is_known(partition, self.flow.rays[k])]
        if single:
            yield self.along_ray(single[0], partition)
            return
        for found, piece in self.pieces(self.offers(present), partition):
            yield self.site(found, piece)

    def site(self, found: _Offer, piece: Partition) -> Way | Request:
        kind, number = found
        return (
            self.ask({(number, -1): 0}, piece) if kind == "event" else self.arriving(found, piece)
        )

    def arriving(self, found: _Offer, piece: Partition) -> Way:
        """What comes along a leg or a ray."""
        kind, number = found
        if kind == "ray":
            return self.along_ray(number, piece)
        return self.way({(self.graph.legs[number].source, number): 0}, piece)

    def starts(self, present: Present, partition: Partition) -> dict[_State, int]:
        """Where all of the partition can be read, with what reading there costs."""
        flow, known = self.flow, self.flow.parts.is_known
        found = {(e, -1): 0 for e in present.events if known(partition, flow.events[e])}
        for k in present.legs:
            if known(partition, flow.legs[k]):
                found[self.graph.legs[k].source, k] = BY_A_LEG
        return found

    def offers(self, present: Present) -> list[tuple[_Offer, Partition]]:
        """Sites and what is known there, one site for each partition."""
        found: dict[Partition, _Offer] = {}
        for e in present.events:
            found.setdefault(self.flow.events[e], ("event", e))
        for k in present.legs:
            found.setdefault(self.flow.legs[k], ("leg", k))
        for k in present.rays:
            found.setdefault(self.flow.rays[k], ("ray", k))
        found.pop(self.flow.parts.bottom, None)
        return [(site, partition) for partition, site in found.items()]

    def pieces(
        self,
        offers: Sequence[tuple[_Offer, Partition]],
        partition: Partition,
        known: Partition | None = None,
    ) -> list[tuple[_Offer, Partition]]:
        """Few offers, each cut down to little, that together give the partition.

        Args: `known`, what is known besides.
        """
        parts = self.flow.parts
        base = parts.bottom if known is None else known
        order = sorted(offers, key=lambda o: -parts.count(o[1]))
        chosen: list[tuple[_Offer, Partition]] = []
        have = base
        for offer in order:
            if parts.is_known(partition, have):
                break
            if not parts.is_known(offer[1], have):
                chosen.append(offer)
                have = parts.join(have, offer[1])

        def enough(others: Sequence[tuple[_Offer, Partition]]) -> bool:
            total = parts.join(base, parts.join_all(p for _, p in others))
            return parts.is_known(partition, total)

        for offer in list(chosen):
            rest = [o for o in chosen if o is not offer]
            if enough(rest):
                chosen = rest
        for k, (site, offered) in enumerate(chosen):
            for less in self.menu:
                cut = [*chosen[:k], (site, less), *chosen[k + 1 :]]
                if parts.is_known(less, offered) and enough(cut):
                    chosen = cut
                    break
        return chosen

    # ---- nodes -----------------------------------------------------------------------------------

    def group_of(self, request: Request) -> Group:
        """The node that meets a request, with further requests for what it needs."""
        parts, event, partition = self.flow.parts, request.event, request.partition
        here = [g for g in self.groups if g.event == event and g.merged is None]
        for group in here:
            if parts.is_known(partition, group.value):
                return group
        coins, inputs = self.needs(event, partition)
        group = Group(event, set(coins), [], partition)
        self.groups.append(group)
        for offer, piece in inputs:
            way = self.arriving(offer, piece)
            way.target = group
            group.inputs.append(way)
        for other in here:
            if other.coins & group.coins:
                self.merge(other, group)
        return group

    def needs(
        self, event: int, partition: Partition
    ) -> tuple[list[int], list[tuple[_Offer, Partition]]]:
        """Coins by their numbers at the event, and what must arrive besides."""
        flow, parts = self.flow, self.flow.parts
        own = flow.coins.get(event, ())
        offers: list[tuple[_Offer, Partition]] = []
        offers += [(("leg", k), flow.legs[k]) for k in self.graph.incoming[event]]
        offers += [(("ray", k), flow.rays[k]) for k in self.graph.arriving[event]]
        offers = [o for o in offers if o[1] != parts.bottom]
        coins = list(range(len(own)))
        inputs = self.pieces(offers, partition, parts.join_all(own))
        arriving = parts.join_all(p for _, p in inputs)
        for k in list(coins):
            rest = [c for c in coins if c != k]
            if parts.is_known(partition, parts.join_all([arriving, *(own[c] for c in rest)])):
                coins = rest
        return coins, inputs

    def merge(self, one: Group, into: Group) -> None:
        """Two nodes at one event that toss the same coin are one."""
        into.coins |= one.coins
        into.inputs += one.inputs
        into.value = self.flow.parts.join(into.value, one.value)
        for way in one.inputs:
            way.target = into
        one.merged = into

    # ---- ways ------------------------------------------------------------------------------------

    def ask(self, starts: dict[_State, int], partition: Partition) -> Way | Request:
        """The cheapest way from where the partition comes from, or the request there."""
        way = self.way(starts, partition)
        if len(way.events) > 1 or way.ray is not None:
            return way
        self.ways.remove(way)
        request = self.request(way.events[0], partition)
        request.waiting.remove(way)
        return request

    def way(self, starts: dict[_State, int], partition: Partition) -> Way:
        """The cheapest way from where the partition comes from, with a request there."""
        states, ray = self.trace(starts, partition)
        events = [event for event, _ in states]
        first = states[-1][1]
        if first >= 0:
            events.append(self.graph.legs[first].target)
        way = Way(events, partition, ray)
        self.ways.append(way)
        if ray is None:
            self.request(events[0], partition).waiting.append(way)
        return way

    def along_ray(self, number: int, partition: Partition) -> Way:
        ray = self.graph.rays[number]
        way = Way([ray.target], partition, ray.direction)
        self.ways.append(way)
        return way

    def request(self, event: int, partition: Partition) -> Request:
        key = event, partition
        if key not in self.requests:
            self.requests[key] = Request(event, partition)
        return self.requests[key]

    def trace(
        self, starts: dict[_State, int], partition: Partition
    ) -> tuple[list[_State], Event | None]:
        """The cheapest way back along legs that carry the partition, from its origin on.

        Dijkstra's algorithm; the price is the kind of the origin and the turns, then the legs.
        """
        flow, graph, known = self.flow, self.graph, self.flow.parts.is_known
        heap: list[tuple[int, int, int, int, bool]] = []
        best: dict[_State, tuple[int, int]] = {}
        back: dict[_State, _State | None] = {}
        for state, cost in starts.items():
            best[state], back[state] = (cost, 0), None
            heapq.heappush(heap, (cost, 0, *state, False))
        origins: dict[_State, Event | None] = {}
        while heap:
            turns, length, event, leg, done = heapq.heappop(heap)
            state = event, leg
            if done:
                return self._states(state, back), origins[state]
            if best[state] < (turns, length):
                continue
            origin = self.origin(event, partition)
            if origin is not None:
                origins[state] = origin[1]
                heapq.heappush(heap, (turns + origin[0], length, event, leg, True))
            way = graph.legs[leg].way if leg >= 0 else -1
            for k in graph.incoming[event]:
                if known(partition, flow.legs[k]):
                    turn = way >= 0 and way != graph.legs[k].way
                    price, step = (turns + turn, length + 1), (graph.legs[k].source, k)
                    if step not in best or price < best[step]:
                        best[step], back[step] = price, state
                        heapq.heappush(heap, (*price, *step, False))
        raise LookupError("what is in a flow comes from somewhere")

    def _states(self, state: _State, back: dict[_State, _State | None]) -> list[_State]:
        states = [state]
        while (before := back[states[-1]]) is not None:
            states.append(before)
        return states

    def origin(self, event: int, partition: Partition) -> tuple[int, Event | None] | None:
        """Whether the partition may come from an event: the price, and the ray if by one."""
        flow, known = self.flow, self.flow.parts.is_known
        if event in flow.coins and known(partition, flow.parts.join_all(flow.coins[event])):
            return 0, None
        for k in self.graph.arriving[event]:
            if known(partition, flow.rays[k]):
                return FROM_INFINITY, self.graph.rays[k].direction
        passes = any(known(partition, flow.legs[k]) for k in self.graph.incoming[event])
        return (COMBINE, None) if known(partition, flow.events[event]) and not passes else None
