"""One name, many spellings; and what is deliberately not folded."""

from __future__ import annotations

import pytest

from lpc.language.names import UnknownCommand, canonical
from lpc.language.suggest import nearest


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("lambda_a", "λ_a"),
        ("λ_a", "λ_a"),
        (r"\lambda_a", "λ_a"),
        (r"\lambda_{a}", "λ_a"),
        (r"\lambda_{\Sigma}", "λ_Σ"),
        (r"\lambda_\Sigma", "λ_Σ"),
        ("lambda_Sigma", "λ_Σ"),
        ("Sigma", "Σ"),
        ("a′", "a'"),
        ("a’", "a'"),
        (r"\lambda\prime", "λ'"),
        ("lambda'", "λ'"),
        ("µ", "μ"),
        ("ϵ", "ε"),
        ("ϕ", "φ"),
        ("ϑ", "θ"),
        (r"\varphi", "φ"),
        ("MI_a_printed", "MI_a_printed"),
        ("γ∖a", "γ∖a"),
        ("lambdas", "lambdas"),
        ("Alpha", "Alpha"),
        ("λ₁", "λ₁"),
        ("𝜆", "𝜆"),
    ],
)
def test_spelling(written, name):
    assert canonical(written) == name


def test_canonical_is_idempotent_on_every_letter():
    for word in ("alpha", "varepsilon", "Omega"):
        assert canonical(canonical("\\" + word)) == canonical("\\" + word)


def test_other_commands_are_refused():
    with pytest.raises(UnknownCommand):
        canonical(r"\foo_a")


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("dervie", ["derive", "define"], "derive"),
        ("𝜆", ["λ", "a"], "λ"),
        ("lc", ["LC"], "LC"),
        ("q", ["a", "b"], None),
        ("x" * 100, ["x" * 99], None),
    ],
)
def test_nearest(word, known, meant):
    assert nearest(word, known) == meant
