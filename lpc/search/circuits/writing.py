"""A plan in terms of partitions written as a circuit, its signals straight where they may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from lpc.search.circuits.coins import distribution
from lpc.search.circuits.flow import Flow, Limits
from lpc.search.circuits.partitions import Partition
from lpc.search.circuits.tracing import Group, Plan, Request, Way
from lpc.spacetime.circuits import Circuit, Node, Reading, Seed, Signal
from lpc.spacetime.lines import Event, is_causal, leg_meets, ray_meets
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Scene

Value = Any
Weight = Any

SEED = "past infinity"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that the circuit must speak of: its place, its values by outcome, and them as
    a partition."""

    name: str
    place: Region | None
    column: Sequence[Value]
    partition: Partition


@dataclass(slots=True, eq=False)
class _Drawn:
    """A signal or a node on its way into the circuit; a node has a path of one event.

    `read` are the places of the variables that read it.
    """

    path: list[Event]
    carries: Partition
    ray: Event | None = None
    way: Way | None = None
    group: Group | None = None
    read: list[Region] = field(default_factory=list)

    def meets(self, region: Region) -> bool:
        """Whether it is present in the region."""
        if any(region.contains(*event) for event in self.path):
            return True
        if any(leg_meets(region, p, q) for p, q in pairwise(self.path)):
            return True
        return self.ray is not None and ray_meets(region, self.path[0], self.ray)


def circuit_of(
    scene: Scene,
    flow: Flow,
    limits: Limits,
    plan: Plan,
    variables: Sequence[Variable],
    weights: Sequence[Weight],
) -> Circuit:
    """The plan as a circuit; `variables` are those whose sites it lists, in that order."""
    return _Writer(scene, flow, limits, weights).write(plan, variables)


