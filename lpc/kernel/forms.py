"""Expressions in probabilities as linear forms, exactly.

Terms
-----
quantity
    An expression in probabilities, piecewise linear: the largest of some *pieces*, each the
    smallest of some linear forms. |x| is the larger of x and −x; −|x| is the smaller of them.
linear form
    A number plus a combination of P(X = x | Y = y) over *outcomes* X and *settings* Y. Sums over
    variables that stand in products P(X, h | Y) = P(X | h, Y) P(h | Y) are carried out: total
    probability. Settings with one value throughout are the *context* K.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as every
from typing import Any

from lpc.kernel.algebraic import Cyclotomic, NumberError, add, is_small, multiply
from lpc.kernel.evaluate import ONE, ZERO, Evaluator, Number, forever, names_in
from lpc.logic import Composites, LpcError, Span
from lpc.logic import expressions as e

Atoms = frozenset[str]
Value = Any
Label = tuple[str, Value]
Labels = frozenset[Label]
Factor = tuple[Labels, Labels]

MAX_FORMS = 256
MAX_MONOMIALS = 20_000
MAX_DEPTH = 120

NOT_LINEAR = (
    "a product of averages or probabilities that is not one probability, so not linear in "
    "P(results | settings)"
)


class BoundError(LpcError):
    """The route cannot handle an inequality: why, and at which place if that is known."""

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


@dataclass(frozen=True, slots=True)
class Hidden:
    """The value of a variable that is summed over without being given values."""

    name: str


@dataclass(frozen=True, slots=True)
class LinearForm:
    """`constant` plus coefficients times P(event | given); coefficients may be 0 in a piece."""

    constant: Number
    terms: tuple[tuple[Number, Factor], ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The variables left of a bar, sorted."""
        return tuple(sorted({name for _, (event, _) in self.terms for name, _ in event}))

    @property
    def context(self) -> Mapping[str, Value]:
        """The settings that have one value in every term."""
        givens = [dict(given) for _, (_, given) in self.terms]
        first = givens[0] if givens else {}
        shared = (n for n in sorted(first) if all(n in g and g[n] == first[n] for g in givens))
        return {name: first[name] for name in shared}

    @property
    def settings(self) -> tuple[str, ...]:
        """The other variables right of a bar, sorted."""
        names = {name for _, (_, given) in self.terms for name, _ in given}
        return tuple(sorted(names - set(self.context)))


Piece = tuple[LinearForm, ...]
"""Linear forms in the same probabilities, of which the smallest counts."""

Poly = dict[tuple[tuple[Factor, ...], Atoms], Number]
Pieces = tuple[tuple[Poly, ...], ...]


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
    found = (_together([expansion.linear(poly) for poly in piece]) for piece in pieces)
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


def combined(piece: Piece, weights: tuple[Fraction, ...]) -> LinearForm:
    """A weighted mean of the forms of a piece, hence nowhere less than the smallest of them.

    Raises: BoundError unless the weights are at least 0 and add up to 1.
    """
    if len(weights) != len(piece) or sum(weights) != 1 or any(w < 0 for w in weights):
        raise BoundError("weights that are no mean")
    constant = _sum(multiply(w, form.constant) for w, form in zip(weights, piece, strict=True))
    terms = []
    for k, (_, factor) in enumerate(piece[0].terms):
        if any(form.terms[k][1] != factor for form in piece):
            raise BoundError("forms in different probabilities")
        total = _sum(multiply(w, f.terms[k][0]) for w, f in zip(weights, piece, strict=True))
        terms.append((total, factor))
    return LinearForm(constant, tuple(terms))


def _sum(numbers: Any) -> Number:
    total: Number = ZERO
    for number in numbers:
        total = add(total, number)
    return total


