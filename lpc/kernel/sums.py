"""Equations between sums of products: each step is computed here and nothing is taken on trust.

Two summations are equal where both are defined if, after moves on each side, their terms agree
one by one.

insert
    P(X | Y) = Σ_v P(X, v | Y), for a variable v that the term does not mention: total
    probability. Neither the value nor where it is defined changes.
sum out
    Σ_v P(X, v | Y) = P(X | Y), for a v that the term sums over and that stands nowhere else; a
    factor P(v | Y) becomes 1. Wherever the term before is defined, so is the one after, with the
    same value: where p(Y) = 0 the rest must have had a zero factor for every value of v.
collect
    Terms that differ in their coefficients alone are added.
normalise
    1 = Σ_v P(v | Y), for a v that the term does not mention and a Y that is empty, or lies inside
    some X ∪ Y' of a factor P(X | Y'), or is positive. Where p(Y) = 0 that factor is 0 or undefined.
spell out
    Σ_v T(v) = T(v = x) + T(v = y) + …, over the values that v is declared to have.
instance
    A theorem P(…) … = P(…) … over variables holds at every value of each, so it holds of slots:
    each variable is put in one slot, the same wherever it stands in the theorem.
rename
    A bound slot may be exchanged for another of the same variable that is not used otherwise.
pair
    Terms with the same coefficient, and after renaming the same bound slots and values, whose
    products are equal by one step or by several in a row. A step is an instance, or several of
    different factors at once; the factors left over stay. A theorem speaks only where every
    condition on both of its sides is positive. Elsewhere count an undefined product as 0: then
    both products are 0 if every condition of either is *covered*: it lies inside some X ∪ Y of the
    other, whose factor P(X | Y) is then 0 or undefined; or inside a condition over free slots, or
    is declared positive. Equality in this sense is transitive. For a single step less will do, as
    both sides are taken to be defined: where a condition C of one product is impossible another
    factor of it, whose condition does not hold C, is 0, and the X ∪ Y of each such factor is
    covered.

An equation in which a variable is held at a value, `a = 1`, speaks of models in which that is one
of the variable's values: there what holds, or is declared positive, at every value does so at it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from lpc.kernel.replay import Proof, Theorem, replay
from lpc.kernel.rules import RuleError
from lpc.logic import Conditional, Monomials, Positivity, Statement, Value
from lpc.logic.slots import at_value, is_held, moved_factor, value_of, variable_of, variables_of
from lpc.logic.sums import Term, Terms, is_well_formed

Atoms = frozenset[str]
Slots = tuple[tuple[str, str], ...]
NO_VALUES: Mapping[str, tuple[Value, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SumMove:
    """`insert` or `sum out` a variable in one factor of one term, counted as they stand then.

    `normalise` has a condition `given` instead of a factor.
    """

    kind: str
    term: int
    variable: str
    factor: int = 0
    given: Atoms = frozenset()


@dataclass(frozen=True, slots=True)
class Instance:
    """A theorem with its variables in slots; those not named stay as they are."""

    proof: Proof
    slots: Slots = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A left and a right term by index, new names for bound slots of the left, and what follows.

    Each step of `row` is one instance, or several that are of different factors.
    """

    left: int
    right: int
    renaming: Slots
    row: tuple[tuple[Instance, ...], ...]


