"""Which variables a file has, what they are made of and where they live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lpc.language import syntax as s
from lpc.language.findings import Findings
from lpc.language.places import Map, fraction
from lpc.logic import Composites, Value, Variable
from lpc.spacetime import Region

MAX_DEPTH = 100


@dataclass(slots=True)
class Scope:
    """The variables of a file; `places` are those declared, before composites hand them down."""

    found: Findings
    variables: dict[str, Variable] = field(default_factory=dict)
    declared_at: dict[str, s.Node] = field(default_factory=dict)
    places: dict[str, Region | None] = field(default_factory=dict)
    latents: dict[str, s.Node] = field(default_factory=dict)
    composites: Composites = field(default_factory=Composites)
    parents: dict[str, list[str]] = field(default_factory=dict)

    def declare(self, tree: s.File, places: Map) -> None:
        """Read `variables`, `split`, `part` and the latents of `causal`."""
        for statement in tree.statements:
            if isinstance(statement, s.Variables):
                for line in statement.lines:
                    self._line(line, places)
        self._composites(tree)
        for statement in tree.statements:
            if isinstance(statement, s.Causal):
                self._latents(statement)

    def known(self, name: s.Name) -> bool:
        """True for the name of a variable; reports it otherwise."""
        if name.text in self.declared_at or name.text in self.latents:
            return True
        known = [*self.declared_at, *self.latents]
        self.found.unknown("E201", "variable", name.text, name, known)
        return False

    def all_known(self, names: Iterable[s.Name]) -> bool:
        """True when every name is a variable; each one that is not is reported once."""
        first: dict[str, s.Name] = {}
        for name in names:
            first.setdefault(name.text, name)
        known = [self.known(name) for name in first.values()]
        return all(known)

    def inherited_places(self) -> dict[str, Region]:
        """The places of all atoms: their own, or else that of a whole they are part of."""
        found: dict[str, Region] = {}
        for name in self.declared_at:
            if name not in self.composites.parts:
                for above in self._wholes(name):
                    place = self.places.get(above)
                    if place is not None:
                        found[name] = place
                        break
        return found

    def has_declared_place(self, atom: str) -> bool:
        """True when the atom or a whole of it says `at …`, sensibly or not."""
        return any(above in self.places for above in self._wholes(atom))

    def _wholes(self, name: str) -> list[str]:
        """The variable and what it is part of, nearest first."""
        order = [name]
        for current in order:
            order.extend(p for p in self.parents.get(current, ()) if p not in order)
        return order

    def _line(self, line: s.VariableLine, places: Map) -> None:
        values = self._values(line.values) if line.values is not None else None
        region = places.place(line.region) if line.region is not None else None
        for name in line.names:
            variable = Variable(name.text, values, line.note.shown if line.note else "")
            if self._add(variable, name) and line.region is not None:
                self.places[name.text] = region

    def _add(self, variable: Variable, at: s.Name) -> bool:
        if variable.name in self.declared_at:
            message = f"the variable `{variable.name}` is declared twice"
            first = self.declared_at[variable.name].span.line
            self.found.error("E203", message, at, f"declared before on line {first}")
            return False
        self.variables[variable.name] = variable
        self.declared_at[variable.name] = at
        return True

    def _values(self, written: Iterable[s.Rational | s.Name]) -> tuple[Value, ...]:
        values: dict[Value, None] = {}
        for item in written:
            value = item.text if isinstance(item, s.Name) else fraction(item, self.found)
            if value is None:
                continue
            if value in values:
                message = f"the value {item.text} is listed twice"
                self.found.error("E211", message, item, "listed before")
            else:
                values[value] = None
        return tuple(values)

    def _composites(self, tree: s.File) -> None:
        parts: dict[str, tuple[str, ...]] = {}
        nodes: dict[str, s.Name] = {}
        for statement in tree.statements:
            match statement:
                case s.Split(whole, names):
                    self._take_apart(parts, nodes, whole, names, ())
                case s.Part(names, whole):
                    self._take_apart(parts, nodes, whole, names, (rest_of(whole, names),))
        self._break_cycles(parts, nodes)
        for name, inside in parts.items():
            for part in inside:
                self.parents.setdefault(part, []).append(name)
        self.composites = Composites.create(parts, tuple(self.variables))

    def _take_apart(
        self,
        parts: dict[str, tuple[str, ...]],
        nodes: dict[str, s.Name],
        whole: s.Name,
        names: s.Names,
        rest: tuple[str, ...],
    ) -> None:
        """Record one composite, declaring what is not declared yet."""
        if whole.text in parts:
            self.found.error(
                "E217",
                f"`{whole}` is taken apart twice",
                whole,
                "once is enough",
                "name all its parts in one statement",
            )
            return
        seen: set[str] = set()
        for name in names:
            if name.text in seen:
                self.found.error("E217", f"the part `{name}` is named twice", name, "named before")
            seen.add(name.text)
        if len(names) + len(rest) < 2:
            message = f"`{whole}` needs at least two parts"
            self.found.error("E217", message, names[0], "the only part")
        for name in (whole, *names):
            if name.text not in self.declared_at:
                self._add(Variable(name.text), name)
        for text in rest:
            if text not in self.declared_at:
                self._add(Variable(text), s.Name(text, span=whole.span))
        parts[whole.text] = (*dict.fromkeys(name.text for name in names), *rest)
        nodes[whole.text] = whole

    def _break_cycles(self, parts: dict[str, tuple[str, ...]], nodes: Mapping[str, s.Name]) -> None:
        """Report a composite that is part of itself, and forget how it is composed."""
        for name in find_cycle_members(parts):
            message = f"`{name}` is a part of itself"
            self.found.error("E210", message, nodes[name], "its parts lead back to it")
            del parts[name]
        for name in deeper_than(parts, MAX_DEPTH):
            self.found.error("E115", f"`{name}` is nested too deeply", nodes[name])
            del parts[name]

    def _latents(self, causal: s.Causal) -> None:
        for line in causal.lines:
            if not isinstance(line, s.Latent):
                continue
            for name in line.names:
                if name.text in self.latents:
                    message = f"the latent `{name}` is declared twice"
                    self.found.error("E203", message, name, "declared before")
                self.latents[name.text] = name


def rest_of(whole: s.Name, parts: s.Names) -> str:
    """The name of what is left of a variable when some parts are named.

    >>> rest_of(s.Name("γ"), (s.Name("a"),)), rest_of(s.Name("γ"), (s.Name("a"), s.Name("x")))
    ('γ∖a', 'γ∖(a, x)')
    """
    if len(parts) == 1:
        return f"{whole}∖{parts[0]}"
    return f"{whole}∖({', '.join(map(str, parts))})"


def deeper_than(graph: Mapping[str, Iterable[str]], limit: int) -> list[str]:
    """Nodes with a path longer than `limit` below them; the graph has no cycle.

    >>> deeper_than({"c": ["b"], "b": ["a"]}, 1)
    ['c']
    """
    depth: dict[str, int] = {}
    pending = list(reversed(list(graph)))
    while pending:
        node = pending[-1]
        missing = [c for c in graph[node] if c in graph and c not in depth]
        if missing:
            pending += missing
        else:
            below = [depth[c] for c in graph[node] if c in depth]
            depth[node] = 1 + max(below, default=0)
            pending.pop()
    return [node for node in graph if depth[node] > limit]


def find_cycle_members(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Nodes whose removal leaves no cycle, in order; found without recursion.

    >>> find_cycle_members({"a": ["b"], "b": ["a"], "c": ["a"]})
    ['b']
    """
    done: set[str] = set()
    found: list[str] = []
    for root in graph:
        if root in done:
            continue
        path = [root]
        on_path = {root}
        pending = [iter(graph[root])]
        while pending:
            child = next((c for c in pending[-1] if c in graph and c not in done), None)
            if child is None:
                pending.pop()
                on_path.discard(path[-1])
                done.add(path.pop())
            elif child in on_path:
                if path[-1] not in found:
                    found.append(path[-1])
            else:
                path.append(child)
                on_path.add(child)
                pending.append(iter(graph[child]))
    return found