def _together(forms: list[LinearForm]) -> Piece:
    """The forms of one piece with the same terms, so that they share context and settings."""
    distinct = list(dict.fromkeys(forms))
    if len(distinct) == 1:
        return (distinct[0],)
    tables = [{factor: c for c, factor in form.terms} for form in distinct]
    factors = sorted({f for table in tables for f in table}, key=_order)
    return tuple(
        LinearForm(form.constant, tuple((table.get(f, ZERO), f) for f in factors))
        for form, table in zip(distinct, tables, strict=True)
    )


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
        except BoundError as error:
            if error.span is None and node.span != e.NOWHERE:
                raise BoundError(error.reason, node.span) from None
            raise
        finally:
            self.depth -= 1

    def _forms(self, node: e.Expression, env: Mapping[str, Value]) -> Pieces:
        if _is_constant(node):
            return _only(_number(self.known(node, env)))
        match node:
            case e.Chance():
                return _only({((self.chance(node, env),), frozenset()): ONE})
            case e.Plus(terms):
                found = _only({})
                for sign, part in terms:
                    inside = self.forms(part, env)
                    found = _added_pieces(found, _negated(inside) if sign == "-" else inside)
                return found
            case e.Times(first, rest):
                found = self.forms(first, env)
                for op, part in rest:
                    found = self.product(found, op, self.forms(part, env), node)
                return found
            case e.Function("abs", argument):
                inside = self.forms(argument, env)
                return _limited((*inside, *_negated(inside)))
            case e.SumOver(names, body):
                return _only(self.sum(self.composites.expand(names), body, env))
            case e.Named():
                return self.named(node, env)
        raise BoundError("only sums, multiples and absolute values of probabilities are handled")

    def named(self, node: e.Named, env: Mapping[str, Value]) -> Pieces:
        """A quantity at some arguments, expanded once."""
        quantity = self.quantities[node.name]
        values = []
        for argument in node.arguments:
            if not _is_constant(argument):
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
        factor = _constant_of(inside)
        if op == "/":
            if not factor:
                raise BoundError(
                    "a division by what is no number, or is 0: divided by a number only"
                )
            return _scaled_pieces(found, _divided(ONE, factor))
        if op != "*":
            raise BoundError(f"`{op}` of probabilities")
        if factor is not None:
            return _scaled_pieces(found, factor)
        factor = _constant_of(found)
        if factor is not None:
            return _scaled_pieces(inside, factor)
        poly = self.multiplied(self.one(found), self.one(inside), node.span)
        return _only(poly)

    def multiplied(self, one: Poly, two: Poly, span: Span) -> Poly:
        total: Poly = {}
        for (f, bound), c in one.items():
            self.tick()
            for (g, other), d in two.items():
                if bound & other:
                    raise BoundError(f"{min(bound & other)} is summed over in two factors")
                factors = tuple(sorted((*f, *g), key=_order))
                if len(factors) > 1:
                    self.made[factors] = span
                _increase(total, (factors, bound | other), _times(c, d))
            _limited(_only(total))
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
        bare = {name for factors, _ in total for name in _unweighted(factors)}
        bare &= atoms & set(self.alphabets)
        if bare:
            counted |= bare
            total = self.summed(counted, atoms, body, env)
        hidden = atoms - counted
        found: Poly = {}
        for (factors, bound), coefficient in total.items():
            if bound & hidden:  # NB: total probability would mix the two up.
                raise BoundError(f"{min(bound & hidden)} is summed over inside its own sum")
            _increase(found, (factors, bound | hidden), coefficient)
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
                _increase(total, key, coefficient)
            _limited(_only(total))
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
                found |= {n: env[n] for n in self.composites.expand((event.name,))}
            else:
                found |= self.spread(event.name, self.known(event.value, env), event.span)
        return frozenset(found.items())

    def linear(self, poly: Poly) -> LinearForm:
        """A polynomial whose products come to single probabilities, as a linear form."""
        constant: Number = ZERO
        terms: dict[Factor, Number] = {}
        for (factors, bound), coefficient in poly.items():
            try:
                factor = _collapsed(factors, bound)
            except BoundError as error:
                raise BoundError(error.reason, self.made.get(factors)) from None
            if factor is None:
                constant = add(constant, coefficient)
            else:
                terms[factor] = add(terms.get(factor, ZERO), coefficient)
        kept = sorted(((f, c) for f, c in terms.items() if c != 0), key=lambda x: _order(x[0]))
        form = LinearForm(constant, tuple((c, f) for f, c in kept))
        both = set(form.outcomes) & {n for _, (_, given) in form.terms for n, _ in given}
        if both:
            raise BoundError(f"{min(both)} stands left of one bar and right of another")
        return form


def _is_constant(node: Any) -> bool:
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


# ---- numbers and polynomials -------------------------------------------------------------------


def _number(value: Value) -> Poly:
    if isinstance(value, int):
        value = Fraction(value)
    if not isinstance(value, Fraction | Cyclotomic):
        raise BoundError(f"{value} is no number")
    return {((), frozenset()): value} if value != 0 else {}


def _times(one: Number, two: Number) -> Number:
    try:
        found = multiply(one, two)
    except NumberError as problem:
        raise BoundError(problem.reason) from None
    if not is_small(found):
        raise BoundError("a number too large")
    return found


