"""Quantities on a finite model: sums of products of probabilities, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from itertools import product
from operator import add
from typing import Any

from lpc.exact import ONE, ZERO, Number
from lpc.kernel.evaluate import Env, Evaluator, Undefined, Value, shown
from lpc.kernel.models import FiniteModel
from lpc.kernel.programs import check_value
from lpc.logic import Composites
from lpc.logic import expressions as e

Tables = dict[frozenset[str], tuple[tuple[str, ...], dict[tuple[Any, ...], Number]]]


def variables_of(
    sides: Iterable[e.Expression], quantities: Mapping[str, e.Quantity], composites: Composites
) -> frozenset[str]:
    """The atoms that expressions speak of in P(…) and sums, also by way of quantities."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting: list[Any] = list(sides)
    while waiting:
        item = waiting.pop()
        match item:
            case e.Event(name):
                found.add(name)
            case e.SumOver(names):
                found.update(names)
            case e.Named(name) if name not in seen:
                seen.add(name)
                waiting.append(quantities[name].body)
        if isinstance(item, e.Node):
            waiting += [getattr(item, f.name) for f in fields(item)]
        elif isinstance(item, tuple):
            waiting += item
    return composites.expand(found)


@dataclass(slots=True)
class Measure(Evaluator):
    """Values of expressions on one model.

    A variable of `sum[…]` ranges over its declared values, or over those that occur; P(X | Y)
    is undefined where Y has probability zero.

    >>> from fractions import Fraction
    >>> coin = FiniteModel.create(("a",), [((0,), Fraction(1, 4)), ((1,), Fraction(3, 4))])
    >>> mean = e.SumOver(("a",), e.Times(e.Variable("a"), (("*", e.Chance((e.Event("a"),))),)))
    >>> Measure(model=coin).value(mean, {})
    Fraction(3, 4)
    """

    model: FiniteModel = field(kw_only=True)
    quantities: Mapping[str, e.Quantity] = field(default_factory=dict)
    _tables: Tables = field(default_factory=dict)
    _known: dict[tuple[str, tuple[Value, ...], bool], Value] = field(default_factory=dict)

    def probabilistic(self, node: e.Chance | e.SumOver | e.Named, env: Env, in_sum: bool) -> Value:
        match node:
            case e.Chance():
                return self.chance(node, env, in_sum)
            case e.SumOver(names, body):
                return self.sum(self.composites_in_order(names), body, env)
            case e.Named(name, arguments):
                values = tuple(self.value(a, env, in_sum) for a in arguments)
                missing = next((v for v in values if isinstance(v, Undefined)), None)
                return missing or self.named(name, values, node, in_sum)

    def named(self, name: str, values: tuple[Value, ...], node: e.Named, in_sum: bool) -> Value:
        """A quantity at some arguments, evaluated once."""
        key = (name, values, in_sum)
        if key not in self._known:
            quantity = self.quantities[name]
            env: dict[str, Value] = {}
            for parameter, value in zip(quantity.parameters, values, strict=True):
                env |= self.spread(parameter, value, node.span)
            self._known[key] = self.value(quantity.body, env, in_sum)
        return self._known[key]

    def composites_in_order(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The atoms of some variables, each once."""
        found: dict[str, None] = {}
        for name in names:
            parts = self.composites.parts.get(name)
            inside = (name,) if parts is None else self.composites_in_order(parts)
            found.update(dict.fromkeys(inside))
        return tuple(found)

    def sum(self, atoms: tuple[str, ...], body: e.Expression, env: Env) -> Value:
        total: Number = ZERO
        for count, values in enumerate(product(*(self.model.values(atom) for atom in atoms))):
            if count % 64 == 0:
                self.tick()
            term = self.value(body, {**env, **dict(zip(atoms, values, strict=True))}, in_sum=True)
            if isinstance(term, Undefined):
                return term
            total = self.exact(body, add, total, self.number(term, body.span))
        return total

    def chance(self, node: e.Chance, env: Env, in_sum: bool) -> Value:
        given = self.point(node.given, env, in_sum)
        event = self.point(node.event, env, in_sum)
        if isinstance(given, Undefined) or isinstance(event, Undefined):
            return given if isinstance(given, Undefined) else event  # type: ignore[return-value]
        below = self.probability(given)
        if below == 0:
            return Undefined(", ".join(f"{name} = {shown(v)}" for name, v in given.items()))
        if any(event.get(name, value) != value for name, value in given.items()):
            return ZERO
        return self.exact(node, lambda one, two: one / two, self.probability(given | event), below)

    def point(
        self, events: tuple[e.Event, ...], env: Env, in_sum: bool
    ) -> dict[str, Value] | Undefined:
        """The values of the atoms that some events speak of."""
        found: dict[str, Value] = {}
        for event in events:
            if event.value is None:
                value = self.lookup(event.name, env)
            else:
                value = self.value(event.value, env, in_sum)
            if isinstance(value, Undefined):
                return value
            self.join(found, self.spread(event.name, value, event.span), event.span)
        for event in events:
            for atom in self.composites.expand((event.name,)):
                check_value(atom, found[atom], self.model.alphabets, event.span)
        return found

    def probability(self, point: Mapping[str, Value]) -> Number:
        if not point:
            return ONE
        atoms = frozenset(point)
        if atoms not in self._tables:
            self._tables[atoms] = self.model.table(atoms)
        order, table = self._tables[atoms]
        return table.get(tuple(point[name] for name in order), ZERO)
