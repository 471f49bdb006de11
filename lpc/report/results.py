"""What a check found: plain data that every writer reads (DESIGN 3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lpc.kernel import Proof
from lpc.kernel.inequalities import Mixture
from lpc.kernel.models import FiniteModel
from lpc.kernel.sums import SumProof
from lpc.logic import Diagnostic, Independence
from lpc.logic.visible import visible
from lpc.spacetime.circuits import Circuit
from lpc.spacetime.numbers import Number

Names = tuple[str, ...]

MAX_LEFT = 40
"""A longer left side is not said twice."""


class Verdict(StrEnum):
    """Of a step: identity, licensed, refuted, undecided; of a claim: entailed, refuted, …

    Of a claim on a model: holds, fails, undecided.
    """

    IDENTITY = "identity"
    LICENSED = "licensed"
    ENTAILED = "entailed"
    REFUTED = "refuted"
    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"


class Status(StrEnum):
    """Of a file: everything as stated, something else found, or not checked at all."""

    OK = "ok"
    FINDINGS = "findings"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Failed:
    """An obligation that fails, with one sentence that says how, and the principle it is of."""

    obligation: str
    variables: Names
    message: str
    principle: str = "local causality"


@dataclass(frozen=True, slots=True)
class Removal:
    """What was dropped from one factor, and on what authority.

    `needs` are the minimal sets of assumptions in scope that license it, `would_do` those of
    the file's other assumptions that would if they were added. `atoms` are the three sets of
    the statement: X, what is dropped, what is kept. `lc_alone` says whether local causality
    would license it by itself, `lc_assumed` whether it is in scope; `cc_alone` and `cc_assumed`
    say the same of common causes, where the file states them.
    """

    factor: str
    removed: Names
    statement: str
    lc_alone: bool
    needs: tuple[Names, ...]
    would_do: tuple[Names, ...]
    failures: tuple[Failed, ...]
    open_path: str | None
    atoms: tuple[frozenset[str], frozenset[str], frozenset[str]] = (frozenset(),) * 3
    lc_assumed: bool = True
    cc_alone: bool = False
    cc_assumed: bool = False

    @property
    def by_locality(self) -> bool:
        """Whether local causality alone licenses it, and is assumed."""
        return self.lc_alone and self.lc_assumed

    @property
    def by_common_causes(self) -> bool:
        """Whether common causes license it, which are assumed, and local causality does not."""
        return self.cc_alone and self.cc_assumed and not self.by_locality

    @property
    def would_principle(self) -> str:
        """The principle that would license it alone, but is not assumed; "" if there is none."""
        return "local causality" if self.lc_alone else "common causes" if self.cc_alone else ""


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One line as shown: `rule` is a rule or an assumption's name, `premises` count from 1."""

    statement: str
    rule: str
    premises: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sufficient set of assumptions with the proof that the kernel replayed.

    `sums` is the proof of an equation between sums, `mixture` the average behind an inequality.
    `states` are the moments of the states of all of space that the proof speaks of although the
    file does not name them (`lpc.spacetime.auxiliary`).
    `besides` tells what is used that no name stands for: "local causality" where no assumption of
    the file says it, "what holds in the model".
    """

    names: Names
    lines: tuple[ProofLine, ...]
    proofs: tuple[Proof, ...] = field(repr=False)
    sums: SumProof | None = field(default=None, repr=False)
    mixture: Mixture | None = field(default=None, repr=False)
    states: tuple[Number, ...] = ()
    besides: Names = ()

    @property
    def sources(self) -> Names:
        """What the proof starts from, in words; nothing for the probability calculus alone."""
        return (*self.names, *self.besides)


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a model breaks a statement: two expressions that ought to be equal, and are not.

    `name` is the assumption or definition that says so, where a claim names one. `because` tells
    from what the statement follows, where it is none of those that the file makes: "LC entails".
    """

    statement: str
    left: str
    left_value: str
    right: str
    right_value: str
    name: str = ""
    because: str = ""

    @property
    def value(self) -> str:
        """The left side with its value, in few words."""
        short = len(self.left) <= MAX_LEFT
        return f"{self.left} = {self.left_value}" if short else f"its value is {self.left_value}"

    @property
    def is_bound(self) -> bool:
        """Whether a quantity exceeds a number."""
        return self.right == self.right_value


