"""Models that reach a maximum of `lpc relax`, made from strategies and verified by the kernel.

Terms
-----
case
    For one choice of the settings: the results, the value of the hidden variables that each
    model needs, and a probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from lpc.checker.context import Context
from lpc.checker.countermodel import tell
from lpc.checker.families import Family, Kind, Shape
from lpc.checker.locality import with_constants
from lpc.exact import ZERO, Number
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.quantities import Measure
from lpc.logic import Independence, LpcError
from lpc.logic import expressions as e
from lpc.report.relaxed import Witness
from lpc.search.bounds import Party, Strategy
from lpc.search.correlated import Behaviour
from lpc.search.relaxed import Mean, Mixture, Responses

Values = tuple[Any, ...]
Case = tuple[Values, Values, Number]
"""Settings; hidden values; share among the cases with these settings."""


class WitnessError(LpcError):
    """A model that does not have the value or the distances that were claimed of it."""


def witness(
    context: Context, family: Family, quantity: str, m: Number, value: Number, cases: Iterable[Case]
) -> Witness | None:
    """The model in the language, after the kernel has found its value and its distances.

    None where the hidden variables are declared to take too few values, or where no such model is
    found with local causality, which the microstate families presuppose.
    Raises: WitnessError.
    """
    listed = list(cases)
    for carry in (False, True):
        try:
            model = _model(context, family, listed, carry)
        except ModelError:
            return None
        told = tell(context, (), model, None, "relax")
        local = not set(context.local_causality_names) & {*told.violates, *told.unknown}
        if local:
            break
    if not local and family.kind is not Kind.SETTINGS:
        return None
    measure = Measure(
        composites=context.document.composites,
        tick=context.effort.tick,
        model=model,
        quantities=context.document.quantities,
    )
    distances = [distance(model, s.statement, s.hidden) for s in family.shapes]
    if measure.value(e.Named(quantity, ()), {}) != value or any(d > m for d in distances):
        raise WitnessError("a strategy does not have the value that was computed")
    return Witness(m, value, told.block, told.satisfies, told.violates)


def distance(model: FiniteModel, s: Independence, hidden: frozenset[str]) -> Number:
    """How far X ⊥ Y | Z fails for X = `hidden`: the largest L1 distance of two p(x | y, z).

    >>> half = Fraction(1, 2)
    >>> coins = FiniteModel.create(("x", "y"), [((0, 0), half), ((1, 1), half)])
    >>> print(distance(coins, Independence.create({"x"}, {"y"}), frozenset("x")))
    2
    """
    other = s.y if s.x == hidden else s.x
    order, table = model.table(hidden | other | s.z)
    found: dict[Values, dict[Values, dict[Values, Number]]] = {}
    for outcome, weight in table.items():
        x, y, z = (
            tuple(v for v, n in zip(outcome, order, strict=True) if n in part)
            for part in (hidden, other, s.z)
        )
        found.setdefault(z, {}).setdefault(y, {})[x] = weight
    largest: Number = ZERO
    for given in found.values():
        for one, two in combinations([_normalised(weights) for weights in given.values()], 2):
            gaps = (one.get(x, ZERO) - two.get(x, ZERO) for x in {*one, *two})
            largest = max(largest, sum((-gap if gap < 0 else gap for gap in gaps), ZERO))
    return largest


def _normalised(weights: Mapping[Values, Number]) -> dict[Values, Number]:
    total = sum(weights.values(), ZERO)
    return {x: weight / total for x, weight in weights.items()}


# Cases.


def settings_cases(mixtures: tuple[Mixture, Mixture], m: Number, family: Family) -> Iterator[Case]:
    """The mixture at M, between those of two corners; the hidden value is the strategy."""
    one, two = mixtures
    share: Number = (m - one.m) / (two.m - one.m)
    for settings in product(*(p.settings for p in family.parties)):
        group = tuple(settings[k] for k in family.seen)
        weights: dict[Strategy, Number] = {}
        parts: list[tuple[Mixture, Number]] = [(one, 1 - share), (two, share)]
        for mixture, part in parts:
            for strategy, weight in mixture.weights[group].items():
                more = part * weight
                weights[strategy] = weights.get(strategy, ZERO) + more
        for strategy, total in weights.items():
            yield settings, strategy, total


def product_cases(found: Responses, m: Number, parties: tuple[Party, ...]) -> Iterator[Case]:
    """Independent results with the means at M; the hidden values are the results."""
    one, two = parties
    for (i, x), (j, y) in product(enumerate(one.settings), enumerate(two.settings)):
        near, far = _chances(found.means[0][i][j], m), _chances(found.means[1][j][i], m)
        for (r, p), (s, q) in product(enumerate(near), enumerate(far)):
            yield (x, y), (one.results[r], two.results[s]), p * q


def _chances(mean: Mean, m: Number) -> tuple[Number, Number]:
    up = (1 + mean[0] + mean[1] * m) / 2
    return 1 - up, up


def correlated_cases(found: Behaviour, parties: tuple[Party, ...]) -> Iterator[Case]:
    """The behaviour itself; the hidden values are the results."""
    one, two = parties
    for (i, j), cells in found.items():
        for (s, t), share in cells.items():
            results = one.results[s > 0], two.results[t > 0]
            yield (one.settings[i], two.settings[j]), results, share


# The model.


def _model(context: Context, family: Family, cases: Iterable[Case], carry: bool) -> FiniteModel:
    """All choices of settings are equally likely; what plays no part is constant.

    Where `carry` is set the microstates also hold the settings of their sides.
    """
    parties = family.parties
    listed = [(settings, hidden, share) for settings, hidden, share in cases if share != 0]
    count = len({settings for settings, _, _ in listed})
    names: dict[str, None] = dict.fromkeys(p.setting for p in parties)
    numbers: dict[Any, int] = {}
    rows = []
    for settings, hidden, share in listed:
        point: dict[str, Any] = {p.setting: x for p, x in zip(parties, settings, strict=True)}
        if family.kind is Kind.SETTINGS:
            number = Fraction(numbers.setdefault(hidden, len(numbers) + 1))
            point |= _spread(context, family.shapes[0].hidden, number)
            answers = [
                dict(zip(p.settings, s, strict=True)) for p, s in zip(parties, hidden, strict=True)
            ]
            results = [answer[x] for answer, x in zip(answers, settings, strict=True)]
        else:
            results = list(hidden)
            for shape in family.shapes:
                point |= _carried(context, shape, settings, hidden, carry)
        for k, atoms in family.microstates:
            if carry and not atoms & set(point):
                point |= _spread(context, atoms, settings[k])
        point |= {p.result: r for p, r in zip(parties, results, strict=True)}
        names |= dict.fromkeys(point)
        rows.append((point, share / count))
    alphabets = {n: v for n, v in context.alphabets.items() if n in names}
    weights = ((tuple(point[n] for n in names), weight) for point, weight in rows)
    return with_constants(context, FiniteModel.create(tuple(names), weights, alphabets))


def _carried(
    context: Context, shape: Shape, settings: Values, results: Values, carry: bool
) -> Mapping[str, Any]:
    k = shape.dependent or 0
    value = (settings[k], results[k]) if carry else results[k]
    return _spread(context, shape.hidden, value)


def _spread(context: Context, atoms: frozenset[str], value: Any) -> Mapping[str, Any]:
    """The first of some atoms has the value, the others are constant."""
    first, *rest = sorted(atoms, key=lambda n: context.rank(frozenset((n,))))
    return {first: value} | {n: context.alphabets.get(n, (ZERO,))[0] for n in rest}
