"""A mistake in one statement: what does not depend on it comes out as if it were not there."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

import lpc
from lpc.language import syntax as s
from lpc.language.names import canonical
from lpc.language.reader import read_tree, tokens

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "proofs").glob("*.lpc"))
MUTANTS = 16

STRUCTURE = (s.Spacetime, s.Causal, s.CompleteOn)
NAMED = (s.Assume, s.Define, s.DefineQuantity, s.Model, s.Quantum)
ITEMS = (s.Derive, s.RewriteStatement, s.ClaimThat)


def _edit(text: str, node: s.Node, edit: str) -> str | None:
    """The text with one mistake in one statement; no line moves."""
    lines = text.split("\n")
    first, last = node.span.line - 1, node.span.end_line - 1
    start, end = node.span.column - 1, node.span.end_column - 1
    if edit == "stray":
        lines[last] = lines[last][:end] + " )" + lines[last][end:]
    elif edit == "keyword":
        word = lines[first][start:].split()[0]
        wrong = word[1] + word[0] + word[2:]
        lines[first] = lines[first][:start] + wrong + lines[first][start + len(word) :]
    elif edit == "twice" and isinstance(node, NAMED):
        lines[last] = (
            lines[last][:end]
            + f" ; assume {node.name} : positive {{}}".format("qqq")
            + lines[last][end:]
        )
    elif edit == "unknown":
        for k in range(first, last + 1):
            if "P(" in lines[k].split("#")[0].split('"')[0]:
                lines[k] = lines[k].replace("P(", "P(zzz, ", 1)
                break
        else:
            return None
    else:
        return None
    return "\n".join(lines)


def _words(text: str, node: s.Node) -> set[str]:
    """Every name in the text of a statement, as its tokens have it."""
    lines = text.split("\n")[node.span.line - 1 : node.span.end_line]
    return {canonical(t) for t in tokens("\n".join(lines)) if t.type == "NAME"}


def _left(said: list[set[str]], statements: tuple[s.Statement, ...], wrong: int) -> set[int]:
    """The lines of the items that do not depend on a statement."""
    broken = statements[wrong]
    if isinstance(broken, s.Variables | s.Split | s.Part):
        return set()
    names = {broken.name.text} if isinstance(broken, NAMED) else set()
    out = {wrong}
    if isinstance(broken, STRUCTURE):
        out |= {k for k, x in enumerate(statements) if _rests(x)}
        names |= {x.name.text for x in statements if isinstance(x, s.Assume) and _rests(x)}
        names |= {n.text for x in statements if isinstance(x, s.Causal) for line in x.lines
                  if isinstance(line, s.Latent) for n in line.names}  # fmt: skip
    grown = True
    while grown:
        grown = False
        for k, x in enumerate(statements):
            if k not in out and isinstance(x, NAMED + ITEMS) and said[k] & names:
                out.add(k)
                names |= {x.name.text} if isinstance(x, NAMED) else set()
                grown = True
    return {x.span.line for k, x in enumerate(statements) if isinstance(x, ITEMS) and k not in out}


def _rests(x: s.Statement) -> bool:
    if isinstance(x, s.ClaimThat):
        return isinstance(x.body, s.Entailment | s.ModelIsLocal)
    if isinstance(x, s.Assume):
        return isinstance(x.formula, s.SaysLocalCausality | s.SaysCommonCauses)
    return isinstance(x, s.Derive | s.RewriteStatement)


def _mutants(path: Path):
    text = path.read_text(encoding="utf-8")
    statements = read_tree(text).tree.statements
    kinds = ("stray", "keyword", "twice", "unknown")
    every = [(k, kind) for k in range(len(statements)) for kind in kinds]
    random.Random(path.stem).shuffle(every)
    count = 0
    for k, kind in every:
        mutant = _edit(text, statements[k], kind)
        if mutant is not None and count < MUTANTS:
            count += 1
            yield k, kind, mutant


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_what_is_left_is_what_the_file_says(path):
    text = path.read_text(encoding="utf-8")
    whole = lpc.parse(text, path.name)
    statements = read_tree(text).tree.statements
    words = [_words(text, x) for x in statements]
    for k, kind, mutant in _mutants(path):
        broken = statements[k]
        with pytest.raises(lpc.DocumentError) as caught:
            lpc.parse(mutant, path.name)
        error, said = caught.value, (k, kind)
        lines = range(broken.span.line, broken.span.end_line + 1)
        assert all(d.span.line in lines for d in error.diagnostics), said
        left = _left(words, statements, k)
        wanted = [x for x in whole.items if x.span.line in left]
        if kind == "keyword" and error.document is None:
            continue  # what a misspelt word was meant to be is not always clear
        if not wanted:
            assert error.document is None or not error.document.items, said
            continue
        found = error.document
        assert found is not None, said
        assert list(found.items) == wanted, said
        assert found.errors == error.diagnostics
        listed = {d.span.line for d in error.unchecked}
        every = {x.span.line for x in statements if isinstance(x, ITEMS)}
        assert listed | {x.span.line for x in wanted} | {broken.span.line} >= every, said
        assert not listed & {x.span.line for x in wanted}
        if not isinstance(broken, STRUCTURE):
            assert found.scene == whole.scene
            assert found.graph == whole.graph
            assert found.variables == whole.variables
        for kept, full in (
            (found.assumptions, whole.assumptions),
            (found.definitions, whole.definitions),
            (found.quantities, whole.quantities),
            (found.models, whole.models),
            (found.equations, whole.equations),
        ):
            assert kept.items() <= full.items(), said


CHECKED = (
    ("bell1976", r"define Fact_k : P\(A, B", "define Fact_k : P(A, C"),
    ("common_cause", r"claim ", "clam "),
    ("bell1976", r"assume SI : N", "assume SI : M"),
)


@pytest.mark.parametrize(("name", "pattern", "wrong"), CHECKED)
def test_what_is_left_comes_out_as_before(name, pattern, wrong):
    text = (ROOT / "proofs" / f"{name}.lpc").read_text(encoding="utf-8")
    mutant, count = re.subn(pattern, wrong, text, count=1)
    assert count == 1
    before = {(i.kind, i.name, i.index, i.line): i for i in lpc.check(lpc.parse(text)).items}
    with pytest.raises(lpc.DocumentError) as caught:
        lpc.parse(mutant)
    document = caught.value.document
    report = lpc.check(document)
    broken = set(before_names(text)) - set(document.assumptions) - set(document.definitions)
    assert report.status.value == "error"
    assert report.items
    for item in report.items:
        old = before[item.kind, item.name, item.index, item.line]
        assert _bare(item, broken) == _bare(old, broken)


def before_names(text: str) -> tuple[str, ...]:
    document = lpc.parse(text)
    return (*document.assumptions, *document.definitions)


def _bare(item: lpc.Item, broken: set[str]):
    """An item without what it says of the names that are broken, which nothing in it rests on."""

    def known(sets):
        return tuple(names for names in sets if not broken & set(names))

    model = item.model and replace(
        item.model,
        satisfies=tuple(n for n in item.model.satisfies if n not in broken),
        violates=tuple(n for n in item.model.violates if n not in broken),
        unknown=tuple(n for n in item.model.unknown if n not in broken),
    )
    removals = tuple(replace(r, would_do=known(r.would_do)) for r in item.removals)
    return replace(item, would_do=known(item.would_do), model=model, removals=removals)
