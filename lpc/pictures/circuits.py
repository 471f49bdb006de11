"""A circuit in a spacetime diagram: events as dots, coins marked, signals as arrows.

What comes from past infinity comes in from the edge of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lpc.logic import LpcError
from lpc.pictures.plane import Corner, Frame, flat_events
from lpc.report.circuits import coin_names
from lpc.report.results import Item
from lpc.spacetime import Scene
from lpc.spacetime.circuits import Circuit, runs


@dataclass(frozen=True, slots=True)
class Spot:
    """An event of a circuit: the coins tossed there, or none where signals only meet."""

    at: Corner
    coins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """The way of a signal, and the direction from which it comes if from past infinity."""

    corners: tuple[Corner, ...]
    ray: Corner | None
    names: tuple[str, ...] = ()

    def within(self, frame: Frame) -> tuple[Corner, ...]:
        """The way with a stretch of its ray, from the edge of the frame."""
        if self.ray is None:
            return self.corners
        (t, x), (dt, dx) = self.corners[0], self.ray
        far = (t - frame.t0) / dt
        if dx:
            edge = frame.x0 if dx > 0 else frame.x1
            far = min(far, (x - edge) / dx)
        return ((t - far * dt, x - far * dx), *self.corners)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A circuit in the plane: `readers` are the variables that anything reaches."""

    spots: tuple[Spot, ...]
    ways: tuple[Way, ...]
    readers: frozenset[str]

    @property
    def corners(self) -> tuple[Corner, ...]:
        """All events."""
        return tuple({*(s.at for s in self.spots), *(c for w in self.ways for c in w.corners)})


NOTHING = Sketch((), (), frozenset())


def circuit_of(item: Item | None) -> Circuit | None:
    """The circuit behind an item: of the model that breaks it, or of the one it speaks of."""
    if item is None:
        return None
    return item.circuit if item.model is None else item.model.circuit


def sketch(circuit: Circuit, scene: Scene) -> Sketch:
    """The circuit in the plane of the picture; nothing where it leaves that plane."""
    shown = _moving(circuit)
    nodes = [n for n in circuit.nodes if n.coin or n.name in shown]
    signals = [s for s in circuit.signals if s.name in shown]
    events = [*(n.event for n in nodes), *(e for s in signals for e in s.path)]
    rays = [s.ray for s in signals if s.ray is not None]
    try:
        at = flat_events(scene, events)
        along = flat_events(scene, rays, directions=True)
    except LpcError:
        return NOTHING
    names = coin_names(circuit)
    spots: dict[Corner, tuple[str, ...]] = {}
    for node in nodes:
        here = at[node.event]
        spots[here] = (*spots.get(here, ()), *names.get(node.name, ()))
    ways = (
        Way(
            tuple(at[e] for e in s.path),
            None if s.ray is None else along[s.ray],
            names.get(s.seed, ()) if s.seed is not None else (),
        )
        for s in signals
    )
    readers = (r.variable for r in circuit.readings if len({v for _, v in r.table}) > 1)
    return Sketch(
        tuple(Spot(place, coins) for place, coins in spots.items()),
        tuple(dict.fromkeys(ways)),
        frozenset(readers),
    )


def _moving(circuit: Circuit) -> frozenset[str]:
    """The nodes and signals that are not constant and that something depends on."""
    return frozenset(_varying(circuit)) & _used(circuit)


def _varying(circuit: Circuit) -> Iterator[str]:
    found = tuple(runs(circuit))
    for name in (*(n.name for n in circuit.nodes), *(s.name for s in circuit.signals)):
        if len({run.sites[name] for run in found}) > 1:
            yield name


def _used(circuit: Circuit) -> frozenset[str]:
    """What is read, and what leads there."""
    signals = {s.name: s for s in circuit.signals}
    inputs = {n.name: n.inputs for n in circuit.nodes}
    found: set[str] = set()
    waiting = [site for reading in circuit.readings for site in reading.sites]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in inputs:
            waiting += inputs[name]
        elif signals[name].source is not None:
            waiting.append(str(signals[name].source))
    return frozenset(found)
