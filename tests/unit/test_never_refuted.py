"""Scenes in which local causality does more than the checker can show: undecided, not refuted."""

from __future__ import annotations

import pytest

import lpc
from lpc.checker.independence import independence_table

SCENES = {
    "two balls that only together cover the past of A": """
        spacetime 2+1 {
          one = point t=4, x=0, y=0 ; two = point t=4, x=40, y=0
          L1 = ball t=0, x=-3, y=0, r=6 ; L2 = ball t=0, x=3, y=0, r=6 }
        variables { A at one ; B at two ; λ at L1 | L2 }
        complete λ on L1 | L2
        """,
    "B in a lens that lies outside the future of the slice": """
        spacetime 2+1 {
          one = point t=4, x=0, y=0 ; left = ball t=0, x=0, y=0, r=4
          lens = ball t=4, x=12, y=10, r=21/2 & ball t=4, x=12, y=-10, r=21/2 }
        variables { A at one ; B at lens ; λ at left }
        complete λ on left
        """,
    "a slice with a slanted part": """
        spacetime 1+1 {
          one = point t=8, x=0 ; two = point t=8, x=100
          low = segment t=0, x=-8..0 ; high = segment t=1, x=1..7
          p = point t=0, x=0 ; q = point t=1, x=1
          link = diamond p to q ; R = low | high | link }
        variables { A at one ; B at two ; λ at R }
        complete λ on R
        """,
    "a variable that lives partly on the slice": """
        spacetime 1+1 {
          one = point t=4, x=-5
          left = segment t=0, x=-9 to -1 ; wide = segment t=0, x=-9 to 12 }
        variables { A at one ; B at wide ; λ at left }
        complete λ on left
        """,
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_what_holds_is_not_refuted(scene):
    text = f"{scene}\nassume LC : local causality\nclaim : LC entail A _||_ B | λ\n"
    (item,) = lpc.check(lpc.parse(text)).items
    assert item.verdict.value in ("entailed", "undecided")


def test_the_common_past_of_a_thick_region_is_no_cause_outside_it():
    """N, the overlap of the past cones, is complete: A and B have nothing else in common.

    Eq. 7 alone allows a correlation from past infinity beside it; common causes do not.
    """
    text = """
        spacetime 1+1 {
          one = point t=4, x=-5 ; two = point t=4, x=5 ; N = past(one) & past(two) }
        variables { A at one ; B at two ; ν at N }
        complete ν on N
        assume LC : local causality
        assume CC : common causes
        claim : CC entail A _||_ B | ν
        claim : LC do not entail A _||_ B | ν
        """
    common, local = lpc.check(lpc.parse(text)).items
    assert common.verdict.value == "entailed"
    assert local.model is not None
    assert local.model.circuit is not None
    assert local.model.circuit.seeds


GRAPH = """
    causal { latent u ; u -> A, B }
    variables { A in {0, 1} ; B in {0, 1} ; c in {0, 1} }
    assume LC : local causality
    assume I : A _||_ c
    """


def test_a_bad_value_of_a_latent_is_no_violation():
    """Any distribution of A and B obeys this graph, with u the pair of them."""
    (item,) = lpc.check(lpc.parse(GRAPH + "claim : I do not entail LC")).items
    assert item.verdict.value == "undecided"
    table = independence_table(lpc.parse(GRAPH), ("I", "LC"))
    assert [cell.model is None for cell in table.cells] == [False, True, False, True]


def test_what_breaks_without_latents_is_still_refuted():
    text = GRAPH + "define Both : I and LC\nclaim : LC do not entail Both"
    (item,) = lpc.check(lpc.parse(text)).items
    assert item.verdict.value == "refuted"
