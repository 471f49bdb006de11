"""Coq at work: the library built once, files compiled one by one, axioms held against a list.

Coq runs as a separate program. A file counts as accepted when `coqc` ends without an error and
every `Print Assumptions` in it names nothing but axioms that are allowed there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lpc.certificates.coq import ALLOWED, CoqSource, coq_source, groups, joined
from lpc.certificates.coq_text import NotCovered
from lpc.certificates.folders import find, read
from lpc.certificates.strict import CertificateError, read_json
from lpc.logic import LpcError

LIBRARY = Path(__file__).resolve().parent.parent / "kernel" / "coq"
# Each needs only those before it.
FILES = (
    "Scalars",
    "Spaces",
    "Independence",
    "Products",
    "Derivations",
    "Sums",
    "SumSteps",
    "Rationals",
    "Models",
    "Vertices",
    "Mixtures",
    "Normalised",
    "RealModels",
    "Quantities",
)
CLOSED = "Closed under the global context"
TIMEOUT = 120.0


class CoqError(LpcError):
    """Coq is missing, or its library does not build."""


@dataclass(frozen=True, slots=True)
class CoqResult:
    """What Coq said of one file: accepted, or why not."""

    accepted: bool
    reason: str = ""
    not_covered: bool = False


def coqc_path() -> str | None:
    """Where `coqc` is, None when it is not installed."""
    return shutil.which("coqc")


def build_library(directory: Path, *, timeout: float = TIMEOUT) -> None:
    """Compile the library into a directory of its own.

    Raises: CoqError.
    """
    coqc = coqc_path()
    if coqc is None:
        raise CoqError("coqc was not found; install Coq (Debian: apt-get install coq)")
    directory.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(LIBRARY / f"{name}.v", directory / f"{name}.v")
        found = _run([coqc, "-q", "-R", ".", "LPC", f"{name}.v"], directory, timeout)
        if found is None or found.returncode:
            text = "it took too long" if found is None else _first_error(found.stderr)
            raise CoqError(f"the Coq library does not build: {name}.v: {text}")


def check_sources(
    sources: Sequence[CoqSource], library: Path, directory: Path, *, timeout: float = TIMEOUT
) -> CoqResult:
    """Compile certificates as one file and hold their axioms against what each may use.

    Args: `library` is where `build_library` put it, `directory` is for the file.
    """
    coqc = coqc_path()
    if coqc is None:
        raise CoqError("coqc was not found; install Coq (Debian: apt-get install coq)")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "Certificate.v").write_text(joined(sources), encoding="utf-8")
    command = [coqc, "-q", "-R", str(library.resolve()), "LPC", "Certificate.v"]
    found = _run(command, directory, timeout)
    if found is None:
        return CoqResult(False, f"coqc took longer than {timeout:g} s")
    if found.returncode:
        return CoqResult(False, _first_error(found.stderr))
    return _axioms_allowed(found.stdout, [ALLOWED[g] for g in groups(sources)])


def verify_folders(
    paths: Iterable[str], accepted: Container[str]
) -> Iterator[tuple[str, CoqResult]]:
    """Have Coq check every certificate it covers below some folders, a folder at a time.

    Args: `accepted`, the paths of those that our own kernel accepts; no other reaches Coq.
    Coq gets the text that the certificate gives now; a `.v` beside it must be the same.
    Raises: CoqError, CertificateError.
    """
    folders: dict[str, list[tuple[str, CoqSource]]] = {}
    for path in find(paths):
        if path not in accepted:
            continue
        try:
            source = coq_source(read_json(read(path)))
            beside = Path(path).with_suffix(".v")
            if beside.is_file() and _differs(beside, source.text):
                yield path, CoqResult(False, f"{beside.name} is not what the certificate says")
                continue
            folders.setdefault(os.path.dirname(path), []).append((path, source))
        except NotCovered as error:
            yield path, CoqResult(False, str(error), not_covered=True)
        except (CertificateError, OSError) as error:
            yield path, CoqResult(False, str(error))
    if not folders:
        return  # NB: the library takes its time, and nobody needs it
    with tempfile.TemporaryDirectory() as name:
        library = Path(name) / "library"
        build_library(library)
        for found in folders.values():
            yield from _verify_together(found, library, Path(name) / "work")


def _verify_together(
    found: Sequence[tuple[str, CoqSource]], library: Path, work: Path
) -> Iterator[tuple[str, CoqResult]]:
    """In one run, which saves the loading; one by one where that fails."""
    if check_sources([s for _, s in found], library, work, timeout=TIMEOUT * 5).accepted:
        yield from ((path, CoqResult(True)) for path, _ in found)
        return
    for path, source in found:
        yield path, check_sources([source], library, work)


def _differs(file: Path, text: str) -> bool:
    data = text.encode()
    with file.open("rb") as stream:
        return stream.read(len(data) + 1) != data


def _axioms_allowed(output: str, allowed: Sequence[frozenset[str]]) -> CoqResult:
    reports = list(axiom_reports(output))
    if len(reports) != len(allowed):
        return CoqResult(False, f"{len(reports)} reports on axioms for {len(allowed)} theorems")
    for found, may in zip(reports, allowed, strict=True):
        if not found <= may:
            return CoqResult(False, f"an axiom that is not allowed: {min(found - may)}")
    return CoqResult(True)


def axiom_reports(output: str) -> list[frozenset[str]]:
    """The axioms of each `Print Assumptions`, by qualified name.

    >>> axiom_reports("Axioms:\\nReals.a : nat\\n  -> nat\\nClosed under the global context\\n")
    [frozenset({'Reals.a'}), frozenset()]
    """
    reports: list[set[str]] = []
    for line in output.splitlines():
        if line.strip() == CLOSED or line.strip() == "Axioms:":
            reports.append(set())
        elif reports and line.strip() and not line[0].isspace():
            # Every line that opens at the margin counts, so that nothing can hide.
            reports[-1].add(re.split(r"[\s:]", line, maxsplit=1)[0])
        elif line.strip() and not reports:
            reports.append({line.strip()})
    return [frozenset(r) for r in reports]


def _first_error(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    start = next((k for k, line in enumerate(lines) if line.startswith("Error")), 0)
    return " ".join(lines[start : start + 4])[:300] or "coqc failed"


def _run(
    command: Sequence[str], directory: Path, timeout: float
) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(
            command,
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return None
