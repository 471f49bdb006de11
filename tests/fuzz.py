"""Tries files that nobody wrote: each seed is one file, run through all that lpc does with a file.

    python tests/fuzz.py --stage load --seeds 0:100000
    python tests/fuzz.py --stage check --seeds 0:10000 --keep found
    python tests/fuzz.py --seed 17 --show

Stage `load`: the file is a document or a `DocumentError` whose places are in the text; `lpc fmt`
prints what is printed again as it is, and it is the same document. Stage `check`, also: every item
is checked at a small effort, everything that writes results writes them, certificates are made, and
both verifiers accept them. A failure is any other exception, a certificate refused, or a run that
takes far more time than its effort; it is told with its seed.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import signal
import sys
import tempfile
import traceback
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

from fuzz_texts import text_of

from lpc.language import Document, DocumentError, format_text, read_source, render_diagnostic
from lpc.language.codes import CODES
from lpc.logic import Diagnostic, Span

STAGES = ("load", "check")
EFFORT = 20_000
SECONDS = 60.0
"""Seconds of the processor after which a file is given up as a hang."""

COMMAND = re.compile(r"^::(?!(?:error|warning|notice) file=)", re.M)
COMMAND_ANYWHERE = re.compile(r"^\s*::[a-z-]+(?: [^\n]*)?::", re.M)
RAW = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What may do something to whoever reads it: control characters and those of direction."""


class Fault(Exception):
    """Something that lpc must not do."""


class Hang(BaseException):
    """Nothing in lpc may catch it."""


