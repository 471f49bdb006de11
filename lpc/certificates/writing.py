"""From a checked document to its certificates. Not trusted: each is verified before it is written.

An item whose certificate would not verify is written as undecided, with a note that says why: then
nothing is claimed of it, and `lpc certify` says so.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain
from typing import Any

from lpc.certificates import SCHEMA
from lpc.certificates.encoding import (
    Bounded,
    encode_graph,
    encode_inequality,
    encode_mixture,
    encode_model,
    encode_names,
    encode_proof,
    encode_statement,
    encode_sum_proof,
    encode_terms,
)
from lpc.certificates.expansion import Expansion, FamilyExpansion
from lpc.certificates.families import encode_family
from lpc.certificates.geometry import (
    common_obligations,
    encode_region,
    encode_scene,
    obligations,
    with_states,
)
from lpc.certificates.quantities import Tree, encode_tree, given_in
from lpc.certificates.strict import MAX_BYTES, CertificateError
from lpc.certificates.values import encode_number, encode_value
from lpc.certificates.verify import ON_MODELS, PROVED, Checked, Verifier
from lpc.checker.context import Context
from lpc.checker.inequalities import InequalityClaim
from lpc.checker.locality import Judged, judge
from lpc.checker.models import ModelChecker, inside
from lpc.checker.stated import Stated
from lpc.checker.sums import SumStep
from lpc.checker.violations import Violation
from lpc.exact import Angle, NumberError, OpenAngle, Wave
from lpc.kernel import Theorem, replay
from lpc.kernel.families import open_angles
from lpc.kernel.forms import LinearForm, Piece, combined
from lpc.kernel.inequalities import Mixture, normalised_bound, verified_bound
from lpc.kernel.models import FiniteModel
from lpc.kernel.quantum import Family
from lpc.language.document import (
    Claim,
    Derivation,
    Document,
    Inequality,
    Line,
    ModelClaim,
    Rewrite,
    SumEquation,
)
from lpc.logic import Formula, Independence, LocalCausality, LpcError, Product, Statement
from lpc.logic.effort import EFFORT, Effort
from lpc.logic.expand import monomials_of
from lpc.logic.slots import variables_of
from lpc.logic.spelling import ascii_text
from lpc.logic.statements import atoms_of
from lpc.logic.visible import visible
from lpc.report.results import Evidence, FileReport, Item
from lpc.search.means import saddle
from lpc.spacetime import Screening
from lpc.spacetime.auxiliary import state_name
from lpc.spacetime.causes import CommonCause
from lpc.spacetime.circuits import Circuit
from lpc.spacetime.common import screens_off
from lpc.spacetime.graph import CausalGraph
from lpc.spacetime.rule import determined, shield
from lpc.spacetime.scene import Scene, Specification, specifications, together

Json = dict[str, Any]
Atoms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate: the name of its file, its bytes, and what its verification showed.

    `refused` says why the verdict of the check is not certified, if it is not.
    """

    name: str
    data: bytes
    checked: Checked
    refused: str = ""


def certificates(
    document: Document,
    report: FileReport,
    source: bytes,
    *,
    effort: int | None = EFFORT,
    timeout: float | None = None,
) -> Iterator[Certificate]:
    """The certificates of all items of a document, in order.

    Args: `report`, the result of the check; `source`, the bytes of the file.
    """
    writer = Writer(Context(document, Effort(effort, timeout)), hashlib.sha256(source).hexdigest())
    number = 0
    for entry, block in zip(document.items, report.blocks, strict=True):
        for item in block.items:
            number += 1
            yield writer.certificate(number, entry, item)


