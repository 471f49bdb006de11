"""From expressions as read to sums of products: quantities put in, products distributed.

Every `sum[…]` binds fresh copies of its variables here, so nothing is ever captured;
`set_apart` gives them readable names afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from fractions import Fraction

from lpc.logic import expressions as e
from lpc.logic.diagnostics import LpcError, Span
from lpc.logic.slots import at_value, copy_of, variable_of
from lpc.logic.statements import Conditional
from lpc.logic.sums import Term, Terms, free_slots, set_apart
from lpc.logic.variables import Composites, Value

MAX_TERMS = 2000
MAX_FACTORS = 100
MAX_NODES = 20_000
MAX_BITS = 4096

ONE = Fraction(1)


class Mistake(Enum):
    """Why an expression has no expansion; `OTHER` where it is merely not handled."""

    OTHER = auto()
    SUMMED_TWICE = auto()
    TWO_VALUES = auto()
    NOT_A_VALUE = auto()
    NO_NUMBER = auto()


class SumError(LpcError):
    """An expression that is no sum of products; `kind` says which kind of mistake it is."""

    def __init__(
        self, reason: str, span: Span, kind: Mistake = Mistake.OTHER, hint: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span
        self.kind = kind
        self.hint = hint


@dataclass(frozen=True, slots=True)
class At:
    """The value of a variable at one of its slots."""

    slot: str


Known = At | Fraction | str | tuple["Known", ...]
Env = Mapping[str, Known]


def terms_of(
    expression: e.Expression,
    composites: Composites,
    quantities: Mapping[str, e.Quantity] | None = None,
    alphabets: Mapping[str, tuple[Value, ...]] | None = None,
) -> Terms:
    """The expansion of an expression made of sums, products, numbers, values, quantities and P(…).

    `alphabets` holds the values of the variables that declare them. There is no cycle in
    `quantities`.
    Raises: SumError.

    >>> p = e.Chance((e.Event("A"),), (e.Event("a", e.Number(Fraction(1))),))
    >>> mean = e.SumOver(("A",), e.Times(e.Variable("A"), (("*", p),)))
    >>> terms = terms_of(mean, Composites(), {}, {"a": (Fraction(0), Fraction(1))})
    >>> [(sorted(t.bound), t.values, str(t.factors[0])) for t in terms]
    [(['A'], ('A',), 'P(A | a = 1)')]
    """
    terms = _Expansion(composites, quantities or {}, alphabets or {}).terms(expression, {})
    return set_apart(terms, free_slots(terms))


@dataclass(slots=True)
class _Expansion:
    """One run; a name in an environment has the value given there, else it is a free variable."""

    composites: Composites
    quantities: Mapping[str, e.Quantity]
    alphabets: Mapping[str, tuple[Value, ...]]
    copies: int = 1
    nodes: int = field(default=0)

    def terms(self, node: e.Expression, env: Env) -> Terms:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise SumError("an expression that is too long once it is expanded", node.span)
        match node:
            case e.Number(value):
                return (_number(value, node.span),)
            case e.Variable(name):
                return (self.value(name, env, node.span),)
            case e.Chance(event, given):
                return (self.chance(event, given, env, node.span),)
            case e.Plus(parts):
                return self.plus(parts, env, node.span)
            case e.Times(first, rest):
                product = self.terms(first, env)
                for op, part in rest:
                    product = _multiplied(product, op, self.terms(part, env), part.span)
                return product
            case e.SumOver(names, body):
                return self.summed(names, body, env, node.span)
            case e.Named(name, arguments):
                return self.named(name, arguments, env, node.span)
            case e.Function("abs"):
                hint = "write the steps for what stands between the bars; claims may have them"
                raise SumError("an absolute value in an equation", node.span, hint=hint)
        raise SumError("this is no sum of products of probabilities", node.span)

    def plus(self, parts: Iterable[tuple[str, e.Expression]], env: Env, span: Span) -> Terms:
        found: list[Term] = []
        for sign, part in parts:
            factor = Fraction(-1 if sign == "-" else 1)
            found += [_scaled(t, factor, span) for t in self.terms(part, env)]
            _limit(len(found), span)
        return tuple(found)

    def value(self, name: str, env: Env, span: Span) -> Term:
        match self.known(name, env):
            case At(slot) if all(isinstance(v, Fraction) for v in self.alphabets.get(name, ())):
                return Term(ONE, frozenset(), (slot,), ())
            case Fraction() as number:
                return _number(number, span)
            case tuple():
                raise SumError(f"the value of `{name}` is a tuple", span)
        raise SumError(f"the value of `{name}` is a word, not a number", span, Mistake.NO_NUMBER)

    def known(self, name: str, env: Env) -> Known:
        """The value of a name; that of a composite is the tuple of its parts' values."""
        if name not in env and name in self.composites.parts:
            return tuple(self.known(part, env) for part in self.composites.parts[name])
        return env.get(name, At(name))

    def summed(self, names: tuple[str, ...], body: e.Expression, env: Env, span: Span) -> Terms:
        fresh: dict[str, Known] = {}
        for atom in sorted(self.composites.expand(names)):
            self.copies += 1
            fresh[atom] = At(copy_of(atom, self.copies))
        slots = {slot.slot: name for name, slot in fresh.items() if isinstance(slot, At)}
        found = []
        for term in self.terms(body, {**env, **fresh}):
            for slot in slots.keys() - term.names:
                name = slots[slot]
                if any(variable_of(s) == name for s in term.bound):
                    hint = f"leave out one of the two sums over `{name}`"
                    raise SumError(
                        f"`{name}` is summed over twice", span, Mistake.SUMMED_TWICE, hint
                    )
                raise SumError(f"the sum over `{name}` is of something without it", span)
            found.append(
                Term(term.coefficient, term.bound | slots.keys(), term.values, term.factors)
            )
        return tuple(found)

    def named(self, name: str, arguments: tuple[e.Expression, ...], env: Env, span: Span) -> Terms:
        quantity = self.quantities[name]
        inner: dict[str, Known] = {}
        for parameter, argument in zip(quantity.parameters, arguments, strict=True):
            inner |= self.spread(parameter, self.constant(argument, env), argument.span)
        try:
            return self.terms(quantity.body, inner)
        except SumError as problem:
            # NB: the place of the use; the quantity itself is good for other uses.
            raise SumError(f"{problem.reason}, in `{name}`", span, problem.kind) from None

    # Probabilities.

    def chance(
        self, event: tuple[e.Event, ...], given: tuple[e.Event, ...], env: Env, span: Span
    ) -> Term:
        sides = [{s for x in side for s in self.slots(x, env)} for side in (event, given)]
        both = sides[0] | sides[1]
        for slot in sorted(both):
            if sum(variable_of(s) == variable_of(slot) for s in both) > 1:
                text = f"`{variable_of(slot)}` stands in one probability with two values"
                raise SumError(text, span, Mistake.TWO_VALUES)
        factor = Conditional.create(*sides)
        return Term(ONE, frozenset(), (), (factor,) if factor.event else ())

    def slots(self, event: e.Event, env: Env) -> list[str]:
        if event.value is None:
            known = self.known(event.name, env)
        else:
            known = self.constant(event.value, env)
        labels = self.spread(event.name, known, event.span)
        return [self.slot(atom, label, event.span) for atom, label in labels.items()]

    def slot(self, atom: str, label: Known, span: Span) -> str:
        match label:
            case At(slot) if variable_of(slot) == atom:
                return slot
            case At(slot):
                text = f"`{atom}` at the value of another variable, `{variable_of(slot)}`"
                raise SumError(text, span)
            case tuple():
                raise SumError(f"`{atom}` at a tuple", span)
        if atom not in self.alphabets:
            # NB: without declared values a model may leave this one out, and with it the instance.
            hint = f"declare its values: `variables {{ {atom} in {{{label}, …}} }}`"
            raise SumError(f"`{atom}` at a value, which declares none", span, hint=hint)
        if label not in self.alphabets[atom]:
            values = ", ".join(map(str, self.alphabets[atom]))
            text = f"{label} is not a value of `{atom}`"
            raise SumError(text, span, Mistake.NOT_A_VALUE, f"its values are {values}")
        return at_value(atom, label)

    def spread(self, name: str, known: Known, span: Span) -> dict[str, Known]:
        """The values of the atoms of a variable: those of a composite come as a tuple."""
        parts = self.composites.parts.get(name)
        if parts is None:
            return {name: known}
        if not isinstance(known, tuple) or len(known) != len(parts):
            raise SumError(f"`{name}` at what is no tuple of {len(parts)} values", span)
        found: dict[str, Known] = {}
        for part, inside in zip(parts, known, strict=True):
            found |= self.spread(part, inside, span)
        return found

    def constant(self, node: e.Expression, env: Env) -> Known:
        """A value in P(…) or in the place of a parameter."""
        match node:
            case e.Variable(name):
                return self.known(name, env)
            case e.Word(text):
                return text
            case e.TupleOf(parts):
                return tuple(self.constant(part, env) for part in parts)
        terms = self.terms(node, env)
        match terms:
            case (Term(value, _, (), ()),) if not terms[0].bound:
                return value
        if not any(t.bound or t.values or t.factors for t in terms):
            return sum((t.coefficient for t in terms), Fraction(0))
        raise SumError("a value that is no number, word or variable", node.span)


