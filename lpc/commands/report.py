"""`lpc report`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lpc.commands.common import emit, keep, plainly, say, with_limits

if TYPE_CHECKING:
    from lpc.logic.effort import Limits
    from lpc.report.page import Page

ENDINGS = (".html", ".tex", ".md")


@click.command("report")
@click.argument("path", metavar="FILE", type=click.Path())
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False),
              help="Where to write; the format by the ending: .html, .tex or .md.")  # fmt: skip
@click.option("--title", help="The title, instead of the file's own.")
@click.option("--fragment", is_flag=True, help="For .tex: no preamble, to \\input.")
@with_limits("step or claim")
def report_(path: str, output: str, title: str | None, fragment: bool, limits: Limits) -> None:
    """Check a file and write the results as a page, an appendix, or Markdown.

    Says in one line whether everything comes out as stated. Exit status: as of `lpc check`.
    """
    ending = Path(output).suffix.lower()
    if ending not in ENDINGS:
        raise click.UsageError(f"-o {output}: the name must end in {', '.join(ENDINGS)}")
    if fragment and ending != ".tex":
        raise click.UsageError("--fragment is for .tex")

    from lpc.commands.progress import Progress
    from lpc.language import DocumentError, load
    from lpc.report.results import Report

    keep((path,), output)
    with plainly():
        try:
            document = load(path)
        except DocumentError as error:
            if error.document is None:
                raise
            document = error.document
    from lpc.checker import check

    with Progress() as progress:
        found = check(
            document,
            **limits,
            on_line=lambda line: progress.say(f"checking {path}:{line}"),
        )
    from lpc.pictures.onpage import pictures_of
    from lpc.report.contents import page_of
    from lpc.report.text import headline

    page = page_of(found, pictures_of(document), title)
    emit(_rendered(page, ending, fragment), output)
    say(f"{output} written: {headline(found, 'there')}")
    sys.exit(Report((found,)).exit_status)


def _rendered(page: Page, ending: str, fragment: bool) -> str:
    if ending == ".tex":
        from lpc.report.latex import render_latex

        return render_latex(page, fragment)
    if ending == ".md":
        from lpc.report.markdown import render_markdown

        return render_markdown(page)
    from lpc.report.html import render_page

    return render_page(page)
