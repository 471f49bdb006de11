"""A plugin that lets pytest collect `.lpc` files: a test for every step, rewrite and claim.

The setting `lpc_files` of pytest's configuration lists the patterns of the files; without it only
files given by name are collected, since other programs have `.lpc` files too. `lpc_effort`
is the limit for one item in units of work, `lpc_timeout` one in seconds, off unless it is set. A
file is checked when the first of its tests runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lpc.checker.stated import Stated
    from lpc.logic.effort import Limits
    from lpc.report.results import FileReport, Item


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the three settings."""
    parser.addini("lpc_files", "patterns of the .lpc files to check", "linelist", [])
    parser.addini("lpc_effort", "units of work that one step or claim may take", default="")
    parser.addini("lpc_timeout", "seconds that one step or claim may take", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a limit that is none."""
    _limits(config)


def _limits(config: pytest.Config) -> Limits:
    from lpc.logic.effort import EFFORT

    effort = _number(config, "lpc_effort")
    timeout = _number(config, "lpc_timeout")
    return {"effort": EFFORT if effort is None else max(1, int(effort)), "timeout": timeout}


def _number(config: pytest.Config, name: str) -> float | None:
    """A setting that is a positive number, None where it is not set."""
    said = str(config.getini(name))
    if not said:
        return None
    try:
        number = float(said)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise pytest.UsageError(f"{name} = {said}: a number above 0 is needed")
    return number


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> LpcFile | None:
    """Collect the files that fit a pattern; one with a slash fits the end of the path."""
    if file_path.suffix != ".lpc":
        return None
    patterns = parent.config.getini("lpc_files")
    wanted = any(file_path.match(pattern) for pattern in patterns)
    if not wanted and not parent.session.isinitpath(file_path):
        return None
    collected: LpcFile = LpcFile.from_parent(parent, path=file_path)
    return collected


class NotAsStated(Exception):
    """A step or claim, or a whole file, that does not come out as its file states."""


class LpcFile(pytest.File):
    """One file, read when it is collected and checked when the first of its tests runs."""

    _report: FileReport | None = None

    def collect(self) -> Iterator[LpcItem | LpcBroken]:
        from lpc.checker.stated import stated
        from lpc.language import DocumentError, load, render_diagnostic

        try:
            self.document = load(self.path)
        except DocumentError as error:
            parts = [render_diagnostic(d, error.path, error.source) for d in error.diagnostics]
            parts += [d.message for d in error.unchecked]
            yield LpcBroken.from_parent(self, name="file", text="\n\n".join(parts))
            if error.document is None:
                return
            self.document = error.document
        names: dict[str, int] = {}
        for one in (one for entry in self.document.items for one in stated(entry)):
            yield LpcItem.from_parent(self, name=_unique(one, names), stated=one)

    def report(self) -> FileReport:
        """The results for the file, worked out once."""
        from lpc.checker import check

        if self._report is None:
            self._report = check(self.document, **_limits(self.config))
        return self._report


def _unique(item: Stated, names: dict[str, int]) -> str:
    from lpc.report.problems import named

    name = named(item)
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else f"{name} ({item.line})"


def _same(item: Item, said: Stated) -> bool:
    return all(getattr(item, name) == getattr(said, name) for name in said.__slots__)


class LpcBroken(pytest.Item):
    """The mistakes in a file: one test, which fails."""

    def __init__(self, *, text: str, **more: Any) -> None:
        super().__init__(**more)
        self.text = text

    def runtest(self) -> None:
        raise NotAsStated

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | Any:
        """The messages with their places."""
        if isinstance(excinfo.value, NotAsStated):
            return self.text
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file."""
        return self.path, 0, self.name


class LpcItem(pytest.Item):
    """One step, rewrite or claim; it passes when it comes out as stated."""

    def __init__(self, *, stated: Stated, **more: Any) -> None:
        super().__init__(**more)
        self.stated = stated
        self.line = stated.line

    @property
    def found(self) -> Item | None:
        """The result, None where a mistake elsewhere in the file leaves the item open."""
        return next((item for item in self.whole.items if _same(item, self.stated)), None)

    @property
    def whole(self) -> FileReport:
        """The results for the file."""
        if not isinstance(self.parent, LpcFile):
            raise TypeError("an item stands in a file")
        return self.parent.report()

    def runtest(self) -> None:
        if self.found is None:
            pytest.skip("not checked: what is wrong elsewhere in the file might decide it")
        if not self.found.as_expected:
            raise NotAsStated

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | Any:
        """What `lpc explain` says of the item."""
        if not isinstance(excinfo.value, NotAsStated) or self.found is None:
            return super().repr_failure(excinfo, style)
        from lpc.report.explain import explain_item
        from lpc.report.problems import problems

        told = [p for p in problems(self.whole) if p.line == self.line]
        lines = [f"{p.level}[{p.code}]: {p.message}" for p in told]
        return "\n".join([*lines, "", explain_item(self.whole, self.found)])

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place, its line counted from 0."""
        return self.path, self.line - 1, self.name
