"""The pictures that stand in a report: the whole scene, and each removal in it."""

from __future__ import annotations

from lpc.language.document import Document
from lpc.logic import LpcError
from lpc.pictures.circuits import circuit_of
from lpc.pictures.graph import graph_picture
from lpc.pictures.spacetime import spacetime_picture
from lpc.pictures.svg import render_svg
from lpc.pictures.tikz import render_tikz
from lpc.report.contents import Draw, no_picture
from lpc.report.page import Picture
from lpc.report.results import Item


def pictures_of(document: Document) -> Draw:
    """Draws the spacetime of a document where it has one, else its causal graph, else nothing."""
    if document.scene is None and document.graph is None:
        return no_picture
    draw = graph_picture if document.scene is None else spacetime_picture
    what = "The causal graph" if document.scene is None else "The spacetime"

    def drawn(item: Item | None) -> Picture | None:
        if item is not None and not item.removals and circuit_of(item) is None:
            return None
        try:
            found = draw(document, item)
        except LpcError:
            return None  # NB: not every scene can be drawn flat; the words say it all.
        title = f"{what}, as this step needs it" if item else what
        return Picture(title, render_svg(found), render_tikz(found, standalone=False))

    return drawn
