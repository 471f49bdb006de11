"""A checked file as data: what the parser and the elaborator hand to the checker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lpc.logic import Composites, Diagnostic, Formula, Product, Span, Variable
from lpc.logic.expressions import Experiment, Expression, Program, Quantity
from lpc.logic.sums import Summation
from lpc.logic.visible import visible
from lpc.spacetime import CausalGraph, Scene

Line = Product | Summation


@dataclass(frozen=True, slots=True)
class Assumption:
    """A named assumption or definition, with the place of the whole statement."""

    name: str
    formula: Formula
    span: Span


@dataclass(frozen=True, slots=True)
class Citation:
    """What follows `by`: names of assumptions, and words such as "product rule"."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Step:
    """One `= …` of a derivation: the equation between two consecutive lines.

    In a derivation with a sum in it every line is a summation, else every line is a product.
    """

    left: Line
    right: Line
    label: str | None
    cited: Citation | None
    expect: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Derivation:
    """`derive NAME "note" { assuming … ; E0 = E1 … }`."""

    name: str
    note: str
    assuming: tuple[str, ...]
    start: Line
    start_label: str | None
    steps: tuple[Step, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Rewrite:
    """`rewrite NAME "note" { assuming … ; L to R }`: the tool finds the steps."""

    name: str
    note: str
    assuming: tuple[str, ...]
    left: Line
    right: Line
    expect: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Inequality:
    """`left op right` between quantities, and the two sides as text.

    With free variables it says what all its `instances` say, one for each choice of their values.
    """

    left: Expression
    op: str
    right: Expression
    sides: tuple[str, str]
    instances: tuple[Inequality, ...] = ()

    @property
    def closed(self) -> tuple[Inequality, ...]:
        """What it says, as inequalities without free variables."""
        return self.instances or (self,)

    @property
    def text(self) -> str:
        """The inequality as `lpc fmt` writes it."""
        return f"{self.sides[0]} {self.op} {self.sides[1]}"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class SumEquation:
    """An equation that is claimed or defined with sums, values or quantities in it."""

    left: Summation
    right: Summation
    name: str | None = None

    @property
    def text(self) -> str:
        """The equation as `lpc fmt` writes it."""
        return f"{self.left} = {self.right}"

    def __str__(self) -> str:
        return self.name or self.text


@dataclass(frozen=True, slots=True)
class Claim:
    """`claim "label" : NAMES entail FORMULA`, or `do not entail` when `entails` is false."""

    label: str | None
    names: tuple[str, ...]
    entails: bool
    formula: Formula | Inequality | SumEquation
    expect: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Model:
    """`model NAME "note" { … }`: statements that give variables their values, in order.

    `names` are the variables with a value, fresh ones included, composites as their atoms. A
    `quantum` block is a model too; then `experiment` says what is done.
    """

    name: str
    note: str
    program: Program
    names: tuple[str, ...]
    span: Span
    experiment: Experiment | None = None

    @property
    def open(self) -> tuple[str, ...]:
        """The angles that are left open."""
        return self.experiment.open if self.experiment else ()


@dataclass(frozen=True, slots=True)
class ModelClaim:
    """A claim on a model; `kind` says which.

    "satisfies", "violates": each of `names`, whose places are `places`.
    "value": `quantity` of the model stands in relation `op` to `value`.
    "local": the model is local in `where`, the word "spacetime" or "causal", or regions.
    `text` is the claim as `lpc fmt` writes it, `left` the quantity alone.
    """

    label: str | None
    model: str
    kind: str
    text: str
    expect: str | None
    span: Span
    left: str = ""
    names: tuple[str, ...] = ()
    places: tuple[Span, ...] = ()
    quantity: Expression | None = None
    op: str = "="
    value: Expression | None = None
    where: tuple[str, ...] = ()


Item = Derivation | Rewrite | Claim | ModelClaim


@dataclass(frozen=True, slots=True)
class Document:
    """One `.lpc` file after parsing and semantic checks.

    `variables` holds the atoms and the composites in order of declaration; `composites`
    expands them. `equations` are the definitions with sums, values or quantities in them. At most
    one of `scene` and `graph` is set. `source` is the text itself, for excerpts in messages.
    `errors` says what is wrong with the file: the document then holds what does not depend on it,
    and `unchecked` lists the items that do.
    """

    path: str
    source: str
    title: str | None
    reference: str | None
    variables: tuple[Variable, ...]
    composites: Composites
    scene: Scene | None
    graph: CausalGraph | None
    assumptions: Mapping[str, Assumption]
    definitions: Mapping[str, Assumption]
    items: tuple[Item, ...]
    warnings: tuple[Diagnostic, ...] = ()
    models: Mapping[str, Model] = field(default_factory=lambda: MappingProxyType({}))
    quantities: Mapping[str, Quantity] = field(default_factory=lambda: MappingProxyType({}))
    equations: Mapping[str, SumEquation] = field(default_factory=lambda: MappingProxyType({}))
    errors: tuple[Diagnostic, ...] = ()
    unchecked: tuple[Diagnostic, ...] = ()

    @property
    def shown(self) -> str:
        """The name of the file as it may be shown; `path` is the one to open it by."""
        return visible(self.path)
