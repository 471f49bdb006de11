"""Chains of licensed independences between two products.

The vectors of the two sides are joined by links e(P∪Q) + e(P∩Q) − e(P) − e(Q), one for every
licensed P∖Q ⊥ Q∖P | P∩Q, where P and Q range over the sets that occur in the equation and
their unions and intersections. That the difference lies in the span of the links is tested
first, modulo a prime: it is necessary and cheap. It is not sufficient; the chain itself is
searched for, and the kernel replays it with its rule on what may be divided by.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lpc.kernel.vectors import Vector, added, allowed_by, conditions, link_vector, monomial_vector
from lpc.logic import Independence, Monomials
from lpc.logic.effort import Tick, unlimited

Atoms = frozenset[str]
Point = tuple[tuple[int, int], ...]

MAX_SETS = 40
MAX_EXPANDED = 3000
SLACK = 2
PRIME = (1 << 61) - 1


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: an independence or an assumed equation, added or taken away."""

    statement: Independence | Monomials
    sign: int


def find_chain(
    equation: Monomials,
    holds: Callable[[Independence], bool],
    equations: Sequence[Monomials] = (),
    positive: Iterable[Atoms] = (),
    tick: Tick = unlimited,
) -> tuple[Link, ...] | None:
    """The shortest chain from the left side to the right side, or None within the bounds.

    An empty chain means that the sides are equal by the probability calculus alone.
    """
    start, end = monomial_vector(equation.left), monomial_vector(equation.right)
    if start == end:
        return ()
    if direct := _direct(added(end, start, -1), holds):
        return direct
    sets = lattice((*start, *end, *conditions(equation)))
    allowed = allowed_by((*conditions(equation), *positive))
    usable = [e for e in equations if all(map(allowed, conditions(e)))]
    moves = list(_moves(sets, holds, usable))
    numbered = _Numbered(sets, moves)
    if not numbered.spans(added(end, start, -1)):
        return None
    return numbered.search(start, end, allowed, tick)


def _direct(difference: Vector, holds: Callable[[Independence], bool]) -> tuple[Link] | None:
    single = independence_of(difference)
    if single is None or not holds(single):
        return None
    whole = single.x | single.y | single.z
    return (Link(single, 1 if difference.get(whole, 0) > 0 else -1),)


def independence_of(difference: Vector) -> Independence | None:
    """The X ⊥ Y | Z whose vector is ± `difference`, or None.

    >>> v = link_vector(Independence.create("A", "b", "a"))
    >>> print(independence_of(v))
    A ⊥ b | a
    """
    for sign in (1, -1):
        negative = [s for s, count in difference.items() if sign * count < 0]
        if len(negative) != 2:
            continue
        one, two = negative
        candidate = Independence.create(one - two, two - one, one & two)
        if not candidate.is_trivial:
            vector = link_vector(candidate)
            if added({}, difference, sign) == vector:
                return candidate
    return None


def lattice(sets: Iterable[Atoms]) -> tuple[Atoms, ...]:
    """The sets with their unions and intersections, up to a bound, in a fixed order.

    >>> [sorted(s) for s in lattice([frozenset("ab"), frozenset("bc")])]
    [['b'], ['a', 'b'], ['b', 'c'], ['a', 'b', 'c']]
    """
    found = dict.fromkeys(sorted(set(sets), key=_order))
    queue = list(found)
    for one in queue:
        for two in list(found):
            for new in (one | two, one & two):
                if new not in found and len(found) < MAX_SETS:
                    found[new] = None
                    queue.append(new)
    return tuple(sorted((s for s in found if s), key=_order))


def _order(atoms: Atoms) -> tuple[int, list[str]]:
    return len(atoms), sorted(atoms)


def _moves(
    sets: tuple[Atoms, ...],
    holds: Callable[[Independence], bool],
    equations: Sequence[Monomials],
) -> Iterator[tuple[Independence | Monomials, Vector]]:
    for k, one in enumerate(sets):
        for two in sets[:k]:
            if not one <= two and not two <= one:
                statement = Independence.create(one - two, two - one, one & two)
                if holds(statement):
                    yield statement, link_vector(statement)
    for equation in equations:
        vector = added(monomial_vector(equation.right), monomial_vector(equation.left), -1)
        yield equation, vector


