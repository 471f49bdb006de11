"""`lpc explain`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lpc.commands.common import emit, plainly, with_limits

if TYPE_CHECKING:
    from lpc.language.codes import Code
    from lpc.language.document import Document
    from lpc.logic.effort import Limits
    from lpc.report.results import Item

MAX_LISTED = 3


@click.command()
@click.argument("what", metavar="CODE|FILE", type=click.Path())
@click.argument("step", required=False)
@with_limits("step or claim")
def explain(what: str, step: str | None, limits: Limits) -> None:
    """Explain a rule or message by its CODE, or one STEP of a FILE in full.

    "common causes", "local causality" and the names of their obligations may stand for a CODE.

    STEP is DERIVATION:NUMBER, a label such as "Eq. 24", the name of a rewrite or claim, or a
    line number. Without it: the steps there are.
    """
    if step is not None and not what.endswith(".lpc") and _is_principle(f"{what} {step}"):
        what, step = f"{what} {step}", None  # two words of the command line
    if step is None and not what.endswith(".lpc"):
        emit(_code(what), None)
        return
    emit(_step(what, step, limits), None)


def all_codes() -> dict[str, Code]:
    """Every code of a message: errors, findings, warnings, items not as stated."""
    from lpc.checker.codes import CHECKER_CODES
    from lpc.language.codes import CODES
    from lpc.report.problems import ITEM_CODES

    return {**CODES, **CHECKER_CODES, **ITEM_CODES}


def _code(code: str) -> str:
    """The text of a rule or of a message."""
    from difflib import get_close_matches

    from lpc.kernel.rules import RULES
    from lpc.report.explain import explain_code, explain_principle, explain_rule

    if _is_principle(code):
        return explain_principle(_plain(code))
    wanted = code.upper()
    rules = {rule.code: rule for rule in RULES.values()}
    named = RULES.get(code.lower().replace("_", " ")) or rules.get(wanted)
    if named is not None:
        return explain_rule(named)
    codes = all_codes()
    if wanted in codes:
        return explain_code(wanted, codes[wanted])
    known = [*rules, *RULES, *codes]
    near = get_close_matches(wanted, known) or get_close_matches(code.lower(), known)
    hint = f"did you mean {' or '.join(near[:MAX_LISTED])}?" if near else _ranges()
    raise click.UsageError(f"there is no rule or message `{code}`; {hint}")


def _plain(words: str) -> str:
    return words.lower().replace("-", " ")


def _is_principle(words: str) -> bool:
    from lpc.report.explain import PRINCIPLES

    return _plain(words) in PRINCIPLES


def _ranges() -> str:
    return "rules are R1xx and R2xx, messages E1xx to E3xx, F5xx and W4xx; a file ends in .lpc"


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _picture(document: Document, item: Item) -> str:
    """The step drawn in characters where there is something to draw and it fits."""
    from lpc.commands.diagram import characters, draw
    from lpc.logic import LpcError
    from lpc.pictures.circuits import circuit_of

    if not item.removals and circuit_of(item) is None:
        return ""
    try:
        text = characters(draw(document, item))
    except LpcError:
        return ""
    return f"\n{text}" if text else ""


def _step(path: str, step: str | None, limits: Limits) -> str:
    from lpc.checker import check
    from lpc.language import load
    from lpc.report.explain import explain_item, list_items
    from lpc.report.selection import find_item

    with plainly():
        document = load(path)
        report = check(document, **limits)
        if step is None:
            return list_items(report)
        item = find_item(report, step)
        return explain_item(report, item) + (_picture(document, item) if _is_terminal() else "")
