"""States of several parties as vectors, of which Born's rule is told: weights Σ p |a|²."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from lpc.exact.algebraic import ONE, ZERO, Number, square_root
from lpc.exact.matrices import Matrix, inner
from lpc.exact.waves import Scalar, conjugate

Levels = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """Amplitudes in order of the levels, those of the last party changing fastest."""

    levels: Levels
    amplitudes: tuple[Scalar, ...]

    def product(self, other: Vector) -> Scalar:
        """⟨self|other⟩."""
        return inner(map(conjugate, self.amplitudes), other.amplitudes)

    @property
    def is_zero(self) -> bool:
        return not any(self.amplitudes)

    def after(self, matrix: Matrix, party: int, tick: Callable[[], None] = lambda: None) -> Vector:
        """The vector with a matrix applied to one party.

        >>> from lpc.exact import SIGMA_X
        >>> flipped = known_state("singlet", 2).after(SIGMA_X, 0)
        >>> [str(x) for x in flipped.amplitudes]
        ['-sqrt(2)/2', '0', '0', 'sqrt(2)/2']
        """
        size = self.levels[party]
        stride = prod(self.levels[party + 1 :])
        found = []
        for k in range(len(self.amplitudes)):
            tick()
            level = k // stride % size
            first = k - level * stride
            column = self.amplitudes[first : first + size * stride : stride]
            found.append(inner(matrix.rows[level], column))
        return Vector(self.levels, tuple(found))


Squares = tuple[tuple[Number, tuple[Scalar, ...]], ...]
"""Pairs of a positive number p and amplitudes a, for Σ p |a|²."""


_PAIRS: Mapping[str, tuple[int, int, int]] = {
    "singlet": (1, 2, -1), "ψ_minus": (1, 2, -1), "triplet": (1, 2, 1), "ψ_plus": (1, 2, 1),
    "φ_plus": (0, 3, 1), "φ_minus": (0, 3, -1),
}  # fmt: skip
"""Two basis vectors of a pair of qubits, 2·(level of party 1) + (level of party 2), and a sign."""


def known_state(name: str, parties: int) -> Vector:
    """One of the states of qubits that have a name.

    >>> [str(x) for x in known_state("w", 2).amplitudes]
    ['0', 'sqrt(2)/2', 'sqrt(2)/2', '0']
    """
    size = 2**parties
    if name in _PAIRS:
        one, two, sign = _PAIRS[name]
        signs = {one: ONE, two: Fraction(sign)}
    elif name == "ghz":
        signs = {0: ONE, size - 1: ONE}
    else:
        signs = {2**k: ONE for k in range(parties)}
    share = square_root(Fraction(1, len(signs)))
    return Vector((2,) * parties, tuple(signs.get(k, ZERO) * share for k in range(size)))
