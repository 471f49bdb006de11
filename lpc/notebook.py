"""The notebook extension: `%load_ext lpc`, then `%%lpc` on a cell in the language.

The cell's value is the report, a Python object that shows itself as a table; with a name,
`%%lpc found`, it is also bound to that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lpc.report.results import FileReport


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext lpc`."""

    def magic(line: str, cell: str) -> FileReport | None:
        return check_cell(shell, line, cell)

    magic.__doc__ = check_cell.__doc__
    shell.register_magic_function(magic, magic_kind="cell", magic_name="lpc")


def unload_ipython_extension(shell: Any) -> None:
    """Called by `%unload_ext lpc`."""
    shell.magics_manager.magics["cell"].pop("lpc", None)


def check_cell(shell: Any, line: str, cell: str) -> FileReport | None:
    """Check the cell: `%%lpc`, or `%%lpc NAME` to keep the report under a name.

    What is wrong with the text is printed as on the command line; the value is then the report on
    what does not depend on it, None where there is nothing of that kind.
    """
    from lpc.checker import check
    from lpc.language import DocumentError, parse, render_diagnostic

    name = line.strip()
    if name and not name.isidentifier():
        raise ValueError(f"%%lpc takes the name of one variable, not {name!r}")
    try:
        document = parse(cell, "cell")
    except DocumentError as error:
        parts = (render_diagnostic(d, error.path, error.source) for d in error.diagnostics)
        print("\n\n".join(parts))  # noqa: T201
        if error.document is None:
            return None
        document = error.document
    report = check(document)
    if name:
        shell.user_ns[name] = report
    return report
