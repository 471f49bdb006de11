"""A second derivation of what a `quantum` block predicts, by sympy's matrices.

The kernel goes by projectors and Born's rule. Here the moments ⟨ψ|A^m ⊗ B^n ⊗ …|ψ⟩ are computed
from the operators themselves, with m, n, … below the number of levels of each party; they fix the
distribution of the results. Where they agree the report says so. No verdict rests on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod
from typing import Any

from lpc.exact import Cyclotomic, Scalar, Wave, known_state
from lpc.kernel.evaluate import Evaluator
from lpc.kernel.quantum import Family
from lpc.logic import expressions as e

MAX_DIMENSION = 16
MAX_TERMS = 1000
MAX_ORDER = 240
"""Roots of unity of a higher order, and longer sums of cosines, are not handed to sympy."""


class _Outside(Exception):
    """Something that is not derived twice."""


def sympy_agrees(found: e.Experiment, family: Family) -> bool:
    """Whether sympy finds the same moments; False also where it does not come to an end.

    >>> import lpc
    >>> from lpc.kernel.quantum import experiment
    >>> from lpc.search.spectra import spectrum
    >>> document = lpc.parse("variables { A ; B ; a ; b } ; "
    ...     "quantum m { state singlet ; A := spin(a) on 1 ; B := spin(b) on 2 }")
    >>> told = document.models["m"].experiment
    >>> sympy_agrees(told, experiment(told, {}, spectrum))
    True
    """
    try:
        return _Moments(found, family).agree()
    except _Outside:
        return False


class _Moments:
    def __init__(self, found: e.Experiment, family: Family) -> None:
        self.state, self.family = found.state, family
        self.lines = [x for x in found.program if isinstance(x, e.Observe)]
        state = found.state
        two = isinstance(state, e.KnownState)
        self.levels = (2,) * state.parties if two else state.levels  # type: ignore[union-attr]
        if len(self.lines) < len(found.program) or prod(self.levels) > MAX_DIMENSION:
            raise _Outside
        if sum(len(w.terms) for _, w in family.rows if isinstance(w, Wave)) > MAX_TERMS:
            raise _Outside
        from sympy import Symbol

        # User text is no name for sympy: symbols are numbered.
        self.symbols = {n: Symbol(f"t{k}", real=True) for k, n in enumerate(family.open)}

    def agree(self) -> bool:
        vector = self.vector()
        powers = [self.powers(line) for line in self.lines]
        for exponents in product(*(range(len(one)) for one in powers)):
            chosen = [one[k] for one, k in zip(powers, exponents, strict=True)]
            if not _is_zero(self.moment(vector, chosen) - self.expected(exponents)):
                return False
        return True

    def powers(self, line: e.Observe) -> list[Any]:
        """O⁰, O¹, … below the number of levels."""
        from sympy import eye

        size = self.levels[line.party]
        matrix = _as_matrix(self.value(line.observable), size)
        found = [eye(size)]
        while len(found) < size:
            found.append((found[-1] * matrix).expand())
        return found

    def moment(self, vector: Any, chosen: list[Any]) -> Any:
        from sympy import eye, kronecker_product

        parties: list[Any] = [eye(size) for size in self.levels]
        for line, matrix in zip(self.lines, chosen, strict=True):
            parties[line.party] = matrix
        whole = kronecker_product(*parties) if len(parties) > 1 else parties[0]
        return (vector.H * whole * vector)[0]

    def expected(self, exponents: tuple[int, ...]) -> Any:
        """The same moment, from the distribution that the kernel found."""
        found: Any = 0
        for outcome, weight in self.family.rows:
            results = dict(zip(self.family.names, outcome, strict=True))
            values = (_number(results[line.name]) for line in self.lines)
            factors = [value**k for value, k in zip(values, exponents, strict=True)]
            found += prod(factors) * self.scalar(weight)
        return found

    def vector(self) -> Any:
        from sympy import Matrix

        if isinstance(self.state, e.KnownState):
            known = known_state(self.state.name, self.state.parties)
            return Matrix([self.scalar(x) for x in known.amplitudes])
        entries: list[Any] = [0] * prod(self.levels)
        for levels, node in self.state.pairs:
            place = 0
            for level, size in zip(levels, self.levels, strict=True):
                place = place * size + level
            entries[place] = self.value(node)
        return Matrix(entries)

    def scalar(self, x: Scalar) -> Any:
        """A wave as a sum of exponentials."""
        from sympy import I, Rational, exp

        if not isinstance(x, Wave):
            return _number(x)
        found: Any = 0
        for frequency, (re, im) in x.terms:
            angle = sum(
                Rational(q.numerator, q.denominator) * self.symbols[n] for n, q in frequency
            )
            found += (_number(re) + I * _number(im)) * exp(I * angle)
        return found

    def value(self, node: e.Expression) -> Any:
        """An expression as sympy's own, node by node."""
        import sympy

        match node:
            case e.Number(value):
                return _number(value)
            case e.Pi():
                return sympy.pi
            case e.Variable(name):
                return self.symbols[name] if name in self.symbols else _constants()[name]
            case e.TupleOf(parts):
                rows = [[self.value(x) for x in row.parts] for row in parts if _is_row(row)]  # type: ignore[union-attr]
                return sympy.Matrix(rows)
            case e.Plus(terms):
                values = [(-1 if sign == "-" else 1) * self.value(term) for sign, term in terms]
                return _total(values)
            case e.Times(first, rest):
                found = self.value(first)
                for op, part in rest:
                    found = _combined(found, op, self.value(part))
                return found
            case e.Function("spin", argument):
                x = self.value(argument)
                constants = _constants()
                return sympy.cos(x) * constants["σ_z"] + sympy.sin(x) * constants["σ_x"]
            case e.Function(("cos" | "sin" | "sqrt") as name, argument):
                return getattr(sympy, name)(self.value(argument))
        raise _Outside


