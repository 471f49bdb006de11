"""The exact quantum predictions against density matrices of floating-point numbers.

The kernel projects a vector party by party. Here P(A, B, …) is Tr(ρ Π_A ⊗ Π_B ⊗ …) with whole
Kronecker products, and the projectors come from the known eigenvectors of a spin.
"""

from __future__ import annotations

from cmath import exp, isclose
from fractions import Fraction
from itertools import product
from math import cos, pi, sin, sqrt

from hypothesis import given, settings
from hypothesis import strategies as st

from lpc.exact import (
    IMAGINARY,
    ONE,
    ZERO,
    Angle,
    Matrix,
    OpenAngle,
    Wave,
    conjugate,
    cosine,
    sine,
)
from lpc.kernel.quantum import experiment
from lpc.logic import expressions as e
from lpc.search.spectra import spectrum

# NB: one denominator for all angles of an example. With several, and the root of the norm, the
# numbers lie in fields so large that the test takes minutes and shows nothing more.
DENOMINATORS = (1, 2, 3, 4, 6, 8, 12)
ratios = st.builds(Fraction, st.integers(-16, 16), st.sampled_from((4, 6)))


def kron(one, two):
    return [
        [one[i][j] * two[k][m] for j in range(len(one)) for m in range(len(two))]
        for i in range(len(one))
        for k in range(len(two))
    ]


def multiplied(one, two):
    return [
        [sum(x * y for x, y in zip(row, c, strict=True)) for c in zip(*two, strict=True)]
        for row in one
    ]


def eigenprojector(theta, value):
    """|u⟩⟨u| for the spin up (+1) or down (−1) along an angle from z towards x."""
    u = [cos(theta / 2), sin(theta / 2)] if value == 1 else [-sin(theta / 2), cos(theta / 2)]
    return [[x * y for y in u] for x in u]


def predicted(amplitudes, thetas, results):
    """Tr(ρ Π)."""
    density = [[x * y.conjugate() for y in amplitudes] for x in amplitudes]
    whole = [[1]]
    for theta, value in zip(thetas, results, strict=True):
        whole = kron(whole, eigenprojector(theta, value))
    found = multiplied(density, whole)
    return sum(found[k][k] for k in range(len(found)))


def number(value):
    return e.Number(Fraction(value))


def angle(ratio):
    return e.Times(number(ratio), (("*", e.Pi()),))


def floating(x, values):
    """A wave as a complex number."""
    if not isinstance(x, Wave):
        return complex(float(x))
    return sum(
        (float(re) + 1j * float(im)) * exp(1j * sum(float(q) * values[n] for n, q in k))
        for k, (re, im) in x.terms
    )


@st.composite
def states(draw, parties):
    """Integers for amplitudes: real and imaginary parts, not all zero."""
    size = 2**parties
    most = 3 if parties < 3 else 1
    parts = st.lists(st.integers(-most, most), min_size=2 * size, max_size=2 * size).filter(any)
    found = draw(parts)
    return list(zip(found[:size], found[size:], strict=True))


def written(state, parties):
    """The normalised amplitudes as expressions."""
    norm = sum(x * x + y * y for x, y in state)
    root = e.Function("sqrt", number(norm))
    pairs = []
    for levels, (x, y) in zip(product((0, 1), repeat=parties), state, strict=True):
        imaginary = e.Times(number(y), (("*", e.Variable("i")),))
        both = e.Plus((("+", number(x)), ("+", imaginary)))
        pairs.append((levels, e.Times(both, (("/", root),))))
    return e.Amplitudes((2,) * parties, tuple(pairs))


