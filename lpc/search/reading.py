"""Reading an assumed equation of products as independences (DESIGN 1.1).

Sum one side out, then the other; use what has been read to simplify the rest. Nothing is
special to factorizability: any equation is tried, and whatever resists stays an equation that
`lpc.search.chains` may still use as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from lpc.kernel import Arguments, Line, Proof, RuleError, replay
from lpc.kernel.vectors import Vector, added, link_vector, monomial_vector
from lpc.logic import Conditional, Independence, Monomials
from lpc.logic.effort import Tick, unlimited
from lpc.search.chains import find_chain, independence_of
from lpc.search.proofs import Fact

MAX_SUMMED = 6
MAX_LINKS = 3
TERMS = 4
"""An independence, as a vector, has at most so many."""


def read_equation(equation: Monomials, tick: Tick = unlimited) -> tuple[Fact, ...]:
    """The independences that an equation implies, each with its proof from the equation.

    >>> a, b = Conditional.create("A", "al"), Conditional.create("B", "bl")
    >>> both = Conditional.create("AB", "abl")
    >>> for fact in read_equation(Monomials((both,), (a, b))):
    ...     print(fact.statement)
    B ⊥ a | b, l
    A ⊥ b | a, l
    A ⊥ B, b | a, l
    """
    found: list[Fact] = []
    summable = sorted(v for v in _atoms(equation) if _is_summable(equation, v))[:MAX_SUMMED]
    for size in range(len(summable), -1, -1):
        for summed in combinations(summable, size):
            fact = _read_one(equation, frozenset(summed), found, tick)
            if fact is not None and all(f.statement != fact.statement for f in found):
                found.append(fact)
    return tuple(found)


def _atoms(equation: Monomials) -> frozenset[str]:
    factors = (*equation.left, *equation.right)
    return frozenset().union(*(f.event | f.given for f in factors))


def _is_summable(equation: Monomials, atom: str) -> bool:
    return all(
        sum(atom in f.event for f in side) == 1 and not any(atom in f.given for f in side)
        for side in (equation.left, equation.right)
    )


def _read_one(
    equation: Monomials, summed: frozenset[str], known: list[Fact], tick: Tick
) -> Fact | None:
    """The independence left after summing, once some of the known ones are used as links."""
    lines: list[Line] = []
    current = equation
    if summed:
        lines.append(Line("summation", (0,), Arguments((summed,))))
        current = Monomials(_without(equation.left, summed), _without(equation.right, summed))
    left, right = monomial_vector(current.left), monomial_vector(current.right)
    if left == right:
        return None
    reading = _Reading(known, [link_vector(fact.statement) for fact in known], tick)
    for size in range(min(len(known), MAX_LINKS) + 1):
        for links, signs, target in reading.targets(added(left, right, -1), size):
            if fact := _fact(equation, lines, links, signs, target):
                return fact
    return None


def _without(side: tuple[Conditional, ...], summed: frozenset[str]) -> tuple[Conditional, ...]:
    kept = (Conditional.create(f.event - summed, f.given) for f in side)
    return tuple(f for f in kept if f.event)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What may be made of the difference of two sides with known facts as links."""

    known: Sequence[Fact]
    vectors: Sequence[Vector]
    tick: Tick

    def targets(
        self,
        difference: Vector,
        size: int,
        start: int = 0,
        links: tuple[Fact, ...] = (),
        alive: Sequence[tuple[tuple[int, ...], Vector]] | None = None,
    ) -> Iterator[tuple[tuple[Fact, ...], tuple[int, ...], Independence]]:
        """Every choice of so many links, with signs, that leaves an independence.

        A link has at most `TERMS` terms and cancels no more, and an independence has no more.
        """
        alive = [((), difference)] if alive is None else alive
        if len(links) == size:
            for signs, vector in alive:
                if (target := independence_of(vector)) is not None:
                    yield links, signs, target
            return
        most = TERMS * (size - len(links))
        for k in range(start, len(self.known)):
            self.tick(2 * len(alive))
            grown = [
                ((*signs, sign), one)
                for signs, vector in alive
                for sign in (1, -1)
                if len(one := added(vector, self.vectors[k], -sign)) <= most
            ]
            if grown:
                more = (*links, self.known[k])
                yield from self.targets(difference, size, k + 1, more, grown)


def _fact(
    equation: Monomials,
    lines: list[Line],
    links: tuple[Fact, ...],
    signs: tuple[int, ...],
    target: Independence,
) -> Fact | None:
    """The fact with its proof, if the kernel takes it."""
    inlined = list(lines)
    start = len(inlined)
    premises = [start]
    for link in links:
        offset = len(inlined)
        moved = (
            Line(
                line.rule,
                tuple(i if i == 0 else i + offset for i in line.premises),
                line.arguments,
            )
            for line in link.proof.lines
        )
        inlined.extend(moved)
        premises.append(len(inlined))
    sets = (target.x, target.y, target.z)
    inlined.append(Line("reading", tuple(premises), Arguments(sets, None, signs)))
    proof = Proof((equation,), tuple(inlined))
    try:
        replay(proof)
    except RuleError:
        return None
    return Fact(target, proof)


def is_equivalent(equation: Monomials, readings: tuple[Fact, ...], tick: Tick = unlimited) -> bool:
    """True when the readings give the equation back, so that nothing else is in it."""
    statements = frozenset(f.statement for f in readings)
    return find_chain(equation, lambda s: s in statements, tick=tick) is not None
