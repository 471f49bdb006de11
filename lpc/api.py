"""Building terms in Python, and asking for one verdict without a file.

>>> A, B, a, b, lam = variables("A B a b lambda")
>>> print(P(A, B | a, b, lam))
P(A, B | a, b, λ)
>>> P(A, B | a, b, lam) == P("A", "B | a", "b", "lambda")
True
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lpc.language.document import Derivation, Document, Step
from lpc.language.names import canonical
from lpc.logic import LpcError, Probability, Product, Span
from lpc.report.results import Item


@dataclass(frozen=True, slots=True)
class Bar:
    """`B | a`: the place of the bar inside `P(…)`."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """The name of a random variable; `|` between two of them is the bar of `P(…)`."""

    name: str

    def __or__(self, other: Symbol) -> Bar:
        return Bar(self.name, other.name)

    def __str__(self) -> str:
        return self.name

    def _repr_latex_(self) -> str:
        from lpc.logic.spelling import latex_name

        return f"${latex_name(self.name)}$"


def variables(names: str) -> tuple[Symbol, ...]:
    r"""Symbols for names divided by spaces or commas, in any of the spellings of the language.

    >>> [s.name for s in variables(r"lambda_a, λ_a \lambda_{a}")]
    ['λ_a', 'λ_a', 'λ_a']
    """
    return tuple(Symbol(canonical(name)) for name in names.replace(",", " ").split())


def P(*arguments: Symbol | Bar | str) -> Probability:
    """The conditional probability P(event | given).

    Args: symbols, one of them `left | right`; or the same as strings.
    Raises: LpcError when nothing stands left of the bar or there is more than one bar.

    >>> A, a = variables("A a")
    >>> P(A | a), P(A)
    (Probability(event=('A',), given=('a',)), Probability(event=('A',), given=()))
    """
    event: list[str] = []
    given: list[str] = []
    barred = False
    for argument in arguments:
        for part in _parts(argument):
            if part == "|":
                if barred:
                    raise LpcError("P(…) takes one bar")
                barred = True
            else:
                (given if barred else event).append(part)
    if not event:
        raise LpcError("P(…) needs a variable left of the bar")
    return Probability(tuple(event), tuple(given))


def _parts(argument: Symbol | Bar | str) -> Iterable[str]:
    if isinstance(argument, Symbol):
        return (argument.name,)
    if isinstance(argument, Bar):
        return (argument.left, "|", argument.right)
    pieces = argument.replace(",", " ").replace("|", " | ").split()
    return tuple(p if p == "|" else canonical(p) for p in pieces)


def decide(
    document: Document,
    left: Probability | Product,
    right: Probability | Product,
    assuming: Iterable[str] = (),
) -> Item:
    """The verdict on one equation under assumptions that the document names.

    Raises: LpcError for a variable or an assumption that the document does not declare.

    >>> import lpc
    >>> document = lpc.parse("variables { A ; a ; b }; assume I : A _||_ b | a")
    >>> A, a, b = variables("A a b")
    >>> decide(document, P(A | a, b), P(A | a), ["I"]).verdict.value
    'licensed'
    """
    from lpc.checker.run import check_step

    sides = [Product((s,)) if isinstance(s, Probability) else s for s in (left, right)]
    scope = tuple(map(canonical, (assuming,) if isinstance(assuming, str) else assuming))
    known = {v.name for v in document.variables}
    used = {n for side in sides for f in side.factors for n in (*f.event, *f.given)}
    if missing := sorted(used - known):
        raise LpcError(f"unknown variable: {', '.join(missing)}")
    named = {**document.assumptions, **document.definitions}
    if missing := [name for name in scope if name not in named]:
        raise LpcError(f"unknown assumption: {', '.join(missing)}")
    nowhere = Span(1, 1, 1, 1)
    step = Step(sides[0], sides[1], None, None, None, nowhere)
    return check_step(document, Derivation("", "", scope, sides[0], None, (step,), nowhere))
