"""The primitive rules: each computes its conclusion from theorems, or raises.

A rule takes the statements of earlier lines and the arguments of its own line, and no others than
it needs; it returns the statement it infers. It is never told what to conclude. One record per rule
holds all that reports, documentation and tests say about it.

The rules for independences are those of a semi-graphoid (Dawid 1979, J. R. Stat. Soc. B 41, 1;
Pearl 1988, section 3.1), in the form that also covers functions: a variable on both sides of
⊥ is determined by the condition. Symmetry is part of the statement itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from lpc.kernel.vectors import (
    Vector,
    added,
    allowed_by,
    conditions,
    link_vector,
    monomial_vector,
    undefined_set,
)
from lpc.logic import Conditional, Independence, LpcError, Monomials, Positivity, Statement

Atoms = frozenset[str]


class RuleError(LpcError):
    """A line of a proof is not an instance of the rule it names.

    `rule` is the rule's name, `premises` the statements it was applied to.
    """

    def __init__(self, rule: str, reason: str, premises: tuple[Statement, ...] = ()) -> None:
        super().__init__(f"{rule}: {reason}")
        self.rule = rule
        self.reason = reason
        self.premises = premises


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a line adds to its premises: sets of atoms, a goal product, signs of links.

    `sets` are the rule's named sets, in the order of its record; `goal` is the equation
    that `chain` builds; `signs` gives for each link +1 or −1.
    """

    sets: tuple[Atoms, ...] = ()
    goal: Monomials | None = None
    signs: tuple[int, ...] = ()


