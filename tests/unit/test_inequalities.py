"""Claims of inequalities: roads, vertex tables, refutations and what is not handled."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

import lpc
from lpc.kernel.expansion import linear_forms
from lpc.kernel.forms import BoundError
from lpc.kernel.inequalities import Mixture, verified_bound, vertices
from lpc.report.text import Detail, render_file

CHSH = """
variables {{ A, B in {{-1, +1}} ; a, b in {{0, 1}} ; λ ; c }}
assume SI   : λ ⊥ a, b
assume Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
assume PI   : P(A | a, b, λ) = P(A | a, λ) and P(B | a, b, λ) = P(B | b, λ)
assume Only : P(A | B, a, b, λ) = P(A | B, a, λ)
assume C_F  : P(A, B | a, b, λ, c) = P(A | a, λ, c) P(B | b, λ, c)
assume C_S  : λ ⊥ a, b | c
assume C_I  : c ⊥ a, b
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define F(x, y, z) := sum[A, B] A B P(A, B | a = x, b = y, c = z)
define S := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
define p(x, y) := P(A = 1, B = 1 | a = x, b = y)
define CH := p(0, 0) + p(0, 1) + p(1, 0) - p(1, 1) - P(A = 1 | a = 0) - P(B = 1 | b = 0)
{rest}
"""


def only(rest: str, head: str = CHSH):
    (item,) = lpc.check(lpc.parse(head.format(rest=rest))).items
    return item


@pytest.mark.parametrize(
    ("claim", "verdict", "needs"),
    [
        ("Fact, SI entail |S| <= 2", "entailed", (("Fact", "SI"),)),
        ("Fact, SI entail 2 >= S", "entailed", (("Fact", "SI"),)),
        ("Fact, SI entail S < 201/100", "entailed", (("Fact", "SI"),)),
        ("Fact, SI do not entail S < 2", "refuted", ()),
        ("Fact, SI do not entail |S| <= 199/100", "refuted", ()),
        ("Fact do not entail |S| <= 2", "refuted", ()),
        ("SI do not entail |S| <= 2", "refuted", ()),
        ("entail |S| <= 4", "entailed", ((),)),
        ("SI entail |S| <= 4", "entailed", ((),)),
        ("entail P(c = 1, A = 1 | a = 0) <= 1", "entailed", ((),)),
        ("entail P(c = 1 | a = 0) + P(c = 2 | a = 0) < 2", "entailed", ((),)),
        ("entail 2 >= 2 - |E(0, 0)|", "entailed", ((),)),
        ("do not entail |S| < 4", "refuted", ()),
        ("do not entail 2 <= 1", "refuted", ()),
        ("Fact, SI entail |S| <= 2 sqrt(2)", "entailed", (("Fact", "SI"),)),
        ("Fact, SI do not entail |S| <= sqrt(2)", "refuted", ()),
        ("Fact, SI do not entail |S| <= 2 sqrt(2) - 829/1000", "refuted", ()),
        ("Fact, SI entail |S| <= 2 sqrt(2) - 828/1000", "entailed", (("Fact", "SI"),)),
        (
            "Fact, SI entail sqrt(2) E(0, 0) + E(0, 1) + E(1, 0) - sqrt(2) E(1, 1) <= 2 sqrt(2)",
            "entailed",
            (("Fact", "SI"),),
        ),
        (
            "Fact, SI do not entail sqrt(2) E(0, 0) + E(0, 1) + E(1, 0) - sqrt(2) E(1, 1) <= 28/10",
            "refuted",
            (),
        ),
        ("entail |E(0, 0)| - |E(0, 1)| <= 1", "entailed", ((),)),
        ("Fact, SI entail |S| - |E(0, 0)| <= 2", "entailed", (("Fact", "SI"),)),
        ("Fact, SI do not entail |S| - |E(0, 0)| <= 199/100", "refuted", ()),
        ("Fact, SI do not entail |E(0, 0)| - |E(0, 1)| <= 99/100", "refuted", ()),
        ("Fact, SI do not entail -|S| <= -1/100", "refuted", ()),
        ("Fact, SI entail ||S| - 1| <= 1", "entailed", (("Fact", "SI"),)),
        ("Fact, SI do not entail E(0, 0) - E(0, 0) + E(0, 1) < 1", "refuted", ()),
        ("PI, SI do not entail |S| <= 39/10", "refuted", ()),
        ("PI, SI do not entail CH <= 49/100", "refuted", ()),
        ("Fact, SI entail CH <= 0", "entailed", (("Fact", "SI"),)),
        ("Fact, SI entail -1 <= CH", "entailed", (("Fact", "SI"),)),
        ("C_F, C_S, C_I entail |S| <= 2", "entailed", (("C_F", "C_S", "C_I"),)),
        (
            "C_F, C_S, C_I, Fact entail |S| <= 2",
            "entailed",
            (("C_F", "C_S", "C_I"), ("C_S", "C_I", "Fact")),
        ),
        ("C_F, C_S do not entail |S| <= 2", "refuted", ()),
        (
            "C_F, C_S entail |F(0, 0, 0) - F(0, 1, 0)| + |F(1, 0, 0) + F(1, 1, 0)| <= 2",
            "entailed",
            (("C_F", "C_S"),),
        ),
    ],
)
def test_chsh(claim, verdict, needs):
    item = only(f"claim : {claim}")
    assert (item.verdict.value, item.needs) == (verdict, needs)
    if verdict == "entailed":
        assert item.evidence
        assert item.notes
    if verdict == "refuted":
        assert item.model.broken.left == claim.split("entail ")[1].split(" <")[0]


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ("Fact, SI entail E(0, 0) E(0, 1) <= 1", "a product of averages"),
        ("Fact, SI entail sum[λ] λ P(λ) <= 1", "declares no"),
        ("Fact, SI entail sum[λ] P(A = 1 | a = 0, λ) <= 1", "conditioned on"),
        ("Fact, SI entail E(0, 0) * |E(0, 1)| <= 1", "an absolute value in"),
        ("Fact, SI entail E(0, 0) / E(0, 1) <= 1", "divided by a number"),
        ("Fact, SI entail cos(pi/9973) E(0, 0) + sqrt(3) E(0, 1) <= 2", "beyond exact arithmetic"),
    ],
)
def test_what_the_route_cannot_handle_is_undecided(claim, says):
    item = only(f"claim : {claim}")
    assert item.verdict.value == "undecided"
    assert says in item.tried


def test_a_message_names_the_place():
    item = only("claim : Fact, SI entail S + E(0, 0) * E(0, 1) <= 1")
    assert item.tried.endswith("(<text>:15:29)")
    assert CHSH.format(rest="claim").splitlines()[14] == "claim"


def test_a_sum_over_the_settings_is_no_total_probability():
    item = only("claim : entail sum[a] P(A = 1 | a, b = 0) <= 2")
    assert item.verdict.value == "entailed"
    assert only("claim : do not entail sum[a] P(A = 1 | a, b = 0) < 2").verdict.value == "refuted"


def test_a_sum_inside_its_own_sum_is_not_mixed_up():
    """sum[λ] P(A | a, λ) · 1 is no probability; read with one λ it would be P(A | a)."""
    item = only("claim : entail sum[λ] P(A = 1 | a = 0, λ) (sum[λ] P(λ | a = 0)) <= 1")
    assert item.verdict.value == "undecided"
    assert "inside its own sum" in item.tried


def test_what_is_beyond_factorization_stays_undecided():
    """SI, PI and `Only` do imply it for two-valued results, by an argument not linear in them."""
    item = only("claim : SI, PI, Only entail |S| <= 2")
    assert item.verdict.value == "undecided"
    assert "no hidden variables were found" in item.tried


TWO_HIDDEN = """
variables { A, B in {-1, 1} ; a, b in {0, 1} ; h, k }
assume I    : h, k ⊥ a, b
assume Fact : P(A, B | a, b, h, k) = P(A | a, h, k) P(B | b, h, k)
assume One  : P(A, B | a, b, h) = P(A | a, h) P(B | b, h)
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
claim : I, Fact{one} entail E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1) <= 2 expect {verdict}
"""


def test_limits_are_told(monkeypatch):
    """What was not looked at is told: of proofs as a warning, else beside the verdict."""
    both = TWO_HIDDEN.replace("{one}", ", One").replace("{verdict}", "entailed")
    alone = TWO_HIDDEN.replace("{one}", "").replace("{verdict}", "undecided")
    free = lpc.check(lpc.parse(both))
    assert free.items[0].needs == (("I", "Fact"), ("I", "One"))
    assert not free.diagnostics
    for limit, value, says in (
        ("MAX_HIDDEN", 1, "only h were tried"),
        ("MAX_ROADS", 3, "only the first 3 choices"),
        ("MAX_OWNERS", 3, "too many ways"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"lpc.checker.inequalities.{limit}", value)
            report = lpc.check(lpc.parse(alone))
            assert report.items[0].verdict.value == "undecided"
            assert says in report.items[0].tried
            assert not report.diagnostics
            if limit != "MAX_OWNERS":
                report = lpc.check(lpc.parse(both))
                assert report.items[0].needs == (("I", "One"),)
                assert [d.code for d in report.diagnostics] == ["W403"]


GRAPH = """
variables {{ A, B in {{-1, 1}} ; a, b in {{0, 1}} }}
causal {{ {graph} }}
assume LC : local causality
define Both : LC
assume SI : a ⊥ b
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define S := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)
{rest}
"""


@pytest.mark.parametrize(
    ("graph", "claim", "needs"),
    [
        ("latent u ; u, a -> A ; u, b -> B", "LC entail |S| <= 2", (("LC",),)),
        ("latent u ; u, a -> A ; u, b -> B", "Both, SI entail |S| <= 2", (("Both",),)),
        ("latent u, v ; u, v, a -> A ; u, v, b -> B", "LC entail |S| <= 2", (("LC",),)),
        ("latent u ; u, a -> A ; u, b -> B", "LC do not entail |S| < 2", None),
        ("latent u ; u -> a ; u, a -> A ; u, b -> B", "LC do not entail |S| <= 2", None),
        ("latent u ; u, a -> A ; u, a, b -> B", "LC do not entail |S| <= 2", None),
        ("latent u ; u, a -> A ; u, b -> B", "SI do not entail |S| <= 2", None),
    ],
)
def test_latents_of_a_declared_graph_are_hidden_variables(graph, claim, needs):
    item = only(f"claim : {claim}", GRAPH.replace("{graph}", graph))
    if needs is None:
        assert item.verdict.value == "refuted"
    else:
        assert (item.verdict.value, item.needs) == ("entailed", needs)
        assert any("of the causal graph" in note for note in item.notes)
        names = [n.strip() for n in graph.removeprefix("latent").split(";")[0].split(",")]
        assert all(n in item.notes[0] for n in names)


def test_the_latents_of_a_spacetime_are_not():
    text = """
    spacetime 1+1 { one = point t = 4, x = -5 ; two = point t = 4, x = 5 }
    variables { A in {-1, 1} at one ; B in {-1, 1} at two }
    variables { a in {0, 1} at one ; b in {0, 1} at two }
    assume LC : local causality
    define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
    claim : LC entail E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1) <= 2
    """
    (item,) = lpc.check(lpc.parse(text)).items
    assert item.verdict.value != "entailed"


def test_the_vertex_table_is_shown_with_the_proof():
    report = lpc.check(lpc.parse(CHSH.format(rest="claim : Fact, SI entail |S| <= 2")))
    (table,) = report.items[0].tables
    assert [(row.value, row.count) for row in table.rows] == [("0", 8), ("-4", 8)]
    assert sum(row.count for row in table.rows) == 16
    brief, full = render_file(report), render_file(report, detail=Detail(proofs=True))
    assert "0 (8 times), -4 (8 times)" in brief
    assert "vertex table" in full
    assert "vertex table" not in brief


def test_the_vertex_table_is_bounded():
    weights = " + ".join(f"{2**k} * P(A = 1 | a = {k})" for k in range(7))
    head = CHSH.replace("a, b in {{0, 1}}", "a in {{0, 1, 2, 3, 4, 5, 6}} ; b in {{0, 1}}")
    chsh = only(f"claim : Fact, SI entail S + {weights} <= 129", head)
    assert chsh.verdict.value == "entailed"
    assert len(chsh.tables[0].rows) == 64
    assert chsh.tables[0].more > 0


# Local maxima against brute force over all deterministic strategies.

I3322 = """
variables { A in {0, 1} ; B in {0, 1} ; a in {0, 1, 2} ; b in {0, 1, 2} ; λ }
assume SI   : λ ⊥ a, b
assume Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
define p(x, y) := P(A = 0, B = 0 | a = x, b = y)
define I := p(0, 0) + p(0, 1) + p(0, 2) + p(1, 0) + p(1, 1) - p(1, 2) + p(2, 0) - p(2, 1)
  - P(A = 0 | a = 0) - 2 P(B = 0 | b = 0) - P(B = 0 | b = 1)
