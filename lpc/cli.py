"""The command line (DESIGN 3). Findings go to stdout, usage errors to stderr."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import click
from click.exceptions import NoArgsIsHelpError

from lpc import __version__
from lpc.commands.bound import bound_
from lpc.commands.certify import certify_
from lpc.commands.check import check
from lpc.commands.common import FAILED, visible
from lpc.commands.completion import completion
from lpc.commands.diagram import diagram
from lpc.commands.explain import explain
from lpc.commands.fmt import format_
from lpc.commands.independence import independence_
from lpc.commands.new import new
from lpc.commands.relax import relax_
from lpc.commands.report import report_
from lpc.commands.suggest import suggest_
from lpc.commands.verify import verify_


@contextmanager
def _visibly() -> Iterator[None]:
    """What is refused quotes arguments and names of files: it is shown as text of others."""
    try:
        yield
    except click.ClickException as error:
        if isinstance(error, NoArgsIsHelpError):  # its message is the help page
            raise
        # NB: `format_message` puts in what the subclass knows, such as the name of an option.
        told = visible(error.format_message())
        raise click.UsageError(told, getattr(error, "ctx", None)) from None


class InOrder(click.Group):
    """A group that lists its commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the options before the command."""
        with _visibly():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _visibly():
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A file in the place of a command was hardly meant as one."""
        name = args[0]
        is_file = name.endswith(".lpc") or os.path.exists(name)
        if is_file and name not in self.commands and not ctx.resilient_parsing:
            ctx.fail(f"No such command '{name}'. Did you mean `lpc check {name}`?")
        return super().resolve_command(ctx, args)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lpc")
def cli() -> None:
    """lpc, the local-causality proof checker: what does each step of a derivation rest on?"""


for command in (
    check, explain, report_, diagram, suggest_, independence_, bound_, relax_,
    certify_, verify_, format_, new, completion,
):  # fmt: skip
    cli.add_command(command)


def _end(number: int, _: object) -> None:
    """Leave at once; what is being written stays as it was."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def _tell(text: str) -> None:
    """A message on stderr, where there is one that can take it."""
    try:
        click.echo(visible(text), err=True)
    except OSError:
        _silence(sys.stderr)


def _silence(stream: TextIO) -> None:
    """Let go of what a stream could not take: it would fail again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def main() -> None:
    """Entry point: a closed pipe is no failure, a bug is exit status 2 with one line.

    Exit status: 130 and 143 where it is interrupted or told to end.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    if sys.stderr is None:  # closed by whoever started lpc: messages are not wanted
        sys.stderr = io.StringIO()
    try:
        if sys.stdout is None:
            raise click.UsageError("standard output is closed, so there is nowhere to write to")
        cli()
    except click.UsageError as error:
        error.show()
        sys.exit(FAILED)
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):
            _silence(stream)
        sys.exit(FAILED)
    except (RecursionError, MemoryError) as error:
        _tell(f"lpc: this input is too large ({type(error).__name__})")
        sys.exit(FAILED)
    except Exception as error:
        if "LPC_DEBUG" in os.environ:
            raise
        text = f"{type(error).__name__}: {error}"
        _tell(f"lpc: a bug in lpc, please report it with the input: {text}")
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
