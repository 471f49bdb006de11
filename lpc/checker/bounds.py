"""`lpc bound`: the local, quantum and algebraic maximum of a quantity of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lpc.checker.context import Context
from lpc.checker.parties import parties_of
from lpc.exact import Number, NumberError
from lpc.kernel.behaviours import Form, ReadingError, read
from lpc.kernel.evaluate import shown
from lpc.language.document import Document
from lpc.logic.effort import EFFORT, Effort, Tick
from lpc.report.bounds import Bound, Bounds
from lpc.search.bounds import (
    Party,
    Strategy,
    Table,
    algebraic_maximum,
    coefficients,
    correlators,
    count_strategies,
    local_maximum,
    quantum_maximum,
    value_of,
)

CHSH = (
    "proved: in quantum theory E(x, y) is an inner product of vectors u_x, v_y of length at most 1 "
    "(Tsirelson 1980); for given u_0, u_1 the best v_y give the sum over y of the lengths "
    "|c_0y u_0 + c_1y u_1|, a concave function of u_0·u_1, largest at"
)
ONLY_CORRELATORS = (
    "proved here only for sums of c_xy E(x, y) with two parties, two settings each, results -1, +1"
)


def read_quantity(
    context: Context, name: str, told: Iterable[tuple[str, str]] = ()
) -> tuple[tuple[Form, ...], tuple[Party, ...], tuple[Table, ...]]:
    """The linear forms of a quantity, the parties, and the forms by party.

    Raises: ReadingError, EvaluationError.
    """
    document = context.document
    if name not in document.quantities:
        known = ", ".join(document.quantities) or "none"
        raise ReadingError(f"the file has no quantity {name}; it has: {known}")
    forms = read(name, document.quantities, context.alphabets, document.composites)
    parties = parties_of(context, forms, told)
    return forms, parties, tuple(coefficients(form, parties) for form in forms)


def bounds(
    document: Document,
    name: str,
    told: Iterable[tuple[str, str]] = (),
    *,
    effort: int | None = EFFORT,
    timeout: float | None = None,
) -> Bounds:
    """The maxima of a quantity, each with the strategy that reaches it.

    Raises: ReadingError, EvaluationError, LimitReached.
    """
    context = Context(document, Effort(effort, timeout))
    forms, parties, tables = read_quantity(context, name, told)
    return Bounds(
        document.path,
        name,
        tuple((p.result, p.setting) for p in parties),
        count_strategies(parties),
        len(forms),
        _local(forms, parties, tables, context.effort.tick),
        quantum(forms, parties, tables),
        _algebraic(forms, parties, tables, context.effort.tick),
    )


def _local(
    forms: Sequence[Form], parties: tuple[Party, ...], tables: Sequence[Table], tick: Tick
) -> Bound:
    best: tuple[Number, Strategy] | None = None
    for form, table in zip(forms, tables, strict=True):
        _, strategy = local_maximum(table, parties, tick)
        value = form.constant + value_of(table, parties, strategy)
        if best is None or value > best[0]:
            best = value, strategy
    if best is None:
        raise TypeError("a quantity has at least one form")
    count = count_strategies(parties)
    argument = (
        f"proved: a local behaviour is a mixture of the {count} deterministic strategies, and the "
        "largest value of these is"
    )
    return Bound(best[0], told_strategy(parties, best[1]), f"{argument} {shown(best[0])}, by")


def told_strategy(parties: tuple[Party, ...], strategy: Strategy) -> tuple[str, ...]:
    """What each party answers, in words."""
    return tuple(
        f"{party.result} = {told_answers(party, answers)}"
        for party, answers in zip(parties, strategy, strict=True)
    )


def told_point(names: Sequence[str], values: Sequence[Any]) -> str:
    """Names with their values."""
    return ", ".join(f"{n} = {shown(v)}" for n, v in zip(names, values, strict=True))


def told_answers(party: Party, answers: Sequence[Any]) -> str:
    """A result as a function of its setting."""
    if len(set(answers)) == 1:
        return shown(answers[0])
    cases = zip(answers, party.settings, strict=True)
    return ", ".join(f"{shown(r)} if {party.setting} = {shown(x)}" for r, x in cases)


def _algebraic(
    forms: Sequence[Form], parties: tuple[Party, ...], tables: Sequence[Table], tick: Tick
) -> Bound:
    best: tuple[Number, Any] | None = None
    for form, table in zip(forms, tables, strict=True):
        found = algebraic_maximum(table, parties, tick)
        if found is None:
            return Bound(None, (), "a probability leaves the setting of some party open")
        value = form.constant + found[0]
        if best is None or value > best[0]:
            best = value, found[1]
    if best is None:
        raise TypeError("a quantity has at least one form")
    settings, results = [p.setting for p in parties], [p.result for p in parties]
    rows = tuple(
        f"at {told_point(settings, given)}: {told_point(results, outcome)}"
        for given, outcome in best[1]
    )
    argument = "proved: over all P(results | settings), at each setting the best results, by"
    return Bound(best[0], rows, argument)


def quantum(forms: Sequence[Form], parties: tuple[Party, ...], tables: Sequence[Table]) -> Bound:
    """The quantum maximum where the closed form for correlators applies."""
    best: tuple[Number, Number, Mapping[Any, Number]] | None = None
    for form, table in zip(forms, tables, strict=True):
        factors = correlators(table, parties)
        if factors is None:
            return Bound(None, (), ONLY_CORRELATORS)
        try:
            value, cosine = quantum_maximum(factors)
        except NumberError as problem:
            return Bound(None, (), f"beyond exact arithmetic: {problem.reason}")
        value += form.constant + factors[()]
        if best is None or value > best[0]:
            best = value, cosine, factors
    if best is None:
        raise TypeError("a quantity has at least one form")
    value, cosine, factors = best
    one, two = parties
    first, second = one.settings
    at_first, at_second = (
        f"u_{k} at {one.setting} = {shown(x)}" for k, x in enumerate(one.settings)
    )
    rows = [
        "a singlet, for which E(x, y) = -u_x·v_y, and spins along u_x and v_y in one plane",
        f"{at_first} and {at_second} with u_0·u_1 = {shown(cosine)}",
    ]
    for y in two.settings:
        combined = f"({shown(factors[first, y])}) u_0 + ({shown(factors[second, y])}) u_1"
        rows.append(f"v at {two.setting} = {shown(y)} opposite to {combined}")
    return Bound(value, tuple(rows), f"{CHSH} u_0·u_1 = {shown(cosine)}; reached by")