@dataclass(slots=True)
class Writer:
    """Makes the certificates of one document; `digest` is the hash of its source."""

    context: Context
    digest: str
    verifier: Verifier = field(default_factory=Verifier)

    def certificate(self, number: int, entry: Any, item: Item) -> Certificate:
        """The certificate of an item, verified."""
        name = f"{number:03d}-{item.kind}{_slug(item)}.json"
        self.context.start()
        reason = ""
        try:
            data = _written(self.parts(entry, item))
            if len(data) > MAX_BYTES:
                raise CertificateError(f"larger than {MAX_BYTES} bytes")
            return Certificate(name, data, self.verifier.verify(data))
        except (LpcError, NumberError) as error:
            reason = str(error)
        nothing: Json = {"verdict": "undecided", "goal": None, "evidence": [], "model": None}
        notes = [f"the check came out as {item.verdict}, which is not certified: {reason}"]
        data = _written({**self.header(item), **nothing, "notes": notes})
        return Certificate(name, data, self.verifier.verify(data), reason)

    def source(self, item: Item | Stated) -> Json:
        """Where an item stands, and its words."""
        name = visible(re.split(r"[/\\]", self.context.document.path)[-1])
        return {"file": name, "sha256": self.digest, "line": item.line, "text": item.statement}

    def header(self, item: Item) -> Json:
        """What does not depend on the verdict."""
        return {
            "schema": SCHEMA,
            "source": self.source(item),
            "item": {
                "kind": item.kind,
                "name": item.name,
                "index": item.index,
                "label": item.label,
            },
            "verdict": str(item.verdict),
            "atoms": [],
            "values": {},
            "composites": {},
            "assumptions": [],
            "scope": [],
            "goal": None,
            "evidence": [],
            "model": None,
            "notes": [],
        }

    def parts(self, entry: Any, item: Item) -> Json:
        """All of a certificate."""
        found = self.header(item)
        found["notes"] = [*item.notes, *([item.tried] if item.tried else [])]
        verdict = str(item.verdict)
        if verdict == "undecided" or (isinstance(entry, ModelClaim) and verdict not in ON_MODELS):
            return found
        if isinstance(entry, ModelClaim):
            found.update(self.on_model(entry, verdict))
        else:
            found["scope"] = list(item.scope)
            named = any(e.states for e in item.evidence)
            found["assumptions"] = [self.assumption(n, states=named) for n in item.scope]
            found["goal"], atoms = self.goal(entry, item)
            if verdict in PROVED:
                found["evidence"] = [self.evidence(entry, e) for e in item.evidence]
            elif item.model is not None:
                found["model"] = self.countermodel(item, atoms)
                found.update(self.broken_locality(entry, item, item.model.model))
        return self.closed(found)

    def closed(self, found: Json) -> Json:
        """With the atoms that it speaks of, their values, and the composites made of them."""
        context = self.context
        atoms = set(context.declared_atoms)
        if context.document.graph is not None:
            atoms |= set(context.document.graph.nodes)
        if found["model"] is not None:
            atoms |= {*found["model"]["names"], *found["model"].get("angles", ())}
        composites = context.document.composites.atoms
        return {
            **found,
            "atoms": encode_names(atoms),
            "values": {
                n: [encode_value(x) for x in v] for n, v in sorted(context.alphabets.items())
            },
            "composites": {n: encode_names(composites[n]) for n in sorted(composites)},
        }

    # Assumptions and goals.

    def assumption(self, name: str, key: str = "statements", *, states: bool = False) -> Json:
        """What a name says, the statements of local causality first.

        Args: `states`, whether proofs speak of states that the file does not name.
        """
        formula = self.context.formulas[name].formula
        said, locality = self.said(formula, states)
        found: Json = {"name": name, "text": str(formula), key: _statements(said)}
        return found if locality is None else {**found, "locality": locality}

    def said(self, formula: Formula, states: bool = False) -> tuple[list[Statement], Json | None]:
        """The statements of a formula, and local causality where it is part of it."""
        context = self.context
        if not context.says_local_causality(formula):
            return list(context.expand(formula)), None
        if states:
            names = (*context.local_causality_names, *context.common_cause_names)
            context = context.contexts(names)[-1]
        common = context.document.graph is None and context.says_common_causes(formula)
        causes = context.causes if common else ()
        local = [*context.local_causality(), *(c.independence for c in causes)]
        own = (s for s in context.expand(formula) if s not in set(local))
        return [*local, *own], _locality(context, common)

    def goal(self, entry: Any, item: Item | Stated, *, states: bool = False) -> tuple[Json, Atoms]:
        """What an item asserts, and the variables that it speaks of."""
        match entry:
            case Derivation(steps=steps):
                step = steps[item.index - 1]
                return self.equation(step.left, step.right, item)
            case Rewrite(left=left, right=right):
                return self.equation(left, right, item)
            case Claim(formula=SumEquation(left=left, right=right)):
                return self.equation(left, right, item)
            case Claim(formula=Inequality() as inequality):
                claim = InequalityClaim(self.context, inequality, item.scope)
                bounded = Bounded(inequality.op in ("<", ">"), claim.pieces)
                atoms = {n for f in claim.forms for _, x in f.terms for side in x for n, _ in side}
                return {"all": [{"inequality": encode_inequality(bounded)}]}, frozenset(atoms)
            case Claim(formula=formula) if not isinstance(formula, Inequality | SumEquation):
                said, locality = self.said(formula, states)
                found: Json = {"all": _statements(said)}
                spoken = frozenset[str]().union(*map(atoms_of, said))
                spoken -= {own for own, _ in (locality or {}).get("states", ())}
                return found if locality is None else {**found, "locality": locality}, spoken
        raise CertificateError("an item that certificates do not express")

    def equation(self, left: Line, right: Line, item: Item | Stated) -> tuple[Json, Atoms]:
        if isinstance(left, Product) and isinstance(right, Product):
            goal = monomials_of(left, right, self.context.document.composites)
            return {"all": [encode_statement(goal)]}, atoms_of(goal)
        if isinstance(left, Product) or isinstance(right, Product):
            raise CertificateError("a product beside a sum")
        step = SumStep.create(self.context, left, right, item.scope)
        sides = (step.left.terms, step.right.terms)
        atoms = variables_of(s for side in sides for t in side for s in t.names)
        return {"all": [{"sums": [encode_terms(side) for side in sides]}]}, atoms

    def evidence(self, entry: Any, evidence: Evidence) -> Json:
        """One minimal set with its proofs, and what sums and inequalities need besides."""
        found: Json = {"names": list(evidence.names), "proofs": []}
        if evidence.sums is not None:
            return {**found, "sum": encode_sum_proof(evidence.sums)}
        found["proofs"] = [encode_proof(p) for p in evidence.proofs]
        match entry:
            case Claim(formula=Inequality() as inequality):
                mixture = evidence.mixture
                found["mixture"] = None if mixture is None else encode_mixture(mixture)
                claim = InequalityClaim(self.context, inequality, evidence.names)
                bounded = Bounded(inequality.op in ("<", ">"), claim.pieces)
                found |= _weighted(self.context, bounded, evidence)
        return found

    # Models.

    def countermodel(self, item: Item, atoms: Atoms) -> Json:
        """The model against an item, with what shows that it obeys local causality."""
        if item.model is None:
            raise CertificateError("no model")
        context, found = self.context, item.model
        needed = set(atoms)
        for name in item.scope:
            needed.update(*(atoms_of(s) for s in context.statements(name) if not _is_empty(s)))
        if not context.assumes_local_causality(item.scope):
            return self.model(_padded(context, found.model, needed))
        if context.document.graph is not None:
            extension = judge(context, found.model).extension
            if extension is None:
                raise CertificateError("no values for the latents were found")
            full = _padded(context, extension, needed | set(context.document.graph.nodes))
            return self.model(full, graph=context.document.graph)
        if found.circuit is None:
            raise CertificateError("no circuit was found of which this is the distribution")
        return self.model(_padded(context, found.model, needed), found.circuit)

    def broken_locality(self, entry: Any, item: Item, model: FiniteModel) -> Json:
        """Where the goal says local causality: what this entails and the model breaks."""
        goal, _ = self.goal(entry, item)
        if "locality" not in goal:
            return {}
        common = self.context.says_common_causes(entry.formula)
        judged = judge(self.context, model, common_causes=common)
        if judged.violation is None:
            return {}
        goal, _ = self.goal(entry, item, states=_states_of(judged))
        return {"goal": goal, "evidence": [_against(self.context, judged.violation, goal["all"])]}

    def principle(self, states: bool) -> Json:
        """Local causality by itself, with its statements."""
        said, locality = self.said(LocalCausality(), states)
        return {"all": _statements(said), "locality": locality}

    def model(
        self, model: FiniteModel, circuit: Circuit | None = None, graph: CausalGraph | None = None
    ) -> Json:
        """A model, in a spacetime as large as the circuit that realises it."""
        if circuit is not None:
            model = _padded(self.context, model, (r.variable for r in circuit.readings))
        known = self.context.declared_atoms
        latents = [] if graph is None else [n for n in model.names if n in graph.latents - known]
        return encode_model(model, latents, graph, circuit)

    def on_model(self, claim: ModelClaim, verdict: str) -> Json:
        """The goal, the evidence and the model of a claim on a model."""
        context = self.context
        found = ModelChecker(context, lambda _: None).evaluated(claim.model)
        if isinstance(found, Family):
            return self.for_all_angles(claim, found)
        if found is None:
            raise CertificateError("a model that cannot be evaluated")
        return self.on_distribution(claim, found)

    def on_distribution(self, claim: ModelClaim, model: FiniteModel) -> Json:
        context = self.context
        if claim.kind == "value":
            goal = self.relation(claim, Expansion, model)
            return {"goal": goal, "evidence": [], "model": self.model(model)}
        if claim.kind == "local":
            return self.local(claim, model)
        formulas = {n: context.formulas[n].formula for n in claim.names}
        judged = {
            n: judge(context, model, common_causes=context.says_common_causes(formula))
            for n, formula in formulas.items()
            if context.says_local_causality(formula)
        }
        entries = [
            self.assumption(n, "all", states=n in judged and _states_of(judged[n]))
            for n in claim.names
        ]
        # NB: a circuit without seeds serves local causality as well.
        order = sorted(judged, key=lambda n: not context.says_common_causes(formulas[n]))
        found = {n: judged[n] for n in order}
        goal = {"each": entries, "wanted": claim.kind == "satisfies"}
        return {"goal": goal, **self.held(context, model, found, entries)}

    def local(self, claim: ModelClaim, model: FiniteModel) -> Json:
        """`M is local in …`: local causality of the variables that live there."""
        context, scene = self.context, self.context.document.scene
        if scene is not None and claim.where != ("spacetime",):
            context, model = inside(context.document, scene, claim.where, model, context)
        name = f"local in {', '.join(claim.where)}"
        judged = judge(context, model)
        principle = replace(self, context=context).principle(_states_of(judged))
        entry = {"name": name, "text": name, **principle}
        goal = {"each": [entry], "wanted": True}
        return {"goal": goal, **self.held(context, model, {name: judged}, [entry])}

    def held(
        self,
        context: Context,
        model: FiniteModel,
        judged: Mapping[str, Judged],
        entries: list[Json],
    ) -> Json:
        """The model with its circuit, or extended to the latents; and what it breaks instead."""
        graph = context.document.graph
        obeyed = [j for j in judged.values() if j.truth]
        extension = next((j.extension for j in obeyed if j.extension is not None), None)
        if graph is not None and extension is not None:
            full = _padded(context, extension, graph.nodes)
            return {"evidence": [], "model": self.model(full, graph=graph)}
        circuit = next((j.circuit for j in obeyed if j.circuit is not None), None)
        said = {e["name"]: e["all"] for e in entries}
        evidence = [
            _against(context, j.violation, said[n], n)
            for n, j in judged.items()
            if j.violation is not None
        ]
        return {"evidence": evidence, "model": self.model(model, circuit)}

    def for_all_angles(self, claim: ModelClaim, family: Family) -> Json:
        """A claim of a value in a block with open angles."""
        goal = self.relation(claim, FamilyExpansion, family)
        return {"goal": goal, "evidence": [], "model": encode_family(family)}

    def relation(
        self, claim: ModelClaim, kind: type[Expansion], model: FiniteModel | Family
    ) -> Json:
        if claim.quantity is None or claim.value is None:
            raise CertificateError("a claim of a value has two sides")
        document = self.context.document
        expansion = kind(model, document.quantities, document.composites)
        angles = model.open if isinstance(model, Family) else ()
        env = open_angles(angles)
        left, right = (expansion.tree(side, env) for side in (claim.quantity, claim.value))
        if isinstance(model, Family):
            _whole_turns(model, (left, right))
        sides = {"left": encode_tree(left, angles), "op": claim.op}
        return {"value": {**sides, "right": encode_tree(right, angles)}}


