"""A circuit in plain words: what is tossed where, what travels where, what each variable reads.

A circuit says how a locally causal world brings a model about (DESIGN 1.2). Here it becomes
sentences and small tables for every writer, and plain data for JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from lpc.report.carried import Carried, Draw, Part, Rule
from lpc.report.page import Content, Grid, Math, Row, Text
from lpc.report.typeset import read_formula, spelled
from lpc.search.models.mechanism import written
from lpc.spacetime.circuits import Circuit, Node, Signal
from lpc.spacetime.lines import Event

AXES = ("x", "y", "z")
MOST_RUNS = 2_048
"""A circuit with more joint values of its coins is not told but only listed as data."""
MOST_CASES = 12
SHORT = 12
"""Formulas with fewer letters stand in one sentence."""

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

HEADING = "How a locally causal world brings it about:"
REST = "So, as a whole:"


@dataclass(frozen=True, slots=True)
class Told:
    """A circuit in sentences, and in tables where a variable is no short formula."""

    sentences: tuple[Content, ...]
    tables: tuple[Grid, ...] = ()


def tell(circuit: Circuit) -> Told:
    """The story of a circuit, from what is oldest to what is read.

    >>> from fractions import Fraction
    >>> from lpc.spacetime.circuits import Reading
    >>> half = Fraction(1, 2)
    >>> coin = Node("n", (-1, (0,)), ((0, half), (1, half)), (), (((0, ()), 0), ((1, ()), 1)))
    >>> same, ends = ((0, 0), (1, 1)), {"s": -1, "t": 1}
    >>> ways = [Signal(s, ((-1, (0,)), (1, (x,))), same, "n") for s, x in ends.items()]
    >>> reads = [Reading(v, (s,), (((0,), 0), ((1,), 1))) for v, s in (("A", "s"), ("B", "t"))]
    >>> for sentence in tell(Circuit((coin,), tuple(ways), tuple(reads))).sentences:
    ...     print(plain(sentence))
    a fair coin, r, is tossed at t = -1, x = 0; it travels to A and to B
    A = r, B = r
    """
    if not is_told(circuit):
        count = _counted(len(circuit.nodes), "event")
        text = f"by a circuit with {count}, too large to be told here; the JSON report lists it"
        return Told(((Text(text),),))
    teller = _Teller(circuit, Carried(circuit))
    sentences = (*teller.seeds(), *teller.events(), *teller.formulas())
    if not sentences:
        return Told(((Text("nothing happens: every variable is constant"),),))
    return Told(sentences, tuple(teller.tables()))


def is_told(circuit: Circuit) -> bool:
    """Whether a circuit is small enough to be told."""
    sources = [*(n.coin for n in circuit.nodes if n.coin), *(s.weights for s in circuit.seeds)]
    return prod(map(len, sources)) <= MOST_RUNS


def coin_names(circuit: Circuit) -> dict[str, tuple[str, ...]]:
    """The names of what is tossed at each node and comes with each seed, as the story has them."""
    if not is_told(circuit):
        return {}
    return {
        name: tuple(n for draw in draws for n in draw.names)
        for name, draws in Carried(circuit).draws.items()
    }


def plain(content: Content) -> str:
    """A sentence as text."""
    return "".join(
        spelled(part.formula) if isinstance(part, Math) else part.text for part in content
    )


class _Teller:
    def __init__(self, circuit: Circuit, carried: Carried) -> None:
        self.circuit, self.carried = circuit, carried
        self.nodes = {n.name: n for n in circuit.nodes}
        self.readers: dict[str, list[str]] = {}
        for reading in circuit.readings:
            for site in reading.sites:
                self.readers.setdefault(site, []).append(reading.variable)

    # From past infinity.

    def seeds(self) -> Iterator[Content]:
        for seed in self.circuit.seeds:
            signals = [s for s in self.circuit.signals if s.seed == seed.name]
            several = "correlated " if len(signals) > 1 else ""
            light = all(_is_light(s.ray) for s in signals if s.ray is not None)
            way = _counted(len(signals), "light ray" if light else "straight line")
            along = f"along {way}" if len(signals) > 1 else "along a " + way.partition(" ")[2]
            drawn = self._drawn(self.carried.draws[seed.name])
            yield (
                Text(f"something {several}comes from past infinity {along} (Eq. 7 allows it; "
                     "common causes would not): "),
                *drawn,
            )  # fmt: skip
            yield from self._journeys(signals)

    # At events.

    def events(self) -> Iterator[Content]:
        """Each event at which something happens, in the order of time."""
        groups: dict[Event, list[Node]] = {}
        for node in sorted(self.circuit.nodes, key=lambda n: n.event):
            groups.setdefault(node.event, []).append(node)
        for event, nodes in groups.items():
            yield from self._event(event, nodes)

    def _event(self, event: Event, nodes: list[Node]) -> Iterator[Content]:
        names = {n.name for n in nodes}
        signals = [s for s in self.circuit.signals if s.source in names]
        arriving = self._carried(i for n in nodes for i in n.inputs)
        draws = [d for n in nodes for d in self.carried.draws.get(n.name, ())]
        here = Text(f" at {place(event)}")
        said: Content = ()
        if draws:
            said = self._tossed(draws, here)
        if arriving:
            said = (*said, Text("; what arrives there, " if said else "what arrives"),
                    *(() if draws else (here, Text(", "))), *_listed(arriving),
                    Text(", is combined"))  # fmt: skip
            made = [p for n in nodes for p in self.carried.parts(n.name)]
            known = {p.name for p in arriving} | {name for d in draws for name in d.names}
            said = (*said, Text(" with it")) if draws else said
            new = [p for p in made if p.name not in known]
            if new:
                said = (*said, Text(" into "), *_listed(new))
        if not said:
            return
        said = (*said, *self._seen(nodes))
        contents = {self._key(s) for s in signals if self._goals(s)}
        tossed = {name for d in draws for name in d.names}
        if not arriving and len(tossed) == 1 and contents == {tuple(tossed)}:
            yield (*said, Text("; it travels"), *self._destinations(signals, next(iter(tossed))))
            return
        yield said
        yield from self._journeys(signals)

    def _tossed(self, draws: Sequence[Draw], here: Text) -> Content:
        """`two fair coins, r and s, are tossed at t = 0, x = 0`."""
        fair = [d for d in draws if d.is_even and len(d.weights) == 2]
        said: Content = ()
        if len(fair) == 1:
            said = (Text("a fair coin, "), _math(fair[0].names[0]), Text(", is tossed"), here)
        elif fair:
            coins = _counted(len(fair), "fair coin")
            parts = [d.parts[0] for d in fair]
            said = (Text(f"{coins}, "), *_listed(parts), Text(", are tossed"), here)
        rest = [d for d in draws if d not in fair]
        if rest:
            where = Text(" there" if said else here.text)
            said = (*said, *([Text("; ")] if said else []), *self._drawn(rest, where.text))
        return said

    def _drawn(self, draws: Sequence[Draw], where: str = "") -> Content:
        """`r is drawn at t = 0, x = 0 (0 with probability 1/4, 1 with 3/4)`."""
        return _joined([_draw(draw, where) for draw in draws], "; ")

    def _seen(self, nodes: Iterable[Node]) -> Content:
        """Which variables read the value of a node itself."""
        readers = dict.fromkeys(v for n in nodes for v in self.readers.get(n.name, ()))
        own = {p.name for n in nodes for p in self.carried.parts(n.name)}
        others = [v for v in readers if v not in own]
        if not others:
            return ()
        verb = "reads" if len(others) == 1 else "read"
        return (Text(", where "), *_names(others), Text(f" {verb} it"))

    def _journeys(self, signals: Iterable[Signal]) -> Iterator[Content]:
        """What travels where, all that carries the same in one sentence."""
        groups: dict[tuple[str, ...], list[Signal]] = {}
        for signal in signals:
            if self._goals(signal):
                groups.setdefault(self._key(signal), []).append(signal)
        home = [
            k
            for k, g in groups.items()
            if len(k) == 1 and {x for s in g for x in self._goals(s)} == set(k)
        ]
        if home:
            verb = "travels to its own place" if len(home) == 1 else "travel, each to its own place"
            yield (*_names(k[0] for k in home), Text(f" {verb}"))
        for key, group in groups.items():
            parts = self.carried.parts(group[0].name)
            if not parts or key in home:
                continue
            own = key[0] if len(key) == 1 else ""
            yield (
                *_listed(parts),
                Text(" travels" if own else " travel"),
                *self._destinations(group, own),
                *self._defined(parts),
            )

    def _defined(self, parts: Iterable[Part]) -> Content:
        for part in parts:
            rule = self.carried.defined.get(part.name)
            if rule is not None:
                return (Text(", where "), *_rule(rule))
        return ()

    def _destinations(self, signals: Iterable[Signal], own: str) -> Content:
        goals = list(dict.fromkeys(goal for s in signals for goal in self._goals(s)))
        found: list[Content] = []
        for goal in goals:
            if goal == own:
                found.append((Text("to its own place"),))
            elif goal in self.nodes:
                found.append((Text(f"to {place(self.nodes[goal].event)}"),))
            else:
                found.append((Text("to "), _math(goal)))
        return (Text(" "), *_and(found))

    def _goals(self, signal: Signal) -> list[str]:
        """The variables that read a signal, and the node where it ends."""
        target = [] if signal.target is None else [signal.target]
        return [*self.readers.get(signal.name, ()), *target]

    def _key(self, signal: Signal) -> tuple[str, ...]:
        return tuple(p.name for p in self.carried.parts(signal.name))

    def _carried(self, sites: Iterable[str]) -> list[Part]:
        return list({p.name: p for site in sites for p in self.carried.parts(site)}.values())

    # What is read.

    def formulas(self) -> Iterator[Content]:
        short = [r for r in self.carried.rules if len(r.formula) in range(1, SHORT)]
        if short:
            yield _joined([_rule(rule) for rule in short], ", ")
        for rule in self.carried.rules:
            if rule in short:
                continue
            if rule.formula or len(rule.cases) <= MOST_CASES:
                yield _rule(rule)
            else:
                yield (_math(rule.name), Text(" is a function of "), *_names(rule.inputs))

    def tables(self) -> Iterator[Grid]:
        for rule in self.carried.rules:
            if not rule.formula:
                rows = tuple(
                    Row(tuple((_math(written(v)),) for v in (*key, value)))
                    for key, value in rule.cases
                )
                head = tuple((_math(name),) for name in (*rule.inputs, rule.name))
                yield Grid((_math(rule.name), Text(" by what it reads")), head, rows)


def _rule(rule: Rule) -> Content:
    if rule.formula:
        return (_math(f"{rule.name} = {rule.formula}"),)
    said: Content = (_math(rule.name), Text(" by "), *_names(rule.inputs), Text(": "))
    for k, (key, value) in enumerate(rule.cases):
        shown = ", ".join(map(written, key))
        said = (*said, Text("; " if k else ""), _math(f"{shown} → {written(value)}"))
    return said


def _draw(draw: Draw, where: str) -> Content:
    values = [(", ".join(map(written, key)), weight) for key, weight in draw.weights]
    names = _listed(draw.parts)
    if draw.is_even and len(values) == 2:
        return (Text("a fair coin, "), *names)
    if draw.is_even:
        listed = ", ".join(value for value, _ in values)
        return (*names, Text(f" is drawn{where} (equally likely: "), _math(listed), Text(")"))
    verb = " is drawn" if len(draw.parts) == 1 else " are drawn together"
    said: Content = (*names, Text(verb + where))
    opened = "(" if len(draw.parts) > 1 else ""
    closed = ")" if opened else ""
    for k, (value, weight) in enumerate(values):
        start = " (" if k == 0 else ", "
        said = (*said, Text(start), _math(f"{opened}{value}{closed}"),
                Text(" with probability " if k == 0 else " with "), _math(str(weight)))  # fmt: skip
    return (*said, Text(")"))


def place(event: Event) -> str:
    """`t = -1, x = 0`; x = (…) beyond three dimensions of space."""
    t, xs = event
    if len(xs) > len(AXES):
        return f"t = {t}, x = ({', '.join(map(str, xs))})"
    return ", ".join([f"t = {t}", *(f"{a} = {x}" for a, x in zip(AXES, xs, strict=False))])


def _is_light(ray: Event) -> bool:
    return sum(x * x for x in ray[1]) == ray[0] * ray[0]


def _math(name: str) -> Math:
    return Math(read_formula(name))


def _names(names: Iterable[str]) -> Content:
    return _and([(_math(name),) for name in names])


def _listed(parts: Iterable[Part]) -> Content:
    return _names(dict.fromkeys(part.name for part in parts))


def _joined(found: Sequence[Content], between: str) -> Content:
    said: Content = ()
    for content in found:
        said = (*said, *([Text(between)] if said else []), *content)
    return said


def _and(found: Sequence[Content]) -> Content:
    said: Content = ()
    for k, content in enumerate(found):
        between = "" if k == 0 else " and " if k == len(found) - 1 else ", "
        said = (*said, *([Text(between)] if between else []), *content)
    return said


def _counted(count: int, what: str) -> str:
    number = WORDS[count] if count < len(WORDS) else str(count)
    return f"{number} {what}{'s' * (count != 1)}"


# As data.


def circuit_data(circuit: Circuit) -> dict[str, Any]:
    """A circuit for JSON: exact numbers as strings, values of sites as whole numbers."""
    return {
        "told": [plain(sentence) for sentence in tell(circuit).sentences],
        "nodes": [
            {
                "name": node.name,
                "event": _event_data(node.event),
                "coin": _weights(node.coin),
                "inputs": list(node.inputs),
                "table": [
                    {"coin": coin, "inputs": list(arriving), "value": value}
                    for (coin, arriving), value in node.table
                ],
            }
            for node in circuit.nodes
        ],
        "seeds": [{"name": s.name, "weights": _weights(s.weights)} for s in circuit.seeds],
        "signals": [
            {
                "name": signal.name,
                "from": signal.source,
                "seed": signal.seed,
                "to": signal.target,
                "path": [_event_data(event) for event in signal.path],
                "ray": None if signal.ray is None else _event_data(signal.ray),
                "carries": [{"source": s, "value": v} for s, v in signal.carries],
            }
            for signal in circuit.signals
        ],
        "readings": [
            {
                "variable": reading.variable,
                "sites": list(reading.sites),
                "table": [
                    {"sites": list(key), "value": written(value)} for key, value in reading.table
                ],
            }
            for reading in circuit.readings
        ],
    }


def _event_data(event: Event) -> dict[str, Any]:
    return {"t": str(event[0]), "x": [str(x) for x in event[1]]}


def _weights(weights: Iterable[tuple[int, Any]]) -> list[dict[str, Any]]:
    return [{"value": value, "weight": str(weight)} for value, weight in weights]
