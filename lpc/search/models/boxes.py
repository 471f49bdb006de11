"""Models that give a linear form a large value: settings at will, outcomes by a table.

The settings are uniform and independent, two fair bits r and s stand beside them. The outcomes
are functions of all the settings, the best for the form or the best local ones, and perhaps all
turned over together when r = 1. Every other variable is tried as a small tuple of these
functions, of s, and of s added to a setting, until all premises hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import Any

from lpc.exact import Number
from lpc.kernel.forms import LinearForm
from lpc.kernel.inequalities import Vertex
from lpc.kernel.models import FiniteModel
from lpc.logic import Independence
from lpc.logic.effort import Tick

Value = Any
Column = tuple[Value, ...]
Point = dict[str, Value]

MAX_POINTS = 128
MAX_ROWS = 512
MAX_OUTCOMES = 512
MAX_NODES = 60_000


@dataclass(frozen=True, slots=True)
class Box:
    """Columns of values at equally likely points, by variable, and features for the others."""

    columns: Mapping[str, Column]
    features: tuple[Column, ...]


def boxes(
    form: LinearForm, alphabets: Mapping[str, tuple[Value, ...]], best: Sequence[Vertex]
) -> Iterator[Box]:
    """Boxes to start from: the best local strategies first, then the best of all."""
    points = _points(form, alphabets)
    if not points:
        return
    for vertex in best:
        yield _box(form, alphabets, points, _local_table(form, vertex, points), False)
    tables = [_best_table(form, alphabets, points, order) for order in (1, -1)]
    tables += [_local_table(form, vertex, points) for vertex in best]
    for turned in (False, True):
        for table in tables:
            yield _box(form, alphabets, points, table, turned)


def local_box(
    form: LinearForm, alphabets: Mapping[str, tuple[Value, ...]], mixed: Sequence[Vertex]
) -> Box | None:
    """A box of several local strategies, all equally likely."""
    points = _points(form, alphabets)
    if not points or len(points) * len(mixed) > MAX_ROWS:
        return None
    tables = [_local_table(form, vertex, points) for vertex in mixed]
    rows = [
        (point, table[at], k) for at, point in enumerate(points) for k, table in enumerate(tables)
    ]
    return box_of(form, alphabets, rows)


def _points(form: LinearForm, alphabets: Mapping[str, tuple[Value, ...]]) -> list[Point]:
    """All choices of settings; none where they are too many or an outcome declares no values."""
    values = settings_values(form, alphabets)
    if any(name not in alphabets for name in form.outcomes):
        return []
    points = prod(len(v) for v in values.values())
    if points > MAX_POINTS or prod(len(alphabets[n]) for n in form.outcomes) > MAX_OUTCOMES:
        return []
    return [dict(zip(values, one, strict=True)) for one in product(*values.values())]


def settings_values(
    form: LinearForm, alphabets: Mapping[str, tuple[Value, ...]]
) -> dict[str, tuple[Value, ...]]:
    """The values of the settings: declared, or else those that the form mentions."""
    found = {}
    for name in form.settings:
        seen = {v for _, (_, given) in form.terms for n, v in given if n == name}
        found[name] = alphabets.get(name) or tuple(sorted(seen, key=repr))
    return found


def _local_table(form: LinearForm, vertex: Vertex, points: list[Point]) -> list[Point]:
    """The outcomes of a strategy at each point; where it says nothing of one, any that it has."""
    table: list[Point] = []
    for point in points:
        row: Point = {}
        for name, own, value in vertex.strategy:
            if all(point.get(n, v) == v for n, v in own):
                row.setdefault(name, value)
        for name, _, value in vertex.strategy:
            row.setdefault(name, value)
        table.append(row)
    return table


def _best_table(
    form: LinearForm,
    alphabets: Mapping[str, tuple[Value, ...]],
    points: list[Point],
    order: int,
) -> list[Point]:
    """The best outcomes at each point; among equals the first or the last outcome stays put."""
    names = form.outcomes[::order]
    every = [dict(zip(names, v, strict=True)) for v in product(*(alphabets[n] for n in names))]

    def value(row: Point, point: Point) -> Number:
        total: Number = Fraction(0)
        for coefficient, (event, given) in form.terms:
            at = all(point.get(n, v) == v for n, v in given)
            if at and all(row[n] == v for n, v in event):
                open_ = len(set(point) - {n for n, _ in given})
                total += coefficient * Fraction(1, 2**open_)
        return total

    return [max(every, key=lambda row, p=point: value(row, p)) for point in points]  # type: ignore[misc]


def _box(
    form: LinearForm,
    alphabets: Mapping[str, tuple[Value, ...]],
    points: list[Point],
    table: list[Point],
    turned: bool,
) -> Box:
    """A box of one outcome at each point, or of two where a fair bit turns all outcomes over."""

    def over(row: Point) -> Point:
        letters = {n: alphabets[n] for n in form.outcomes}
        return {n: letters[n][-1 - letters[n].index(row[n])] for n in form.outcomes}

    rows = [
        (point, over(row) if k else row, k)
        for point, row in zip(points, table, strict=True)
        for k in range(1 + turned)
    ]
    plain = [tuple(row[n] for row in table for _ in range(1 + turned)) for n in form.outcomes]
    return box_of(form, alphabets, rows, plain if turned else ())


def box_of(
    form: LinearForm,
    alphabets: Mapping[str, tuple[Value, ...]],
    rows: Sequence[tuple[Point, Point, int]],
    more: Iterable[Column] = (),
) -> Box:
    """A box from equally likely rows: settings, outcomes, and the number of the row there.

    The features are the settings, the numbers, the outcomes, a fair bit s, and s added to
    settings. Args: `more`, further features. Where rows are many, s is left out.
    """
    bits = (0, 1) if 2 * len(rows) <= MAX_POINTS else (0,)
    doubled = [(*row, s) for row in rows for s in bits]

    def column(values: Iterable[Value]) -> Column:
        return tuple(v for v in values for _ in bits)

    columns: dict[str, Column] = {n: column(p[n] for p, *_ in rows) for n in form.settings}
    columns |= {n: column(row[n] for _, row, _ in rows) for n in form.outcomes}
    constants = {n: (v,) * len(doubled) for n, v in form.context.items()}
    s_bit = tuple(s for *_, s in doubled)
    settings = [columns[n] for n in form.settings]
    features: list[Column] = [(0,) * len(doubled), *settings]
    features.append(column(k for *_, k in rows))
    features += [columns[n] for n in form.outcomes]
    features += [column(one) for one in more]
    features += [s_bit, tuple(zip(*settings, strict=True)) if settings else s_bit]
    for one in settings:
        letters = tuple(dict.fromkeys(one))
        if len(letters) == 2:
            pairs = zip(one, s_bit, strict=True)
            features.append(tuple((letters.index(v) + s) % 2 for v, s in pairs))
    return Box(columns | constants, _distinct(features))


def _distinct(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that tell points apart in different ways."""
    first: dict[tuple[int, ...], Column] = {}
    for column in columns:
        first.setdefault(_pattern(column), column)
    return tuple(first.values())


