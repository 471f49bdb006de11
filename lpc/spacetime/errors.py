"""What can be wrong with a description of spacetime or of a causal graph."""

from __future__ import annotations

from lpc.logic.diagnostics import LpcError


class GeometryError(LpcError):
    """A region that cannot be built or compared; the message is meant for the user."""


class CycleError(GeometryError):
    """Arrows of a causal graph that run in a circle; the message names it."""
