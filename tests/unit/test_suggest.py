"""`lpc suggest`: the weakest independences that close a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

import lpc
from lpc import LpcError
from lpc.checker.suggest import suggest
from lpc.kernel import replay

ROOT = Path(__file__).resolve().parent.parent.parent
BELL = str(ROOT / "proofs" / "bell1990.lpc")


def test_microstate_independence_is_found_from_eq_24_and_local_causality_alone():
    first, second = suggest(lpc.load(BELL), "search_alone")
    assert first.removal == "A ⊥ B, b | a, λ"
    assert "λ_a ⊥ B, b | a, λ" in [s.statement for s in first.suggestions]
    assert "λ_b ⊥ a | b, λ" in [s.statement for s in second.suggestions]


def test_every_suggestion_comes_with_a_proof_that_uses_only_it_and_the_scope():
    document = lpc.load(BELL)
    for gap in suggest(document, "search_alone"):
        for suggestion in gap.suggestions:
            (proof,) = suggestion.evidence.proofs
            theorem = replay(proof)
            assert suggestion.independence in theorem.hypotheses


def test_a_licensed_step_has_no_gap():
    assert suggest(lpc.load(BELL), "road:2") == ()


def test_steps_are_found_by_label_and_line():
    document = lpc.load(BELL)
    assert suggest(document, "Eq. 14") == ()
    line = next(i for i in document.items if i.name == "search_alone").span.line
    assert len(suggest(document, str(line))) == 2


def test_an_unknown_step_is_named_with_what_there_is():
    with pytest.raises(LpcError, match=r"road:2"):
        suggest(lpc.load(BELL), "nonsense")
