"""The trusted part: rules that compute conclusions, replay of proofs, exact models.

Standard library only. The kernel knows nothing of the search that found a proof.
"""

from lpc.kernel.replay import Line, Proof, Theorem, replay
from lpc.kernel.rules import RULES, Arguments, Rule, RuleError

__all__ = ["RULES", "Arguments", "Line", "Proof", "Rule", "RuleError", "Theorem", "replay"]
