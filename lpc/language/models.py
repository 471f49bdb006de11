"""From `model` blocks, quantities and claims on models to the data that the kernel runs.

What only the values can show (weights, divisions, values outside the declared ones) is left to
the checker; names, the order of statements and the number of arguments are settled here.

Terms
-----
word
    A value that is a name, declared as such: `up` in `variables { A in {up, down} }`. A variable
    of the same name comes first.
composite
    A model gives a whole its value, as a tuple with one entry for each part, or its parts
    theirs. The value of the whole is the tuple of its parts' values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any

from lpc.language import syntax as s
from lpc.language.document import Inequality, Model, ModelClaim
from lpc.language.findings import Findings
from lpc.language.formulas import FUNCTIONS, REASON, REASON_WORDS, Formulas
from lpc.language.instances import (
    MAX_INSTANCES,
    choices,
    closed,
    free_in,
    how_many,
)
from lpc.language.places import Map
from lpc.language.printer import claimed, expression
from lpc.language.scope import Scope, find_cycle_members
from lpc.logic import Span, Value
from lpc.logic import expressions as e
from lpc.logic.expansion import Mistake, SumError, terms_of
from lpc.logic.sums import Summation

MAX_DEPTH = 100
SUM_CODES = {
    Mistake.SUMMED_TWICE: "E263",
    Mistake.TWO_VALUES: "E204",
    Mistake.NOT_A_VALUE: "E253",
    Mistake.NO_NUMBER: "E254",
}
MODEL_VERDICTS = ("holds", "fails", "undecided")


@dataclass(slots=True)
class Models:
    """The models and quantities of a file; `open` lists the open angles of quantum blocks."""

    found: Findings
    scope: Scope
    formulas: Formulas
    map: Map
    has_graph: bool
    models: dict[str, Model] = field(default_factory=dict)
    open: dict[str, frozenset[str]] = field(default_factory=dict)
    quantities: dict[str, e.Quantity] = field(default_factory=dict)
    parameters: dict[str, int] = field(default_factory=dict)
    _words: frozenset[str] | None = None
    _depths: dict[str, int] = field(default_factory=dict)

    def declare(self, tree: s.File) -> None:
        """Read all quantities and models; `formulas` knows their names already."""
        for statement in tree.statements:
            if isinstance(statement, s.DefineQuantity) and self.is_first(statement.name):
                self.parameters[statement.name.text] = len(statement.parameters)
        for statement in tree.statements:
            self.found.next_statement()
            match statement:
                case s.DefineQuantity():
                    self._quantity(statement)
                case s.Model():
                    self._model(statement)
        self._cycles()

    def is_first(self, name: s.Name) -> bool:
        return self.formulas.names.get(name.text) is name

    @property
    def words(self) -> frozenset[str]:
        """All declared values that are names."""
        if self._words is None:
            values = (v for x in self.scope.variables.values() for v in x.values or ())
            self._words = frozenset(v for v in values if isinstance(v, str))
        return self._words

    # Quantities.

    def _quantity(self, node: s.DefineQuantity) -> None:
        seen: set[str] = set()
        for name in node.parameters:
            if name.text in seen:
                message = f"the parameter `{name}` is given twice"
                self.found.error("E203", message, name, "given before")
            seen.add(name.text)
        if node.name.text in FUNCTIONS:
            message = f"`{node.name}` is a function of the language"
            self.found.error("E203", message, node.name, "choose another name")
        body = Reader(self, self.atoms(seen), in_model=False).expression(node.body)
        if body is not None and self.is_first(node.name):
            names = tuple(name.text for name in node.parameters)
            self.quantities[node.name.text] = e.Quantity(
                node.name.text, names, body, span=node.span
            )

    def atoms(self, names: Iterable[str]) -> set[str]:
        return {atom for name in names for atom in self.scope.composites.expand((name,))}

    def _cycles(self) -> None:
        graph = {q.name: list(dict.fromkeys(_calls(q.body))) for q in self.quantities.values()}
        for name in find_cycle_members(graph):
            message = f"`{name}` is defined by way of itself"
            node = self.formulas.names[name]
            self.found.error("E210", message, node, "its value leads back to it")
            del graph[name]
        for name in _lost(graph):
            del graph[name]
        self._depths = _depths({n: self.quantities[n] for n in graph})
        deep = [n for n, depth in self._depths.items() if depth > MAX_DEPTH]
        for name in (n for n in deep if not set(graph[n]) & set(deep)):
            message = f"`{name}` is nested too deeply"
            label = f"more than {MAX_DEPTH} levels with the quantities in it"
            self.found.error("E115", message, self.formulas.names[name], label)

    def summation(self, node: s.Expression) -> Summation | None:
        """A line of a derivation with sums; None, with diagnostics, where it is something else."""
        declared = self.scope.composites.expand([*self.scope.declared_at, *self.scope.latents])
        read = Reader(self, set(declared), in_model=False).expression(node)
        if read is None or not self._can_expand(read, node):
            return None
        alphabets = {v.name: v.values for v in self.scope.variables.values() if v.values}
        try:
            terms = terms_of(read, self.scope.composites, self.quantities, alphabets)
        except SumError as problem:
            at = s.Node(span=problem.span)
            if problem.kind is Mistake.OTHER:
                self.found.unsupported(problem.reason, at, problem.hint)
            else:
                self.found.error(SUM_CODES[problem.kind], problem.reason, at, "", problem.hint)
            return None
        return Summation(expression(node), terms, self._has_integral(read))

    def _can_expand(self, read: e.Expression, node: s.Expression) -> bool:
        """False for quantities that are wrong themselves, and for what is nested too deeply."""
        if any(name not in self._depths for name in _calls(read)):
            return False
        return self._shallow((read,), node)

    def _has_integral(self, read: e.Expression) -> bool:
        """Whether there is an integral in an expression or in the quantities it names."""
        seen: set[str] = set()
        waiting: list[e.Node] = [read]
        while waiting:
            node = waiting.pop()
            if isinstance(node, e.SumOver) and node.kind == "integral":
                return True
            if isinstance(node, e.Named) and node.name not in seen:
                seen.add(node.name)
                waiting.append(self.quantities[node.name].body)
            waiting += _inside(node)
        return False

    def inequality(self, node: s.Relation) -> Inequality | None:
        """An inequality between quantities; None, with diagnostics, where it is none."""
        free = self._free(node)
        if free is None:
            return None
        found = self._inequality(node, set(free))
        if found is None or not free:
            return found
        instances: list[Inequality] = []
        for values in choices(free):
            sides = (closed(side, values, self.scope) for side in (node.left, node.right))
            one = self._inequality(s.Relation(next(sides), node.op, next(sides)), set())
            if one is None:
                return None
            instances.append(one)
        return replace(found, instances=tuple(instances))

    def _inequality(self, node: s.Relation, free: set[str]) -> Inequality | None:
        reader = Reader(self, free, in_model=False)
        left, right = reader.expression(node.left), reader.expression(node.right)
        if left is None or right is None:
            return None
        return Inequality(left, node.op, right, (expression(node.left), expression(node.right)))

    def _free(self, node: s.Relation) -> dict[str, tuple[Value, ...]] | None:
        """The free variables of an inequality with their values; None, with a diagnostic, where
        there are none, or too many.
        """
        places = dict(reversed(list(free_in(node, self.scope))))
        order = [n for n in self.scope.composites.order if n in places]
        order += [n for n in places if n not in order]
        values = {n: self.scope.variables[n].values for n in order}
        for name in order:
            if not values[name]:
                message = (
                    f"`{places[name]}` is free, so this is said of all its values, and none are "
                    "declared"
                )
                hint = f"declare them, `{name} in {{…}}`, or write `{name} = …` inside P(…)"
                self.found.error("E243", message, places[name], "no declared values", hint)
                return None
        known = {n: v for n, v in values.items() if v}
        if how_many(known) > MAX_INSTANCES:
            message = f"the free variables have {how_many(known)} choices of values"
            self.found.error("E243", message, node, f"at most {MAX_INSTANCES} in an inequality")
            return None
        return known

    def variables_of(self, sides: tuple[e.Expression, ...]) -> set[str]:
        """The variables in P(…) and sums of some expressions and of the quantities in them."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting: list[e.Node] = list(sides)
        while waiting:
            node = waiting.pop()
            if isinstance(node, e.Event):
                found.add(node.name)
            elif isinstance(node, e.SumOver):
                found.update(node.names)
            elif isinstance(node, e.Named) and node.name not in seen:
                seen.add(node.name)
                waiting += [self.quantities[node.name].body] if node.name in self.quantities else []
            waiting += _inside(node)
        return found

    # Models.

    def _model(self, node: s.Model) -> None:
        fresh = {line.name.text for line in node.lines if line.fresh}
        reader = Reader(self, set(), in_model=True, later=fresh)
        given: dict[str, s.Name] = {}
        program: list[e.Draw | e.Assign] = []
        for line in node.lines:
            known = self.target(line, given)
            statement = reader.statement(line)
            for atom in self.atoms((line.name.text,)) if known else ():
                given.setdefault(atom, line.name)
                reader.values.add(atom)
            if statement is not None and known:
                program.append(statement)
        if len(program) == len(node.lines) and self.is_first(node.name):
            note = node.note.shown if node.note else ""
            name = node.name.text
            self.models[name] = Model(name, note, tuple(program), tuple(given), node.span)

    def target(self, line: s.Draw | s.Assign | s.Measure, given: Mapping[str, s.Name]) -> bool:
        """True for a name that a model may give a value; reports it otherwise."""
        name = line.name
        declared = name.text in self.scope.declared_at or name.text in self.scope.latents
        if line.fresh and declared:
            message = f"`{name}` is a variable of the file"
            hint = "leave `fresh` out, or choose another name"
            self.found.error("E247", message, name, "not a fresh one", hint)
            return True
        if not line.fresh and not declared and name.text not in given:
            known = [*self.scope.declared_at, *self.scope.latents]
            hint = f"write `fresh {name}` for a variable of this model alone"
            self.found.unknown("E201", "variable", name.text, name, known, hint)
            return True
        for atom in sorted(self.atoms((name.text,))):
            if atom in given:
                first = given[atom]
                message = f"`{name}` is given a value twice"
                if first.text != name.text:
                    message = f"`{name}` has a value already, by way of `{first}`"
                label = f"given before on line {first.span.line}"
                self.found.error("E241", message, name, label)
                return False
        return True

    # Claims.

    def claim(self, node: s.ClaimThat, expect: str | None) -> ModelClaim | None:
        """A claim on a model; None, with diagnostics, where it makes no sense."""
        body = node.body
        if isinstance(body, s.Entailment):
            raise TypeError("a claim of entailment is not about a model")
        good = self._names_model(body.model)
        label = node.label.shown if node.label else None
        text, name = claimed(body), body.model.text
        match body:
            case s.ModelObeys(verb=verb, names=names):
                first: dict[str, s.Name] = {}
                for one in names:
                    first.setdefault(one.text, one)
                known = [self.formulas.refers(one) for one in first.values()]
                good = all(known) and good
                claim = ModelClaim(
                    label, name, verb, text, expect, node.span,
                    names=tuple(first), places=tuple(one.span for one in first.values()),
                )  # fmt: skip
            case s.ModelIsLocal(where=where):
                good = self._is_structure(where) and good
                places = tuple(x.text for x in where)
                claim = ModelClaim(label, name, "local", text, expect, node.span, where=places)
            case s.ValueOf(quantity, _, op, value):
                # The open angles of a quantum block stand for any angle in what is claimed of it.
                reader = Reader(self, set(self.open.get(name, ())), in_model=False)
                left, right = reader.expression(quantity), reader.expression(value)
                good = left is not None and right is not None and good
                self._shallow((left, right), node.body)
                claim = ModelClaim(
                    label, name, "value", text, expect, node.span, expression(quantity),
                    quantity=left, op=op, value=right,
                )  # fmt: skip
        return claim if good else None

    def _shallow(self, sides: tuple[e.Expression | None, ...], node: s.Node) -> bool:
        if any(x is not None and _depth(x, self._depths) > MAX_DEPTH for x in sides):
            label = f"more than {MAX_DEPTH} levels with the quantities in it"
            self.found.error("E115", "nested too deeply", node, label)
            return False
        return True

    def _names_model(self, name: s.Name) -> bool:
        kind = self.formulas.kinds.get(name.text)
        if kind == "model":
            return True
        if kind is not None:
            message = f"`{name}` is {'an' if kind[0] == 'a' else 'a'} {kind}, not a model"
            self.found.error("E245", message, name, "not a model")
        else:
            known = [n for n, k in self.formulas.kinds.items() if k == "model"]
            self.found.unknown("E245", "model", name.text, name, known)
        return False

    def _is_structure(self, where: tuple[s.Name | s.Word, ...]) -> bool:
        good = True
        for place in where:
            if isinstance(place, s.Name):
                region = self.map.place(s.RegionName(place, span=place.span))
                good = region is not None and good
            elif place.text == "spacetime" and not self.map.declared:
                self.found.error("E246", "this file has no `spacetime`", place, "local in what?")
                good = False
            elif place.text == "causal" and not self.has_graph:
                self.found.error("E246", "this file has no `causal` graph", place, "local in what?")
                good = False
        return good


