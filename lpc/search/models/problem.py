"""What is asked of an engine, and the check that any answer must pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod

from lpc.kernel.models import FiniteModel, ModelError
from lpc.logic import Independence, Statement
from lpc.logic.statements import atoms_of as atoms_of

Atoms = frozenset[str]

MAX_POINTS = 50_000
"""The kernel goes through every joint value of an equation; larger questions are not asked."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Find a model in which every premise holds, at least one goal fails, and all of `also` do.

    `variables` are in causal order where a graph is known: `parents` then gives for each
    variable what it may be a function of. Latents are variables like any other. `alphabets`
    holds the values of variables that declare them. Where `breaks` is set it has the last word on
    whether a model breaks the goal, for what no statement says; and where `admits` is set, on
    whether it obeys what is assumed. The second may take long: it is asked of what engines yield.
    """

    variables: tuple[str, ...]
    premises: tuple[Statement, ...]
    goals: tuple[Statement, ...]
    alphabets: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, ...]] | None = None
    latents: Atoms = frozenset()
    also: tuple[Statement, ...] = ()
    breaks: Callable[[FiniteModel], bool] | None = field(default=None, compare=False)
    admits: Callable[[FiniteModel], bool] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A verified model, the goal that fails in it, and the engine that met it."""

    model: FiniteModel
    broken: Statement
    engine: str


def verified(problem: Problem, model: FiniteModel, engine: str) -> Found | None:
    """The kernel's word on a candidate: every premise holds and some goal fails.

    None also when the kernel would have to go through too many points: nothing is known then.
    """
    every = (*problem.premises, *problem.goals, *problem.also)
    if any(_points(model, s) > MAX_POINTS for s in every):
        return None
    try:
        if not all(model.holds(premise) for premise in problem.premises):
            return None
        if any(model.holds(statement) for statement in problem.also):
            return None
        if problem.breaks is not None and not problem.breaks(model):
            return None
        broken = next((goal for goal in problem.goals if not model.holds(goal)), None)
    except ModelError:
        return None
    return None if broken is None else Found(model, broken, engine)


def simplified(problem: Problem, found: Found) -> Found:
    """The same model with every variable made constant that the refutation does not need."""
    for k in range(len(problem.variables)):
        support = found.model.support
        fixed = support[0][0][k]
        if all(outcome[k] == fixed for outcome, _ in support):
            continue
        weights = [((*o[:k], fixed, *o[k + 1 :]), weight) for o, weight in support]
        model = FiniteModel.create(problem.variables, weights, dict(problem.alphabets))
        found = verified(problem, model, found.engine) or found
    return found


def _points(model: FiniteModel, statement: Statement) -> int:
    if isinstance(statement, Independence):
        return 0
    return prod(len(model.values(name)) for name in atoms_of(statement))
