"""A circuit for a given model, if one is found."""

from __future__ import annotations

from dataclasses import dataclass

from lpc.kernel.models import FiniteModel
from lpc.search.limits import Tick, unlimited
from lpc.spacetime.circuits import Circuit
from lpc.spacetime.scene import Scene


@dataclass(slots=True)
class CircuitSearch:
    """Circuits in one scene; what depends on the scene alone is worked out once."""

    scene: Scene

    def realise(
        self, model: FiniteModel, *, seeds: bool = True, tick: Tick = unlimited
    ) -> Circuit | None:
        """A circuit that has been checked, or None when none was found.

        Args: `model` gives values to every variable with a place and to all that are complete
        somewhere; other variables of it (latents of a drawing, say) are hints at coins and no
        more. `seeds`: whether something may come from past infinity if it does not go without.
        Raises: whatever `tick` raises.
        """
        raise NotImplementedError
