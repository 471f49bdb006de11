"""How the statements of a certificate read in a Metamath database.

`symbols_of` is used twice: to write a theorem, and to check that a database states what its
certificate claims.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lpc.certificates.metamath.database import Node, NotCovered
from lpc.certificates.metamath.products import context_term, product_term
from lpc.certificates.metamath.sets import Atoms, Independent, Separoid, Sets
from lpc.kernel.vectors import conditions
from lpc.logic import Independence, Monomials, Positivity, Statement


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement of the certificate and the node that proves it."""

    statement: Statement
    node: Node


def symbols_of(sets: Sets, statement: Statement) -> tuple[str, ...]:
    """A statement as a row of symbols; independences in lpc's canonical order."""
    match statement:
        case Independence(x, y, z):
            a, b, c = (sets.term(s).symbols[1:] for s in (x, y, z))
            return ("|-", *a, "_||_", *b, "|", *c)
        case Positivity(atoms):
            return ("|-", "pos", *sets.term(atoms).symbols[1:])
        case Monomials(left, right):
            place = context_term(sets, tuple(conditions(statement)))
            one, two = (product_term(sets, side).symbols[1:] for side in (left, right))
            return ("|-", *place.symbols[1:], ":", *one, "=", *two)


def independent(entry: Entry) -> Independent:
    """An entry that is an independence."""
    if not isinstance(entry.statement, Independence):
        raise NotCovered(f"{entry.statement} is no independence")
    return Independent(entry.statement.x, entry.statement.y, entry.statement.z, entry.node)


def independences(entries: Iterable[Entry]) -> list[Independent]:
    """The entries that are independences."""
    return [independent(e) for e in entries if isinstance(e.statement, Independence)]


def positivities(entries: Iterable[Entry]) -> list[tuple[Atoms, Node]]:
    """The entries that are positivities."""
    return [(e.statement.atoms, e.node) for e in entries if isinstance(e.statement, Positivity)]


def concluded(separoid: Separoid, fact: Independent, goal: Statement) -> Node:
    """The goal from a fact that says the same or more, in either order of the sides."""
    if not isinstance(goal, Independence):
        raise NotCovered(f"{goal} is no independence")
    if not (goal.x <= fact.x and goal.y <= fact.y):
        fact = separoid.mirrored(fact)
    return separoid.parts(fact, goal.x, goal.y).node


def from_canonical(separoid: Separoid, q: Independent, x: Atoms, w: Atoms) -> Independent:
    """x ⊥ w | z from its canonical form, in which z was taken out of both sides."""
    if (q.x, q.y) != (x - q.z, w - q.z):
        q = separoid.mirrored(q)
    return separoid.widened(q, x, w)