@dataclass(slots=True)
class Reader:
    """Reads expressions at one place of the file.

    `values` are the atoms and parameters with a value there; `later` the fresh variables of
    the model, which may get theirs further down.
    """

    models: Models
    values: set[str]
    in_model: bool
    later: set[str] = field(default_factory=set)
    functions: frozenset[str] = frozenset(FUNCTIONS)

    def statement(self, line: s.Draw | s.Assign) -> e.Draw | e.Assign | None:
        name, span = line.name.text, line.name.span
        if isinstance(line, s.Assign):
            value = self.expression(line.expression)
            return None if value is None else e.Assign(name, value, span=span)
        distribution = self.distribution(line.distribution)
        return None if distribution is None else e.Draw(name, distribution, span=span)

    def distribution(self, node: s.Distribution) -> e.Distribution | None:
        match node:
            case s.Uniform(written):
                values = self.all(written)
                return None if values is None else e.Uniform(values, span=node.span)
            case s.Weights(pairs):
                values = self.all(value for value, _ in pairs)
                weights = self.all(weight for _, weight in pairs)
                if values is None or weights is None:
                    return None
                return e.Weights(tuple(zip(values, weights, strict=True)), span=node.span)
            case s.DistributionIf(written_condition, first, second):
                condition = self.expression(written_condition)
                then, otherwise = self.distribution(first), self.distribution(second)
                if condition is None or then is None or otherwise is None:
                    return None
                return e.Either(condition, then, otherwise, span=node.span)

    def all(self, nodes: Iterable[s.Expression]) -> tuple[e.Expression, ...] | None:
        """All of some expressions, None when one of them is wrong."""
        read = [self.expression(node) for node in nodes]
        good = tuple(x for x in read if x is not None)
        return good if len(good) == len(read) else None

    def expression(self, node: s.Expression) -> e.Expression | None:
        """What an expression means here; None, with a diagnostic, where it means nothing."""
        span = node.span
        match node:
            case s.Number(text):
                return e.Number(Fraction(text), span=span)
            case s.Group(inner):
                value = self.expression(inner)
                return None if value is None else replace(value, span=span)
            case s.Name():
                return self.name(node)
            case s.TupleOf(parts):
                inside = self.all(parts)
                return None if inside is None else e.TupleOf(inside, span=span)
            case s.Absolute(inner):
                return self.function("abs", inner, span)
            case s.Not(inner):
                return self.function("not", inner, span)
            case s.Negative(inner):
                value = self.expression(inner)
                return None if value is None else e.Plus((("-", value),), span=span)
            case s.Additive(terms):
                return self.additive(terms, span)
            case s.Times(first, rest):
                return self.product(first, rest, span)
            case s.Comparison(one, op, two):
                sides = self.all((one, two))
                return None if sides is None else e.Compare(sides[0], op, sides[1], span=span)
            case s.Logic(op, parts):
                inside = self.all(parts)
                return None if inside is None else e.Junction(op, inside, span=span)
            case s.IfThenElse(condition, then, otherwise):
                cases = self.all((condition, then, otherwise))
                return None if cases is None else e.Choice(*cases, span=span)
            case s.Call(name, arguments):
                return self.call(name, arguments, span)
            case s.Prob() | s.Big():
                return self.probabilistic(node)

    def additive(
        self, terms: tuple[tuple[str, s.Expression], ...], span: Span
    ) -> e.Expression | None:
        values = self.all(term for _, term in terms)
        if values is None:
            return None
        signs = (sign or "+" for sign, _ in terms)
        return e.Plus(tuple(zip(signs, values, strict=True)), span=span)

    def product(
        self, first: s.Expression, rest: tuple[tuple[str, s.Expression], ...], span: Span
    ) -> e.Expression | None:
        factors = self.all((first, *(part for _, part in rest)))
        if factors is None:
            return None
        signs = (op or "*" for op, _ in rest)
        return e.Times(factors[0], tuple(zip(signs, factors[1:], strict=True)), span=span)

    def function(self, name: str, argument: s.Expression, span: Span) -> e.Expression | None:
        value = self.expression(argument)
        return None if value is None else e.Function(name, value, span=span)

    def name(self, node: s.Name) -> e.Expression | None:
        text, found, scope = node.text, self.models.found, self.models.scope
        if self.has_value(text):
            return e.Variable(text, span=node.span)
        if text in self.later or text in scope.declared_at or text in scope.latents:
            self.no_value(node)
        elif text in self.models.parameters:
            return self.call(node, (), node.span)
        elif text in self.models.words:
            return e.Word(text, span=node.span)
        elif text == "π":
            return e.Pi(span=node.span)
        else:
            known = [*self.values, *scope.declared_at, *self.models.words]
            if not self.in_model:
                known += self.models.parameters
            reason = text in REASON_WORDS and not self.in_model
            found.unknown("E201", "variable", text, node, known, REASON if reason else "")
        return None

    def has_value(self, name: str) -> bool:
        """True for a parameter or variable with a value, or a whole whose parts all have one."""
        return self.models.scope.composites.expand((name,)) <= self.values

    def no_value(self, node: s.Name) -> None:
        if self.in_model:
            message = f"`{node}` is used before it has a value"
            self.models.found.error(
                "E240", message, node, "no value yet", "move its line above this one"
            )
            return
        message = f"`{node}` has no value here"
        hint = f"sum over it, `sum[{node}] …`, or write `{node} = …` inside P(…)"
        self.models.found.error("E243", message, node, "not bound", hint)

    def call(
        self, name: s.Name, arguments: tuple[s.Expression, ...], span: Span
    ) -> e.Expression | None:
        found = self.models.found
        values = self.all(arguments)
        takes = 1 if name.text in self.functions else self.models.parameters.get(name.text)
        if takes is None:
            hint = "products are written with `*`"
            found.error("E218", f"`{name}` is not a function", name, "", hint)
            return None
        if name.text not in self.functions and self.in_model:
            self.only_in_quantities(f"the quantity `{name}`", name)
            return None
        if len(arguments) != takes:
            said = "no argument" if not takes else f"{takes} argument{'s' * (takes > 1)}"
            label = f"given {len(arguments) or 'none'}"
            found.error("E244", f"`{name}` takes {said}", s.Node(span=span), label)
            return None
        if values is None:
            return None
        if name.text in self.functions:
            return e.Function(name.text, values[0], span=span)
        return e.Named(name.text, values, span=span)

    def only_in_quantities(self, what: str, at: s.Node) -> None:
        message = f"{what} cannot stand in a model"
        label = "a model is made of the values of its variables"
        self.models.found.error("E242", message, at, label)

    # Probabilities and sums.

    def probabilistic(self, node: s.Prob | s.Big) -> e.Expression | None:
        if self.in_model:
            what = "a probability" if isinstance(node, s.Prob) else "a sum over values"
            self.only_in_quantities(what, node)
            return None
        if isinstance(node, s.Prob):
            clear = self.models.formulas.once(node)
            event, given = self.events(node.event), self.events(node.given)
            if not clear or event is None or given is None:
                return None
            return e.Chance(event, given, span=node.span)
        known = self.models.scope.all_known(node.names)
        atoms = self.models.scope.composites.expand(name.text for name in node.names)
        inner = Reader(self.models, self.values | atoms, in_model=False)
        body = inner.expression(node.body)
        if not known or body is None:
            return None
        return e.SumOver(tuple(name.text for name in node.names), body, node.kind, span=node.span)

    def events(self, nodes: tuple[s.Event, ...]) -> tuple[e.Event, ...] | None:
        read: list[e.Event] = []
        for node in nodes:
            value = None if node.value is None else self.expression(node.value)
            if not self.models.scope.known(node.name):
                continue
            if node.value is None and not self.has_value(node.name.text):
                self.no_value(node.name)
            elif node.value is None or value is not None:
                read.append(e.Event(node.name.text, value, span=node.span))
        return tuple(read) if len(read) == len(nodes) else None


