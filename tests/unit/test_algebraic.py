"""Exact numbers beyond the fractions: field laws, known identities, signs, and how they print."""

from __future__ import annotations

from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from math import gcd

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lpc.exact import Cyclotomic, NumberError, cos_pi, is_small, sin_pi, square_root
from lpc.exact.unity import MAX_CONDUCTOR, _packed_product, cyclotomic, multiplied

DIGITS = 60


def root(n):
    return square_root(Fraction(n))


# Independent values to many decimals: square roots by `Decimal.sqrt`, cosines by their series.


def decimal(x):
    return Decimal(x.numerator) / Decimal(x.denominator)


def decimal_pi():
    """Gauss and Legendre's iteration; the kernel uses Machin's formula."""
    a, b, t, p = Decimal(1), 1 / Decimal(2).sqrt(), Decimal(1) / 4, Decimal(1)
    for _ in range(10):
        a, b, t, p = (a + b) / 2, (a * b).sqrt(), t - p * ((a - b) / 2) ** 2, 2 * p
    return (a + b) ** 2 / (4 * t)


def decimal_cos(x):
    total, term, n = Decimal(0), Decimal(1), 0
    while abs(term) > Decimal(10) ** -getcontext().prec:
        total += term
        n += 2
        term = -term * x * x / (n * (n - 1))
    return total


def middle(x):
    """The kernel's number to DIGITS decimals."""
    if isinstance(x, Fraction):
        return decimal(x)
    low, high = x.enclosure(4 * DIGITS)
    assert low < high
    return (decimal(low) + decimal(high)) / 2


def close(x, y):
    return abs(middle(x) - y) < Decimal(10) ** (10 - DIGITS) * (1 + abs(y))


small = st.fractions(min_value=-3, max_value=3, max_denominator=5)


@st.composite
def leaves(draw):
    """A number of the kernel with its value in decimals."""
    with localcontext() as context:
        context.prec = DIGITS + 20
        kind = draw(st.sampled_from(["rational", "root", "cosine"]))
        if kind == "rational":
            x = draw(small)
            return x, decimal(x)
        if kind == "root":
            n = draw(st.sampled_from([2, 3, 5, 6, 7, 8, 15]))
            return root(n), Decimal(n).sqrt()
        ratio = Fraction(draw(st.integers(-20, 20)), draw(st.sampled_from([3, 5, 7, 8, 12])))
        return cos_pi(ratio), decimal_cos(decimal(ratio) * decimal_pi())


@st.composite
def numbers(draw):
    """Sums and products of a few leaves."""
    x, value = draw(leaves())
    with localcontext() as context:
        context.prec = DIGITS + 20
        for op in draw(st.lists(st.sampled_from("+-*"), max_size=2)):
            y, other = draw(leaves())
            x = x + y if op == "+" else x - y if op == "-" else x * y
            value = value + other if op == "+" else value - other if op == "-" else value * other
    return x, value


@given(numbers())
def test_values_agree_with_decimals(pair):
    x, value = pair
    with localcontext() as context:
        context.prec = DIGITS + 20
        assert close(x, value)
        assert abs(float(x) - float(value)) < 1e-9


@given(numbers(), numbers())
def test_order_agrees_with_decimals(one, two):
    (x, a), (y, b) = one, two
    if x == y:
        assert abs(a - b) < Decimal(10) ** (10 - DIGITS)
        assert (x <= y, x >= y, x < y, x > y) == (True, True, False, False)
        assert hash(x) == hash(y)
    else:
        assert abs(a - b) > Decimal(10) ** (10 - DIGITS)
        assert (x < y, x > y, x <= y, x >= y) == (a < b, a > b, a < b, a > b)
        assert (abs(x) == x) is (x == 0 or a > 0)


@given(numbers(), numbers(), numbers())
def test_field_laws(one, two, three):
    x, y, z = one[0], two[0], three[0]
    assert x + y == y + x
    assert x * y == y * x
    assert (x + y) + z == x + (y + z)
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x - x == 0
    assert 0 - (0 - x) == x == x + 0
    assert x + 0 == x == x * 1


