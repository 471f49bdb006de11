"""Mutations of a trusted module: `python tests/mutate.py MODULE.py [--lines A B] [TEST…]`.

Each mutation changes one place of the syntax tree: a comparison, `and`/`or`, a condition negated
or left out, a constant by one, an operator, an element of a list, a statement. What only types,
documents or words a message is left alone. The tests, those of `TESTS` unless others are named,
run until the first failure. Printed are the survivors: conditions that no test sees, or changes
that make no difference. docs/trust.md says which have been looked at.

All that the tests import and that does not itself import the module is loaded once; then each
mutant has a process of its own, with a bound on its work. No part of the test suite: it takes
minutes.
"""

from __future__ import annotations

import argparse
import ast
import copy
import doctest
import gc
import importlib.util
import json
import os
import resource
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parents[1]
MEMORY = 3 << 30
"""Bytes that a mutant may have."""

TESTS: dict[str, list[str]] = {
    "lpc/kernel/replay.py": ["rules/test_replay.py", "rules/test_rules.py"],
    "lpc/kernel/rules.py": ["rules/test_rules.py", "rules/test_schemes.py", "rules/test_replay.py"],
    "lpc/kernel/schemes.py": ["rules/test_rules.py", "rules/test_schemes.py"],
    "lpc/kernel/sums.py": ["rules/test_sum_moves.py"],
    "lpc/kernel/vectors.py": ["rules/test_rules.py"],
    "lpc/kernel/models.py": ["rules/test_models.py"],
    "lpc/kernel/inequalities.py": ["unit/test_inequalities.py"],
    "lpc/kernel/forms.py": ["unit/test_inequalities.py"],
    "lpc/kernel/sum_models.py": ["rules/test_models.py"],
    "lpc/spacetime/circuits.py": ["unit/test_circuits.py", "rules/test_presence.py"],
    "lpc/spacetime/common.py": ["rules/test_shields.py"],
    "lpc/spacetime/lines.py": ["unit/test_lines.py"],
    "lpc/spacetime/rule.py": ["rules/test_shields.py"],
}
"""The quick tests of each module; the examples in its docstrings are tried first."""

OPPOSITE: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}
FUNCTIONS = {"any": "all", "all": "any", "min": "max", "max": "min"}
Variant = tuple[str, ast.AST | None]


def variants(node: ast.AST) -> Iterator[Variant]:
    """What a node may become, with a word for it; None where a statement is left out."""
    match node:
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                for other in OPPOSITE[type(op)]:
                    yield "comparison", changed(node, ops=[*ops[:k], other(), *ops[k + 1 :]])
        case ast.BoolOp(op=op, values=values):
            yield "and/or", changed(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for k in range(len(values)):
                rest = without(values, k)
                yield (
                    f"operand {k + 1} dropped",
                    changed(node, values=rest) if rest[1:] else rest[0],
                )
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield "not or minus", operand
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in OPERATORS:
            yield "operator", changed(node, op=OPERATORS[type(op)]())
        case ast.Constant(value=bool() as value):
            yield "truth", ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield "+1", ast.Constant(value + 1)
            yield "-1", ast.Constant(value - 1)
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            yield "function", changed(node, func=ast.Name(FUNCTIONS[name], ast.Load()))
        case ast.List(elts=parts, ctx=ast.Load()) | ast.Tuple(elts=parts, ctx=ast.Load()):
            for k in range(len(parts)):
                yield f"element {k + 1} dropped", changed(node, elts=without(parts, k))
        case ast.comprehension(ifs=ifs):
            for k, test in enumerate(ifs):
                yield "condition dropped", changed(node, ifs=without(ifs, k))
                negated = [*ifs[:k], ast.UnaryOp(ast.Not(), test), *ifs[k + 1 :]]
                yield "condition negated", changed(node, ifs=negated)
        case ast.Slice(lower=lower, upper=upper):
            if lower:
                yield "slice", changed(node, lower=None)
            if upper:
                yield "slice", changed(node, upper=None)
        case ast.match_case(guard=ast.AST()):
            yield "guard dropped", changed(node, guard=None)
        case ast.Match(cases=cases) if len(cases) > 1:
            for k in range(len(cases)):
                yield f"case {k + 1} dropped", changed(node, cases=without(cases, k))
    yield from of_statement(node)
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare):
        yield "condition negated", changed(node, test=ast.UnaryOp(ast.Not(), node.test))


def of_statement(node: ast.AST) -> Iterator[Variant]:
    """The statement left out."""
    match node:
        case ast.If(body=body, orelse=[]):
            leaves = isinstance(body[-1], ast.Raise | ast.Return | ast.Continue | ast.Break)
            yield "guard dropped" if leaves else "case dropped", None
            yield "condition dropped", changed(node, test=ast.Constant(True))
        case ast.If(body=body):
            yield "else alone", changed(node, test=ast.Constant(False))
            yield "never else", changed(node, test=ast.Constant(True))
        case ast.Raise() | ast.Continue() | ast.AugAssign() | ast.Delete():
            yield "statement dropped", None
        case ast.Break():
            yield "statement dropped", None
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield "statement dropped", None