Infer = Callable[[tuple[Statement, ...], Arguments], Statement]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of inference with everything that is said of it."""

    code: str
    name: str
    given: tuple[str, ...]
    infers: str
    text: str
    source: str
    infer: Infer = field(compare=False, repr=False)


LINKED = ("reading", "chain")
"""The rules that take links, of any number and each with a sign; the others take what is given."""

RULES: dict[str, Rule] = {}


def rule(
    code: str, name: str, *, given: tuple[str, ...], infers: str, text: str, source: str
) -> Callable[[Infer], Infer]:
    """Enter a rule into the registry under its name."""

    def enter(infer: Infer) -> Infer:
        def checked(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
            if name not in LINKED and len(premises) > len(given):
                raise RuleError(name, f"needs {len(given)} premise(s), and no more", premises)
            if name not in LINKED and arguments.signs:
                raise RuleError(name, "signs belong to links, of which it has none", premises)
            if name != "chain" and arguments.goal is not None:
                raise RuleError(name, "it is told what to conclude", premises)
            return infer(premises, arguments)

        RULES[name] = Rule(code, name, given, infers, text, source, checked)
        return checked

    return enter


def _independences(name: str, premises: tuple[Statement, ...], n: int) -> list[Independence]:
    found = [p for p in premises if isinstance(p, Independence)]
    if len(found) != n:
        raise RuleError(name, f"needs {n} independence(s)", premises)
    return found


def _sets(name: str, arguments: Arguments, n: int) -> tuple[Atoms, ...]:
    if len(arguments.sets) != n:
        raise RuleError(name, f"needs {n} set(s) of variables")
    return arguments.sets


@rule(
    "R101",
    "decomposition",
    given=("X ⊥ Y W | Z",),
    infers="X ⊥ Y | Z",
    text="What is independent of a whole is independent of each part of it.",
    source="Dawid 1979, lemma 4.2; Pearl 1988, eq. 3.6b",
)
def decomposition(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """Keep the parts `x` and `y` of the two sides."""
    (p,) = _independences("decomposition", premises, 1)
    x, y = _sets("decomposition", arguments, 2)
    if not (x <= p.x and y <= p.y) and not (x <= p.y and y <= p.x):
        raise RuleError("decomposition", "the kept parts are not parts of the sides", premises)
    return Independence.create(x, y, p.z)


@rule(
    "R102",
    "weak union",
    given=("X ⊥ Y W | Z",),
    infers="X ⊥ Y | Z W",
    text="What is independent of a whole stays so when a part of the whole becomes known.",
    source="Dawid 1979, lemma 4.2; Pearl 1988, eq. 3.6c",
)
def weak_union(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """Move `w`, part of the two sides, into the condition."""
    (p,) = _independences("weak union", premises, 1)
    (w,) = _sets("weak union", arguments, 1)
    if not w <= p.x | p.y:
        raise RuleError("weak union", "the moved variables do not stand on a side", premises)
    return Independence.create(p.x, p.y, p.z | w)


@rule(
    "R103",
    "contraction",
    given=("X ⊥ Y | Z", "X ⊥ W | Y Z"),
    infers="X ⊥ Y W | Z",
    text="What says nothing of Y, nor of W once Y is known, says nothing of the two together.",
    source="Dawid 1979, lemma 4.3; Pearl 1988, eq. 3.6d",
)
def contraction(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """Join X ⊥ Y | Z and X ⊥ W | Y Z; the sets are X, Y and W."""
    p, q = _independences("contraction", premises, 2)
    x, y, w = _sets("contraction", arguments, 3)
    if p != Independence.create(x, y, p.z) or {p.x, p.y} != {x, y}:
        raise RuleError("contraction", "the first premise is not X ⊥ Y | Z", premises)
    if q != Independence.create(x, w, p.z | y):
        raise RuleError("contraction", "the second premise is not X ⊥ W | Y Z", premises)
    return Independence.create(x, y | w, p.z)


@rule(
    "R104",
    "determination",
    given=("X determined by Z",),
    infers="X ⊥ Y | Z",
    text="A function of what is known is independent of everything else.",
    source="Dawid 1979, section 6: X ⊥ Y | X, with contraction",
)
def determination(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """From X ⊥ X | Z conclude X ⊥ Y | Z for any `y`."""
    (p,) = _independences("determination", premises, 1)
    (y,) = _sets("determination", arguments, 1)
    if not p.is_determination:
        raise RuleError("determination", "the premise does not say that X is a function", premises)
    return Independence.create(p.x, y, p.z)


@rule(
    "R105",
    "intersection",
    given=("X ⊥ Y | Z W", "X ⊥ W | Z Y", "positive Y W Z"),
    infers="X ⊥ Y W | Z",
    text="Only where every joint value of Y, W and Z has positive probability.",
    source="Pearl 1988, eq. 3.6e",
)
def intersection(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """Join X ⊥ Y | Z W and X ⊥ W | Z Y under declared positivity; the sets are X, Y, W, Z."""
    p, q = _independences("intersection", premises, 2)
    x, y, w, z = _sets("intersection", arguments, 4)
    if x & y or x & w or x & z or y & w or y & z or w & z:
        raise RuleError("intersection", "the four sets are not disjoint", premises)
    if p != Independence.create(x, y, z | w) or q != Independence.create(x, w, z | y):
        raise RuleError("intersection", "the premises do not fit the sets", premises)
    if not any(isinstance(s, Positivity) and y | w | z <= s.atoms for s in premises):
        raise RuleError("intersection", "no declared positivity covers Y, W and Z", premises)
    return Independence.create(x, y | w, z)


@rule(
    "R106",
    "positivity of a part",
    given=("positive X Y",),
    infers="positive X",
    text="If every joint value occurs, so does every joint value of a part.",
    source="sum over the rest",
)
def positive_part(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """Keep the part `x` of a positive set."""
    (x,) = _sets("positivity of a part", arguments, 1)
    for p in premises:
        if isinstance(p, Positivity) and x <= p.atoms:
            return Positivity(x)
    raise RuleError("positivity of a part", "no premise is positive on that set", premises)


@rule(
    "R201",
    "summation",
    given=("an equation of products",),
    infers="the same with V summed out",
    text="Sum both sides over variables that each stand left of one bar and right of none. A "
    "factor that becomes 1 may go only if its condition lies inside one that stays.",
    source="normalisation of P(· | Y) where P(Y) > 0",
)
def summation(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """Sum both sides of an equation over the variables `v`, all at once."""
    (v,) = _sets("summation", arguments, 1)
    match premises:
        case (Monomials(left, right),):
            result = Monomials(_summed(left, v), _summed(right, v))
            positive = allowed_by(conditions(result))
            lost = (f for f in (*left, *right) if f.event <= v and not positive(f.given))
            for factor in lost:
                text = f"{factor} would be dropped, and with it that its condition is possible"
                raise RuleError("summation", text, premises)
            return result
    raise RuleError("summation", "needs one equation", premises)


def _summed(side: tuple[Conditional, ...], v: Atoms) -> tuple[Conditional, ...]:
    for atom in v:
        if any(atom in f.given for f in side) or sum(atom in f.event for f in side) != 1:
            raise RuleError("summation", f"{atom} does not stand left of exactly one bar")
    kept = [Conditional.create(f.event - v, f.given) for f in side]
    return tuple(f for f in kept if f.event)


@rule(
    "R202",
    "reading",
    given=("an equation of products", "independences already read from it"),
    infers="X ⊥ Y | Z",
    text="An equation of products is an independence when, after the known ones are used, the two "
    "sides differ by e(XYZ) + e(Z) − e(XZ) − e(YZ), and every other probability in it is positive "
    "wherever p(x,z) and p(y,z) are.",
    source="DESIGN 1.1; at points where p(x,z) p(y,z) = 0 the independence holds as 0 = 0",
)
def reading(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """Read X ⊥ Y | Z off an equation; the sets are X, Y, Z and `signs` are those of the links."""
    x, y, z = _sets("reading", arguments, 3)
    if not premises or not isinstance(premises[0], Monomials):
        raise RuleError("reading", "the first premise is not an equation", premises)
    if not x or not y or x & y or x & z or y & z:
        raise RuleError("reading", "X, Y and Z must be disjoint, X and Y not empty", premises)
    equation = premises[0]
    allowed = allowed_by((x | z, y | z))
    left = monomial_vector(equation.left)
    right = _linked(
        "reading", monomial_vector(equation.right), premises[1:], arguments.signs, allowed
    )
    target = link_vector(Independence.create(x, y, z))
    for sign in (1, -1):
        if added(right, target, sign) == left:
            break
    else:
        raise RuleError("reading", "the two sides do not differ by that independence", premises)
    rest = added(left, {s: max(c, 0) for s, c in target.items()}, -sign)
    rest = rest if sign == 1 else added(right, {s: max(c, 0) for s, c in target.items()}, -1)
    for atoms in (*conditions(equation), *rest):
        if not allowed(atoms):
            raise RuleError("reading", f"p({', '.join(sorted(atoms))}) may be zero there", premises)
    return Independence.create(x, y, z)


@rule(
    "R203",
    "chain",
    given=("independences or equations used as links",),
    infers="an equation of products",
    text="Two products are equal when one becomes the other by cancelling equal probabilities and "
    "by links p(x,y,z) p(z) = p(x,z) p(y,z), and every probability that is divided by on the way "
    "lies inside a conditioning event of one side or is declared positive.",
    source="DESIGN 1.1 and Rulings; with no links this is the product rule and Bayes' rule",
)
def chain(premises: tuple[Statement, ...], arguments: Arguments) -> Statement:
    """Build the equation `goal` from links, applied from its left side to its right side."""
    goal = arguments.goal
    _sets("chain", arguments, 0)
    if goal is None:
        raise RuleError("chain", "no goal", premises)
    positive = [p.atoms for p in premises if isinstance(p, Positivity)]
    links = tuple(p for p in premises if not isinstance(p, Positivity))
    allowed = allowed_by((*conditions(goal), *positive))
    end = _linked("chain", monomial_vector(goal.left), links, arguments.signs, allowed)
    if end != monomial_vector(goal.right):
        raise RuleError("chain", "the links do not lead to the right side", premises)
    return goal


def _linked(
    name: str,
    start: Vector,
    links: tuple[Statement, ...],
    signs: tuple[int, ...],
    allowed: Callable[[Atoms], bool],
) -> Vector:
    """Apply the links one after the other, refusing any division by a possible zero."""
    if len(signs) != len(links) or not all(s in (1, -1) for s in signs):
        raise RuleError(name, "one sign, +1 or −1, per link", links)
    vector = start
    for link, sign in zip(links, signs, strict=True):
        match link:
            case Independence():
                if link.x & link.y:
                    raise RuleError(name, "a determination is not a link", links)
                vector = added(vector, link_vector(link), sign)
            case Monomials():
                source, target = (link.left, link.right)[::sign]
                rest = added(vector, monomial_vector(source), -1)
                _refuse(name, undefined_set(rest, allowed), links)
                _refuse(name, next((c for c in conditions(link) if not allowed(c)), None), links)
                vector = added(rest, monomial_vector(target), 1)
            case Positivity():
                raise RuleError(name, "a positivity is not a link", links)
        _refuse(name, undefined_set(vector, allowed), links)
    return vector


def _refuse(name: str, atoms: Iterable[str] | None, links: tuple[Statement, ...]) -> None:
    if atoms is not None:
        raise RuleError(name, f"division by p({', '.join(sorted(atoms))}), which may be 0", links)