def _states_of(judged: Judged) -> bool:
    """Whether what a model breaks is shown with states that the file does not name."""
    return judged.violation is not None and bool(judged.violation.evidence.states)


def _against(context: Context, violation: Violation, said: list[Json], *names: str) -> Json:
    """What local causality entails and a model breaks, by proofs from what it says and from what
    holds in the model besides.
    """
    evidence = violation.evidence
    proofs = [encode_proof(p) for p in evidence.proofs]
    found: Json = {"names": list(names), "proofs": proofs}
    used = (h for p in proofs for h in p["hypotheses"])
    holds = [h for h in used if h not in said]
    if holds:
        found["holds"] = [h for k, h in enumerate(holds) if h not in holds[:k]]
    if isinstance(violation.goal, Inequality):
        bounded = Bounded(violation.goal.op in ("<", ">"), violation.pieces)
        mixture = evidence.mixture
        found["inequality"] = encode_inequality(bounded)
        found["mixture"] = None if mixture is None else encode_mixture(mixture)
        found |= _weighted(context, bounded, evidence)
    return found


def _whole_turns(family: Family, trees: Iterable[Tree]) -> None:
    """Angles are written up to whole turns, which change a wave with fractions of them.

    Raises: CertificateError.
    """
    waves = [w for _, w in family.rows if isinstance(w, Wave)]
    parts = {n for w in waves for k, _ in w.terms for n, q in k if q.denominator > 1}
    for n, angle in (pair for tree in trees for pair in given_in(tree)):
        if n in parts and isinstance(angle, Angle | OpenAngle) and not 0 <= angle.ratio < 2:
            what = f"{n} = {angle}, where only angles from 0 to 2 pi are expressed"
            raise CertificateError(f"fractions of {n} matter, and {what}")


