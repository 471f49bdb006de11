"""Models, quantities and claims on them: what each construct means, and every message."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, islice, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpc import check, load, parse
from lpc.exact import Angle, square_root
from lpc.kernel.programs import run
from lpc.kernel.quantities import Measure
from lpc.kernel.quantum import experiment
from lpc.language import DocumentError, render_diagnostic
from lpc.language.codes import CODES
from lpc.logic import expressions as e
from lpc.report.text import render_file
from lpc.search.spectra import spectrum

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "tests" / "data" / "language"
MARK = "¶"
V = (
    "variables { A in {-1, +1} ; B in {-1, +1} ; a in {0, 1} ; b in {0, 1} ; λ ; λ_a ; "
    "c in {up, down} }\n"
)
HALF = Fraction(1, 2)


def model(lines, head=V):
    """The distribution of a model with these lines."""
    document = parse(head + "model m {\n" + lines + "\n}")
    alphabets = {v.name: v.values for v in document.variables if v.values is not None}
    return run(document.models["m"].program, alphabets, document.composites)


def value(expression, head=V):
    """The value that a one-line model gives λ."""
    made = model(f"λ := {expression}", head)
    ((outcome, _),) = made.support
    return outcome[made.names.index("λ")]


def rows(made):
    return dict(made.support)


def item(text, head=V):
    """The one item of a report."""
    report = check(parse(head + text))
    (found,) = report.items
    return found


def verdict(text, head=V):
    return item(text, head).verdict.value


# ---- values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4/2", 5),
        ("-2 + 1", -1),
        ("2 * -3", -6),
        ("6/2/3", 1),
        ("2 3", 6),
        ("1/2 4", 2),
        ("0.25", Fraction(1, 4)),
        ("7 mod 3", 1),
        ("(-1) mod 3", 2),
        ("7/2 mod 2", Fraction(3, 2)),
        ("|2 - 5|", 3),
        ("1 = 1.0", 1),
        ("2/2 != 1", 0),
        ("(1, 2) = (1.0, 4/2)", 1),
        ("(1, 2) = (2, 1)", 0),
        ("up = down", 0),
        ("up != down", 1),
        ("up = 1", 0),
        ("1 < 2", 1),
        ("2 <= 1", 0),
        ("sqrt(2) > 1.4142135623", 1),
        ("sqrt(2) >= sqrt(3)", 0),
        ("sqrt(2) sqrt(3) = sqrt(6)", 1),
        ("1 and 1 and 0", 0),
        ("0 or 1", 1),
        ("1 xor 1 xor 1", 1),
        ("not 0", 1),
        ("not 1 = 0", 1),
        ("0 or 1 xor 1 and 0", 1),
        ("1 or 1 xor 1", 1),
        ("1 - (1 = 1)", 0),
        ("(1 = 1) + (2 = 2)", 2),
        ("if 1 = 2 then 3 else if 2 = 2 then 4 else 5", 4),
        ("if 1 then 1 else 1/0", 1),
        ("0 and 1/0 = 1", 0),
        ("1 or 1/0 = 1", 1),
        ("first((3, 4))", 3),
        ("second((3, (4, 5)))", (4, 5)),
        ("(1, up)", (1, "up")),
        ("up", "up"),
        ("cos(pi)", -1),
        ("cos(0)", 1),
        ("sin(pi/6)", HALF),
        ("cos(2 pi/3 - pi)", HALF),
        ("cos(-pi/3)", HALF),
        ("cos(pi/4) cos(pi/4)", HALF),
        ("2 pi/pi", 2),
        ("pi/2 < pi", 1),
        ("pi - pi", 0),
        ("7 pi/2 / pi", Fraction(7, 2)),
        ("(pi/2)/(pi/4)", 2),
        ("cos((7 pi) mod (4 pi/3))", HALF),
        ("sqrt(4/9)", Fraction(2, 3)),
        ("sqrt(0)", 0),
        ("pi = 3", 0),
    ],
)
def test_values(text, expected):
    assert value(text) == expected


def test_irrational_and_angular_values():
    assert value("2 sqrt(2)") == 2 * square_root(Fraction(2))
    assert value("pi/4") == Angle(Fraction(1, 4))
    assert value("|-pi/4|") == Angle(Fraction(1, 4))
    assert str(value("cos(pi/8)")) == "cos(pi/8)"


def test_a_variable_comes_before_a_word_of_the_same_name():
    head = "variables { u in {x, y} ; x in {0, 1} ; λ }\n"
    assert model("x := 1 ; λ := x", head).support == (((1, 1), 1),)
    assert value("x", head="variables { u in {x, y} ; λ }\n") == "x"


def test_a_variable_may_be_called_pi():
    assert value("1 ; π := 2 ; λ_a := pi", "variables { π ; λ ; λ_a }\n") == 1


# ---- programs ----------------------------------------------------------------------------------


def test_draws():
    draw = "A ~ if a = 1 then {1 : 1/3, -1 : 2/3} else uniform {-1, 1}"
    made = model("a ~ uniform {0, 1, 1}\n" + draw)
    assert made.names == ("a", "A")
    assert rows(made) == {
        (0, -1): Fraction(1, 6), (0, 1): Fraction(1, 6),
        (1, 1): Fraction(2, 9), (1, -1): Fraction(4, 9),
    }  # fmt: skip


def test_equal_values_of_a_draw_are_one():
    made = model("fresh r ~ uniform {0, 1}\nλ ~ { r : 1/4, 2 - 1 : 1/4, 0 : 1/2 }")
    quarter = HALF / 2
    assert rows(made) == {
        (0, 0): 3 * HALF / 4, (0, 1): HALF / 4, (1, 1): quarter, (1, 0): quarter,
    }  # fmt: skip


def test_a_value_with_weight_zero_never_occurs():
    assert model("a ~ { 0 : 1, 7 : 0 }").support == (((0,), 1),)


def test_irrational_weights():
    made = model("a ~ { 0 : cos(pi/8) cos(pi/8), 1 : sin(pi/8) sin(pi/8) }")
    assert [str(w) for _, w in made.support] == ["(2 + sqrt(2))/4", "(2 - sqrt(2))/4"]


def test_fresh_variables_stay_in_the_model_under_their_name():
    assert model("fresh r ~ uniform {0, 1}\nλ := r").names == ("r", "λ")


def test_latents_may_be_given_a_value():
    head = "variables { A ; B }\ncausal { latent past ; past -> A, B }\n"
    head += "assume LC : local causality\n"
    lines = "past ~ uniform {0, 1} ; A := past ; B := past"
    assert verdict(f"model m {{ {lines} }}\nclaim : m satisfies LC", head) == "holds"


COMPOSITE = "variables { A ; λ in {0, 1} }\nsplit λ_Σ into λ, rest\nsplit rest into x, y\n"


def test_a_composite_is_the_tuple_of_its_parts():
    whole = model("λ_Σ ~ uniform {(0, (1, 2)), (1, (3, 4))}\nA := first(second(λ_Σ))", COMPOSITE)
    assert whole.names == ("λ", "x", "y", "A")
    assert rows(whole) == {(0, 1, 2, 1): HALF, (1, 3, 4, 3): HALF}
    parts = model("y := 2 ; x := 1 ; λ := 0 ; A := λ_Σ", COMPOSITE)
    assert rows(parts) == {(2, 1, 0, (0, (1, 2))): 1}


def test_a_part_of_has_a_rest():
    head = "variables { γ ; a ; λ }\npart a of γ\n"
    made = model("γ ~ uniform {(0, 5), (1, 6)}\nλ := γ∖a", head)
    assert made.names == ("a", "γ∖a", "λ")
    assert rows(made) == {(0, 5, 5): HALF, (1, 6, 6): HALF}


def test_line_ends_and_comments():
    made = model("a ~ uniform {0,\n 1} # a coin\nA := if a = 1 then 1\n  else -1 ; b := a\n  xor 1")
    assert rows(made) == {(0, -1, 1): HALF, (1, 1, 0): HALF}


BITS = ["p", "q", "r", "s"]
RULES = [
    ("{0} and {1}", lambda x, y: x * y),
    ("{0} or {1}", lambda x, y: max(x, y)),
    ("({0} xor {1})", lambda x, y: (x + y) % 2),
    ("1 - {0}", lambda x, y: 1 - x),
    ("({0} + {1}) mod 2", lambda x, y: (x + y) % 2),
    ("if {0} = 1 then {1} else 1", lambda x, y: y if x == 1 else 1),
    ("not {0} = {1}", lambda x, y: int(x != y)),
    ("first(({0}, {1}))", lambda x, y: x),
    ("{0} {1}", lambda x, y: x * y),
    ("|{0} - {1}|", lambda x, y: abs(x - y)),
]


@st.composite
def programs(draw):
    """Lines of a model over four bits, and for each bit its chance of being 1 given the others."""
    lines, chances = [], []
    for k, name in enumerate(BITS):
        if k == 0 or draw(st.booleans()):
            weights = [Fraction(draw(st.integers(0, 4)), 4) for _ in range(2)]
            on = draw(st.sampled_from(BITS[:k])) if k else None
            both = [f"{{0 : {1 - w}, 1 : {w}}}" for w in weights]
            text = f"if {on} = 0 then {both[0]} else {both[1]}" if on else both[0]
            lines.append(f"{name} ~ {text}")
            chances.append(lambda at, on=on, w=weights: w[at[on]] if on else w[0])
        else:
            text, rule = draw(st.sampled_from(RULES))
            x, y = (draw(st.sampled_from(BITS[:k])) for _ in range(2))
            lines.append(f"{name} := {text.format(x, y)}")
            chances.append(lambda at, f=rule, x=x, y=y: Fraction(f(at[x], at[y])))
    return lines, chances


@given(programs(), st.sampled_from(BITS), st.sampled_from(BITS))
def test_against_plain_loops(made, one, other):
    lines, chances = made
    table = {}
    for values in product((0, 1), repeat=4):
        at = dict(zip(BITS, values, strict=True))
        weight = Fraction(1)
        for name, chance in zip(BITS, chances, strict=True):
            weight *= chance(at) if at[name] else 1 - chance(at)
        if weight:
            table[values] = weight
    head = "variables { " + " ; ".join(f"{name} in {{0, 1}}" for name in BITS) + " }\n"
    assert rows(model("\n".join(lines), head)) == table
    i, j = BITS.index(one), BITS.index(other)
    if i == j:
        return
    below = sum(w for v, w in table.items() if v[j] == 1)
    mean = sum(v[i] * w for v, w in table.items() if v[j] == 1) / below if below else None
    body = "model m {\n" + "\n".join(lines) + "\n}\n"
    claim = f"claim : sum[{one}] {one} P({one} | {other} = 1) of m = {mean or 0}"
    found = item(body + claim, head)
    # Where the condition never happens the sum has no value, unless every factor is 0.
    assert found.verdict.value == ("fails" if mean is None else "holds"), body
    assert (found.value is None) == (mean is None)


# ---- errors ----------------------------------------------------------------------------------

E = "define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)\n"
MANY = " ; ".join(f"fresh r{k} ~ uniform {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}" for k in range(7))
FAILING = [
    ("E250", "model m { a ~ ¶{ 0 : 1/2, 1 : 1/3 } }", "the sum is 5/6"),
    ("E250", "model m { a ~ uniform {0, 1}\n b ~ if a = 1 then {0 : 1} else ¶{0 : sqrt(2)} }",
             "the sum is sqrt(2)"),
    ("E251", "model m { a ~ { 0 : 3/2, 1 : ¶-1/2 } }", "this is -1/2"),
    ("E251", "model m { a ~ { 0 : sqrt(2), 1 : ¶1 - sqrt(2) } }", "this is 1 - sqrt(2)"),
    ("E252", "model m { a ~ { 0 : ¶up, 1 : 0 } }", "this is up"),
    ("E252", "model m { a ~ { 0 : ¶pi } }", "this is pi"),
    ("E253", "model m { a := ¶2 }", "declared are 0, 1"),
    ("E253", "model m { a ~ uniform {0, ¶1/2} }", "1/2 is not a value of `a`"),
    ("E253", "model m { A := ¶up }", "up is not a value of `A`"),
    ("E253", "model m { a := 1 ; b := 1 ; A := 1 ; B := 1 }\n" + E.replace("a = x", "¶a = x")
             + "claim : E(2, 0) of m = 1", "2 is not a value of `a`"),
    ("E254", "model m { λ := 1 + ¶up }", "up is not a number"),
    ("E254", "model m { λ := 2 * ¶(1, 2) }", "(1, 2) is not a number"),
    ("E254", "model m { λ := ¶up < 1 }", "up is not a number"),
    ("E254", "model m { λ := sqrt(¶up) }", "up is not a number"),
    ("E254", "model m { λ := -¶up }", "up is not a number"),
    ("E213", "model m { a := 0 ; λ := 1/¶a }", "division by zero"),
    ("E213", "model m { λ := 5 mod ¶(1 - 1) }", "division by zero"),
    ("E213", "model m { λ := pi/¶0 }", "division by zero"),
    ("E255", "model m { λ := if ¶2 then 1 else 0 }", "2 is neither true nor false"),
    ("E255", "model m { λ := 1 and ¶up }", "up is neither"),
    ("E255", "model m { λ := not ¶(0, 1) }", "(0, 1) is neither"),
    ("E255", "model m { λ ~ if ¶3 then {0 : 1} else {1 : 1} }", "3 is neither"),
    ("E256", "model m { λ := first(¶1) }", "takes a pair, not 1"),
    ("E256", "model m { λ := second(¶(1, 2, 3)) }", "takes a pair, not (1, 2, 3)"),
    ("E257", "split λ into x, y\nmodel m { λ := ¶(1, 2, 3) }", "made of 2 parts"),
    ("E257", "split λ into x, y\nmodel m { λ ~ uniform {(1, 2), ¶3} }", "this is 3"),
    ("E258", "model m { λ := cos(¶1) }", "cos of 1"),
    ("E258", "model m { λ := sin(¶sqrt(2)) }", "sin of sqrt(2)"),
    ("E258", "model m { λ := ¶pi + 1 }", "plus a number"),
    ("E258", "model m { λ := ¶pi * pi }", "pi * pi"),
    ("E258", "model m { λ := ¶sqrt(2) pi }", "sqrt(2) * pi"),
    ("E254", "model m { λ := sqrt(¶pi) }", "pi is not a number"),
    ("E259", f"model m {{ {MANY} }}".replace("fresh r6", "fresh ¶r6"), "1000000 outcomes"),
    ("E260", "model m { fresh r0 := 12345\n"
             + "\n".join(f"fresh r{k} := r{k - 1} r{k - 1}" for k in range(1, 10))
             + "\nfresh r10 := ¶r9 r9\n}", "a number grows too large"),
    ("E260", "model m { fresh r0 := 1\n"
             + "\n".join(f"fresh r{k} := (r{k - 1}, r{k - 1})" for k in range(1, 8))
             + "\nfresh r8 := ¶(r7, r7)\n}", "a tuple grows too large"),
    ("E261", "model m { λ := ¶sqrt(0 - 1) }", "-1 is negative"),
    ("E261", "model m { λ := ¶sqrt(1 + sqrt(2)) }", "sqrt(1 + sqrt(2))"),
    ("E261", "model m { λ := ¶sqrt(10007) }", "roots of unity of order 40028"),
    ("E261", "model m { λ := ¶sqrt(2) mod 1 }", "`mod` is for rational numbers"),
    ("E261", "model m { λ := ¶cos(pi/10001) }", "pi/10001"),
    ("E261", "model m { λ := ¶cos(pi/101) + cos(pi/103) }", "roots of unity"),
    ("E262", "assume X : A ⊥ b\nmodel m { A := 1 }\nclaim : m satisfies ¶X", "no value to `b`"),
    ("E262", "define X : P(A) = P(A | b, λ)\nmodel m { A := 1 }\nclaim : m violates ¶X",
             "`b`, `λ`"),
    ("E262", "model m { A := 1 }\n¶claim : sum[b] P(b) of m = 1", "this claim speaks of it"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "marked", "says"), FAILING)
def test_place_and_text_of_what_cannot_be_evaluated(code, marked, says):
    marked = V + marked
    before, text = marked.split(MARK)[0], marked.replace(MARK, "")
    report = check(parse(text))
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    found = [(d.code, d.span.line, d.span.column) for d in report.diagnostics]
    assert found == [(code, *place)]
    assert report.status.value == "error"
    shown = render_diagnostic(report.diagnostics[0], "f.lpc", report.source)
    assert says in shown
    assert "{" not in report.diagnostics[0].message


def test_every_code_of_evaluation_is_tested():
    assert {c for c, _, _ in FAILING} >= {c for c in CODES if "E250" <= c <= "E262"}


def test_a_file_that_cannot_be_evaluated_ends_with_status_2(run_lpc, tmp_path):
    path = tmp_path / "bad.lpc"
    path.write_text(V + "model m {\n  a ~ { 0 : 1/2 }\n}\nclaim : sum[a] P(a) of m = 1\n", "utf-8")
    result = run_lpc("check", "--output-format", "json", path)
    assert result.returncode == 2
    (file,) = json.loads(result.stdout)["files"]
    assert file["status"] == "error"
    assert [(d["code"], d["line"], d["column"]) for d in file["diagnostics"]] == [("E250", 3, 7)]
    text = run_lpc("check", path)
    assert text.returncode == 2
    assert "error[E250]: the weights do not sum to one" in text.stdout


def test_every_model_of_a_file_is_evaluated_and_each_mistake_said_once():
    text = V + "model m { a := 2 }\nmodel k { b := 2 }\n" + "claim : P(a = 0) of m = 1\n" * 2
    found = check(parse(text)).diagnostics
    assert [(d.code, d.span.line) for d in found] == [("E253", 2), ("E253", 3)]


def test_a_mistake_in_a_quantity_is_said_once():
    text = V + "model m { }\ndefine q := up + 1\n" + "claim : q of m = 1\n" * 2
    assert [(d.code, d.span.line) for d in check(parse(text)).diagnostics] == [("E254", 3)]


def test_the_effort_is_for_models_too():
    lines = " ; ".join(f"fresh r{k} ~ uniform {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}" for k in range(6))
    report = check(parse(V + f"model m {{ {lines} }}\nclaim : 1 of m = 1"), effort=1000)
    assert [d.code for d in report.diagnostics] == ["F504"]
    assert [i.verdict.value for i in report.items] == ["undecided"]


# ---- claims ----------------------------------------------------------------------------------

COINS = "model m { a ~ uniform {0, 1} ; b ~ uniform {0, 1} ; A := 1 ; B := 2 a - 1 ; λ := 0 }\n"
SAID = """
assume X : A ⊥ b
assume Y : B ⊥ a
define Z : X and A ⊥ B
define W : X and Y
assume D : B determined by a
assume DA : a determined by b
assume P1 : positive a, b
assume P2 : positive a, A
define Q : P(B | a, b) = P(B | a)
define R : P(B | a, b) = P(B | b)
"""


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("m satisfies X", "holds"),
        ("m satisfies Y", "fails"),
        ("m violates Y", "holds"),
        ("m violates X", "fails"),
        ("m satisfies X, Y", "fails"),
        ("m violates X, Y", "fails"),
        ("m satisfies Z", "holds"),
        ("m satisfies W", "fails"),
        ("m violates W", "holds"),
        ("m satisfies D, P1, Q", "holds"),
        ("m violates DA, P2, R", "holds"),
        ("m violates DA, P1", "fails"),
    ],
)
def test_satisfies_and_violates(claim, expected):
    found = item(COINS + SAID + f"claim : {claim}")
    assert found.verdict.value == expected
    assert found.statement == claim
    assert found.as_expected is (expected == "holds")


@pytest.mark.parametrize("expect", ["holds", "fails", "undecided"])
def test_expectations(expect):
    found = item(COINS + SAID + f"claim : m satisfies Y expect {expect}")
    assert found.as_expected is (expect == "fails")


def test_a_failure_names_the_point_and_the_two_numbers():
    found = item(COINS + SAID + 'claim "both" : m satisfies X, Y')
    (broken,) = found.breaks
    assert (broken.name, broken.statement) == ("Y", "B ⊥ a")
    assert (broken.left, broken.left_value) == ("P(B = -1 | a = 0)", "1")
    assert (broken.right, broken.right_value) == ("P(B = -1)", "1/2")
    text = render_file(check(parse(V + COINS + SAID + 'claim "both" : m satisfies X, Y')))
    assert 'claim "both"' in text
    assert "Y fails: B ⊥ a" in text
    assert "there P(B = -1 | a = 0) = 1" in text
    assert "but P(B = -1) = 1/2" in text


def test_what_is_not_violated_is_named():
    found = item(COINS + SAID + "claim : m violates X, Y")
    assert found.notes == ("m satisfies X",)


QUANTITIES = """
define mean(x) := sum[B] B P(B | a = x)
define both := mean(0) + mean(1)
define E(a, b) := sum[A, B] A B P(A, B | a, b)
define sure := sum[λ] P(λ)
define seven := sum[λ_a] 1
define nested(x) := sum[b] P(b) mean(x) - |mean(0)|
define never := P(A = 1 | a = 0, B = 1)
define saved := sum[b] 0 P(A = 1 | a = 0, B = 1)
define lost := 0 P(A = 1 | a = 0, B = 1)
define shadowed(a) := sum[a] a P(a)
define inner := P(b = both + 1)
"""
QUANTIFIED = COINS[: COINS.rindex("}")] + "; λ_a ~ uniform {1, 2, 3, 4, 5, 6, 7} }\n" + QUANTITIES


@pytest.mark.parametrize(
    "claim",
    [
        "mean(0) of m = -1",
        "mean(1) of m = 1",
        "both of m = 0",
        "E(0, 1) of m = -1",
        "E(1, 1) - E(0, 0) of m = 2",
        "E(1, 1) of m = -E(0, 0)",
        "sure of m = 1",
        "seven of m = 7",
        "nested(1) of m = 0",
        "saved of m = 0",
        "shadowed(0) of m = 1/2",
        "inner of m = 1/2",
        "P(B = 1, a = 1) of m = 1/2",
        "P(B = 1 | a = 1, b = 0) of m = 1",
        "P(A = 1 | B = -1) P(a = 0) of m = 1/2",
        "integral[b] P(b) of m = 1",
        "both of m <= 0",
        "both of m >= 0",
        "both of m < 1/10",
        "mean(1) of m > both",
        "both of m != 1",
        "2 sqrt(2) of m = sqrt(8)",
        "cos(pi/8) of m < 1",
        "(if 1 = 1 then 2 else 3) of m = 2",
    ],
)
def test_values_of_quantities(claim):
    found = item(QUANTIFIED + f"claim : {claim}")
    assert found.verdict.value == "holds", found.value


@pytest.mark.parametrize("claim", ["never of m = 1", "lost of m = 0", "1 of m = never"])
def test_an_impossible_condition_leaves_no_value(claim):
    found = item(QUANTIFIED + f"claim : {claim}")
    assert (found.verdict.value, found.value) == ("fails", None)
    assert found.notes == ("no value: it conditions on a = 0, B = 1, which never happens in m",)


def test_a_wrong_value_is_told():
    found = item(QUANTIFIED + "claim : both of m = 1")
    assert (found.verdict.value, found.value) == ("fails", "0")
    assert found.notes == ("the value is 0",)
    half_root = "model m { a ~ { 0 : sqrt(2)/2, 1 : 1 - sqrt(2)/2 } }\n"
    found = item(half_root + "claim : P(a = 0) of m = 1/2")
    assert found.notes == ("the value is sqrt(2)/2, about 0.707107",)


def test_quantities_may_not_be_nested_without_end():
    chain = "\n".join(f"define q{k} := q{k - 1} + 1" for k in range(1, 60))
    with pytest.raises(DocumentError) as error:
        parse(V + f"define q0 := 1\n{chain}")
    assert [(d.code, d.span.line) for d in error.value.diagnostics] == [("E115", 52)]
    text = V + "define q0 := 1\n" + chain.split("\ndefine q45")[0] + "\nmodel m { }\n"
    assert verdict(text + "claim : q44 of m = 45", "") == "holds"
    with pytest.raises(DocumentError) as error:
        parse(text + "claim : " + "(-" * 12 + "q44" + ")" * 12 + " of m = 1")
    assert [(d.code, d.span.column) for d in error.value.diagnostics] == [("E115", 9)]


def test_many_calls_of_a_quantity_cost_little():
    chain = "\n".join(f"define q{k} := q{k - 1} + q{k - 1}" for k in range(1, 40))
    claim = f"model m {{ }}\nclaim : q39 of m = {2**39}"
    assert verdict(f"define q0 := 1\n{chain}\n{claim}", "") == "holds"


def test_settings_may_be_angles():
    text = """variables { A in {-1, 1} ; B in {-1, 1} ; a ; b }
    model singlet {
      a ~ uniform {0, pi/4} ; b ~ uniform {pi/8, 3 pi/8}
      fresh s ~ { 1 : (1 + cos(2 * (a - b)))/2, -1 : (1 - cos(2 * (a - b)))/2 }
      A ~ uniform {-1, 1}
      B := s * A
    }
    define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
    """
    chsh = "E(0, pi/8) + E(pi/4, pi/8) + E(pi/4, 3 pi/8) - E(0, 3 pi/8)"
    claim = f"claim : {chsh} of singlet = 2 sqrt(2)"
    assert verdict(text + claim, "") == "holds"


def test_composites_in_quantities():
    head = COMPOSITE + "model m { λ_Σ ~ uniform {(0, (1, 2)), (1, (3, 4))} ; A := λ }\n"
    for claim in (
        "P(λ_Σ = (0, (1, 2))) of m = 1/2",
        "P(λ = 0 | λ_Σ = (1, (3, 4))) of m = 0",
        "sum[λ_Σ] P(λ_Σ) of m = 1",
        "sum[λ_Σ] first(rest) P(λ_Σ) of m = 2",
        "sum[x, λ] λ P(λ, x) of m = 1/2",
    ):
        assert verdict(f"{head}claim : {claim}", "") == "holds"
    text = head + "define p(rest) := P(A = 1 | rest)\nclaim : p((3, 4)) of m = 1"
    assert verdict(text, "") == "holds"


GRAPH = """
variables { A in {0, 1} ; B in {0, 1} ; a ; b }
causal { latent past ; past -> A, B ; a -> A ; b -> B }
model fine { fresh r ~ uniform {0, 1} ; a ~ uniform {0, 1} ; b ~ uniform {0, 1} ; A := r ; B := r }
model box { a ~ uniform {0, 1} ; b ~ uniform {0, 1} ; A ~ uniform {0, 1} ; B := (A xor (a and b)) }
model told { a ~ uniform {0, 1} ; b ~ uniform {0, 1} ; A := b ; B := 0 }
"""


# Three results of which each two share a source: no source reaches all, and no bound is known.
OPEN = """
variables { A in {0, 1} ; B in {0, 1} ; C in {0, 1} ; a ; b }
causal { latent r ; latent s ; latent t ; r, s, a -> A ; s, t, b -> B ; t, r -> C }
model box { a ~ uniform {0, 1} ; b ~ uniform {0, 1} ; A ~ uniform {0, 1} ; B := A ; C := A }
"""


def test_local_in_a_graph():
    assert verdict(GRAPH + "claim : fine is local in causal", "") == "holds"
    assert verdict(GRAPH + "claim : box is local in causal", "") == "fails"
    assert verdict(OPEN + "claim : box is local in causal", "") == "undecided"
    found = item(GRAPH + "claim : told is local in causal", "")
    assert found.verdict.value == "fails"
    assert [b.statement for b in found.breaks] == ["A ⊥ b"]


def test_what_is_open_stays_open_in_a_conjunction():
    said = "assume LC : local causality\nassume I : a ⊥ b\ndefine both : LC and I\n"
    said += "define not_both : LC and A ⊥ a, B\n"
    for claim, expected in [
        ("box satisfies LC", "undecided"),
        ("box satisfies both", "undecided"),
        ("box violates both", "undecided"),
        ("box violates not_both", "holds"),
        ("box satisfies LC, not_both", "fails"),
    ]:
        assert verdict(f"{OPEN}{said}claim : {claim}", "") == expected
    assert item(OPEN + said + "claim : box satisfies LC expect undecided", "").as_expected


SPACE = """
spacetime 1+1 {
  Σ = slice t = 0 ; one = point t = 4, x = -5 ; two = point t = 4, x = 5
  left = Σ & past(one) ; right = Σ & past(two)
}
variables { A in {-1, 1} at one ; B in {-1, 1} at two ; μ at left ; ν at right }
complete μ on left
complete ν on right
"""


def test_local_in_spacetime_and_in_regions():
    head = SPACE + "model m { μ ~ uniform {0, 1} ; ν ~ uniform {0, 1} ; A := 1 ; B := 2 μ - 1 }\n"
    found = item(head + "claim : m is local in spacetime", "")
    assert found.verdict.value == "fails"
    assert found.breaks
    assert verdict(head + "claim : m is local in one, left, right", "") == "holds"
    assert verdict(head + "claim : m is local in two, left, right", "") == "fails"


def test_a_latent_may_be_the_tuple_of_all_its_children():
    head = """variables { λ ; μ ; ν }
    causal { latent past ; past -> λ, μ, ν ; λ -> μ, ν }
    model m { μ ~ uniform {0, 1} ; ν ~ uniform {0, 1} ; λ := μ xor ν }
    """
    assert verdict(head + "claim : m is local in causal", "") == "holds"


def test_models_and_claims_of_a_document():
    document = load(DATA / "reference_models.lpc")
    assert list(document.models) == ["shirts", "printed", "weather"]
    assert document.models["printed"].names == ("r", "a", "λ_a", "λ_b", "b", "λ", "A", "B")
    assert {q.name: q.parameters for q in document.quantities.values()} == {
        "E": ("x", "y"), "S": (),
    }  # fmt: skip
    assert [c.kind for c in document.items].count("value") == 3


def test_reference_models_check_clean(run_lpc):
    result = run_lpc("check", "--output-format", "json", DATA / "reference_models.lpc")
    assert result.returncode == 0, result.stdout
    (file,) = json.loads(result.stdout)["files"]
    assert file["status"] == "ok"
    assert [i["verdict"] for i in file["items"]] == ["holds"] * 8
    assert [i["kind"] for i in file["items"]] == ["claim"] * 8
    assert [i["value"] for i in file["items"] if i["value"]] == ["2 sqrt(2)", "4", "2"]


def test_reference_bell_has_its_quantities():
    report = check(load(DATA / "reference_bell.lpc"))
    assert set(load(DATA / "reference_bell.lpc").quantities) == {"E", "S"}
    assert report.status == "ok"


@pytest.mark.parametrize("path", sorted((ROOT / "proofs").rglob("*.lpc")), ids=lambda p: p.stem)
def test_found_countermodels_are_models_of_the_language(path):
    """What a report prints as a model block means the model that the search has found."""
    source = path.read_text(encoding="utf-8")
    blocks = {i.model.block: i.model.model for i in check(load(path)).items if i.model is not None}
    for k, (block, found) in enumerate(blocks.items()):
        document = parse(source + f"\nmodel found_{k} {{\n" + "\n".join(block) + "\n}\n")
        alphabets = {v.name: v.values for v in document.variables if v.values is not None}
        again = run(document.models[f"found_{k}"].program, alphabets, document.composites)
        order, table = found.table(frozenset(again.names))
        places = [again.names.index(name) for name in order]
        assert {tuple(v[k] for k in places): w for v, w in again.support} == table


MODELS = sorted((ROOT / "proofs").rglob("*.lpc"))


@pytest.mark.parametrize("path", MODELS, ids=lambda p: p.stem)
def test_expectation_values_two_ways(path):
    """⟨X Y⟩ at every value of a third and a fourth variable: `sum[X, Y] …`, and plain loops."""
    document = load(path)
    alphabets = {v.name: v.values for v in document.variables if v.values is not None}
    for model in document.models.values():
        if model.open:  # no single distribution; test_quantum.py puts angles in
            continue
        if model.experiment is None:
            found = run(model.program, alphabets, document.composites)
        else:
            found = experiment(model.experiment, alphabets, spectrum, document.composites).model()
        measure = Measure(model=found, quantities={}, composites=document.composites)
        numeric = [n for n in found.names if all(isinstance(v, Fraction) for v in found.values(n))]
        for x, y in islice(combinations(numeric, 2), 6):
            rest = [n for n in found.names if n not in (x, y)]
            for condition in islice(combinations(rest, 2), 6):
                assert_means_agree(measure, found, (x, y), condition)


def assert_means_agree(measure, model, results, fixed):
    places = [model.names.index(n) for n in (*results, *fixed)]
    sums = {}
    for outcome, weight in model.support:
        x, y, *condition = (outcome[k] for k in places)
        mean, total = sums.get(tuple(condition), (0, 0))
        sums[tuple(condition)] = (weight * x * y + mean, weight + total)
    product = e.Times(
        e.Variable(results[0]),
        (
            ("*", e.Variable(results[1])),
            ("*", e.Chance(tuple(map(e.Event, results)), tuple(map(e.Event, fixed)))),
        ),
    )
    for condition, (mean, total) in sums.items():
        env = dict(zip(fixed, condition, strict=True))
        assert measure.value(e.SumOver(results, product), env) * total == mean


BEYOND = """
variables {{ A in {{0, 1}} ; a in {{0, 1}} ; B in {{0, 1}} }}
assume J : A ⊥ B | a
model m {{
  a ~ {{ 0 : (1 + cos(2 pi/997))/3, 1 : 1 - (1 + cos(2 pi/997))/3 }}
  A ~ {{ 0 : (1 + cos({angle}))/5, 1 : 1 - (1 + cos({angle}))/5 }}
  B := if a = 0 then A else 1 - A
}}
claim "on the model" : m satisfies J
claim "of the file" : J entail B ⊥ A | a
"""


@pytest.mark.parametrize(("angle", "where"), [("pi/811", 6), ("2 pi/997", None)])
def test_numbers_beyond_exact_arithmetic_cost_what_rests_on_them_alone(angle, where):
    """Weights that have no product, and weights that cannot be divided by."""
    report = check(parse(BEYOND.format(angle=angle)))
    verdicts = {item.name: item.verdict.value for item in report.items}
    assert verdicts == {"on the model": "undecided", "of the file": "entailed"}
    places = [d.span.line for d in report.diagnostics if d.code == "E261"]
    assert places == ([] if where is None else [where])
    if where is None:
        assert "beyond exact arithmetic" in " ".join(report.items[0].notes)
