r"""Formulas as the parts that a writer sets: names, signs, sums, words.

What a report says is text in the language's one spelling; reading it here gives every writer
(MathML, LaTeX) the same parts in the same order. Reading never fails: a character without a
meaning is a sign of its own. Spaces are kept, so the parts spell the text again.

Terms
-----
part
    A name (with subscripts), a number, a sign, a word set upright, a space, `sum[…]` or
    `integral[…]` with its variables, or a square root.
piece
    A run of parts that stay on one line; lines may break between pieces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or quantity; `dropped` where a step removes it."""

    text: str
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator, relation or bracket."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or the name of an assumption: upright."""

    text: str


@dataclass(frozen=True, slots=True)
class Space:
    """One blank of the text."""

    text: str = " "


@dataclass(frozen=True, slots=True)
class Big:
    """`sum[…]` or `integral[…]` with the names that it binds."""

    kind: str
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.kind}[{', '.join(self.names)}]"


@dataclass(frozen=True, slots=True)
class Root:
    """A square root of something without brackets."""

    inside: str

    @property
    def text(self) -> str:
        return f"sqrt({self.inside})"


Part = Name | Number | Sign | Word | Space | Big | Root
Formula = tuple[Part, ...]

WORDS = frozenset((
    "entail", "do", "not", "and", "or", "xor", "mod", "if", "then", "else", "determined", "by",
    "positive", "local", "causality", "to", "of", "satisfies", "violates", "is", "in", "were",
    "it", "spacetime", "causal", "at",
))  # fmt: skip
"""Words of the language and of reports; assumption names are added by the caller."""

RELATIONS = frozenset(("=", "<=", ">=", "!=", "<", ">", "⊥", "+", ":="))

NAME = r"[^\W\d_](?:\w|['′’])*(?:∖\w+['′’]*)?"

_TOKEN = re.compile(
    rf"(?P<big>\b(?:sum|integral)\[[^\[\]]*\])|(?P<root>sqrt\([^()]*\))|(?P<name>{NAME})"
    r"|(?P<number>\d+(?:\.\d+)?)|(?P<space>\s+)|(?P<sign><=|>=|!=|:=|.)",
    re.S,
)


def read_formula(text: str, labels: Collection[str] = ()) -> Formula:
    """The parts of a text; names among `labels` are assumptions and stand upright.

    >>> [type(part).__name__ for part in read_formula("λ_a ⊥ b")]
    ['Name', 'Space', 'Sign', 'Space', 'Name']
    >>> spelled(read_formula("2 sqrt(2) <= sum[A, B] A B P(A, B | a = 1)"))
    '2 sqrt(2) <= sum[A, B] A B P(A, B | a = 1)'
    """
    return tuple(_part(match, labels) for match in _TOKEN.finditer(text))


def _part(match: re.Match[str], labels: Collection[str]) -> Part:
    text = match.group()
    match match.lastgroup:
        case "big":
            kind, _, names = text.removesuffix("]").partition("[")
            return Big(kind, tuple(name.strip() for name in names.split(",")))
        case "root":
            return Root(text[5:-1])
        case "name":
            return Word(text) if text in WORDS or text in labels else Name(text)
        case "number":
            return Number(text)
        case "space":
            return Space()
    return Sign(text)


def spelled(formula: Formula) -> str:
    """The text of a formula."""
    return "".join(part.text for part in formula)


def drop(formula: Formula, names: Collection[str]) -> Formula:
    """The formula with some names behind its bar marked as dropped.

    >>> [p.text for p in drop(read_formula("P(A | B, a)"), {"A", "B"}) if p == Name(p.text, True)]
    ['B']
    """
    behind = False
    found: list[Part] = []
    for part in formula:
        behind = behind or part == Sign("|")
        if behind and isinstance(part, Name) and part.text in names:
            part = replace(part, dropped=True)
        found.append(part)
    return tuple(found)


def pieces(formula: Formula) -> Iterator[Formula]:
    """Runs between which a line may break: at factors, relations and words outside brackets.

    >>> [spelled(piece) for piece in pieces(read_formula("P(A | a) P(B) = 0"))]
    ['P(A | a)', 'P(B)', '= 0']
    """
    run: list[Part] = []
    depth = 0
    for k, part in enumerate(formula):
        if isinstance(part, Sign):
            depth += (part.text in "([{") - (part.text in ")]}")
        if depth == 0 and isinstance(part, Space) and _breaks(formula[k + 1 : k + 2], run):
            if run:
                yield tuple(run)
            run = []
        else:
            run.append(part)
    if run:
        yield tuple(run)


def _breaks(following: Formula, run: list[Part]) -> bool:
    """Whether a line may break at a space: before a factor, a relation or a word, or after one."""
    if not following:
        return True
    part = following[0]
    if run and isinstance(run[-1], Word):
        return True
    if isinstance(part, Sign):
        return part.text in RELATIONS
    if isinstance(part, Word | Big):
        return True
    return bool(run) and isinstance(run[-1], Sign) and run[-1].text in "),]"


def is_bar(formula: Formula, k: int) -> bool:
    """Whether the `|` at place k is the bar of P(… | …) and not one of an absolute value."""
    around = (*formula[k - 1 : k], *formula[k + 1 : k + 2])
    return k > 0 and len(around) == 2 and all(isinstance(part, Space) for part in around)


def names_in(formula: Formula) -> frozenset[str]:
    """The names of variables and quantities in a formula."""
    return frozenset(part.text for part in formula if isinstance(part, Name))


def read_prose(
    text: str, names: Collection[str], labels: Collection[str] = ()
) -> list[str | Formula]:
    """A sentence as runs of text and names; a name is one of `names`, or has a subscript.

    The article "a" is told from the variable by the word that follows it, and what could be an
    English word, such as a latent called past, stays text.

    >>> runs = read_prose("{a, λ} is not a slice", {"a", "λ"})
    >>> [run if isinstance(run, str) else spelled(run) for run in runs]
    ['{', 'a', ', ', 'λ', '} is not a slice']
    """
    found: list[str | Formula] = []
    end = 0
    for match in re.finditer(NAME, text):
        word = match.group()
        article = word in "aI" and re.match(r" [a-z]{2}", text[match.end() :])
        subscripted = "_" in word and word not in labels
        english = len(word) > 1 and word.isascii() and word.islower() and word.isalpha()
        if not article and not english and (word in names or subscripted):
            found += [text[end : match.start()], (Name(word),)]
            end = match.end()
    return [run for run in (*found, text[end:]) if run]