class _Numbered:
    """Vectors as sorted tuples of (index of a set, coefficient), for a best-first search."""

    def __init__(
        self, sets: tuple[Atoms, ...], moves: list[tuple[Independence | Monomials, Vector]]
    ) -> None:
        every = dict.fromkeys(sets)
        for _, vector in moves:
            every.update(dict.fromkeys(vector))
        self.sets = tuple(every)
        self.index = {s: k for k, s in enumerate(self.sets)}
        self.moves = [(statement, self.numbered(vector)) for statement, vector in moves]
        self.sources = {
            (statement, sign): self.numbered(monomial_vector(side))
            for statement, _ in moves
            if isinstance(statement, Monomials)
            for sign, side in ((1, statement.left), (-1, statement.right))
        }
        self.reach = max((sum(map(abs, v.values())) for _, v in moves), default=4)

    def numbered(self, vector: Vector) -> dict[int, int]:
        for s in vector:
            self.index.setdefault(s, len(self.index))
        return {self.index[s]: count for s, count in vector.items()}

    def spans(self, difference: Vector) -> bool:
        """Whether the difference is a combination of the links, modulo a large prime."""
        rows: list[dict[int, int]] = []
        for _, vector in self.moves:
            row = _reduced(vector, rows)
            if row:
                rows.append(_monic(row))
        return not _reduced(self.numbered(difference), rows)

    def distance(self, vector: dict[int, int], goal: dict[int, int]) -> int:
        """A lower bound on the links still needed, from what one link can change."""
        keys = vector.keys() | goal.keys()
        return -(-sum(abs(vector.get(k, 0) - goal.get(k, 0)) for k in keys) // self.reach)

    def search(
        self, start: Vector, end: Vector, allowed: Callable[[Atoms], bool], tick: Tick
    ) -> tuple[Link, ...] | None:
        may_divide = [allowed(s) for s in self.index]
        goal = self.numbered(end)
        first = _point(self.numbered(start))
        estimate = self.distance(dict(first), goal)
        bound = estimate + SLACK
        number = itertools.count()
        queue: list[tuple[int, int, int, Point]] = [(estimate, next(number), 0, first)]
        before: dict[Point, tuple[Point, Link] | None] = {first: None}
        steps = {first: 0}
        for _ in range(MAX_EXPANDED):
            if not queue:
                return None
            tick(1 + len(self.moves))
            _, _, taken, point = heapq.heappop(queue)
            if point == _point(goal):
                return _path(before, point)
            if taken > steps[point]:
                continue
            for statement, vector in self.moves:
                for sign in (1, -1):
                    near = _moved(point, vector, sign)
                    source = (
                        self.sources[statement, sign] if isinstance(statement, Monomials) else None
                    )
                    rest = near if source is None else _moved(point, source, -1)
                    if any(
                        count < 0 and not may_divide[k]
                        for side in (near, rest)
                        for k, count in side.items()
                    ):
                        continue
                    rank = taken + 1 + self.distance(near, goal)
                    key = _point(near)
                    if rank <= bound and steps.get(key, taken + 2) > taken + 1:
                        steps[key] = taken + 1
                        before[key] = (point, Link(statement, sign))
                        heapq.heappush(queue, (rank, next(number), taken + 1, key))
        return None


def _point(vector: dict[int, int]) -> Point:
    return tuple(sorted(vector.items()))


def _moved(point: Point, vector: dict[int, int], sign: int) -> dict[int, int]:
    total = dict(point)
    for k, count in vector.items():
        value = total.get(k, 0) + sign * count
        if value:
            total[k] = value
        else:
            del total[k]
    return total


def _path(before: dict[Point, tuple[Point, Link] | None], point: Point) -> tuple[Link, ...]:
    links: list[Link] = []
    while (previous := before[point]) is not None:
        point, link = previous
        links.append(link)
    return tuple(reversed(links))


def _reduced(vector: dict[int, int], rows: list[dict[int, int]]) -> dict[int, int]:
    """`vector` minus its combination of the rows, each of which starts with a 1."""
    rest = {k: count % PRIME for k, count in vector.items() if count % PRIME}
    for row in rows:
        lead = next(iter(row))
        if factor := rest.get(lead, 0):
            for k, count in row.items():
                value = (rest.get(k, 0) - factor * count) % PRIME
                if value:
                    rest[k] = value
                else:
                    rest.pop(k, None)
    return rest


def _monic(row: dict[int, int]) -> dict[int, int]:
    inverse = pow(next(iter(row.values())), -1, PRIME)
    return {k: count * inverse % PRIME for k, count in row.items()}
