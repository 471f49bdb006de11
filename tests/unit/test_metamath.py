"""Metamath as a second kernel: its axioms hold, our proofs pass, and nothing else does."""

from __future__ import annotations

import copy
import os
import random
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

import lpc
from lpc.certificates.encoding import encode_proof, encode_statement
from lpc.certificates.metamath import check_with_metamath, metamath_source
from lpc.certificates.metamath.checking import Rejected, compare, find_metamath, run_metamath
from lpc.certificates.metamath.claims import PROVED, STATEMENTS, claims_of, preamble, sets_of
from lpc.certificates.metamath.database import NotCovered, Prover, read_axioms
from lpc.certificates.metamath.rules import DERIVATIONS
from lpc.certificates.metamath.sets import Sets
from lpc.certificates.metamath.statements import symbols_of
from lpc.certificates.strict import CertificateError, read_json
from lpc.certificates.writing import certificates
from lpc.kernel import RULES, Arguments, Line, Proof, RuleError, replay
from lpc.logic import Conditional, Independence, LpcError, Monomials, Positivity
from lpc.search.reading import read_equation
from lpc.search.theory import Theory

ROOT = Path(__file__).resolve().parents[2]
C, Ind = Conditional.create, Independence.create


@pytest.fixture
def metamath():
    """Metamath is there; LPC_REQUIRE_METAMATH=1 makes its absence a failure."""
    if find_metamath() is None:
        if os.environ.get("LPC_REQUIRE_METAMATH") == "1":
            pytest.fail("metamath is not installed, and LPC_REQUIRE_METAMATH=1 asks for it")
        pytest.skip("metamath is not installed")


# ---- the axioms, in random finite models ---------------------------------------------------------
#
# An evaluator of judgements, written with plain loops over joint values; it shares no code with
# lpc. A model is a dictionary from outcomes to weights.

WIDTH = 3


def p_of(model, atoms, point):
    return sum(
        (w for o, w in model.items() if all(o[i] == point[i] for i in atoms)), start=Fraction(0)
    )


def joint_values(model):
    return list(product(*(sorted({o[i] for o in model}) for i in range(WIDTH))))


class Reader:
    """Reads terms off a row of symbols, left to right."""

    def __init__(self, symbols):
        self.symbols, self.at = symbols, 0

    def take(self):
        self.at += 1
        return self.symbols[self.at - 1]

    def peek(self):
        return self.symbols[self.at] if self.at < len(self.symbols) else None

    def set(self):
        start = self.at
        while self.take() != ".":
            pass
        return tuple(self.symbols[start : self.at - 1])

    def num(self):
        match self.take():
            case "one":
                return ("one",)
            case "p":
                return ("p", self.set())
            case "1/p":
                return ("r", self.set())
            case "P":
                event = self.set()
                assert self.take() == "|"
                return ("c", event, self.set())
            case "(":
                left = self.num()
                assert self.take() == "*"
                right = self.num()
                assert self.take() == ")"
                return ("m", left, right)
        raise AssertionError(self.symbols)

    def ctx(self):
        found = []
        while self.peek() != "nil":
            found.append(self.set())
            assert self.take() == ";"
        self.take()
        return found


def atoms_of(digits):
    return {i for i, d in enumerate(digits) if d == "1"}


def number(model, term, point):
    match term:
        case ("one",):
            return Fraction(1)
        case ("p", x):
            return p_of(model, atoms_of(x), point)
        case ("r", x):
            below = p_of(model, atoms_of(x), point)
            return 1 / below if below else Fraction(0)
        case ("c", x, y):
            below = p_of(model, atoms_of(y), point)
            both = p_of(model, atoms_of(x) | atoms_of(y), point)
            return both / below if below else Fraction(0)
        case ("m", a, b):
            return number(model, a, point) * number(model, b, point)
    raise AssertionError(term)


