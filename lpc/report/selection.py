"""Which item of a report a reader means."""

from __future__ import annotations

from difflib import get_close_matches

from lpc.language.names import UnknownCommand, canonical
from lpc.logic import LpcError
from lpc.logic.visible import visible
from lpc.report.results import FileReport, Item


def find_item(report: FileReport, wanted: str) -> Item:
    """The item called `DERIVATION:NUMBER`, a label, the name of a rewrite or claim, or a line.

    Raises: LpcError when nothing fits, with what comes near or what there is.
    """
    calls = {id(item): _calls(item) for item in report.items}
    meant = {wanted, respelt(wanted), visible(wanted)}
    for item in report.items:
        if not meant.isdisjoint(calls[id(item)]):
            return item
    alone = [item for item in report.items if item.name in meant]
    if len(alone) == 1:
        return alone[0]
    known = [name for names in calls.values() for name in names if not name.isdigit()]
    raise LpcError(f"there is no step {wanted!r}; {_advice(wanted, known)}")


def respelt(wanted: str) -> str:
    """`pi_only:2` as reports print it, the name in the one spelling of the language.

    >>> respelt("pi_only:2"), respelt("Eq. 24")
    ('π_only:2', 'Eq. 24')
    """
    name, colon, number = wanted.rpartition(":")
    try:
        if colon and number.isdigit():
            return f"{canonical(name)}:{number}"
        return canonical(wanted)
    except UnknownCommand:  # a label with a backslash in it
        return wanted


def _calls(item: Item) -> tuple[str, ...]:
    short = f"{item.name}:{item.index}" if item.kind == "step" else item.name
    names = (short, item.label, str(item.line))
    return tuple(name for name in names if name is not None)


def _advice(wanted: str, known: list[str]) -> str:
    near = get_close_matches(wanted, known, n=3)
    if near:
        return "did you mean " + " or ".join(repr(name) for name in near) + "?"
    return f"there are {', '.join(dict.fromkeys(known)) or 'none with a name'}"
