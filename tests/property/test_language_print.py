"""Printing a random tree and reading it again gives the same tree."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lpc.language import format_text
from lpc.language import syntax as s
from lpc.language.printer import print_file
from lpc.language.reader import parse_tree
from lpc.language.trivia import inner_lines

NAMES = ["A", "B", "a", "a'", "λ", "λ_a", "λ_Σ", "γ∖a", "π", "E", "sum_1", "T1", "ifs"]
name = st.builds(s.Name, st.sampled_from(NAMES))
names = st.lists(name, min_size=1, max_size=3).map(tuple)
words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12)
texts = words.map(lambda t: t.replace('"', "'"))
text = st.builds(s.Text, texts)
maybe_text = st.none() | text
digits = st.sampled_from(["0", "1", "12", "0.5", "007"])
rational = st.builds(
    lambda sign, n, d: s.Rational(sign + n + (f"/{d}" if d else "")),
    st.sampled_from(["", "-", "+"]), digits, st.sampled_from(["", "2", "3"]),
)  # fmt: skip


def several(strategy, least=2):
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


# ---- regions -----------------------------------------------------------------------------

key = st.sampled_from(["t", "x", "y", "z", "r"])
coordinate = st.one_of(
    st.builds(s.Coordinate, key, rational.map(lambda v: (v,)), st.just("value")),
    st.builds(s.Coordinate, key, st.tuples(rational, rational), st.just("range")),
    st.builds(s.Coordinate, key, several(rational, 1), st.just("tuple")),
)
shape = st.builds(
    s.Shape, st.sampled_from(["point", "slice", "segment", "ball"]), several(coordinate, 1)
)


def larger_regions(inner):
    primary = st.one_of(
        st.builds(s.RegionName, name),
        st.builds(s.RegionGroup, inner),
        st.builds(s.Cone, st.sampled_from(["past", "future"]), inner),
        shape,
    )
    diamond = st.builds(s.Diamond, primary, primary)
    meet = st.builds(s.RegionMeet, several(primary | diamond))
    part = primary | diamond | meet
    rest = several(st.tuples(st.sampled_from(["|", "-"]), part), 1)
    return part | st.builds(s.RegionSum, part, rest)


region = st.recursive(st.builds(s.RegionName, name) | shape, larger_regions, max_leaves=6)


# ---- expressions -----------------------------------------------------------------------------


def arithmetic_over(inner):
    """Arithmetic whose parenthesised parts, arguments and values are `inner`."""
    event = st.builds(s.Event, name, st.none() | st.builds(s.Number, digits))
    plain = st.one_of(
        st.builds(s.Number, digits),
        name,
        st.builds(s.Prob, several(event, 1), st.just(()) | several(event, 1)),
        st.builds(s.Call, name, several(inner, 0)),
        st.builds(s.Group, inner),
        st.builds(s.TupleOf, several(inner)),
    )
    unit = plain | st.builds(s.Absolute, plain)
    factor = st.one_of(
        st.tuples(st.just(""), plain),
        st.tuples(st.sampled_from(["*", "/", "mod"]), unit | st.builds(s.Negative, unit)),
    )
    product = st.builds(s.Times, unit, several(factor, 1)).map(no_calls)
    big = st.builds(s.Big, st.sampled_from(["sum", "integral"]), names, unit | product)
    ended = st.builds(
        lambda p, op, b: s.Times(p.first, (*p.rest, (op, b))), product,
        st.sampled_from(["", "*"]), big,
    )  # fmt: skip
    term = st.one_of(unit, product, big, ended)
    sign = st.sampled_from(["+", "-"])
    signed = several(st.tuples(sign, term), 1)
    total = st.one_of(
        st.builds(s.Additive, signed),
        st.builds(lambda t, rest: s.Additive((("", t), *rest)), term, signed),
    )
    return term | total


def no_calls(product):
    """A name followed by a parenthesis is a call, so a product with one needs its sign."""
    rest, before = [], product.first
    for op, part in product.rest:
        bare = before.inner if isinstance(before, s.Negative) else before
        call = isinstance(bare, s.Name) and isinstance(part, s.Group | s.TupleOf)
        rest.append(("*" if call and not op else op, part))
        before = part
    return s.Times(product.first, tuple(rest))


def larger_expressions(inner):
    number = arithmetic_over(inner)
    compared = number | st.builds(
        s.Comparison, number, st.sampled_from(["=", "<=", ">=", "<", ">", "!="]), number
    )
    negated = compared | st.builds(s.Not, compared)
    both = negated | st.builds(s.Logic, st.just("and"), several(negated))
    exclusive = both | st.builds(s.Logic, st.just("xor"), several(both))
    either = exclusive | st.builds(s.Logic, st.just("or"), several(exclusive))
    return either | st.builds(s.IfThenElse, either, inner, inner)


expression = st.recursive(name | st.builds(s.Number, digits), larger_expressions, max_leaves=4)
arithmetic = arithmetic_over(expression)

# ---- formulas and statements -----------------------------------------------------------------

single = st.one_of(
    st.just(s.SaysLocalCausality()),
    st.builds(s.SaysPositive, names),
    st.builds(s.SaysIndependent, names, names, st.just(()) | names),
    st.builds(s.SaysDetermined, names, names),
    st.builds(s.Relation, arithmetic, st.sampled_from(["=", "<=", ">"]), arithmetic),
    st.builds(s.Refers, name),
)
formula = single | st.builds(s.AllOf, several(single))
assuming = st.none() | st.builds(s.Assuming, names)
verdict = st.none() | st.builds(s.Word, st.sampled_from(["refuted", "licensed"]))
rule = st.builds(s.Word, st.sampled_from(["product rule", "bayes", "total probability"]))
cites = st.none() | st.builds(s.Cites, several(name | rule, 1))


def larger_distributions(inner):
    return st.builds(s.DistributionIf, expression, inner, inner)


distribution = st.recursive(
    st.builds(s.Uniform, several(expression, 1))
    | st.builds(s.Weights, several(st.tuples(expression, expression), 1)),
    larger_distributions,
    max_leaves=3,
)
weights = st.builds(s.Weights, several(st.tuples(expression, expression), 1))
matrix = st.builds(s.MatrixOf, several(several(expression, 1), 1))
party = st.builds(s.Number, st.sampled_from(["1", "2", "12"]))
region_line = st.builds(s.RegionLine, name, region)
causal_line = st.builds(s.Latent, names) | st.builds(s.Arrows, several(names))
values = st.none() | several(rational | name, 1)
variable_line = st.builds(s.VariableLine, names, values, st.none() | region, maybe_text)
statement = st.one_of(
    st.builds(s.Title, texts),
    st.builds(s.Source, texts),
    st.builds(s.Spacetime, st.just("1"), st.just("1"), several(region_line, 0)),
    st.builds(s.Causal, several(causal_line, 0)),
    st.builds(s.Variables, several(variable_line, 0)),
    st.builds(s.Split, name, names),
    st.builds(s.Part, names, name),
    st.builds(s.CompleteOn, names, region),
    st.builds(s.Assume, name, formula | st.just(s.SaysCommonCauses()), maybe_text),
    st.builds(s.Define, name, formula, maybe_text),
    st.builds(s.DefineQuantity, name, st.just(()) | names, expression, maybe_text),
    st.builds(s.Derive, name, maybe_text, assuming,
              st.builds(s.StartLine, arithmetic, maybe_text),
              several(st.builds(s.StepLine, arithmetic, maybe_text, cites, verdict), 1)),
    st.builds(s.RewriteStatement, name, maybe_text, assuming,
              st.builds(s.RewriteLine, arithmetic, arithmetic, verdict)),
    st.builds(s.ClaimThat, maybe_text, st.one_of(
        st.builds(s.Entailment, st.just(()) | names, st.booleans(), formula),
        st.builds(s.ModelObeys, name, st.sampled_from(["satisfies", "violates"]), names),
        st.builds(s.ModelIsLocal, name, names | st.just((s.Word("causal"),))),
        st.builds(s.ValueOf, arithmetic, name, st.just("="), arithmetic),
    ), verdict),
    st.builds(s.Quantum, name, maybe_text, several(st.one_of(
        st.builds(s.Prepare, name | st.builds(s.Call, name, several(expression, 0)) | weights),
        st.builds(s.Measure, name, st.booleans(), expression | matrix, party),
        st.builds(s.Assign, name, st.booleans(), expression),
    ), 0)),
    st.builds(s.Model, name, maybe_text, several(st.one_of(
        st.builds(s.Draw, name, st.booleans(), distribution),
        st.builds(s.Assign, name, st.booleans(), expression),
    ), 0)),
)  # fmt: skip

comment = words.map(lambda t: f"#{t}".rstrip())


def trim(lines, first):
    """Blank lines as the reader keeps them: never two together, none where a block opens."""
    kept = []
    for line in lines:
        if line or (kept and kept[-1]) or (not kept and not first):
            kept.append(line)
    return tuple(kept)


@st.composite
def trivia(draw, first=False):
    lines = draw(st.lists(comment | st.just(""), max_size=2))
    return s.Trivia(trim(lines, first), draw(st.just("") | comment))


def without_end(lines):
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


@st.composite
def files(draw):
    statements = []
    for node in draw(st.lists(statement, min_size=1, max_size=4)):
        node = replace(node, trivia=draw(trivia(first=not statements)))
        inner = inner_lines(node)
        if inner is not None:
            new = [replace(line, trivia=draw(trivia(first=k == 0))) for k, line in enumerate(inner)]
            closing = draw(trivia(first=not new))
            closing = replace(closing, before=without_end(closing.before))
            node = replace(node, closing=closing, **_fields(node, new))
        statements.append(node)
    ending = without_end(trim(draw(st.lists(comment | st.just(""), max_size=2)), False))
    return s.File(tuple(statements), ending)


def _fields(node, new):
    if isinstance(node, s.Derive | s.RewriteStatement):
        head = {"assuming": new.pop(0)} if node.assuming else {}
        if isinstance(node, s.Derive):
            return head | {"start": new[0], "steps": tuple(new[1:])}
        return head | {"body": new[0]}
    return {"lines": tuple(new)}


@given(files())
def test_print_then_parse_is_the_identity(tree):
    printed = print_file(tree)
    read, diagnostics = parse_tree(printed)
    assert diagnostics == (), printed
    assert read == tree, printed
    assert format_text(printed) == printed
