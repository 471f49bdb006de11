"""`lpc bound`."""

from __future__ import annotations

import sys

import click

from lpc.commands.common import FAILED, diagnostics, emit, pairs


@click.command("bound")
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("quantity")
@click.option("--party", "parties", multiple=True, metavar="RESULT:SETTING",
              help="Which setting belongs to which result.")  # fmt: skip
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def bound_(path: str, quantity: str, parties: tuple[str, ...], output_format: str) -> None:
    """Say how large a QUANTITY can be: in local models, in quantum theory, and at all."""
    from lpc.checker.bounds import bounds
    from lpc.language import DocumentError, load
    from lpc.language.names import canonical
    from lpc.logic import LpcError
    from lpc.report.bounds import render_bounds, render_bounds_json

    try:
        found = bounds(load(path), canonical(quantity), pairs(parties))
    except DocumentError as error:
        emit(diagnostics(error), None)
        sys.exit(FAILED)
    except LpcError as error:
        raise click.UsageError(str(error)) from None
    emit(render_bounds_json(found) if output_format == "json" else render_bounds(found), None)
