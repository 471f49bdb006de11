"""Who measures what: which setting belongs to which result of a quantity.

Read off the causal graph where one is declared, else off an equation of the file whose right
side has one factor for each party, such as P(A | a, λ) P(B | b, λ), else off equal letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lpc.checker.context import Context
from lpc.kernel.behaviours import Form, ReadingError
from lpc.language.document import Document
from lpc.language.suggest import nearest
from lpc.logic import Conjunction, Equation, Formula
from lpc.search.bounds import Party

Pairs = dict[str, str]


def parties_of(
    context: Context, forms: tuple[Form, ...], told: Iterable[tuple[str, str]] = ()
) -> tuple[Party, ...]:
    """The parties in the order in which their results are declared.

    Args: `told`, pairs of a result and its setting that the user names.
    Raises: ReadingError where results and settings cannot be paired.
    """
    factors = [factor for form in forms for _, factor in form.terms]
    if not factors:
        raise ReadingError("the quantity is a number: there is nothing to bound")
    results = {name for event, _ in factors for name, _ in event}
    settings = {name for _, given in factors for name, _ in given}
    if results & settings:
        raise ReadingError(f"{min(results & settings)} is both a result and conditioned on")
    chosen = _told(tuple(told), results, settings)
    pairs = _paired(context.document, results, settings, chosen)
    alphabets = context.alphabets
    for name in (*results, *settings):
        if name not in alphabets:
            raise ReadingError(f"declare the values of {name}")
    order = [v.name for v in context.document.variables]
    return tuple(
        Party(result, pairs[result], alphabets[result], alphabets[pairs[result]])
        for result in sorted(results, key=lambda name: order.index(name) if name in order else 0)
    )


def _told(told: tuple[tuple[str, str], ...], results: set[str], settings: set[str]) -> Pairs:
    """What the user names, as far as it can be meant.

    Raises: ReadingError for a name that is none of the quantity's, and for a name in two pairs.
    """
    pairs: Pairs = {}
    for result, setting in dict.fromkeys(told):
        where = f"--party {result}:{setting}"
        for name, what, known in ((result, "result", results), (setting, "setting", settings)):
            if name not in known:
                meant = nearest(name, sorted(known))
                listed = ", ".join(sorted(known)) or "none"
                hint = f"did you mean {meant}?" if meant else f"it has: {listed}"
                raise ReadingError(f"{where}: the quantity has no {what} {name}; {hint}")
        if result in pairs or setting in pairs.values():
            twice = result if result in pairs else setting
            raise ReadingError(f"{where}: {twice} is in another pair already")
        pairs[result] = setting
    return pairs


def _paired(document: Document, results: set[str], settings: set[str], told: Pairs) -> Pairs:
    """The first pairing that keeps what is told; the one result that is left gets what is left."""
    left, free = results - set(told), settings - set(told.values())
    options = [told, *_of_graph(document, results, settings)]
    options += _of_equations(document, results, settings)
    options.append({r: s for r in results for s in settings if r.casefold() == s.casefold()})
    if told and len(left) == len(free) == 1:
        options.append({**told, min(left): min(free)})
    for pairs in options:
        if any(pairs.get(r) != s for r, s in told.items()):
            continue
        if set(pairs) >= results and {pairs[r] for r in results} >= settings:
            chosen = {r: pairs[r] for r in results}
            if len(set(chosen.values())) == len(chosen):
                return chosen
    raise ReadingError(
        f"which setting belongs to which result? results {', '.join(sorted(results))}; settings "
        f"{', '.join(sorted(settings)) or 'none'}; say so with --party RESULT:SETTING"
    )


def _of_graph(document: Document, results: set[str], settings: set[str]) -> Iterator[Pairs]:
    if document.graph is None or not results <= set(document.graph.nodes):
        return
    found = {r: settings & set(document.graph.parents(r)) for r in results}
    if all(len(mine) == 1 for mine in found.values()):
        yield {r: min(mine) for r, mine in found.items()}


def _of_equations(document: Document, results: set[str], settings: set[str]) -> Iterator[Pairs]:
    named = (*document.assumptions.values(), *document.definitions.values())
    for equation in (e for a in named for e in _equations(a.formula)):
        for side in (equation.right, equation.left):
            found: Pairs = {}
            for factor in side.factors:
                mine, far = results & set(factor.event), settings & set(factor.given)
                if len(mine) == len(far) == 1 and not results & set(factor.given):
                    found[min(mine)] = min(far)
            yield found


def _equations(formula: Formula) -> Iterator[Equation]:
    match formula:
        case Equation():
            yield formula
        case Conjunction(parts):
            for part in parts:
                yield from _equations(part)
