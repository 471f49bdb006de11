"""Verdicts, minimal sets, citations and removals of small documents."""

from __future__ import annotations

import pytest

import lpc
from lpc import LpcError, P, Verdict

HEAD = """
variables {{ A ; B ; a ; b ; λ ; λ_a ; λ_b }}
assume L_A  : A _||_ b, B, λ_b | a, λ, λ_a
assume L_B  : B _||_ a, A, λ_a | b, λ, λ_b
assume MI_a : λ_a _||_ b, B | a, λ
assume MI_b : λ_b _||_ a, A | b, λ
assume MS_b : λ_b _||_ a | b, λ
assume PI   : P(A | a, b, λ) = P(A | a, λ) and P(B | a, b, λ) = P(B | b, λ)
assume OI   : P(A, B | a, b, λ) = P(A | a, b, λ) P(B | a, b, λ)
define Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
{rest}
"""


def check(rest: str):
    return lpc.check(lpc.parse(HEAD.format(rest=rest)))


def only(rest: str):
    (item,) = check(rest).items
    return item


def test_all_minimal_sets_are_found_with_a_proof_for_each():
    item = only("claim : L_A, L_B, MI_a, MI_b, MS_b, PI, OI entail Fact")
    assert item.verdict is Verdict.ENTAILED
    found = {frozenset(names) for names in item.needs}
    assert found == {
        frozenset({"PI", "OI"}),
        frozenset({"L_A", "MI_a", "PI"}),
        frozenset({"L_B", "MI_b", "PI"}),
        frozenset({"L_A", "L_B", "MI_a", "MS_b"}),
        frozenset({"L_A", "L_B", "MI_a", "MI_b"}),
    }
    for evidence in item.evidence:
        assert evidence.lines
        used = {line.rule for line in evidence.lines if not line.premises}
        assert used <= set(evidence.names)


def test_a_needed_set_is_sufficient_and_minimal():
    item = only("claim : L_A, L_B, MI_a, MI_b, MS_b, PI, OI entail Fact")
    for needs in item.needs:
        again = only(f"claim : {', '.join(needs)} entail Fact")
        assert again.verdict is Verdict.ENTAILED
        for name in needs:
            fewer = [n for n in needs if n != name]
            if fewer:
                less = only(f"claim : {', '.join(fewer)} entail Fact")
                assert less.verdict is Verdict.REFUTED


def test_one_sided_dependence_is_enough_and_so_is_its_mirror_image():
    """DESIGN 1.4, item 3."""
    assert only("claim : L_A, L_B, MI_a, MS_b entail Fact").verdict is Verdict.ENTAILED
    assert only("claim : L_A, L_B, MI_a entail Fact").verdict is Verdict.REFUTED


def test_only_what_is_assumed_is_in_scope():
    item = only("derive d { P(A | a, b, λ) = P(A | a, λ) }")
    assert (item.verdict, item.needs) == (Verdict.REFUTED, ())
    assert ("PI",) in item.would_do


def test_an_identity_needs_nothing():
    item = only("derive d { assuming PI ; P(A, B | a) = P(B | A, a) P(A | a) by product rule }")
    assert (item.verdict, item.needs, item.as_expected) == (Verdict.IDENTITY, ((),), True)


def test_bayes_rule_is_named():
    item = only("derive d { P(A | B, a) P(B | a) = P(B | A, a) P(A | a) by bayes }")
    assert item.verdict is Verdict.IDENTITY
    assert item.evidence[0].lines[-1].rule == "bayes"


def test_an_insufficient_citation_keeps_the_verdict_and_is_a_finding():
    report = check("derive d { assuming PI, OI ; P(A | a, b, λ) = P(A | a, λ) by OI }")
    (item,) = report.items
    assert (item.verdict, item.as_expected) == (Verdict.LICENSED, False)
    (finding,) = [d for d in report.diagnostics if d.severity == "finding"]
    assert finding.code == "F501"
    assert "{PI}" in finding.message
    assert report.status == "findings"


def test_a_name_outside_the_scope_does_not_license():
    report = check("derive d { assuming OI ; P(A | a, b, λ) = P(A | a, λ) by PI }")
    assert report.items[0].verdict is Verdict.REFUTED
    report = check("derive d { assuming PI ; P(A | a, b, λ) = P(A | a, λ) by PI, OI }")
    assert [d.code for d in report.diagnostics if d.severity == "finding"] == ["F502"]
    assert not report.items[0].as_expected


def test_what_is_superfluous_is_warned_of_and_changes_nothing():
    report = check("derive d { assuming PI, OI ; P(A | a, b, λ) = P(A | a, λ) by PI, OI }")
    assert [d.code for d in report.diagnostics] == ["W402", "W401"]
    assert report.status == "ok"


