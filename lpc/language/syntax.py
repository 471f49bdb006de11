"""The syntax tree: one frozen dataclass per construct, every node with its place.

Names carry their one canonical spelling. Places are left out of comparison, so that two trees
are equal when the texts say the same, comments and blank lines included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from lpc.logic import Span
from lpc.logic.visible import visible

NOWHERE = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything with a place in the text."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Trivia:
    """What stands around a line and means nothing: comments, and "" for a blank line.

    `before` are the lines above it, `after` the comment at its end.
    """

    before: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Node):
    """A node printed on a line of its own, with its comments."""

    trivia: Trivia = field(default=Trivia(), repr=False)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name in its canonical spelling."""

    text: str

    def __str__(self) -> str:
        return self.text


Names = tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string, without its quotes."""

    text: str

    @property
    def shown(self) -> str:
        """As it may be shown: everything but `lpc fmt` takes it from here."""
        return visible(self.text)


@dataclass(frozen=True, slots=True)
class Rational(Node):
    """A number with its sign, as written: `-5`, `1/2`, `0.25`."""

    text: str


# ---- regions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegionName(Node):
    name: Name


@dataclass(frozen=True, slots=True)
class Coordinate(Node):
    """`t = 0`; form "value", "range" (`x = -3 to 3`) or "tuple" (`x = (0, 1, 2)`)."""

    key: str
    values: tuple[Rational, ...]
    form: str


@dataclass(frozen=True, slots=True)
class Shape(Node):
    """`point`, `slice`, `segment` or `ball` with its coordinates."""

    kind: str
    coordinates: tuple[Coordinate, ...]


@dataclass(frozen=True, slots=True)
class Cone(Node):
    """`past(R)` or `future(R)`."""

    kind: str
    region: Region


@dataclass(frozen=True, slots=True)
class Diamond(Node):
    """`diamond p to q`: the events after p and before q."""

    start: Region
    end: Region


@dataclass(frozen=True, slots=True)
class RegionSum(Node):
    """`R | S - T`: union and difference, from the left; each part after the first has its sign."""

    first: Region
    rest: tuple[tuple[str, Region], ...]


@dataclass(frozen=True, slots=True)
class RegionMeet(Node):
    """`R & S`: intersection, which binds tighter than `|` and `-`."""

    parts: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class RegionGroup(Node):
    inner: Region


Region = RegionName | Shape | Cone | Diamond | RegionSum | RegionMeet | RegionGroup


# ---- expressions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Event(Node):
    """A variable inside P(…), perhaps with the value it takes: `a = x`."""

    name: Name
    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class Prob(Node):
    """P(event | given)."""

    event: tuple[Event, ...]
    given: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`E(x, y)`, `sqrt(2)`, `first(λ)`."""

    name: Name
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """An expression in parentheses; kept, for the author put them there."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class TupleOf(Node):
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Absolute(Node):
    inner: Expression


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-x` as a factor; a leading sign of a sum belongs to `Additive`."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Times(Node):
    """A product; `rest` pairs each later factor with "", "*", "/" or "mod"."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Big(Node):
    """`sum[A, B] …` or `integral[λ] …`, which takes the rest of its product."""

    kind: str
    names: Names
    body: Expression


