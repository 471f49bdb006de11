"""Models by z3, for what the other engines miss: unknown weights of a few binary variables.

Independences and equations become polynomial constraints on the weights of the joint values.
Weights need not sum to one, which keeps the constraints homogeneous; the sum is divided out at
the end. z3 counts its work, and runs in a process of its own, so that it can be ended when a time
limit is reached. What it says is only a candidate for the kernel.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from fractions import Fraction
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from lpc.kernel.models import FiniteModel
from lpc.logic import Conditional, Independence, Monomials, Positivity, Statement
from lpc.logic.effort import Tick
from lpc.search.models.constraints import all_broken_down, order_of_choice
from lpc.search.models.problem import Atoms, Found, Problem, atoms_of, simplified, verified

MAX_VARIABLES = 6
RLIMIT = 12_000_000
RLIMIT_EACH = 3_000_000
"""In z3's own count of work, which is the same on every machine: in all, and for one question."""
RLIMIT_PER_UNIT = 20
PAUSE = 0.02

Point = dict[str, int]


def is_installed() -> bool:
    """True when z3 can be imported (`pip install 'lpc[smt]'`)."""
    return find_spec("z3") is not None


def search(problem: Problem, tick: Tick) -> Generator[Found, None, str]:
    """What z3 finds for each goal, on few variables and then on more. Returns: the bounds."""
    if not is_installed():
        return "z3 is not installed"
    premises, goals = all_broken_down(problem.premises, tick), all_broken_down(problem.goals, tick)
    left = RLIMIT
    for size in range(2, MAX_VARIABLES + 1):
        for goal in goals:
            names = _relevant(problem, premises, goal, size)
            if len(names) != size:
                continue
            for text in _texts(names, premises, goal):
                if left <= 0:
                    break
                weights, used = _ask(text, 1 << size, min(left, RLIMIT_EACH), tick)
                left -= used
                if weights is None:
                    continue
                model = _model(problem, names, weights)
                if (found := verified(problem, model, "solver")) is not None:
                    yield simplified(problem, found)
    return f"z3 on up to {MAX_VARIABLES} binary variables, {RLIMIT} of its units of work"


def _relevant(
    problem: Problem, premises: tuple[Statement, ...], goal: Statement, size: int
) -> tuple[str, ...]:
    """The variables that are not constant: the goal's and those that complete most premises."""
    can_vary = [v for v in problem.variables if len(problem.alphabets.get(v, (0, 1))) > 1]
    order = order_of_choice(problem.variables, premises, goal)
    useful = frozenset[str]().union(*map(atoms_of, premises), atoms_of(goal))
    chosen = [name for name in order if name in can_vary and name in useful]
    if len(chosen) < size or not atoms_of(goal) & set(can_vary) <= set(chosen[:size]):
        return ()
    return tuple(sorted(chosen[:size], key=problem.variables.index))


