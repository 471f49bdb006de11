"""What local causality entails and a model breaks, with its proof: independences, inequalities.

The proof may use what holds in the model besides: assumptions of the file, and independences of
single variables, each found to hold in the model by the kernel.

First come the quantities that the file names: the largest and the smallest value that strategies
give them. "Breaks S <= 2: S = 4" is what people expect. Then the inequalities that the file claims;
last, in a causal graph, an inequality that a linear program finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, combinations, islice, product
from math import lcm
from typing import Any

from lpc.checker.context import Context
from lpc.checker.evidence import find_evidence
from lpc.checker.inequalities import InequalityClaim, Proof
from lpc.checker.membership import Hidden, Tables
from lpc.exact import ONE, ZERO, Cyclotomic, Number, NumberError
from lpc.kernel.evaluate import Undefined, shown
from lpc.kernel.forms import BoundError, Piece
from lpc.kernel.inequalities import Bound, Mixture
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.quantities import Measure, variables_of
from lpc.language.document import Claim, Inequality
from lpc.logic import Independence, Statement
from lpc.logic import expressions as e
from lpc.logic.expressions import EvaluationError
from lpc.report.results import Broken, Evidence
from lpc.search.closure import TooManyVariables
from lpc.search.membership import Member, Outside, Row, is_small, mixed
from lpc.search.models.problem import atoms_of
from lpc.search.simplex import ProgramError
from lpc.spacetime import d_separated, unnamed_moments

Names = tuple[str, ...]
Given = dict[Statement, str]

MAX_PAIRS_GIVEN = 8
"""With more variables than this, independences given many of them are left out."""
MANY = 3
MAX_CONTEXTS = 16


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that local causality entails and that fails in a model.

    `goal` is entailed: `evidence` has the proof; for an inequality with its mixture, the `pieces`
    of the smaller side minus the larger, and their bounds. `evidence.names` are the assumptions
    used, `held` the independences that hold in the model and are used besides; `local` are
    statements of local causality itself, where no assumption of the file names it. `broken` tells
    the failure.
    """

    goal: Statement | Inequality
    evidence: Evidence
    broken: Broken | None = None
    pieces: tuple[Piece, ...] = ()
    bounds: tuple[Bound, ...] = ()
    held: tuple[Statement, ...] = ()
    local: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a proof may use: names, and statements besides with what is said of each."""

    names: Names
    local: tuple[Statement, ...]
    held: tuple[Statement, ...] = ()

    @property
    def given(self) -> Given:
        """The statements that no name stands for."""
        said = dict.fromkeys(self.local, "local causality")
        return {**said, **dict.fromkeys(self.held, "what holds in the model")}

    def within(self, context: Context) -> Grounds:
        """The same with what local causality says in another context."""
        return replace(self, local=context.local_causality() if self.local else ())

    def used(self, evidence: Evidence) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """Which of `held` and of `local` a proof uses."""
        hypotheses = {h for proof in evidence.proofs for h in proof.hypotheses}
        return tuple(s for s in self.held if s in hypotheses), tuple(
            s for s in self.local if s in hypotheses
        )


def contexts(context: Context) -> tuple[Context, ...]:
    """The context, and the one in which proofs may name the states of slices."""
    names, scene = context.local_causality_names[:1], context.document.scene
    if names or scene is None or context.states:
        return context.contexts(names)
    moments = unnamed_moments(scene)
    if not moments:
        return (context,)
    return context, Context(context.document, context.effort, states=moments)


def grounds_of_locality(context: Context) -> Grounds:
    """Local causality alone, by its name where the file has one."""
    names = context.local_causality_names[:1]
    return Grounds(names, () if names else context.local_causality())


def all_grounds(context: Context, model: FiniteModel) -> Iterator[Grounds]:
    """Local causality alone; with assumptions that hold in the model; with independences of it."""
    alone = grounds_of_locality(context)
    names, local = alone.names, alone.local
    yield alone
    others = tuple(
        name
        for name in context.document.assumptions
        if not context.assumes_local_causality((name,))
        and context.statements(name)
        and all(holds_in(model, s) for s in context.statements(name))
    )
    if others:
        yield Grounds((*names, *others), local)
    known = set(context.local_causality()).union(*map(context.statements, others))
    held = tuple(s for s in _settings_free(context, model) if s not in known)
    if held:
        yield Grounds((*names, *others), local, held)


def holds_in(model: FiniteModel, statement: Statement) -> bool:
    """Whether a statement speaks of the model's variables only and is true of it."""
    return atoms_of(statement) <= set(model.names) and model.holds(statement)