@given(st.data(), st.integers(1, 3))
@settings(max_examples=40)
def test_probabilities_agree_with_density_matrices(data, parties):
    state = data.draw(states(parties))
    below = data.draw(st.sampled_from(DENOMINATORS))
    above = st.integers(-2 * below, 2 * below)
    tops = data.draw(st.lists(above, min_size=parties, max_size=parties))
    chosen = [Fraction(top, below) for top in tops]
    lines = tuple(e.Observe(f"R{k}", e.Function("spin", angle(r)), k) for k, r in enumerate(chosen))
    family = experiment(e.Experiment(written(state, parties), lines), {}, spectrum)
    found = dict(family.model().support)
    size = sqrt(sum(x * x + y * y for x, y in state))
    amplitudes = [complex(x, y) / size for x, y in state]
    for results in product((-1, 1), repeat=parties):
        expected = predicted(amplitudes, [float(r) * pi for r in chosen], results)
        assert isclose(complex(float(found.get(results, 0))), expected, abs_tol=1e-9)


@given(states(2), ratios, ratios)
@settings(max_examples=30)
def test_open_angles_agree_with_angles_put_in(state, one, two):
    lines = tuple(
        e.Observe(f"R{k}", e.Function("spin", e.Variable(name)), k) for k, name in enumerate("xy")
    )
    family = experiment(e.Experiment(written(state, 2), lines, ("x", "y")), {}, spectrum)
    fixed = tuple(
        e.Observe(f"R{k}", e.Function("spin", angle(r)), k) for k, r in enumerate((one, two))
    )
    expected = dict(experiment(e.Experiment(written(state, 2), fixed), {}, spectrum).rows)
    values = {n: Angle(r) if r else ZERO for n, r in (("x", one), ("y", two))}
    for outcome, weight in family.rows:
        put_in = weight.at(values) if isinstance(weight, Wave) else weight
        assert put_in == expected.get(outcome, 0)


entry = st.tuples(st.integers(-2, 2), st.integers(-2, 2))


@given(st.lists(entry, min_size=4, max_size=4))
def test_eigenvalues_of_two_by_two(entries):
    """x² − (trace) x + det = 0 at every eigenvalue, and the projectors are orthogonal."""
    (p, _), (q, r), (s, _), _ = entries
    off = Fraction(q) + IMAGINARY * Fraction(r)
    matrix = Matrix(((Fraction(p), off), (conjugate(off), Fraction(s))))
    pairs = spectrum(matrix)
    for value, _ in pairs:
        assert isclose(
            float(value) ** 2 - (p + s) * float(value) + p * s - q * q - r * r, 0, abs_tol=1e-9
        )
    if len(pairs) == 2:
        (_, one), (_, two) = pairs
        assert one * two == Matrix.identity(2) * ZERO


@st.composite
def waves(draw):
    """A sum of products of cosines and sines, and its value at angles."""
    values = {"x": draw(st.floats(-3, 3)), "y": draw(st.floats(-3, 3))}
    exact, approximate = ZERO, 0j
    for _ in range(draw(st.integers(1, 3))):
        c = Fraction(draw(st.integers(-3, 3)), draw(st.integers(1, 3)))
        term, close = c, complex(c)
        for _ in range(draw(st.integers(0, 2))):
            k = {
                "x": Fraction(draw(st.integers(-2, 2)), 2),
                "y": Fraction(draw(st.integers(-2, 2))),
            }
            r = draw(ratios)
            inside = tuple((n, q) for n, q in sorted(k.items()) if q)
            theta = sum(float(q) * values[n] for n, q in inside) + float(r) * pi
            which = draw(st.booleans())
            found = OpenAngle(r, inside) if inside else (Angle(r) if r else ZERO)
            term = term * (cosine(found) if which else sine(found))
            close *= cos(theta) if which else sin(theta)
        exact, approximate = exact + term, approximate + close
    return exact, approximate, values


@given(waves(), waves())
def test_waves_are_a_ring_of_functions(one, two):
    (x, close_x, values), (y, _, _) = one, two
    assert isclose(floating(x, values), close_x, abs_tol=1e-9)
    close_y = floating(y, values)
    assert isclose(floating(x * y, values), close_x * close_y, abs_tol=1e-8)
    assert isclose(floating(x + y, values), close_x + close_y, abs_tol=1e-8)
    assert x * y == y * x
    assert (x + ONE) * y == x * y + y
