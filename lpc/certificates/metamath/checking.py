"""Having Metamath verify a database, and comparing what it states with its certificate.

Metamath vouches for the proofs. What is left to compare: that the axioms are ours, byte for
byte; that nothing after them is an axiom; and that the theorems are those that the certificate
claims. Metamath leaves with status 0 even when it found errors, so its words are read.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lpc.certificates.metamath.claims import Claim, claims_of, preamble, sets_of
from lpc.logic import LpcError

MAX_BYTES = 20_000_000
SECONDS = 60.0

Symbols = tuple[str, ...]


class Rejected(LpcError):
    """A database that does not prove what its certificate claims."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a database was accepted; the reason when not, and how many theorems it proves."""

    accepted: bool
    reason: str
    theorems: int = 0


def find_metamath() -> str | None:
    """Where the program is, if it is installed."""
    return shutil.which("metamath")


def check_with_metamath(
    path: Path, certificate: Mapping[str, Any], *, seconds: float = SECONDS
) -> Checked:
    """Verify the database at `path` against a certificate.

    Raises: CertificateError when the certificate itself cannot be read or does not fit
    together, NotCovered when it is too large, FileNotFoundError when Metamath is not installed.
    """
    program = find_metamath()
    if program is None:
        raise FileNotFoundError("metamath is not installed")
    claims = claims_of(certificate, sets_of(certificate))
    try:
        if claims is None:
            raise Rejected("the certificate claims no derivation")
        text = _text(path)
        compare(text, claims)
        run_metamath(program, text, seconds)
    except Rejected as error:
        return Checked(False, str(error))
    return Checked(True, "", len(claims))


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Rejected(f"the database has more than {MAX_BYTES} bytes")
    if re.search(rb"[^ -~\n]", data):
        raise Rejected("the database has characters other than printable ASCII and line ends")
    return data.decode("ascii")


def compare(text: str, claims: tuple[Claim, ...]) -> None:
    """Whether a database has our axioms, no others, and the theorems claimed.

    Raises: Rejected.
    """
    axioms = preamble()
    if not text.startswith(axioms):
        raise Rejected("the axioms are not those of lpc.mm")
    tokens = _tokens(text[len(axioms) :])
    for claim in claims:
        _compare_block(tokens, claim)
    if next(tokens, None) is not None:
        raise Rejected("something follows the theorems claimed")


_KEYWORDS = {"${", "$}", "$e", "$p", "$=", "$."}


def _tokens(text: str) -> Iterator[str]:
    """Tokens outside comments; every `$` must belong to a keyword that is allowed here."""
    inside = False
    for token in text.split():
        if token in ("$(", "$)"):
            if inside == (token == "$("):
                raise Rejected("comments are not closed or nested")
            inside = not inside
        elif "$" in token and (inside or token not in _KEYWORDS):
            raise Rejected(f"{token} stands after the axioms")
        elif not inside:
            yield token
    if inside:
        raise Rejected("a comment is not closed")


def _compare_block(tokens: Iterator[str], claim: Claim) -> None:
    """One block: its hypotheses are those claimed and its last theorem is the goal."""
    if next(tokens, None) != "${":
        raise Rejected(f"{claim.label} is missing")
    hypotheses: list[Symbols] = []
    theorem: tuple[str, Symbols] | None = None
    while (label := next(tokens, None)) != "$}":
        kind = next(tokens, None)
        if label is None or kind not in ("$e", "$p"):
            raise Rejected(f"{claim.label}: neither a hypothesis nor a theorem")
        if kind == "$e":
            hypotheses.append(_until(tokens, "$."))
        else:
            theorem = label, _until(tokens, "$=")
            if "?" in "".join(_until(tokens, "$.")):
                raise Rejected(f"{label} has no complete proof")
    if tuple(hypotheses) != claim.hypotheses:
        raise Rejected(f"{claim.label}: the hypotheses are not those claimed")
    if theorem != (claim.label, claim.conclusion):
        raise Rejected(f"{claim.label}: the theorem is not the one claimed")


def _until(tokens: Iterator[str], end: str) -> Symbols:
    found: list[str] = []
    for token in tokens:
        if token == end:
            return tuple(found)
        if token.startswith("$"):
            break
        found.append(token)
    raise Rejected(f"{end} is missing")


def run_metamath(program: str, text: str, seconds: float) -> None:
    """Run Metamath on a copy, so that it reads the very text that was compared.

    Raises: Rejected.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "proofs.mm").write_text(text, encoding="ascii", newline="")
        command = [program, "read proofs.mm", "verify proof *", "exit"]
        try:
            run = subprocess.run(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="latin-1",
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Rejected(f"metamath took more than {seconds:g} s") from None
    said = run.stdout + run.stderr
    if run.returncode or "?" in said or "No errors were found" not in said:
        raise Rejected(f"metamath: {_complaint(said)}")
    if "All proofs in the database were verified" not in said:
        raise Rejected("metamath did not verify all proofs")


def _complaint(said: str) -> str:
    """The first complaint of Metamath, on one line."""
    where = max(said.find("?"), 0)
    return " ".join(said[where : where + 300].split())
