"""Angles left open, and exact trigonometric polynomials in them.

Terms
-----
open angle
    r π + Σ q_k θ_k with rational r and q_k: the θ_k are real numbers of which nothing is known.
wave
    A trigonometric polynomial Σ c_k exp(i k·θ). Its frequencies k are vectors of rationals, its
    coefficients c_k complex numbers with parts in cyclotomic fields.

Functions exp(i k·θ) with different k are linearly independent over the complex numbers, so two
waves are equal for all real angles exactly when they have the same terms: one function, one
normal form. A real constant is always a plain number, never a `Wave`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lpc.exact.algebraic import MAX_BITS, ONE, ZERO, Cyclotomic, Number, cos_pi, sin_pi
from lpc.exact.unity import NumberError

MAX_TERMS = 2000
"""A wave with more terms is refused."""
MAX_PRODUCTS = 50_000
"""So is a product of two waves that takes more products of terms."""
HALF = Fraction(1, 2)

Frequency = tuple[tuple[str, Fraction], ...]
Coefficient = tuple[Number, Number]


@dataclass(frozen=True, slots=True)
class Angle:
    """ratio · π with a rational ratio other than 0; what `cos` and `sin` take.

    >>> str(Angle(Fraction(3, 4)))
    '3 pi/4'
    """

    ratio: Fraction

    def __str__(self) -> str:
        top, bottom = self.ratio.numerator, self.ratio.denominator
        text = {1: "pi", -1: "-pi"}.get(top, f"{top} pi")
        return text if bottom == 1 else f"{text}/{bottom}"


@dataclass(frozen=True, slots=True)
class OpenAngle:
    """ratio · π + Σ q θ over `parts`, pairs of the name of θ and q ≠ 0 in order of the names.

    >>> str(OpenAngle(Fraction(1, 2), (("a", ONE), ("b", -ONE))))
    'a - b + pi/2'
    """

    ratio: Fraction
    parts: Frequency

    def __str__(self) -> str:
        terms = [(q, _scaled(abs(q), name)) for name, q in self.parts]
        if self.ratio:
            terms.append((self.ratio, str(Angle(abs(self.ratio)))))
        return _signed_sum(terms)


AnyAngle = Angle | OpenAngle


@dataclass(frozen=True, slots=True)
class Wave:
    """Σ (re + i im) exp(i k·θ); `terms` in order of k, without zeros. Made by `wave`.

    >>> x = OpenAngle(ZERO, (("x", ONE),))
    >>> c, s = cosine(x), sine(x)
    >>> c * c + s * s, str(c * c)
    (Fraction(1, 1), '1/2 + cos(2 x)/2')
    """

    terms: tuple[tuple[Frequency, Coefficient], ...]

    def __add__(self, other: Scalar) -> Scalar:
        if not isinstance(other, Scalar):
            return NotImplemented
        return wave((*self.terms, *_terms(other))) if other else self

    def __mul__(self, other: Scalar) -> Scalar:
        if not isinstance(other, Scalar):
            return NotImplemented
        right = _terms(other) if other else ()
        if len(self.terms) * len(right) > MAX_PRODUCTS:
            raise NumberError(f"a product of {len(self.terms)} by {len(right)} terms")
        return wave((_frequency((*k, *j)), _product(c, d)) for k, c in self.terms for j, d in right)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Wave:
        return Wave(tuple((k, (-re, -im)) for k, (re, im) in self.terms))

    def __sub__(self, other: Scalar) -> Scalar:
        return self + -other if isinstance(other, Scalar) else NotImplemented

    def __rsub__(self, other: Number) -> Scalar:
        return -self + other

    def __truediv__(self, other: Number) -> Scalar:
        return self * (1 / other) if isinstance(other, Number) else NotImplemented

    @property
    def names(self) -> frozenset[str]:
        """The open angles that the wave depends on."""
        return frozenset(name for k, _ in self.terms for name, _ in k)

    def at(self, values: Mapping[str, AnyAngle | Fraction]) -> Scalar:
        """The wave with other angles in place of some.

        >>> x, y = (OpenAngle(ZERO, ((n, ONE),)) for n in "xy")
        >>> str(cosine(x).at({"x": y})), cosine(x).at({"x": Angle(Fraction(1, 3))})
        ('cos(y)', Fraction(1, 2))
        """
        return wave(
            (found, _product(c, phase))
            for k, c in self.terms
            for found, phase in (_exponential(_substituted(k, values)),)
        )

    def __str__(self) -> str:
        return _written(self)


Scalar = Fraction | Cyclotomic | Wave


def wave(terms: Iterable[tuple[Frequency, Coefficient]]) -> Scalar:
    """The sum of some terms: a number where it is real and constant."""
    sums: dict[Frequency, Coefficient] = {}
    for k, (re, im) in terms:
        before = sums.get(k)
        sums[k] = (re, im) if before is None else (before[0] + re, before[1] + im)
        if len(sums) > MAX_TERMS:
            raise NumberError(f"more than {MAX_TERMS} terms")
    left = {k: c for k, c in sums.items() if c[0] or c[1]}
    if not left:
        return ZERO
    if left.keys() == {()} and not left[()][1]:
        return left[()][0]
    return Wave(tuple(sorted(left.items(), key=lambda term: term[0])))


IMAGINARY = Wave((((), (ZERO, ONE)),))
"""The number i."""


def conjugate(x: Scalar) -> Scalar:
    """The complex conjugate, for real angles."""
    if not isinstance(x, Wave):
        return x
    return wave((_frequency((n, -q) for n, q in k), (re, -im)) for k, (re, im) in x.terms)


def open_angle(ratio: Fraction, parts: Iterable[tuple[str, Fraction]]) -> AnyAngle | Fraction:
    """The angle ratio · π + Σ q θ; closed, or the number 0, where no θ is left."""
    found = _frequency(parts)
    if found:
        return OpenAngle(ratio, found)
    return Angle(ratio) if ratio else ZERO


def exponential(angle: AnyAngle | Fraction) -> Scalar:
    """exp(i angle); a number stands for the angle 0 only."""
    return wave((_exponential(angle),))


def cosine(angle: AnyAngle | Fraction) -> Scalar:
    """cos(angle) = (e + ē)/2 for e = exp(i angle)."""
    found = exponential(angle)
    return (found + conjugate(found)) * HALF


def sine(angle: AnyAngle | Fraction) -> Scalar:
    """sin(angle) = (e − ē)/2i."""
    found = exponential(angle)
    return (found - conjugate(found)) * -IMAGINARY * HALF


def upper_bound(x: Scalar) -> Number:
    """A number that a real wave exceeds for no real angles: c_0 + Σ (|re| + |im|) over the rest.

    >>> y = OpenAngle(ZERO, (("y", ONE),))
    >>> upper_bound(ONE + cosine(y))
    Fraction(2, 1)
    """
    return sum((_size(re) + _size(im) if k else re for k, (re, im) in _terms(x)), ZERO)


def is_real(x: Scalar) -> bool:
    """Whether a wave is real for all real angles."""
    return conjugate(x) == x


def never_exceeds(left: Scalar, right: Scalar, strictly: bool) -> bool:
    """True only if left ≤ right, or left < right, for all real angles; False says nothing."""
    most = upper_bound(left - right)
    return most < 0 if strictly else most <= 0


def is_small(x: Scalar) -> bool:
    """False for what has a number in it whose digits are too many to go on with."""
    match x:
        case Fraction():
            whole: Iterable[int] = (x.numerator, x.denominator)
        case Cyclotomic():
            whole = (x.denominator, *x.numerators)
        case Wave():
            parts = (n for k, c in x.terms for n in (*c, *(q for _, q in k)))
            return all(map(is_small, parts))
    return all(n.bit_length() <= MAX_BITS for n in whole)


def _terms(x: Scalar) -> tuple[tuple[Frequency, Coefficient], ...]:
    return x.terms if isinstance(x, Wave) else (((), (x, ZERO)),)


def _product(one: Coefficient, other: Coefficient) -> Coefficient:
    (a, b), (c, d) = one, other
    return a * c - b * d, a * d + b * c


def _size(x: Number) -> Number:
    return -x if x < 0 else x


def _frequency(parts: Iterable[tuple[str, Fraction]]) -> Frequency:
    sums: dict[str, Fraction] = {}
    for name, q in parts:
        sums[name] = sums.get(name, ZERO) + q
    return tuple(sorted((name, q) for name, q in sums.items() if q))


def _substituted(k: Frequency, values: Mapping[str, AnyAngle | Fraction]) -> AnyAngle | Fraction:
    ratio = ZERO
    parts: list[tuple[str, Fraction]] = []
    for name, q in k:
        match values.get(name):
            case Angle(found):
                ratio += q * found
            case OpenAngle(found, inside):
                ratio += q * found
                parts += [(other, q * p) for other, p in inside]
            case None:
                parts.append((name, q))
            case number if number != 0:
                raise NumberError(f"{number} is no multiple of pi")
    return open_angle(ratio, parts)


def _exponential(angle: AnyAngle | Fraction) -> tuple[Frequency, Coefficient]:
    match angle:
        case Angle(ratio):
            parts: Frequency = ()
        case OpenAngle(ratio, parts):
            pass
        case number:
            if number != 0:
                raise NumberError(f"{number} is no multiple of pi")
            ratio, parts = ZERO, ()
    return parts, (cos_pi(ratio), sin_pi(ratio))


# ---- printing -----------------------------------------------------------------------------------


def _signed_sum(terms: Iterable[tuple[Number, str]]) -> str:
    """Texts of sizes, each with the sign of the number beside it."""
    text = ""
    for sign, size in terms:
        if text:
            text += f" - {size}" if sign < 0 else f" + {size}"
        else:
            text = f"-{size}" if sign < 0 else size
    return text or "0"


def _written(x: Wave) -> str:
    """As a real sum of cosines and sines, or else with exponentials."""
    if not is_real(x):
        return " + ".join(f"({_complex(c)}){_phase(k)}" for k, c in x.terms)
    terms: list[tuple[Number, str]] = []
    for k, (re, im) in x.terms:
        if not k:
            terms.append((re, str(abs(re))))
        elif k[0][1] > 0:  # k and −k together: 2 re cos(k·θ) − 2 im sin(k·θ)
            terms += _oscillation(k, 2 * re, -2 * im)
    return _signed_sum(terms)


def _complex(c: Coefficient) -> str:
    return f"{c[0]} + ({c[1]}) i" if c[1] != 0 else str(c[0])


def _phase(k: Frequency) -> str:
    return f" exp(i ({OpenAngle(ZERO, k)}))" if k else ""


def _oscillation(k: Frequency, cos_: Number, sin_: Number) -> list[tuple[Number, str]]:
    """c cos(k·θ) + s sin(k·θ), as one cosine r cos(k·θ − φ) where φ is simple."""
    shift = _simple_phase(cos_, sin_) if cos_ != 0 and sin_ != 0 else None
    if shift is not None:
        ratio, size = shift
        return [(size, _scaled(_size(size), f"cos({OpenAngle(-ratio, k)})"))]
    found = ((cos_, "cos"), (sin_, "sin"))
    return [(c, _scaled(_size(c), f"{name}({OpenAngle(ZERO, k)})")) for c, name in found if c != 0]


def _simple_phase(x: Number, y: Number) -> tuple[Fraction, Number] | None:
    """φ/π, a multiple of 1/24 between −1/2 and 1/2, and r with x = r cos φ, y = r sin φ."""
    for n in range(-11, 12):
        ratio = Fraction(n, 24)
        try:
            c, s = cos_pi(ratio), sin_pi(ratio)
            if x * s == y * c:
                return ratio, x * c + y * s
        except NumberError:
            return None
    return None


def _scaled(size: Number, text: str) -> str:
    """size · text for a positive size: `3 x/4`.

    >>> _scaled(Fraction(3, 4), "x"), _scaled(ONE, "x"), _scaled(Fraction(1, 2), "x")
    ('3 x/4', 'x', 'x/2')
    """
    if not isinstance(size, Fraction):
        written = str(size)
        several = " + " in written or " - " in written
        return f"({written}) {text}" if several else f"{written} {text}"
    top = text if size.numerator == 1 else f"{size.numerator} {text}"
    return top if size.denominator == 1 else f"{top}/{size.denominator}"
