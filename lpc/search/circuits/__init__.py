"""Looking for circuits: locally causal theories in miniature that realise a finite model.

Nothing here is trusted: `lpc.spacetime.circuits.check_circuit` judges what is found, and "none
found" says only that none was found.
"""

from lpc.search.circuits.direct import DirectSearch
from lpc.search.circuits.realise import CircuitSearch

__all__ = ["CircuitSearch", "DirectSearch"]
