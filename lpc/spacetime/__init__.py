"""Regions, light cones, the obligations of local causality and the causal graph."""

from lpc.spacetime.auxiliary import (
    local_causality_with_states,
    state_name,
    unnamed_moments,
    with_states,
)
from lpc.spacetime.causal import causal_graph
from lpc.spacetime.causes import CommonCause, common_causes
from lpc.spacetime.common_refusal import common_past, why_not_common
from lpc.spacetime.errors import CycleError, GeometryError
from lpc.spacetime.graph import CausalGraph, d_separated, markov_premises
from lpc.spacetime.paths import open_path
from lpc.spacetime.refusal import Failure, Refusal, shielding_slice, why_not
from lpc.spacetime.regions import Region
from lpc.spacetime.scene import Complete, Scene
from lpc.spacetime.screening import Screening, local_causality
from lpc.spacetime.space import Space

__all__ = [
    "CausalGraph",
    "CommonCause",
    "Complete",
    "CycleError",
    "Failure",
    "GeometryError",
    "Refusal",
    "Region",
    "Scene",
    "Screening",
    "Space",
    "causal_graph",
    "common_causes",
    "common_past",
    "d_separated",
    "local_causality",
    "local_causality_with_states",
    "markov_premises",
    "open_path",
    "shielding_slice",
    "state_name",
    "unnamed_moments",
    "why_not",
    "why_not_common",
    "with_states",
]
