"""Blocks with open angles in certificates: models whose weights are waves, and claims on them.

Terms
-----
family
    For each outcome a weight, which may be a wave in the open angles. For all real angles the
    weights are real and sum to one. A wave is nowhere negative: it is a sum of squares
    Σ p |a|², which stands beside it, where p is positive and a an amplitude of Born's rule.
P(X | Y)
    As in `lpc.kernel.families`: a ratio of weights with the angles that Y gives in place of the
    open ones. It must not depend on an open angle that Y leaves out, and its condition must have
    the same probability at all angles.

A relation is claimed of all real angles: it is shown by the normal form of waves and by
`never_exceeds`, and it fails where the sides are different waves, or at one of a few simple angles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import add, mul, sub, truediv
from typing import Any

from lpc.certificates.encoding import Values, decode_table
from lpc.certificates.quantities import Arithmetic, Relation, compared, exact, scalar
from lpc.certificates.strict import CertificateError, fields, items, names
from lpc.certificates.values import check_common, decode_number, encode_number, encode_value
from lpc.certificates.waves import Names, decode_scalar, encode_scalar
from lpc.exact import (
    ONE,
    ZERO,
    Number,
    NumberError,
    OpenAngle,
    Scalar,
    Squares,
    Wave,
    conjugate,
    is_real,
    never_exceeds,
)
from lpc.kernel.angles import simple_angles
from lpc.kernel.models import ModelError
from lpc.kernel.quantum import Family

MAX_SQUARES = 2_000
KEYS = ("names", "values", "support", "latents", "graph", "angles")


def encode_family(family: Family) -> dict[str, Any]:
    """The possible outcomes with their weights, and the names of the open angles."""
    order = family.names
    return {
        "names": list(order),
        "values": {n: [encode_value(v) for v in family.values(n)] for n in sorted(order)},
        "support": [_encode_row(o, w, family.squares.get(o, ())) for o, w in family.rows],
        "latents": [],
        "graph": None,
        "angles": sorted(family.open),
    }


def _encode_row(outcome: tuple[Any, ...], weight: Scalar, squares: Squares) -> list[Any]:
    row = [[encode_value(v) for v in outcome], encode_scalar(weight)]
    if isinstance(weight, Wave):
        row.append([[encode_number(p), [encode_scalar(a) for a in each]] for p, each in squares])
    return row


def decode_angles(model: Any, where: str) -> tuple[str, ...]:
    """The names of the open angles of a model; none where it is an ordinary one."""
    if not isinstance(model, dict) or "angles" not in model:
        return ()
    found = names(model["angles"], f"{where}, angles")
    if not found:
        raise CertificateError(f"{where}, angles: a model without open angles has no such key")
    return found


def decode_family(value: Any, where: str, declared: Values) -> Family:
    """Weights that are real and sum to one, whatever the open angles are."""
    data = fields(value, where, KEYS)
    angles = decode_angles(data, where)
    if data["latents"] != [] or data["graph"] is not None:
        raise CertificateError(f"{where}: with open angles there are no latents and no graph")
    support = [items(row, f"{where}, support", 3) for row in items(data["support"], where)]
    table = {**data, "support": [row[:2] for row in support]}
    order, rows, alphabets = decode_table(
        table, where, declared, lambda weight, at: decode_scalar(weight, at, angles)
    )
    for n in angles:
        if n in order or n in declared:
            raise CertificateError(f"{where}: {n} is any angle and has no values")
    weights = [weight for _, weight in rows]
    check_common(_parts(weights), where)
    if not all(map(is_real, weights)):
        raise CertificateError(f"{where}: a weight that is not real")
    if any(not isinstance(w, Wave) and w <= 0 for w in weights):
        raise CertificateError(f"{where}: a weight that is not positive")
    try:
        found = Family.create(order, rows, angles, alphabets)
    except ModelError as error:
        raise CertificateError(f"{where}: {error}, whatever the open angles are") from None
    for (_, weight), row in zip(rows, support, strict=True):
        _check_squares(weight, row[2:], where, angles)
    return found


def _check_squares(weight: Scalar, squares: list[Any], where: str, angles: Names) -> None:
    """A wave is the sum of squares that stands beside it; a number has none."""
    if isinstance(weight, Wave) != bool(squares):
        raise CertificateError(f"{where}: squares stand beside each weight that is a wave")
    found: Scalar = ZERO
    for one in items(squares[0], where, MAX_SQUARES) if squares else ():
        p, amplitudes = items(one, where, exactly=2)
        factor = decode_number(p, where)
        if factor <= 0:
            raise CertificateError(f"{where}: a factor of squares that is not positive")
        for a in items(amplitudes, where, MAX_SQUARES):
            amplitude = decode_scalar(a, where, angles)
            square = exact(mul, amplitude, conjugate(amplitude))
            found = exact(add, found, exact(mul, factor, square))
    if squares and found != weight:
        raise CertificateError(f"{where}: a weight that is not the sum of its squares")


def _parts(weights: Iterable[Scalar]) -> Iterator[Number]:
    """The real and imaginary parts of all terms."""
    for w in weights:
        yield from (x for _, c in w.terms for x in c) if isinstance(w, Wave) else (w,)


@dataclass(slots=True)
class FamilyEvaluation(Arithmetic):
    """Values of quantities on one family: numbers and waves.

    >>> from fractions import Fraction
    >>> from lpc.certificates.quantities import Chance
    >>> from lpc.exact import cosine
    >>> x, half = OpenAngle(ZERO, (("x", ONE),)), Fraction(1, 2)
    >>> chances = [((k,), half + cosine(x) * (k * half)) for k in (1, -1)]
    >>> family = Family.create(("A",), chances, ("x",), {})
    >>> y = OpenAngle(ONE, (("y", ONE),))
    >>> str(FamilyEvaluation(family).value(Chance({"A": 1}, {"x": y})))
    '1/2 - cos(y)/2'
    """

    model: Family
    _rows: dict[Any, list[tuple[tuple[Any, ...], Scalar]]] = field(default_factory=dict)
    _weights: dict[Any, Scalar] = field(default_factory=dict)

    def truth(self, relation: Relation) -> bool | None:
        """Whether a relation holds for all real angles; None where neither is shown.

        Raises: CertificateError where the sides cannot be compared.
        """
        left, right = self.value(relation.left), self.value(relation.right)
        if left is None or right is None:
            return False
        one, two = scalar(left), scalar(right)
        if not is_real(one) or not is_real(two):
            raise CertificateError("a side of the relation is not real")
        return for_all_angles(one, relation.op, two)

    def chance(self, event: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
        for n in self.model.open:
            if n in event:
                raise CertificateError(f"{n} is any angle and has no probability")
        # NB: no name holds #, so these symbols are no one's.
        angles = {n: given.get(n, OpenAngle(ZERO, ((f"#{n}", ONE),))) for n in self.model.open}
        known = {n: v for n, v in given.items() if n not in angles}
        below = self._weight(known, angles)
        if isinstance(below, Wave):
            raise CertificateError("a condition whose probability depends on an open angle")
        if below == 0:
            return None
        if any(event.get(n, v) != v for n, v in known.items()):
            return ZERO
        above = self._weight({**known, **event}, angles)
        found = exact(truediv, above, below)
        left_out = min((n for n in _names(found) if n.startswith("#")), default=None)
        if left_out is not None:
            what = f"a probability depends on {left_out[1:]}, which is not given"
            raise CertificateError(what)
        return found

    def _weight(self, point: Mapping[str, Any], angles: Mapping[str, Any]) -> Scalar:
        """The weight of some values, at some angles."""
        at = tuple(angles.items())
        key = (frozenset(point.items()), at)
        if key not in self._weights:
            if at not in self._rows:
                self._rows[at] = [(o, _at(w, angles)) for o, w in self.model.rows]
            places = [(self._place(n), value) for n, value in point.items()]
            total: Scalar = ZERO
            for outcome, weight in self._rows[at]:
                if all(outcome[k] == value for k, value in places):
                    total = exact(add, total, weight)
            self._weights[key] = total
        return self._weights[key]

    def _place(self, name: str) -> int:
        if name not in self.model.names:
            raise CertificateError(f"{name} is no variable of the model")
        return self.model.names.index(name)


def _names(x: Scalar) -> frozenset[str]:
    return x.names if isinstance(x, Wave) else frozenset()


def _at(weight: Scalar, angles: Mapping[str, Any]) -> Scalar:
    return exact(weight.at, angles) if isinstance(weight, Wave) else weight


def for_all_angles(left: Scalar, op: str, right: Scalar) -> bool | None:
    """Whether left op right for all real angles; None where neither is shown.

    Different waves differ at some angles, so that an equation is always decided.

    >>> from fractions import Fraction
    >>> from lpc.exact import cosine
    >>> x = cosine(OpenAngle(ZERO, (("x", ONE),)))
    >>> [for_all_angles(x, op, ONE) for op in ("=", "<=", "<", "!=")]
    [False, True, False, False]
    >>> for_all_angles(x, "!=", Fraction(1, 5)) is None
    True
    """
    if not isinstance(left, Wave) and not isinstance(right, Wave):
        return compared(left, op, right)
    difference = exact(sub, left, right)
    if not isinstance(difference, Wave):
        return compared(difference, op, ZERO)
    if op == "=":
        return False
    smaller, larger = (left, right) if op in ("<", "<=") else (right, left)
    if op != "!=" and never_exceeds(smaller, larger, strictly=len(op) == 1):
        return True
    return False if _fails_somewhere(difference, op) else None


def _fails_somewhere(difference: Wave, op: str) -> bool:
    """Whether a real wave does not stand in the relation to 0 at one of some simple angles."""
    for angles in simple_angles(tuple(sorted(difference.names))):
        try:
            found = difference.at(angles)
        except NumberError:  # these angles lead beyond exact arithmetic
            continue
        if not compared(found, op, ZERO):
            return True
    return False
