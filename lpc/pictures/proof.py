"""Proof trees: premises over a bar, the rule beside it.

A line that is used more than once, or whose tree would make the picture too wide, is proved
in a tree of its own and quoted by its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lpc.logic import LpcError
from lpc.pictures.captions import caption
from lpc.pictures.labels import Label, formula, prose, width
from lpc.pictures.scene import Line, Picture, Role, Shape, Text, bounds, framed, moved
from lpc.report.results import Evidence, Item, ProofLine

SIZE = 14.0
RULE_SIZE = 11.0
ROW = 34.0
GAP = 26.0
WIDEST = 860.0
# Longer proofs are lists of numbered lines: trees of them help nobody.
MAX_LINES = 60


def proof_picture(item: Item) -> Picture:
    """The first proof of a step.

    Raises: LpcError when it has none.
    """
    if not item.evidence:
        raise LpcError("there is no proof of this step: it is " + item.verdict.value)
    evidence = item.evidence[0]
    lines = evidence.lines
    if len(lines) > MAX_LINES:
        raise LpcError(f"the proof has {len(lines)} lines, too many for a picture; see lpc explain")
    quoted = _quoted(lines)
    roots = [k for k in range(1, len(lines) + 1) if k in quoted or k == len(lines)]
    shapes: list[Shape] = []
    top = 0.0
    for root in roots:
        tree = _tree(lines, root, quoted)
        drawn = _laid(tree).shapes
        _, y0, _, y1 = bounds(drawn)
        shapes += [moved(shape, 0, top - y0) for shape in drawn]
        top += y1 - y0 + 22
    left, _, right, bottom = bounds(shapes)
    shapes += caption(_said(item, evidence), left, bottom + 18, right - left)
    description = " ".join(
        f"({k}) {line.statement}, {line.rule}"
        + (f" from {', '.join(map(str, line.premises))}." if line.premises else ".")
        for k, line in enumerate(lines, 1)
    )
    title = f"Proof of {item.label or item.name or item.statement}"
    return framed("proof", title, description, shapes)


def _said(item: Item, evidence: Evidence) -> Iterator[tuple[Label, Role]]:
    yield formula(item.statement), Role.INK
    source = formula(", ".join(evidence.names)) or prose("the probability calculus alone")
    yield (*prose("from "), *source), Role.GOOD
    if len(item.evidence) > 1:
        yield prose(f"one of {len(item.evidence)} proofs from minimal sets"), Role.FAINT


@dataclass(frozen=True, slots=True)
class _Tree:
    """A line with the trees of its premises above it; `rule` is "" for one that is quoted."""

    label: Label
    rule: Label
    above: tuple[_Tree, ...]


def _tree(lines: tuple[ProofLine, ...], k: int, quoted: frozenset[int], root: bool = True) -> _Tree:
    line = lines[k - 1]
    number = prose(f"({k}) ") if k in quoted else ()
    if k in quoted and not root:
        return _Tree((*number, *formula(line.statement)), (), ())
    above = tuple(_tree(lines, p, quoted, False) for p in line.premises)
    rule = formula(line.rule) if not line.premises else prose(line.rule)
    return _Tree((*number, *formula(line.statement)), rule, above)


def _quoted(lines: tuple[ProofLine, ...]) -> frozenset[int]:
    """The lines that get a tree of their own: shared ones, then the widest that fit."""
    last = len(lines)
    used = Counter(p for line in lines for p in line.premises)
    found = {k for k, n in used.items() if n > 1 and lines[k - 1].premises}
    while True:
        roots = [k for k in range(1, last + 1) if k in found or k == last]
        wide = [k for k in roots if _laid(_tree(lines, k, frozenset(found))).right > WIDEST]
        inner = sorted(
            (_laid(_tree(lines, p, frozenset(found))).right, p)
            for k in wide
            for p in _below(lines, k, found)
        )
        if not inner:
            return frozenset(found)
        fitting = [pair for pair in inner if pair[0] <= WIDEST]
        found.add((fitting[-1] if fitting else inner[0])[1])


def _below(lines: tuple[ProofLine, ...], root: int, found: set[int]) -> Iterator[int]:
    """The inner nodes of the tree of a root."""
    for p in lines[root - 1].premises:
        if p not in found and lines[p - 1].premises:
            yield p
            yield from _below(lines, p, found)


@dataclass(frozen=True, slots=True)
class _Laid:
    """A tree drawn from x = 0 to `right`; its conclusion runs from `start` to `end`, at y = 0."""

    shapes: tuple[Shape, ...]
    start: float
    end: float
    right: float


def _laid(tree: _Tree) -> _Laid:
    """The bar covers the conclusions of the premises and the label below it, not their rules."""
    own = width(tree.label, SIZE)
    shapes: list[Shape] = []
    starts, ends, x = [], [], 0.0
    for above in map(_laid, tree.above):
        shapes += [moved(shape, x, -ROW) for shape in above.shapes]
        starts.append(x + above.start)
        ends.append(x + above.end)
        x += above.right + GAP
    middle = (starts[0] + ends[-1]) / 2 if starts else own / 2
    shift = max(0.0, own / 2 - middle)
    shapes = [moved(shape, shift, 0) for shape in shapes]
    middle += shift
    start, end = middle - own / 2, middle + own / 2
    shapes.append(Text(tree.label, (middle, 0.0), Role.INK, "middle", SIZE))
    right = max(end, x - GAP + shift if starts else 0.0)
    if tree.rule:
        left = min([start, *(s + shift for s in starts)])
        stop = max([end, *(e + shift for e in ends)])
        bar = -SIZE - 3
        shapes.append(Line(((left, bar), (stop, bar)), Role.BAR))
        shapes.append(Text(tree.rule, (stop + 6, bar + 4), Role.FAINT, "start", RULE_SIZE))
        right = max(right, stop + 6 + width(tree.rule, RULE_SIZE))
    return _Laid(tuple(shapes), start, end, right)
