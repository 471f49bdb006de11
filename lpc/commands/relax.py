"""`lpc relax`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lpc.commands.common import emit, keep, pairs, plainly, spelt, with_limits

if TYPE_CHECKING:
    from lpc.logic.effort import Limits


@click.command("relax")
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("quantity")
@click.option("--assumption", "assumptions", multiple=True, required=True, metavar="NAME",
              help="What may fail; for both sides, name two.")  # fmt: skip
@click.option("--holding", multiple=True, metavar="NAME",
              help="What holds although both microstates fail: λ_a ⊥ λ_b | a, b, λ.")  # fmt: skip
@click.option("--points", type=click.IntRange(2, 1000), default=11, show_default=True,
              help="Rows of the table, from M = 0 to M = 2.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE.svg", type=click.Path(dir_okay=False),
              help="Plot the maximum to this file.")  # fmt: skip
@click.option("--party", "parties", multiple=True, metavar="RESULT:SETTING",
              help="Which setting belongs to which result.")  # fmt: skip
@with_limits("curve")
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def relax_(
    path: str,
    quantity: str,
    assumptions: tuple[str, ...],
    holding: tuple[str, ...],
    points: int,
    output: str | None,
    parties: tuple[str, ...],
    limits: Limits,
    output_format: str,
) -> None:
    """Say how large a QUANTITY can be, by how far an assumption fails.

    The measure M is the largest L1 distance between two conditional distributions, 0 to 2.
    """
    from lpc.checker.relax import relax
    from lpc.language import load
    from lpc.report.relaxed import render_relaxed, render_relaxed_json

    keep((path,), output)
    with plainly():
        names = tuple(dict.fromkeys(map(spelt, assumptions)))
        document = load(path)
        held = tuple(dict.fromkeys(map(spelt, holding)))
        told = pairs(parties)
        found = relax(document, spelt(quantity), names, points, told, held, **limits)
    if output is not None:
        from lpc.pictures.curve import curve_picture
        from lpc.pictures.svg import render_svg

        emit(render_svg(curve_picture(found)), output)
    emit(render_relaxed_json(found) if output_format == "json" else render_relaxed(found), None)
