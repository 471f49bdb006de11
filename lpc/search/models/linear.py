"""Models made of fair bits: every variable is a tuple of linear forms over GF(2).

With m fair bits a variable is a subspace of the forms in them, a set of variables is the sum
of their subspaces, and X ⊥ Y | Z holds exactly when

    rank(XZ) + rank(YZ) = rank(XYZ) + rank(Z).

Subspaces are tried variable by variable, small ones first, and a branch is left as soon as
a premise whose variables are all assigned fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache


from lpc.kernel.models import FiniteModel
from lpc.logic import Independence, Monomials, Statement
from lpc.search.limits import Tick
from lpc.search.models.problem import Found, Problem, verified
from lpc.search.reading import read_equation

MAX_BITS = 4
MAX_NODES = 60_000


@dataclass(frozen=True, slots=True)
class _Spaces:
    """All subspaces of GF(2)^m by index, with ranks, sums and bases (reduced, as integers)."""

    rank: tuple[int, ...]
    total: tuple[tuple[int, ...], ...]
    basis: tuple[tuple[int, ...], ...]
    standard: frozenset[int]


@lru_cache(maxsize=8)
def _spaces(m: int) -> _Spaces:
    bases = {(): None}
    queue: list[tuple[int, ...]] = [()]
    for basis in queue:
        for form in range(1, 1 << m):
            larger = _reduced((*basis, form))
            if larger not in bases:
                bases[larger] = None
                queue.append(larger)
    order = sorted(bases, key=lambda b: (len(b), b))
    index = {basis: k for k, basis in enumerate(order)}
    total = tuple(tuple(index[_reduced((*a, *b))] for b in order) for a in order)
    standard = frozenset(index[_reduced(tuple(1 << i for i in range(r)))] for r in range(m + 1))
    return _Spaces(tuple(map(len, order)), total, tuple(order), standard)


def _reduced(forms: Sequence[int]) -> tuple[int, ...]:
    """The reduced basis of the span of some forms.

    >>> _reduced((3, 1, 2))
    (1, 2)
    """
    basis: list[int] = []
    for form in forms:
        for b in basis:
            form = min(form, form ^ b)
        if form:
            basis = [min(b, b ^ form) for b in basis] + [form]
    return tuple(sorted(basis))


def search(problem: Problem, tick: Tick) -> Iterator[Found]:
    """Models with 1, 2, … fair bits, fewest first, while the bounds allow."""
    premises = [s for p in problem.premises for s in _independences(p)]
    for m in range(1, MAX_BITS + 1):
        for goal in dict.fromkeys(s for g in problem.goals for s in _independences(g)):
            spaces = _Search(problem, premises, goal, m, tick).run()
            if spaces is not None:
                model = _model(problem, spaces, m)
                if (found := verified(problem, model, "linear")) is not None:
                    yield found


def _independences(statement: Statement) -> tuple[Independence, ...]:
    match statement:
        case Independence():
            return (statement,)
        case Monomials():
            return tuple(fact.statement for fact in read_equation(statement))
    return ()


class _Search:
    def __init__(
        self,
        problem: Problem,
        premises: Sequence[Independence],
        goal: Independence,
        m: int,
        tick: Tick,
    ) -> None:
        self.spaces = _spaces(m)
        self.tick = tick
        self.order = _order(problem.variables, premises, goal)
        place = {name: k for k, name in enumerate(self.order)}
        self.checks: list[list[tuple[tuple[int, ...], ...]]] = [[] for _ in self.order]
        for premise in premises:
            sides = tuple(
                tuple(sorted(place[n] for n in side))
                for side in (
                    premise.x | premise.z,
                    premise.y | premise.z,
                    premise.x | premise.y | premise.z,
                    premise.z,
                )
            )
            if sides[2]:
                self.checks[sides[2][-1]].append(sides)
        sides = (goal.x | goal.z, goal.y | goal.z, goal.x | goal.y | goal.z, goal.z)
        self.goal = tuple(tuple(sorted(place[n] for n in side)) for side in sides)
        self.goal_at = self.goal[2][-1]
        self.most = [_rank_bound(problem, name, m) for name in self.order]
        self.nodes = 0

    def run(self) -> dict[str, int] | None:
        chosen: list[int] = []
        if self.extend(chosen, 0):
            return dict(zip(self.order, chosen, strict=True))
        return None

    def extend(self, chosen: list[int], used: int) -> bool:
        k = len(chosen)
        if k == len(self.order):
            return True
        self.nodes += 1
        if self.nodes % 256 == 0:
            self.tick()
        if self.nodes > MAX_NODES:
            return False
        for space in range(len(self.spaces.rank)):
            if self.spaces.rank[space] > self.most[k]:
                break
            together = self.spaces.total[used][space]
            if together not in self.spaces.standard:
                continue  # the same up to a change of basis
            chosen.append(space)
            if self.consistent(chosen, k) and self.extend(chosen, together):
                return True
            chosen.pop()
        return False

    def consistent(self, chosen: list[int], k: int) -> bool:
        for xz, yz, xyz, z in self.checks[k]:
            if self.rank(chosen, xz) + self.rank(chosen, yz) != self.rank(
                chosen, xyz
            ) + self.rank(chosen, z):
                return False
        if k == self.goal_at:
            xz, yz, xyz, z = (self.rank(chosen, side) for side in self.goal)
            return xz + yz != xyz + z
        return True

    def rank(self, chosen: list[int], places: tuple[int, ...]) -> int:
        total = 0
        for k in places:
            total = self.spaces.total[total][chosen[k]]
        return self.spaces.rank[total]


def _order(
    variables: tuple[str, ...], premises: Sequence[Independence], goal: Independence
) -> tuple[str, ...]:
    """The goal's variables first, then whatever completes most premises soonest."""
    chosen: list[str] = []
    sets = [p.x | p.y | p.z for p in premises]
    wanted = goal.x | goal.y | goal.z
    while len(chosen) < len(variables):
        known = frozenset(chosen)
        rest = [v for v in variables if v not in known]
        pool = [v for v in rest if v in wanted] or rest

        def merit(name: str, known: frozenset[str] = known) -> tuple[int, int]:
            complete = sum(name in s and s <= known | {name} for s in sets)
            return complete, sum(name in s for s in sets)

        chosen.append(max(pool, key=merit))
    return tuple(chosen)


def _rank_bound(problem: Problem, name: str, m: int) -> int:
    alphabet = problem.alphabets.get(name)
    return m if alphabet is None else min(m, len(alphabet).bit_length() - 1)


def _model(problem: Problem, spaces: dict[str, int], m: int) -> FiniteModel:
    """The joint distribution: 2^m equally likely seeds, one bit per basis form."""
    table = _spaces(m)
    weights = []
    for seed in range(1 << m):
        outcome = []
        for name in problem.variables:
            bits = tuple((seed & form).bit_count() % 2 for form in table.basis[spaces[name]])
            outcome.append(_value(problem.alphabets.get(name), bits))
        weights.append((tuple(outcome), Fraction(1, 1 << m)))
    return FiniteModel.create(problem.variables, weights, dict(problem.alphabets))


def _value(alphabet: tuple[object, ...] | None, bits: tuple[int, ...]) -> object:
    """Bits as a value: of the alphabet where there is one, else the bit or the tuple of bits."""
    if alphabet is not None:
        return alphabet[sum(bit << k for k, bit in enumerate(bits))]
    if not bits:
        return 0
    return bits[0] if len(bits) == 1 else bits


