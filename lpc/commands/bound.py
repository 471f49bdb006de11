"""`lpc bound`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lpc.commands.common import emit, pairs, plainly, spelt, with_limits

if TYPE_CHECKING:
    from lpc.logic.effort import Limits


@click.command("bound")
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("quantity")
@click.option("--party", "parties", multiple=True, metavar="RESULT:SETTING",
              help="Which setting belongs to which result.")  # fmt: skip
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@with_limits("quantity")
def bound_(
    path: str, quantity: str, parties: tuple[str, ...], output_format: str, limits: Limits
) -> None:
    """Say how large a QUANTITY can be: in local models, in quantum theory, and at all."""
    from lpc.checker.bounds import bounds
    from lpc.language import load
    from lpc.report.bounds import render_bounds, render_bounds_json

    with plainly():
        found = bounds(load(path), spelt(quantity), pairs(parties), **limits)
    emit(render_bounds_json(found) if output_format == "json" else render_bounds(found), None)
