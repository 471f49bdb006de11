"""`lpc verify`: the trusted part alone. Nothing of search, language or checker is imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lpc.commands.common import FINDINGS, OK, emit

if TYPE_CHECKING:
    from lpc.certificates.folders import Total, Verified


@click.command("verify")
@click.argument("paths", nargs=-1, required=True, metavar="DIR…", type=click.Path())
@click.option("--source", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
              help="Ask that every certificate is about this .lpc file as it is now.")  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Say of each certificate what was checked.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              default=20, show_default=True, help="Time limit per certificate.")  # fmt: skip
def verify_(paths: tuple[str, ...], source: str | None, verbose: bool, timeout: float) -> None:
    """Re-check certificates, alone or below folders, without running any search.

    Exit status: 0 every certificate shows what it says; 1 some does not; 2 there is none, or a
    path cannot be read.
    """
    from lpc.certificates.folders import Total, verify_all
    from lpc.certificates.strict import CertificateError

    total = Total()
    try:
        for one in verify_all(paths, source, timeout):
            total.add(one)
            if verbose or one.checked is None:
                emit(_told(one), None)
    except CertificateError as error:
        raise click.UsageError(str(error)) from None
    if not total.verdicts and not total.refused:
        raise click.UsageError(f"there is no certificate below {', '.join(paths)}")
    emit(_summary(total), None)
    sys.exit(FINDINGS if total.refused else OK)


def _told(one: Verified) -> str:
    """A paragraph about one certificate."""
    from lpc.certificates.strict import shown

    path = shown(one.path, 300)[1:-1]
    if one.checked is None:
        return f"{path}: refused: {one.refused}\n"
    found = one.checked
    where = f"{shown(found.source.file)[1:-1]}:{found.source.line}"
    text = shown(found.source.text, 400)[1:-1]
    lines = [f"{path}: {found.verdict}", f"  {where}  {text}"]
    if found.verdict == "undecided":
        lines.append("  nothing is claimed")
    lines += [f"  as data: {shown(goal, 4_000)[1:-1]}" for goal in found.goal[:20]]
    if found.theorems:
        rules = ", ".join(f"{n} {name}" for name, n in sorted(found.rules.items()))
        lines.append(f"  {_count(found.theorems, 'proof')} replayed: {rules or 'no steps'}")
    names = ", ".join(sorted(found.relied_on))
    if found.models:
        obeys = f": it obeys {names}" if names else ""
        lines.append(f"  the model was evaluated exactly{obeys}")
    elif found.theorems:
        lines.append(f"  from {names}, and nothing else" if names else "  from no assumption")
    if found.obligations:
        lines.append(f"  {_count(found.obligations, 'obligation')} of local causality recomputed")
    return "\n".join(lines) + "\n"


def _summary(total: Total) -> str:
    number = sum(total.verdicts.values())
    kinds = ", ".join(f"{n} {verdict}" for verdict, n in sorted(total.verdicts.items()))
    rules = ", ".join(f"{name} {n}" for name, n in sorted(total.rules.items()))
    lines = [f"{_count(number, 'certificate')} verified, {total.refused} refused"]
    if kinds:
        lines.append(f"  verdicts: {kinds}")
    if rules:
        lines.append(f"  {_count(total.theorems, 'proof')} replayed; rules used: {rules}")
    if total.relied_on:
        lines.append(f"  assumptions relied on: {', '.join(sorted(total.relied_on))}")
    lines.append(
        f"  {_count(total.models, 'model')} evaluated exactly, "
        f"{_count(total.obligations, 'obligation')} of local causality recomputed"
    )
    return "\n".join(lines) + "\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
