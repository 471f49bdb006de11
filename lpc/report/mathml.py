"""Formulas as presentation MathML.

Spaces of the text stay spaces and marks that only copying needs (the underscore of a subscript,
the brackets of a sum) are there without a size, so that a formula copied out of a browser can be
pasted into a file of the language.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lpc.report.typeset import (
    Big,
    Formula,
    Name,
    Number,
    Part,
    Root,
    Sign,
    Space,
    Word,
    pieces,
    read_formula,
)

# Two signs drawn over each other: browsers leave the character U+2AEB blank.
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "-": "−", "*": "·"}
PERP = (
    '<mrow><mo lspace="0" rspace="0">⊥</mo>'
    '<mo lspace="0" rspace="0" class="twin" style="margin-left: -0.52em">⊥</mo></mrow>'
)


def mathml(formula: Formula) -> str:
    """One `math` element for each piece, with a space between them where a line may break.

    >>> from lpc.report.typeset import read_formula
    >>> mathml(read_formula("a < b"))
    '<math><mi>a</mi></math> <math><mo lspace="0" rspace="0">&lt;</mo><mtext>&#160;</mtext>\
<mi>b</mi></math>'
    """
    return " ".join(f"<math>{''.join(_parts(piece))}</math>" for piece in pieces(formula))


def _parts(formula: Formula) -> Iterator[str]:
    for part in formula:
        yield _part(part)


def _part(part: Part) -> str:
    match part:
        case Name(text, dropped):
            return f'<mrow class="dropped">{_name(text)}</mrow>' if dropped else _name(text)
        case Number(text):
            return f"<mn>{escape(text)}</mn>"
        case Word(text):
            return f"<mtext>{escape(text)}</mtext>"
        case Space():
            return "<mtext>&#160;</mtext>"
        case Big(kind, names):
            sign = "∑" if kind == "sum" else "∫"
            bound = "<mo>,</mo>".join(map(_name, names))
            below = f"<mrow>{_unseen('[')}{bound}{_unseen(']')}</mrow>"
            over = "munder" if kind == "sum" else "msub"
            return f'<{over}><mo movablelimits="false">{sign}</mo>{below}</{over}><mspace width="0.2em"/>'
        case Root(inside):
            content = "".join(_parts(read_formula(inside)))
            return f"{_unseen('sqrt(')}<msqrt>{content}</msqrt>{_unseen(')')}"
        case Sign("⊥"):
            return PERP
        case Sign(text):
            sign = escape(SIGNS.get(text, text))
            fence = ' stretchy="false"' if text in "()[]{}|" else ""
            return f'<mo lspace="0" rspace="0"{fence}>{sign}</mo>'
    raise TypeError(type(part).__name__)


def _unseen(text: str) -> str:
    return f'<mtext class="unseen">{escape(text)}</mtext>'


def _name(name: str) -> str:
    """A name with its subscripts: each one is set below the letter before it."""
    base = name.rstrip("'′’")
    primes = "′" * (len(name) - len(base))
    head, *subscripts = base.split("_")
    text = _letters(head)
    for subscript in subscripts[:1]:
        rest = "_".join(subscripts)
        below = f"<mrow>{_unseen('_')}{_letters(rest)}</mrow>"
        text = f"<msub>{text}{below}</msub>" if subscript or rest else text
    return text + (f'<mo lspace="0" rspace="0">{primes}</mo>' if primes else "")


def _letters(text: str) -> str:
    tag = "mn" if text.isdigit() else "mi"
    return f"<{tag}>{escape(text)}</{tag}>"
