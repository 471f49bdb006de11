"""Exact real numbers beyond the fractions: what sqrt, cos and sin of rational data give.

Terms
-----
root of unity
    ζ_N = exp(2πi/N). Q(ζ_N) holds cos and sin of rational multiples of π, and the square
    roots of all rationals (Gauss sums), for suitable N.
conductor
    The least N with the number in Q(ζ_N). Numbers are kept there, as coefficients of
    1, ζ, ζ², … reduced modulo the N-th cyclotomic polynomial: one number, one vector.

A rational result is always a `Fraction`, so a `Cyclotomic` is never rational, in particular
never zero; its sign is found by ever narrower intervals with rational ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import gcd, isqrt, lcm, prod

from lpc.logic import LpcError

MAX_CONDUCTOR = 10_000
MAX_CONJUGATES = 200
MANY_TERMS = 10_000
MAX_HALVED = 1000
MAX_BITS = 10_000
"""Numerators and denominators may be so long; repeated squaring would fill the memory."""

Terms = dict[int, int]


class NumberError(LpcError):
    """A number that this arithmetic does not reach; `reason` says why, in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Cyclotomic:
    """A real irrational number (Σ numerators[k] ζ_order^k) / denominator, in lowest terms.

    Made by `cos_pi`, `sin_pi`, `square_root` and arithmetic only.

    >>> x = square_root(Fraction(2))
    >>> x * x, (1 + x) / 2 > 1, str(x / 4)
    (Fraction(2, 1), True, 'sqrt(2)/4')
    """

    order: int
    numerators: tuple[int, ...]
    denominator: int

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cyclotomic):
            return False if isinstance(other, int | Fraction) else NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[int, tuple[int, ...], int]:
        return self.order, self.numerators, self.denominator

    def __add__(self, other: object) -> Fraction | Cyclotomic:
        if isinstance(other, int | Fraction):
            other = Fraction(other)
            terms = {k: c * other.denominator for k, c in self._terms().items()}
            terms[0] = terms.get(0, 0) + other.numerator * self.denominator
            return _number(self.order, terms, self.denominator * other.denominator)
        if not isinstance(other, Cyclotomic):
            return NotImplemented
        order = _joint(self.order, other.order)
        terms = {k * (order // self.order): c * other.denominator for k, c in self._terms().items()}
        for k, c in other._terms().items():
            place = k * (order // other.order)
            terms[place] = terms.get(place, 0) + c * self.denominator
        return _number(order, terms, self.denominator * other.denominator)

    def __mul__(self, other: object) -> Fraction | Cyclotomic:
        if isinstance(other, int | Fraction):
            other = Fraction(other)
            scaled = {k: c * other.numerator for k, c in self._terms().items()}
            return _number(self.order, scaled, self.denominator * other.denominator)
        if not isinstance(other, Cyclotomic):
            return NotImplemented
        order = _joint(self.order, other.order)
        one, two = order // self.order, order // other.order
        left = {k * one: c for k, c in self._terms().items()}
        right = {k * two: c for k, c in other._terms().items()}
        return _number(order, _times(left, right, order), self.denominator * other.denominator)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Cyclotomic:
        return Cyclotomic(self.order, tuple(-c for c in self.numerators), self.denominator)

    def __pos__(self) -> Cyclotomic:
        return self

    def __sub__(self, other: object) -> Fraction | Cyclotomic:
        if not isinstance(other, int | Fraction | Cyclotomic):
            return NotImplemented
        return self + (-other)

    def __rsub__(self, other: object) -> Fraction | Cyclotomic:
        return -self + other

    def __truediv__(self, other: object) -> Fraction | Cyclotomic:
        if isinstance(other, int | Fraction):
            return self * (1 / Fraction(other))
        if not isinstance(other, Cyclotomic):
            return NotImplemented
        return self * other.reciprocal()

    def __rtruediv__(self, other: object) -> Fraction | Cyclotomic:
        if not isinstance(other, int | Fraction):
            return NotImplemented
        return self.reciprocal() * other

    def __abs__(self) -> Cyclotomic:
        return -self if self.sign() < 0 else self

    def __lt__(self, other: object) -> bool:
        return self._compare(other) < 0

    def __gt__(self, other: object) -> bool:
        return self._compare(other) > 0

    def __le__(self, other: object) -> bool:
        return self._compare(other) <= 0

    def __ge__(self, other: object) -> bool:
        return self._compare(other) >= 0

    def _compare(self, other: object) -> int:
        if not isinstance(other, int | Fraction | Cyclotomic):
            return NotImplemented  # type: ignore[no-any-return]
        difference = self - other
        if isinstance(difference, Cyclotomic):
            return difference.sign()
        return (difference > 0) - (difference < 0)

    def sign(self) -> int:
        """1 or −1: the number is not zero, so some interval around it does not hold zero."""
        bits = 64
        while True:
            low, high = self.enclosure(bits)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            bits *= 2

    def enclosure(self, bits: int) -> tuple[Fraction, Fraction]:
        """Two fractions between which the number lies, closer together with more `bits`."""
        total, weight = 0, 0
        for k, c in self._terms().items():
            total += c * _scaled_cosine(k, self.order, bits)
            weight += abs(c)
        scale = self.denominator << bits
        return Fraction(total - 2 * weight, scale), Fraction(total + 2 * weight, scale)

    def __float__(self) -> float:
        low, high = self.enclosure(128)
        return float((low + high) / 2)

    def reciprocal(self) -> Fraction | Cyclotomic:
        """1/x, as the product of the other conjugates over the product of all.

        Raises: NumberError for a number of too high a degree.
        """
        others = self._conjugates()
        rest: Fraction | Cyclotomic = Fraction(1)
        for other in others:
            rest = other * rest
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
        terms = {k * j % self.order: c for k, c in self._terms().items()}
        return Cyclotomic(self.order, _reduced(terms, self.order), self.denominator)

    def _terms(self) -> Terms:
        return {k: c for k, c in enumerate(self.numerators) if c}

    def __str__(self) -> str:
        return _written(self)

    def __repr__(self) -> str:
        return f"<{_written(self)}>"


# ---- making numbers --------------------------------------------------------------------------


def from_numerators(
    order: int, numerators: tuple[int, ...], denominator: int
) -> Fraction | Cyclotomic:
    """The number (Σ numerators[k] ζ_order^k) / denominator, from data that may be anyone's.

    Raises: NumberError when it is not real, or the order is too large.

    >>> from_numerators(8, (0, 1, 0, -1), 1) == square_root(Fraction(2))
    True
    >>> from_numerators(4, (0, 1), 1)
    Traceback (most recent call last):
    ...
    lpc.kernel.algebraic.NumberError: this number is not real
    """
    if not 0 < order <= MAX_CONDUCTOR or denominator <= 0:
        raise NumberError(f"no number is kept over roots of unity of order {order}")
    found = _number(order, dict(enumerate(numerators)), denominator)
    if isinstance(found, Cyclotomic) and found._image(found.order - 1) != found:
        raise NumberError("this number is not real")
    return found


def cos_pi(ratio: Fraction) -> Fraction | Cyclotomic:
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


def sin_pi(ratio: Fraction) -> Fraction | Cyclotomic:
    """sin(ratio · π)."""
    return cos_pi(Fraction(1, 2) - ratio)


def square_root(number: Fraction | Cyclotomic) -> Fraction | Cyclotomic:
    """The root ≥ 0 of a number ≥ 0.

    Raises: NumberError for a negative number and for a root that is in no cyclotomic field
    or could not be found in one.

    >>> str(square_root(2 + square_root(Fraction(2))))
    '2 cos(pi/8)'
    """
    if number < 0:
        raise NumberError(f"{_short(number)} is negative and has no square root")
    if isinstance(number, Fraction):
        return _rational_root(number)
    found = _denested(number) or _half_angle(number)
    if found is None:
        raise NumberError(f"sqrt({_short(number)}) is beyond exact arithmetic here")
    return found


def add(one: Fraction | Cyclotomic, other: Fraction | Cyclotomic) -> Fraction | Cyclotomic:
    """The sum; type checkers do not see that `Fraction + Cyclotomic` works too."""
    if isinstance(one, Fraction):
        return one + other if isinstance(other, Fraction) else other + one
    return one + other


def multiply(one: Fraction | Cyclotomic, other: Fraction | Cyclotomic) -> Fraction | Cyclotomic:
    """The product."""
    if isinstance(one, Fraction):
        return one * other if isinstance(other, Fraction) else other * one
    return one * other


def is_small(number: Fraction | Cyclotomic) -> bool:
    """False for a number whose digits are too many to go on with."""
    if isinstance(number, Fraction):
        return _is_short(number.numerator) and _is_short(number.denominator)
    return _is_short(number.denominator) and all(map(_is_short, number.numerators))


def _is_short(n: int) -> bool:
    return n.bit_length() <= MAX_BITS


def _rational_root(number: Fraction) -> Fraction | Cyclotomic:
    square, free = _square_part(number.numerator * number.denominator)
    root: Fraction | Cyclotomic = Fraction(square, number.denominator)
    if free == 1 or root == 0:
        return root
    order = free if free % 4 == 1 else 4 * free
    if order > MAX_CONDUCTOR:
        raise NumberError(f"sqrt({_short(number)}) needs roots of unity of order {_short(order)}")
    return multiply(_root_of_squarefree(free), root)


def _square_part(n: int) -> tuple[int, int]:
    """s and m with n = s²m, m without square factors below the limit.

    What is left after all small primes are taken out counts as one factor of m: if it is not
    a square, some prime beyond the limit divides m.

    >>> _square_part(72), _square_part(0)
    ((6, 2), (0, 1))
    """
    if n == 0:
        return 0, 1
    square, free = 1, 1
    p = 2
    while p <= MAX_CONDUCTOR and p * p <= n:
        while n % (p * p) == 0:
            n //= p * p
            square *= p
        if n % p == 0:
            n //= p
            free *= p
        p += 1 if p == 2 else 2
    root = isqrt(n)
    return (square * root, free) if root * root == n else (square, free * n)


@lru_cache(maxsize=1024)
def _root_of_squarefree(n: int) -> Fraction | Cyclotomic:
    """√n: for a prime p the Gauss sum Σ (k/p) ζ_p^k is √p or i√p, and √2 = ζ_8 + ζ_8⁻¹.

    The factors i are gathered: i^m ∏ (Gauss sums) = ±√n.
    """
    order = n if n % 4 == 1 else 4 * n
    terms: Terms = {0: 1}
    imaginary = 0
    for p in _primes(n):
        if p == 2:
            factor = {order // 8: 1, order - order // 8: 1}
        else:
            residues = {k * k % p for k in range(1, p)}
            factor = {k * order // p: 1 if k in residues else -1 for k in range(1, p)}
            imaginary += p % 4 == 3
        terms = _times(terms, factor, order)
    if imaginary % 2:
        terms = _times(terms, {order // 4: 1}, order)
    found = _number(order, terms, 1)
    return found if found > 0 else -found


def _times(one: Mapping[int, int], other: Mapping[int, int], order: int) -> Terms:
    """The product of two sums of powers of ζ, exponents modulo the order."""
    if len(one) * len(other) > MANY_TERMS:
        return _packed_product(one, other, order)
    out: Terms = {}
    for i, x in one.items():
        for j, y in other.items():
            place = (i + j) % order
            out[place] = out.get(place, 0) + x * y
    return out


def _packed_product(one: Mapping[int, int], other: Mapping[int, int], order: int) -> Terms:
    """The same for many terms: polynomials at 2^width as two long integers, multiplied once."""
    largest = max(map(abs, one.values())) * max(map(abs, other.values()))
    size = ((largest * order).bit_length() + 2) // 8 + 1
    half = 1 << (8 * size - 1)

    def packed(terms: Mapping[int, int], length: int) -> int:
        # Digits are made positive by adding `half` to each, which is taken off afterwards.
        digits = (terms.get(k, 0) + half for k in range(length))
        return int.from_bytes(b"".join(d.to_bytes(size, "little") for d in digits), "little")

    zero, long_zero = packed({}, order), packed({}, 2 * order)
    product = (packed(one, order) - zero) * (packed(other, order) - zero) + long_zero
    data = product.to_bytes(2 * order * size + 1, "little")
    out: Terms = {}
    for k in range(2 * order):
        c = int.from_bytes(data[k * size : (k + 1) * size], "little") - half
        if c:
            out[k % order] = out.get(k % order, 0) + c
    return out


def _denested(x: Cyclotomic) -> Fraction | Cyclotomic | None:
    """√(a + b√n) as √((a+r)/2) ± √((a−r)/2) where r² = a² − b²n for a rational r."""
    others = x._conjugates()
    if len(others) != 1:
        return None
    norm, trace = x * others[0], x + others[0]
    if not isinstance(norm, Fraction) or not isinstance(trace, Fraction) or norm < 0:
        return None
    root = _rational_root(norm)
    if not isinstance(root, Fraction):
        return None
    one, two = (_rational_root((trace / 2 + sign * root) / 2) for sign in (1, -1))
    for y in (add(one, two), add(one, -two)):
        if multiply(y, y) == x:
            return y if y > 0 else -y
    return None


def _half_angle(x: Cyclotomic) -> Fraction | Cyclotomic | None:
    """√(c + c cos θ) = √(2c) cos(θ/2), for θ a multiple of 2π/N and rational c."""
    order = x.order if x.order % 2 == 0 else 2 * x.order
    for k in range(1, order // 2 if order <= MAX_HALVED else 0):
        cosine = cos_pi(Fraction(2 * k, order))
        c = _mean(x) / (1 + _mean(cosine))
        if c > 0 and x == c * (1 + cosine):
            return multiply(_rational_root(2 * c), cos_pi(Fraction(k, order)))
    return None


# ---- canonical form ----------------------------------------------------------------------------


def _joint(one: int, other: int) -> int:
    order = lcm(one, other)
    if order > MAX_CONDUCTOR:
        raise NumberError(f"these numbers together need roots of unity of order {order}")
    return order


def _number(order: int, terms: Mapping[int, int], denominator: int) -> Fraction | Cyclotomic:
    """The number (Σ terms[k] ζ^k) / denominator at its conductor; a Fraction if rational."""
    numerators = _reduced(terms, order)
    for p in _primes(order):
        while order % p == 0:
            lower = _lowered(numerators, order, p)
            if lower is None:
                break
            order, numerators = order // p, lower
    common = gcd(denominator, *numerators)
    if order == 1:
        return Fraction(numerators[0], denominator)
    return Cyclotomic(order, tuple(c // common for c in numerators), denominator // common)


def _lowered(numerators: tuple[int, ...], order: int, p: int) -> tuple[int, ...] | None:
    """The same number over ζ_{N/p}, None where it does not lie in Q(ζ_{N/p})."""
    lower = order // p
    present = [(k, c) for k, c in enumerate(numerators) if c]
    if lower % p == 0:
        # Φ_N(x) = Φ_{N/p}(x^p): reduced exponents are multiples of p exactly in the subfield.
        if any(k % p for k, _ in present):
            return None
        return _reduced({k // p: c for k, c in present}, lower)
    # ζ_N^k = ζ_M^u ζ_p^v with M = N/p; over Q(ζ_M) the only relation is 1 + ζ_p + … = 0.
    to_u, to_v = pow(p, -1, lower) if lower > 1 else 0, pow(lower, -1, p)
    layers: list[Terms] = [{} for _ in range(p)]
    for k, c in present:
        layer, u = layers[k * to_v % p], k * to_u % lower
        layer[u] = layer.get(u, 0) + c
    first = _reduced(layers[1], lower)
    if any(_reduced(layer, lower) != first for layer in layers[2:]):
        return None
    return tuple(a - b for a, b in zip(_reduced(layers[0], lower), first, strict=True))


def _reduced(terms: Mapping[int, int], order: int) -> tuple[int, ...]:
    """The remainder modulo the cyclotomic polynomial, lowest coefficient first."""
    modulus, degree = _cyclotomic(order)
    vector = [0] * order
    for k, c in terms.items():
        vector[k % order] += c
    for k in range(order - 1, degree - 1, -1):
        top = vector[k]
        if top:
            for place, c in modulus:
                vector[k - degree + place] -= top * c
    return tuple(vector[:degree])


@lru_cache(maxsize=256)
def _cyclotomic(order: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """The coefficients of Φ_N that are not zero, and its degree."""
    primes = _primes(order)
    polynomial = [-1, 1]
    for p in primes:
        polynomial = _divided(_stretched(polynomial, p), polynomial)
    stretch = order // prod(primes)
    terms = tuple((k * stretch, c) for k, c in enumerate(polynomial) if c)
    return terms, (len(polynomial) - 1) * stretch


def _stretched(polynomial: list[int], p: int) -> list[int]:
    """f(x^p)."""
    out = [0] * ((len(polynomial) - 1) * p + 1)
    out[::p] = polynomial
    return out


def _divided(top: list[int], bottom: list[int]) -> list[int]:
    """The quotient of polynomials where the division comes out even; `bottom` is monic."""
    rest, degree = list(top), len(bottom) - 1
    present = [(k, c) for k, c in enumerate(bottom) if c]
    quotient = [0] * (len(top) - degree)
    for k in range(len(quotient) - 1, -1, -1):
        lead = rest[k + degree]
        quotient[k] = lead
        if lead:
            for place, c in present:
                rest[k + place] -= lead * c
    return quotient


@lru_cache(maxsize=1024)
def _primes(n: int) -> tuple[int, ...]:
    found, p = [], 2
    while p * p <= n:
        if n % p == 0:
            found.append(p)
            while n % p == 0:
                n //= p
        p += 1
    return (*found, n) if n > 1 else tuple(found)


# ---- approximation, only to find signs ----------------------------------------------------------


@lru_cache(maxsize=65536)
def _scaled_cosine(k: int, order: int, bits: int) -> int:
    """2^bits cos(2πk/order), off by less than 2."""
    k = min(k % order, -k % order)
    sign = 1
    if 4 * k > order:  # cos(π − x) = −cos x
        k, order, sign = order - 2 * k, 2 * order, -1
    guard = bits + 16
    x = 2 * _scaled_pi(guard) * k // order
    square = x * x >> guard
    term = total = 1 << guard
    n = 0
    while term:
        n += 2
        term = -(term * square >> guard) // (n * (n - 1))
        if term == -1:  # NB: floor division never reaches zero from below.
            term = 0
        total += term
    return sign * (total >> 16)


@lru_cache(maxsize=64)
def _scaled_pi(bits: int) -> int:
    """2^bits π, off by less than 1 (Machin)."""
    guard = bits + 16

    def arctan_of_inverse(n: int) -> int:
        power = total = (1 << guard) // n
        k, sign = 1, -1
        while power:
            power //= n * n
            k += 2
            total += sign * (power // k)
            sign = -sign
        return total

    return (16 * arctan_of_inverse(5) - 4 * arctan_of_inverse(239)) >> 16


# ---- printing ------------------------------------------------------------------------------------


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
    primes = _primes(x.order)
    found: dict[str, Fraction] = {}
    rest: Fraction | Cyclotomic = x
    for size in range(len(primes) + 1):
        for chosen in combinations(primes, size):
            n = prod(chosen)
            if x.order % (n if n % 4 == 1 else 4 * n):
                continue
            root = _root_of_squarefree(n) if n > 1 else Fraction(1)
            c = _mean(x * root) / n
            if c:
                found[f"sqrt({n})" if n > 1 else ""] = c
                rest = rest - root * c
    return found if rest == 0 else None


def _mean(x: Fraction | Cyclotomic) -> Fraction:
    """The mean of all conjugates: that of ζ_n is μ(n)/φ(n)."""
    if isinstance(x, Fraction):
        return x
    total = Fraction(0)
    for k, c in x._terms().items():
        order = x.order // gcd(k, x.order)
        primes = _primes(order)
        if prod(primes) == order:
            total += Fraction(c * (-1) ** len(primes), prod(p - 1 for p in primes))
    return total / x.denominator


def _as_cosines(x: Cyclotomic) -> dict[str, Fraction]:
    """Σ c_k cos(2πk/N), with angles between 0 and π/2; the imaginary parts cancel."""
    sums: dict[Fraction, Fraction] = {}
    for k, c in x._terms().items():
        angle = Fraction(2 * min(k, x.order - k), x.order)
        sign = 1
        if angle > Fraction(1, 2):
            angle, sign = 1 - angle, -1
        sums[angle] = sums.get(angle, Fraction(0)) + Fraction(sign * c, x.denominator)
    return {_cosine(angle): c for angle, c in sorted(sums.items()) if c and angle != Fraction(1, 2)}


def _cosine(angle: Fraction) -> str:
    if angle == 0:
        return ""
    top = "pi" if angle.numerator == 1 else f"{angle.numerator} pi"
    return f"cos({top}/{angle.denominator})"
