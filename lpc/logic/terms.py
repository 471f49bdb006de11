"""Probability expressions as they are written: names in order, composites not yet expanded."""

from __future__ import annotations

from dataclasses import dataclass

from lpc.logic.spelling import latex_name


@dataclass(frozen=True, slots=True)
class Probability:
    """A conditional probability P(event | given); both are names in the order written.

    >>> print(Probability(("A",), ("B", "a", "λ")))
    P(A | B, a, λ)
    """

    event: tuple[str, ...]
    given: tuple[str, ...] = ()

    def __mul__(self, other: Probability | Product) -> Product:
        return Product((self,)) * other

    def __str__(self) -> str:
        bar = " | " + ", ".join(self.given) if self.given else ""
        return f"P({', '.join(self.event)}{bar})"

    def latex(self) -> str:
        r"""The expression as LaTeX mathematics, without dollar signs.

        >>> Probability(("A",), ("a", "λ")).latex()
        'P(A \\mid a, \\lambda)'
        """
        bar = r" \mid " + ", ".join(map(latex_name, self.given)) if self.given else ""
        return f"P({', '.join(map(latex_name, self.event))}{bar})"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


@dataclass(frozen=True, slots=True)
class Product:
    """A product of conditional probabilities; the empty product is 1.

    >>> print(Probability(("A",), ("a",)) * Probability(("B",), ("b",)))
    P(A | a) P(B | b)
    """

    factors: tuple[Probability, ...]

    def __mul__(self, other: Probability | Product) -> Product:
        more = (other,) if isinstance(other, Probability) else other.factors
        return Product(self.factors + more)

    def __str__(self) -> str:
        return " ".join(map(str, self.factors)) or "1"

    def latex(self) -> str:
        """The product as LaTeX mathematics, without dollar signs."""
        return r" \, ".join(f.latex() for f in self.factors) or "1"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"
