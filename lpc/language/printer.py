"""The canonical print of a syntax tree, for `lpc fmt`.

One spelling: names and `⊥` in Unicode; `|`, `->`, `<=` and `sum` as every keyboard has them.
One layout: two spaces inside a block, four before the `=` of a step; names, labels and
citations of neighbouring lines in columns. Printing what was printed changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lpc.language import syntax as s

WIDE = 88
_INDENT = "  "
_STEP = "    "


def print_file(tree: s.File) -> str:
    """The text of a tree; reading it again gives an equal tree."""
    lines: list[str] = []
    widths = _head_widths(tree.statements)
    for statement, width in zip(tree.statements, widths, strict=True):
        lines += _statement(statement, width)
    lines += tree.ending
    return "\n".join(line.rstrip() for line in lines) + "\n"


@dataclass(slots=True)
class _Row:
    """A line of a block in columns, with its comments."""

    cells: tuple[str, ...]
    trivia: s.Trivia
    indent: str = _INDENT


def _head_widths(statements: Sequence[s.Statement]) -> list[int]:
    """How far the colons of neighbouring statements of one kind are set in."""
    widths = [len(_head(node)) for node in statements]
    start = 0
    for k in range(1, len(statements) + 1):
        here = statements[k] if k < len(statements) else None
        before = statements[k - 1]
        if here is None or _keyword(here) != _keyword(before) or here.trivia.before:
            run = [n for n in widths[start:k] if n <= WIDE // 2]
            widths[start:k] = [max(run, default=0)] * (k - start)
            start = k
    return widths


def _keyword(node: s.Statement) -> str:
    return _head(node).split(" ")[0] or type(node).__name__


def _head(node: s.Statement) -> str:
    """What stands before the colon."""
    match node:
        case s.Assume(name, _, _):
            return f"assume {name}"
        case s.Define(name, _, _):
            return f"define {name}"
        case s.DefineQuantity(name, parameters, _, _):
            return f"define {name}" + (f"({_list(parameters)})" if parameters else "")
        case s.ClaimThat(label, _, _):
            return _joined("claim", _quoted(label))
    return ""


def _statement(node: s.Statement, width: int) -> Iterator[str]:
    match node:
        case s.Spacetime(space, time, lines):
            rows = [_Row((str(x.name), f"= {region(x.region)}"), x.trivia) for x in lines]
            yield from _block(f"spacetime {space}+{time}", rows, node.trivia, node.closing)
        case s.Causal(lines):
            rows = [_Row((_causal(x),), x.trivia) for x in lines]
            yield from _block("causal", rows, node.trivia, node.closing)
        case s.Variables(lines):
            rows = [_Row((_variable(x), _quoted(x.note)), x.trivia) for x in lines]
            yield from _block("variables", rows, node.trivia, node.closing)
        case s.Model(name, note, lines):
            rows = [_Row((_model_line(x),), x.trivia) for x in lines]
            yield from _block(_with_note(f"model {name}", note), rows, node.trivia, node.closing)
        case s.Quantum(name, note, lines):
            rows = [_Row((_quantum_line(x),), x.trivia) for x in lines]
            yield from _block(_with_note(f"quantum {name}", note), rows, node.trivia, node.closing)
        case s.Derive(name, note, assuming, start, steps):
            cells = (expression(start.expression), _quoted(start.label))
            rows = [*_assuming(assuming), _Row(cells, start.trivia), *map(_step, steps)]
            yield from _block(_with_note(f"derive {name}", note), rows, node.trivia, node.closing)
        case s.RewriteStatement(name, note, assuming, body):
            text = f"{expression(body.left)}  to  {expression(body.right)}"
            rows = [*_assuming(assuming), _Row((text, _expect(body.expect)), body.trivia)]
            yield from _block(_with_note(f"rewrite {name}", note), rows, node.trivia, node.closing)
        case _:
            yield from node.trivia.before
            yield _commented(_simple(node, _head(node).ljust(width)), node.trivia)


def _simple(node: s.Statement, head: str) -> str:
    """A statement without a block; `head` is what stands before its colon."""
    match node:
        case s.Title(text):
            return f'title "{text}"'
        case s.Source(text):
            return f'source "{text}"'
        case s.Split(whole, parts):
            return f"split {whole} into {_list(parts)}"
        case s.Part(parts, whole):
            return f"part {_list(parts)} of {whole}"
        case s.CompleteOn(names, place):
            return f"complete {_list(names)} on {region(place)}"
        case s.Assume(_, body, note) | s.Define(_, body, note):
            return _with_note(f"{head} : {formula(body)}", note)
        case s.DefineQuantity(_, _, body, note):
            return _with_note(f"{head} := {expression(body)}", note)
        case s.ClaimThat(_, body, expect):
            text = f"{head} : {claimed(body)}"
            if expect is not None and len(text) + len(_expect(expect)) >= WIDE:
                return f"{text}\n{_INDENT}{_expect(expect)}"
            return _joined(text, _expect(expect))
    raise TypeError(type(node).__name__)


# ---- lines and blocks ----------------------------------------------------------------------------


def _block(head: str, rows: Sequence[_Row], trivia: s.Trivia, closing: s.Trivia) -> Iterator[str]:
    yield from trivia.before
    empty = not rows and not closing.before
    yield _commented(f"{head} {{", trivia)
    texts = _columns(rows)
    for row, text in zip(rows, texts, strict=True):
        yield from _indented(row.trivia.before, row.indent)
        yield _commented(text, row.trivia)
    if not empty:
        yield from _indented(closing.before, _INDENT)
    yield _commented("}", closing)


def _columns(rows: Sequence[_Row]) -> list[str]:
    """The texts of rows, each column as wide as its widest cell unless that is very wide."""
    _drop_empty_columns(rows)
    count = max((len(row.cells) for row in rows), default=0)
    widths = []
    for k in range(count):
        lengths = [
            len(row.indent if k == 0 else "") + len(row.cells[k])
            for row in rows
            if any(row.cells[k + 1 :])
        ]
        widths.append(max((n for n in lengths if n <= WIDE), default=0))
    texts = []
    for row in rows:
        text = row.indent
        start = 0
        for k, cell in enumerate(row.cells):
            if k and widths[k - 1]:
                start += widths[k - 1] + (1 if cell.startswith("= ") and k == 1 else 2)
                text = text.rstrip().ljust(start - 1) + " " if cell else text
            elif k and cell:
                text += "  "
            text += cell
        texts.append(text.rstrip())
    return texts


def _drop_empty_columns(rows: Sequence[_Row]) -> None:
    used = {k for row in rows for k, cell in enumerate(row.cells) if cell}
    for row in rows:
        row.cells = tuple(cell for k, cell in enumerate(row.cells) if k in used)


def _indented(lines: Iterable[str], indent: str) -> list[str]:
    return [f"{indent}{line}" if line else "" for line in lines]


def _commented(text: str, trivia: s.Trivia) -> str:
    return f"{text}  {trivia.after}" if trivia.after else text


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _quoted(text: s.Text | None) -> str:
    return f'"{text.text}"' if text else ""


def _with_note(head: str, note: s.Text | None) -> str:
    return _joined(head, _quoted(note))


def _assuming(node: s.Assuming | None) -> list[_Row]:
    return [_Row((f"assuming {_list(node.names)}",), node.trivia)] if node else []


def _step(node: s.StepLine) -> _Row:
    cited = f"by {', '.join(x.text for x in node.cited.items)}" if node.cited else ""
    cells = (f"= {expression(node.expression)}", _quoted(node.label), cited, _expect(node.expect))
    return _Row(cells, node.trivia, _STEP)


def _expect(word: s.Word | None) -> str:
    return f"expect {word.text}" if word else ""


def _variable(node: s.VariableLine) -> str:
    values = f"in {{{', '.join(x.text for x in node.values)}}}" if node.values is not None else ""
    place = f"at {region(node.region)}" if node.region else ""
    return _joined(_list(node.names), values, place)


def _causal(node: s.Latent | s.Arrows) -> str:
    if isinstance(node, s.Latent):
        return f"latent {_list(node.names)}"
    return " -> ".join(_list(group) for group in node.groups)


def _model_line(node: s.Draw | s.Assign) -> str:
    head = f"fresh {node.name}" if node.fresh else str(node.name)
    if isinstance(node, s.Assign):
        text = f"{head} := {expression(node.expression)}"
    else:
        text = f"{head} ~ {distribution(node.distribution)}"
    last = node.expression if isinstance(node, s.Assign) else node.distribution
    if len(text) > WIDE and isinstance(last, s.IfThenElse | s.DistributionIf):
        tail = _branch(last.otherwise)  # a line that opens with `else` goes on
        text = f"{text[: -len(tail)].rstrip()}\n{_STEP}{_INDENT}{tail}"
    return text


def _quantum_line(node: s.Prepare | s.Measure | s.Draw | s.Assign) -> str:
    match node:
        case s.Prepare(state):
            text = distribution(state) if isinstance(state, s.Weights) else expression(state)
            return f"state {text}"
        case s.Measure(name, fresh, observable, party):
            head = f"fresh {name}" if fresh else str(name)
            text = (
                matrix(observable)
                if isinstance(observable, s.MatrixOf)
                else (expression(observable))
            )
            return f"{head} := {text} on {party.text}"
        case _:
            return _model_line(node)


def matrix(node: s.MatrixOf) -> str:
    """The text of a matrix."""
    return f"[{', '.join(f'[{_separated(row)}]' for row in node.rows)}]"


def _branch(node: s.Expression | s.Distribution) -> str:
    if isinstance(node, s.Uniform | s.Weights | s.DistributionIf):
        return f"else {distribution(node)}"
    return f"else {expression(node)}"


def claimed(body: s.Entailment | s.ModelObeys | s.ModelIsLocal | s.ValueOf) -> str:
    """The text of what is claimed."""
    match body:
        case s.Entailment(names, entails, said):
            verb = "entail" if entails else "do not entail"
            return _joined(_list(names), verb, formula(said))
        case s.ModelObeys(model, verb, names):
            return f"{model} {verb} {_list(names)}"
        case s.ModelIsLocal(model, where):
            return f"{model} is local in {', '.join(x.text for x in where)}"
        case s.ValueOf(quantity, model, op, value):
            return f"{expression(quantity)} of {model} {op} {expression(value)}"


def _list(names: Iterable[s.Name]) -> str:
    return ", ".join(name.text for name in names)


# ---- formulas, regions, expressions ------------------------------------------------------------


def formula(node: s.Formula) -> str:
    """The text of a formula."""
    match node:
        case s.SaysLocalCausality():
            return "local causality"
        case s.SaysCommonCauses():
            return "common causes"
        case s.SaysPositive(names):
            return f"positive {_list(names)}"
        case s.SaysIndependent(x, y, z):
            return f"{_list(x)} ⊥ {_list(y)}" + (f" | {_list(z)}" if z else "")
        case s.SaysDetermined(names, by):
            return f"{_list(names)} determined by {_list(by)}"
        case s.Relation(left, op, right):
            return f"{expression(left)} {op} {expression(right)}"
        case s.Refers(name):
            return name.text
        case s.AllOf(parts):
            return " and ".join(map(formula, parts))


def region(node: s.Region) -> str:
    """The text of a region."""
    match node:
        case s.RegionName(name):
            return name.text
        case s.RegionGroup(inner):
            return f"({region(inner)})"
        case s.Cone(kind, inner):
            return f"{kind}({region(inner)})"
        case s.Diamond(start, end):
            return f"diamond {region(start)} to {region(end)}"
        case s.Shape(kind, coordinates):
            return f"{kind} {', '.join(map(_coordinate, coordinates))}"
        case s.RegionSum(first, rest):
            return region(first) + "".join(f" {sign} {region(part)}" for sign, part in rest)
        case s.RegionMeet(parts):
            return " & ".join(map(region, parts))


def _coordinate(node: s.Coordinate) -> str:
    texts = [value.text for value in node.values]
    match node.form:
        case "range":
            return f"{node.key} = {' to '.join(texts)}"
        case "tuple":
            return f"{node.key} = ({', '.join(texts)})"
        case _:
            return f"{node.key} = {texts[0]}"


def distribution(node: s.Distribution) -> str:
    """The text of what follows `~`."""
    match node:
        case s.Uniform(values):
            return f"uniform {{{', '.join(map(expression, values))}}}"
        case s.Weights(pairs):
            inside = ", ".join(f"{expression(v)} : {expression(w)}" for v, w in pairs)
            return f"{{ {inside} }}"
        case s.DistributionIf(condition, then, otherwise):
            first = f"if {expression(condition)} then {distribution(then)}"
            return f"{first} else {distribution(otherwise)}"


def expression(node: s.Expression) -> str:
    """The text of an expression."""
    match node:
        case s.Number(text) | s.Name(text):
            return text
        case s.Prob(event, given):
            bar = f" | {_events(given)}" if given else ""
            return f"P({_events(event)}{bar})"
        case s.Call(name, arguments):
            return f"{name}({_separated(arguments)})"
        case s.Group(inner):
            return f"({expression(inner)})"
        case s.TupleOf(parts):
            return f"({_separated(parts)})"
        case s.Absolute(inner):
            return f"|{expression(inner)}|"
        case s.Negative(inner):
            return f"-{expression(inner)}"
        case s.Times(first, rest):
            return expression(first) + "".join(_factor(op, part) for op, part in rest)
        case s.Big(kind, names, body):
            return f"{kind}[{_list(names)}] {expression(body)}"
        case s.Additive(terms):
            return _terms(terms)
        case s.Comparison(left, op, right):
            return f"{expression(left)} {op} {expression(right)}"
        case s.Not(inner):
            return f"not {expression(inner)}"
        case s.Logic(op, parts):
            return f" {op} ".join(map(expression, parts))
        case s.IfThenElse(condition, then, otherwise):
            head = f"if {expression(condition)} then {expression(then)}"
            return f"{head} else {expression(otherwise)}"


def _factor(op: str, part: s.Expression) -> str:
    text = expression(part)
    return f"/{text}" if op == "/" else f" {op} {text}" if op else f" {text}"


def _terms(terms: Sequence[tuple[str, s.Expression]]) -> str:
    sign, first = terms[0]
    rest = "".join(f" {op} {expression(term)}" for op, term in terms[1:])
    return f"{sign}{expression(first)}{rest}"


def _separated(parts: Iterable[s.Expression]) -> str:
    return ", ".join(map(expression, parts))


def _events(events: Iterable[s.Event]) -> str:
    return ", ".join(
        e.name.text if e.value is None else f"{e.name} = {expression(e.value)}" for e in events
    )