@dataclass(frozen=True, slots=True)
class Additive(Node):
    """A sum; each term with "+" or "-", or "" for a first term without sign."""

    terms: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    left: Expression
    op: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Not(Node):
    inner: Expression


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and`, `xor` or `or` of several parts; this is also their order, tightest first."""

    op: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class IfThenElse(Node):
    condition: Expression
    then: Expression
    otherwise: Expression


Expression = (
    Number | Name | Prob | Call | Group | TupleOf | Absolute | Negative | Times | Big
    | Additive | Comparison | Not | Logic | IfThenElse
)  # fmt: skip


# ---- formulas ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaysLocalCausality(Node):
    pass


@dataclass(frozen=True, slots=True)
class SaysCommonCauses(Node):
    pass


@dataclass(frozen=True, slots=True)
class SaysPositive(Node):
    names: Names


@dataclass(frozen=True, slots=True)
class SaysIndependent(Node):
    x: Names
    y: Names
    z: Names = ()


@dataclass(frozen=True, slots=True)
class SaysDetermined(Node):
    names: Names
    by: Names


@dataclass(frozen=True, slots=True)
class Relation(Node):
    """Two expressions and the sign between them: `=`, `<=`, `>=`, `<`, `>` or `!=`."""

    left: Expression
    op: str
    right: Expression


@dataclass(frozen=True, slots=True)
class Refers(Node):
    """The formula of another assumption or definition, by its name."""

    name: Name


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    parts: tuple[Formula, ...]


Formula = (
    SaysLocalCausality | SaysCommonCauses | SaysPositive | SaysIndependent | SaysDetermined
    | Relation | Refers | AllOf
)  # fmt: skip


# ---- statements ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Title(Line):
    text: str


@dataclass(frozen=True, slots=True)
class Source(Line):
    text: str


@dataclass(frozen=True, slots=True)
class RegionLine(Line):
    name: Name
    region: Region


@dataclass(frozen=True, slots=True)
class Spacetime(Line):
    space: str
    time: str
    lines: tuple[RegionLine, ...]
    closing: Trivia = field(default=Trivia(), repr=False)


@dataclass(frozen=True, slots=True)
class Latent(Line):
    names: Names


@dataclass(frozen=True, slots=True)
class Arrows(Line):
    """`a, b -> c -> d`: every name of a group points to every name of the next."""

    groups: tuple[Names, ...]


@dataclass(frozen=True, slots=True)
class Causal(Line):
    lines: tuple[Latent | Arrows, ...]
    closing: Trivia = field(default=Trivia(), repr=False)


@dataclass(frozen=True, slots=True)
class VariableLine(Line):
    names: Names
    values: tuple[Rational | Name, ...] | None = None
    region: Region | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Variables(Line):
    lines: tuple[VariableLine, ...]
    closing: Trivia = field(default=Trivia(), repr=False)


@dataclass(frozen=True, slots=True)
class Split(Line):
    whole: Name
    parts: Names


@dataclass(frozen=True, slots=True)
class Part(Line):
    """`part a of γ`: γ is a together with the rest of γ."""

    parts: Names
    whole: Name


@dataclass(frozen=True, slots=True)
class CompleteOn(Line):
    names: Names
    region: Region


@dataclass(frozen=True, slots=True)
class Assume(Line):
    name: Name
    formula: Formula
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Define(Line):
    name: Name
    formula: Formula
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class DefineQuantity(Line):
    name: Name
    parameters: Names
    body: Expression
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A word after `by` or `expect`, such as "product rule"."""

    text: str


@dataclass(frozen=True, slots=True)
class Cites(Node):
    items: tuple[Name | Word, ...]


@dataclass(frozen=True, slots=True)
class Assuming(Line):
    names: Names


@dataclass(frozen=True, slots=True)
class StartLine(Line):
    expression: Expression
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class StepLine(Line):
    expression: Expression
    label: Text | None = None
    cited: Cites | None = None
    expect: Word | None = None


@dataclass(frozen=True, slots=True)
class Derive(Line):
    name: Name
    note: Text | None
    assuming: Assuming | None
    start: StartLine
    steps: tuple[StepLine, ...]
    closing: Trivia = field(default=Trivia(), repr=False)


@dataclass(frozen=True, slots=True)
class RewriteLine(Line):
    left: Expression
    right: Expression
    expect: Word | None = None


@dataclass(frozen=True, slots=True)
class RewriteStatement(Line):
    name: Name
    note: Text | None
    assuming: Assuming | None
    body: RewriteLine
    closing: Trivia = field(default=Trivia(), repr=False)


@dataclass(frozen=True, slots=True)
class Entailment(Node):
    names: Names
    entails: bool
    formula: Formula


@dataclass(frozen=True, slots=True)
class ModelObeys(Node):
    """`M satisfies X, Y` or `M violates X, Y` (each of them)."""

    model: Name
    verb: str
    names: Names


@dataclass(frozen=True, slots=True)
class ModelIsLocal(Node):
    """`M is local in …`: names, or the words `spacetime` or `causal`."""

    model: Name
    where: tuple[Name | Word, ...]


@dataclass(frozen=True, slots=True)
class ValueOf(Node):
    """`Q of M = value`."""

    quantity: Expression
    model: Name
    op: str
    value: Expression


@dataclass(frozen=True, slots=True)
class ClaimThat(Line):
    label: Text | None
    body: Entailment | ModelObeys | ModelIsLocal | ValueOf
    expect: Word | None = None


@dataclass(frozen=True, slots=True)
class Uniform(Node):
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Weights(Node):
    pairs: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class DistributionIf(Node):
    condition: Expression
    then: Distribution
    otherwise: Distribution


Distribution = Uniform | Weights | DistributionIf


@dataclass(frozen=True, slots=True)
class Draw(Line):
    """`A ~ …`, or `fresh r ~ …` for a variable of the model alone."""

    name: Name
    fresh: bool
    distribution: Distribution


@dataclass(frozen=True, slots=True)
class Assign(Line):
    """`A := …`."""

    name: Name
    fresh: bool
    expression: Expression


@dataclass(frozen=True, slots=True)
class Model(Line):
    name: Name
    note: Text | None
    lines: tuple[Draw | Assign, ...]
    closing: Trivia = field(default=Trivia(), repr=False)


@dataclass(frozen=True, slots=True)
class MatrixOf(Node):
    """`[[a, b], [c, d]]`, row by row."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class Prepare(Line):
    """`state singlet`, `state ghz(3)` or `state { (0, 1) : x, … }`."""

    state: Name | Call | Weights


@dataclass(frozen=True, slots=True)
class Measure(Line):
    """`A := observable on 1`."""

    name: Name
    fresh: bool
    observable: Expression | MatrixOf
    party: Number


@dataclass(frozen=True, slots=True)
class Quantum(Line):
    name: Name
    note: Text | None
    lines: tuple[Prepare | Measure | Draw | Assign, ...]
    closing: Trivia = field(default=Trivia(), repr=False)


Statement = (
    Title | Source | Spacetime | Causal | Variables | Split | Part | CompleteOn | Assume | Define
    | DefineQuantity | Derive | RewriteStatement | ClaimThat | Model | Quantum
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """A whole file; `ending` are the comments after the last statement."""

    statements: tuple[Statement, ...]
    ending: tuple[str, ...] = ()


def children(node: Node) -> Iterator[Node]:
    """The nodes directly inside a node, in the order of the text.

    >>> from lpc.language.syntax import Not, Name
    >>> list(children(Not(Name("a"))))
    [Name(text='a')]
    """
    for f in fields(node):
        yield from _nodes(getattr(node, f.name))


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def deeper_than(root: Node, limit: int) -> Node | None:
    """The first node nested more than `limit` deep, found without recursion; else None."""
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > limit:
            return node
        stack.extend((child, depth + 1) for child in reversed(list(children(node))))
    return None
