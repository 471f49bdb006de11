"""Looking for proofs that two sums of products are equal.

Both sides are brought to the same lists of bound variables, by summing out what one side has
too much and inserting what it lacks; then every term looks for a partner on the other side to
which it is equal as a product. The kernel replays what is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, permutations, product

from lpc.kernel.rules import RuleError
from lpc.kernel.sums import (
    SumMove,
    SumProof,
    SumTheorem,
    Terms,
    bound_and_free,
    collected,
    covered,
    free_conditions,
    moved,
    replay_sums,
)
from lpc.logic import Conditional, Independence, Monomials
from lpc.logic.sums import Term
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


@dataclass(frozen=True, slots=True)
class Form:
    """A side after moves."""

    raw: Terms
    moves: tuple[SumMove, ...]

    @property
    def terms(self) -> Terms:
        """Its terms, collected."""
        return collected(self.raw)


def forms(left: Terms, right: Terms) -> Iterator[tuple[Form, Form]]:
    """Pairs of forms in which the two sides may agree term by term, simplest first."""
    seen: set[tuple[Terms, Terms]] = set()
    free = tuple(free_conditions((*left, *right)))
    for everything in (False, True):
        common = frozenset[str]() if everything else _bound(left) & _bound(right)
        one, two = _summed_out(left, common), _summed_out(right, common)
        choices = product(_grown(one, two, free), _grown(two, one, free))
        for first, second in islice(choices, MAX_FORMS):
            key = first.terms, second.terms
            if key not in seen and len(first.terms) == len(second.terms):
                seen.add(key)
                yield first, second


def find_sum_proof(theory: Theory, left: Terms, right: Terms) -> SumProved | None:
    """A replayed proof that two summations are equal, or None."""
    if bound_and_free(left, right):
        return None
    positive = [*free_conditions((*left, *right)), *theory.positive]
    for one, two in forms(left, right):
        pairs = _matched(theory, one.terms, two.terms, positive)
        if pairs is None:
            continue
        steps = tuple((i, j, tuple(p.proof for p in row)) for i, j, row in pairs)
        proof = SumProof(one.moves, two.moves, steps)
        try:
            theorem = replay_sums(left, right, proof)
        except RuleError:  # a condition that may be impossible
            continue
        return SumProved(proof, theorem, tuple(p for _, _, row in pairs for p in row))
    return None


def likely_pairs(left: Terms, right: Terms) -> tuple[tuple[Term, Term], ...]:
    """The terms that would have to agree in the simplest forms, for reports and models."""
    for one, two in forms(left, right):
        found: list[tuple[Term, Term]] = []
        rest = list(two.terms)
        for term in one.terms:
            partner = next((t for t in rest if _similar(term, t)), None)
            if partner is None:
                break
            rest.remove(partner)
            found.append((term, partner))
        else:
            return tuple(found)
    return ()


def _similar(one: Term, two: Term) -> bool:
    return (one.coefficient, one.bound, one.values) == (two.coefficient, two.bound, two.values)


def _matched(
    theory: Theory, left: Terms, right: Terms, positive: Sequence[frozenset[str]]
) -> tuple[tuple[int, int, tuple[Proved, ...]], ...] | None:
    """Partners for all terms, each with its proofs; the first that will do is taken."""
    free = list(range(len(right)))
    found: list[tuple[int, int, tuple[Proved, ...]]] = []
    for i, term in enumerate(left):
        for j in free:
            row = _row(theory, term, right[j], positive)
            if row is not None:
                found.append((i, j, row))
                free.remove(j)
                break
        else:
            return None
    return tuple(found)


def _row(
    theory: Theory, one: Term, two: Term, positive: Sequence[frozenset[str]]
) -> tuple[Proved, ...] | None:
    """Product equations in a row from one term to another, in one step where that will do."""
    if not _similar(one, two):
        return None
    goal = Monomials(one.factors, two.factors)
    direct = theory.prove(goal)
    if direct is None:
        return None
    if covered(one, two, positive, defined=True) and covered(two, one, positive, defined=True):
        return (direct,)

    def price(needs: Independence) -> int | None:
        return 1 if theory.holds(needs) else None

    for start, end, sign in ((one.factors, two.factors, 1), (two.factors, one.factors, -1)):
        path = find_rewriting(Monomials(start, end), price, theory.tick)
        for states in _orders(start, path or ()):
            rows = [start, *states, end][::sign]
            if all(_is_covered(one, x, y, positive) for x, y in pairwise(rows)):
                steps = [theory.prove(Monomials(x, y)) for x, y in pairwise(rows)]
                if None not in steps:
                    return tuple(step for step in steps if step is not None)
    return None


def _is_covered(term: Term, x: Factors, y: Factors, positive: Sequence[frozenset[str]]) -> bool:
    one, two = (Term(term.coefficient, term.bound, term.values, f) for f in (x, y))
    return covered(one, two, positive) and covered(two, one, positive)


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


def _bound(terms: Terms) -> frozenset[str]:
    return frozenset[str]().union(*(t.bound for t in terms))


def _summed_out(terms: Terms, kept: frozenset[str]) -> Form:
    """Every bound variable outside `kept` that can go is summed out, again and again."""
    moves: list[SumMove] = []
    while (move := next(_eliminations(terms, kept), None)) is not None:
        terms = moved(terms, move)
        moves.append(move)
    return Form(terms, tuple(moves))


def _eliminations(terms: Terms, kept: frozenset[str]) -> Iterator[SumMove]:
    for i, term in enumerate(terms):
        for v in sorted(term.bound - kept):
            places = [k for k, f in enumerate(term.factors) if v in f.event | f.given]
            alone = len(places) == 1 and v in term.factors[places[0]].event
            if alone and v not in term.values:
                yield SumMove("sum out", i, v, places[0])


def _grown(form: Form, other: Form, free: Sequence[frozenset[str]]) -> Iterator[Form]:
    """The terms with missing variables inserted, in every choice of factors.

    A variable may also come with a factor of its own, P(v | Y) as the other side has it.
    """
    terms, wanted = form.raw, _bound(other.terms)
    missing = [(i, v) for i, t in enumerate(terms) for v in sorted(wanted - t.bound)]
    if not missing or any(v in terms[i].names for i, v in missing):
        yield form
        return
    alone = {f for t in other.terms for f in t.factors}
    options = [
        [
            *(SumMove("insert", i, v, k) for k in range(len(terms[i].factors))),
            *(SumMove("normalise", i, v, given=f.given) for f in alone if f.event == {v}),
        ]
        for i, v in missing
    ]
    for chosen in islice(product(*options), MAX_FORMS):
        grown = terms
        try:
            for move in chosen:
                grown = moved(grown, move, free)
        except RuleError:
            continue
        yield Form(grown, (*form.moves, *chosen))
