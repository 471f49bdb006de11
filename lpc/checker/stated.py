"""What a file states, item by item, before anything is checked: where, in which words, from what.

An item is a step of a derivation, a rewrite or a claim. The results of a check and the certificates
name items in this way.
"""

from __future__ import annotations

from dataclasses import dataclass

from lpc.language.document import Claim, Derivation, Item, ModelClaim, Rewrite


@dataclass(frozen=True, slots=True)
class Stated:
    """One item: `index` counts the steps of a derivation, `scope` are the names assumed."""

    kind: str
    name: str | None
    index: int
    label: str | None
    line: int
    statement: str
    scope: tuple[str, ...]


def stated(entry: Item) -> tuple[Stated, ...]:
    """The items of a derivation, a rewrite or a claim, in order.

    >>> import lpc
    >>> (claim,) = lpc.parse('''
    ... variables { A ; a ; b }
    ... assume I : A _||_ a, b
    ... claim "less" : I entail A _||_ a
    ... ''').items
    >>> [(s.kind, s.name, s.line, s.statement) for s in stated(claim)]
    [('claim', 'less', 4, 'I entail A ⊥ a')]
    """
    match entry:
        case Derivation(name=name, steps=steps, assuming=scope):
            return tuple(
                Stated("step", name, k, s.label, s.span.line, f"{s.left} = {s.right}", scope)
                for k, s in enumerate(steps, 1)
            )
        case Rewrite(name=name, left=left, right=right, span=span, assuming=scope):
            return (Stated("rewrite", name, 1, None, span.line, f"{left} to {right}", scope),)
        case Claim(label=label, names=scope, formula=formula, span=span):
            verb = "entail" if entry.entails else "do not entail"
            text = f"{', '.join(scope)} {verb} {formula}".lstrip()
            return (Stated("claim", label, 1, None, span.line, text, scope),)
        case ModelClaim(label=label, span=span, text=text):
            return (Stated("claim", label, 1, None, span.line, text, ()),)
