"""Looking for a model that obeys what is assumed and breaks a step, and telling it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from lpc.checker.context import Context
from lpc.checker.locality import judge, obeys, truth_for_any, with_constants
from lpc.exact import ZERO, Number
from lpc.kernel.models import FiniteModel
from lpc.kernel.vectors import added, monomial_vector
from lpc.logic import Conditional, Independence, Monomials, Positivity, Statement
from lpc.logic.effort import Tick
from lpc.report.results import Broken, Countermodel
from lpc.search.chains import independence_of
from lpc.search.circuits import DirectSearch
from lpc.search.models import ENGINES, Found, Problem, find_countermodel
from lpc.search.models.mechanism import Step, mechanism, written
from lpc.search.models.problem import atoms_of
from lpc.spacetime import CausalGraph

Names = tuple[str, ...]


def find_refutation(
    context: Context, scope: Names, goals: tuple[Statement, ...]
) -> tuple[Countermodel | None, str]:
    """A verified model of everything in scope in which a goal fails, and what was tried."""
    if not goals:
        return None, "nothing that a model could break without values of latents"
    found, tried = find_model(context, scope, goals)
    if found is None:
        return None, tried
    return tell(context, scope, found.model, found.broken, found.engine), tried


def find_model(
    context: Context,
    scope: Names,
    goals: tuple[Statement, ...],
    *,
    also: tuple[Statement, ...] = (),
    breaks: Callable[[FiniteModel], bool] | None = None,
    each: Callable[[], Tick] | None = None,
) -> tuple[Found | None, str]:
    """A verified model of the scope in which some goal fails, and all of `also`; what was tried.

    In a spacetime the engines start from the drawn graph: first along an open path of it, then
    from circuits of few coins, which need no drawing, then in every other way.
    """
    tick = context.effort.tick
    problem = replace(pose(context, scope, (*goals, *also)), goals=goals, also=also, breaks=breaks)
    if context.circuits is None or not context.assumes_local_causality(scope):
        return find_countermodel(problem, tick, each=each)
    drawn = {name: ENGINES[name] for name in ENGINES if name != "graph"}
    direct = {"circuits": DirectSearch(context.circuits).search}
    free = replace(pose(context, scope, (*goals, *also), drawn=False), goals=goals, also=also)
    tried: list[str] = []
    for one, engines in (
        (problem, {"graph": ENGINES["graph"]}),
        (replace(free, breaks=breaks), direct),
        (problem, drawn),
    ):
        found, text = find_countermodel(one, tick, engines=engines, each=each)
        if found is not None:
            return found, text
        tried.append(text)
    return None, "; ".join(tried)


def pose(
    context: Context, scope: Names, goals: tuple[Statement, ...], *, drawn: bool = True
) -> Problem:
    """The problem for the engines: local causality comes with the latents of its graph.

    Args: `drawn`: whether in a spacetime they start from the drawn graph. It may ask for more, or
    for less, than local causality does.
    """
    premises = [s for name in scope for s in context.statements(name)]
    local = context.assumes_local_causality(scope)
    common = context.assumes_common_causes(scope)
    scene = context.document.scene
    guided = local and (drawn or scene is None)
    if guided:
        premises += context.markov()
    statements = tuple(dict.fromkeys(s for s in premises if not _is_empty(s)))
    names = frozenset[str]().union(*(atoms_of(s) for s in (*statements, *goals)))
    if local and scene is not None:
        names |= context.declared_atoms & set(scene.places)
    graph = context.graph() if guided else None
    order = _order(context, names, (*statements, *goals))
    return Problem(
        variables=order,
        premises=statements,
        goals=goals,
        alphabets={n: v for n, v in context.alphabets.items() if n in names},
        parents=None if graph is None else _parents(graph, names),
        latents=frozenset() if graph is None else graph.latents & names,
        admits=(lambda m: obeys(context, m, common_causes=common)) if local else None,
    )


def _parents(graph: CausalGraph, names: frozenset[str]) -> dict[str, Names]:
    """What each variable of a problem may be a function of. Not all nodes are variables of it."""
    found = {n: tuple(p for p in graph.parents(n) if p in names) for n in graph.nodes}
    return {n: parents for n, parents in found.items() if n in names}


def _is_empty(statement: Statement) -> bool:
    return isinstance(statement, Independence) and statement.is_trivial


def _order(context: Context, names: frozenset[str], statements: Iterable[Statement]) -> Names:
    """Causal order where a graph is known; else what conditions come before what they predict."""
    graph = context.graph()
    known = [n for n in graph.order() if n in names] if graph is not None else []
    weight = dict.fromkeys(names, 0)
    for statement in statements:
        if isinstance(statement, Monomials):
            for factor in (*statement.left, *statement.right):
                for name in factor.given:
                    weight[name] += 1
                for name in factor.event:
                    weight[name] -= 1
        elif isinstance(statement, Independence):
            for name in statement.z:
                weight[name] += 1
    place = {name: k for k, name in enumerate(context.document.composites.order)}
    rest = sorted(names - set(known), key=lambda n: (-weight[n], place.get(n, len(place)), n))
    return (*known, *rest)


def tell(
    context: Context, scope: Names, model: FiniteModel, goal: Statement | None, engine: str
) -> Countermodel:
    """A model of what is in scope in words, with where it breaks the goal and what it obeys."""
    circuit = None
    if context.document.scene is not None and context.assumes_local_causality(scope):
        common = context.assumes_common_causes(scope)
        circuit = judge(context, model, common_causes=common).circuit
        if circuit is None:
            raise ValueError("a model of local causality without a circuit")
        # NB: what the engines drew from the spacetime is no part of the model; the circuit is.
        model = _without_latents(context, model)
    graph = context.graph()
    causal = () if graph is None else graph.order()
    # NB: causes first, or a result would be told by what its cause is itself a copy of.
    names = sorted(model.names, key=lambda n: causal.index(n) if n in causal else -1)
    order = tuple(n for n in names if n in context.declared_atoms)
    shown = tuple(n for n in names if n in order or _varies(model, n))
    parents = {} if graph is None else {n: graph.parents(n) for n in graph.nodes}
    steps = mechanism(model, order, parents)
    obeyed, broken, open_ = _table(context, scope, model)
    return Countermodel(
        engine=engine,
        sentences=sentences(mechanism(model, shown, parents)),
        block=tuple(_line(step) for step in steps),
        broken=None if goal is None else show_failure(context, model, sharpest(model, goal)),
        satisfies=obeyed,
        violates=broken,
        unknown=open_,
        chsh=chsh(model),
        variables=model.names,
        outcomes=tuple(
            (tuple(map(written, values)), str(weight)) for values, weight in model.support
        ),
        model=model,
        circuit=circuit,
    )


def _without_latents(context: Context, model: FiniteModel) -> FiniteModel:
    names, table = model.table(context.declared_atoms & set(model.names))
    known = {n: v for n, v in model.alphabets.items() if n in names}
    return FiniteModel.create(names, table.items(), known)


def _varies(model: FiniteModel, name: str) -> bool:
    """Whether a latent does anything in the model; if so, its mechanism is told with it."""
    return len(model.table(frozenset((name,)))[1]) > 1


def _table(context: Context, scope: Names, model: FiniteModel) -> tuple[Names, Names, Names]:
    """Which assumptions and definitions hold in the model, which fail, and which are open."""
    own, model = model, with_constants(context, model)
    holds: dict[str, bool | None] = {}
    for name in context.formulas:
        if name in scope:
            holds[name] = True
            continue
        local = context.assumes_local_causality((name,))
        common = context.assumes_common_causes((name,))
        drawn = set(context.principle(common)) if local else set()
        statements = [s for s in context.statements(name) if s not in drawn]
        known = all(atoms_of(s) <= set(model.names) for s in statements)
        parts = [all(map(model.holds, statements)) if known else None]
        if local:
            parts.append(truth_for_any(context, own, common_causes=common))
        holds[name] = False if False in parts else None if None in parts else True
    return (
        tuple(n for n, value in holds.items() if value is True),
        tuple(n for n, value in holds.items() if value is False),
        tuple(n for n, value in holds.items() if value is None),
    )


def sharpest(model: FiniteModel, statement: Statement) -> Statement:
    """The one removal that an equation of products comes to, where it is one.

    P(A | B, a) P(B | a) = P(A | a) P(B | a) is shown as P(A | B, a) = P(A | a).
    """
    if isinstance(statement, Monomials):
        left, right = monomial_vector(statement.left), monomial_vector(statement.right)
        single = independence_of(added(left, right, -1))
        if single is not None and not model.holds(single):
            events = [f.event for f in (*statement.left, *statement.right)]
            sides = ((single.x, single.y), (single.y, single.x))
            x, y = next((s for s in sides if any(s[0] <= e for e in events)), sides[0])
            return Monomials(
                (Conditional(x, y | single.z),),
                (Conditional(x, single.z),),
            )
    return statement


def show_failure(context: Context, model: FiniteModel, statement: Statement) -> Broken:
    """The first point at which the statement fails, as two numbers that ought to be equal."""
    failure = next(model.failures(statement))
    point = failure.point

    def side(factors: Iterable[Conditional]) -> str:
        shown = (
            f"P({_at(context, f.event, point)}{_bar(context, f.given, point)})" for f in factors
        )
        return " ".join(shown) or "1"

    def told(left: str, left_value: object, right: str, right_value: object) -> Broken:
        text = context.show_statement(statement)
        return Broken(text, left, str(left_value), right, str(right_value))

    match statement:
        case Monomials(left, right):
            return told(side(left), failure.left, side(right), failure.right)
        case Positivity(atoms):
            return told(side([Conditional(atoms, frozenset())]), 0, "a positive probability", "")
        case Independence(x, y, z) if x & y:
            alone = Conditional(x & y, z)
            value = _value(model, point, alone)
            return told(side([alone]), value, "0 or 1, were it determined", "")
        case Independence(x, y, z):
            one, two = sorted((x, y), key=context.rank)
            known, unknown = Conditional(one, two | z), Conditional(one, z)
            values = (_value(model, point, factor) for factor in (known, unknown))
            return told(side([known]), next(values), side([unknown]), next(values))


def _value(model: FiniteModel, point: Any, factor: Conditional) -> Any:
    whole = model.probability(point, factor.event | factor.given)
    return whole / model.probability(point, factor.given)


def _at(context: Context, atoms: frozenset[str], point: Any) -> str:
    place = {name: k for k, name in enumerate(context.document.composites.order)}
    order = sorted(atoms, key=lambda n: (place.get(n, len(place)), n))
    return ", ".join(f"{n} = {written(point[n])}" for n in order)


def _bar(context: Context, atoms: frozenset[str], point: Any) -> str:
    return f" | {_at(context, atoms, point)}" if atoms else ""


def sentences(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The mechanism in words: "λ_a and a are fair coins", "b = λ_a xor a"."""
    coins = [s.name for s in steps if s.coin and s.rule.count(",") == 1]
    fixed = [s for s in steps if not s.drawn and not s.inputs]
    told: list[str] = []
    if coins:
        verb = "are independent fair coins" if len(coins) > 1 else "is a fair coin"
        told.append(f"{_listed(coins)} {verb}")
    for step in steps:
        if step.name in coins or step in fixed:
            continue
        told.append(f"{step.name} {'~' if step.drawn else '='} {step.rule}")
    if fixed:
        told.append("constant: " + ", ".join(f"{step.name} = {step.rule}" for step in fixed))
    return tuple(told)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _line(step: Step) -> str:
    return f"{step.name} {'~' if step.drawn else ':='} {step.rule}"


def chsh(model: FiniteModel) -> str | None:
    """The largest CHSH value over the places of the minus sign, for two-valued A, B, a, b.

    The results count as +1 and −1 in the order of their values. None where a variable is
    missing, has another number of values, or some pair of settings never occurs.
    """
    names = ("A", "B", "a", "b")
    if not set(names) <= set(model.names):
        return None
    values = {n: sorted(model.values(n), key=written) for n in names}
    if any(len(v) != 2 for v in values.values()):
        return None
    table = model.table(frozenset(names))
    averages: list[Number] = []
    for x in values["a"]:
        for y in values["b"]:
            total: Number = ZERO
            mean: Number = ZERO
            for outcome, weight in table[1].items():
                at = dict(zip(table[0], outcome, strict=True))
                if (at["a"], at["b"]) == (x, y):
                    sign = 1 if (at["A"] == values["A"][0]) == (at["B"] == values["B"][0]) else -1
                    total, mean = total + weight, mean + sign * weight
            if total == 0:
                return None
            averages.append(mean / total)
    every = sum(averages, ZERO)
    found = [every - 2 * one for one in averages]
    return str(max(max(s, -s) for s in found))
