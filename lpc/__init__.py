"""lpc, the local-causality proof checker: what does each step of a derivation rest on?

>>> import lpc
>>> document = lpc.parse('''
... variables { A ; B ; a ; b ; λ }
... assume PI : A _||_ b | a, λ
... derive d { assuming PI ; P(A | a, b, λ) = P(A | a, λ) }
... ''')
>>> [item.verdict.value for item in lpc.check(document).items]
['licensed']

Heavy modules are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from lpc.api import P, Symbol, decide, variables
    from lpc.checker import check
    from lpc.language import Document, DocumentError, load, parse
    from lpc.logic import LpcError, Probability, Product
    from lpc.report.results import FileReport, Item, Removal, Report, Verdict

_HOMES = {
    "Document": "lpc.language",
    "DocumentError": "lpc.language",
    "FileReport": "lpc.report.results",
    "Item": "lpc.report.results",
    "LpcError": "lpc.logic",
    "P": "lpc.api",
    "Probability": "lpc.logic",
    "Product": "lpc.logic",
    "Removal": "lpc.report.results",
    "Report": "lpc.report.results",
    "Symbol": "lpc.api",
    "Verdict": "lpc.report.results",
    "check": "lpc.checker",
    "decide": "lpc.api",
    "load": "lpc.language",
    "parse": "lpc.language",
    "variables": "lpc.api",
}

__all__ = [
    "Document",
    "DocumentError",
    "FileReport",
    "Item",
    "LpcError",
    "P",
    "Probability",
    "Product",
    "Removal",
    "Report",
    "Symbol",
    "Verdict",
    "__version__",
    "check",
    "decide",
    "load",
    "parse",
    "variables",
]


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook the cell magic `%%lpc`."""
    from lpc.notebook import load_ipython_extension as load_magic

    load_magic(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take it away again."""
    from lpc.notebook import unload_ipython_extension as unload_magic

    unload_magic(shell)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lpc' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
