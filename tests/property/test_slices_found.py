"""What the search for slices in 1+1 says of a slice is what the rule says of it.

The search counts with intervals on levels, the rule with regions; they share no code but the
pieces of regions. So a slice that the search gets wrong would be refused, but a licence might be
missed, and that is what is looked for here.
"""

from __future__ import annotations

from random import Random

from lpc.spacetime import Region
from lpc.spacetime.cuts import Slice, cut, slice_of, spans
from lpc.spacetime.levels import Levels, level_of
from lpc.spacetime.rule import shield
from lpc.spacetime.scene import specifications
from lpc.spacetime.screening import shields
from lpc.spacetime.unions import unions
from tests.property.scenes import a_layout, a_staircase
from tests.property.test_circuits import some_slice


def as_slice(region: Region) -> Slice:
    """A region of constant-time pieces, level by level."""
    levels = sorted(level_of(t) for t in region.slice_times)
    return slice_of((s, spans(cut(piece, s) for piece in region.pieces)) for s in levels)


def test_the_rule_gives_all_that_the_search_proposes() -> None:
    told = 0
    for number in range(300):
        rng = Random(f"proposed {number}")
        scene = a_staircase(rng).scene if number % 3 == 0 else a_layout(rng).scene
        for specification in specifications(scene):
            for found in shields(specification, scene.places):
                assert found == shield(specification, found.slice, scene.places), number
                told += 1
    assert told > 300


def test_levels_and_the_rule_agree_on_slices_at_random() -> None:
    accepted = refused = 0
    for number in range(300):
        rng = Random(f"levels {number}")
        scene = a_staircase(rng).scene if number % 3 == 0 else a_layout(rng).scene
        for specification in specifications(scene):
            levels = Levels(specification, scene.places)
            for _ in range(4):
                chosen = some_slice(rng, specification.region)
                if chosen.is_empty or chosen.is_thick:
                    continue
                made = as_slice(chosen)
                separated = levels.separated(made)
                said = shield(specification, chosen, scene.places)
                assert (separated is None) == (said is None), number
                if separated is None or said is None:
                    refused += 1
                    continue
                accepted += 1
                covered = levels.covered(separated.pieces)
                for k, atom in enumerate(scene.places):
                    assert bool(covered >> k & 1) == (atom in said.covered), (number, atom)
                    outside = bool(separated.outside >> k & 1)
                    assert outside == (atom in said.outside), (number, atom)
    assert accepted > 100
    assert refused > 100


def test_nothing_is_proposed_where_nothing_is_complete() -> None:
    scene = a_staircase(Random(1)).scene
    (specification,) = specifications(scene)
    nowhere = type(specification)(specification.names, specification.region - specification.region,
                                  specification.declarations)  # fmt: skip
    assert unions(nowhere, scene.places, lambda: None) == ()
