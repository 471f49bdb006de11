"""Each line of a proof of lpc's kernel as a Metamath derivation from the axioms of `lpc.mm`.

The kernel's rules are theorems there, not axioms: determination and intersection included. A
derivation takes the premises with their nodes, the arguments of the line and what it
concludes, and returns the node of the conclusion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from lpc.certificates.metamath import equations
from lpc.certificates.metamath.database import Node, NotCovered
from lpc.certificates.metamath.sets import Separoid, Sets
from lpc.certificates.metamath.statements import (
    Entry,
    concluded,
    from_canonical,
    independences,
    symbols_of,
)
from lpc.kernel import Arguments
from lpc.logic import Statement

Derivation = Callable[[Sets, Sequence[Entry], Arguments, Statement], Node]
Premises = Sequence[Entry]


def derive(
    sets: Sets, rule: str, premises: Premises, arguments: Arguments, goal: Statement
) -> Node:
    """The node of what a line concludes.

    Raises: NotCovered when the line cannot be derived.
    """
    if rule not in DERIVATIONS:
        raise NotCovered(f"no derivation for the rule {rule}")
    node = DERIVATIONS[rule](sets, premises, arguments, goal)
    if node.symbols != symbols_of(sets, goal):
        raise NotCovered(f"{rule} does not lead to {goal}")
    return node


def _decomposition(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    return concluded(Separoid(sets), independences(premises)[0], goal)


def _weak_union(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    """What stands right of ⊥ is moved first, then what stands left."""
    separoid, fact, (w,) = Separoid(sets), independences(premises)[0], arguments.sets
    once = separoid.moved(fact, w & fact.y)
    twice = separoid.moved(separoid.mirrored(once), w & fact.x)
    return concluded(separoid, separoid.mirrored(twice), goal)


def _contraction(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    separoid, (p, q), (x, y, w) = Separoid(sets), independences(premises), arguments.sets
    first = p if (p.x, p.y) == (x, y) else separoid.mirrored(p)
    whole = separoid.joined(first, from_canonical(separoid, q, x, w))
    return concluded(separoid, whole, goal)


def _determination(sets: Sets, premises: Premises, arguments: Arguments, goal: Statement) -> Node:
    separoid, (y,) = Separoid(sets), arguments.sets
    return concluded(separoid, separoid.of_function(independences(premises)[0], y), goal)


DERIVATIONS: Mapping[str, Derivation] = MappingProxyType(
    {
        "decomposition": _decomposition,
        "weak union": _weak_union,
        "contraction": _contraction,
        "determination": _determination,
        "intersection": equations.intersection,
        "positivity of a part": equations.positive_part,
        "summation": equations.summation,
        "reading": equations.reading,
        "chain": equations.chain,
    }
)
