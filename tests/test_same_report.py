"""A file has the same report whatever the machine does, however many are checked at once.

For all of `proofs/`, and for a busy machine, by hand: `python tests/test_same_report.py proofs`,
alone and beside two processes that never end (`--burners 2`).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FEW = ("proofs/figures", "proofs/common_cause.lpc", "proofs/models/printed.lpc",
       "proofs/models/circle.lpc", "tests/data/language/reference_bell.lpc",
       "tests/malformed/several.lpc")  # fmt: skip
JOBS, SEEDS = (1, 2, 4), ("0", "1", "4242")


def report(paths: Sequence[str], jobs: int, seed: str) -> bytes:
    """What `lpc check --output-format json` prints, with so many jobs and a seed of hashing."""
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(ROOT), environment.get("PYTHONPATH", "")])
    )
    command = [sys.executable, "-m", "lpc", "check", "--output-format", "json", "-j", str(jobs)]
    done = subprocess.run(
        [*command, *paths], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert done.stderr == b"", done.stderr.decode()
    return done.stdout


def test_jobs_and_hash_seeds_make_no_difference():
    """Each number of jobs and each seed occurs."""
    first, *others = (report(FEW, *way) for way in zip(JOBS, SEEDS, strict=True))
    assert first.count(b'"file"') > 5
    assert all(other == first for other in others)


def main() -> int:
    """Exit status: 0 all reports are the same; 1 some differ."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--burners", type=int, default=0, metavar="N")
    told = parser.parse_args()
    burners = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(told.burners)
    ]
    try:
        found: dict[bytes, list[str]] = {}
        for jobs, seed in product(JOBS, SEEDS):
            found.setdefault(report(told.paths, jobs, seed), []).append(f"{jobs} jobs, seed {seed}")
    finally:
        for burner in burners:
            burner.kill()
    for text, ways in found.items():
        print(f"{len(text)} bytes: {'; '.join(ways)}")
    return int(len(found) > 1)


if __name__ == "__main__":
    sys.exit(main())
