"""Writers for `lpc relax`: a maximum as a function of how far an assumption fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lpc.kernel.evaluate import Number, shown
from lpc.report.bounds import Names, with_decimals, wrapped


@dataclass(frozen=True, slots=True)
class Stretch:
    """A formula that holds from one M to another, and the strategy that reaches it."""

    start: Number
    end: Number
    law: str
    strategy: Names = ()


@dataclass(frozen=True, slots=True)
class Corner:
    """A strategy at one M."""

    m: Number
    value: Number
    strategy: Names


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the maximum reaches a value of interest."""

    name: str
    value: Number
    m: Number | None


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The largest value of a quantity by the measure M of dependence, 0 to 2.

    `points` are for the table; `fine` are for the plot.
    """

    file: str
    quantity: str
    assumptions: tuple[tuple[str, str], ...]
    measure: str
    family: str
    argument: str
    stretches: tuple[Stretch, ...]
    corners: tuple[Corner, ...]
    crossings: tuple[Crossing, ...]
    points: tuple[tuple[Number, Number], ...]
    fine: tuple[tuple[Number, Number], ...]


def render_relaxed(found: Relaxed) -> str:
    """The text report."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Relaxed) -> Iterator[str]:
    names = " and ".join(name for name, _ in found.assumptions)
    verb = "fails" if len(found.assumptions) == 1 else "fail"
    yield f"{found.file}: how large {found.quantity} can be when {names} {verb} by M"
    for name, text in found.assumptions:
        yield f"  {name}: {text}"
    for title, text in (
        ("M", found.measure),
        ("the maximum ranges over", found.family),
        ("argument", found.argument),
    ):
        yield ""
        yield f"{title}:"
        yield from wrapped(text)
    yield ""
    yield f"maximum of {found.quantity}:"
    laws = [(f"{shown(s.start)} <= M <= {shown(s.end)}", s.law) for s in found.stretches]
    wide = max(len(where) for where, _ in laws)
    yield from (f"  {where:<{wide}}   {law}" for where, law in laws)
    yield ""
    yield from _table(found)
    if found.crossings:
        yield ""
    for crossing in found.crossings:
        what = f"{crossing.name} maximum {shown(crossing.value)}"
        place = "is not reached" if crossing.m is None else f"at M = {with_decimals(crossing.m)}"
        yield f"{what}: {place}"
    for stretch in found.stretches:
        if stretch.strategy:
            yield ""
            yield f"reached for {shown(stretch.start)} <= M <= {shown(stretch.end)} by:"
            yield from (f"  {line}" for line in stretch.strategy)
    for corner in found.corners:
        yield ""
        yield f"reached at M = {shown(corner.m)}, where it is {shown(corner.value)}, by:"
        yield from (f"  {line}" for line in corner.strategy)
    if found.corners:
        yield ""
        yield "between these M, by mixing the strategies of the two nearest"


def _table(found: Relaxed) -> Iterator[str]:
    rows = [(shown(m), f"{float(m):.4f}", shown(v), f"{float(v):.4f}") for m, v in found.points]
    rows.insert(0, ("M", "", found.quantity, ""))
    wide = [max(len(row[k]) for row in rows) for k in range(4)]
    for row in rows:
        yield "  " + "  ".join(f"{cell:<{wide[k]}}" for k, cell in enumerate(row)).rstrip()


def render_relaxed_json(found: Relaxed) -> str:
    """The JSON report, `lpc.relaxed/1`; numbers are exact texts."""
    data: dict[str, Any] = {
        "schema": "lpc.relaxed/1",
        "file": found.file,
        "quantity": found.quantity,
        "assumptions": [{"name": name, "formula": text} for name, text in found.assumptions],
        "measure": found.measure,
        "family": found.family,
        "argument": found.argument,
        "pieces": [
            {
                "from": shown(s.start),
                "to": shown(s.end),
                "maximum": s.law,
                "strategy": list(s.strategy),
            }
            for s in found.stretches
        ],
        "corners": [
            {"M": shown(c.m), "maximum": shown(c.value), "strategy": list(c.strategy)}
            for c in found.corners
        ],
        "reaches": [
            {"name": c.name, "value": shown(c.value), "M": None if c.m is None else shown(c.m)}
            for c in found.crossings
        ],
        "points": [
            {
                "M": shown(m),
                "maximum": shown(v),
                "approximately": [float(m), float(v)],
            }
            for m, v in found.points
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
