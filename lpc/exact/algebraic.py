"""Exact real numbers beyond the fractions: what sqrt, cos and sin of rational data give.

Q(ζ_N), with ζ_N = exp(2πi/N), holds cos and sin of rational multiples of π, and the square roots
of all rationals (Gauss sums), for suitable N. A number is kept over its conductor (`unity`): one
number, one vector.

A rational result is always a `Fraction`, so a `Cyclotomic` is never rational, in particular
never zero; its sign is found by ever narrower intervals with rational ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import gcd, lcm, prod

from lpc.exact import unity
from lpc.exact.unity import MAX_CONDUCTOR, NumberError, Terms

ZERO, ONE = Fraction(0), Fraction(1)
MAX_CONJUGATES = 200
MAX_HALVED = 1000
MAX_BITS = 10_000
"""Numerators and denominators may be so long; repeated squaring would fill the memory."""


@dataclass(frozen=True, slots=True)
class Cyclotomic:
    """A real irrational number (Σ numerators[k] ζ_order^k) / denominator, in lowest terms.

    Made by `cos_pi`, `sin_pi`, `square_root`, `from_numerators` and arithmetic only.

    >>> x = square_root(Fraction(2))
    >>> x * x, (1 + x) / 2 > 1, str(x / 4)
    (Fraction(2, 1), True, 'sqrt(2)/4')
    """

    order: int
    numerators: tuple[int, ...]
    denominator: int

    def __add__(self, other: int | Number) -> Number:
        if isinstance(other, Cyclotomic):
            order = unity.joint(self.order, other.order)
            terms = self._terms(order, other.denominator)
            for k, c in other._terms(order, self.denominator).items():
                terms[k] = terms.get(k, 0) + c
            return _number(order, terms, self.denominator * other.denominator)
        if not isinstance(other, int | Fraction):
            return NotImplemented
        if not other:
            return self
        first, *rest = (c * other.denominator for c in self.numerators)
        first += other.numerator * self.denominator
        return _shortened(self.order, (first, *rest), self.denominator * other.denominator)

    def __mul__(self, other: int | Number) -> Number:
        if isinstance(other, Cyclotomic):
            order = unity.joint(self.order, other.order)
            terms = unity.multiplied(self._terms(order), other._terms(order), order)
            return _number(order, terms, self.denominator * other.denominator)
        if not isinstance(other, int | Fraction):
            return NotImplemented
        if not other:
            return ZERO
        scaled = (c * other.numerator for c in self.numerators)
        return _shortened(self.order, scaled, self.denominator * other.denominator)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Cyclotomic:
        return Cyclotomic(self.order, tuple(-c for c in self.numerators), self.denominator)

    def __pos__(self) -> Cyclotomic:
        return self

    def __sub__(self, other: int | Number) -> Number:
        return self + -other if isinstance(other, int | Fraction | Cyclotomic) else NotImplemented

    def __rsub__(self, other: int | Fraction) -> Number:
        return -self + other

    def __truediv__(self, other: int | Number) -> Number:
        if isinstance(other, Cyclotomic):
            return self * other._reciprocal()
        return self * (ONE / other) if isinstance(other, int | Fraction) else NotImplemented

    def __rtruediv__(self, other: int | Fraction) -> Number:
        return self._reciprocal() * other

    def __abs__(self) -> Cyclotomic:
        return -self if self < 0 else self

    def __lt__(self, other: int | Number) -> bool:
        return _sign(self - other) < 0

    def __gt__(self, other: int | Number) -> bool:
        return _sign(self - other) > 0

    def __le__(self, other: int | Number) -> bool:
        return _sign(self - other) <= 0

    def __ge__(self, other: int | Number) -> bool:
        return _sign(self - other) >= 0

    def enclosure(self, bits: int) -> tuple[Fraction, Fraction]:
        """Two fractions between which the number lies, closer together with more `bits`."""
        total, weight = 0, 0
        for k, c in self._terms(self.order).items():
            total += c * unity.scaled_cosine(k, self.order, bits)
            weight += abs(c)
        scale = self.denominator << bits
        return Fraction(total - 2 * weight, scale), Fraction(total + 2 * weight, scale)

    def __float__(self) -> float:
        low, high = self.enclosure(128)
        return float((low + high) / 2)

    def _reciprocal(self) -> Number:
        """1/x, as the product of the other conjugates over the product of all.

        Raises: NumberError for a number of too high a degree.
        """
        rest: Number = prod(self._conjugates(), start=ONE)
        norm = self * rest
        if isinstance(norm, Cyclotomic):
            raise NumberError("a reciprocal could not be found")
        return rest * (1 / norm)

    def _conjugates(self) -> list[Cyclotomic]:
        """The other images of the number under ζ ↦ ζ^j."""
        found: dict[Cyclotomic, None] = {}
        for j in range(2, self.order // 2 + 1):
            if gcd(j, self.order) == 1:
                image = self._image(j)
                if image != self:
                    found[image] = None
            if len(found) > MAX_CONJUGATES:
                raise NumberError(f"dividing by {_short(self)} is beyond exact arithmetic here")
        return list(found)

    def _image(self, j: int) -> Cyclotomic:
        terms = {k * j % self.order: c for k, c in enumerate(self.numerators) if c}
        return Cyclotomic(self.order, unity.reduced(terms, self.order), self.denominator)

    def _terms(self, order: int, factor: int = 1) -> Terms:
        """The numerators over a multiple of the order, times a factor."""
        step = order // self.order
        return {k * step: c * factor for k, c in enumerate(self.numerators) if c}

    def __str__(self) -> str:
        return _written(self)

    def __repr__(self) -> str:
        return f"<{_written(self)}>"


Number = Fraction | Cyclotomic


def _sign(x: Number) -> int:
    """1, 0 or −1; a `Cyclotomic` is not zero, so some interval around it does not hold zero."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    bits = 64
    while True:
        low, high = x.enclosure(bits)
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        bits *= 2


