"""`lpc independence`: every combination has a model, a proof, or says that it is open."""

from __future__ import annotations

from pathlib import Path

import pytest

import lpc
from lpc import LpcError
from lpc.checker.independence import independence_table
from lpc.kernel import replay

REFERENCE = Path(__file__).resolve().parent.parent / "data" / "language" / "reference_core.lpc"


@pytest.fixture(scope="module")
def document():
    return lpc.load(str(REFERENCE))


def test_settings_and_microstate_independence_are_independent_of_each_other(document):
    """The paper's claim: either can hold and fail without the other, local causality given."""
    table = independence_table(document, ("SI", "MI_a", "MI_b"), ("LC",))
    assert len(table.cells) == 8
    assert all(cell.model is not None for cell in table.cells)


def test_factorizability_and_settings_independence_are_fully_independent(document):
    table = independence_table(document, ("SI", "Fact"))
    assert [cell.model is not None for cell in table.cells] == [True] * 4


def test_models_hold_and_fail_what_their_cell_says(document):
    table = independence_table(document, ("PI", "OI", "Fact"))
    for cell in table.cells:
        if cell.model is not None:
            assert set(cell.holds) <= set(cell.model.satisfies)
            assert set(cell.fails) <= set(cell.model.violates)


def test_impossible_cells_come_with_a_replayed_proof(document):
    table = independence_table(document, ("PI", "OI", "Fact"))
    impossible = {(cell.holds, cell.fails): cell for cell in table.cells if cell.evidence}
    assert set(impossible) == {
        (("PI", "OI"), ("Fact",)),
        (("PI", "Fact"), ("OI",)),
        (("OI", "Fact"), ("PI",)),
        (("Fact",), ("PI", "OI")),
    }
    for cell in impossible.values():
        for proof in cell.evidence.proofs:
            assert replay(proof)


@pytest.mark.parametrize("names", [(), ("XX",), ("SI", "MI_a", "MI_b", "PI", "OI", "Fact", "LC")])
def test_bad_choices_are_refused(document, names):
    with pytest.raises(LpcError):
        independence_table(document, names)