def _pattern(column: Column) -> tuple[int, ...]:
    first: dict[Value, int] = {}
    return tuple(first.setdefault(v, len(first)) for v in column)


def filled(
    box: Box,
    others: Sequence[str],
    facts: Sequence[Independence],
    alphabets: Mapping[str, tuple[Value, ...]],
    most: int,
    tick: Tick,
) -> Iterator[FiniteModel]:
    """The box with the other variables given values so that all facts hold, in every way.

    Args: `most`, how many of the others may vary.
    """
    pool = box.features[:1]
    if most:
        pairs = [tuple(zip(a, b, strict=True)) for a, b in combinations(box.features[1:], 2)]
        pool = _distinct([*box.features, *pairs])
    names = (*box.columns, *others)
    due: dict[int, list[Independence]] = {}
    for fact in facts:
        atoms = fact.x | fact.y | fact.z
        if atoms <= set(names):
            due.setdefault(max(names.index(n) for n in atoms), []).append(fact)
    search = _Search(names, pool, due, alphabets, tick)
    search.chosen = {name: (column, _pattern(column)) for name, column in box.columns.items()}
    count = len(box.columns)
    if all(search.holds(f) for k, some in due.items() if k < count for f in some):
        for columns in search.run(count, most):
            size = len(box.features[0])
            rows = [tuple(columns[n][k] for n in names) for k in range(size)]
            known = {n: alphabets[n] for n in names if n in alphabets}
            yield FiniteModel.create(names, [(row, Fraction(1, size)) for row in rows], known)


