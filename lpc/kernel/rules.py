"""The primitive rules: each computes its conclusion from theorems, or raises.

A rule takes the statements of earlier lines and the arguments of its own line, and no others than
it needs; it is never told what to conclude. One record is all that is known of a rule: matching,
reports, Coq, documentation and tests read it. The rules for independences, as schemes, are those of
a semi-graphoid (Dawid 1979, J. R. Stat. Soc. B 41, 1; Pearl 1988, section 3.1), in the form that
also covers functions: a variable on both sides of ⊥ is determined by the condition. The rules for
equations compute what no scheme says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from lpc.kernel.schemes import Apart, Positive, Scheme, Sets, instance, readings, union
from lpc.kernel.vectors import (
    Allowed,
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
Statements = tuple[Statement, ...]


class RuleError(LpcError):
    """A line of a proof is not an instance of the rule it names."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"{rule}: {reason}")
        self.rule = rule
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Arguments:
    """The sets of a line, the equation that `chain` builds, and +1 or −1 for each link."""

    sets: tuple[Atoms, ...] = ()
    goal: Monomials | None = None
    signs: tuple[int, ...] = ()


Compute = Callable[[Statements, Arguments], Statement]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of inference with everything that is said of it.

    `sets` are the sets that a line gives, as letters. `given` and `infers` are schemes; where
    `compute` decides, they may be words. Of the strings of letters in `disjoint` no two letters
    have a variable in common, `some` are letters that are not empty. With `links`, premises are
    links, of any number and each with a sign.
    """

    code: str
    name: str
    sets: tuple[str, ...]
    given: tuple[Scheme | str, ...]
    infers: Scheme | str
    text: str
    source: str
    disjoint: tuple[str, ...] = ()
    some: str = ""
    links: bool = False
    compute: Compute | None = field(default=None, compare=False, repr=False)

    def infer(self, premises: Statements, arguments: Arguments) -> Statement:
        """The conclusion of a line.

        Raises: RuleError when the line is no instance of the rule.
        """
        if not self.links and len(premises) > len(self.given):
            raise RuleError(self.name, f"needs {len(self.given)} premise(s), no more")
        if not self.links and arguments.signs:
            raise RuleError(self.name, "signs belong to links, of which it has none")
        if self.compute is not _chain and arguments.goal is not None:
            raise RuleError(self.name, "it is told what to conclude")
        if len(arguments.sets) != len(self.sets):
            raise RuleError(self.name, f"needs {len(self.sets)} set(s) of variables")
        sets = self._read(premises, arguments.sets)
        for letters in self.disjoint:
            if sum(len(sets[c]) for c in letters) != len(union(letters, sets)):
                raise RuleError(self.name, f"not disjoint: {', '.join(letters)}")
        for letter in self.some:
            if not sets[letter]:
                raise RuleError(self.name, f"{letter} is empty")
        if self.compute is not None:
            return self.compute(premises, arguments)
        return instance(self.infers, sets)

    def _read(self, premises: Statements, given: tuple[Atoms, ...]) -> Sets:
        """The sets of all letters: those of the line, and those that the premises give."""
        sets = {c: s for e, s in zip(self.sets, given, strict=True) for c in e}
        if self.compute is not None:
            return sets
        schemes = tuple(g for g in self.given if isinstance(g, Scheme))
        shared = {c: sets.pop(c) for e in self.sets if len(e) > 1 for c in e}
        ordered = tuple(sorted(premises, key=lambda p: isinstance(p, Positivity)))
        if len(ordered) == len(schemes):
            for found in readings(schemes, ordered, sets, shared):
                return found
        told = " and ".join(map(str, schemes))
        raise RuleError(self.name, f"the premises are not {told}")


def _summation(premises: Statements, arguments: Arguments) -> Statement:
    """Sum both sides of an equation over the variables `v`, all at once."""
    (v,) = arguments.sets
    match premises:
        case (Monomials(left, right),):
            result = Monomials(_summed(left, v), _summed(right, v))
            positive = allowed_by(conditions(result))
            lost = (f for f in (*left, *right) if f.event <= v and not positive(f.given))
            for factor in lost:
                text = f"{factor} would be dropped, and with it that its condition is possible"
                raise RuleError("summation", text)
            return result
    raise RuleError("summation", "needs one equation")


def _summed(side: tuple[Conditional, ...], v: Atoms) -> tuple[Conditional, ...]:
    for atom in v:
        if any(atom in f.given for f in side) or sum(atom in f.event for f in side) != 1:
            raise RuleError("summation", f"{atom} does not stand left of exactly one bar")
    kept = [Conditional.create(f.event - v, f.given) for f in side]
    return tuple(f for f in kept if f.event)


def _reading(premises: Statements, arguments: Arguments) -> Statement:
    """Read X ⊥ Y | Z off an equation; the sets are X, Y, Z and `signs` are those of the links."""
    x, y, z = arguments.sets
    equation = premises[0] if premises else None
    if not isinstance(equation, Monomials):
        raise RuleError("reading", "the first premise is not an equation")
    allowed = allowed_by((x | z, y | z))
    left = monomial_vector(equation.left)
    start = monomial_vector(equation.right)
    right = _linked("reading", start, premises[1:], arguments.signs, allowed)
    target = link_vector(Independence.create(x, y, z))
    sides = ((left, right), (right, left))
    whole = next((one for one, other in sides if added(other, target, 1) == one), None)
    if whole is None:
        raise RuleError("reading", "the two sides do not differ by that independence")
    rest = added(whole, {s: max(c, 0) for s, c in target.items()}, -1)
    for atoms in (*conditions(equation), *rest):
        if not allowed(atoms):
            raise RuleError("reading", f"p({', '.join(sorted(atoms))}) may be zero there")
    return Independence.create(x, y, z)


def _chain(premises: Statements, arguments: Arguments) -> Statement:
    """Build the equation `goal` from links, applied from its left side to its right side."""
    goal = arguments.goal
    if goal is None:
        raise RuleError("chain", "no goal")
    positive = [p.atoms for p in premises if isinstance(p, Positivity)]
    links = tuple(p for p in premises if not isinstance(p, Positivity))
    allowed = allowed_by((*conditions(goal), *positive))
    end = _linked("chain", monomial_vector(goal.left), links, arguments.signs, allowed)
    if end != monomial_vector(goal.right):
        raise RuleError("chain", "the links do not lead to the right side")
    return goal


def _linked(
    name: str, start: Vector, links: Statements, signs: tuple[int, ...], allowed: Allowed
) -> Vector:
    """Apply the links one after the other, refusing any division by a possible zero."""
    if len(signs) != len(links) or not all(s in (1, -1) for s in signs):
        raise RuleError(name, "one sign, +1 or −1, per link")
    vector = start
    for link, sign in zip(links, signs, strict=True):
        match link:
            case Independence():
                if link.x & link.y:
                    raise RuleError(name, "a determination is not a link")
                vector = added(vector, link_vector(link), sign)
            case Monomials():
                source, target = (link.left, link.right)[::sign]
                rest = added(vector, monomial_vector(source), -1)
                _refuse(name, undefined_set(rest, allowed))
                _refuse(name, next((c for c in conditions(link) if not allowed(c)), None))
                vector = added(rest, monomial_vector(target), 1)
            case Positivity():
                raise RuleError(name, "a positivity is not a link")
        _refuse(name, undefined_set(vector, allowed))
    return vector


def _refuse(name: str, atoms: Iterable[str] | None) -> None:
    if atoms is not None:
        raise RuleError(name, f"division by p({', '.join(sorted(atoms))}), which may be 0")


RULES = {rule.name: rule for rule in (
    Rule("R101", "decomposition", ("X", "Y"), (Apart("XV", "YW", "Z"),), Apart("X", "Y", "Z"),
        "What is independent of a whole is independent of each part of it.",
        "Dawid 1979, lemma 4.2; Pearl 1988, eq. 3.6b"),
    Rule("R102", "weak union", ("VW",), (Apart("XV", "YW", "Z"),), Apart("X", "Y", "ZWV"),
        "What is independent of a whole stays so when a part of the whole becomes known.",
        "Dawid 1979, lemma 4.2; Pearl 1988, eq. 3.6c"),
    Rule("R103", "contraction", ("X", "Y", "W"),
        (Apart("X", "Y", "Z"), Apart("X", "W", "YZ")), Apart("X", "YW", "Z"),
        "What says nothing of Y, nor of W once Y is known, says nothing of the two together.",
        "Dawid 1979, lemma 4.3; Pearl 1988, eq. 3.6d",
        disjoint=("XZ", "YZ")),
    Rule("R104", "determination", ("Y",), (Apart("X", "X", "Z"),), Apart("X", "Y", "Z"),
        "A function of what is known is independent of everything else.",
        "Dawid 1979, section 6: X ⊥ Y | X, with contraction",
        some="X"),
    Rule("R105", "intersection", ("X", "Y", "W", "Z"),
        (Apart("X", "Y", "ZW"), Apart("X", "W", "ZY"), Positive("YWZ")), Apart("X", "YW", "Z"),
        "Only where every joint value of Y, W and Z has positive probability.",
        "Pearl 1988, eq. 3.6e",
        disjoint=("XYWZ",)),
    Rule("R106", "positivity of a part", ("X",), (Positive("XY"),), Positive("X"),
        "If every joint value occurs, so does every joint value of a part.",
        "sum over the rest"),
    Rule("R201", "summation", ("V",), ("an equation of products",), "the same with V summed out",
        "Sum both sides over variables that each stand left of one bar and right of none. A "
        "factor that becomes 1 may go only if its condition lies inside one that stays.",
        "normalisation of P(· | Y) where P(Y) > 0",
        compute=_summation),
    Rule("R202", "reading", ("X", "Y", "Z"),
        ("an equation of products", "independences already read from it"), Apart("X", "Y", "Z"),
        "An equation of products is an independence when, after the known ones are used, the two "
        "sides differ by e(XYZ) + e(Z) − e(XZ) − e(YZ), and every other probability in it is "
        "positive wherever p(x,z) and p(y,z) are.",
        "DESIGN 1.1; at points where p(x,z) p(y,z) = 0 the independence holds as 0 = 0",
        disjoint=("XYZ",), some="XY", links=True, compute=_reading),
    Rule("R203", "chain", (),
        ("independences or equations used as links",), "an equation of products",
        "Two products are equal when one becomes the other by cancelling equal probabilities and "
        "by links p(x,y,z) p(z) = p(x,z) p(y,z), and every probability that is divided by on the "
        "way lies inside a conditioning event of one side or is declared positive.",
        "DESIGN 1.1 and Rulings; with no links this is the product rule and Bayes' rule",
        links=True, compute=_chain),
)}  # fmt: skip
"""Every rule by its name."""
