"""Writers for `lpc bound`: what was found of a quantity, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from lpc.exact import Cyclotomic, Number
from lpc.kernel.evaluate import shown
from lpc.logic.visible import visible
from lpc.report.json import json_text

Names = tuple[str, ...]

WIDTH = 96


@dataclass(frozen=True, slots=True)
class Bound:
    """One maximum: its value, or None where it was not computed; how it is reached, and why."""

    value: Number | None
    strategy: Names = ()
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The maxima of a quantity over three sets of behaviours."""

    file: str
    quantity: str
    parties: tuple[tuple[str, str], ...]
    strategies: int
    forms: int
    local: Bound
    quantum: Bound
    algebraic: Bound


def with_decimals(value: Number) -> str:
    """The exact number, and a decimal fraction where it is irrational."""
    return f"{value}, about {float(value):.6g}" if isinstance(value, Cyclotomic) else shown(value)


def render_bounds(found: Bounds) -> str:
    """The text report."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Bounds) -> Iterator[str]:
    yield f"{visible(found.file)}: how large {found.quantity} can be"
    parties = "; ".join(f"{result} with setting {setting}" for result, setting in found.parties)
    yield f"parties: {parties}"
    if found.forms > 1:
        yield f"absolute values: the largest of {found.forms} linear expressions"
    names = (("local", found.local), ("quantum", found.quantum), ("algebraic", found.algebraic))
    for name, bound in names:
        yield ""
        value = "not computed" if bound.value is None else with_decimals(bound.value)
        yield f"{name} maximum: {value}"
        if bound.argument:
            yield from wrapped(bound.argument)
        yield from (f"    {line}" for line in bound.strategy)


def render_bounds_json(found: Bounds) -> str:
    """The JSON report, `lpc.bounds/1`; numbers are exact texts."""
    data = {
        "schema": "lpc.bounds/1",
        "file": found.file,
        "quantity": found.quantity,
        "parties": [{"result": result, "setting": setting} for result, setting in found.parties],
        "local": _data(found.local),
        "quantum": _data(found.quantum),
        "algebraic": _data(found.algebraic),
    }
    return json_text(data)


def wrapped(text: str) -> Iterator[str]:
    """A sentence, indented, in lines of bounded width."""
    yield from wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _data(bound: Bound) -> dict[str, Any]:
    return {
        "maximum": None if bound.value is None else shown(bound.value),
        "approximately": None if bound.value is None else float(bound.value),
        "argument": bound.argument,
        "strategy": list(bound.strategy),
    }