@given(leaves(), leaves())
def test_division(one, two):
    x, y = one[0], two[0]
    assume(y != 0)
    assert (x / y) * y == x
    assert y / y == 1
    assert 1 / (1 / y) == y


@given(st.fractions(min_value=-9, max_value=9, max_denominator=24))
def test_cosine_and_sine(ratio):
    with localcontext() as context:
        context.prec = DIGITS + 20
        angle = decimal(ratio) * decimal_pi()
        assert close(cos_pi(ratio), decimal_cos(angle))
        assert close(sin_pi(ratio), decimal_cos(decimal_pi() / 2 - angle))
    assert cos_pi(ratio) * cos_pi(ratio) + sin_pi(ratio) * sin_pi(ratio) == 1
    assert cos_pi(2 * ratio) == 2 * cos_pi(ratio) * cos_pi(ratio) - 1
    assert sin_pi(2 * ratio) == 2 * sin_pi(ratio) * cos_pi(ratio)
    assert cos_pi(-ratio) == cos_pi(ratio) == cos_pi(ratio + 2) == -cos_pi(ratio + 1)


@given(st.fractions(min_value=0, max_value=400, max_denominator=30))
def test_square_roots(x):
    assume(x.numerator * x.denominator < 2000)
    y = square_root(x)
    assert y * y == x
    assert y >= 0
    with localcontext() as context:
        context.prec = DIGITS + 20
        assert close(y, decimal(x).sqrt())


def test_known_identities():
    assert root(2) * root(3) == root(6)
    assert root(8) == 2 * root(2)
    assert 2 * cos_pi(Fraction(1, 8)) == square_root(2 + root(2))
    assert 4 * cos_pi(Fraction(1, 5)) == 1 + root(5)
    assert 4 * sin_pi(Fraction(1, 10)) == root(5) - 1
    assert 8 * sin_pi(Fraction(1, 5)) * sin_pi(Fraction(1, 5)) == 5 - root(5)
    assert sin_pi(Fraction(1, 5)) == square_root((5 - root(5)) / 8)
    assert 4 * cos_pi(Fraction(1, 12)) == root(2) + root(6)
    assert 8 * cos_pi(Fraction(1, 9)) * cos_pi(Fraction(2, 9)) * cos_pi(Fraction(4, 9)) == 1
    assert sum((cos_pi(Fraction(2 * k, 7)) for k in range(7)), Fraction(0)) == 0
    assert cos_pi(Fraction(1, 3)) == Fraction(1, 2)
    assert square_root(3 + 2 * root(2)) == 1 + root(2)
    assert square_root((3 - root(5)) / 2) == (root(5) - 1) / 2
    assert 17**2 * root(17) * root(17) == 17**3


def test_rational_results_are_fractions():
    numbers_ = (root(4), root(2) * root(2), root(2) - root(2), root(2) / root(8))
    for x in (*numbers_, cos_pi(Fraction(1))):
        assert type(x) is Fraction


def test_one_number_has_one_form():
    long_way = root(2) + cos_pi(Fraction(1, 7)) * root(5) - cos_pi(Fraction(1, 7)) * root(5)
    assert (long_way.order, long_way.numerators) == (root(2).order, root(2).numerators)
    assert hash(long_way) == hash(root(2))
    assert {root(2): 1}[long_way] == 1
    assert root(2) != root(3)
    assert root(2) != 1
    assert root(2) != "sqrt(2)"
    assert cos_pi(Fraction(1, 5)).order == 5
    assert root(5).order == 5
    assert root(3).order == 12


def test_fractions_and_numbers_mix_on_either_side():
    half, x = Fraction(1, 2), root(2)
    assert half + x == x + half
    assert half - x == -(x - half)
    assert half * x == x * half == x / 2
    assert 2 / x == x
    assert half / x == x / 4
    assert half < x
    assert x > 1
    assert not x < 1
    assert Fraction(2) >= x
    assert +x == x


