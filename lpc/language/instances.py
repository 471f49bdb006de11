"""An inequality with free variables speaks for all their values: one closed inequality for each.

Terms
-----
free
    A variable that stands in P(…) without a value, or as a factor, and over which nothing sums. On
    the right of `=` inside P(…) a variable is not free there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from lpc.language import syntax as s
from lpc.language.scope import Scope
from lpc.logic import Value

MAX_INSTANCES = 256

Values = Mapping[str, s.Expression]
Atoms = frozenset[str]


def free_in(node: s.Node, scope: Scope, bound: Atoms = frozenset()) -> Iterator[tuple[str, s.Name]]:
    """The free variables of an expression as atoms, each with a place where it stands."""
    match node:
        case s.Big(_, names, body):
            inside = scope.composites.expand(n.text for n in names)
            yield from free_in(body, scope, bound | inside)
        case s.Event(name, None):
            yield from free_in(name, scope, bound)
        case s.Name(text) if text in scope.declared_at:
            for atom in sorted(scope.composites.expand((text,)) - bound):
                yield atom, node
        case s.Event() | s.Name():
            pass
        case s.Call(_, arguments):
            for argument in arguments:
                yield from free_in(argument, scope, bound)
        case _:
            for child in s.children(node):
                yield from free_in(child, scope, bound)


def choices(alphabets: Mapping[str, tuple[Value, ...]]) -> Iterator[dict[str, Value]]:
    """Every way to give the variables values."""
    for chosen in product(*alphabets.values()):
        yield dict(zip(alphabets, chosen, strict=True))


def how_many(alphabets: Mapping[str, tuple[Value, ...]]) -> int:
    """The number of those."""
    return prod(map(len, alphabets.values()))


def closed(node: s.Expression, values: Mapping[str, Value], scope: Scope) -> s.Expression:
    """An expression with values in the place of its free variables."""
    written = {name: _written(value) for name, value in values.items()}
    found: s.Expression = _Closing(scope).of(node, written)
    return found


class _Closing:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def of(self, item: Any, values: Values) -> Any:
        match item:
            case s.Name(text):
                return replace(values[text], span=item.span) if text in values else item
            case s.Prob(event, given):
                return s.Prob(
                    tuple(self.events(event, values)),
                    tuple(self.events(given, values)),
                    span=item.span,
                )
            case s.Big(kind, names, body):
                bound = self.scope.composites.expand(n.text for n in names)
                rest = {n: v for n, v in values.items() if n not in bound}
                return s.Big(kind, names, self.of(body, rest), span=item.span)
            case s.Call(name, arguments):
                return s.Call(name, self.of(arguments, values), span=item.span)
            case s.Node():
                return replace(
                    item, **{f.name: self.of(getattr(item, f.name), values) for f in fields(item)}
                )
            case tuple():
                return tuple(self.of(x, values) for x in item)
        return item

    def events(self, nodes: Iterable[s.Event], values: Values) -> Iterator[s.Event]:
        """The events of one side of a bar; a composite is given values atom by atom."""
        for node in nodes:
            atoms = sorted(self.scope.composites.expand((node.name.text,)))
            if node.value is not None or not any(atom in values for atom in atoms):
                yield node
                continue
            for atom in atoms:
                name = s.Name(atom, span=node.name.span)
                yield s.Event(name, values.get(atom), span=node.span)


def _written(value: Value) -> s.Expression:
    """A declared value as an author writes it."""
    if isinstance(value, str):
        return s.Name(value)
    number = Fraction(value)
    size: s.Expression = s.Number(str(abs(number.numerator)))
    if number.denominator > 1:
        size = s.Times(size, (("/", s.Number(str(number.denominator))),))
    return s.Additive((("-", size),)) if number < 0 else size