@dataclass(slots=True)
class Tally:
    """What came of some files."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)


def attempt(path: Path, stage: str, folder: Path, tally: Tally) -> None:
    """One file through a stage; `folder` is for what is written.

    Raises: whatever must not be raised.
    """
    tally.counts["files"] += 1
    document = loaded(path, tally)
    if stage == "check":
        from fuzz_results import check_all

        check_all(path, document, EFFORT, folder, tally.counts)


def fault(seed: int, stage: str, folder: Path, tally: Tally) -> str:
    """How the file of a seed fails a stage; empty where it does not."""
    path = folder / "fuzzed.lpc"
    path.write_bytes(text_of(seed))
    try:
        attempt(path, stage, folder, tally)
    except (Exception, Hang):
        return traceback.format_exc(limit=-12)
    return ""


# ---- loading and `fmt` --------------------------------------------------------------------------


def loaded(path: Path, tally: Tally) -> Document | None:
    """The document, if it is one, after `fmt` has been tried on the text."""
    try:
        source = read_source(path)
    except DocumentError as error:
        sensible(error)
        tally.counts["not UTF-8"] += 1
        return None
    document, error = document_of(source, path)
    try:
        once = format_text(source)
    except DocumentError as mistake:
        sensible(mistake)
        if document is not None:
            raise Fault("fmt refuses a document") from mistake
        tally.counts["not a text of the language"] += 1
        return None
    if (twice := format_text(once)) != once:
        raise Fault(f"fmt of fmt differs:\n{once}\n----\n{twice}")
    again, mistake = document_of(once, path)
    if document is None or error is not None:
        tally.counts["mistakes"] += 1
        before, after = codes(error), codes(mistake)
        if before != after:
            raise Fault(f"fmt changes what is wrong: {before} to {after}\n{once}")
        return None
    tally.counts["documents"] += 1
    if again is None:
        raise Fault(f"what fmt prints is no document: {codes(mistake)}\n{once}")
    if (found := difference(bare(document), bare(again))) is not None:
        raise Fault(f"fmt makes another document: {found}\n{once}")
    return document


def document_of(source: str, path: Path) -> tuple[Document | None, DocumentError | None]:
    from lpc.language import parse

    try:
        return parse(source, str(path)), None
    except DocumentError as error:
        sensible(error)
        return None, error


def codes(error: DocumentError | None) -> list[str]:
    return sorted({d.code for d in error.diagnostics}) if error else []


def sensible(error: DocumentError) -> None:
    """Every message has a code of ours and a place in the text, and can be shown."""
    if not error.diagnostics:
        raise Fault("an error without a message")
    lines = error.source.split("\n")
    for d in error.diagnostics:
        if d.code not in CODES:
            raise Fault(f"no such code: {d.code}")
        if not 1 <= d.span.line <= len(lines):
            raise Fault(f"{d.code} is in line {d.span.line} of {len(lines)}")
        if not 1 <= d.span.column <= len(lines[d.span.line - 1]) + 1:
            raise Fault(f"{d.code} is in column {d.span.column}: {lines[d.span.line - 1]!r}")
        harmless("a message", render_diagnostic(d, error.path, error.source))


def bare(value: Any) -> Any:
    """Data without the places in the text that they come from."""
    if isinstance(value, Span):
        return None
    if isinstance(value, Document):
        names = [f.name for f in fields(value) if f.name not in ("source", "path")]
        return {name: bare(getattr(value, name)) for name in names}
    if isinstance(value, Diagnostic):
        return value.code
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *(bare(getattr(value, f.name)) for f in fields(value)))
    if isinstance(value, Mapping):
        return {key: bare(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return tuple(map(bare, value))
    return value


def difference(one: Any, two: Any, where: str = "document") -> str | None:
    """The first place in which two data differ."""
    if isinstance(one, dict) and isinstance(two, dict) and list(one) == list(two):
        pairs = [(f"{where}.{key}", one[key], two[key]) for key in one]
    elif isinstance(one, tuple) and isinstance(two, tuple) and len(one) == len(two):
        pairs = [(f"{where}[{k}]", a, b) for k, (a, b) in enumerate(zip(one, two, strict=True))]
    else:
        return None if one == two else f"{where}: {one!r} and {two!r}"
    found = (difference(a, b, place) for place, a, b in pairs)
    return next((d for d in found if d is not None), None)


# ---- what is written ----------------------------------------------------------------------------


def harmless(what: str, text: str) -> None:
    """No characters that act on a terminal, and no line that is a command to a code host."""
    if RAW.search(text):
        raise Fault(f"{what} holds {RAW.search(text)[0]!r}")
    if (COMMAND if what == "github" else COMMAND_ANYWHERE).search(text):
        raise Fault(f"{what} has a line that is a workflow command")


def well_formed(what: str, text: str) -> None:
    """What a program is to read can be read."""
    if what in ("json", "sarif"):
        json.loads(text)
    if what in ("junit", "svg"):
        ET.fromstring(text)
    if what == "html" and text.count("<script") > html.unescape(text).count("<script"):
        raise Fault("markup of its own in html")


# ---- the command line ---------------------------------------------------------------------------


@contextmanager
def watched(seconds: float) -> Iterator[None]:
    """Raises Hang after so many seconds of the processor; other processes do not count."""

    def over(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def quicken() -> None:
    """Have lark keep the lexer that it makes anew for each text; it is a third of a small file."""
    from lpc.language.reader import _parser

    with suppress(AttributeError):
        _parser().lexer = _parser()._build_lexer()


def at_most(memory: int) -> None:
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


def run(seeds: range, stage: str, keep: Path | None, say: Callable[[str], None]) -> Tally:
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            if seed != seeds.start and (seed - seeds.start) % 1000 == 0:
                say(f"{seed}: {len(tally.faults)} faults; {told(tally)}")
            before = os.times()
            with watched(SECONDS):
                found = fault(seed, stage, Path(folder), tally)
            after = os.times()
            spent = after.user + after.system - before.user - before.system
            if spent > SECONDS / 6:
                say(f"seed {seed} took {spent:.1f} s")
            if not found:
                continue
            tally.faults.append((seed, found))
            say(f"seed {seed}:\n{found}")
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{stage}-{seed}.lpc").write_bytes(text_of(seed))
    return tally


def told(tally: Tally) -> str:
    return ", ".join(f"{n} {what}" for what, n in tally.counts.most_common())


def _seeds(text: str) -> range:
    first, _, last = text.partition(":")
    return range(int(first), int(last))


def main() -> int:
    """Exit status: 0 no failure; 1 some."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, help="one seed only")
    parser.add_argument("--seeds", type=_seeds, default=range(1000), metavar="FIRST:END")
    parser.add_argument("--stage", choices=STAGES, default="check")
    parser.add_argument("--show", action="store_true", help="print the file of the seed")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write failing files there")
    parser.add_argument("--memory", type=int, default=2 << 30, metavar="BYTES")
    told_to = parser.parse_args()
    if told_to.show:
        sys.stdout.buffer.write(text_of(told_to.seed or 0))
        return 0
    at_most(told_to.memory)
    quicken()
    seeds = told_to.seeds if told_to.seed is None else range(told_to.seed, told_to.seed + 1)
    tally = run(seeds, told_to.stage, told_to.keep, lambda line: print(line, flush=True))
    print(f"{told_to.stage}: {told(tally)}; {len(tally.faults)} failures")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
