"""Lines of text below a picture, wrapped to its width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lpc.pictures.labels import Label, Mark, formula, prose, width
from lpc.pictures.scene import ASCENT, DESCENT, Role, Text
from lpc.report.page import Content, Math
from lpc.report.results import Item, Names, Removal
from lpc.report.typeset import spelled

SMALL = 13.0
LEAST = 460.0
LEADING = 1.1


def caption(
    lines: Iterable[tuple[Label, Role]], left: float, top: float, wide: float
) -> Iterator[Text]:
    """The lines one below the other from (left, top)."""
    y = top + SMALL * ASCENT
    for label, role in lines:
        for part in wrapped(label, max(wide, LEAST)):
            yield Text(part, (left, y), role, "start", SMALL)
            y += SMALL * (ASCENT + DESCENT) * LEADING


def wrapped(label: Label, limit: float) -> Iterator[Label]:
    """A label broken at spaces into lines no wider than the limit, where that can be."""
    line: list[Label] = []
    for word in _words(label):
        tried = _flat([*line, word])
        if line and width(tried, SMALL) > limit:
            yield _flat(line)
            line = []
        line.append(word)
    if line:
        yield _flat(line)


def _words(label: Label) -> Iterator[Label]:
    """Runs of marks that end with a space."""
    found: list[Mark] = []
    for mark in label:
        pieces = mark.text.split(" ")
        for k, piece in enumerate(pieces):
            last = k == len(pieces) - 1
            text = piece if last else piece + " "
            if text:
                found.append(Mark(text, mark.face, mark.depth))
            if not last:
                yield tuple(found)
                found = []
    if found:
        yield tuple(found)


def _flat(words: list[Label]) -> Label:
    return tuple(mark for word in words for mark in word)


def about(item: Item, removal: Removal | None) -> Iterator[tuple[Label, Role]]:
    """What the picture of a step says below it: the step, what is dropped, on what authority."""
    mark = formula(f" [{item.label}]") if item.label else ()
    yield (*formula(item.statement), *mark), Role.INK
    if removal is None:
        return
    dropped = (*formula(", ".join(removal.removed)), *prose(" dropped from "))
    yield (*dropped, *formula(removal.factor), *prose(": "), *formula(removal.statement)), Role.INK
    if removal.by_locality:
        yield prose("licensed by local causality alone"), Role.GOOD
        return
    if removal.by_common_causes:
        yield prose("licensed by common causes"), Role.GOOD
        return
    for failed in removal.failures:
        yield (
            prose(f"not by {failed.principle} alone ({failed.obligation}): {failed.message}"),
            Role.BAD,
        )
    if removal.open_path:
        yield (*prose("open path: "), *formula(removal.open_path)), Role.BAD
    if removal.needs:
        yield (*prose("licensed by "), *formula(sets(removal.needs))), Role.GOOD
    else:
        yield prose("not licensed by what is assumed"), Role.BAD
    if removal.lc_alone:
        yield prose("local causality alone would license it, but is not assumed"), Role.BAD


def content(said: Content) -> Label:
    """A sentence of a report as a label."""
    return tuple(
        mark
        for part in said
        for mark in (formula(spelled(part.formula)) if isinstance(part, Math) else prose(part.text))
    )


def sets(found: tuple[Names, ...]) -> str:
    """Sets of assumption names in words."""
    return " or by ".join(" and ".join(names) for names in found)
