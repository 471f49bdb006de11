"""Semi-graphoid closure on whole integers.

For every pair of variables i, j one Python integer of 2^n bits says for which sets K the
statement i ⊥ j | K holds: bit K, with K written as the integer of its members. The rule

    i ⊥ j | L k  and  i ⊥ k | L    ⇔    i ⊥ k | L j  and  i ⊥ j | L

(weak union and contraction on single variables) then is a few shifts and masks on whole
integers, swept until nothing changes. A pair i, i says that i is a function of K; the same
rule covers it when a statement about a known variable counts as true. Declared positivity
adds intersection. n variables take O(n^3) operations on 2^n bits per sweep.

The closure answers whether something follows; it proves nothing. Proofs come from
`lpc.search.proofs` and are replayed by the kernel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from lpc.logic import Independence, LpcError
from lpc.logic.effort import Tick, unlimited

MAX_VARIABLES = 20


class TooManyVariables(LpcError):
    """More relevant variables than the closure can hold."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} variables matter here, and the closure holds at most {MAX_VARIABLES}"
        )
        self.count = count


def having(bit: int, n: int) -> int:
    """The mask of all sets K (as bit positions below 2^n) that contain variable `bit`.

    >>> bin(having(0, 2)), bin(having(1, 2))
    ('0b1010', '0b1100')
    """
    width = 1 << bit
    mask = ((1 << width) - 1) << width
    while (width := width << 1) < 1 << n:
        mask |= mask << width
    return mask