def is_independent(model, x, y, z):
    """For every x, every y and every z by itself: not only where the three agree."""

    def table(*sides):
        found = Counter()
        for outcome, weight in model.items():
            found[tuple(tuple(outcome[i] for i in sorted(s)) for s in sides)] += weight
        return found

    whole, left, right, given = table(x, y, z), table(x, z), table(y, z), table(z)
    return all(
        whole[u, v, c] * given[(c,)] == left[u, c] * right[v, c]
        for u, c in left
        for v, d in right
        if c == d
    )


def is_true(model, symbols):
    """Whether a judgement holds in a model."""
    reader = Reader(symbols[1:])
    if reader.peek() in ("empty", "pos"):
        kind, x = reader.take(), atoms_of(reader.set())
        return not x if kind == "empty" else all(p_of(model, x, v) for v in joint_values(model))
    start = reader.at
    if reader.peek() in ("0", "1", "."):
        first = reader.set()
        match reader.take():
            case "\\/":
                second = reader.set()
                assert reader.take() == "=="
                third = reader.set()
                union = atoms_of(first) | atoms_of(second)
                return len({*map(len, (first, second, third))}) == 1 and union == atoms_of(third)
            case "#":
                second = reader.set()
                return len(first) == len(second) and not atoms_of(first) & atoms_of(second)
            case "_||_":
                second = reader.set()
                assert reader.take() == "|"
                return is_independent(model, *map(atoms_of, (first, second, reader.set())))
            case "##":
                term = reader.num()
                return all(
                    number(model, term, v) == number(model, term, w)
                    for v in joint_values(model)
                    for w in joint_values(model)
                    if all(v[i] == w[i] for i in range(WIDTH) if i not in atoms_of(first))
                )
            case "#c":
                return all(not atoms_of(first) & atoms_of(x) for x in reader.ctx())
    reader.at = start
    context = [atoms_of(x) for x in reader.ctx()]
    match reader.take():
        case ":":
            a = reader.num()
            assert reader.take() == "="
            b = reader.num()
            return all(
                number(model, a, v) == number(model, b, v)
                for v in joint_values(model)
                if all(p_of(model, x, v) for x in context)
            )
        case ">>":
            x = atoms_of(reader.set())
            return not x or any(x <= y for y in context)
        case ">>>":
            inner = [atoms_of(x) for x in reader.ctx()]
            return all(not x or any(x <= y for y in context) for x in inner)
    raise AssertionError(symbols)


def random_model(rng):
    """Points of {0,1}³; now and then few of them, fair, or with a bit that is a function."""
    support = list(product((0, 1), repeat=WIDTH))
    match rng.randrange(5):
        case 0:
            support = [o for o in support if o[2] == o[0] ^ o[1]]
        case 1:
            support = [o for o in support if o[2] == o[0]]
        case 2:
            support = rng.sample(support, rng.randint(1, 6))
        case 3:
            biases = [Fraction(rng.randint(1, 3), 4) for _ in range(WIDTH)]
            weights = {}
            for o in support:
                w = Fraction(1)
                for bit, bias in zip(o, biases, strict=True):
                    w *= bias if bit else 1 - bias
                weights[o] = w
            return weights
    counts = {o: rng.choice((1, 1, 1, 2)) for o in support}
    return {o: Fraction(n, sum(counts.values())) for o, n in counts.items()}


def random_set(rng):
    return (*(rng.choice("01") for _ in range(WIDTH)), ".")


def random_number(rng, depth=2):
    kind = rng.choice("oprcmm" if depth else "opr")
    match kind:
        case "o":
            return ("one",)
        case "p" | "r":
            return ("p" if kind == "p" else "1/p", *random_set(rng))
        case "c":
            return ("P", *random_set(rng), "|", *random_set(rng))
    return ("(", *random_number(rng, depth - 1), "*", *random_number(rng, depth - 1), ")")


