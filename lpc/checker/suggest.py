"""Which independence is missing: the weakest ones that would license a refused removal.

For X ⊥ R | K that does not follow, two families are tried over the other declared variables:
M ⊥ R | K, "what else matters knows nothing of what is dropped", and X ⊥ M | K, "nothing
else matters". Each that suffices is weakened by decomposition and weak union as long as it
still suffices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from lpc.checker.context import Context
from lpc.checker.declare import declaration
from lpc.checker.evidence import present
from lpc.checker.removals import find_path
from lpc.language.document import (
    Claim,
    Derivation,
    Document,
    Inequality,
    Line,
    Rewrite,
    SumEquation,
)
from lpc.logic import Conditional, Independence, LpcError, Monomials, Product
from lpc.logic.effort import EFFORT, Effort
from lpc.logic.expand import monomials_of
from lpc.logic.sums import Summation
from lpc.report.results import Gap, Suggestion
from lpc.report.selection import respelt

Names = tuple[str, ...]

MAX_BESIDES = 3


def suggest(
    document: Document, step: str, *, effort: int | None = EFFORT, timeout: float | None = None
) -> tuple[Gap, ...]:
    """The gaps of a step, rewrite or claim, each with the weakest independences that close it.

    Args: `step`, as in `find_equation`; `effort` and `timeout` for the whole.
    Raises: LimitReached; LpcError when there is no such step.

    >>> import lpc
    >>> document = lpc.parse('''
    ... variables { A ; b ; v ; λ }
    ... assume I : A _||_ b | λ, v
    ... derive d { assuming I ; P(A | b, λ) = P(A | λ) }
    ... ''')
    >>> [s.statement for gap in suggest(document, "d:1") for s in gap.suggestions]
    ['v ⊥ b | λ', 'v ⊥ A | λ']
    """
    context = Context(document, Effort(effort, timeout))
    context.start()
    goal, scope = find_equation(context, step)
    path = find_path(context, goal, scope) or ()
    theory = context.theory(scope)
    local = context.assumes_local_causality(scope)
    gaps: dict[Independence, Gap] = {}
    for move in path:
        if move.needs is None or move.needs in gaps or theory.holds(move.needs):
            continue
        gap = _gap(context, scope, move.needs)
        if local and move.factor is not None:
            removed = move.factor.given - move.kept
            gap = replace(gap, declare=declaration(context, move.factor.event, removed, move.kept))
        gaps[move.needs] = gap
    return tuple(gaps.values())


def find_equation(context: Context, step: str) -> tuple[Monomials, Names]:
    """The equation that a reader means by `NAME:INDEX`, a label, a name or a line number.

    Raises: LpcError when nothing fits, naming what there is.
    """
    known: list[str] = []
    wanted = {step, respelt(step)}
    for item in context.document.items:
        match item:
            case Derivation():
                for index, one in enumerate(item.steps, 1):
                    names = (f"{item.name}:{index}", one.label, str(one.span.line))
                    known.append(names[0])
                    if wanted & {*names} or (item.name in wanted and len(item.steps) == 1):
                        sides = _products(one.left), _products(one.right)
                        return monomials_of(*sides, context.document.composites), item.assuming
            case Rewrite():
                known.append(item.name)
                if wanted & {item.name, f"{item.name}:1", str(item.span.line)}:
                    sides = _products(item.left), _products(item.right)
                    return monomials_of(*sides, context.document.composites), item.assuming
            case Claim():
                if item.label is not None:
                    known.append(item.label)
                if step in (item.label, str(item.span.line)):
                    return _claimed(context, item), item.names
    raise LpcError(f"there is no step {step!r}; there are {', '.join(known) or 'none'}")


def _products(line: Line) -> Product:
    if isinstance(line, Summation):
        raise LpcError("steps with sums cannot be looked into")
    return line


def _claimed(context: Context, claim: Claim) -> Monomials:
    if isinstance(claim.formula, Inequality | SumEquation):
        raise LpcError("inequalities and equations with sums cannot be looked into")
    statements = context.expand(claim.formula)
    match statements:
        case (Monomials() as equation,):
            return equation
        case (Independence(x, y, z),) if not x & y:
            return Monomials((Conditional(x, y | z),), (Conditional(x, z),))
    raise LpcError("only claims of one equation or one independence can be looked into")


def _gap(context: Context, scope: Names, need: Independence) -> Gap:
    found: dict[Independence, Suggestion] = {}
    for x, y in ((need.x, need.y), (need.y, need.x)):
        for candidate in _candidates(context, x, y, need):
            if any(_follows(context, scope, candidate, weaker) for weaker in found):
                continue
            if _suffices(context, scope, candidate, need):
                weakest = _weakened(context, scope, candidate, need)
                if weakest != need and weakest not in found:
                    found[weakest] = _suggestion(context, scope, weakest, need)
    kept = [s for s in found.values() if not _has_weaker(context, scope, s, found.values())]
    return Gap(context.show_statement(need), scope, tuple(kept))


def _has_weaker(
    context: Context, scope: Names, one: Suggestion, all_: Iterable[Suggestion]
) -> bool:
    """Whether another suggestion asks for less, given what is in scope."""
    return any(
        _follows(context, scope, one.independence, other.independence)
        and not _follows(context, scope, other.independence, one.independence)
        for other in all_
    )


def _candidates(
    context: Context, x: frozenset[str], removed: frozenset[str], need: Independence
) -> Iterator[Independence]:
    rest = sorted(context.declared_atoms - x - removed - need.z)
    for size in range(1, min(len(rest), MAX_BESIDES) + 1):
        for besides in combinations(rest, size):
            yield Independence.create(besides, removed, need.z)


def _suffices(context: Context, scope: Names, candidate: Independence, need: Independence) -> bool:
    return context.theory(scope, candidate).holds(need)


def _follows(context: Context, scope: Names, strong: Independence, weak: Independence) -> bool:
    return context.theory(scope, strong).holds(weak)


def _weakened(
    context: Context, scope: Names, candidate: Independence, need: Independence
) -> Independence:
    """The candidate after every decomposition and weak union that leaves it sufficient."""
    for weaker in _weaker(candidate):
        if _suffices(context, scope, weaker, need):
            return _weakened(context, scope, weaker, need)
    return candidate


def _weaker(s: Independence) -> Iterator[Independence]:
    for x, y in ((s.x, s.y), (s.y, s.x)):
        for name in sorted(x):
            if len(x) > 1:
                yield Independence.create(x - {name}, y, s.z)
                yield Independence.create(x - {name}, y, s.z | {name})


def _suggestion(
    context: Context, scope: Names, found: Independence, need: Independence
) -> Suggestion:
    proved = context.theory(scope, found).prove(need)
    if proved is None:
        raise LpcError("the closure says yes and no proof was found")
    sides = sorted((found.x, found.y), key=lambda side: bool(side & (need.x | need.y)))
    text = f"{context.show(sides[0])} ⊥ {context.show(sides[1])}"
    text += f" | {context.show(found.z)}" if found.z else ""
    return Suggestion(text, found, present(context, scope, (proved,)))
