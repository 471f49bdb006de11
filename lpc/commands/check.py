"""`lpc check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lpc.commands.common import collect, emit, keep, with_limits

if TYPE_CHECKING:
    from lpc.logic.effort import Limits
    from lpc.report.results import FileReport, Report
    from lpc.report.text import Detail

FORMATS = ("text", "json", "sarif", "junit", "github")
Say = Callable[[str], None]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE…", type=click.Path())
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output-file", type=click.Path(dir_okay=False), help="Write the report here.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
)
@with_limits("step or claim")
@click.option("--proofs", is_flag=True, help="Print the proof of every licensed step.")
@click.option("--models", is_flag=True, help="Print every countermodel as a `model` block.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True,
              help="Check so many files at once.")  # fmt: skip
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@click.option("-w", "--watch", is_flag=True, help="Check again whenever a file changes.")
def check(
    paths: tuple[str, ...],
    output_format: str,
    output_file: str | None,
    color: str,
    limits: Limits,
    proofs: bool,
    models: bool,
    jobs: int,
    exit_zero: bool,
    watch: bool,
) -> None:
    """Check files, or all .lpc files below folders.

    Exit status: 0 everything comes out as stated; 1 findings; 2 a file could not be checked.
    """

    def once() -> int:
        every = collect(paths)
        keep(every, output_file)
        report = _checked(every, limits, jobs)
        emit(_rendered(report, output_format, color, output_file, proofs, models), output_file)
        return report.exit_status

    if watch:
        _watch(paths, once)
        return
    status = once()
    sys.exit(0 if exit_zero and status == 1 else status)


def _checked(paths: Sequence[str], limits: Limits, jobs: int) -> Report:
    from lpc.commands.progress import Progress
    from lpc.report.results import Report

    with Progress() as progress:
        return Report(tuple(_results(paths, limits, jobs, progress.say)))


def _results(paths: Sequence[str], limits: Limits, jobs: int, say: Say) -> Iterable[FileReport]:
    if jobs == 1 or len(paths) == 1:
        yield from (_check_file(path, limits, say) for path in paths)
        return
    for done, report in enumerate(_in_workers(paths, limits, min(jobs, len(paths))), 1):
        say(f"{done} of {len(paths)} files checked")
        yield report


def _in_workers(paths: Sequence[str], limits: Limits, jobs: int) -> Iterable[FileReport]:
    """The reports in order. A worker that is killed costs its file only."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(jobs, initializer=_begin_worker)
    try:
        waiting = [pool.submit(_check_file, path, limits) for path in paths]
        for path, one in zip(paths, waiting, strict=True):
            try:
                yield one.result()
            except BrokenProcessPool:
                # NB: a worker took all others with it; whose fault it was shows alone.
                yield _alone(path, limits)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in multiprocessing.active_children():
            worker.terminate()


def _begin_worker() -> None:
    """Whoever started the worker ends it: it leaves interrupts to them, and dies when told."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _alone(path: str, limits: Limits) -> FileReport:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    from lpc.language.files import killed
    from lpc.report.results import FileReport

    with ProcessPoolExecutor(1, initializer=_begin_worker) as pool:
        try:
            return pool.submit(_check_file, path, limits).result()
        except BrokenProcessPool:
            return FileReport(path, None, None, "", (), (), (), tuple(killed(path).diagnostics))


def _check_file(path: str, limits: Limits, say: Say | None = None) -> FileReport:
    from lpc.checker import check as check_path

    if say is None:
        return check_path(path, **limits)
    return check_path(path, **limits, on_line=lambda line: say(f"checking {path}:{line}"))


def _rendered(
    report: Report, output_format: str, color: str, output_file: str | None, *detail: bool
) -> str:
    if output_format == "json":
        from lpc.report.json import render_json

        return render_json(report)
    if output_format == "sarif":
        from lpc import __version__
        from lpc.commands.explain import all_codes
        from lpc.report.sarif import render_sarif

        return render_sarif(report, all_codes(), __version__)
    if output_format == "junit":
        from lpc.report.junit import render_junit

        return render_junit(report)
    if output_format == "github":
        from lpc.report.github import render_github

        return render_github(report)
    from lpc.report.text import Detail

    return _text(report, _colored(color, output_file), Detail(*detail))


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


def _watch(paths: Sequence[str], once: Callable[[], int]) -> None:
    """Check now and after every change below the folders concerned, until interrupted."""
    from watchfiles import watch

    once()
    folders = {p if os.path.isdir(p) else str(Path(p).parent) for p in paths}
    try:
        for changes in watch(*folders, raise_interrupt=True):
            if any(path.endswith(".lpc") for _, path in changes):
                if sys.stdout.isatty():
                    click.clear()
                once()
    except KeyboardInterrupt:
        click.echo("", err=True)