@dataclass(slots=True)
class _Writer:
    scene: Scene
    flow: Flow
    limits: Limits
    weights: Sequence[Weight]

    def write(self, plan: Plan, variables: Sequence[Variable]) -> Circuit:
        nodes = [
            _Drawn([self.flow.graph.events[g.event]], g.value, group=g)
            for g in sorted(plan.groups, key=lambda g: g.event)
        ]
        ways = [
            _Drawn(_corners([self.flow.graph.events[e] for e in w.events]), w.carries, w.ray, w)
            for w in plan.ways
        ]
        by_group = {id(d.group): d for d in nodes}
        by_way = {id(d.way): d for d in ways}
        sites = [[self._drawn(site, by_group, by_way) for site in found] for found in plan.sites]
        for variable, found in zip(variables, sites, strict=True):
            for drawn in found:
                if variable.place is not None:
                    drawn.read.append(variable.place)
        for node in nodes:
            ways = self._slid(node, ways, sites)
        for drawn in ways:
            self._straighten(drawn)
        shared = [
            self._shared(v, s, [*nodes, *ways]) for v, s in zip(variables, sites, strict=True)
        ]
        used = {id(d) for found in shared for d in found}
        kept = [d for d in ways if d.way is not None and (d.way.target or id(d) in used)]
        return self._circuit(nodes, kept, variables, shared)

    def _drawn(
        self, site: Way | Request, by_group: Mapping[int, _Drawn], by_way: Mapping[int, _Drawn]
    ) -> _Drawn:
        if isinstance(site, Way):
            return by_way[id(site)]
        return by_group[id(_final(site.group))]

    # ---- late nodes ------------------------------------------------------------------------------

    def _slid(self, node: _Drawn, ways: list[_Drawn], sites: list[list[_Drawn]]) -> list[_Drawn]:
        """Bring things together only where they are read, if nothing forbids that.

        A node with inputs whose one signal is only read goes to the end of that signal; what
        arrives takes the signal's way. Returns: the ways that are left.
        """
        group = node.group
        leaving = [w for w in ways if w.way is not None and w.way.source is not None]
        leaving = [w for w in leaving if w.way is not None and _final(w.way.source) is group]
        if group is None or not group.inputs or len(leaving) != 1 or node.read:
            return ways
        (last,) = leaving
        if last.way is None or last.way.target is not None or any(node in s for s in sites):
            return ways
        end = last.path[-1]
        coming = [w for w in ways if w.way in group.inputs]
        legs = list(pairwise(last.path))
        if not all(place.contains(*end) for place in last.read):
            return ways
        if any(r.contains(*end) for r in self._closed(node.carries)) or any(
            leg_meets(region, *leg)
            for w in coming
            for region in self._closed(w.carries)
            for leg in legs
        ):
            return ways
        for way in coming:
            way.path = _corners([*way.path, *last.path[1:]])
        node.path, node.read = [end], last.read
        for found in sites:
            found[:] = [node if d is last else d for d in found]
        return [w for w in ways if w is not last]

    # ---- straight signals ------------------------------------------------------------------------

    def _straighten(self, drawn: _Drawn) -> None:
        """Take out kinks as long as the signal keeps out of where it must not be present.

        Only this signal changes, so nothing else is looked at again.
        """
        closed = self._closed(drawn.carries)
        if drawn.ray is not None:
            self._shorten_ray(drawn, closed)
        start = 0
        while start + 2 < len(drawn.path):
            for end in range(len(drawn.path) - 1, start + 1, -1):
                path = [*drawn.path[: start + 1], *drawn.path[end:]]
                if self._may_take(drawn, path, (drawn.path[start], drawn.path[end]), closed):
                    drawn.path = path
                    break
            start += 1

    def _may_take(
        self, drawn: _Drawn, path: list[Event], leg: tuple[Event, Event], closed: list[Region]
    ) -> bool:
        if not is_causal(*leg) or any(leg_meets(region, *leg) for region in closed):
            return False
        changed = _Drawn(path, drawn.carries, drawn.ray)
        return all(changed.meets(place) for place in drawn.read)

    def _shorten_ray(self, drawn: _Drawn, closed: list[Region]) -> None:
        """Let the ray come straight to the end of the signal, or to a late kink."""
        for first in range(len(drawn.path) - 1, 0, -1):
            directions = dict.fromkeys([_step(drawn.path[first - 1], drawn.path[first])])
            if drawn.ray is not None:
                directions.setdefault(drawn.ray)
            for ray in directions:
                changed = _Drawn(drawn.path[first:], drawn.carries, ray)
                if not any(changed.meets(region) for region in closed) and all(
                    changed.meets(place) for place in drawn.read
                ):
                    drawn.path, drawn.ray = changed.path, ray
                    return

    def _closed(self, carried: Partition) -> list[Region]:
        """The complete regions in which not all of this may be present."""
        known = self.flow.parts.is_known
        return [
            d.region
            for k, d in enumerate(self.scene.complete)
            if not known(carried, self.limits.of(1 << k))
        ]

    def _shared(
        self, variable: Variable, sites: list[_Drawn], every: Sequence[_Drawn]
    ) -> list[_Drawn]:
        """The sites of a variable, or another that is needed anyway and says as much.

        A variable reads a signal that passes rather than one of its own.
        """
        known = self.flow.parts.is_known
        found: list[_Drawn] = []
        for site in sites:
            if site.way is not None and site.way.target is None:
                others = (
                    o
                    for o in every
                    if o is not site
                    and (o.way is None or o.way.target is not None or o.read)
                    and known(site.carries, o.carries)
                    and (variable.place is None or o.meets(variable.place))
                )
                other = next(others, None)
                if other is not None:
                    if variable.place is not None:
                        site.read.remove(variable.place)
                        other.read.append(variable.place)
                    site = other
            if site not in found:
                found.append(site)
        return found

    # ---- data ------------------------------------------------------------------------------------

    def _circuit(
        self,
        nodes: Sequence[_Drawn],
        ways: Sequence[_Drawn],
        variables: Sequence[Variable],
        sites: Sequence[Sequence[_Drawn]],
    ) -> Circuit:
        names = {id(d): f"n{k}" for k, d in enumerate(nodes, 1)}
        names |= {id(d): f"s{k}" for k, d in enumerate(ways, 1)}
        group_names = {id(d.group): names[id(d)] for d in nodes}
        way_names = {id(d.way): names[id(d)] for d in ways}
        coming = [d.carries for d in ways if d.ray is not None]
        seed = self.flow.parts.join_all(coming)
        seeds = (Seed(SEED, self._weights(seed)),) if coming else ()
        return Circuit(
            tuple(self._node(d, names[id(d)], way_names) for d in nodes),
            tuple(self._signal(d, names[id(d)], group_names, seed) for d in ways),
            tuple(
                self._reading(v, [(names[id(d)], d.carries) for d in found])
                for v, found in zip(variables, sites, strict=True)
            ),
            seeds,
        )

    def _node(self, drawn: _Drawn, name: str, way_names: Mapping[int, str]) -> Node:
        group = drawn.group
        if group is None:
            raise LookupError(f"{name} is no node")
        own = self.flow.coins.get(group.event, ())
        coin = self.flow.parts.join_all(own[k] for k in sorted(group.coins))
        if not group.inputs:
            coin = group.value  # NB: no finer than what is asked for
        labels = self.flow.parts.labels
        arriving = zip(*(labels(w.carries) for w in group.inputs), strict=True)
        inputs = list(arriving) if group.inputs else [()] * self.flow.parts.size
        tossed: Sequence[int | None] = labels(coin)
        if coin == self.flow.parts.bottom:
            tossed = [None] * self.flow.parts.size
        table = dict(zip(zip(tossed, inputs, strict=True), labels(group.value), strict=True))
        return Node(
            name,
            drawn.path[0],
            () if coin == self.flow.parts.bottom else self._weights(coin),
            tuple(way_names[id(w)] for w in group.inputs),
            tuple(table.items()),
        )

    def _signal(
        self, drawn: _Drawn, name: str, group_names: Mapping[int, str], seed: Partition
    ) -> Signal:
        way = drawn.way
        if way is None:
            raise LookupError(f"{name} is no signal")
        source = None if way.source is None else _final(way.source)
        origin = seed if source is None else source.value
        carries = self._function(origin, drawn.carries)
        return Signal(
            name,
            tuple(drawn.path),
            carries,
            source=None if source is None else group_names[id(source)],
            target=None if way.target is None else group_names[id(_final(way.target))],
            seed=SEED if source is None else None,
            ray=drawn.ray,
        )

    def _reading(self, variable: Variable, sites: Sequence[tuple[str, Partition]]) -> Reading:
        labels = [self.flow.parts.labels(p) for _, p in sites]
        keys = zip(*labels, strict=True) if sites else [()] * len(variable.column)
        table = dict(zip(keys, variable.column, strict=True))
        return Reading(variable.name, tuple(n for n, _ in sites), tuple(table.items()))

    def _function(self, of: Partition, what: Partition) -> tuple[tuple[int, int], ...]:
        labels = self.flow.parts.labels
        return tuple(dict(zip(labels(of), labels(what), strict=True)).items())

    def _weights(self, partition: Partition) -> tuple[tuple[int, Weight], ...]:
        return tuple(distribution(self.flow.parts.labels(partition), self.weights).items())


def _final(group: Group | None) -> Group:
    if group is None:
        raise LookupError("a request was not met")
    return group.final()


def _corners(path: list[Event]) -> list[Event]:
    """The path without events on its straight pieces."""
    kept = path[:1]
    for k in range(1, len(path) - 1):
        if not _is_straight(kept[-1], path[k], path[k + 1]):
            kept.append(path[k])
    return kept + path[1:][-1:]


def _is_straight(p: Event, q: Event, r: Event) -> bool:
    (a, xs), (b, ys) = _step(p, q), _step(q, r)
    return all(a * y == b * x for x, y in zip(xs, ys, strict=True))


def _step(p: Event, q: Event) -> Event:
    return q[0] - p[0], tuple(y - x for x, y in zip(p[1], q[1], strict=True))