def _ask(text: str, count: int, limit: int, tick: Tick) -> tuple[tuple[Fraction, ...] | None, int]:
    """The weights that z3 gives within a limit, None when it gives none; and what it took.

    Raises: LimitReached.
    """
    worker = Path(__file__).with_name("z3_worker.py")
    with subprocess.Popen(
        [sys.executable, "-P", str(worker), str(count), str(limit)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="ascii",
    ) as process:
        try:
            pending: str | None = text
            while True:
                tick(0)  # NB: how often this is asked depends on the machine, so it is no work.
                try:
                    answer, _ = process.communicate(pending, timeout=PAUSE)
                except subprocess.TimeoutExpired:
                    pending = None
                else:
                    break
            used, *weights = answer.split() or [str(limit)]
            tick(int(used) // RLIMIT_PER_UNIT)
            return tuple(map(Fraction, weights)) or None, int(used)
        finally:
            process.kill()


def _model(problem: Problem, names: Sequence[str], weights: Sequence[Fraction]) -> FiniteModel:
    """The weights divided by their sum; variables that are not asked about are constant."""
    total = sum(weights, Fraction(0))
    outcomes = []
    for bits, weight in zip(product((0, 1), repeat=len(names)), weights, strict=True):
        known = dict(zip(names, bits, strict=True))
        outcome = tuple(
            problem.alphabets[name][known.get(name, 0)]
            if name in problem.alphabets
            else known.get(name, 0)
            for name in problem.variables
        )
        outcomes.append((outcome, weight / total))
    return FiniteModel.create(problem.variables, outcomes, dict(problem.alphabets))


def _texts(names: Sequence[str], premises: Iterable[Statement], goal: Statement) -> Iterator[str]:
    """Questions in SMT-LIB: weights w0, w1, … of the joint values in lexical order.

    The goal is to fail at some point; for an equation also at each point by itself, since z3
    finds some of them at once and others never.
    """
    terms = _Terms(names)
    lines = ["(set-logic QF_NRA)"]
    for k in range(1 << len(names)):
        lines += [f"(declare-const w{k} Real)", f"(assert (>= w{k} 0))"]
    for premise in premises:
        lines += [f"(assert {formula})" for formula in terms.formulas(premise)]
    broken = [f"(not {formula})" for formula in terms.formulas(goal)]
    choices = [f"(or false {' '.join(broken)})"]
    if isinstance(goal, Monomials):
        choices = [*reversed(broken), *choices]
    for choice in choices:
        yield "\n".join((*lines, f"(assert {choice})"))


class _Terms:
    """Statements as formulas over the weights; variables not among the names are constant."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.outcomes = list(product((0, 1), repeat=len(names)))

    def formulas(self, statement: Statement) -> Iterator[str]:
        """What must hold, one formula for each point."""
        match statement:
            case Independence():
                return self._independence(statement)
            case Monomials():
                return self._equation(statement)
            case Positivity(atoms):
                return (f"(> {self._sum(atoms, point)} 0)" for point in self._points(atoms))

    def _independence(self, s: Independence) -> Iterator[str]:
        for given in self._points(s.z):
            for x in self._points(s.x):
                for y in self._points(s.y):
                    below = self._sum(s.z, given)
                    one, other = self._sum(s.x | s.z, given | x), self._sum(s.y | s.z, given | y)
                    agree = all(x[name] == y[name] for name in x.keys() & y.keys())
                    both = self._sum(s.x | s.y | s.z, given | x | y) if agree else "0"
                    yield f"(= (* {both} {below}) (* {one} {other}))"

    def _equation(self, s: Monomials) -> Iterator[str]:
        for point in self._points(atoms_of(s)):
            below = {f.given: self._sum(f.given, point) for f in (*s.left, *s.right)}
            left = self._product(s.left, s.right, point)
            right = self._product(s.right, s.left, point)
            zero = " ".join(f"(= {term} 0)" for term in below.values())
            yield f"(or (= {left} {right}) {zero})"

    def _product(
        self, side: Iterable[Conditional], other: Iterable[Conditional], point: Point
    ) -> str:
        """The numerators of one side times the denominators of the other."""
        above = [self._sum(f.event | f.given, point) for f in side]
        return f"(* 1 {' '.join((*above, *(self._sum(f.given, point) for f in other)))})"

    def _points(self, atoms: Atoms) -> Iterator[Point]:
        chosen = [name for name in self.names if name in atoms]
        for bits in product((0, 1), repeat=len(chosen)):
            yield dict(zip(chosen, bits, strict=True))

    def _sum(self, atoms: Atoms, point: Point) -> str:
        """The weight of a joint value of some variables."""
        fixed = [(k, point[name]) for k, name in enumerate(self.names) if name in atoms]
        terms = [
            f"w{index}"
            for index, outcome in enumerate(self.outcomes)
            if all(outcome[k] == bit for k, bit in fixed)
        ]
        return terms[0] if len(terms) == 1 else f"(+ {' '.join(terms)})"
