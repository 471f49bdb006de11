"""Proofs by single variables, for goals that the set-form search does not reach.

The closure is built in rounds, each from the one before; a derived statement then has two
premises in the previous round, so a proof is read off backwards. Such proofs are long, which
is why `lpc.search.proofs` goes first. Functions and positivity are left to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lpc.kernel import Arguments, Proof
from lpc.logic import Independence
from lpc.logic.effort import Tick, unlimited
from lpc.search.builder import Builder
from lpc.search.closure import Closure
from lpc.search.proofs import Fact
from lpc.search.relevance import Relevant

Atoms = frozenset[str]
Elementary = tuple[str, str, Atoms]

MAX_ROUNDS = 60


def find_elementary_proof(
    facts: Sequence[Fact],
    goal: Independence,
    positive: Sequence[Atoms] = (),
    tick: Tick = unlimited,
) -> Proof | None:
    """A proof whose contractions join single variables, or None.

    >>> facts = [Fact.assumed(Independence.create("A", "B", "C")),
    ...          Fact.assumed(Independence.create("A", "C"))]
    >>> proof = find_elementary_proof(facts, Independence.create("A", "BC"))
    >>> [line.rule for line in proof.lines]
    ['contraction']
    """
    if positive or goal.x & goal.y or any(f.statement.x & f.statement.y for f in facts):
        return None
    return _Extraction(facts, goal, tick).run()


class _Extraction:
    def __init__(self, facts: Sequence[Fact], goal: Independence, tick: Tick) -> None:
        self.tick = tick
        self.facts = facts
        self.goal = goal
        self.relevant = Relevant.create((f.statement for f in facts), (goal,))
        self.builder = Builder()
        self.rounds: list[Closure] = []

    def run(self) -> Proof | None:
        variables, premises = self.relevant.variables, self.relevant.premises
        for closure in Closure.rounds(variables, premises, MAX_ROUNDS):
            self.tick(50)
            self.rounds.append(closure)
        goal = self.relevant.reduce(self.goal)
        if not self.rounds[-1].holds(goal):
            return None
        return self.builder.proof(self.assemble(goal))

    def full(self, names: Iterable[str]) -> Atoms:
        """The variables that the representatives stand for."""
        return frozenset().union(*(self.relevant.blocks[name] for name in names))

    def assemble(self, goal: Independence) -> int:
        """Join the single statements of a goal: first over Y for each of X, then over X."""
        x, y, z = sorted(goal.x), sorted(goal.y), goal.z
        whole: int | None = None
        for a, one in enumerate(x):
            given = z | frozenset(x[:a])
            row: int | None = None
            for b, two in enumerate(y):
                known = frozenset(y[:b])
                entry = self.prove((one, two, given | known), len(self.rounds) - 1)
                row = entry if row is None else self.contract({one}, known, {two}, row, entry)
            before = frozenset(x[:a])
            if row is not None:
                whole = (
                    row if whole is None else self.contract(frozenset(y), before, {one}, whole, row)
                )
        if whole is None:
            raise ValueError("a trivial goal has no proof to assemble")
        return whole

    def contract(
        self,
        x: Atoms | set[str],
        y: Atoms | set[str],
        w: Atoms | set[str],
        one: int,
        two: int,
    ) -> int:
        sets = tuple(self.full(frozenset(side)) for side in (x, y, w))
        return self.builder.line("contraction", (one, two), Arguments(sets))

    def prove(self, goal: Elementary, last: int) -> int:
        """The entry of one elementary statement that holds in round `last`."""
        first = next(r for r in range(last + 1) if _holds(self.rounds[r], goal))
        if first == 0:
            return self.from_fact(goal)
        i, j, (one, two) = next(self.uses(goal, self.rounds[first - 1]))
        left, right = self.prove(one, first - 1), self.prove(two, first - 1)
        middle, last_one = one[1], two[1]
        joined = self.contract({i}, {middle}, {last_one}, left, right)
        wanted = Independence.create(self.full({i}), self.full({j}), self.full(goal[2]))
        return self.builder.narrow(joined, wanted.x, wanted.y, wanted.z)

    def uses(
        self, goal: Elementary, before: Closure
    ) -> Iterator[tuple[str, str, tuple[Elementary, Elementary]]]:
        """Pairs i ⊥ m | L and i ⊥ n | L m of the round before whose contraction gives the goal."""
        one, two, given = goal
        for i, j in ((one, two), (two, one)):
            for k in self.relevant.variables:
                if k in (i, j):
                    continue
                rest = given - {k}
                for m, n in ((k, j), (j, k)):
                    pair = ((i, m, rest), (i, n, rest | {m}))
                    if all(_holds(before, p) for p in pair):
                        yield i, j, pair

    def from_fact(self, goal: Elementary) -> int:
        wanted = Independence.create({goal[0]}, {goal[1]}, goal[2])
        x, y, z = (self.full(side) for side in (wanted.x, wanted.y, wanted.z))
        for fact in self.facts:
            s = fact.statement
            sides = (x <= s.x and y <= s.y) or (x <= s.y and y <= s.x)
            if sides and s.z <= z <= s.x | s.y | s.z:
                return self.builder.narrow(self.builder.include(fact.proof), x, y, z)
        raise LookupError(f"no fact gives {wanted}")


def _holds(closure: Closure, goal: Elementary) -> bool:
    return closure.holds(Independence.create({goal[0]}, {goal[1]}, goal[2]))
