"""The engines in order."""

from __future__ import annotations

from collections.abc import Callable, Generator

from lpc.search.limits import Tick, TimeUp, unlimited
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


def find_countermodel(problem: Problem, tick: Tick = unlimited) -> tuple[Found | None, str]:
    """The first verified model, and what was tried.

    The second part names the engine that found it; when nothing was found, it says in words
    which engines looked and within which bounds. It never means that there is no model.

    >>> from lpc.logic import Independence
    >>> x_y, x_w = Independence.create("X", "Y"), Independence.create("X", "W")
    >>> both = Independence.create("X", "YW")
    >>> found, engine = find_countermodel(Problem(tuple("XYW"), (x_y, x_w), (both,)))
    >>> engine, [outcome for outcome, _ in found.model.support]
    ('linear', [(0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 1, 0)])
    """
    tried: list[str] = []
    for name, engine in ENGINES.items():
        try:
            found = next(search := engine(problem, tick))
        except StopIteration as end:
            tried.append(f"{name}: {end.value}")
        except TimeUp as error:
            tried.append(f"{name}: {error}")
            break
        else:
            search.close()
            return found, name
    return None, "; ".join(tried)
