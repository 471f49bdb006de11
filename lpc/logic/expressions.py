"""Expressions of models and quantities as frozen data, and the programs made of them.

Terms
-----
expression
    Arithmetic over named values. In a model the names are those of variables that have a
    value already; in a quantity they are parameters and the variables of `sum[…]`.
program
    The statements of a `model` block in order: each gives one variable a value, drawn or
    computed from those before it.
quantity
    A named expression, perhaps with parameters, built from probabilities.
experiment
    What a `quantum` block says: a state of several parties, and a program in which some
    variables are the results of measurements on single parties.

Every node keeps its place in the text, for messages when an evaluation cannot go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from lpc.logic.diagnostics import LpcError, Span

NOWHERE = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything with a place in the text."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Fraction


@dataclass(frozen=True, slots=True)
class Pi(Node):
    """π, of which only rational multiples occur."""


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A value that is a word, such as `up`."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """The value of a variable or of a parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Function(Node):
    """One of `sqrt`, `cos`, `sin`, `first`, `second`, `abs`, `not` and `spin`."""

    name: str
    argument: Expression


@dataclass(frozen=True, slots=True)
class Named(Node):
    """The value of a named quantity."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Event(Node):
    """`a` or `a = x` inside P(…); without a value the variable has that of its name."""

    name: str
    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class Chance(Node):
    """P(event | given) at one point."""

    event: tuple[Event, ...]
    given: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class TupleOf(Node):
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Plus(Node):
    """A sum; each term with "+" or "-"."""

    terms: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Times(Node):
    """A product, from the left; each later factor with "*", "/" or "mod"."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class SumOver(Node):
    """The sum, or the integral, over all values of some variables."""

    names: tuple[str, ...]
    body: Expression
    kind: str = "sum"


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`=`, `!=`, `<`, `<=`, `>` or `>=`: 1 where it is true and 0 elsewhere."""

    left: Expression
    op: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`and`, `or` or `xor` of several parts."""

    op: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`if … then … else …`; only the branch that is taken is evaluated."""

    condition: Expression
    then: Expression
    otherwise: Expression


Expression = (
    Number | Pi | Word | Variable | Function | Named | Chance | TupleOf | Plus | Times | SumOver
    | Compare | Junction | Choice
)  # fmt: skip


# ---- programs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Uniform(Node):
    """Equal weights for the values listed; one that is listed twice has twice the weight."""

    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Weights(Node):
    """`{ value : weight, … }`."""

    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Either(Node):
    """`if … then {…} else {…}`."""

    condition: Expression
    then: Distribution
    otherwise: Distribution


Distribution = Uniform | Weights | Either


@dataclass(frozen=True, slots=True)
class Draw(Node):
    """`A ~ …`."""

    name: str
    distribution: Distribution


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """`A := …`."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Observe(Node):
    """`A := observable on 1`: the result of measuring a party, parties counted from 0."""

    name: str
    observable: Expression
    party: int


Program = tuple[Draw | Assign | Observe, ...]


# ---- quantum experiments -----------------------------------------------------------------------

NAMED_STATES: Mapping[str, int | None] = MappingProxyType(
    {
        "singlet": 2, "triplet": 2, "φ_plus": 2, "φ_minus": 2, "ψ_plus": 2, "ψ_minus": 2,
        "ghz": None, "w": None,
    }
)  # fmt: skip
"""States of qubits known by name, with their number of parties, None where it is to be given."""

OPERATORS = ("σ_x", "σ_y", "σ_z", "i")
"""What has a value in a state and in an observable: the Pauli matrices and the imaginary unit."""

MAX_LEVELS = 8
MAX_DIMENSION = 64
"""So many levels may one party have, and so many dimensions all parties together."""


@dataclass(frozen=True, slots=True)
class KnownState(Node):
    """One of `NAMED_STATES`, of `parties` qubits."""

    name: str
    parties: int


@dataclass(frozen=True, slots=True)
class Amplitudes(Node):
    """Amplitudes by the levels of the parties; what is not listed has none."""

    levels: tuple[int, ...]
    pairs: tuple[tuple[tuple[int, ...], Expression], ...]


@dataclass(frozen=True, slots=True)
class Experiment(Node):
    """A state, what is done with it, and the variables that are angles left open."""

    state: KnownState | Amplitudes
    program: Program
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """`define E(x, y) := …`."""

    name: str
    parameters: tuple[str, ...]
    body: Expression


# ---- what can go wrong ---------------------------------------------------------------------------


class Fault(StrEnum):
    """Why an evaluation cannot go on."""

    SUM_NOT_ONE = "weights do not sum to one"
    NEGATIVE_WEIGHT = "negative weight"
    WEIGHT_NO_NUMBER = "a weight is no number"
    NOT_A_VALUE = "outside the declared values"
    TWO_VALUES = "one variable at two values"
    NO_NUMBER = "arithmetic on what is no number"
    DIVISION_BY_ZERO = "division by zero"
    NO_TRUTH = "neither true nor false"
    NO_PAIR = "no pair"
    NO_TUPLE = "no tuple of the right length"
    NO_ANGLE = "no rational multiple of pi"
    TOO_MANY = "too many outcomes"
    TOO_LARGE = "a number or tuple too large"
    BEYOND = "beyond exact arithmetic"
    NOT_NORMALISED = "a state that is not normalised"
    NOT_HERMITIAN = "an observable that is not Hermitian"
    NO_OBSERVABLE = "no observable of the party"
    OPEN = "depends on an open angle"


class EvaluationError(LpcError):
    """An evaluation that cannot go on: why, at which place, and the values in question."""

    def __init__(self, fault: Fault, span: Span, *details: str) -> None:
        super().__init__(f"{fault.value}: {', '.join(details)}" if details else fault.value)
        self.fault = fault
        self.span = span
        self.details = details
