"""Labels as mathematics: names in italics, subscripts, signs; never raw strings.

Terms
-----
mark
    A run of characters in one style at one depth of subscript. λ_a is the mark λ at depth 0
    and the mark a at depth 1.
label
    The marks of one line of text, from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from lpc.logic.visible import visible

SUBSCRIPT_SIZE = 0.72
"""The size of a subscript, as a share of that of what it belongs to."""

SUBSCRIPT_DROP = 0.25
"""How far a subscript is lowered, in units of the full size."""

LONGEST = 400
"""Longer texts are cut: a picture is no place for them."""


MOST_NAMES = 12


class Face(StrEnum):
    """How a mark is set: variables italic, names of several letters and prose upright."""

    ITALIC = "italic"
    UPRIGHT = "upright"


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters in one face at one depth of subscript."""

    text: str
    face: Face = Face.UPRIGHT
    depth: int = 0


Label = tuple[Mark, ...]

_NAME = re.compile(r"[^\W\d_](?:\w|∖)*'*")
_ROOT = re.compile(r"(?: \* | )?sqrt\((\d+)\)")
_MINUS = re.compile(r"(?<![\w)])-(?=[\d√])")


def name(text: str) -> Label:
    """A name: its head, then its subscripts, each inside the one before.

    >>> [(mark.text, mark.face.value, mark.depth) for mark in name("λ_a")]
    [('λ', 'italic', 0), ('a', 'italic', 1)]
    >>> [mark.text for mark in name("γ∖a")]
    ['γ', '∖', 'a']
    """
    body = text.rstrip("'")
    primes = "′" * (len(text) - len(body))
    marks: list[Mark] = []
    for k, whole in enumerate(body.split("∖")):
        if k:
            marks.append(Mark("∖"))
        for depth, part in enumerate(whole.split("_")):
            if part:
                marks.append(Mark(part, _face(part), depth))
    if primes:
        marks.append(Mark(primes))
    return tuple(marks)


def _face(part: str) -> Face:
    """Single letters are italic, but for capital Greek ones, as LaTeX sets them."""
    is_capital_greek = "Α" <= part <= "Ω"
    single = len(part) == 1 and part.isalpha() and not is_capital_greek
    return Face.ITALIC if single else Face.UPRIGHT


def names(texts: tuple[str, ...]) -> Label:
    """Names with commas between them; of many only the first."""
    shown = joined(tuple(map(name, texts[:MOST_NAMES])), ", ")
    return shown if len(texts) <= MOST_NAMES else (*shown, Mark(", …"))


def joined(labels: tuple[Label, ...], between: str) -> Label:
    """Labels in a row."""
    marks: list[Mark] = []
    for k, label in enumerate(labels):
        marks += ([Mark(between)] if k else []) + list(label)
    return tuple(marks)


def formula(text: str) -> Label:
    """A formula or statement as our printers write it.

    >>> [mark.text for mark in formula("P(A | a, λ_b) = 1")]
    ['P', '(', 'A', ' | ', 'a', ', ', 'λ', 'b', ') = 1']
    """
    return _set(text, lambda word: True)


def prose(text: str) -> Label:
    """A sentence: upright, but for Greek letters and names with a subscript.

    >>> [(m.text, m.depth) for m in prose("a λ_a is missing")]
    [('a ', 0), ('λ', 0), ('a', 1), (' is missing', 0)]
    """
    return _set(text, lambda word: "_" in word or not word.isascii())


def _set(text: str, is_name: Callable[[str], bool]) -> Label:
    marks: list[Mark] = []
    plain, at = "", 0
    text = _clean(text)
    for found in _NAME.finditer(text):
        word = found.group()
        plain += text[at : found.start()]
        at = found.end()
        if not is_name(word):
            plain += word
            continue
        if plain:
            marks.append(Mark(plain))
            plain = ""
        marks += name(word)
    plain += text[at:]
    return (*marks, Mark(plain)) if plain else tuple(marks)


def _clean(text: str) -> str:
    """Visible characters, not too many; signs as in print."""
    text = text if len(text) <= LONGEST else text[:LONGEST] + " …"
    text = visible(text)
    text = _ROOT.sub(r"√\1", text)
    return _MINUS.sub("−", text.replace("<=", "≤").replace(">=", "≥"))


def text_of(label: Label) -> str:
    """The label as a line of text, subscripts after `_`.

    >>> text_of(formula("P(A | a, λ_b)"))
    'P(A | a, λ_b)'
    """
    text, depth = "", 0
    for mark in label:
        text += "_" * max(0, mark.depth - depth) + mark.text
        depth = mark.depth
    return text.replace("′", "'")


def mark_size(mark: Mark, size: float) -> float:
    """The size of a mark in a label of that size."""
    return size * float(SUBSCRIPT_SIZE ** min(mark.depth, 2))


def drop(mark: Mark, size: float) -> float:
    """How far a mark lies below the line."""
    return size * SUBSCRIPT_DROP * min(mark.depth, 2)


def width(label: Label, size: float) -> float:
    """About how wide a label is; rather too much than too little, since fonts differ."""
    return sum(mark_size(m, size) * sum(map(_wide, m.text)) for m in label)


_NARROW = frozenset("ijltfrI|.,:;'′!()[]{} ∖")
_BROAD = frozenset("mwMWΣ∖—…→←≤≥=⊥+−")


def _wide(character: str) -> float:
    if character in _NARROW:
        return 0.4
    if character in _BROAD:
        return 0.9
    return 0.72 if character.isupper() else 0.62
