"""The command line (DESIGN 3). Findings go to stdout, usage errors to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lpc import __version__

if TYPE_CHECKING:
    from lpc.report.results import FileReport, Report
    from lpc.report.text import Detail

OK, FINDINGS, FAILED = 0, 1, 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lpc")
def cli() -> None:
    """lpc, the local-causality proof checker: what does each step of a derivation rest on?"""


@cli.command()
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

    report = Report(tuple(_check_file(p, timeout) for p in _collect(paths)))
    if output_format == "json":
        from lpc.report.json import render_json

        text = render_json(report)
    else:
        from lpc.report.text import Detail

        text = _text(report, _colored(color, output_file), Detail(proofs, models))
    _emit(text, output_file)
    sys.exit(report.exit_status)


@cli.command("fmt")
@click.argument("paths", nargs=-1, required=True, metavar="FILE…", type=click.Path())
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if it would.")
@click.option("--stdout", is_flag=True, help="Print the result instead of writing it back.")
def format_(paths: tuple[str, ...], only_check: bool, stdout: bool) -> None:
    """Rewrite files canonically: one spelling of names, one layout; comments stay."""
    from lpc.language import DocumentError, format_text, read_source

    status = OK
    for path in _collect(paths):
        try:
            before = read_source(path)
            after = format_text(before, path)
        except DocumentError as error:
            _emit(_diagnostics(error), None)
            status = FAILED
            continue
        if stdout:
            _emit(after, None)
        elif after != before and only_check:
            _emit(f"{path} would be rewritten\n", None)
            status = max(status, FINDINGS)
        elif after != before:
            Path(path).write_text(after, encoding="utf-8", newline="")
            _emit(f"{path} rewritten\n", None)
    sys.exit(status)


@cli.command("suggest")
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("step")
@click.option("--proofs", is_flag=True, help="Print the proof that uses each suggestion.")
def suggest_(path: str, step: str, proofs: bool) -> None:
    """Say which independences would license what a STEP drops without licence.

    STEP is DERIVATION:NUMBER, a label such as "Eq. 24", the name of a rewrite or claim, or a
    line number.
    """
    from lpc.checker.suggest import suggest
    from lpc.language import DocumentError, load
    from lpc.logic import LpcError
    from lpc.report.text import PLAIN, Detail, render_gaps

    try:
        gaps = suggest(load(path), step)
    except DocumentError as error:
        _emit(_diagnostics(error), None)
        sys.exit(FAILED)
    except LpcError as error:
        raise click.UsageError(str(error)) from None
    _emit(render_gaps(gaps, PLAIN, Detail(proofs=proofs)), None)


@cli.command("independence")
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
        _emit(_diagnostics(error), None)
        sys.exit(FAILED)
    except LpcError as error:
        raise click.UsageError(str(error)) from None
    _emit(render_table(table), None)


@cli.command("bound")
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
        found = bounds(load(path), canonical(quantity), _pairs(parties))
    except DocumentError as error:
        _emit(_diagnostics(error), None)
        sys.exit(FAILED)
    except LpcError as error:
        raise click.UsageError(str(error)) from None
    _emit(render_bounds_json(found) if output_format == "json" else render_bounds(found), None)


@cli.command("relax")
@click.argument("path", metavar="FILE", type=click.Path())
@click.argument("quantity")
@click.option("--assumption", "assumptions", multiple=True, required=True, metavar="NAME",
              help="What may fail; for both sides, name two.")  # fmt: skip
@click.option("--points", type=click.IntRange(2, 1000), default=11, show_default=True,
              help="Rows of the table, from M = 0 to M = 2.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE.svg", type=click.Path(dir_okay=False),
              help="Plot the maximum to this file.")  # fmt: skip
@click.option("--party", "parties", multiple=True, metavar="RESULT:SETTING",
              help="Which setting belongs to which result.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              default=60, show_default=True, help="Time limit.")  # fmt: skip
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def relax_(
    path: str,
    quantity: str,
    assumptions: tuple[str, ...],
    points: int,
    output: str | None,
    parties: tuple[str, ...],
    timeout: float,
    output_format: str,
) -> None:
    """Say how large a QUANTITY can be, by how far an assumption fails.

    The measure M is the largest L1 distance between two conditional distributions, 0 to 2.
    """
    from lpc.checker.relax import relax
    from lpc.language import DocumentError, load
    from lpc.language.names import canonical
    from lpc.logic import LpcError
    from lpc.report.relaxed import render_relaxed, render_relaxed_json

    try:
        names = tuple(dict.fromkeys(map(canonical, assumptions)))
        document = load(path)
        found = relax(document, canonical(quantity), names, points, _pairs(parties), timeout)
    except DocumentError as error:
        _emit(_diagnostics(error), None)
        sys.exit(FAILED)
    except LpcError as error:
        raise click.UsageError(str(error)) from None
    if output is not None:
        from lpc.report.svg import render_svg

        _emit(render_svg(found), output)
    _emit(render_relaxed_json(found) if output_format == "json" else render_relaxed(found), None)


def _pairs(texts: Sequence[str]) -> list[tuple[str, str]]:
    """`A:a` as the pair of two names."""
    from lpc.language.names import canonical

    found = []
    for text in texts:
        result, colon, setting = text.partition(":")
        if not (result and colon and setting):
            raise click.UsageError(f"--party {text}: write RESULT:SETTING, such as A:a")
        found.append((canonical(result.strip()), canonical(setting.strip())))
    return found


def _collect(paths: Sequence[str]) -> list[str]:
    """The files named, and every .lpc file below the folders named, in a stable order."""
    found: list[str] = []
    for path in paths:
        if not os.path.isdir(path):
            found.append(path)
            continue
        inside = sorted(str(p) for p in Path(path).rglob("*.lpc") if p.is_file())
        if not inside:
            raise click.UsageError(f"there is no .lpc file below {path}")
        found.extend(inside)
    return list(dict.fromkeys(found))


def _check_file(path: str, timeout: float) -> FileReport:
    from lpc.checker import check as check_document
    from lpc.language import DocumentError, load
    from lpc.report.results import FileReport

    try:
        return check_document(load(path), timeout=timeout)
    except DocumentError as error:
        return FileReport(path, None, None, error.source, (), (), (), tuple(error.diagnostics))


def _diagnostics(error: Any) -> str:
    from lpc.language import render_diagnostic

    parts = (render_diagnostic(d, error.path, error.source) for d in error.diagnostics)
    return "\n\n".join(parts) + "\n"


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


def _emit(text: str, output_file: str | None) -> None:
    """Write to a file, or to stdout in the characters that stdout can take."""
    if output_file is not None:
        try:
            Path(output_file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"cannot write {output_file}: {error.strerror}") from None
        return
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        from lpc.logic.spelling import ascii_text

        text = ascii_text(text)
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> None:
    """Entry point: a closed pipe is no failure, a bug is exit status 2 with one line."""
    try:
        cli()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except (RecursionError, MemoryError) as error:
        click.echo(f"lpc: this input is too large ({type(error).__name__})", err=True)
        sys.exit(FAILED)
    except Exception as error:
        if "LPC_DEBUG" in os.environ:
            raise
        text = f"{type(error).__name__}: {error}"
        click.echo(f"lpc: a bug in lpc, please report it with the input: {text}", err=True)
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
