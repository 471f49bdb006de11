"""Certificates on disk: found without following links, read in bounded size, verified in turn."""

from __future__ import annotations

import os
import signal
import stat
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lpc.certificates.strict import MAX_BYTES, CertificateError
from lpc.certificates.verify import Checked, Verifier

SECONDS = 20.0
MEMORY = 2 << 30
MAX_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Verified:
    """One file: what its certificate shows, or why it was refused."""

    path: str
    checked: Checked | None
    refused: str = ""


@dataclass(slots=True)
class Total:
    """What a run has verified, added up."""

    verdicts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    relied_on: set[str] = field(default_factory=set)
    theorems: int = 0
    models: int = 0
    obligations: int = 0
    refused: int = 0

    def add(self, one: Verified) -> None:
        """Count one file."""
        if one.checked is None:
            self.refused += 1
            return
        self.verdicts[one.checked.verdict] += 1
        self.rules.update(one.checked.rules)
        self.relied_on |= one.checked.relied_on
        self.theorems += one.checked.theorems
        self.models += one.checked.models
        self.obligations += one.checked.obligations


class TimeLimit(Exception):
    """The time for one certificate is over. No `LpcError`, so that nothing takes it for less."""


def find(paths: Iterable[str]) -> Iterator[str]:
    """The files named, and every .json file below the folders named, links left alone.

    Raises: CertificateError for a path that is not there.
    """
    count = 0
    for path in paths:
        if not os.path.isdir(path):
            if not os.path.exists(path):
                raise CertificateError(f"there is no file or folder {path}")
            yield path
            continue
        for folder, below, files in os.walk(path, followlinks=False):
            below.sort()
            for file in sorted(files):
                whole = os.path.join(folder, file)
                if file.endswith(".json") and not os.path.islink(whole):
                    count += 1
                    if count > MAX_FILES:
                        raise CertificateError(f"more than {MAX_FILES} files")
                    yield whole


def read(path: str) -> bytes:
    """The bytes of a regular file, as many as a certificate may have.

    Raises: CertificateError for a larger file or what is no file; OSError.
    """
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise CertificateError("not a regular file")
    if status.st_size > MAX_BYTES:
        raise CertificateError(f"larger than {MAX_BYTES} bytes")
    with open(path, "rb") as file:
        return file.read(MAX_BYTES + 1)


def verify_all(
    paths: Iterable[str],
    compare: Callable[[bytes], None] = lambda _: None,
    seconds: float = SECONDS,
) -> Iterator[Verified]:
    """Verify every certificate; each may take so many seconds.

    Args: `compare`, which raises CertificateError for one that says other things than it should.
    """
    verifier = Verifier()
    for path in find(paths):
        try:
            with time_limit(seconds):
                data = read(path)
                checked = verifier.verify(data)
                compare(data)
            yield Verified(path, checked)
        except CertificateError as error:
            yield Verified(path, None, str(error))
        except MemoryError:
            yield Verified(path, None, "it takes too much memory (MemoryError)")
        except TimeLimit:
            yield Verified(path, None, f"not verified within {seconds:g} s")
        except OSError as error:
            yield Verified(path, None, error.strerror or "cannot be read")


@contextmanager
def memory_limit(size: int = MEMORY) -> Iterator[None]:
    """At most so many bytes of address space for what it encloses, where the system can do that.

    What would take more gets a MemoryError.
    """
    try:
        import resource
    except ImportError:  # not on every system
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    less = [x for x in (size, soft, hard) if x != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(less), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Ends what it encloses after so many seconds, where the system can do that.

    Raises: TimeLimit.
    """
    possible = hasattr(signal, "setitimer")
    if not possible or threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(number: int, frame: Any) -> None:
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
