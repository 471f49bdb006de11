"""Random scenes in 1+1 and random circuits, as values and as text; apart from the checker.

Regions are points, segments, diamonds, whole slices, pasts, and what unions, cuts and differences
make of them: thick, disconnected, open on one side. Coordinates lie on a grid of null coordinates,
so that edges touch often. Everything comes from a seeded `Random`, so a number names a scene.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise, product
from random import Random

from lpc.spacetime import Complete, Region, Scene, Space
from lpc.spacetime.zones import Zone

LINE = Space(1)
REACH = 3
"""Regions are made of null coordinates up to this size."""


@dataclass(frozen=True, slots=True)
class Named:
    """A region and how a file writes it."""

    text: str
    region: Region

    def __or__(self, other: Named) -> Named:
        return Named(f"({self.text} | {other.text})", self.region | other.region)

    def __and__(self, other: Named) -> Named:
        return Named(f"({self.text} & {other.text})", self.region & other.region)

    def __sub__(self, other: Named) -> Named:
        return Named(f"({self.text} - {other.text})", self.region - other.region)


@dataclass(frozen=True, slots=True)
class Layout:
    """A scene, its regions as text, and for some variables where they tell everything."""

    scene: Scene
    places: Mapping[str, Named]
    declared: tuple[tuple[frozenset[str], Named], ...]
    full: Mapping[str, Region]


def _number(x: Fraction | int) -> str:
    return str(Fraction(x))


def point(u: int, v: int) -> Named:
    return point_at(Fraction(u + v, 2), Fraction(v - u, 2))


def point_at(t: Fraction, x: Fraction) -> Named:
    return Named(f"point t = {_number(t)}, x = {_number(x)}", LINE.point(t, [x]))


def segment(t: Fraction, left: Fraction, right: Fraction) -> Named:
    text = f"segment t = {_number(t)}, x = {_number(left)} to {_number(right)}"
    return Named(text, LINE.segment(t, left, right))


def whole(t: Fraction) -> Named:
    return Named(f"slice t = {_number(t)}", LINE.slice(t))


def past(of: Named) -> Named:
    return Named(f"past({of.text})", LINE.past(of.region))


def future(of: Named) -> Named:
    return Named(f"future({of.text})", LINE.future(of.region))


def _null(rng: Random) -> int:
    return rng.randint(-REACH, REACH)


def a_point(rng: Random) -> Named:
    return point(_null(rng), _null(rng))


def a_segment(rng: Random) -> Named:
    t, x = Fraction(rng.randint(-4, 3), 2), Fraction(rng.randint(-6, 4), 2)
    return segment(t, x, x + rng.randint(0, 4))


def a_slice(rng: Random) -> Named:
    return whole(Fraction(rng.randint(-4, 3), 2))


def a_diamond(rng: Random) -> Named:
    u, v = _null(rng), _null(rng)
    p, q = point(u, v), point(u + rng.randint(1, 3), v + rng.randint(1, 3))
    return Named(f"(diamond ({p.text}) to ({q.text}))", LINE.diamond(p.region, q.region))


def a_cut(rng: Random) -> Named:
    """A part of a slice: the past of a point there, or what that leaves."""
    now, of = a_slice(rng), past(a_point(rng))
    return now & of if rng.random() < 0.7 else now - of


def a_past(rng: Random) -> Named:
    """A thick region without a beginning."""
    first, second = past(a_point(rng)), past(a_point(rng))
    return rng.choice([lambda: first, lambda: first - second, lambda: first & second])()


def a_place(rng: Random) -> Named:
    """Where a variable lives."""
    kind = rng.choice([a_point, a_point, a_point, a_segment, a_segment, a_diamond])
    found = kind(rng)
    if rng.random() < 0.3:
        found = found | rng.choice([a_point, a_segment, a_diamond])(rng)
    if rng.random() < 0.1:
        found = found - a_point(rng)
    return found


def a_state(rng: Random) -> Named:
    """Where something is complete."""
    kind = rng.choice([a_slice, a_slice, a_cut, a_cut, a_cut, a_segment, a_diamond, a_past])
    found = kind(rng)
    if rng.random() < 0.3:
        found = found | rng.choice([a_cut, a_segment, a_point, a_past, a_diamond])(rng)
    if rng.random() < 0.15:
        found = found - rng.choice([a_segment, a_point, a_diamond])(rng)
    return found


def a_layout(rng: Random, most: int = 3, state: Callable[[Random], Named] = a_state) -> Layout:
    """Two to four variables in random places, one to three declarations, or at most `most`.

    What is complete somewhere may live beyond that region, be split between two names, and be
    complete on a second region as well; other variables, or one that lives nowhere, may be declared
    with it.
    """
    places: dict[str, Named] = {}
    full: dict[str, Region] = {}
    for name in "ABDE"[: rng.randint(2, 4)]:
        places[name] = _filled(rng, a_place)
    ordinary = sorted(places)
    declared: list[tuple[frozenset[str], Named]] = []
    for k in range(rng.randint(1, most)):
        region = _filled(rng, state)
        if k and rng.random() < 0.25:  # one state for two regions, as λ in Bell's scenario
            places["s0"] = places["s0"] | region
            full["s0"] = full["s0"] | region.region
            names = {"s0"}
        else:
            names = _tell(rng, region, f"s{k}", places, full)
        if rng.random() < 0.25:
            names = names | {rng.choice(ordinary)}
        if rng.random() < 0.03:
            names = names | {"U"}
        declared.append((frozenset(names), region))
    complete = tuple(Complete(names, region.region) for names, region in declared)
    regions = {name: place.region for name, place in places.items()}
    return Layout(Scene(LINE, {}, regions, complete), places, tuple(declared), full)


def _filled(rng: Random, kind: Callable[[Random], Named]) -> Named:
    while True:
        found = kind(rng)
        if not found.region.is_empty:
            return found


def _tell(
    rng: Random, region: Named, name: str, places: dict[str, Named], full: dict[str, Region]
) -> set[str]:
    """New variables that together live on all of the region."""
    if rng.random() < 0.25:
        other = rng.choice([a_point, a_segment, a_diamond, lambda r: past(a_point(r))])(rng)
        inner, outer = region & other, region - other
        if not inner.region.is_empty and not outer.region.is_empty:
            places[name], places[f"{name}x"] = outer, inner
            full[name], full[f"{name}x"] = outer.region, inner.region
            return {name, f"{name}x"}
    wider = rng.random() < 0.3
    full[name] = region.region
    places[name] = region | _filled(rng, a_place) if wider else region
    return {name}


def a_staircase(rng: Random) -> Layout:
    """One state on two or three segments, some of them later than others, and points around."""
    t, x = Fraction(rng.randint(-3, 0), 2), Fraction(rng.randint(-6, 0), 2)
    region = segment(t, x, x + rng.randint(2, 5))
    for _ in range(rng.choice([1, 1, 2])):
        t += Fraction(rng.randint(0, 2), 2)
        x += Fraction(rng.randint(-3, 6), 2)
        region = region | segment(t, x, x + Fraction(rng.randint(1, 6), 2))
    places = {"s0": region} | {name: a_point(rng) for name in "ABDEF"}
    complete = (Complete(frozenset({"s0"}), region.region),)
    regions = {name: place.region for name, place in places.items()}
    scene = Scene(LINE, {}, regions, complete)
    declared = ((frozenset({"s0"}), region),)
    return Layout(scene, places, declared, {"s0": region.region})


def a_past_named(rng: Random) -> Layout:
    """One or two states that fill pasts, of which some hold the common past of the others."""
    places = {name: _filled(rng, rng.choice([a_point, a_point, a_place])) for name in "ABD"}
    first, second, third = (past(places[name]) for name in "ABD")
    full: dict[str, Region] = {}
    declared = []
    for k in range(rng.randint(1, 2)):
        kind = rng.randint(0, 5)
        region = first & second
        if kind == 1:
            region = region | (second & third) | (first & third)
        elif kind == 2:
            region = first if rng.random() < 0.5 else first | second
        elif kind == 3:  # closed or not, with the apex or without
            region = past(a_point(rng)) | a_past(rng)
        elif kind == 4:
            region = region - a_point(rng)
        if region.region.is_empty:
            region = a_past(rng)
        if region.region.is_empty:
            region = first
        names = _tell(rng, region, f"s{k}", places, full)
        declared.append((frozenset(names), region))
    complete = tuple(Complete(names, region.region) for names, region in declared)
    regions = {name: place.region for name, place in places.items()}
    return Layout(Scene(LINE, {}, regions, complete), places, tuple(declared), full)


# ---- circuits ------------------------------------------------------------------------------------

Event = tuple[Fraction, Fraction]


@dataclass(slots=True)
class Way:
    """A signal: from a node or a seed, along a path of events, perhaps to a node."""

    source: int | None
    seed: int | None
    path: tuple[Event, ...]
    target: int | None
    keeps: int
    """0: tells all of the value of its source; else one digit of it, see `Book`."""

    ray: Event | None = None


@dataclass(slots=True)
class Network:
    """Nodes at events with coins, and signals between them; values are worked out by `worlds`."""

    events: list[Event] = field(default_factory=list)
    coins: list[tuple[int, ...]] = field(default_factory=list)
    """The weights of the coin at each node; () without one."""

    keeps: list[int] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    seeds: list[tuple[int, ...]] = field(default_factory=list)


def event(u: Fraction | int, v: Fraction | int) -> Event:
    return Fraction(u + v) / 2, Fraction(v - u) / 2


def critical(scene: Scene) -> list[Fraction]:
    """Null coordinates at which regions of the scene begin or end."""
    found = {Fraction(0)}
    regions = [*scene.places.values(), *(d.region for d in scene.complete)]
    for region in regions:
        for piece in region.data():
            for form in ("t - x", "t + x"):
                found.update(Fraction(b[0]) for b in piece[form] if b is not None)
    return sorted(found)


def meeting_points(rng: Random, scene: Scene) -> list[list[Event]]:
    """For each region some of its events, where edges cross or between them."""
    spots = critical(scene)
    spots = sorted({*spots, *((a + b) / 2 for a, b in pairwise(spots))})
    spots = [spots[0] - 1, *spots, spots[-1] + 1]
    events = [event(rng.choice(spots), rng.choice(spots)) for _ in range(25)]
    regions = list(dict.fromkeys([*scene.places.values(), *(d.region for d in scene.complete)]))
    found = [[(t, x) for t, x in events if region.contains(t, [x])] for region in regions]
    for region in regions:
        for piece in region.pieces:
            found.append([event(*corner) for corner in corners(piece)])
    return [spots for spots in found if spots] or [events]


def corners(piece: Zone) -> list[tuple[Fraction, Fraction]]:
    """Null coordinates of a few corners of a piece, whether they belong to it or not."""
    us = [Fraction(-b[0] if k else b[0]) for k, b in enumerate((piece.hu, piece.lu)) if b]
    vs = [Fraction(-b[0] if k else b[0]) for k, b in enumerate((piece.hv, piece.lv)) if b]
    if piece.time is None:
        return list(product(us, vs))
    return [(u, 2 * piece.time - u) for u in us]


def a_network(rng: Random, scene: Scene, seeds: bool) -> Network:
    """A few nodes with straight signals to each other and to nowhere."""
    made, hot = Network(), meeting_points(rng, scene)

    def somewhere() -> Event:
        """Mostly in a place of the scene, one place as often as another."""
        if rng.random() < 0.75:
            return rng.choice(rng.choice(hot))
        return event(Fraction(rng.randint(-9, 9), 2), Fraction(rng.randint(-9, 9), 2))

    def before() -> Event:
        """Or a little earlier: what is mixed on a slice is not hidden from it."""
        t, x = somewhere()
        return (t - rng.choice([Fraction(0), Fraction(1, 8), Fraction(1, 4)]), x)

    made.events = sorted({before() for _ in range(rng.randint(3, 8))})
    tossed = rng.sample(range(len(made.events)), min(len(made.events), rng.randint(2, 5)))
    for k in range(len(made.events)):
        made.coins.append(rng.choice([(1, 1), (1, 1), (1, 2)]) if k in tossed else ())
        made.keeps.append(rng.choice([0, 0, 1]))
    for k, start in enumerate(made.events):
        for n, end in enumerate(made.events):
            if is_later(start, end) and rng.random() < 0.5:
                made.ways.append(Way(k, None, _path(rng, start, end), n, rng.choice([0, 0, 1, 2])))
        for _ in range(rng.randint(0, 2)):
            end = somewhere()
            if is_later(start, end):
                made.ways.append(Way(k, None, _path(rng, start, end), None, 0))
    if seeds:
        made.seeds = [(1,) * rng.choice([2, 2, 3, 4])]
        for _ in range(rng.randint(1, 3)):
            target = rng.choice([None, *range(len(made.events))])
            end = somewhere() if target is None else made.events[target]
            ray = rng.choice([event(0, 1), event(1, 0), event(1, 1), event(1, 2)])
            made.ways.append(Way(None, 0, (end,), target, rng.choice([0, 1, 2]), ray))
    return made


def an_attack(rng: Random, scene: Scene) -> Network:
    """What would break a rule that is too weak: two coins, heard at two places, and told mixed.

    A third place hears only the parity of both. And one coin that two places hear.
    """
    made, hot = Network(), meeting_points(rng, scene)

    def node(at: Event, coin: bool, keeps: int) -> int:
        made.events.append(at)
        made.coins.append((1, 1) if coin else ())
        made.keeps.append(keeps)
        return len(made.events) - 1

    def send(source: int, end: Event, target: int | None = None) -> None:
        if is_later(made.events[source], end):
            way = Way(source, None, _path(rng, made.events[source], end), target, 0)
            made.ways.append(way)

    for _ in range(rng.randint(1, 2)):
        x, y, c = (rng.choice(rng.choice(hot)) for _ in range(3))
        mixer = node((c[0] - Fraction(1, rng.choice([4, 8, 64])), c[1]), False, 1)
        for end in (x, y):
            coin = node(_before(rng, end, made.events[mixer]), True, 0)
            send(coin, end)
            send(coin, made.events[mixer], mixer)
        send(mixer, c)
    if rng.random() < 0.4:
        x, y = (rng.choice(rng.choice(hot)) for _ in range(2))
        coin = node(_before(rng, x, y), True, 0)
        send(coin, x)
        send(coin, y)
    return made


def _before(rng: Random, a: Event, b: Event) -> Event:
    """The latest event before both, or one some way below."""
    u, v = min(a[0] - a[1], b[0] - b[1]), min(a[0] + a[1], b[0] + b[1])
    steps = [Fraction(0), Fraction(1, 16), Fraction(1, 2), Fraction(1)]
    return event(u - rng.choice(steps), v - rng.choice(steps))


def _path(rng: Random, start: Event, end: Event) -> tuple[Event, ...]:
    """Straight, or first along one light ray and then along the other."""
    (t, x), (s, y) = start, end
    if rng.random() < 0.6 or abs(y - x) == s - t:
        return start, end
    right, left = (s - t + (y - x)) / 2, (s - t - (y - x)) / 2
    if rng.random() < 0.5:
        return start, (t + right, x + right), end
    return start, (t + left, x - left), end


def is_later(start: Event, end: Event) -> bool:
    return end[0] > start[0] and abs(end[1] - start[1]) <= end[0] - start[0]


def an_automaton(rng: Random) -> Network:
    """A cellular automaton: every cell hears its two neighbours one step before, along light rays.

    A few cells toss coins; each takes in some of what it hears.
    """
    made = Network()
    steps, width = rng.choice([(4, 3), (4, 4), (5, 4)])
    size = rng.choice([Fraction(1, 2), Fraction(1), Fraction(1)])
    first, left = Fraction(rng.randint(-7, 0), 2), Fraction(rng.randint(-9, 1), 2)
    if rng.random() < 0.8:  # slices mostly lie between the steps, where histories are mixed
        first, left = first - Fraction(1, 4), left + Fraction(1, 4)
    places = {}
    for step, cell in product(range(steps), range(width)):
        places[step, cell] = len(made.events)
        at = left + 2 * size * cell + size * (step % 2)
        made.events.append((first + size * step, at))
        made.coins.append(())
        made.keeps.append(rng.choice([0, 1, 1]))
    for k in rng.sample(range(len(made.events)), rng.randint(3, 6)):
        made.coins[k] = (1, 1)
    for (step, cell), k in places.items():
        for neighbour in (cell - 1 + step % 2, cell + step % 2):
            n = places.get((step + 1, neighbour))
            if n is not None and rng.random() < 0.8:
                path = (made.events[k], made.events[n])
                made.ways.append(Way(k, None, path, n, rng.choice([0, 1, 1])))
    return made


def worlds(made: Network) -> list[tuple[int, list[int], list[int]]]:
    """For every joint value of coins and seeds: its weight, the values of nodes and of signals.

    A value is the number under which a history, or one of its parities, is kept.
    """
    found = []
    spaces = [w or (1,) for w in (*made.seeds, *made.coins)]
    order = sorted(range(len(made.events)), key=lambda k: made.events[k])
    arriving = {k: [n for n, way in enumerate(made.ways) if way.target == k] for k in order}
    leaving = {k: [n for n, way in enumerate(made.ways) if way.source == k] for k in order}
    book = Book()
    for chosen in choices(made):
        weight = 1
        for space, value in zip(spaces, chosen, strict=True):
            weight *= space[value]
        nodes, ways = [0] * len(made.events), [0] * len(made.ways)
        for n, way in enumerate(made.ways):
            if way.seed is not None:
                ways[n] = book.told(chosen[way.seed], way.keeps)
        for k in order:
            heard = (chosen[len(made.seeds) + k], *(ways[n] for n in arriving[k]))
            nodes[k] = book.told(book.number(heard), made.keeps[k])
            for n in leaving[k]:
                ways[n] = book.told(nodes[k], made.ways[n].keeps)
        found.append((weight, nodes, ways))
    return found


def choices(made: Network) -> Iterator[list[int]]:
    """Every joint value of seeds and coins."""
    for chosen in product(*(range(len(w) or 1) for w in (*made.seeds, *made.coins))):
        yield list(chosen)


class Book:
    """Numbers for histories. Up to 9 a number stands for itself."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[int, ...], int] = {}
        self.sums = list(range(10))

    def number(self, history: tuple[int, ...]) -> int:
        if history not in self.numbers:
            self.numbers[history] = len(self.sums)
            self.sums.append(sum(self.sums[value] for value in history))
        return self.numbers[history]

    def told(self, value: int, keeps: int) -> int:
        """All of a value, or a digit of the sum of all coins in its history."""
        return value if keeps == 0 else (self.sums[value] >> (keeps - 1)) % 2
