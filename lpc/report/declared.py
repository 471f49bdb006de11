"""What a file is about, as `lpc fmt` writes it: its variables, quantities and models.

Comments are left out, but for those inside a `model` or `quantum` block.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lpc.logic.visible import visible_lines

if TYPE_CHECKING:
    from lpc.language.syntax import DefineQuantity, Statement, VariableLine

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeclaredVariables:
    """A line of a `variables` block; `values` is empty where none are declared."""

    names: Names
    values: Names
    place: str
    note: str


@dataclass(frozen=True, slots=True)
class DeclaredQuantity:
    """`define HEAD := BODY`."""

    head: str
    body: str
    note: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file is about, as text; `models` are its `model` and `quantum` blocks."""

    variables: tuple[DeclaredVariables, ...] = ()
    quantities: tuple[DeclaredQuantity, ...] = ()
    models: tuple[str, ...] = ()


def declared_in(source: str) -> Declared:
    """What the text of a file declares, as far as it can be read.

    >>> declared_in('variables { A in {0,1} "result" ; a }').variables[0]
    DeclaredVariables(names=('A',), values=('0', '1'), place='', note='result')
    >>> declared_in("define E(x):=P(A=x)").quantities
    (DeclaredQuantity(head='E(x)', body='P(A = x)', note=''),)
    """
    from lpc.language import syntax as s
    from lpc.language.reader import read_tree

    tree = read_tree(source).tree
    statements = tree.statements if tree is not None else ()
    return Declared(
        tuple(_variables(line) for node in statements if isinstance(node, s.Variables)
              for line in node.lines),
        tuple(_quantity(node) for node in statements if isinstance(node, s.DefineQuantity)),
        tuple(_printed(node) for node in statements if isinstance(node, s.Model | s.Quantum)),
    )  # fmt: skip


def _variables(line: VariableLine) -> DeclaredVariables:
    from lpc.language.printer import region

    return DeclaredVariables(
        tuple(name.text for name in line.names),
        tuple(value.text for value in line.values or ()),
        region(line.region) if line.region is not None else "",
        line.note.shown if line.note is not None else "",
    )


def _quantity(node: DefineQuantity) -> DeclaredQuantity:
    from lpc.language.printer import expression

    inside = ", ".join(name.text for name in node.parameters)
    head = f"{node.name}({inside})" if inside else str(node.name)
    return DeclaredQuantity(head, expression(node.body), node.note.shown if node.note else "")


def _printed(node: Statement) -> str:
    from lpc.language.printer import print_file
    from lpc.language.syntax import File

    trivia = replace(node.trivia, before=())
    return visible_lines(print_file(File((replace(node, trivia=trivia),))).rstrip("\n"))
