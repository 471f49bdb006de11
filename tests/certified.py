"""The certificates of every file in `proofs/`, made once for each test process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import lpc
from lpc.certificates.writing import Certificate, certificates

PROOFS = Path(__file__).resolve().parent.parent / "proofs"


@cache
def of_proofs() -> dict[str, Certificate]:
    """All certificates, by file and name."""
    found = {}
    for path in sorted(PROOFS.rglob("*.lpc")):
        document = lpc.load(str(path))
        report = lpc.check(document)
        for one in certificates(document, report, path.read_bytes()):
            found[f"{path.stem}/{one.name}"] = one
    return found
