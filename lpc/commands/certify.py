"""`lpc certify`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from lpc.commands.common import FAILED, FINDINGS, OK, collect, diagnostics, emit


@click.command("certify")
@click.argument("paths", nargs=-1, required=True, metavar="FILE…", type=click.Path())
@click.option("-o", "--output", required=True, metavar="DIR", type=click.Path(file_okay=False),
              help="Write the certificates below this folder.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              default=20, show_default=True, help="Time limit per step or claim.")  # fmt: skip
@click.option("--coq", is_flag=True, help="Write a Coq file beside every certificate that Coq "
              "can check; others are listed with the reason.")  # fmt: skip
def certify_(paths: tuple[str, ...], output: str, timeout: float, coq: bool) -> None:
    """Write a certificate for every step and claim, for `lpc verify` and others to re-check.

    Exit status: 0 every verdict is certified; 1 some is not, and its certificate claims nothing;
    2 a file could not be checked, or a file in DIR that is not ours is in the way.
    """
    from lpc.certificates.storing import Store
    from lpc.language import DocumentError
    from lpc.logic import LpcError

    status = OK
    store = Store(Path(output))
    for path in collect(paths):
        try:
            status = max(status, _certify(path, store, timeout, coq))
        except DocumentError as error:
            emit(diagnostics(error), None)
            status = FAILED
        except LpcError as error:
            raise click.UsageError(str(error)) from None
        except OSError as error:
            raise click.UsageError(f"{error.filename}: {error.strerror}") from None
    sys.exit(status)


def _certify(path: str, store: object, timeout: float, coq: bool) -> int:
    """Write the certificates of one file; the status."""
    from lpc.certificates.storing import Store
    from lpc.certificates.writing import certificates
    from lpc.checker import check
    from lpc.language import load

    if not isinstance(store, Store):
        raise TypeError("a store is needed")
    document = load(path)
    report = check(document, timeout=timeout)
    source = Path(path).read_bytes()
    found = tuple(certificates(document, report, source, timeout=timeout))
    files = [(c.name, c.data) for c in found]
    folder = store.put(path, [*files, *_coq_files(files)] if coq else files)
    verdicts = Counter(c.checked.verdict for c in found)
    told = ", ".join(f"{n} {verdict}" for verdict, n in sorted(verdicts.items()))
    count = "1 item" if len(found) == 1 else f"{len(found)} items"
    emit(f"{path}: {count} certified in {folder}: {told or 'nothing to certify'}\n", None)
    refused = [c for c in found if c.refused]
    for c in refused:
        emit(f"  {c.name}: not certified: {c.refused}\n", None)
    return FINDINGS if refused else OK


def _coq_files(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The Coq files beside some certificates, where there are any."""
    import json

    from lpc.certificates.coq import coq_source
    from lpc.certificates.coq_text import NotCovered

    written = []
    for name, data in files:
        try:
            text = coq_source(json.loads(data)).text
        except NotCovered as reason:
            emit(f"  {name}: not in Coq: {reason}\n", None)
        else:
            written.append((name.removesuffix(".json") + ".v", text.encode()))
    return written
