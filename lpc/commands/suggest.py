"""`lpc suggest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lpc.commands.common import emit, plainly, with_limits

if TYPE_CHECKING:
    from lpc.logic.effort import Limits


@click.command("suggest")
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("step")
@click.option("--proofs", is_flag=True, help="Print the proof that uses each suggestion.")
@with_limits("step or claim")
def suggest_(path: str, step: str, proofs: bool, limits: Limits) -> None:
    """Say which independences would license what a STEP drops without licence.

    STEP is DERIVATION:NUMBER, a label such as "Eq. 24", the name of a rewrite or claim, or a
    line number.
    """
    from lpc.checker.suggest import suggest
    from lpc.language import load
    from lpc.report.text import PLAIN, Detail, render_gaps

    with plainly():
        gaps = suggest(load(path), step, **limits)
    emit(render_gaps(gaps, PLAIN, Detail(proofs=proofs)), None)
