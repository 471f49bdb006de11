"""Independent coins behind a distribution.

Variable after variable, what chance adds to those before is a coin. Where its chances are the
same in all cases, up to the names of the values, the coin's value is the rank of the variable's
value; else the coin is fine enough for all cases, and the outcomes are split by its values: the
outcomes of the model are then seen as those of a larger space.

Other families of coins that determine the same are made of sums of two-valued coins and of the
partitions that the variables are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from lpc.search.circuits.partitions import Partition, Partitions

Value = Any
Weight = Any

MAX_ROWS = 2_000
"""Outcomes, once they are split, that are gone on with at most."""
MAX_FAMILIES = 24
"""Other families of coins made from one."""
MAX_MENU = 40
MAX_CHECKED = 3_000


@dataclass(slots=True)
class Sample:
    """Outcomes with their weights, and coins as columns of values; `origin` numbers the
    outcome of the model that each is a part of."""

    origin: list[int]
    weights: list[Weight]
    coins: list[list[int]]


def chain(columns: Sequence[Sequence[Value]], weights: Sequence[Weight]) -> Sample | None:
    """Independent coins that determine all columns, one column after another.

    Args: `columns`, one for each variable, of values at each outcome. None when there would be
    too many outcomes.

    >>> chain([[0, 0, 1, 1], [0, 1, 0, 1]], [Fraction(1, 4)] * 4).coins
    [[0, 0, 1, 1], [0, 1, 0, 1]]
    >>> s = chain([[0, 0, 1, 1], [0, 1, 0, 1]], [Fraction(n, 12) for n in (3, 3, 2, 4)])
    >>> s.origin, s.coins[1]
    ([0, 0, 1, 2, 3, 3], [0, 1, 2, 0, 1, 2])
    """
    sample = Sample(list(range(len(weights))), list(weights), [])
    known: list[int] = [0] * len(weights)
    for column in columns:
        ranks = {value: k for k, value in enumerate(dict.fromkeys(column))}
        now = [ranks[column[k]] for k in sample.origin]
        before = [known[k] for k in sample.origin]
        _toss(sample, before, now)
        if len(sample.origin) > MAX_ROWS:
            return None
        seen: dict[Hashable, int] = {}
        known = [
            seen.setdefault((a, b), len(seen))
            for a, b in zip(known, (ranks[v] for v in column), strict=True)
        ]
    return sample


def _toss(sample: Sample, before: Sequence[int], now: Sequence[int]) -> None:
    """Add the coin that gives `now` once `before` is known."""
    shares: dict[int, dict[int, Weight]] = {}
    for case, value, weight in zip(before, now, sample.weights, strict=True):
        share = shares.setdefault(case, {})
        share[value] = share.get(value, Fraction(0)) + weight
    if all(len(share) == 1 for share in shares.values()):
        return
    ordered = {case: _ordered(share) for case, share in shares.items()}
    chances = [tuple(chance for _, chance in pairs) for pairs in ordered.values()]
    if all(one == chances[0] for one in chances):
        rank = {(c, v): k for c, pairs in ordered.items() for k, (v, _) in enumerate(pairs)}
        sample.coins.append([rank[c, v] for c, v in zip(before, now, strict=True)])
        return
    _split(sample, before, now, ordered)


def _ordered(share: dict[int, Weight]) -> list[tuple[int, Weight]]:
    """The values of one case with their chances, the least likely first."""
    total = sum(share.values(), Fraction(0))
    pairs = [(value, weight / total) for value, weight in sorted(share.items())]
    pairs.sort(key=lambda pair: pair[1])
    return pairs


def _split(
    sample: Sample,
    before: Sequence[int],
    now: Sequence[int],
    ordered: dict[int, list[tuple[int, Weight]]],
) -> None:
    """Split the outcomes by a coin that is fine enough for every case.

    Its values are the intervals between all cumulative chances of all cases.
    """
    reached: dict[tuple[int, int], tuple[Weight, Weight]] = {}
    ends: set[Weight] = set()
    for case, pairs in ordered.items():
        low: Weight = Fraction(0)
        for value, chance in pairs:
            reached[case, value] = (low, low + chance)
            low = low + chance
            ends.add(low)
    cuts = sorted(ends)
    cells = list(zip([Fraction(0), *cuts], cuts, strict=False))
    origin: list[int] = []
    weights: list[Weight] = []
    column: list[int] = []
    old: list[int] = []
    for k, (case, value) in enumerate(zip(before, now, strict=True)):
        low, high = reached[case, value]
        for number, (start, end) in enumerate(cells):
            if start >= low and end <= high:
                origin.append(sample.origin[k])
                weights.append(sample.weights[k] * (end - start) / (high - low))
                column.append(number)
                old.append(k)
    sample.coins = [[coin[k] for k in old] for coin in sample.coins]
    sample.origin, sample.weights = origin, weights
    sample.coins.append(column)


def families(
    parts: Partitions,
    coins: Sequence[Partition],
    weights: Sequence[Weight],
    named: Sequence[Partition],
) -> Iterator[tuple[Partition, ...]]:
    """The coins as given, and other independent coins that determine the same.

    Args: `named`, the partitions that the variables are.
    """
    yield tuple(coins)
    whole = parts.join_all(coins)
    menu = list(dict.fromkeys(_menu(parts, coins, whole, named)))[:MAX_MENU]
    first, found, checked = set(coins), 0, 0
    for size in range(1, len(coins) + 1):
        for chosen in combinations(menu, size):
            checked += 1
            if found >= MAX_FAMILIES or checked > MAX_CHECKED:
                return
            if set(chosen) == first or parts.join_all(chosen) != whole:
                continue
            if are_independent([parts.labels(c) for c in chosen], weights):
                found += 1
                yield chosen


def _menu(
    parts: Partitions,
    coins: Sequence[Partition],
    whole: Partition,
    named: Sequence[Partition],
) -> Iterator[Partition]:
    """What coins may be: single coins, named partitions, sums of two-valued coins."""
    yield from coins
    for partition in named:
        if partition != parts.bottom and parts.is_known(partition, whole):
            yield partition
    fair = [c for c in coins if parts.count(c) == 2]
    for size in range(2, len(fair) + 1):
        for chosen in combinations(fair, size):
            columns = zip(*(parts.labels(c) for c in chosen), strict=True)
            yield parts.of([sum(column) % 2 for column in columns])


def are_independent(columns: Sequence[Sequence[int]], weights: Sequence[Weight]) -> bool:
    """Whether the columns are jointly independent."""
    joint = distribution(list(zip(*columns, strict=True)), weights)
    single = [distribution(column, weights) for column in columns]
    expected = 1
    for shares in single:
        expected *= len(shares)
    if len(joint) != expected:
        return False
    for key in product(*single):
        chance: Weight = Fraction(1)
        for value, shares in zip(key, single, strict=True):
            chance = chance * shares[value]
        if joint[key] != chance:
            return False
    return True


def distribution(column: Sequence[Any], weights: Sequence[Weight]) -> dict[Any, Weight]:
    """The weight of each value of a column."""
    shares: dict[Any, Weight] = {}
    for value, weight in zip(column, weights, strict=True):
        shares[value] = shares.get(value, Fraction(0)) + weight
    return shares
