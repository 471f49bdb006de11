"""From formulas and products as written to the terms of `lpc.logic`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lpc.language import syntax as s
from lpc.language.findings import Findings
from lpc.language.scope import Scope
from lpc.logic import (
    CommonCauses,
    Conjunction,
    Determined,
    Equation,
    Formula,
    Independent,
    LocalCausality,
    Positive,
    Probability,
    Product,
    Reference,
)

CLAIM = "such an equation may stand in a derivation, and right of `entail`"
JOINED = "such an equation stands in a `define` or a claim of its own, not joined by `and`"
REASON_WORDS = frozenset({"because", "using", "since", "from", "via"})
"""Words that authors write for `by`."""
REASON = "did you mean `by`? It names what a step of a derivation rests on"
FUNCTIONS = ("sqrt", "cos", "sin", "first", "second")


@dataclass(slots=True)
class Formulas:
    """The names that formulas may use, and the reading of formulas."""

    found: Findings
    scope: Scope
    names: dict[str, s.Name] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    equations: set[str] = field(default_factory=set)

    def name_all(self, tree: s.File) -> None:
        """Collect the names of assumptions, definitions, quantities and models."""
        for statement in tree.statements:
            match statement:
                case s.Assume():
                    self._name(statement.name, "assumption")
                case s.Define():
                    self._name(statement.name, "definition")
                case s.DefineQuantity():
                    self._name(statement.name, "quantity")
                case s.Model() | s.Quantum():
                    self._name(statement.name, "model")
        for statement in tree.statements:
            if isinstance(statement, s.Define) and self.is_sum_equation(statement.formula):
                self.equations.add(statement.name.text)

    def _name(self, name: s.Name, kind: str) -> None:
        if name.text in self.names:
            message = f"the name `{name}` is given twice"
            first = self.names[name.text].span.line
            self.found.error("E203", message, name, f"given before on line {first}")
            return
        self.names[name.text] = name
        self.kinds[name.text] = kind

    def refers(self, name: s.Name) -> bool:
        """True for the name of an assumption or definition; reports it otherwise."""
        kind = self.kinds.get(name.text)
        if name.text in self.equations:
            self.found.unsupported(
                "an equation with sums in the place of an assumption", name, CLAIM
            )
            return False
        if kind in ("assumption", "definition"):
            return True
        if kind is not None:
            message = f"`{name}` is a {kind}, not an assumption or a definition"
            self.found.error("E202", message, name, f"a {kind}")
            return False
        known = [n for n, k in self.kinds.items() if k in ("assumption", "definition")]
        self.found.unknown("E202", "assumption or definition", name.text, name, known)
        return False

    def all_refer(self, names: Iterable[s.Name]) -> tuple[str, ...]:
        """The names of a list, each once, after reporting those that stand for nothing."""
        first: dict[str, s.Name] = {}
        for name in names:
            first.setdefault(name.text, name)
        for name in first.values():
            self.refers(name)
        return tuple(first)

    def formula(self, node: s.Formula, alone: bool = False) -> Formula | None:
        """What a formula says; None, with diagnostics, where it says nothing.

        `alone` marks the whole body of an assumption, where a principle may stand.
        """
        match node:
            case s.SaysLocalCausality() | s.SaysCommonCauses():
                return self._principle(node, alone)
            case s.SaysPositive(names):
                known = self.scope.all_known(names)
                return Positive(_texts(names)) if known else None
            case s.SaysDetermined(names, by):
                known = self.scope.all_known((*names, *by))
                return Determined(_texts(names), _texts(by)) if known else None
            case s.SaysIndependent():
                return self._independent(node)
            case s.Relation():
                return self._relation(node)
            case s.Refers(name):
                return Reference(name.text) if self.refers(name) else None
            case s.AllOf(parts):
                self._none_joined(parts)
                formulas = [self.formula(part) for part in parts]
                good = tuple(f for f in formulas if f is not None)
                return Conjunction(good) if len(good) == len(parts) else None

    def _principle(
        self, node: s.SaysLocalCausality | s.SaysCommonCauses, alone: bool
    ) -> Formula | None:
        is_local = isinstance(node, s.SaysLocalCausality)
        if alone:
            return LocalCausality() if is_local else CommonCauses()
        words, name = ("local causality", "LC") if is_local else ("common causes", "CC")
        hint = f"write `assume {name} : {words}` and use {name}"
        message = f"`{words}` is an assumption by itself"
        self.found.error("E215", message, node, "stands only in `assume`", hint)
        return None

    def _none_joined(self, parts: Iterable[s.Formula]) -> None:
        """Report an equation with quantities, sums or values that is a part of a conjunction."""
        for part in parts:
            refers = isinstance(part, s.Refers) and part.name.text in self.equations
            if refers or self.is_sum_equation(part):
                what = "an equation with quantities, sums or values joined by `and`"
                self.found.unsupported(what, part, JOINED)

    def _independent(self, node: s.SaysIndependent) -> Formula | None:
        everything = (*node.x, *node.y, *node.z)
        known = self.scope.all_known(everything)
        seen: set[str] = set()
        clear = True
        for name in everything:
            if name.text in seen:
                clear = False
                self.found.error(
                    "E205",
                    f"`{name}` stands in two places of this independence",
                    name,
                    "named before",
                    "",
                )
            seen.add(name.text)
        if not (known and clear):
            return None
        return Independent(_texts(node.x), _texts(node.y), _texts(node.z))

    def _relation(self, node: s.Relation) -> Formula | None:
        if node.op != "=":
            self.found.unsupported("an inequality", node)
            return None
        left, right = self.product(node.left), self.product(node.right)
        if left is None or right is None:
            return None
        self.same_variables(node.left, node.right)
        return Equation(left, right)

    def is_sum(self, node: s.Node) -> bool:
        """Whether a line is more than a product of probabilities of variables.

        True with a sum, an integral, a value in P(…), a quantity, `+` or an absolute value in it.
        """
        match node:
            case s.Big() | s.Additive() | s.Absolute() | s.Negative():
                return True
            case s.Event(_, value) if value is not None:
                return True
            case s.Name(text) | s.Call(s.Name(text)) if self.kinds.get(text) == "quantity":
                return True
        return any(map(self.is_sum, s.children(node)))

    def is_sum_equation(self, node: s.Formula) -> bool:
        """Whether a formula is an equation with a side that is more than a product."""
        return (
            isinstance(node, s.Relation)
            and node.op == "="
            and (self.is_sum(node.left) or self.is_sum(node.right))
        )

    def product(self, node: s.Expression) -> Product | None:
        """The product an expression is; None, with a diagnostic, where it is something else."""
        factors: list[Probability] = []
        return Product(tuple(factors)) if self._factors(node, factors) else None

    def _factors(self, node: s.Expression, into: list[Probability]) -> bool:
        match node:
            case s.Prob():
                return self._probability(node, into)
            case s.Group(inner):
                return self._factors(inner, into)
            case s.Number("1"):
                return True
            case s.Times(first, rest) if all(op in ("", "*") for op, _ in rest):
                parts = (first, *(part for _, part in rest))
                if any(map(self._gives_reason, parts)):
                    return False
                good = [self._factors(part, into) for part in parts]
                return all(good)
            case s.Name(text) if text in self.scope.declared_at and text not in self.kinds:
                self.found.error(
                    "E214",
                    "an equation is between probabilities",
                    node,
                    "a variable by itself",
                    f"write P({text} | …)",
                )
            case s.Name(text) if text not in self.kinds and text != "π":
                self.found.unknown("E201", "quantity", text, node, self.kinds)
            case s.Call(name) if name.text not in self.kinds and name.text not in FUNCTIONS:
                self.found.error(
                    "E218",
                    f"`{name}` is not a function",
                    name,
                    "",
                    "probabilities are written P(…), products with `*`",
                )
            case _:
                self.found.unsupported(_what(node), node, CLAIM)
        return False

    def _gives_reason(self, node: s.Expression) -> bool:
        """Whether a factor is a word such as `because`, which it then reports."""
        if not isinstance(node, s.Name) or node.text not in REASON_WORDS - self.kinds.keys():
            return False
        if node.text in self.scope.declared_at or node.text in self.scope.latents:
            return False
        self.found.unknown("E201", "quantity", node.text, node, (), REASON)
        return True

    def _probability(self, node: s.Prob, into: list[Probability]) -> bool:
        valued = [e for e in (*node.event, *node.given) if e.value is not None]
        known = self.scope.all_known(e.name for e in (*node.event, *node.given))
        if valued:
            self.found.unsupported("a value inside P(…)", valued[0], CLAIM)
            return False
        clear = self.once(node)
        event, given = (tuple(e.name.text for e in side) for side in (node.event, node.given))
        into.append(Probability(event, given))
        return known and clear

    def once(self, node: s.Prob) -> bool:
        """Each variable stands once in P(…); one diagnostic for each that does not."""
        event = {e.name.text for e in node.event}
        seen: set[str] = set()
        clear = True
        for side in (node.event, node.given):
            for name in (e.name for e in side):
                if name.text in seen:
                    clear = False
                    both = side is node.given and name.text in event
                    where = "stands on both sides of the bar" if both else "stands here twice"
                    self.found.error("E204", f"`{name}` {where}", name, "named before")
                seen.add(name.text)
        return clear

    def same_variables(self, left: s.Expression, right: s.Expression) -> None:
        """Report a variable left of a bar on one side that occurs nowhere on the other.

        A misprint of this kind was the first the tool found in its own source (Eq. 21). A number
        speaks of no variable, and what is equal to it is so at all values of those on its side.
        """
        if is_number(left) or is_number(right):
            return
        lonely = {
            side: self._lonely(*pair)
            for side, pair in {"left": (left, right), "right": (right, left)}.items()
        }
        side = "right" if lonely["right"] else "left"
        if not lonely[side]:
            return
        factor, name = lonely[side][0]
        says = [
            f"{', '.join(dict.fromkeys(n.text for _, n in lonely[s_]))} on the {s_} only"
            for s_ in (side, "left" if side == "right" else "right")
            if lonely[s_]
        ]
        hint = ""
        others = {n.text for _, n in lonely["left"]}
        if side == "right" and len(others) == 1 and len({n.text for _, n in lonely["right"]}) == 1:
            hint = f"did you mean {_with(factor, name.text, others.pop())}?"
        self.found.error(
            "E206", "the two sides speak of different variables", name, "; ".join(says), hint
        )

    def _lonely(self, here: s.Expression, there: s.Expression) -> list[tuple[s.Prob, s.Name]]:
        if self._names_quantity(there):
            return []
        expand = self.scope.composites.expand
        summed = expand(n.text for big in sums(here) for n in big.names)
        elsewhere = expand(e.name.text for p in probabilities(there) for e in (*p.event, *p.given))
        return [
            (p, e.name)
            for p in probabilities(here)
            for e in p.event
            if e.value is None and not expand((e.name.text,)) <= elsewhere | summed
        ]

    def _names_quantity(self, node: s.Node) -> bool:
        if isinstance(node, s.Name) and self.kinds.get(node.text) == "quantity":
            return True
        return any(map(self._names_quantity, s.children(node)))


def is_number(node: s.Node) -> bool:
    """Whether an expression is made of numbers alone."""
    named = isinstance(node, s.Prob | s.Big | s.Name)
    return not named and all(map(is_number, s.children(node)))


def probabilities(node: s.Node) -> Sequence[s.Prob]:
    """Every P(…) inside an expression, in the order of the text."""
    if isinstance(node, s.Prob):
        return (node,)
    return tuple(p for child in s.children(node) for p in probabilities(child))


def sums(node: s.Node) -> Sequence[s.Big]:
    """Every sum and integral inside an expression."""
    here = (node,) if isinstance(node, s.Big) else ()
    return (*here, *(big for child in s.children(node) for big in sums(child)))


def _texts(names: Iterable[s.Name]) -> tuple[str, ...]:
    return tuple(name.text for name in names)


def _with(factor: s.Prob, old: str, new: str) -> Probability:
    def renamed(side: Iterable[s.Event]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(new if e.name.text == old else e.name.text for e in side))

    return Probability(renamed(factor.event), renamed(factor.given))


def _what(node: s.Expression) -> str:
    match node:
        case s.Big(kind):
            return "a sum over values" if kind == "sum" else "an integral"
        case s.Additive():
            return "sums and differences"
        case s.Absolute():
            return "absolute values"
        case s.Call() | s.Name():
            return "quantities"
        case s.Number():
            return "numbers in equations"
        case _:
            return "this kind of expression in an equation"
