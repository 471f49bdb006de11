"""From the syntax tree to the document, with every mistake of meaning in one run.

The passes go from what is declared to what is said: geometry, variables, composites, graph,
then formulas, then derivations and claims, and last what only the whole file shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TypeVar

from lpc.language import syntax as s
from lpc.language.document import (
    Assumption,
    Citation,
    Claim,
    Derivation,
    Document,
    Inequality,
    Item,
    Line,
    ModelClaim,
    Rewrite,
    Step,
    SumEquation,
)
from lpc.language.findings import Findings
from lpc.language.formulas import Formulas
from lpc.language.models import MODEL_VERDICTS, Models
from lpc.language.places import Map
from lpc.language.quantum import QuantumBlock
from lpc.language.scope import Scope, deeper_than, find_cycle_members
from lpc.language.suggest import nearest
from lpc.logic import (
    CommonCauses,
    Conjunction,
    Determined,
    Diagnostic,
    Equation,
    Formula,
    Independent,
    LocalCausality,
    Positive,
    Reference,
    Severity,
    Span,
)
from lpc.logic.slots import variables_of
from lpc.logic.sums import Summation
from lpc.logic.visible import visible
from lpc.spacetime import CausalGraph, Complete, CycleError, Region, Scene

STEP_VERDICTS = ("identity", "licensed", "refuted", "undecided")
MAX_ARROWS = 10_000
MAX_DEPTH = 100
CLAIM_VERDICTS = ("entailed", "refuted", "undecided")
Edge = tuple[str, str]
T = TypeVar("T", bound=s.Line)


def elaborate(tree: s.File, text: str, path: str, found: Findings) -> Document:
    """The document a tree means; it means something only where `found` gets no error."""
    return _Elaboration(tree, found).document(text, path)


@dataclass(slots=True)
class _Elaboration:
    """One run over one tree."""

    tree: s.File
    found: Findings
    map: Map = field(init=False)
    scope: Scope = field(init=False)
    formulas: Formulas = field(init=False)
    models: Models = field(init=False)
    assumptions: dict[str, Assumption] = field(default_factory=dict)
    definitions: dict[str, Assumption] = field(default_factory=dict)
    equations: dict[str, SumEquation] = field(default_factory=dict)
    known: int = field(init=False)
    """The number of errors that were found before."""

    def __post_init__(self) -> None:
        self.known = self.found.count
        self.map = Map(self.found)
        self.scope = Scope(self.found)
        self.formulas = Formulas(self.found, self.scope)

    def document(self, text: str, path: str) -> Document:
        """All passes, in order."""
        title, source = self._only(s.Title, "title"), self._only(s.Source, "source")
        spacetime, causal = self._only(s.Spacetime, "spacetime"), self._only(s.Causal, "causal")
        if spacetime:
            self.map.declare(spacetime)
        if spacetime and causal:
            message = "a file declares a spacetime or a causal graph, not both"
            self.found.error("E209", message, head(_later(spacetime, causal)), "the second one")
        self.scope.declare(self.tree, self.map)
        complete = tuple(self._complete())
        graph = self._graph(causal) if causal else None
        self.formulas.name_all(self.tree)
        self.models = Models(self.found, self.scope, self.formulas, self.map, causal is not None)
        self.models.declare(self.tree)
        self._name_formulas()
        for block in self._each(s.Quantum):
            QuantumBlock(self.models, block).read()
        items = tuple(self._items())
        self._cycles()
        self._local_causality(spacetime, causal, items)
        return Document(
            path=path,
            source=text,
            title=visible(title.text) if title else None,
            reference=visible(source.text) if source else None,
            variables=tuple(self.scope.variables.values()),
            composites=self.scope.composites,
            scene=self._scene(complete),
            graph=graph,
            assumptions=self.assumptions,
            definitions=self.definitions,
            items=items,
            warnings=tuple(self._warnings(graph)),
            models=self.models.models,
            quantities=self.models.quantities,
            equations=self.equations,
        )

    def _each(self, kind: type[T]) -> Iterator[T]:
        return (x for x in self.tree.statements if isinstance(x, kind))

    def _only(self, kind: type[T], word: str) -> T | None:
        all_of_them = tuple(self._each(kind))
        for other in all_of_them[1:]:
            self.found.error("E216", f"a second `{word}`", head(other), "a file has at most one")
        return all_of_them[0] if all_of_them else None

    # structure

    def _complete(self) -> Iterator[Complete]:
        for statement in self._each(s.CompleteOn):
            known = self.scope.all_known(statement.names)
            region = self.map.place(statement.region)
            if known and region is not None:
                written = tuple(name.text for name in statement.names)
                yield Complete(self.scope.composites.expand(written), region, written)

    # what is allowed, and seldom meant

    def _warnings(self, graph: CausalGraph | None) -> Iterator[Diagnostic]:
        places = self.scope.inherited_places()
        for statement in self._each(s.CompleteOn):
            region = None if self.found.count > self.known else self.map.place(statement.region)
            if region is not None:
                yield from self._elsewhere(statement, region, places)
        says = any(isinstance(x.formula, s.SaysLocalCausality) for x in self._each(s.Assume))
        if graph is not None and says and self.found.count == self.known:
            yield from self._unspoken(graph)

    def _elsewhere(
        self, statement: s.CompleteOn, region: Region, places: Mapping[str, Region]
    ) -> Iterator[Diagnostic]:
        """The variables of a `complete` line that live nowhere in its region, each at its name."""
        for name in dict.fromkeys(statement.names):
            atoms = self.scope.composites.expand((name.text,))
            lost = [a for a in atoms if a not in places or not places[a].overlaps(region)]
            for called in self.scope.composites.fold(lost):
                bare = not self.scope.composites.expand((called,)) & set(places)
                where = "has no place at all" if bare else "has no place there"
                yield Diagnostic(
                    Severity.WARNING,
                    "W404",
                    f"`{called}` is declared complete on a region, but {where}",
                    name.span,
                    "does not live there",
                    "give it a place in that region, or name the region where it lives",
                )

    def _unspoken(self, graph: CausalGraph) -> Iterator[Diagnostic]:
        """One warning for all variables that do not stand in the `causal` block."""
        declared = self.scope.composites.expand(self.scope.declared_at)
        outside = self.scope.composites.fold(declared - set(graph.nodes))
        position = {name: k for k, name in enumerate(self.scope.declared_at)}
        ordered = sorted((n for n in outside if n in position), key=position.__getitem__)
        if ordered:
            listed = ", ".join(f"`{name}`" for name in ordered)
            verb, it = ("stands", "it") if len(ordered) == 1 else ("stand", "them")
            yield Diagnostic(
                Severity.WARNING,
                "W405",
                f"{listed} {verb} outside the `causal` block, so local causality says nothing "
                f"of {it}",
                self.scope.declared_at[ordered[0]].span,
                "not in the causal graph",
                f"name {it} in the block; without arrows if {it} has no causes and no effects"
                if it == "it"
                else "name them in the block; without arrows if they have no causes and effects",
            )

    def _scene(self, complete: tuple[Complete, ...]) -> Scene | None:
        if self.map.space is None:
            return None
        regions = {name: r for name, r in self.map.regions.items() if r is not None}
        return Scene(self.map.space, regions, self.scope.inherited_places(), complete)

    def _graph(self, block: s.Causal) -> CausalGraph | None:
        nodes: dict[str, None] = dict.fromkeys(self.scope.latents)
        edges: list[tuple[Edge, s.Name]] = []
        for line in block.lines:
            groups = line.groups if isinstance(line, s.Arrows) else ()
            known = [self.scope.known(name) for group in groups for name in group]
            if not all(known):
                continue
            if len(edges) + _arrow_count(groups) > MAX_ARROWS:
                message = f"the causal graph has more than {MAX_ARROWS} arrows"
                self.found.error("E219", message, line)
                return None
            for group in groups:
                for name in group:
                    atoms = self._ordered_atoms(name.text)
                    nodes.update(dict.fromkeys(atoms))
                    edges += [(edge, name) for edge in combinations(atoms, 2)]
            edges += [
                pair
                for k in range(len(groups) - 1)
                for pair in self._arrows(groups[k], groups[k + 1])
            ]
        return self._acyclic(list(nodes), edges, block)

    def _arrows(self, tails: s.Names, heads: s.Names) -> Iterator[tuple[Edge, s.Name]]:
        for tail in tails:
            for name in heads:
                for pair in self._pairs(tail.text, name.text):
                    yield pair, name

    def _pairs(self, tail: str, name: str) -> Iterator[Edge]:
        for start in self._ordered_atoms(tail):
            for end in self._ordered_atoms(name):
                yield start, end

    def _ordered_atoms(self, name: str) -> list[str]:
        """The atoms of a variable, parts in the order in which they were named."""
        seen, pending = dict[str, None](), [name]
        while pending:
            current = pending.pop()
            if current not in seen:
                seen[current] = None
                pending += reversed(self.scope.composites.parts.get(current, ()))
        return [n for n in seen if n not in self.scope.composites.parts]

    def _acyclic(
        self, nodes: list[str], edges: Sequence[tuple[Edge, s.Name]], block: s.Causal
    ) -> CausalGraph | None:
        """The graph, or None after reporting the arrow that first closes a circle."""

        def build(count: int) -> CausalGraph:
            return CausalGraph.create(nodes, self.scope.latents, [e for e, _ in edges[:count]])

        try:
            return build(len(edges))
        except CycleError as problem:
            message = str(problem)
        low, high = 0, len(edges)  # build(low) works, build(high) does not
        while high - low > 1:
            middle = (low + high) // 2
            try:
                build(middle)
                low = middle
            except CycleError as problem:
                high, message = middle, str(problem)
        self.found.error("E210", message, edges[high - 1][1], "this arrow closes the circle")
        return None

    # formulas

    def _name_formulas(self) -> None:
        for statement in self.tree.statements:
            self.found.next_statement()
            match statement:
                case s.Assume(name, body):
                    self._name_formula(self.assumptions, name, body, statement)
                case s.Define(name, s.Relation() as body) if name.text in self.formulas.equations:
                    equation = self._sum_equation(body, name.text)
                    if equation is not None and self.formulas.names.get(name.text) is name:
                        self.equations[name.text] = equation
                case s.Define(name, body):
                    self._name_formula(self.definitions, name, body, statement)

    def _name_formula(
        self, into: dict[str, Assumption], name: s.Name, body: s.Formula, statement: s.Line
    ) -> None:
        formula = self.formulas.formula(body, alone=isinstance(statement, s.Assume))
        if formula is not None and self.formulas.names.get(name.text) is name:
            into[name.text] = Assumption(name.text, formula, statement.span)

    def _sum_equation(self, node: s.Relation, name: str | None = None) -> SumEquation | None:
        left, right = self.models.summation(node.left), self.models.summation(node.right)
        if left is None or right is None:
            return None
        self.formulas.same_variables(node.left, node.right)
        return SumEquation(left, right, name)

    def _cycles(self) -> None:
        everything = {**self.assumptions, **self.definitions}
        graph = {name: list(_references(a.formula)) for name, a in everything.items()}
        for name in find_cycle_members(graph):
            node = self.formulas.names[name]
            message = f"`{name}` is defined by way of itself"
            self.found.error("E210", message, node, "its formula leads back to it")
            del graph[name]
        for name in deeper_than(graph, MAX_DEPTH):
            message = f"`{name}` rests on too long a chain of definitions"
            self.found.error("E115", message, self.formulas.names[name], f"more than {MAX_DEPTH}")

    # derivations, rewriting, claims

    def _items(self) -> Iterator[Item]:
        seen: set[str] = set()
        for statement in self.tree.statements:
            self.found.next_statement()
            match statement:
                case s.Derive(name) | s.RewriteStatement(name):
                    if name.text in seen:
                        message = f"the name `{name}` is given twice"
                        self.found.error("E203", message, name, "given before")
                    seen.add(name.text)
                    if isinstance(statement, s.Derive):
                        item: Item | None = self._derivation(statement)
                    else:
                        item = self._rewrite(statement)
                case s.ClaimThat():
                    item = self._claim(statement)
                case _:
                    item = None
            if item is not None:
                yield item

    def _derivation(self, node: s.Derive) -> Derivation | None:
        assuming = self.formulas.all_refer(node.assuming.names if node.assuming else ())
        lines: list[s.StartLine | s.StepLine] = [node.start, *node.steps]
        products = self._lines(tuple(line.expression for line in lines))
        steps = [
            self._step(step, left, right, before)
            for step, left, right, before in zip(
                node.steps, products, products[1:], lines, strict=False
            )
        ]
        start, good = products[0], tuple(step for step in steps if step is not None)
        if start is None or len(good) < len(steps):
            return None
        label = node.start.label.shown if node.start.label else None
        note = node.note.shown if node.note else ""
        return Derivation(node.name.text, note, assuming, start, label, good, node.span)

    def _lines(self, nodes: tuple[s.Expression, ...]) -> Sequence[Line | None]:
        """The lines of a derivation: summations where some line is more than a product."""
        if not any(map(self.formulas.is_sum, nodes)):
            return [self.formulas.product(node) for node in nodes]
        return [self.models.summation(node) for node in nodes]

    def _step(
        self,
        node: s.StepLine,
        left: Line | None,
        right: Line | None,
        before: s.StartLine | s.StepLine,
    ) -> Step | None:
        cited = self._citation(node.cited)
        expect = self._expect(node.expect, STEP_VERDICTS)
        if left is None or right is None:
            return None
        self.formulas.same_variables(before.expression, node.expression)
        label = node.label.shown if node.label else None
        return Step(left, right, label, cited, expect, node.span)

    def _citation(self, node: s.Cites | None) -> Citation | None:
        if node is None:
            return None
        names = self.formulas.all_refer(x for x in node.items if isinstance(x, s.Name))
        words = tuple(dict.fromkeys(x.text for x in node.items if isinstance(x, s.Word)))
        return Citation(names, words, node.span)

    def _expect(self, node: s.Word | None, allowed: tuple[str, ...]) -> str | None:
        if node is None:
            return None
        if node.text not in allowed:
            meant = nearest(node.text, allowed)
            hint = f"did you mean `{meant}`?" if meant else ""
            label = f"expected {', '.join(allowed[:-1])} or {allowed[-1]}"
            self.found.error("E212", f"`{node.text}` is not a verdict here", node, label, hint)
        return node.text

    def _rewrite(self, node: s.RewriteStatement) -> Rewrite | None:
        assuming = self.formulas.all_refer(node.assuming.names if node.assuming else ())
        body = node.body
        left, right = self._lines((body.left, body.right))
        expect = self._expect(body.expect, STEP_VERDICTS)
        if left is None or right is None:
            return None
        self.formulas.same_variables(body.left, body.right)
        note = node.note.shown if node.note else ""
        return Rewrite(node.name.text, note, assuming, left, right, expect, node.span)

    def _claim(self, node: s.ClaimThat) -> Claim | ModelClaim | None:
        if not isinstance(node.body, s.Entailment):
            return self.models.claim(node, self._expect(node.expect, MODEL_VERDICTS))
        names = self.formulas.all_refer(node.body.names)
        said = node.body.formula
        formula: Formula | Inequality | SumEquation | None
        if isinstance(said, s.Relation) and self.formulas.is_sum_equation(said):
            formula = self._sum_equation(said)
        elif isinstance(said, s.Refers) and said.name.text in self.formulas.equations:
            formula = self.equations.get(said.name.text)
        elif isinstance(said, s.Relation) and said.op in ("<=", ">=", "<", ">"):
            formula = self.models.inequality(said)
        else:
            formula = self.formulas.formula(said)
        expect = self._expect(node.expect, CLAIM_VERDICTS)
        if formula is None:
            return None
        label = node.label.shown if node.label else None
        return Claim(label, names, node.body.entails, formula, expect, node.span)

    # what only the whole file shows

    def _local_causality(
        self, spacetime: s.Spacetime | None, causal: s.Causal | None, items: Iterable[Item]
    ) -> None:
        said = (s.SaysLocalCausality, s.SaysCommonCauses)
        assumes = [x for x in self._each(s.Assume) if isinstance(x.formula, said)]
        if assumes and spacetime is None and causal is None:
            self.found.error(
                "E208",
                f"{_needs(assumes)} a causal structure",
                assumes[0].formula,
                "no `spacetime` or `causal` block in this file",
            )
        local = [x for x in items if isinstance(x, ModelClaim) and x.where == ("spacetime",)]
        if not (assumes or local) or spacetime is None:
            return
        blamed: dict[str, None] = {}
        for name in self._in_use(items):
            atoms = self.scope.composites.expand((name,))
            lost = [a for a in sorted(atoms) if not self.scope.has_declared_place(a)]
            blamed.update(dict.fromkeys(lost if "∖" not in "".join(lost) else [name]))
        position = {name: k for k, name in enumerate(self.scope.declared_at)}
        for name in sorted(blamed, key=position.__getitem__):
            message = f"`{name}` has no place, but {_needs(assumes)} one"
            self.found.error(
                "E207",
                message,
                self.scope.declared_at[name],
                "where does it live?",
                f"write `{name} at REGION`",
            )

    def _in_use(self, items: Iterable[Item]) -> list[str]:
        """The variables of assumptions, derivations, rewrites and claims, each once."""
        formulas: list[Formula] = [a.formula for a in self.assumptions.values()]
        products: list[Line] = []
        local: list[str] = []
        for item in items:
            match item:
                case Derivation():
                    products += [item.start, *(step.right for step in item.steps)]
                case Rewrite():
                    products += [item.left, item.right]
                case Claim(formula=Inequality(left, _, right)):
                    local += sorted(self.models.variables_of((left, right)))
                case Claim(formula=SumEquation(first, second)):
                    products += [first, second]
                case Claim(formula=formula) if not isinstance(formula, Inequality | SumEquation):
                    formulas.append(formula)
                case ModelClaim(kind="local") if item.model in self.models.models:
                    local += self.models.models[item.model].names
        formulas += [self.definitions[n].formula for n in self._used_definitions(items)]
        names = [*local, *(n for f in formulas for n in _names_in(f))]
        names += [n for p in products for n in _names_of(p)]
        return [n for n in dict.fromkeys(names) if n in self.scope.declared_at]

    def _used_definitions(self, items: Iterable[Item]) -> list[str]:
        used: dict[str, None] = {}
        pending = [r for a in self.assumptions.values() for r in _references(a.formula)]
        for item in items:
            match item:
                case Claim():
                    pending += item.names
                    if not isinstance(item.formula, Inequality | SumEquation):
                        pending += _references(item.formula)
                case ModelClaim():
                    pending += item.names
                case Derivation() | Rewrite():
                    pending += item.assuming
        while pending:
            name = pending.pop()
            if name in self.definitions and name not in used:
                used[name] = None
                pending += _references(self.definitions[name].formula)
        return list(used)


def _arrow_count(groups: Sequence[s.Names]) -> int:
    return sum(len(one) * len(next_) for one, next_ in pairwise(groups))


def head(node: s.Line) -> s.Node:
    """The first word of a statement, as a place for messages about the whole."""
    span = node.span
    width = {s.Spacetime: 9, s.Causal: 6, s.Title: 5, s.Source: 6}.get(type(node), 1)
    return s.Node(span=Span(span.line, span.column, span.line, span.column + width))


def _later(a: s.Line, b: s.Line) -> s.Line:
    return max(a, b, key=lambda node: (node.span.line, node.span.column))


def _references(formula: Formula) -> Iterator[str]:
    match formula:
        case Reference(name):
            yield name
        case Conjunction(parts):
            for part in parts:
                yield from _references(part)


def _needs(assumes: Sequence[s.Assume]) -> str:
    """The principle that is stated first and its verb; a claim on a model speaks of the other."""
    first = assumes[0].formula if assumes else None
    is_common = isinstance(first, s.SaysCommonCauses)
    return "common causes need" if is_common else "local causality needs"


def _names_in(formula: Formula) -> Iterator[str]:
    match formula:
        case Independent(x, y, z):
            yield from (*x, *y, *z)
        case Equation(left, right):
            yield from (*_names_of(left), *_names_of(right))
        case Determined(names, by):
            yield from (*names, *by)
        case Positive(names):
            yield from names
        case Conjunction(parts):
            for part in parts:
                yield from _names_in(part)
        case Reference() | LocalCausality() | CommonCauses():
            pass


def _names_of(line: Line) -> Iterator[str]:
    if isinstance(line, Summation):
        yield from (name for term in line.terms for name in sorted(variables_of(term.names)))
        return
    for factor in line.factors:
        yield from (*factor.event, *factor.given)
