"""Statements, proofs and models as JSON, and back.

Each pair of functions is inverse to one another: what `decode_…` accepts is what `encode_…`
writes of it. Decoding is strict and bounded; it decides nothing about truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lpc.certificates.circuits import decode_circuit, encode_circuit
from lpc.certificates.strict import (
    CertificateError,
    fields,
    integer,
    items,
    name,
    names,
    one_of,
    only_key,
    slot,
    slots,
    truth,
)
from lpc.certificates.values import (
    check_common,
    decode_fraction,
    decode_number,
    decode_value,
    encode_number,
    encode_value,
)
from lpc.kernel import RULES, Arguments, Line, Proof, replay
from lpc.kernel.forms import LinearForm, Piece
from lpc.kernel.inequalities import Mixture
from lpc.kernel.models import FiniteModel, ModelError
from lpc.kernel.sums import Instance, Pair, Slots, SumMove, SumProof
from lpc.logic import Conditional, Independence, Monomials, Positivity, Statement
from lpc.logic.sums import Term, is_well_formed
from lpc.spacetime.circuits import Circuit

MAX_STEPS = 20_000
MAX_FORMS = 256

Values = Mapping[str, tuple[Any, ...]]
Outcome = tuple[tuple[Any, ...], Any]
Reader = Callable[[Any, str], tuple[str, ...]]


def encode_names(atoms: Iterable[str]) -> list[str]:
    """A set of names, sorted."""
    return sorted(atoms)


# ---- statements ----------------------------------------------------------------------------------


def encode_statement(statement: Statement) -> dict[str, Any]:
    """An independence, an equation of products, or a positivity.

    >>> encode_statement(Independence.create("A", "b", ["a", "λ"]))
    {'independence': [['A'], ['b'], ['a', 'λ']]}
    """
    match statement:
        case Independence(x, y, z):
            return {"independence": [encode_names(s) for s in (x, y, z)]}
        case Monomials(left, right):
            return {"equation": [_encode_factors(left), _encode_factors(right)]}
        case Positivity(atoms):
            return {"positive": encode_names(atoms)}


def decode_statement(value: Any, where: str) -> Statement:
    """The statement in its canonical form; a condition inside a side is refused."""
    kind, inside = only_key(value, where)
    match kind:
        case "independence":
            x, y, z = (names(s, where) for s in items(inside, where, exactly=3))
            if set(z) & {*x, *y}:
                raise CertificateError(f"{where}: a variable of the condition stands on a side")
            return Independence.create(x, y, z)
        case "equation":
            left, right = items(inside, where, exactly=2)
            return Monomials(_decode_factors(left, where), _decode_factors(right, where))
        case "positive":
            return Positivity(frozenset(names(inside, where)))
    raise CertificateError(f"{where}: an independence, an equation or a positivity is needed")


def _encode_factors(factors: Iterable[Conditional]) -> list[list[list[str]]]:
    return [[encode_names(f.event), encode_names(f.given)] for f in factors]


def _decode_factors(value: Any, where: str, read: Reader = names) -> tuple[Conditional, ...]:
    return tuple(_decode_factor(f, where, read) for f in items(value, where, 1_000))


def _decode_factor(value: Any, where: str, read: Reader) -> Conditional:
    event, given = (read(side, where) for side in items(value, where, exactly=2))
    if not event or set(event) & set(given):
        raise CertificateError(f"{where}: P(event | given) needs an event apart from its condition")
    return Conditional.create(event, given)


def decode_statements(value: Any, where: str) -> tuple[Statement, ...]:
    """A list of statements."""
    listed = items(value, where, MAX_STEPS)
    return tuple(decode_statement(s, f"{where}[{k}]") for k, s in enumerate(listed))


# ---- proofs --------------------------------------------------------------------------------------


def encode_proof(proof: Proof) -> dict[str, Any]:
    """The hypotheses and the steps of a proof, which do not say what they conclude."""
    return {
        "hypotheses": [encode_statement(s) for s in proof.hypotheses],
        "steps": [_encode_line(line) for line in proof.lines],
        "proves": encode_statement(replay(proof).conclusion),
    }


def _encode_line(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {"rule": line.rule, "from": list(line.premises)}
    if line.arguments.sets:
        found["sets"] = [encode_names(s) for s in line.arguments.sets]
    if line.arguments.goal is not None:
        found["goal"] = encode_statement(line.arguments.goal)
    if line.arguments.signs:
        found["signs"] = list(line.arguments.signs)
    return found


def decode_proof(value: Any, where: str) -> tuple[Proof, Statement]:
    """A proof, and what it is said to prove."""
    data = fields(value, where, ("hypotheses", "steps", "proves"))
    hypotheses = decode_statements(data["hypotheses"], f"{where}, hypotheses")
    steps = items(data["steps"], f"{where}, steps", MAX_STEPS)
    count = len(hypotheses)
    lines = tuple(_decode_line(s, f"{where}, step {k}", count + k) for k, s in enumerate(steps))
    return Proof(hypotheses, lines), decode_statement(data["proves"], f"{where}, proves")


def _decode_line(value: Any, where: str, before: int) -> Line:
    data = fields(value, where, ("rule", "from"), ("sets", "goal", "signs"))
    rule = one_of(data["rule"], f"{where}, rule", RULES)
    listed = items(data["from"], f"{where}, from", 1_000)
    premises = tuple(integer(i, f"{where}, from: earlier entries", 0, before - 1) for i in listed)
    sets = tuple(frozenset(names(s, f"{where}, sets")) for s in items(data.get("sets", []), where))
    goal = decode_statement(data["goal"], f"{where}, goal") if "goal" in data else None
    if goal is not None and not isinstance(goal, Monomials):
        raise CertificateError(f"{where}, goal: an equation is needed")
    signs = tuple(integer(s, f"{where}, signs", -1, 1) for s in items(data.get("signs", []), where))
    return Line(rule, premises, Arguments(sets, goal, signs))


# ---- sums ----------------------------------------------------------------------------------------


def encode_terms(terms: Iterable[Term]) -> list[dict[str, Any]]:
    """One side of an equation between sums of products."""
    return [
        {
            "coefficient": encode_number(t.coefficient),
            "bound": encode_names(t.bound),
            "values": sorted(t.values),
            "factors": _encode_factors(t.factors),
        }
        for t in terms
    ]


def decode_terms(value: Any, where: str) -> tuple[Term, ...]:
    """One side of an equation between sums of products."""
    found = []
    for k, one in enumerate(items(value, where, 2_000)):
        at = f"{where}, term {k}"
        data = fields(one, at, ("coefficient", "bound", "values", "factors"))
        counted = [slot(n, f"{at}, values") for n in items(data["values"], f"{at}, values")]
        if counted != sorted(counted):
            raise CertificateError(f"{at}, values: names must be sorted")
        term = Term(
            decode_fraction(data["coefficient"], f"{at}, coefficient"),
            frozenset(slots(data["bound"], f"{at}, bound")),
            tuple(counted),
            _decode_factors(data["factors"], f"{at}, factors", slots),
        )
        if not is_well_formed(term):
            raise CertificateError(f"{at}: a variable in two slots, or a value that is summed over")
        if not term.bound <= frozenset(term.values).union(
            *(f.event | f.given for f in term.factors)
        ):
            raise CertificateError(f"{at}: a sum over a variable that does not occur")
        found.append(term)
    check_common((t.coefficient for t in found), where)
    return tuple(found)


def encode_sum_proof(proof: SumProof) -> dict[str, Any]:
    """Moves on both sides, and for each pair of terms the instances of theorems in a row."""
    return {
        "left": [_encode_move(m) for m in proof.left],
        "right": [_encode_move(m) for m in proof.right],
        "pairs": [
            {
                "left": pair.left,
                "right": pair.right,
                "renaming": dict(sorted(pair.renaming)),
                "row": [[_encode_instance(x) for x in step] for step in pair.row],
            }
            for pair in proof.pairs
        ],
    }


def _encode_instance(instance: Instance) -> dict[str, Any]:
    return {"proof": encode_proof(instance.proof), "slots": dict(sorted(instance.slots))}


def _encode_move(move: SumMove) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": move.kind, "term": move.term, "variable": move.variable}
    if move.kind == "normalise":
        return {**found, "given": encode_names(move.given)}
    if move.kind == "spell out":
        return found
    return {**found, "factor": move.factor}


def decode_sum_proof(
    value: Any, where: str
) -> tuple[SumProof, tuple[tuple[Proof, Statement], ...]]:
    """Moves and pairs, and every proof with what it is said to prove."""
    data = fields(value, where, ("left", "right", "pairs"))
    left, right = (
        tuple(_decode_move(m, f"{where}, {side}") for m in items(data[side], where, 2_000))
        for side in ("left", "right")
    )
    said: list[tuple[Proof, Statement]] = []
    listed = items(data["pairs"], f"{where}, pairs", 2_000)
    pairs = tuple(_decode_pair(p, f"{where}, pair {k}", said) for k, p in enumerate(listed))
    return SumProof(left, right, pairs), tuple(said)


def _decode_pair(value: Any, where: str, said: list[tuple[Proof, Statement]]) -> Pair:
    data = fields(value, where, ("left", "right", "renaming", "row"))
    row = []
    for step in items(data["row"], where, 100):
        found = []
        for one in items(step, where, 1_000):
            inside = fields(one, where, ("proof", "slots"))
            said.append(decode_proof(inside["proof"], where))
            found.append(Instance(said[-1][0], _decode_slots(inside["slots"], where)))
        row.append(tuple(found))
    left, right = (integer(data[side], f"{where}, {side}", 0, 10_000) for side in ("left", "right"))
    return Pair(left, right, _decode_slots(data["renaming"], where), tuple(row))


def _decode_slots(value: Any, where: str) -> Slots:
    if not isinstance(value, dict):
        raise CertificateError(f"{where}: slots are needed")
    return tuple((slot(k, where), slot(v, where)) for k, v in sorted(value.items()))


def _decode_move(value: Any, where: str) -> SumMove:
    data = fields(value, where, ("kind", "term", "variable"), ("factor", "given"))
    return SumMove(
        one_of(data["kind"], where, ("insert", "sum out", "normalise", "spell out")),
        integer(data["term"], f"{where}, term", 0, 10_000),
        slot(data["variable"], f"{where}, variable"),
        integer(data.get("factor", 0), f"{where}, factor", 0, 1_000),
        frozenset(slots(data.get("given", []), f"{where}, given")),
    )


# ---- inequalities --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bounded:
    """Every piece, the smallest of its linear forms, is at most 0; less than 0 when `strict`."""

    strict: bool
    pieces: tuple[Piece, ...]


def encode_inequality(goal: Bounded) -> dict[str, Any]:
    """Linear forms in probabilities, each at most 0, or the least of several."""
    pieces = [[_encode_form(form) for form in piece] for piece in goal.pieces]
    forms = [piece[0] if len(piece) == 1 else {"least": piece} for piece in pieces]
    return {"strict": goal.strict, "forms": forms}


def _encode_form(form: LinearForm) -> dict[str, Any]:
    terms = [
        [encode_number(c), encode_point(dict(event)), encode_point(dict(given))]
        for c, (event, given) in form.terms
    ]
    return {"constant": encode_number(form.constant), "terms": terms}


def decode_inequality(value: Any, where: str) -> Bounded:
    """Linear forms; a variable left of one bar and right of another is refused."""
    data = fields(value, where, ("strict", "forms"))
    listed = items(data["forms"], f"{where}, forms", MAX_FORMS)
    if not listed:
        raise CertificateError(f"{where}: no form")
    pieces = tuple(_decode_piece(f, f"{where}, form {k}") for k, f in enumerate(listed))
    return Bounded(truth(data["strict"], f"{where}, strict"), pieces)


def _decode_piece(value: Any, where: str) -> Piece:
    if not isinstance(value, dict) or "least" not in value:
        return (_decode_form(value, where),)
    listed = items(only_key(value, where)[1], where, MAX_FORMS)
    if len(listed) < 2:
        raise CertificateError(f"{where}: the least of two forms or more")
    return tuple(_decode_form(form, where) for form in listed)


def _decode_form(value: Any, where: str) -> LinearForm:
    data = fields(value, where, ("constant", "terms"))
    terms = []
    for term in items(data["terms"], where, MAX_STEPS):
        coefficient, event, given = items(term, where, exactly=3)
        factor = tuple(frozenset(decode_point(x, where).items()) for x in (event, given))
        if not factor[0]:
            raise CertificateError(f"{where}: a probability of no event")
        terms.append((decode_number(coefficient, where), (factor[0], factor[1])))
    check_common((c for c, _ in terms), where)
    form = LinearForm(decode_number(data["constant"], where), tuple(terms))
    if set(form.outcomes) & {n for _, (_, given) in form.terms for n, _ in given}:
        raise CertificateError(f"{where}: a variable stands left of one bar and right of another")
    return form


def encode_point(point: Mapping[str, Any]) -> dict[str, Any]:
    """Values of some variables."""
    return {n: encode_value(point[n]) for n in sorted(point)}


def decode_point(value: Any, where: str) -> dict[str, Any]:
    """Values of some variables."""
    if not isinstance(value, dict):
        raise CertificateError(f"{where}: values of variables are needed")
    return {name(n, where): decode_value(v, where) for n, v in value.items()}


def encode_mixture(mixture: Mixture) -> dict[str, Any]:
    """The hidden variables, and to which outcome each setting belongs."""
    return {"hidden": encode_names(mixture.hidden), "owner": dict(sorted(mixture.owner))}


def decode_mixture(value: Any, where: str) -> Mixture:
    """The hidden variables, and to which outcome each setting belongs."""
    data = fields(value, where, ("hidden", "owner"))
    if not isinstance(data["owner"], dict):
        raise CertificateError(f"{where}, owner: an object is needed")
    owner = tuple((name(s, where), name(o, where)) for s, o in sorted(data["owner"].items()))
    return Mixture(frozenset(names(data["hidden"], f"{where}, hidden")), owner)


# ---- models --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Graph:
    """A causal graph as it stands in a certificate."""

    nodes: tuple[str, ...]
    latents: frozenset[str]
    edges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """A finite model, which of its variables are values given to latents, and what shows that it
    obeys local causality: its graph, or the circuit that it is the distribution of."""

    model: FiniteModel
    latents: frozenset[str]
    graph: Graph | None
    circuit: Circuit | None = None
    _known: dict[Statement, bool] = field(default_factory=dict)

    def holds(self, statement: Statement) -> bool:
        """Whether a statement is true of the model; one with an empty side says nothing.

        Raises: ModelError when the model lacks a variable.
        """
        if statement not in self._known:
            trivial = isinstance(statement, Independence) and statement.is_trivial
            self._known[statement] = trivial or self.model.holds(statement)
        return self._known[statement]


def encode_graph(graph: Any) -> dict[str, Any]:
    """Nodes in order, the latents among them, and arrows (of a `CausalGraph` too)."""
    return {
        "nodes": list(graph.nodes),
        "latents": encode_names(graph.latents),
        "edges": [list(edge) for edge in graph.edges],
    }


def decode_graph(value: Any, where: str) -> Graph:
    """Nodes in order, the latents among them, and arrows between nodes."""
    data = fields(value, where, ("nodes", "latents", "edges"))
    nodes = tuple(name(n, f"{where}, nodes") for n in items(data["nodes"], where, 200))
    latents = frozenset(names(data["latents"], f"{where}, latents"))
    edges = []
    for edge in items(data["edges"], f"{where}, edges", 10_000):
        tail, head = items(edge, f"{where}, edges", exactly=2)
        edges.append((name(tail, where), name(head, where)))
    if len(set(nodes)) < len(nodes) or len(set(edges)) < len(edges):
        raise CertificateError(f"{where}: a node or an arrow stands twice")
    if not latents <= set(nodes) or not {n for e in edges for n in e} <= set(nodes):
        raise CertificateError(f"{where}: an arrow or a latent without its node")
    return Graph(nodes, latents, tuple(edges))


def encode_model(
    model: FiniteModel, latents: Iterable[str], graph: Any, circuit: Circuit | None = None
) -> dict[str, Any]:
    """The support with its weights, and for every variable the values it may take."""
    found = {
        "names": list(model.names),
        "values": {n: [encode_value(v) for v in model.values(n)] for n in sorted(model.names)},
        "support": [
            [[encode_value(v) for v in point], encode_number(w)] for point, w in model.support
        ],
        "latents": encode_names(latents),
        "graph": None if graph is None else encode_graph(graph),
    }
    return found if circuit is None else {**found, "circuit": encode_circuit(circuit)}


def decode_model(value: Any, where: str, declared: Values) -> Witness:
    """A distribution: positive weights that sum to one, on points that differ.

    Args: `declared`, the values of the variables that declare them; any other variable may take
    just the values that occur.
    """
    keys = ("names", "values", "support", "latents", "graph")
    data = fields(value, where, keys, ("circuit",))
    order, support, alphabets = decode_table(data, where, declared, decode_number)
    check_common((weight for _, weight in support), where)
    if not all(weight > 0 for _, weight in support):
        raise CertificateError(f"{where}: a weight that is not positive")
    try:
        model = FiniteModel.create(order, support, alphabets)
    except ModelError as error:
        raise CertificateError(f"{where}: {error}") from None
    latents = frozenset(names(data["latents"], f"{where}, latents"))
    if not latents <= set(order) or latents & set(declared):
        raise CertificateError(f"{where}, latents: a latent is a variable without declared values")
    graph = None if data["graph"] is None else decode_graph(data["graph"], f"{where}, graph")
    circuit = None
    if "circuit" in data:
        circuit = decode_circuit(data["circuit"], f"{where}, circuit")
        if graph is not None or latents:
            raise CertificateError(f"{where}: a circuit has neither a graph nor latents beside it")
    return Witness(model, latents, graph, circuit)


def decode_table(
    data: Mapping[str, Any], where: str, declared: Values, weight: Callable[[Any, str], Any]
) -> tuple[tuple[str, ...], tuple[Outcome, ...], dict[str, tuple[Any, ...]]]:
    """The variables of a model, its outcomes with what `weight` reads, and the values of each."""
    order = tuple(name(n, f"{where}, names") for n in items(data["names"], where, 200))
    if len(set(order)) < len(order) or not order:
        raise CertificateError(f"{where}: names that differ are needed")
    support = tuple(
        _decode_outcome(o, f"{where}, support", len(order), weight)
        for o in items(data["support"], where)
    )
    if len({outcome for outcome, _ in support}) < len(support):
        raise CertificateError(f"{where}: a point stands twice")
    alphabets = decode_values(data["values"], f"{where}, values")
    if set(alphabets) != set(order):
        raise CertificateError(f"{where}, values: an entry for every variable is needed")
    for k, n in enumerate(order):
        occurring = {outcome[k] for outcome, _ in support}
        if n in declared and alphabets[n] != declared[n]:
            raise CertificateError(f"{where}: {n} has other values than it declares")
        if n not in declared and set(alphabets[n]) != occurring:
            raise CertificateError(f"{where}: {n} has values that do not occur")
    return order, support, alphabets


def _decode_outcome(value: Any, where: str, count: int, read: Callable[[Any, str], Any]) -> Outcome:
    outcome, weight = items(value, where, exactly=2)
    point = tuple(decode_value(v, where) for v in items(outcome, where, exactly=count))
    return point, read(weight, f"{where}, weight")


def decode_values(value: Any, where: str) -> dict[str, tuple[Any, ...]]:
    """The values that variables may take, each once."""
    if not isinstance(value, dict):
        raise CertificateError(f"{where}: an object is needed")
    found: dict[str, tuple[Any, ...]] = {}
    for n, listed in value.items():
        alphabet = tuple(decode_value(v, where) for v in items(listed, f"{where} of {n}"))
        if len(set(alphabet)) < len(alphabet) or not alphabet:
            raise CertificateError(f"{where} of {name(n, where)}: values that differ are needed")
        found[name(n, where)] = alphabet
    return found