@dataclass(slots=True)
class _Search:
    """Columns chosen one variable after the other; facts are tested as soon as they can be."""

    names: tuple[str, ...]
    pool: Sequence[Column]
    due: Mapping[int, list[Independence]]
    alphabets: Mapping[str, tuple[Value, ...]]
    tick: Tick
    budget: int = MAX_NODES
    chosen: dict[str, tuple[Column, tuple[int, ...]]] = field(default_factory=dict)
    _known: dict[tuple[object, ...], bool] = field(default_factory=dict)

    def run(self, k: int, most: int) -> Iterator[dict[str, Column]]:
        """Every choice for the variables from place k on; `most` of them may vary."""
        if k == len(self.names):
            yield {name: column for name, (column, _) in self.chosen.items()}
            return
        name = self.names[k]
        for column in self.pool if most else self.pool[:1]:
            if self.budget <= 0:
                return
            self.budget -= 1
            self.tick()
            fitted = _fitted(column, self.alphabets.get(name))
            if fitted is None:
                continue
            pattern = _pattern(column)
            self.chosen[name] = fitted, pattern
            if all(map(self.holds, self.due.get(k, ()))):
                yield from self.run(k + 1, most - (max(pattern) > 0))
            del self.chosen[name]

    def holds(self, fact: Independence) -> bool:
        """Whether a fact is true of the columns chosen so far."""
        atoms = sorted(fact.x | fact.y | fact.z)
        key = (id(fact), *(self.chosen[n][1] for n in atoms))
        if key not in self._known:
            columns = {n: self.chosen[n][1] for n in atoms}
            self._known[key] = _holds(fact, columns)
        return self._known[key]


def _fitted(column: Column, alphabet: tuple[Value, ...] | None) -> Column | None:
    """The column in the letters of an alphabet, where there is one and it is large enough."""
    if alphabet is None:
        return column
    pattern = _pattern(column)
    return None if max(pattern) >= len(alphabet) else tuple(alphabet[i] for i in pattern)


def _holds(fact: Independence, columns: Mapping[str, tuple[int, ...]]) -> bool:
    """X ⊥ Y | Z over equally likely points."""
    x, y, z = (
        list(zip(*(columns[n] for n in sorted(side)), strict=True))
        for side in (fact.x, fact.y, fact.z)
    )
    z = z or [()] * len(x)
    xyz: dict[Any, int] = {}
    xz: dict[Any, int] = {}
    yz: dict[Any, int] = {}
    only: dict[Any, int] = {}
    for one, two, given in zip(x, y, z, strict=True):
        for table, key in (
            (xyz, (one, two, given)),
            (xz, (one, given)),
            (yz, (two, given)),
            (only, given),
        ):
            table[key] = table.get(key, 0) + 1
    firsts: dict[Any, list[Any]] = {}
    for two, given in yz:
        firsts.setdefault(given, []).append(two)
    return all(
        xyz.get((one, two, given), 0) * only[given] == weight * yz[two, given]
        for (one, given), weight in xz.items()
        for two in firsts[given]
    )
