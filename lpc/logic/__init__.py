"""Frozen data shared by every layer: terms, independences, assumptions.

Nothing here computes a verdict and nothing here imports another layer.
"""

from lpc.logic.diagnostics import Diagnostic, LpcError, Severity, Span
from lpc.logic.formulas import (
    CommonCauses,
    Conjunction,
    Determined,
    Equation,
    Formula,
    Independent,
    LocalCausality,
    Positive,
    Reference,
)
from lpc.logic.statements import Conditional, Independence, Monomials, Positivity, Statement
from lpc.logic.terms import Probability, Product
from lpc.logic.variables import Composites, Value, Variable

__all__ = [
    "CommonCauses",
    "Composites",
    "Conditional",
    "Conjunction",
    "Determined",
    "Diagnostic",
    "Equation",
    "Formula",
    "Independence",
    "Independent",
    "LocalCausality",
    "LpcError",
    "Monomials",
    "Positive",
    "Positivity",
    "Probability",
    "Product",
    "Reference",
    "Severity",
    "Span",
    "Statement",
    "Value",
    "Variable",
]
