"""Models held against a causal graph with latents: strategies, or what they break."""

from fractions import Fraction

import pytest

import lpc
from lpc.checker.context import Context
from lpc.checker.independence import independence_table
from lpc.checker.locality import judge
from lpc.checker.membership import Hidden
from lpc.checker.models import ModelChecker
from lpc.checker.violations import _light, triples
from lpc.language.document import Inequality
from lpc.logic import Independence
from lpc.search.membership import Member, Mixed, Outside, Row, mixed
from lpc.spacetime import CausalGraph, markov_premises

BELL = """
variables { A, B in {-1, 1} ; x, y in {0, 1} }
causal { latent s ; s, x -> A ; s, y -> B }
assume LC : local causality
"""
CHSH = """
define E(u, v) := sum[A, B] A B P(A, B | x = u, y = v)
define S := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
"""
SETTINGS = "x ~ uniform {0, 1} ; y ~ uniform {0, 1} ;"


def visible(v):
    """A PR box with visibility v."""
    same, other = Fraction(1, 2) + v / 2, Fraction(1, 2) - v / 2
    return f"""model m {{ {SETTINGS} A ~ uniform {{-1, 1}}
      B ~ if x * y = 1 then {{ -A : {same}, A : {other} }} else {{ A : {same}, -A : {other} }} }}
    """


def judged(text):
    """What is found of the model `m`, with the model itself; a True is checked once more."""
    document = lpc.parse(text)
    context = Context(document)
    model = ModelChecker(context, lambda d: pytest.fail(str(d))).evaluated("m")
    found = judge(context, model)
    if found.truth:
        extended = found.extension
        assert all(map(extended.holds, markov_premises(document.graph)))
        names, table = extended.table(frozenset(model.names))
        assert (names, table) == (model.names, dict(model.support))
    return found


def told(text):
    """The one thing that the one claim breaks."""
    (item,) = lpc.check(lpc.parse(text)).items
    assert item.as_expected
    (broken,) = item.breaks
    return broken


# Strategies.


@pytest.mark.parametrize("v", [0, Fraction(1, 3), Fraction(1, 2)])
def test_a_table_inside_has_strategies(v):
    found = judged(BELL + visible(Fraction(v)))
    assert found.truth is True
    assert found.extension.names[-1] == "s"


@pytest.mark.parametrize("v", [Fraction(501, 1000), Fraction(3, 5), 1])
def test_a_table_outside_breaks_an_inequality_that_nobody_named(v):
    found = judged(BELL + visible(Fraction(v)))
    assert found.truth is False
    assert isinstance(found.violation.goal, Inequality)
    assert all(bound.best.value <= 0 for bound in found.violation.bounds)
    assert found.violation.evidence.names == ("LC",)
    assert found.violation.evidence.mixture.hidden == {"s"}


def test_irrational_weights_are_exact_inside_and_out():
    spins = "quantum m { state singlet ; " + SETTINGS + " A := spin(x * pi/4) on 1 ; "
    inside = judged(BELL + spins + "B := spin(y * pi/4) on 2 }")
    assert inside.truth is True
    assert any(not isinstance(w, Fraction) for _, w in inside.extension.support)
    outside = judged(BELL + spins + "B := spin(pi/4 + y * pi/2) on 2 }")
    assert outside.truth is False
    assert "sqrt(2)" in outside.violation.broken.left_value


def test_settings_that_never_occur_together_are_no_constraint():
    text = """model m { x ~ uniform {0, 1} ; y := 0 ; A ~ uniform {-1, 1}
      B ~ if x = 1 then { -A : 4/5, A : 1/5 } else { A : 4/5, -A : 1/5 } }"""
    assert judged(BELL + CHSH + text).truth is True


def test_a_latent_with_parents_and_a_latent_below_a_latent():
    text = """
    variables { A, B in {0, 1} ; x, y, z in {0, 1} }
    causal { latent u ; latent l ; z -> u ; u -> l ; l, x -> A ; u, y -> B }
    assume LC : local causality
    model m { x ~ uniform {0, 1} ; y ~ uniform {0, 1} ; z ~ uniform {0, 1} ; A ~ uniform {0, 1}
      B ~ if z = 1 then { A : 1 } else { A : 3/4, 1 - A : 1/4 } }
    """
    assert judged(text).truth is True


