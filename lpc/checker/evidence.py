"""Proofs as they are shown: numbered statements, each with its rule or its assumption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from lpc.checker.context import Context
from lpc.logic import Independence, Monomials, Statement
from lpc.logic.statements import atoms_of
from lpc.report.results import Evidence, ProofLine
from lpc.search.theory import Proved
from lpc.spacetime import state_name

Names = tuple[str, ...]
SAYS_NOTHING = "it says nothing: one side is given"


def find_evidence(
    context: Context,
    names: Names,
    goals: Iterable[Statement],
    given: Mapping[Statement, str] = MappingProxyType({}),
) -> Evidence | None:
    """Replayed proofs of all goals from the named assumptions, or None.

    What says nothing, such as u ⊥ B | k where u is a part of k, has no proof and needs none.
    Args: `given`, statements that may be used besides, and what is said of each.
    """
    theory = context.theory(names, *given)
    every = tuple(goals)
    proved = [theory.prove(goal) for goal in every if not _says_nothing(goal)]
    found = [p for p in proved if p is not None]
    if len(found) != len(proved):
        return None
    empty = [g for g in dict.fromkeys(every) if _says_nothing(g)]
    told = tuple(ProofLine(context.show_statement(g), SAYS_NOTHING, ()) for g in empty)
    shown = present(context, names, tuple(found), given)
    return replace(shown, lines=(*shown.lines, *told))


def _says_nothing(goal: Statement) -> bool:
    return isinstance(goal, Independence) and goal.is_trivial


def present(
    context: Context,
    names: Names,
    proved: tuple[Proved, ...],
    given: Mapping[Statement, str] = MappingProxyType({}),
) -> Evidence:
    """The lines of one or several proofs; a statement shared by them stands once."""
    lines: list[ProofLine] = []
    where: dict[Statement, int] = {}
    for one in proved:
        entries = one.theorem.entries
        skipped = _read_at_once(one)
        for k, statement in enumerate(entries):
            if statement in where or k in skipped:
                continue
            rule, premises = _origin(context, names, one, k, where, given)
            lines.append(ProofLine(context.show_statement(statement), rule, premises))
            where[statement] = len(lines)
    spoken = frozenset[str]().union(*(atoms_of(s) for one in proved for s in one.theorem.entries))
    states = tuple(t for t in context.states if state_name(t) in spoken)
    proofs = tuple(p.proof for p in proved)
    used = {h for proof in proofs for h in proof.hypotheses}
    besides = tuple(dict.fromkeys(told for s, told in given.items() if s in used))
    return Evidence(names, tuple(lines), proofs, states=states, besides=besides)


def of_states(every: Iterable[Evidence]) -> Names:
    """What is said of the states of whole slices that proofs speak of and the file does not."""
    moments = sorted({t for one in every for t in one.states})
    return tuple(
        f"{state_name(t)} is the complete state on all of space at t = {t}, which the file does "
        "not name; local causality holds with it as without"
        for t in moments
    )


def _read_at_once(proved: Proved) -> frozenset[int]:
    """Equations that are only read as one independence: the reading shows what they say."""
    count = len(proved.proof.hypotheses)
    used: dict[int, list[str]] = {}
    for line in proved.proof.lines:
        for i in line.premises:
            used.setdefault(i, []).append(f"{line.rule} {len(line.premises)}")
    return frozenset(i for i, rules in used.items() if i < count and rules == ["reading 1"])


def _origin(
    context: Context,
    names: Names,
    proved: Proved,
    k: int,
    where: dict[Statement, int],
    given: Mapping[Statement, str],
) -> tuple[str, tuple[int, ...]]:
    hypotheses = proved.proof.hypotheses
    if k < len(hypotheses):
        return _assumption(context, names, hypotheses[k], given), ()
    line = proved.proof.lines[k - len(hypotheses)]
    known = [where[s] for i in line.premises if (s := proved.theorem.entries[i]) in where]
    if len(known) < len(line.premises):
        return _assumption(context, names, proved.theorem.entries[line.premises[0]], given), ()
    rule = line.rule
    if rule == "chain" and not line.premises:
        rule = identity_rule(proved.theorem.conclusion)
    return rule, tuple(known)


def identity_rule(statement: Statement) -> str:
    """The name of an identity: Bayes' rule when two factors trade places, else the product rule."""
    if isinstance(statement, Monomials) and len(statement.left) == len(statement.right) > 1:
        return "bayes"
    return "product rule"


def _assumption(
    context: Context, names: Names, statement: Statement, given: Mapping[Statement, str]
) -> str:
    known = (n for n in names if statement in context.statements(n))
    return next(known, given.get(statement, "assumption"))
