"""Writers for `lpc relax`: a maximum as a function of how far an assumption fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lpc.exact import Number
from lpc.kernel.evaluate import shown
from lpc.logic.visible import visible
from lpc.report.bounds import Names, with_decimals, wrapped
from lpc.report.json import json_text


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
    """Where the maximum reaches a value of interest.

    Where only bounds are known: not up to `missed`, but at `reached`, both M of the table.
    """

    name: str
    value: Number
    m: Number | None
    missed: Number | None = None
    reached: Number | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """At one M: a value that is reached, and one that is not exceeded; the maximum if equal."""

    m: Number
    low: Number
    high: Number


@dataclass(frozen=True, slots=True)
class Witness:
    """A model that the kernel has verified: its value at M, its block, what it obeys."""

    m: Number
    value: Number
    block: Names
    satisfies: Names
    violates: Names


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The largest value of a quantity by the measure M of dependence, 0 to 2.

    `holding` are assumptions that narrow the family down. Without `stretches` the maximum is
    known between bounds only. `points` are for the table; `fine` are for the plot.
    """

    file: str
    quantity: str
    assumptions: tuple[tuple[str, str], ...]
    holding: tuple[tuple[str, str], ...]
    measure: str
    family: str
    argument: str
    stretches: tuple[Stretch, ...]
    corners: tuple[Corner, ...]
    crossings: tuple[Crossing, ...]
    points: tuple[Point, ...]
    fine: tuple[Point, ...]
    witnesses: tuple[Witness, ...]

    @property
    def title(self) -> str:
        """What is asked."""
        names = " and ".join(name for name, _ in self.assumptions)
        verb = "fails" if len(self.assumptions) == 1 else "fail"
        held = ", ".join(name for name, _ in self.holding)
        rest = f" and {held} {'holds' if len(self.holding) == 1 else 'hold'}" if held else ""
        return f"{self.quantity} when {names} {verb} by M{rest}"


def render_relaxed(found: Relaxed) -> str:
    """The text report."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Relaxed) -> Iterator[str]:
    yield f"{visible(found.file)}: the maximum of {found.title}"
    for name, text in (*found.assumptions, *found.holding):
        yield f"  {name}: {text}"
    yield ""
    yield from _maximum(found)
    yield ""
    for crossing in found.crossings:
        yield f"{crossing.name} maximum {shown(crossing.value)}: {_place(crossing)}"
    if found.crossings:
        yield ""
    yield from _table(found)
    for title, text in (
        ("M", found.measure),
        ("the maximum ranges over", found.family),
        ("argument", found.argument),
    ):
        yield ""
        yield f"{title}:"
        yield from wrapped(text)
    yield from _strategies(found)
    for number, witness in enumerate(found.witnesses, 1):
        yield from _witness(found, witness, number)


def _maximum(found: Relaxed) -> Iterator[str]:
    if not found.stretches:
        if all(p.low == p.high for p in found.points):
            yield f"maximum of {found.quantity}: proved for each M of the table, without a formula"
            return
        yield f"maximum of {found.quantity}: between the bounds of the table"
        yield "  the lower is reached by a model, the upper is proved; where they are equal, the"
        yield "  maximum is found, elsewhere it is not computed"
        return
    yield f"maximum of {found.quantity}:"
    laws = [(f"{shown(s.start)} <= M <= {shown(s.end)}", s.law) for s in found.stretches]
    wide = max(len(where) for where, _ in laws)
    yield from (f"  {where:<{wide}}   {law}" for where, law in laws)


def _place(crossing: Crossing) -> str:
    if crossing.m is not None:
        return f"at M = {with_decimals(crossing.m)}"
    told = []
    if crossing.missed is not None:
        told.append(f"not up to M = {shown(crossing.missed)}")
    if crossing.reached is not None:
        told.append(f"reached at M = {shown(crossing.reached)}, perhaps before")
    return "; ".join(told) or "is not reached"


def _strategies(found: Relaxed) -> Iterator[str]:
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


def _witness(found: Relaxed, witness: Witness, number: int) -> Iterator[str]:
    """A model with a claim, to be pasted into the file."""
    name = f"relaxed_{number}"
    yield ""
    yield f"# {found.quantity} = {with_decimals(witness.value)} with M = {with_decimals(witness.m)}"
    yield f"model {name} {{"
    yield from (f"  {line}" for line in witness.block)
    yield "}"
    yield f"claim : {found.quantity} of {name} = {shown(witness.value)}"
    if witness.satisfies:
        yield f"claim : {name} satisfies {', '.join(witness.satisfies)}"
    if witness.violates:
        yield f"claim : {name} violates {', '.join(witness.violates)}"


def _table(found: Relaxed) -> Iterator[str]:
    exact = all(p.low == p.high for p in found.points)
    rows = [_row(p, exact) for p in found.points]
    heads = (found.quantity,) if exact else ("at least", "at most")
    rows.insert(0, ["M", "", *(cell for head in heads for cell in (head, ""))])
    wide = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(f"{cell:<{wide[k]}}" for k, cell in enumerate(row)).rstrip()


def _row(point: Point, exact: bool) -> list[str]:
    numbers = (point.m, point.low) if exact else (point.m, point.low, point.high)
    return [cell for n in numbers for cell in (shown(n), f"{float(n):.4f}")]


def render_relaxed_json(found: Relaxed) -> str:
    """The JSON report, `lpc.relaxed/1`; numbers are exact texts."""
    data: dict[str, Any] = {
        "schema": "lpc.relaxed/1",
        "file": found.file,
        "quantity": found.quantity,
        "assumptions": [_named(pair) for pair in found.assumptions],
        "holding": [_named(pair) for pair in found.holding],
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
        "reaches": [_reached(c) for c in found.crossings],
        "points": [_point(p) for p in found.points],
        "models": [
            {
                "M": shown(w.m),
                "value": shown(w.value),
                "block": list(w.block),
                "satisfies": list(w.satisfies),
                "violates": list(w.violates),
            }
            for w in found.witnesses
        ],
    }
    return json_text(data)


def _named(pair: tuple[str, str]) -> dict[str, str]:
    return {"name": pair[0], "formula": pair[1]}


def _reached(crossing: Crossing) -> dict[str, Any]:
    numbers = {"M": crossing.m, "not_up_to": crossing.missed, "reached_at": crossing.reached}
    told = {key: None if m is None else shown(m) for key, m in numbers.items()}
    return {"name": crossing.name, "value": shown(crossing.value), **told}


def _point(point: Point) -> dict[str, Any]:
    """`maximum` is null where only the bounds are known."""
    return {
        "M": shown(point.m),
        "maximum": shown(point.low) if point.low == point.high else None,
        "at_least": shown(point.low),
        "at_most": shown(point.high),
        "approximately": [float(point.m), float(point.low), float(point.high)],
    }
