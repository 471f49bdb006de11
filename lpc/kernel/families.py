"""Quantities of experiments with open angles: waves, equal for all angles or not.

P(X | Y) is Born's probability with the angles that Y gives in place of the open ones. Where Y
leaves one out, the probability must not depend on it: that is how P(A | a) has a value where
no signal comes from the other side, however the other angle is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import mul
from typing import Any

from lpc.exact import ONE, ZERO, Angle, OpenAngle, Scalar, Wave, is_real
from lpc.kernel.evaluate import Env, Undefined, Value, shown
from lpc.kernel.operators import Operators
from lpc.kernel.quantities import Measure
from lpc.kernel.quantum import Family
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError, Fault

NOT_GIVEN = " (not given)"


@dataclass(slots=True)
class _Measure(Measure):
    family: Family = field(kw_only=True)


class FamilyMeasure(Operators, _Measure):
    """Values of expressions on one family; `model` is left aside.

    >>> from lpc.kernel.quantum import experiment
    >>> from lpc.search.spectra import spectrum
    >>> x, y = e.Variable("x"), e.Variable("y")
    >>> lines = (e.Observe("A", e.Function("spin", x), 0), e.Observe("B", e.Function("spin", y), 1))
    >>> told = e.Experiment(e.KnownState("singlet", 2), lines, ("x", "y"))
    >>> both = tuple(e.Event(name, e.Number(ONE)) for name in "AB")
    >>> given = (e.Event("x", x), e.Event("y", y))
    >>> measure = family_measure(experiment(told, {}, spectrum))
    >>> str(measure.value(e.Chance(both, given), open_angles(("x", "y"))))
    '1/4 - cos(x - y)/4'
    """

    __slots__ = ()

    def chance(self, node: e.Chance, env: Env, in_sum: bool) -> Any:
        given = self.point(node.given, env, in_sum)
        event = self.point(node.event, env, in_sum)
        if isinstance(given, Undefined) or isinstance(event, Undefined):
            return given if isinstance(given, Undefined) else event
        self.no_angle(event, node)
        angles = self.angles_in(given, node)
        given = {name: value for name, value in given.items() if name not in angles}
        below = self.weight_of(given, angles, node)
        if below == 0:
            return Undefined(", ".join(f"{name} = {shown(v)}" for name, v in given.items()))
        if any(event.get(name, value) != value for name, value in given.items()):
            return ZERO
        above = self.weight_of(given | event, angles, node)
        found: Any = self.exact(node, mul, above, self.inverse(below, node.span))
        self.depends_on_given(found, node)
        return found

    def no_angle(self, event: Mapping[str, Value], node: e.Chance) -> None:
        """Raises EvaluationError for the probability of an open angle."""
        for name in self.family.open:
            if name in event:
                what = f"`{name}` is any angle and has no probability"
                raise EvaluationError(Fault.OPEN, node.span, what)

    def angles_in(self, given: Mapping[str, Any], node: e.Chance) -> dict[str, Any]:
        """The angles right of the bar, and a symbol for each that is left out."""
        found: dict[str, Any] = {}
        for name in self.family.open:
            value = given.get(name, OpenAngle(ZERO, ((name + NOT_GIVEN, ONE),)))
            if not isinstance(value, Angle | OpenAngle) and value != 0:
                raise EvaluationError(Fault.NO_ANGLE, node.span, f"{name} = {shown(value)}")
            found[name] = value
        return found

    def weight_of(self, point: Mapping[str, Value], angles: Mapping[str, Any], node: e.Node) -> Any:
        """The wave of some values."""
        self.tick()
        places = [(self.family.names.index(name), value) for name, value in point.items()]
        rows = (
            weight
            for outcome, weight in self.family.rows
            if all(outcome[k] == value for k, value in places)
        )
        return self.exact(
            node, lambda: sum((w.at(angles) if isinstance(w, Wave) else w for w in rows), ZERO)
        )

    def depends_on_given(self, found: Any, node: e.Chance) -> None:
        """Raises EvaluationError for a probability that depends on an angle left out."""
        for name in sorted(found.names if isinstance(found, Wave) else ()):
            if name.endswith(NOT_GIVEN):
                bare = name.removesuffix(NOT_GIVEN)
                what = f"the probability depends on `{bare}`, which is not given"
                raise EvaluationError(Fault.OPEN, node.span, what)

    def sum(self, atoms: tuple[str, ...], body: e.Expression, env: Env) -> Value:
        for name in atoms:
            if name in self.family.open:
                what = f"`{name}` is any angle and cannot be summed over"
                raise EvaluationError(Fault.OPEN, body.span, what)
        return super().sum(atoms, body, env)

    def scalar_of(self, node: e.Expression, env: Env) -> Scalar | Undefined:
        """The value of a side of a claim: a real number or a real wave.

        Raises: EvaluationError where it is something else.
        """
        found: Any = self.value(node, env)
        if isinstance(found, Undefined):
            return found
        number = self.entry(found, node.span)
        if isinstance(number, Wave) and not is_real(number):
            raise EvaluationError(Fault.NO_NUMBER, node.span, shown(found))
        return number  # type: ignore[no-any-return]


def family_measure(family: Family, **settings: Any) -> FamilyMeasure:
    """The measure of a family; `settings` are the fields of `Measure` but its model."""
    return FamilyMeasure(model=family, family=family, **settings)  # type: ignore[arg-type]


def open_angles(names: tuple[str, ...]) -> dict[str, Any]:
    """Each angle as itself: what holds then holds for all angles."""
    return {name: OpenAngle(ZERO, ((name, ONE),)) for name in names}
