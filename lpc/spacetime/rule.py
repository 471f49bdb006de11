"""The rule of local causality: the trusted part of this folder.

    C complete on R     σ ⊆ R achronal     X wholly in D⁺(σ)     Y∖R wholly outside J⁺(σ)
    -------------------------------------------------------------------------------------- LC
                                   X ⊥ Y∖C | C

Terms
-----
D⁺(σ)
    The points from which every inextendible past-directed causal curve meets σ: what is
    "later than σ". σ itself is part of it.
J⁺(σ)
    The closed causal future of σ, which contains D⁺(σ).
Y∖R
    Where Y lives outside the complete region. In R it is a function of C.

Why it holds: what happens in D⁺(σ) depends on the state on σ and on chance in D⁺(σ) alone,
because every influence from elsewhere crosses σ; what happens outside J⁺(σ) depends on
neither chance in D⁺(σ) nor anything it brings about. σ must be achronal, or its upper part
could mix chance above its lower part with news from outside. The variables of C may live
off σ as well: what they say of points outside J⁺(σ) goes with Y and what they say of D⁺(σ)
goes with X. What lies in R is known in full and may be split so; what lies off R may not,
since a single variable that mixes both sides is a collider. For the same reason Y may reach into R,
wherever that is: given C, what it says of R is known. In circuits (`circuits`) this is a theorem,
proved in docs/local-causality.md.

Source: paper, Eq. 7 and Bell's two comments after it; DESIGN 1.2 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Specification


@dataclass(frozen=True, slots=True)
class Shield:
    """What a slice separates: `covered` lie in D⁺(σ), `outside` lie off J⁺(σ) or in R."""

    specification: Specification
    slice: Region
    covered: frozenset[str]
    outside: frozenset[str]


def shield(
    specification: Specification, slice_: Region, places: Mapping[str, Region]
) -> Shield | None:
    """What the slice separates, or None when it is not one that C completes.

    Args: places: every atom concerned that has a place, those of C included.
    """
    if slice_.is_empty or not slice_.is_achronal or not slice_.is_subset(specification.region):
        return None
    later, future = slice_.shielded(), slice_.causal_future()
    if misplaced(specification, later, future, places):
        return None
    rest = {atom: place for atom, place in places.items() if not place.is_empty}
    return Shield(
        specification,
        slice_,
        covered=frozenset(atom for atom, place in rest.items() if place.is_subset(later)),
        outside=frozenset(
            atom for atom, place in rest.items() if is_outside(specification, future, place)
        ),
    )


def is_outside(specification: Specification, future: Region, place: Region) -> bool:
    """True when what lives off the complete region lives outside J⁺(σ), given as `future`."""
    return not place.overlaps(future) or not (place - specification.region).overlaps(future)


def misplaced(
    specification: Specification, later: Region, future: Region, places: Mapping[str, Region]
) -> tuple[str, ...]:
    """The variables of C that live where the rule does not allow them to.

    Args: later: D⁺(σ). future: J⁺(σ).
    """
    return tuple(
        name
        for name in sorted(specification.names)
        if name not in places
        or not (places[name] & future).is_subset(later)
        or _mixes(places[name] - specification.region, later, future)
    )


def _mixes(elsewhere: Region, later: Region, future: Region) -> bool:
    return elsewhere.overlaps(future) and not elsewhere.is_subset(later)


def determined(specification: Specification, places: Mapping[str, Region]) -> frozenset[str]:
    """Atoms outside C that are functions of C: their whole place lies where C is complete."""
    return frozenset(
        atom
        for atom, place in places.items()
        if atom not in specification.names
        and not place.is_empty
        and place.is_subset(specification.region)
    )
