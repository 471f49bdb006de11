"""`lpc independence`."""

from __future__ import annotations

import sys

import click

from lpc.commands.common import FAILED, diagnostics, emit


@click.command("independence")
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--given", multiple=True, metavar="NAME", help="Assume this in every combination.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              default=20, show_default=True, help="Time limit per combination.")  # fmt: skip
def independence_(
    path: str, names: tuple[str, ...], given: tuple[str, ...], timeout: float
) -> None:
    """Say which combinations of assumptions and definitions can hold and fail together.

    Without names: all assumptions and definitions of the file, with local causality given.
    """
    from lpc.checker.independence import independence_table
    from lpc.language import DocumentError, load
    from lpc.language.names import canonical
    from lpc.logic import LocalCausality, LpcError
    from lpc.report.text import render_table

    try:
        document = load(path)
        chosen, fixed = tuple(map(canonical, names)), tuple(map(canonical, given))
        if not chosen:
            local = {
                n for n, a in document.assumptions.items() if isinstance(a.formula, LocalCausality)
            }
            fixed = fixed or tuple(local)
            everything = (*document.assumptions, *document.definitions)
            chosen = tuple(n for n in everything if n not in fixed)
        table = independence_table(document, chosen, fixed, timeout=timeout)
    except DocumentError as error:
        emit(diagnostics(error), None)
        sys.exit(FAILED)
    except LpcError as error:
        raise click.UsageError(str(error)) from None
    emit(render_table(table), None)