def random_context(rng):
    sets = [random_set(rng) for _ in range(rng.randrange(3))]
    return (*(token for x in sets for token in (*x, ";")), "nil")


def union_tokens(x, y):
    digits = (str(int("1" in pair)) for pair in zip(x[:-1], y[:-1], strict=True))
    return (*digits, ".")


KINDS = {"G": random_context, "H": random_context} | dict.fromkeys("abcd", random_number)


def random_values(rng, axiom):
    """Terms for an axiom's variables, often such that the premises about sets hold."""
    values = {v: KINDS.get(v, random_set)(rng) for v in axiom.variables}
    for one, other in (("a", "b"), ("c", "d"), ("m", "n"), ("G", "H"), ("b", "c"), ("x", "y")):
        if one in values and other in values and rng.random() < 0.4:
            values[other] = values[one]
    if axiom.label == "sum" and rng.random() < 0.5:  # two sides that are equal, but not the same
        values["a"], values["b"] = ("p", *values["n"]), ("p", *values["m"])
    if axiom.label == "sum" and rng.random() < 0.7:
        values["G"] = ("nil",)
    for _ in range(2):
        for symbols in axiom.premises:
            if "\\/" in symbols and len(symbols) == 6 and symbols[5] in values:
                values[symbols[5]] = union_tokens(values[symbols[1]], values[symbols[3]])
    return values


def instances(axiom, rng, count):
    """Instances with the models in which their premises hold."""
    for _ in range(count):
        model, values = random_model(rng), random_values(rng, axiom)
        rows = [
            [t for s in symbols for t in values.get(s, (s,))]
            for symbols in (*axiom.premises, axiom.symbols)
        ]
        if all(is_true(model, row) for row in rows[:-1]):
            yield model, rows[-1]


JUDGEMENTS = [a for a in read_axioms(preamble()).values() if a.symbols[0] == "|-"]


@pytest.mark.parametrize("axiom", JUDGEMENTS, ids=lambda a: a.label)
def test_each_axiom_holds_in_random_models(axiom):
    met = 0
    for model, conclusion in instances(axiom, random.Random(axiom.label), 1_000):
        met += 1
        assert is_true(model, conclusion), (model, conclusion)
    assert met >= 15, "the premises were hardly ever met"


@pytest.mark.parametrize(
    ("label", "dropped"),
    [
        ("con", 0),
        ("con", 1),
        ("dec", 1),
        ("wun", 1),
        ("sum", 0),
        ("sum", 2),
        ("sum", 5),
        ("eq.ind", 3),
        ("ind.eq", 3),
        ("p.inv", 0),
        ("p.cond", 0),
        ("p.empty", 0),
        ("pos.use", 0),
        ("pos.part", 1),
        ("eq.weak", 1),
        ("in.head", 0),
        ("fr.p", 0),
    ],
)
def test_an_axiom_without_one_of_its_premises_fails_in_some_model(label, dropped):
    axiom = next(a for a in JUDGEMENTS if a.label == label)
    premises = (*axiom.premises[:dropped], *axiom.premises[dropped + 1 :])
    weaker = replace(axiom, premises=premises)
    found = instances(weaker, random.Random(label), 6_000)
    assert any(not is_true(model, conclusion) for model, conclusion in found)


# ---- derivations ---------------------------------------------------------------------------------


def atoms_in(statement):
    match statement:
        case Independence(x, y, z):
            return x | y | z
        case Positivity(atoms):
            return atoms
        case Monomials(left, right):
            return frozenset().union(*(f.event | f.given for f in (*left, *right)))


def certificate(*proofs, names=None):
    """A certificate for some proofs, whose goal is all that they prove."""
    theorems = [replay(p) for p in proofs]
    atoms = names or sorted({a for t in theorems for s in t.entries for a in atoms_in(s)})
    hypotheses = list(dict.fromkeys(h for p in proofs for h in p.hypotheses))
    return {
        "atoms": list(atoms),
        "verdict": "entailed",
        "scope": ["H"],
        "source": {"text": "a claim"},
        "assumptions": [{"name": "H", "statements": [encode_statement(h) for h in hypotheses]}],
        "goal": {"all": [encode_statement(t.conclusion) for t in theorems]},
        "evidence": [
            {
                "names": ["H"],
                "proofs": [encode_proof(p) for p in proofs],
            }
        ],
    }


