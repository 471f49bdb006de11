"""What is asked of an engine, and the check that any answer must pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lpc.kernel.models import FiniteModel
from lpc.logic import Statement

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Find a model in which every premise holds and at least one goal fails.

    `variables` are in causal order where a graph is known: `parents` then gives for each
    variable what it may be a function of. Latents are variables like any other. `alphabets`
    holds the values of variables that declare them.
    """

    variables: tuple[str, ...]
    premises: tuple[Statement, ...]
    goals: tuple[Statement, ...]
    alphabets: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, ...]] | None = None
    latents: Atoms = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A verified model, the goal that fails in it, and the engine that met it."""

    model: FiniteModel
    broken: Statement
    engine: str


def verified(problem: Problem, model: FiniteModel, engine: str) -> Found | None:
    """The kernel's word on a candidate: every premise holds and some goal fails."""
    if not all(model.holds(premise) for premise in problem.premises):
        return None
    broken = next((goal for goal in problem.goals if not model.holds(goal)), None)
    return None if broken is None else Found(model, broken, engine)
