"""Waves and open angles as JSON: what stands in certificates about blocks with open angles.

Terms
-----
open angle
    An angle of a `quantum` block that is left open: any real number.
wave
    Σ c exp(i Σ q θ) over open angles θ, in normal form; a real constant is a plain number.

Decoding is strict and bounded: one spelling for each wave and each angle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from math import gcd
from typing import Any

from lpc.certificates.strict import (
    MAX_ORDER,
    CertificateError,
    fields,
    integer,
    items,
    name,
    only_key,
)
from lpc.certificates.values import (
    decode_fraction,
    decode_number,
    decode_value,
    encode_number,
    encode_value,
)
from lpc.exact import (
    MAX_TERMS,
    Angle,
    AnyAngle,
    Coefficient,
    Frequency,
    OpenAngle,
    Scalar,
    Wave,
    is_small,
    open_angle,
    wave,
)

Names = Collection[str]


def encode_scalar(x: Scalar) -> Any:
    """A wave, or a number.

    >>> from lpc.exact import cosine
    >>> encode_scalar(cosine(OpenAngle(Fraction(0), (("x", Fraction(1)),))))
    {'waves': [[{'x': '-1'}, '1/2', '0'], [{'x': '1'}, '1/2', '0']]}
    """
    if not isinstance(x, Wave):
        return encode_number(x)
    terms = ((k, [encode_number(part) for part in c]) for k, c in x.terms)
    return {"waves": [[_encode_frequency(k), *c] for k, c in terms]}


def decode_scalar(value: Any, where: str, angles: Names) -> Scalar:
    """A wave in these open angles, in its normal form, or a number."""
    if not isinstance(value, dict) or "waves" not in value:
        return decode_number(value, where)
    listed = items(only_key(value, where)[1], f"{where}, waves", MAX_TERMS)
    terms = tuple(_decode_term(one, f"{where}, waves", angles) for one in listed)
    found = wave(terms)
    if not isinstance(found, Wave) or found.terms != terms:
        raise CertificateError(f"{where}: a wave that is not in its normal form")
    return found


def _decode_term(value: Any, where: str, angles: Names) -> tuple[Frequency, Coefficient]:
    frequency, *parts = items(value, where, exactly=3)
    re, im = (decode_number(part, where) for part in parts)
    return _decode_frequency(frequency, where, angles), (re, im)


def _encode_frequency(k: Frequency) -> dict[str, str]:
    return {n: str(q) for n, q in k}


def _decode_frequency(value: Any, where: str, angles: Names) -> Frequency:
    """Rational multiples, other than 0, of open angles."""
    if not isinstance(value, dict):
        raise CertificateError(f"{where}: multiples of angles are needed")
    found = []
    for n, text in sorted(value.items()):
        if name(n, where) not in angles:
            raise CertificateError(f"{where}: {n} is no open angle of the model")
        q = decode_fraction(text, where)
        if q == 0 or not is_small(q):
            raise CertificateError(f"{where}: a multiple of {n} that is 0 or too long")
        found.append((n, q))
    return tuple(found)


def encode_constant(x: Any) -> Any:
    """A value of a quantity without probabilities, a wave included."""
    return encode_scalar(x) if isinstance(x, Wave) else encode_value(x)


def decode_constant(value: Any, where: str, angles: Names) -> Any:
    """A value of a quantity without probabilities; a wave where there are open angles."""
    if angles and isinstance(value, dict) and "waves" in value:
        return decode_scalar(value, where, angles)
    return decode_value(value, where)


# ---- angles ----------------------------------------------------------------------------------


def encode_angle(angle: AnyAngle | Fraction) -> dict[str, Any]:
    """2π turns/order + Σ q θ, whole turns left out; a number stands for the angle 0 only.

    >>> encode_angle(Angle(Fraction(-1, 2)))
    {'angle': {'order': 4, 'turns': 3, 'plus': {}}}
    """
    ratio = angle.ratio if isinstance(angle, Angle | OpenAngle) else Fraction(0)
    turns = ratio / 2 % 1
    plus = _encode_frequency(angle.parts) if isinstance(angle, OpenAngle) else {}
    return {"angle": {"order": turns.denominator, "turns": turns.numerator, "plus": plus}}


def decode_angle(value: Any, where: str, angles: Names) -> AnyAngle | Fraction:
    """An angle from 0 up to a whole turn, plus multiples of open angles."""
    if not isinstance(value, dict) or "angle" not in value:
        raise CertificateError(f"{where}: an angle is needed")
    inside = only_key(value, where)[1]
    data = fields(inside, where, ("order", "turns", "plus"))
    order = integer(data["order"], f"{where}, order", 1, MAX_ORDER)
    turns = integer(data["turns"], f"{where}, turns", 0, order - 1)
    if gcd(order, turns) != 1:
        raise CertificateError(f"{where}: turns that are not in lowest terms")
    parts = _decode_frequency(data["plus"], f"{where}, plus", angles)
    return open_angle(Fraction(2 * turns, order), parts)


def encode_given(given: Mapping[str, Any], angles: Names) -> dict[str, Any]:
    """Values right of a bar, those of open angles among them."""
    return {
        n: encode_angle(given[n]) if n in angles else encode_value(given[n]) for n in sorted(given)
    }


def decode_given(value: Any, where: str, angles: Names) -> dict[str, Any]:
    """Values right of a bar, those of open angles among them."""
    if not isinstance(value, dict):
        raise CertificateError(f"{where}: values of variables are needed")
    found = {}
    for n, x in value.items():
        if n in angles:
            found[n] = decode_angle(x, f"{where}, {n}", angles)
        elif isinstance(x, dict) and "angle" in x:
            raise CertificateError(f"{where}: {name(n, where)} is no open angle of the model")
        else:
            found[name(n, where)] = decode_value(x, where)
    return found
