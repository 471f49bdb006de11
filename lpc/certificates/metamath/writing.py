"""From a certificate to a Metamath database. Not trusted: Metamath checks what is written."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from lpc.certificates.metamath.claims import Claim, claims_of, preamble, sets_of
from lpc.certificates.metamath.database import NotCovered, compressed
from lpc.certificates.metamath.rules import derive
from lpc.certificates.metamath.sets import Sets
from lpc.certificates.metamath.statements import Entry, symbols_of
from lpc.kernel import RuleError, replay

# Letters that Metamath allows in a comment and that mean nothing to it there.
_PLAIN = re.compile(r"[^A-Za-z0-9 .,:;=|()'+*/<>{}-]")


def metamath_source(certificate: Mapping[str, Any]) -> str | None:
    """The database for a certificate; None where it claims no derivation of the kind covered.

    Covered are goals of independences, equations of products of conditional probabilities and
    positivities with the verdicts identity, licensed and entailed.

    Raises: CertificateError when the certificate cannot be read or does not fit together,
    NotCovered when a line of a derivation is no instance of its rule.
    """
    sets = sets_of(certificate)
    claims = claims_of(certificate, sets)
    if claims is None:
        return None
    blocks = [_block(sets, claim) for claim in claims]
    return preamble() + _comment(_heading(certificate)) + "".join(blocks)


def _heading(certificate: Mapping[str, Any]) -> list[str]:
    source = certificate.get("source")
    said = source.get("text", "") if isinstance(source, dict) else ""
    lines = [f"Claimed: {str(said)[:500]}", "The positions in a set, from left to right:"]
    return lines + [f"  {k} {name}" for k, name in enumerate(certificate["atoms"], 1)]


def _comment(lines: list[str]) -> str:
    """A comment; text of the certificate cannot close it, for `$` is among what is replaced."""
    safe = (_PLAIN.sub(lambda m: f"<U+{ord(m[0]):04X}>", line) for line in lines)
    wrapped = (
        textwrap.fill(line, 78, initial_indent="  ", subsequent_indent="      ") for line in safe
    )
    return "\n$(\n" + "\n".join(wrapped) + "\n$)\n"


def _block(sets: Sets, claim: Claim) -> str:
    """The hypotheses of a derivation, a theorem for each line, and its conclusion last."""
    try:
        theorem = replay(claim.proof)
    except RuleError as error:
        raise NotCovered(str(error)) from error
    labels = [f"{claim.label}.h{k}" for k in range(1, len(claim.hypotheses) + 1)]
    nodes = [sets.prover.named(n, (), s) for n, s in zip(labels, claim.hypotheses, strict=True)]
    given = tuple(nodes)
    entries = [Entry(s, n) for s, n in zip(theorem.hypotheses, nodes, strict=True)]
    text = [f"  {n} $e {' '.join(s)} $." for n, s in zip(labels, claim.hypotheses, strict=True)]
    for k, line in enumerate(claim.proof.lines, 1):
        statement = theorem.entries[len(entries)]
        premises = [entries[i] for i in line.premises]
        node = derive(sets, line.rule, premises, line.arguments, statement)
        label = f"{claim.label}.s{k}"
        text.append(_theorem(label, node.symbols, compressed(node, labels), line.rule))
        entries.append(Entry(statement, sets.prover.named(label, given, node.symbols)))
    last = compressed(entries[-1].node, labels)
    text.append(_theorem(claim.label, symbols_of(sets, entries[-1].statement), last, "the goal"))
    return "\n".join(["${", *text, "$}", ""])


def _theorem(label: str, symbols: tuple[str, ...], proof: str, comment: str) -> str:
    body = textwrap.fill(proof, 78, initial_indent="    ", subsequent_indent="    ")
    return f"  $( {comment} $)\n  {label} $p {' '.join(symbols)} $=\n{body} $."