def _number(order: int, terms: Mapping[int, int], denominator: int) -> Number:
    """The number (Σ terms[k] ζ^k) / denominator at its conductor; a Fraction if rational."""
    order, vector = unity.lowest(order, terms)
    return _shortened(order, vector, denominator)


def _shortened(order: int, vector: Iterable[int], denominator: int) -> Number:
    """The same from the vector at the conductor."""
    whole = tuple(vector)
    if order == 1:
        return Fraction(whole[0], denominator)
    common = gcd(denominator, *whole)
    if common != 1:
        whole, denominator = tuple(c // common for c in whole), denominator // common
    return Cyclotomic(order, whole, denominator)


# ---- making numbers -----------------------------------------------------------------------------


def from_numerators(order: int, numerators: tuple[int, ...], denominator: int) -> Number:
    """The number (Σ numerators[k] ζ_order^k) / denominator, from data that may be anyone's.

    Raises: NumberError when it is not real, or the order is too large.

    >>> from_numerators(8, (0, 1, 0, -1), 1) == square_root(Fraction(2))
    True
    >>> from_numerators(4, (0, 1), 1)
    Traceback (most recent call last):
    ...
    lpc.exact.unity.NumberError: this number is not real
    """
    if not 0 < order <= MAX_CONDUCTOR or denominator <= 0:
        raise NumberError(f"no number is kept over roots of unity of order {order}")
    found = _number(order, dict(enumerate(numerators)), denominator)
    if isinstance(found, Cyclotomic) and found._image(found.order - 1) != found:
        raise NumberError("this number is not real")
    return found


def cos_pi(ratio: Fraction) -> Number:
    """cos(ratio · π).

    >>> cos_pi(Fraction(1, 3)), str(cos_pi(Fraction(3, 4)))
    (Fraction(1, 2), '-sqrt(2)/2')
    """
    order = 2 * ratio.denominator
    if ratio.denominator > MAX_CONDUCTOR:
        raise NumberError(f"multiples of pi/{ratio.denominator} are too fine")
    k = ratio.numerator % order
    terms: Terms = {k: 1}
    terms[-k % order] = terms.get(-k % order, 0) + 1
    return _number(order, terms, 2)


def sin_pi(ratio: Fraction) -> Number:
    """sin(ratio · π)."""
    return cos_pi(Fraction(1, 2) - ratio)


def square_root(number: Number) -> Number:
    """The root ≥ 0 of a number ≥ 0.

    However the root of a `Cyclotomic` was come by, it is squared again.

    Raises: NumberError for a negative number and for a root that is in no cyclotomic field
    or could not be found in one.

    >>> str(square_root(2 + square_root(Fraction(2))))
    '2 cos(pi/8)'
    """
    if number < 0:
        raise NumberError(f"{_short(number)} is negative and has no square root")
    if isinstance(number, Fraction):
        return _rational_root(number)
    for root in (root for find in (_denested, _half_angle) for root in find(number)):
        if root > 0 and root * root == number:
            return root
    raise NumberError(f"sqrt({_short(number)}) is beyond exact arithmetic here")


def _rational_root(number: Fraction) -> Number:
    square, free = unity.square_part(number.numerator * number.denominator)
    root = Fraction(square, number.denominator)
    if free == 1 or root == 0:
        return root
    order = unity.order_of_root(free)
    if order > MAX_CONDUCTOR:
        raise NumberError(f"sqrt({_short(number)}) needs roots of unity of order {_short(order)}")
    return _root_of_squarefree(free) * root


@lru_cache(maxsize=1024)
def _root_of_squarefree(n: int) -> Number:
    found = _number(unity.order_of_root(n), unity.root_of_squarefree(n), 1)
    return found if found > 0 else -found


def _denested(x: Cyclotomic) -> list[Number]:
    """√(a + b√n) as √((a+r)/2) ± √((a−r)/2) where r² = a² − b²n for a rational r."""
    others = x._conjugates()
    if len(others) != 1:
        return []
    norm, trace = x * others[0], x + others[0]
    if not isinstance(norm, Fraction) or not isinstance(trace, Fraction) or norm < 0:
        return []
    root = _rational_root(norm)
    if not isinstance(root, Fraction):
        return []
    one, two = (_rational_root((trace / 2 + sign * root) / 2) for sign in (1, -1))
    return [one + two, one - two]


def _half_angle(x: Cyclotomic) -> list[Number]:
    """√(c + c cos θ) as √(2c) cos(θ/2), for θ a multiple of 2π/N and rational c."""
    order = x.order if x.order % 2 == 0 else 2 * x.order
    for k in range(1, order // 2 if order <= MAX_HALVED else 0):
        cosine = cos_pi(Fraction(2 * k, order))
        c = _mean(x) / (1 + _mean(cosine))
        if c > 0 and x == c * (1 + cosine):
            return [_rational_root(2 * c) * cos_pi(Fraction(k, order))]
    return []


# ---- printing -----------------------------------------------------------------------------------


def _written(x: Cyclotomic) -> str:
    """As a + b sqrt(m) + c sqrt(n) …, or else as a sum of cosines."""
    roots = _as_roots(x)
    if roots is None:
        roots = _as_cosines(x)
    bottom = lcm(*(c.denominator for c in roots.values()))
    whole = {name: int(c * bottom) for name, c in roots.items()}
    text = ""
    for name, c in whole.items():
        size = f"{abs(c)} {name}" if name and abs(c) != 1 else name or str(abs(c))
        sign = ("-" if c < 0 else "") if not text else " - " if c < 0 else " + "
        text += sign + size
    if bottom == 1:
        return text
    return f"({text})/{bottom}" if len(whole) > 1 else f"{text}/{bottom}"


def _short(number: object) -> str:
    text = str(number)
    return text if len(text) <= 50 else text[:49] + "…"


def _as_roots(x: Cyclotomic) -> dict[str, Fraction] | None:
    """The coefficients of square roots that add up to x, by normalised traces."""
    primes = unity.primes(x.order)
    found: dict[str, Fraction] = {}
    rest: Number = x
    for size in range(len(primes) + 1):
        for n in map(prod, combinations(primes, size)):
            if n > 1 and x.order % unity.order_of_root(n):
                continue
            root = _root_of_squarefree(n) if n > 1 else ONE
            c = _mean(x * root) / n
            if c:
                found[f"sqrt({n})" if n > 1 else ""] = c
                rest -= root * c
    return found if rest == 0 else None


def _mean(x: Number) -> Fraction:
    """The mean of all conjugates: that of ζ_n is μ(n)/φ(n)."""
    if isinstance(x, Fraction):
        return x
    total = ZERO
    for k, c in enumerate(x.numerators):
        order = x.order // gcd(k, x.order)
        primes = unity.primes(order)
        if c and prod(primes) == order:
            total += Fraction(c * (-1) ** len(primes), prod(p - 1 for p in primes))
    return total / x.denominator


def _as_cosines(x: Cyclotomic) -> dict[str, Fraction]:
    """Σ c_k cos(2πk/N), with angles between 0 and π/2; the imaginary parts cancel."""
    sums: dict[Fraction, Fraction] = {}
    for k, c in enumerate(x.numerators):
        angle = Fraction(2 * min(k, x.order - k), x.order)
        sign = 1
        if angle > Fraction(1, 2):
            angle, sign = 1 - angle, -1
        sums[angle] = sums.get(angle, ZERO) + Fraction(sign * c, x.denominator)
    return {_cosine(angle): c for angle, c in sorted(sums.items()) if c and angle != Fraction(1, 2)}


def _cosine(angle: Fraction) -> str:
    if angle == 0:
        return ""
    top = "pi" if angle.numerator == 1 else f"{angle.numerator} pi"
    return f"cos({top}/{angle.denominator})"
