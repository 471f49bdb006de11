"""From a document to its report: every step, rewrite and claim gets its verdict.

The only part that joins the language to the search. It decides nothing by itself: `identity`,
`licensed` and `entailed` come with proofs that the kernel has replayed.
"""

from lpc.checker.run import check

__all__ = ["check"]
