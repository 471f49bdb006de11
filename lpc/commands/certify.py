"""`lpc certify`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lpc.commands.common import FAILED, FINDINGS, OK, collect, diagnostics, emit, say, with_limits

if TYPE_CHECKING:
    from lpc.logic.effort import Limits

Files = list[tuple[str, bytes]]
Writer = Callable[[Files], Files]
Write = Callable[[dict[str, Any]], str | None]


@click.command("certify")
@click.argument("paths", nargs=-1, required=True, metavar="FILE…", type=click.Path())
@click.option("-o", "--output", required=True, metavar="DIR", type=click.Path(file_okay=False),
              help="Write the certificates below this folder.")  # fmt: skip
@with_limits("step or claim")
@click.option("--coq", is_flag=True, help="Write a Coq file beside every certificate that Coq "
              "can check; others are listed with the reason.")  # fmt: skip
@click.option("--metamath", is_flag=True, help="Write a Metamath database beside every "
              "certificate that Metamath can check.")  # fmt: skip
def certify_(
    paths: tuple[str, ...], output: str, limits: Limits, coq: bool, metamath: bool
) -> None:
    """Write a certificate for every step and claim, for `lpc verify` and others to re-check.

    Exit status: 0 every verdict is certified; 1 some is not, and its certificate claims nothing;
    2 a file could not be checked, or a file in DIR that is not ours is in the way.
    """
    from lpc.certificates.storing import Store
    from lpc.language import DocumentError
    from lpc.logic import LpcError

    writers = [*([_coq_files] if coq else []), *([_metamath_files] if metamath else [])]
    status = OK
    store = Store(Path(output))
    for path in collect(paths):
        try:
            status = max(status, _certify(path, store, limits, writers))
        except DocumentError as error:
            emit(diagnostics(error), None)
            status = FAILED
        except LpcError as error:
            raise click.UsageError(str(error)) from None
    sys.exit(status)


def _certify(path: str, store: object, limits: Limits, writers: Iterable[Writer]) -> int:
    """Write the certificates of one file; the status."""
    from lpc.certificates.storing import Store
    from lpc.certificates.writing import certificates
    from lpc.checker import check
    from lpc.language import parse, read_source

    if not isinstance(store, Store):
        raise TypeError("a store is needed")
    text = read_source(path)  # once: it may be a pipe, or change meanwhile
    document = parse(text, path)
    report = check(document, **limits)
    found = tuple(certificates(document, report, text.encode(), **limits))
    files = [(c.name, c.data) for c in found]
    others = [file for writer in writers for file in writer(files)]
    folder = store.put(path, [*files, *others])
    refused = [c for c in found if c.refused]
    verdicts = Counter(c.checked.verdict for c in found if not c.refused)
    told = ", ".join(f"{n} {verdict}" for verdict, n in sorted(verdicts.items()))
    certified = len(found) - len(refused)
    count = "1 item" if certified == 1 else f"{certified} items"
    rest = f"; {len(refused)} not certified" if refused else ""
    say(f"{path}: {count} certified in {folder}: {told or 'nothing to certify'}{rest}")
    for c in refused:
        say(f"  {c.name}: not certified: {c.refused}")
    return FINDINGS if refused else OK


def _metamath_files(files: Files) -> Files:
    """The Metamath databases beside some certificates, where there are any."""
    from lpc.certificates.metamath.database import NotCovered
    from lpc.certificates.metamath.writing import metamath_source

    return _beside(files, "Metamath", ".mm", metamath_source, NotCovered)


def _coq_files(files: Files) -> Files:
    """The Coq files beside some certificates, where there are any."""
    from lpc.certificates.coq import coq_source
    from lpc.certificates.coq_text import NotCovered

    return _beside(files, "Coq", ".v", lambda data: coq_source(data).text, NotCovered)


def _beside(
    files: Files, kernel: str, ending: str, write: Write, not_covered: type[Exception]
) -> Files:
    """What a foreign kernel gets for each certificate; says why where it gets nothing."""
    import json

    written = []
    for name, data in files:
        try:
            text = write(json.loads(data))
        except not_covered as reason:
            say(f"  {name}: not in {kernel}: {reason}")
            continue
        if text is not None:
            written.append((name.removesuffix(".json") + ending, text.encode()))
    return written
