"""Mutations of a trusted module: `python tests/mutate.py MODULE.py [--limit N] TEST…`.

Each mutation changes one place of the syntax tree (a comparison, `and`/`or`, a `not`, a constant
by one, or a guard left out), and the tests are run on a copy of the tree that has it. Printed are
the survivors: conditions that no test sees, or changes that make no difference. A test file stops
at its first failure, so name the quick tests first. No part of the test suite: it takes long.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 120
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


def variants(node: ast.AST) -> Iterator[tuple[str, ast.AST | None]]:
    """What a node may become, with a word for it; None where a statement is left out."""
    match node:
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                new = copy.deepcopy(node)
                new.ops[k] = OPPOSITE[type(op)]()
                yield "comparison", new
        case ast.BoolOp(op=op, values=values):
            yield "and/or", ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for k in range(len(values)):
                yield f"operand {k + 1} dropped", ast.BoolOp(op, values[:k] + values[k + 1 :])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not", operand
        case ast.Constant(value=value) if type(value) is int:
            yield "+1", ast.Constant(value + 1)
            yield "-1", ast.Constant(value - 1)
        case ast.If(body=[ast.Raise() | ast.Return() | ast.Continue()], orelse=[]) | ast.Raise():
            yield "guard dropped", None
        case ast.Expr(value=ast.Call()):
            yield "call dropped", None


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Every child of every node, by the field that it stands in and its place there."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, ast.AST):
                yield parent, name, None
            elif isinstance(value, list):
                yield from (
                    (parent, name, k) for k, x in enumerate(value) if isinstance(x, ast.AST)
                )


def mutations(source: str) -> Iterator[tuple[int, str, str]]:
    """The line, what is changed there, and the changed text of the module."""
    tree = ast.parse(source)
    for parent, name, k in list(places(tree)):
        held = getattr(parent, name)
        old = held if k is None else held[k]
        for what, new in variants(old):
            new = new or ast.Pass()
            if k is None:
                setattr(parent, name, new)
            else:
                held[k] = new
            text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree)))
            yield old.lineno, f"{what}: {ast.unparse(old).splitlines()[0]}", text
        if k is None:
            setattr(parent, name, old)
        else:
            held[k] = old


def survives(copied: Path, tests: list[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    env = {**os.environ, "PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(command, cwd=copied, env=env, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutations of a module that no test sees.")
    parser.add_argument("module", help="for example lpc/kernel/rules.py")
    parser.add_argument("tests", nargs="+")
    parser.add_argument("--limit", type=int, help="at most so many mutations")
    options = parser.parse_args()
    source = (ROOT / options.module).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder)
        for part in ("lpc", "tests", "docs", "proofs"):
            shutil.copytree(
                ROOT / part, copied / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        shutil.copy(ROOT / "pyproject.toml", copied)
        target = copied / options.module
        target.write_text(ast.unparse(ast.parse(source)), encoding="utf-8")
        if not survives(copied, options.tests):
            print("the tests fail without any mutation")
            return 2
        count, left = 0, 0
        for line, what, text in list(mutations(source))[: options.limit]:
            target.write_text(text, encoding="utf-8")
            count += 1
            if survives(copied, options.tests):
                left += 1
                print(f"{options.module}:{line}: {what}", flush=True)
    print(f"{count} mutations, {left} survived")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
