"""What a database must state for a certificate: read from the certificate alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import lpc.kernel
from lpc.certificates.encoding import decode_proof, decode_statement
from lpc.certificates.metamath.database import NotCovered, Prover, read_axioms
from lpc.certificates.metamath.sets import Sets
from lpc.certificates.metamath.statements import symbols_of
from lpc.certificates.strict import CertificateError, items, name, names, states_in
from lpc.kernel import Proof
from lpc.logic import Independence, Statement

PREAMBLE = Path(lpc.kernel.__file__).parent / "metamath" / "lpc.mm"
STATEMENTS = {"independence", "equation", "positive"}
PROVED = ("identity", "licensed", "entailed")
MAX_ATOMS = 64
MAX_PROOFS = 200
MAX_HYPOTHESES = 500
MAX_LINES = 2_000

Symbols = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A theorem that the database must contain: `conclusion` from `hypotheses`."""

    label: str
    hypotheses: tuple[Symbols, ...]
    conclusion: Symbols
    proof: Proof


@cache
def preamble() -> str:
    """The axioms, which open every database."""
    return PREAMBLE.read_text(encoding="ascii")


def sets_of(certificate: Mapping[str, Any]) -> Sets:
    """Strings of digits for sets of the certificate's atoms, one position each."""
    if not isinstance(certificate, Mapping):
        raise CertificateError("a certificate is an object")
    atoms = (*names(certificate.get("atoms"), "atoms"), *states_in(dict(certificate)))
    if len(atoms) > MAX_ATOMS:
        raise CertificateError(f"atoms: more than {MAX_ATOMS}")
    return Sets(Prover(read_axioms(preamble())), tuple(atoms))


def claims_of(certificate: Mapping[str, Any], sets: Sets) -> tuple[Claim, ...] | None:
    """The derivations of a certificate; None when what it claims is no such thing.

    Every hypothesis must be a statement of an assumption that is named in the evidence and in
    scope, and every statement of the goal must be proved from each set of assumptions named.

    Raises: CertificateError when this is not so, or when the certificate cannot be read;
    NotCovered when it is too large.
    """
    goal = _goal(certificate)
    if goal is None or certificate.get("verdict") not in PROVED:
        return None
    found: list[Claim] = []
    evidence = items(certificate.get("evidence"), "evidence", MAX_PROOFS)
    if not evidence:
        raise CertificateError("evidence: there is none")
    for k, one in enumerate(evidence, 1):
        allowed = _allowed(certificate, one)
        proved: set[Statement] = set()
        for value in items(one.get("proofs"), "proofs", MAX_PROOFS):
            proof, proves = decode_proof(value, f"evidence {k}")
            if len(proof.hypotheses) > MAX_HYPOTHESES or len(proof.lines) > MAX_LINES:
                raise NotCovered("the proof is too long")
            if not set(proof.hypotheses) <= allowed:
                raise CertificateError(f"evidence {k}: a hypothesis that no named assumption makes")
            said = tuple(symbols_of(sets, h) for h in proof.hypotheses)
            label = f"t{len(found) + 1}"
            found.append(Claim(label, said, symbols_of(sets, proves), proof))
            proved.add(proves)
        if not goal <= proved:
            raise CertificateError(f"evidence {k}: part of the goal is not proved")
    return tuple(found)


def _goal(certificate: Mapping[str, Any]) -> set[Statement] | None:
    """The statements of a goal of independences, equations of products and positivities.

    X ⊥ Y | Z with an empty side says nothing, and needs no proof.
    """
    goal = certificate.get("goal")
    if not isinstance(goal, dict) or set(goal) != {"all"}:
        return None
    stated = items(goal["all"], "goal")
    if any(isinstance(s, dict) and not s.keys() <= STATEMENTS for s in stated):
        return None
    found = {decode_statement(s, "goal") for s in stated}
    return {s for s in found if not (isinstance(s, Independence) and s.is_trivial)}


def _allowed(certificate: Mapping[str, Any], evidence: Any) -> set[Statement]:
    """The statements of the assumptions that a piece of evidence names."""
    if not isinstance(evidence, dict):
        raise CertificateError("evidence: an object is needed")
    named = {name(n, "names") for n in items(evidence.get("names"), "names")}
    scope = {name(n, "scope") for n in items(certificate.get("scope"), "scope")}
    if not named <= scope or (named and certificate.get("verdict") == "identity"):
        raise CertificateError("evidence: an assumption that is not in scope")
    found: set[Statement] = set()
    for assumption in items(certificate.get("assumptions"), "assumptions"):
        own = assumption.get("name") if isinstance(assumption, dict) else None
        if isinstance(own, str) and own in named:
            named.remove(own)
            stated = items(assumption.get("statements"), "statements")
            found |= {decode_statement(s, "an assumption") for s in stated}
    if named:
        raise CertificateError("evidence: an assumption that is not there")
    return found
