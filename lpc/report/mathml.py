"""Formulas as presentation MathML.

Browsers copy MathML as one letter a line, so on a page each piece carries its text in an unseen
layer above it (`class="copy"`): what is selected and copied is the language's own spelling.
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
    spelled,
)

# Two signs drawn over each other: browsers leave the character U+2AEB blank.
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "-": "−", "*": "·"}
PERP = (
    '<mrow><mo lspace="0" rspace="0">⊥</mo>'
    '<mo lspace="0" rspace="0" class="twin" style="margin-left: -0.52em">⊥</mo></mrow>'
)


def mathml(formula: Formula) -> str:
    """One `math` element for each piece, with a space between them where a line may break.

    >>> mathml(read_formula("a < b"))
    '<math><mi>a</mi></math> <math><mo lspace="0" rspace="0">&lt;</mo><mspace width="0.28em"/>\
<mi>b</mi></math>'
    """
    return " ".join(map(_math, pieces(formula)))


def copyable(formula: Formula) -> str:
    """The same with a layer of text to copy on each piece."""
    return " ".join(
        f'<span class="piece"><span class="copy" aria-hidden="true">{escape(spelled(piece))}'
        f"</span>{_math(piece)}</span>"
        for piece in pieces(formula)
    )


def _math(piece: Formula) -> str:
    return f"<math>{''.join(_parts(piece))}</math>"


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
            return '<mspace width="0.28em"/>'
        case Big(kind, names):
            sign = "∑" if kind == "sum" else "∫"
            bound = "<mo>,</mo>".join(map(_name, names))
            below = f"<mrow>{bound}</mrow>"
            over = "munder" if kind == "sum" else "msub"
            big = f'<mo movablelimits="false">{sign}</mo>'
            return f"<{over}>{big}{below}</{over}>"
        case Root(inside):
            content = "".join(_parts(read_formula(inside)))
            return f"<msqrt>{content}</msqrt>"
        case Sign("⊥"):
            return PERP
        case Sign(text):
            sign = escape(SIGNS.get(text, text))
            fence = ' stretchy="false"' if text in "()[]{}|" else ""
            return f'<mo lspace="0" rspace="0"{fence}>{sign}</mo>'
    raise TypeError(type(part).__name__)


def _name(name: str) -> str:
    """A name with its subscripts: each one is set below the letter before it."""
    base = name.rstrip("'′’")
    primes = "′" * (len(name) - len(base))
    head, *subscripts = base.split("_")
    text = _letters(head)
    if any(subscripts):
        text = f"<msub>{text}{_letters('_'.join(subscripts))}</msub>"
    return text + (f'<mo lspace="0" rspace="0">{primes}</mo>' if primes else "")


def _letters(text: str) -> str:
    tag = "mn" if text.isdigit() else "mi"
    return f"<{tag}>{escape(text)}</{tag}>"
