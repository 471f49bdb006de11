"""The nearest known word to a misspelt one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import islice

MAX_KNOWN = 2000
"""So many names are compared; a file with more gets no worse answer than none."""


def distance(a: str, b: str) -> int:
    """Edits that turn one word into the other; exchanging two neighbours is one edit.

    >>> distance("dreive", "derive"), distance("λ_a", "λ_b")
    (1, 1)
    """
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None.

    One edit for short words, a third of the length for long ones; a word that differs only
    in case counts as one edit away.

    >>> nearest("dervie", ["derive", "define"])
    'derive'
    >>> nearest("q", ["a", "bb"]) is None
    True
    """
    limit = max(1, len(word) // 3)
    if len(word) > 60:
        return None
    plain = unicodedata.normalize("NFKC", word)
    scored = []
    for other in islice(known, MAX_KNOWN):
        if plain != word and other == plain:  # a letter that only looks like the known one
            return other
        if abs(len(other) - len(word)) > limit and other.casefold() != word.casefold():
            continue
        edits = 1 if other.casefold() == word.casefold() else distance(word, other)
        if edits <= limit and (len(word) > 1 or other.casefold() == word.casefold()):
            scored.append((edits, other))
    return min(scored)[1] if scored else None
