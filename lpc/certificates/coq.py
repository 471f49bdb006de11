"""Certificates as Coq files: the data, one computation, one application of a soundness theorem.

The kernel of Coq does the computation once, at `Qed`: `vm_cast_no_check` leaves it until then.

Terms
-----
source
    The text of one `.v` file. Atoms are numbers in it, values are positions in their alphabet;
    names stand in comments only, where nothing they contain can end the comment.
covered
    What the library in `lpc/kernel/coq` can state. `coq_source` raises `NotCovered` with the
    reason for the rest, and for data that are no certificate.
theorem
    For proofs: in every finite probability space that obeys what is assumed the goals hold. For
    models: there is a normalised real distribution with these outcomes and weights in which some
    statements hold and others do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from lpc.certificates.coq_inequalities import InequalityEvidence
from lpc.certificates.coq_sums import SumEvidence
from lpc.certificates.coq_text import NotCovered, canonical, comment, fraction, listing
from lpc.certificates.strict import CertificateError, states_in
from lpc.kernel import RULES, Rule
from lpc.kernel.schemes import Positive

Json = Any

REAL_AXIOMS = frozenset(
    {
        "ClassicalDedekindReals.sig_forall_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
    }
)
# What a theorem may rest on: derivations on nothing, models on the axioms of Coq's real numbers,
# with one more where a square root is taken.
ALLOWED: Mapping[str, frozenset[str]] = {
    "derivations": frozenset(),
    "models": REAL_AXIOMS,
    "models_with_roots": REAL_AXIOMS | {"ClassicalDedekindReals.sig_not_dec"},
}

MAX_NODES = 2_000

# How the relation is written, and whether its sides change places.
RELATIONS = {
    "=": ("Equal", False),
    "!=": ("Unequal", False),
    "<=": ("AtMost", False),
    "<": ("Below", False),
    ">=": ("AtMost", True),
    ">": ("Below", True),
}

HEADER = """(* lpc.certificate/1 in Coq *)
From Coq Require Import List NArith ZArith.
From LPC Require Import {modules}.
Import ListNotations.
"""


@dataclass(frozen=True, slots=True)
class CoqSource:
    """One certificate in Coq: `body` without the header; theorems, each with a key of `ALLOWED`."""

    body: str
    modules: tuple[str, ...]
    theorems: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """A file of its own."""
        return joined([self])


def joined(sources: Sequence[CoqSource]) -> str:
    """One file of several certificates, each in a module of its own.

    It ends with one `Print Assumptions` for each kind of theorem in it, in the order of `groups`.
    """
    modules = sorted({m for s in sources for m in s.modules})
    parts = [HEADER.format(modules=" ".join(modules))]
    for k, source in enumerate(sources, start=1):
        parts.append(f"\nModule Certificate{k}.\n{source.body}\nEnd Certificate{k}.\n")
    for group, names in groups(sources).items():
        tuple_of_all = ",\n  ".join(names)
        parts.append(f"\nDefinition {group} := ({tuple_of_all}).\nPrint Assumptions {group}.\n")
    return "".join(parts)


def groups(sources: Sequence[CoqSource]) -> dict[str, list[str]]:
    """The theorems of some certificates, as `joined` names them, by what they may rest on."""
    found: dict[str, list[str]] = {}
    for k, source in enumerate(sources, start=1):
        for name, group in source.theorems:
            found.setdefault(group, []).append(f"Certificate{k}.{name}")
    return found


def coq_source(certificate: Mapping[str, Json]) -> CoqSource:
    """The Coq text of a decoded certificate.

    Raises: NotCovered.

    >>> statement = {"independence": [["A"], ["B"], ["z"]]}
    >>> assumption = {"name": "I", "text": "A ⊥ B | z", "statements": [statement]}
    >>> proof = {"hypotheses": [statement], "steps": [], "proves": statement}
    >>> source = coq_source({"atoms": ["A", "B", "z"], "verdict": "entailed", "scope": ["I"],
    ...     "assumptions": [assumption], "goal": {"all": [statement]}, "model": None,
    ...     "evidence": [{"names": ["I"], "proofs": [proof]}], "source": {}})
    >>> [line for line in source.body.splitlines() if line.startswith("Theorem")]
    ['Theorem evidence_1 :']
    """
    try:
        return _Writer(certificate).write()
    except (*_MALFORMED, CertificateError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise NotCovered(f"no certificate of the documented form ({reason[:200]})") from error


_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)


def _numbers(rule: Rule | None) -> tuple[int, int, int] | None:
    """How many premises a rule without links has, how many positivities, and how many sets."""
    if rule is None or rule.links:
        return None
    positive = sum(isinstance(g, Positive) for g in rule.given)
    return len(rule.given) - positive, positive, len(rule.sets)


def _constructor(name: str) -> str:
    return "".join(word.capitalize() for word in name.split())


class _Writer:
    def __init__(self, certificate: Mapping[str, Json]) -> None:
        self.data = certificate
        atoms = [*certificate["atoms"], *states_in(dict(certificate))]
        self.atoms = {str(name): k for k, name in enumerate(atoms)}
        if len(self.atoms) != len(atoms) or len(atoms) > 200:
            raise NotCovered("the atoms are not distinct, or more than 200")
        self.parts: list[str] = []
        self.codes: dict[str, dict[str, int]] = {}
        self.nodes = 0
        self.theorems: list[tuple[str, str]] = []
        self.modules = {"Scalars", "Spaces", "Independence", "Products", "Derivations"}

    def write(self) -> CoqSource:
        source = self.data.get("source", {})
        place = f"{source.get('file', '?')}, line {source.get('line', '?')}"
        self.parts.append(f"(* {comment(place)}: {comment(source.get('text', ''))} *)")
        names = ", ".join(f"{k} = {comment(name)}" for name, k in self.atoms.items())
        self.parts.append(f"(* variables: {names} *)\n")
        verdict = self.data["verdict"]
        if "angles" in (self.data["model"] or {}):
            raise NotCovered("angles that are left open")
        match verdict:
            case "identity" | "licensed" | "entailed":
                self.proved(verdict)
            case "refuted":
                self.refuted()
            case "holds" | "fails":
                self.on_model(verdict)
            case _:
                raise NotCovered("an undecided item claims nothing")
        return CoqSource("\n".join(self.parts), tuple(sorted(self.modules)), tuple(self.theorems))

    # ---- proofs ----

    def proved(self, verdict: str) -> None:
        goals = self.plain_goals()
        special = (
            dict(goals[0]) if [list(g) for g in goals] in ([["sums"]], [["inequality"]]) else {}
        )
        if self.data["model"] is not None or not self.data["evidence"]:
            raise NotCovered("a proved item has evidence and no model")
        if "locality" in self.data["goal"]:
            raise NotCovered("local causality as a goal is more than independences")
        for k, evidence in enumerate(self.data["evidence"], start=1):
            names = evidence["names"]
            if verdict == "identity" and names:
                raise NotCovered("an identity has no assumptions")
            if not set(names) <= set(self.data["scope"]):
                raise NotCovered("the evidence names what is not in scope")
            assumed = [a for name in names for a in self.assumed(name)]
            if "sums" in special:
                self.sum_evidence(str(k), assumed, special["sums"], evidence)
            elif "inequality" in special:
                self.bound_evidence(str(k), assumed, special["inequality"], evidence)
            else:
                self.evidence(str(k), assumed, goals, evidence["proofs"])

    def plain_goals(self) -> list[Json]:
        goal = self.data["goal"]
        if not isinstance(goal, dict) or "all" not in goal:
            raise NotCovered("the goal is not a list of statements")
        return list(goal["all"])

    def assumed(self, name: str) -> list[tuple[str, Json]]:
        """The statements of an assumption, each with a comment."""
        found = [a for a in self.data["assumptions"] if a["name"] == name]
        if len(found) != 1:
            raise NotCovered(f"no assumption of that name, or several: {name}")
        label = f"{name}: {found[0].get('text', '')}"
        return [(label, s) for s in found[0]["statements"]]

    def evidence(
        self, k: str, assumed: Sequence[tuple[str, Json]], goals: list[Json], proofs: list[Json]
    ) -> None:
        """One theorem: what is assumed gives the goals, in every finite space."""
        self.define(f"assumed_{k}", "list statement", self.labelled(assumed))
        self.define(f"goal_{k}", "list statement", self.statements(goals))
        self.define(f"proofs_{k}", "list proof", listing([self.proof(p) for p in proofs]))
        self.parts.append(
            f"Theorem evidence_{k} :\n"
            "  forall (R : scalar) (V : domain) (M : space R V),\n"
            f"  (forall s, In s assumed_{k} -> holds M s) ->\n"
            f"  forall s, In s goal_{k} -> holds M s.\n"
            f"Proof. apply (evidence_sound assumed_{k} goal_{k} proofs_{k}). "
            "vm_cast_no_check (eq_refl true). Qed.\n"
        )
        self.theorems.append((f"evidence_{k}", "derivations"))

    def sum_evidence(
        self, k: str, assumed: Sequence[tuple[str, Json]], sides: Json, evidence: Json
    ) -> None:
        """One theorem: what is assumed gives an equation between sums, over every field."""
        if evidence["proofs"]:
            raise NotCovered("proofs beside those of a sum")
        found = SumEvidence(self.atoms, sides, evidence["sum"])
        self.parts.append(f"(* slots: {found.comment} *)\n")
        self.define(f"assumed_{k}", "list statement", self.labelled(assumed))
        self.define(f"variable_of_{k}", "list (N * N)", found.variable_of)
        self.define(f"left_{k}", "list term", found.left)
        self.define(f"right_{k}", "list term", found.right)
        self.define(f"proofs_{k}", "list proof", listing([self.proof(p) for p in found.proofs]))
        self.define(f"steps_{k}", "sum_proof", found.steps)
        arguments = " ".join(f"{n}_{k}" for n in ("assumed", "proofs", "variable_of"))
        self.parts.append(
            f"Theorem evidence_{k} :\n"
            "  forall (K : field) (V : domain) (M : space K V) (reading : N -> V -> K),\n"
            f"  (forall s, In s assumed_{k} -> holds M s) ->\n"
            f"  sums_equal (pulled M (look variable_of_{k}))\n"
            f"    (fun s => reading (look variable_of_{k} s)) left_{k} right_{k}.\n"
            f"Proof. apply (sums_sound {arguments} left_{k} right_{k} steps_{k}). "
            "vm_cast_no_check (eq_refl true). Qed.\n"
        )
        self.modules |= {"Sums", "SumSteps"}
        self.theorems.append((f"evidence_{k}", "derivations"))

    def bound_evidence(
        self, k: str, assumed: Sequence[tuple[str, Json]], inequality: Json, evidence: Json
    ) -> None:
        """One theorem for each form: what is assumed bounds it, over every ordered field."""
        found = InequalityEvidence(self.atoms, self.data["values"], inequality)
        mixture = evidence["mixture"]
        if mixture is None and (evidence["proofs"] or evidence["names"]):
            raise NotCovered("normalisation needs no assumption")
        self.parts.append(f"(* values: {found.comment} *)\n")
        self.define(f"alphabets_{k}", "list (N * list N)", found.alphabets)
        self.modules |= {"Models", "Sums", "Vertices", "Mixtures", "Normalised"}
        if mixture is not None:
            proofs = listing([self.proof(p) for p in evidence["proofs"]])
            self.define(f"assumed_{k}", "list statement", self.labelled(assumed))
            self.define(f"proofs_{k}", "list proof", proofs)
        for j, form in enumerate(found.forms, start=1):
            name = f"{k}_{j}"
            arguments = f"alphabets_{k} form_{name} steps_{name}"
            if mixture is None:
                form, steps = found.grouped(form)
                self.define(f"steps_{name}", "list group", steps)
                lemma, given = f"normalised_sound {arguments}", ""
            else:
                self.define(f"steps_{name}", "mixture", found.mixture(form, mixture))
                lemma = f"mixture_sound assumed_{k} proofs_{k} {arguments}"
                given = f"  (forall s, In s assumed_{k} -> holds M s) ->\n"
            self.define(f"form_{name}", "form", form.text)
            self.parts.append(
                f"Theorem evidence_{name} :\n"
                "  forall (K : field) (M : space K numbers),\n"
                f"  declared K M alphabets_{k} ->\n"
                f"{given}  never_positive M form_{name}.\n"
                f"Proof. apply ({lemma}). vm_cast_no_check (eq_refl true). Qed.\n"
            )
            self.theorems.append((f"evidence_{name}", "derivations"))

    def proof(self, proof: Json) -> str:
        positive = [is_positive(h) for h in proof["hypotheses"]]
        steps = []
        for step in proof["steps"]:
            steps.append(self.step(step, positive))
            positive.append(step["rule"] == "positivity of a part")
        hypotheses = self.statements(proof["hypotheses"])
        return f"Proof {hypotheses} {listing(steps)} ({self.statement(proof['proves'])})"

    def step(self, step: Json, positive: Sequence[bool]) -> str:
        """A step as its constructor; the checker in Coq looks at the side conditions.

        `positive` says of the entries before it which are positivities: a chain and an
        intersection take them apart from their other premises.
        """
        known = range(len(positive))
        if any(type(i) is not int or i not in known for i in step["from"]):
            raise NotCovered("a premise that is no earlier entry")
        others = [str(i) for i in step["from"] if not positive[i]]
        positivities = [str(i) for i in step["from"] if positive[i]]
        sets = [self.set(s) for s in step.get("sets", ())]
        signs = step.get("signs", [])
        match step["rule"], len(others), len(positivities), len(sets):
            case name, n, m, k if _numbers(RULES.get(name)) == (n, m, k):
                return " ".join([_constructor(name), *others, *positivities, *sets])
            case "reading", n, 0, 3 if n:
                return " ".join(["Reading", others[0], self.links(others[1:], signs), *sets])
            case "chain", _, _, 0:
                left, right = map(self.factors, step["goal"]["equation"])
                extra = listing([f"{i}%nat" for i in positivities])
                return f"Chain {left} {right} {self.links(others, signs)} {extra}"
        raise NotCovered(f"{comment(step['rule'])}: other premises or sets than the rule has")

    def links(self, premises: Sequence[str], signs: Sequence[Json]) -> str:
        if len(premises) != len(signs) or any(type(s) is not int for s in signs):
            raise NotCovered("one sign for each link")
        if any(s not in (1, -1) for s in signs):
            raise NotCovered("a sign that is neither 1 nor -1")
        pairs = zip(premises, signs, strict=True)
        return listing([f"({i}%nat, {'true' if s == 1 else 'false'})" for i, s in pairs])

    # ---- models ----

    def refuted(self) -> None:
        if self.data["evidence"]:
            raise NotCovered("what local causality entails and the model breaks")
        goals = self.plain_goals()
        latents = self.latents(self.data["goal"])
        obeyed = [a for name in self.data["scope"] for a in self.assumed(name)]
        obeyed += self.markov(self.data["assumptions"], self.data["scope"])
        if [list(g) for g in goals] == [["inequality"]]:
            self.values(obeyed, *exceeded(goals[0]["inequality"]))
            return
        broken = [g for g in goals if self.speaks(g, latents)]
        self.model(obeyed, [broken])

    def on_model(self, verdict: str) -> None:
        goal = self.data["goal"]
        if "value" in goal and verdict == "holds" and not self.data["evidence"]:
            self.values([], [], [[goal["value"]]])
            return
        if "each" not in goal:
            raise NotCovered("a quantity that has not the value claimed")
        entries = goal["each"]
        against = self.against(entries)
        every = [(f"{e['name']}: {e.get('text', '')}", s) for e in entries for s in e["all"]]
        if (verdict == "holds") == goal["wanted"]:
            if verdict == "fails" and len(entries) > 1:
                raise NotCovered("one of several names fails to be violated")
            self.model(every + self.markov(entries, [e["name"] for e in entries]), [])
            return
        groups = [
            [s for s in e["all"] if self.speaks(s, self.latents(e))] + against.get(e["name"], [])
            for e in entries
        ]
        self.model([], groups if verdict == "holds" else [[s for g in groups for s in g]])

    def against(self, entries: Sequence[Json]) -> dict[str, list[Json]]:
        """What follows from entries, each a theorem of its own: a model may break that instead."""
        known = {e["name"]: e for e in entries}
        found: dict[str, list[Json]] = {}
        for k, evidence in enumerate(self.data["evidence"], start=1):
            if {"holds", "inequality"} & set(evidence):
                raise NotCovered("what follows from what holds in the model")
            (name,) = evidence["names"]
            proofs = evidence["proofs"]
            goals = [p["proves"] for p in proofs]
            assumed = [(name, s) for s in known[name]["all"]]
            self.evidence(str(k), assumed, goals, proofs)
            found.setdefault(name, []).extend(goals)
        return found

    def latents(self, entry: Json) -> frozenset[str]:
        graph = entry.get("locality", {}).get("graph", {})
        return frozenset(graph.get("latents", ()))

    def speaks(self, statement: Json, latents: frozenset[str]) -> bool:
        """Whether a statement is about variables of the model alone, and about no latent."""
        names = atoms_of(statement)
        return names <= set(self.data["model"]["names"]) and not names & latents

    def markov(self, entries: Sequence[Json], names: Sequence[str]) -> list[tuple[str, Json]]:
        """The local Markov statements of the model's graph, where local causality is claimed."""
        if not any("locality" in e for e in entries if e["name"] in names):
            return []
        graph = self.data["model"]["graph"]
        if graph is None:
            # NB: a circuit. That its distribution obeys the statements is proved; that it is a
            # circuit, with its events and signals, is not said in Coq.
            return []
        return [("local Markov condition", s) for s in markov_statements(graph)]

    def model(self, obeyed: Sequence[tuple[str, Json]], broken: Sequence[Sequence[Json]]) -> None:
        """One theorem: a real distribution in which some statements hold and others do not."""
        kind = self.outcomes(obeyed, roots=False)
        groups = listing([self.statements(g) for g in broken])
        self.define("obeyed", "list statement", self.labelled(obeyed))
        self.define("broken", "list (list statement)", groups)
        self.model_theorem(kind, "g", "broken", "~ forall s, In s g -> holds N s", "model_sound")

    def values(
        self,
        obeyed: Sequence[tuple[str, Json]],
        defined: Sequence[Json],
        groups: Sequence[Sequence[Json]],
    ) -> None:
        """One theorem: a real distribution with the values that quantities have in it.

        Of each group one relation is true; the expressions in `defined` have a value.
        """
        every = [*groups, *([{"left": e, "op": "=", "right": e}] for e in defined)]
        kind = self.outcomes(obeyed, roots="cyclotomic" in json.dumps(every))
        self.modules.add("Quantities")
        text = listing([listing([self.relation(r) for r in g]) for g in every])
        self.define("obeyed", "list statement", self.labelled(obeyed))
        self.define("relations", "list (list relation)", text)
        claim = "exists q, In q g /\\ true_in N q"
        lemma = f"(@value_sound {kind.replace('real', 'valued')})"
        self.model_theorem(kind, "g", "relations", claim, lemma)

    def model_theorem(self, kind: str, name: str, groups: str, claim: str, lemma: str) -> None:
        self.parts.append(
            "Theorem in_the_model :\n"
            "  exists N : space reals numbers, described_by the_model N\n"
            "  /\\ (forall s, In s obeyed -> holds N s)\n"
            f"  /\\ (forall {name}, In {name} {groups} -> {claim}).\n"
            f"Proof. apply {lemma}. vm_cast_no_check (eq_refl true). Qed.\n"
        )
        # The value of an expression may be √2, so its definition rests on the square root.
        plain = kind == "real_integers" and lemma == "model_sound"
        self.theorems.append(("in_the_model", "models" if plain else "models_with_roots"))

    def outcomes(self, obeyed: Sequence[tuple[str, Json]], *, roots: bool) -> str:
        """Write the model as data; the kind of its scalars. `roots` asks for those with √2."""
        model = self.data["model"]
        names = list(model["names"])
        if len(set(names)) < len(names):
            raise NotCovered("a variable stands twice in the model")
        stray = set(names) - set(self.atoms)
        self.atoms |= {name: len(self.atoms) + k for k, name in enumerate(sorted(stray))}
        if stray:
            more = ", ".join(f"{self.atoms[n]} = {comment(n)}" for n in sorted(stray))
            self.parts.append(f"(* further variables: {more} *)")
        for _, statement in obeyed:
            if not atoms_of(statement) <= set(names):
                raise NotCovered("the model lacks a variable that it should obey a statement about")
        self.codes = {n: value_codes(model["values"][n]) for n in names}
        places = {self.atoms[n]: n for n in names}
        order = [places.get(k) for k in range(len(self.atoms))]
        alphabets = [
            listing([f"{c}" for c in range(len(self.codes[n]))] if n else ["0"]) for n in order
        ]
        kind, unit, weights = scaled([w for _, w in model["support"]], roots=roots)
        position = {n: k for k, n in enumerate(names)}
        rows = []
        for (values, _), weight in zip(model["support"], weights, strict=True):
            if len(values) != len(names):
                raise NotCovered("an outcome has the wrong number of values")
            found = [
                str(self.codes[n][canonical(values[position[n]])]) if n else "0" for n in order
            ]
            rows.append(f"({listing(found)}%N, {weight}%Z)")
        self.modules |= {"Models", "RealModels"}
        text = f"@Model {kind} {unit}%Z {listing(alphabets)}%N\n  {listing(rows)}"
        self.define("the_model", f"model {kind}", text)
        return kind

    # ---- values ----

    def relation(self, relation: Json) -> str:
        left, right = (self.expression(relation[side]) for side in ("left", "right"))
        op, swapped = RELATIONS[relation["op"]]
        if swapped:
            left, right = right, left
        return f"Relation {left} {op} {right}"

    def expression(self, node: Json, *, guarded: bool = False, depth: int = 0) -> str:
        """An expression; products below a `total` are guarded: 0 if one factor is."""
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > 100:
            raise NotCovered(f"an expression of more than {MAX_NODES} parts")
        ((kind, inside),) = node.items()
        if kind == "constant":
            return constant(inside)
        if kind == "probability":
            event, given = map(self.labels, inside)
            return f"(Probability {event} {given})"
        guarded = guarded or kind == "total"
        many = [inside] if kind == "absolute" else inside
        parts = [self.expression(e, guarded=guarded, depth=depth + 1) for e in many]
        match kind:
            case "plus" | "total":
                return nested("Plus", parts, "(Constant 0 1)")
            case "times":
                return nested("Guarded" if guarded else "Times", parts, "(Constant 1 1)")
            case "quotient" if len(parts) == 2:
                return f"(Quotient {parts[0]} {parts[1]})"
            case "absolute":
                return f"(Absolute {parts[0]})"
        raise NotCovered(f"expressions of the kind {comment(kind)[:40]}")

    def labels(self, event: Mapping[str, Json]) -> str:
        """Variables with values; a value outside the alphabet is a number no outcome has."""
        found = []
        for name, value in event.items():
            codes = self.codes[name]
            found.append(f"({self.atoms[name]}, {codes.get(canonical(value), len(codes))})")
        return f"{listing(found)}%N"

    # ---- statements ----

    def define(self, name: str, kind: str, text: str) -> None:
        self.parts.append(f"Definition {name} : {kind} :=\n  {text}.\n")

    def labelled(self, statements: Sequence[tuple[str, Json]]) -> str:
        before = ""
        lines = []
        for label, statement in statements:
            note = f"(* {comment(label)} *) " if label != before else ""
            before = label
            lines.append(note + self.statement(statement))
        return listing(lines)

    def statements(self, statements: Iterable[Json]) -> str:
        return listing([self.statement(s) for s in statements])

    def statement(self, statement: Json) -> str:
        match statement:
            case {"independence": [x, y, z], **rest} if not rest:
                return f"Independent {self.set(x)} {self.set(y)} {self.set(z)}"
            case {"equation": [left, right], **rest} if not rest:
                return f"Equation {self.factors(left)} {self.factors(right)}"
            case {"positive": atoms, **rest} if not rest:
                return f"Positive {self.set(atoms)}"
        kind = next(iter(statement)) if isinstance(statement, dict) and statement else "this"
        raise NotCovered(f"statements of the kind {comment(kind)[:40]}")

    def factors(self, factors: Iterable[Json]) -> str:
        return listing([f"({self.set(e)}, {self.set(g)})" for e, g in factors])

    def set(self, names: Iterable[Json]) -> str:
        numbers = sorted(self.atoms[name] for name in names)
        return f"(set [{'; '.join(map(str, numbers))}]%N)"


