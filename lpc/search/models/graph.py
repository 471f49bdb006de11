"""Models along an open path of the causal graph: copies on chains and forks, xor at colliders.

A path between the two sides of a goal that its condition leaves open shows how they can depend
on each other. Each variable is the xor of those of its parents from which the chosen arrows
come, a variable without chosen arrows into it is a fair coin, and all others are constant. An
open collider hands its value on to what is conditioned on.

A latent without declared values is split into one independent bit for each pair of its
children; such a model has shapes like b ← past₁ → λ ← past₂ → λ_a, with λ a collider.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, islice, pairwise

from lpc.kernel.models import FiniteModel
from lpc.logic import Independence
from lpc.logic.effort import Tick
from lpc.search.models.constraints import all_broken_down
from lpc.search.models.problem import Found, Problem, verified

MAX_PATHS = 60
MAX_STEPS = 4_000
MAX_BITS = 8

Arrow = tuple[str, str]


def search(problem: Problem, tick: Tick) -> Generator[Found, None, str]:
    """One model for each open path, shortest paths first. Returns: the bounds in words."""
    if problem.parents is None:
        return "no causal graph"
    dag = _Dag.create(problem)
    count = 0
    for goal in all_broken_down(problem.goals, tick):
        if not isinstance(goal, Independence):
            continue
        for path in islice(dag.open_paths(goal, tick), MAX_PATHS):
            tick()
            count += 1
            model = dag.model(problem, dag.arrows(path, goal))
            if model is None:
                continue
            if (found := verified(problem, model, "graph")) is not None:
                yield found
    return f"{count} open path{'s' * (count != 1)}"


@dataclass(frozen=True, slots=True)
class _Dag:
    """Parents and children once latents are split; `bits` lists what a latent was split into."""

    parents: dict[str, tuple[str, ...]]
    children: dict[str, tuple[str, ...]]
    bits: dict[str, tuple[str, ...]]

    @classmethod
    def create(cls, problem: Problem) -> _Dag:
        arrows = [(p, v) for v in problem.variables for p in (problem.parents or {}).get(v, ())]
        nodes: list[str] = []
        bits: dict[str, tuple[str, ...]] = {}
        split: list[Arrow] = []
        for name in problem.variables:
            heads = [head for tail, head in arrows if tail == name]
            tails = [tail for tail, head in arrows if head == name]
            if name not in problem.latents or name in problem.alphabets or tails or len(heads) < 3:
                nodes.append(name)
                split += [(name, head) for head in heads]
                continue
            pairs = list(combinations(heads, 2))
            # NB: a node name that no variable can have
            bits[name] = tuple(f"{name}→{one},{other}" for one, other in pairs)
            nodes += bits[name]
            for bit, pair in zip(bits[name], pairs, strict=True):
                split += [(bit, head) for head in pair]
        return cls(
            {n: tuple(tail for tail, head in split if head == n) for n in nodes},
            {n: tuple(head for tail, head in split if tail == n) for n in nodes},
            bits,
        )

    def open_paths(self, goal: Independence, tick: Tick) -> Iterator[tuple[str, ...]]:
        """Simple paths from x to y that z leaves open, shortest first."""
        opening = self._ancestors(goal.z)
        queue: list[tuple[str, ...]] = [(name,) for name in sorted(goal.x) if name in self.parents]
        for steps, path in enumerate(queue):  # NB: grows while it is walked, breadth first.
            if steps >= MAX_STEPS:
                return
            if steps % 64 == 0:
                tick()
            if len(path) > 1 and path[-1] in goal.y:
                yield path
                continue
            for following in (*self.parents[path[-1]], *self.children[path[-1]]):
                if following not in path and self._is_open(path, following, goal.z, opening):
                    queue.append((*path, following))

    def arrows(self, path: tuple[str, ...], goal: Independence) -> frozenset[Arrow]:
        """The arrows of the path, and those by which open colliders reach the condition."""
        chosen = {
            (one, other) if one in self.parents[other] else (other, one)
            for one, other in pairwise(path)
        }
        for before, node, after in zip(path, path[1:], path[2:], strict=False):
            if self._is_collider(before, node, after) and node not in goal.z:
                chosen.update(pairwise(self._way_down(node, goal.z)))
        return frozenset(chosen)

    def model(self, problem: Problem, arrows: frozenset[Arrow]) -> FiniteModel | None:
        """Xor of what comes along the arrows; None when it takes too many coins."""
        tails = {tail for tail, _ in arrows}
        heads = {head for _, head in arrows}
        coins = [node for node in self.parents if node in tails - heads]
        if len(coins) > MAX_BITS:
            return None
        weights = []
        for seed in range(1 << len(coins)):
            value = {node: seed >> k & 1 for k, node in enumerate(coins)}
            for node in self._sorted(heads):
                value[node] = sum(value[tail] for tail, head in arrows if head == node) % 2
            outcome = tuple(self._value(problem, name, value, tails) for name in problem.variables)
            weights.append((outcome, Fraction(1, 1 << len(coins))))
        if any(len(a) < 2 and n in heads | tails for n, a in problem.alphabets.items()):
            return None
        return FiniteModel.create(problem.variables, weights, dict(problem.alphabets))

    def _value(self, problem: Problem, name: str, value: dict[str, int], used: set[str]) -> object:
        if name in self.bits:
            parts = tuple(value[bit] for bit in self.bits[name] if bit in used)
            return parts if len(parts) > 1 else sum(parts)
        bit = value.get(name, 0)
        alphabet = problem.alphabets.get(name)
        return bit if alphabet is None else alphabet[bit % len(alphabet)]

    def _is_open(
        self, path: tuple[str, ...], following: str, given: frozenset[str], opening: frozenset[str]
    ) -> bool:
        if len(path) == 1:
            return True
        if self._is_collider(path[-2], path[-1], following):
            return path[-1] in opening
        return path[-1] not in given

    def _is_collider(self, before: str, node: str, after: str) -> bool:
        return before in self.parents[node] and after in self.parents[node]

    def _way_down(self, node: str, given: frozenset[str]) -> tuple[str, ...]:
        """A shortest directed path to the condition; there is one from an open collider."""
        queue: list[tuple[str, ...]] = [(node,)]
        for path in queue:  # NB: grows while it is walked, breadth first.
            if path[-1] in given:
                return path
            queue += [(*path, child) for child in self.children[path[-1]]]
        return (node,)

    def _ancestors(self, names: frozenset[str]) -> frozenset[str]:
        queue = [name for name in sorted(names) if name in self.parents]
        for node in queue:  # NB: grows while it is walked.
            queue += [parent for parent in self.parents[node] if parent not in queue]
        return frozenset(queue)

    def _sorted(self, nodes: set[str]) -> Sequence[str]:
        """In causal order, which is the order of the problem."""
        return [node for node in self.parents if node in nodes]
