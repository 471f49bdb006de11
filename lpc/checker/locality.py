"""Does a model obey local causality, or common causes? With what shows it, or the contrary.

In a declared causal graph a model obeys it when it extends to values of all latents that satisfy
the Markov condition; in a spacetime when a circuit realises it (DESIGN 1.2). It breaks it when
local causality, together with statements that hold in the model, entails something that fails in
it. Common causes ask for a circuit in which nothing comes from past infinity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from lpc.checker.context import Context
from lpc.checker.membership import find_strategies
from lpc.checker.violations import Violation, find_quickly, find_violation
from lpc.kernel.models import FiniteModel
from lpc.language.document import Inequality
from lpc.logic import Statement
from lpc.search.models.problem import atoms_of
from lpc.search.simplex import ProgramError
from lpc.spacetime.circuits import Circuit

MAX_EXTENSIONS = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a model obeys local causality, None when neither is shown; and what shows it.

    `circuit`, in a spacetime, or `extension`, in a causal graph: the model with values for all
    latents. `broken`: one of the statements that local causality says, which fails in the model.
    `violation`: something else that it entails and that fails, with the proof.
    """

    truth: bool | None
    circuit: Circuit | None = None
    extension: FiniteModel | None = None
    broken: Statement | None = None
    violation: Violation | None = None

    @property
    def fails(self) -> Statement | Inequality | None:
        """What fails in the model, of whichever kind."""
        return self.broken if self.violation is None else self.violation.goal


def judge(context: Context, model: FiniteModel, *, common_causes: bool = False) -> Judged:
    """Whether a model obeys local causality, or common causes, as far as it is found out.

    Args: `model` gives values to every variable of the document that has a place or a node.
    `common_causes`: whether it is held against those, so that nothing may come from past infinity.
    """
    found = _begun(context, model, common_causes)
    if found.truth is not None:
        return found
    full = with_constants(context, model)
    violation = context.effort.recall(
        context.judged,
        ("violation", *_key(model, common_causes)),
        lambda: find_quickly(context, full) or find_violation(context, full),
    )
    return found if violation is None else Judged(False, violation=violation)


def obeys(context: Context, model: FiniteModel, *, common_causes: bool = False) -> bool:
    """Whether a model is shown to obey local causality. No reason is sought why it should not."""
    return _begun(context, model, common_causes).truth is True


def _key(model: FiniteModel, common: bool) -> tuple[object, ...]:
    return model.names, model.support, common


def _begun(context: Context, model: FiniteModel, common: bool) -> Judged:
    """A statement that fails, or what shows that the model obeys the principle, or neither."""

    def judged() -> Judged:
        full = with_constants(context, model)
        broken = _broken_premise(context, full, context.principle(common))
        shown = None if broken is not None else _obeyed(context, full, common)
        return shown or Judged(None if broken is None else False, broken=broken)

    return context.effort.recall(context.judged, _key(model, common), judged)


def _obeyed(context: Context, model: FiniteModel, common: bool) -> Judged | None:
    """What shows that a model obeys local causality, if that is found."""
    graph = context.document.graph
    if graph is not None:
        extension = find_extension(context, model)
        return None if extension is None else Judged(True, extension=extension)
    if context.circuits is not None:
        circuit = context.circuits.realise(model, seeds=not common, tick=context.effort.tick)
        return None if circuit is None else Judged(True, circuit=circuit)
    return Judged(True, extension=model)


def truth_for_any(context: Context, model: FiniteModel, *, common_causes: bool) -> bool | None:
    """Whether a model obeys local causality, whatever the variables are that it leaves out.

    True when it does with these constant; False when what it breaks speaks of its own variables.
    """
    found = judge(context, model, common_causes=common_causes)
    left = context.declared_atoms <= set(model.names)
    if found.truth is not False or left:
        return found.truth
    own = found.broken is not None and atoms_of(found.broken) <= set(model.names)
    return False if own else None


def with_constants(context: Context, model: FiniteModel) -> FiniteModel:
    """The model with every declared variable that it leaves out held constant, latents apart."""
    graph = context.document.graph
    left = context.declared_atoms - set(model.names)
    left -= frozenset() if graph is None else graph.latents
    missing = [n for n in context.document.composites.order if n in left]
    rest = sorted(left - set(missing))
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
    declare, or as nothing; else by strategies.
    """
    premises = context.markov()
    tried = islice(_extensions(context, model, premises), MAX_EXTENSIONS)
    found = next((m for m in tried if all(context.holds(m, p) for p in premises)), None)
    graph = context.document.graph
    if found is not None or graph is None:
        return found
    try:
        return find_strategies(graph, model, premises, context.effort.tick)
    except ProgramError:
        return None


def _broken_premise(
    context: Context, model: FiniteModel, premises: tuple[Statement, ...]
) -> Statement | None:
    known = (p for p in premises if atoms_of(p) <= set(model.names))
    return next((p for p in known if not context.holds(model, p)), None)


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
