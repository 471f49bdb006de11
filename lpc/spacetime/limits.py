"""How a caller may end a long computation of geometry."""

from __future__ import annotations

from collections.abc import Callable

Tick = Callable[[], None]
"""Called now and then; ends the computation by raising."""


def untimed() -> None:
    """A tick that never ends anything."""
