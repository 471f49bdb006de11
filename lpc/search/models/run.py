"""The engines in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lpc.search.limits import Tick, TimeUp, unlimited
from lpc.search.models import linear
from lpc.search.models.problem import Found, Problem

Engine = Callable[[Problem, Tick], Iterator[Found]]

ENGINES: dict[str, Engine] = {"linear": linear.search}


def find_countermodel(problem: Problem, tick: Tick = unlimited) -> tuple[Found | None, str]:
    """The first verified model, and what was tried.

    The second part says in words which engines looked and within which bounds; it is what a
    report prints when nothing was found.
    """
    tried: list[str] = []
    for name, engine in ENGINES.items():
        tried.append(name)
        try:
            found = next(engine(problem, tick), None)
        except TimeUp as error:
            return None, f"{', '.join(tried)}: {error}"
        if found is not None:
            return found, name
    return None, ", ".join(tried)
