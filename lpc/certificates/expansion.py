"""Quantities of a document as trees without sums, parameters or names. Not trusted."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from lpc.certificates.quantities import MAX_NODES, Chance, Constant, Operation, Tree
from lpc.certificates.strict import CertificateError
from lpc.kernel.evaluate import Evaluator
from lpc.kernel.expansion import is_constant
from lpc.kernel.models import FiniteModel
from lpc.kernel.operators import Operators
from lpc.kernel.quantum import Family
from lpc.logic import Composites
from lpc.logic import expressions as e

Env = Mapping[str, Any]

MINUS = Constant(Fraction(-1))
ONE = Constant(Fraction(1))


class Expansion(Evaluator):
    """Expressions on one model, spelt out.

    Raises: CertificateError for what the trees of a certificate do not express.

    >>> half = Fraction(1, 2)
    >>> coin = FiniteModel.create(("a",), [((half,), half), ((half + 1,), half)])
    >>> mean = e.SumOver(("a",), e.Times(e.Variable("a"), (("*", e.Chance((e.Event("a"),))),)))
    >>> Expansion(coin, {}, Composites()).tree(mean, {}).kind
    'total'
    """

    def __init__(
        self,
        model: FiniteModel | Family,
        quantities: Mapping[str, e.Quantity],
        composites: Composites,
    ) -> None:
        super().__init__(composites)
        self.model = model
        self.quantities = quantities
        self.nodes = 0

    def tree(self, node: e.Expression, env: Env) -> Tree:
        """The tree of an expression whose names have the values of `env`."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise CertificateError("a quantity that is too large to be spelt out")
        if is_constant(node):
            return Constant(self.value(node, env))
        match node:
            case e.Chance(event, given):
                return Chance(self.point(event, env), self.point(given, env))
            case e.Plus(terms):
                return Operation("plus", tuple(self.signed(s, t, env) for s, t in terms))
            case e.Times(first, rest):
                return Operation("times", tuple(self.factors(first, rest, env)))
            case e.Function("abs", argument):
                return Operation("absolute", (self.tree(argument, env),))
            case e.SumOver(names, body):
                return Operation("total", tuple(self.terms(names, body, env)))
            case e.Named(name, arguments):
                quantity = self.quantities[name]
                inner: dict[str, Any] = {}
                for parameter, argument in zip(quantity.parameters, arguments, strict=True):
                    inner |= self.spread(parameter, self.constant(argument, env), node.span)
                return self.tree(quantity.body, inner)
            case e.Choice(condition, then, otherwise) if is_constant(condition):
                return self.tree(then if self.truth(condition, env) else otherwise, env)
        raise CertificateError("a quantity that certificates do not express")

    def constant(self, node: e.Expression, env: Env) -> Any:
        """The value of what speaks of no probability."""
        if not is_constant(node):
            raise CertificateError("an argument that is a probability")
        return self.value(node, env)

    def signed(self, sign: str, node: e.Expression, env: Env) -> Tree:
        tree = self.tree(node, env)
        return Operation("times", (MINUS, tree)) if sign == "-" else tree

    def factors(self, first: e.Expression, rest: Any, env: Env) -> list[Tree]:
        found = [self.tree(first, env)]
        for op, part in rest:
            if op not in ("*", "/"):
                raise CertificateError("a quantity that certificates do not express")
            tree = self.tree(part, env)
            found.append(tree if op == "*" else Operation("quotient", (ONE, tree)))
        return found

    def terms(self, names: tuple[str, ...], body: e.Expression, env: Env) -> list[Tree]:
        atoms = sorted(self.composites.expand(names))
        every = product(*(self.model.values(atom) for atom in atoms))
        return [self.tree(body, {**env, **dict(zip(atoms, v, strict=True))}) for v in every]

    def point(self, events: tuple[e.Event, ...], env: Env) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in events:
            if event.value is None:
                value = self.lookup(event.name, env)
            else:
                value = self.constant(event.value, env)
            self.join(found, self.spread(event.name, value, event.span), event.span)
        return found


class FamilyExpansion(Operators, Expansion):
    """The same on a block with open angles, where constants may be waves."""

    def terms(self, names: tuple[str, ...], body: e.Expression, env: Env) -> list[Tree]:
        if self.composites.expand(names) & set(self.open):
            raise CertificateError("a sum over any angle")
        return super().terms(names, body, env)

    @property
    def open(self) -> tuple[str, ...]:
        return self.model.open if isinstance(self.model, Family) else ()
