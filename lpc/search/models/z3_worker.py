"""A process of its own for z3: SMT-LIB text in, what it took and the weights as fractions out.

It is run as a script by `lpc.search.models.solver`, which can end it at any time. What it took is
in z3's own units of work. Weights that z3 gives as algebraic numbers are fixed one by one at
rational numbers nearby.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

ROUNDS = 40
DIGITS = (1, 3)


def main() -> None:
    """The number of weights and the limit are arguments, the problem is on standard input."""
    z3: Any = importlib.import_module("z3")
    solver = z3.SolverFor("QF_NRA")
    count, limit = map(int, sys.argv[1:])
    solver.from_string(sys.stdin.read())
    unknowns = [z3.Real(f"w{k}") for k in range(count)]
    left = Left(z3, solver, limit)
    weights = _weights(z3, solver, unknowns, left)
    sys.stdout.write(" ".join([str(limit - max(0, left.units)), *weights]))


class Left:
    """What is left of the limit; every question takes its part."""

    def __init__(self, z3: Any, solver: Any, units: int) -> None:
        self.z3, self.solver, self.units = z3, solver, units

    def is_sat(self) -> bool:
        """Ask z3, within what is left."""
        if self.units <= 0:
            return False
        self.solver.set("rlimit", self.units)
        before = self._count()
        found = self.solver.check() == self.z3.sat
        self.units -= max(1, self._count() - before)
        return bool(found)

    def _count(self) -> int:
        statistics = self.solver.statistics()
        known = "rlimit count" in statistics.keys()  # noqa: SIM118
        return int(statistics.get_key_value("rlimit count")) if known else 0


def _weights(z3: Any, solver: Any, unknowns: list[Any], left: Left) -> list[str]:
    """The weights as fractions, none where z3 finds none."""
    if not left.is_sat():
        return []
    for _ in range(ROUNDS):
        model = solver.model()
        values = [model.evaluate(w, model_completion=True) for w in unknowns]
        rough = [k for k, value in enumerate(values) if not z3.is_rational_value(value)]
        if not rough:
            return [f"{v.numerator_as_long()}/{v.denominator_as_long()}" for v in values]
        if not _is_fixed(solver, unknowns[rough[0]], values[rough[0]], left):
            return []
    return []


def _is_fixed(solver: Any, unknown: Any, value: Any, left: Left) -> bool:
    for digits in DIGITS:
        solver.push()
        solver.add(unknown == value.approx(digits))
        if left.is_sat():
            return True
        solver.pop()
    return False


if __name__ == "__main__":
    main()
