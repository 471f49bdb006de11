"""Quantities in a certificate: trees over numbers and probabilities, all sums spelt out.

Terms
-----
constant
    A value; in a certificate about a block with open angles it may be a wave.
probability
    P(event | given) at one point; undefined where the given has probability 0. Open angles have
    their values in the given.
plus, times, quotient, absolute
    Arithmetic; undefined when a part is.
total
    A `sum[…]` spelt out. Below it a product with a factor 0 is 0, even where another factor is
    undefined (DESIGN 5).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from operator import add, mul, truediv
from typing import Any

from lpc.certificates.encoding import decode_point, encode_point
from lpc.certificates.strict import CertificateError, fields, items, one_of, only_key
from lpc.certificates.waves import (
    Names,
    decode_constant,
    decode_given,
    encode_constant,
    encode_given,
)
from lpc.exact import ONE, Cyclotomic, Number, NumberError, OpenAngle, Scalar, Wave, is_small
from lpc.kernel.evaluate import shown
from lpc.kernel.models import FiniteModel

MAX_NODES = 50_000
MAX_DEPTH = 100
RELATIONS = ("=", "!=", "<", "<=", ">", ">=")
OPERATIONS = ("plus", "times", "quotient", "absolute", "total")


@dataclass(frozen=True, slots=True)
class Constant:
    value: Any


@dataclass(frozen=True, slots=True)
class Chance:
    event: Mapping[str, Any]
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One of `OPERATIONS` and its parts: two of a quotient, one of an absolute value."""

    kind: str
    parts: tuple[Tree, ...]


Tree = Constant | Chance | Operation


@dataclass(frozen=True, slots=True)
class Relation:
    """`left op right` between two quantities."""

    left: Tree
    op: str
    right: Tree

    def told(self) -> str:
        """The relation in words, everything spelt out."""
        free = sorted(angles_in(self.left) | angles_in(self.right))
        words = f" for all {', '.join(free)}" if free else ""
        return f"{tree_told(self.left)} {self.op} {tree_told(self.right)}{words}"


def angles_in(tree: Tree) -> frozenset[str]:
    """The open angles that a quantity depends on."""
    match tree:
        case Constant(value):
            return value.names if isinstance(value, Wave) else frozenset()
        case Chance(_, given):
            found = (x.parts for x in given.values() if isinstance(x, OpenAngle))
            return frozenset(n for parts in found for n, _ in parts)
        case Operation(_, inside):
            return frozenset[str]().union(*map(angles_in, inside))


def given_in(tree: Tree) -> Iterator[tuple[str, Any]]:
    """What stands right of bars."""
    match tree:
        case Chance(_, given):
            yield from given.items()
        case Operation(_, inside):
            for part in inside:
                yield from given_in(part)


def tree_told(tree: Tree) -> str:
    """A quantity in words, everything spelt out.

    >>> tree_told(Operation("plus", (Constant(Fraction(1)), Chance({"A": Fraction(1)}, {}))))
    '(1 + P(A = 1))'
    """
    match tree:
        case Constant(value):
            return shown(value)
        case Chance(event, given):
            sides = (", ".join(f"{n} = {shown(v)}" for n, v in p.items()) for p in (event, given))
            return f"P({' | '.join(filter(None, sides))})"
        case Operation(kind, parts):
            told = [tree_told(part) for part in parts]
            if kind == "absolute":
                return f"|{told[0]}|"
            sign = {"times": " * ", "quotient": " / "}.get(kind, " + ")
            return f"({sign.join(told)})" if len(told) > 1 else "".join(told) or "0"


def encode_tree(tree: Tree, angles: Names = ()) -> dict[str, Any]:
    """A quantity as JSON; `angles` are the open angles of the model.

    >>> encode_tree(Operation("absolute", (Chance({"A": Fraction(1)}, {}),)))
    {'absolute': {'probability': [{'A': '1'}, {}]}}
    """
    match tree:
        case Constant(value):
            return {"constant": encode_constant(value)}
        case Chance(event, given):
            return {"probability": [encode_point(event), encode_given(given, angles)]}
        case Operation("absolute", (part,)):
            return {"absolute": encode_tree(part, angles)}
        case Operation(kind, parts):
            return {kind: [encode_tree(part, angles) for part in parts]}


def decode_relation(value: Any, where: str, angles: Names = ()) -> Relation:
    """Two quantities of bounded size and what is claimed of them."""
    data = fields(value, where, ("left", "op", "right"))
    reader = _Reader(angles)
    left, right = (reader.tree(data[side], f"{where}, {side}", 0) for side in ("left", "right"))
    return Relation(left, one_of(data["op"], f"{where}, op", RELATIONS), right)


