"""`lpc check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from lpc.commands.common import collect, emit

if TYPE_CHECKING:
    from lpc.report.results import FileReport, Report
    from lpc.report.text import Detail


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE…", type=click.Path())
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--output-file", type=click.Path(dir_okay=False), help="Write the report here.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              default=20, show_default=True, help="Time limit per step or claim.")  # fmt: skip
@click.option("--proofs", is_flag=True, help="Print the proof of every licensed step.")
@click.option("--models", is_flag=True, help="Print every countermodel as a `model` block.")
def check(
    paths: tuple[str, ...],
    output_format: str,
    output_file: str | None,
    color: str,
    timeout: float,
    proofs: bool,
    models: bool,
) -> None:
    """Check files, or all .lpc files below folders.

    Exit status: 0 everything comes out as stated; 1 findings; 2 a file could not be checked.
    """
    from lpc.report.results import Report

    report = Report(tuple(_check_file(p, timeout) for p in collect(paths)))
    if output_format == "json":
        from lpc.report.json import render_json

        text = render_json(report)
    else:
        from lpc.report.text import Detail

        text = _text(report, _colored(color, output_file), Detail(proofs, models))
    emit(text, output_file)
    sys.exit(report.exit_status)


def _check_file(path: str, timeout: float) -> FileReport:
    from lpc.checker import check as check_document
    from lpc.language import DocumentError, load
    from lpc.report.results import FileReport

    try:
        return check_document(load(path), timeout=timeout)
    except DocumentError as error:
        return FileReport(path, None, None, error.source, (), (), (), tuple(error.diagnostics))


def _text(report: Report, colored: bool, detail: Detail) -> str:
    from lpc.report.text import PLAIN, Style, render_report

    def painter(**style: Any) -> Callable[[str], str]:
        return lambda text: click.style(text, **style)

    style = PLAIN
    if colored:
        style = Style(
            good=painter(fg="green"),
            bad=painter(fg="red", bold=True),
            strong=painter(bold=True),
            faint=painter(dim=True),
        )
    return render_report(report, style, detail)


def _colored(color: str, output_file: str | None) -> bool:
    if color != "auto":
        return color == "always"
    return output_file is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
