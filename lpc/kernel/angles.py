"""Simple angles, at which a claim about all angles is tried."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, product

from lpc.exact import ZERO, Angle

NICE = tuple(Fraction(n, 12) for n in (0, 6, 3, 12, -6, 4, -3, 8, 9, -4, 2, 10))
"""Angles to try, as multiples of pi, simple ones first."""
MAX_TRIES = 1000
"""So many choices of angles are tried."""


def simple_angles(names: tuple[str, ...]) -> Iterator[dict[str, Angle | Fraction]]:
    """Choices of an angle for each name, simple ones first; the angle 0 is the number.

    >>> [{name: str(x) for name, x in found.items()} for found in simple_angles(("x",))][:3]
    [{'x': '0'}, {'x': 'pi/2'}, {'x': 'pi/4'}]
    """
    for ratios in islice(_grid(len(names)), MAX_TRIES):
        yield {n: Angle(r) if r else ZERO for n, r in zip(names, ratios, strict=True)}


def _grid(count: int) -> Iterator[tuple[Fraction, ...]]:
    for size in range(1, len(NICE) + 1):
        for ratios in product(NICE[:size], repeat=count):
            if size == 1 or NICE[size - 1] in ratios:
                yield ratios
