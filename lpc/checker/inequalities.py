"""Claims that assumptions entail an inequality: roads by way of hidden variables, and models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, islice, product

from lpc.checker.context import SHARE, Context
from lpc.checker.countermodel import tell
from lpc.checker.evidence import find_evidence
from lpc.checker.locality import obeys_local_causality
from lpc.kernel.evaluate import Undefined, shown
from lpc.kernel.inequalities import (
    BoundError,
    LinearForm,
    Mixture,
    Vertex,
    linear_forms,
    mixture_goals,
    verified_bound,
    vertices,
)
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.quantities import Measure, variables_of
from lpc.language.document import Inequality
from lpc.logic import Statement
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError
from lpc.report.results import Broken, Countermodel, Evidence, ProofLine
from lpc.search.minimal import minimal_sets
from lpc.search.models.boxes import Box, boxes, filled
from lpc.search.models.problem import atoms_of

Names = tuple[str, ...]

MAX_HIDDEN = 8
MAX_OWNERS = 4096
MAX_ROADS = 300
MAX_MODELS = 200
MOST_VARYING = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Road:
    """Hidden variables given which the quantity is an average of products, and what that needs."""

    mixture: Mixture
    goals: tuple[Statement, ...]
    needs: tuple[Names, ...]


@dataclass(slots=True)
class InequalityClaim:
    """One inequality and the assumptions named in the claim.

    Raises: BoundError when the inequality is not linear in probabilities.
    """

    context: Context
    inequality: Inequality
    scope: Names
    forms: tuple[LinearForm, ...] = field(init=False)
    outcomes: frozenset[str] = field(init=False)
    settings: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        left, op, right = self.inequality.left, self.inequality.op, self.inequality.right
        if op in (">=", ">"):
            left, right = right, left
        document = self.context.document
        self.forms = linear_forms(
            e.Plus((("+", left), ("-", right))),
            document.quantities,
            self.context.alphabets,
            document.composites,
        )
        self.outcomes = frozenset(n for f in self.forms for n in f.outcomes)
        self.settings = tuple(dict.fromkeys(n for f in self.forms for n in f.settings))

    # Roads.

    def roads(self) -> tuple[Road, ...]:
        """Every choice of hidden variables that works, with its minimal sets of assumptions."""
        found: list[Road] = []
        for mixture in islice(self._mixtures(), MAX_ROADS):
            goals = self._goals(mixture)
            theory = self.context.theory(self.scope)
            if goals is None or not all(map(theory.proves, goals)):
                continue
            if any(road.mixture.hidden == mixture.hidden for road in found):
                continue
            needs = self._sufficient(goals)
            if needs:
                found.append(Road(mixture, goals, needs))
        return tuple(found)

    def _sufficient(self, goals: tuple[Statement, ...]) -> tuple[Names, ...]:
        def suffices(names: frozenset[str]) -> bool:
            theory = self.context.theory(names)
            return all(map(theory.proves, goals))

        result = minimal_sets(self.scope, suffices, self.context.watch.share(SHARE).tick)
        self.context.cut_short = self.context.cut_short or not result.complete
        return tuple(tuple(n for n in self.scope if n in one) for one in result.found)

    def _goals(self, mixture: Mixture) -> tuple[Statement, ...] | None:
        try:
            every = [goal for form in self.forms for goal in mixture_goals(form, mixture)]
        except BoundError:
            return None
        return tuple(dict.fromkeys(every))

    def _mixtures(self) -> Iterator[Mixture]:
        """Hidden variables, few first, for every way to divide the settings that bounds enough."""
        given = {n for f in self.forms for n in (*f.settings, *f.context)}
        order = self.context.document.composites.order
        rest = self.context.declared_atoms - self.outcomes - given
        pool = sorted(rest, key=lambda n: (order.index(n) if n in order else len(order), n))
        pool = [n for n in pool if self._matters(n)][:MAX_HIDDEN]
        owners = [o for o in self.owners() if self._is_enough(o)]
        for size in range(len(pool) + 1):
            for hidden in combinations(pool, size):
                for owner in owners:
                    yield Mixture(frozenset(hidden), owner)

    def _matters(self, name: str) -> bool:
        return any(name in atoms_of(s) for x in self.scope for s in self.context.statements(x))

    def owners(self) -> list[tuple[tuple[str, str], ...]]:
        """Ways to give each setting to one outcome, those that spread them evenly first."""
        outcomes = sorted(self.outcomes)
        if len(outcomes) ** len(self.settings) > MAX_OWNERS:
            return []
        every = product(outcomes, repeat=len(self.settings))
        found = [tuple(zip(self.settings, one, strict=True)) for one in every]
        found.sort(key=lambda o: max(Counter(x for _, x in o).values(), default=0))
        return [o for o in found if self._goals(Mixture(frozenset(), o)) is not None]

    def _is_enough(self, owner: tuple[tuple[str, str], ...]) -> bool:
        return all(self._within(v.value) for v in self.best(owner))

    def best(self, owner: tuple[tuple[str, str], ...]) -> list[Vertex]:
        """The best vertex of each form."""
        mixture = Mixture(frozenset(), owner)
        found = []
        for form in self.forms:
            every = vertices(form, mixture, self.context.alphabets)
            found.append(max(every, key=lambda v: v.value))
            self.context.watch.tick()
        return found

    def _within(self, value: object) -> bool:
        strict = self.inequality.op in ("<", ">")
        return value < 0 if strict else value <= 0  # type: ignore[operator]

    # Evidence.

    def proved(self, roads: tuple[Road, ...]) -> tuple[tuple[Evidence, Road], ...]:
        """A proof for each minimal set of assumptions over all roads."""
        every = {names: road for road in reversed(roads) for names in road.needs}
        sets = [frozenset(names) for names in every]
        minimal = [n for n in every if not any(s < frozenset(n) for s in sets)]
        minimal.sort(key=lambda n: (len(n), [self.scope.index(x) for x in n]))
        found = ((self._evidence(names, every[names]), every[names]) for names in minimal)
        return tuple((one, road) for one, road in found if one is not None)

    def _evidence(self, names: Names, road: Road) -> Evidence | None:
        base = find_evidence(self.context, names, road.goals)
        theory = self.context.theory(names)
        proved = [theory.prove(goal) for goal in road.goals]
        theorems = tuple(p.theorem for p in proved if p is not None)
        if base is None or len(theorems) < len(proved):
            return None
        alphabets = self.context.alphabets
        bounds = [verified_bound(f, road.mixture, alphabets, theorems) for f in self.forms]
        if not all(self._within(b.best.value) for b in bounds):
            return None
        shown_ = {self.context.show_statement(g) for g in road.goals}
        used = tuple(k for k, x in enumerate(base.lines, 1) if x.statement in shown_)
        hidden = self.context.show(road.mixture.hidden)
        rule = f"average over {hidden}, bounded at {bounds[0].count} vertices"
        last = ProofLine(self.inequality.text, rule, used)
        return Evidence(names, (*base.lines, last), base.proofs, mixture=road.mixture)

    def notes(self, proved: tuple[tuple[Evidence, Road], ...]) -> Names:
        """The argument in words, and the vertex table in short."""
        lines = []
        for one, road in proved:
            hidden = self.context.show(road.mixture.hidden)
            names = ", ".join(one.names) or "nothing"
            lines.append(f"given {hidden} the results factorize and {hidden} is free of the "
                         f"settings: by {names}")  # fmt: skip
        if not proved:
            return ()
        road = proved[0][1]
        hidden = self.context.show(road.mixture.hidden)
        lines.append(
            f"the quantity is then an average with weights P({hidden}{self._bar()}) ≥ 0 that sum "
            "to 1, of what is linear in each response and so largest at a vertex"
        )
        form = self.forms[0]
        counts = Counter(v.value for v in vertices(form, road.mixture, self.context.alphabets))
        table = ", ".join(f"{x} ({n} times)" for x, n in sorted(counts.items()))
        lines.append(f"left side minus right side at the vertices, first sign: {table}")
        best = self.best(road.mixture.owner)[0]
        told = ", ".join(
            f"{name}({', '.join(shown(v) for _, v in own)}) = {shown(value)}"
            for name, own, value in best.strategy
        )
        lines.append(f"largest at {told}")
        return tuple(lines)

    def _bar(self) -> str:
        context = self.forms[0].context
        return f" | {self.context.show(context)}" if context else ""

    # Models.

    def refutation(self) -> tuple[Countermodel | None, str]:
        """A verified model of everything in scope that breaks the inequality."""
        count = 0
        for model in self._candidates():
            count += 1
            broken = self._breaks(model)
            if broken is not None and self._obeys(model):
                told = tell(self.context, self.scope, model, None, "boxes")
                return replace(told, broken=broken), ""
        return None, f"boxes: {count} models"

    def _candidates(self) -> Iterator[FiniteModel]:
        local = self.context.assumes_local_causality(self.scope)
        theory = self.context.theory(self.scope)
        facts = [f.statement for f in theory.facts if atoms_of(f.statement) <= self._observed]
        wanted = self._variables(local)
        best = [v for owner in self.owners()[:4] for v in self.best(owner)]
        tick, alphabets = self.context.watch.tick, self.context.alphabets
        large: list[Box] = []
        for form in self.forms:
            own = [v for v in best if {n for n, _, _ in v.strategy} >= set(form.outcomes)]
            for box in boxes(form, alphabets, own[:8]):
                first = next(filled(box, (), (), alphabets, 0, tick), None)
                if first is not None and self._is_large(first):
                    large.append(box)
        for most in (*MOST_VARYING, len(wanted)):
            for box in large:
                others = [n for n in wanted if n not in box.columns]
                yield from islice(filled(box, others, facts, alphabets, most, tick), MAX_MODELS)

    @property
    def _observed(self) -> frozenset[str]:
        return self.context.declared_atoms

    def _variables(self, local: bool) -> Names:
        """The variables that a model must give values to."""
        statements = chain.from_iterable(self.context.statements(n) for n in self.scope)
        atoms = frozenset[str]().union(*map(atoms_of, statements))
        graph = self.context.graph() if local else None
        if graph is not None:
            atoms |= frozenset(graph.nodes) - graph.latents
        document = self.context.document
        sides = (self.inequality.left, self.inequality.right)
        atoms |= variables_of(sides, document.quantities, document.composites)
        order = document.composites.order
        return tuple(
            sorted(atoms & self._observed, key=lambda n: (order.index(n) if n in order else 999, n))
        )

    def _is_large(self, model: FiniteModel) -> bool:
        """Whether a box can break the inequality, as far as its linear forms tell."""
        for form in self.forms:
            total = form.constant
            for coefficient, (event, given) in form.terms:
                below = model.probability(dict(given), frozenset(n for n, _ in given))
                both = dict(event) | dict(given)
                if below == 0:
                    break
                total += coefficient * model.probability(both, frozenset(both)) / below
            else:
                if not self._within(total):
                    return True
        return False

    def _breaks(self, model: FiniteModel) -> Broken | None:
        """The two sides in the model, where both are defined and the inequality fails."""
        document = self.context.document
        measure = Measure(
            composites=document.composites,
            tick=self.context.watch.tick,
            model=model,
            quantities=document.quantities,
        )
        try:
            sides = [measure.value(x, {}) for x in (self.inequality.left, self.inequality.right)]
            if any(isinstance(side, Undefined) for side in sides):
                return None
            node = e.Compare(self.inequality.left, self.inequality.op, self.inequality.right)
            if measure.compare(node, sides[0], self.inequality.op, sides[1]):
                return None
        except (EvaluationError, ModelError):
            return None
        left, right = self.inequality.sides
        return Broken(self.inequality.text, left, shown(sides[0]), right, shown(sides[1]))

    def _obeys(self, model: FiniteModel) -> bool:
        """The kernel's word on every premise, local causality with its latents included."""
        context = self.context
        if context.assumes_local_causality(self.scope):
            if obeys_local_causality(context, model) is not True:
                return False
            known = set(context.local_causality())
        else:
            known = set()
        premises = (s for name in self.scope for s in context.statements(name) if s not in known)
        return all(map(model.holds, premises))
