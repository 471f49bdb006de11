"""Linear bounds on averages over hidden variables, re-verified by enumeration of vertices.

Terms
-----
quantity
    An expression in probabilities. It is the largest of some linear forms: |x| is the larger of
    x and −x, and the largest of sums is the sum of the largest.
linear form
    A number plus a combination of P(X = x | Y = y) over *outcomes* X and *settings* Y. Sums over
    variables that stand in products P(X, h | Y) = P(X | h, Y) P(h | Y) are carried out: total
    probability. Settings with one value throughout are the *context* K.
mixture
    If Λ ⊥ Y | K and P(X | Y, K, Λ) = Π_i P(X_i | S_i, K, Λ), with S_i the settings that belong to
    outcome X_i, then a linear form is the average over P(Λ | K), which is normalised and not
    negative, of the same form with the products of the responses P(X_i | S_i, K, Λ). That
    integrand is linear in each response, so it is at most its largest value at *vertices*: each
    outcome a function of its own settings. Where the form is defined p(y, k) > 0, hence
    p(λ, y, k) > 0 wherever p(λ | k) > 0, and the responses are probability distributions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as every
from typing import Any

from lpc.kernel.evaluate import Evaluator, names_in
from lpc.kernel.replay import Theorem
from lpc.logic import Composites, Conditional, Independence, LpcError, Monomials, Statement
from lpc.logic import expressions as e

Atoms = frozenset[str]
Value = Any
Label = tuple[str, Value]
Labels = frozenset[Label]
Factor = tuple[Labels, Labels]

MAX_VERTICES = 200_000
MAX_FORMS = 256
MAX_MONOMIALS = 20_000


class BoundError(LpcError):
    """The route cannot handle an inequality; the text says why."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """The value of a variable that is summed over without being given values."""

    name: str


@dataclass(frozen=True, slots=True)
class LinearForm:
    """`constant` plus coefficients times P(event | given)."""

    constant: Fraction
    terms: tuple[tuple[Fraction, Factor], ...]

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


Poly = dict[tuple[tuple[Factor, ...], Atoms], Fraction]


def linear_forms(
    expression: e.Expression,
    quantities: Mapping[str, e.Quantity],
    alphabets: Mapping[str, tuple[Value, ...]],
    composites: Composites,
) -> tuple[LinearForm, ...]:
    """Linear forms of which the expression is the largest, wherever it is defined.

    Raises: BoundError where it is something else.
    """
    polys = _Expansion(quantities, alphabets, composites).forms(expression, {})
    return tuple(dict.fromkeys(_linear(poly) for poly in polys))


class _Expansion(Evaluator):
    """Expressions as lists of polynomials in probabilities, of which they are the largest."""

    def __init__(
        self,
        quantities: Mapping[str, e.Quantity],
        alphabets: Mapping[str, tuple[Value, ...]],
        composites: Composites,
    ) -> None:
        super().__init__(composites)
        self.quantities = quantities
        self.alphabets = alphabets

    def forms(self, node: e.Expression, env: Mapping[str, Value]) -> tuple[Poly, ...]:
        if _is_constant(node):
            return (_number(self.known(node, env)),)
        match node:
            case e.Chance():
                return (_single(self.chance(node, env)),)
            case e.Plus(terms):
                found: tuple[Poly, ...] = ({},)
                for sign, part in terms:
                    inside = self.forms(part, env)
                    if sign == "-":
                        inside = (_scaled(self.one(inside), Fraction(-1)),)
                    found = tuple(_added(x, y) for x in found for y in inside)
                    _limit(found)
                return found
            case e.Times(first, rest):
                found = self.forms(first, env)
                for op, part in rest:
                    found = self.product(found, op, part, env)
                return found
            case e.Function("abs", argument):
                inside = self.forms(argument, env)
                return (*inside, _scaled(self.one(inside), Fraction(-1)))
            case e.SumOver(names, body):
                return (self.sum(self.composites.expand(names), body, env),)
            case e.Named(name, arguments):
                quantity = self.quantities[name]
                inner: dict[str, Value] = {}
                for parameter, argument in zip(quantity.parameters, arguments, strict=True):
                    if not _is_constant(argument):
                        raise BoundError(f"an argument of {name} is no number or word")
                    inner |= self.spread(parameter, self.known(argument, env), node.span)
                return self.forms(quantity.body, inner)
        raise BoundError("an expression that is not linear in probabilities")

    def product(
        self, found: tuple[Poly, ...], op: str, part: e.Expression, env: Mapping[str, Value]
    ) -> tuple[Poly, ...]:
        inside = self.forms(part, env)
        if op == "/":
            below = _constant_of(self.one(inside))
            if not below:
                raise BoundError("a division by what is no number")
            inside = (_number(1 / below),)
        elif op != "*":
            raise BoundError(f"`{op}` of probabilities")
        if len(found) == 1 and len(inside) == 1:
            return (_multiplied(found[0], inside[0]),)
        one, many = (found, inside) if len(found) == 1 else (inside, found)
        factor = _constant_of(self.one(one))
        if factor is None or factor < 0:
            raise BoundError("an absolute value in a product that may be negative")
        return tuple(_scaled(p, factor) for p in many)

    def one(self, polys: tuple[Poly, ...]) -> Poly:
        if len(polys) != 1:
            raise BoundError("an absolute value with a minus sign, or inside another")
        return polys[0]

    def known(self, node: e.Expression, env: Mapping[str, Value]) -> Value:
        names = self.composites.expand(names_in(node))
        hidden = [n for n in sorted(names) if isinstance(env.get(n), Hidden)]
        if hidden:
            raise BoundError(f"the value of {hidden[0]}, which declares no values")
        return self.value(node, env)

    def sum(self, atoms: Atoms, body: e.Expression, env: Mapping[str, Value]) -> Poly:
        """Variables whose value counts run over their declared values; others stay hidden."""
        counted = self.composites.expand(names_in(body)) & atoms
        missing = sorted(counted - set(self.alphabets))
        if missing:
            raise BoundError(f"a sum over the values of {missing[0]}, which declares none")
        order = sorted(counted)
        hidden = atoms - counted
        total: Poly = {}
        inner = {**env, **{name: Hidden(name) for name in hidden}}
        for values in every(*(self.alphabets[name] for name in order)):
            point = {**inner, **dict(zip(order, values, strict=True))}
            total = _added(total, self.one(self.forms(body, point)))
            _limit((total,))
        found: Poly = {}
        for (factors, bound), coefficient in total.items():
            found = _added(found, {(factors, bound | hidden): coefficient})
        return found

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


def _number(value: Value) -> Poly:
    if not isinstance(value, int | Fraction):
        raise BoundError("a number that is no fraction")
    return {((), frozenset()): Fraction(value)} if value else {}


def _single(factor: Factor) -> Poly:
    return {((factor,), frozenset()): Fraction(1)}


def _constant_of(poly: Poly) -> Fraction | None:
    if any(key != ((), frozenset()) for key in poly):
        return None
    return poly.get(((), frozenset()), Fraction(0))


def _scaled(poly: Poly, factor: Fraction) -> Poly:
    return {key: c * factor for key, c in poly.items() if c * factor}


def _added(one: Poly, two: Poly) -> Poly:
    total = dict(one)
    for key, coefficient in two.items():
        total[key] = total.get(key, Fraction(0)) + coefficient
        if not total[key]:
            del total[key]
    return total


def _multiplied(one: Poly, two: Poly) -> Poly:
    total: Poly = {}
    for (f, bound), c in one.items():
        for (g, other), d in two.items():
            if bound & other:
                raise BoundError(f"{min(bound & other)} is summed over in two factors")
            key = (tuple(sorted((*f, *g), key=_order)), bound | other)
            total = _added(total, {key: c * d})
    _limit((total,))
    return total


def _order(factor: Factor) -> tuple[list[str], list[str]]:
    return tuple(sorted(f"{n}={v!r}" for n, v in side) for side in factor)  # type: ignore[return-value]


def _limit(polys: tuple[Poly, ...]) -> None:
    if len(polys) > MAX_FORMS or any(len(p) > MAX_MONOMIALS for p in polys):
        raise BoundError("too many terms")


def _linear(poly: Poly) -> LinearForm:
    constant = Fraction(0)
    terms: dict[Factor, Fraction] = {}
    for (factors, bound), coefficient in poly.items():
        factor = _collapsed(factors, bound)
        if factor is None:
            constant += coefficient
        else:
            terms[factor] = terms.get(factor, Fraction(0)) + coefficient
    kept = sorted(((f, c) for f, c in terms.items() if c), key=lambda pair: _order(pair[0]))
    form = LinearForm(constant, tuple((c, f) for f, c in kept))
    both = set(form.outcomes) & {n for _, (_, given) in form.terms for n, _ in given}
    if both:
        raise BoundError(f"{min(both)} stands left of one bar and right of another")
    return form


def _collapsed(factors: tuple[Factor, ...], bound: Atoms) -> Factor | None:
    """One probability for a sum of products, by the product rule and total probability."""
    now = list(factors)
    while len(now) > 1:
        pairs = ((f, g) for f in now for g in now if f is not g and f[1] == g[0] | g[1])
        joined = next(pairs, None)
        if joined is None:
            raise BoundError("a product of probabilities that is not one probability")
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
        raise BoundError(f"a sum over {name}, which is conditioned on without its own probability")
    if not bound <= {name for name, v in event if isinstance(v, Hidden)}:
        raise BoundError("a sum of what does not mention its variable")
    kept = frozenset(x for x in event if not isinstance(x[1], Hidden))
    return (kept, given) if kept else None


# ---- mixtures --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mixture:
    """A reading of a linear form: the hidden variables, and to which outcome a setting belongs."""

    hidden: Atoms
    owner: tuple[tuple[str, str], ...]

    def settings_of(self, outcome: str) -> Atoms:
        """The settings that belong to an outcome."""
        return frozenset(setting for setting, owner in self.owner if owner == outcome)


def mixture_goals(form: LinearForm, mixture: Mixture) -> tuple[Statement, ...]:
    """What must hold for a linear form to be an average of products of responses.

    Raises: BoundError when a probability does not condition on the settings of its outcomes.
    """
    context = frozenset(form.context)
    found: dict[Statement, None] = {}
    for _, (event, given) in form.terms:
        names = sorted(name for name, _ in event)
        conditions = frozenset(name for name, _ in given)
        if mixture.hidden & (conditions | set(names)):
            raise BoundError("a hidden variable that is an outcome or a setting")
        base = context | mixture.hidden
        if not all(mixture.settings_of(name) <= conditions for name in names):
            raise BoundError("an outcome without its setting")
        free = Independence.create(mixture.hidden, conditions - context, context)
        if not free.is_trivial:
            found[free] = None
        left = (Conditional.create(names, conditions | base),)
        right = tuple(Conditional.create({n}, mixture.settings_of(n) | base) for n in names)
        if left != right:
            found[Monomials(left, right)] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Vertex:
    """A deterministic strategy, outcome values by (outcome, its setting values), and its value."""

    strategy: tuple[tuple[str, tuple[Label, ...], Value], ...]
    value: Fraction


@dataclass(frozen=True, slots=True)
class Bound:
    """No model of the hypotheses gives the form more than `best.value`, by its vertices."""

    hypotheses: tuple[Statement, ...]
    form: LinearForm
    mixture: Mixture
    best: Vertex
    count: int


def verified_bound(
    form: LinearForm,
    mixture: Mixture,
    alphabets: Mapping[str, tuple[Value, ...]],
    theorems: tuple[Theorem, ...],
) -> Bound:
    """The bound that a mixture gives, from theorems that say it is one.

    Raises: BoundError when a theorem is missing or there are too many vertices.
    """
    proved = {theorem.conclusion for theorem in theorems}
    for goal in mixture_goals(form, mixture):
        if goal not in proved:
            raise BoundError(f"not proved: {goal}")
    hypotheses = dict.fromkeys(h for theorem in theorems for h in theorem.hypotheses)
    best: Vertex | None = None
    count = 0
    for vertex in vertices(form, mixture, alphabets):
        count += 1
        if best is None or vertex.value > best.value:
            best = vertex
    if best is None:
        raise BoundError("no strategy at all")
    return Bound(tuple(hypotheses), form, mixture, best, count)


def vertices(
    form: LinearForm, mixture: Mixture, alphabets: Mapping[str, tuple[Value, ...]]
) -> Iterator[Vertex]:
    """Every deterministic strategy with the value of the form.

    Raises: BoundError when there are too many, or an outcome declares no values.
    """
    for name in form.outcomes:
        if name not in alphabets:
            raise BoundError(f"{name} declares no values, so its responses cannot be enumerated")
    places: dict[tuple[str, tuple[Label, ...]], int] = {}
    terms: list[tuple[Fraction, list[tuple[int, Value]]]] = []
    for coefficient, (event, given) in form.terms:
        wanted = []
        for name, value in sorted(event, key=lambda x: x[0]):
            own = mixture.settings_of(name)
            key = (name, tuple(sorted((x for x in given if x[0] in own), key=lambda x: x[0])))
            wanted.append((places.setdefault(key, len(places)), value))
        terms.append((coefficient, wanted))
    number = 1
    for name, _ in places:
        number *= len(alphabets[name])
    if number > MAX_VERTICES:
        raise BoundError(f"{number} deterministic strategies are too many")
    for values in every(*(alphabets[name] for name, _ in places)):
        total = form.constant
        for coefficient, wanted in terms:
            if all(values[k] == value for k, value in wanted):
                total += coefficient
        table = zip(places, values, strict=True)
        yield Vertex(tuple((name, own, v) for (name, own), v in table), total)
