"""Comments and blank lines are put on the nodes beside which they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lpc.language import syntax as s


@dataclass(slots=True)
class _Holder:
    """One printed line of the tree: where it stands in the text and what surrounds it."""

    start: int
    end: int
    opens: bool = False
    trivia: s.Trivia = field(default_factory=s.Trivia)


def attach(
    statements: Sequence[s.Statement], comments: Mapping[int, str], lines: Sequence[str]
) -> s.File:
    """The file with every comment on the line it follows, or on the next line it precedes."""
    holders = [holder for statement in statements for holder in _holders(statement)]
    ending = _Holder(len(lines) + 1, len(lines) + 1)
    left = dict(comments)
    _take_trailing(holders, left)
    previous = _Holder(0, 0, opens=True)
    for holder in [*holders, ending]:
        above = _between(previous, holder.start, left, lines)
        inside = [left.pop(n) for n in range(holder.start, holder.end) if n in left]
        before = (*above, *inside)
        holder.trivia = s.Trivia(before, holder.trivia.after)
        previous = holder
    supply = iter(holders)
    return s.File(
        tuple(_with_trivia(statement, supply) for statement in statements),
        _stripped(ending.trivia.before),
    )


def inner_lines(statement: s.Statement) -> list[Any] | None:
    """The lines inside a block statement, or None where there is no block."""
    match statement:
        case s.Spacetime() | s.Causal() | s.Variables() | s.Model() | s.Quantum():
            return list(statement.lines)
        case s.Derive():
            head = [statement.assuming] if statement.assuming else []
            return [*head, statement.start, *statement.steps]
        case s.RewriteStatement():
            head = [statement.assuming] if statement.assuming else []
            return [*head, statement.body]
        case _:
            return None


def _holders(statement: s.Statement) -> list[_Holder]:
    inner = inner_lines(statement)
    span = statement.span
    if inner is None:
        return [_Holder(span.line, span.end_line)]
    lines = [_Holder(x.span.line, x.span.end_line) for x in inner]
    head = _Holder(span.line, span.line, opens=True)
    return [head, *lines, _Holder(span.end_line, span.end_line)]


def _take_trailing(holders: Sequence[_Holder], left: dict[int, str]) -> None:
    last_on_line = {holder.end: holder for holder in holders}
    for line, holder in last_on_line.items():
        if line in left:
            holder.trivia = s.Trivia((), left.pop(line))


def _between(
    previous: _Holder, stop: int, left: dict[int, str], lines: Sequence[str]
) -> tuple[str, ...]:
    """Comments, and "" for each run of blank lines, from one holder to the next."""
    found: list[str] = []
    for number in range(previous.end + 1, stop):
        if number in left:
            found.append(left.pop(number))
        elif not lines[number - 1].strip() and (found[-1:] != [""]):
            found.append("")
    if previous.opens and found[:1] == [""]:
        del found[0]
    return tuple(found)


def _with_trivia(statement: Any, supply: Iterator[_Holder]) -> Any:
    head: s.Trivia = next(supply).trivia
    inner = inner_lines(statement)
    if inner is None:
        return replace(statement, trivia=head)
    new = [replace(line, trivia=next(supply).trivia) for line in inner]
    last = next(supply).trivia
    closing = s.Trivia(_stripped(last.before), last.after)
    return replace(statement, trivia=head, closing=closing, **_put_back(statement, new))


def _put_back(statement: s.Statement, new: list[Any]) -> dict[str, Any]:
    match statement:
        case s.Derive():
            assuming = new.pop(0) if statement.assuming else None
            return {"assuming": assuming, "start": new[0], "steps": tuple(new[1:])}
        case s.RewriteStatement():
            assuming = new.pop(0) if statement.assuming else None
            return {"assuming": assuming, "body": new[0]}
        case _:
            return {"lines": tuple(new)}


def _stripped(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Without blank lines at the end."""
    return _stripped(lines[:-1]) if lines and not lines[-1] else lines
