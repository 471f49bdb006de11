"""Writing proofs: entries are shared, and every conclusion is the kernel's own."""

from __future__ import annotations

from collections.abc import Iterable

from lpc.kernel import RULES, Arguments, Line, Proof
from lpc.logic import Independence, Statement

Atoms = frozenset[str]


class Builder:
    """Collects hypotheses and lines; a statement that is already there is not proved again."""

    def __init__(self) -> None:
        self._hypotheses: list[Statement] = []
        self._entries: list[tuple[Statement, Line | None]] = []
        self._index: dict[Statement, int] = {}

    def hypothesis(self, statement: Statement) -> int:
        """The entry of a hypothesis."""
        if statement not in self._index:
            self._add(statement, None)
        return self._index[statement]

    def line(self, rule: str, premises: Iterable[int], arguments: Arguments) -> int:
        """The entry of what `rule` infers, added unless it is there."""
        used = tuple(premises)
        statement = RULES[rule].infer(tuple(self._entries[i][0] for i in used), arguments)
        if statement not in self._index:
            self._add(statement, Line(rule, used, arguments))
        return self._index[statement]

    def include(self, proof: Proof) -> int:
        """Append another proof; the entry of what it proves."""
        where = [self.hypothesis(h) for h in proof.hypotheses]
        for line in proof.lines:
            where.append(self.line(line.rule, (where[i] for i in line.premises), line.arguments))
        return where[-1]

    def narrow(self, entry: int, x: Atoms, y: Atoms, z: Atoms) -> int:
        """From the independence at `entry` to its instance x ⊥ y | z, by at most two lines."""
        statement = self._entries[entry][0]
        if not isinstance(statement, Independence):
            raise TypeError(f"not an independence: {statement}")
        if statement.z != z:
            entry = self.line("weak union", (entry,), Arguments((z - statement.z,)))
        if self._entries[entry][0] != Independence.create(x, y, z):
            entry = self.line("decomposition", (entry,), Arguments((x, y)))
        return entry

    def statement(self, entry: int) -> Statement:
        """What stands at `entry`."""
        return self._entries[entry][0]

    def proof(self, goal: int) -> Proof:
        """The proof of one entry, without whatever it does not need."""
        needed = {goal}
        for k in range(goal, -1, -1):
            line = self._entries[k][1]
            if k in needed and line is not None:
                needed.update(line.premises)
        hypotheses = [k for k in sorted(needed) if self._entries[k][1] is None]
        lines = [k for k in sorted(needed) if self._entries[k][1] is not None]
        place = {old: new for new, old in enumerate([*hypotheses, *lines])}
        moved = []
        for k in lines:
            line = self._entries[k][1]
            if line is not None:
                premises = tuple(place[i] for i in line.premises)
                moved.append(Line(line.rule, premises, line.arguments))
        return Proof(tuple(self._entries[k][0] for k in hypotheses), tuple(moved))

    def _add(self, statement: Statement, line: Line | None) -> None:
        self._index[statement] = len(self._entries)
        self._entries.append((statement, line))
