"""Steps between sums of products: their proofs, what each factor loses, and models against them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lpc.checker.context import SHARE, Context
from lpc.checker.countermodel import pose, tell
from lpc.checker.evidence import present
from lpc.checker.removals import Written, find_path, find_removals
from lpc.kernel.evaluate import shown
from lpc.kernel.models import ModelError
from lpc.kernel.sums import SumMove, bound_and_free, sum_failure
from lpc.logic import Conditional, Monomials, Probability, Product
from lpc.logic.sums import Summation, Term
from lpc.report.results import Broken, Countermodel, Evidence, ProofLine, Removal
from lpc.search.limits import TimeUp
from lpc.search.minimal import minimal_sets
from lpc.search.models.problem import Found
from lpc.search.models.run import ENGINES
from lpc.search.sums import SumProved, find_sum_proof, likely_pairs

Names = tuple[str, ...]

MAX_MODELS = 40
"""Models that break some pair of summands; of these one may break the sum."""

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
        return find_sum_proof(self.context.theory(names), self.left.terms, self.right.terms)

    def sufficient(self, names: Names, given: Names = ()) -> tuple[Names, ...]:
        """The minimal sets of names that prove the step beside what is given."""

        def suffices(chosen: frozenset[str]) -> bool:
            return self.proved(chosen.union(given)) is not None

        result = minimal_sets(names, suffices, self.context.watch.share(SHARE).tick)
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
        return Evidence(names, (*shown_.lines, last), shown_.proofs, sums=proved.proof)

    def _last_line(self, proved: SumProved, products: Evidence) -> ProofLine:
        conclusions = {self.context.show_statement(p.theorem.conclusion) for p in proved.products}
        used = [k for k, x in enumerate(products.lines, 1) if x.statement in conclusions]
        moves = (*proved.proof.left, *proved.proof.right)
        return ProofLine(self.text, _rule(moves), tuple(used))

    def positive(self) -> tuple[str, ...]:
        """The events over free variables that must have positive probability, largest only."""
        every = (*self.left.terms, *self.right.terms)
        sets = {f.given for t in every for f in t.factors if f.given and not f.given & t.bound}
        largest = sorted((s for s in sets if not any(s < t for t in sets)), key=sorted)
        return tuple(f"P({self.context.show(s)})" for s in largest)

    # What each factor loses.

    def removals(self) -> tuple[Removal, ...]:
        """The removals in every pair of summands, each once."""
        found: dict[Removal, None] = {}
        for one, two in self.pairs():
            equation = Monomials(one.factors, two.factors)
            path = find_path(self.context, equation, self.scope)
            written = Written(self._product(one), self._product(two), equation)
            found.update(dict.fromkeys(find_removals(self.context, written, self.scope, path)))
        return tuple(found)

    def pairs(self) -> tuple[tuple[Term, Term], ...]:
        """The summands that would have to agree."""
        if bound_and_free(self.left.terms, self.right.terms):
            return ()
        return likely_pairs(self.left.terms, self.right.terms)

    def _product(self, term: Term) -> Product:
        return Product(tuple(map(self._factor, term.factors)))

    def _factor(self, factor: Conditional) -> Probability:
        fold = self.context.document.composites.fold
        return Probability(fold(factor.event), fold(factor.given))

    # Models against it.

    def refutation(self) -> tuple[Countermodel | None, str]:
        """A verified model of everything in scope in which the sums differ, and what was tried."""
        tried: list[str] = []
        for name, found in self._models(tried):
            try:
                failure = sum_failure(found.model, self.left.terms, self.right.terms)
            except ModelError:
                continue
            if failure is None:
                continue
            told = tell(self.context, self.scope, found.model, None, name)
            where = ", ".join(f"{n} = {shown(v)}" for n, v in failure.point.items())
            at = f" at {where}" if where else ""
            broken = Broken(
                self.text, f"{self.left}{at}", shown(failure.left), str(self.right),
                shown(failure.right),
            )  # fmt: skip
            return replace(told, broken=broken), name
        return None, "; ".join(tried) or "no pair of summands to tell apart"

    def _models(self, tried: list[str]) -> Iterator[tuple[str, Found]]:
        goals = tuple(Monomials(one.factors, two.factors) for one, two in self.pairs())
        identity = self.context.theory(())
        goals = tuple(g for g in goals if identity.prove(g) is None)
        if not goals:
            return
        problem = pose(self.context, self.scope, goals)
        for name, engine in ENGINES.items():
            count = 0
            try:
                for found in engine(problem, self.context.watch.share(SHARE).tick):
                    yield name, found
                    count += 1
                    if count == MAX_MODELS:
                        break
                tried.append(f"{name}: {count} models that tell summands apart, not the sums")
            except TimeUp as error:
                tried.append(f"{name}: {error}")


def _rule(moves: Iterable[SumMove]) -> str:
    return "total probability" if tuple(moves) else "algebra"
