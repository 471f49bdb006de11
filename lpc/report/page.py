"""A report as a neutral tree of blocks, which writers turn into HTML, LaTeX or Markdown.

Content is a run of inline pieces: text, formulas, links to a place of the page, marked words.
Text is text: it is each writer's duty to escape it.
"""

from __future__ import annotations

from dataclasses import dataclass

from lpc.report.typeset import Formula


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Math:
    formula: Formula


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads to the block with the anchor `target`."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict: `kind` is good, bad or open, which is shown by a sign and by colour."""

    kind: str
    text: str


Inline = Text | Math | Link | Mark
Content = tuple[Inline, ...]

SIGNS = {"good": "✓", "bad": "✗", "open": "?"}
"""The sign of a mark, so that colour is never alone in saying it."""


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    content: Content
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: Content


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Text as it is, such as an excerpt of the file."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `anchor` where it can be linked to, `marked` where it is the point."""

    cells: tuple[Content, ...]
    anchor: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a heading for each column."""

    caption: Content
    head: tuple[Content, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ProofStep:
    """A line of a proof: what it says, by which rule, from which lines, counted from 1."""

    formula: Formula
    reason: Content
    premises: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Inference:
    """A proof."""

    title: Content
    steps: tuple[ProofStep, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing in both formats; `title` is its caption."""

    title: str
    svg: str
    tikz: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A step or a claim: one line with its verdict, short notes below it, and the details."""

    anchor: str
    formula: Formula
    label: str
    verdict: Content
    notes: tuple[Content, ...]
    details: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A derivation: its first line, then an entry for each `= …`."""

    start: Formula
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim, which stands by itself."""

    entry: Entry


Block = (
    Heading | Paragraph | Bullets | Listing | Grid | Inference | Picture | Chain | Claimed
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report."""

    title: str
    source: str
    blocks: tuple[Block, ...]


def text(*words: str) -> Content:
    """Plain text as content."""
    return tuple(Text(word) for word in words if word)