claim : Fact, SI entail I <= 0
claim : Fact, SI do not entail I <= -1/100
"""

MERMIN = """
variables { A, B, C in {-1, 1} ; a, b, c in {0, 1} ; λ }
assume SI   : λ ⊥ a, b, c
assume Fact : P(A, B, C | a, b, c, λ) = P(A | a, λ) P(B | b, λ) P(C | c, λ)
define E(x, y, z) := sum[A, B, C] A B C P(A, B, C | a = x, b = y, c = z)
define M := E(0, 0, 1) + E(0, 1, 0) + E(1, 0, 0) - E(1, 1, 1)
claim : Fact, SI entail |M| <= 2
claim : Fact, SI do not entail |M| <= 199/100
claim : SI do not entail |M| <= 2
"""


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [(I3322, ["entailed", "refuted"]), (MERMIN, ["entailed", "refuted", "refuted"])],
)
def test_other_bell_expressions(text, verdicts):
    assert [item.verdict.value for item in lpc.check(lpc.parse(text)).items] == verdicts


def local_maximum(value, settings: int, parties: int) -> int:
    tables = list(product((-1, 1), repeat=settings))
    return max(value(*one) for one in product(tables, repeat=parties))


def test_local_maxima_agree_with_brute_force():
    def chsh(f, g):
        return f[0] * g[0] + f[0] * g[1] + f[1] * g[0] - f[1] * g[1]

    def mermin(f, g, h):
        return f[0] * g[0] * h[1] + f[0] * g[1] * h[0] + f[1] * g[0] * h[0] - f[1] * g[1] * h[1]

    def i3322(f, g):
        p = [[(1 + x) * (1 + y) / 4 for y in g] for x in f]
        both = p[0][0] + p[0][1] + p[0][2] + p[1][0] + p[1][1] - p[1][2] + p[2][0] - p[2][1]
        return both - (1 + f[0]) / 2 - (1 + g[0]) - (1 + g[1]) / 2

    assert (local_maximum(chsh, 2, 2), local_maximum(mermin, 2, 3)) == (2, 2)
    assert local_maximum(i3322, 3, 2) == 0
    found = {
        name: best(text, quantity, owner)
        for name, text, quantity, owner in (
            ("chsh", CHSH.format(rest=""), "S", "aA bB"),
            ("mermin", MERMIN, "M", "aA bB cC"),
            ("i3322", I3322, "I", "aA bB"),
        )
    }
    assert found == {"chsh": 2, "mermin": 2, "i3322": 0}


def best(text: str, name: str, owner: str) -> Fraction:
    form, alphabets = the_form(text, name)
    mixture = Mixture(frozenset(), tuple((x[0], x[1]) for x in owner.split()))
    return max(v.value for v in vertices(form, mixture, alphabets))


def the_form(text: str, name: str):
    document = lpc.parse(text)
    alphabets = {v.name: v.values for v in document.variables if v.values}
    body = document.quantities[name].body
    (form,) = linear_forms(body, document.quantities, alphabets, document.composites)
    return form, alphabets


def test_the_kernel_wants_every_theorem():
    form, alphabets = the_form(CHSH.format(rest=""), "S")
    mixture = Mixture(frozenset({"λ"}), (("a", "A"), ("b", "B")))
    with pytest.raises(BoundError, match="not proved"):
        verified_bound(form, mixture, alphabets, ())


def test_one_variable_left_of_one_bar_and_right_of_another_is_no_linear_form():
    """P(A | a) + P(B | A) is no expression in the outcomes A, B at settings: A is both."""
    from lpc.kernel.forms import BoundError

    head = "variables { A in {0, 1} ; B in {0, 1} ; a in {0, 1} }\n"
    document = lpc.parse(f"{head}define S := P(A = 1 | a = 0) + P(B = 1 | A = 1)\n")
    quantity = document.quantities["S"]
    alphabets = {n: (Fraction(0), Fraction(1)) for n in "ABa"}
    with pytest.raises(BoundError, match="A stands left of one bar and right of another"):
        linear_forms(quantity.body, document.quantities, alphabets, document.composites)
