"""Numbers and values of variables as JSON: exact, one spelling for each.

A fraction is a text in lowest terms ("3/4", "-2"); a word, a multiple of π and a real algebraic
number are objects that say so; a tuple is a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Any

from lpc.certificates.strict import (
    MAX_DIGITS,
    MAX_ORDER,
    CertificateError,
    fields,
    integer,
    items,
    only_key,
)
from lpc.exact import Angle, Cyclotomic, Number, NumberError, from_numerators
from lpc.kernel.evaluate import MAX_LEAVES
from lpc.spacetime.numbers import exact

MAX_DEPTH = 50
MAX_COORDINATE = 200
"""Characters of a coordinate in spacetime."""
MAX_COMMON = 20_000
"""Bits of a common denominator."""
SHORT = 40
"""Numbers of so few characters are read once."""

_DIGIT = re.compile(r"-?[0-9]", re.ASCII)
_FRACTION = re.compile(r"(-?[0-9]+)(?:/([0-9]+))?", re.ASCII)


def encode_number(number: Any) -> Any:
    """A fraction, a whole number or a real algebraic number.

    >>> encode_number(Fraction(-3, 6))
    '-1/2'
    """
    if isinstance(number, Cyclotomic):
        inside = {
            "order": number.order,
            "numerators": list(number.numerators),
            "denominator": number.denominator,
        }
        return {"cyclotomic": inside}
    if isinstance(number, bool) or not isinstance(number, int | Fraction):
        raise CertificateError(f"{number} is no exact number")
    return str(Fraction(number))


def decode_fraction(value: Any, where: str) -> Fraction:
    """A text in lowest terms.

    >>> decode_fraction("3/4", "here")
    Fraction(3, 4)
    >>> decode_fraction("6/8", "here")
    Traceback (most recent call last):
    ...
    lpc.certificates.strict.CertificateError: here: a fraction that is not in lowest terms
    """
    if not isinstance(value, str) or len(value) > 2 * MAX_DIGITS + 2:
        raise CertificateError(f'{where}: a number such as "3/4" is needed')
    try:
        return _fraction(value) if len(value) < SHORT else _fraction.__wrapped__(value)
    except ValueError as error:
        raise CertificateError(f"{where}: {error}") from None


@lru_cache(maxsize=4096)
def _fraction(value: str) -> Fraction:
    found = _FRACTION.fullmatch(value)
    if found is None or any(len((p or "").lstrip("-")) > MAX_DIGITS for p in found.groups()):
        raise ValueError('a number such as "3/4" is needed')
    top, bottom = int(found[1]), int(found[2] or 1)
    if bottom == 0:
        raise ValueError("the denominator is 0")
    number = Fraction(top, bottom)
    if str(number) != value:
        raise ValueError("a fraction that is not in lowest terms")
    return number


def decode_number(value: Any, where: str) -> Number:
    """A fraction, or a real algebraic number in its reduced form."""
    if not isinstance(value, dict):
        return decode_fraction(value, where)
    kind, inside = only_key(value, where)
    if kind != "cyclotomic":
        raise CertificateError(f"{where}: a number is needed")
    data = fields(inside, where, ("order", "numerators", "denominator"))
    order = integer(data["order"], f"{where}, order", 1, MAX_ORDER)
    most = 10**MAX_DIGITS
    denominator = integer(data["denominator"], f"{where}, denominator", 1, most)
    listed = items(data["numerators"], f"{where}, numerators", order)
    numerators = tuple(integer(c, f"{where}, numerators", -most, most) for c in listed)
    if gcd(denominator, *numerators) != 1:
        raise CertificateError(f"{where}: a number that is not in lowest terms")
    try:
        found = from_numerators(order, numerators, denominator)
    except NumberError as error:
        raise CertificateError(f"{where}: {error}") from None
    if not isinstance(found, Cyclotomic) or encode_number(found) != value:
        raise CertificateError(f"{where}: a number that is not in its reduced form")
    return found


def decode_coordinate(value: Any, where: str) -> int | Fraction:
    """An exact coordinate with a bounded number of digits, a whole number where it is one."""
    if isinstance(value, str) and len(value) > MAX_COORDINATE:
        raise CertificateError(f"{where}: a coordinate of more than {MAX_COORDINATE} characters")
    return exact(decode_fraction(value, where))


def check_common(numbers: Iterable[Number], where: str) -> None:
    """Numbers that are to be added have a common denominator of bounded length.

    Raises: CertificateError. Without it the sum of small fractions could be very long.
    """
    common = 1
    for number in numbers:
        common = lcm(common, number.denominator)
        if common.bit_length() > MAX_COMMON:
            raise CertificateError(f"{where}: numbers whose common denominator is too long")


def encode_value(value: Any) -> Any:
    """The value of a variable.

    >>> encode_value((Fraction(1), "up"))
    ['1', {'word': 'up'}]
    """
    match value:
        case str():
            return {"word": value}
        case tuple():
            return [encode_value(part) for part in value]
        case Angle(ratio):
            return {"pi": encode_number(ratio)}
    return encode_number(value)


def decode_value(value: Any, where: str) -> Any:
    """The value of a variable, tuples of bounded size included."""
    count = 0

    def read(inner: Any, depth: int) -> Any:
        nonlocal count
        count += 1
        if count > MAX_LEAVES + MAX_DEPTH or depth > MAX_DEPTH:
            raise CertificateError(f"{where}: a tuple that is too large")
        if isinstance(inner, list):
            return tuple(read(part, depth + 1) for part in inner)
        if not isinstance(inner, dict):
            number = decode_fraction(inner, where)
            # NB: equal to the fraction, and compared many times faster.
            return number.numerator if number.denominator == 1 else number
        kind, content = only_key(inner, where)
        if kind == "word":
            if not isinstance(content, str) or len(content) > 200 or _DIGIT.match(content):
                raise CertificateError(f"{where}: a word is needed, which reads as no number")
            return content
        if kind == "pi":
            ratio = decode_fraction(content, where)
            if not ratio:
                raise CertificateError(f'{where}: 0 is written "0"')
            return Angle(ratio)
        return decode_number(inner, where)

    return read(value, 0)