@pytest.mark.parametrize("order", [1, 2, 3, 4, 6, 8, 12, 15, 30, 36, 105, 180])
def test_cyclotomic_polynomials(order):
    """∏ over divisors d of Φ_d is x^N − 1, and the degrees are Euler's φ."""
    product_ = [1]
    for d in (d for d in range(1, order + 1) if order % d == 0):
        terms, degree = cyclotomic(d)
        assert degree == sum(gcd(k, d) == 1 for k in range(1, d + 1))
        longer = [0] * (len(product_) + degree)
        for k, c in terms:
            for j, x in enumerate(product_):
                longer[k + j] += c * x
        product_ = longer
    assert product_ == [-1, *[0] * (order - 1), 1]


exponents = st.dictionaries(st.integers(0, 11), st.integers(-(10**30), 10**30), min_size=1)


@given(exponents, exponents)
def test_products_of_many_terms(one, two):
    def without_zeros(terms):
        return {k: c for k, c in terms.items() if c}

    assume(without_zeros(one) and without_zeros(two))
    packed = _packed_product(one, two, 12)
    assert without_zeros(packed) == without_zeros(multiplied(one, two, 12))


def test_large_orders_are_quick_enough():
    x = cos_pi(Fraction(2, 4999))
    assert cos_pi(Fraction(4, 4999)) == 2 * x * x - 1


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: root(-1), "negative"),
        (lambda: square_root(1 - root(2)), "negative"),
        (lambda: square_root(1 + root(2)), "beyond exact arithmetic"),
        (lambda: root(10007), "order 40028"),
        (lambda: root(10**400 + 1), "roots of unity"),
        (lambda: cos_pi(Fraction(1, MAX_CONDUCTOR + 1)), "too fine"),
        (lambda: cos_pi(Fraction(1, 101)) + cos_pi(Fraction(1, 103)), "together"),
        (lambda: 1 / cos_pi(Fraction(1, 1009)), "dividing by"),
    ],
)
def test_what_is_beyond(make, says):
    with pytest.raises(NumberError, match=says) as error:
        make()
    assert len(error.value.reason) < 150


def test_near_misses_keep_their_order():
    """Sums of roots that agree to many digits are told apart."""
    below, above = Fraction(1), Fraction(3, 2)  # neighbouring convergents of sqrt(2)
    for _ in range(200):
        assert below < root(2) < above
        assert root(2) - below > 0
        assert (root(2) - above) * root(3) < 0
        below = (below + 2) / (below + 1)
        below = (below + 2) / (below + 1)
        above = (above + 2) / (above + 1)
        above = (above + 2) / (above + 1)
    assert above - below < Fraction(1, 10**300)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (lambda: root(2), "sqrt(2)"),
        (lambda: -root(2), "-sqrt(2)"),
        (lambda: 2 * root(2), "2 sqrt(2)"),
        (lambda: (2 + root(2)) / 4, "(2 + sqrt(2))/4"),
        (lambda: (2 - root(2)) / 4, "(2 - sqrt(2))/4"),
        (lambda: root(3) / 2, "sqrt(3)/2"),
        (lambda: 1 - root(5), "1 - sqrt(5)"),
        (lambda: root(2) + root(3), "sqrt(2) + sqrt(3)"),
        (lambda: cos_pi(Fraction(1, 12)), "(sqrt(2) + sqrt(6))/4"),
        (lambda: 2 * cos_pi(Fraction(1, 8)), "2 cos(pi/8)"),
        (lambda: cos_pi(Fraction(7, 8)), "-cos(pi/8)"),
        (lambda: sin_pi(Fraction(1, 8)), "cos(3 pi/8)"),
        (lambda: (1 + cos_pi(Fraction(1, 8))) / 2, "(1 + cos(pi/8))/2"),
    ],
)
def test_print(number, text):
    assert str(number()) == text


@given(numbers())
def test_what_is_printed_is_the_number(pair):
    """The text means the number, in the language of models."""
    from lpc import parse
    from lpc.kernel.evaluate import Evaluator

    x = pair[0]
    document = parse(f"define q := {x}")
    assert Evaluator().value(document.quantities["q"].body, {}) == x


def test_size():
    assert is_small(Fraction(2) ** 9999)
    assert not is_small(Fraction(2) ** 10001)
    assert not is_small(Fraction(1, 3**9999))
    assert is_small(root(2) * 3**1000)
    assert not is_small(root(2) * 2**10001)
    assert isinstance(root(2), Cyclotomic)
