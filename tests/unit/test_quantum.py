"""Quantum blocks: what each construct means, what is claimed of them, and every message."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction

import pytest

from lpc import check, parse
from lpc.checker.moments import sympy_agrees
from lpc.exact import (
    IMAGINARY,
    SIGMA_X,
    SIGMA_Z,
    Matrix,
    OpenAngle,
    cosine,
    known_state,
    sine,
    square_root,
)
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.operators import Operators
from lpc.kernel.quantum import Family, experiment
from lpc.language import DocumentError, format_text
from lpc.language.codes import CODES
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError
from lpc.report.text import render_file
from lpc.search.spectra import spectrum

HALF = Fraction(1, 2)
V = (
    "variables { A in {-1, +1} ; B in {-1, +1} ; C ; D ; a in {0, 1} ; b in {0, 1} ; "
    "x ; y ; z ; λ ; p ; q }\nsplit ω into p, q\n"
)
E = "define E(u, v) := sum[A, B] A B P(A, B | x = u, y = v)\n"
PAIR = "quantum m { state singlet ; A := spin(x) on 1 ; B := spin(y) on 2 }\n"
ONE_OF = "quantum m { state { 0 : 3/5, 1 : 4/5 } ; "


def family(lines, head=V):
    """What a block with these lines predicts."""
    document = parse(f"{head}quantum m {{\n{lines}\n}}")
    alphabets = {v.name: v.values for v in document.variables if v.values is not None}
    return experiment(document.models["m"].experiment, alphabets, spectrum, document.composites)


def rows(found):
    return dict(found.rows)


def items(text, head=V + E):
    report = check(parse(head + text))
    return report.items, report.diagnostics


def verdict(text, head=V + E):
    ((item,), diagnostics) = items(text, head)
    assert not diagnostics
    return item.verdict.value


def complaint(text, head=V):
    """Code, line, column of the one error of a text, found on reading or on checking."""
    try:
        report = check(parse(head + text))
    except DocumentError as error:
        found = error.diagnostics
    else:
        found = report.diagnostics
    (one,) = found
    return one.code, one.span.line - head.count("\n"), one.span.column, one


# ---- what is predicted -----------------------------------------------------------------------


def test_the_singlet_along_one_direction():
    found = family("state singlet ; A := spin(0) on 1 ; B := spin(0) on 2")
    assert rows(found) == {(-1, 1): HALF, (1, -1): HALF}
    assert isinstance(found.model(), FiniteModel)


def test_born_at_an_angle_is_exact():
    found = family("state singlet ; A := spin(0) on 1 ; B := spin(pi/4) on 2")
    same = (2 - square_root(Fraction(2))) / 8
    assert rows(found)[(1, 1)] == same == rows(found)[(-1, -1)]


@pytest.mark.parametrize(
    ("state", "same_x", "same_y", "same_z"),
    [
        ("singlet", 0, 0, 0),
        ("psi_minus", 0, 0, 0),
        ("triplet", 1, 1, 0),
        ("psi_plus", 1, 1, 0),
        ("phi_plus", 1, 0, 1),
        ("phi_minus", 0, 1, 1),
        ("ghz(2)", 1, 0, 1),
        ("w(2)", 1, 1, 0),
    ],
)
def test_named_states_by_their_correlations(state, same_x, same_y, same_z):
    for axis, same in (("x", same_x), ("y", same_y), ("z", same_z)):
        found = family(f"state {state} ; A := sigma_{axis} on 1 ; B := sigma_{axis} on 2")
        assert {a == b for a, b in rows(found)} == {bool(same)}


def test_the_w_state_of_three():
    lines = ("A := sigma_z on 1", "B := sigma_z on 2", "C := sigma_z on 3")
    found = family("state w(3) ; " + " ; ".join(lines))
    assert set(rows(found).values()) == {Fraction(1, 3)}
    assert all(sum(outcome) == 1 for outcome in rows(found))


def test_settings_outcomes_and_order_of_lines():
    found = family(
        "state singlet ; a ~ { 0 : 1/4, 1 : 3/4 } ; A := spin(if a = 0 then 0 else pi) on 1\n"
        "fresh n := A * 2 ; B := if n = 2 then sigma_z else sigma_x on 2"
    )
    assert found.names == ("a", "A", "n", "B")
    # a result on one side may steer the setting on the other
    assert rows(found)[(0, 1, 2, -1)] == Fraction(1, 8)
    assert rows(found)[(0, -1, -2, -1)] == Fraction(1, 16)


def test_an_unmeasured_party_makes_no_difference():
    one = family("state ghz(3) ; A := sigma_z on 1 ; B := sigma_x on 2")
    assert set(rows(one).values()) == {Fraction(1, 4)}


def test_a_matrix_is_measured_by_its_eigenvalues():
    found = family("state { 0 : 3/5, 1 : 4/5 } ; C := [[2, 0], [0, 5]] on 1")
    assert rows(found) == {(2,): Fraction(9, 25), (5,): Fraction(16, 25)}
    found = family("state { 0 : 1, 1 : 0 } ; C := [[0, 1], [1, 1]] on 1")
    assert {str(value) for (value,) in rows(found)} == {"(1 + sqrt(5))/2", "(1 - sqrt(5))/2"}


def test_a_degenerate_observable_and_a_constant():
    state = "state { 0 : 1/sqrt(3), 1 : 1/sqrt(3), 2 : i/sqrt(3) }"
    found = family(f"{state} ; C := [[1, 0, 0], [0, 1, 0], [0, 0, 0]] on 1")
    assert rows(found) == {(0,): Fraction(1, 3), (1,): Fraction(2, 3)}
    assert rows(family(f"{state} ; C := [[7, 0, 0], [0, 7, 0], [0, 0, 7]] on 1")) == {(7,): 1}


def test_spin_one():
    ladder = "[[0, 1/sqrt(2), 0], [1/sqrt(2), 0, 1/sqrt(2)], [0, 1/sqrt(2), 0]]"
    found = family(f"state {{ 0 : 1, 2 : 0 }} ; C := {ladder} on 1")
    assert rows(found) == {(-1,): Fraction(1, 4), (0,): HALF, (1,): Fraction(1, 4)}


def test_a_number_in_an_observable_is_its_multiple_of_the_identity():
    assert rows(family("state { 0 : 1 } ; C := (1 + sigma_z)/2 on 1")) == {(1,): 1}
    assert rows(family("state { 0 : 1 } ; C := sigma_x sigma_z sigma_x on 1")) == {(-1,): 1}
    assert rows(family("state { 0 : 1 } ; C := i sigma_x sigma_y on 1")) == {(-1,): 1}


def test_a_declared_variable_comes_before_a_constant():
    head = "variables { i in {0, 1} ; C }\n"
    found = family("state { 0 : 1 } ; i := 1 ; C := spin(i * pi) on 1", head)
    assert rows(found) == {(1, -1): 1}


def test_open_angles():
    found = family("state singlet ; A := spin(x) on 1 ; B := spin(y) on 2")
    assert found.open == ("x", "y")
    assert str(rows(found)[(1, 1)]) == "1/4 - cos(x - y)/4"
    with pytest.raises(ModelError):
        found.model()


def test_an_open_angle_in_the_state():
    found = family("state { 0 : cos(z/2), 1 : sin(z/2) } ; C := sigma_z on 1")
    assert {k: str(w) for k, w in found.rows} == {
        (-1,): "1/2 - cos(z)/2",
        (1,): "1/2 + cos(z)/2",
    }


def test_a_family_is_a_distribution():
    with pytest.raises(ModelError):
        Family.create(
            ("A",), [((1,), cosine(OpenAngle(Fraction(0), (("x", Fraction(1)),))))], (), {}
        )
    with pytest.raises(ModelError):
        Family.create(("A",), [((1,), HALF)], (), {})


def test_the_kernel_refuses_two_measurements_of_one_party():
    twice = tuple(e.Observe(n, e.Function("spin", e.Number(Fraction(0))), 0) for n in "AB")
    with pytest.raises(ModelError):
        experiment(e.Experiment(e.KnownState("singlet", 2), twice), {}, spectrum)


def test_spectra_are_decompositions():
    for matrix in (SIGMA_X, SIGMA_Z + Fraction(3), Matrix.identity(4), SIGMA_X * 0):
        assert matrix.is_decomposed(spectrum(matrix))


ZERO_MATRIX = SIGMA_Z * 0
(_, DOWN), (_, UP) = spectrum(SIGMA_Z)
(_, LEFT), (_, RIGHT) = spectrum(SIGMA_X)
SLANTED = Matrix(((Fraction(1), Fraction(1)), (Fraction(0), Fraction(0))))  # Π = Π², not Π†


@pytest.mark.parametrize(
    ("matrix", "pairs"),
    [
        (SIGMA_Z, ((1, UP),)),
        (SIGMA_Z, ((-1, UP), (1, DOWN))),
        (SIGMA_Z, ((-1, LEFT), (1, RIGHT))),
        (SIGMA_Z, ((-1, DOWN), (1, UP), (3, ZERO_MATRIX))),
        (Matrix.identity(2), ((1, UP), (1, DOWN))),
        (Matrix.identity(2), ((1, UP * HALF), (1, UP * HALF), (1, DOWN))),
        (SIGMA_Z, ((Fraction(2), UP * HALF), (-1, DOWN), (0, UP * HALF))),
        (SLANTED, ((1, SLANTED), (0, Matrix.identity(2) - SLANTED))),
        (SIGMA_Z * 0, ((0, UP),)),
    ],
)
def test_what_is_no_decomposition(matrix, pairs):
    assert not matrix.is_decomposed(pairs)


def test_an_experiment_takes_nobodys_word_for_eigenvalues():
    told = e.Experiment(
        e.KnownState("singlet", 2), (e.Observe("A", e.Function("spin", e.Number(Fraction(0))), 0),)
    )
    assert len(experiment(told, {}, lambda *_: ((Fraction(-1), DOWN), (Fraction(1), UP))).rows) == 2
    with pytest.raises(EvaluationError, match="could not be found exactly"):
        experiment(told, {}, lambda *_: ((Fraction(-1), UP), (Fraction(1), DOWN)))


def test_projections_of_a_known_state():
    state = known_state("singlet", 2)
    assert state.after(UP, 0).after(UP, 1).is_zero
    assert state.product(state.after(DOWN, 0)) == HALF


def test_waves():
    x = OpenAngle(Fraction(0), (("x", Fraction(1)),))
    assert cosine(x) * cosine(x) + sine(x) * sine(x) == 1
    assert IMAGINARY * IMAGINARY == -1
    assert Operators().value(e.Number(HALF), {}) == HALF


# ---- claims ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("E(x, y) of m = -cos(x - y)", "holds"),
        ("E(x, y) of m = -cos(y - x)", "holds"),
        ("E(x, y) of m = -cos(x) cos(y) - sin(x) sin(y)", "holds"),
        ("E(x, y) of m = cos(x - y + pi)", "holds"),
        ("E(x, y) of m = -cos(x + y)", "fails"),
        ("E(x, y) of m = -1", "fails"),
        ("E(x, x) of m = -1", "holds"),
        ("E(x, x + pi/3) of m = -1/2", "holds"),
        ("E(0, pi/4) of m = -sqrt(2)/2", "holds"),
        ("E(x, y + pi/4) of m = -(cos(x - y) + sin(x - y))/sqrt(2)", "holds"),
        ("E(x, y - pi/4) of m = -(cos(x - y) + sin(x - y))/sqrt(2)", "fails"),
        ("E(2 x, x) of m = 1 - 2 cos(x/2) cos(x/2)", "holds"),
        ("E(x, y) of m <= 1", "holds"),
        ("E(x, y) of m >= -1", "holds"),
        ("E(x, y) of m < 1", "fails"),
        ("E(x, y) of m < 2", "holds"),
        ("E(x, y) of m != 0", "fails"),
        ("E(x, y) of m != 2", "undecided"),
        ("E(0, y) of m >= -9/10", "fails"),
        ("E(pi/2, y) of m <= 9/10", "fails"),
        ("E(x, y) of m < E(x, y)", "fails"),
        ("P(A = 1 | x) of m = 1/2", "holds"),
        ("P(A = 1) of m = 1/2", "holds"),
        ("P(A = 1 | B = 1, x, y) of m = (1 - cos(x - y))/2", "holds"),
        ("P(A = 1 | B = 1, x, y = x) of m = 0", "holds"),
        ("sum[A] P(A | x, y) of m = 1", "holds"),
    ],
)
def test_claims_for_all_angles(claim, expected):
    assert verdict(f"{PAIR}claim : {claim}") == expected


def test_a_failing_claim_comes_with_angles_and_exact_values():
    ((item,), _) = items(f"{PAIR}claim : E(x, y) of m = -cos(x)")
    assert item.verdict == "fails"
    assert not item.as_expected
    derived, witness, *_ = item.notes
    assert derived == "derived: E(x, y) = -cos(x - y) for all x, y"
    assert witness == "at x = 0, y = pi/2 the left side is 0, the right side -1"
    assert item.value == "-cos(x - y)"


def test_what_is_refused_of_open_blocks_is_undecided():
    text = f"define F : A ⊥ B\n{PAIR}claim : m satisfies F"
    ((item,), _) = items(text)
    assert item.verdict == "undecided"
    assert item.notes == ("m leaves x, y open, so its variables have no distribution",)


CHSH = """
define PI : P(A | a, b, λ) = P(A | a, λ) and P(B | a, b, λ) = P(B | b, λ)
define OI : P(A, B | a, b, λ) = P(A | a, b, λ) P(B | a, b, λ)
define NS : P(A | a, b) = P(A | a) and P(B | a, b) = P(B | b)
define C(u, v) := sum[A, B] A B P(A, B | a = u, b = v)
define S := C(0, 0) + C(0, 1) + C(1, 0) - C(1, 1)
quantum m {
  state singlet ; λ := 0 ; a ~ uniform {0, 1} ; b ~ uniform {0, 1}
  A := spin(a * pi/2) on 1
  B := spin(pi/4 - b * pi/2) on 2
}
"""


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("m satisfies PI, NS", "holds"),
        ("m violates OI", "holds"),
        ("m satisfies OI", "fails"),
        ("|S| of m = 2 sqrt(2)", "holds"),
        ("S of m = 2 sqrt(2)", "fails"),
        ("S of m = -2 sqrt(2)", "holds"),
    ],
)
def test_claims_with_settings(claim, expected):
    assert verdict(f"{CHSH}claim : {claim}", V) == expected


def test_json_has_the_value():
    from lpc.report.json import render_json
    from lpc.report.results import Report

    report = check(parse(f"{V}{E}{PAIR}claim : E(x, y) of m = -cos(x - y)"))
    (item,) = json.loads(render_json(Report((report,))))["files"][0]["items"]
    assert item["value"] == "-cos(x - y)"
    assert item["verdict"] == "holds"
    assert "derived: E(x, y) = -cos(x - y) for all x, y" in render_file(report)


# ---- sympy -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        "state singlet ; A := spin(x) on 1 ; B := spin(y) on 2",
        "state { (0, 1) : cos(z), (1, 0) : i sin(z) } ; A := spin(x + pi/4) on 1 ; B := σ_y on 2",
        "state ghz(3) ; A := spin(x) on 1 ; B := cos(y) sigma_x + sin(y) sigma_y on 3",
    ],
)
def test_sympy_finds_the_same(lines):
    document = parse(f"{V}quantum m {{ {lines} }}")
    told = document.models["m"].experiment
    found = experiment(told, {}, spectrum)
    assert sympy_agrees(told, found)
    wrong = Family(found.names, tuple((o, w * HALF) for o, w in found.rows), found.open)
    assert not sympy_agrees(told, wrong)


def test_sympy_is_imported_only_for_open_angles():
    code = (
        "import sys, lpc; text = sys.stdin.read(); report = lpc.check(lpc.parse(text)); "
        "assert report.items; sys.exit('sympy' in sys.modules)"
    )

    def imports(text):
        return subprocess.run([sys.executable, "-c", code], input=text, text=True, check=False)

    closed = f"{V}{CHSH}claim : m satisfies PI"
    open_ = f"{V}{E}{PAIR}claim : E(x, y) of m = -cos(x - y)"
    assert imports(closed).returncode == 0
    assert imports(open_).returncode == 1


# ---- words and layout ------------------------------------------------------------------------


def test_state_and_quantum_are_names_elsewhere():
    head = "variables { state in {0, 1} ; quantum ; C }\n"
    found = family("state { 0 : 1 }\n state := 1\n C := sigma_z on 1", head)
    assert rows(found) == {(1, 1): 1}
    parse("variables { state ; quantum ; A } ; assume I : state ⊥ quantum | A")


def test_printing():
    text = (
        'quantum m "note"{state{(0,1):1/sqrt(2),\n(1,0):-1/sqrt(2)}\n'
        "fresh A:=[[0,-i],[i,0]] on 1 # c\n"
        "B:=cos(x) sigma_z+sin(x) sigma_x on 2;state ghz(3)}"
    )
    printed = format_text(text)
    assert printed == (
        'quantum m "note" {\n'
        "  state { (0, 1) : 1/sqrt(2), (1, 0) : -1/sqrt(2) }\n"
        "  fresh A := [[0, -i], [i, 0]] on 1  # c\n"
        "  B := cos(x) σ_z + sin(x) σ_x on 2\n"
        "  state ghz(3)\n"
        "}\n"
    )
    assert format_text(printed) == printed


# ---- mistakes --------------------------------------------------------------------------------

MISTAKES = [
    ("quantum m { A := sigma_z on 1 }", "E270", 1, 9),
    ("quantum m { state singlet\nstate singlet }", "E270", 2, 1),
    ("quantum m { state singlett }", "E271", 1, 19),
    ("quantum m { state singlet(2) }", "E271", 1, 19),
    ("quantum m { state ghz }", "E271", 1, 19),
    ("quantum m { state ghz(7) }", "E271", 1, 19),
    ("quantum m { state ghz(1) }", "E271", 1, 19),
    ("quantum m { state ghz(5/2) }", "E271", 1, 19),
    ("quantum m { state { up : 1 } }", "E272", 1, 21),
    ("quantum m { state { (0, 1) : 1, 1 : 0 } }", "E272", 1, 33),
    ("quantum m { state { 0 : 1, 0 : 0 } }", "E272", 1, 28),
    ("quantum m { state { -1 : 1 } }", "E272", 1, 21),
    ("quantum m { state { 0 : 1, 1 : 1 } }", "E273", 1, 19),
    ("quantum m { state { 0 : cos(z), 1 : 1 } }", "E273", 1, 19),
    ("quantum m { state { 0 : sigma_z } }", "E254", 1, 25),
    (ONE_OF + "C := [[0, 1], [2, 0]] on 1 }", "E274", 1, 47),
    (ONE_OF + "C := i sigma_z on 1 }", "E274", 1, 47),
    (ONE_OF + "C := [[1, 0, 0], [0, 1, 0], [0, 0, 1]] on 1 }", "E275", 1, 47),
    (ONE_OF + "C := [[1, 0], [0]] on 1 }", "E275", 1, 47),
    (ONE_OF + "C := 1 on 1 }", "E275", 1, 47),
    (ONE_OF + "C := sigma_z / sigma_x on 1 }", "E254", 1, 57),
    (ONE_OF + "ω := sigma_z on 1 }", "E275", 1, 42),
    (ONE_OF + "C := sigma_z on 2 }", "E276", 1, 58),
    (ONE_OF + "C := sigma_z on 0 }", "E276", 1, 58),
    (ONE_OF + "C := sigma_z on 1.5 }", "E276", 1, 58),
    (ONE_OF + "C := sigma_z }", "E276", 1, 42),
    (ONE_OF + "C := spin(0) }", "E276", 1, 42),
    ("quantum m { state singlet ; C := sigma_z on 1 ; D := sigma_z on 1 }", "E277", 1, 65),
    (ONE_OF + "C := spin(a) on 1 }", "E278", 1, 52),
    (ONE_OF + "C := if x = 0 then sigma_z else sigma_x on 1 }", "E278", 1, 50),
    (ONE_OF + "C := cos(x) sigma_z on 1 }", "E261", 1, 47),
    (ONE_OF + "C := spin(1) on 1 }", "E258", 1, 52),
    (ONE_OF + "A := [[2, 0], [0, 1]] on 1 }", "E253", 1, 47),
    (ONE_OF + "C := sigma_w on 1 }", "E201", 1, 47),
    (ONE_OF + "C := spin(D) on 1 ; D ~ uniform {0, 1} }", "E240", 1, 52),
    (ONE_OF + "C ~ { x : 1 } }", "E240", 1, 48),
    ("quantum m { state { 8 : 1 } }", "E279", 1, 19),
    ("quantum m { state { (7, 7, 1) : 1 } }", "E279", 1, 19),
    (PAIR + "claim : P(x) of m = 1", "E278", 2, 9),
    (PAIR + "claim : P(A = 1, B = 1 | x) of m = 1", "E278", 2, 9),
    (PAIR + "claim : sum[x] P(A = 1 | x) of m = 1", "E278", 2, 16),
    (PAIR + "claim : P(A = 1 | x = 1) of m = 1", "E258", 2, 9),
    (PAIR + "claim : 1/cos(x) of m = 1", "E278", 2, 11),
    (PAIR + "claim : |cos(x)| of m = 1", "E278", 2, 10),
    (PAIR + "claim : P(C = 1) of m = 1", "E262", 2, 1),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), MISTAKES)
def test_mistakes(text, code, line, column):
    found = complaint(text)
    assert found[:3] == (code, line, column), found[3]


def test_hints():
    assert complaint("quantum m { state singlett }")[3].hint == "did you mean `singlet`?"
    said = complaint("quantum m { state { 0 : 1, 1 : 1 } }")[3]
    assert said.label == "the squares of the amplitudes sum to 2"


def test_no_traceback_at_hostile_sizes():
    many = ", ".join("0" for _ in range(60))
    assert complaint(f"quantum m {{ state {{ ({many}) : 1 }} }}")[0] == "E279"
    assert complaint(f"quantum m {{ state {{ {'9' * 900} : 1 }} }}")[0] == "E272"
    report = check(parse(V + ONE_OF + f"C := sigma_z * {'9' * 999} on 1 }}"))
    assert not report.diagnostics
    assert complaint(ONE_OF + f"C := sigma_z {' '.join(['9' * 999] * 4)} on 1 }}")[0] == "E260"


def test_every_code_of_quantum_blocks_is_shown():
    codes = {code for code in CODES if "E270" <= code <= "E279"}
    assert codes <= {code for _, code, _, _ in MISTAKES}
