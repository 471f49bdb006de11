"""Every kernel rule, called directly: a line it accepts and, for each of its side conditions, one
that it refuses for that reason. The search keeps these conditions itself, so that no proof it
finds would reach them.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass

import pytest

from lpc.certificates import lpc_verify
from lpc.kernel import RULES, Arguments, RuleError, rules
from lpc.logic import Conditional, Independence, Monomials, Positivity, Statement


def sets(*names: str) -> tuple[frozenset[str], ...]:
    return tuple(map(frozenset, names))


def ind(x: str, y: str, z: str = "") -> Independence:
    return Independence.create(x, y, z)


def product(text: str) -> tuple[Conditional, ...]:
    """`A|bc b|` is P(A | b, c) P(b)."""
    return tuple(Conditional.create(*factor.partition("|")[::2]) for factor in text.split())


def equal(text: str) -> Monomials:
    left, right = text.split("=")
    return Monomials(product(left), product(right))


def positive(names: str) -> Positivity:
    return Positivity(frozenset(names))


@dataclass(frozen=True)
class Case:
    """A line: `reason` is why it is refused; where that is empty it infers `conclusion`."""

    rule: str
    premises: tuple[Statement, ...]
    sets: tuple[frozenset[str], ...] = ()
    goal: Monomials | None = None
    signs: tuple[int, ...] = ()
    conclusion: Statement | None = None
    reason: str = ""

    def infer(self) -> Statement:
        return RULES[self.rule].infer(self.premises, Arguments(self.sets, self.goal, self.signs))


def good(rule, premises, given, conclusion, signs=(), goal=None) -> Case:
    return Case(rule, premises, given, goal, signs, conclusion)


def bad(rule, premises, given, reason, signs=(), goal=None) -> Case:
    return Case(rule, premises, given, goal, signs, None, reason)


D, W, C, T = "decomposition", "weak union", "contraction", "determination"
I, P, S, R, H = "intersection", "positivity of a part", "summation", "reading", "chain"  # noqa: E741
MEETS = (ind("x", "y", "zw"), ind("x", "w", "zy"))
ZERO = "division by p({}), which may be 0"
LINK = equal("A|b b| = D|")

ACCEPTED = [
    good(D, (ind("xu", "yv", "z"),), sets("x", "y"), ind("x", "y", "z")),
    good(D, (ind("xu", "yv", "z"),), sets("y", "u"), ind("u", "y", "z")),
    good(D, (ind("xu", "yv", "z"),), sets("xu", "yv"), ind("xu", "yv", "z")),
    good(D, (ind("xu", "yv", "z"),), sets("yv", "xu"), ind("xu", "yv", "z")),
    good(W, (ind("x", "yw", "z"),), sets("w"), ind("x", "y", "zw")),
    good(W, (ind("xv", "yw", "z"),), sets("vw"), ind("x", "y", "zvw")),
    good(W, (ind("x", "y", "z"),), sets("xy"), ind("", "", "xyz")),
    good(C, (ind("x", "y", "z"), ind("x", "w", "yz")), sets("x", "y", "w"), ind("x", "yw", "z")),
    good(T, (ind("x", "x", "z"),), sets("y"), ind("x", "y", "z")),
    good(I, (*MEETS, positive("ywz")), sets("x", "y", "w", "z"), ind("x", "yw", "z")),
    good(I, (*MEETS, positive("ywzu")), sets("x", "y", "w", "z"), ind("x", "yw", "z")),
    good(P, (positive("xy"),), sets("x"), positive("x")),
    good(P, (positive("xy"),), sets("xy"), positive("xy")),
    good(S, (equal("AB|c = A|c B|c"),), sets("B"), equal("A|c = A|c")),
    good(S, (equal("B|c A|cd = BA|cd"),), sets("B"), equal("A|cd = A|cd")),
    good(S, (equal("AB| = A| B|"),), sets("AB"), equal("=")),
    good(R, (equal("xy|z = x|z y|z"),), sets("x", "y", "z"), ind("x", "y", "z")),
    good(R, (equal("x|z y|z = xy|z"),), sets("x", "y", "z"), ind("x", "y", "z")),
    good(R, (equal("x|yz = x|z"),), sets("x", "y", "z"), ind("x", "y", "z")),
    good(R, (equal("x|yz = x|z"),), sets("y", "x", "z"), ind("x", "y", "z")),
    good(R, (equal("xyw| = x| y| w|"), ind("y", "w")), sets("x", "yw", ""), ind("x", "yw"), (1,)),
    good(H, (), (), equal("AB|c = A|Bc B|c"), goal=equal("AB|c = A|Bc B|c")),
    good(H, (ind("A", "B", "c"),), (), equal("AB|c = A|c B|c"), (-1,), equal("AB|c = A|c B|c")),
    good(H, (ind("A", "B", "c"),), (), equal("A|c B|c = AB|c"), (1,), equal("A|c B|c = AB|c")),
    good(H, (LINK,), (), equal("Ab| c|b = D| c|b"), (1,), equal("Ab| c|b = D| c|b")),
    good(H, (LINK,), (), equal("Ab| bc| = D| b| c|b"), (1,), equal("Ab| bc| = D| b| c|b")),
    good(H, (LINK, positive("b")), (), equal("Ab| = D|"), (1,), equal("Ab| = D|")),
    good(H, (equal("A| = B|"),), (), equal("B| = A|"), (-1,), equal("B| = A|")),
]

PART = "the premises are not X ⊥ Y W | Z"
JOIN = "the premises are not X ⊥ Y | Z and X ⊥ W | Y Z"
FUNCTION = "the premises are not X determined by Z"
MEET = "the premises are not X ⊥ Y | Z W and X ⊥ W | Z Y and positive Y W Z"
POSITIVE = "the premises are not positive X Y"
XY = equal("xy| = x| y|")

REFUSED = [
    bad(D, (positive("x"),), sets("x", "y"), PART),
    bad(D, (ind("xu", "yv", "z"),), sets("x"), "needs 2 set(s) of variables"),
    bad(D, (ind("xu", "yv", "z"),), sets("x", "u"), PART),
    bad(D, (ind("xu", "yv", "z"),), sets("x", "yq"), PART),
    bad(D, (ind("xu", "yv", "z"),), sets("xq", "y"), PART),
    bad(D, (ind("xu", "yv", "z"),), sets("yq", "x"), PART),
    bad(D, (ind("xu", "yv", "z"),), sets("y", "xq"), PART),
    bad(W, (positive("x"),), sets("w"), PART),
    bad(W, (ind("x", "yw", "z"),), sets(), "needs 1 set(s) of variables"),
    bad(W, (ind("x", "yw", "z"),), sets("wq"), PART),
    bad(C, (ind("x", "y", "z"),), sets("x", "y", "w"), JOIN),
    bad(C, (ind("x", "y", "z"), positive("x")), sets("x", "y", "w"), JOIN),
    bad(C, (ind("x", "y"), ind("x", "w", "y")), sets("x", "y"), "needs 3 set(s) of variables"),
    bad(
        C,
        (ind("x", "y", "z"), ind("u", "w", "yz")),
        sets("u", "y", "w"),
        JOIN,
    ),
    bad(  # what is written with a part of Z on a side is not the statement itself
        C,
        (ind("x", "y", "z"), ind("x", "w", "yz")),
        sets("x", "yz", "w"),
        "not disjoint: Y, Z",
    ),
    bad(
        C,
        (ind("x", "y", "z"), ind("x", "w", "yz")),
        sets("xz", "y", "w"),
        "not disjoint: X, Z",
    ),
    bad(
        C,
        (ind("x", "y", "z"), ind("x", "w", "z")),
        sets("x", "y", "w"),
        JOIN,
    ),
    bad(T, (positive("x"),), sets("y"), FUNCTION),
    bad(T, (ind("x", "x", "z"),), sets(), "needs 1 set(s) of variables"),
    bad(T, (ind("x", "u", "z"),), sets("y"), FUNCTION),
    bad(T, (ind("", "", "z"),), sets("y"), "X is empty"),
    bad(T, (ind("xu", "x", "z"),), sets("y"), FUNCTION),
    bad(I, (MEETS[0], positive("ywz")), sets("x", "y", "w", "z"), MEET),
    bad(I, (*MEETS, positive("ywz")), sets("x", "y", "w"), "needs 4 set(s) of variables"),
    *(
        bad(
            I,
            (ind(x, y, z + w), ind(x, w, z + y), positive("xywz")),
            sets(x, y, w, z),
            "not disjoint: X, Y, W, Z",
        )
        for x, y, w, z in (
            ("x", "xy", "w", "z"),
            ("x", "y", "xw", "z"),
            ("x", "y", "w", "xz"),
            ("x", "y", "yw", "z"),
            ("x", "y", "w", "yz"),
            ("x", "y", "w", "wz"),
        )
    ),
    bad(I, (MEETS[0], ind("x", "w"), positive("ywz")), sets("x", "y", "w", "z"), MEET),
    bad(I, (ind("x", "y"), MEETS[1], positive("ywz")), sets("x", "y", "w", "z"), MEET),
    *(
        bad(
            I,
            (*MEETS, *declared),
            sets("x", "y", "w", "z"),
            MEET,
        )
        for declared in ((), (positive("yw"),), (positive("yz"),), (positive("wz"),))
    ),
    bad(P, (), sets("x"), POSITIVE),
    bad(P, (positive("xy"),), sets(), "needs 1 set(s) of variables"),
    bad(P, (positive("xy"),), sets("xq"), POSITIVE),
    bad(P, (ind("x", "y"),), sets("x"), POSITIVE),
    bad(S, (), sets("x"), "needs one equation"),
    bad(S, (ind("x", "y"),), sets("x"), "needs one equation"),
    bad(S, (XY,), (), "needs 1 set(s) of variables"),
    bad(S, (XY,), sets("q"), "q does not stand left of exactly one bar"),
    bad(S, (equal("x|y = x|"),), sets("y"), "y does not stand left of exactly one bar"),
    bad(S, (equal("x|y y| = xy|"),), sets("y"), "y does not stand left of exactly one bar"),
    bad(S, (equal("xy| = x| y| y|"),), sets("y"), "y does not stand left of exactly one bar"),
    bad(
        S,
        (equal("x|y = x|z"),),
        sets("x"),
        "P(x | y) would be dropped, and with it that its condition is possible",
    ),
    bad(
        S,
        (equal("x| y| = x|u y|"),),
        sets("x"),
        "P(x | u) would be dropped, and with it that its condition is possible",
    ),
    bad(R, (), sets("x", "y", ""), "the first premise is not an equation"),
    bad(R, (ind("x", "y"), XY), sets("x", "y", ""), "the first premise is not an equation", (1,)),
    bad(R, (XY,), sets("x", "y"), "needs 3 set(s) of variables"),
    *(
        bad(R, (XY,), sets(*three), reason)
        for *three, reason in (
            ("", "y", "", "X is empty"),
            ("x", "", "", "Y is empty"),
            ("x", "xy", "", "not disjoint: X, Y, Z"),
            ("x", "y", "x", "not disjoint: X, Y, Z"),
            ("x", "y", "y", "not disjoint: X, Y, Z"),
        )
    ),
    bad(R, (XY,), sets("x", "y", "z"), "the two sides do not differ by that independence"),
    bad(
        R,
        (equal("xy|q = x| y|q"),),
        sets("x", "y", "q"),
        "the two sides do not differ by that independence",
    ),
    bad(R, (equal("xy| u|q = x| y| u|q"),), sets("x", "y", ""), "p(q) may be zero there"),
    bad(R, (equal("xy| u| = x| y| u|"),), sets("x", "y", ""), "p(u) may be zero there"),
    bad(R, (equal("x| y| u| = xy| u|"),), sets("x", "y", ""), "p(u) may be zero there"),
    bad(R, (XY, ind("x", "u")), sets("x", "y", ""), "one sign, +1 or −1, per link"),
    bad(R, (XY, positive("x")), sets("x", "y", ""), "a positivity is not a link", (1,)),
    bad(H, (), (), "no goal"),
    bad(H, (), (), "the links do not lead to the right side", goal=equal("A| = B|")),
    bad(H, (ind("A", "B"),), (), "one sign, +1 or −1, per link", (), equal("AB| = A| B|")),
    bad(H, (ind("A", "B"),), (), "one sign, +1 or −1, per link", (1, 1), equal("AB| = A| B|")),
    bad(H, (ind("A", "B"),), (), "one sign, +1 or −1, per link", (0,), equal("A| = A|")),
    bad(H, (ind("A", "B"),), (), "one sign, +1 or −1, per link", (2,), equal("A| = A|")),
    bad(H, (ind("A", "A"),), (), "a determination is not a link", (-1,), equal("A| = A| A|")),
    # P(A | b) P(b) is P(A, b) where p(b) > 0 alone: of b impossible the link says nothing.
    bad(H, (LINK,), (), ZERO.format("b"), (1,), equal("Ab| = D|")),
    bad(H, (LINK,), (), ZERO.format("b"), (-1,), equal("D| = Ab|")),
    # Where p(A) = 0 the link is 0 = 0, although A is not divided by in the end.
    bad(H, (equal("A| E| = A| F|"),), (), ZERO.format("A"), (1,), equal("E| = F|")),
    bad(H, (equal("A| = D|"),), (), ZERO.format("A"), (1,), equal("B| = B|")),
    bad(H, (ind("A", "B", "c"),), (), ZERO.format("A, B, c"), (-1,), equal("c| = c|")),
]

SURPLUS = "premise(s), no more"
NO_LINKS = "signs belong to links, of which it has none"
TOLD = "it is told what to conclude"


def surplus(case: Case) -> list[Case]:
    """The line with each thing that the rule has no use for."""
    premises, given, goal, signs = case.premises, case.sets, case.goal, case.signs
    found = [
        bad(case.rule, premises, (*given, frozenset("q")), "set(s) of variables", signs, goal),
    ]
    if case.rule not in (R, H):
        found += [
            bad(case.rule, (*premises, more), given, SURPLUS)
            for more in (ind("p", "q"), positive("p"), equal("p| = q|"))
        ]
        found.append(bad(case.rule, premises, given, NO_LINKS, (1,)))
    else:
        found.append(
            bad(case.rule, premises, given, "one sign, +1 or −1, per link", (*signs, 1), goal)
        )
    if case.rule != H:
        found.append(bad(case.rule, premises, given, TOLD, signs, equal("p| = p|")))
    return found


EVERY_REFUSAL = [*REFUSED, *(more for case in ACCEPTED for more in surplus(case))]


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda c: c.rule)
def test_a_rule_infers_what_it_should(case: Case) -> None:
    assert case.infer() == case.conclusion


@pytest.mark.parametrize("case", EVERY_REFUSAL, ids=lambda c: f"{c.rule}: {c.reason}")
def test_a_rule_refuses_for_the_reason_it_has(case: Case) -> None:
    with pytest.raises(RuleError) as caught:
        case.infer()
    assert caught.value.reason.endswith(case.reason)
    assert str(caught.value) == f"{case.rule}: {caught.value.reason}"


def encoded(s: Statement):
    match s:
        case Independence(x, y, z):
            return {"independence": [sorted(x), sorted(y), sorted(z)]}
        case Positivity(atoms):
            return {"positive": sorted(atoms)}
        case Monomials(left, right):
            sides = ([[sorted(f.event), sorted(f.given)] for f in p] for p in (left, right))
            return {"equation": list(sides)}


def verifier_takes(case: Case) -> bool:
    step = {"rule": case.rule, "from": [*range(len(case.premises))]}
    step |= {"sets": [*map(sorted, case.sets)], "signs": list(case.signs)}
    if case.goal is not None:
        step["goal"] = encoded(case.goal)
    try:
        conclusion = case.conclusion or equal("q| = q|")
        hypotheses = [*map(encoded, case.premises)]
        data = {"hypotheses": hypotheses, "steps": [step], "proves": encoded(conclusion)}
        allowed = [lpc_verify.statement(lpc_verify.frozen(h)) for h in hypotheses]
        lpc_verify.replayed(lpc_verify.frozen(data), allowed, [])
    except lpc_verify.Rejected as error:
        return str(error) == "the proof ends elsewhere"
    except (AttributeError, ValueError, IndexError, TypeError):
        return False  # `verify` calls it malformed
    return True


@pytest.mark.parametrize(
    "case", [*ACCEPTED, *EVERY_REFUSAL], ids=lambda c: f"{c.rule}: {c.reason or 'accepted'}"
)
def test_the_single_file_takes_the_same_lines(case: Case) -> None:
    assert verifier_takes(case) is (not case.reason)


def test_no_rule_is_without_its_pair() -> None:
    assert {c.rule for c in ACCEPTED} == set(RULES)
    assert {c.rule for c in REFUSED} == set(RULES)


def test_no_reason_is_without_its_refusal() -> None:
    """Every text that `lpc/kernel/rules.py` refuses with is met by a case above."""
    met = []
    for case in EVERY_REFUSAL:
        with pytest.raises(RuleError) as caught:
            case.infer()
        met.append(caught.value.reason)
    patterns = reasons(inspect.getsource(rules))
    assert len(patterns) >= 15
    for pattern in patterns:
        assert any(re.fullmatch(pattern, text) for text in met), pattern


def reasons(source: str) -> set[str]:
    """The second argument of each RuleError as a pattern; a name stands for its assigned text."""
    tree = ast.parse(source)
    assigned = {
        n.targets[0].id: n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RuleError":
            text = node.args[1]
            text = assigned.get(text.id, text) if isinstance(text, ast.Name) else text
            parts = text.values if isinstance(text, ast.JoinedStr) else [text]
            found.add(
                "".join(re.escape(p.value) if isinstance(p, ast.Constant) else ".*" for p in parts)
            )
    return found
