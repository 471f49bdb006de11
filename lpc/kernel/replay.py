"""Proofs as data, and their replay.

A proof is a list of hypotheses and a list of lines. A line names a rule, the earlier lines it
uses and its arguments; it does not say what it concludes. `replay` computes every conclusion
and is the only maker of a `Theorem`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lpc.kernel.rules import RULES, Arguments, RuleError
from lpc.logic import Statement


@dataclass(frozen=True, slots=True)
class Line:
    """One inference: a rule's name, indices of earlier entries, arguments."""

    rule: str
    premises: tuple[int, ...]
    arguments: Arguments = field(default_factory=Arguments)


@dataclass(frozen=True, slots=True)
class Proof:
    """Hypotheses (entries 0, 1, …) followed by lines; the last entry is what is proved."""

    hypotheses: tuple[Statement, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Theorem:
    """`conclusion` follows from `hypotheses`; `entries` are all statements on the way.

    Only `replay` makes one. Python cannot hide the constructor, so whoever holds a theorem
    from elsewhere replays its proof.
    """

    hypotheses: tuple[Statement, ...]
    entries: tuple[Statement, ...]
    conclusion: Statement


def replay(proof: Proof) -> Theorem:
    """Compute every line of a proof; the result holds the last statement.

    Raises: RuleError when a line is not an instance of its rule or looks ahead.

    >>> from lpc.logic import Independence
    >>> h = Independence.create("A", "bB", "λ")
    >>> line = Line("weak union", (0,), Arguments((frozenset("b"),)))
    >>> print(replay(Proof((h,), (line,))).conclusion)
    A ⊥ B | b, λ
    """
    entries: list[Statement] = list(proof.hypotheses)
    for line in proof.lines:
        found = RULES.get(line.rule)
        if found is None:
            raise RuleError(line.rule, "no such rule")
        if any(type(i) is not int or not 0 <= i < len(entries) for i in line.premises):
            raise RuleError(line.rule, "a premise is not an earlier line")
        premises = tuple(entries[i] for i in line.premises)
        entries.append(found.infer(premises, line.arguments))
    if not entries:
        raise RuleError("replay", "an empty proof proves nothing")
    return Theorem(proof.hypotheses, tuple(entries), entries[-1])
