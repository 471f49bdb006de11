"""Which conditioning variables a step drops, and on what authority each drop rests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lpc.checker.context import Context
from lpc.logic import (
    Conditional,
    Conjunction,
    Equation,
    Formula,
    Independence,
    Independent,
    Monomials,
    Probability,
    Product,
    Reference,
)
from lpc.logic.expand import monomials_of
from lpc.report.results import Failed, Removal
from lpc.search.rewriting import Move, find_rewriting
from lpc.spacetime import Refusal, open_path

Atoms = frozenset[str]
Names = tuple[str, ...]

UNLICENSED_PRICE = 8


@dataclass(frozen=True, slots=True)
class Written:
    """An equation as written, to quote its factors, beside its form over atoms."""

    left: Product
    right: Product
    equation: Monomials


def find_path(context: Context, equation: Monomials, scope: Names) -> tuple[Move, ...] | None:
    """The cheapest rewriting when what is not licensed may be dropped too, at a higher price."""
    theory = context.theory(scope)

    def price(needs: Independence) -> int:
        return 1 if theory.holds(needs) else UNLICENSED_PRICE

    return find_rewriting(equation, price, context.effort.tick)


def find_removals(
    context: Context, written: Written, scope: Names, path: tuple[Move, ...] | None
) -> tuple[Removal, ...]:
    """One entry for each factor whose condition changes on the way from left to right."""
    moves = [m for m in path or () if m.factor is not None]
    order = [*written.equation.left, *written.equation.right]
    moves.sort(key=lambda m: order.index(m.factor) if m.factor in order else len(order))
    return tuple(_moved(context, written, scope, move) for move in moves)


def unlicensed_removals(context: Context, formula: Formula, scope: Names) -> tuple[Removal, ...]:
    """The removals that a formula comes to, as far as nothing in scope licenses them.

    X ⊥ Y | Z is the removal of Y from P(X | Y, Z), whichever side is written first; an equation
    is a step. What is judged, and how, is the same as in a step of a derivation.
    """
    found = (r for r in _claimed(context, formula, scope) if not r.needs)
    return tuple(dict.fromkeys(found))


def _claimed(context: Context, formula: Formula, scope: Names) -> Iterator[Removal]:
    expand = context.document.composites.expand
    match formula:
        case Independent(x, y, z):
            event, kept = expand(x) - expand(z), expand(z)
            dropped = expand(y) - kept
            if event and dropped and not event & dropped:
                factor = Conditional.create(event, dropped | kept)
                whole = Product((Probability(x, (*y, *z)),))
                needs = Independence.create(event, dropped, kept)
                yield _removal(context, (whole,), scope, factor, kept, needs)
        case Equation(left, right):
            goal = monomials_of(left, right, context.document.composites)
            path = find_path(context, goal, scope)
            yield from find_removals(context, Written(left, right, goal), scope, path)
        case Conjunction(parts):
            for part in parts:
                yield from _claimed(context, part, scope)
        case Reference(name):
            yield from _claimed(context, context.formulas[name].formula, scope)


def _moved(context: Context, written: Written, scope: Names, move: Move) -> Removal:
    if move.factor is None or move.needs is None:
        raise ValueError("a move that drops nothing")
    sides = (written.left, written.right)
    return _removal(context, sides, scope, move.factor, move.kept, move.needs)


def _removal(
    context: Context,
    written: tuple[Product, ...],
    scope: Names,
    factor: Conditional,
    kept: Atoms,
    needs: Independence,
) -> Removal:
    removed = factor.given - kept
    sufficient = context.first(scope, lambda one: one.sufficient((needs,), scope))
    local = _licensing(context, context.local_causality_names, needs)
    alone = bool(local)
    common = _licensing(context, context.common_cause_names, needs)
    sides = factor.event, removed, kept
    failures, path = _refusal(context, *sides, local=alone, common=bool(common), scope=scope)
    text, names = _as_written(context, written, factor, removed)
    return Removal(
        factor=text,
        removed=names,
        statement=_statement(context, factor.event, removed, kept),
        lc_alone=alone,
        needs=sufficient,
        would_do=() if sufficient else context.would_do((needs,), scope),
        failures=failures,
        open_path=path,
        atoms=sides,
        lc_assumed=not alone or any(name in scope for name in local),
        cc_alone=bool(common),
        cc_assumed=any(name in scope for name in common),
    )


def _licensing(context: Context, principles: Names, needs: Independence) -> Names:
    """Those of some principles each of which licenses the removal by itself."""

    def licensing(name: str) -> Names:
        return context.first(
            (name,), lambda one: (name,) if one.theory((name,)).holds(needs) else ()
        )

    return tuple(n for name in principles for n in licensing(name))


def _statement(context: Context, x: frozenset[str], y: frozenset[str], z: frozenset[str]) -> str:
    bar = f" | {context.show(z)}" if z else ""
    return f"{context.show(x)} ⊥ {context.show(y)}{bar}"


def _refusal(
    context: Context,
    x: frozenset[str],
    removed: frozenset[str],
    kept: frozenset[str],
    *,
    local: bool,
    common: bool,
    scope: Names,
) -> tuple[tuple[Failed, ...], str | None]:
    """Why the principles of the file do not do it: failed obligations and the open path.

    Args: `local`, `common`: whether local causality alone, or common causes alone, do it. Where
    local causality alone is in `scope`, common causes are not spoken of.
    """
    document = context.document
    stated = context.local_causality_names, context.common_cause_names
    if local or not any(stated):
        return (), None
    if document.graph is not None:
        here = frozenset(document.graph.nodes)
        return (), open_path(document.graph, x & here, removed & here, kept & here)
    if document.scene is None:
        return (), None
    found: list[Failed] = []
    refusal, wider = context.why_not(x, removed, kept), context.why_not_common(x, removed, kept)
    if stated[0]:
        found += _failed(refusal, "local causality")
    local_alone = bool(set(stated[0]) & set(scope)) and not set(stated[1]) & set(scope)
    if stated[1] and not common and not local_alone:
        found += _failed(wider, "common causes")
    # NB: all of the common past is named where common causes have no objection. What is left may
    # come from past infinity, and along no path through events.
    path = None if refusal is None or wider is None or common else refusal.path
    return tuple(found), path


def _failed(refusal: Refusal | None, principle: str) -> list[Failed]:
    failures = () if refusal is None else refusal.failures
    return [Failed(f.obligation, f.variables, f.message, principle) for f in failures]


def _as_written(
    context: Context, written: tuple[Product, ...], factor: Conditional, removed: Atoms
) -> tuple[str, Names]:
    """The factor's text and the names dropped from it, as the author wrote them if he did."""
    composites = context.document.composites
    for probability in (p for product in written for p in product.factors):
        event, given = composites.expand(probability.event), composites.expand(probability.given)
        if Conditional.create(event, given) == factor:
            return str(probability), _dropped_names(context, probability.given, removed)
    names = composites.fold(factor.given)
    text = str(Probability(composites.fold(factor.event), names))
    return text, _dropped_names(context, names, removed)


def _dropped_names(context: Context, given: Iterable[str], removed: frozenset[str]) -> Names:
    composites = context.document.composites
    names: list[str] = []
    left = set(removed)
    for name in given:
        inside = composites.expand((name,))
        if inside <= removed and inside & left:
            names.append(name)
            left -= inside
    return (*names, *composites.fold(left))
