"""A line on stderr that says what is going on, for work over a second and on a terminal only."""

from __future__ import annotations

import sys
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.status import Status

DELAY = 1.0
"""Seconds of silence."""


class Progress:
    """Use it in a `with` block and call `say` now and then; silent where there is no terminal."""

    def __init__(self) -> None:
        self._text = ""
        self._lock = Lock()
        self._status: Status | None = None
        self._timer = Timer(DELAY, self._show) if sys.stderr.isatty() else None

    def __enter__(self) -> Progress:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._status is not None:
                self._status.stop()

    def say(self, text: str) -> None:
        """What is being done now."""
        with self._lock:
            self._text = text
            if self._status is not None:
                self._status.update(_plain(text))

    def _show(self) -> None:
        from rich.console import Console
        from rich.status import Status

        with self._lock:
            if self._timer is not None:
                self._status = Status(_plain(self._text), console=Console(stderr=True))
                self._status.start()


def _plain(text: str) -> str:
    """NB: rich would take `[…]` of a file's text for markup."""
    from rich.markup import escape

    from lpc.logic.visible import visible

    return escape(visible(text))