def _weighted(context: Context, bounded: Bounded, evidence: Evidence) -> Json:
    """Weights of a mean for each piece, where the least of several forms counts."""
    if all(len(piece) == 1 for piece in bounded.pieces):
        return {}
    weights = (_weights(context, bounded.strict, p, evidence) for p in bounded.pieces)
    return {"weights": [[encode_number(w) for w in one] for one in weights]}


def _weights(
    context: Context, strict: bool, piece: Piece, evidence: Evidence
) -> tuple[Fraction, ...]:
    """Weights with which a mean of the forms of a piece is bounded far enough."""
    count, mixture = len(piece), evidence.mixture
    tries = [tuple(Fraction(int(i == k)) for i in range(count)) for k in range(count)]
    tries.append((Fraction(1, count),) * count)
    alphabets = context.alphabets
    if mixture is not None:
        alone = Mixture(frozenset(), mixture.owner)
        tries.append(tuple(saddle(piece, alone, alphabets, context.effort.tick).forms))
    theorems = tuple(replay(p) for p in evidence.proofs)
    for weights in tries:
        form = combined(piece, weights)
        most = _largest(form, mixture, alphabets, theorems)
        if most < 0 or (most == 0 and not strict):
            return weights
    raise CertificateError("no mean of the forms is bounded far enough")


