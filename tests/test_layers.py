"""The table of DESIGN section 4, read off the source: who may import whom, and what nobody calls.

`faults(name, source)` is the whole check; each rule is shown to bite on a broken example.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lpc"

# `certificates` stands above the checker; what verifies there imports the trusted part alone:
# tests/unit/test_certificates.py looks at a fresh process.
BELOW_REPORT = {"logic", "exact", "spacetime", "kernel", "search", "language"}
MAY_IMPORT = {
    "logic": set(),
    "exact": set(),
    "spacetime": {"logic"},
    "kernel": {"logic", "exact"},
    "search": {"logic", "exact", "spacetime", "kernel"},
    "language": {"logic", "spacetime"},
    "report": BELOW_REPORT,
    "pictures": BELOW_REPORT | {"report"},
    "checker": BELOW_REPORT | {"report"},
    "storage": set(),
    "certificates": BELOW_REPORT | {"checker", "report", "storage"},
    "api": BELOW_REPORT | {"checker", "report"},
    "__init__": BELOW_REPORT | {"api", "checker", "report", "notebook"},
    "notebook": BELOW_REPORT | {"checker", "report"},
    "pytest_plugin": BELOW_REPORT | {"checker", "report"},
    "commands": BELOW_REPORT
    | {"api", "certificates", "checker", "pictures", "report", "storage", "__init__"},
    "highlight": {"language"},
    "cli": {"commands", "__init__"},
    "__main__": {"cli"},
}
STANDARD_LIBRARY_ONLY = {"logic", "exact", "kernel"}
TRUSTED = {"exact", "kernel"}
MOST_LINES = {"exact": 1300}
# Slow to import, so imported inside the functions that use them. The parser is the one user of
# lark and is itself imported late.
SLOW = {
    "cairosvg", "jinja2", "lark", "matplotlib", "networkx", "numpy", "rich", "scipy", "sympy",
}  # fmt: skip
AT_MODULE_LEVEL = {"language": {"lark"}}
NEVER_CALLED = {"eval", "exec", "sympify", "parse_expr"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """`lpc/kernel/rules.py` is `lpc.kernel.rules`; a package is named after its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def layer_of(module: str) -> str:
    """The row of the table a module belongs to: what follows `lpc.`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imported(node: ast.Import | ast.ImportFrom, module: str) -> Iterator[str]:
    """The full names a statement may bring in."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    package = module.split(".")[: -node.level or None] if node.level else []
    base = ".".join([*package, *filter(None, [node.module])])
    if base != "lpc":
        yield base
        return
    for alias in node.names:  # `from lpc import logic` means the layer, `from lpc import P` the top
        yield f"lpc.{alias.name}" if alias.name in MAY_IMPORT else "lpc"


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes executed when the module is imported: no function bodies, no TYPE_CHECKING blocks."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            waiting.extend(child.orelse if is_type_checking(child) else [child])


def import_faults(layer: str, target: str) -> Iterator[str]:
    root = target.split(".")[0]
    if root == "lpc":
        other = layer_of(target)
        if other != layer and other not in MAY_IMPORT[layer]:
            yield f"{layer} imports {target}"
    elif layer in STANDARD_LIBRARY_ONLY and root not in sys.stdlib_module_names:
        yield f"{layer} imports {target}, which is outside the standard library"


def call_faults(layer: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assert) and layer in TRUSTED:
        yield f"{layer} asserts: python -O deletes that"
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
    if name in NEVER_CALLED:
        yield f"{name} is called"
    if name == "print" and layer in TRUSTED:
        yield f"{layer} prints"


