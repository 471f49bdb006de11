"""Partitions of the outcomes of a model: what is known somewhere.

A partition says which outcomes are told apart. The join of two tells apart what either does, the
meet what both do. Partitions are kept once each, as labels numbered in the order of the outcomes,
and handled by their numbers, so that whatever is derived from them is worked out once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

Partition = int


class Partitions:
    """The partitions of `size` outcomes.

    >>> parts = Partitions(4)
    >>> one, two = parts.of("aabb"), parts.of("abab")
    >>> parts.join(one, two) == parts.top, parts.meet(one, two) == parts.bottom
    (True, True)
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._known: dict[tuple[int, ...], Partition] = {}
        self._labels: list[tuple[int, ...]] = []
        self._joins: dict[tuple[Partition, Partition], Partition] = {}
        self._meets: dict[tuple[Partition, Partition], Partition] = {}
        self.bottom = self.of([0] * size)
        self.top = self.of(range(size))

    def of(self, labels: Iterable[Hashable]) -> Partition:
        """The partition that tells outcomes with different labels apart."""
        seen: dict[Hashable, int] = {}
        key = tuple([seen.setdefault(label, len(seen)) for label in labels])
        if key not in self._known:
            self._known[key] = len(self._labels)
            self._labels.append(key)
        return self._known[key]

    def labels(self, partition: Partition) -> tuple[int, ...]:
        """The number of the block of each outcome, numbered as they first occur."""
        return self._labels[partition]

    def count(self, partition: Partition) -> int:
        """The number of blocks."""
        return max(self._labels[partition]) + 1

    def join(self, one: Partition, other: Partition) -> Partition:
        """The coarsest partition that is finer than both."""
        if one == other or other == self.bottom:
            return one
        if one == self.bottom:
            return other
        key = (one, other) if one < other else (other, one)
        found = self._joins.get(key)
        if found is None:
            pairs = zip(self._labels[one], self._labels[other], strict=True)
            found = self._joins[key] = self.of(pairs)
        return found

    def join_all(self, partitions: Iterable[Partition]) -> Partition:
        """The join of any number of partitions."""
        known = self.bottom
        for partition in partitions:
            known = self.join(known, partition)
        return known

    def meet(self, one: Partition, other: Partition) -> Partition:
        """The finest partition that is coarser than both."""
        if one == other or other == self.top or one == self.bottom:
            return one
        if one == self.top or other == self.bottom:
            return other
        key = (one, other) if one < other else (other, one)
        found = self._meets.get(key)
        if found is None:
            found = self._meets[key] = self._merged(self._labels[one], self._labels[other])
        return found

    def is_known(self, one: Partition, other: Partition) -> bool:
        """Whether whoever knows the other partition knows this one."""
        return one in (self.bottom, other) or self.join(one, other) == other

    def _merged(self, one: Sequence[int], other: Sequence[int]) -> Partition:
        """Blocks that overlap become one: union-find over the blocks of the first."""
        parent = list(range(max(one) + 1))

        def root(k: int) -> int:
            while parent[k] != k:
                parent[k] = parent[parent[k]]
                k = parent[k]
            return k

        first: dict[int, int] = {}
        for a, b in zip(one, other, strict=True):
            parent[root(a)] = root(first.setdefault(b, a))
        return self.of([root(a) for a in one])
