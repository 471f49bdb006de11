"""`lpc fmt`."""

from __future__ import annotations

import sys

import click

from lpc.commands.common import FAILED, FINDINGS, OK, collect, diagnostics, emit, put, say


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, metavar="FILE…", type=click.Path())
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if it would.")
@click.option("--stdout", is_flag=True, help="Print the result instead of writing it back.")
def format_(paths: tuple[str, ...], only_check: bool, stdout: bool) -> None:
    """Rewrite files canonically: one spelling of names, one layout; comments stay."""
    from lpc.language import DocumentError, format_text, read_source

    status = OK
    for path in collect(paths):
        try:
            before = read_source(path)
            after = format_text(before, path)
        except DocumentError as error:
            emit(diagnostics(error), None)
            status = FAILED
            continue
        if stdout:
            emit(after, None)
        elif after != before and only_check:
            say(f"{path} would be rewritten")
            status = max(status, FINDINGS)
        elif after != before:
            put(after.encode(), path)
            say(f"{path} rewritten")
    sys.exit(status)
