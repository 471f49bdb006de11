"""Variables and the composites made of them (DESIGN 1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

Value = Fraction | str


@dataclass(frozen=True, slots=True)
class Variable:
    """A random variable: its name, its values where they are declared, and a note."""

    name: str
    values: tuple[Value, ...] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Composites:
    """Which variables are tuples of others; every set is expanded to atoms before reasoning.

    >>> c = Composites.create({"λ_Σ": ("λ", "λ_E")})
    >>> sorted(c.expand(["λ_Σ", "a"]))
    ['a', 'λ', 'λ_E']
    >>> c.fold({"a", "λ", "λ_E"})
    ('a', 'λ_Σ')
    """

    parts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    order: tuple[str, ...] = ()
    atoms: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def create(cls, parts: Mapping[str, tuple[str, ...]], order: Iterable[str] = ()) -> Composites:
        """Composites whose parts may be composites again; `order` is the order of declaration."""
        atoms: dict[str, frozenset[str]] = {}

        def atoms_of(name: str, above: frozenset[str]) -> frozenset[str]:
            if name in above:
                raise LookupError(f"{name} is a part of itself")
            if name not in parts:
                return frozenset((name,))
            if name not in atoms:
                inner = [atoms_of(part, above | {name}) for part in parts[name]]
                atoms[name] = frozenset().union(*inner)
            return atoms[name]

        for name in parts:
            atoms_of(name, frozenset())
        return cls(MappingProxyType(dict(parts)), tuple(order), MappingProxyType(atoms))

    def expand(self, names: Iterable[str]) -> frozenset[str]:
        """The atoms of the named variables."""
        found: set[str] = set()
        for name in names:
            found |= self.atoms.get(name, {name})
        return frozenset(found)

    def fold(self, atoms: Iterable[str]) -> tuple[str, ...]:
        """The shortest list of declared names for a set of atoms, in order of declaration."""
        left = set(atoms)
        chosen: list[str] = []
        for name, inside in sorted(self.atoms.items(), key=lambda item: -len(item[1])):
            if len(inside) > 1 and inside <= left:
                chosen.append(name)
                left -= inside
        position = {name: k for k, name in enumerate(self.order)}
        return tuple(sorted([*chosen, *left], key=lambda n: (position.get(n, len(position)), n)))
