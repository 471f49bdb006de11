"""Models made of fair bits: every variable is a tuple of linear forms over GF(2).

With m fair bits a variable is a subspace of the forms in them, a set of variables is the sum
of their subspaces, and X ⊥ Y | Z holds exactly when

    rank(XZ) + rank(YZ) = rank(XYZ) + rank(Z).

Subspaces are tried variable by variable, small ones first: two-valued variables before others,
and few bits for all goals before more bits for any.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from lpc.logic.effort import Tick
from lpc.search.models.assignments import solutions
from lpc.search.models.constraints import Budget, all_broken_down
from lpc.search.models.problem import Found, Problem, verified

MAX_BITS = 4
MAX_TRIALS = 60_000
MAX_CANDIDATES = 50


def search(problem: Problem, tick: Tick) -> Generator[Found, None, str]:
    """Models with 1, 2, … fair bits, fewest first, while the bounds allow.

    Returns: the bounds in words.
    """
    premises, goals = all_broken_down(problem.premises, tick), all_broken_down(problem.goals, tick)
    complete = 0
    for m in range(1, MAX_BITS + 1):
        for values in (2, 1 << m):
            budget = Budget(MAX_TRIALS, tick)
            for goal in goals:
                candidates = solutions(problem, _bits(m), premises, goal, budget, values)
                for model in islice(candidates, MAX_CANDIDATES):
                    if (found := verified(problem, model, "linear")) is not None:
                        yield found
        complete = m if complete == m - 1 and not budget.is_spent else complete
    some = f", not all with more than {complete}" if complete < MAX_BITS else ""
    return f"up to {MAX_BITS} fair bits{some}"


class Bits:
    """All subspaces of GF(2)^m by index: sums, ranks and reduced bases (forms as integers)."""

    def __init__(self, m: int) -> None:
        bases: dict[tuple[int, ...], None] = {(): None}
        queue: list[tuple[int, ...]] = [()]
        for basis in queue:  # NB: grows while it is walked.
            for form in range(1, 1 << m):
                larger = _reduced((*basis, form))
                if larger not in bases:
                    bases[larger] = None
                    queue.append(larger)
        self.weights = (Fraction(1, 1 << m),) * (1 << m)
        self._basis = sorted(bases, key=lambda b: (len(b), b))
        self._rank = [len(basis) for basis in self._basis]
        self._index = {basis: k for k, basis in enumerate(self._basis)}
        self._joins: dict[tuple[int, int], int] = {}
        self._options: dict[tuple[int, int], list[int]] = {}
        standard = (tuple(1 << i for i in range(r)) for r in range(m + 1))
        self._standard = {self._index[basis] for basis in standard}

    def options(self, used: int, most: int) -> Sequence[int]:
        """Subspaces that together with `used` span the first few forms.

        Any sequence of subspaces can be brought to that shape by a change of basis.
        """
        key = (used, most)
        if key not in self._options:
            every = range(len(self._basis))
            fit = (s for s in every if 1 << self._rank[s] <= most)
            self._options[key] = [s for s in fit if self.join(used, s) in self._standard]
        return self._options[key]

    def join(self, one: int, other: int) -> int:
        """The sum of two subspaces."""
        found = self._joins.get((one, other))
        if found is None:
            found = self._index[_reduced((*self._basis[one], *self._basis[other]))]
            self._joins[one, other] = found
        return found

    def count(self, element: int) -> int:
        """2 to the rank."""
        return 1 << self._rank[element]

    def is_independent(self, x: int, y: int, both: int, given: int) -> bool:
        """The rank condition."""
        rank = self._rank
        return rank[x] + rank[y] == rank[both] + rank[given]

    def value(self, element: int, case: int, alphabet: tuple[object, ...] | None) -> object:
        """The bits as a member of the alphabet where there is one, else the bit or their tuple."""
        bits = tuple((case & form).bit_count() % 2 for form in self._basis[element])
        if alphabet is not None:
            return alphabet[sum(bit << k for k, bit in enumerate(bits))]
        if not bits:
            return 0
        return bits[0] if len(bits) == 1 else bits


@lru_cache(maxsize=8)
def _bits(m: int) -> Bits:
    return Bits(m)


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
