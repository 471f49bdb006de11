"""Statements with letters for sets, of which the statements of a proof are instances.

Terms
-----
letter
    A capital that stands for a set of variables; a string of letters stands for their union. A
    line gives the sets of some letters, its premises those of the others.
instance
    The statement with sets for the letters. An independence is unordered, and what stands in its
    condition is taken out of its sides; what is positive on a set is so on each part of it.
mirror image
    `V` in `X V ⊥ Y W | Z` is to X what W is to Y: symmetry is part of a statement, so a rule for
    one side holds for both at once. It is printed for one. Letters that share a set of a line are,
    each, what stands of it in their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lpc.logic import Independence, Positivity, Statement

Atoms = frozenset[str]
Sets = Mapping[str, Atoms]
NOTHING: Atoms = frozenset()
MIRROR = "V"


@dataclass(frozen=True, slots=True)
class Apart:
    """X ⊥ Y | Z, each a string of letters; X ⊥ X | Z says that X is determined by Z."""

    x: str
    y: str
    z: str

    def __str__(self) -> str:
        x, y, z = map(_spaced, (self.x, self.y, self.z))
        return f"{x} determined by {z}" if x == y else f"{x} ⊥ {y} | {z}"


@dataclass(frozen=True, slots=True)
class Positive:
    """Every joint value of some letters has positive probability."""

    letters: str

    def __str__(self) -> str:
        return f"positive {_spaced(self.letters)}"


Scheme = Apart | Positive


def instance(scheme: Scheme | str, sets: Sets) -> Statement:
    """The statement with these sets for the letters.

    >>> print(instance(Apart("X", "Y", "ZW"), {c: frozenset(c.lower()) for c in "XYZW"}))
    x ⊥ y | w, z
    """
    if isinstance(scheme, str):
        raise TypeError(f"words are no scheme: {scheme}")
    if isinstance(scheme, Positive):
        return Positivity(union(scheme.letters, sets))
    return Independence.create(*(union(part, sets) for part in (scheme.x, scheme.y, scheme.z)))


def readings(
    schemes: tuple[Scheme, ...], premises: tuple[Statement, ...], sets: Sets, shared: Sets
) -> Iterator[Sets]:
    """The sets of all letters with which the premises, in order, are instances of the schemes, from
    the `sets` of some and those that some have together, `shared`, all of which must be used.
    """
    if not schemes:
        if all(whole == union("".join(shared), sets) for whole in shared.values()):
            yield sets
        return
    for found in _fits(schemes[0], premises[0], sets, shared):
        yield from readings(schemes[1:], premises[1:], found, shared)


def union(letters: str, sets: Sets) -> Atoms:
    """What the letters stand for together, as far as it is known."""
    return NOTHING.union(*[sets[c] for c in letters if c in sets])


def _fits(scheme: Scheme, statement: Statement, sets: Sets, shared: Sets) -> Iterator[Sets]:
    match scheme, statement:
        case Positive(letters), Positivity(atoms) if union(letters, sets) <= atoms:
            yield {**dict.fromkeys(letters, atoms), **sets}
        case Apart(), Independence(x, y, z):
            for one, two in ((x, y), (y, x)):
                found = {**sets}
                parts = (scheme.z, z, NOTHING), (scheme.x, one, z), (scheme.y, two, z)
                if all(_fit(found, shared, *part) for part in parts):
                    yield found


def _fit(sets: dict[str, Atoms], shared: Sets, letters: str, atoms: Atoms, lost: Atoms) -> bool:
    """Whether the letters can be `atoms`, what is `lost` aside; an unknown one is the rest."""
    sets.update({c: shared[c] & atoms for c in letters if c in shared})
    unknown = [c for c in letters if c not in sets]
    known = union(letters, sets)
    if not unknown:
        return known - lost == atoms
    sets[unknown[0]] = atoms - known
    return known <= atoms


def _spaced(letters: str) -> str:
    return " ".join(c for c in letters if c != MIRROR)
