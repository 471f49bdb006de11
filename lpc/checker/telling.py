"""What a model breaks of local causality, in words: what fails there, and from what it follows."""

from __future__ import annotations

from lpc.checker.context import Context
from lpc.checker.countermodel import sharpest, show_failure
from lpc.checker.violations import Violation
from lpc.kernel.models import FiniteModel
from lpc.language.document import Inequality
from lpc.report.results import Broken


def failure(context: Context, model: FiniteModel, violation: Violation) -> Broken:
    """Where it fails: two numbers that ought to be equal, or a quantity and its bound."""
    if violation.broken is not None:
        return violation.broken
    if isinstance(violation.goal, Inequality):
        raise TypeError("an inequality comes with its two sides")
    return show_failure(context, model, sharpest(model, violation.goal))


def told_violation(context: Context, model: FiniteModel, violation: Violation) -> str:
    """One sentence: "breaks S <= 2, which LC entails: S = 2 sqrt(2)"."""
    broken = failure(context, model, violation)
    told = f"breaks {broken.statement}, which {told_grounds(context, violation)}"
    if isinstance(violation.goal, Inequality):
        return f"{told}: {broken.left} = {broken.left_value}"
    return told


def told_grounds(context: Context, violation: Violation) -> str:
    """What entails it: "LC entails", "LC with Fa, Fb entails"."""
    names = violation.evidence.names
    local = [n for n in names if n in context.local_causality_names] or ["local causality"]
    others = [n for n in names if n not in local]
    held = [context.show_statement(s) for s in violation.held]
    told = f"{', '.join(local)} with {', '.join(others)}" if others else ", ".join(local)
    if held:
        both = " and " if others else " with "
        verb = "hold" if len(held) > 1 else "holds"
        told += f"{both}{', '.join(held)}, which {verb} in the model,"
    return f"{told} entails"