def faults(module: str, source: str) -> list[str]:
    """All that is wrong with one module, by the table and the rules beside it."""
    layer = layer_of(module)
    if layer not in MAY_IMPORT:
        return [f"{module} has no row in the table"]
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for target in imported(node, module):
                found += import_faults(layer, target)
        found += call_faults(layer, node)
    slow = SLOW - AT_MODULE_LEVEL.get(layer, set())
    for node in run_at_import(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            roots = {target.split(".")[0] for target in imported(node, module)}
            found += [f"{root} is imported at module level" for root in sorted(roots & slow)]
    return found


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_module_keeps_to_its_layer(path):
    source = path.read_text(encoding="utf-8")
    name = module_name(path)
    if path.name == "__init__.py" and path.parent != PACKAGE:
        name += ".__init__"
    assert faults(name, source) == []


def test_every_layer_is_there():
    rows = {layer_of(module_name(path)) for path in MODULES}
    assert rows >= set(MAY_IMPORT) - {"__main__"}


@pytest.mark.parametrize("layer", MOST_LINES)
def test_trusted_layer_stays_small(layer):
    """Code, comments and docstrings, as `wc -l` counts them."""
    paths = (PACKAGE / layer).rglob("*.py")
    assert sum(p.read_text(encoding="utf-8").count("\n") for p in paths) <= MOST_LINES[layer]


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("lpc.logic.terms", "import lpc.kernel", "logic imports lpc.kernel"),
        ("lpc.logic.terms", "import attrs", "logic imports attrs"),
        ("lpc.exact.waves", "from lpc.logic import LpcError", "exact imports lpc.logic"),
        ("lpc.exact.waves", "from lpc import LpcError", "exact imports lpc"),
        ("lpc.exact.waves", "import sympy", "outside the standard library"),
        ("lpc.exact.waves", "assert True", "exact asserts"),
        ("lpc.logic.terms", "from lpc.exact import ZERO", "logic imports lpc.exact"),
        ("lpc.spacetime.cones", "from lpc.kernel import rules", "spacetime imports lpc.kernel"),
        ("lpc.kernel.rules", "from lpc.spacetime.scene import Scene", "kernel imports lpc.space"),
        ("lpc.kernel.rules", "from lpc import spacetime", "kernel imports lpc.spacetime"),
        ("lpc.kernel.rules", "from ..search import proofs", "kernel imports lpc.search"),
        ("lpc.kernel.rules", "def f():\n    import lpc.search", "kernel imports lpc.search"),
        ("lpc.kernel.rules", "import sympy", "outside the standard library"),
        ("lpc.kernel.rules", "assert True", "kernel asserts"),
        ("lpc.kernel.rules", "print(1)", "kernel prints"),
        ("lpc.search.proofs", "import lpc.language.parser", "search imports lpc.language"),
        ("lpc.search.proofs", "from lpc import checker", "search imports lpc.checker"),
        ("lpc.language.parser", "from lpc.search import closure", "language imports lpc.search"),
        ("lpc.language.parser", "from lpc.kernel import rules", "language imports lpc.kernel"),
        ("lpc.report.text", "import lpc.checker.run", "report imports lpc.checker"),
        ("lpc.checker", "from lpc import load", "checker imports lpc"),
        ("lpc.report.text", "from lpc.cli import main", "report imports lpc.cli"),
        ("lpc.cli", "from lpc.checker import check", "cli imports lpc.checker"),
        ("lpc.report.text", "import rich.text", "rich is imported at module level"),
        ("lpc.spacetime.graph", "import networkx as nx", "networkx is imported at module level"),
        ("lpc.spacetime.graph", "class C:\n    import networkx", "networkx is imported"),
        ("lpc.spacetime.graph", "try:\n    import numpy\nfinally:\n    pass", "numpy is imported"),
        ("lpc.language.parser", "x = eval('1')", "eval is called"),
        ("lpc.search.bounds", "def f(t):\n    return sympy.sympify(t)", "sympify is called"),
        ("lpc.stray", "", "has no row"),
    ],
)
def test_a_broken_example_is_found(module, source, fault):
    assert any(fault in found for found in faults(module, source))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("lpc.kernel.rules", "from fractions import Fraction\nfrom lpc.logic import Independence"),
        ("lpc.kernel.__init__", "from .rules import contraction"),
        ("lpc.exact.waves", "from lpc.exact.unity import NumberError"),
        ("lpc.kernel.models", "from lpc.exact import Number"),
        ("lpc.search.proofs", "from lpc.kernel import replay\nfrom lpc.spacetime import Scene"),
        ("lpc.language.parser", "import re\nimport lark\nre.compile('a')"),
        ("lpc.spacetime.graph", "def f():\n    import networkx"),
        (
            "lpc.spacetime.graph",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import networkx",
        ),
        ("lpc.commands.check", "from lpc import __version__\nfrom lpc.report import text"),
    ],
)
def test_a_sound_example_passes(module, source):
    assert faults(module, source) == []


@pytest.mark.parametrize("module", ["lpc", "lpc.cli"])
def test_start_up_loads_nothing_slow(module):
    code = f"import sys, {module}; print(*sorted({SLOW!r} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == []
