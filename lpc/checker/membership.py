"""Is a table of results local in a causal graph: values for its latents, by strategies.

A latent does no more than choose, for each of the variables that it reaches, a response to what
these see besides. So a model obeys local causality in the graph just when weights of strategies
have its table as their mean, district by district (Terms: `lpc.search.membership`), as long as no
two latents of a district reach different sets of variables. Where they do, the weights of one may
not depend on the other: what is found with some of them silent counts, and where nothing is found
nothing is known. The kernel has the last word on whatever is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Any

from lpc.exact import ONE, ZERO, Number
from lpc.kernel.models import FiniteModel
from lpc.logic import Statement
from lpc.logic.effort import Tick
from lpc.search.membership import Member, Mixed, Outside, Row, Strategy, is_small, mixed
from lpc.spacetime import CausalGraph

Names = tuple[str, ...]
Values = tuple[Any, ...]
Weights = tuple[tuple[Strategy, Number], ...]

MAX_FAMILIES = 16
MAX_OUTCOMES = 20_000
MAX_ROWS = 4_096


@dataclass(frozen=True, slots=True)
class Hidden:
    """A causal graph in which some latents have no values.

    `sees`: for each variable with values the others that reach it, by arrows or by way of latents
    alone. `reach`: for each latent that matters the variables that it reaches in the same way;
    one whose variables another reaches too does not matter, as the other can do its work.
    """

    graph: CausalGraph
    missing: frozenset[str]
    order: Names
    sees: Mapping[str, Names]
    reach: Mapping[str, Names]

    @classmethod
    def create(cls, graph: CausalGraph, known: frozenset[str]) -> Hidden:
        """The graph with values for the variables that are known."""
        missing = graph.latents - known
        order = tuple(n for n in graph.order() if n not in missing)
        above: dict[str, set[str]] = {}
        sees: dict[str, Names] = {}
        for name in graph.order():
            found: set[str] = set()
            for parent in graph.parents(name):
                found |= {parent} | (above[parent] if parent in missing else set())
            above[name] = found
            if name not in missing:
                sees[name] = tuple(n for n in order if n in found)
        reach = {u: tuple(n for n in order if u in above[n]) for u in graph.order() if u in missing}
        return cls(graph, missing, order, sees, _largest(reach))

    def districts(self) -> tuple[Names, ...]:
        """Variables that share latents, also by way of others that do; in order."""
        found: list[set[str]] = []
        for names in self.reach.values():
            joined = set(names).union(*(d for d in found if d & set(names)))
            found = [*(d for d in found if not d & joined), joined]
        return tuple(tuple(n for n in self.order if n in d) for d in found)

    def latents_of(self, district: Names) -> frozenset[str]:
        """The latents without values that stand above a district by way of latents alone."""
        found: set[str] = set()
        waiting = list(district)
        while waiting:
            for parent in self.graph.parents(waiting.pop()):
                if parent in self.missing and parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return frozenset(found)

    @property
    def is_exact(self) -> bool:
        """Whether each district has one latent that matters, so that nothing is left untried."""
        return len(self.districts()) == len(self.reach)

    def families(self) -> Iterator[Names]:
        """Latents that reach nothing in common, as many as possible; the others are silent."""
        found: list[set[str]] = []
        names = tuple(self.reach)
        for size in range(len(names), 0, -1):
            for family in combinations(names, size):
                reached = [n for u in family for n in self.reach[u]]
                if len(set(reached)) == len(reached) and not any(set(family) <= f for f in found):
                    found.append(set(family))
                    yield family
        if not found:
            yield ()

    def is_plain(self, district: Names) -> bool:
        """Whether no variable of the district has any influence on what the district sees.

        Then all that it sees are settings, and its table is P(results | settings).
        """
        after, waiting = set(district), list(district)
        while waiting:
            for child in self.graph.children(waiting.pop()):
                if child not in after:
                    after.add(child)
                    waiting.append(child)
        return not any(after & set(self.sees[n]) for n in district)


def _largest(reach: Mapping[str, Names]) -> dict[str, Names]:
    """The latents that reach several variables, without those whose work another can do."""
    kept: dict[str, Names] = {}
    for name in sorted(reach, key=lambda n: -len(reach[n])):
        mine = set(reach[name])
        if len(mine) > 1 and not any(mine <= set(others) for others in kept.values()):
            kept[name] = reach[name]
    return {name: kept[name] for name in reach if name in kept}


@dataclass(slots=True)
class Tables:
    """What a model says of the districts of a graph."""

    hidden: Hidden
    model: FiniteModel
    tick: Tick

    def members(self, district: Names) -> tuple[Member, ...]:
        """The variables of a district with what they see."""
        return tuple(
            Member(
                n, self.model.values(n), self.hidden.sees[n], self.occurring(self.hidden.sees[n])
            )
            for n in district
        )

    def conditioned(self, at: Mapping[str, Any]) -> Tables:
        """The same, of the model given that some variables have these values."""
        names = self.model.names
        places = [(names.index(n), v) for n, v in at.items()]
        rows = [(o, w) for o, w in self.model.support if all(o[k] == v for k, v in places)]
        total = sum((w for _, w in rows), ZERO)
        shares = ((outcome, weight / total) for outcome, weight in rows)
        model = FiniteModel.create(names, shares, dict(self.model.alphabets))
        return Tables(self.hidden, model, self.tick)

    def occurring(self, names: Names) -> tuple[Values, ...]:
        """The values of some variables, in the order given, that occur together."""
        if not names:
            return ((),)
        order, table = self.model.table(frozenset(names))
        places = [order.index(n) for n in names]
        values = [self.model.values(n) for n in names]
        found = {tuple(key[k] for k in places) for key in table}
        rank = {f: tuple(v.index(x) for v, x in zip(values, f, strict=True)) for f in found}
        return tuple(sorted(found, key=rank.__getitem__))

    def chance(self, event: Mapping[str, Any], given: Mapping[str, Any]) -> Number:
        """P(event | given); the condition is possible."""
        below = self.model.probability(given, frozenset(given)) if given else ONE
        point = {**given, **event}
        above: Number = self.model.probability(point, frozenset(point)) if point else ONE
        return above if below == 1 else above / below

    def rows(self, members: tuple[Member, ...]) -> tuple[Row, ...] | None:
        """The table of a district, None where it has none or too large a one."""
        names = tuple(m.name for m in members)
        plain = self.hidden.is_plain(names)
        found: dict[tuple[tuple[int, int, Any], ...], Number] = {(): ONE}
        for wanted, chance in self._plain(members) if plain else self._chained(members):
            self.tick()
            if found.setdefault(wanted, chance) != chance or len(found) > MAX_ROWS:
                return None
        return tuple(Row(wanted, chance) for wanted, chance in found.items())

    def _plain(
        self, members: tuple[Member, ...]
    ) -> Iterator[tuple[tuple[tuple[int, int, Any], ...], Number]]:
        """P(some results | their settings); the last value of each result is what is left over."""
        for size in range(1, len(members) + 1):
            for chosen in combinations(range(len(members)), size):
                some = [members[k] for k in chosen]
                settings = tuple(dict.fromkeys(p for m in some for p in m.parents))
                for seen in self.occurring(settings):
                    given = dict(zip(settings, seen, strict=True))
                    places = [m.seen.index(tuple(given[p] for p in m.parents)) for m in some]
                    for answers in product(*(m.values[:-1] for m in some)):
                        event = dict(zip((m.name for m in some), answers, strict=True))
                        wanted = tuple(zip(chosen, places, answers, strict=True))
                        yield wanted, self.chance(event, given)

    def _chained(
        self, members: tuple[Member, ...]
    ) -> Iterator[tuple[tuple[tuple[int, int, Any], ...], Number]]:
        """The product of P(v | all before v) over the first so many members.

        Each variable in its turn, given all before it, depends on the settings of the district and
        on the district alone; this is what the district does when everything else is set.
        """
        order = self.hidden.order
        for size in range(1, len(members) + 1):
            last = members[size - 1]
            before = order[: order.index(last.name)]
            for seen in self.occurring(before):
                point = dict(zip(before, seen, strict=True))
                for answer in last.values:
                    at = {**point, last.name: answer}
                    chance: Number = ONE
                    wanted = []
                    for k, member in enumerate(members[:size]):
                        earlier = order[: order.index(member.name)]
                        chance = chance * self.chance(
                            {member.name: at[member.name]}, {n: at[n] for n in earlier}
                        )
                        place = member.seen.index(tuple(at[p] for p in member.parents))
                        wanted.append((k, place, at[member.name]))
                    yield tuple(wanted), chance

    def solve(self, district: Names) -> Mixed | Outside | None:
        """Strategies for a district, or what tells that there are none; None if it is too large."""
        members = self.members(district)
        if not is_small(members, 1):
            return None
        rows = self.rows(members)
        if rows is None or not is_small(members, len(rows)):
            return None
        return mixed(members, rows, self.tick)


def find_strategies(
    graph: CausalGraph, model: FiniteModel, premises: tuple[Statement, ...], tick: Tick
) -> FiniteModel | None:
    """The model with strategies as values of its latents, which the kernel has found to obey the
    premises; None where none are found.
    """
    hidden = Hidden.create(graph, frozenset(model.names))
    if not set(hidden.order) <= set(model.names):
        return None
    tables = Tables(hidden, model, tick)
    solved: dict[str, Mixed | Outside | None] = {}
    for family in islice(hidden.families(), MAX_FAMILIES):
        weights: dict[str, Weights] = {}
        for latent in family:
            if latent not in solved:
                solved[latent] = tables.solve(hidden.reach[latent])
            found = solved[latent]
            if not isinstance(found, Mixed):
                break
            weights[latent] = found.weights
        else:
            extended = _extended(tables, weights)
            if extended is not None and _is_extension(extended, model, premises):
                return extended
    return None


def _is_extension(
    extended: FiniteModel, model: FiniteModel, premises: tuple[Statement, ...]
) -> bool:
    """The kernel's word on the premises, and that nothing was changed."""
    names, table = extended.table(frozenset(model.names))
    same = names == model.names and table == dict(model.support)
    return same and all(map(extended.holds, premises))