@dataclass(frozen=True, slots=True)
class SumProof:
    """Moves on both sides, then a pair for each term."""

    left: tuple[SumMove, ...]
    right: tuple[SumMove, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class SumTheorem:
    """Both sides are equal wherever the equation says anything, given the hypotheses.

    In models in which the variables of `alphabets` have the values listed there.
    """

    hypotheses: tuple[Statement, ...]
    left: Terms
    right: Terms
    alphabets: tuple[tuple[str, tuple[Value, ...]], ...] = ()


def moved(
    terms: Terms,
    move: SumMove,
    positive: Sequence[Atoms] = (),
    alphabets: Mapping[str, tuple[Value, ...]] = NO_VALUES,
) -> Terms:
    """The terms after one move; `alphabets` are the values of the variables that declare them.

    Raises: RuleError where the side conditions fail.
    """
    if move.kind == "spell out":
        return _spelled(terms, move, alphabets)
    if move.kind == "normalise":
        return _normalised(terms, move, positive)
    if not (0 <= move.term < len(terms) and 0 <= move.factor < len(terms[move.term].factors)):
        raise RuleError(move.kind, "no such factor")
    term = terms[move.term]
    factor = term.factors[move.factor]
    others = term.factors[: move.factor] + term.factors[move.factor + 1 :]
    v = move.variable
    match move.kind:
        case "insert":
            if v in term.names or is_held(v):
                raise RuleError("insert", f"{v} stands in the term already, or is a value")
            if variable_of(v) in variables_of(factor.event | factor.given):
                raise RuleError("insert", f"the factor has a value of {variable_of(v)} already")
            new = Conditional.create(factor.event | {v}, factor.given)
            bound = term.bound | {v}
        case "sum out":
            elsewhere = v in term.values or any(v in f.event | f.given for f in others)
            if v not in term.bound or v not in factor.event or elsewhere:
                raise RuleError("sum out", f"{v} does not stand left of one bar alone")
            new = Conditional.create(factor.event - {v}, factor.given)
            bound = term.bound - {v}
        case _:
            raise RuleError(move.kind, "no such move")
    kept = (new,) if new.event else ()
    factors = term.factors[: move.factor] + kept + term.factors[move.factor + 1 :]
    changed = Term(term.coefficient, bound, term.values, factors)
    return (*terms[: move.term], changed, *terms[move.term + 1 :])


def _spelled(terms: Terms, move: SumMove, alphabets: Mapping[str, tuple[Value, ...]]) -> Terms:
    if not 0 <= move.term < len(terms):
        raise RuleError("spell out", "no such term")
    term, v, variable = terms[move.term], move.variable, variable_of(move.variable)
    values = alphabets.get(variable, ())
    if v not in term.bound or not values or len(set(values)) < len(values):
        raise RuleError("spell out", f"{v} is not summed over, or declares no values")
    if any(value_of(at_value(variable, value)) != value for value in values):
        raise RuleError("spell out", f"a value of {variable} has the spelling of another one")
    found = []
    for value in values:
        coefficient = term.coefficient
        for _ in range(term.values.count(v)):
            if not isinstance(value, Fraction):
                raise RuleError("spell out", f"a value of {variable} is no number")
            coefficient *= value
        rest = tuple(s for s in term.values if s != v)
        factors = tuple(moved_factor(f, {v: at_value(variable, value)}) for f in term.factors)
        found.append(Term(coefficient, term.bound - {v}, rest, factors))
    return (*terms[: move.term], *found, *terms[move.term + 1 :])


def _normalised(terms: Terms, move: SumMove, positive: Sequence[Atoms]) -> Terms:
    if not 0 <= move.term < len(terms):
        raise RuleError("normalise", "no such term")
    term, v, given = terms[move.term], move.variable, move.given
    covers = [*positive, *(f.event | f.given for f in term.factors)]
    if v in term.names | given or not (not given or any(given <= c for c in covers)):
        raise RuleError("normalise", f"{v} stands in the term, or its condition may be impossible")
    if is_held(v) or variable_of(v) in variables_of(given):
        raise RuleError("normalise", f"{v} is a value, or stands on both sides of the bar")
    factors = (*term.factors, Conditional.create({v}, given))
    changed = Term(term.coefficient, term.bound | {v}, term.values, factors)
    return (*terms[: move.term], changed, *terms[move.term + 1 :])


def collected(terms: Terms) -> Terms:
    """Equal terms added up; those with coefficient 0 left out. The first of its kind stays."""
    first: dict[object, Term] = {}
    for term in terms:
        order = sorted(term.factors, key=lambda f: (sorted(f.event), sorted(f.given)))
        key = (term.bound, term.values, tuple(order))
        before = first.get(key)
        total = term.coefficient + (before.coefficient if before else Fraction(0))
        kept = before or term
        first[key] = Term(total, kept.bound, kept.values, kept.factors)
    return tuple(t for t in first.values() if t.coefficient)


def free_conditions(terms: Iterable[Term]) -> list[Atoms]:
    """The conditions over free slots alone, which an equation takes to be positive."""
    return [f.given for t in terms for f in t.factors if not f.given & t.bound]


def bound_and_free(left: Terms, right: Terms) -> Atoms:
    """The slots that are summed over in some term and free in another."""
    every = (*left, *right)
    bound = frozenset[str]().union(*(t.bound for t in every))
    return bound & frozenset[str]().union(*(t.free for t in every))


@dataclass(frozen=True, slots=True)
class Possible:
    """Events that may be taken to be possible: `conditions` over slots, `declared` variables."""

    conditions: tuple[Atoms, ...]
    declared: tuple[Atoms, ...] = ()

    def covers(self, slots: Atoms) -> bool:
        """Whether the event lies inside one that is possible."""
        variables = variables_of(slots)
        return (
            not slots
            or any(slots <= c for c in self.conditions)
            or any(variables <= d for d in self.declared)
        )


def covered(one: Term, other: Term, possible: Possible, *, defined: bool = False) -> bool:
    """Whether `other` is 0 or undefined wherever a condition of `one` is impossible.

    `defined`: both are 0 or have all their conditions possible.
    """
    covers = [f.event | f.given for f in other.factors]

    def is_covered(slots: Atoms) -> bool:
        return possible.covers(slots) or any(slots <= c for c in covers)

    for factor in one.factors:
        if is_covered(factor.given):
            continue
        rest = [f for f in one.factors if not factor.given <= f.given]
        if not defined or not all(is_covered(f.event | f.given) for f in rest):
            return False
    return True


def replay_sums(
    left: Terms,
    right: Terms,
    proof: SumProof,
    alphabets: Mapping[str, tuple[Value, ...]] = NO_VALUES,
) -> SumTheorem:
    """Check that two summations are equal in models with these values of variables.

    Raises: RuleError.
    """
    if bound_and_free(left, right):
        raise RuleError("sums", "a variable is summed over and free")
    if not all(map(is_well_formed, (*left, *right))):
        raise RuleError("sums", "a probability has a variable twice, or a value is summed over")
    positive = tuple(free_conditions((*left, *right)))
    free = frozenset[str]().union(*(t.free for t in (*left, *right)))
    one, two = left, right
    for move in (*proof.left, *proof.right):
        if move.variable in free:
            raise RuleError(move.kind, f"{move.variable} is free in the equation")
    for move in proof.left:
        one = moved(one, move, positive, alphabets)
    for move in proof.right:
        two = moved(two, move, positive, alphabets)
    one, two = collected(one), collected(two)
    hypotheses: dict[Statement, None] = {}
    for pair in proof.pairs:
        if not (0 <= pair.left < len(one) and 0 <= pair.right < len(two)):
            raise RuleError("pair", "no such term")
        first = renamed(one[pair.left], pair.renaming, free)
        row = [[(replay(x.proof), x.slots) for x in step] for step in pair.row]
        hypotheses.update(dict.fromkeys(h for step in row for t, _ in step for h in t.hypotheses))
        _pair(first, two[pair.right], row, positive)
    used = ([p.left for p in proof.pairs], [p.right for p in proof.pairs])
    if any(sorted(u) != list(range(len(t))) for u, t in zip(used, (one, two), strict=True)):
        raise RuleError("pair", "not every term has just one partner")
    spelled = (m for m in (*proof.left, *proof.right) if m.kind == "spell out")
    used_values = {variable_of(m.variable): alphabets[variable_of(m.variable)] for m in spelled}
    return SumTheorem(tuple(hypotheses), left, right, tuple(sorted(used_values.items())))


def renamed(term: Term, renaming: Slots, free: Atoms) -> Term:
    """The term with other names for bound slots; `free` are the free slots of the equation.

    Raises: RuleError.
    """
    names = _slots("rename", renaming)
    new = [names.get(s, s) for s in term.bound]
    taken = free | (term.names - term.bound)
    if not names.keys() <= term.bound or len(set(new)) < len(new) or taken.intersection(new):
        raise RuleError("rename", "a name is taken, or is not that of a bound variable")
    if any(is_held(s) for s in new):
        raise RuleError("rename", "a value cannot be summed over")
    return term.renamed(names)


def _slots(name: str, pairs: Slots) -> dict[str, str]:
    """The pairs as a mapping, which leads from each slot to one of the same variable."""
    found = dict(pairs)
    if len(found) < len(pairs) or any(variable_of(k) != variable_of(v) for k, v in pairs):
        raise RuleError(name, "a slot of another variable")
    return found


def instance_of(theorem: Theorem, slots: Slots) -> Monomials:
    """A theorem about products, with its variables in slots.

    Raises: RuleError.
    """
    conclusion, where = theorem.conclusion, _slots("instance", slots)
    if not isinstance(conclusion, Monomials):
        raise RuleError("instance", "the theorem is not of products")
    sides = (conclusion.left, conclusion.right)
    left, right = (tuple(moved_factor(f, where) for f in side) for side in sides)
    return Monomials(left, right)


def _replaced(
    factors: tuple[Conditional, ...], equations: Sequence[Monomials]
) -> tuple[Conditional, ...]:
    """The factors with those on the left of some equations replaced by those on their right."""
    rest = list(factors)
    for equation in equations:
        for factor in equation.left:
            if factor not in rest:
                raise RuleError("pair", "the theorem is of other products")
            rest.remove(factor)
    return (*rest, *(factor for equation in equations for factor in equation.right))


def _pair(
    one: Term,
    two: Term,
    row: Sequence[Sequence[tuple[Theorem, Slots]]],
    positive: tuple[Atoms, ...],
) -> None:
    if (one.coefficient, one.bound, one.values) != (two.coefficient, two.bound, two.values):
        raise RuleError("pair", "coefficients, sums or values differ")
    now, single = one, len(row) == 1
    for step in row:
        equations = [instance_of(theorem, slots) for theorem, slots in step]
        new = Term(one.coefficient, one.bound, one.values, _replaced(now.factors, equations))
        hypotheses = (h for theorem, _ in step for h in theorem.hypotheses)
        declared = tuple(h.atoms for h in hypotheses if isinstance(h, Positivity))
        possible = Possible(positive, declared)
        if not is_well_formed(new):
            raise RuleError("pair", "a variable stands twice in a probability")
        if not (
            covered(now, new, possible, defined=single)
            and covered(new, now, possible, defined=single)
        ):
            text = "a condition may be impossible where the other side is not 0"
            raise RuleError("pair", text)
        now = new
    if Counter(now.factors) != Counter(two.factors):
        raise RuleError("pair", "the theorems do not lead to the other side")
