"""Finite models: exact joint distributions, and whether a statement holds in one.

A model lists its possible outcomes with positive weights that sum to one. Weights are
exact numbers; no epsilon is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from lpc.exact import Number
from lpc.logic import Conditional, Independence, LpcError, Monomials, Positivity, Statement

Atoms = frozenset[str]
Value = Any

Table = dict[tuple[Value, ...], Number]

MAX_POINTS = 1_000_000


class ModelError(LpcError):
    """The data do not describe a probability distribution, or a question is too large."""


@dataclass(frozen=True, slots=True)
class FiniteModel:
    """Variables, and each possible outcome with its weight.

    `names` has n entries; `support` pairs tuples of n values with weights > 0; `alphabets`
    gives the values a variable may take where that is declared.

    >>> coin = FiniteModel.create(("a", "b"), [((0, 0), Fraction(1, 2)), ((1, 1), Fraction(1, 2))])
    >>> coin.holds(Independence.create("a", "b"))
    False
    """

    names: tuple[str, ...]
    support: tuple[tuple[tuple[Value, ...], Number], ...]
    alphabets: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)

    @classmethod
    def create(
        cls,
        names: Iterable[str],
        weights: Iterable[tuple[tuple[Value, ...], Number]],
        alphabets: Mapping[str, tuple[Value, ...]] | None = None,
    ) -> FiniteModel:
        """Merge equal outcomes, drop impossible ones, and check what makes a distribution.

        Raises: ModelError for a negative weight, a sum other than 1, a wrong number of values,
        or a value outside the alphabet of its variable.
        """
        order = tuple(names)
        merged: Table = {}
        for outcome, weight in weights:
            if len(outcome) != len(order):
                raise ModelError("an outcome has the wrong number of values")
            if weight < 0:
                raise ModelError("a weight is negative")
            if weight != 0:
                merged[outcome] = merged.get(outcome, Fraction(0)) + weight
        if sum(merged.values(), Fraction(0)) != 1:
            raise ModelError("the weights do not sum to one")
        known = dict(alphabets or {})
        for k, name in enumerate(order):
            if name in known and any(o[k] not in known[name] for o in merged):
                raise ModelError(f"{name} takes a value outside its alphabet")
        return cls(order, tuple(merged.items()), known)

    def table(self, atoms: Atoms) -> tuple[tuple[str, ...], Table]:
        """The marginal distribution of some variables: their order, and weights by values."""
        chosen = tuple(name for name in self.names if name in atoms)
        if len(chosen) != len(atoms):
            raise ModelError(f"the model has no variable {min(atoms - set(self.names))}")
        places = [self.names.index(name) for name in chosen]
        found: Table = {}
        for outcome, weight in self.support:
            key = tuple(outcome[k] for k in places)
            found[key] = found.get(key, Fraction(0)) + weight
        return chosen, found

    def values(self, name: str) -> tuple[Value, ...]:
        """The alphabet of a variable, or the values that occur."""
        if name in self.alphabets:
            return self.alphabets[name]
        k = self.names.index(name)
        return tuple(dict.fromkeys(outcome[k] for outcome, _ in self.support))

    def holds(self, statement: Statement) -> bool:
        """Whether the statement is true of the model."""
        return next(self.failures(statement), None) is None

    def failures(self, statement: Statement) -> Iterator[Failure]:
        """Every point at which the statement fails, with the two numbers that should agree."""
        match statement:
            case Independence():
                return self._independence_failures(statement)
            case Monomials():
                return self._monomial_failures(statement)
            case Positivity(atoms):
                return self._positivity_failures(atoms)

    def probability(self, point: Mapping[str, Value], atoms: Atoms) -> Number:
        """p(atoms = their values at the point)."""
        order, table = self.table(atoms)
        return table.get(tuple(point[name] for name in order), Fraction(0))

    def _independence_failures(self, s: Independence) -> Iterator[Failure]:
        """Where p(x,y,z) p(z) ≠ p(x,z) p(y,z); only x, y that occur with z can fail."""
        with_x = self.table(s.x | s.z)
        with_y = self.table(s.y | s.z)
        both = self.table(s.x | s.y | s.z)
        given_order, given = self.table(s.z)
        by_given: dict[tuple[Value, ...], list[dict[str, Value]]] = {}
        for values in with_y[1]:
            point = dict(zip(with_y[0], values, strict=True))
            by_given.setdefault(tuple(point[n] for n in given_order), []).append(point)
        for values, weight in with_x[1].items():
            first = dict(zip(with_x[0], values, strict=True))
            key = tuple(first[n] for n in given_order)
            for second in by_given[key]:
                agree = all(first.get(n, v) == v for n, v in second.items())
                point = {**second, **first}
                joint = both[1].get(tuple(point[n] for n in both[0]), Fraction(0)) if agree else 0
                other = with_y[1][tuple(second[n] for n in with_y[0])]
                left, right = joint * given[key], weight * other
                if left != right:
                    yield Failure(point, joint / other, weight / given[key])

    def _monomial_failures(self, s: Monomials) -> Iterator[Failure]:
        """Where the two products differ although every condition has positive probability."""
        factors = (*s.left, *s.right)
        wanted = {atoms for f in factors for atoms in (f.event | f.given, f.given)}
        tables = {atoms: self.table(atoms) for atoms in wanted}
        for point in self._points(frozenset().union(*(f.event | f.given for f in factors))):
            left, right = (_product(side, point, tables) for side in (s.left, s.right))
            if left is not None and right is not None and left != right:
                yield Failure(point, left, right)

    def _positivity_failures(self, atoms: Atoms) -> Iterator[Failure]:
        order, table = self.table(atoms)
        for point in self._points(atoms):
            if tuple(point[n] for n in order) not in table:
                yield Failure(point, Fraction(0), None)

    def _points(self, atoms: Atoms) -> Iterator[dict[str, Value]]:
        order = tuple(name for name in self.names if name in atoms)
        alphabets = [self.values(name) for name in order]
        count = 1
        for alphabet in alphabets:
            count *= len(alphabet)
        if count > MAX_POINTS:
            raise ModelError(f"{count} points are too many to go through")
        for values in product(*alphabets):
            yield dict(zip(order, values, strict=True))


@dataclass(frozen=True, slots=True)
class Failure:
    """A point where a statement fails: for X ⊥ Y | Z, p(x | y,z) and p(x | z).

    Nothing on the right where something should be positive.
    """

    point: Mapping[str, Value]
    left: Number
    right: Number | None


def _product(
    factors: tuple[Conditional, ...],
    point: Mapping[str, Value],
    tables: Mapping[Atoms, tuple[tuple[str, ...], Table]],
) -> Number | None:
    """The value of a product, None where it is not defined."""
    value: Number = Fraction(1)
    for factor in factors:
        order, table = tables[factor.given]
        below = table.get(tuple(point[n] for n in order))
        if below is None:
            return None
        order, table = tables[factor.event | factor.given]
        value = value * table.get(tuple(point[n] for n in order), Fraction(0)) / below
    return value