def checked(tmp_path, text, data):
    path = tmp_path / "proofs.mm"
    path.write_text(text, encoding="utf-8")
    return check_with_metamath(path, data)


def subset(rng, atoms):
    return frozenset(a for a in sorted(atoms) if rng.random() < 0.5)


def random_independence(rng):
    """Over a to d; the sides may overlap, as for functions."""
    places = [rng.choice((0, 1, 2, 3, 3, 4)) for _ in "abcd"]
    sides = [[v for v, k in zip("abcd", places, strict=True) if k in s] for s in ((1, 4), (2, 4))]
    return Ind(*sides, [v for v, k in zip("abcd", places, strict=True) if k == 3])


def random_line(rng, entries):
    """An attempt at a line; most are refused by the kernel."""
    rule = rng.choice(
        ["decomposition", "weak union", "contraction", "contraction", "determination"]
    )
    i, j = rng.randrange(len(entries)), rng.randrange(len(entries))
    p, q = entries[i], entries[j]
    x, y = (p.x, p.y) if rng.random() < 0.5 else (p.y, p.x)
    match rule:
        case "decomposition":
            sets = (subset(rng, x), subset(rng, y))
        case "weak union":
            sets = (subset(rng, x | y),)
        case "determination":
            sets = (subset(rng, "abcd"),)
        case _:
            sets = (x, y, rng.choice((q.x, q.y)) | subset(rng, p.z | y))
    premises = (i, j) if rule == "contraction" else (i,)
    return Line(rule, premises, Arguments(sets))


def random_derivation(rng):
    """Many attempts from a few hypotheses; what the kernel takes is the derivation."""
    hypotheses = tuple(random_independence(rng) for _ in range(3))
    entries, lines = list(hypotheses), []
    for _ in range(60):
        line = random_line(rng, entries)
        try:
            said = RULES[line.rule].infer(tuple(entries[i] for i in line.premises), line.arguments)
        except RuleError:
            continue
        entries.append(said)
        lines.append(line)
    return Proof(hypotheses, tuple(lines))


def random_factor(rng):
    event = rng.sample("abcd", rng.randint(1, 2))
    return C(event, subset(rng, set("abcd") - set(event)))


def random_equation(rng):
    """One that may well hold: a removal, or the product rule with a removal."""
    whole = random_factor(rng)
    first = subset(rng, whole.event)
    parts = (C(whole.event - first, whole.given | first), C(first, whole.given))
    kept = [C(f.event, f.given - subset(rng, f.given)) for f in parts if f.event]
    return Monomials((whole,), tuple(kept))


def random_proofs(rng):
    """What the search proves and reads from random hypotheses, positivity among them."""
    hypotheses = [random_independence(rng) for _ in range(3)]
    hypotheses += [Positivity(subset(rng, "abcd") | {"a"})]
    theory = Theory.create(hypotheses)
    for goal in (*(random_equation(rng) for _ in range(3)), random_independence(rng)):
        proved = theory.prove(goal)
        if proved is not None:
            yield proved.proof
        elif isinstance(goal, Monomials):
            yield from (fact.proof for fact in read_equation(goal))


