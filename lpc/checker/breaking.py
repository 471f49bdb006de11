"""Models that break an inequality, each verified against every assumption in scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from math import lcm

from lpc.checker.countermodel import tell
from lpc.checker.inequalities import InequalityClaim
from lpc.checker.locality import obeys
from lpc.exact import ZERO, Number, NumberError
from lpc.kernel.evaluate import Undefined, shown
from lpc.kernel.forms import BoundError, LinearForm, Piece
from lpc.kernel.inequalities import Mixture, Vertex, best_vertex
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.quantities import Measure, variables_of
from lpc.logic import Independence, Value
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError
from lpc.report.results import Broken, Countermodel
from lpc.search.means import saddle
from lpc.search.models.boxes import (
    MAX_ROWS,
    Box,
    boxes,
    filled,
    local_box,
    settings_values,
)
from lpc.search.models.polytope import largest_box
from lpc.search.models.problem import atoms_of
from lpc.search.simplex import ProgramError

Names = tuple[str, ...]

MAX_MODELS = 200
MAX_OWNERS_TRIED = 4
MOST_VARYING = (1, 2, 3)


def refutation(claim: InequalityClaim) -> tuple[Countermodel | None, str]:
    """A verified model of everything in scope that breaks the inequality; what was tried."""
    count = 0
    for model in _candidates(claim):
        count += 1
        broken = _breaks(claim, model)
        if broken is not None and _obeys(claim, model):
            told = tell(claim.context, claim.scope, model, None, "boxes")
            return replace(told, broken=broken), ""
    return None, f"boxes and linear programs: {count} models"


# Candidates.


def _candidates(claim: InequalityClaim) -> Iterator[FiniteModel]:
    context = claim.context
    theory = context.theory(claim.scope)
    observed = context.declared_atoms
    facts = [f.statement for f in theory.facts if atoms_of(f.statement) <= observed]
    wanted = _variables(claim)
    tick, alphabets = context.effort.tick, context.alphabets
    large: list[Box] = []
    widened = (_widened(piece, alphabets) for piece in claim.pieces)
    for piece in dict.fromkeys((*claim.pieces, *widened)):
        for box in _boxes(claim, piece, facts):
            first = next(filled(box, (), (), alphabets, 0, tick), None)
            if first is not None and _is_large(claim, piece, first):
                large.append(box)
                others = [n for n in wanted if n not in box.columns]
                yield from filled(box, others, facts, alphabets, 0, tick)
    for most in (*MOST_VARYING, len(wanted)):
        for box in large:
            others = [n for n in wanted if n not in box.columns]
            yield from islice(filled(box, others, facts, alphabets, most, tick), MAX_MODELS)


def _boxes(claim: InequalityClaim, piece: Piece, facts: list[Independence]) -> Iterator[Box]:
    """Local boxes, those of linear programs, and the best of all."""
    context = claim.context
    alphabets, tick = context.alphabets, context.effort.tick
    best: list[Vertex] = []
    for owner in claim.owners()[:MAX_OWNERS_TRIED]:
        mixture = Mixture(frozenset(), owner)
        try:
            if len(piece) > 1:
                yield from _mixed(claim, piece, mixture)
            else:
                best.append(best_vertex(piece[0], mixture, alphabets, tick)[0])
        except BoundError:  # NB: too many vertices; other boxes may do.
            continue
    form = piece[0]
    yield from islice(boxes(form, alphabets, best), len(best))
    values = settings_values(form, alphabets)
    try:
        found = largest_box(piece, values, alphabets, facts, tick)
    except ProgramError:
        found = None
    if found is not None:
        yield found
    yield from islice(boxes(form, alphabets, best), len(best), None)


def _widened(piece: Piece, alphabets: Mapping[str, tuple[Value, ...]]) -> Piece:
    """A piece whose context varies: what cancels in it, or is declared positive, may need that."""
    contexts = [(n, v) for n in piece[0].context for v in alphabets.get(n, ())]
    if not contexts:
        return piece
    event, given = piece[0].terms[0][1]
    factors = {(event, frozenset({**dict(given), n: v}.items())) for n, v in contexts}
    extra = tuple((ZERO, f) for f in factors - {factor for _, factor in piece[0].terms})
    return tuple(LinearForm(form.constant, (*form.terms, *extra)) for form in piece)


def _mixed(claim: InequalityClaim, piece: Piece, mixture: Mixture) -> Iterator[Box]:
    """The mixture of vertices that makes the smallest form of a piece largest."""
    alphabets = claim.context.alphabets
    found = saddle(piece, mixture, alphabets, claim.context.effort.tick).vertices
    size = lcm(*(w.denominator for _, w in found))
    if size <= MAX_ROWS:
        rows = [row[0] for row, weight in found for _ in range(int(weight * size))]
        box = local_box(piece[0], alphabets, rows)
        if box is not None:
            yield box


def _variables(claim: InequalityClaim) -> Names:
    """The variables that a model must give values to."""
    context, inequality = claim.context, claim.inequality
    statements = chain.from_iterable(context.statements(n) for n in claim.scope)
    atoms = frozenset[str]().union(*map(atoms_of, statements))
    graph = context.graph() if context.assumes_local_causality(claim.scope) else None
    if graph is not None:
        atoms |= frozenset(graph.nodes) - graph.latents
    document = context.document
    sides = (inequality.left, inequality.right)
    atoms |= variables_of(sides, document.quantities, document.composites)
    order = document.composites.order
    return tuple(
        sorted(
            atoms & context.declared_atoms,
            key=lambda n: (order.index(n) if n in order else 999, n),
        )
    )


def _is_large(claim: InequalityClaim, piece: Piece, model: FiniteModel) -> bool:
    """Whether a box for a piece can break the inequality, as far as its linear forms tell."""
    measure = Measure(model=model)
    values = (_value(form, measure) for form in piece)
    return all(value is not None and not claim.within(value) for value in values)


def _value(form: LinearForm, measure: Measure) -> Number | None:
    """A form in a model, None where it is not defined."""
    total = form.constant
    for coefficient, (event, given) in form.terms:
        below = measure.probability(dict(given))
        if below == 0:
            return None
        above = measure.probability(dict(event) | dict(given))
        total += coefficient * (above / below)
    return total


# Verification.


def _breaks(claim: InequalityClaim, model: FiniteModel) -> Broken | None:
    """The two sides in the model, where all conditions are possible and the inequality fails."""
    document = claim.context.document
    measure = Measure(
        composites=document.composites,
        tick=claim.context.effort.tick,
        model=model,
        quantities=document.quantities,
    )
    try:
        every = [(x, [measure.value(y, {}) for y in (x.left, x.right)])
                 for x in claim.inequality.closed]  # fmt: skip
        if any(isinstance(side, Undefined) for _, sides in every for side in sides):
            return None
        for x, sides in every:
            if not measure.compare(e.Compare(x.left, x.op, x.right), sides[0], x.op, sides[1]):
                left, right = x.sides
                return Broken(x.text, left, shown(sides[0]), right, shown(sides[1]))
    except (EvaluationError, ModelError, NumberError):
        return None
    return None


def _obeys(claim: InequalityClaim, model: FiniteModel) -> bool:
    """The kernel's word on every premise, local causality with its latents included."""
    context = claim.context
    if context.assumes_local_causality(claim.scope):
        common = context.assumes_common_causes(claim.scope)
        if not obeys(context, model, common_causes=common):
            return False
        known = set(context.principle(common))
    else:
        known = set()
    premises = (s for name in claim.scope for s in context.statements(name) if s not in known)
    return all(map(model.holds, premises))