@dataclass(slots=True)
class Closure:
    """All consequences of some independences over a fixed list of variables.

    >>> premises = [Independence.create("A", "BC", "D"), Independence.create("D", "B", "C")]
    >>> closure = Closure.create("ABCD", premises)
    >>> closure.holds(Independence.create("A", "B", "CD"))
    True
    >>> closure.holds(Independence.create("A", "D"))
    False
    """

    variables: tuple[str, ...]
    _index: dict[str, int]
    _pairs: dict[tuple[int, int], int] = field(default_factory=dict)
    _having: list[int] = field(default_factory=list)

    @classmethod
    def create(
        cls,
        variables: Iterable[str],
        premises: Iterable[Independence],
        positive: Iterable[frozenset[str]] = (),
        tick: Tick = unlimited,
    ) -> Closure:
        """Close `premises` over `variables`, which must contain all that they mention.

        Raises: TooManyVariables above 20 variables; KeyError for an unlisted variable.
        """
        names = tuple(dict.fromkeys(variables))
        if len(names) > MAX_VARIABLES:
            raise TooManyVariables(len(names))
        closure = cls(names, {name: k for k, name in enumerate(names)})
        n = len(names)
        closure._having = [having(k, n) for k in range(n)]
        closure._pairs = {(i, j): 0 for i in range(n) for j in range(i, n)}
        stale = {pair for premise in premises for pair in closure._insert(premise)}
        masks = [closure._subsets(p & frozenset(names)) for p in positive]
        closure._saturate(stale, masks, tick)
        return closure

    @classmethod
    def rounds(
        cls, variables: Iterable[str], premises: Iterable[Independence], limit: int
    ) -> Iterator[Closure]:
        """The premises alone, then what one use of the rule adds to the round before, and so on."""
        current = cls.create(variables, ())
        for premise in premises:
            for _ in current._insert(premise):
                pass
        n = len(current.variables)
        for _ in range(limit):
            yield current
            following = cls(
                current.variables, current._index, dict(current._pairs), current._having
            )
            changed = False
            for i in range(n):
                others = [j for j in range(n) if j != i]
                for j, k in combinations(others, 2):
                    changed |= following._exchange_from(current, i, j, k)
            if not changed:
                return
            current = following

    def holds(self, statement: Independence) -> bool:
        """True when the statement follows; it may speak of listed variables only."""
        given = self._mask(statement.z)
        for a in statement.x:
            within = given
            for b in statement.y:
                i, j = sorted((self._index[a], self._index[b]))
                known = within >> i & 1 or within >> j & 1
                if not known and not self._pairs[i, j] >> within & 1:
                    return False
                within |= 1 << self._index[b]
            given |= 1 << self._index[a]
        return True

    def elementary(self) -> Iterator[tuple[str, str, frozenset[str]]]:
        """Every derived i ⊥ j | K with i before j, K over the other variables."""
        for (i, j), bits in self._pairs.items():
            while i != j and bits:
                low = bits & -bits
                bits ^= low
                k = low.bit_length() - 1
                given = frozenset(v for v, name in enumerate(self.variables) if k >> v & 1)
                yield (
                    self.variables[i],
                    self.variables[j],
                    frozenset(self.variables[v] for v in given),
                )

    def _mask(self, names: Iterable[str]) -> int:
        return sum(1 << self._index[name] for name in names)

    def _subsets(self, names: Iterable[str]) -> int:
        """The bits of all subsets of `names`."""
        bits = 1
        for name in names:
            bits |= bits << (1 << self._index[name])
        return bits

    def _insert(self, premise: Independence) -> Iterator[tuple[int, int]]:
        """Set the bits of a premise; i ⊥ j | K for every K between Z and XYZ without i and j."""
        shared = premise.x & premise.y
        given = self._mask(premise.z)
        for name in shared:
            yield from self._set(self._index[name], self._index[name], 1 << given)
        x, y = premise.x - shared, premise.y - shared
        for a in x:
            for b in y:
                between = self._subsets((x | y) - {a, b}) << given
                yield from self._set(self._index[a], self._index[b], between)

    def _set(self, a: int, b: int, bits: int) -> Iterator[tuple[int, int]]:
        pair = _pair(a, b)
        if bits & ~self._pairs[pair]:
            self._pairs[pair] |= bits
            yield pair

    def _saturate(self, stale: set[tuple[int, int]], positive: list[int], tick: Tick) -> None:
        n = len(self.variables)
        functions = any(i == j for i, j in stale)
        while stale:
            changed, stale = stale, set()
            for i in range(n):
                tick()
                if functions and self._pairs[i, i]:
                    for j in range(n):
                        if j != i:
                            stale.update(self._exchange_function(i, j))
                alive = [j for j in range(n) if j != i and self._pairs[_pair(i, j)]]
                near = {j for j in alive if _pair(i, j) in changed}
                tick(len(alive) * (len(alive) - 1) * (1 + (1 << n >> 13)) // 4)
                for j, k in combinations(alive, 2):
                    if j in near or k in near:
                        stale.update(self._exchange(i, j, k))
                        for mask in positive:
                            stale.update(self._intersect(i, j, k, mask))

    def _exchange(self, i: int, j: int, k: int) -> list[tuple[int, int]]:
        """One use of the rule on the pairs (i, j) and (i, k) for all L at once."""
        ij, ik = _pair(i, j), _pair(i, k)
        with_j, with_k = self._pairs[ij], self._pairs[ik]
        both = (with_j & self._having[k]) >> (1 << k) & with_k
        both |= (with_k & self._having[j]) >> (1 << j) & with_j
        if not both:
            return []
        return self._update(ij, both | both << (1 << k)) + self._update(ik, both | both << (1 << j))

    def _exchange_from(self, before: Closure, i: int, j: int, k: int) -> bool:
        """Add to this closure what the rule draws from another one; whether anything was new."""
        scratch = Closure(before.variables, before._index, dict(before._pairs), before._having)
        new = False
        for pair in scratch._exchange(i, j, k):
            new |= bool(list(self._set(*pair, scratch._pairs[pair])))
        return new

    def _exchange_function(self, i: int, k: int) -> list[tuple[int, int]]:
        """The same rule with j = i, where i ⊥ k | L i counts as true."""
        ii, ik = (i, i), _pair(i, k)
        alone, with_k = self._pairs[ii], self._pairs[ik]
        without = ~(self._having[i] | self._having[k])
        found = (alone & self._having[k]) >> (1 << k) & with_k
        found |= alone & without
        return self._update(ii, found | found << (1 << k)) + self._update(ik, found)

    def _intersect(self, i: int, j: int, k: int, positive: int) -> list[tuple[int, int]]:
        """i ⊥ j | L k and i ⊥ k | L j give both given L, where L j k is declared positive."""
        ij, ik = _pair(i, j), _pair(i, k)
        both = (self._pairs[ij] & self._having[k] & positive) >> (1 << k)
        both &= (self._pairs[ik] & self._having[j] & positive) >> (1 << j)
        both &= (positive & self._having[j] & self._having[k]) >> ((1 << j) + (1 << k))
        return self._update(ij, both) + self._update(ik, both)

    def _update(self, pair: tuple[int, int], bits: int) -> list[tuple[int, int]]:
        old = self._pairs[pair]
        new = old | bits
        if new == old:
            return []
        self._pairs[pair] = new
        return [pair]


def _pair(i: int, j: int) -> tuple[int, int]:
    return (i, j) if i <= j else (j, i)