def _number(value: Fraction, span: Span) -> Term:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise SumError("a number that is too large", span)
    return Term(value, frozenset(), (), ())


def _scaled(term: Term, factor: Fraction, span: Span) -> Term:
    number = _number(term.coefficient * factor, span).coefficient
    return Term(number, term.bound, term.values, term.factors)


def _limit(count: int, span: Span) -> None:
    if count > MAX_TERMS:
        raise SumError(f"more than {MAX_TERMS} terms", span)


def _multiplied(left: Terms, op: str, right: Terms, span: Span) -> Terms:
    if op == "/":
        match right:
            case (Term(value, _, (), ()),) if value and not right[0].bound:
                return tuple(_scaled(t, 1 / value, span) for t in left)
        raise SumError("a division by what is no number", span)
    if op != "*":
        raise SumError(f"`{op}`", span)
    _limit(len(left) * len(right), span)
    return tuple(_product(one, two, span) for one in left for two in right)


def _product(one: Term, two: Term, span: Span) -> Term:
    values, factors = (*one.values, *two.values), (*one.factors, *two.factors)
    if len(factors) + len(values) > MAX_FACTORS:
        raise SumError(f"more than {MAX_FACTORS} factors", span)
    number = _scaled(one, two.coefficient, span).coefficient
    return Term(number, one.bound | two.bound, tuple(sorted(values)), factors)
