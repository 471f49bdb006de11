"""Does a model obey local causality? (DESIGN 5: it must extend to values of all latents.)"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, product

from lpc.checker.context import Context
from lpc.kernel.models import FiniteModel
from lpc.logic import Independence, Statement
from lpc.search.closure import TooManyVariables
from lpc.search.models.problem import atoms_of
from lpc.search.reading import read_equation
from lpc.search.theory import Theory

MAX_EXTENSIONS = 200


def obeys_local_causality(context: Context, model: FiniteModel) -> bool | None:
    """True with an extension that the kernel has verified, False with a broken consequence.

    A latent of the causal graph without a value is filled in: as the tuple of those children
    that have it as their only parent, or of all its children, as a variable of the model that
    the document does not declare, or as nothing. None when neither an extension nor a broken
    consequence is found.
    """
    if _broken_premise(model, context.local_causality()) is not None:
        return False
    if find_extension(context, model) is not None:
        return True
    return None if _broken_consequence(context, model) is None else False


def find_extension(context: Context, model: FiniteModel) -> FiniteModel | None:
    """The model with values for all latents, which the kernel has found to obey all premises."""
    premises = _premises(context)
    tried = islice(_extensions(context, model, premises), MAX_EXTENSIONS)
    return next((m for m in tried if all(m.holds(p) for p in premises)), None)


def find_broken_locality(context: Context, model: FiniteModel) -> Statement | None:
    """Something that local causality implies and that fails in the model, None if not found."""
    found = _broken_premise(model, context.local_causality())
    return _broken_consequence(context, model) if found is None else found


def _premises(context: Context) -> tuple[Statement, ...]:
    return (*context.local_causality(), *context.markov())


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


def _broken_consequence(context: Context, model: FiniteModel) -> Statement | None:
    """A single-variable consequence over the model's own variables that fails."""
    graph = context.graph()
    if graph is None:
        return None
    theory = Theory.create(list(context.local_causality()), read_equation, context.watch.tick)
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