def _settings_free(context: Context, model: FiniteModel) -> Iterator[Independence]:
    """Independences that hold in the model of what the file's quantities condition on.

    Each such setting from each other variable that is no result, and from all of them at once.
    """
    settings, results = _settings_and_results(context)
    order = [n for n in context.document.composites.order if n in model.names]
    rest = [n for n in order if n not in settings | results]
    for name in (n for n in order if n in settings):
        others = [n for n in order if n in settings and n != name]
        wanted = [frozenset((n,)) for n in rest]
        wanted += [frozenset(rest), frozenset((*rest, *others)), frozenset(others)]
        for other in dict.fromkeys(w for w in wanted if w):
            statement = Independence.create({name}, other, ())
            if model.holds(statement):
                yield statement


def _settings_and_results(context: Context) -> tuple[frozenset[str], frozenset[str]]:
    """What stands right and left of the bars in the inequalities that may be broken."""
    settings: set[str] = set()
    results: set[str] = set()
    for inequality in inequalities(context):
        claim = _claim(context, inequality, Grounds((), ()))
        if claim is not None:
            settings |= set(claim.settings)
            results |= claim.outcomes
    return frozenset(settings - results), frozenset(results)


# Inequalities of the file.


def find_quickly(context: Context, model: FiniteModel) -> Violation | None:
    """An inequality that the file speaks of; in a causal graph by local causality alone.

    This is soon seen, where a search for a circuit may take long.
    """
    grounds = all_grounds(context, model)
    if context.document.graph is not None:
        grounds = islice(grounds, 1)
    return _of_file(context, model, grounds)


def find_violation(context: Context, model: FiniteModel) -> Violation | None:
    """Something that the model breaks and local causality entails, with what holds besides.

    What `find_quickly` sees is not looked for again.
    """
    alone, *others = all_grounds(context, model)
    return (
        _of_pairs(context, model, [alone])
        or _of_program(context, model, alone)
        or _of_pairs(context, model, others)
    )


def _of_file(context: Context, model: FiniteModel, every: Iterable[Grounds]) -> Violation | None:
    broken = tuple(_broken_inequalities(context, model))
    if not broken:
        return None
    for grounds, wide in product(every, contexts(context)):
        for inequality, told in broken:
            found = proved(wide, inequality, told, grounds.within(wide))
            if found is not None:
                return found
    return None


def proved(
    context: Context, inequality: Inequality, broken: Broken | None, grounds: Grounds
) -> Violation | None:
    """The inequality with a proof from the grounds, None where none is found."""
    found = context.effort.recall(
        context.proved, (inequality, grounds), lambda: _proved(context, inequality, grounds)
    )
    return None if found is None else replace(found, broken=broken)


def _proved(context: Context, inequality: Inequality, grounds: Grounds) -> Violation | None:
    claim = _claim(context, inequality, grounds)
    if claim is None:
        return None
    try:
        found = claim.proved(claim.roads())
    except (BoundError, EvaluationError, NumberError, TooManyVariables):
        return None
    # NB: what needs no independence of the model's own comes first.
    found = tuple(sorted(found, key=lambda p: len(grounds.used(p.evidence)[0])))
    return _violation(claim, None, found[0], grounds) if found else None


