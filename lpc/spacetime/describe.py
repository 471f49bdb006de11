"""Regions in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lpc.spacetime.cells import Cell, Cone
from lpc.spacetime.numbers import Bound, Number, half
from lpc.spacetime.zones import Zone

AXES = ("x", "y", "z")
SHOWN = 4

# An interval of x: lower and upper bound as (value, closed), None for no bound.
Interval = tuple[Bound, Bound]


def describe_zones(zones: Sequence[Zone]) -> str:
    """A union of zones in words."""
    if not zones:
        return "nowhere"
    parts: list[str] = []
    times = sorted({z.time for z in zones if z.time is not None})
    for t in times:
        spans = _merge(_interval(z, t) for z in zones if z.time == t)
        points = [low[0] for low, high in spans if low and low == high]
        if len(points) == len(spans):
            parts += [f"the point t = {t}, x = {x}" for x in points]
        else:
            parts.append(" and ".join(_say(low, "x", high) for low, high in spans) + f" at t = {t}")
    parts += [_thick(z) for z in zones if z.time is None]
    return _join(parts)


def describe_cells(cells: Sequence[Cell]) -> str:
    """A union of cells in words."""
    return _join([_cell(c) for c in cells]) if cells else "nowhere"


def _join(parts: Sequence[str]) -> str:
    if len(parts) > SHOWN:
        parts = [*parts[: SHOWN - 1], f"{len(parts) - SHOWN + 1} more pieces"]
    return parts[0] if len(parts) == 1 else "; ".join(parts[:-1]) + "; and " + parts[-1]


def _say(low: Bound, name: str, high: Bound) -> str:
    if low is None and high is None:
        return f"every {name}"
    if low is not None and low == high:
        return f"{name} = {low[0]}"
    left = "" if low is None else f"{low[0]} {'<=' if low[1] else '<'} "
    if low is not None and high is None:
        return f"{name} {'>=' if low[1] else '>'} {low[0]}"
    right = "" if high is None else f" {'<=' if high[1] else '<'} {high[0]}"
    return f"{left}{name}{right}"


def _flip(bound: Bound) -> Bound:
    return None if bound is None else (-bound[0], bound[1])


def _interval(z: Zone, t: Number) -> Interval:
    """x = t - u at fixed t."""
    low = None if z.hu is None else (t - z.hu[0], z.hu[1])
    high = None if z.lu is None else (t + z.lu[0], z.lu[1])
    return low, high


def _merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The union of intervals, neighbours joined."""

    def start(span: Interval) -> tuple[int, Number, bool]:
        return (0, 0, False) if span[0] is None else (1, span[0][0], not span[0][1])

    merged: list[Interval] = []
    for low, high in sorted(intervals, key=start):
        if merged and _touch(merged[-1][1], low):
            last_low, last_high = merged.pop()
            far = None if last_high is None or high is None else max(last_high, high)
            merged.append((last_low, far))
        else:
            merged.append((low, high))
    return merged


def _touch(high: Bound, low: Bound) -> bool:
    if high is None or low is None:
        return True
    return low[0] < high[0] or (low[0] == high[0] and (low[1] or high[1]))


def _thick(z: Zone) -> str:
    said: list[str] = []
    u, v = _say(_flip(z.lu), "t - x", z.hu), _say(_flip(z.lv), "t + x", z.hv)
    said += [text for text in (u, v) if not text.startswith("every")]
    # Bounds on t that follow from those on t - x and t + x go without saying.
    low = None if z.ls is None or _implied(z.ls, z.lu, z.lv) else z.ls
    high = None if z.hs is None or _implied(z.hs, z.hu, z.hv) else z.hs
    if low is not None or high is not None:
        said.append(_say(_halved(_flip(low)), "t", _halved(high)))
    return ", ".join(said) if said else "all of spacetime"


def _implied(both: Bound, a: Bound, b: Bound) -> bool:
    return (
        both is not None
        and a is not None
        and b is not None
        and (both == (a[0] + b[0], a[1] and b[1]))
    )


def _halved(bound: Bound) -> Bound:
    return None if bound is None else (half(bound[0]), bound[1])


def _cell(c: Cell) -> str:
    if c.time is None:
        inside = [f"in the {_cone(cone)}" for cone in sorted(c.pos)]
        inside += [f"outside the {_cone(cone)}" for cone in sorted(c.neg)]
        implied = max((-k.t for k in c.pos if k.sign > 0), default=None)
        high = None if any(k.sign < 0 and (k.t, True) == c.hi for k in c.pos) else c.hi
        low = None if c.lo is not None and c.lo == (implied, True) else c.lo
        if low is not None or high is not None:
            inside.append(_say(_flip(low), "t", high))
        return ", ".join(inside) if inside else "all of spacetime"
    t = c.time
    if not c.pos and not c.neg:
        return f"all of space at t = {t}"
    if not c.neg and len(c.pos) == 1:
        (cone,) = c.pos
        if cone.radius(t) == 0:
            return f"the point t = {t}, {_coords(cone)}"
    text = ", ".join(
        [f"within {k.radius(t)} of {_coords(k)}" for k in sorted(c.pos)]
        + [f"farther than {k.radius(t)} from {_coords(k)}" for k in sorted(c.neg)]
    )
    return f"{text}, at t = {t}"


def _cone(cone: Cone) -> str:
    return f"{'past' if cone.sign < 0 else 'future'} light cone of t = {cone.t}, {_coords(cone)}"


def _coords(cone: Cone) -> str:
    if len(cone.center) <= len(AXES):
        return ", ".join(f"{a} = {c}" for a, c in zip(AXES, cone.center, strict=False))
    return "(" + ", ".join(map(str, cone.center)) + ")"