def _largest(
    form: LinearForm, mixture: Mixture | None, alphabets: Any, theorems: tuple[Theorem, ...]
) -> Any:
    if mixture is None:
        return normalised_bound(form, alphabets).best.value
    return verified_bound(form, mixture, alphabets, theorems).best.value


def _statements(statements: Iterable[Statement]) -> list[Json]:
    return [encode_statement(s) for s in statements]


def _is_empty(statement: Statement) -> bool:
    return isinstance(statement, Independence) and statement.is_trivial


# ---- local causality -----------------------------------------------------------------------------


def _locality(context: Context, common: bool) -> Json:
    """The graph, or the scene with each use of the rules and its obligations."""
    document = context.document
    if document.graph is not None:
        return {"graph": encode_graph(document.graph)}
    if document.scene is None:
        raise CertificateError("local causality without a spacetime or a graph")
    states = tuple((state_name(t), t) for t in context.states)
    wide = with_states(document.scene, states)
    shields = [_shield(wide, len(states), s) for s in context.screenings]
    found: Json = {"spacetime": encode_scene(document.scene), "shields": shields}
    if states:
        found["states"] = [[own, encode_number(t)] for own, t in states]
    if common:
        found["common"] = [_cause(document.scene, c) for c in context.causes]
    return found


def _cause(scene: Scene, cause: CommonCause) -> Json:
    places, x, y = scene.placed(scene.places), cause.x, cause.y
    for specification in specifications(scene):
        if specification.names == cause.complete and screens_off(specification, x, y, places):
            chosen = sorted(scene.complete.index(d) for d in specification.declarations)
            return {
                "declarations": chosen,
                "x": encode_names(x),
                "y": encode_names(y),
                "obligations": common_obligations(specification, x, y, places),
            }
    raise CertificateError("the rule of common causes does not give this premise")


