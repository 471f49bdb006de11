"""Local causality in a certificate: its statements recomputed, and models held against it.

In a declared causal graph it says the local Markov statements; a model must give values to the
latents too. In a spacetime each statement is an instance of the rule (`lpc.spacetime.rule`),
whose obligations are recomputed from the regions; a model must obey the Markov condition of a
graph of which every arrow is certified (`lpc.spacetime.certified`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lpc.certificates.encoding import Graph, Witness, decode_graph
from lpc.certificates.geometry import decode_region, decode_scene, obligations
from lpc.certificates.strict import CertificateError, fields, integer, items, names
from lpc.logic import Independence, Statement
from lpc.spacetime.causal import causal_graph
from lpc.spacetime.certified import certified_graph
from lpc.spacetime.graph import CausalGraph, markov_premises
from lpc.spacetime.rule import determined, shield
from lpc.spacetime.scene import Scene, specifications, together

MAX_KNOWN = 64
"""What is remembered of local causality from one certificate to the next."""


@dataclass(frozen=True)
class Locality:
    """What local causality says, and the graph or the scene it is read off."""

    statements: tuple[Statement, ...]
    graph: CausalGraph | None
    scene: Scene | None
    obligations: int

    @property
    def latents(self) -> frozenset[str]:
        """The latents of the declared graph."""
        return frozenset() if self.graph is None else self.graph.latents

    @cached_property
    def certified(self) -> CausalGraph | None:
        """What is certain of the graph drawn from the scene, recomputed."""
        if self.scene is None:
            return None
        drawn = causal_graph(self.scene, tuple(self.scene.places))
        return certified_graph(self.scene, drawn)


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
        return Locality(markov_premises(graph), graph, None, 0)
    data = fields(value, where, ("spacetime", "shields"))
    scene = decode_scene(data["spacetime"], f"{where}, spacetime")
    statements, count = [], 0
    for k, one in enumerate(items(data["shields"], f"{where}, shields", 10_000)):
        statement, met = _shield(one, f"{where}, shield {k}", scene)
        statements.append(statement)
        count += met
    return Locality(tuple(statements), None, scene, count)


def _causal(graph: Graph) -> CausalGraph:
    return CausalGraph.create(graph.nodes, graph.latents, graph.edges)


def _shield(value: Any, where: str, scene: Scene) -> tuple[Independence, int]:
    """One instance of the rule, and how many obligations it meets."""
    data = fields(value, where, ("declarations", "slice", "x", "y", "obligations"))
    listed = items(data["declarations"], f"{where}, declarations")
    top = len(scene.complete) - 1
    chosen = [integer(i, f"{where}, declarations", 0, top) for i in listed]
    if chosen != sorted(set(chosen)) or not chosen:
        raise CertificateError(f"{where}: declarations must be sorted, each once")
    specification = together(scene, (scene.complete[i] for i in chosen))
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
    if data["obligations"] != told:
        raise CertificateError(f"{where}: the obligations are not those of these regions")
    return Independence.create(x, y, specification.names), len(told)


# ---- models --------------------------------------------------------------------------------------


def check_model(locality: Locality, witness: Witness) -> None:
    """A model with values for all latents obeys local causality.

    Raises: CertificateError where it does not, or not as far as the data show.
    """
    if witness.graph is None:
        raise CertificateError("model: the causal graph of local causality is missing")
    graph = _causal(witness.graph)
    for statement in locality.statements:
        _must_hold(witness, statement, "local causality")
    if locality.graph is not None:
        if _shape(graph) != _shape(locality.graph):
            raise CertificateError("model: the graph is not the one declared")
        return
    expected = locality.certified
    if locality.scene is None or expected is None:
        raise CertificateError("model: local causality without a graph or a spacetime")
    if set(graph.nodes) != set(expected.nodes) or graph.latents != expected.latents:
        raise CertificateError("model: the graph has other nodes than the geometry gives")
    if spare := set(graph.edges) - set(expected.edges):
        # Leaving an arrow out only asks more of a model.
        raise CertificateError(f"model: no certificate for the arrow {' -> '.join(min(spare))}")
    places = locality.scene.placed(locality.scene.places)
    for specification in specifications(locality.scene):
        fixed = determined(specification, places)
        if fixed:
            function = Independence.create(fixed, fixed, specification.names)
            _must_hold(witness, function, "local causality")
    for statement in markov_premises(graph):
        _must_hold(witness, statement, "the Markov condition")


def _shape(graph: CausalGraph) -> object:
    return frozenset(graph.nodes), graph.latents, frozenset(graph.edges)


def _must_hold(witness: Witness, statement: Statement, why: str) -> None:
    if not witness.holds(statement):
        raise CertificateError(f"model: it breaks {why}: {statement}")
