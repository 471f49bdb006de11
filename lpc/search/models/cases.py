"""Models on a few weighted cases: every variable is a partition of them.

With equal weights this reaches and, or and alphabets of size 3; with weights such as 1/3 and
1/4 it reaches distributions that no fair bits give. For each list of weights the partitions
are gone through completely, unless the bounds are reached.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import islice, pairwise

from lpc.logic.effort import Tick
from lpc.search.models.assignments import solutions
from lpc.search.models.constraints import Budget, all_broken_down
from lpc.search.models.problem import Found, Problem, verified

# Weights by number of cases, and the largest number of values a variable then has.
WEIGHTS: tuple[tuple[tuple[int, ...], int], ...] = (
    ((1, 2), 2),
    ((1, 1, 1), 3),
    ((1, 1, 2), 3),
    ((1, 1, 1, 1), 4),
    ((1, 1, 2, 2), 4),
    ((1, 2, 2, 4), 4),
    ((1, 1, 1, 1, 2), 4),
    ((1, 1, 1, 1, 1, 1), 3),
    ((1, 1, 1, 1, 2, 2), 3),
    ((1, 1, 1, 1, 1, 1, 1, 1), 2),
    ((1, 1, 1, 1, 2, 2, 2, 2), 2),
)
MAX_TRIALS = 8_000
MAX_CANDIDATES = 20


def search(problem: Problem, tick: Tick) -> Generator[Found, None, str]:
    """Models on 2, 3, … cases, while the bounds allow. Returns: the bounds in words."""
    premises, goals = all_broken_down(problem.premises, tick), all_broken_down(problem.goals, tick)
    for weights, values in WEIGHTS:
        budget = Budget(MAX_TRIALS, tick)
        for goal in goals:
            candidates = solutions(problem, _partitions(weights, values), premises, goal, budget)
            for model in islice(candidates, MAX_CANDIDATES):
                if (found := verified(problem, model, "functional")) is not None:
                    yield found
    return f"up to {max(len(weights) for weights, _ in WEIGHTS)} weighted cases"


class Partitions:
    """The partitions of weighted cases into at most `most` blocks, and any joins of them.

    A partition is the tuple of block numbers of the cases, blocks numbered as they first occur.
    """

    def __init__(self, weights: tuple[int, ...], most: int) -> None:
        self._whole = weights
        self.weights = tuple(Fraction(w, sum(weights)) for w in weights)
        growing: list[tuple[int, ...]] = [()]
        for _ in weights:
            growing = [
                (*p, block) for p in growing for block in range(min(max(p, default=-1) + 2, most))
            ]
        self._blocks = sorted(growing, key=lambda p: (max(p), p))
        self._index = {p: k for k, p in enumerate(self._blocks)}
        self._own = len(self._blocks)
        self._masses = [self._mass(p) for p in self._blocks]
        self._joins: dict[tuple[int, int], int] = {}
        self._options: dict[tuple[int, int], list[int]] = {}
        self._known: dict[tuple[int, int, int], bool] = {}

    def options(self, used: int, most: int) -> Sequence[int]:
        """Partitions with at most `most` blocks; for equal weights one for each reordering.

        Whatever refines it, a partition can be brought to intervals by reordering the cases.
        """
        key = (used, most)
        if key not in self._options:
            fit = (k for k in range(self._own) if self.count(k) <= most)
            if len(set(self._whole)) == 1:
                fit = (k for k in fit if self._is_intervals(self.join(used, k)))
            self._options[key] = list(fit)
        return self._options[key]

    def join(self, one: int, other: int) -> int:
        """The common refinement."""
        found = self._joins.get((one, other))
        if found is None:
            found = self._joins[one, other] = self._refine(one, other)
        return found

    def count(self, element: int) -> int:
        """The number of blocks."""
        return len(self._masses[element])

    def is_independent(self, x: int, y: int, both: int, given: int) -> bool:
        """p(x,y,z) p(z) = p(x,z) p(y,z) for every block of `both`.

        Summed over the blocks within one of `given`, the left side is already all that the right
        side can give: so no blocks of x and y within it fail to meet.
        """
        key = (x, y, given)
        if key not in self._known:
            self._known[key] = self._is_independent(x, y, both, given)
        return self._known[key]

    def value(self, element: int, case: int, alphabet: tuple[object, ...] | None) -> object:
        """The number of the block, or the member of the alphabet with that number."""
        block = self._blocks[element][case]
        return block if alphabet is None else alphabet[block]

    def _is_independent(self, x: int, y: int, both: int, given: int) -> bool:
        blocks, masses = self._blocks, self._masses
        return all(
            masses[both][k] * masses[given][m] == masses[x][i] * masses[y][j]
            for i, j, k, m in zip(blocks[x], blocks[y], blocks[both], blocks[given], strict=True)
        )

    def _refine(self, one: int, other: int) -> int:
        numbers: dict[tuple[int, int], int] = {}
        pairs = zip(self._blocks[one], self._blocks[other], strict=True)
        found = tuple(numbers.setdefault(pair, len(numbers)) for pair in pairs)
        if found not in self._index:
            self._index[found] = len(self._blocks)
            self._blocks.append(found)
            self._masses.append(self._mass(found))
        return self._index[found]

    def _mass(self, blocks: tuple[int, ...]) -> list[int]:
        masses = [0] * (max(blocks) + 1)
        for block, weight in zip(blocks, self._whole, strict=True):
            masses[block] += weight
        return masses

    def _is_intervals(self, element: int) -> bool:
        blocks = self._blocks[element]
        return all(a <= b for a, b in pairwise(blocks))


@lru_cache(maxsize=16)
def _partitions(weights: tuple[int, ...], most: int) -> Partitions:
    return Partitions(weights, most)