@dataclass(slots=True)
class _Reader:
    angles: Names
    nodes: int = 0

    def tree(self, value: Any, where: str, depth: int) -> Tree:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise CertificateError(f"{where}: a quantity that is too large")
        kind, inside = only_key(value, where)
        if kind == "constant":
            return Constant(decode_constant(inside, where, self.angles))
        if kind == "probability":
            event, given = items(inside, where, exactly=2)
            return Chance(decode_point(event, where), decode_given(given, where, self.angles))
        one_of(kind, where, OPERATIONS)
        if kind == "absolute":
            return Operation(kind, (self.tree(inside, where, depth + 1),))
        listed = items(inside, where, MAX_NODES, exactly=2 if kind == "quotient" else None)
        return Operation(kind, tuple(self.tree(part, where, depth + 1) for part in listed))


class Arithmetic(ABC):
    """Values of quantities, given those of probabilities."""

    __slots__ = ()

    @abstractmethod
    def chance(self, event: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        """P(event | given), None where the given is impossible."""

    def value(self, tree: Tree, in_total: bool = False) -> Any:
        """The value of a quantity, None where it is undefined."""
        match tree:
            case Constant(value):
                return value
            case Chance(event, given):
                return self.chance(event, given)
            case Operation("total", parts):
                return self._sum(parts, True)
            case Operation("plus", parts):
                return self._sum(parts, in_total)
            case Operation("times", parts):
                return self._product(parts, in_total)
        values = [self.value(part, in_total) for part in tree.parts]
        if None in values:
            return None
        if tree.kind == "absolute":
            size = number(values[0])
            return -size if exact(lambda: size < 0) else size
        above, below = scalar(values[0]), number(values[1])
        if below == 0:
            raise CertificateError("a quantity divides by zero")
        return exact(truediv, above, below)

    def _sum(self, parts: tuple[Tree, ...], in_total: bool) -> Any:
        values = self._scalars(parts, in_total)
        if None in values:
            return None
        total: Scalar = Fraction(0)
        for value in values:
            total = exact(add, total, value)
        return total

    def _scalars(self, parts: tuple[Tree, ...], in_total: bool) -> list[Any]:
        values = [self.value(part, in_total) for part in parts]
        return [None if value is None else scalar(value) for value in values]

    def _product(self, parts: tuple[Tree, ...], in_total: bool) -> Any:
        values = self._scalars(parts, in_total)
        if in_total and any(v == 0 for v in values if v is not None):
            return Fraction(0)
        if None in values:
            return None
        result: Scalar = ONE
        for value in values:
            result = exact(mul, result, value)
        return result


@dataclass(slots=True)
class Evaluation(Arithmetic):
    """Values of quantities on one model.

    >>> coin = FiniteModel.create(("a",), [((0,), Fraction(1, 4)), ((1,), Fraction(3, 4))])
    >>> Evaluation(coin).value(Chance({"a": 1}, {}))
    Fraction(3, 4)
    >>> Evaluation(coin).value(Chance({"a": 1}, {"a": 2})) is None
    True
    """

    model: FiniteModel
    _tables: dict[frozenset[str], Any] = field(default_factory=dict)

    def holds(self, relation: Relation) -> bool:
        """Whether both sides are defined and stand in the relation.

        Raises: CertificateError where they cannot be compared.
        """
        left, right = self.value(relation.left), self.value(relation.right)
        return left is not None and right is not None and compared(left, relation.op, right)

    def chance(self, event: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        below = self._probability(given)
        if below == 0:
            return None
        if not {*event} <= {*self.model.names}:
            raise CertificateError("a probability of what is no variable of the model")
        if any(event.get(n, v) != v for n, v in given.items()):
            return Fraction(0)
        return exact(lambda: self._probability({**given, **event}) / below)

    def _probability(self, point: Mapping[str, Any]) -> Any:
        if not point:
            return Fraction(1)
        atoms = frozenset(point)
        if atoms not in self._tables:
            self._tables[atoms] = self.model.table(atoms)
        order, table = self._tables[atoms]
        return table.get(tuple(point[n] for n in order), Fraction(0))


def compared(left: Any, op: str, right: Any) -> bool:
    """Whether two values stand in a relation.

    Raises: CertificateError for an order of what are no numbers.
    """
    if op in ("=", "!="):
        return bool(left == right) is (op == "=")
    one, two = number(left), number(right)
    less, same = bool(exact(lambda: one < two)), bool(one == two)
    return {"<": less, "<=": less or same, ">": not (less or same), ">=": not less}[op]


def number(value: Any) -> Number:
    """A value that is to be a number and to depend on no open angle."""
    found = scalar(value)
    if isinstance(found, Wave):
        raise CertificateError(f"a number is needed, not {found}, which depends on an open angle")
    return found


def scalar(value: Any) -> Scalar:
    """A value that is to be a number or a wave."""
    if isinstance(value, Cyclotomic | Wave):
        return value
    if isinstance(value, int | Fraction):
        return Fraction(value)
    raise CertificateError("arithmetic on what is no number")


def exact(do: Callable[..., Any], *operands: Any) -> Any:
    """What is computed from some scalars: a truth, or a scalar of bounded length."""
    try:
        found = do(*operands)
    except NumberError as error:
        raise CertificateError(str(error)) from None
    if not isinstance(found, bool) and not is_small(found):
        raise CertificateError("a number that is too large")
    return found
