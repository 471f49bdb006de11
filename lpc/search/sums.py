"""Looking for proofs that two sums of products are equal.

Both sides are brought to the same lists of bound variables, by summing out what one side has
too much and inserting what it lacks; then every term looks for a partner on the other side to
which it is equal as a product. The kernel replays what is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise, permutations, product

from lpc.kernel.rules import RuleError
from lpc.kernel.sums import (
    NO_VALUES,
    Instance,
    Pair,
    Possible,
    Slots,
    SumProof,
    SumTheorem,
    bound_and_free,
    covered,
    free_conditions,
    replay_sums,
)
from lpc.logic import Conditional, Independence, Monomials, Value
from lpc.logic.slots import is_held, moved_factor, variable_of
from lpc.logic.sums import Term, Terms, free_slots
from lpc.search.forms import forms
from lpc.search.rewriting import Move, find_rewriting
from lpc.search.theory import Proved, Theory

Factors = tuple[Conditional, ...]

MAX_FORMS = 64
MAX_PERMUTED = 4


@dataclass(frozen=True, slots=True)
class SumProved:
    """A proof that the kernel has replayed, and the product equations it uses."""

    proof: SumProof
    theorem: SumTheorem
    products: tuple[Proved, ...]

    @property
    def is_rearranged(self) -> bool:
        """True when variables were inserted or summed out on the way."""
        return bool(self.proof.left or self.proof.right)


def find_sum_proof(
    theory: Theory,
    left: Terms,
    right: Terms,
    alphabets: Mapping[str, tuple[Value, ...]] = NO_VALUES,
) -> SumProved | None:
    """A replayed proof that two summations are equal, or None.

    `alphabets` are the values of the variables that declare them.
    """
    if bound_and_free(left, right):
        return None
    conditions = tuple(free_conditions((*left, *right)))
    search = _Matching(theory, Possible(conditions, theory.positive), free_slots((*left, *right)))
    for one, two in forms(left, right, alphabets, theory.effort.tick):
        found = search.matched(one.terms, two.terms)
        if found is None:
            continue
        pairs = tuple(Pair(i, j, row.renaming, row.steps) for i, j, row in found)
        proof = SumProof(one.moves, two.moves, pairs)
        try:
            theorem = replay_sums(left, right, proof, alphabets)
        except RuleError:  # a condition that may be impossible
            continue
        return SumProved(proof, theorem, tuple(p for _, _, row in found for p in row.proofs))
    return None


def likely_pairs(left: Terms, right: Terms) -> tuple[tuple[Term, Term], ...]:
    """The terms that would have to agree in the simplest forms, for reports and models."""
    for one, two in forms(left, right):
        found: list[tuple[Term, Term]] = []
        rest = list(two.terms)
        for term in one.terms:
            partners = [t for t in rest if _similar(term, t)]
            if not partners:
                break
            partner = min(partners, key=lambda t: len(_held(term) ^ _held(t)))
            rest.remove(partner)
            found.append((term, partner))
        else:
            return tuple(found)
    return ()


def comparisons(left: Terms, right: Terms) -> tuple[Monomials, ...]:
    """The equations of products over variables that would make the two sides agree."""
    found: dict[Monomials, None] = {}
    for one, two in likely_pairs(left, right):
        for renaming in islice(_renamings(one.bound, two.bound), 1):
            first = one.renamed(renaming)
            parts = next(_blocks(first.factors, two.factors))
            if _slots_of((*first.factors, *two.factors)) is not None:
                parts = [(first.factors, two.factors)]
            consistent = (p for p in parts if _slots_of((*p[0], *p[1])) is not None)
            found.update(dict.fromkeys(_over_variables(x, y) for x, y in consistent if x or y))
    return tuple(found)


def _held(term: Term) -> frozenset[str]:
    return frozenset(filter(is_held, term.free))


def _similar(one: Term, two: Term) -> bool:
    """Whether two terms may agree up to names of bound slots."""

    def signature(term: Term) -> tuple[object, ...]:
        bound, values = (sorted(map(variable_of, x)) for x in (term.bound, term.values))
        return term.coefficient, bound, values

    return signature(one) == signature(two)


_Step = tuple[tuple[Proved, Slots], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """Steps from one term to another, after a renaming of bound slots, and their proofs."""

    renaming: Slots
    steps: tuple[tuple[Instance, ...], ...]
    proofs: tuple[Proved, ...]


@dataclass(frozen=True, slots=True)
class _Matching:
    """Looks for partners of terms that are equal to them by licensed equations of products."""

    theory: Theory
    possible: Possible
    free: frozenset[str]

    def matched(self, left: Terms, right: Terms) -> tuple[tuple[int, int, _Row], ...] | None:
        """Partners for all terms, each with its proofs; the first that will do is taken."""
        free = list(range(len(right)))
        found: list[tuple[int, int, _Row]] = []
        for i, term in enumerate(left):
            for j in free:
                row = self.row(term, right[j])
                if row is not None:
                    found.append((i, j, row))
                    free.remove(j)
                    break
            else:
                return None
        return tuple(found)

    def row(self, one: Term, two: Term) -> _Row | None:
        """Product equations in a row from one term to another, names of copies exchanged."""
        self.theory.effort.tick()
        if not _similar(one, two):
            return None
        for renaming in islice(_renamings(one.bound, two.bound), MAX_FORMS):
            names = one.renamed(renaming)
            if names.values == two.values:
                steps = self.steps(names, two)
                if steps is not None:
                    row = tuple(tuple(Instance(p.proof, at) for p, at in x) for x in steps)
                    proofs = tuple(p for step in steps for p, _ in step)
                    return _Row(tuple(renaming.items()), row, proofs)
        return None

    def steps(self, one: Term, two: Term) -> list[_Step] | None:
        slots = _slots_of((*one.factors, *two.factors))
        if slots is not None:
            found = self.whole(one, two, slots)
            return None if found is None else [((p, tuple(slots.items())),) for p in found]
        for blocks in _blocks(one.factors, two.factors):
            parts = [self.block(left, right) for left, right in blocks]
            if None not in parts:
                return [tuple(p for p in parts if p is not None)]
        return None

    def block(self, left: Factors, right: Factors) -> tuple[Proved, Slots] | None:
        slots = _slots_of((*left, *right))
        if slots is None:
            return None
        proved = self.theory.prove(_over_variables(left, right))
        return None if proved is None else (proved, tuple(slots.items()))

    def whole(self, one: Term, two: Term, slots: dict[str, str]) -> list[Proved] | None:
        """Equations from one product to another, in one step where that will do."""
        goal = _over_variables(one.factors, two.factors)
        direct = self.theory.prove(goal)
        if direct is None:
            return None
        if all(covered(x, y, self.possible, defined=True) for x, y in ((one, two), (two, one))):
            return [direct]

        def price(needs: Independence) -> int | None:
            return 1 if self.theory.holds(needs) else None

        for start, end, sign in ((goal.left, goal.right, 1), (goal.right, goal.left, -1)):
            path = find_rewriting(Monomials(start, end), price, self.theory.effort.tick)
            for states in _orders(start, path or ()):
                rows = [start, *states, end][::sign]
                if all(self.is_covered(one, slots, x, y) for x, y in pairwise(rows)):
                    steps = [self.theory.prove(Monomials(x, y)) for x, y in pairwise(rows)]
                    if None not in steps:
                        return [step for step in steps if step is not None]
        return None

    def is_covered(self, term: Term, slots: dict[str, str], x: Factors, y: Factors) -> bool:
        one, two = (
            Term(term.coefficient, term.bound, term.values, _moved(side, slots)) for side in (x, y)
        )
        return covered(one, two, self.possible) and covered(two, one, self.possible)


def _moved(factors: Factors, slots: dict[str, str]) -> Factors:
    return tuple(moved_factor(f, slots) for f in factors)


def _over_variables(left: Factors, right: Factors) -> Monomials:
    """An equation of products with the variables in place of their slots."""
    slots = {s: variable_of(s) for f in (*left, *right) for s in f.event | f.given}
    return Monomials(_moved(left, slots), _moved(right, slots))


def _slots_of(factors: Factors) -> dict[str, str] | None:
    """The slot of each variable that is not in that of its name; None if one has several."""
    found: dict[str, str] = {}
    for slot in frozenset[str]().union(*(f.event | f.given for f in factors)):
        if found.setdefault(variable_of(slot), slot) != slot:
            return None
    return {variable: slot for variable, slot in found.items() if variable != slot}


def _renamings(old: frozenset[str], new: frozenset[str]) -> Iterator[dict[str, str]]:
    """The ways to give the names of some bound slots to others of the same variables."""
    variables = sorted(set(map(variable_of, old)))
    groups = [
        [sorted(s for s in side if variable_of(s) == v) for side in (old, new)] for v in variables
    ]
    for orders in product(*(permutations(group[1]) for group in groups)):
        pairs = (
            p for (slots, _), order in zip(groups, orders, strict=True)
            for p in zip(slots, order, strict=False)
        )  # fmt: skip
        yield {a: b for a, b in pairs if a != b}


def _blocks(left: Factors, right: Factors) -> Iterator[list[tuple[Factors, Factors]]]:
    """Ways to part two products so that a variable may have one slot in each part.

    Factors that share a slot of a variable with several stay together; those that have none stay
    by themselves, or with one of the other parts.
    """
    slots = sorted(frozenset[str]().union(*(f.event | f.given for f in (*left, *right))))
    variables = [variable_of(s) for s in slots]
    several = frozenset(s for s, v in zip(slots, variables, strict=True) if variables.count(v) > 1)
    groups: list[frozenset[str]] = []
    for factor in (*left, *right):
        mine = (factor.event | factor.given) & several
        if mine:
            joined = [g for g in groups if g & mine]
            groups = [g for g in groups if not g & mine] + [mine.union(*joined)]

    def part(factors: Factors, group: frozenset[str]) -> Factors:
        return tuple(f for f in factors if (f.event | f.given) & group)

    def spare(factors: Factors) -> Factors:
        return tuple(f for f in factors if not (f.event | f.given) & several)

    parts = [(part(left, group), part(right, group)) for group in groups]
    rest = spare(left), spare(right)
    yield [*parts, rest]
    for k, (one, two) in enumerate(parts):
        yield [*parts[:k], ((*one, *rest[0]), (*two, *rest[1])), *parts[k + 1 :]]


def _orders(start: Factors, path: tuple[Move, ...]) -> Iterator[tuple[Factors, ...]]:
    """The products of a rewriting as found, then with its final removals in other orders."""
    yield tuple(move.result for move in path)
    first = next((k for k, move in enumerate(path) if move.factor is not None), len(path))
    head, tail = path[:first], path[first:]
    if len(tail) > MAX_PERMUTED or any(move.factor is None for move in tail):
        return
    for order in permutations(tail):
        now = head[-1].result if head else start
        states = [move.result for move in head]
        for move in order:
            if move.factor is None or move.factor not in now:
                break
            k = now.index(move.factor)
            new = Conditional.create(move.factor.event, move.kept)
            now = (*now[:k], new, *now[k + 1 :])
            states.append(now)
        else:
            yield tuple(states)
