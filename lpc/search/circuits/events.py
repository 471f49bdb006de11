"""Events of a scene with the legs between them along which a value may travel.

Terms
-----
marks
    In which regions a point, a leg or a ray is present: a bit for each region of `regions_of`,
    the declarations `complete` first and the places after them.

What is marked here is only a proposal; the check of circuits computes all of it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from lpc.spacetime.lines import Event
from lpc.spacetime.numbers import Number
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Scene

Marks = int


@dataclass(frozen=True, slots=True)
class Leg:
    """From one event to a later one, by their numbers, ends included.

    Legs of one `way` lie on one another's continuation, as far as turns are counted.
    """

    source: int
    target: int
    marks: Marks
    way: int


@dataclass(frozen=True, slots=True)
class Ray:
    """From past infinity along a direction (dt, dx) to an event, which belongs to it."""

    target: int
    direction: Event
    marks: Marks


@dataclass(frozen=True, slots=True)
class Present:
    """Events, legs and rays, by their numbers."""

    events: tuple[int, ...]
    legs: tuple[int, ...]
    rays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EventGraph:
    """Events in the order of time, with what is present where.

    `declared` is the number of bits of the marks that stand for declarations; `incoming`,
    `outgoing` and `arriving` are, for each event, the numbers of its legs and rays; `moment` and
    `offset` rank the events by time and by the distance from the middle of all of them;
    `present` lists, for each place, what is present in it.
    """

    events: tuple[Event, ...]
    at: tuple[Marks, ...]
    legs: tuple[Leg, ...]
    rays: tuple[Ray, ...]
    declared: int
    incoming: tuple[tuple[int, ...], ...] = field(repr=False)
    outgoing: tuple[tuple[int, ...], ...] = field(repr=False)
    arriving: tuple[tuple[int, ...], ...] = field(repr=False)
    moment: tuple[int, ...] = field(repr=False)
    offset: tuple[int, ...] = field(repr=False)
    present: tuple[Present, ...] = field(repr=False)

    @classmethod
    def create(
        cls,
        events: tuple[Event, ...],
        at: tuple[Marks, ...],
        legs: tuple[Leg, ...],
        rays: tuple[Ray, ...],
        declared: int,
        count: int,
    ) -> EventGraph:
        """The graph; events must be in the order of time. `count` bits are used in the marks."""
        incoming: list[list[int]] = [[] for _ in events]
        outgoing: list[list[int]] = [[] for _ in events]
        arriving: list[list[int]] = [[] for _ in events]
        for k, leg in enumerate(legs):
            incoming[leg.target].append(k)
            outgoing[leg.source].append(k)
        for k, ray in enumerate(rays):
            arriving[ray.target].append(k)
        return cls(
            events,
            at,
            legs,
            rays,
            declared,
            tuple(map(tuple, incoming)),
            tuple(map(tuple, outgoing)),
            tuple(map(tuple, arriving)),
            moment=_ranks([t for t, _ in events]),
            offset=_ranks(_offsets(events)),
            present=tuple(
                Present(
                    tuple(e for e, marks in enumerate(at) if marks >> bit & 1),
                    tuple(k for k, leg in enumerate(legs) if leg.marks >> bit & 1),
                    tuple(k for k, ray in enumerate(rays) if ray.marks >> bit & 1),
                )
                for bit in range(declared, count)
            ),
        )

    def in_place(self, place: int | None) -> Present:
        """What is present in a place, by its number; anything, for None."""
        if place is not None:
            return self.present[place]
        return Present(tuple(range(len(self.events))), (), tuple(range(len(self.rays))))

    def complete(self, marks: Marks) -> Marks:
        """The declarations among the marks."""
        return marks & ((1 << self.declared) - 1)

    def places(self, marks: Marks) -> Marks:
        """The places among the marks, the first of them as bit 0."""
        return marks >> self.declared


def regions_of(scene: Scene) -> tuple[Region, ...]:
    """The declarations' regions, and then the places in the order of `scene.places`."""
    return (*(d.region for d in scene.complete), *scene.places.values())


def _offsets(events: Sequence[Event]) -> list[Number]:
    """The sum of the distances along each axis from the mean position of all events."""
    columns = list(zip(*(x for _, x in events), strict=True))
    middle = [Fraction(sum(column)) / len(events) for column in columns]
    return [sum(abs(a - b) for a, b in zip(x, middle, strict=True)) for _, x in events]


def _ranks(values: Sequence[Number]) -> tuple[int, ...]:
    rank = {value: k for k, value in enumerate(sorted(set(values)))}
    return tuple(rank[value] for value in values)
