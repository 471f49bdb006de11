"""Searching for finite models that obey some statements and break another.

Several engines behind one interface. Each says "found" or "nothing within these bounds";
none can say that there is no model. What they find is verified by the kernel alone.
"""

from lpc.search.models.problem import Found, Problem
from lpc.search.models.run import ENGINES, find_countermodel

__all__ = ["ENGINES", "Found", "Problem", "find_countermodel"]
