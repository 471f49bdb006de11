"""What a model may break in order to break local causality, where no latent has a value.

Local causality in a causal graph says that latents have values with which the Markov condition
holds. A model that gives them none breaks that when it breaks something that follows for the
variables with values: an independence, or an inequality where all independences hold, as in a PR
box.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, product

from lpc.checker.breaking import refutation
from lpc.checker.context import Context
from lpc.checker.inequalities import InequalityClaim
from lpc.checker.locality import judge
from lpc.checker.membership import Hidden
from lpc.checker.violations import (
    contexts,
    grounds_of_locality,
    inequalities,
    proved,
    spoken_of,
    triples,
    value_node,
)
from lpc.exact import ONE, NumberError
from lpc.kernel.evaluate import shown
from lpc.kernel.forms import BoundError
from lpc.language.document import Inequality
from lpc.logic import Formula, Independence, Statement
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError
from lpc.report.results import Countermodel
from lpc.search.closure import TooManyVariables
from lpc.spacetime import d_separated

Names = tuple[str, ...]

MAX_CONSEQUENCES = 48
MAX_TRIPLES = 4_000
MAX_GAMES = 6


def breakable(context: Context, formula: Formula, scope: Names) -> tuple[Statement, ...]:
    """Statements of which a model need break only one to break the formula.

    Where local causality is part of it, independences that follow from it count too, as long as
    the scope does not entail them.
    """
    stated = context.breakable(formula)
    if not context.says_local_causality(formula) or context.document.graph is None:
        return stated
    try:
        more = tuple(islice(_independences(context, scope), MAX_CONSEQUENCES))
    except TooManyVariables:
        more = ()
    return tuple(dict.fromkeys((*stated, *more)))


def _independences(context: Context, scope: Names) -> Iterator[Independence]:
    """Independences of two variables that local causality entails, and the scope does not."""
    graph, known = context.document.graph, context.theory(scope)
    theory = context.theory((), *context.local_causality())
    for one, two, given in islice(triples(spoken_of(context)), MAX_TRIPLES):
        context.effort.tick()
        if graph is None or not d_separated(graph, (one,), (two,), given):
            continue
        statement = Independence.create({one}, {two}, given)
        if not known.proves(statement) and theory.prove(statement) is not None:
            yield statement


def break_a_bound(context: Context, scope: Names) -> Countermodel | None:
    """A model of the scope that breaks an inequality that local causality entails."""
    grounds = grounds_of_locality(context)
    for inequality in (*inequalities(context), *islice(_games(context), MAX_GAMES)):
        if not any(
            proved(wide, inequality, None, grounds.within(wide)) for wide in contexts(context)
        ):
            continue
        try:
            model, _ = refutation(InequalityClaim(context, inequality, scope))
        except (BoundError, EvaluationError, NumberError, TooManyVariables):
            continue
        if model is not None and judge(context, model.model).truth is False:
            return model
    return None


def _games(context: Context) -> Iterator[Inequality]:
    """For two results that share a latent, with settings of their own: how often are they equal,
    and different at the last choice of settings? Local strategies manage three times in four.
    """
    graph, alphabets = context.document.graph, context.alphabets
    if graph is None:
        return
    hidden = Hidden.create(graph, frozenset(graph.nodes) - graph.latents)
    pairs = dict.fromkeys(p for names in hidden.reach.values() for p in combinations(names, 2))
    for one, two in pairs:
        for x, y in product(hidden.sees[one], hidden.sees[two]):
            names = (one, two, x, y)
            if len(set(names)) == len(names) and all(len(alphabets.get(n, ())) > 1 for n in names):
                yield _game(context, one, two, x, y)


def _game(context: Context, one: str, two: str, x: str, y: str) -> Inequality:
    values = {n: context.alphabets[n][:2] for n in (one, two, x, y)}
    chances = []
    for (i, at), (j, to) in product(enumerate(values[x]), enumerate(values[y])):
        for k, result in enumerate(values[one]):
            other = values[two][k if i * j == 0 else 1 - k]
            told = ((one, result), (two, other), (x, at), (y, to))
            events = [e.Event(n, value_node(v)) for n, v in told]
            chances.append(e.Chance(tuple(events[:2]), tuple(events[2:])))
    total = e.Plus(tuple(("+", chance) for chance in chances))
    a, b = (f"{n} = {shown(values[n][1])}" for n in (x, y))
    text = f"P({one} and {two} agree) at each choice of settings, or disagree at {a}, {b}, in sum"
    return Inequality(total, "<=", e.Number(3 * ONE), (text, "3"))
