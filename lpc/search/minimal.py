"""All minimal sets of assumptions that suffice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Names = frozenset[str]

MAX_FOUND = 64


def minimal_sets(
    names: Iterable[str], suffices: Callable[[Names], bool], limit: int = MAX_FOUND
) -> tuple[Names, ...]:
    """Every minimal subset of `names` that suffices, smallest first; at most `limit`.

    `suffices` must be monotone: more assumptions never prove less. A set not yet found
    avoids one minimal hitting set of those found, so all of these are tried until none
    leads to anything new (Reiter 1987, Artif. Intell. 32, 57).

    >>> found = minimal_sets("abc", lambda s: {"a", "b"} <= s or "c" in s)
    >>> [sorted(s) for s in found]
    [['c'], ['a', 'b']]
    """
    order = tuple(dict.fromkeys(names))
    everything = frozenset(order)
    found: list[Names] = []
    tried: set[Names] = set()
    while len(found) < limit:
        hitting = next((h for h in _hitting_sets(found) if h not in tried), None)
        if hitting is None:
            break
        rest = everything - hitting
        if suffices(rest):
            found.append(_shrunk(rest, order, suffices))
        else:
            tried.add(hitting)
    rank = {name: k for k, name in enumerate(order)}
    return tuple(sorted(found, key=lambda s: (len(s), sorted(rank[n] for n in s))))


def _shrunk(names: Names, order: tuple[str, ...], suffices: Callable[[Names], bool]) -> Names:
    for name in order:
        if name in names and suffices(names - {name}):
            names -= {name}
    return names


def _hitting_sets(sets: list[Names]) -> list[Names]:
    """The minimal sets that meet each of `sets` (Berge's algorithm)."""
    hitting: list[Names] = [frozenset()]
    for one in sets:
        meeting = [h for h in hitting if h & one]
        grown = {h | {name} for h in hitting if not h & one for name in one}
        hitting = meeting + [g for g in grown if not any(m <= g for m in meeting)]
    return sorted(hitting, key=lambda h: (len(h), sorted(h)))