def derivations():
    """One derivation of each kind, with every rule of the kernel among their lines."""
    factorizable = Monomials((C("AB", "abl"),), (C("A", "al"), C("B", "bl")))
    left, right = Ind("A", "Bbw", "alv"), Ind("B", "Aav", "blw")
    for hypotheses, goal in (
        ([Ind("v", "bB", "al"), Ind("Aa", "bB", "lv")], Ind("A", "bB", "al")),
        ([left, right, Ind("v", "bB", "al"), Ind("w", "aA", "bl")], factorizable),
        ([factorizable], Ind("A", "bB", "al")),
        ([Monomials(factorizable.right, factorizable.left)], Ind("B", "aA", "bl")),
        ([], Monomials((C("AB", "ab"),), (C("A", "Bab"), C("B", "ab")))),
        ([Ind("A", "A", "BC")], Ind("A", "D", "BC")),
        (
            [Ind("A", "B", "CD"), Ind("A", "C", "BD"), Positivity(frozenset("BCDE"))],
            Ind("A", "BC", "D"),
        ),
        ([Positivity(frozenset("AB"))], Positivity(frozenset("A"))),
        (
            [Ind("X", "Y", "W"), Ind("X", "W", "Y"), Positivity(frozenset("YW"))],
            Monomials((C("XY"), C("W")), (C("XW"), C("Y"))),
        ),
    ):
        proved = Theory.create(hypotheses).prove(goal)
        if isinstance(goal, Positivity):
            line = Line("positivity of a part", (0,), Arguments((goal.atoms,)))
            yield Proof(tuple(hypotheses), (line,))
        else:
            assert proved is not None
            yield proved.proof


def test_every_rule_has_a_derivation_and_an_example():
    assert set(DERIVATIONS) == set(RULES)
    assert {line.rule for proof in derivations() for line in proof.lines} == set(RULES)


def test_metamath_accepts_each_kind_of_derivation(metamath, tmp_path):
    for proof in derivations():
        data = certificate(proof)
        result = checked(tmp_path, metamath_source(data), data)
        assert result.accepted, result
        assert result.theorems == 1


def test_metamath_accepts_random_derivations(metamath, tmp_path):
    rng, lines = random.Random(5), Counter()
    for _ in range(10):
        proofs = [random_derivation(rng) for _ in range(6)]
        lines.update(line.rule for proof in proofs for line in proof.lines)
        data = certificate(*proofs, names="abcd")
        result = checked(tmp_path, metamath_source(data), data)
        assert result.accepted, result
        assert result.theorems == len(proofs)
    assert min(lines[r] for r in ("weak union", "contraction", "determination")) >= 20, lines


def test_metamath_accepts_what_the_search_proves(metamath, tmp_path):
    rng, lines = random.Random(6), Counter()
    for _ in range(4):
        proofs = [p for _ in range(10) for p in random_proofs(rng) if p.lines]
        lines.update(line.rule for proof in proofs for line in proof.lines)
        data = certificate(*proofs, names="abcd")
        assert checked(tmp_path, metamath_source(data), data).accepted
    assert min(lines[r] for r in ("chain", "reading", "summation")) >= 15, lines


@pytest.mark.parametrize("path", sorted(ROOT.glob("proofs/*.lpc")), ids=lambda p: p.stem)
def test_metamath_accepts_the_certificates_of_a_file(metamath, tmp_path, path):
    """Those without a database are refuted, undecided, of models, sums or inequalities."""
    document = lpc.load(path)
    for written in certificates(document, lpc.check(document), path.read_bytes()):
        data = read_json(written.data)
        text = metamath_source(data)
        if text is None:
            goal = data["goal"] or {}
            kinds = {kind for s in goal.get("all", ()) for kind in s}
            assert data["verdict"] not in PROVED or not kinds <= STATEMENTS or "locality" in goal
            continue
        result = checked(tmp_path, text, data)
        assert result.accepted, (written.name, result)


# ---- what is rejected ----------------------------------------------------------------------------