def test_expectations():
    good = check("derive d { P(A | a, b, λ) = P(A | a, λ) expect refuted }")
    assert good.status == "ok"
    bad = check("derive d { assuming PI ; P(A | a, b, λ) = P(A | a, λ) expect refuted }")
    assert bad.status == "findings"
    claim = check("claim : PI do not entail OI")
    assert (claim.items[0].verdict, claim.status) == (Verdict.REFUTED, "ok")
    wrong = check("claim : PI do not entail PI")
    assert (wrong.items[0].verdict, wrong.status) == (Verdict.ENTAILED, "findings")


def test_a_removal_lists_what_was_dropped_from_which_factor():
    item = only(
        "derive d { assuming L_A, MI_a\n"
        "P(A | B, a, b, λ) P(B | a, b, λ) = P(A | a, λ) P(B | a, b, λ) }"
    )
    (removal,) = item.removals
    assert (removal.factor, removal.removed) == ("P(A | B, a, b, λ)", ("B", "b"))
    assert removal.needs == (("L_A", "MI_a"),)
    assert not removal.lc_alone


def test_removals_of_a_joint_probability_go_through_the_product_rule():
    item = only("derive d { assuming PI, OI ; P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ) }")
    assert [(r.factor, r.removed) for r in item.removals] == [
        ("P(A | B, a, b, λ)", ("B", "b")),
        ("P(B | a, b, λ)", ("a",)),
    ]


def test_rewriting_finds_the_steps_and_says_what_each_needs():
    item = only(
        "rewrite r { assuming L_A, L_B, MI_a, MI_b\nP(A, B | a, b, λ) to P(A | a, λ) P(B | b, λ) }"
    )
    assert item.verdict is Verdict.LICENSED
    assert [s.rule for s in item.rewriting] == ["product rule", "removal", "removal"]
    assert item.rewriting[-1].product == "P(A | a, λ) P(B | b, λ)"
    assert all(s.licensed for s in item.rewriting)


def test_positive_declarations_allow_intersection():
    text = """
    variables {{ X ; Y ; W }}
    assume I : X _||_ Y | W and X _||_ W | Y
    {positive}
    claim : {names} entail X _||_ Y, W
    """
    without = lpc.check(lpc.parse(text.format(positive="", names="I")))
    assert without.items[0].verdict is Verdict.REFUTED
    declared = text.format(positive="assume POS : positive Y, W", names="I, POS")
    report = lpc.check(lpc.parse(declared))
    assert report.items[0].verdict is Verdict.ENTAILED
    assert "intersection" in [line.rule for line in report.items[0].evidence[0].lines]


def test_a_true_implication_beyond_the_rules_is_never_refuted():
    report = lpc.check(
        lpc.parse(
            "variables { X ; Y ; C ; D }\n"
            "assume H : X _||_ Y | C, D and C _||_ D | X and C _||_ D | Y and X _||_ Y\n"
            "claim : H entail C _||_ D"
        ),
        effort=100_000,
    )
    assert report.items[0].verdict is not Verdict.REFUTED


def test_determinism_licenses():
    report = lpc.check(
        lpc.parse(
            "variables { A ; B ; a ; λ }\nassume D : A determined by a, λ\n"
            "claim : D entail A _||_ B | a, λ\nclaim : D do not entail A _||_ B | λ"
        )
    )
    assert [i.verdict.value for i in report.items] == ["entailed", "refuted"]


def test_too_many_variables_is_a_finding_and_not_a_verdict():
    names = [f"x{k}" for k in range(24)]
    links = "\n".join(
        f"assume I{k} : {names[k]} _||_ {names[k + 2]} | {names[k + 1]}" for k in range(22)
    )
    scope = ", ".join(f"I{k}" for k in range(22))
    text = f"variables {{ {' ; '.join(names)} }}\n{links}\nclaim : {scope} entail x0 _||_ x23 | x9"
    report = lpc.check(lpc.parse(text))
    assert report.items[0].verdict is Verdict.UNDECIDED
    assert [d.code for d in report.diagnostics] == ["F503"]
    assert "20" in report.diagnostics[0].message


def test_irrelevant_variables_do_not_count():
    names = [f"x{k}" for k in range(40)]
    text = (
        f"variables {{ A ; B ; {' ; '.join(names)} }}\n"
        f"assume I : A _||_ B, {', '.join(names)}\nclaim : I entail A _||_ B"
    )
    assert lpc.check(lpc.parse(text)).items[0].verdict is Verdict.ENTAILED


def test_decide_from_python():
    document = lpc.parse(HEAD.format(rest=""))
    A, a, b, lam = lpc.variables("A a b lambda")
    item = lpc.decide(document, P(A | a, b, lam), P(A | a, lam), ["PI"])
    assert item.verdict is Verdict.LICENSED
    with pytest.raises(LpcError, match="unknown variable"):
        lpc.decide(document, P("Q | a"), P("Q"), [])
    with pytest.raises(LpcError, match="unknown assumption"):
        lpc.decide(document, P(A | a), P(A), ["XX"])


