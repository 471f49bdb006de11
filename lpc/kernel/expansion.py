"""Expressions in probabilities carried out to linear forms, by total probability.

What the words mean is said in `lpc.kernel.forms` and `lpc.kernel.polynomials`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product as every
from typing import Any

from lpc.exact import ONE, ZERO, Number, NumberError
from lpc.kernel.evaluate import Evaluator, forever, names_in
from lpc.kernel.forms import (
    Atoms,
    BoundError,
    Factor,
    Hidden,
    Labels,
    LinearForm,
    Piece,
    Value,
    order,
    together,
)
from lpc.kernel.polynomials import (
    Pieces,
    Poly,
    added,
    collapsed,
    constant_of,
    increase,
    limited,
    negated,
    number_of,
    only,
    scaled,
    times,
    unweighted,
)
from lpc.kernel.programs import check_value
from lpc.logic import Composites, Span
from lpc.logic import expressions as e

MAX_DEPTH = 120


def linear_pieces(
    expression: e.Expression,
    quantities: Mapping[str, e.Quantity],
    alphabets: Mapping[str, tuple[Value, ...]],
    composites: Composites,
    tick: Callable[[], None] = forever,
) -> tuple[Piece, ...]:
    """The pieces of which the expression is the largest, wherever it is defined.

    Raises: BoundError where it is something else, EvaluationError.
    """
    expansion = _Expansion(quantities, alphabets, composites, tick)
    pieces = expansion.forms(expression, {})
    found = (together([expansion.linear(poly) for poly in piece]) for piece in pieces)
    return tuple(dict.fromkeys(found))


def linear_forms(
    expression: e.Expression,
    quantities: Mapping[str, e.Quantity],
    alphabets: Mapping[str, tuple[Value, ...]],
    composites: Composites,
    tick: Callable[[], None] = forever,
) -> tuple[LinearForm, ...]:
    """Linear forms of which the expression is the largest, wherever it is defined.

    Raises: BoundError where it is something else, EvaluationError.
    """
    pieces = linear_pieces(expression, quantities, alphabets, composites, tick)
    if any(len(piece) > 1 for piece in pieces):
        raise BoundError("minus an absolute value, whose maximum need not be at a vertex")
    return tuple(dict.fromkeys(piece[0] for piece in pieces))


class _Expansion(Evaluator):
    """Expressions as pieces of polynomials in probabilities."""

    def __init__(
        self,
        quantities: Mapping[str, e.Quantity],
        alphabets: Mapping[str, tuple[Value, ...]],
        composites: Composites,
        tick: Callable[[], None],
    ) -> None:
        super().__init__(composites, tick)
        self.quantities = quantities
        self.alphabets = alphabets
        self.depth = 0
        self.made: dict[tuple[Factor, ...], Span] = {}
        self.seen: dict[tuple[str, tuple[Value, ...]], Pieces] = {}

    def forms(self, node: e.Expression, env: Mapping[str, Value]) -> Pieces:
        """The pieces of an expression. Raises: BoundError with the place."""
        self.tick()
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                raise BoundError("quantities inside quantities too deep to expand")
            return self._forms(node, env)
        except (BoundError, NumberError) as error:
            known = error.span if isinstance(error, BoundError) else None
            here = None if node.span == e.NOWHERE else node.span
            raise BoundError(error.reason, known or here) from None
        finally:
            self.depth -= 1

    def _forms(self, node: e.Expression, env: Mapping[str, Value]) -> Pieces:
        if is_constant(node):
            return only(number_of(self.known(node, env)))
        match node:
            case e.Chance():
                return only({((self.chance(node, env),), frozenset()): ONE})
            case e.Plus(terms):
                found = only({})
                for sign, part in terms:
                    inside = self.forms(part, env)
                    found = added(found, negated(inside) if sign == "-" else inside)
                return found
            case e.Times(first, rest):
                found = self.forms(first, env)
                for op, part in rest:
                    found = self.product(found, op, self.forms(part, env), node)
                return found
            case e.Function("abs", argument):
                inside = self.forms(argument, env)
                return limited((*inside, *negated(inside)))
            case e.SumOver(names, body):
                return only(self.sum(self.composites.expand(names), body, env))
            case e.Named():
                return self.named(node, env)
        raise BoundError("only sums, multiples and absolute values of probabilities are handled")

    def named(self, node: e.Named, env: Mapping[str, Value]) -> Pieces:
        """A quantity at some arguments, expanded once."""
        quantity = self.quantities[node.name]
        values = []
        for argument in node.arguments:
            if not is_constant(argument):
                raise BoundError(f"an argument of {node.name} is no number or word")
            values.append(self.known(argument, env))
        key = (node.name, tuple(values))
        if key not in self.seen:
            inner: dict[str, Value] = {}
            for parameter, value in zip(quantity.parameters, values, strict=True):
                inner |= self.spread(parameter, value, node.span)
            self.seen[key] = self.forms(quantity.body, inner)
        return self.seen[key]

    def product(self, found: Pieces, op: str, inside: Pieces, node: e.Times) -> Pieces:
        """One factor more; only one of two may depend on probabilities unless they join later."""
        factor = constant_of(inside)
        if op == "/":
            if not factor:
                raise BoundError(
                    "a division by what is no number, or is 0: divided by a number only"
                )
            return scaled(found, ONE / factor)
        if op != "*":
            raise BoundError(f"`{op}` of probabilities")
        if factor is not None:
            return scaled(found, factor)
        factor = constant_of(found)
        if factor is not None:
            return scaled(inside, factor)
        poly = self.multiplied(self.one(found), self.one(inside), node.span)
        return only(poly)

    def multiplied(self, one: Poly, two: Poly, span: Span) -> Poly:
        total: Poly = {}
        for (f, bound), c in one.items():
            self.tick()
            for (g, other), d in two.items():
                if bound & other:
                    raise BoundError(f"{min(bound & other)} is summed over in two factors")
                factors = tuple(sorted((*f, *g), key=order))
                if len(factors) > 1:
                    self.made[factors] = span
                increase(total, (factors, bound | other), times(c, d))
            limited(only(total))
        return total

    def one(self, pieces: Pieces) -> Poly:
        if len(pieces) != 1 or len(pieces[0]) != 1:
            raise BoundError("an absolute value in a sum over values or in a product")
        return pieces[0][0]

    def known(self, node: e.Expression, env: Mapping[str, Value]) -> Value:
        names = self.composites.expand(names_in(node))
        hidden = [n for n in sorted(names) if isinstance(env.get(n), Hidden)]
        if hidden:
            raise BoundError(f"the value of {hidden[0]}, which declares no values")
        return self.value(node, env)

    def sum(self, atoms: Atoms, body: e.Expression, env: Mapping[str, Value]) -> Poly:
        """Variables whose value counts run over their declared values; others stay hidden.

        So do those that a probability conditions on without another giving their weight: that is
        no total probability.
        """
        counted = self.composites.expand(names_in(body)) & atoms
        missing = sorted(counted - set(self.alphabets))
        if missing:
            raise BoundError(f"a sum over the values of {missing[0]}, which declares none")
        total = self.summed(counted, atoms, body, env)
        bare = {name for factors, _ in total for name in unweighted(factors)}
        bare &= atoms & set(self.alphabets)
        if bare:
            counted |= bare
            total = self.summed(counted, atoms, body, env)
        hidden = atoms - counted
        found: Poly = {}
        for (factors, bound), coefficient in total.items():
            if bound & hidden:  # NB: total probability would mix the two up.
                raise BoundError(f"{min(bound & hidden)} is summed over inside its own sum")
            increase(found, (factors, bound | hidden), coefficient)
        return found

    def summed(
        self, counted: Atoms, atoms: Atoms, body: e.Expression, env: Mapping[str, Value]
    ) -> Poly:
        """The sum over the values of what counts, with the rest hidden."""
        order = sorted(counted)
        inner = {**env, **{name: Hidden(name) for name in atoms - counted}}
        total: Poly = {}
        for values in every(*(self.alphabets[name] for name in order)):
            point = {**inner, **dict(zip(order, values, strict=True))}
            for key, coefficient in self.one(self.forms(body, point)).items():
                increase(total, key, coefficient)
            limited(only(total))
        return total

    def chance(self, node: e.Chance, env: Mapping[str, Value]) -> Factor:
        given = self.labels(node.given, env)
        event = self.labels(node.event, env)
        names = [name for name, _ in (*event, *given)]
        if len(set(names)) < len(names):
            raise BoundError("a probability that has a variable on both sides of its bar")
        return event, given

    def labels(self, events: tuple[e.Event, ...], env: Mapping[str, Value]) -> Labels:
        found: dict[str, Value] = {}
        for event in events:
            if event.value is None:
                more = {n: env[n] for n in self.composites.expand((event.name,))}
            else:
                more = self.spread(event.name, self.known(event.value, env), event.span)
            for name, value in more.items():
                if not isinstance(value, Hidden):
                    check_value(name, value, self.alphabets, event.span)
            self.join(found, more, event.span)
        return frozenset(found.items())

    def linear(self, poly: Poly) -> LinearForm:
        """A polynomial whose products come to single probabilities, as a linear form."""
        constant: Number = ZERO
        terms: dict[Factor, Number] = {}
        for (factors, bound), coefficient in poly.items():
            try:
                factor = collapsed(factors, bound)
            except BoundError as error:
                raise BoundError(error.reason, self.made.get(factors)) from None
            if factor is None:
                constant += coefficient
            else:
                terms[factor] = terms.get(factor, ZERO) + coefficient
        kept = sorted(((f, c) for f, c in terms.items() if c != 0), key=lambda x: order(x[0]))
        form = LinearForm(constant, tuple((c, f) for f, c in kept))
        both = set(form.outcomes) & {n for _, (_, given) in form.terms for n, _ in given}
        if both:
            raise BoundError(f"{min(both)} stands left of one bar and right of another")
        return form


def is_constant(node: Any) -> bool:
    """Whether an expression speaks of no probability."""
    waiting: list[Any] = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, e.Chance | e.SumOver | e.Named):
            return False
        if isinstance(item, e.Node):
            waiting += [getattr(item, name) for name in item.__dataclass_fields__ if name != "span"]
        elif isinstance(item, tuple):
            waiting += item
    return True
