"""Running the program of a model: its statements in order, every outcome with its weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import mul
from typing import Any

from lpc.exact import ONE, ZERO, Number
from lpc.kernel.evaluate import Env, Evaluator, Value, forever, names_in, shown
from lpc.kernel.models import FiniteModel
from lpc.logic import Composites, Span
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError, Fault

MAX_OUTCOMES = 1_000_000

Alphabets = Mapping[str, tuple[Any, ...]]
Branches = list[tuple[tuple[Value, ...], Number]]


def run(
    program: e.Program,
    alphabets: Alphabets,
    composites: Composites | None = None,
    tick: Callable[[], None] = forever,
) -> FiniteModel:
    """The joint distribution of all variables of a program, fresh ones included.

    Args: `alphabets`, the values that variables are declared to take; `composites`: the value
    of a whole is a tuple with one entry for each part, and only the atoms are variables of
    the result.
    Raises: EvaluationError at the place where the program cannot go on.

    >>> fair = e.Uniform((e.Number(ZERO), e.Number(ONE)))
    >>> copied = run((e.Draw("a", fair), e.Assign("b", e.Variable("a"))), {})
    >>> [tuple(map(str, values)) for values, _ in copied.support]
    [('0', '0'), ('1', '1')]
    """
    return Run(program, alphabets, Evaluator(composites or Composites(), tick)).model()


class Run:
    """The outcomes of a program so far; `step` continues them."""

    def __init__(self, program: e.Program, alphabets: Alphabets, evaluator: Evaluator) -> None:
        self.program = program
        self.alphabets = alphabets
        self.evaluator = evaluator
        self.names: tuple[str, ...] = ()
        self.outcomes: Branches = [((), ONE)]

    def model(self) -> FiniteModel:
        for statement in self.program:
            self.step(statement)
        known = {name: self.alphabets[name] for name in self.names if name in self.alphabets}
        return FiniteModel.create(self.names, self.outcomes, known)

    def step(self, statement: e.Draw | e.Assign | e.Observe) -> None:
        """Every outcome so far, continued by the values of one variable more."""
        if isinstance(statement, e.Observe):
            raise TypeError("a measurement in a program without a state")
        composites = self.evaluator.composites
        used = composites.expand(names_in(statement))
        places = [k for k, name in enumerate(self.names) if name in used]
        known: dict[tuple[Value, ...], Branches] = {}
        # Many outcomes share one weight object; each pair of objects is multiplied once.
        products: dict[tuple[int, int], Number] = {}
        found: Branches = []
        for outcome, weight in self.outcomes:
            key = tuple(outcome[k] for k in places)
            if key not in known:
                env = {self.names[k]: outcome[k] for k in places}
                known[key] = self.branches(statement, env)
            branches = known[key]
            if len(found) + len(branches) > MAX_OUTCOMES:
                raise EvaluationError(Fault.TOO_MANY, statement.span, str(MAX_OUTCOMES))
            for values, factor in branches:
                self.evaluator.tick()
                pair = id(weight), id(factor)
                if pair not in products:
                    products[pair] = self.evaluator.exact(statement, mul, weight, factor)
                found.append((outcome + values, products[pair]))
        self.outcomes = found
        self.names += self.atoms(statement.name)

    def atoms(self, name: str) -> tuple[str, ...]:
        """The atoms of a variable in the order of its parts."""
        parts = self.evaluator.composites.parts.get(name)
        return (name,) if parts is None else tuple(a for part in parts for a in self.atoms(part))

    def branches(self, statement: e.Draw | e.Assign, env: Env) -> Branches:
        """What a statement makes of the values so far: values of its atoms, with weights."""
        if isinstance(statement, e.Assign):
            value = self.evaluator.value(statement.expression, env)
            return [(self.placed(statement.name, value, statement.expression.span), ONE)]
        merged: dict[tuple[Value, ...], Number] = {}
        for node, weight in self.weighted(statement.distribution, env):
            values = self.placed(statement.name, self.evaluator.value(node, env), node.span)
            merged[values] = merged[values] + weight if values in merged else weight
        return list(merged.items())

    def weighted(self, distribution: e.Distribution, env: Env) -> list[tuple[e.Expression, Number]]:
        """The values that are possible, with positive weights that sum to one."""
        match distribution:
            case e.Uniform(values):
                share = Fraction(1, len(values))
                return [(node, share) for node in values]
            case e.Either(condition, then, otherwise):
                taken = then if self.evaluator.truth(condition, env) else otherwise
                return self.weighted(taken, env)
            case e.Weights(pairs):
                weights = [(node, self.weight(w, env)) for node, w in pairs]
                total = sum((weight for _, weight in weights), ZERO)
                if total != 1:
                    raise EvaluationError(Fault.SUM_NOT_ONE, distribution.span, shown(total))
                return [(node, weight) for node, weight in weights if weight != 0]

    def weight(self, node: e.Expression, env: Env) -> Number:
        found = self.evaluator.value(node, env)
        if not isinstance(found, Number):
            raise EvaluationError(Fault.WEIGHT_NO_NUMBER, node.span, shown(found))
        if found < 0:
            raise EvaluationError(Fault.NEGATIVE_WEIGHT, node.span, shown(found))
        return found

    def placed(self, name: str, value: Value, span: Span) -> tuple[Value, ...]:
        """The values of the atoms of a variable, each among the declared ones."""
        found = self.evaluator.spread(name, value, span)
        for atom, inside in found.items():
            check_value(atom, inside, self.alphabets, span)
        return tuple(found.values())


def check_value(name: str, value: Value, alphabets: Alphabets, span: Span) -> None:
    """Raises: EvaluationError for a value that the variable is not declared to take."""
    declared = alphabets.get(name)
    if declared is not None and value not in declared:
        values = ", ".join(map(shown, declared))
        raise EvaluationError(Fault.NOT_A_VALUE, span, shown(value), name, values)
