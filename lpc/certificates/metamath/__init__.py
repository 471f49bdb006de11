"""Metamath as a second, foreign kernel for derivations.

`metamath_source` writes the derivations of a certificate as a database: the axioms of
`lpc/kernel/metamath/lpc.mm`, then for each derivation a block with its hypotheses, a theorem
for each line, and last the goal. `check_with_metamath` has Metamath verify such a file and
compares what it states with the certificate. Only the check is trusted, with the axioms and
Metamath itself; who wrote the file does not matter.
"""

from lpc.certificates.metamath.checking import Checked, check_with_metamath
from lpc.certificates.metamath.writing import metamath_source

__all__ = ["Checked", "check_with_metamath", "metamath_source"]
