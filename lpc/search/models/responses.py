"""Random mechanisms: weighted rows that grow by one variable at a time.

Terms
-----
rows
    Joint values of the variables so far with whole-number weights; the sum is not normalised.
response
    For each joint value of the parents, whole-number weights of the variable's own values.
    All of them have the same sum, so that the earlier variables keep their distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

Values = tuple[int, ...]
Rows = dict[Values, int]
Response = Callable[[Values], Values]

OPERATIONS: tuple[Callable[[Values], int], ...] = (
    lambda v: v[0],
    lambda v: sum(v),
    lambda v: min(v),
    lambda v: max(v),
    lambda v: v[1 + v[0] % (len(v) - 1)] if len(v) > 2 else 1 - v[0],
)
"""Copy, xor, and, or, and a choice among the others by the first (not, of a single one)."""


def response(rng: Random, size: int, arity: int) -> Response:
    """A random response to `arity` parents, with `size` values."""
    if size == 1:
        return lambda _: (1,)
    if arity == 0:
        row = _composition(rng, size, rng.choice((size, size, 3, 4, 6)))
        return lambda _: row
    kind = rng.choice(("function", "function", "table", "noisy", "rows"))
    if kind == "rows":
        total = rng.choice((2, 3, 4))
        return _remembered(lambda _: _composition(rng, size, total))
    if kind == "table":
        return _remembered(lambda _: _peak(size, rng.randrange(size), 0))
    operation = rng.choice(OPERATIONS)
    noise = 0 if kind == "function" else rng.choice((1, 2, 3))
    return lambda v: _peak(size, operation(v) % size, noise)


def grown(rows: Rows, parents: Sequence[int], answer: Response) -> Rows:
    """The rows with one more variable, the parents given by their places."""
    found: Rows = {}
    for values, weight in rows.items():
        for value, share in enumerate(answer(tuple(values[k] for k in parents))):
            if share:
                found[(*values, value)] = weight * share
    return found


def is_independent(rows: Rows, x: Sequence[int], y: Sequence[int], z: Sequence[int]) -> bool:
    """p(x,y,z) p(z) = p(x,z) p(y,z) for all values, the variables given by their places.

    It is enough to look at values that occur: for each z their left sides already add up to all
    that the right sides can give.
    """
    given: dict[Values, int] = {}
    ones: dict[tuple[Values, Values], int] = {}
    others: dict[tuple[Values, Values], int] = {}
    joint: dict[tuple[Values, Values, Values], int] = {}
    for values, weight in rows.items():
        one = tuple([values[k] for k in x])
        other = tuple([values[k] for k in y])
        key = tuple([values[k] for k in z])
        given[key] = given.get(key, 0) + weight
        ones[one, key] = ones.get((one, key), 0) + weight
        others[other, key] = others.get((other, key), 0) + weight
        joint[one, other, key] = joint.get((one, other, key), 0) + weight
    return all(
        weight * given[key] == ones[one, key] * others[other, key]
        for (one, other, key), weight in joint.items()
    )


def _composition(rng: Random, size: int, total: int) -> Values:
    """`total` units dealt out at random."""
    row = [0] * size
    for _ in range(total):
        row[rng.randrange(size)] += 1
    return tuple(row)


def _peak(size: int, value: int, noise: int) -> Values:
    """All weight on one value, or that value only more likely than the others."""
    if not noise:
        return tuple(int(k == value) for k in range(size))
    return tuple(1 + noise * (k == value) for k in range(size))


def _remembered(draw: Callable[[Values], Values]) -> Response:
    known: dict[Values, Values] = {}

    def answer(values: Values) -> Values:
        if values not in known:
            known[values] = draw(values)
        return known[values]

    return answer
