"""Strategies of `lpc relax` in words: what each party answers, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from lpc.checker.bounds import told_answers, told_point
from lpc.kernel.evaluate import shown
from lpc.report.relaxed import Corner
from lpc.search.bounds import Party, Strategy
from lpc.search.correlated import CorrelatedProblem
from lpc.search.curves import Law, Piece
from lpc.search.relaxed import ONE, Mean, Mixture, Responses

Pieces = tuple[Piece[Any], ...]


def told_mixtures(
    pieces: Pieces, parties: tuple[Party, ...], seen: Sequence[int]
) -> tuple[Corner, ...]:
    """The corners up to the first that reaches the largest value."""
    found: dict[Fraction, Corner] = {}
    for piece in pieces:
        for mixture in piece.source:
            if mixture.m not in found and piece.start <= mixture.m <= piece.end:
                value = piece.law.at(mixture.m)
                found[mixture.m] = Corner(mixture.m, value, _told_mixture(mixture, parties, seen))
    kept: list[Corner] = []
    for m in sorted(found):
        if not kept or found[m].value > kept[-1].value:
            kept.append(found[m])
    return tuple(kept)


def _told_mixture(
    mixture: Mixture, parties: tuple[Party, ...], seen: Sequence[int]
) -> tuple[str, ...]:
    """The strategies that are used, and how often at each choice of settings."""
    used: dict[Strategy, str] = {}
    for shares in mixture.weights.values():
        for strategy in shares:
            used.setdefault(strategy, f"s{len(used) + 1}")
    lines = []
    for strategy, name in used.items():
        answers = "; ".join(
            f"{p.result} = {told_answers(p, answer)}"
            for p, answer in zip(parties, strategy, strict=True)
        )
        lines.append(f"{name}: {answers}")
    names = [parties[k].setting for k in seen]
    for group, shares in mixture.weights.items():
        listed = ", ".join(f"{used[s]} with {shown(share)}" for s, share in shares.items())
        lines.append(f"at {told_point(names, group)}: {listed}")
    return tuple(lines)


def told_means(parties: tuple[Party, ...], found: Responses) -> tuple[str, ...]:
    lines = []
    for k, means in enumerate(found.means):
        mine, far = parties[k], parties[1 - k]
        for x, row in zip(mine.settings, means, strict=True):
            for y, mean in zip(far.settings, row, strict=True):
                point = told_point((mine.setting, far.setting), (x, y))
                lines.append(
                    f"P({mine.result} = {shown(mine.results[1])} | {point}) = {_chance(mean)}"
                )
    return tuple(lines)


def _chance(mean: Mean) -> str:
    """(1 + t)/2 for the mean t."""
    return str(Law((1 + mean[0]) / 2, mean[1] / 2))


def told_behaviour(parties: tuple[Party, ...], problem: CorrelatedProblem) -> tuple[str, ...]:
    """P(A, B | a, b) as it depends on M; which favourites are best does not depend on it."""
    one, two = parties
    lines = []
    behaviour = problem.bracket(ONE).behaviour
    pairs = product(range(len(one.settings)), range(len(two.settings)))
    for i, j in (pair for pair in pairs if pair in behaviour):
        point = told_point((one.setting, two.setting), (one.settings[i], two.settings[j]))
        cells = [(c, share) for c, share in behaviour[i, j].items() if share]
        names = [
            told_point((one.result, two.result), (one.results[s > 0], two.results[t > 0]))
            for (s, t), _ in cells
        ]
        if len(cells) == 1:
            lines.append(f"at {point}: {names[0]}")
        else:
            often = f"{names[0]} with (2 - M)/(2 + M)"
            lines.append(f"at {point}: {often}; {'; '.join(names[1:])} with M/(2 + M) each")
    return tuple(lines)
