"""Which combinations of assumptions can hold and fail together.

Every cell of the table says which of the chosen names hold and which fail. It is filled with
a verified model, or it is empty because those that hold entail one that is to fail, with the
proof; where neither is found it is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from lpc.checker.context import Context
from lpc.checker.countermodel import pose, tell
from lpc.checker.evidence import find_evidence
from lpc.language.document import Document
from lpc.logic import LpcError, Statement
from lpc.report.results import Cell, Table
from lpc.search.closure import TooManyVariables
from lpc.search.limits import Stopwatch, TimeUp
from lpc.search.models import Problem, find_countermodel

Names = tuple[str, ...]

MAX_NAMES = 6
MAX_TARGETS = 24


def independence_table(
    document: Document, names: Names, given: Names = (), *, timeout: float | None = 20.0
) -> Table:
    """The table for `names`, with `given` assumed in every cell.

    Raises: LpcError for an unknown name, a name in both lists, or more than 6 names.

    >>> import lpc
    >>> document = lpc.parse("variables { A ; B }; assume I : A _||_ B ; assume D : A determined by B")
    >>> [(c.holds, c.fails, c.model is not None) for c in independence_table(document, ("I", "D")).cells]
    [(('I', 'D'), (), True), (('I',), ('D',), True), (('D',), ('I',), True), ((), ('I', 'D'), True)]
    """
    context = Context(document, Stopwatch(timeout))
    for name in (*names, *given):
        if name not in context.formulas:
            raise LpcError(f"there is no assumption or definition {name!r}")
    if set(names) & set(given):
        raise LpcError("a name is either varied or given, not both")
    if not 0 < len(names) <= MAX_NAMES:
        raise LpcError(f"choose between 1 and {MAX_NAMES} names, not {len(names)}")
    cells = []
    for pattern in product((True, False), repeat=len(names)):
        holds = tuple(n for n, value in zip(names, pattern, strict=True) if value)
        fails = tuple(n for n in names if n not in holds)
        context.watch.start()
        try:
            cells.append(_cell(context, given, holds, fails))
        except (TimeUp, TooManyVariables) as error:
            cells.append(Cell(holds, fails, None, None, str(error)))
    return Table(document.path, names, given, tuple(cells))


def _cell(context: Context, given: Names, holds: Names, fails: Names) -> Cell:
    scope = (*given, *holds)
    for name in fails:
        evidence = find_evidence(context, scope, context.statements(name))
        if evidence is not None:
            return Cell(holds, fails, None, evidence, f"{', '.join(scope) or 'logic'} entail {name}")
    tried = ""
    for goal, also in islice(_targets(context, fails), MAX_TARGETS):
        found, tried = find_countermodel(_problem(context, scope, goal, also), context.watch.tick)
        if found is not None:
            return Cell(holds, fails, tell(context, scope, found), None, "")
    return Cell(holds, fails, None, None, f"no proof and no model found ({tried})")


def _targets(
    context: Context, fails: Names
) -> Iterator[tuple[tuple[Statement, ...], tuple[Statement, ...]]]:
    """One statement to break for each name that fails; the first name may break any of its own."""
    if not fails:
        yield (), ()
        return
    first, *rest = (context.statements(name) for name in fails)
    for chosen in product(*rest):
        yield first, chosen


def _problem(
    context: Context, scope: Names, goals: tuple[Statement, ...], also: tuple[Statement, ...]
) -> Problem:
    posed = pose(context, scope, (*goals, *also))
    return Problem(
        posed.variables,
        posed.premises,
        goals,
        posed.alphabets,
        posed.parents,
        posed.latents,
        also,
    )


