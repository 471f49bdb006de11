"""The geometry of d+1 dimensions in the single-file verifier, against the package and points.

Relations of random regions, the two rules, and where causal lines meet regions: both programs must
say the same. What either calls empty, or a subset, is held against points of the regions besides.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from lpc.certificates import lpc_verify as v
from lpc.certificates.geometry import decode_region, encode_region
from lpc.spacetime import Complete, Region, Space
from lpc.spacetime.cells import Cone, cell
from lpc.spacetime.common import screens_off
from lpc.spacetime.lines import Moment, leg_meets, ray_meets
from lpc.spacetime.rule import shield
from lpc.spacetime.scene import Specification

MORE = int(os.environ.get("LPC_FUZZ", "1"))
SPACES = {d: Space(d) for d in (1, 2, 3)}


def places(r: random.Random, dimension: int) -> list[Fraction]:
    """Mostly on one line or with Pythagoras's distances, so that edges touch."""
    if r.random() < 0.5:
        return [Fraction(r.randint(-6, 6), 2), *[Fraction(0)] * (dimension - 1)]
    return [Fraction(r.choice((-4, -3, 0, 3, 4, r.randint(-5, 5)))) for _ in range(dimension)]


def time(r: random.Random) -> Fraction:
    return Fraction(r.choice((0, 0, 0, 1, 2, 4, r.randint(-8, 8))), r.choice((1, 1, 2)))


def drawn(r: random.Random, d: int, depth: int = 2) -> Region:
    """A region of the language."""
    space = SPACES[d]
    kind = r.randrange(9 if depth else 4)
    if kind == 0:
        return space.point(time(r), places(r, d))
    if kind == 1:
        return space.slice(time(r))
    if kind <= 3:
        return space.ball(time(r), places(r, d), r.choice((0, 1, 2, 3, 5, Fraction(1, 2))))
    one = drawn(r, d, depth - 1)
    if kind == 4:
        return one.causal_past() if r.random() < 0.5 else one.causal_past() - one
    if kind == 5:
        return one.causal_future() if r.random() < 0.5 else one.causal_future() - one
    other = drawn(r, d, depth - 1)
    return {6: one & other, 7: one | other, 8: one - other}[kind]


def raw(r: random.Random, d: int) -> Region:
    """Pieces that the language may not make, with open ends and several cones."""
    found = []
    for _ in range(r.randint(1, 2)):
        ends = [(t, r.random() < 0.6) if r.random() < 0.7 else None for t in (time(r), -time(r))]
        if r.random() < 0.3:
            t = time(r)
            ends = [(t, True), (-t, True)]
        cones = [
            [
                Cone(r.choice((1, -1)), time(r) * 2, tuple(places(r, d)))
                for _ in range(r.randint(0, n))
            ]
            for n in (2, 1)
        ]
        found.append(cell(*ends, *map(frozenset, cones)))
    return Region.create(d, [p for p in found if p is not None])


def region(r: random.Random, d: int) -> Region:
    while True:
        found = raw(r, d) if d > 1 and r.random() < 0.3 else drawn(r, d)
        if not found.is_empty and len(found.pieces) <= 64:
            return found


def mine(found: Region, space: Any) -> Any:
    return [space.read(v.frozen(piece)) for piece in encode_region(found)]


def points(r: random.Random, d: int) -> list[tuple[Fraction, list[Fraction]]]:
    return [(time(r), places(r, d)) for _ in range(30)]


@pytest.mark.parametrize("seed", range(3 * MORE))
@pytest.mark.parametrize("d", [2, 3])
def test_relations_agree(seed: int, d: int) -> None:
    """Subset, overlap, difference, past, future and what a slice shields; points never object."""
    r, counts = random.Random(100 * d + seed), Counter[Any]()
    space = v.Space(d)
    for _ in range(250):
        p, q = region(r, d), region(r, d)
        zones = [mine(p, space), mine(q, space)]
        one, two = map(v.Cells, zones)
        said = {
            "subset": (p.is_subset(q), one <= two),
            "overlap": (p.overlaps(q), bool(one & two)),
            "past": (p.is_subset(q.causal_past()), one <= space.past(zones[1])),
            "future": (p.is_subset(q.causal_future()), one <= space.future(zones[1])),
            "rest": (
                (p - q).overlaps(q.causal_future()),
                bool((one - two) & space.future(zones[1])),
            ),
        }
        if not q.is_thick:
            said["achronal"] = q.is_achronal, space.achronal(zones[1])
            said["shielded"] = p.is_subset(q.shielded()), one <= space.later(zones[1])
        for kind, (theirs, ours) in said.items():
            assert theirs == ours, (kind, encode_region(p), encode_region(q))
            counts[kind, ours] += 1
        for t, x in points(r, d):
            at = (t, *x)
            inside = [any(space.at(z, at) for z in some) for some in zones]
            assert inside == [p.contains(t, x), q.contains(t, x)]
            assert not (inside[0] and not inside[1] and said["subset"][1])
            assert not (all(inside) and not said["overlap"][1])
    assert all(counts[kind, truth] >= 5 for kind, _ in counts for truth in (True, False)), counts


