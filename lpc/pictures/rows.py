"""The rows of a countermodel: values with their weights, those where it breaks marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lpc.logic import LpcError
from lpc.pictures.captions import caption
from lpc.pictures.labels import Label, formula, name, prose, width
from lpc.pictures.scene import SIZE, Line, Picture, Polygon, Role, Shape, Text, bounds, framed
from lpc.report.results import Broken, Countermodel, Item, Names

ROW = 24.0
PAD = 13.0
MAX_ROWS = 32

_ONE = re.compile(r"P\(([^()|]*(?:\([^()]*\)[^()|]*)*)(?:\|(.*))?\)")
_VALUE = re.compile(r"([^\s,=]+) = (\([^()]*\)|[^,()]+)")


def rows_picture(item: Item) -> Picture:
    """The table of the model that refutes a step.

    Raises: LpcError when no model does.
    """
    model = item.model
    if model is None:
        raise LpcError("no model refutes this step: it is " + item.verdict.value)
    event, given = ({}, {}) if model.broken is None else condition(model.broken.left)
    marks = [
        _mark(dict(zip(model.variables, row, strict=True)), event, given)
        for row, _ in model.outcomes
    ]
    order = sorted(range(len(marks)), key=lambda k: _RANK[marks[k]])[:MAX_ROWS]
    table = [(model.outcomes[k], marks[k]) for k in sorted(order)]
    shapes = [*_table(model.variables, table)]
    left, _, right, bottom = bounds(shapes)
    left_out = len(marks) - len(table)
    lines = [*_said(item, model, left_out, Role.MARKED in marks)]
    shapes += caption(lines, left, bottom + 14, right - left)
    title = f"A model that breaks {item.label or item.name or item.statement}"
    description = " ".join(
        ", ".join(f"{n} = {v}" for n, v in zip(model.variables, row, strict=True)) + f": {weight}."
        for (row, weight), _ in table
    )
    return framed("model", title, description, shapes)


_RANK = {Role.MARKED: 0, Role.CONDITION: 1, Role.INK: 2}


def condition(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The values left and right of the bar of P(A = 1 | b = 0); nothing for other expressions.

    >>> condition("P(A = 1 | b = 0, λ = (0, 1))")
    ({'A': '1'}, {'b': '0', 'λ': '(0, 1)'})
    >>> condition("S")
    ({}, {})
    """
    found = _ONE.fullmatch(text.strip())
    if found is None:
        return {}, {}
    sides = (found.group(1) or "", found.group(2) or "")
    event, given = ({n: v.strip() for n, v in _VALUE.findall(side)} for side in sides)
    return event, given


def _mark(row: Mapping[str, str], event: Mapping[str, str], given: Mapping[str, str]) -> Role:
    """A row counts only when the columns decide it."""
    if not event or not {*event, *given} <= set(row):
        return Role.INK
    if any(row[n] != v for n, v in given.items()):
        return Role.INK
    return Role.MARKED if all(row[n] == v for n, v in event.items()) else Role.CONDITION


def _table(variables: Names, table: list[tuple[tuple[Names, str], Role]]) -> Iterator[Shape]:
    columns = [name(v) for v in variables] + [prose("weight")]
    cells = [[formula(v) for v in row] + [formula(weight)] for (row, weight), _ in table]
    wide = [
        max(width(line[k], SIZE) for line in [columns, *cells]) + 2 * PAD
        for k in range(len(columns))
    ]
    total = sum(wide)
    for k, (_, mark) in enumerate(table):
        if mark is not Role.INK:
            y = (k + 1) * ROW + 5
            yield Polygon(((0, y), (total, y), (total, y + ROW), (0, y + ROW)), mark)
    top, bottom = 5.0, (len(table) + 1) * ROW + 5
    for height in (top, ROW + 5, bottom):
        yield Line(((0, height), (total, height)), Role.BAR)
    yield Line(((total - wide[-1], top), (total - wide[-1], bottom)), Role.LEADER)
    for k, line in enumerate([columns, *cells]):
        x, y = 0.0, (k + 1) * ROW - 2
        for label, room in zip(line, wide, strict=True):
            yield Text(label, (x + room / 2, y), Role.INK)
            x += room


def _said(
    item: Item, model: Countermodel, left_out: int, marked: bool
) -> Iterator[tuple[Label, Role]]:
    if left_out:
        yield prose(f"and {left_out} more rows"), Role.FAINT
    if item.scope:
        yield (*prose("obeys "), *formula(", ".join(item.scope))), Role.INK
    goal = item.statement.split(" entail ")[-1]
    yield (*prose("breaks "), *formula(goal)), Role.INK
    if model.broken is not None:
        yield from _broken(model.broken, marked)


def _broken(broken: Broken, marked: bool) -> Iterator[tuple[Label, Role]]:
    yield formula(f"{broken.left} = {broken.left_value}"), Role.BAD
    bound = broken.right == broken.right_value
    other = broken.right if bound else f"{broken.right} = {broken.right_value}"
    yield (*prose("against " if bound else "but "), *formula(other)), Role.BAD
    if marked:
        yield prose("shaded: the rows of the condition; in red those of the event"), Role.FAINT