def _inside(node: e.Node) -> list[e.Node]:
    found: list[e.Node] = []
    waiting: list[Any] = [getattr(node, f.name) for f in fields(node)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, e.Node):
            found.append(item)
        elif isinstance(item, tuple):
            waiting += item
    return found


def _calls(body: e.Expression) -> list[str]:
    """The quantities that an expression names."""
    found: list[str] = []
    waiting: list[e.Node] = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, e.Named):
            found.append(node.name)
        waiting += _inside(node)
    return found


def _lost(calls: Mapping[str, Iterable[str]]) -> set[str]:
    """The quantities that name, by way of others too, one that is wrong and so is not there."""
    callers: dict[str, list[str]] = {}
    for name, called in calls.items():
        for other in called:
            callers.setdefault(other, []).append(name)
    waiting = [name for name in callers if name not in calls]
    lost: set[str] = set()
    while waiting:
        found = [name for name in callers.get(waiting.pop(), ()) if name not in lost]
        lost.update(found)
        waiting += found
    return lost


def _depths(quantities: Mapping[str, e.Quantity]) -> dict[str, int]:
    """How deep quantities are nested when those they name are put in; there is no cycle."""
    depth: dict[str, int] = {}
    pending = list(quantities)
    while pending:
        name = pending[-1]
        body = quantities[name].body
        missing = [c for c in _calls(body) if c in quantities and c not in depth]
        if missing:
            pending += missing
            continue
        pending.pop()
        if name not in depth:
            depth[name] = _depth(body, depth)
    return depth


def _depth(body: e.Expression, known: Mapping[str, int]) -> int:
    deepest = 0
    waiting: list[tuple[e.Node, int]] = [(body, 1)]
    while waiting:
        node, depth = waiting.pop()
        below = known.get(node.name, 0) if isinstance(node, e.Named) else 0
        deepest = max(deepest, depth + below)
        waiting += [(child, depth + 1) for child in _inside(node)]
    return deepest