def _violation(
    claim: InequalityClaim, broken: Broken | None, found: Proof, grounds: Grounds
) -> Violation:
    held, local = grounds.used(found.evidence)
    told = (broken, claim.pieces, found.bounds)
    return Violation(claim.inequality, found.evidence, *told, held, local)


def _claim(context: Context, inequality: Inequality, grounds: Grounds) -> InequalityClaim | None:
    try:
        return InequalityClaim(context, inequality, grounds.names, grounds.given)
    except (BoundError, EvaluationError, NumberError):
        return None


def _broken_inequalities(
    context: Context, model: FiniteModel
) -> Iterator[tuple[Inequality, Broken]]:
    for inequality in inequalities(context):
        broken = breaks(context, model, inequality)
        if broken is not None:
            yield inequality, broken


def inequalities(context: Context) -> tuple[Inequality, ...]:
    """Bounds of the quantities of the file, then the inequalities that it claims."""
    return (*_of_quantities(context), *_claimed(context))


def _claimed(context: Context) -> tuple[Inequality, ...]:
    """The inequalities that the file claims."""
    formulas = (item.formula for item in context.document.items if isinstance(item, Claim))
    return tuple(x for f in formulas if isinstance(f, Inequality) for x in f.closed)


def _of_quantities(context: Context) -> tuple[Inequality, ...]:
    """Each quantity of the file that is a number, with bounds that strategies obey."""
    named = [q.name for q in context.document.quantities.values() if not q.parameters]
    return context.effort.recall(
        context.bounds,
        None,
        lambda: tuple(chain.from_iterable(_extremes(context, name) for name in named)),
    )


def _extremes(context: Context, name: str) -> Iterator[Inequality]:
    """Bounds from above and from below, by every way to say which setting is whose."""
    for op, sign in (("<=", "+"), (">=", "-")):
        node = e.Named(name, ())
        side = node if sign == "+" else e.Plus((("-", node),))
        zero = Inequality(side, "<=", e.Number(ZERO), (name, "0"))
        claim = _claim(context, zero, Grounds((), ()))
        if claim is None or not claim.outcomes:
            continue
        found: set[Number] = set()
        for owner in claim.owners():
            context.effort.tick()
            try:
                found.add(claim.least(owner))
            except BoundError:
                continue
        for least in sorted(found):
            bound = least if sign == "+" else -least
            yield Inequality(node, op, _number(bound), (name, shown(bound)))


def breaks(context: Context, model: FiniteModel, inequality: Inequality) -> Broken | None:
    """The two sides in the model, where both are defined and the inequality fails."""
    document = context.document
    sides = (inequality.left, inequality.right)
    if not variables_of(sides, document.quantities, document.composites) <= set(model.names):
        return None
    measure = Measure(
        composites=document.composites,
        tick=context.effort.tick,
        model=model,
        quantities=document.quantities,
    )
    try:
        values = [measure.value(x, {}) for x in sides]
        if any(isinstance(value, Undefined) for value in values):
            return None
        node = e.Compare(inequality.left, inequality.op, inequality.right)
        if measure.compare(node, values[0], inequality.op, values[1]):
            return None
    except (EvaluationError, ModelError, NumberError):
        return None
    left, right = inequality.sides
    return Broken(inequality.text, left, shown(values[0]), right, shown(values[1]))


# Inequalities of a linear program.


def _of_program(context: Context, model: FiniteModel, grounds: Grounds) -> Violation | None:
    """In a causal graph an inequality that strategies of a district obey, and the model breaks."""
    graph = context.document.graph
    if graph is None:
        return None
    hidden = Hidden.create(graph, frozenset(model.names))
    if not set(hidden.order) <= set(model.names):
        return None
    tables = Tables(hidden, model, context.effort.tick)
    for district in hidden.districts():
        if not hidden.is_plain(district):
            continue
        try:
            for inequality in _priced(tables, district):
                found = _proved_for(context, model, hidden, district, inequality, grounds)
                if found is not None:
                    return found
        except (ModelError, NumberError, ProgramError):
            continue
    return None


