"""Which combinations of assumptions can hold and fail together.

Every cell of the table says which of the chosen names hold and which fail. It is filled with
a verified model, or it is empty because those that hold entail one that is to fail, with the
proof; where neither is found it is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, product
from math import prod

from lpc.checker.consequences import break_a_bound, breakable
from lpc.checker.context import Context
from lpc.checker.countermodel import find_model, pose, tell
from lpc.checker.evidence import find_evidence
from lpc.kernel.models import FiniteModel
from lpc.language.document import Document
from lpc.logic import LpcError, Statement
from lpc.logic.effort import EFFORT, Effort, LimitReached
from lpc.report.results import Cell, Table
from lpc.search.closure import TooManyVariables
from lpc.search.models import Problem
from lpc.search.models.constraints import all_broken_down

Names = tuple[str, ...]

MAX_NAMES = 6
MAX_TARGETS = 24
MAX_OUTCOMES = 4096


def independence_table(
    document: Document,
    names: Names,
    given: Names = (),
    *,
    effort: int | None = EFFORT,
    timeout: float | None = None,
) -> Table:
    """The table for `names`, with `given` assumed in every cell.

    Raises: LpcError for an unknown name, a name in both lists, or more than 6 names.

    >>> import lpc
    >>> text = "variables { A ; B ; C }; assume I : A _||_ B ; assume J : A _||_ B, C"
    >>> document = lpc.parse(text)
    >>> table = independence_table(document, ("I", "J"))
    >>> [(c.holds, c.fails, c.model is not None) for c in table.cells[:3]]
    [(('I', 'J'), (), True), (('I',), ('J',), True), (('J',), ('I',), False)]
    """
    context = Context(document, Effort(effort, timeout))
    for name in (*names, *given):
        if name not in context.formulas:
            raise LpcError(f"there is no assumption or definition {name!r}")
    if set(names) & set(given):
        raise LpcError("a name is either varied or given, not both")
    if not 0 < len(names) <= MAX_NAMES:
        some = " ".join(names[:3] or tuple(context.formulas)[:3])
        raise LpcError(
            f"{len(names)} names make too many combinations (or none); choose 1 to {MAX_NAMES} of "
            f"{', '.join(context.formulas)}, as in: lpc independence FILE {some}"
        )
    cells = []
    for pattern in product((True, False), repeat=len(names)):
        holds = tuple(n for n, value in zip(names, pattern, strict=True) if value)
        fails = tuple(n for n in names if n not in holds)
        context.start()
        try:
            cells.append(_cell(context, given, holds, fails))
        except (LimitReached, TooManyVariables) as error:
            cells.append(Cell(holds, fails, None, None, str(error)))
    return Table(document.path, names, given, tuple(cells))


def _cell(context: Context, given: Names, holds: Names, fails: Names) -> Cell:
    scope = (*given, *holds)
    for name in fails:
        formula = context.formulas[name].formula
        statements = context.statements(name)
        for needs in context.sufficient(statements, scope, formula=formula)[:1]:
            evidence = find_evidence(context, needs, statements)
            if evidence is not None:
                reason = f"{', '.join(needs) or 'the calculus'} entail {name}"
                return Cell(holds, fails, None, evidence, reason)
    if not fails:
        return _jointly(context, scope, holds)
    tried = ""
    for goal, also in islice(_targets(context, scope, fails), MAX_TARGETS):
        found, tried = find_model(context, scope, goal, also=also)
        if found is not None:
            model = tell(context, scope, found.model, found.broken, found.engine)
            return Cell(holds, fails, model, None, "")
    if len(fails) == 1 and context.says_local_causality(context.formulas[fails[0]].formula):
        broken = break_a_bound(context, scope)
        if broken is not None:
            return Cell(holds, fails, broken, None, "")
    return Cell(holds, fails, None, None, f"no proof and no model found ({tried})")


def _jointly(context: Context, scope: Names, holds: Names) -> Cell:
    """All at once: nothing happens at all, or everything does, each independent of the rest."""
    problem = pose(context, scope, (), drawn=False)
    for everything in (False, True):
        model = _plain(problem, everything)
        admitted = problem.admits is None or (model is not None and problem.admits(model))
        if model is not None and admitted and all(map(model.holds, problem.premises)):
            return Cell(holds, (), tell(context, scope, model, None, "constant"), None, "")
    return Cell(holds, (), None, None, "neither constants nor independent variables do it")


def _plain(problem: Problem, everything: bool) -> FiniteModel | None:
    alphabets = [problem.alphabets.get(name, (0, 1)) for name in problem.variables]
    values = [alphabet if everything else alphabet[:1] for alphabet in alphabets]
    count = prod(map(len, values))
    if count > MAX_OUTCOMES:
        return None
    weights = ((outcome, Fraction(1, count)) for outcome in product(*values))
    return FiniteModel.create(problem.variables, weights, dict(problem.alphabets))


def _targets(
    context: Context, scope: Names, fails: Names
) -> Iterator[tuple[tuple[Statement, ...], tuple[Statement, ...]]]:
    """One statement to break for each name that fails; the first name may break any of its own."""
    breaking = (breakable(context, context.formulas[name].formula, scope) for name in fails)
    first, *rest = map(all_broken_down, breaking)
    for chosen in product(*rest):
        yield first, chosen
