"""Going through all ways to give every variable one element of a finite structure.

A structure is a lattice whose elements stand for what a variable may be (a subspace of the
linear forms in some fair bits, a partition of some weighted cases); the join of two elements
stands for the pair of two variables. Elements are numbered, and 0 is the constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import prod
from typing import Protocol

from lpc.kernel.models import FiniteModel
from lpc.logic import Independence, Monomials, Positivity, Statement
from lpc.search.models.constraints import Budget, Check, order_of_choice, schedule
from lpc.search.models.problem import MAX_POINTS, Problem, atoms_of

Test = Callable[[Sequence[int]], bool]


class Structure(Protocol):
    """What `solutions` needs to know of the lattice."""

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """The probabilities of the elementary cases."""

    def options(self, used: int, most: int) -> Sequence[int]:
        """Elements with at most `most` values, few values first.

        `used` is the join of what is chosen already: of elements that differ only by a
        symmetry that leaves `used` alone, one will do.
        """

    def join(self, one: int, other: int) -> int:
        """The element for the pair."""

    def count(self, element: int) -> int:
        """How many values it takes."""

    def is_independent(self, x: int, y: int, both: int, given: int) -> bool:
        """Whether x ⊥ y | given; x and y contain `given`, `both` is their join."""

    def value(self, element: int, case: int, alphabet: tuple[object, ...] | None) -> object:
        """The value in one elementary case."""


def solutions(
    problem: Problem,
    structure: Structure,
    premises: tuple[Statement, ...],
    goal: Statement,
    budget: Budget,
    values: int = MAX_POINTS,
) -> Iterator[FiniteModel]:
    """Models made of the structure that obey the premises and break the goal, depth first.

    No variable takes more than `values` values.
    """
    order = order_of_choice(problem.variables, premises, goal)
    tests = _tests(problem, structure, order, schedule(order, premises, goal, problem.also))
    most = [min(values, len(problem.alphabets.get(v, ())) or values) for v in order]
    chosen: list[int] = []
    used = [0]
    # NB: a stack instead of recursion, since the number of variables has no bound.
    stack = [iter(structure.options(0, most[0]))]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            used.pop()
            del chosen[-1:]
            continue
        if not budget.spend():
            return
        chosen.append(element)
        k = len(stack)
        if not all(test(chosen) for test in tests[k - 1]):
            chosen.pop()
        elif k == len(order):
            yield model_of(problem, structure, dict(zip(order, chosen, strict=True)))
            chosen.pop()
        else:
            used.append(structure.join(used[-1], element))
            stack.append(iter(structure.options(used[-1], most[k])))


def model_of(problem: Problem, structure: Structure, chosen: dict[str, int]) -> FiniteModel:
    """The joint distribution of the chosen variables, in the order of the problem."""
    names = tuple(name for name in problem.variables if name in chosen)
    alphabets = {name: problem.alphabets[name] for name in names if name in problem.alphabets}
    weights = [
        (
            tuple(structure.value(chosen[name], case, alphabets.get(name)) for name in names),
            weight,
        )
        for case, weight in enumerate(structure.weights)
    ]
    return FiniteModel.create(names, weights, alphabets)


def _tests(
    problem: Problem,
    structure: Structure,
    order: Sequence[str],
    checks: Sequence[Sequence[Check]],
) -> list[list[Test]]:
    where = {name: k for k, name in enumerate(order)}
    return [[_test(problem, structure, where, c) for c in here] for here in checks]


def _test(problem: Problem, structure: Structure, where: dict[str, int], check: Check) -> Test:
    match check.statement:
        case Independence():
            return _independence_test(structure, where, check.statement, check.wanted)
        case Positivity():
            return _positivity_test(problem, structure, where, check.statement, check.wanted)
        case Monomials():
            return _kernel_test(problem, structure, where, check)


def _independence_test(
    structure: Structure, where: dict[str, int], s: Independence, wanted: bool
) -> Test:
    x, y, z = (tuple(where[name] for name in sorted(side)) for side in (s.x, s.y, s.z))
    join = structure.join

    def test(chosen: Sequence[int]) -> bool:
        given = 0
        for k in z:
            given = join(given, chosen[k])
        one = other = given
        for k in x:
            one = join(one, chosen[k])
        for k in y:
            other = join(other, chosen[k])
        return structure.is_independent(one, other, join(one, other), given) is wanted

    return test


def _positivity_test(
    problem: Problem, structure: Structure, where: dict[str, int], s: Positivity, wanted: bool
) -> Test:
    sizes = [(where[name], len(problem.alphabets.get(name, ()))) for name in sorted(s.atoms)]

    def test(chosen: Sequence[int]) -> bool:
        together = 0
        for k, _ in sizes:
            together = structure.join(together, chosen[k])
        every = prod(size or structure.count(chosen[k]) for k, size in sizes)
        return (structure.count(together) == every) is wanted

    return test


def _kernel_test(
    problem: Problem, structure: Structure, where: dict[str, int], check: Check
) -> Test:
    """Equations that are no independences are left to the kernel, each distinct case once."""
    names = sorted(atoms_of(check.statement))
    known: dict[tuple[int, ...], bool] = {}

    def test(chosen: Sequence[int]) -> bool:
        key = tuple(chosen[where[name]] for name in names)
        if key not in known:
            model = model_of(problem, structure, dict(zip(names, key, strict=True)))
            known[key] = model.holds(check.statement) is check.wanted
        return known[key]

    return test