def changed(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node, its parts shared, with some fields of its own."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def without(items: list[ast.expr], k: int) -> list[ast.expr]:
    return items[:k] + items[k + 1 :]


Place = tuple[ast.AST, str, int | None]


def places(node: ast.AST) -> Iterator[Place]:
    """Every node below that counts, by the field that it stands in and its place there."""
    for name, value in ast.iter_fields(node):
        if name in UNTOUCHED.get(type(node), ()):
            continue
        for k, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(child, ast.AST) and not is_words(child):
                yield node, name, k
                yield from places(child)


UNTOUCHED: dict[type[ast.AST], tuple[str, ...]] = {
    ast.FunctionDef: ("decorator_list", "returns"),
    ast.ClassDef: ("decorator_list", "bases"),
    ast.AnnAssign: ("annotation",),
    ast.arg: ("annotation",),
    ast.Raise: ("exc", "cause"),
    ast.Subscript: ("ctx",),
}
"""Fields that declare types, or words of messages."""


def is_words(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.keyword(arg="strict" | "slots" | "frozen"):
            return True
        case ast.Subscript(value=ast.Name(id="tuple" | "dict" | "list" | "frozenset" | "set")):
            return True  # frozenset[str]()
        case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr()), targets=[ast.Name()]):
            return node.col_offset == 0  # the name of a type
    return False


def mutations(source: str) -> Iterator[tuple[int, str, ast.Module]]:
    """The line, what is changed there, and the tree; it is valid until the next is asked for."""
    tree = ast.parse(source)
    for parent, name, k in list(places(tree)):
        held = getattr(parent, name)
        old = held if k is None else held[k]
        for what, new in variants(old):
            new = ast.Pass() if new is None else new
            ast.copy_location(new, old)
            setattr(parent, name, new if k is None else [*held[:k], new, *held[k + 1 :]])
            words = " ".join(ast.unparse(old).split())
            line = getattr(old, "lineno", None) or line_of(old)
            yield line, f"{what}: {words[:90]}", ast.fix_missing_locations(tree)
            setattr(parent, name, held)


def line_of(node: ast.AST) -> int:
    return next((n.lineno for n in ast.walk(node) if hasattr(n, "lineno")), 0)


class Mutant(SourceFileLoader):
    """Loads a module from code that is given instead of its file."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        super().__init__(name, str(path))
        self.name_of_it, self.code = name, code

    def get_code(self, fullname: str) -> CodeType:
        return self.code

    def find_spec(self, name: str, path: object = None, target: object = None):  # type: ignore[no-untyped-def]
        if name != self.name_of_it:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)


def in_child(work: Callable[[], int], seconds: int) -> int:
    """The exit status of work in a process of its own; negative if a signal ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 70
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        null = os.open(os.devnull, os.O_RDWR)
        if not os.environ.get("MUTATE_SHOW"):
            os.dup2(null, 1)
            os.dup2(null, 2)
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def run(name: str, tests: Sequence[str]) -> int:
    """The examples in the docstrings of a module, then its tests: 0 if all is well."""
    import pytest

    try:
        module = importlib.import_module(name)
    except Exception:
        return 2
    if doctest.testmod(module).failed:
        return 1
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", *tests]))


def survives(mutant: Mutant, tests: Sequence[str], seconds: int) -> bool:
    def work() -> int:
        sys.meta_path.insert(0, mutant)
        return run(mutant.name_of_it, tests)

    status = in_child(work, seconds)
    if status > 2:  # NB: 1 is a failure, 2 a module that cannot be imported, below 0 a signal
        raise RuntimeError(f"the tests could not be run: status {status}")
    return status == 0


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def dependants(target: str) -> frozenset[str]:
    """The modules of the package that import this one, directly or not."""
    sources = {name_of(p): p.read_text(encoding="utf-8") for p in (ROOT / "lpc").rglob("*.py")}
    uses: dict[str, set[str]] = {}
    for name, text in sources.items():
        found = {name.rpartition(".")[0]}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
            elif isinstance(node, ast.Import):
                found |= {a.name for a in node.names}
        uses[name] = found & set(sources)
    reached, waiting = {target}, [target]
    while waiting:
        item = waiting.pop()
        more = {n for n, used in uses.items() if item in used} - reached
        reached |= more
        waiting += more
    return frozenset(reached)


def warm(target: str, tests: Sequence[str], seconds: int) -> bool:
    """Load what stays the same; False when the tests fail without any mutation."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "modules"

        def work() -> int:
            status = run(target, tests)
            names = [
                n for n in sys.modules if not n.startswith(("tests", "test_", "conftest", "_"))
            ]
            listed.write_text(json.dumps(names), encoding="utf-8")
            return status

        if in_child(work, seconds):
            return False
        moving = dependants(target)
        for name in json.loads(listed.read_text(encoding="utf-8")):
            if name not in moving:
                with suppress(Exception):
                    importlib.import_module(name)
    gc.freeze()
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutations of a module that no test sees.")
    parser.add_argument("module", help="for example lpc/kernel/rules.py")
    parser.add_argument("tests", nargs="*")
    parser.add_argument("--lines", type=int, nargs=2, default=(0, 10**6), help="from and to")
    parser.add_argument("--seconds", type=int, default=30, help="CPU time for one mutant")
    parser.add_argument("--list", action="store_true", help="only list the mutations")
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    path = ROOT / options.module
    name = name_of(path)
    tests = options.tests or [f"tests/{test}" for test in TESTS[options.module]]
    source = path.read_text(encoding="utf-8")
    if not options.list and not warm(name, tests, 120):
        print("the tests fail without any mutation")
        return 2
    count, left, seen = 0, 0, {ast.unparse(ast.parse(source))}
    for line, what, tree in mutations(source):
        if not options.lines[0] <= line <= options.lines[1]:
            continue
        text = ast.unparse(tree)
        if text in seen:
            continue
        seen.add(text)
        count += 1
        if options.list:
            print(f"{options.module}:{line}: {what}")
            continue
        try:
            code = compile(tree, str(path), "exec", dont_inherit=True)
        except SyntaxError:
            continue
        if survives(Mutant(name, path, code), tests, options.seconds):
            left += 1
            print(f"{options.module}:{line}: {what}", flush=True)
    print(f"| `{options.module}` | {count} | {count - left} | {left} |")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