@dataclass(frozen=True, slots=True)
class Countermodel:
    """A finite model that the kernel has verified: it obeys the scope and breaks the goal.

    `sentences` tell it in words, `block` are the lines of a `model` block, `outcomes` list the
    values of `variables` with exact weights. `unknown` are names that the model says nothing of.
    `circuit` realises it where local causality in a spacetime is in scope.
    """

    engine: str
    sentences: tuple[str, ...]
    block: tuple[str, ...]
    broken: Broken | None
    satisfies: Names
    violates: Names
    unknown: Names
    chsh: str | None
    variables: Names
    outcomes: tuple[tuple[Names, str], ...]
    model: FiniteModel = field(repr=False)
    circuit: Circuit | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An independence that would license a removal, with the proof that uses it."""

    statement: str
    independence: Independence
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Gap:
    """A removal that is not licensed, and what would license it.

    `declare` is a line of the language, where the file declares nothing complete.
    """

    removal: str
    scope: Names
    suggestions: tuple[Suggestion, ...]
    declare: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination: a model of it, a proof that there is none, or neither."""

    holds: Names
    fails: Names
    model: Countermodel | None
    evidence: Evidence | None
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """All combinations of some assumptions, with others given throughout."""

    file: str
    names: Names
    given: Names
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RewriteStep:
    """One product of a rewriting and how it came from the one before."""

    product: str
    rule: str
    needs: Names
    licensed: bool


@dataclass(frozen=True, slots=True)
class VertexRow:
    """A value of a quantity, how many deterministic strategies have it, and one of them."""

    value: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class VertexTable:
    """The deterministic strategies by value, largest first; `more` values are left out."""

    title: str
    rows: tuple[VertexRow, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Item:
    """The result for one step, rewrite or claim.

    Of claims on models: `breaks` says where an equation fails, `value` is that of a quantity,
    `notes` are sentences about the rest, `circuit` shows that a model is locally causal. Of
    inequalities: `tables` are the vertex tables.
    """

    kind: str
    name: str | None
    index: int
    label: str | None
    line: int
    statement: str
    verdict: Verdict
    as_expected: bool
    expect: str | None
    entails: bool
    scope: Names
    needs: tuple[Names, ...]
    would_do: tuple[Names, ...]
    cited: Names
    words: Names
    removals: tuple[Removal, ...]
    evidence: tuple[Evidence, ...]
    rewriting: tuple[RewriteStep, ...]
    relies_on_positive: tuple[str, ...]
    tried: str
    model: Countermodel | None
    breaks: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()
    value: str | None = None
    tables: tuple[VertexTable, ...] = ()
    circuit: Circuit | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        from lpc.report.html import item_html

        return item_html(self)

    def _repr_latex_(self) -> str:
        from lpc.report.latex import item_latex

        return item_latex(self)


@dataclass(frozen=True, slots=True)
class Block:
    """The items that belong together in a report: a derivation, a rewrite, or one claim."""

    kind: str
    name: str | None
    note: str
    scope: Names
    start: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """The results for one file."""

    file: str
    title: str | None
    reference: str | None
    source: str = field(repr=False)
    assumptions: tuple[tuple[str, str], ...]
    local_causality: Names
    blocks: tuple[Block, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order of the file."""
        return tuple(item for block in self.blocks for item in block.items)

    @property
    def shown(self) -> str:
        """The name of the file as it may be shown; `file` is the one to open it by."""
        return visible(self.file)

    @property
    def status(self) -> Status:
        """`error` when the file could not be checked, `findings` when anything is not as stated."""
        severities = {d.severity.value for d in self.diagnostics}
        if "error" in severities:
            return Status.ERROR
        if "finding" in severities or not all(item.as_expected for item in self.items):
            return Status.FINDINGS
        return Status.OK

    def _repr_html_(self) -> str:
        from lpc.report.html import file_report_html

        return file_report_html(self)

    def _repr_latex_(self) -> str:
        from lpc.report.latex import file_report_latex

        return file_report_latex(self)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        """What a notebook stores: the text, the table, and the report as data."""
        from lpc.report.json import file_data

        return {
            "text/plain": str(self),
            "text/html": self._repr_html_(),
            "text/latex": self._repr_latex_(),
            "application/vnd.lpc.report+json": file_data(self),
        }

    def __str__(self) -> str:
        from lpc.report.text import render_file

        return render_file(self)


@dataclass(frozen=True, slots=True)
class Report:
    """The results of one run."""

    files: tuple[FileReport, ...]

    @property
    def exit_status(self) -> int:
        """0 all as stated, 1 findings, 2 some file could not be checked (DESIGN 3)."""
        statuses = {f.status for f in self.files}
        return 2 if Status.ERROR in statuses else 1 if Status.FINDINGS in statuses else 0
