"""The trusted side of certificates: everything a certificate claims is computed again.

Proofs are replayed by the kernel from hypotheses that must be statements of the assumptions named;
models are held against every assumption in scope; uses of local causality are recomputed from
the regions. Nothing of search, language or checker is imported here, and a test keeps it so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lpc.certificates import SCHEMA
from lpc.certificates.encoding import (
    Bounded,
    Values,
    Witness,
    decode_inequality,
    decode_mixture,
    decode_model,
    decode_proof,
    decode_statement,
    decode_sum_proof,
    decode_terms,
    decode_values,
)
from lpc.certificates.families import FamilyEvaluation, decode_angles, decode_family
from lpc.certificates.locality import Localities, Locality, States, check_model
from lpc.certificates.quantities import Evaluation, Relation, decode_relation
from lpc.certificates.strict import (
    CertificateError,
    fields,
    integer,
    items,
    name,
    names,
    one_of,
    only_key,
    read_json,
    text,
    truth,
)
from lpc.certificates.values import decode_fraction
from lpc.exact import NumberError
from lpc.kernel import Proof, Theorem, replay
from lpc.kernel.evaluate import shown
from lpc.kernel.forms import LinearForm, Piece, combined
from lpc.kernel.inequalities import Bound, normalised_bound, verified_bound
from lpc.kernel.sum_models import sum_failure
from lpc.kernel.sums import replay_sums
from lpc.logic import Independence, LpcError, Statement
from lpc.logic.slots import at_value, is_held, variable_of, variables_of
from lpc.logic.statements import atoms_of
from lpc.logic.sums import Term, Terms

PRINCIPLES = ("local causality", "common causes")
LOCAL_IN = "local in "
"""How the words of an assumption or a claim begin that say one principle and nothing else."""
PROVED = ("identity", "licensed", "entailed")
ON_MODELS = ("holds", "fails")
VERDICTS = (*PROVED, "refuted", *ON_MODELS, "undecided")
OF_KIND = {
    "step": ("identity", "licensed", "refuted", "undecided"),
    "rewrite": ("identity", "licensed", "refuted", "undecided"),
    "claim": ("entailed", "refuted", "holds", "fails", "undecided"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the item stands: the file's name (never used as a path), its hash, line and words."""

    file: str
    sha256: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was shown of one item, and what that took."""

    source: Source
    kind: str
    verdict: str
    goal: tuple[str, ...]
    theorems: int = 0
    models: int = 0
    obligations: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    relied_on: frozenset[str] = frozenset()
    assumed: tuple[str, ...] = ()
    """What each name that was relied on says as data."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """The statements of a name, and local causality where it is part of it."""

    name: str
    statements: tuple[Statement, ...]
    locality: Locality | None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the item asserts: statements, or one equation between sums, or one inequality."""

    statements: tuple[Statement, ...] = ()
    sums: tuple[Terms, Terms] | None = None
    inequality: Bounded | None = None
    locality: Locality | None = None


@dataclass(frozen=True, slots=True)
class OnModel:
    """What a claim says of a model: that each entry is true, or that each is false."""

    entries: tuple[Assumption, ...]
    wanted: bool


@dataclass(slots=True)
class Verifier:
    """Verifies certificates one after the other; it remembers geometry that was checked."""

    localities: Localities = field(default_factory=Localities)

    def verify(self, data: bytes) -> Checked:
        """What the bytes of one certificate show.

        Raises: CertificateError with the reason why they do not show it.
        """
        try:
            return _Certificate(self.localities).verify(read_json(data))
        except CertificateError:
            raise
        except (LpcError, NumberError) as error:
            raise CertificateError(str(error)) from None
        except (RecursionError, MemoryError, ArithmeticError, ValueError) as error:
            # NB: Python refuses to write out whole numbers of more than 4,300 digits, for example.
            text = f"it cannot be checked ({type(error).__name__})"
            raise CertificateError(text) from None


