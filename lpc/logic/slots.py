"""Variables inside sums: which copy of a variable a probability speaks of, or at which value.

Terms
-----
slot
    A place that a value of a variable goes to. The free variable `a` is its own slot; `a#2` is a
    second copy, bound by a sum of its own; `a = 1` is `a` held at a value. A probability has a
    variable in one slot at most, so an event is a set of slots as it is a set of variables.

No name of the language holds ` = ` or `#`, and no word reads as a number: a slot says all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from lpc.logic.statements import Conditional
from lpc.logic.variables import Value

Atoms = frozenset[str]

_COPY, _VALUE = "#", " = "
# NB: what Python's own Fraction reads is more, 1e9 for one, and may take any time.
_NUMBER = re.compile(r"-?[0-9]{1,5000}(/[1-9][0-9]{0,4999})?")


def copy_of(variable: str, number: int) -> str:
    """Another copy of a variable, for a sum over it where its own name is taken.

    >>> copy_of("A", 2)
    'A#2'
    """
    return f"{variable}{_COPY}{number}"


def at_value(variable: str, value: Value) -> str:
    """A variable held at a value.

    >>> at_value("a", Fraction(1, 2)), value_of("a = 1/2"), value_of("a")
    ('a = 1/2', Fraction(1, 2), None)
    """
    return f"{variable}{_VALUE}{value}"


def variable_of(slot: str) -> str:
    """The variable that a slot is of.

    >>> [variable_of(s) for s in ("A", "A#2", "A = 1")]
    ['A', 'A', 'A']
    """
    return slot.partition(_VALUE)[0].partition(_COPY)[0]


def is_held(slot: str) -> bool:
    """True for a variable held at a value."""
    return _VALUE in slot


def value_of(slot: str) -> Value | None:
    """The value that a slot is held at, None where it is not."""
    _, sign, text = slot.partition(_VALUE)
    if not sign:
        return None
    return Fraction(text) if _NUMBER.fullmatch(text) else text


def variables_of(slots: Iterable[str]) -> Atoms:
    """The variables of some slots."""
    return frozenset(map(variable_of, slots))


def moved_factor(factor: Conditional, slots: dict[str, str]) -> Conditional:
    """The factor with other slots in the place of some."""
    event, given = ({slots.get(s, s) for s in side} for side in (factor.event, factor.given))
    return Conditional.create(event, given)
