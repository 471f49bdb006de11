"""The certificates of every file in `proofs/`, made once for each run of the tests.

Processes that test at once share them: whichever comes first makes those of a file, and others
wait for it or make those of another.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

PROOFS = Path(__file__).resolve().parent.parent / "proofs"
SHARED = "LPC_TESTS_SHARED"
"""The variable that names the folder that the processes of a run share (see conftest.py)."""


@dataclass(frozen=True, slots=True)
class Certified:
    """One certificate as `lpc certify` writes it, and why it certifies nothing if it does not."""

    name: str
    text: str
    refused: str
    verdict: str

    @property
    def data(self) -> bytes:
        return self.text.encode()


@cache
def of_proofs() -> dict[str, Certified]:
    """All certificates, by file and name."""
    paths = sorted(PROOFS.rglob("*.lpc"))
    made = {path: _made_or_read(path) for path in _ours_first(paths)}
    return {f"{path.stem}/{one.name}": one for path in paths for one in made[path]}


def _ours_first(paths: list[Path]) -> list[Path]:
    """Workers begin at different files, so that they seldom wait for each other."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    start = len(paths) * int(worker) // count if worker.isdecimal() else 0
    return [*paths[start:], *paths[:start]]


def _made_or_read(path: Path) -> list[Certified]:
    folder = os.environ.get(SHARED)
    if not folder:
        return _made(path)
    store = Path(folder, f"{path.stem}.json")
    with _alone(store.with_suffix(".lock")):
        if store.exists():
            return [Certified(**one) for one in json.loads(store.read_text(encoding="utf-8"))]
        found = _made(path)
        beside = store.with_suffix(".part")
        beside.write_text(json.dumps([asdict(one) for one in found]), encoding="utf-8")
        beside.replace(store)
        return found


def _made(path: Path) -> list[Certified]:
    import lpc
    from lpc.certificates.writing import certificates

    document = lpc.load(str(path))
    every = certificates(document, lpc.check(document), path.read_bytes())
    return [Certified(c.name, c.data.decode(), c.refused, c.checked.verdict) for c in every]


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Holds a lock that ends with the process, where the system has one."""
    try:
        import fcntl
    except ImportError:  # not on every system; the work is then done more than once
        yield
        return
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
