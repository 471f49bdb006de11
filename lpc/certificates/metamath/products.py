r"""Products of probabilities rewritten into a normal form, as Metamath proofs.

Terms
-----
power
    A pair (set, ±1): p(set), or its reciprocal.
normal form
    A sorted list of powers in which no set stands with both signs, written
    `( f1 * ( f2 * … one ) )`. It is the vector of lpc's kernel, spelt out.
context
    The sets that are positive where an equation is asserted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lpc.certificates.metamath.database import Node, NotCovered
from lpc.certificates.metamath.sets import Atoms, Independent, Sets
from lpc.logic import Conditional

Power = tuple[Atoms, int]
Powers = tuple[Power, ...]
Context = tuple[Atoms, ...]

MAX_FACTORS = 100


@dataclass(frozen=True, slots=True)
class Equal:
    """A proof of a = b in the context of the `Products` that made it."""

    a: Node
    b: Node
    node: Node


@dataclass(frozen=True, slots=True)
class Products:
    """Equations between products where every set of `context` is positive."""

    sets: Sets
    context: Context

    # Terms

    def place(self) -> Node:
        """The context as a term."""
        return context_term(self.sets, self.context)

    def power(self, power: Power) -> Node:
        """`p x` or `1/p x`."""
        label = "num.p" if power[1] == 1 else "num.r"
        return self.sets.prover.apply(label, {"x": self.sets.term(power[0])})

    def times(self, a: Node, b: Node) -> Node:
        """`( a * b )`."""
        return self.sets.prover.apply("num.m", {"a": a, "b": b})

    def one(self) -> Node:
        """The empty product."""
        return self.sets.prover.apply("num.one", {})

    def powers(self, powers: Iterable[Power]) -> Node:
        """`( f1 * ( f2 * … one ) )`."""
        found = self.one()
        for power in reversed(tuple(powers)):
            found = self.times(self.power(power), found)
        return found

    def product(self, factors: Sequence[Conditional]) -> Node:
        """A product as a statement shows it: `( P x | y * P u | v )`, `one` when empty."""
        return product_term(self.sets, factors)

    # Proofs

    def apply(self, label: str, terms: dict[str, Node], *premises: Node) -> Node:
        """An axiom in this context."""
        return self.sets.prover.apply(label, {"G": self.place(), **terms}, *premises)

    def positive(self, x: Atoms) -> Node:
        """G >> x."""
        return covered(self.sets, self.context, x)

    def same(self, a: Node) -> Equal:
        """a = a."""
        return Equal(a, a, self.apply("eq.id", {"a": a}))

    def back(self, e: Equal) -> Equal:
        """b = a."""
        return Equal(e.b, e.a, self.apply("eq.sym", {"a": e.a, "b": e.b}, e.node))

    def then(self, *steps: Equal) -> Equal:
        """a = b = c = …, from left to right."""
        found = steps[0]
        for e in steps[1:]:
            terms = {"a": found.a, "b": found.b, "c": e.b}
            found = Equal(found.a, e.b, self.apply("eq.tr", terms, found.node, e.node))
        return found

    def both(self, e: Equal, f: Equal) -> Equal:
        """( a * c ) = ( b * d )."""
        terms = {"a": e.a, "b": e.b, "c": f.a, "d": f.b}
        node = self.apply("eq.mul", terms, e.node, f.node)
        return Equal(self.times(e.a, f.a), self.times(e.b, f.b), node)

    def swapped(self, a: Node, b: Node) -> Equal:
        """( a * b ) = ( b * a )."""
        return Equal(self.times(a, b), self.times(b, a), self.apply("eq.com", {"a": a, "b": b}))

    def grouped(self, a: Node, b: Node, c: Node) -> Equal:
        """( ( a * b ) * c ) = ( a * ( b * c ) )."""
        node = self.apply("eq.ass", {"a": a, "b": b, "c": c})
        left = self.times(self.times(a, b), c)
        return Equal(left, self.times(a, self.times(b, c)), node)

    def without_one(self, a: Node) -> Equal:
        """( one * a ) = a."""
        return Equal(self.times(self.one(), a), a, self.apply("eq.one", {"a": a}))

    def weaker(self, context: Context, e: Equal) -> Equal:
        """An equation of another context, all of which is positive in this one."""
        if context == self.context:
            return e
        inside = all_covered(self.sets, self.context, context)
        terms = {"H": context_term(self.sets, context), "a": e.a, "b": e.b}
        return Equal(e.a, e.b, self.apply("eq.weak", terms, e.node, inside))

    # Normal forms

    def normal_powers(self, powers: Sequence[Power]) -> tuple[Powers, Equal]:
        """The normal form of `powers(powers)`."""
        found: Powers = ()
        proof = self.same(self.one())
        for power in reversed(powers):
            step, one = self._normal_power(power)
            found, joined = self._joined(step, found)
            proof = self.then(self.both(one, proof), joined)
        return found, proof

    def normal_product(self, factors: Sequence[Conditional]) -> tuple[Powers, Equal]:
        """The normal form of `product(factors)`."""
        if not factors:
            return (), self.same(self.one())
        first, proof = self._normal_conditional(factors[0])
        if len(factors) == 1:
            return first, proof
        rest, other = self.normal_product(factors[1:])
        found, joined = self._joined(first, rest)
        return found, self.then(self.both(proof, other), joined)

    def normal_times(
        self, a: tuple[Powers, Equal], b: tuple[Powers, Equal]
    ) -> tuple[Powers, Equal]:
        """The normal form of `( a * b )` from those of a and b."""
        found, joined = self._joined(a[0], b[0])
        return found, self.then(self.both(a[1], b[1]), joined)

    def _normal_conditional(self, factor: Conditional) -> tuple[Powers, Equal]:
        x, y = factor.event, factor.given
        terms = {"x": self.sets.term(x), "y": self.sets.term(y), "z": self.sets.term(x | y)}
        node = self.apply("p.cond", terms, self.sets.union(x, y))
        over, under = (x | y, 1), (y, -1)
        start = self.product((factor,))
        opened = Equal(start, self.times(self.power(over), self.power(under)), node)
        form, proof = self.normal_times(self._normal_power(over), self._normal_power(under))
        return form, self.then(opened, proof)

    def _normal_power(self, power: Power) -> tuple[Powers, Equal]:
        term, one = self.power(power), self.one()
        if power[0]:
            return (power,), self.back(self.then(self.swapped(term, one), self.without_one(term)))
        if power[1] == 1:
            node = self.apply("p.empty", {"x": self.sets.term(power[0])}, self.sets.empty())
            return (), Equal(term, one, node)
        _, whole = self._normal_power((power[0], 1))
        alone = self.back(self.without_one(term))
        spelt = self.both(self.back(whole), self.same(term))
        return (), self.then(alone, spelt, self._cancelled(power[0]))

    def _cancelled(self, x: Atoms) -> Equal:
        """( p x * 1/p x ) = one."""
        node = self.apply("p.inv", {"x": self.sets.term(x)}, self.positive(x))
        return Equal(self.times(self.power((x, 1)), self.power((x, -1))), self.one(), node)

    def _joined(self, a: Powers, b: Powers) -> tuple[Powers, Equal]:
        """The normal form of the product of two normal forms."""
        if len(a) + len(b) > MAX_FACTORS:
            raise NotCovered("a product is too long")
        if not a:
            return b, self.without_one(self.powers(b))
        inner, proof = self._joined(a[1:], b)
        found, placed = self._inserted(a[0], inner)
        head = self.power(a[0])
        opened = self.grouped(head, self.powers(a[1:]), self.powers(b))
        return found, self.then(opened, self.both(self.same(head), proof), placed)

    def _inserted(self, power: Power, form: Powers) -> tuple[Powers, Equal]:
        """The normal form of ( power * form )."""
        head = self.power(power)
        if not form or _key(power) < _key(form[0]) or power == form[0]:
            return (power, *form), self.same(self.times(head, self.powers(form)))
        first, rest = self.power(form[0]), self.powers(form[1:])
        regrouped = self.back(self.grouped(head, first, rest))
        if power[0] == form[0][0]:
            pair = self._cancelled(power[0])
            if power[1] == -1:
                pair = self.then(self.swapped(head, first), pair)
            gone = self.both(pair, self.same(rest))
            return form[1:], self.then(regrouped, gone, self.without_one(rest))
        turned = self.both(self.swapped(head, first), self.same(rest))
        inner, proof = self._inserted(power, form[1:])
        placed = self.both(self.same(first), proof)
        steps = (regrouped, turned, self.grouped(first, head, rest), placed)
        return (form[0], *inner), self.then(*steps)

    # Steps between normal forms

    def replaced(
        self,
        form: Powers,
        link: Equal,
        source: tuple[Powers, Equal],
        target: tuple[Powers, Equal],
    ) -> tuple[Powers, Equal]:
        """From form = source · rest to target · rest, where `link` proves source = target."""
        rest = self.normal_powers(quotient(form, source[0]))
        before, one = self.normal_times(source, rest)
        if before != form:
            raise NotCovered("a link does not fit")
        after, two = self.normal_times(target, rest)
        middle = self.both(link, self.same(rest[1].a))
        return after, self.then(self.back(one), middle, two)

    def independence(self, f: Independent) -> tuple[Equal, Powers, Powers]:
        """( p xyz * p z ) = ( p xz * p yz ), and the powers of both sides."""
        x, y, z = f.x, f.y, f.z
        terms, facts = independence_terms(self.sets, f)
        node = self.apply("ind.eq", terms, *facts, f.node)
        left, right = ((x | y | z, 1), (z, 1)), ((x | z, 1), (y | z, 1))
        return Equal(self.pair(left), self.pair(right), node), left, right

    def pair(self, powers: Powers) -> Node:
        """`( f1 * f2 )`, without a closing `one`."""
        return self.times(self.power(powers[0]), self.power(powers[1]))

    def normal_pair(self, powers: Powers) -> tuple[Powers, Equal]:
        """The normal form of `pair(powers)`."""
        return self.normal_times(self._normal_power(powers[0]), self._normal_power(powers[1]))


def _key(power: Power) -> tuple[int, list[str]]:
    return len(power[0]), sorted(power[0])


def quotient(form: Iterable[Power], divisor: Iterable[Power]) -> Powers:
    """The powers of form / divisor, each set with one sign."""
    counts: dict[Atoms, int] = {}
    for sign, powers in ((1, form), (-1, divisor)):
        for atoms, power in powers:
            counts[atoms] = counts.get(atoms, 0) + sign * power
    return tuple((s, 1 if n > 0 else -1) for s, n in counts.items() for _ in range(abs(n)))


def product_term(sets: Sets, factors: Sequence[Conditional]) -> Node:
    """A product as statements show it."""
    if len(factors) > MAX_FACTORS:
        raise NotCovered("a product is too long")
    if not factors:
        return sets.prover.apply("num.one", {})
    terms = {"x": sets.term(factors[0].event), "y": sets.term(factors[0].given)}
    first = sets.prover.apply("num.c", terms)
    if len(factors) == 1:
        return first
    return sets.prover.apply("num.m", {"a": first, "b": product_term(sets, factors[1:])})


def context_term(sets: Sets, context: Context) -> Node:
    """`x ; y ; nil`."""
    found = sets.prover.apply("ctx.nil", {})
    for x in reversed(context):
        found = sets.prover.apply("ctx.add", {"x": sets.term(x), "G": found})
    return found


def covered(sets: Sets, context: Context, x: Atoms) -> Node:
    """G >> x."""
    prover, place, term = sets.prover, context_term(sets, context), sets.term(x)
    if not x:
        return prover.apply("in.empty", {"x": term, "G": place}, sets.empty())
    if not context:
        raise NotCovered("a probability that may be zero is divided by")
    rest = context_term(sets, context[1:])
    terms = {"x": term, "y": sets.term(context[0]), "G": rest}
    if x <= context[0]:
        return prover.apply("in.head", terms, sets.part(x, context[0]))
    return prover.apply("in.tail", terms, covered(sets, context[1:], x))


def all_covered(sets: Sets, context: Context, inner: Context) -> Node:
    """G >>> H."""
    place = context_term(sets, context)
    found = sets.prover.apply("all.nil", {"G": place})
    for k in range(len(inner) - 1, -1, -1):
        rest = context_term(sets, inner[k + 1 :])
        terms = {"G": place, "x": sets.term(inner[k]), "H": rest}
        found = sets.prover.apply("all.add", terms, covered(sets, context, inner[k]), found)
    return found


def independence_terms(sets: Sets, f: Independent) -> tuple[dict[str, Node], tuple[Node, ...]]:
    """The terms and the unions that `ind.eq` and `eq.ind` ask for."""
    x, y, z = f.x, f.y, f.z
    named = {"x": x, "y": y, "z": z, "s": x | z, "t": y | z, "r": x | y | z}
    facts = (sets.union(x, z), sets.union(y, z), sets.union(x, y | z))
    return {name: sets.term(s) for name, s in named.items()}, facts