def _extended(tables: Tables, weights: Mapping[str, Weights]) -> FiniteModel | None:
    """The model with a latent that holds the strategy of each district; others hold what they see.

    A latent's value is the strategy that it chooses, if any, together with the values of its own
    parents, so that whatever it reaches by way of other latents comes along.
    """
    hidden, model = tables.hidden, tables.model
    chosen = {u: tables.members(hidden.reach[u]) for u in weights}
    rows: list[tuple[Values, Number]] = []
    for outcome, weight in model.support:
        tables.tick()
        at = dict(zip(model.names, outcome, strict=True))
        options = [_consistent(chosen[u], weights[u], at) for u in weights]
        if not all(options):
            return None
        for picked in product(*options):
            share = weight
            strategy: dict[str, Any] = {}
            for u, (found, part) in zip(weights, picked, strict=True):
                share, strategy[u] = share * part, found
            rows.append(((*outcome, *_latent_values(hidden, at, strategy)), share))
        if len(rows) > MAX_OUTCOMES:
            return None
    latents = [u for u in hidden.graph.order() if u in hidden.missing]
    return FiniteModel.create((*model.names, *latents), rows, dict(model.alphabets))


def _consistent(
    members: tuple[Member, ...], weights: Weights, at: Mapping[str, Any]
) -> list[tuple[Values, Number]]:
    """The strategies that give the outcome, told as values, with their share among these."""
    places = [m.seen.index(tuple(at[p] for p in m.parents)) for m in members]
    found = [
        (strategy, weight)
        for strategy, weight in weights
        if all(
            answers[k] == at[m.name]
            for m, answers, k in zip(members, strategy, places, strict=True)
        )
    ]
    total = sum((weight for _, weight in found), ZERO)
    return [(tuple(map(_alone, s)), weight / total) for s, weight in found]


def _latent_values(hidden: Hidden, at: Mapping[str, Any], strategy: Mapping[str, Any]) -> Values:
    values: dict[str, Any] = {}
    for latent in hidden.graph.order():
        if latent in hidden.missing:
            own = [strategy[latent]] if latent in strategy else []
            above = [values.get(p, at.get(p)) for p in hidden.graph.parents(latent)]
            values[latent] = _alone((*own, *above))
    return tuple(values.values())


def _alone(values: Values) -> Any:
    """A single value without its tuple, and 0 for none."""
    return values if len(values) > 1 else values[0] if values else ZERO
