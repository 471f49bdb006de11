"""A named quantity read as linear forms in P(results | settings), exactly.

Terms
-----
behaviour
    The numbers P(results | settings), one for each point.
form
    A linear expression in these numbers, with a constant (`lpc.kernel.forms`).
reading
    A quantity as the largest of several forms: |S| is the larger of S and -S.

A variable that is summed over and not otherwise used is summed out by total probability, so
that it needs no declared values: sum[λ] P(A | a, λ) P(λ | a) is P(A | a).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lpc.kernel.expansion import linear_forms
from lpc.kernel.forms import BoundError, LinearForm
from lpc.logic import Composites, LpcError
from lpc.logic import expressions as e

Form = LinearForm


class ReadingError(LpcError):
    """A quantity that is not linear in P(results | settings); the message says why."""


def read(
    name: str,
    quantities: Mapping[str, e.Quantity],
    alphabets: Mapping[str, tuple[Any, ...]],
    composites: Composites | None = None,
) -> tuple[Form, ...]:
    """The forms whose maximum is the quantity.

    Raises: ReadingError, EvaluationError.
    """
    quantity = quantities[name]
    if quantity.parameters:
        listed = ", ".join(quantity.parameters)
        raise ReadingError(f"{name} depends on {listed}: name a quantity without parameters")
    try:
        forms = linear_forms(quantity.body, quantities, alphabets, composites or Composites())
    except BoundError as error:
        raise ReadingError(error.reason) from None
    _check_values(forms, alphabets)
    return forms


def _check_values(forms: tuple[Form, ...], alphabets: Mapping[str, tuple[Any, ...]]) -> None:
    for _, (event, given) in (term for form in forms for term in form.terms):
        for name, value in sorted((*event, *given), key=lambda label: label[0]):
            known = alphabets.get(name)
            if known is not None and value not in known:
                raise ReadingError(f"{name} is not declared to take the value {value}")