def test_a_cone_that_has_not_begun_is_no_hole() -> None:
    """A disc outside a cone that begins long after it shields all that a disc shields."""
    at_0 = [["0", True], ["0", True]]
    disc = {"t": at_0, "inside": [[-1, "2", ["0", "0"]]], "outside": [[1, "50", ["0", "0"]]]}
    space = v.Space(2)
    top = space.read(
        v.frozen({"t": [["2", True]] * 2, "inside": [[-1, "2", ["0", "0"]]], "outside": []})
    )
    later = space.later([space.read(v.frozen(disc))])
    assert v.Cells([top]) <= later
    theirs = decode_region([disc], "here", 2).shielded()
    assert SPACES[2].point(2, [0, 0]).is_subset(theirs)


def told(*pairs: tuple[str, str | None]) -> list[Any]:
    return [{"obligation": k, "variable": n, "because": ""} for k, n in pairs]


def scene_of(d: int, where: dict[str, Region], c: frozenset[str], r: Region) -> Any:
    return {
        "dimension": d,
        "places": {n: encode_region(p) for n, p in where.items()},
        "complete": [{"names": sorted(c), "region": encode_region(r)}],
    }


def shielding(r: random.Random, d: int) -> tuple[Region, Region]:
    """A slice, and a region that mostly contains it."""
    space = SPACES[d]
    balls = [space.ball(0, [x] + [0] * (d - 1), abs(x) + r.randint(0, 3)) for x in (-3, 0)]
    slice_ = r.choice((*balls, balls[0] | balls[1], balls[0] & balls[1], space.slice(0)))
    if d == 1 and r.random() < 0.5:  # two that touch, or nearly
        cut = space.point(0, [r.randint(-2, 2)])
        slice_ = (slice_ - cut) if r.random() < 0.3 else (slice_ - cut) | cut
    if r.random() < 0.2:
        slice_ = slice_ | space.ball(r.choice((0, 1)), [9] + [0] * (d - 1), 1)
    if r.random() < 0.2:
        slice_ = region(r, d)
    wide = r.choice((slice_, slice_, slice_ | region(r, d), slice_ | space.slice(0)))
    return slice_, wide


@pytest.mark.parametrize("seed", range(2 * MORE))
@pytest.mark.parametrize("d", [1, 2, 3])
def test_local_causality_agrees(seed: int, d: int) -> None:
    """The obligations of A ⊥ B | c, against the rule in the package."""
    r, counts, space = random.Random(1000 * d + seed), Counter[bool](), SPACES[d]
    for _ in range(200):
        slice_, wide = shielding(r, d)
        near = space.point(Fraction(r.randint(0, 4), 2), [r.randint(-3, 0)] + [0] * (d - 1))
        far = space.point(2, [r.randint(8, 12)] + [0] * (d - 1))
        where = {"A": r.choice((near, near, region(r, d)))}
        where["B"] = r.choice((far, far, space.point(-1, [0] * d), region(r, d)))
        where["c"] = r.choice((slice_, slice_, wide, region(r, d)))
        if any(len(p.pieces) > 64 or p.is_empty for p in (*where.values(), slice_, wide)):
            continue
        c = frozenset("c")
        found = shield(Specification(c, wide, (Complete(c, wide),)), slice_, where)
        theirs = found is not None and "A" in found.covered and "B" in found.outside
        use = {"declarations": [0], "slice": encode_region(slice_), "x": ["A"], "y": ["B"]}
        kinds = told(("complete", None), ("slice", "A"), ("place", "c"), ("outside", "B"))
        data = scene_of(d, where, c, wide)
        try:
            shields = v.frozen([{**use, "obligations": kinds}])
            ours = bool(v.Spacetime(v.frozen(data), shields).statements)
        except v.Rejected:
            ours = False
        assert ours == theirs, (data, use)
        counts[ours] += 1
    assert min(counts[True], counts[False]) > 20, counts


