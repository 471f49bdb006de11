"""A process of its own for z3: SMT-LIB text in, the weights as fractions out.

It is run as a script by `lpc.search.models.solver`, which can end it at any time. Weights that
z3 gives as algebraic numbers are fixed one by one at rational numbers nearby.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

ROUNDS = 40
DIGITS = (1, 3)


def main() -> None:
    """Read the number of weights from the arguments and the problem from standard input."""
    z3: Any = importlib.import_module("z3")
    solver = z3.SolverFor("QF_NRA")
    solver.from_string(sys.stdin.read())
    unknowns = [z3.Real(f"w{k}") for k in range(int(sys.argv[1]))]
    if solver.check() != z3.sat:
        return
    for _ in range(ROUNDS):
        model = solver.model()
        values = [model.evaluate(w, model_completion=True) for w in unknowns]
        rough = [k for k, value in enumerate(values) if not z3.is_rational_value(value)]
        if not rough:
            lines = [f"{v.numerator_as_long()}/{v.denominator_as_long()}" for v in values]
            sys.stdout.write(" ".join(lines))
            return
        if not _is_fixed(z3, solver, unknowns[rough[0]], values[rough[0]]):
            return


def _is_fixed(z3: Any, solver: Any, unknown: Any, value: Any) -> bool:
    for digits in DIGITS:
        solver.push()
        solver.add(unknown == value.approx(digits))
        if solver.check() == z3.sat:
            return True
        solver.pop()
    return False


if __name__ == "__main__":
    main()
