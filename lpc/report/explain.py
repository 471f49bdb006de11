"""One step in full, in words; and the texts behind rules and messages."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from lpc.kernel.rules import RULES, Rule
from lpc.language.codes import Code
from lpc.report.problems import named
from lpc.report.results import Evidence, FileReport, Item, Names, Removal, Verdict
from lpc.report.text import PLAIN, Detail, item_lines

WIDTH = 90

MEANING = {
    Verdict.IDENTITY: "It holds by the probability calculus alone; nothing is assumed.",
    Verdict.LICENSED: "It follows from what is assumed.",
    Verdict.ENTAILED: "It follows from what is assumed.",
    Verdict.REFUTED: "It does not follow: a finite model obeys all that is assumed and breaks it.",
    Verdict.HOLDS: "It is true of the model, by exact evaluation.",
    Verdict.FAILS: "It is false of the model, by exact evaluation.",
    Verdict.UNDECIDED: "Neither a proof nor a model was found; nothing is said of it.",
}

OBLIGATIONS = {
    "complete": "what is conditioned on must contain a complete specification on a slice",
    "common": "it must be complete on all of the common past, the last common events included",
    "closed": "the region where it is complete must hold its own past, and its own variables",
    "slice": "that region must cut the whole past light cone of the result",
    "place": "what is dropped must be spacelike to the result or lie before the slice",
    "outside": "what is dropped must lie outside the causal future of the slice",
}


COMPLETE_PAST = "what is conditioned on must contain a complete specification on the common past"


def obligation(name: str, principle: str) -> str:
    """What an obligation of a principle asks for."""
    if name == "complete" and principle == "common causes":
        return COMPLETE_PAST
    return OBLIGATIONS.get(name, "")


LOCAL = """\
    C complete on R     σ ⊆ R cuts the past of X     Y outside the future of σ
    ---------------------------------------------------------------------------
                                 X ⊥ Y | C"""
COMMON = """\
    C complete on R     J⁻(P) ∩ J⁻(Q) ⊆ R     J⁻(R) ⊆ R     C lives in R
    ---------------------------------------------------------------------
                                 X ⊥ Y | C"""

PRINCIPLES = {
    "local causality": (
        LOCAL,
        (
            "Bell's principle (Eq. 7): what is completely specified on a slice of the past "
            "light cone of X makes everything outside the future of that slice redundant. Its "
            "obligations: complete, slice, place, outside. It says nothing of correlations "
            "that come from past infinity beside the slice."
        ),
    ),
    "common causes": (
        COMMON,
        (
            "Reichenbach's principle, and Bell's of 1976: for X at P and Y at Q, a complete "
            "specification C of a region R screens X off from Y when R holds all that both "
            "can have heard of, J⁻(P) ∩ J⁻(Q), and its own past. Its obligations: complete, "
            "common, closed. It does not follow from Eq. 7: a model may have something "
            "correlated come from past infinity along both sides, which Eq. 7 allows and "
            "common causes do not. It contains Eq. 7, so what local causality licenses common "
            "causes license too."
        ),
    ),
    "common": (
        "",
        (
            "An obligation of common causes. The region where C is complete holds all of the "
            "common past of X and Y, the last common events included: without the apex of the "
            "overlap, one coin tossed there travels along both light rays. What is "
            "conditioned on besides C must be able to join X or Y: it must not share with "
            "both a past that C leaves open."
        ),
    ),
    "closed": (
        "",
        (
            "An obligation of common causes. The region where C is complete holds the past of "
            "each of its own points, and the variables of C live there. Else a part of C may "
            "know the sum of two coins, one on either side, and given the sum the coins are "
            "correlated."
        ),
    ),
    "complete": (
        "",
        (
            "An obligation of local causality and of common causes. What is conditioned on "
            "contains all variables of a `complete … on …` line, or of several that add up: "
            "for local causality on a slice of the past of X, for common causes on all of the "
            "common past of X and Y."
        ),
    ),
    **{
        name: ("", f"An obligation of local causality: {OBLIGATIONS[name]}.")
        for name in ("slice", "place", "outside")
    },
}
"""The principles and their obligations, by what `lpc explain` is asked for."""


def explain_principle(name: str) -> str:
    """A principle with its premises over a bar, or one of its obligations."""
    schema, said = PRINCIPLES[name]
    parts = [name, *([schema] if schema else []), fill(said, WIDTH)]
    return "\n\n".join(parts) + "\n"


def explain_rule(rule: Rule) -> str:
    """A rule with its premises over a bar."""
    premises, infers = "     ".join(map(str, rule.given)), str(rule.infers)
    bar = "-" * max(len(premises), len(infers))
    lines = [f"{rule.code} {rule.name}", "", f"    {premises}", f"    {bar}", f"    {infers}"]
    if conditions := side_conditions(rule):
        lines += ["", conditions]
    return "\n".join([*lines, "", fill(rule.text, WIDTH), "", f"Source: {rule.source}"]) + "\n"


def side_conditions(rule: Rule) -> str:
    """What the sets of a rule must obey besides; "" where that is nothing.

    >>> from lpc.kernel import RULES
    >>> side_conditions(RULES["contraction"])
    'X and Z are disjoint, Y and Z are disjoint.'
    """
    told = [f"{', '.join(e[:-1])} and {e[-1]} are disjoint" for e in rule.disjoint]
    told += [f"{letter} is not empty" for letter in rule.some]
    return f"{', '.join(told)}." if told else ""


def explain_code(code: str, said: Code) -> str:
    """What a message means and what to do about it."""
    return f"{code}: {said.title}\n\n{fill(said.explanation, WIDTH)}\n"


def list_items(report: FileReport) -> str:
    """The steps and claims of a file, with the names by which to ask for one."""
    lines = [
        f"steps and claims of {report.shown}; ask for one with lpc explain {report.shown} STEP"
    ]
    for item in report.items:
        short = f"{item.name}:{item.index}" if item.kind == "step" else item.name or str(item.line)
        lines.append(f"  {short.ljust(24)}  {item.verdict.value.ljust(10)}  {item.statement}")
    return "\n".join(lines) + "\n"


def explain_item(report: FileReport, item: Item) -> str:
    """The whole reasoning behind one verdict."""
    return "\n".join(_lines(report, item)) + "\n"


def _lines(report: FileReport, item: Item) -> Iterator[str]:
    yield f"{named(item)} ({report.shown}:{item.line})"
    yield f"    {item.statement}"
    yield ""
    yield f"{item.verdict.value.capitalize()}. {MEANING[item.verdict]}"
    yield from _assumed(report, item)
    yield from _needs(item)
    for removal in item.removals:
        yield ""
        yield from _removal(removal, item)
    more = item.model is not None or item.breaks or item.notes or item.kind == "claim"
    if not item.removals or more:
        found = list(item_lines(item, PLAIN, Detail()))
        if found:
            yield ""
            yield from (line.removeprefix("      ") for line in found)
    for number, evidence in enumerate(item.evidence, 1):
        yield ""
        yield from _proof(evidence, number, len(item.evidence))
    yield from _positivity(item)
    yield from _rules(item)


def _assumed(report: FileReport, item: Item) -> Iterator[str]:
    if not item.scope:
        return
    yield ""
    yield "In scope:"
    texts = dict(report.assumptions)
    width = max(map(len, item.scope))
    for name in item.scope:
        yield f"  {name.ljust(width)}  {texts.get(name, '')}"


def _needs(item: Item) -> Iterator[str]:
    needed = [names for names in item.needs if names]
    if not needed:
        return
    yield ""
    if len(needed) == 1:
        yield f"It needs {_all(needed[0])}: no part of that is enough, and no other set is."
        return
    yield "Each of these sets is enough, and no part of any of them is:"
    for names in needed:
        yield f"  {_all(names)}"


def _all(names: Names) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _removal(removal: Removal, item: Item) -> Iterator[str]:
    dropped = _all(removal.removed)
    yield f"Dropped: {dropped} from {removal.factor}, which is {removal.statement}"
    if removal.by_locality:
        yield "  Local causality alone allows it."
        return
    if removal.by_common_causes:
        yield "  Common causes allow it."
    for principle, verb in (("local causality", "does"), ("common causes", "do")):
        failures = [f for f in removal.failures if f.principle == principle]
        path = removal.open_path if principle == "local causality" else None
        if failures or path:
            yield f"  {principle.capitalize()} alone {verb} not allow it:"
        for failed in failures:
            yield f"    {failed.obligation}: {obligation(failed.obligation, principle)}"
            yield f"      but {failed.message}"
        if path:
            yield f"    open path: {path}"
    if removal.needs:
        yield "  It follows from " + ", or from ".join(map(_all, removal.needs)) + "."
    else:
        yield "  Nothing in scope allows it."
    if removal.would_do:
        together = f" together with {_all(item.scope)}" if item.scope else ""
        yield (
            f"  It would follow{together} from "
            + ", or from ".join(map(_all, removal.would_do))
            + "."
        )


def _proof(evidence: Evidence, number: int, count: int) -> Iterator[str]:
    source = _all(evidence.names) if evidence.names else "the probability calculus alone"
    yield f"Proof {number} of {count}, from {source}:" if count > 1 else f"Proof from {source}:"
    width = max(len(line.statement) for line in evidence.lines)
    for k, line in enumerate(evidence.lines, 1):
        used = " from " + ", ".join(f"({n})" for n in line.premises) if line.premises else ""
        yield f"  ({k}) {line.statement.ljust(width)}  {line.rule}{used}"


def _positivity(item: Item) -> Iterator[str]:
    if item.relies_on_positive:
        yield ""
        events = ", ".join(item.relies_on_positive)
        yield f"It speaks of values at which these are positive: {events}."


def _rules(item: Item) -> Iterator[str]:
    used = dict.fromkeys(line.rule for e in item.evidence for line in e.lines)
    known = [RULES[name] for name in used if name in RULES]
    if not known:
        return
    yield ""
    yield "Rules used:"
    for rule in known:
        yield f"  {rule.code} {rule.name}: {' and '.join(map(str, rule.given))} give {rule.infers}"