@pytest.mark.parametrize("seed", range(2 * MORE))
@pytest.mark.parametrize("d", [2, 3])
def test_common_causes_agree(seed: int, d: int) -> None:
    """A ⊥ B | c by common causes, against the rule in the package."""
    r, counts, space = random.Random(2000 * d + seed), Counter[bool](), SPACES[d]
    for _ in range(150):
        one, two = (space.point(3, [x] + [0] * (d - 1)) for x in (-3, r.randint(0, 3)))
        both = one.causal_past() & two.causal_past()
        apex = space.point(Fraction(r.randint(-4, 4), 2), [r.randint(-2, 2)] + [0] * (d - 1))
        past = r.choice((both, both, both | region(r, d).causal_past(), both - apex, region(r, d)))
        where = {"A": r.choice((one, one, region(r, d))), "B": r.choice((two, two, region(r, d)))}
        where["c"] = r.choice((past, past, both, region(r, d)))
        if any(len(p.pieces) > 64 or p.is_empty for p in (*where.values(), past)):
            continue
        c = frozenset("c")
        theirs = screens_off(Specification(c, past, (Complete(c, past),)), "A", "B", where)
        kinds = told(("complete", None), ("closed", None), ("place", "c"), ("common", "A"))
        use = {"declarations": [0], "x": ["A"], "y": ["B"], "obligations": kinds}
        data = scene_of(d, where, c, past)
        try:
            ours = bool(v.Spacetime(v.frozen(data), (), {}, v.frozen([use])).statements)
        except v.Rejected:
            ours = False
        assert ours == theirs, (data, use)
        counts[ours] += 1
    assert min(counts[True], counts[False]) > 15, counts


@pytest.mark.parametrize("seed", range(2 * MORE))
@pytest.mark.parametrize("d", [1, 2, 3])
def test_lines_meet_the_same_regions(seed: int, d: int) -> None:
    """Legs and rays, many of them lightlike or just touching, against the package and points."""
    r, counts = random.Random(3000 * d + seed), Counter[Any]()
    for _ in range(400):
        found = region(r, d)
        space: Any = v.Plane() if d == 1 else v.Space(d)
        zones = mine(found, space)
        start, x = time(r), places(r, d)
        dx = [Fraction(c) for c in r.choice(([0] * d, [3, 4, 0][:d], places(r, d), places(r, d)))]
        least = next(t for t in range(99) if t * t >= sum(c * c for c in dx))
        dt = Fraction(least if least and r.random() < 0.6 else least + r.randint(1, 3))
        end = start + dt, tuple(a + b for a, b in zip(x, dx, strict=True))
        at, way = (start, *x), (dt, *dx)
        if r.random() < 0.6:
            kind, theirs = "leg", leg_meets(found, (start, tuple(x)), end)
            ours = any(space.crossed(zone, at, way, 0, 1) for zone in zones)
            some = [Fraction(k, 12) for k in range(13)]
        else:
            kind, theirs = "ray", ray_meets(found, (start, tuple(x)), (dt, tuple(dx)))
            ours = any(space.crossed(zone, at, way, None, 0) for zone in zones)
            some = [Fraction(-k, 6) for k in range(60)]
        assert ours == theirs, (kind, encode_region(found), at, way)
        on = [(at[0] + s * dt, [a + s * b for a, b in zip(x, dx, strict=True)]) for s in some]
        hit = any(found.contains(*p) for p in on)
        assert ours or not hit, (kind, encode_region(found), at, way)
        still = any(space.crossed(zone, at, (0,) * (d + 1), 0, 0) for zone in zones)
        assert still == found.contains(start, x)
        counts[kind, ours] += 1
    assert all(counts[kind, truth] > 20 for kind in ("leg", "ray") for truth in (True, False)), (
        counts
    )


def test_moments_compare_exactly() -> None:
    """m + s √q against n + r √p, equal ones among them: √2 + … written in two ways, 3 = √9."""
    r, counts = random.Random(4), Counter[int]()
    for _ in range(3000):
        one, two = (
            (
                Fraction(r.randint(-4, 4), 2),
                r.choice((-1, 1)),
                Fraction(r.choice((0, 1, 2, 4, 8, 9, 18)), r.choice((1, 4))),
            )
            for _ in "ab"
        )
        theirs = Moment(*one)._less(Moment(*two))
        assert v.compared(one, two) == theirs, (one, two)
        counts[theirs] += 1
    assert min(counts.values()) > 50, counts
