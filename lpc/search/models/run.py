"""The engines in order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping

from lpc.logic.effort import LimitReached, Tick, unlimited
from lpc.search.models import functional, graph, linear, solver
from lpc.search.models.problem import Found, Problem

Engine = Callable[[Problem, Tick], Generator[Found, None, str]]
"""Yields verified models; returns in words within which bounds it looked."""

ENGINES: dict[str, Engine] = {
    "linear": linear.search,
    "graph": graph.search,
    "functional": functional.search,
    "solver": solver.search,
}


MAX_REFUSED = 60
"""So many models of one engine may be refused by `Problem.admits` before the next is asked."""


def find_countermodel(
    problem: Problem,
    tick: Tick = unlimited,
    *,
    engines: Mapping[str, Engine] = ENGINES,
    each: Callable[[], Tick] | None = None,
) -> tuple[Found | None, str]:
    """The first verified model that is admitted, and what was tried.

    `tick` ends the search as a whole; `each` makes one for every engine, which ends that engine
    alone. The second part of the result names the engine that found it; when nothing was found, it
    says in words which engines looked and within which bounds, never that there is no model.

    >>> from lpc.logic import Independence
    >>> x_y, x_w = Independence.create("X", "Y"), Independence.create("X", "W")
    >>> both = Independence.create("X", "YW")
    >>> found, engine = find_countermodel(Problem(tuple("XYW"), (x_y, x_w), (both,)))
    >>> engine, [outcome for outcome, _ in found.model.support]
    ('linear', [(0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 1, 0)])
    """
    tried: list[str] = []
    for name, engine in engines.items():
        try:
            found, bounds = _admitted(problem, engine(problem, each() if each else tick))
        except LimitReached as error:
            tried.append(f"{name}: {error}")
            if each is None:
                break
            continue
        if found is not None:
            return found, name
        tried.append(f"{name}: {bounds}")
    return None, "; ".join(tried)


def _admitted(problem: Problem, search: Generator[Found, None, str]) -> tuple[Found | None, str]:
    """The first model of an engine that is admitted, or within which bounds there was none."""
    refused: dict[object, None] = {}
    while True:
        try:
            found = next(search)
        except StopIteration as end:
            rest = f", {len(refused)} without a circuit" if refused else ""
            return None, f"{end.value}{rest}"
        if problem.admits is None or problem.admits(found.model):
            search.close()
            return found, ""
        refused[found.model.support] = None
        if len(refused) >= MAX_REFUSED:
            search.close()
            return None, f"{len(refused)} models, none with a circuit"