def _is_row(node: e.Expression) -> bool:
    if not isinstance(node, e.TupleOf):
        raise _Outside
    return True


def _constants() -> Mapping[str, Any]:
    from sympy import I, Matrix

    matrices = (Matrix([[0, 1], [1, 0]]), Matrix([[0, -I], [I, 0]]), Matrix([[1, 0], [0, -1]]))
    return dict(zip(e.OPERATORS, (*matrices, I), strict=True))


def _total(values: list[Any]) -> Any:
    """A sum in which a number stands for its multiple of the identity."""
    from sympy import MatrixBase, eye

    sizes = [v.rows for v in values if isinstance(v, MatrixBase)]
    found: Any = eye(sizes[0]) * 0 if sizes else 0
    for value in values:
        scalar = sizes and not isinstance(value, MatrixBase)
        found = found + (value * eye(sizes[0]) if scalar else value)
    return found


def _combined(one: Any, op: str, two: Any) -> Any:
    if op not in ("*", "/"):
        raise _Outside
    return one * two if op == "*" else one / two


def _as_matrix(value: Any, size: int) -> Any:
    from sympy import MatrixBase

    if not isinstance(value, MatrixBase) or value.shape != (size, size):
        raise _Outside
    return value


def _number(x: Any) -> Any:
    """An exact number as sympy's own: a Cyclotomic is a sum of cosines."""
    from sympy import Rational, cos, pi

    number = Evaluator().number(x, e.NOWHERE)
    if not isinstance(number, Cyclotomic):
        return Rational(number.numerator, number.denominator)
    if number.order > MAX_ORDER:
        raise _Outside
    terms = ((c, Rational(2 * k, number.order)) for k, c in enumerate(number.numerators))
    return sum(c * cos(pi * ratio) for c, ratio in terms if c) / number.denominator


def _is_zero(expression: Any) -> bool:
    """Whether a sum of products of exponentials cancels."""
    from sympy import I, cos, exp, expand, sin

    def known(argument: Any) -> Any:
        """exp of a number as cosine and sine, which have closed forms at simple angles."""
        return (
            exp(argument) if argument.free_symbols else cos(-I * argument) + I * sin(-I * argument)
        )

    return bool(expand(expand(expression.rewrite((cos, sin), exp)).replace(exp, known)) == 0)
