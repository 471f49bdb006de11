"""Words of Coq files that several writers share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from lpc.logic import LpcError
from lpc.logic.visible import visible

Json = Any

MAX_INTEGER_DIGITS = 4_000


class NotCovered(LpcError):
    """The Coq library has no words for something in a certificate; the text says what."""


def comment(text: object) -> str:
    """Text for a Coq comment: nothing in it can end the comment or open a string.

    >>> comment('x *) Axiom a : False. (* "')
    'x * ) Axiom a : False. ( * ” '
    """
    clean = visible(str(text))[:1_000]
    clean = clean.replace('"', "” ").replace("(*", "( *").replace("*)", "* )")
    return clean.replace("(*", "( *").replace("*)", "* )")


def listing(parts: Sequence[str]) -> str:
    """A Coq list; long ones have an element a line."""
    inside = "; ".join(parts)
    if len(inside) > 80:
        inside = ";\n    ".join(parts)
    return f"[{inside}]"


def fraction(text: Json) -> Fraction:
    """A number of the format, in lowest terms."""
    if not isinstance(text, str) or len(text) > 2 * MAX_INTEGER_DIGITS:
        raise NotCovered("a weight that is no fraction")
    value = Fraction(text)
    if str(value) != text:
        raise NotCovered("a fraction that is not in lowest terms")
    return value


def canonical(value: Json) -> str:
    """Values are equal when their JSON is: the format has one form for each."""
    return json.dumps(value, sort_keys=True)
