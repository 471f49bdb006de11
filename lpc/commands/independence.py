"""`lpc independence`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lpc.commands.common import emit, plainly, spelt, with_limits

if TYPE_CHECKING:
    from lpc.logic.effort import Limits


@click.command("independence")
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--given", multiple=True, metavar="NAME", help="Assume this in every combination.")
@with_limits("combination")
def independence_(
    path: str, names: tuple[str, ...], given: tuple[str, ...], limits: Limits
) -> None:
    """Say which combinations of assumptions and definitions can hold and fail together.

    Without names: all assumptions and definitions of the file, with local causality given.
    """
    from lpc.checker.independence import independence_table
    from lpc.language import load
    from lpc.logic import LocalCausality
    from lpc.report.text import render_table

    with plainly():
        document = load(path)
        chosen, fixed = tuple(map(spelt, names)), tuple(map(spelt, given))
        if not chosen:
            local = {
                n for n, a in document.assumptions.items() if isinstance(a.formula, LocalCausality)
            }
            fixed = fixed or tuple(local)
            everything = (*document.assumptions, *document.definitions)
            chosen = tuple(n for n in everything if n not in fixed)
        table = independence_table(document, chosen, fixed, **limits)
    emit(render_table(table), None)
