"""The argument for an inequality in words, and its vertex tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lpc.checker.inequalities import InequalityClaim, Proof, Road
from lpc.exact import Number
from lpc.kernel.evaluate import shown
from lpc.kernel.forms import LinearForm
from lpc.kernel.inequalities import Mixture, Vertex, vertices
from lpc.report.results import VertexRow, VertexTable

Names = tuple[str, ...]
Counts = dict[Number, tuple[int, Vertex]]

MAX_ROWS = 64
MANY = 8


def notes(claim: InequalityClaim, proved: tuple[Proof, ...]) -> Names:
    """The argument in words, and the vertex tables in short."""
    if not proved:
        return ()
    first = proved[0].road
    if first.mixture is None:
        return (_normalised(proved[0]), *_largest(proved[0]))
    lines = [_factorizes(claim, one) for one in proved]
    lines += _latents(claim, first)
    if first.hidden:
        lines.append(
            f"the quantity is then an average with weights P({_show(claim, first.hidden)}"
            f"{_bar(claim, first)}) ≥ 0 that sum to 1, of what is linear in each response and so "
            "largest at a vertex"
        )
    if any(len(piece) > 1 for piece in claim.pieces):
        lines.append(
            "minus an absolute value, -|x|, is the smaller of x and -x, so at most a weighted "
            "mean of the two: the bound is that of such a mean"
        )
    for table in _tables(claim, first):
        counts = [f"{row.value} ({row.count} times)" for row in table.rows[:MANY]]
        more = [f"{len(table.rows) - MANY} other values"] if len(table.rows) > MANY else []
        lines.append(f"{table.title}: {', '.join(counts + more)}")
    return (*lines, *_largest(proved[0]))


def tables(claim: InequalityClaim, proved: tuple[Proof, ...]) -> tuple[VertexTable, ...]:
    """The vertices by value, for each sign pattern that differs."""
    return _tables(claim, proved[0].road) if proved else ()


def _normalised(proof: Proof) -> str:
    places = {given for form in proof.road.forms for _, (_, given) in form.terms}
    each = f" at each of the {len(places)} choices of settings" if len(places) > 1 else ""
    return (
        "no assumption is needed: the probabilities of the results are not negative and sum to 1"
        f"{each}, so that the best results there are the bound"
    )


def _factorizes(claim: InequalityClaim, one: Proof) -> str:
    names = ", ".join(one.evidence.names) or "nothing"
    if not one.road.hidden:
        return f"the results factorize: by {names}"
    hidden = _show(claim, one.road.hidden)
    return f"given {hidden} the results factorize and {hidden} is free of the settings: by {names}"


def _latents(claim: InequalityClaim, road: Road) -> Iterable[str]:
    graph = claim.context.document.graph
    latents = road.hidden & graph.latents if graph is not None else frozenset()
    if latents:
        word = "is a latent" if len(latents) == 1 else "are latents"
        yield (
            f"{_show(claim, latents)} {word} of the causal graph: local causality says that there "
            "are such values, of whatever sort"
        )


def _largest(proof: Proof) -> Iterable[str]:
    bounds = [b for b in proof.bounds if b.best.strategy]
    if bounds:
        yield f"largest at {_told(max(bounds, key=lambda b: b.best.value).best)}"


def _tables(claim: InequalityClaim, road: Road) -> tuple[VertexTable, ...]:
    if road.mixture is None:
        return ()
    alphabets, tick = claim.context.alphabets, claim.context.effort.tick
    alike: dict[frozenset[tuple[Number, int]], list[tuple[int, Counts]]] = {}
    for k, form in enumerate(road.forms, 1):
        counts = _counted(form, road.mixture, alphabets, tick)
        key = frozenset((value, n) for value, (n, _) in counts.items())
        alike.setdefault(key, []).append((k, counts))
    total = len(road.forms)
    return tuple(_table(claim, group, total) for group in alike.values())


def _counted(
    form: LinearForm,
    mixture: Mixture,
    alphabets: Mapping[str, tuple[object, ...]],
    tick: Callable[[], None],
) -> Counts:
    found: Counts = {}
    for vertex in vertices(form, mixture, alphabets, tick):
        count, example = found.get(vertex.value, (0, vertex))
        found[vertex.value] = (count + 1, example)
    return found


def _table(claim: InequalityClaim, group: list[tuple[int, Counts]], total: int) -> VertexTable:
    counts = group[0][1]
    sides = "left side minus right side"
    if claim.inequality.op in (">=", ">"):
        sides = "right side minus left side"
    title = f"{sides} at the vertices"
    if total > 1:
        which = ", ".join(str(k) for k, _ in group[:MANY])
        which = which if len(group) <= MANY else f"{which}, …"
        each = f"each of the {total}" if len(group) == total else f"{which} of the {total}"
        what = "choices of values" if claim.inequality.instances else "sign patterns"
        title += f", for {each} {what}"
    order = sorted(counts, reverse=True)
    rows = tuple(
        VertexRow(shown(value), counts[value][0], _told(counts[value][1]))
        for value in order[:MAX_ROWS]
    )
    return VertexTable(title, rows, len(order) - len(rows))


def _told(vertex: Vertex) -> str:
    """A strategy: a result with the settings it depends on, and its value there."""
    told = []
    for name, own, value in vertex.strategy:
        at = f"({', '.join(shown(v) for _, v in own)})" if own else ""
        told.append(f"{name}{at} = {shown(value)}")
    return ", ".join(told)


def _show(claim: InequalityClaim, atoms: Iterable[str]) -> str:
    return claim.context.show(atoms)


def _bar(claim: InequalityClaim, road: Road) -> str:
    contexts = [form.context for form in road.forms if form.terms]
    context = contexts[0] if contexts else {}
    return f" | {claim.context.show(context)}" if context else ""
