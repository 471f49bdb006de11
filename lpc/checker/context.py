"""What the names of a document stand for, and the theories made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from lpc.kernel.models import FiniteModel
from lpc.language.document import Assumption, Document
from lpc.logic import (
    CommonCauses,
    Conditional,
    Conjunction,
    Formula,
    Independence,
    LocalCausality,
    Monomials,
    Reference,
    Statement,
    Value,
)
from lpc.logic.effort import Cache, Effort, EffortSpent, LimitReached
from lpc.logic.expand import statements_of
from lpc.logic.statements import atoms_of
from lpc.search.circuits import CircuitSearch
from lpc.search.closure import TooManyVariables
from lpc.search.minimal import minimal_sets
from lpc.search.proofs import Fact
from lpc.search.reading import read_equation
from lpc.search.theory import Theory
from lpc.spacetime import (
    CausalGraph,
    CommonCause,
    Refusal,
    Screening,
    causal_graph,
    common_causes,
    local_causality_with_states,
    markov_premises,
    state_name,
    unnamed_moments,
    why_not,
    why_not_common,
)
from lpc.spacetime.numbers import Number

Atoms = frozenset[str]
Names = tuple[str, ...]
T = TypeVar("T")

SHARE = 0.2
"""The part of the effort left that one search for minimal sets may take."""
MAX_JUDGED = 256


@dataclass(slots=True)
class Context:
    """A document with its assumptions as statements over atoms; theories are kept by name set."""

    document: Document
    effort: Effort = field(default_factory=Effort)
    _theories: Cache = field(default_factory=dict)
    _readings: Cache = field(default_factory=dict)
    _statements: Cache = field(default_factory=dict)
    cut_short: bool = False
    bounds: Cache = field(default_factory=dict)
    """The file's quantities with bounds that strategies obey, once they are found."""
    proved: Cache = field(default_factory=dict)
    """Which inequalities follow from what, as `lpc.checker.violations` found out."""
    _in_vain: dict[str, tuple[int | None, LimitReached]] = field(default_factory=dict)
    """The effort that was left when asking for one of these ended in vain; None: for all time."""
    _drawn: Cache = field(default_factory=dict)
    """What the principles say in the document's spacetime."""
    _graph: CausalGraph | None = None
    _formulas: dict[str, Assumption] | None = None
    _named: dict[str, Formula] | None = None
    _declared: frozenset[str] | None = None
    _circuits: CircuitSearch | None = None
    states: tuple[Number, ...] = ()
    """Moments at which proofs may speak of the state of all of space (`spacetime.auxiliary`)."""
    _widened: Context | None = None
    judged: Cache = field(default_factory=dict)
    """What `lpc.checker.locality` has found of models."""
    _refusals: Cache = field(default_factory=dict)

    @property
    def formulas(self) -> dict[str, Assumption]:
        """Assumptions and definitions by name, in order of declaration."""
        if self._formulas is None:
            self._formulas = {**self.document.assumptions, **self.document.definitions}
        return self._formulas

    @property
    def local_causality_names(self) -> Names:
        """The assumptions that say local causality."""
        return tuple(
            name
            for name, assumption in self.document.assumptions.items()
            if isinstance(assumption.formula, LocalCausality)
        )

    @property
    def common_cause_names(self) -> Names:
        """The assumptions that say common causes."""
        return tuple(
            name
            for name, assumption in self.document.assumptions.items()
            if isinstance(assumption.formula, CommonCauses)
        )

    def start(self) -> None:
        """Begin an item: its effort counts from here."""
        self.effort.start()
        if len(self.judged) >= MAX_JUDGED:
            self.judged.clear()

    @property
    def screenings(self) -> tuple[Screening, ...]:
        """All that local causality says in the document's spacetime."""
        scene = self.document.scene
        if scene is None:
            return ()
        return self._asked(
            "local causality",
            lambda: local_causality_with_states(scene, self.states, self.effort.stretch),
        )

    def _asked(self, principle: str, ask: Callable[[], T]) -> T:
        """What a principle says, asked once; in vain only once too, unless more effort is left."""
        before, left = self._in_vain.get(principle), self.effort.left
        if before is not None and (before[0] is None or (left is not None and left <= before[0])):
            raise before[1]
        try:
            return self.effort.recall(self._drawn, principle, ask)
        except LimitReached as error:
            self._in_vain[principle] = (left if isinstance(error, EffortSpent) else None), error
            raise

    def local_causality(self) -> tuple[Statement, ...]:
        """Bell's principle as statements, from the spacetime or from the causal graph."""
        if self.document.graph is not None:
            return markov_premises(self.document.graph)
        return tuple(s.independence for s in self.screenings)

    @property
    def causes(self) -> tuple[CommonCause, ...]:
        """What common causes say in the document's spacetime beside local causality."""
        scene = self.document.scene
        if scene is None:
            return ()
        return self._asked(
            "common causes",
            lambda: common_causes(scene, tuple(scene.places), self.effort.stretch),
        )

    def common_causes(self) -> tuple[Statement, ...]:
        """Reichenbach's principle as statements, those of local causality among them.

        In a causal graph it is the Markov condition, as local causality is.
        """
        found = (*self.local_causality(), *(c.independence for c in self.causes))
        return tuple(dict.fromkeys(found))

    def principle(self, common: bool) -> tuple[Statement, ...]:
        """The statements of common causes, or of local causality alone."""
        return self.common_causes() if common else self.local_causality()

    def why_not_common(self, x: Atoms, removed: Atoms, kept: Atoms) -> Refusal | None:
        """What is wanting for common causes to give X ⊥ removed | kept in the spacetime."""
        scene = self.document.scene
        if scene is None:
            return None
        return why_not_common(scene, x, removed, kept, show=self.show, tick=self.effort.stretch)

    def why_not(self, x: Atoms, removed: Atoms, kept: Atoms) -> Refusal | None:
        """What is wanting for local causality to give X ⊥ removed | kept in the spacetime."""
        scene = self.document.scene
        if scene is None:
            return None
        return self.effort.recall(
            self._refusals,
            (x, removed, kept),
            lambda: why_not(scene, x, removed, kept, show=self.show, tick=self.effort.stretch),
        )

    def graph(self) -> CausalGraph | None:
        """The causal graph: as declared, or as drawn from the spacetime, which decides nothing."""
        document = self.document
        if self._graph is None and document.graph is not None:
            self._graph = document.graph
        elif self._graph is None and document.scene is not None:
            self._graph = causal_graph(document.scene, tuple(document.scene.places))
        return self._graph

    def contexts(self, names: Iterable[str]) -> tuple[Context, ...]:
        """This context, and the one in which proofs may name what the file does not.

        The second is there where local causality in a spacetime is among the names: see
        `lpc.spacetime.auxiliary`.
        """
        scene = self.document.scene
        if scene is None or self.states or not self.assumes_local_causality(names):
            return (self,)
        if self._widened is None:
            moments = unnamed_moments(scene)
            self._widened = Context(self.document, self.effort, states=moments) if moments else self
        return (self,) if self._widened is self else (self, self._widened)

    def first(self, names: Iterable[str], ask: Callable[[Context], tuple[T, ...]]) -> tuple[T, ...]:
        """What is found without naming what the file does not, else with names for it."""
        for context in self.contexts(names):
            try:
                found = ask(context)
            except TooManyVariables:
                if context is self:
                    raise
                continue  # NB: with the states of slices there may be too many; without, not.
            if found:
                return found
        return ()

    @property
    def state_names(self) -> Names:
        """The names of those states."""
        return tuple(map(state_name, self.states))

    @property
    def circuits(self) -> CircuitSearch | None:
        """The search for circuits in the document's spacetime, None where there is none."""
        if self._circuits is None and self.document.scene is not None:
            self._circuits = CircuitSearch(self.document.scene)
        return self._circuits

    def markov(self) -> tuple[Statement, ...]:
        """The causal Markov condition of the graph, latents included."""
        graph = self.graph()
        return () if graph is None else markov_premises(graph)

    @property
    def declared_atoms(self) -> frozenset[str]:
        """The atoms that the document declares as variables or parts of some."""
        if self._declared is None:
            names = (v.name for v in self.document.variables)
            self._declared = self.document.composites.expand(names)
        return self._declared

    @property
    def alphabets(self) -> dict[str, tuple[Value, ...]]:
        """The values of the variables that declare them."""
        return {v.name: v.values for v in self.document.variables if v.values is not None}

    def expand(self, formula: Formula) -> tuple[Statement, ...]:
        """What a formula says over atoms."""
        if self._named is None:
            self._named = {name: a.formula for name, a in self.formulas.items()}
        named = self._named
        return statements_of(
            formula, self.document.composites, named, self.local_causality, self.common_causes
        )

    def breakable(self, formula: Formula) -> tuple[Statement, ...]:
        """Statements of which a model need break only one to break the formula.

        A model that breaks local causality breaks it with every value of the latents, so what
        speaks of a latent of a declared graph is not among them.
        """
        statements = self.expand(formula)
        graph = self.document.graph
        if graph is None or not self.says_local_causality(formula):
            return statements
        return tuple(s for s in statements if not atoms_of(s) & graph.latents)

    def says_local_causality(self, formula: Formula) -> bool:
        """Whether local causality is part of a formula, by way of the names in it.

        Common causes contain it.
        """
        match formula:
            case LocalCausality() | CommonCauses():
                return True
            case Reference(name):
                return self.says_local_causality(self.formulas[name].formula)
            case Conjunction(parts):
                return any(map(self.says_local_causality, parts))
        return False

    def says_common_causes(self, formula: Formula) -> bool:
        """Whether common causes are part of a formula, by way of the names in it."""
        match formula:
            case CommonCauses():
                return True
            case Reference(name):
                return self.says_common_causes(self.formulas[name].formula)
            case Conjunction(parts):
                return any(map(self.says_common_causes, parts))
        return False

    def assumes_common_causes(self, names: Iterable[str]) -> bool:
        """Whether common causes are part of some of the named assumptions or definitions.

        Models then have nothing that comes from past infinity.
        """
        return any(self.says_common_causes(self.formulas[name].formula) for name in names)

    def assumes_local_causality(self, names: Iterable[str]) -> bool:
        """Whether local causality is part of some of the named assumptions or definitions."""
        return any(self.says_local_causality(self.formulas[name].formula) for name in names)

    def may_prove(self, formula: Formula, names: Iterable[str]) -> bool:
        """False for a principle itself, unless the assumptions contain it.

        It is more than the independences drawn from it: a model must also extend to values of
        all latents, or be that of a circuit, which no set of independences says.
        """
        if self.document.graph is None and self.says_common_causes(formula):
            return self.assumes_common_causes(names)
        return not self.says_local_causality(formula) or self.assumes_local_causality(names)

    def statements(self, name: str) -> tuple[Statement, ...]:
        """What a name says over atoms."""
        return self.effort.recall(
            self._statements, name, lambda: self.expand(self.formulas[name].formula)
        )

    def theory(self, names: Iterable[str], *extra: Statement) -> Theory:
        """The theory of a set of names, with further statements if there are any."""
        key = frozenset(names), extra

        def create() -> Theory:
            ordered = [name for name in self.formulas if name in key[0]]
            statements = [*(s for name in ordered for s in self.statements(name)), *extra]
            return Theory.create(statements, self._read, self.effort)

        return self.effort.recall(self._theories, key, create)

    def holds(self, model: FiniteModel, statement: Statement) -> bool:
        """Whether a statement is true of a model; the kernel goes through all its outcomes."""
        self.effort.tick(len(model.support))
        return model.holds(statement)

    def sufficient(
        self,
        goals: tuple[Statement, ...],
        names: Iterable[str],
        given: Iterable[str] = (),
        formula: Formula | None = None,
    ) -> tuple[Names, ...]:
        """The minimal subsets of `names` that prove all goals, beside what is `given`.

        Sets `cut_short` when there may be others that were not found with the effort that was left.
        """
        order = tuple(dict.fromkeys(names))
        base = frozenset(given)

        def suffices(chosen: frozenset[str]) -> bool:
            if formula is not None and not self.may_prove(formula, base | chosen):
                return False
            theory = self.theory(base | chosen)
            return all(theory.proves(goal) for goal in goals)

        result = minimal_sets(order, suffices, self.effort.share(SHARE).tick)
        self.cut_short = self.cut_short or not result.complete
        return tuple(tuple(name for name in order if name in one) for one in result.found)

    def would_do(self, goals: tuple[Statement, ...], scope: Names) -> tuple[Names, ...]:
        """Minimal sets of the file's other assumptions that would close the gap."""
        others = [name for name in self.document.assumptions if name not in scope]
        return self.sufficient(goals, others, scope)

    def show(self, atoms: Iterable[str]) -> str:
        """A set of atoms by its declared names: composites folded, in order of declaration."""
        return ", ".join(self.document.composites.fold(atoms)) or "∅"

    def show_statement(self, statement: Statement) -> str:
        """A statement by its declared names."""
        match statement:
            case Independence(x, y, z):
                if statement.is_determination:
                    return f"{self.show(x)} determined by {self.show(z)}"
                one, two = sorted((x, y), key=self.rank)
                bar = f" | {self.show(z)}" if z else ""
                return f"{self.show(one)} ⊥ {self.show(two)}{bar}"
            case Monomials(left, right):
                return f"{self.show_product(left)} = {self.show_product(right)}"
        return f"positive {self.show(statement.atoms)}"

    def show_product(self, factors: Iterable[Conditional]) -> str:
        """A product of conditional probabilities by its declared names."""
        return " ".join(self.show_factor(f) for f in factors) or "1"

    def show_factor(self, factor: Conditional) -> str:
        """A conditional probability by its declared names."""
        bar = f" | {self.show(factor.given)}" if factor.given else ""
        return f"P({self.show(factor.event)}{bar})"

    def rank(self, atoms: frozenset[str]) -> tuple[int, ...]:
        """A sort key: the order of declaration."""
        order = {name: k for k, name in enumerate(self.document.composites.order)}
        return tuple(order.get(n, len(order)) for n in self.document.composites.fold(atoms))

    def _read(self, equation: Monomials) -> tuple[Fact, ...]:
        return self.effort.recall(
            self._readings, equation, lambda: read_equation(equation, self.effort.tick)
        )
