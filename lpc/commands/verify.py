"""`lpc verify`: the trusted part alone. Nothing of search, language or checker is imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lpc.commands.common import FINDINGS, OK, emit, plainly, seconds
from lpc.logic.visible import visible, visible_lines

if TYPE_CHECKING:
    from lpc.certificates.comparing import SourceFile
    from lpc.certificates.folders import Total, Verified


@click.command("verify")
@click.argument("paths", nargs=-1, required=True, metavar="DIR…", type=click.Path())
@click.option("--source", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
              help="Also ask that every certificate says as data what this .lpc file says in "
              "words; the parser is then loaded, and trusted with that.")  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Say of each certificate what was checked.")
@click.option("--timeout", type=seconds, metavar="SECONDS", default=20, show_default=True,
              help="Time limit per certificate; one that takes longer is refused.")  # fmt: skip
@click.option("--coq", is_flag=True, help="Also have Coq check every certificate it can.")
@click.option("--metamath", is_flag=True, help="Also have Metamath check every certificate it can.")
def verify_(
    paths: tuple[str, ...],
    source: str | None,
    verbose: bool,
    timeout: float,
    coq: bool,
    metamath: bool,
) -> None:
    """Re-check certificates, alone or below folders, without running any search.

    Exit status: 0 every certificate shows what it says; 1 some does not; 2 there is none, or a
    path cannot be read.
    """
    from lpc.certificates.folders import Total, memory_limit, verify_all
    from lpc.certificates.strict import CertificateError

    total, accepted = Total(), set[str]()
    about = _source_file(source, timeout) if source else None
    compare = about.check if about else lambda _: None
    try:
        with memory_limit():
            for one in verify_all(paths, compare, timeout):
                total.add(one)
                if one.checked is not None:
                    accepted.add(one.path)
                if verbose or one.checked is None:
                    emit(_told(one), None)
    except CertificateError as error:
        raise click.UsageError(str(error)) from None
    if not total.verdicts and not total.refused:
        raise click.UsageError(f"there is no certificate below {', '.join(paths)}")
    emit(_summary(total), None)
    if about is not None:
        told = f"{len(about.met)} of {_count(len(about.entries), 'item')}"
        emit(f"  {_plain(source or '')}: {told} certified as the file states them\n", None)
    rejected = _coq(paths, accepted) if coq else 0
    rejected += _metamath(paths, accepted) if metamath else 0
    sys.exit(FINDINGS if total.refused or rejected else OK)


def _source_file(source: str, timeout: float) -> SourceFile:
    """The file whose words certificates are held against."""
    from lpc.certificates.comparing import SourceFile

    with plainly():
        return SourceFile.read(source, timeout)


def _coq(paths: tuple[str, ...], accepted: set[str]) -> int:
    """Coq's word on the certificates; how many it rejects.

    The text is written anew from each certificate; a Coq file beside it must say the same.
    """
    from lpc.certificates.coqc import CoqError, verify_folders

    agreed = rejected = 0
    reasons: dict[str, int] = {}
    try:
        for path, result in verify_folders(paths, accepted):
            if result.accepted:
                agreed += 1
            elif result.not_covered:
                reasons[result.reason] = reasons.get(result.reason, 0) + 1
            else:
                rejected += 1
                emit(f"{_plain(path)}: Coq: {visible_lines(result.reason)}\n", None)
    except CoqError as error:
        raise click.UsageError(str(error)) from None
    emit(f"  Coq: {agreed} accepted, {rejected} rejected\n", None)
    for reason, number in sorted(reasons.items()):
        emit(f"  Coq: {_count(number, 'certificate')} not covered: {reason}\n", None)
    return rejected


def _metamath(paths: tuple[str, ...], accepted: set[str]) -> int:
    """Metamath's word on the certificates, their databases written anew; how many it rejects."""
    from lpc.certificates.metamath.folders import verify_folders

    agreed = rejected = others = 0
    try:
        for path, result in verify_folders(paths, accepted):
            if result is None:
                others += 1
            elif result.accepted:
                agreed += 1
            else:
                rejected += 1
                emit(f"{_plain(path)}: Metamath: {visible_lines(result.reason)}\n", None)
    except FileNotFoundError as error:
        raise click.UsageError(f"{error} (Debian: apt-get install metamath)") from None
    emit(f"  Metamath: {agreed} accepted, {rejected} rejected\n", None)
    if others:
        emit(f"  Metamath: {_count(others, 'certificate')} not covered: no derivation\n", None)
    return rejected


def _plain(path: str) -> str:
    """A path on one line, whatever signs its name holds."""
    from lpc.certificates.strict import shown

    return shown(path, 300)[1:-1]


def _told(one: Verified) -> str:
    """A paragraph about one certificate."""
    from lpc.certificates.strict import shown

    path = _plain(one.path)
    if one.checked is None:
        return f"{path}: refused: {visible(one.refused)}\n"
    found = one.checked
    where = f"{shown(found.source.file)[1:-1]}:{found.source.line}"
    text = shown(found.source.text, 400)[1:-1]
    lines = [f"{path}: {found.verdict}", f"  {where}  {text}"]
    if found.verdict == "undecided":
        lines.append("  nothing is claimed")
    lines += [f"  as data: {shown(goal, 4_000)[1:-1]}" for goal in found.goal[:20]]
    lines += [f"  assuming {shown(a, 4_000)[1:-1]}" for a in found.assumed[:20]]
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
    empty = total.verdicts.get("undecided", 0)
    rest = f" ({empty} of them undecided: they claim nothing)" if empty else ""
    lines = [f"{_count(number, 'certificate')} verified{rest}, {total.refused} refused"]
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