def test_terms_and_reports_render_themselves():
    assert P("A, B | a, lambda_a")._repr_latex_() == r"$P(A, B \mid a, \lambda_{a})$"
    report = check('derive d "<script>alert(1)</script>" { P(A, B) = P(A | B) P(B) }')
    assert "<script>" not in report._repr_html_()
    assert "identity" in report._repr_html_()


def test_local_causality_is_never_concluded_from_independences():
    """It asks for values of the latents as well, which no set of independences gives."""
    graph = "variables { A ; a }\ncausal { a -> A }\nassume LC : local causality\n"
    text = graph + "assume T : A _||_ a\nclaim : T entail LC\nclaim : LC entail LC\n"
    first, second = lpc.check(lpc.parse(text)).items
    assert first.verdict is not Verdict.ENTAILED
    assert second.verdict is Verdict.ENTAILED


def test_a_model_with_a_function_of_the_complete_state_is_local():
    text = """
    spacetime 1+1 {
      one = point t = 4, x = -5 ; two = point t = 4, x = 5 ; Sigma = slice t = 0
      left = Sigma & past(one) ; right = Sigma & past(two) }
    variables { A at one ; B at two ; λ at left | right ; m at left ; z at left ; n at right }
    complete λ, m on left
    complete λ, n on right
    assume LC : local causality
    model ok { λ := 0 ; m ~ uniform {0, 1} ; n := m ; z := m ; A := m ; B := n }
    model far { λ := 0 ; m := 0 ; n ~ uniform {0, 1} ; z := 0 ; A := n ; B := n }
    claim : ok satisfies LC
    claim : far violates LC
    """
    assert [i.verdict.value for i in lpc.check(lpc.parse(text)).items] == ["holds", "holds"]


def test_a_broken_removal_is_shown_in_its_own_terms_with_its_latents():
    text = """
    variables {{ s ; X ; w }}
    causal {{ latent u ; u -> s, X }}
    assume LC : local causality
    derive d {{ assuming LC ; {} }}
    """
    for step in ("P(X | s, w) = P(X | w)", "P(s | X, w) = P(s | w)"):
        (item,) = lpc.check(lpc.parse(text.format(step))).items
        assert item.model.broken.left.startswith(step[:3])
        assert item.model.sentences[0] == "u is a fair coin"


def test_local_causality_inside_a_definition_keeps_its_latents():
    """The PR box obeys every observed independence here, and violates local causality."""
    text = """
    variables { A in {-1, +1} ; B in {-1, +1} ; a in {0, 1} ; b in {0, 1} }
    causal { latent u ; u, a -> A ; u, b -> B }
    assume LC : local causality
    assume N  : a _||_ b
    define Both : LC and N
    define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
    define S := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
    claim : LC entail |S| <= 2
    claim : Both entail |S| <= 2
    claim : Both entail A _||_ b
    """
    verdicts = [i.verdict for i in lpc.check(lpc.parse(text)).items]
    assert Verdict.REFUTED not in verdicts
    assert verdicts[2] is not Verdict.REFUTED


def test_a_definition_with_local_causality_is_refuted_only_by_local_models():
    text = """
    spacetime 1+1 {
      one = point t = 4, x = -5 ; two = point t = 4, x = 5
      N = past(one) & past(two) }
    variables { A at one ; B at two ; ν at N ; w at one }
    complete ν on N
    assume LC : local causality
    assume W  : w _||_ ν
    define Both : LC and W
    claim : Both entail A _||_ B | ν
    """
    (item,) = lpc.check(lpc.parse(text)).items
    # What comes from past infinity beside N may be correlated; a circuit shows it.
    assert item.verdict is Verdict.REFUTED
    assert item.model.circuit.seeds
    (item,) = lpc.check(lpc.parse(text.replace("local causality", "common causes"))).items
    assert item.verdict is Verdict.ENTAILED


def test_what_says_nothing_needs_no_proof():
    """u is a part of k, so there is nothing to show of it given k."""
    text = "variables { A ; B ; k }\nsplit k into u, v\nassume H : A ⊥ B | v\n"
    every = "claim : entail u ⊥ B | k\nclaim : H entail u ⊥ B | k and A ⊥ B | v\n"
    first, second = lpc.check(lpc.parse(text + every)).items
    assert (first.verdict, first.needs) == (Verdict.ENTAILED, ((),))
    assert (second.verdict, second.needs) == (Verdict.ENTAILED, (("H",),))
    assert [line.statement for line in first.evidence[0].lines] == ["∅ ⊥ B | k"]
    assert [line.statement for line in second.evidence[0].lines] == ["A ⊥ B | v", "∅ ⊥ B | k"]
