"""Sets of atoms as strings of digits, and independences between them, as Metamath proofs.

Every fact about sets (a union, that two sets have nothing in common) is proved digit by digit
from the axioms of `lpc.mm`, so that nothing about sets is taken from this program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lpc.certificates.metamath.database import Node, NotCovered, Prover

Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Sets:
    """Terms for sets over fixed atoms, and proofs of their relations."""

    prover: Prover
    atoms: Sequence[str]

    def term(self, x: Atoms) -> Node:
        """The string of digits of a set."""
        return self._terms(x)[-1]

    def _terms(self, x: Atoms) -> list[Node]:
        """The strings of all tails of the atoms, shortest first."""
        if not x <= set(self.atoms):
            raise NotCovered("a set with an unknown atom")
        found = [self.prover.apply("set.end", {})]
        for atom in reversed(self.atoms):
            found.append(self.prover.apply(f"set.{int(atom in x)}", {"x": found[-1]}))
        return found

    def union(self, x: Atoms, y: Atoms) -> Node:
        """x \\/ y == z, where z is the union."""
        terms = zip(self._terms(x), self._terms(y), self._terms(x | y), strict=True)
        proof = self.prover.apply("un.end", {})
        for atom, (a, b, c) in zip(reversed(self.atoms), terms, strict=False):
            label = f"un.{int(atom in x)}{int(atom in y)}"
            proof = self.prover.apply(label, {"x": a, "y": b, "z": c}, proof)
        return proof

    def part(self, x: Atoms, y: Atoms) -> Node:
        """x \\/ y == y: x is part of y."""
        if not x <= y:
            raise NotCovered("a set is no part of another")
        return self.union(x, y)

    def disjoint(self, x: Atoms, y: Atoms) -> Node:
        """x # y."""
        if x & y:
            raise NotCovered("two sets are not disjoint")
        proof = self.prover.apply("dj.end", {})
        terms = zip(self._terms(x), self._terms(y), strict=True)
        for atom, (a, b) in zip(reversed(self.atoms), terms, strict=False):
            label = f"dj.{int(atom in x)}{int(atom in y)}"
            proof = self.prover.apply(label, {"x": a, "y": b}, proof)
        return proof

    def empty(self) -> Node:
        """That the string of zeros is the empty set."""
        proof = self.prover.apply("em.end", {})
        for term in self._terms(frozenset())[:-1]:
            proof = self.prover.apply("em.0", {"x": term}, proof)
        return proof


@dataclass(frozen=True, slots=True)
class Independent:
    """A proof of x ⊥ y | z; unlike in lpc's own statements the sides are ordered and may meet z."""

    x: Atoms
    y: Atoms
    z: Atoms
    node: Node


@dataclass(frozen=True, slots=True)
class Separoid:
    """Derivations of independences from the axioms `sym`, `known`, `dec`, `wun` and `con`."""

    sets: Sets

    def _apply(self, label: str, names: dict[str, Atoms], *premises: Node) -> Node:
        terms = {name: self.sets.term(x) for name, x in names.items()}
        return self.sets.prover.apply(label, terms, *premises)

    def mirrored(self, f: Independent) -> Independent:
        """y ⊥ x | z."""
        node = self._apply("sym", {"x": f.x, "y": f.y, "z": f.z}, f.node)
        return Independent(f.y, f.x, f.z, node)

    def known(self, x: Atoms, y: Atoms) -> Independent:
        """x ⊥ y | y."""
        return Independent(x, y, y, self._apply("known", {"x": x, "y": y}))

    def right(self, f: Independent, w: Atoms) -> Independent:
        """x ⊥ w | z for a part w of y."""
        if w == f.y:
            return f
        names = {"x": f.x, "y": f.y, "z": f.z, "w": w}
        return Independent(f.x, w, f.z, self._apply("dec", names, f.node, self.sets.part(w, f.y)))

    def parts(self, f: Independent, x: Atoms, y: Atoms) -> Independent:
        """Both sides made smaller."""
        half = self.right(f, y)
        return half if x == f.x else self.mirrored(self.right(self.mirrored(half), x))

    def moved(self, f: Independent, w: Atoms) -> Independent:
        """x ⊥ y | z w for a part w of y."""
        names = {"x": f.x, "y": f.y, "z": f.z, "w": w, "v": f.z | w}
        facts = (self.sets.part(w, f.y), self.sets.union(f.z, w))
        return Independent(f.x, f.y, f.z | w, self._apply("wun", names, f.node, *facts))

    def joined(self, f: Independent, g: Independent) -> Independent:
        """From x ⊥ y | z and x ⊥ w | z y: x ⊥ y w | z."""
        names = {"x": f.x, "y": f.y, "z": f.z, "w": g.y, "v": g.z, "u": f.y | g.y}
        facts = (self.sets.union(f.z, f.y), self.sets.union(f.y, g.y))
        node = self._apply("con", names, f.node, g.node, *facts)
        return Independent(f.x, f.y | g.y, f.z, node)

    def widened(self, f: Independent, x: Atoms, y: Atoms) -> Independent:
        """The sides made larger by variables of z, which are known anyway."""
        half = self._right_widened(f, y)
        return self.mirrored(self._right_widened(self.mirrored(half), x))

    def _right_widened(self, f: Independent, y: Atoms) -> Independent:
        if f.y == y:
            return f
        rest = self.right(self.known(f.x, f.z | f.y), f.z)
        return self.right(self.joined(f, rest), y)

    def of_function(self, f: Independent, y: Atoms) -> Independent:
        """From x ⊥ x | z: x ⊥ y | z for any y."""
        known = self.right(self.known(y, f.x | f.z), f.x)
        return self.right(self.joined(f, self.mirrored(known)), y)