def is_positive(statement: Json) -> bool:
    """Whether a statement is a positivity."""
    return "positive" in statement


def value_codes(values: Sequence[Json]) -> dict[str, int]:
    """A number for each value of an alphabet."""
    codes = {canonical(v): k for k, v in enumerate(values)}
    if not codes or len(codes) < len(values):
        raise NotCovered("an alphabet is empty or repeats a value")
    return codes


def atoms_of(statement: Json) -> set[str]:
    """The names in a statement.

    >>> sorted(atoms_of({"equation": [[[["A"], ["a"]]], []]}))
    ['A', 'a']
    """
    found: set[str] = set()
    waiting = list(statement.values())
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.add(item)
        elif isinstance(item, list):
            waiting += item
    return found


def root_pair(weight: Json) -> tuple[Fraction, Fraction]:
    """a and b of a weight a + b√2.

    With ζ = exp(2πi/8): √2 = ζ − ζ³. Other algebraic numbers are not covered.

    >>> root_pair({"cyclotomic": {"order": 8, "numerators": [2, 1, 0, -1], "denominator": 32}})
    (Fraction(1, 16), Fraction(1, 32))
    """
    if isinstance(weight, str):
        return fraction(weight), Fraction(0)
    number = weight["cyclotomic"]
    a, b, c, d = number["numerators"]
    below = number["denominator"]
    if any(type(n) is not int for n in (a, b, c, d, below)) or below < 1:
        raise NotCovered("a weight that is no number")
    if number["order"] != 8 or c != 0 or d != -b:
        raise NotCovered("a weight outside ℚ(√2)")
    return Fraction(a, below), Fraction(b, below)


