"""Finding short proofs of independences in set form.

Terms
-----
instance
    X ⊥ Y | Z is an instance of X' ⊥ Y' | Z' when weak union and decomposition lead from the
    second to the first: X ⊆ X', Y ⊆ Y', Z' ⊆ Z ⊆ X'Y'Z'.
join
    The largest statement that one contraction draws from instances of two others.

Only statements that are not instances of cheaper ones are kept, so the search works on a few
large statements instead of the many elementary ones (after Baioletti, Busanello and Vantaggi
2009, Int. J. Approx. Reasoning 50, 1044, whose generalised contraction is the join here). Costs
are lines of proof; the cheapest statement is expanded first (Knuth 1977, Inf. Process. Lett. 6, 1).
Sets are integers whose bits are variables.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from lpc.kernel import Arguments, Proof
from lpc.logic import Independence, Positivity
from lpc.logic.effort import Tick, unlimited
from lpc.search.builder import Builder

Triple = tuple[int, int, int]

MAX_KEPT = 600


@dataclass(frozen=True, slots=True)
class Fact:
    """An independence that may be used, with its proof from hypotheses."""

    statement: Independence
    proof: Proof

    @classmethod
    def assumed(cls, statement: Independence) -> Fact:
        """A hypothesis, which is its own proof."""
        return cls(statement, Proof((statement,), ()))

    @property
    def cost(self) -> int:
        """The number of entries in its proof."""
        return len(self.proof.hypotheses) + len(self.proof.lines)


@dataclass(frozen=True, slots=True)
class _Origin:
    """How a triple was found: a fact, a function of the condition, or a join."""

    kind: str
    parents: tuple[Triple, ...] = ()
    fact: int = -1
    sets: tuple[int, ...] = ()


def find_proof(
    facts: Sequence[Fact],
    goal: Independence,
    positive: Iterable[frozenset[str]] = (),
    tick: Tick = unlimited,
) -> Proof | None:
    """The shortest proof that the search meets, or None within its bounds.

    None is no refutation. `positive` are sets declared positive, for intersection.

    >>> facts = [Fact.assumed(Independence.create("A", "bBu", "λv")),
    ...          Fact.assumed(Independence.create("v", "bB", "λ"))]
    >>> [line.rule for line in find_proof(facts, Independence.create("A", "bB", "λ")).lines]
    ['decomposition', 'contraction', 'decomposition']
    """
    return _Search(facts, goal, tuple(positive), tick).run()


class _Search:
    def __init__(
        self,
        facts: Sequence[Fact],
        goal: Independence,
        positive: tuple[frozenset[str], ...],
        tick: Tick,
    ) -> None:
        names = {name for f in facts for name in f.statement.x | f.statement.y | f.statement.z}
        names |= goal.x | goal.y | goal.z
        self.names = sorted(names)
        self.index = {name: k for k, name in enumerate(self.names)}
        self.facts = facts
        self.tick = tick
        self.everything = (1 << len(self.names)) - 1
        self.positive = positive
        self.positive_masks = [self.mask(p & names) for p in positive]
        self.goal = self.triple(goal)
        self.origin: dict[Triple, _Origin] = {}
        self.cost: dict[Triple, int] = {}
        self.kept: list[Triple] = []
        self.queue: list[tuple[int, int, Triple]] = []
        self.number = count()

    def mask(self, names: Iterable[str]) -> int:
        return sum(1 << self.index[name] for name in names)

    def triple(self, s: Independence) -> Triple:
        return _canonical(self.mask(s.x), self.mask(s.y), self.mask(s.z))

    def names_of(self, mask: int) -> frozenset[str]:
        return frozenset(name for k, name in enumerate(self.names) if mask >> k & 1)

    def run(self) -> Proof | None:
        for number, fact in enumerate(self.facts):
            self.offer(self.triple(fact.statement), fact.cost, _Origin("fact", fact=number))
        best: tuple[int, Triple] | None = None
        while self.queue and len(self.kept) < MAX_KEPT:
            self.tick(1 + len(self.kept))
            cost, _, triple = heapq.heappop(self.queue)
            if best is not None and cost >= best[0]:
                break
            if cost > self.cost[triple] or self.dominated(triple, cost):
                continue
            extra = _lines_between(triple, self.goal)
            if extra is not None and (best is None or cost + extra < best[0]):
                best = (cost + extra, triple)
            self.kept.append(triple)
            self.expand(triple)
        return self.write(best[1]) if best is not None else None

    def offer(self, triple: Triple, cost: int, origin: _Origin) -> None:
        if not triple[0] or not triple[1] or self.cost.get(triple, cost + 1) <= cost:
            return
        if self.dominated(triple, cost):
            return
        self.cost[triple] = cost
        self.origin[triple] = origin
        heapq.heappush(self.queue, (cost, next(self.number), triple))

    def dominated(self, triple: Triple, cost: int) -> bool:
        for other in self.kept:
            cheaper = other != triple and self.cost[other] <= cost
            if cheaper and _lines_between(other, triple) is not None:
                return True
        return False

    def expand(self, triple: Triple) -> None:
        x, y, z = triple
        cost = self.cost[triple]
        if shared := x & y:
            whole = _canonical(shared, self.everything & ~z, z)
            self.offer(whole, cost + 2, _Origin("function", (triple,)))
        for other in self.kept:
            for first, second in ((triple, other), (other, triple)):
                base = self.cost[first] + (self.cost[second] if first != second else 0)
                for sets in _joins(first, second):
                    self.offer_join("join", first, second, sets, base)
                for mask in self.positive_masks:
                    for sets in _meets(first, second, mask):
                        self.offer_join("meet", first, second, sets, base + 1)

    def offer_join(
        self, kind: str, first: Triple, second: Triple, sets: tuple[int, int, int, int], base: int
    ) -> None:
        x, y, w, z = sets
        one, two = ((y, z), (w, z | y)) if kind == "join" else ((y, z | w), (w, z | y))
        before = _lines_between(first, _canonical(x, *one))
        after = _lines_between(second, _canonical(x & ~two[1], *two))
        if before is not None and after is not None:
            cost = base + before + after + 1
            self.offer(_canonical(x, y | w, z), cost, _Origin(kind, (first, second), sets=sets))

    def write(self, triple: Triple) -> Proof:
        builder = Builder()
        entry = self.entry(builder, triple, {})
        x, y, z = (self.names_of(side) for side in self.goal)
        return builder.proof(builder.narrow(entry, x, y, z))

    def entry(self, builder: Builder, triple: Triple, done: dict[Triple, int]) -> int:
        if triple in done:
            return done[triple]
        origin = self.origin[triple]
        if origin.kind == "fact":
            done[triple] = builder.include(self.facts[origin.fact].proof)
            return done[triple]
        parents = [self.entry(builder, p, done) for p in origin.parents]
        if origin.kind == "function":
            done[triple] = self.function_entry(builder, origin.parents[0], parents[0])
        else:
            done[triple] = self.joined_entry(builder, origin, parents)
        return done[triple]

    def function_entry(self, builder: Builder, triple: Triple, entry: int) -> int:
        shared, given = self.names_of(triple[0] & triple[1]), self.names_of(triple[2])
        alone = builder.narrow(entry, shared, shared, given)
        everything = self.names_of(self.everything) - given
        return builder.line("determination", (alone,), Arguments((everything,)))

    def joined_entry(self, builder: Builder, origin: _Origin, parents: list[int]) -> int:
        x, y, w, z = (self.names_of(side) for side in origin.sets)
        given = z | w if origin.kind == "meet" else z
        one = builder.narrow(parents[0], x, y, given)
        two = builder.narrow(parents[1], x - y, w, z | y)
        if origin.kind == "join":
            return builder.line("contraction", (one, two), Arguments((x, y, w)))
        cover = next(p for p in self.positive if y | w | z <= p)
        declared = builder.hypothesis(Positivity(cover))
        return builder.line("intersection", (one, two, declared), Arguments((x, y, w, z)))


def _canonical(x: int, y: int, z: int) -> Triple:
    return (x, y, z) if x <= y else (y, x, z)


def _lines_between(whole: Triple, part: Triple) -> int | None:
    """How many lines lead from a statement to its instance; None when it is none."""
    x, y, z = whole
    px, py, pz = part
    if z & ~pz or pz & ~(x | y | z):
        return None
    left_x, left_y = x & ~pz, y & ~pz
    if px & ~left_x or py & ~left_y:
        if px & ~left_y or py & ~left_x:
            return None
        left_x, left_y = left_y, left_x
    return (z != pz) + ((left_x, left_y) != (px, py))


def _orientations(triple: Triple) -> Iterator[Triple]:
    x, y, z = triple
    yield triple
    if x != y:
        yield y, x, z


def _joins(first: Triple, second: Triple) -> Iterator[tuple[int, int, int, int]]:
    """Largest X, Y, W, Z with X ⊥ Y | Z from `first` and X ⊥ W | Y Z from `second`."""
    c1, c2 = first[2], second[2]
    all1, all2 = first[0] | first[1] | c1, second[0] | second[1] | c2
    if c1 & ~all2 or c2 & ~all1:
        return
    for a1, b1, _ in _orientations(first):
        y = b1 & all2
        z = c1 | c2 & ~y
        if not y or z & ~all1:
            continue
        for a2, b2, _ in _orientations(second):
            x = a1 & ~z & (a2 | y)
            w = b2 & ~(y | z)
            if x & ~y and w:
                yield x, y & ~z, w, z


def _meets(first: Triple, second: Triple, positive: int) -> Iterator[tuple[int, int, int, int]]:
    """X, Y, W, Z with X ⊥ Y | Z W from `first`, X ⊥ W | Z Y from `second`, all positive."""
    c1, c2 = first[2], second[2]
    for a1, b1, _ in _orientations(first):
        for a2, b2, _ in _orientations(second):
            w, y = b2 & c1 & positive, b1 & c2 & positive
            z = (c1 | c2) & ~(y | w)
            x = a1 & a2 & ~(y | w | z)
            if x and y and w and not y & w and not (y | w | z) & ~positive:
                yield x, y, w, z
