"""Codes of what the checker says about a file: F5xx findings, W4xx warnings."""

from __future__ import annotations

from lpc.language.codes import Code

CHECKER_CODES: dict[str, Code] = {
    "F501": Code(
        "citation does not suffice",
        "What follows `by` does not license the step. The message lists every minimal set of "
        "assumptions in scope that does.",
    ),
    "F502": Code(
        "cited but not assumed",
        "Only names after `assuming` are in scope in a derivation. Add the name there, or cite "
        "something that is.",
    ),
    "F503": Code(
        "too many variables",
        "After irrelevant variables are dropped, more than twenty are left, which is more than "
        "the closure can hold. Nothing is said of the step.",
    ),
    "F504": Code(
        "limit reached",
        "Nothing is said of the step: its effort was spent, and a larger `--effort` tries more; or "
        "it took longer than `--timeout` allows, which depends on the machine, not on the file.",
    ),
    "W401": Code(
        "superfluous citation",
        "The step holds without the name that is cited; every minimal set is listed as `needs`.",
    ),
    "W403": Code(
        "minimal sets may be incomplete",
        "The sets listed suffice and each is minimal, but the search for others was ended by the "
        "effort or time limit, or by their number.",
    ),
    "W407": Code(
        "common causes in a causal graph",
        "A causal graph names all common causes that there are, so in a file with a `causal` block "
        "the principle of common causes is the Markov condition of the graph, and says no more "
        "than local causality. They differ in a spacetime.",
    ),
    "W406": Code(
        "nothing is complete",
        "Local causality speaks of what is conditioned on a complete specification of a slice. "
        "Where no `complete` line says on which region some variables specify everything, it "
        "licenses hardly anything. The message suggests a slice of the past of a result, above "
        "the overlap with the past of what is dropped.",
    ),
    "W402": Code(
        "unused assumption",
        "The derivation assumes a name that no minimal set of any of its steps contains.",
    ),
}