def test_settings_that_share_the_latent_break_nothing():
    text = """
    variables { A, B in {-1, 1} ; x, y in {0, 1} }
    causal { latent s ; s -> x, y ; s, x -> A ; s, y -> B }
    assume LC : local causality
    """
    assert judged(text + CHSH + visible(Fraction(1))).truth is True


def test_a_result_that_is_a_cause_of_another():
    text = """
    variables { X, Y, Z in {0, 1} }
    causal { latent U ; Z, U -> X ; X, U -> Y }
    assume LC : local causality
    """
    chance = "model m { Z ~ uniform {0, 1} ; X ~ if Z = 1 then { 1 : 3/4, 0 : 1/4 } else { 1 : 1/4,"
    assert judged(text + chance + "0 : 3/4 } ; Y ~ uniform {0, 1} }").truth is True
    assert judged(text + "model m { Z ~ uniform {0, 1} ; X := 0 ; Y := Z }").truth is None
    # X shows the latent where Z = 1 alone: P(Y | X) is not what X does to Y.
    shows = "model m { Z ~ uniform {0, 1} ; X ~ if Z = 1 then { 0 : 1/2, 1 : 1/2 } else { 0 : 1 } ;"
    assert judged(text + shows + "Y ~ if Z = 1 then { 1 : 1 } else { 0 : 1/2, 1 : 1/2 } }").truth


TWO_SOURCES = """
variables { A, B, C in {0, 1} ; x, z in {0, 1} }
causal { latent s ; latent t ; s, x -> A ; s, t -> B ; t, z -> C }
assume LC : local causality
"""
ENDS = "x ~ uniform {0, 1} ; z ~ uniform {0, 1} ; A ~ uniform {0, 1} ;"


def test_two_sources_are_taken_one_at_a_time_and_together_only_against():
    assert judged(f"{TWO_SOURCES} model m {{ {ENDS} B := A ; C ~ uniform {{0, 1}} }}").truth is True
    free = "x ~ uniform {0, 1} ; z ~ uniform {0, 1} ; B ~ uniform {0, 1} ;"
    one = f"{free} A := (B + x) mod 2 ; C ~ uniform {{0, 1}}"
    assert judged(f"{TWO_SOURCES} model m {{ {one} }}").truth is True
    pr = f"{TWO_SOURCES} model m {{ {ENDS} B ~ uniform {{0, 1}} ; C := (A + B + x * z) mod 2 }}"
    found = judged(pr)
    assert found.truth is False
    assert found.violation.evidence.mixture.hidden == {"s", "t"}
    # A mixture of both sources would do it, two sources do not: nothing is said.
    shared = f"{TWO_SOURCES} model m {{ {ENDS} B := 0 ; C := 0 }}"
    assert judged(shared).truth is True
    triangle = """
    variables { A, B, C in {0, 1} }
    causal { latent r ; latent s ; latent t ; r, s -> A ; s, t -> B ; t, r -> C }
    assume LC : local causality
    """
    assert judged(triangle + "model m { A ~ uniform {0, 1} ; B := A ; C := A }").truth is None


def test_a_setting_of_both_is_held_fixed():
    text = """
    variables { A, B in {-1, 1} ; x, y, w in {0, 1} }
    causal { latent s ; s, x, w -> A ; s, y, w -> B }
    assume LC : local causality
    model m { x ~ uniform {0, 1} ; y ~ uniform {0, 1} ; w ~ uniform {0, 1} ; A ~ uniform {-1, 1}
      B := if w = 1 and x = 1 and y = 1 then -A else A }
    """
    found = judged(text)
    assert found.truth is False
    assert ("w", 1) in found.violation.bounds[0].form.context.items()


# What is said.


