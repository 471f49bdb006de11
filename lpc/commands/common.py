"""What the commands share: exit statuses, finding files, writing text, messages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from lpc.logic.visible import visible as visible

OK, FINDINGS, FAILED = 0, 1, 2

F = TypeVar("F", bound=Callable[..., Any])

seconds = click.FloatRange(min=0, min_open=True)


def with_limits(what: str) -> Callable[[F], F]:
    """The options `--effort` and `--timeout` of a command that searches, as `limits`.

    Args: `what`, what the limits are for.
    """
    from lpc.logic.effort import EFFORT, Limits

    effort = click.option(
        "--effort", type=click.IntRange(min=1), metavar="N", default=EFFORT, show_default=True,
        help=f"Units of work per {what}; a report depends on nothing else.",
    )  # fmt: skip
    timeout = click.option(
        "--timeout", type=seconds, metavar="SECONDS",
        help=f"Give up a {what} after so long, whatever the effort; off unless it is set.",
    )  # fmt: skip

    def decorate(command: F) -> F:
        @wraps(command)
        def told(*arguments: Any, effort: int, timeout: float | None, **options: Any) -> Any:
            limits: Limits = {"effort": effort, "timeout": timeout}
            return command(*arguments, limits=limits, **options)

        return cast(F, effort(timeout(told)))

    return decorate


@contextmanager
def plainly() -> Iterator[None]:
    """What is wrong with a file or a request, as a message and exit status 2."""
    from lpc.exact import NumberError
    from lpc.language import DocumentError
    from lpc.logic import LpcError

    try:
        yield
    except DocumentError as error:
        emit(diagnostics(error), None)
        sys.exit(FAILED)
    except (LpcError, NumberError) as error:
        raise click.UsageError(str(error)) from None


def spelt(name: str) -> str:
    """A name on the command line in the one spelling of the language."""
    from lpc.language.names import UnknownCommand, canonical

    try:
        return canonical(name)
    except UnknownCommand as error:
        raise click.UsageError(f"{name} is no name: {error} is no Greek letter") from None


def pairs(texts: Sequence[str]) -> list[tuple[str, str]]:
    """`A:a` as the pair of two names."""
    found = []
    for text in texts:
        result, colon, setting = text.partition(":")
        if not (result and colon and setting):
            raise click.UsageError(f"--party {text}: write RESULT:SETTING, such as A:a")
        found.append((spelt(result.strip()), spelt(setting.strip())))
    return found


def collect(paths: Sequence[str]) -> list[str]:
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


def diagnostics(error: Any) -> str:
    from lpc.language import render_diagnostic

    parts = (render_diagnostic(d, error.path, error.source) for d in error.diagnostics)
    return "\n\n".join(parts) + "\n"


def put(data: bytes, output_file: str) -> None:
    """Write a file, whole or not at all."""
    from lpc.storage import replace

    try:
        replace(output_file, data)
    except OSError as error:
        raise click.UsageError(f"cannot write {output_file}: {error.strerror}") from None


def keep(inputs: Sequence[str], output_file: str | None) -> None:
    """Refuse to write over a file that is read, or where a folder is, before any work is done."""
    from lpc.storage import names_folder, same_file

    if output_file is None:
        return
    if names_folder(output_file):
        raise click.UsageError(f"cannot write {output_file}: it is a folder; name a file in it")
    if same_file(output_file, inputs):
        raise click.UsageError(f"{output_file} is what is read; write to another file")


def say(line: str) -> None:
    """One line of our own on stdout, in which names of files may stand."""
    emit(visible(line) + "\n", None)


def emit(text: str, output_file: str | None) -> None:
    """Write to a file, or to stdout in the characters that stdout can take."""
    if output_file is not None:
        put(text.encode("utf-8", "backslashreplace"), output_file)
        return
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        from lpc.logic.spelling import ascii_text

        text = ascii_text(text)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        # NB: what is left in the buffer would fail again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.UsageError(f"cannot write to standard output: {error.strerror}") from None
