"""Quantities in a certificate: trees over numbers and probabilities, all sums spelt out.

Terms
-----
constant
    A value.
probability
    P(event | given) at one point; undefined where the given has probability 0.
plus, times, quotient, absolute
    Arithmetic; undefined when a part is.
total
    A `sum[…]` spelt out. Below it a product with a factor 0 is 0, even where another factor is
    undefined (DESIGN 5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lpc.certificates.encoding import decode_point, encode_point
from lpc.certificates.strict import CertificateError, fields, items, one_of, only_key
from lpc.certificates.values import decode_value, encode_value
from lpc.kernel.algebraic import Cyclotomic, NumberError, add, is_small, multiply
from lpc.kernel.evaluate import shown
from lpc.kernel.models import FiniteModel

MAX_NODES = 50_000
MAX_DEPTH = 100
RELATIONS = ("=", "!=", "<", "<=", ">", ">=")
OPERATIONS = ("plus", "times", "quotient", "absolute", "total")

Number = Fraction | Cyclotomic


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


def encode_tree(tree: Tree) -> dict[str, Any]:
    """A quantity as JSON.

    >>> encode_tree(Operation("absolute", (Chance({"A": Fraction(1)}, {}),)))
    {'absolute': {'probability': [{'A': '1'}, {}]}}
    """
    match tree:
        case Constant(value):
            return {"constant": encode_value(value)}
        case Chance(event, given):
            return {"probability": [encode_point(event), encode_point(given)]}
        case Operation("absolute", (part,)):
            return {"absolute": encode_tree(part)}
        case Operation(kind, parts):
            return {kind: [encode_tree(part) for part in parts]}


def decode_relation(value: Any, where: str) -> Relation:
    """Two quantities of bounded size and what is claimed of them."""
    data = fields(value, where, ("left", "op", "right"))
    reader = _Reader()
    left, right = (reader.tree(data[side], f"{where}, {side}", 0) for side in ("left", "right"))
    return Relation(left, one_of(data["op"], f"{where}, op", RELATIONS), right)


@dataclass(slots=True)
class _Reader:
    nodes: int = 0

    def tree(self, value: Any, where: str, depth: int) -> Tree:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise CertificateError(f"{where}: a quantity that is too large")
        kind, inside = only_key(value, where)
        if kind == "constant":
            return Constant(decode_value(inside, where))
        if kind == "probability":
            event, given = (decode_point(x, where) for x in items(inside, where, exactly=2))
            return Chance(event, given)
        one_of(kind, where, OPERATIONS)
        if kind == "absolute":
            return Operation(kind, (self.tree(inside, where, depth + 1),))
        listed = items(inside, where, MAX_NODES, exactly=2 if kind == "quotient" else None)
        return Operation(kind, tuple(self.tree(part, where, depth + 1) for part in listed))


@dataclass(slots=True)
class Evaluation:
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
        if left is None or right is None:
            return False
        if relation.op in ("=", "!="):
            return bool(left == right) is (relation.op == "=")
        one, two = _number(left), _number(right)
        less, same = bool(_exact(lambda: one < two)), bool(one == two)
        return {"<": less, "<=": less or same, ">": not (less or same), ">=": not less}[relation.op]

    def value(self, tree: Tree, in_total: bool = False) -> Any:
        """The value of a quantity, None where it is undefined."""
        match tree:
            case Constant(value):
                return value
            case Chance(event, given):
                return self._chance(event, given)
            case Operation("total", parts):
                return self._sum(parts, True)
            case Operation("plus", parts):
                return self._sum(parts, in_total)
            case Operation("times", parts):
                return self._product(parts, in_total)
        values = [self.value(part, in_total) for part in tree.parts]
        if None in values:
            return None
        numbers = [_number(v) for v in values]
        if tree.kind == "absolute":
            return -numbers[0] if _exact(lambda: numbers[0] < 0) else numbers[0]
        if numbers[1] == 0:
            raise CertificateError("a quantity divides by zero")
        return _exact(lambda: numbers[0] / numbers[1])

    def _sum(self, parts: tuple[Tree, ...], in_total: bool) -> Any:
        total: Number = Fraction(0)
        for part in parts:
            value = self.value(part, in_total)
            if value is None:
                return None
            total = _small(add(total, _number(value)))
        return total

    def _product(self, parts: tuple[Tree, ...], in_total: bool) -> Any:
        values = [self.value(part, in_total) for part in parts]
        if in_total and any(v == 0 for v in values if v is not None):
            return Fraction(0)
        if None in values:
            return None
        result: Number = Fraction(1)
        for value in values:
            result = _small(multiply(result, _number(value)))
        return result

    def _chance(self, event: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        below = self._probability(given)
        if below == 0:
            return None
        if any(event.get(n, v) != v for n, v in given.items()):
            return Fraction(0)
        return _exact(lambda: self._probability({**given, **event}) / below)

    def _probability(self, point: Mapping[str, Any]) -> Any:
        if not point:
            return Fraction(1)
        atoms = frozenset(point)
        if atoms not in self._tables:
            self._tables[atoms] = self.model.table(atoms)
        order, table = self._tables[atoms]
        return table.get(tuple(point[n] for n in order), Fraction(0))


def _number(value: Any) -> Number:
    if isinstance(value, Cyclotomic):
        return value
    if isinstance(value, int | Fraction):
        return Fraction(value)
    raise CertificateError("arithmetic on what is no number")


def _small(number: Number) -> Number:
    if not is_small(number):
        raise CertificateError("a number that is too large")
    return number


def _exact(do: Callable[[], Any]) -> Any:
    try:
        found = do()
    except NumberError as error:
        raise CertificateError(str(error)) from None
    return found if isinstance(found, bool) else _small(found)
