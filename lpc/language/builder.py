"""From the parser's reductions to the syntax tree: one method for each grammar rule."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from lark import Token, Transformer

from lpc.language import syntax as s
from lpc.language.layout import span_of
from lpc.language.names import UnknownCommand, canonical
from lpc.logic import Diagnostic, Severity, Span

T = TypeVar("T", bound=s.Node)
Children = list[Any]

problems = threading.local()
"""Mistakes that the grammar lets pass; `reader` sets `problems.found` before a parse."""


@dataclass(frozen=True, slots=True)
class _Many(s.Node):
    """A list of nodes on the way into their parent."""

    items: tuple[Any, ...]


def _span(c: Sequence[Any]) -> Span:
    first, last = _place(c[0]), _place(c[-1])
    return Span(first.line, first.column, last.end_line, last.end_column)


def _place(child: Any) -> Span:
    return span_of(child) if isinstance(child, Token) else child.span


def _kind(child: Any) -> str:
    return child.type if isinstance(child, Token) else ""


def _has(c: Children, kind: str) -> bool:
    return any(_kind(x) == kind for x in c)


def _name(token: Token) -> s.Name:
    try:
        text = canonical(str(token))
    except UnknownCommand:  # already reported by the layout
        text = str(token)
    return s.Name(text, span=span_of(token))


def _first_name(c: Children) -> s.Name:
    return next(_name(x) for x in c if _kind(x) == "NAME")


def _note(c: Children) -> s.Text | None:
    return next((_text(x) for x in c if _kind(x) == "STRING"), None)


def _text(token: Token) -> s.Text:
    return s.Text(str(token)[1:-1], span=span_of(token))


def _nodes(c: Children) -> tuple[Any, ...]:
    """The children that are nodes, lists left out."""
    return tuple(x for x in c if isinstance(x, s.Node) and not isinstance(x, _Many))


def _lists(c: Children) -> list[tuple[Any, ...]]:
    return [x.items for x in c if isinstance(x, _Many)]


def _operator(token: Token) -> str:
    return _SIGNS[token.type]


_SIGNS = {
    "EQUAL": "=", "LE": "<=", "GE": ">=", "LESS": "<", "GREATER": ">", "UNEQUAL": "!=",
    "PLUS": "+", "MINUS": "-", "STAR": "*", "SLASH": "/", "MOD": "mod", "BAR": "|",
}  # fmt: skip


def _split_at(c: Children, *kinds: str) -> list[tuple[str, Any]]:
    """Pairs of (sign before, node), "" where there is none."""
    pairs, sign = [], ""
    for x in c:
        if isinstance(x, Token):
            sign = _operator(x) if x.type in kinds else sign
        else:
            pairs.append((sign, x))
            sign = ""
    return pairs


def _word(text: str) -> Callable[[Builder, Children], s.Word]:
    def method(self: Builder, c: Children) -> s.Word:
        return s.Word(text, span=_span(c))

    return method


class Builder(Transformer[Token, s.Node]):
    """The callbacks of the parser."""

    def statement(self, c: Children) -> Any:
        return c[0]

    def title(self, c: Children) -> s.Title:
        return s.Title(_text(c[1]).text, span=_span(c))

    def source(self, c: Children) -> s.Source:
        return s.Source(_text(c[1]).text, span=_span(c))

    # regions

    def spacetime(self, c: Children) -> s.Spacetime:
        return s.Spacetime(str(c[1]), str(c[3]), _nodes(c), span=_span(c))

    def region_line(self, c: Children) -> s.RegionLine:
        return s.RegionLine(_name(c[0]), c[2], span=_span(c))

    def region_sum(self, c: Children) -> s.RegionSum:
        pairs = _split_at(c, "BAR", "MINUS")
        return s.RegionSum(pairs[0][1], tuple(pairs[1:]), span=_span(c))

    def region_meet(self, c: Children) -> s.RegionMeet:
        return s.RegionMeet(_nodes(c), span=_span(c))

    def region_name(self, c: Children) -> s.RegionName:
        return s.RegionName(_name(c[0]), span=_span(c))

    def region_group(self, c: Children) -> s.RegionGroup:
        return s.RegionGroup(c[1], span=_span(c))

    def cone(self, c: Children) -> s.Cone:
        return s.Cone(str(c[0]), c[2], span=_span(c))

    def diamond(self, c: Children) -> s.Diamond:
        return s.Diamond(c[1], c[3], span=_span(c))

    def shape(self, c: Children) -> s.Shape:
        return s.Shape(str(c[0]), _nodes(c), span=_span(c))

    def coordinate(self, c: Children) -> s.Coordinate:
        return s.Coordinate(str(c[0]), _nodes(c), "value", span=_span(c))

    def coordinate_range(self, c: Children) -> s.Coordinate:
        return s.Coordinate(str(c[0]), _nodes(c), "range", span=_span(c))

    def coordinate_tuple(self, c: Children) -> s.Coordinate:
        return s.Coordinate(str(c[0]), _nodes(c), "tuple", span=_span(c))

    def coordinate_between(self, c: Children) -> s.Coordinate:
        return s.Coordinate(str(c[2]), _nodes(c), "range", span=_span(c))

    def rational(self, c: Children) -> s.Rational:
        text = "".join("-" if x.type == "MINUS" else str(x) for x in c)
        return s.Rational(text, span=_span(c))

    # structure

    def causal(self, c: Children) -> s.Causal:
        return s.Causal(_nodes(c), span=_span(c))

    def latent(self, c: Children) -> s.Latent:
        return s.Latent(_lists(c)[0], span=_span(c))

    def arrows(self, c: Children) -> s.Arrows:
        return s.Arrows(tuple(_lists(c)), span=_span(c))

    def variables(self, c: Children) -> s.Variables:
        return s.Variables(_nodes(c), span=_span(c))

    def variable_line(self, c: Children) -> s.VariableLine:
        lists = _lists(c)
        values = lists[1] if len(lists) > 1 else None
        region = next(iter(_nodes(c)), None)
        return s.VariableLine(lists[0], values, region, _note(c), span=_span(c))

    def values(self, c: Children) -> _Many:
        return _Many(_nodes(c), span=_span(c))

    def word(self, c: Children) -> s.Name:
        return _name(c[0])

    def split(self, c: Children) -> s.Split:
        return s.Split(_name(c[1]), _lists(c)[0], span=_span(c))

    def part(self, c: Children) -> s.Part:
        return s.Part(_lists(c)[0], _name(c[3]), span=_span(c))

    def complete(self, c: Children) -> s.CompleteOn:
        return s.CompleteOn(_lists(c)[0], c[3], span=_span(c))

    def names(self, c: Children) -> _Many:
        return _Many(tuple(_name(x) for x in c if x.type == "NAME"), span=_span(c))

    # formulas

    def assume(self, c: Children) -> s.Assume:
        return s.Assume(_name(c[1]), c[3], _note(c), span=_span(c))

    def define(self, c: Children) -> s.Define:
        return s.Define(_name(c[1]), c[3], _note(c), span=_span(c))

    def define_quantity(self, c: Children) -> s.DefineQuantity:
        lists = _lists(c)
        parameters = lists[0] if lists else ()
        return s.DefineQuantity(_name(c[1]), parameters, _nodes(c)[0], _note(c), span=_span(c))

    def conjunction(self, c: Children) -> s.AllOf:
        return s.AllOf(_nodes(c), span=_span(c))

    def local_causality(self, c: Children) -> s.SaysLocalCausality:
        return s.SaysLocalCausality(span=_span(c))

    def common_causes(self, c: Children) -> s.SaysCommonCauses:
        return s.SaysCommonCauses(span=_span(c))

    def positive(self, c: Children) -> s.SaysPositive:
        return s.SaysPositive(c[1].items, span=_span(c))

    def independent(self, c: Children) -> s.SaysIndependent:
        return s.SaysIndependent(*_lists(c), span=_span(c))

    def determined(self, c: Children) -> s.SaysDetermined:
        return s.SaysDetermined(c[0].items, c[3].items, span=_span(c))

    def relation(self, c: Children) -> s.Relation:
        return s.Relation(c[0], _operator(c[1]), c[2], span=_span(c))

    def reference(self, c: Children) -> s.Refers:
        return s.Refers(_name(c[0]), span=_span(c))

    # derivations, rewriting, claims

    def derive(self, c: Children) -> s.Derive:
        nodes = list(_nodes(c))
        assuming = nodes.pop(0) if isinstance(nodes[0], s.Assuming) else None
        note = _note(c)
        return s.Derive(_name(c[1]), note, assuming, nodes[0], tuple(nodes[1:]), span=_span(c))

    def assuming(self, c: Children) -> s.Assuming:
        return s.Assuming(c[1].items, span=_span(c))

    def start(self, c: Children) -> s.StartLine:
        return s.StartLine(c[0], _note(c), span=_span(c))

    def step(self, c: Children) -> s.StepLine:
        found: dict[type, Any] = {}
        for note in c[2:]:
            if type(note) in found:
                _twice(note)
            found.setdefault(type(note), note)
        label, cited, expect = (found.get(t) for t in (s.Text, s.Cites, s.Word))
        return s.StepLine(c[1], label, cited, expect, span=_span(c))

    def label(self, c: Children) -> s.Text:
        return _text(c[0])

    def citation(self, c: Children) -> s.Cites:
        return s.Cites(_nodes(c), span=_span(c))

    def expectation(self, c: Children) -> s.Word:
        return s.Word(str(c[1]), span=span_of(c[1]))

    product_rule = _word("product rule")
    bayes = _word("bayes")
    total_probability = _word("total probability")
    algebra = _word("algebra")

    def rewrite(self, c: Children) -> s.RewriteStatement:
        nodes = list(_nodes(c))
        assuming = nodes.pop(0) if isinstance(nodes[0], s.Assuming) else None
        expect = nodes[2] if len(nodes) > 2 else None
        body = s.RewriteLine(nodes[0], nodes[1], expect, span=_span(nodes))
        return s.RewriteStatement(_name(c[1]), _note(c), assuming, body, span=_span(c))

    def claim(self, c: Children) -> s.ClaimThat:
        nodes = _nodes(c)
        expect = nodes[1] if len(nodes) > 1 else None
        return s.ClaimThat(_note(c), nodes[0], expect, span=_span(c))

    def entailment(self, c: Children) -> s.Entailment:
        names = next(iter(_lists(c)), ())
        return s.Entailment(names, True, c[-1], span=_span(c))

    def non_entailment(self, c: Children) -> s.Entailment:
        names = next(iter(_lists(c)), ())
        return s.Entailment(names, False, c[-1], span=_span(c))

    def model_obeys(self, c: Children) -> s.ModelObeys:
        return s.ModelObeys(_name(c[0]), str(c[1]), c[2].items, span=_span(c))

    def model_is_local(self, c: Children) -> s.ModelIsLocal:
        where: tuple[Any, ...]
        where = (s.Word(str(c[4]), span=span_of(c[4])),) if _kind(c[4]) else c[4].items
        return s.ModelIsLocal(_name(c[0]), where, span=_span(c))

    def value_of(self, c: Children) -> s.ValueOf:
        return s.ValueOf(c[0], _name(c[2]), _operator(c[3]), c[4], span=_span(c))

    # models

    def model(self, c: Children) -> s.Model:
        return s.Model(_name(c[1]), _note(c), _nodes(c), span=_span(c))

    def draw(self, c: Children) -> s.Draw:
        return s.Draw(_first_name(c), _has(c, "FRESH"), c[-1], span=_span(c))

    def assign(self, c: Children) -> s.Assign:
        return s.Assign(_first_name(c), _has(c, "FRESH"), c[-1], span=_span(c))

    def uniform(self, c: Children) -> s.Uniform:
        return s.Uniform(_nodes(c), span=_span(c))

    def weights(self, c: Children) -> s.Weights:
        pairs = tuple((pair[0], pair[1]) for pair in _lists(c))
        return s.Weights(pairs, span=_span(c))

    def weight(self, c: Children) -> _Many:
        return _Many((c[0], c[2]), span=_span(c))

    def distribution_if(self, c: Children) -> s.DistributionIf:
        return s.DistributionIf(c[1], c[3], c[5], span=_span(c))

    # quantum experiments

    def quantum(self, c: Children) -> s.Quantum:
        return s.Quantum(_name(c[1]), _note(c), _nodes(c), span=_span(c))

    def prepare(self, c: Children) -> s.Prepare:
        return s.Prepare(c[1], span=_span(c))

    def measure(self, c: Children) -> s.Measure:
        party = s.Number(str(c[-1]), span=span_of(c[-1]))
        return s.Measure(_first_name(c), _has(c, "FRESH"), c[-3], party, span=_span(c))

    def matrix(self, c: Children) -> s.MatrixOf:
        return s.MatrixOf(tuple(_lists(c)), span=_span(c))

    def row(self, c: Children) -> _Many:
        return _Many(_nodes(c), span=_span(c))

    # expressions

    def if_then_else(self, c: Children) -> s.IfThenElse:
        return s.IfThenElse(c[1], c[3], c[5], span=_span(c))

    def disjunction(self, c: Children) -> s.Logic:
        return s.Logic("or", _nodes(c), span=_span(c))

    def exclusive(self, c: Children) -> s.Logic:
        return s.Logic("xor", _nodes(c), span=_span(c))

    def both(self, c: Children) -> s.Logic:
        return s.Logic("and", _nodes(c), span=_span(c))

    def inversion(self, c: Children) -> s.Not:
        return s.Not(c[1], span=_span(c))

    def comparison(self, c: Children) -> s.Comparison:
        return s.Comparison(c[0], _operator(c[1]), c[2], span=_span(c))

    def additive(self, c: Children) -> s.Additive:
        return s.Additive(tuple(_split_at(c, "PLUS", "MINUS")), span=_span(c))

    def product(self, c: Children) -> s.Times:
        pairs = _split_at(c, "STAR", "SLASH", "MOD")
        return s.Times(pairs[0][1], tuple(pairs[1:]), span=_span(c))

    def negative(self, c: Children) -> s.Negative:
        return s.Negative(c[1], span=_span(c))

    def big(self, c: Children) -> s.Big:
        kind = "sum" if c[0].type == "SUM" else "integral"
        return s.Big(kind, _lists(c)[0], c[-1], span=_span(c))

    def absolute(self, c: Children) -> s.Absolute:
        return s.Absolute(c[1], span=_span(c))

    def number(self, c: Children) -> s.Number:
        return s.Number(str(c[0]), span=_span(c))

    def variable(self, c: Children) -> s.Name:
        return _name(c[0])

    def call(self, c: Children) -> s.Call:
        return s.Call(_name(c[0]), _nodes(c), span=_span(c))

    def group(self, c: Children) -> s.Group:
        return s.Group(c[1], span=_span(c))

    def tuple_of(self, c: Children) -> s.TupleOf:
        return s.TupleOf(_nodes(c), span=_span(c))

    def probability(self, c: Children) -> s.Prob:
        return s.Prob(*_lists(c), span=_span(c))

    def events(self, c: Children) -> _Many:
        return _Many(_nodes(c), span=_span(c))

    def event(self, c: Children) -> s.Event:
        return s.Event(_name(c[0]), c[2] if len(c) > 1 else None, span=_span(c))


def _twice(note: s.Node) -> None:
    what = {s.Text: "label", s.Cites: "`by …`", s.Word: "`expect …`"}[type(note)]
    problems.found.append(
        Diagnostic(
            Severity.ERROR,
            "E118",
            f"this step has a second {what}",
            note.span,
            "already said before",
        )
    )
