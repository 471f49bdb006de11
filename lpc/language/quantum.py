"""From `quantum` blocks to the experiments that the kernel runs.

Terms
-----
party
    One of the systems that the state is of, counted from 1 in the text; each is measured once.
open angle
    A variable that stands in a state or an observable and gets no value in the block. It ranges
    over all real angles.

Norms and Hermiticity are left to the checker: only the values show them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod

from lpc.language import syntax as s
from lpc.language.document import Model
from lpc.language.formulas import FUNCTIONS
from lpc.language.models import Models, Reader
from lpc.language.places import fraction
from lpc.logic import expressions as e

_STATES = tuple(e.NAMED_STATES)
_SPIN = frozenset((*FUNCTIONS, "spin"))


@dataclass(slots=True)
class QuantumBlock:
    """One block; `read` puts it among the models of the file."""

    models: Models
    node: s.Quantum
    given: dict[str, s.Name] = field(default_factory=dict)
    measured: dict[int, s.Name] = field(default_factory=dict)

    def read(self) -> None:
        """Add the block to the models, or report what is wrong with it."""
        node, models = self.node, self.models
        open_ = self.open_angles()
        models.open[node.name.text] = frozenset(open_)
        state = self.state(open_)
        program = self.program(open_, state)
        if state is None or program is None or not models.is_first(node.name):
            return
        note = node.note.shown if node.note else ""
        found = e.Experiment(state, program, tuple(open_), span=node.span)
        name = node.name.text
        models.models[name] = Model(name, note, (), tuple(self.given), node.span, found)

    # Names.

    def open_angles(self) -> list[str]:
        """The variables of states and observables that no line gives a value."""
        lines = [line for line in self.node.lines if not isinstance(line, s.Prepare)]
        given = self.models.atoms(line.name.text for line in lines)
        open_: dict[str, s.Name] = {}
        for name in self.names_measured():
            if self.is_atom(name) and name.text not in given:
                open_.setdefault(name.text, name)
        for name in open_.values():
            if self.models.scope.variables[name.text].values is not None:
                message = f"`{name}` has no value in this block and cannot be an open angle"
                hint = f"give it a value, `{name} ~ …` or `{name} := …`"
                label = "it is declared with values of its own"
                self.models.found.error("E278", message, name, label, hint)
        return list(open_)

    def names_measured(self) -> Iterator[s.Name]:
        """The names in states and observables."""
        for line in self.node.lines:
            if isinstance(line, s.Prepare):
                yield from _names(line.state)
            elif isinstance(line, s.Measure):
                yield from _names(line.observable)

    def is_atom(self, name: s.Name) -> bool:
        declared = name.text in self.models.scope.declared_at
        return declared and self.models.atoms((name.text,)) == {name.text}

    def reader(self, values: set[str]) -> Reader:
        """Reads states and observables: the constants stand where nothing else has the name."""
        taken = {*self.models.scope.declared_at, *self.models.words}
        known = (name for name in e.OPERATORS if name not in taken)
        return Reader(self.models, {*known, *values}, in_model=True, functions=_SPIN)

    # The state.

    def state(self, open_: list[str]) -> e.KnownState | e.Amplitudes | None:
        """The one state of the block."""
        lines = [line for line in self.node.lines if isinstance(line, s.Prepare)]
        for line in lines[1:]:
            label = f"given before on line {lines[0].span.line}"
            self.models.found.error("E270", "a second state in this block", line, label)
        if not lines:
            message = f"the block `{self.node.name}` has no state"
            hint = "write for instance `state singlet`"
            self.models.found.error("E270", message, self.node.name, "the state of what?", hint)
            return None
        if isinstance(lines[0].state, s.Weights):
            return self.amplitudes(lines[0].state, set(open_))
        return self.known_state(lines[0].state)

    def known_state(self, node: s.Name | s.Call) -> e.KnownState | None:
        name = node.name if isinstance(node, s.Call) else node
        if name.text not in _STATES:
            advice = f"known are {', '.join(_STATES)}, and amplitudes in braces"
            self.models.found.unknown("E271", "state", name.text, name, _STATES, advice)
            return None
        parties = e.NAMED_STATES[name.text]
        if parties is not None and isinstance(node, s.Name):
            return e.KnownState(name.text, parties, span=node.span)
        arguments = node.arguments if isinstance(node, s.Call) else ()
        if parties is not None:
            message = f"the state `{name}` is of two parties and takes no number"
            self.models.found.error("E271", message, node, f"write `{name}`")
            return None
        most = e.MAX_DIMENSION.bit_length() - 1
        if len(arguments) == 1 and isinstance(arguments[0], s.Number):
            count = fraction(s.Rational(arguments[0].text, span=node.span), self.models.found)
            if count is not None and count.denominator == 1 and 2 <= count <= most:
                return e.KnownState(name.text, int(count), span=node.span)
        message = f"`{name}` takes the number of its parties, from 2 to {most}"
        self.models.found.error("E271", message, node, f"write for instance `{name}(3)`")
        return None

    def amplitudes(self, node: s.Weights, open_: set[str]) -> e.Amplitudes | None:
        reader, found = self.reader(open_), self.models.found
        pairs: dict[tuple[int, ...], e.Expression] = {}
        good = True
        for key, value in node.pairs:
            levels, amplitude = _levels(key), reader.expression(value)
            if levels is None:
                message = "an amplitude is given to the level of each party, a number 0, 1, …"
                found.error("E272", message, key, "not levels", "write for instance `(0, 1) : 1`")
            elif pairs and len(levels) != len(next(iter(pairs))):
                message = "all amplitudes are given to levels of the same parties"
                label = f"{len(levels)} here, {len(next(iter(pairs)))} before"
                found.error("E272", message, key, label)
            elif levels in pairs:
                found.error("E272", "two amplitudes for the same levels", key, "given before")
            elif amplitude is not None:
                pairs[levels] = amplitude
                continue
            good = False
        if not good:
            return None
        sizes = tuple(max(2, 1 + max(column)) for column in zip(*pairs, strict=True))
        if max(sizes) > e.MAX_LEVELS or prod(sizes) > e.MAX_DIMENSION:
            message = f"this state has {' · '.join(map(str, sizes))} dimensions"
            label = f"at most {e.MAX_LEVELS} for a party, {e.MAX_DIMENSION} together"
            found.error("E279", message, node, label)
            return None
        return e.Amplitudes(sizes, tuple(pairs.items()), span=node.span)

    # The program.

    def program(
        self, open_: list[str], state: e.KnownState | e.Amplitudes | None
    ) -> e.Program | None:
        """The lines that give variables values, in order."""
        lines = [line for line in self.node.lines if not isinstance(line, s.Prepare)]
        fresh = {line.name.text for line in lines if line.fresh}
        plain = Reader(self.models, set(), in_model=True, later=fresh)
        found: list[e.Draw | e.Assign | e.Observe] = []
        for line in lines:
            known = self.models.target(line, self.given)
            statement: e.Draw | e.Assign | e.Observe | None
            if isinstance(line, s.Measure):
                inner = self.reader({*plain.values, *open_})
                inner.later = fresh
                statement = self.observe(line, inner, state)
            elif isinstance(line, s.Assign) and self.forgets_party(line):
                statement = None
            else:
                statement = plain.statement(line)
            for atom in self.models.atoms((line.name.text,)) if known else ():
                self.given.setdefault(atom, line.name)
                plain.values.add(atom)
            if statement is not None and known:
                found.append(statement)
        return tuple(found) if len(found) == len(lines) else None

    def forgets_party(self, line: s.Assign) -> bool:
        """True, after reporting it, for an observable without `on`."""
        constants = set(e.OPERATORS) - set(self.models.scope.declared_at)
        if not _measures(line.expression, constants):
            return False
        message = f"`{line.name}` is the result of measuring which party?"
        hint = f"write `{line.name} := … on 1`"
        self.models.found.error("E276", message, line, "expected `on` and a number", hint)
        return True

    def observe(
        self, line: s.Measure, reader: Reader, state: e.KnownState | e.Amplitudes | None
    ) -> e.Observe | None:
        name, written = line.name, line.observable
        observable: e.Expression | None
        if isinstance(written, s.MatrixOf):
            rows = [reader.all(row) for row in written.rows]
            inside = tuple(e.TupleOf(row, span=written.span) for row in rows if row is not None)
            whole = len(inside) == len(rows)
            observable = e.TupleOf(inside, span=written.span) if whole else None
        else:
            observable = reader.expression(written)
        party = self.party(line, state)
        if self.models.atoms((name.text,)) != {name.text}:
            message = f"`{name}` is made of parts and cannot be the result of one measurement"
            self.models.found.error("E275", message, name, "a composite")
            return None
        if observable is None or party is None:
            return None
        return e.Observe(name.text, observable, party, span=line.span)

    def party(self, line: s.Measure, state: e.KnownState | e.Amplitudes | None) -> int | None:
        """The party that a line measures, counted from 0."""
        if state is None:
            return None
        found = self.models.found
        count = state.parties if isinstance(state, e.KnownState) else len(state.levels)
        text = line.party.text
        number = int(text) if text.isdigit() else 0
        if not 1 <= number <= count:
            message = f"there is no party {text}"
            label = (
                f"the state is of parties 1 to {count}" if count > 1 else "there is party 1 only"
            )
            found.error("E276", message, line.party, label)
            return None
        if number in self.measured:
            first = self.measured[number]
            message = f"party {number} is measured twice"
            label = f"`{first}` is its result, from line {first.span.line}"
            found.error("E277", message, line.party, label)
            return None
        self.measured[number] = line.name
        return number - 1


def _names(node: s.Node) -> Iterator[s.Name]:
    """The names in an expression that are not those of functions."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, s.Name):
            yield here
        elif isinstance(here, s.Call):
            waiting += reversed(here.arguments)
        else:
            waiting += reversed(list(s.children(here)))


def _measures(node: s.Node, constants: set[str]) -> bool:
    """Whether an expression speaks of spins or Pauli matrices."""
    if isinstance(node, s.Call) and node.name.text == "spin":
        return True
    if isinstance(node, s.Name) and node.text in constants:
        return True
    return any(_measures(child, constants) for child in s.children(node))


def _levels(node: s.Expression) -> tuple[int, ...] | None:
    """`0` or `(0, 1)` as numbers."""
    parts = node.parts if isinstance(node, s.TupleOf) else (node,)
    texts = [part.text for part in parts if isinstance(part, s.Number) and part.text.isdigit()]
    if len(texts) < len(parts) or any(len(text) > 3 for text in texts):
        return None
    return tuple(map(int, texts))
