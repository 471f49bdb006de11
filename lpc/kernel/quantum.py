"""Quantum experiments, exactly: a pure state, projective measurements on its parties, Born's rule.

Terms
-----
vector
    A state ψ with the projections Π of all results so far applied and not normalised again. They
    are on different parties, so their product is a projection too, and the probability of these
    results, given the settings, is ⟨Πψ|Πψ⟩ = ⟨ψ|Πψ⟩.
family
    The distribution of all variables, given angles that are left open: for each outcome a wave.
    Without open angles it is an ordinary finite model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from types import MappingProxyType
from typing import Any

from lpc.exact import (
    ONE,
    ZERO,
    Matrix,
    Number,
    NumberError,
    OpenAngle,
    Scalar,
    Squares,
    Vector,
    Wave,
    is_real,
    known_state,
)
from lpc.kernel.evaluate import Env, Value, forever, names_in, shown
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.operators import CONSTANTS, Operators
from lpc.kernel.programs import MAX_OUTCOMES, Alphabets, Run
from lpc.logic import Composites
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError, Fault

Spectrum = Callable[
    [Matrix, Iterable[Number], Callable[[], None]], tuple[tuple[Number, Matrix], ...]
]
_STATE = ""
"""The column of a run that holds the vector; no variable has this name."""


@dataclass(frozen=True, slots=True)
class Family:
    """Outcomes with waves as weights, which sum to one whatever the open angles are.

    `squares` say of each outcome why its weight is nowhere negative (Born's rule).
    """

    names: tuple[str, ...]
    rows: tuple[tuple[tuple[Value, ...], Scalar], ...]
    open: tuple[str, ...]
    alphabets: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    squares: Mapping[tuple[Value, ...], Squares] = field(default_factory=dict)

    @classmethod
    def create(
        cls,
        names: tuple[str, ...],
        rows: Iterable[tuple[tuple[Value, ...], Scalar]],
        open_: tuple[str, ...],
        alphabets: Alphabets,
        squares: Mapping[tuple[Value, ...], Squares] = MappingProxyType({}),
    ) -> Family:
        """Merge equal outcomes, drop impossible ones.

        Raises: ModelError where the weights do not sum to one.
        """
        merged: dict[tuple[Value, ...], Scalar] = {}
        for outcome, weight in rows:
            merged[outcome] = merged[outcome] + weight if outcome in merged else weight
        if sum(merged.values(), ZERO) != 1 or not all(map(is_real, merged.values())):
            raise ModelError("the weights do not sum to one")
        possible = tuple((o, w) for o, w in merged.items() if w != 0)
        known = {n: v for n, v in alphabets.items() if n in names}
        return cls(names, possible, open_, known, squares)

    def values(self, name: str) -> tuple[Value, ...]:
        """The declared values of a variable, or those that occur."""
        if name in self.alphabets:
            return self.alphabets[name]
        place = self.names.index(name)
        return tuple(dict.fromkeys(outcome[place] for outcome, _ in self.rows))

    def model(self) -> FiniteModel:
        """The distribution as an ordinary model; there is no open angle."""
        numbers = [(o, w) for o, w in self.rows if not isinstance(w, Wave)]
        if self.open or len(numbers) < len(self.rows):
            raise ModelError("the weights depend on open angles")
        return FiniteModel.create(self.names, numbers, self.alphabets)


def experiment(
    found: e.Experiment,
    alphabets: Alphabets,
    find: Spectrum,
    composites: Composites | None = None,
    tick: Callable[[], None] = forever,
) -> Family:
    """What quantum mechanics says of an experiment (Born's rule).

    Results are the eigenvalues of what is measured. Measurements on different parties commute,
    so P(A, B) = ⟨ψ|Π_A ⊗ Π_B|ψ⟩ whichever comes first.

    Args: `find` proposes the eigenvalues of a Hermitian matrix with their projectors; some values
    are suggested to it.
    Raises: EvaluationError for a state or an observable that is none, at its place.

    >>> from lpc.search.spectra import spectrum
    >>> z = e.Function("spin", e.Number(ZERO))
    >>> both = (e.Observe("A", z, 0), e.Observe("B", z, 1))
    >>> singlet = experiment(e.Experiment(e.KnownState("singlet", 2), both), {}, spectrum)
    >>> [(tuple(map(str, values)), str(weight)) for values, weight in singlet.rows]
    [(('-1', '1'), '1/2'), (('1', '-1'), '1/2')]
    """
    operators = Operators(composites or Composites(), tick)
    open_ = {name: OpenAngle(ZERO, ((name, ONE),)) for name in found.open}
    env: Env = {**CONSTANTS, **open_}  # type: ignore[dict-item]
    run = _Laboratory(found.program, alphabets, find, operators, env)
    vector = prepared(found.state, operators, env)
    run.begin(vector)
    return operators.exact(found, run.family, vector, found.open)  # type: ignore[no-any-return]


class _Laboratory(Run):
    """The run of an experiment: outcomes carry their vector in a column of its own."""

    def __init__(
        self,
        program: e.Program,
        alphabets: Alphabets,
        find: Spectrum,
        operators: Operators,
        env: Env,
    ) -> None:
        super().__init__(program, alphabets, operators)
        self.find = find
        self.operators = operators
        self.env = env

    def begin(self, vector: Any) -> None:
        self.names, self.outcomes = (_STATE,), [((vector,), ONE)]

    def family(self, state: Vector, open_: tuple[str, ...]) -> Family:
        parties = [line.party for line in self.program if isinstance(line, e.Observe)]
        if len(set(parties)) < len(parties):
            raise ModelError("a party is measured twice")
        for statement in self.program:
            self.step(statement)
        squares: dict[int, Scalar] = {}
        roots: dict[tuple[Value, ...], Squares] = {}
        rows = []
        outcomes: list[tuple[tuple[Any, ...], Number]] = self.outcomes
        for (vector, *values), weight in outcomes:
            self.operators.tick()
            if id(vector) not in squares:
                squares[id(vector)] = state.product(vector)
            rows.append((tuple(values), weight * squares[id(vector)]))
            amplitudes = tuple(x for x in vector.amplitudes if x != 0)
            roots[tuple(values)] = (*roots.get(tuple(values), ()), (weight, amplitudes))
        return Family.create(self.names[1:], rows, open_, self.alphabets, roots)

    def step(self, statement: e.Draw | e.Assign | e.Observe) -> None:
        if not isinstance(statement, e.Observe):
            super().step(statement)
            return
        used = self.operators.composites.expand(names_in(statement))
        places = [k for k, name in enumerate(self.names) if name in used]
        results: dict[tuple[Any, ...], list[tuple[Value, Vector]]] = {}
        before: list[tuple[tuple[Any, ...], Number]] = self.outcomes
        outcomes: list[tuple[tuple[Any, ...], Number]] = []
        for (vector, *values), weight in before:
            self.operators.tick()
            settings = {self.names[k]: values[k - 1] for k in places}
            key = (id(vector), *settings.values())
            if key not in results:
                results[key] = self.results(statement, vector, settings)
            if len(outcomes) + len(results[key]) > MAX_OUTCOMES:
                raise EvaluationError(Fault.TOO_MANY, statement.span, str(MAX_OUTCOMES))
            outcomes += [((v, *values, result), weight) for result, v in results[key]]
        self.outcomes = outcomes
        self.names += (statement.name,)

    def results(
        self, statement: e.Observe, vector: Vector, settings: Env
    ) -> list[tuple[Value, Vector]]:
        """The possible results of a measurement, each with what it leaves of the vector."""
        node = statement.observable
        env = {**self.env, **settings}
        matrix = self.operators.matrix(node, env, vector.levels[statement.party])
        if matrix.adjoint != matrix:
            raise EvaluationError(Fault.NOT_HERMITIAN, node.span, shown(matrix))
        values = self.alphabets.get(statement.name, ())
        proposed: list[Number] = [v for v in values if isinstance(v, Number)]
        try:
            pairs = self.find(matrix, proposed, self.operators.tick)
            if not matrix.is_decomposed(pairs):
                raise NumberError("the eigenvalues of this observable could not be found exactly")
        except NumberError as problem:
            raise EvaluationError(Fault.BEYOND, node.span, problem.reason) from None
        found = []
        for result, projector in pairs:
            (value,) = self.placed(statement.name, result, node.span)
            left = self.operators.exact(
                node, vector.after, projector, statement.party, self.operators.tick
            )
            if not left.is_zero:
                found.append((value, left))
        return found


# ---- states ----------------------------------------------------------------------------------


def prepared(state: e.KnownState | e.Amplitudes, operators: Operators, env: Env) -> Vector:
    """The vector of a state.

    Raises: EvaluationError unless it is normalised, whatever the open angles are.
    """
    if isinstance(state, e.KnownState):
        return known_state(state.name, state.parties)
    amplitudes: list[Scalar] = [ZERO] * prod(state.levels)
    for levels, node in state.pairs:
        place = 0
        for level, size in zip(levels, state.levels, strict=True):
            place = place * size + level
        amplitudes[place] = operators.scalar(node, env)
    vector = Vector(state.levels, tuple(amplitudes))
    square = operators.exact(state, vector.product, vector)
    if square != 1:
        raise EvaluationError(Fault.NOT_NORMALISED, state.span, shown(square))
    return vector
