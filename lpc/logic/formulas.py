"""What an assumption, a definition or a claim says, with names as written."""

from __future__ import annotations

from dataclasses import dataclass

from lpc.logic.terms import Product


@dataclass(frozen=True, slots=True)
class Independent:
    """X ⊥ Y | Z.

    >>> print(Independent(("λ_a",), ("b", "B"), ("a", "λ")))
    λ_a ⊥ b, B | a, λ
    """

    x: tuple[str, ...]
    y: tuple[str, ...]
    z: tuple[str, ...] = ()

    def __str__(self) -> str:
        bar = " | " + ", ".join(self.z) if self.z else ""
        return f"{', '.join(self.x)} ⊥ {', '.join(self.y)}{bar}"


@dataclass(frozen=True, slots=True)
class Equation:
    """Equality of two products wherever every conditioning event has positive probability."""

    left: Product
    right: Product

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"


@dataclass(frozen=True, slots=True)
class Determined:
    """Each of `names` is a function of `by`."""

    names: tuple[str, ...]
    by: tuple[str, ...]

    def __str__(self) -> str:
        return f"{', '.join(self.names)} determined by {', '.join(self.by)}"


@dataclass(frozen=True, slots=True)
class Positive:
    """Every joint value of `names` has positive probability."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"positive {', '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class LocalCausality:
    """Bell's principle, read off the spacetime or the causal graph of the document."""

    def __str__(self) -> str:
        return "local causality"


@dataclass(frozen=True, slots=True)
class CommonCauses:
    """Reichenbach's principle for complete common pasts; it contains local causality."""

    def __str__(self) -> str:
        return "common causes"


@dataclass(frozen=True, slots=True)
class Reference:
    """The formula of a named assumption or definition."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Conjunction:
    """All of `parts`."""

    parts: tuple[Formula, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.parts))


Formula = (
    Independent | Equation | Determined | Positive
    | LocalCausality | CommonCauses | Reference | Conjunction
)  # fmt: skip