@dataclass(slots=True)
class _Certificate:
    """One certificate while it is verified."""

    localities: Localities
    atoms: frozenset[str] = frozenset()
    values: Values = field(default_factory=dict)
    angles: tuple[str, ...] = ()
    """The open angles of the model."""
    assumptions: dict[str, Assumption] = field(default_factory=dict)
    states: States = field(default_factory=States)
    rules: Counter[str] = field(default_factory=Counter)
    theorems: int = 0
    obligations: int = 0
    relied_on: set[str] = field(default_factory=set)

    def verify(self, value: Any) -> Checked:
        keys = ("schema", "source", "item", "verdict", "atoms", "values", "composites")
        rest = ("assumptions", "scope", "goal", "evidence", "model", "notes")
        data = fields(value, "certificate", (*keys, *rest))
        if data["schema"] != SCHEMA:
            raise CertificateError(f"this is no {SCHEMA}")
        source = _source(data["source"])
        kind = _kind(data["item"])
        verdict = one_of(data["verdict"], "verdict", OF_KIND[kind])
        self.atoms = frozenset(names(data["atoms"], "atoms"))
        self.values = decode_values(data["values"], "values")
        self._known(self.values, "values")
        self.angles = decode_angles(data["model"], "model")
        self._known(self.angles, "model, angles")
        self._composites(data["composites"])
        for note in items(data["notes"], "notes", 1_000):
            text(note, "notes")
        for one in items(data["assumptions"], "assumptions", 1_000):
            found = self.assumption(one, "assumption", "statements")
            if found.name in self.assumptions:
                raise CertificateError(f"the assumption {found.name} stands twice")
            self.assumptions[found.name] = found
        scope = tuple(name(n, "scope") for n in items(data["scope"], "scope", 1_000))
        if not set(scope) <= set(self.assumptions) or len(set(scope)) < len(scope):
            raise CertificateError("scope: each name must be that of an assumption, and stand once")
        goal = self.goal(data["goal"], verdict)
        self.decide(verdict, goal, scope, data["evidence"], data["model"])
        return Checked(
            source,
            kind,
            verdict,
            () if verdict == "undecided" else _told(goal),
            self.theorems,
            int(data["model"] is not None),
            self.obligations,
            self.rules,
            frozenset(self.relied_on),
            tuple(_said(self.assumptions[n]) for n in sorted(self.relied_on & {*self.assumptions})),
        )

    def decide(
        self,
        verdict: str,
        goal: Goal | OnModel | Relation | None,
        scope: tuple[str, ...],
        evidence: Any,
        model: Any,
    ) -> None:
        """Whether the evidence or the model shows the verdict."""
        shown = items(evidence, "evidence", 1_000)
        if verdict == "undecided":
            if shown or model is not None:
                raise CertificateError("an undecided item shows nothing")
        elif verdict in PROVED:
            if model is not None or not shown or not isinstance(goal, Goal):
                raise CertificateError(f"{verdict}: statements and evidence are needed, no model")
            for k, one in enumerate(shown):
                self.evidence(one, f"evidence {k}", goal, scope, verdict)
        elif self.angles:
            self.for_all_angles(verdict, goal, model, shown)
        else:
            witness = decode_model(model, "model", self.values)
            self._known(witness.model.names, "model")
            if verdict == "refuted":
                if not isinstance(goal, Goal) or (shown and goal.locality is None):
                    raise CertificateError("refuted: statements and a model, no proofs, are needed")
                self.refutation(goal, scope, witness, shown)
            else:
                self.on_model(verdict, goal, witness, shown)

    # Reading.

    def assumption(self, value: Any, where: str, key: str) -> Assumption:
        """A name with its statements; the first of them are those of local causality, if any."""
        data = fields(value, where, ("name", "text", key), ("locality",))
        own, words = name(data["name"], f"{where}, name"), text(data["text"], f"{where}, text")
        where = f"{where} {own}"
        locality, statements = self._said(items(data[key], where), data, where)
        if not statements and locality is None:
            raise CertificateError(f"{where}: it says nothing")
        self._words(words, where, locality, statements)
        return Assumption(own, statements, locality)

    def _said(
        self, listed: list[Any], data: dict[str, Any], where: str
    ) -> tuple[Locality | None, tuple[Statement, ...]]:
        """The statements; what local causality says comes first, and may speak of its states."""
        if "locality" not in data:
            return None, tuple(self.statement(s, where) for s in listed)
        locality = self.localities.read(data["locality"], f"{where}, locality")
        self.states.add(locality, where, self.atoms)
        if locality.graph is not None:
            self._known(locality.graph.nodes, where)
        if locality.scene is not None:
            self._known(locality.scene.places, where)
            for declared in locality.scene.complete:
                self._known(declared.names, where)
        count = len(locality.statements)
        own = tuple(self.statement(s, where) for s in listed[count:])
        said = tuple(decode_statement(s, where) for s in listed[:count])
        if said != locality.statements:
            raise CertificateError(f"{where}: the statements are not those of local causality")
        self.obligations += locality.obligations
        return locality, (*said, *own)

    def _words(
        self,
        words: str,
        where: str,
        locality: Locality | None,
        statements: tuple[Statement, ...],
    ) -> None:
        """Words that say local causality stand for just that, and for nothing less."""
        cited = (self.assumptions.get(n) for n in re.findall(r"\w+", words))
        local = [p for p in PRINCIPLES if p in words]
        if locality is None:
            if local or any(a is not None and a.locality is not None for a in cited):
                raise CertificateError(f"{where}: its locality is missing")
            return
        alone = words in PRINCIPLES or words.startswith(LOCAL_IN)
        if alone and len(statements) > len(locality.statements):
            raise CertificateError(f"{where}: it says more than its words, {words}")
        if locality.common and words == PRINCIPLES[0]:
            raise CertificateError(f"{where}: local causality does not forbid what is older")
        if words == PRINCIPLES[1] and locality.scene is not None and not locality.common:
            raise CertificateError(f"{where}: common causes forbid what comes from past infinity")

    def statement(self, value: Any, where: str) -> Statement:
        found = decode_statement(value, where)
        self._known(atoms_of(found), where)
        return found

    def _known(self, atoms: Iterable[str], where: str) -> None:
        stray = set(atoms) - self.atoms
        if stray:
            raise CertificateError(f"{where}: {min(stray)} is not among the atoms")

    def _composites(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise CertificateError("composites: an object is needed")
        for whole, parts in value.items():
            self._known(names(parts, f"composites, {name(whole, 'composites')}"), "composites")

    def goal(self, value: Any, verdict: str) -> Goal | OnModel | Relation | None:
        if value is None:
            if verdict != "undecided":
                raise CertificateError("goal: only an undecided item may do without")
            return None
        if not isinstance(value, dict):
            raise CertificateError("goal: an object is needed")
        if "value" in value:
            return decode_relation(only_key(value, "goal")[1], "goal", self.angles)
        if "each" in value:
            data = fields(value, "goal", ("each", "wanted"))
            listed = items(data["each"], "goal, each", 1_000)
            entries = tuple(self.assumption(e, "goal", "all") for e in listed)
            if not entries or len({e.name for e in entries}) < len(entries):
                raise CertificateError("goal: each name claimed of the model must stand once")
            return OnModel(entries, truth(data["wanted"], "goal, wanted"))
        return self._asserted(fields(value, "goal", ("all",), ("locality",)))

    def _asserted(self, data: dict[str, Any]) -> Goal:
        listed = items(data["all"], "goal")
        if not listed and "locality" not in data:
            raise CertificateError("goal: nothing is said")
        kinds = [only_key(s, "goal")[0] for s in listed]
        if "locality" in data and {*kinds} & {"sums", "inequality"}:
            raise CertificateError("goal: local causality stands beside statements alone")
        if kinds == ["sums"]:
            sides = items(listed[0]["sums"], "goal, sums", exactly=2)
            left, right = (decode_terms(side, "goal, sums") for side in sides)
            for term in (*left, *right):
                self._known(variables_of(term.names), "goal")
                self._held(term)
            return Goal(sums=(left, right))
        if kinds == ["inequality"]:
            found = decode_inequality(listed[0]["inequality"], "goal, inequality")
            self._known(_in_inequality(found), "goal")
            return Goal(inequality=found)
        locality, statements = self._said(listed, data, "goal")
        return Goal(statements, locality=locality)

    def _held(self, term: Term) -> None:
        """Variables are held at values that they declare, where they declare some."""
        for slot in filter(is_held, term.names):
            variable = variable_of(slot)
            values = self.values.get(variable, ())
            if values and slot not in {at_value(variable, v) for v in values}:
                raise CertificateError(f"goal: {slot} is no value of {variable}")

    # Proofs.

    def evidence(
        self, value: Any, where: str, goal: Goal, scope: tuple[str, ...], verdict: str
    ) -> None:
        """One set of assumptions and proofs from nothing but their statements."""
        data = fields(value, where, ("names", "proofs"), ("sum", "mixture", "weights"))
        used = tuple(name(n, f"{where}, names") for n in items(data["names"], where, 1_000))
        if len(set(used)) < len(used):
            raise CertificateError(f"{where}: a name stands twice")
        if not set(used) <= set(scope) or (verdict == "identity" and used):
            raise CertificateError(f"{where}: a name that is not in scope")
        allowed = {s for n in used for s in self.assumptions[n].statements}
        listed = items(data["proofs"], f"{where}, proofs", 10_000)
        found = [
            self.theorem(*decode_proof(p, f"{where}, proof {k}"), allowed)
            for k, p in enumerate(listed)
        ]
        if ("sum" in data) != (goal.sums is not None) or (
            ("mixture" in data) != (goal.inequality is not None)
        ):
            raise CertificateError(f"{where}: the evidence is not of the kind that the goal needs")
        _weighed(data, where)
        if goal.sums is not None:
            self._sums(data["sum"], f"{where}, sum", goal.sums, allowed)
        elif goal.inequality is not None:
            self._bound(data, where, goal.inequality, found)
        else:
            self._conclusions(where, goal, used, found)
        self.relied_on.update(used)

    def theorem(self, proof: Proof, said: Statement, allowed: set[Statement]) -> Theorem:
        """The replayed proof; its hypotheses are on the allow-list."""
        stray = next((h for h in proof.hypotheses if h not in allowed), None)
        if stray is not None:
            raise CertificateError(f"a hypothesis that none of the assumptions named says: {stray}")
        theorem = replay(proof)
        if theorem.conclusion != said:
            raise CertificateError(f"the proof shows {theorem.conclusion}, not {said}")
        self.theorems += 1
        self.rules.update(line.rule for line in proof.lines)
        return theorem

    def _conclusions(
        self, where: str, goal: Goal, used: tuple[str, ...], found: list[Theorem]
    ) -> None:
        proved = {t.conclusion for t in found}
        for statement in goal.statements:
            trivial = isinstance(statement, Independence) and statement.is_trivial
            if not trivial and statement not in proved:
                raise CertificateError(f"{where}: no proof of {statement}")
        if goal.locality is None:
            return
        if goal.locality.states:
            raise CertificateError(f"{where}: no goal speaks of what the file does not name")
        # Local causality is more than its statements: circuits, and values of latents.
        local = (self.assumptions[n].locality for n in used)
        if not any(one is not None and one.gives(goal.locality) for one in local):
            raise CertificateError(f"{where}: local causality follows only from itself")

    def _sums(
        self, value: Any, where: str, goal: tuple[Terms, Terms], allowed: set[Statement]
    ) -> None:
        proof, said = decode_sum_proof(value, where)
        for one, conclusion in said:
            self.theorem(one, conclusion, allowed)
        replay_sums(*goal, proof, _as_fractions(self.values))
        self.rules.update(move.kind for move in (*proof.left, *proof.right))
        self.rules["pair"] += len(proof.pairs)

    def _bound(self, data: dict[str, Any], where: str, goal: Bounded, found: list[Theorem]) -> None:
        value = data["mixture"]
        mixture = None if value is None else decode_mixture(value, f"{where}, mixture")
        weights = items(data.get("weights", [["1"]] * len(goal.pieces)), f"{where}, weights")
        if len(weights) != len(goal.pieces):
            raise CertificateError(f"{where}, weights: a list for every form is needed")
        for piece, listed in zip(goal.pieces, weights, strict=True):
            form = _mean(piece, listed, f"{where}, weights")
            bound: Bound = (
                normalised_bound(form, self.values)
                if mixture is None
                else verified_bound(form, mixture, self.values, tuple(found))
            )
            most = bound.best.value
            if most > 0 or (goal.strict and most == 0):
                raise CertificateError(f"{where}: a vertex gives {most}, more than allowed")
        self.rules["normalisation" if mixture is None else "vertices"] += len(goal.pieces)

    # Models.

    def refutation(
        self, goal: Goal, scope: tuple[str, ...], witness: Witness, shown: list[Any]
    ) -> None:
        """The model obeys everything in scope and breaks the goal."""
        for n in scope:
            self._obeys(self.assumptions[n], witness)
        self.relied_on.update(scope)
        if goal.sums is not None:
            broken = sum_failure(witness.model, *goal.sums) is not None
        elif goal.inequality is not None:
            broken = _exceeds(witness, goal.inequality)
        else:
            entry = Assumption("", goal.statements, goal.locality)
            against = self._against((entry,), shown, witness)
            broken = self._is_broken(entry, witness, against)
        if not broken:
            raise CertificateError("the model does not break the goal")

    def _obeys(self, assumption: Assumption, witness: Witness) -> None:
        for statement in assumption.statements:
            if not witness.holds(statement):
                raise CertificateError(f"the model breaks {assumption.name}: {statement}")
        if assumption.locality is not None:
            check_model(assumption.locality, witness)

    def on_model(
        self, verdict: str, goal: Goal | OnModel | Relation | None, witness: Witness, shown: Any
    ) -> None:
        """A claim on a model holds, or fails."""
        if isinstance(goal, Relation) and not shown:
            holds = Evaluation(witness.model).holds(goal)
            if holds is not (verdict == "holds"):
                raise CertificateError(f"the relation {'holds' if holds else 'fails'} in the model")
            return
        if not isinstance(goal, OnModel):
            raise CertificateError(f"{verdict}: a claim on a model is needed")
        against = self._against(goal.entries, shown, witness)
        if verdict == "holds":
            for entry in goal.entries:
                self._entry(entry, witness, goal.wanted, against)
            return
        # A claim fails when some entry is the opposite of what is wanted.
        for entry in goal.entries:
            try:
                self._entry(entry, witness, not goal.wanted, against)
            except (LpcError, NumberError):
                continue
            return
        raise CertificateError("fails: every entry may be as claimed")

    def for_all_angles(self, verdict: str, goal: Any, model: Any, shown: list[Any]) -> None:
        """A claim of a value holds for all real angles, or fails."""
        family = decode_family(model, "model", self.values)
        self._known(family.names, "model")
        if verdict not in ON_MODELS or not isinstance(goal, Relation) or shown:
            raise CertificateError("a model with open angles shows the value of a quantity only")
        truth = FamilyEvaluation(family).truth(goal)
        if truth is not (verdict == "holds"):
            said = {True: "holds for all angles", False: "fails", None: "is open"}[truth]
            raise CertificateError(f"the relation {said} in the model")

    def _against(
        self, entries: tuple[Assumption, ...], shown: list[Any], witness: Witness
    ) -> dict[str, list[Statement | Bounded]]:
        """What follows from entries and from what holds in the model, by replayed proofs: a model
        may break that instead.

        What follows may speak of what has no value in the model, in between.
        """
        known = {e.name: e for e in entries}
        found: dict[str, list[Statement | Bounded]] = {}
        for k, one in enumerate(shown):
            where = f"evidence {k}"
            keys = ("holds", "inequality", "mixture", "weights")
            data = fields(one, where, ("names", "proofs"), keys)
            listed = items(data["names"], f"{where}, names", 1)
            own = name(listed[0], where) if listed else ""
            if own not in known:
                raise CertificateError(f"{where}: this name is not claimed of the model")
            entry = known[own]
            allowed = {*entry.statements, *self._true(data, where, entry, witness)}
            proofs = items(data["proofs"], f"{where}, proofs", 1_000)
            theorems = [
                self.theorem(*decode_proof(p, f"{where}, proof {j}"), allowed)
                for j, p in enumerate(proofs)
            ]
            conclusions = found.setdefault(own, [])
            conclusions += [t.conclusion for t in theorems]
            if ("inequality" in data) != ("mixture" in data):
                raise CertificateError(f"{where}: an inequality and its mixture are needed")
            _weighed(data, where)
            if "inequality" in data:
                bounded = decode_inequality(data["inequality"], f"{where}, inequality")
                self._bound(data, where, bounded, theorems)
                conclusions.append(bounded)
        return found

    def _true(
        self, data: dict[str, Any], where: str, entry: Assumption, witness: Witness
    ) -> tuple[Statement, ...]:
        """What holds in the model, and so in whatever gives values to latents as well."""
        listed = items(data.get("holds", []), f"{where}, holds", 1_000)
        found = tuple(self.statement(s, f"{where}, holds") for s in listed)
        for statement in found:
            if not atoms_of(statement) <= _own(witness, entry) or not witness.holds(statement):
                raise CertificateError(f"{where}: this does not hold in the model: {statement}")
        return found

    def _entry(
        self,
        entry: Assumption,
        witness: Witness,
        wanted: bool,
        against: dict[str, list[Statement | Bounded]],
    ) -> None:
        if wanted:
            self._obeys(entry, witness)
        elif not self._is_broken(entry, witness, against):
            raise CertificateError(f"nothing that {entry.name} says is broken in the model")

    def _is_broken(
        self,
        entry: Assumption,
        witness: Witness,
        against: dict[str, list[Statement | Bounded]],
    ) -> bool:
        """Whether the model breaks something that an entry says, or that follows from it."""
        own = _own(witness, entry)
        every = (*entry.statements, *against.get(entry.name, ()))
        return any(
            _in_inequality(s) <= own and _exceeds(witness, s)
            if isinstance(s, Bounded)
            else _breaks(s, witness, own)
            for s in every
        )


def _weighed(data: dict[str, Any], where: str) -> None:
    if "weights" in data and "mixture" not in data:
        raise CertificateError(f"{where}: weights of no inequality")


def _own(witness: Witness, entry: Assumption) -> frozenset[str]:
    """What the model itself is about: no values that were found for latents."""
    latents = witness.latents
    if entry.locality is not None:
        latents |= entry.locality.latents
    return frozenset(witness.model.names) - latents


def _in_inequality(goal: Bounded) -> frozenset[str]:
    forms = (form for piece in goal.pieces for form in piece)
    return frozenset(n for f in forms for _, factor in f.terms for side in factor for n, _ in side)


def _breaks(statement: Statement, witness: Witness, own: frozenset[str]) -> bool:
    """Whether a statement over the model's own variables fails."""
    return atoms_of(statement) <= own and not witness.holds(statement)


def _mean(piece: Piece, weights: Any, where: str) -> LinearForm:
    """The form of a piece, or a mean of its forms, which is nowhere less than the least."""
    listed = items(weights, where, exactly=len(piece))
    return combined(piece, tuple(decode_fraction(w, where) for w in listed))


def _as_fractions(values: Values) -> dict[str, tuple[Any, ...]]:
    return {
        n: tuple(Fraction(v) if isinstance(v, int) else v for v in a) for n, a in values.items()
    }


def _exceeds(witness: Witness, goal: Bounded) -> bool:
    """All forms of some piece are above 0 (or 0, when strict), all conditions being possible."""
    largest = [min(_value(form, witness) for form in piece) for piece in goal.pieces]
    return any(x > 0 or (goal.strict and x == 0) for x in largest)


def _value(form: LinearForm, witness: Witness) -> Any:
    total = form.constant
    for coefficient, (event, given) in form.terms:
        below = witness.model.probability(dict(given), frozenset(dict(given)))
        if below == 0:
            raise CertificateError("model: a condition of the inequality is impossible")
        point = dict(given) | dict(event)
        joint = witness.model.probability(point, frozenset(point))
        total = total + coefficient * (joint / below)
    return total


def _source(value: Any) -> Source:
    data = fields(value, "source", ("file", "sha256", "line", "text"))
    digest = text(data["sha256"], "source, sha256")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise CertificateError("source, sha256: 64 hexadecimal digits are needed")
    file, said = (text(data[key], f"source, {key}") for key in ("file", "text"))
    return Source(file, digest, integer(data["line"], "source, line", 1, 10**9), said)


def _kind(value: Any) -> str:
    data = fields(value, "item", ("kind", "name", "index", "label"))
    for key in ("name", "label"):
        if data[key] is not None:
            text(data[key], f"item, {key}")
    integer(data["index"], "item, index", 1, 10**6)
    return one_of(data["kind"], "item, kind", OF_KIND)


def _told(goal: Goal | OnModel | Relation | None) -> tuple[str, ...]:
    """The goal as it stands in the data, not as in the source."""
    match goal:
        case Goal(statements, None, None):
            return tuple(map(str, statements))
        case Goal(_, (left, right)):
            return (f"{_sum_told(left)} = {_sum_told(right)}",)
        case Goal(_, _, Bounded(strict, pieces)):
            sign = "<" if strict else "<="
            told = (" or ".join(map(_form_told, piece)) for piece in pieces)
            return tuple(f"{forms} {sign} 0" for forms in told)
        case OnModel(entries, wanted):
            word = "true" if wanted else "false"
            return tuple(f"{_said(e)}: {word} in the model" for e in entries)
        case Relation():
            return (goal.told(),)
    return ()


def _said(assumption: Assumption) -> str:
    """A name and its statements; those of local causality, which are recomputed, as a number."""
    local = assumption.locality
    own = assumption.statements[len(local.statements) :] if local else assumption.statements
    told = [f"local causality ({len(local.statements)} statements recomputed)"] if local else []
    return f"{assumption.name}: {'; '.join([*told, *map(str, own)])}"


def _sum_told(terms: Terms) -> str:
    return " + ".join(map(_term_told, terms)).replace("+ -1 ", "- ") or "0"


def _term_told(term: Term) -> str:
    number = () if term.coefficient == 1 else (str(term.coefficient),)
    bound = (f"sum[{', '.join(sorted(term.bound))}]",) if term.bound else ()
    return " ".join((*number, *bound, *term.values, *map(str, term.factors))) or "1"


def _form_told(form: LinearForm) -> str:
    def at(point: Iterable[tuple[str, Any]]) -> str:
        return ", ".join(f"{n} = {shown(v)}" for n, v in sorted(point, key=lambda x: x[0]))

    parts = [str(form.constant)] if form.constant != 0 or not form.terms else []
    for coefficient, (event, given) in form.terms:
        number = {"1": "", "-1": "- "}.get(str(coefficient), f"({coefficient}) ")
        parts.append(f"{number}P({at(event)}{' | ' + at(given) if given else ''})")
    return " + ".join(parts).replace("+ - ", "- ")
