"""Steps between sums of products: their proofs, what each factor loses, and models against them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lpc.checker.context import SHARE, Context
from lpc.checker.countermodel import find_model, tell
from lpc.checker.evidence import present
from lpc.checker.removals import Written, find_path, find_removals
from lpc.kernel.evaluate import shown
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.sum_models import sum_failure
from lpc.kernel.sums import SumMove
from lpc.logic import Conditional, Independence, Probability, Product, Statement
from lpc.logic.slots import is_held, variable_of, variables_of
from lpc.logic.sums import Summation, free_slots, set_apart
from lpc.report.results import Broken, Countermodel, Evidence, ProofLine, Removal
from lpc.search.minimal import minimal_sets
from lpc.search.sums import SumProved, comparisons, find_sum_proof

Names = tuple[str, ...]

MODELS = 0.4
"""The part of an item's time that one engine may take to find a model."""

INTEGRAL_NOTE = (
    "the integral is treated as a sum: every rule used holds for any probability measure"
)


@dataclass(frozen=True, slots=True)
class SumStep:
    """An equation between two summations, and the assumptions in scope."""

    context: Context
    left: Summation
    right: Summation
    scope: Names

    @classmethod
    def create(cls, context: Context, left: Summation, right: Summation, scope: Names) -> SumStep:
        """The equation with copies of what is summed over on one side and free on the other."""
        free = free_slots((*left.terms, *right.terms))
        one, two = (replace(side, terms=set_apart(side.terms, free)) for side in (left, right))
        return cls(context, one, two, scope)

    @property
    def notes(self) -> Names:
        """What the report says beside the verdict."""
        return (INTEGRAL_NOTE,) if self.left.integral or self.right.integral else ()

    @property
    def text(self) -> str:
        """The equation as written."""
        return f"{self.left} = {self.right}"

    def proved(self, names: Iterable[str]) -> SumProved | None:
        """A replayed proof from some assumptions, or None."""
        return find_sum_proof(
            self.context.theory(names), self.left.terms, self.right.terms, self.context.alphabets
        )

    def sufficient(self, names: Names, given: Names = ()) -> tuple[Names, ...]:
        """The minimal sets of names that prove the step beside what is given."""

        def suffices(chosen: frozenset[str]) -> bool:
            return self.proved(chosen.union(given)) is not None

        result = minimal_sets(names, suffices, self.context.effort.share(SHARE).tick)
        self.context.cut_short = self.context.cut_short or not result.complete
        return tuple(tuple(n for n in names if n in one) for one in result.found)

    def would_do(self) -> tuple[Names, ...]:
        """Minimal sets of the file's other assumptions that would license the step."""
        others = tuple(n for n in self.context.document.assumptions if n not in self.scope)
        return self.sufficient(others, self.scope)

    def evidence(self, names: Names) -> Evidence | None:
        """The proof from some assumptions as it is shown."""
        proved = self.proved(names)
        if proved is None:
            return None
        shown_ = present(self.context, names, proved.products)
        last = self._last_line(proved, shown_)
        return replace(shown_, lines=(*shown_.lines, last), sums=proved.proof)

    def _last_line(self, proved: SumProved, products: Evidence) -> ProofLine:
        conclusions = {self.context.show_statement(p.theorem.conclusion) for p in proved.products}
        used = [k for k, x in enumerate(products.lines, 1) if x.statement in conclusions]
        moves = (*proved.proof.left, *proved.proof.right)
        return ProofLine(self.text, self._rule(moves), tuple(used))

    def _rule(self, moves: Iterable[SumMove]) -> str:
        moves = tuple(moves)
        if any(m.kind == "spell out" for m in moves):
            return "the sum over all values, written out"
        rule = "total probability" if moves else "algebra"
        held = any(map(is_held, free_slots((*self.left.terms, *self.right.terms))))
        return f"{rule}, at these values" if held else rule

    def positive(self) -> tuple[str, ...]:
        """The events over free variables that must have positive probability, largest only."""
        every = (*self.left.terms, *self.right.terms)
        sets = {f.given for t in every for f in t.factors if f.given and not f.given & t.bound}
        largest = sorted((s for s in sets if not any(s < t for t in sets)), key=sorted)
        return tuple(f"P({self._show(s)})" for s in largest)

    def _show(self, slots: Iterable[str]) -> str:
        """A set of slots: the variables as ever, those at a value in their places."""
        order = {name: k for k, name in enumerate(self.context.document.composites.order)}
        free = self.context.document.composites.fold(s for s in slots if not is_held(s))
        names = (*free, *filter(is_held, slots))
        return ", ".join(sorted(names, key=lambda s: (order.get(variable_of(s), len(order)), s)))

    # What each factor loses.

    def removals(self) -> tuple[Removal, ...]:
        """The removals in every pair of summands, each once."""
        found: dict[Removal, None] = {}
        for equation in comparisons(self.left.terms, self.right.terms):
            path = find_path(self.context, equation, self.scope)
            left, right = map(self._product, (equation.left, equation.right))
            written = Written(left, right, equation)
            found.update(dict.fromkeys(find_removals(self.context, written, self.scope, path)))
        return tuple(found)

    def _product(self, factors: Iterable[Conditional]) -> Product:
        return Product(tuple(map(self._factor, factors)))

    def _factor(self, factor: Conditional) -> Probability:
        fold = self.context.document.composites.fold
        return Probability(fold(factor.event), fold(factor.given))

    # Models against it.

    def refutation(self) -> tuple[Countermodel | None, str]:
        """A verified model of everything in scope in which the sums differ, and what was tried."""
        found, tried = find_model(
            self.context,
            self.scope,
            self._goals(),
            breaks=self._breaks,
            each=lambda: self.context.effort.share(MODELS).tick,
        )
        return (None, tried) if found is None else (self._told(found.model, found.engine), tried)

    def _goals(self) -> tuple[Statement, ...]:
        """What a model must break to have a chance: some pair of summands, or anything at all."""
        identity = self.context.theory(())
        pairs = comparisons(self.left.terms, self.right.terms)
        goals = tuple(goal for goal in pairs if identity.prove(goal) is None)
        if goals:
            return goals
        names = variables_of(s for t in (*self.left.terms, *self.right.terms) for s in t.names)
        return tuple(Independence.create((n,), (n,)) for n in sorted(names))

    def _breaks(self, model: FiniteModel) -> bool:
        try:
            return sum_failure(model, self.left.terms, self.right.terms) is not None
        except ModelError:
            return False

    def _told(self, model: FiniteModel, engine: str) -> Countermodel | None:
        failure = sum_failure(model, self.left.terms, self.right.terms)
        if failure is None:
            return None
        point = failure.point.items()
        where = ", ".join(f"{n} = {shown(v)}" for n, v in point if not is_held(n))
        at = f" at {where}" if where else ""
        broken = Broken(
            self.text, f"{self.left}{at}", shown(failure.left), str(self.right),
            shown(failure.right),
        )  # fmt: skip
        return replace(tell(self.context, self.scope, model, None, engine), broken=broken)