def _priced(tables: Tables, district: Names) -> Iterator[Inequality]:
    """Inequalities that strategies obey and the table does not, at fixed values of the settings
    that several results see.
    """
    members = tables.members(district)
    seen = [p for m in members for p in m.parents]
    shared = tuple(dict.fromkeys(p for p in seen if seen.count(p) > 1))
    for values in tables.occurring(shared)[:MAX_CONTEXTS]:
        at = dict(zip(shared, values, strict=True))
        if not is_small(members, 1):
            return
        some = tuple(_at(m, at) for m in members)
        known = tables.conditioned(at)
        rows = known.rows(some)
        if rows is None or not is_small(some, len(rows)):
            continue
        found = mixed(some, rows, tables.tick)
        if isinstance(found, Outside):
            yield _as_inequality(some, rows, found.prices, at)


def _at(member: Member, at: Mapping[str, Any]) -> Member:
    """A member with only those values of its parents that agree with some of them."""
    seen = tuple(
        values
        for values in member.seen
        if all(at.get(p, v) == v for p, v in zip(member.parents, values, strict=True))
    )
    return Member(member.name, member.values, member.parents, seen)


def _as_inequality(
    members: tuple[Member, ...],
    rows: tuple[Row, ...],
    prices: tuple[Fraction, ...],
    at: Mapping[str, Any],
) -> Inequality:
    """prices · rows <= 0 with whole numbers, the constant on the right."""
    scale = lcm(*(p.denominator for p in prices))
    bound = ZERO
    terms: list[tuple[Fraction, e.Chance]] = []
    for row, price in zip(rows, prices, strict=True):
        if not row.wanted:
            bound -= price * scale
        elif price:
            terms.append((price * scale, _chance(members, row, at)))
    left = e.Plus(tuple(("-" if c < 0 else "+", _times(abs(c), chance)) for c, chance in terms))
    text = " ".join(
        f"{'-' if c < 0 else '+'} {'' if abs(c) == 1 else f'{abs(c)} '}{_told(chance)}"
        for c, chance in terms
    )
    return Inequality(left, "<=", e.Number(bound), (_signed(text), shown(bound)))


def _signed(text: str) -> str:
    """A sum as it is written: with no plus in front, and a minus that touches what follows."""
    return "-" + text[2:] if text.startswith("- ") else text.removeprefix("+ ")


def _chance(members: tuple[Member, ...], row: Row, at: Mapping[str, Any]) -> e.Chance:
    given = dict(at)
    for k, place, _ in row.wanted:
        given |= dict(zip(members[k].parents, members[k].seen[place], strict=True))
    event = tuple(e.Event(members[k].name, value_node(value)) for k, _, value in row.wanted)
    return e.Chance(event, tuple(e.Event(n, value_node(v)) for n, v in given.items()))


def _told(chance: e.Chance) -> str:
    event, given = (
        ", ".join(f"{x.name} = {_text(x.value)}" for x in side)
        for side in (chance.event, chance.given)
    )
    return f"P({event} | {given})" if given else f"P({event})"


def _text(node: e.Expression | None) -> str:
    match node:
        case e.Number(value):
            return shown(value)
        case e.Word(text):
            return text
        case e.TupleOf(parts):
            return f"({', '.join(map(_text, parts))})"
    raise TypeError("a value of another kind")


def _times(factor: Fraction, chance: e.Chance) -> e.Expression:
    return chance if factor == ONE else e.Times(e.Number(factor), (("*", chance),))


def value_node(value: Any) -> e.Expression:
    """A value as an expression."""
    match value:
        case str():
            return e.Word(value)
        case tuple():
            return e.TupleOf(tuple(map(value_node, value)))
    return _number(value)


def _number(value: Number | int) -> e.Number:
    # NB: a number of the tree may be irrational; the reader makes no such node.
    return e.Number(value if isinstance(value, Cyclotomic) else Fraction(value))  # type: ignore[arg-type]


