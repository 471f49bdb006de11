"""Claims on models: what a model satisfies and violates, the values of quantities, locality.

`M satisfies X, Y` holds when each of them is true of M, `M violates X, Y` when each is false; a
conjunction is false when some part is. `M is local in spacetime` (or `in causal`) means: each
variable of M is a function of what lies in its causal past and of noise of its own, and what
correlations there are come from the common past. That is local causality, with values for all
latent variables. `M is local in R, S` says so of the variables that live inside these regions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace

from lpc.checker.context import Context
from lpc.checker.countermodel import sharpest, show_failure
from lpc.checker.locality import judge, with_constants
from lpc.checker.moments import sympy_agrees
from lpc.checker.quantum import OpenClaim
from lpc.checker.stated import stated
from lpc.checker.telling import failure
from lpc.exact import Cyclotomic, NumberError
from lpc.kernel.evaluate import Undefined, Value, shown
from lpc.kernel.families import family_measure
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.programs import run
from lpc.kernel.quantities import Measure, variables_of
from lpc.kernel.quantum import Family, experiment
from lpc.language.document import Document, Model, ModelClaim
from lpc.language.faults import diagnostic, missing
from lpc.logic import (
    CommonCauses,
    Conjunction,
    Diagnostic,
    Formula,
    LocalCausality,
    Reference,
    Severity,
    Span,
)
from lpc.logic import expressions as e
from lpc.logic.effort import LimitReached
from lpc.logic.expressions import EvaluationError, Experiment, Fault
from lpc.report.results import Broken, Evidence, Item, Verdict
from lpc.search.models.problem import atoms_of
from lpc.search.spectra import spectrum
from lpc.spacetime import Region, Scene
from lpc.spacetime.circuits import Circuit

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one claim: the verdict, where equations break, and what else to say.

    `circuit` realises the model where the claim says that it is locally causal.
    """

    verdict: Verdict
    breaks: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()
    value: str | None = None
    circuit: Circuit | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a formula is true of a model, None where that is open; where it breaks, and how it
    is known that it does.
    """

    truth: bool | None
    breaks: tuple[Broken, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    circuit: Circuit | None = None


UNCHECKED = Finding(Verdict.UNDECIDED)


@dataclass(slots=True)
class ModelChecker:
    """The models of a document, each evaluated once; `report` takes what goes wrong."""

    context: Context
    report: Callable[[Diagnostic], None]
    _models: dict[str, FiniteModel | None] = field(default_factory=dict)
    _families: dict[str, Family] = field(default_factory=dict)
    _derived_twice: set[str] = field(default_factory=set)
    _measures: dict[str, Measure] = field(default_factory=dict)

    def run_all(self) -> None:
        """Evaluate every model, so that mistakes show in models that nothing is claimed of."""
        for model in self.context.document.models.values():
            self.context.start()
            self._models[model.name] = self._run(model)

    def evaluated(self, name: str) -> FiniteModel | Family | None:
        """A model by name, a family where angles are left open; None if it cannot be run."""
        if name not in self._models:
            self._models[name] = self._run(self.context.document.models[name])
        return self._models[name] or self._families.get(name)

    def _experiment(self, model: Model, found: Experiment) -> FiniteModel | None:
        """The distribution of a `quantum` block; None, kept apart, where it leaves angles open."""
        context = self.context
        composites = context.document.composites
        tick = context.effort.tick
        family = experiment(found, context.alphabets, spectrum, composites, tick)
        if not family.open:
            return family.model()
        self._families[model.name] = family
        return None

    def _run(self, model: Model) -> FiniteModel | None:
        context = self.context
        composites = context.document.composites
        try:
            if model.experiment is not None:
                return self._experiment(model, model.experiment)
            return run(model.program, context.alphabets, composites, context.effort.tick)
        except EvaluationError as error:
            self.report(diagnostic(error))
        except NumberError as error:
            self.report(diagnostic(EvaluationError(Fault.BEYOND, model.span, error.reason)))
        except LimitReached as error:
            self._gave_up(error, model.span)
        return None

    def _gave_up(self, error: LimitReached, span: Span) -> None:
        self.report(Diagnostic(Severity.FINDING, "F504", str(error), span))

    def item(self, claim: ModelClaim) -> Item:
        """The verdict on one claim."""
        self.context.start()
        try:
            found = self._claim(claim)
        except EvaluationError as error:
            self.report(diagnostic(error))
            found = UNCHECKED
        except LimitReached as error:
            self._gave_up(error, claim.span)
            found = Finding(Verdict.UNDECIDED, notes=(str(error),))
        except ModelError as error:
            found = Finding(Verdict.UNDECIDED, notes=(str(error),))
        except NumberError as error:
            found = Finding(Verdict.UNDECIDED, notes=(f"beyond exact arithmetic: {error.reason}",))
        (said,) = stated(claim)
        return Item(
            **asdict(said),
            verdict=found.verdict,
            as_expected=found.verdict == (claim.expect or Verdict.HOLDS.value),
            expect=claim.expect,
            entails=True,
            needs=(),
            would_do=(),
            cited=(),
            words=(),
            removals=(),
            evidence=found.evidence,
            rewriting=(),
            relies_on_positive=(),
            tried="",
            model=None,
            breaks=found.breaks,
            notes=found.notes,
            value=found.value,
            circuit=found.circuit,
        )

    def _claim(self, claim: ModelClaim) -> Finding:
        if claim.model in self._families:
            return self._open(claim, self._families[claim.model])
        model = self._models.get(claim.model)
        if model is None:
            line = self.context.document.models[claim.model].span.line
            note = f"not checked: it depends on `{claim.model}` (line {line})"
            return Finding(Verdict.UNDECIDED, notes=(note,))
        match claim.kind:
            case "value":
                return self._value(claim, model)
            case "local":
                return self._local(claim, model)
            case _:
                return self._obeys(claim, model)

    # Satisfies and violates.

    def _obeys(self, claim: ModelClaim, model: FiniteModel) -> Finding:
        formulas = self.context.formulas
        complete = [
            self._has(model.names, claim, self._needed(formulas[name].formula), f"`{name}`", span)
            for name, span in zip(claim.names, claim.places, strict=True)
        ]
        if not all(complete):
            return UNCHECKED
        found = {name: self._truth(formulas[name].formula, model) for name in claim.names}
        wanted = claim.kind == "satisfies"
        known = [one.truth for one in found.values()]
        verdict = Verdict.HOLDS if all(truth is wanted for truth in known) else Verdict.UNDECIDED
        if any(truth is not None and truth is not wanted for truth in known):
            verdict = Verdict.FAILS
        against = [n for n, one in found.items() if one.truth is (not wanted)]
        notes = [f"{claim.model} {'violates' if wanted else 'satisfies'} {', '.join(against)}"]
        notes = notes if against and (len(found) > 1 or not wanted) else []
        open_ = [name for name, one in found.items() if one.truth is None]
        if open_:
            notes.append(f"{', '.join(open_)}: {_neither(self.context)}")
        failing = {name: one for name, one in found.items() if one.truth is False}
        breaks = tuple(
            replace(broken, name=name) for name, one in failing.items() for broken in one.breaks
        )
        shown_ = [one.circuit for one in found.values() if one.circuit is not None]
        circuit = shown_[0] if shown_ and verdict is Verdict.HOLDS else None
        evidence = _proofs(failing.values())
        return Finding(verdict, breaks, tuple(notes), evidence=evidence, circuit=circuit)

    def _truth(self, formula: Formula, model: FiniteModel) -> Known:
        """Whether a formula is true of a model, and where it breaks."""
        match formula:
            case LocalCausality():
                return self._locality(self.context, model)
            case CommonCauses():
                return self._locality(self.context, model, common=True)
            case Reference(name):
                return self._truth(self.context.formulas[name].formula, model)
            case Conjunction(parts):
                found = [self._truth(part, model) for part in parts]
                known = [one.truth for one in found]
                return Known(
                    False if False in known else None if None in known else True,
                    tuple(b for one in found for b in one.breaks),
                    _proofs(found),
                    next((one.circuit for one in found if one.circuit is not None), None),
                )
        statements = self.context.expand(formula)
        broken = [s for s in statements if not self.context.holds(model, s)]
        shown_ = (show_failure(self.context, model, sharpest(model, s)) for s in broken)
        return Known(not broken, tuple(shown_))

    def _locality(self, context: Context, model: FiniteModel, common: bool = False) -> Known:
        found = judge(context, model, common_causes=common)
        if found.broken is not None:
            full = with_constants(context, model)
            return Known(False, (show_failure(context, full, found.broken),))
        if found.violation is None:
            return Known(found.truth, circuit=found.circuit)
        violation = found.violation
        return Known(False, (failure(context, model, violation),), (violation.evidence,))

    def _needed(self, formula: Formula) -> frozenset[str]:
        """The atoms that a model must give values to before a formula can be tested."""
        match formula:
            case LocalCausality() | CommonCauses():
                return _of_graph(self.context)
            case Reference(name):
                return self._needed(self.context.formulas[name].formula)
            case Conjunction(parts):
                return frozenset().union(*map(self._needed, parts))
        return frozenset().union(*map(atoms_of, self.context.expand(formula)))

    def _has(
        self, names: Names, claim: ModelClaim, atoms: Iterable[str], what: str, span: Span
    ) -> bool:
        """Whether a model of these names has all these variables; reports those it has not."""
        without = self.context.document.composites.fold(set(atoms) - set(names))
        if without:
            self.report(missing(claim.model, without, what, span))
        return not without

    # Locality.

    def _local(self, claim: ModelClaim, model: FiniteModel) -> Finding:
        context = self.context
        document, scene = context.document, context.document.scene
        if scene is not None and claim.where != ("spacetime",):
            context, model = inside(document, scene, claim.where, model, self.context)
        if not self._has(model.names, claim, _of_graph(context), "this claim", claim.span):
            return UNCHECKED
        found = self._locality(context, model)
        if found.truth is None:
            return Finding(Verdict.UNDECIDED, notes=(_neither(context),))
        verdict = Verdict.HOLDS if found.truth else Verdict.FAILS
        return Finding(verdict, found.breaks, evidence=found.evidence, circuit=found.circuit)

    # Quantities.

    def _value(self, claim: ModelClaim, model: FiniteModel) -> Finding:
        if claim.quantity is None or claim.value is None:
            raise TypeError("a claim of a value has two sides")
        document = self.context.document
        sides = (claim.quantity, claim.value)
        atoms = variables_of(sides, document.quantities, document.composites)
        if not self._has(model.names, claim, atoms, "this claim", claim.span):
            return UNCHECKED
        measure = self._measure(claim.model, model)
        left, right = (measure.value(side, {}) for side in sides)
        for value in (left, right):
            if isinstance(value, Undefined):
                note = f"no value: it conditions on {value.event}, which never happens"
                return Finding(Verdict.FAILS, notes=(f"{note} in {claim.model}",))
        told = e.Compare(sides[0], claim.op, sides[1])
        good = measure.compare(told, left, claim.op, right)
        notes = () if good and claim.op == "=" else (f"the value is {_with_decimals(left)}",)
        return Finding(Verdict.HOLDS if good else Verdict.FAILS, (), notes, shown(left))

    def _open(self, claim: ModelClaim, family: Family) -> Finding:
        """A claim on a `quantum` block with open angles."""
        if claim.quantity is None or claim.value is None:
            angles = ", ".join(family.open)
            note = f"{claim.model} leaves {angles} open, so its variables have no distribution"
            return Finding(Verdict.UNDECIDED, notes=(note,))
        document = self.context.document
        sides = (claim.quantity, claim.value)
        atoms = variables_of(sides, document.quantities, document.composites)
        if not self._has((*family.names, *family.open), claim, atoms, "this claim", claim.span):
            return UNCHECKED
        measure = family_measure(
            family,
            composites=document.composites,
            tick=self.context.effort.tick,
            quantities=document.quantities,
        )
        found = OpenClaim(claim.model, claim.left, measure, sides[0], claim.op, sides[1]).decide()
        notes = (*found.notes, *self._second_derivation(claim.model, family))
        return Finding(found.verdict, (), notes, found.value)

    def _second_derivation(self, name: str, family: Family) -> tuple[str, ...]:
        """What is said when sympy comes to the same results, once for each block."""
        told = self.context.document.models[name].experiment
        if told is None or name in self._derived_twice:
            return ()
        self._derived_twice.add(name)
        if not sympy_agrees(told, family):
            return ()
        return (f"sympy finds the same for {name}: the moments of the results, without projectors",)

    def _measure(self, name: str, model: FiniteModel) -> Measure:
        if name not in self._measures:
            document = self.context.document
            self._measures[name] = Measure(
                composites=document.composites,
                tick=self.context.effort.tick,
                model=model,
                quantities=document.quantities,
            )
        return self._measures[name]


def _neither(context: Context) -> str:
    """What was looked for in vain when a model may or may not obey local causality."""
    sought = "a circuit" if context.document.graph is None else "values for the latent variables"
    return f"found neither {sought} nor a consequence that fails"


def _proofs(found: Iterable[Known]) -> tuple[Evidence, ...]:
    return tuple(evidence for one in found for evidence in one.evidence)


def _of_graph(context: Context) -> frozenset[str]:
    """The variables that local causality speaks of, latents left out."""
    graph = context.graph()
    return frozenset() if graph is None else frozenset(graph.nodes) - graph.latents


def inside(
    document: Document, scene: Scene, where: Names, model: FiniteModel, context: Context
) -> tuple[Context, FiniteModel]:
    """The document and the model with only those variables that live in some named regions."""
    region = Region(scene.space.dimension)
    for name in where:
        region = region | scene.regions[name]
    places = {atom: place for atom, place in scene.places.items() if place.is_subset(region)}
    outside = context.declared_atoms - set(places)
    names, table = model.table(frozenset(model.names) - outside)
    smaller = FiniteModel.create(names, table.items(), dict(model.alphabets))
    # NB: what is complete by variables that are left out is no one's specification here.
    complete = tuple(c for c in scene.complete if c.names <= set(places))
    inner = replace(document, scene=replace(scene, places=places, complete=complete))
    return Context(inner, context.effort), smaller


def _with_decimals(value: Value) -> str:
    if isinstance(value, Cyclotomic):
        return f"{value}, about {float(value):.6g}"
    return shown(value)
