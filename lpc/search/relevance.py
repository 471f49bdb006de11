"""Leaving out what cannot matter, before the closure is built.

A variable that is neither in the goals nor in any premise's condition can be dropped:
deleting it from a derivation leaves a derivation, from premises that follow by decomposition.
Variables that stand in the same places of every premise and goal can be merged into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lpc.logic import Independence

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Relevant:
    """Premises and goals over representatives of the variables that matter."""

    variables: tuple[str, ...]
    premises: tuple[Independence, ...]
    positive: tuple[Atoms, ...]
    blocks: Mapping[str, Atoms]

    @property
    def key(self) -> object:
        """What a closure over these premises depends on."""
        return self.variables, self.premises, self.positive

    @classmethod
    def create(
        cls,
        premises: Iterable[Independence],
        goals: Iterable[Independence],
        positive: Iterable[Atoms] = (),
        small: int = 0,
    ) -> Relevant:
        """Drop and merge variables, unless there are at most `small` of them anyway.

        >>> chain = [Independence.create("A", "xyz", "c")]
        >>> Relevant.create(chain, [Independence.create("A", "x", "c")]).variables
        ('A', 'c', 'x')
        """
        given, wanted, declared = tuple(premises), tuple(goals), tuple(positive)
        names = _names(given) | _names(wanted)
        blocks = {name: frozenset((name,)) for name in names}
        if len(names) > small:
            given = _dropped(given, _names(wanted).union(*declared))
            blocks = _merged((*given, *wanted), _names(given) | _names(wanted), declared)
        variables = tuple(sorted(blocks))
        kept = frozenset(variables)
        reduced = tuple(dict.fromkeys(_restricted(p, kept) for p in given))
        masks = tuple(p & kept for p in declared)
        return cls(variables, reduced, masks, blocks)

    def reduce(self, goal: Independence) -> Independence:
        """The goal over the representatives."""
        return _restricted(goal, frozenset(self.variables))


def _names(statements: Iterable[Independence]) -> Atoms:
    return frozenset().union(*(s.x | s.y | s.z for s in statements))


def _restricted(statement: Independence, kept: Atoms) -> Independence:
    return Independence.create(statement.x & kept, statement.y & kept, statement.z & kept)


def _dropped(premises: tuple[Independence, ...], wanted: Atoms) -> tuple[Independence, ...]:
    while True:
        kept = wanted.union(*(p.z for p in premises))
        fewer = tuple(
            q
            for q in (Independence.create(p.x & kept, p.y & kept, p.z) for p in premises)
            if not q.is_trivial
        )
        if fewer == premises:
            return premises
        premises = fewer


def _merged(
    statements: tuple[Independence, ...], names: Atoms, positive: tuple[Atoms, ...]
) -> dict[str, Atoms]:
    """Blocks of variables that stand in the same places everywhere, by their first member."""
    blocks: dict[object, list[str]] = {}
    for name in sorted(names):
        places = tuple((name in s.x, name in s.y, name in s.z) for s in statements)
        blocks.setdefault((places, tuple(name in p for p in positive)), []).append(name)
    return {block[0]: frozenset(block) for block in blocks.values()}