def other_statement(rng, statement):
    """A statement with one set changed by one atom."""
    match statement:
        case Independence(x, y, z):
            sides = [set(x), set(y), set(z)]
            rng.choice(sides).symmetric_difference_update({rng.choice("ABabvl")})
            return Ind(*sides)
        case Positivity(atoms):
            return Positivity(atoms ^ {rng.choice("BCD")})
        case Monomials(left, right):
            (first, *rest), atom = left, rng.choice("ABabl")
            sides = [set(first.event), set(first.given)]
            rng.choice(sides).symmetric_difference_update({atom})
            return Monomials((C(*sides), *rest), right)


def test_metamath_itself_rejects_changed_hypotheses_and_goals(metamath, tmp_path):
    """The certificate and the database are changed alike, so that only the proof is wrong."""
    rng, rejected, kept = random.Random(7), 0, 0
    for proof in derivations():
        data = certificate(proof, names="ABCDEWXYablvw")
        text, sets = metamath_source(data), sets_of(data)
        goal = replay(proof).conclusion
        stated = [(h, f"t1.h{k} $e") for k, h in enumerate(proof.hypotheses, 1)]
        for statement, where in [*stated, (goal, "t1 $p")] * 6:
            changed = other_statement(rng, statement)
            before, after = (" ".join(symbols_of(sets, s)) for s in (statement, changed))
            if before == after or "  " in after:
                continue
            mutant = text.replace(f"{where} {before} $", f"{where} {after} $")
            assert mutant != text
            claim = claims_of(data, sets)[0]
            said = tuple(after.split())
            if where == "t1 $p":
                claim = replace(claim, conclusion=said)
            else:
                k = int(where.split()[0][4:]) - 1
                claim = replace(
                    claim, hypotheses=(*claim.hypotheses[:k], said, *claim.hypotheses[k + 1 :])
                )
            compare(mutant, (claim,))
            accepted = accepted_by_metamath(tmp_path, mutant)
            rejected, kept = rejected + (not accepted), kept + accepted
    assert kept == 0
    assert rejected >= 100


def accepted_by_metamath(tmp_path, text):
    try:
        run_metamath(find_metamath(), text, 60.0)
    except Rejected as error:
        return not str(error).startswith("metamath: ?")
    return True


def test_changed_letters_of_a_proof_are_rejected(metamath, tmp_path):
    """A changed proof is refused, unless it is another proof of the same theorem."""
    rng, outcome = random.Random(8), Counter()
    for proof in derivations():
        data = certificate(proof)
        text = metamath_source(data)
        letters = list(re.finditer(r"\) ([A-Z][A-Z\s]*) \$\.", text))
        for _ in range(20):
            found = rng.choice(letters)
            at = rng.choice([k for k in range(*found.span(1)) if not text[k].isspace()])
            letter = rng.choice("ABCDEFGHTUVWXYZ")
            mutant = text[:at] + letter + text[at + 1 :]
            if mutant != text:
                outcome[checked(tmp_path, mutant, data).accepted] += 1
    assert outcome[False] >= 100, outcome
    assert outcome[True] <= outcome[False] // 10, outcome


def mutants(text):
    axioms, body = text[: len(preamble())], text[len(preamble()) :]
    goal = re.search(r"\n  t1 \$p (.*?) \$=", body)[1]
    proof = re.search(r"\n  t1 \$p .*? \$=(.*?) \$\.", body, flags=re.DOTALL)[1]
    yield "an axiom after ours", text + f"bad $a {goal} $.\n"
    yield "an axiom in the block", axioms + body.replace("${", f"${{ bad $a {goal} $.", 1)
    yield "an axiom glued on", text + f"bad$a {goal}$.\n"
    yield "an axiom in place of the theorem", axioms + body.replace("t1 $p", "t1 $a", 1)
    yield "a changed axiom", text.replace("|- w \\/ y == y $.", "|- w \\/ w == w $.", 1)
    yield "a missing axiom", text.replace("known $a |- x _||_ y | y $.", "", 1)
    yield "a blank in the axioms", " " + text
    yield "no axioms", body
    yield "an incomplete proof", axioms + body.replace(proof, " ? ")
    yield "no theorem", axioms
    yield "the goal is a hypothesis", axioms + body.replace("${", f"${{ h $e {goal} $.", 1)
    yield "no hypothesis", axioms + re.sub(r"  t1\.h1 \$e .*? \$\.\n", "", body)
    yield "a file is included", axioms + body.replace("${", "$[ lpc.mm $] ${", 1)
    yield "a comment is not closed", text + "$( and so on"
    yield "an axiom behind a comment", text + f"$( $) bad $a {goal} $. $( $)\n"
    yield "a nested comment", text + f"$( $( $) bad $a {goal} $. $)\n"
    yield "a disjoint variable condition", text + "$d x y $.\n"
    yield "a second theorem", text + body.replace("t1", "t2")
    yield "a nested block", axioms + body.replace("${", "${ ${ $}", 1)
    yield "cut off", text[:-40]
    yield "a control character", text + "\x1c"
    yield "a letter outside ASCII", text + "$( \u03bb $)"


