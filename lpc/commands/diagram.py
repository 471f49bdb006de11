"""`lpc diagram`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from lpc.commands.common import emit, keep, plainly, put, say, spelt, with_limits

if TYPE_CHECKING:
    from lpc.language.document import Document
    from lpc.logic.effort import Limits
    from lpc.pictures.scene import Picture
    from lpc.report.results import Item

KINDS = ("spacetime", "graph", "proof", "model", "curve")
ENDINGS = (".svg", ".tex", ".pdf")
COLUMNS = 100


@click.command()
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("step", required=False)
@click.option("-o", "--output", metavar="OUT.svg|.tex|.pdf", type=click.Path(dir_okay=False),
              help="Where to write; without it the picture is shown in characters.")  # fmt: skip
@click.option("--kind", type=click.Choice(KINDS),
              help="What to draw; by default the spacetime where there is one, else the "
              "graph.")  # fmt: skip
@click.option("--assumption", "assumptions", multiple=True, metavar="NAME",
              help="For a curve: what may fail.")  # fmt: skip
@with_limits("step or claim")
def diagram(
    path: str,
    step: str | None,
    output: str | None,
    kind: str | None,
    assumptions: tuple[str, ...],
    limits: Limits,
) -> None:
    """Draw a FILE, or one STEP of it.

    STEP is DERIVATION:NUMBER, a label such as "Eq. 24", the name of a rewrite or claim, or a
    line number; for a curve it is the name of a quantity.
    """
    from lpc.language import load

    if output is not None and Path(output).suffix not in ENDINGS:
        raise click.UsageError(f"cannot write {output}: the name must end in .svg, .tex or .pdf")
    keep((path,), output)
    with plainly():
        document = load(path)
        picture = _draw(document, step, kind, assumptions, limits)
        _write(picture, output)


def _draw(
    document: Document,
    step: str | None,
    kind: str | None,
    assumptions: tuple[str, ...],
    limits: Limits,
) -> Picture:
    from lpc.pictures.proof import proof_picture
    from lpc.pictures.rows import rows_picture

    if kind == "curve":
        return _curve(document, step, assumptions, limits)
    if assumptions:
        raise click.UsageError("--assumption goes with --kind curve")
    if kind in ("proof", "model"):
        if step is None:
            raise click.UsageError(f"--kind {kind} needs a STEP; lpc explain FILE lists them")
        item = _item(document, step, limits)
        return proof_picture(item) if kind == "proof" else rows_picture(item)
    return draw(document, None if step is None else _item(document, step, limits), kind)


def draw(document: Document, item: Item | None, kind: str | None = None) -> Picture:
    """The spacetime diagram or the causal graph; unless told, the first where there is one."""
    from lpc.pictures.graph import graph_picture
    from lpc.pictures.spacetime import spacetime_picture

    in_spacetime = document.scene is not None if kind is None else kind == "spacetime"
    return (spacetime_picture if in_spacetime else graph_picture)(document, item)


def _item(document: Document, step: str, limits: Limits) -> Item:
    from lpc.checker import check
    from lpc.report.selection import find_item

    return find_item(check(document, **limits), step)


def _curve(
    document: Document, quantity: str | None, assumptions: tuple[str, ...], limits: Limits
) -> Picture:
    from lpc.checker.relax import relax
    from lpc.pictures.curve import curve_picture

    if quantity is None or not assumptions:
        raise click.UsageError(
            "--kind curve needs a quantity and what may fail: "
            "lpc diagram FILE S --kind curve --assumption SI"
        )
    names = tuple(dict.fromkeys(map(spelt, assumptions)))
    return curve_picture(relax(document, spelt(quantity), names, 11, **limits))


def _write(picture: Picture, output: str | None) -> None:
    from lpc.pictures.pdf import render_pdf
    from lpc.pictures.svg import render_svg
    from lpc.pictures.tikz import render_tikz

    if output is None:
        emit(characters(picture) or _too_wide(), None)
        return
    if output.endswith(".pdf"):
        put(render_pdf(picture), output)
    else:
        emit((render_svg if output.endswith(".svg") else render_tikz)(picture), output)
    say(f"{output} written")


def characters(picture: Picture) -> str:
    """The picture in as many columns as the terminal has, or "" where it does not fit."""
    from shutil import get_terminal_size

    from lpc.pictures.terminal import render_terminal

    width = get_terminal_size((COLUMNS, 24)).columns
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    return render_terminal(picture, width, ascii_only=plain)


def _too_wide() -> NoReturn:
    raise click.UsageError(
        "the picture does not fit into the terminal; write it to a file with -o, or make the "
        "terminal wider"
    )