def _divided(one: Number, two: Number) -> Number:
    try:
        return _times(one, 1 / two if isinstance(two, Fraction) else two.reciprocal())
    except NumberError as problem:
        raise BoundError(problem.reason) from None


def _increase(poly: Poly, key: tuple[tuple[Factor, ...], Atoms], by: Number) -> None:
    try:
        total = add(poly.get(key, ZERO), by)
    except NumberError as problem:
        raise BoundError(problem.reason) from None
    if total == 0:
        poly.pop(key, None)
    else:
        poly[key] = total


def _added(one: Poly, two: Poly) -> Poly:
    total = dict(one)
    for key, coefficient in two.items():
        _increase(total, key, coefficient)
    return total


def _scaled(poly: Poly, factor: Number) -> Poly:
    return {key: _times(c, factor) for key, c in poly.items() if factor != 0}


def _order(factor: Factor) -> tuple[list[str], list[str]]:
    return tuple(sorted(f"{n}={v!r}" for n, v in side) for side in factor)  # type: ignore[return-value]


def _unweighted(factors: tuple[Factor, ...]) -> set[str]:
    """Hidden variables that a product conditions on without a factor for their probability."""
    weighted = {n for event, _ in factors for n, _ in event}
    given = {n for _, side in factors for n, v in side if isinstance(v, Hidden)}
    return given - weighted


# ---- pieces: the largest of the smallest ---------------------------------------------------------


def _only(poly: Poly) -> Pieces:
    return ((poly,),)


def _limited(pieces: Pieces) -> Pieces:
    if sum(map(len, pieces)) > MAX_FORMS:
        raise BoundError("too many absolute values")
    if any(len(poly) > MAX_MONOMIALS for piece in pieces for poly in piece):
        raise BoundError("too many terms")
    return pieces


def _added_pieces(one: Pieces, two: Pieces) -> Pieces:
    """max min x + max min y = max min (x + y), over all pairs inside and outside."""
    if sum(map(len, one)) * sum(map(len, two)) > MAX_FORMS:
        raise BoundError("too many absolute values")
    return _limited(tuple(tuple(_added(x, y) for x in p for y in q) for p in one for q in two))


def _negated(pieces: Pieces) -> Pieces:
    """−max_i min_j x_ij = min_i max_j −x_ij = the largest, over choices of a j for each i, of
    min_i −x_ij."""  # fmt: skip
    count = 1
    for piece in pieces:
        count *= len(piece)
        if count * len(pieces) > MAX_FORMS:
            raise BoundError("too many absolute values")
    negative = [[_scaled(poly, -ONE) for poly in piece] for piece in pieces]
    return tuple(every(*negative))


def _scaled_pieces(pieces: Pieces, factor: Number) -> Pieces:
    if factor == 0:
        return _only({})
    if factor < 0:
        pieces, factor = _negated(pieces), -factor
    return tuple(tuple(_scaled(poly, factor) for poly in piece) for piece in pieces)


def _constant_of(pieces: Pieces) -> Number | None:
    poly = pieces[0][0]
    if len(pieces) != 1 or len(pieces[0]) != 1 or any(key != ((), frozenset()) for key in poly):
        return None
    return poly.get(((), frozenset()), ZERO)


# ---- total probability -----------------------------------------------------------------------


def _collapsed(factors: tuple[Factor, ...], bound: Atoms) -> Factor | None:
    """One probability for a sum of products, by the product rule and total probability."""
    now = list(factors)
    while len(now) > 1:
        pairs = ((f, g) for f in now for g in now if f is not g and f[1] == g[0] | g[1])
        joined = next(pairs, None)
        if joined is None:
            raise BoundError(NOT_LINEAR)
        f, g = joined
        now = [x for x in now if x is not f and x is not g]
        now.append((f[0] | g[0], g[1]))
    if not now:
        if bound:
            raise BoundError("a sum of what does not mention its variable")
        return None
    event, given = now[0]
    if any(name in bound or isinstance(v, Hidden) for name, v in given):
        name = min(n for n, v in given if n in bound or isinstance(v, Hidden))
        raise BoundError(
            f"a sum over {name}, which is conditioned on without its own probability: no total "
            f"probability; declare the values of {name} if each is meant"
        )
    if not bound <= {name for name, v in event if isinstance(v, Hidden)}:
        raise BoundError("a sum of what does not mention its variable")
    kept = frozenset(x for x in event if not isinstance(x[1], Hidden))
    return (kept, given) if kept else None
