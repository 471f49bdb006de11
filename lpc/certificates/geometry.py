"""Regions and scenes as JSON, and the obligations of local causality with their inequalities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import Any

from lpc.certificates.encoding import encode_names
from lpc.certificates.strict import (
    CertificateError,
    fields,
    integer,
    items,
    name,
    names,
    truth,
)
from lpc.certificates.values import decode_coordinate, encode_number
from lpc.spacetime.cells import Cone, cell
from lpc.spacetime.errors import GeometryError
from lpc.spacetime.numbers import Number
from lpc.spacetime.regions import Region, whole_slice
from lpc.spacetime.scene import Complete, Scene, Specification
from lpc.spacetime.space import Space
from lpc.spacetime.zones import zone

MAX_PIECES = 64
MAX_CONES = 24
MAX_PLACES = 60
MAX_COMPLETE = 12
MAX_STATES = 60
MAX_COMMON = 10**50
"""Of the common denominator of all bounds in 1+1."""
MAX_CELLS = 125_000
MAX_SHIELDS = 10_000
"""Of the cells that all bounds in 1+1 make, roughly."""
FORMS = ("t", "t - x", "t + x")

State = tuple[str, Number]
"""A name, and the time of the slice on which it is the complete state."""


def encode_region(region: Region) -> list[dict[str, Any]]:
    """The pieces of a region with their exact bounds.

    >>> encode_region(Space(1).point(4, [-5]))[0]["t - x"]
    [['9', True], ['9', True]]
    """
    return [{key: _encode(inside) for key, inside in piece.items()} for piece in region.data()]


def _encode(data: object) -> Any:
    if isinstance(data, tuple | list):
        if len(data) == 3:  # a light cone: its sign, its moment and its centre
            sign, moment, center = data
            return [sign, encode_number(moment), [encode_number(c) for c in center]]
        if len(data) == 2 and isinstance(data[1], bool):
            return [encode_number(data[0]), data[1]]
        return [_encode(x) for x in data]
    return data


def decode_region(value: Any, where: str, dimension: int) -> Region:
    """A region from its pieces, none of them empty; it is kept in tightest form."""
    read = _decode_zone if dimension == 1 else _decode_cell
    listed = items(value, where, MAX_PIECES)
    pieces = [read(piece, f"{where}, piece {k}", dimension) for k, piece in enumerate(listed)]
    if any(piece is None for piece in pieces):
        raise CertificateError(f"{where}: an empty piece")
    try:
        return Region.create(dimension, pieces)
    except GeometryError as error:
        raise CertificateError(f"{where}: {error}") from None


def _decode_zone(value: Any, where: str, dimension: int) -> Any:
    data = fields(value, where, FORMS)
    (ls, hs), (lu, hu), (lv, hv) = (_bounds(data[key], where) for key in FORMS)
    return zone(_twice(hs), _twice(ls), hu, lu, hv, lv)


def _decode_cell(value: Any, where: str, dimension: int) -> Any:
    data = fields(value, where, ("t", "inside", "outside"))
    lo, hi = _bounds(data["t"], where)
    inside, outside = (_cones(data[key], where, dimension) for key in ("inside", "outside"))
    return cell(hi, lo, inside, outside)


def _bounds(value: Any, where: str) -> tuple[Any, Any]:
    """Upper bounds on minus a form and on it, from its lower and its upper bound."""
    low, high = items(value, where, exactly=2)
    below = None if low is None else _bound(low, where)
    return None if below is None else (-below[0], below[1]), (
        None if high is None else _bound(high, where)
    )


def _bound(value: Any, where: str) -> tuple[Number, bool]:
    number, closed = items(value, where, exactly=2)
    return decode_coordinate(number, where), truth(closed, where)


def _twice(bound: Any) -> Any:
    return None if bound is None else (2 * bound[0], bound[1])


def _cones(value: Any, where: str, dimension: int) -> frozenset[Cone]:
    found = set()
    for one in items(value, where, MAX_CONES):
        sign, moment, center = items(one, where, exactly=3)
        if sign not in (1, -1) or type(sign) is not int:
            raise CertificateError(f"{where}: a light cone is of the future (1) or the past (-1)")
        place = tuple(decode_coordinate(c, where) for c in items(center, where, exactly=dimension))
        found.add(Cone(sign, decode_coordinate(moment, where), place))
    return frozenset(found)


# ---- scenes --------------------------------------------------------------------------------------


def encode_scene(scene: Scene) -> dict[str, Any]:
    """Where each atom lives, and what is declared complete where."""
    return {
        "dimension": scene.space.dimension,
        "places": {atom: encode_region(place) for atom, place in scene.places.items()},
        "complete": [
            {"names": encode_names(c.names), "region": encode_region(c.region)}
            for c in scene.complete
        ],
    }


def decode_scene(value: Any, where: str) -> Scene:
    """Where each atom lives, and what is declared complete where."""
    data = fields(value, where, ("dimension", "places", "complete"))
    dimension = integer(data["dimension"], f"{where}, dimension", 1, 10)
    if not isinstance(data["places"], dict) or len(data["places"]) > MAX_PLACES:
        raise CertificateError(f"{where}, places: at most {MAX_PLACES} places are needed")
    places = {
        name(atom, where): decode_region(region, f"{where}, place of {atom[:20]}", dimension)
        for atom, region in data["places"].items()
    }
    complete = []
    for k, one in enumerate(items(data["complete"], f"{where}, complete", MAX_COMPLETE)):
        at = f"{where}, declaration {k}"
        inside = fields(one, at, ("names", "region"))
        region = decode_region(inside["region"], at, dimension)
        complete.append(Complete(frozenset(names(inside["names"], at)), region))
    if sum(len(one["region"]) for one in data["complete"]) > MAX_PIECES:
        raise CertificateError(f"{where}: more than {MAX_PIECES} pieces where all is complete")
    return Scene(Space(dimension), {}, places, tuple(complete))


def decode_states(value: Any, where: str, scene: Scene) -> tuple[State, ...]:
    """States that a proof names and the file does not: each with the time of its slice.

    Their names are not those of anything in the scene.
    """
    taken = set(scene.places).union(*(c.names for c in scene.complete))
    found: list[State] = []
    for one in items(value, where, MAX_STATES):
        own, time = items(one, where, exactly=2)
        found.append((name(own, where), decode_coordinate(time, where)))
    called = [own for own, _ in found]
    if len(set(called)) < len(called) or taken & set(called):
        raise CertificateError(f"{where}: names that nothing else has are needed")
    return tuple(found)


def with_states(scene: Scene, states: Iterable[State]) -> Scene:
    """The scene with one variable more for each state: complete on all of space at its time.

    Every circuit has such a variable, the tuple of all values that are present there, so local
    causality may speak of it. Their declarations come after those of the file.
    """
    slices = {own: whole_slice(scene.space.dimension, time) for own, time in states}
    declared = tuple(Complete(frozenset({own}), region) for own, region in slices.items())
    return replace(scene, places={**scene.places, **slices}, complete=(*scene.complete, *declared))


def check_bounds(data: dict[str, Any], where: str) -> None:
    """In 1+1, that all bounds of a scene, its slices and its states are on one grid, not too large.

    There a verifier may go through the cells that they make of the plane, one by one. With U, V and
    S different bounds of t - x, t + x and t there are at most (U + SV)(V + S) crossings.
    Args: data: local causality of a spacetime, decoded before.
    """
    scene = data["spacetime"]
    if scene["dimension"] != 1:
        return
    regions = [*scene["places"].values(), *(one["region"] for one in scene["complete"])]
    for use in items(data["shields"], where, MAX_SHIELDS):
        if isinstance(use, dict) and use.get("slice") is not None:
            regions.append(items(use["slice"], where, MAX_PIECES))
    zones = [_decode_zone(piece, where, 1) for region in regions for piece in region]
    whole = [
        whole_slice(1, decode_coordinate(t, where)).pieces[0] for _, t in data.get("states", [])
    ]
    if None in zones:
        raise CertificateError(f"{where}: an empty piece")
    bounds = [
        {
            sign * zone[k][0]
            for zone in (*zones, *whole)
            for sign, k in ((1, up), (-1, down))
            if zone[k]
        }
        for up, down in ((0, 1), (2, 3), (4, 5))
    ]
    common = lcm(*(Fraction(x).denominator for some in bounds for x in some))
    s, u, v = map(len, bounds)
    if common > MAX_COMMON or (u + s * v) * (v + s) >= MAX_CELLS:
        raise CertificateError(f"{where}: too many different bounds")


# ---- obligations, for reading --------------------------------------------------------------------


def obligations(
    specification: Specification,
    slice_: Region | None,
    x: Iterable[str],
    y: Iterable[str],
    places: Mapping[str, Region],
) -> list[dict[str, Any]]:
    """The obligations of one use of the rule, each with what meets it.

    They are met when `rule.shield` says so; the inequalities are for the reader.
    """
    return list(_obligations(specification, slice_, sorted(x), sorted(y), places))


def _obligations(
    specification: Specification,
    slice_: Region | None,
    x: list[str],
    y: list[str],
    places: Mapping[str, Region],
) -> Iterator[dict[str, Any]]:
    known = ", ".join(sorted(specification.names))
    region = specification.region.describe()
    if slice_ is None:
        yield _obligation("complete", None, f"{known} complete on {region}")
        for atom in x:
            text = f"{atom} lives where they are complete: {places[atom].describe()}"
            yield _obligation("place", atom, text)
        return
    later, future = slice_.shielded(), slice_.causal_future()
    text = f"{known} complete on {region}, which contains the slice {slice_.describe()}"
    yield _obligation("complete", None, text)
    for atom in x:
        yield _obligation("slice", atom, _within(atom, places[atom], later))
    for atom in sorted(specification.names):
        place = places[atom]
        if not place.overlaps(future):
            yield _obligation("place", atom, _apart(atom, place, future))
        else:
            text = f"{atom} lives in D+(slice) as far as in J+(slice): {place.describe()}"
            yield _obligation("place", atom, text)
    for atom in y:
        place, inside = places[atom], ""
        if place.overlaps(future):
            place = place - specification.region
            inside = f"; elsewhere {atom} lives in the complete region, {region}"
        yield _obligation("outside", atom, _apart(atom, place, future) + inside)


def common_obligations(
    specification: Specification,
    x: Iterable[str],
    y: Iterable[str],
    places: Mapping[str, Region],
) -> list[dict[str, Any]]:
    """The obligations of one use of common causes, met when `common.screens_off` says so."""
    known, others = ", ".join(sorted(specification.names)), ", ".join(sorted(y))
    region = specification.region.describe()
    found = [
        _obligation("complete", None, f"{known} complete on {region}"),
        _obligation("closed", None, f"the past of each point of it lies in it: {region}"),
    ]
    for atom in sorted(specification.names):
        found.append(_obligation("place", atom, f"{atom} lives in it: {places[atom].describe()}"))
    for atom in sorted(x):
        text = f"it holds what the closed pasts of {atom} and of {others} have in common"
        found.append(_obligation("common", atom, text))
    return found


def _obligation(kind: str, variable: str | None, because: str) -> dict[str, Any]:
    return {"obligation": kind, "variable": variable, "because": because}


def _within(atom: str, place: Region, later: Region) -> str:
    """Why a place lies in D⁺(σ): the bounds of one piece of it on the three forms."""
    if place.dimension == 1:
        for piece in later.data():
            told = [t for f in FORMS if (t := _inside(f, atom, place, piece[f])) is not None]
            if len(told) == len(FORMS):
                bounds = "; ".join(t for t in told if t)
                return bounds or f"D+(slice) is everything and {atom} lies in it"
    return f"{atom} at {place.describe()} lies in D+(slice): {later.describe()}"


def _inside(form: str, atom: str, place: Region, bounds: Any) -> str | None:
    """Bounds of a form on a place beside those of D⁺(σ), None where they are wider."""
    lows, highs = zip(*(piece[form] for piece in place.data()), strict=True)
    told = []
    for own, wide, sign, word in ((lows, bounds[0], -1, ">="), (highs, bounds[1], 1, "<=")):
        if wide is None:
            continue
        if None in own:
            return None
        worst = max((sign * value, closed) for value, closed in own)
        if worst > (sign * wide[0], wide[1]):
            return None
        of_place = f"{form} {word if worst[1] else word[0]} {sign * worst[0]} on {atom}"
        told.append(f"{of_place}, {form} {word if wide[1] else word[0]} {wide[0]} on D+(slice)")
    return "; ".join(told)


def _apart(atom: str, place: Region, future: Region) -> str:
    """Why a place lies outside J⁺(σ): a form that is smaller on it."""
    if place.dimension == 1:
        for form in FORMS:
            highs = [piece[form][1] for piece in place.data()]  # type: ignore[index]
            lows = [piece[form][0] for piece in future.data()]  # type: ignore[index]
            if None in highs or None in lows or not highs or not lows:
                continue
            high, (low, closed) = max(highs), min(lows, key=lambda b: (b[0], not b[1]))
            if high[0] < low or (high[0] == low and not (high[1] and closed)):
                one = f"{form} {'<=' if high[1] else '<'} {high[0]} on {atom}"
                return f"{one}, {form} {'>=' if closed else '>'} {low} on J+(slice)"
    return f"{atom} at {place.describe()} does not meet J+(slice): {future.describe()}"
