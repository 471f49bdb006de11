"""Claims on `quantum` blocks with open angles, which stand for all real angles.

An equation between waves holds when their normal forms are the same; an inequality when the sum
of the sizes of the coefficients says so. A claim fails where angles are found at which the two
sides, evaluated anew with these angles, are not as claimed. Otherwise it is undecided.
"""

from __future__ import annotations

from dataclasses import dataclass

from lpc.exact import Number, Scalar, Wave, never_exceeds
from lpc.kernel.angles import simple_angles
from lpc.kernel.evaluate import Env, Undefined, shown
from lpc.kernel.families import FamilyMeasure, open_angles
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError
from lpc.report.results import Verdict


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """The verdict on a relation between quantities, the value on the left, and what else to say."""

    verdict: Verdict
    value: str | None
    notes: tuple[str, ...]


@dataclass(slots=True)
class OpenClaim:
    """`left op right` for all values of the open angles of a block."""

    name: str
    shown: str
    measure: FamilyMeasure
    left: e.Expression
    op: str
    right: e.Expression

    @property
    def open(self) -> tuple[str, ...]:
        return self.measure.family.open

    def decide(self) -> OpenFinding:
        """The verdict, with the value on the left or a counterexample."""
        left, right = self.sides(open_angles(self.open))
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            event = (left if isinstance(left, Undefined) else right).event  # type: ignore[union-attr]
            note = f"no value: it conditions on {event}, which never happens in {self.name}"
            return OpenFinding(Verdict.FAILS, None, (note,))
        found: OpenFinding = self.measure.exact(self.left, self.compared, left, right)
        return found

    def compared(self, left: Scalar, right: Scalar) -> OpenFinding:
        value = shown(left)
        angles = ", ".join(self.open)
        derived = f"derived: {self.shown} = {value} for all {angles}"
        if self.holds_always(left, right):
            return OpenFinding(Verdict.HOLDS, value, (derived,))
        witness = self.counterexample()
        if witness is not None:
            return OpenFinding(Verdict.FAILS, value, (derived, witness))
        note = "no angles were found at which it fails, and none of the means here proves it"
        return OpenFinding(Verdict.UNDECIDED, value, (derived, note))

    def holds_always(self, left: Scalar, right: Scalar) -> bool:
        """True only if the relation holds for all angles."""
        if not isinstance(left, Wave) and not isinstance(right, Wave):
            return self.holds_at(left, right)
        if left == right:  # one function, one normal form
            return self.op in ("=", "<=", ">=")
        smaller, larger = (left, right) if self.op in ("<", "<=") else (right, left)
        return self.op not in ("=", "!=") and never_exceeds(smaller, larger, len(self.op) == 1)

    def holds_at(self, left: Number, right: Number) -> bool:
        told = e.Compare(self.left, self.op, self.right)
        return self.measure.compare(told, left, self.op, right)

    def sides(self, env: Env) -> tuple[Scalar | Undefined, Scalar | Undefined]:
        return self.measure.scalar_of(self.left, env), self.measure.scalar_of(self.right, env)

    def counterexample(self) -> str | None:
        """Angles at which the two sides are not as claimed, in words."""
        for env in simple_angles(self.open):
            self.measure.tick()
            try:
                left, right = self.sides(env)
            except EvaluationError:  # these angles lead beyond exact arithmetic
                continue
            if isinstance(left, Undefined | Wave) or isinstance(right, Undefined | Wave):
                continue
            if not self.holds_at(left, right):
                where = ", ".join(f"{n} = {shown(x)}" for n, x in env.items())
                return f"at {where} the left side is {shown(left)}, the right side {shown(right)}"
        return None