def test_a_database_that_says_something_else_is_rejected(metamath, tmp_path):
    data = certificate(next(derivations()))
    text = metamath_source(data)
    assert checked(tmp_path, text, data).accepted
    for name, mutant in mutants(text):
        assert mutant != text, name
        result = checked(tmp_path, mutant, data)
        assert not result.accepted, name
        assert result.reason, name


def test_a_database_does_not_serve_another_certificate(metamath, tmp_path):
    """Each database is held against the certificates of all others."""
    names = "ABCDEWXYablvw"
    data = [certificate(p, names=names) for p in derivations()]
    texts = [metamath_source(d) for d in data]
    for i, text in enumerate(texts):
        for j, other in enumerate(data):
            assert checked(tmp_path, text, other).accepted == (i == j)


def test_a_certificate_must_fit_together():
    proof = next(derivations())
    for change, message in (
        (lambda d: d["assumptions"][0]["statements"].pop(), "no named assumption"),
        (lambda d: d["evidence"][0]["names"].clear(), "no named assumption"),
        (lambda d: d["scope"].clear(), "not in scope"),
        (lambda d: d.update(verdict="identity"), "not in scope"),
        (lambda d: d["assumptions"].clear(), "not there"),
        (lambda d: d["evidence"][0]["proofs"].clear(), "part of the goal"),
        (lambda d: d["evidence"].clear(), "there is none"),
        (lambda d: d["atoms"].extend(f"x{k}" for k in range(10, 90)), "more than 64"),
    ):
        data = certificate(proof)
        change(data)
        with pytest.raises(CertificateError, match=message):
            metamath_source(data)


def test_a_line_that_is_no_instance_of_its_rule_is_not_written():
    data = certificate(next(derivations()))
    steps = data["evidence"][0]["proofs"][0]["steps"]
    steps[0]["rule"] = "contraction"
    with pytest.raises(NotCovered):
        metamath_source(data)


def test_an_unknown_atom_is_refused():
    data = certificate(next(derivations()))
    data["atoms"].remove("A")
    with pytest.raises(NotCovered, match="unknown atom"):
        metamath_source(data)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "refuted"),
        ("verdict", "undecided"),
        ("goal", None),
        ("goal", {"all": [{"sums": [[], []]}]}),
        ("goal", {"each": [], "wanted": True}),
    ],
)
def test_what_is_no_derivation_is_not_covered(key, value):
    data = certificate(next(derivations()))
    data[key] = value
    assert metamath_source(data) is None


def test_names_cannot_leave_their_comment(metamath, tmp_path):
    hostile = ["$) bad $a |- pos . $. $(", "λ_a`~[", "x" * 150, "$[ /etc/passwd $]", "v $)"]
    a, b, c, d, e = hostile
    proof = Theory.create([Ind([a], [b, c], [d, e])]).prove(Ind([a], [b], [d, e])).proof
    data = certificate(proof, names=sorted(hostile))
    data["source"]["text"] = "$) $[ x $] \u2028 $("
    text = metamath_source(data)
    assert text.isascii()
    assert "/etc/passwd" not in re.sub(r"\$\(.*?\$\)", "", text, flags=re.DOTALL)
    assert checked(tmp_path, text, data).accepted