def test_a_quantity_of_the_file_comes_first():
    broken = told(BELL + CHSH + visible(Fraction(3, 5)) + "claim : m violates LC")
    assert (broken.statement, broken.left, broken.left_value) == ("S <= 2", "S", "12/5")
    assert (broken.name, broken.because) == ("LC", "LC entails")


def test_a_quantity_below_its_smallest_value():
    minus = "define S := E(1, 1) - E(0, 0) - E(0, 1) - E(1, 0)\n"
    text = CHSH[: CHSH.index("define S")] + minus
    broken = told(BELL + text + visible(Fraction(1)) + "claim : m violates LC")
    assert (broken.statement, broken.left_value) == ("S >= -2", "-4")


def test_an_inequality_that_the_file_claims_is_used():
    both = "P(A = 1, B = 1 | x = {}, y = {})"
    sums = " + ".join(both.format(*at) for at in ("00", "01", "10")) + " - " + both.format(1, 1)
    sums += " - P(A = 1 | x = 0) - P(B = 1 | y = 0) <= 0"
    text = BELL + visible(Fraction(3, 5)) + f"claim : LC entail {sums}\nclaim : m violates LC"
    first, second = lpc.check(lpc.parse(text)).items
    assert first.as_expected
    assert second.as_expected
    assert second.breaks[0].statement == first.statement.removeprefix("LC entail ")


def test_three_parties():
    text = """
    variables { A, B, C in {-1, 1} ; a, b, c in {0, 1} }
    causal { latent s ; s, a -> A ; s, b -> B ; s, c -> C }
    assume LC : local causality
    define E(p, q, r) := sum[A, B, C] A B C P(A, B, C | a = p, b = q, c = r)
    define M := E(0, 0, 0) - E(0, 1, 1) - E(1, 0, 1) - E(1, 1, 0)
    model m { a ~ uniform {0, 1} ; b ~ uniform {0, 1} ; c ~ uniform {0, 1}
      A ~ uniform {-1, 1} ; B ~ uniform {-1, 1}
      C ~ if a + b + c = 2 then { -A * B : 1 }
          else if a + b + c = 0 then { A * B : 1 } else { -1 : 1/2, 1 : 1/2 } }
    claim : m violates LC
    """
    broken = told(text)
    assert (broken.statement, broken.left_value) == ("M <= 2", "4")
    unnamed = "\n".join(x for x in text.splitlines() if "define" not in x)
    assert told(unnamed).because == "LC entails"


def test_what_holds_in_the_model_is_used_and_named():
    scene = """
    spacetime 1+1 {
      pa = point t = 2, x = -10
      pb = point t = 2, x = 10
      qA = point t = 3, x = -10
      qB = point t = 3, x = 10
      sa = slice t = 0 & past(pa)
      sb = slice t = 0 & past(pb)
      left = slice t = 2 & past(qA)
      right = slice t = 2 & past(qB)
    }
    variables { x in {0, 1} at pa ; y in {0, 1} at pb ; A in {-1, 1} at qA ; B in {-1, 1} at qB
      k at sa ; l at sb ; m_ at left | right }
    complete k on sa
    complete l on sb
    complete x, m_ on left
    complete y, m_ on right
    assume LC : local causality
    """
    box = visible(Fraction(1)).replace(SETTINGS, SETTINGS + "k := 0 ; l := 0 ;")
    box = box.replace("} }\n", "} ; m_ := (x, y, A, B) }\n")
    assert "m_" in box
    free = "assume Fx : x ⊥ k\nassume Fy : y ⊥ l\n"
    broken = told(scene + free + CHSH + box + "claim : m violates LC")
    assert (broken.statement, broken.because) == ("S <= 2", "LC with Fx, Fy entails")
    text = scene.replace("assume LC : local causality", "") + CHSH + box
    (item,) = lpc.check(lpc.parse(text + "claim : m is local in spacetime")).items
    sources = ("local causality", "what holds in the model")
    assert item.evidence[0].sources == sources
    broken = told(scene + CHSH + box + "claim : m violates LC")
    assert broken.because == "LC with x ⊥ k, y ⊥ l, which hold in the model, entails"