def _proved_for(
    context: Context,
    model: FiniteModel,
    hidden: Hidden,
    district: Names,
    inequality: Inequality,
    grounds: Grounds,
) -> Violation | None:
    """The inequality proved by averaging over the latents of the district."""
    broken = breaks(context, model, inequality)
    claim = _claim(context, inequality, grounds)
    if broken is None or claim is None:
        return None
    owner = tuple((s, n) for n in district for s in hidden.sees[n] if s in claim.settings)
    try:
        road = claim.road(Mixture(hidden.latents_of(district), owner))
        found = () if road is None else claim.proved((road,))
    except (BoundError, TooManyVariables):
        return None
    return _violation(claim, broken, found[0], grounds) if found else None


# Independences.


def _of_pairs(context: Context, model: FiniteModel, every: Iterable[Grounds]) -> Violation | None:
    """An independence of two variables of the model that is entailed and fails."""
    for grounds, wide in product(every, contexts(context)):
        try:
            found = _find_independence(wide, model, grounds.within(wide))
        except TooManyVariables:
            continue
        if found is not None:
            return found
    return None


def _find_independence(context: Context, model: FiniteModel, grounds: Grounds) -> Violation | None:
    theory = context.theory(grounds.names, *grounds.given)
    graph, light = context.document.graph, _light(model)
    seen = [n for n in spoken_of(context) if n in model.names]
    for one, two, given in triples(seen):
        context.effort.tick()
        if graph is not None and not d_separated(graph, (one,), (two,), given):
            continue  # NB: no assumption of the file is needed where local causality has a graph.
        statement = Independence.create({one}, {two}, given)
        if light.holds(statement) or model.holds(statement) or not theory.holds(statement):
            continue
        evidence = _least_evidence(context, statement, grounds)
        if evidence is not None:
            held, local = grounds.used(evidence)
            return Violation(statement, evidence, held=held, local=local)
    return None


def _light(model: FiniteModel) -> FiniteModel:
    """The model with whole numbers for values and for weights, which need not sum to one.

    An independence equates two products of two weights each, so it is true of both or of neither;
    and whole numbers are quicker. Only what fails is asked of the model itself.
    """
    weights = [w for _, w in model.support if isinstance(w, Fraction)]
    if len(weights) < len(model.support):
        return model
    scale = lcm(*(w.denominator for w in weights))
    scaled: list[Any] = [int(w * scale) for w in weights]
    codes: list[dict[Any, int]] = [{} for _ in model.names]
    rows = tuple(
        (
            tuple(code.setdefault(v, len(code)) for code, v in zip(codes, outcome, strict=True)),
            whole,
        )
        for (outcome, _), whole in zip(model.support, scaled, strict=True)
    )
    return FiniteModel(model.names, rows)


def _least_evidence(context: Context, goal: Statement, grounds: Grounds) -> Evidence | None:
    """A proof from as few names as possible."""
    given = grounds.given
    names = list(grounds.names)
    for name in grounds.names[1:]:
        fewer = tuple(n for n in names if n != name)
        if context.theory(fewer, *given).proves(goal):
            names.remove(name)
    return find_evidence(context, tuple(names), (goal,), given)


def spoken_of(context: Context) -> Names:
    """The variables with values that local causality speaks of, in order."""
    graph, scene = context.document.graph, context.document.scene
    if graph is not None:
        return tuple(n for n in graph.nodes if n not in graph.latents)
    order = context.document.composites.order
    placed = [n for n in (() if scene is None else scene.places) if n in context.declared_atoms]
    return tuple(sorted(placed, key=lambda n: (order.index(n) if n in order else len(order), n)))


def triples(names: Iterable[str]) -> Iterator[tuple[str, str, Names]]:
    """Pairs of variables with sets of others, small sets first."""
    every = tuple(names)
    most = len(every) if len(every) <= MAX_PAIRS_GIVEN else MANY
    for size in range(min(most, len(every)) + 1):
        for one, two in combinations(every, 2):
            rest = [n for n in every if n not in (one, two)]
            for given in combinations(rest, size):
                yield one, two, given
