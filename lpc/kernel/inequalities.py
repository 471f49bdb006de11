"""Linear bounds on averages over hidden variables, re-verified by enumeration of vertices.

Terms
-----
mixture
    If Λ ⊥ Y | K and P(X | Y, K, Λ) = Π_i P(X_i | S_i, K, Λ), with S_i the settings that belong to
    outcome X_i, then a linear form is the average over P(Λ | K), which is normalised and not
    negative, of the same form with the products of the responses P(X_i | S_i, K, Λ). That
    integrand is linear in each response, so it is at most its largest value at *vertices*: each
    outcome a function of its own settings. Where the form is defined p(y, k) > 0, hence
    p(λ, y, k) > 0 wherever p(λ | k) > 0, and the responses are probability distributions.
normalisation alone
    Without any hypothesis P(X | Y = y) is a probability distribution at every y at which it is
    defined, so a linear form is at most the sum of its largest values at each y.

`LinearForm` and *pieces* are explained in `lpc.kernel.forms`. A piece is the smallest of its
forms, so at most any weighted mean of them, and a mean is one linear form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product as every
from math import prod

from lpc.exact import ZERO, Number
from lpc.kernel.evaluate import forever
from lpc.kernel.forms import Atoms, BoundError, Label, Labels, LinearForm, Value
from lpc.kernel.replay import Theorem
from lpc.logic import Conditional, Independence, Monomials, Statement

MAX_VERTICES = 200_000
MAX_IRRATIONAL = 4_096
"""So many vertices at most where coefficients are irrational, whose sums take long."""


class _Other:
    """A value unlike all others: no word of a file or a certificate can be equal to it."""

    def __str__(self) -> str:
        return "any other"


OTHER = _Other()
"""A value of a variable that declares none, apart from those that a form mentions."""


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
    for names, conditions in form.shapes:
        if mixture.hidden & conditions.union(names):
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
    value: Number


@dataclass(frozen=True, slots=True)
class Bound:
    """No model of the hypotheses gives the form more than `best.value`, by its vertices.

    `mixture` is None for normalisation alone.
    """

    hypotheses: tuple[Statement, ...]
    form: LinearForm
    mixture: Mixture | None
    best: Vertex
    count: int


def verified_bound(
    form: LinearForm,
    mixture: Mixture,
    alphabets: Mapping[str, tuple[Value, ...]],
    theorems: tuple[Theorem, ...],
    tick: Callable[[], None] = forever,
) -> Bound:
    """The bound that a mixture gives, from theorems that say it is one.

    Raises: BoundError when a theorem is missing or there are too many vertices.
    """
    proved = {theorem.conclusion for theorem in theorems}
    for goal in mixture_goals(form, mixture):
        if goal not in proved:
            raise BoundError(f"not proved: {goal}")
    hypotheses = dict.fromkeys(h for theorem in theorems for h in theorem.hypotheses)
    best, count = best_vertex(form, mixture, alphabets, tick)
    return Bound(tuple(hypotheses), form, mixture, best, count)


def best_vertex(
    form: LinearForm,
    mixture: Mixture,
    alphabets: Mapping[str, tuple[Value, ...]],
    tick: Callable[[], None] = forever,
) -> tuple[Vertex, int]:
    """The first vertex with the largest value, and how many vertices there are.

    Raises: BoundError when there are too many.
    """
    best: Vertex | None = None
    count = 0
    seen: set[Number] = set()
    for vertex in vertices(form, mixture, alphabets, tick):
        count += 1
        if vertex.value in seen:  # NB: comparing irrational numbers takes long.
            continue
        seen.add(vertex.value)
        if best is None or vertex.value > best.value:
            best = vertex
    if best is None:
        raise BoundError("no strategy at all")
    return best, count


def vertices(
    form: LinearForm,
    mixture: Mixture,
    alphabets: Mapping[str, tuple[Value, ...]],
    tick: Callable[[], None] = forever,
) -> Iterator[Vertex]:
    """Every deterministic strategy with the value of the form.

    Raises: BoundError when there are too many, or an outcome declares no values.
    """
    for name in form.outcomes:
        if name not in alphabets:
            raise BoundError(f"{name} declares no values, so its responses cannot be enumerated")
    places: dict[tuple[str, tuple[Label, ...]], int] = {}
    terms: list[tuple[Number, list[tuple[int, Value]]]] = []
    for coefficient, (event, given) in form.terms:
        wanted = []
        for name, value in sorted(event, key=lambda x: x[0]):
            own = mixture.settings_of(name)
            key = (name, tuple(sorted((x for x in given if x[0] in own), key=lambda x: x[0])))
            wanted.append((places.setdefault(key, len(places)), value))
        terms.append((coefficient, wanted))
    number = prod(len(alphabets[name]) for name, _ in places)
    rational = all(isinstance(c, Fraction) for c, _ in terms)
    if number > (MAX_VERTICES if rational else MAX_IRRATIONAL):
        raise BoundError(f"{number} deterministic strategies are too many")
    for values in every(*(alphabets[name] for name, _ in places)):
        tick()
        total = sum((c for c, wanted in terms if all(values[k] == v for k, v in wanted)), ZERO)
        table = zip(places, values, strict=True)
        strategy = tuple((name, own, v) for (name, own), v in table)
        yield Vertex(strategy, form.constant + total)


def normalised_bound(
    form: LinearForm,
    alphabets: Mapping[str, tuple[Value, ...]],
    tick: Callable[[], None] = forever,
) -> Bound:
    """The bound that follows from nothing but that probabilities are normalised.

    At each y the best of all outcomes counts; nothing relates one y to another. Values that the
    form does not mention are all alike, so one of them stands for the rest.
    Raises: BoundError when there are too many outcomes.
    """
    total, count = form.constant, 0
    strategy: list[tuple[str, tuple[Label, ...], Value]] = []
    for given in dict.fromkeys(given for _, (_, given) in form.terms):
        terms = [(c, event) for c, (event, own) in form.terms if own == given]
        names = sorted({name for _, event in terms for name, _ in event})
        letters = [_letters(name, terms, alphabets) for name in names]
        points = _outcomes(terms, names, letters, tick)
        point, value = max(points.items(), key=lambda pair: pair[1])
        total, count = total + value, count + len(points)
        place = tuple(sorted(given, key=lambda x: x[0]))
        strategy += [(name, place, v) for name, v in zip(names, point, strict=True)]
    return Bound((), form, None, Vertex(tuple(strategy), total), count)


def _letters(
    name: str, terms: list[tuple[Number, Labels]], alphabets: Mapping[str, tuple[Value, ...]]
) -> tuple[Value, ...]:
    """The values of an outcome that the terms mention, and one for all others if there are any."""
    seen = {v for _, event in terms for n, v in event if n == name}
    declared = alphabets.get(name, (*sorted(seen, key=repr), OTHER))
    other = next(((v,) for v in declared if v not in seen), ())
    return (*(v for v in declared if v in seen), *other)


def _outcomes(
    terms: list[tuple[Number, Labels]],
    names: list[str],
    letters: list[tuple[Value, ...]],
    tick: Callable[[], None],
) -> dict[tuple[Value, ...], Number]:
    """What each joint outcome adds to a form."""
    number = prod(map(len, letters))
    if number > MAX_IRRATIONAL:
        raise BoundError(f"{number} joint outcomes are too many")
    found: dict[tuple[Value, ...], Number] = {}
    for point in every(*letters):
        tick()
        at = set(zip(names, point, strict=True))
        found[point] = sum((c for c, event in terms if event <= at), ZERO)
    return found