def test_local_causality_alone_is_preferred_to_what_holds_besides():
    text = """
    variables { A, B in {-1, 1} ; x, y in {0, 1} ; l }
    causal { latent u ; u -> l, x, y ; l, x -> A ; l, y -> B }
    assume LC : local causality
    assume SI : l ⊥ x, y
    """
    box = visible(Fraction(1)).replace(SETTINGS, SETTINGS + "l := 0 ;")
    broken = told(text + CHSH + box + "claim : m violates LC")
    assert (broken.statement, broken.because) == ("A ⊥ B | x, l", "LC entails")


# Models that break local causality.


def test_a_model_that_signals_answers_that_local_causality_does_not_follow():
    text = """
    variables { A, B in {-1, +1} ; x, y in {0, 1} ; l }
    causal { latent u ; u -> l, x, y ; l, x -> A ; l, y -> B }
    assume LC : local causality
    assume SI : l ⊥ x, y
    claim : SI do not entail LC
    """
    (item,) = lpc.check(lpc.parse(text)).items
    assert item.verdict == "refuted"
    assert "LC" in item.model.violates


NO_SIGNALLING = "assume N : A ⊥ y | x\nassume M : B ⊥ x | y\nassume F : x ⊥ y\n"


def test_a_box_that_does_not_signal_answers_it_too():
    (item,) = lpc.check(lpc.parse(BELL + NO_SIGNALLING + "claim : N, M, F do not entail LC")).items
    assert item.verdict == "refuted"
    assert item.model.violates == ("LC",)
    assert item.model.broken.left_value == "4"


def test_rows_in_which_local_causality_fails():
    document = lpc.parse(BELL + NO_SIGNALLING)
    cells = independence_table(document, ("LC",), ("N", "M", "F")).cells
    assert [(c.fails, c.model is not None) for c in cells] == [((), True), (("LC",), True)]


def test_what_follows_is_not_refuted():
    text = "variables { A, B ; x }\ncausal { x -> A, B }\nassume LC : local causality\n"
    text += "assume I : A ⊥ B | x\nclaim : I entail LC\nclaim : LC entail A ⊥ B | x"
    assert [i.verdict.value for i in lpc.check(lpc.parse(text)).items][1] == "entailed"
    assert lpc.check(lpc.parse(text)).items[0].verdict != "refuted"


def test_whole_numbers_say_the_same_of_an_independence():
    text = BELL + visible(Fraction(1, 3))
    document = lpc.parse(text)
    model = ModelChecker(Context(document), print).evaluated("m")
    light = _light(model)
    assert all(type(w) is int for _, w in light.support)
    for one, two, given in triples(model.names):
        statement = Independence.create({one}, {two}, given)
        assert light.holds(statement) == model.holds(statement)


# The search.


def test_no_weights_are_found_for_what_is_no_mixture():
    members = [Member("A", (0, 1), (), ((),)), Member("B", (0, 1), ("A",), ((0,), (1,)))]
    equal = [Row((), Fraction(1)), Row(((0, 0, 0), (1, 0, 0)), Fraction(1, 2))]
    assert isinstance(mixed(members, equal), Mixed)
    wrong = [*equal, Row(((0, 0, 0),), Fraction(1, 4))]
    found = mixed(members, wrong)
    assert isinstance(found, Outside)
    assert sum(p * r.chance for p, r in zip(found.prices, wrong, strict=True)) > 0


def test_latents_that_another_makes_superfluous():
    nodes = ["u", "v", "w", "A", "B", "C"]
    arrows = [("u", "A"), ("u", "B"), ("u", "C"), ("v", "A"), ("v", "B"), ("w", "C")]
    graph = CausalGraph.create(nodes, ["u", "v", "w"], arrows)
    hidden = Hidden.create(graph, frozenset("ABC"))
    assert dict(hidden.reach) == {"u": ("A", "B", "C")}
    assert hidden.districts() == (("A", "B", "C"),)
    assert list(Hidden.create(graph, frozenset("uABC")).reach) == ["v"]
