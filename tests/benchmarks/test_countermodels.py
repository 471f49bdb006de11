"""Random implication problems: how many are proved, refuted, undecided, and in what time.

Run timed with `python -m pytest tests/benchmarks/test_countermodels.py --benchmark-enable -s`;
the numbers are printed and nothing depends on them. Without timing a few problems are run to
see that the benchmark still works.
"""

from __future__ import annotations

import time
from collections import Counter
from random import Random

import pytest

from lpc.logic import Independence
from lpc.logic.effort import Effort
from lpc.search.models import Problem, find_countermodel
from lpc.search.theory import Theory

PROBLEMS = 500
SEED = 3
UNITS = 200_000


def statement(rng: Random, names: str, most: int) -> Independence:
    """X ⊥ Y | Z with up to `most` variables on each side and up to n − 2 in the condition."""
    shuffled = rng.sample(names, len(names))
    x = rng.randint(1, min(most, len(names) - 1))
    y = rng.randint(1, min(most, len(names) - x))
    z = rng.randint(0, len(names) - x - y)
    return Independence.create(shuffled[:x], shuffled[x : x + y], shuffled[x + y :][:z])


def problems(count: int, seed: int = SEED) -> list[Problem]:
    """Implications over 4 to 6 variables from 2 to 9 premises."""
    rng = Random(seed)
    found = []
    while len(found) < count:
        names = "abcdef"[: rng.randint(4, 6)]
        premises = tuple(statement(rng, names, 2) for _ in range(rng.randint(2, 9)))
        goal = statement(rng, names, 1)
        if goal not in premises:
            found.append(Problem(tuple(names), premises, (goal,)))
    return found


def answer(problem: Problem) -> str:
    """The engine that refutes the implication, `proved`, or `undecided`."""
    if Theory.create(problem.premises).holds(problem.goals[0]):
        return "proved"
    watch = Effort(UNITS)
    found, engine = find_countermodel(problem, watch.tick)
    return f"refuted by {engine}" if found else "undecided"


def answers(asked: list[Problem]) -> list[tuple[str, float]]:
    timed = []
    for problem in asked:
        start = time.perf_counter()
        timed.append((answer(problem), time.perf_counter() - start))
    return timed


def report(timed: list[tuple[str, float]]) -> str:
    """One line for each kind of answer: how many, and how long they took."""
    lines = [f"{len(timed)} implication problems, {sum(t for _, t in timed):.1f} s"]
    for kind, count in Counter(kind for kind, _ in timed).most_common():
        times = sorted(t * 1000 for k, t in timed if k == kind)
        median, longest = times[len(times) // 2], times[-1]
        lines.append(f"{count:5} {kind:22} median {median:8.1f} ms, longest {longest:8.1f} ms")
    return "\n".join(lines)


@pytest.mark.benchmark(group="countermodels")
def test_random_implications(benchmark):
    count = PROBLEMS if benchmark.enabled else 20
    timed = benchmark.pedantic(answers, args=(problems(count),), rounds=1)
    print(f"\n{report(timed)}")
    assert len(timed) == count
