"""`lpc bound`: maxima over local, quantum and all behaviours against brute force and literature."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import product

import pytest

from lpc import parse
from lpc.checker.bounds import bounds, read_quantity
from lpc.checker.context import Context
from lpc.exact import square_root
from lpc.kernel.behaviours import ReadingError
from lpc.search.bounds import coefficients, strategies, value_of

TWO = """
variables {
  A in {-1, +1}
  B in {-1, +1}
  a in {0, 1}
  b in {0, 1}
  λ
}
assume Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ)
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y)
define L(x, y) := sum[λ] sum[A, B] A B P(A, B | a = x, b = y, λ) P(λ | a = x, b = y)
"""
CHSH = "E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)"


def found(expression: str, head: str = TWO, **options):
    return bounds(parse(f"{head}\ndefine S := {expression}\n"), "S", **options)


def values(expression: str, head: str = TWO):
    b = found(expression, head)
    return b.local.value, b.quantum.value, b.algebraic.value


def test_chsh():
    assert values(CHSH) == (2, 2 * square_root(Fraction(2)), 4)


@pytest.mark.parametrize(
    "expression",
    [
        f"|{CHSH}|",
        "|E(0, 0) - E(0, 1)| + |E(1, 0) + E(1, 1)|",
        CHSH.replace("E(", "L("),
        "-E(0, 0) - E(0, 1) - E(1, 0) + E(1, 1)",
    ],
)
def test_chsh_in_other_words(expression):
    assert values(expression) == (2, 2 * square_root(Fraction(2)), 4)


def test_quantum_is_no_better_where_no_sign_is_odd():
    assert values("E(0, 0) + E(0, 1) + E(1, 0) + E(1, 1)") == (4, 4, 4)


@pytest.mark.parametrize("tilt", [Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3)])
def test_tilted_chsh_has_its_published_maximum(tilt):
    """α(E00 + E01) + E10 − E11: local 2α, quantum 2 √(1 + α²), for α ≥ 1 (Acín et al. 2012)."""
    local, quantum, algebraic = values(f"{tilt} * (E(0, 0) + E(0, 1)) + E(1, 0) - E(1, 1)")
    assert local == 2 * max(tilt, Fraction(1))
    assert quantum == 2 * square_root(1 + tilt * tilt)
    assert algebraic == 2 * tilt + 2


def test_constants_and_probabilities_count():
    """P(A = B | a, b) = (1 + E)/2; the CHSH game is won with 3/4, (2 + √2)/4 and 1."""
    same = "(P(A = 1, B = 1 | a = {0}, b = {1}) + P(A = -1, B = -1 | a = {0}, b = {1}))"
    game = " + ".join(same.format(x, y) for x, y in ((0, 0), (0, 1), (1, 0)))
    expression = f"({game} + 1 - {same.format(1, 1)}) / 4"
    assert values(expression) == (Fraction(3, 4), (2 + square_root(Fraction(2))) / 4, 1)


MERMIN = """
variables {
  A in {-1, +1}
  B in {-1, +1}
  C in {-1, +1}
  a in {0, 1}
  b in {0, 1}
  c in {0, 1}
}
define E(x, y, z) := sum[A, B, C] A B C P(A, B, C | a = x, b = y, c = z)
"""


def test_mermin():
    m = "E(1, 0, 0) + E(0, 1, 0) + E(0, 0, 1) - E(1, 1, 1)"
    assert values(m, MERMIN) == (2, None, 4)


I3322 = """
variables {
  A in {0, 1}
  B in {0, 1}
  a in {1, 2, 3}
  b in {1, 2, 3}
}
define Q(x, y) := P(A = 0, B = 0 | a = x, b = y)
"""
I3322_FORM = (
    "Q(1, 1) + Q(1, 2) + Q(1, 3) + Q(2, 1) + Q(2, 2) - Q(2, 3) + Q(3, 1) - Q(3, 2) "
    "- P(A = 0 | a = 1) - 2 * P(B = 0 | b = 1) - P(B = 0 | b = 2)"
)


def test_i3322():
    b = found(I3322_FORM, I3322)
    assert b.local.value == 0
    assert b.quantum.value is None
    assert b.algebraic.value is None  # P(A = 0 | a = 1) leaves b open


@pytest.mark.parametrize(("form", "head"), [(I3322_FORM, I3322), (CHSH, TWO)])
def test_local_maximum_is_that_of_all_strategies(form, head):
    document = parse(f"{head}\ndefine S := {form}\n")
    (f,), parties, (table,) = read_quantity(Context(document), "S")
    assert table == coefficients(f, parties)
    brute = max(f.constant + value_of(table, parties, s) for s in strategies(parties))
    assert bounds(document, "S").local.value == brute


def test_quantum_maximum_against_a_grid():
    """No pair of plane vectors does better; some come close."""
    from math import cos, hypot, pi

    for c in product((-2, 1, 3), repeat=4):
        names = ("E(0, 0)", "E(0, 1)", "E(1, 0)", "E(1, 1)")
        _, quantum, _ = values(" + ".join(f"({k}) * {n}" for k, n in zip(c, names, strict=True)))
        best = max(
            sum(
                hypot(c[y] + c[2 + y] * cos(t), c[2 + y] * (1 - cos(t) ** 2) ** 0.5) for y in (0, 1)
            )
            for t in (pi * k / 200 for k in range(201))
        )
        assert best <= float(quantum) + 1e-9
        assert best > float(quantum) - 1e-2


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("E(0, 0) * E(0, 1)", "not linear"),
        ("3", "nothing to bound"),
        ("-|E(0, 0)|", "minus an absolute value"),
        ("||E(0, 0)| + E(0, 1)|", "minus an absolute value"),
        ("E(0, 0) / E(0, 1)", "divided by a number only"),
        ("P(A = 1 | λ = 0)", "declare the values of λ"),
        ("sum[λ] P(A = 1 | a = 0, λ)", "no total probability"),
        ("sqrt(P(A = 1 | a = 0))", "only sums"),
    ],
)
def test_what_cannot_be_read_is_said(expression, message):
    with pytest.raises(ReadingError, match=message):
        found(expression)


def test_parties_are_asked_for_where_they_are_open():
    head = TWO.replace("assume Fact", "#").replace("b in", "c in").replace("b = y", "c = y")
    head = head.replace("define L", "#")
    with pytest.raises(ReadingError, match="--party"):
        found(CHSH, head)
    assert found(CHSH, head, told=[("A", "a"), ("B", "c")]).local.value == 2


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([("A", "α")], "A:α: the quantity has no setting α; it has: a, b"),
        ([("Z", "a")], "Z:a: the quantity has no result Z; it has: A, B"),
        ([("a", "A")], "the quantity has no result a; did you mean A?"),
        ([("A", "λ")], "the quantity has no setting λ"),
        ([("A", "a"), ("A", "b")], "A:b: A is in another pair already"),
        ([("A", "a"), ("B", "a")], "B:a: a is in another pair already"),
    ],
)
def test_a_pairing_that_cannot_be_meant_is_refused(told, message):
    with pytest.raises(ReadingError, match=re.escape(message)):
        found(CHSH, told=told)


def test_a_pairing_is_honoured_also_in_part():
    def parties(*told):
        return found(CHSH, told=told).parties

    assert parties() == (("A", "a"), ("B", "b"))
    assert parties(("A", "a"), ("A", "a")) == (("A", "a"), ("B", "b"))
    assert parties(("B", "b")) == (("A", "a"), ("B", "b"))
    assert parties(("A", "b")) == (("A", "b"), ("B", "a"))
    assert parties(("B", "a"), ("A", "b")) == (("A", "b"), ("B", "a"))


def test_command(run_lpc):
    path = "tests/data/language/reference_models.lpc"
    result = run_lpc("bound", path, "S")
    assert result.returncode == 0, result.stderr
    for line in (
        "local maximum: 2",
        "quantum maximum: 2 sqrt(2), about 2.82843",
        "algebraic maximum: 4",
    ):
        assert line in result.stdout.splitlines()
    data = json.loads(run_lpc("bound", path, "S", "--output-format", "json").stdout)
    assert [data[k]["maximum"] for k in ("local", "quantum", "algebraic")] == [
        "2",
        "2 sqrt(2)",
        "4",
    ]
    assert run_lpc("bound", path, "E").returncode == 2
    assert "has no quantity T" in run_lpc("bound", path, "T").stderr
