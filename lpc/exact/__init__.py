"""Exact arithmetic, trusted: numbers, angles left open, matrices, and Born's rule.

It imports nothing of lpc. `Fraction`, `Cyclotomic` and `Wave` know + - * / and == with each other,
and < where both are real numbers; what a narrower kind holds is never of a wider one, so that zero
is always a `Fraction`. What takes finding, such as eigenvalues, is found above and checked here.
"""

from lpc.exact.algebraic import (
    ONE,
    ZERO,
    Cyclotomic,
    Number,
    cos_pi,
    from_numerators,
    sin_pi,
    square_root,
)
from lpc.exact.born import Levels, Squares, Vector, known_state
from lpc.exact.matrices import SIGMA_X, SIGMA_Y, SIGMA_Z, Matrix, inner, spin
from lpc.exact.unity import NumberError
from lpc.exact.waves import (
    IMAGINARY,
    MAX_TERMS,
    Angle,
    AnyAngle,
    Coefficient,
    Frequency,
    OpenAngle,
    Scalar,
    Wave,
    conjugate,
    cosine,
    is_real,
    is_small,
    never_exceeds,
    open_angle,
    sine,
    wave,
)

__all__ = [
    "IMAGINARY", "MAX_TERMS", "ONE", "SIGMA_X", "SIGMA_Y", "SIGMA_Z", "ZERO", "Angle",
    "AnyAngle", "Coefficient", "Cyclotomic", "Frequency", "Levels", "Matrix", "Number",
    "NumberError", "OpenAngle", "Scalar", "Squares", "Vector", "Wave", "conjugate", "cos_pi",
    "cosine", "from_numerators", "inner", "is_real", "is_small", "known_state",
    "never_exceeds", "open_angle", "sin_pi", "sine", "spin", "square_root", "wave",
]  # fmt: skip
