"""Proofs in Metamath's sense: axioms read from a database, applied, and written compressed.

Terms
-----
axiom
    A `$a` or `$f` statement with its mandatory hypotheses, in the order in which Metamath wants
    them: first or last as they stand in the database.
node
    A step of a proof: an axiom or an earlier theorem, applied to other nodes, and what it
    proves, as a row of symbols. A term such as a set is a node too: it proves `set 0 1 .`.
    Equal nodes are one object, so that a proof is a graph without repetitions.
compressed proof
    Metamath's short notation: a list of labels, then letters that point into it or back to
    earlier nodes (Metamath book, appendix B).

Nothing here is trusted: Metamath checks what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lpc.logic import LpcError

Symbols = tuple[str, ...]


# Symbols in all steps of a certificate; those of proofs/ need less than a tenth of it.
MAX_SYMBOLS = 3_000_000


class NotCovered(LpcError):
    """A certificate, or a line of one, that cannot be written as a Metamath proof."""


@dataclass(frozen=True, slots=True)
class Axiom:
    """A labelled assertion: its hypotheses by label, and its symbols."""

    label: str
    variables: tuple[str, ...]
    premises: tuple[Symbols, ...]
    symbols: Symbols


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A step of a proof; made by `Prover` only, which shares equal ones."""

    label: str
    parts: tuple[Node, ...]
    symbols: Symbols


def read_axioms(text: str) -> dict[str, Axiom]:
    """The axioms of a database that has only constants, variables, `$f`, `$e` and `$a`.

    >>> text = "$c |- set . $. $v x $. fx $f set x $. ${ h $e |- x $. ax $a |- x . $. $}"
    >>> read_axioms(text)["ax"].premises
    (('|-', 'x'),)
    """
    axioms: dict[str, Axiom] = {}
    floating: list[tuple[str, Symbols]] = []
    scopes: list[list[Symbols]] = [[]]
    pattern = r"\$\{|\$\}|(\S+)\s+\$([fea])\s+(.*?)\s\$\."
    plain = re.sub(r"\$\(.*?\$\)|\$[cv]\s.*?\$\.", " ", text, flags=re.DOTALL)
    for found in re.finditer(pattern, plain, flags=re.DOTALL):
        if found[0] == "${":
            scopes.append([])
        elif found[0] == "$}":
            scopes.pop()
        elif found[2] == "f":
            floating.append((found[3].split()[1], (found[3].split()[0],)))
        elif found[2] == "e":
            scopes[-1].append(tuple(found[3].split()))
        else:
            premises = tuple(p for scope in scopes for p in scope)
            symbols = tuple(found[3].split())
            used = set(symbols).union(*premises)
            variables = tuple(v for v, _ in floating if v in used)
            axioms[found[1]] = Axiom(found[1], variables, premises, symbols)
    return axioms


@dataclass(slots=True)
class Prover:
    """Makes nodes from axioms; refuses what does not fit, so that errors show early."""

    axioms: Mapping[str, Axiom]
    _nodes: dict[tuple[str, tuple[int, ...]], Node] = field(default_factory=dict)
    symbols: int = 0

    def named(self, label: str, parts: tuple[Node, ...], symbols: Symbols) -> Node:
        """A hypothesis, or a theorem of the database, from its own hypotheses."""
        return self._shared(label, parts) or self._made(label, parts, symbols)

    def apply(self, label: str, terms: Mapping[str, Node], *premises: Node) -> Node:
        """The axiom `label` with terms for its variables, from nodes for its premises."""
        axiom = self.axioms[label]
        parts = (*(terms[v] for v in axiom.variables), *premises)
        if (known := self._shared(label, parts)) is not None:
            return known
        values = {v: terms[v].symbols[1:] for v in axiom.variables}
        wanted = [_substituted(p, values) for p in axiom.premises]
        if wanted != [p.symbols for p in premises]:
            raise NotCovered(f"{label} does not apply")
        return self._made(label, parts, _substituted(axiom.symbols, values))

    def _shared(self, label: str, parts: tuple[Node, ...]) -> Node | None:
        return self._nodes.get((label, tuple(map(id, parts))))

    def _made(self, label: str, parts: tuple[Node, ...], symbols: Symbols) -> Node:
        self.symbols += len(symbols) + len(parts)
        if self.symbols > MAX_SYMBOLS:
            raise NotCovered("the proof is too long")
        node = Node(label, parts, symbols)
        self._nodes[label, tuple(map(id, parts))] = node
        return node


def _substituted(symbols: Symbols, values: Mapping[str, Symbols]) -> Symbols:
    found: list[str] = []
    for symbol in symbols:
        found += values.get(symbol, (symbol,))
    return tuple(found)


def compressed(goal: Node, hypotheses: Iterable[str]) -> str:
    """The compressed proof of a node, where `hypotheses` are those of the theorem, in order."""
    numbers = {label: k for k, label in enumerate(hypotheses, 1)}
    order, uses = _in_order(goal)
    given = len(numbers)
    labels = list(dict.fromkeys(n.label for n in order if n.label not in numbers))
    numbers |= {label: given + k for k, label in enumerate(labels, 1)}
    letters: list[str] = []
    kept: dict[Node, int] = {}
    _letters(goal, numbers, uses, kept, letters)
    return " ".join(["(", *labels, ")", *re.findall(".{1,70}", "".join(letters))])


def _in_order(goal: Node) -> tuple[list[Node], dict[Node, int]]:
    """All nodes below a goal, and how often each is used."""
    uses: dict[Node, int] = {}
    order: list[Node] = []
    waiting = [goal]
    while waiting:
        node = waiting.pop()
        uses[node] = uses.get(node, 0) + 1
        if uses[node] == 1:
            order.append(node)
            waiting.extend(node.parts)
    return order, uses


def _letters(
    goal: Node,
    numbers: Mapping[str, int],
    uses: Mapping[Node, int],
    kept: dict[Node, int],
    out: list[str],
) -> None:
    """Depth first: parts, then the label; a node with parts that is used again gets a Z."""
    waiting: list[tuple[Node, bool]] = [(goal, False)]
    while waiting:
        node, ready = waiting.pop()
        if node in kept:
            out.append(_number(len(numbers) + kept[node]))
        elif not ready and node.parts:
            waiting.append((node, True))
            waiting.extend((part, False) for part in reversed(node.parts))
        else:
            out.append(_number(numbers[node.label]))
            if node.parts and uses[node] > 1:
                kept[node] = len(kept) + 1
                out.append("Z")


def _number(n: int) -> str:
    """Metamath's letters for a number from 1: 20 is T, 21 is UA.

    >>> _number(1), _number(20), _number(21), _number(120), _number(121)
    ('A', 'T', 'UA', 'YT', 'UUA')
    """
    n -= 1
    text = chr(ord("A") + n % 20)
    n //= 20
    while n:
        n -= 1
        text = chr(ord("U") + n % 5) + text
        n //= 5
    return text