def exceeded(inequality: Json) -> tuple[list[Json], list[list[Json]]]:
    """The forms of an inequality, and that one of them is above what is asserted."""
    forms = []
    for form in inequality["forms"]:
        terms: list[Json] = [{"constant": form["constant"]}]
        for coefficient, event, given in form["terms"]:
            terms.append({"times": [{"constant": coefficient}, {"probability": [event, given]}]})
        forms.append({"plus": terms})
    op = ">=" if inequality["strict"] else ">"
    return forms, [[{"left": f, "op": op, "right": {"constant": "0"}} for f in forms]]


def nested(name: str, parts: Sequence[str], empty: str) -> str:
    """A sum or product of two at a time."""
    if not parts:
        return empty
    text = parts[-1]
    for part in reversed(parts[:-1]):
        text = f"({name} {part} {text})"
    return text


def constant(value: Json) -> str:
    """A number as an expression.

    >>> constant("-1/2")
    '(Constant (-1) 2)'
    """
    if not isinstance(value, str) and "cyclotomic" not in value:
        raise NotCovered("a value that is no number")
    a, b = (f"(Constant ({x.numerator}) {x.denominator})" for x in root_pair(value))
    return a if isinstance(value, str) else f"(Plus {a} (Times {b} RootTwo))"


def scaled(weights: Sequence[Json], *, roots: bool = False) -> tuple[str, str, list[str]]:
    """The kind of scalars, the unit and the weights in multiples of 1 / unit."""
    if not roots and all(isinstance(w, str) for w in weights):
        plain = [fraction(w) for w in weights]
        unit = lcm(*(w.denominator for w in plain))
        return "real_integers", str(unit), [f"({w * unit})" for w in plain]
    pairs = [root_pair(w) for w in weights]
    unit = lcm(*(x.denominator for pair in pairs for x in pair))
    return "real_roots", f"({unit}, 0)", [f"({a * unit}, {b * unit})" for a, b in pairs]


def markov_statements(graph: Json) -> list[Json]:
    """Each node is independent of the earlier ones given its parents.

    >>> chain = {"nodes": ["a", "b", "c"], "latents": [], "edges": [["a", "b"], ["b", "c"]]}
    >>> markov_statements(chain)
    [{'independence': [['c'], ['a'], ['b']]}]
    """
    nodes = list(graph["nodes"]) + [n for n in graph["latents"] if n not in graph["nodes"]]
    parents = {n: {t for t, h in graph["edges"] if h == n} for n in nodes}
    done: list[str] = []
    found = []
    while len(done) < len(nodes):
        ready = [n for n in nodes if n not in done and parents[n] <= set(done)]
        if not ready:
            raise NotCovered("the graph has a cycle, or an arrow from outside")
        node = ready[0]
        rest = sorted(set(done) - parents[node])
        if rest:
            found.append({"independence": [[node], rest, sorted(parents[node])]})
        done.append(node)
    return found
