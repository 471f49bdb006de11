"""Whether a finite model obeys an equation between sums, worked out point by point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.sums import free_conditions
from lpc.logic.slots import is_held, value_of, variable_of, variables_of
from lpc.logic.sums import Term, Terms, is_well_formed

Atoms = frozenset[str]

MAX_POINTS = 50_000


@dataclass(frozen=True, slots=True)
class SumFailure:
    """A point of the free variables at which both sides are defined and differ."""

    point: Mapping[str, Any]
    left: Any
    right: Any


def sum_failure(model: FiniteModel, left: Terms, right: Terms) -> SumFailure | None:
    """The first point at which a model breaks an equation, None where it obeys it.

    Raises: ModelError when there are too many points or a value is no number.
    """
    every = (*left, *right)
    if not all(map(is_well_formed, every)):
        raise ModelError("a probability has a variable twice, or a value is summed over")
    values = _Values(model)
    free = frozenset[str]().union(*(t.free for t in every))
    positive = free_conditions(every)
    work = sum(values.count(t.bound) for t in every)
    if work * values.count(free) > MAX_POINTS:
        raise ModelError("too many points to go through")
    if any(value_of(s) not in model.values(variable_of(s)) for s in free if is_held(s)):
        return None
    for point in values.points(free):
        if all(values.probability(c, point) for c in positive):
            sides = [values.total(side, point) for side in (left, right)]
            if None not in sides and sides[0] != sides[1]:
                return SumFailure(point, *sides)
    return None


class _Values:
    """Values of terms in one model; tables are made once."""

    def __init__(self, model: FiniteModel) -> None:
        self.model = model
        self.tables: dict[Atoms, tuple[tuple[str, ...], dict[tuple[Any, ...], Any]]] = {}

    def count(self, slots: Atoms) -> int:
        """How many points there are."""
        names = [variable_of(s) for s in slots if not is_held(s)]
        if missing := variables_of(slots) - set(self.model.names):
            raise ModelError(f"the model has no variable {min(missing)}")
        return prod(len(self.model.values(name)) for name in names)

    def points(self, slots: Atoms) -> Iterator[dict[str, Any]]:
        """Every value of some slots; a held one has its own alone."""
        place = {name: k for k, name in enumerate(self.model.names)}
        order = sorted(slots, key=lambda s: (place[variable_of(s)], s))
        alphabets = [
            (value_of(s),) if is_held(s) else self.model.values(variable_of(s)) for s in order
        ]
        return (dict(zip(order, found, strict=True)) for found in product(*alphabets))

    def probability(self, slots: Atoms, point: Mapping[str, Any]) -> Any:
        if not slots:
            return Fraction(1)
        where = {variable_of(s): s for s in slots}
        atoms = frozenset(where)
        if atoms not in self.tables:
            self.tables[atoms] = self.model.table(atoms)
        order, table = self.tables[atoms]
        return table.get(tuple(point[where[n]] for n in order), Fraction(0))

    def total(self, terms: Terms, point: Mapping[str, Any]) -> Any:
        """The value of a side, None where it is not defined."""
        total: Any = Fraction(0)
        for term in terms:
            for inner in self.points(term.bound):
                value = self.product(term, {**point, **inner})
                if value is None:
                    return None
                total = total + value
        return total

    def product(self, term: Term, point: Mapping[str, Any]) -> Any:
        result: Any = term.coefficient
        for name in term.values:
            if not isinstance(point[name], int | Fraction):
                raise ModelError(f"the value of {name} is no number")
            result = result * point[name]
        undefined = False
        for factor in term.factors:
            below = self.probability(factor.given, point)
            if below == 0:
                undefined = True
            else:
                result = result * self.probability(factor.event | factor.given, point) / below
        return None if undefined and result != 0 else result
