"""What a set of assumptions proves: premises in, proofs out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from lpc.kernel import RULES, Arguments, Line, Proof, RuleError, Theorem, replay
from lpc.kernel.vectors import conditions, monomial_vector
from lpc.logic import Independence, Monomials, Positivity, Statement
from lpc.logic.effort import Cache, Effort
from lpc.search.builder import Builder
from lpc.search.chains import Link, find_chain
from lpc.search.closure import Closure
from lpc.search.elementary import find_elementary_proof
from lpc.search.proofs import Fact, find_proof
from lpc.search.reading import is_equivalent, read_equation
from lpc.search.relevance import Relevant

SMALL = 10


@dataclass(slots=True)
class Theory:
    """The consequences of some statements, decided by closure and proved for the kernel.

    >>> mi = Independence.create("v", "bB", "aλ")
    >>> lc = Independence.create("Aa", "bB", "λv")
    >>> theory = Theory.create([lc, mi])
    >>> goal = Independence.create("A", "bB", "aλ")
    >>> theory.holds(goal), theory.prove(goal).theorem.conclusion == goal
    (True, True)
    """

    facts: tuple[Fact, ...]
    equations: tuple[Monomials, ...]
    positive: tuple[frozenset[str], ...]
    effort: Effort = field(default_factory=Effort)
    _closures: Cache = field(default_factory=dict)
    _chains: Cache = field(default_factory=dict)
    _proofs: Cache = field(default_factory=dict)

    @classmethod
    def create(
        cls,
        statements: Iterable[Statement],
        read: Callable[[Monomials], tuple[Fact, ...]] = read_equation,
        effort: Effort | None = None,
    ) -> Theory:
        """The theory of some hypotheses; equations are read as independences where possible."""
        effort = effort or Effort()
        facts: dict[Independence, Fact] = {}
        equations: list[Monomials] = []
        positive: list[frozenset[str]] = []
        for statement in dict.fromkeys(statements):
            match statement:
                case Independence():
                    if not statement.is_trivial:
                        facts[statement] = Fact.assumed(statement)
                case Positivity(atoms):
                    positive.append(atoms)
                case Monomials():
                    readings = read(statement)
                    for fact in readings:
                        facts.setdefault(fact.statement, fact)
                    if not is_equivalent(statement, readings, effort.tick):
                        equations.append(statement)
        return cls(tuple(facts.values()), tuple(equations), tuple(positive), effort)

    def holds(self, goal: Independence) -> bool:
        """Whether the goal follows by the semi-graphoid rules (and declared positivity).

        Raises: TooManyVariables when more than 20 variables matter.
        """
        if goal.is_trivial:
            return True
        relevant = Relevant.create((f.statement for f in self.facts), (goal,), self.positive, SMALL)
        return self._closure(relevant).holds(relevant.reduce(goal))

    def proves(self, goal: Statement) -> bool:
        """Whether the goal follows, as far as closure and chains can tell."""
        match goal:
            case Independence():
                return self.holds(goal)
            case Positivity(atoms):
                return any(atoms <= p for p in self.positive)
            case Monomials():
                return self.chain(goal) is not None

    def chain(self, goal: Monomials) -> tuple[Link, ...] | None:
        """Links from the left side of an equation to its right side."""
        if monomial_vector(goal.left) == monomial_vector(goal.right):
            return ()

        def find() -> tuple[Link, ...] | None:
            sets = {*monomial_vector(goal.left), *monomial_vector(goal.right), *conditions(goal)}
            asked = [Independence(s, frozenset(), frozenset()) for s in sorted(sets, key=sorted)]
            relevant = Relevant.create(
                (f.statement for f in self.facts), asked, self.positive, SMALL
            )
            closure = self._closure(relevant)
            return find_chain(
                goal,
                lambda s: closure.holds(relevant.reduce(s)),
                self.equations,
                self.positive,
                self.effort.tick,
            )

        return self.effort.recall(self._chains, goal, find)

    def prove(self, goal: Statement) -> Proved | None:
        """A proof that the kernel has replayed, or None."""

        def find() -> Proved | None:
            proof = self._find(goal) if self.proves(goal) else None
            return Proved.checked(proof, goal) if proof is not None else None

        return self.effort.recall(self._proofs, goal, find)

    def prove_chain(self, goal: Monomials, links: tuple[Link, ...]) -> Proved | None:
        """A replayed proof of an equation by given links."""
        proof = self._chain_proof(goal, links)
        return Proved.checked(proof, goal) if proof is not None else None

    def _find(self, goal: Statement) -> Proof | None:
        match goal:
            case Independence():
                return self._independence_proof(goal)
            case Positivity(atoms):
                cover = next(p for p in self.positive if atoms <= p)
                line = Line("positivity of a part", (0,), Arguments((atoms,)))
                return Proof((Positivity(cover),), () if cover == atoms else (line,))
            case Monomials():
                links = self.chain(goal)
                return self._chain_proof(goal, links) if links is not None else None

    def _independence_proof(self, goal: Independence) -> Proof | None:
        proof = find_proof(self.facts, goal, self.positive, self.effort.tick)
        if proof is None:
            proof = find_elementary_proof(self.facts, goal, self.positive, self.effort.tick)
        return proof

    def _chain_proof(self, goal: Monomials, links: tuple[Link, ...]) -> Proof | None:
        builder = Builder()
        premises = []
        for link in links:
            if isinstance(link.statement, Monomials):
                premises.append(builder.hypothesis(link.statement))
                continue
            proof = self._independence_proof(link.statement)
            if proof is None:
                return None
            premises.append(builder.include(proof))
        premises += [builder.hypothesis(Positivity(p)) for p in self._needed_positive(goal, links)]
        signs = tuple(link.sign for link in links)
        return builder.proof(builder.line("chain", premises, Arguments((), goal, signs)))

    def _needed_positive(
        self, goal: Monomials, links: tuple[Link, ...]
    ) -> tuple[frozenset[str], ...]:
        """The declared positivities, unless the chain gets along without."""
        if not self.positive or _is_chain(goal, links):
            return ()
        return self.positive

    def _closure(self, relevant: Relevant) -> Closure:
        return self.effort.recall(
            self._closures,
            relevant.key,
            lambda: Closure.create(
                relevant.variables, relevant.premises, relevant.positive, self.effort.tick
            ),
        )


@dataclass(frozen=True, slots=True)
class Proved:
    """A proof and the theorem that its replay gave."""

    proof: Proof
    theorem: Theorem

    @classmethod
    def checked(cls, proof: Proof, goal: Statement) -> Proved | None:
        """Replay a proof; None unless it proves just the goal.

        Raises: RuleError when a line is wrong: the search has a bug, which must not be hidden.
        """
        theorem = replay(proof)
        return cls(proof, theorem) if theorem.conclusion == goal else None


def _is_chain(goal: Monomials, links: tuple[Link, ...]) -> bool:
    """Whether the kernel takes the links without any declared positivity."""
    statements = tuple(link.statement for link in links)
    signs = tuple(link.sign for link in links)
    try:
        RULES["chain"].infer(statements, Arguments((), goal, signs))
    except RuleError:
        return False
    return True