def _shield(scene: Scene, states: int, screening: Screening) -> Json:
    places = scene.placed(scene.places)
    specification = _specification(scene, states, screening)
    chosen = [scene.complete.index(d) for d in specification.declarations]
    slice_ = screening.slice
    x, y = screening.x, screening.y
    return {
        "declarations": sorted(chosen),
        "slice": None if slice_ is None else encode_region(slice_),
        "x": encode_names(x),
        "y": encode_names(y),
        "obligations": obligations(specification, slice_, x, y, places),
    }


def _specification(scene: Scene, states: int, screening: Screening) -> Specification:
    """Declarations for which the rule gives this screening; the last ones are those of states."""
    places = scene.placed(scene.places)
    own = len(scene.complete) - states
    alone = (together(scene, (d,)) for d in scene.complete[own:])
    for specification in chain(
        specifications(replace(scene, complete=scene.complete[:own])), alone
    ):
        if specification.names != screening.complete:
            continue
        if screening.slice is None:
            if screening.x <= determined(specification, places):
                return specification
            continue
        found = shield(specification, screening.slice, places)
        if found and screening.x <= found.covered and screening.y <= found.outside:
            return specification
    raise CertificateError("the rule of local causality does not give this screening")


def _padded(context: Context, model: FiniteModel, needed: Iterable[str]) -> FiniteModel:
    """The model with every needed variable that it leaves out held constant."""
    missing = sorted(set(needed) - set(model.names))
    if not missing:
        return model
    values = tuple(context.alphabets.get(n, (0,))[0] for n in missing)
    known = {n: v for n, v in context.alphabets.items() if n in missing}
    weights = (((*outcome, *values), weight) for outcome, weight in model.support)
    return FiniteModel.create((*model.names, *missing), weights, {**model.alphabets, **known})


# ---- bytes and names -----------------------------------------------------------------------------


def _slug(item: Item) -> str:
    words = item.name or item.label or ""
    plain = "-".join(re.findall(r"[a-z0-9]+", ascii_text(words).lower()))[:40].strip("-")
    number = f"-{item.index}" if item.kind == "step" else ""
    return f"-{plain}{number}" if plain else number


def _written(value: Json) -> bytes:
    """Deterministic bytes: a line for each key, and for each entry of a list of objects."""
    lines = []
    for key, inside_ in value.items():
        lines.append(f"{_compact(key)}: {_lines(inside_)}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8")


def _lines(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(x, dict) for x in value):
        return "[\n  " + ",\n  ".join(map(_compact, value)) + "\n]"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
