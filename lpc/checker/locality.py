"""Does a model obey local causality, or common causes? With what shows it, or the contrary.

In a declared causal graph a model obeys it when it extends to values of all latents that satisfy
the Markov condition; in a spacetime when a circuit realises it (DESIGN 1.2). It breaks it when
local causality, together with statements that hold in the model, entails something that fails in
it. Common causes ask for a circuit in which nothing comes from past infinity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

from lpc.checker.context import Context
from lpc.kernel.models import FiniteModel
from lpc.logic import Independence, Statement
from lpc.search.closure import TooManyVariables
from lpc.search.models.problem import atoms_of
from lpc.spacetime.circuits import Circuit

MAX_EXTENSIONS = 200
MAX_JUDGED = 256


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a model obeys local causality, None when neither is shown; and what shows it.

    `circuit`, in a spacetime, or `extension`, in a causal graph: the model with values for all
    latents. `broken`: something that local causality entails and that fails in the model.
    """

    truth: bool | None
    circuit: Circuit | None = None
    extension: FiniteModel | None = None
    broken: Statement | None = None


def judge(context: Context, model: FiniteModel, *, common_causes: bool = False) -> Judged:
    """Whether a model obeys local causality, or common causes, as far as it is found out.

    Args: `model` gives values to every variable of the document that has a place or a node.
    `common_causes`: whether it is held against those, so that nothing may come from past infinity.
    """
    known, key = context.judged, (model.names, model.support, common_causes)
    if key not in known:
        if len(known) >= MAX_JUDGED:
            known.clear()
        known[key] = _judged(context, with_constants(context, model), common_causes)
    found: Judged = known[key]
    return found


def _judged(context: Context, model: FiniteModel, common: bool) -> Judged:
    broken = _broken_premise(model, context.principle(common))
    if broken is not None:
        return Judged(False, broken=broken)
    if context.document.graph is not None:
        extension = find_extension(context, model)
        if extension is not None:
            return Judged(True, extension=extension)
    elif context.circuits is not None:
        circuit = context.circuits.realise(model, seeds=not common, tick=context.watch.tick)
        if circuit is not None:
            return Judged(True, circuit=circuit)
    else:
        return Judged(True, extension=model)
    broken = _broken_consequence(context, model, common)
    return Judged(None if broken is None else False, broken=broken)


def with_constants(context: Context, model: FiniteModel) -> FiniteModel:
    """The model with every declared variable that it leaves out held constant."""
    missing = [n for n in context.document.composites.order if n not in model.names]
    missing = [n for n in missing if n in context.declared_atoms]
    rest = sorted(context.declared_atoms - set(model.names) - set(missing))
    names = (*missing, *rest)
    values = tuple(context.alphabets.get(n, (0,))[0] for n in names)
    weights = (((*outcome, *values), weight) for outcome, weight in model.support)
    known = {**model.alphabets, **{n: v for n, v in context.alphabets.items() if n in names}}
    return FiniteModel.create((*model.names, *names), weights, known)


def find_extension(context: Context, model: FiniteModel) -> FiniteModel | None:
    """The model with values for all latents of a declared graph, which the kernel has found to
    obey the Markov condition.

    A latent without a value is filled in: as the tuple of those children that have it as their
    only parent, or of all its children, as a variable of the model that the document does not
    declare, or as nothing.
    """
    premises = context.markov()
    tried = islice(_extensions(context, model, premises), MAX_EXTENSIONS)
    return next((m for m in tried if all(m.holds(p) for p in premises)), None)


def _broken_premise(model: FiniteModel, premises: tuple[Statement, ...]) -> Statement | None:
    known = (p for p in premises if atoms_of(p) <= set(model.names))
    return next((p for p in known if not model.holds(p)), None)


def _extensions(
    context: Context, model: FiniteModel, premises: tuple[Statement, ...]
) -> Iterator[FiniteModel]:
    """The model with every missing variable of the premises filled in."""
    missing = sorted(frozenset().union(*map(atoms_of, premises)) - set(model.names))
    if not missing:
        yield model
        return
    graph = context.graph()
    extra = [n for n in model.names if n not in context.declared_atoms]
    choices: list[list[tuple[str, ...]]] = []
    for name in missing:
        if graph is None or name not in graph.latents:
            return
        every = tuple(c for c in graph.children(name) if c in model.names)
        only = tuple(c for c in every if graph.parents(c) == (name,))
        options = [only, every, *((e,) for e in extra), (*only, *extra), ()]
        choices.append(list(dict.fromkeys(options)))
    for chosen in product(*choices):
        yield _with_copies(model, dict(zip(missing, chosen, strict=True)))


def _with_copies(model: FiniteModel, latents: dict[str, tuple[str, ...]]) -> FiniteModel:
    """The model with new variables that are tuples of old ones."""
    places = [[model.names.index(n) for n in sources] for sources in latents.values()]
    weights = (
        ((*outcome, *(tuple(outcome[k] for k in at) for at in places)), weight)
        for outcome, weight in model.support
    )
    return FiniteModel.create((*model.names, *latents), weights, dict(model.alphabets))


def _broken_consequence(context: Context, model: FiniteModel, common: bool) -> Statement | None:
    """A single-variable consequence over the model's own variables that fails."""
    graph = context.graph()
    if graph is None:
        return None
    theory = context.theory((), *context.principle(common))
    seen = [n for n in graph.nodes if n in model.names]
    try:
        return next(
            (
                s
                for a, b in combinations(seen, 2)
                for s in _given_all(a, b, [n for n in seen if n not in (a, b)])
                if theory.holds(s) and not model.holds(s)
            ),
            None,
        )
    except TooManyVariables:
        return None


def _given_all(a: str, b: str, rest: list[str]) -> Iterator[Independence]:
    for size in range(len(rest) + 1):
        for given in combinations(rest, size):
            yield Independence.create({a}, {b}, given)
