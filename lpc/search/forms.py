"""Sums of products brought to forms in which two of them may agree term by term.

Variables that one side sums over in excess are summed out, missing ones are inserted, and what
the other side holds at a value is spelled out. Each form comes with the moves that lead to it,
which the kernel makes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from lpc.kernel.rules import RuleError
from lpc.kernel.sums import NO_VALUES, SumMove, collected, free_conditions, moved
from lpc.logic import Value
from lpc.logic.effort import Tick, unlimited
from lpc.logic.slots import is_held, variable_of
from lpc.logic.sums import Terms, free_slots

MAX_FORMS = 64
MAX_GROWN = 100


@dataclass(frozen=True, slots=True)
class Form:
    """A side after moves."""

    raw: Terms
    moves: tuple[SumMove, ...]

    @property
    def terms(self) -> Terms:
        """Its terms, collected."""
        return collected(self.raw)


def forms(
    left: Terms,
    right: Terms,
    alphabets: Mapping[str, tuple[Value, ...]] = NO_VALUES,
    tick: Tick = unlimited,
) -> Iterator[tuple[Form, Form]]:
    """Pairs of forms in which the two sides may agree term by term, simplest first."""
    seen: set[tuple[Terms, Terms]] = set()
    free = tuple(free_conditions((*left, *right)))
    if len(collected(left)) == len(collected(right)):
        seen.add((collected(left), collected(right)))
        yield Form(left, ()), Form(right, ())
    for everything in (False, True):
        common = frozenset[str]() if everything else _bound(left) & _bound(right)
        one, two = _summed_out(left, common), _summed_out(right, common)
        choices = product(_grown(one, two, free, tick), _grown(two, one, free, tick))
        for first, second in islice(choices, MAX_FORMS):
            key = first.terms, second.terms
            if key not in seen and len(first.terms) == len(second.terms):
                seen.add(key)
                yield first, second
    yield from islice(_spelled_out(left, right, alphabets, tick), MAX_FORMS)


def _spelled_out(
    left: Terms, right: Terms, alphabets: Mapping[str, tuple[Value, ...]], tick: Tick
) -> Iterator[tuple[Form, Form]]:
    """Forms in which what one side holds at a value is summed over nowhere."""
    free = free_slots((*left, *right))
    held = sorted({variable_of(s) for s in free if is_held(s)} & (alphabets.keys() - free))
    conditions = tuple(free_conditions((*left, *right)))
    for move in (None, *_missing((*left, *right), held)):
        tick()
        try:
            one, two = (_spelled(s, held, move, conditions, alphabets) for s in (left, right))
        except RuleError:
            continue
        if len(one.terms) == len(two.terms):
            yield one, two


def _missing(terms: Terms, held: Sequence[str]) -> Iterator[SumMove]:
    """Ways to put a variable into the terms that lack it, as moves on term 0."""
    factors = [f for t in terms for f in t.factors]
    for v in held:
        for given in dict.fromkeys(f.given for f in factors if v in map(variable_of, f.event)):
            yield SumMove("normalise", 0, v, given=given)
        for k in range(max((len(t.factors) for t in terms), default=0)):
            yield SumMove("insert", 0, v, k)


def _spelled(
    terms: Terms,
    held: Sequence[str],
    missing: SumMove | None,
    conditions: Sequence[frozenset[str]],
    alphabets: Mapping[str, tuple[Value, ...]],
) -> Form:
    """A side with a missing variable put in, and sums over `held` spelled out.

    Raises: RuleError.
    """
    moves: list[SumMove] = []
    if missing is not None:
        for i, term in enumerate(terms):
            if missing.variable not in map(variable_of, term.names):
                moves.append(replace(missing, term=i))
    now = terms
    for move in moves:
        now = moved(now, move, conditions)
    while (found := _summed_over(now, held)) is not None and len(now) <= MAX_GROWN:
        moves.append(SumMove("spell out", *found))
        now = moved(now, moves[-1], conditions, alphabets)
    return Form(now, tuple(moves))


def _summed_over(terms: Terms, variables: Sequence[str]) -> tuple[int, str] | None:
    places = ((i, s) for i, t in enumerate(terms) for s in sorted(t.bound))
    return next(((i, s) for i, s in places if variable_of(s) in variables), None)


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


def _grown(form: Form, other: Form, free: Sequence[frozenset[str]], tick: Tick) -> Iterator[Form]:
    """The terms with missing variables inserted, in every choice of factors.

    A variable may also come with a factor of its own, P(v | Y) as the other side has it.
    """
    terms, wanted = form.raw, _bound(other.terms)
    missing = [(i, v) for i, t in enumerate(terms) for v in sorted(wanted - t.bound)]
    if not 0 < len(missing) <= MAX_GROWN or any(v in terms[i].names for i, v in missing):
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
                tick()
                grown = moved(grown, move, free)
        except RuleError:
            continue
        yield Form(grown, (*form.moves, *chosen))
