"""Local causality in a certificate: its statements recomputed, and models held against it.

In a declared causal graph it says the local Markov statements; a model must give values to the
latents too. In a spacetime each statement is an instance of a rule (`lpc.spacetime.rule`), whose
obligations are recomputed from the regions; a model must be what a circuit does
(`lpc.spacetime.circuits`), checked again. With common causes nothing may come from past infinity.

Proofs may speak of the complete state on all of space at a moment although the file has no name
for it: `states` are such names with their times. No model and no goal speaks of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lpc.certificates.encoding import Graph, Witness, decode_graph
from lpc.certificates.geometry import (
    State,
    check_bounds,
    common_obligations,
    decode_region,
    decode_scene,
    decode_states,
    obligations,
    with_states,
)
from lpc.certificates.strict import CertificateError, fields, integer, items, names, one_of, text
from lpc.logic import Independence, Statement
from lpc.spacetime.circuits import check_circuit
from lpc.spacetime.common import screens_off
from lpc.spacetime.graph import CausalGraph, markov_premises
from lpc.spacetime.rule import determined, shield
from lpc.spacetime.scene import Scene, Specification, together

MAX_KNOWN = 64
"""What is remembered of local causality from one certificate to the next."""


OBLIGATIONS = ("complete", "slice", "place", "outside", "common", "closed")


@dataclass(frozen=True)
class Locality:
    """What local causality says, and the graph or the scene it is read off.

    `scene` is that of the file, without `states`. `common`: it says common causes, so nothing
    comes from past infinity.
    """

    statements: tuple[Statement, ...]
    graph: CausalGraph | None
    scene: Scene | None
    obligations: int
    states: tuple[State, ...] = ()
    common: bool = False
    data: Any = None
    """The graph or the scene as it stands in the certificate."""

    @property
    def latents(self) -> frozenset[str]:
        """Names without values in a model of its own: the latents of a graph, and states."""
        hidden = frozenset[str]() if self.graph is None else self.graph.latents
        return hidden | {own for own, _ in self.states}

    def gives(self, other: Locality) -> bool:
        """Whether whoever obeys this principle obeys the other, which is of the same file."""
        return bool(self.data == other.data) and (self.common or not other.common)


@dataclass(slots=True)
class Localities:
    """Reads local causality; the certificates of one file repeat it, so it is checked once."""

    _known: dict[str, Locality] = field(default_factory=dict)

    def read(self, value: Any, where: str) -> Locality:
        """The statements that the data give, each obligation met.

        Raises: CertificateError; GeometryError for a graph with a circle.
        """
        key = json.dumps(value)
        if key not in self._known:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[key] = _read(value, where)
        return self._known[key]


def _read(value: Any, where: str) -> Locality:
    if isinstance(value, dict) and "graph" in value:
        data = fields(value, where, ("graph",))
        graph = _causal(decode_graph(data["graph"], f"{where}, graph"))
        return Locality(markov_premises(graph), graph, None, 0, data=data["graph"])
    data = fields(value, where, ("spacetime", "shields"), ("states", "common"))
    scene = decode_scene(data["spacetime"], f"{where}, spacetime")
    states = decode_states(data.get("states", []), f"{where}, states", scene)
    check_bounds(data, where)
    wide = with_states(scene, states)
    statements, count = [], 0
    for key, read in (("shields", _shield), ("common", _common)):
        for k, one in enumerate(items(data.get(key, []), f"{where}, {key}", 10_000)):
            statement, met = read(one, f"{where}, {key} {k}", wide)
            statements.append(statement)
            count += met
    common, told = "common" in data, data["spacetime"]
    return Locality(tuple(statements), None, scene, count, states, common, told)


def _causal(graph: Graph) -> CausalGraph:
    return CausalGraph.create(graph.nodes, graph.latents, graph.edges)


def _shield(value: Any, where: str, scene: Scene) -> tuple[Independence, int]:
    """One instance of the rule, and how many obligations it meets."""
    data = fields(value, where, ("declarations", "slice", "x", "y", "obligations"))
    specification = _declared(data, where, scene)
    places = scene.placed(scene.places)
    x, y = (frozenset(names(data[side], f"{where}, {side}")) for side in ("x", "y"))
    slice_ = None
    if data["slice"] is None:
        if not x or x != y or not x <= determined(specification, places):
            raise CertificateError(f"{where}: these do not live where all is known")
    else:
        slice_ = decode_region(data["slice"], f"{where}, slice", scene.space.dimension)
        found = shield(specification, slice_, places)
        if found is None:
            raise CertificateError(f"{where}: this is no slice that the declarations complete")
        if not x <= found.covered:
            raise CertificateError(f"{where}: the slice does not cover all of x")
        if not y <= found.outside:
            raise CertificateError(f"{where}: some of y may lie in the future of the slice")
    told = obligations(specification, slice_, x, y, places)
    _check_obligations(data["obligations"], where, told)
    return Independence.create(x, y, specification.names), len(told)


def _common(value: Any, where: str, scene: Scene) -> tuple[Independence, int]:
    """One instance of common causes, and how many obligations it meets."""
    data = fields(value, where, ("declarations", "x", "y", "obligations"))
    specification = _declared(data, where, scene)
    places = scene.placed(scene.places)
    x, y = (frozenset(names(data[side], f"{where}, {side}")) for side in ("x", "y"))
    if not x or not y or not screens_off(specification, x, y, places):
        raise CertificateError(f"{where}: this is no complete, closed, common past")
    told = common_obligations(specification, x, y, places)
    _check_obligations(data["obligations"], where, told)
    return Independence.create(x, y, specification.names), len(told)


def _declared(data: dict[str, Any], where: str, scene: Scene) -> Specification:
    listed = items(data["declarations"], f"{where}, declarations")
    top = len(scene.complete) - 1
    chosen = [integer(i, f"{where}, declarations", 0, top) for i in listed]
    if chosen != sorted(set(chosen)) or not chosen:
        raise CertificateError(f"{where}: declarations must be sorted, each once")
    return together(scene, (scene.complete[i] for i in chosen))


def _check_obligations(value: Any, where: str, told: list[dict[str, Any]]) -> None:
    """That just these are listed. Their reasons are for the reader, who may want other words."""
    listed = []
    for k, one in enumerate(items(value, f"{where}, obligations")):
        at = f"{where}, obligation {k}"
        data = fields(one, at, ("obligation", "variable", "because"))
        if data["variable"] is not None:
            text(data["variable"], at)
        text(data["because"], at)
        listed.append((one_of(data["obligation"], at, OBLIGATIONS), data["variable"]))
    if listed != [(one["obligation"], one["variable"]) for one in told]:
        raise CertificateError(f"{where}: the obligations are not those of these regions")


# ---- models --------------------------------------------------------------------------------------


def check_model(locality: Locality, witness: Witness) -> None:
    """A model with a circuit, or with values for all latents, obeys local causality.

    Raises: CertificateError or CircuitError where it does not, or not as far as the data show.
    """
    for statement in locality.statements:
        if not witness.holds(statement):
            raise CertificateError(f"model: it breaks local causality: {statement}")
    if locality.scene is not None:
        if witness.circuit is None:
            raise CertificateError("model: a circuit of local causality in a spacetime is missing")
        model, seeds = witness.model, not locality.common
        check_circuit(witness.circuit, locality.scene, model.names, model.support, seeds=seeds)
        return
    if witness.graph is None or locality.graph is None:
        raise CertificateError("model: the causal graph of local causality is missing")
    if _shape(_causal(witness.graph)) != _shape(locality.graph):
        raise CertificateError("model: the graph is not the one declared")


def _shape(graph: CausalGraph) -> object:
    return frozenset(graph.nodes), graph.latents, frozenset(graph.edges)


class States(dict[str, tuple[Any, Any]]):
    """What the names of states mean in one certificate."""

    def add(
        self, locality: Locality, where: str, taken: Mapping[str, Any] | frozenset[str]
    ) -> None:
        """Raises: CertificateError when a name means two things, or is that of a variable."""
        for own, time in locality.states:
            if own in taken:
                raise CertificateError(f"{where}: {own} is a variable of the file")
            if self.setdefault(own, (locality.data, time)) != (locality.data, time):
                raise CertificateError(f"{where}: {own} is the state of two slices")
