"""Sums of roots of unity with whole coefficients, and the one form that each has.

Terms
-----
root of unity
    ζ_N = exp(2πi/N). A sum Σ c_k ζ_N^k is kept as *terms*, coefficients by exponents.
conductor
    The least N with the sum in Q(ζ_N). There its *vector* of coefficients of 1, ζ, ζ², … modulo
    the N-th cyclotomic polynomial is unique: one number, one vector.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import isqrt, lcm, prod

MAX_CONDUCTOR = 10_000
MANY_TERMS = 10_000

Terms = dict[int, int]
Coefficients = tuple[int, ...]


class NumberError(ArithmeticError):
    """A number that this arithmetic does not reach; `reason` says why, in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def joint(one: int, other: int) -> int:
    """The order over which two sums stand together."""
    order = lcm(one, other)
    if order > MAX_CONDUCTOR:
        raise NumberError(f"these numbers together need roots of unity of order {order}")
    return order


# ---- products -----------------------------------------------------------------------------------


def multiplied(one: Mapping[int, int], other: Mapping[int, int], order: int) -> Terms:
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


# ---- the one form -------------------------------------------------------------------------------


def lowest(order: int, terms: Mapping[int, int]) -> tuple[int, Coefficients]:
    """The conductor of a sum and its vector there."""
    vector = reduced(terms, order)
    for p in primes(order):
        while order % p == 0:
            lower = _lowered(vector, order, p)
            if lower is None:
                break
            order, vector = order // p, lower
    return order, vector


def _lowered(vector: Coefficients, order: int, p: int) -> Coefficients | None:
    """The same number over ζ_{N/p}, None where it does not lie in Q(ζ_{N/p})."""
    lower = order // p
    present = [(k, c) for k, c in enumerate(vector) if c]
    if lower % p == 0:
        # Φ_N(x) = Φ_{N/p}(x^p): reduced exponents are multiples of p exactly in the subfield.
        if any(k % p for k, _ in present):
            return None
        return reduced({k // p: c for k, c in present}, lower)
    # ζ_N^k = ζ_M^u ζ_p^v with M = N/p; over Q(ζ_M) the only relation is 1 + ζ_p + … = 0.
    to_u, to_v = pow(p, -1, lower) if lower > 1 else 0, pow(lower, -1, p)
    layers: list[Terms] = [{} for _ in range(p)]
    for k, c in present:
        layer, u = layers[k * to_v % p], k * to_u % lower
        layer[u] = layer.get(u, 0) + c
    first = reduced(layers[1], lower)
    if any(reduced(layer, lower) != first for layer in layers[2:]):
        return None
    return tuple(a - b for a, b in zip(reduced(layers[0], lower), first, strict=True))


def reduced(terms: Mapping[int, int], order: int) -> Coefficients:
    """The remainder modulo the cyclotomic polynomial, lowest coefficient first."""
    modulus, degree = cyclotomic(order)
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
def cyclotomic(order: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """The coefficients of Φ_N that are not zero, by place, and its degree."""
    polynomial = [-1, 1]
    for p in primes(order):
        polynomial = _divided(_stretched(polynomial, p), polynomial)
    stretch = order // prod(primes(order))
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
def primes(n: int) -> tuple[int, ...]:
    """The prime divisors, smallest first."""
    found, p = [], 2
    while p * p <= n:
        if n % p == 0:
            found.append(p)
            while n % p == 0:
                n //= p
        p += 1
    return (*found, n) if n > 1 else tuple(found)


# ---- square roots -------------------------------------------------------------------------------


def order_of_root(n: int) -> int:
    """The conductor of √n for squarefree n > 1."""
    return n if n % 4 == 1 else 4 * n


def root_of_squarefree(n: int) -> Terms:
    """√n or −√n: for a prime p the Gauss sum Σ (k/p) ζ_p^k is √p or i√p, and √2 = ζ_8 + ζ_8⁻¹.

    The factors i are gathered: i^m ∏ (Gauss sums) = ±√n.
    """
    order = order_of_root(n)
    terms: Terms = {0: 1}
    imaginary = 0
    for p in primes(n):
        if p == 2:
            factor = {order // 8: 1, order - order // 8: 1}
        else:
            residues = {k * k % p for k in range(1, p)}
            factor = {k * order // p: 1 if k in residues else -1 for k in range(1, p)}
            imaginary += p % 4 == 3
        terms = multiplied(terms, factor, order)
    return multiplied(terms, {order // 4: 1}, order) if imaginary % 2 else terms


def square_part(n: int) -> tuple[int, int]:
    """s and m with n = s²m, m without square factors below the limit.

    What is left after all small primes are taken out counts as one factor of m: if it is not
    a square, some prime beyond the limit divides m.

    >>> square_part(72), square_part(0)
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


# ---- approximation, only to find signs ----------------------------------------------------------


@lru_cache(maxsize=65536)
def scaled_cosine(k: int, order: int, bits: int) -> int:
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