def nodes_of(value, path=()):
    """The places of all parts of a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from nodes_of(value[key], (*path, key))


def test_junk_in_a_certificate_is_refused_with_a_message():
    """Whatever stands where, there is a database, None, or an error of ours."""
    rng, refused = random.Random(9), 0
    junk = [None, [], {}, "x", -1, 10**30, [[]], {"x": []}, ["A", "A"], [None], "$)", True]
    for proof in derivations():
        data = certificate(proof)
        for path in rng.sample(places := [p for p in nodes_of(data) if p], min(60, len(places))):
            mutant = copy.deepcopy(data)
            inner = mutant
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = rng.choice(junk)
            try:
                metamath_source(mutant)
            except LpcError as error:
                refused += bool(str(error))
    assert refused >= 200
    for value in junk:
        with pytest.raises(LpcError):
            metamath_source(value)


def test_a_certificate_that_is_too_large_is_refused():
    long = Monomials((C("A", "a"),) * 900, (C("A", "a"),) * 900)
    many = Proof((Ind("A", "B"),), (Line("weak union", (0,), Arguments((frozenset(),))),) * 3_000)
    wide = [f"v{k:02}" for k in range(60)]
    chain = Monomials(
        tuple(C([v], wide[:k]) for k, v in enumerate(wide)),
        tuple(C([v], wide[k + 1 :]) for k, v in enumerate(wide)),
    )
    for proof in (Proof((long,), ()), many):
        with pytest.raises(NotCovered, match="too long"):
            metamath_source(certificate(proof))
    whole = Proof((), (Line("chain", (), Arguments((), chain)),))
    with pytest.raises(NotCovered, match="too long"):
        metamath_source(certificate(whole))


def test_sets_are_strings_of_digits():
    sets = Sets(Prover(read_axioms(preamble())), ("A", "a", "b"))
    assert " ".join(symbols_of(sets, Ind("A", "b", "a"))) == "|- 1 0 0 . _||_ 0 0 1 . | 0 1 0 ."
    shown = " ".join(symbols_of(sets, Monomials((C("A", "ab"),), (C("A", "a"),))))
    assert shown == ("|- 0 1 1 . ; 0 1 0 . ; nil : P 1 0 0 . | 0 1 1 . = P 1 0 0 . | 0 1 0 .")


# ---- the command line --------------------------------------------------------------------------


def test_databases_lie_beside_their_certificates(root, run_lpc, tmp_path):
    source = root / "proofs" / "maudlin2011.lpc"
    for _ in range(2):  # a second time over our own files
        assert run_lpc("certify", source, "--metamath", "-o", tmp_path).returncode == 0
    databases = sorted(tmp_path.rglob("*.mm"))
    assert databases
    assert all(d.with_suffix(".json").is_file() for d in databases)
    foreign = databases[0]
    foreign.write_text("$( mine $)", encoding="utf-8")
    again = run_lpc("certify", source, "--metamath", "-o", tmp_path)
    assert again.returncode == 2
    assert "in the way" in again.stderr


def test_verify_asks_metamath_as_well(root, run_lpc, tmp_path, metamath):
    source = root / "proofs" / "maudlin2011.lpc"
    run_lpc("certify", source, "--metamath", "-o", tmp_path)
    result = run_lpc("verify", tmp_path, "--metamath")
    assert result.returncode == 0
    assert "accepted, 0 rejected" in result.stdout
    changed = next(tmp_path.rglob("*.mm"))
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    result = run_lpc("verify", tmp_path, "--metamath")
    assert result.returncode == 1
    assert f"{changed.name} is not what the certificate says" in result.stdout
