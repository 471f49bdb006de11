"""What a model breaks of local causality: what fails there, and from what it follows."""

from __future__ import annotations

from dataclasses import replace

from lpc.checker.context import Context
from lpc.checker.countermodel import sharpest, show_failure
from lpc.checker.violations import Violation
from lpc.kernel.models import FiniteModel
from lpc.language.document import Inequality
from lpc.report.results import Broken


def failure(context: Context, model: FiniteModel, violation: Violation) -> Broken:
    """Where it fails: two numbers that ought to be equal, or a quantity and its bound."""
    because = told_grounds(context, violation)
    if violation.broken is not None:
        return replace(violation.broken, because=because)
    if isinstance(violation.goal, Inequality):
        raise TypeError("an inequality comes with its two sides")
    shown = show_failure(context, model, sharpest(model, violation.goal))
    return replace(shown, because=because)


def told_grounds(context: Context, violation: Violation) -> str:
    """What entails it: "LC entails", "LC with Fa, Fb entails"."""
    names = violation.evidence.names
    local = [n for n in names if n in context.local_causality_names] or ["local causality"]
    others = [n for n in names if n not in local]
    held = [context.show_statement(s) for s in violation.held]
    told = f"{', '.join(local)} with {', '.join(others)}" if others else ", ".join(local)
    if held:
        verb = "hold" if len(held) > 1 else "holds"
        link = " and with " if others else " with "
        told += f"{link}{', '.join(held)}, which {verb} in the model,"
    return f"{told} entails"
