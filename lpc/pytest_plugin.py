"""A plugin that lets pytest collect `.lpc` files: a test for every step, rewrite and claim.

The setting `lpc_files` of pytest's configuration lists the patterns of the files, `*.lpc` unless
it is set; `lpc_effort` is the limit for one item in units of work, `lpc_timeout` one in seconds,
which is off unless it is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

MOST = 1e15

if TYPE_CHECKING:
    from lpc.report.results import FileReport, Item


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the three settings."""
    parser.addini("lpc_files", "patterns of the .lpc files to check", "linelist", ["*.lpc"])
    parser.addini("lpc_effort", "units of work that one step or claim may take", default="")
    parser.addini("lpc_timeout", "seconds that one step or claim may take", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> LpcFile | None:
    """Collect the files that fit a pattern; one with a slash fits the end of the path."""
    if file_path.suffix != ".lpc":
        return None
    if not any(file_path.match(pattern) for pattern in parent.config.getini("lpc_files")):
        return None
    collected: LpcFile = LpcFile.from_parent(parent, path=file_path)
    return collected


class NotAsStated(Exception):
    """A step or claim, or a whole file, that does not come out as its file states."""


class LpcFile(pytest.File):
    """One file, checked once when it is collected."""

    def collect(self) -> Iterator[LpcItem]:
        from lpc.checker import check
        from lpc.language import DocumentError, load, render_diagnostic
        from lpc.search.limits import EFFORT

        try:
            document = load(self.path)
        except DocumentError as error:
            parts = (render_diagnostic(d, error.path, error.source) for d in error.diagnostics)
            raise self.CollectError("\n\n".join(parts)) from None
        report = check(
            document,
            effort=int(_number(self.config, "lpc_effort") or EFFORT),
            timeout=_number(self.config, "lpc_timeout"),
        )
        names: dict[str, int] = {}
        for item in report.items:
            yield LpcItem.from_parent(self, name=_unique(item, names), item=item, report=report)


def _number(config: pytest.Config, name: str) -> float | None:
    """A setting that is a positive number, None where it is not set."""
    text = config.getini(name)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < MOST:
        raise pytest.UsageError(f"{name} = {text}: it must be a positive number")
    return number


def _unique(item: Item, names: dict[str, int]) -> str:
    from lpc.report.problems import named

    name = named(item)
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else f"{name} ({item.line})"


class LpcItem(pytest.Item):
    """One step, rewrite or claim; it passes when it comes out as stated."""

    def __init__(self, *, item: Item, report: FileReport, **more: Any) -> None:
        super().__init__(**more)
        self.found = item
        self.report = report

    def runtest(self) -> None:
        if not self.found.as_expected:
            raise NotAsStated

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | Any:
        """What `lpc explain` says of the item."""
        if not isinstance(excinfo.value, NotAsStated):
            return super().repr_failure(excinfo, style)
        from lpc.report.explain import explain_item
        from lpc.report.problems import problems

        told = [p for p in problems(self.report) if p.line == self.found.line]
        lines = [f"{p.level}[{p.code}]: {p.message}" for p in told]
        return "\n".join([*lines, "", explain_item(self.report, self.found)])

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place, its line counted from 0."""
        return self.path, self.found.line - 1, self.name
