"""Claims that assumptions entail an inequality: roads by way of hidden variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, combinations, islice, product

from lpc.checker.context import SHARE, Context
from lpc.checker.evidence import find_evidence
from lpc.exact import Number
from lpc.kernel.expansion import linear_pieces
from lpc.kernel.forms import BoundError, LinearForm, Piece, combined
from lpc.kernel.inequalities import (
    Bound,
    Mixture,
    best_vertex,
    mixture_goals,
    normalised_bound,
    verified_bound,
)
from lpc.language.document import Inequality
from lpc.logic import Statement
from lpc.logic import expressions as e
from lpc.report.results import Evidence, ProofLine
from lpc.search.means import saddle
from lpc.search.minimal import minimal_sets
from lpc.search.models.problem import atoms_of
from lpc.search.theory import Theory

Names = tuple[str, ...]
Owner = tuple[tuple[str, str], ...]

MAX_HIDDEN = 8
MAX_OWNERS = 4096
MAX_ROADS = 300


@dataclass(frozen=True, slots=True)
class Road:
    """Hidden variables given which the quantity is an average of products, and what that needs.

    `forms` has for each piece of the quantity the linear form that is bounded. Without a mixture
    nothing but normalisation is used.
    """

    mixture: Mixture | None
    forms: tuple[LinearForm, ...]
    goals: tuple[Statement, ...]
    needs: tuple[Names, ...]

    @property
    def hidden(self) -> frozenset[str]:
        """The hidden variables."""
        return self.mixture.hidden if self.mixture else frozenset()


@dataclass(frozen=True, slots=True)
class Proof:
    """A minimal set of assumptions with its proof, the road it takes and a bound per piece."""

    evidence: Evidence
    road: Road
    bounds: tuple[Bound, ...]


@dataclass(slots=True)
class InequalityClaim:
    """One inequality and the assumptions named in the claim.

    `given` are statements that may be used besides, each with what is said of it in a proof.
    `pieces` are those of the smaller side minus the larger, which is claimed to be at most 0.
    Raises: BoundError when the inequality is not piecewise linear in probabilities.
    """

    context: Context
    inequality: Inequality
    scope: Names
    given: Mapping[Statement, str] = field(default_factory=dict)
    pieces: tuple[Piece, ...] = field(init=False)
    outcomes: frozenset[str] = field(init=False)
    settings: tuple[str, ...] = field(init=False)
    limits: dict[str, None] = field(default_factory=dict)
    """What was left out because there was too much of it, in words."""

    def __post_init__(self) -> None:
        every = map(self._pieces, self.inequality.closed)
        self.pieces = tuple(dict.fromkeys(chain.from_iterable(every)))
        self.outcomes = frozenset(n for f in self.forms for n in f.outcomes)
        self.settings = tuple(dict.fromkeys(n for f in self.forms for n in f.settings))

    def _pieces(self, inequality: Inequality) -> tuple[Piece, ...]:
        left, op, right = inequality.left, inequality.op, inequality.right
        if op in (">=", ">"):
            left, right = right, left
        document = self.context.document
        return linear_pieces(
            e.Plus((("+", left), ("-", right))),
            document.quantities,
            self.context.alphabets,
            document.composites,
            self.context.effort.tick,
        )

    @property
    def forms(self) -> tuple[LinearForm, ...]:
        """The forms of all pieces."""
        return tuple(form for piece in self.pieces for form in piece)

    def within(self, value: Number) -> bool:
        """Whether a value of the smaller side minus the larger is as claimed."""
        return value < 0 if self.inequality.op in ("<", ">") else value <= 0

    def theory(self, names: Iterable[str]) -> Theory:
        """What some assumptions prove together with what is given."""
        return self.context.theory(names, *self.given)

    # Roads.

    def roads(self) -> tuple[Road, ...]:
        """Every choice of hidden variables that works, with its minimal sets of assumptions."""
        plain = self._normalised()
        if plain is not None:
            return (plain,)
        found: list[Road] = []
        theory = self.theory(self.scope)
        mixtures = self._mixtures()
        for mixture, forms in islice(mixtures, MAX_ROADS):
            goals = self._goals(mixture)
            if goals is None or not all(map(theory.proves, goals)):
                continue
            if any(road.hidden == mixture.hidden for road in found):
                continue
            needs = self._sufficient(goals)
            if needs:
                found.append(Road(mixture, forms, goals, needs))
        if next(mixtures, None) is not None:
            self._cut(f"only the first {MAX_ROADS} choices of hidden variables were looked at")
        return tuple(found)

    def road(self, mixture: Mixture) -> Road | None:
        """The road by way of given hidden variables, where it leads far enough."""
        goals, forms = self._goals(mixture), self._bounded(mixture.owner)
        theory = self.theory(self.scope)
        if goals is None or forms is None or not all(map(theory.proves, goals)):
            return None
        return Road(mixture, forms, goals, self._sufficient(goals))

    def least(self, owner: Owner) -> Number:
        """A value that no strategy exceeds, where each setting belongs to an outcome.

        Raises: BoundError.
        """
        mixture = Mixture(frozenset(), owner)
        alphabets, tick = self.context.alphabets, self.context.effort.tick
        bests = [
            [best_vertex(form, mixture, alphabets, tick)[0].value for form in piece]
            for piece in self.pieces
        ]
        return max(map(min, bests))

    def _cut(self, text: str) -> None:
        self.limits[text] = None
        self.context.cut_short = True

    def _normalised(self) -> Road | None:
        """The road that uses no assumption at all, where it leads far enough."""
        chosen = []
        for piece in self.pieces:
            mean = combined(piece, (Fraction(1, len(piece)),) * len(piece))
            form = next((form for form in (*piece, mean) if self._is_trivial(form)), None)
            if form is None:
                return None
            chosen.append(form)
        return Road(None, tuple(chosen), (), ((),))

    def _is_trivial(self, form: LinearForm) -> bool:
        try:
            bound = normalised_bound(form, self.context.alphabets, self.context.effort.tick)
        except BoundError:
            return False
        return self.within(bound.best.value)

    def _sufficient(self, goals: tuple[Statement, ...]) -> tuple[Names, ...]:
        def suffices(names: frozenset[str]) -> bool:
            theory = self.theory(names)
            return all(map(theory.proves, goals))

        result = minimal_sets(self.scope, suffices, self.context.effort.share(SHARE).tick)
        if not result.complete:
            self._cut("the search for minimal sets of assumptions was cut short")
        return tuple(tuple(n for n in self.scope if n in one) for one in result.found)

    def _goals(self, mixture: Mixture) -> tuple[Statement, ...] | None:
        try:
            every = [goal for form in self.forms for goal in mixture_goals(form, mixture)]
        except BoundError:
            return None
        return tuple(dict.fromkeys(every))

    def _mixtures(self) -> Iterator[tuple[Mixture, tuple[LinearForm, ...]]]:
        """Hidden variables, few first, for every way to divide the settings that bounds enough."""
        pool = self._pool()
        bounded = ((owner, self._bounded(owner)) for owner in self.owners())
        owners = [(owner, forms) for owner, forms in bounded if forms is not None]
        whole = [one for one in owners if len(one[0]) == len(self.settings)]
        # NB: last, where some setting makes no difference; that is seldom what is meant.
        for group in (whole, [one for one in owners if one not in whole]):
            for size in range(len(pool) + 1):
                for hidden in combinations(pool, size):
                    for owner, forms in group:
                        yield Mixture(frozenset(hidden), owner), forms

    def _pool(self) -> list[str]:
        """Variables that may be hidden: declared ones, then latents of a declared causal graph.

        Local causality says of such a latent that it has values, whatever they are, with which
        the Markov condition holds; so they serve as well as any λ. Latents that a spacetime's
        graph is drawn with are no such assertion: Bell's principle is about what is declared
        complete, and the drawing is only a picture of it.
        """
        given = {n for f in self.forms for n in (*f.settings, *f.context)}
        order = self.context.document.composites.order
        rest = self.context.declared_atoms - self.outcomes - given
        pool = sorted(rest, key=lambda n: (order.index(n) if n in order else len(order), n))
        graph = self.context.document.graph
        if graph is not None and (self.given or self.context.assumes_local_causality(self.scope)):
            pool += [n for n in graph.nodes if n in graph.latents and n not in given]
        pool += self.context.state_names
        pool = [n for n in dict.fromkeys(pool) if self._matters(n)]
        if len(pool) > MAX_HIDDEN:
            listed = ", ".join(pool[:MAX_HIDDEN])
            self._cut(f"only {listed} were tried as hidden variables")
        return pool[:MAX_HIDDEN]

    def _matters(self, name: str) -> bool:
        said = chain(self.given, *(self.context.statements(x) for x in self.scope))
        return any(name in atoms_of(s) for s in said)

    def owners(self) -> list[Owner]:
        """Ways to give each setting to one outcome, those that spread them evenly first.

        Then those in which some settings make no difference at all: no signalling.
        """
        choices: list[str | None] = [*sorted(self.outcomes), None]
        if len(choices) ** len(self.settings) > MAX_OWNERS:
            self._cut("there are too many ways to say which setting belongs to which result")
            return []
        every = product(choices, repeat=len(self.settings))
        pairs = (zip(self.settings, one, strict=True) for one in every)
        found = [tuple((s, o) for s, o in one if o is not None) for one in pairs]
        found.sort(key=lambda o: (-len(o), max(Counter(x for _, x in o).values(), default=0)))
        return [o for o in found if self._goals(Mixture(frozenset(), o)) is not None]

    def _bounded(self, owner: Owner) -> tuple[LinearForm, ...] | None:
        """For each piece a linear form that bounds it far enough, or None."""
        found = []
        for piece in self.pieces:
            try:
                form = self._bounding(piece, Mixture(frozenset(), owner))
            except BoundError as error:
                self._cut(error.reason)
                return None
            if form is None:
                return None
            found.append(form)
        return tuple(found)

    def _bounding(self, piece: Piece, mixture: Mixture) -> LinearForm | None:
        alphabets, tick = self.context.alphabets, self.context.effort.tick
        for form in piece:
            if self.within(best_vertex(form, mixture, alphabets, tick)[0].value):
                return form
        if len(piece) == 1:
            return None
        form = combined(piece, saddle(piece, mixture, alphabets, tick).forms)
        best = best_vertex(form, mixture, alphabets, tick)[0]
        return form if self.within(best.value) else None

    # Evidence.

    def proved(self, roads: tuple[Road, ...]) -> tuple[Proof, ...]:
        """A proof for each minimal set of assumptions over all roads."""
        every = {names: road for road in reversed(roads) for names in road.needs}
        sets = [frozenset(names) for names in every]
        minimal = [n for n in every if not any(s < frozenset(n) for s in sets)]
        minimal.sort(key=lambda n: (len(n), [self.scope.index(x) for x in n]))
        found = (self._proof(names, every[names]) for names in minimal)
        return tuple(one for one in found if one is not None)

    def _proof(self, names: Names, road: Road) -> Proof | None:
        alphabets, tick = self.context.alphabets, self.context.effort.tick
        if road.mixture is None:
            bounds = tuple(normalised_bound(f, alphabets, tick) for f in road.forms)
            rule = "normalisation: the best results at each choice of settings"
            evidence = Evidence((), (ProofLine(self.inequality.text, rule, ()),), ())
        else:
            theory = self.theory(names)
            proved = [theory.prove(goal) for goal in road.goals]
            theorems = tuple(p.theorem for p in proved if p is not None)
            base = find_evidence(self.context, names, road.goals, self.given)
            if base is None or len(theorems) < len(proved):
                return None
            bounds = tuple(
                verified_bound(f, road.mixture, alphabets, theorems, tick) for f in road.forms
            )
            lines = (*base.lines, self._last(base, road, bounds))
            evidence = replace(base, lines=lines, mixture=road.mixture)
        if not all(self.within(b.best.value) for b in bounds):
            return None
        return Proof(evidence, road, bounds)

    def _last(self, base: Evidence, road: Road, bounds: tuple[Bound, ...]) -> ProofLine:
        shown = {self.context.show_statement(goal) for goal in road.goals}
        used = tuple(k for k, x in enumerate(base.lines, 1) if x.statement in shown)
        over = f"average over {self.context.show(road.hidden)}, " if road.hidden else ""
        rule = f"{over}bounded at {bounds[0].count if bounds else 1} vertices"
        return ProofLine(self.inequality.text, rule, used)
