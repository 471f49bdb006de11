"""`lpc relax`: curves against closed forms, their certificates, and independent recomputation."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest

from lpc import check as check_document
from lpc import load, parse
from lpc.checker.bounds import read_quantity
from lpc.checker.context import Context
from lpc.checker.relax import relax
from lpc.exact import square_root
from lpc.kernel.behaviours import ReadingError
from lpc.kernel.programs import run
from lpc.pictures.curve import curve_picture
from lpc.pictures.labels import text_of
from lpc.pictures.scene import Role
from lpc.pictures.svg import render_svg
from lpc.report.relaxed import render_relaxed, render_relaxed_json
from lpc.search.curves import Law, upper
from lpc.search.relaxed import MicrostateProblem, SettingsProblem
from lpc.search.simplex import Optimum, Program, ProgramError, check, maximise

PATH = Path(__file__).resolve().parent.parent.parent / "proofs" / "relaxed.lpc"
ROOT2 = square_root(Fraction(2))
TEN = [Fraction(2 * k, 9) for k in range(10)]
"""0 to 2, with 2/3 among them."""


@pytest.fixture(scope="module")
def document():
    return load(str(PATH))


@pytest.fixture(scope="module")
def chsh(document):
    _, parties, (table,) = read_quantity(Context(document), "S")
    return parties, table


def values(found):
    """The maxima of the table, which are proved."""
    assert all(p.low == p.high for p in found.points)
    return [p.low for p in found.points]


def quantum_crossing(found):
    return next(c.m for c in found.crossings if c.name == "quantum")


# Settings independence.


def test_settings_against_hall_2010(document):
    found = relax(document, "S", ["SI"], points=10)
    assert [p.m for p in found.points] == TEN
    assert values(found) == [min(2 + 3 * m, Fraction(4)) for m in TEN]
    assert quantum_crossing(found) == (2 * ROOT2 - 2) / 3
    assert [(s.start, s.end, s.law) for s in found.stretches] == [
        (0, Fraction(2, 3), "2 + 3 M"),
        (Fraction(2, 3), 2, "4"),
    ]


@pytest.mark.parametrize("m", [Fraction(1, 7), Fraction(5, 9), Fraction(2, 3), Fraction(3, 2)])
def test_every_program_by_itself(chsh, m):
    """The value at one M, and that its mixture has this value and these distances."""
    parties, table = chsh
    best = SettingsProblem(table, parties, (0, 1)).best(m)
    assert best.value == min(2 + 3 * m, Fraction(4))
    total = Fraction(0)
    for (x, y), shares in best.weights.items():
        assert sum(shares.values()) == 1
        assert all(share > 0 for share in shares.values())
        mean = sum(share * s[0][x] * s[1][y] for s, share in _by_setting(shares))
        total += -mean if (x, y) == (1, 1) else mean
    assert total == best.value
    for one, other in combinations(best.weights.values(), 2):
        strategies = {*one, *other}
        assert sum(abs(one.get(s, 0) - other.get(s, 0)) for s in strategies) <= m


def _by_setting(shares):
    """Answers by setting, which are 0 and 1 in this file."""
    for strategy, share in shares.items():
        yield tuple(dict(zip((0, 1), answers, strict=True)) for answers in strategy), share


def test_dependence_on_one_setting_only(document):
    """λ that tells b but not a: half as bad as microstates on both sides, S = 2 + M."""
    text = PATH.read_text(encoding="utf-8") + "\nassume SI_b : λ ⊥ b\n"
    found = relax(parse(text), "S", ["SI_b"], points=10)
    assert values(found) == [2 + m for m in TEN]
    assert "independent of the other settings given b" in found.family


def test_absolute_values_change_nothing(document):
    text = PATH.read_text(encoding="utf-8")
    text += "\ndefine T := |E(0, 0) - E(0, 1)| + |E(1, 0) + E(1, 1)|\n"
    found = relax(parse(text), "T", ["SI"], points=10)
    assert values(found) == [min(2 + 3 * m, Fraction(4)) for m in TEN]


# Microstate independence.


@pytest.mark.parametrize("name", ["MI_a", "MI_b"])
def test_microstates_on_one_side(document, name):
    found = relax(document, "S", [name], points=10)
    assert values(found) == [2 + m for m in TEN]
    assert quantum_crossing(found) == 2 * ROOT2 - 2
    assert "microstate independence holds on the other side" in found.family


def test_microstates_on_both_sides(document):
    """They may know of each other: 2 + 4 M/(2 + M), and 2 sqrt(2) at (4 sqrt(2) - 2)/7."""
    found = relax(document, "S", ["MI_a", "MI_b"], points=10)
    assert values(found) == [2 + 4 * m / (2 + m) for m in TEN]
    assert quantum_crossing(found) == (4 * ROOT2 - 2) / 7
    assert [s.law for s in found.stretches] == ["2 + 4 M/(2 + M)"]
    assert "Nothing else is assumed of the microstates" in found.family


def test_independent_microstates_on_both_sides(document):
    found = relax(document, "S", ["MI_a", "MI_b"], points=10, holding=["MM_c"])
    assert values(found) == [2 + 2 * m - m * m if m < 1 else 2 + m for m in TEN]
    assert quantum_crossing(found) == 2 - ROOT2
    assert "independent of each other given a, b, λ (MM_c)" in found.family


CASES = [(["SI"], []), (["MI_a"], []), (["MI_b"], []), (["MI_a", "MI_b"], [])]


@pytest.mark.parametrize(("names", "holding"), [*CASES, (["MI_a", "MI_b"], ["MM_c"])])
def test_curves_grow(document, names, holding):
    found = values(relax(document, "S", names, points=20, holding=holding))
    assert found == sorted(found)
    assert found[0] == 2
    assert found[-1] == 4


@pytest.mark.parametrize(("names", "holding"), CASES)
def test_curves_are_concave(document, names, holding):
    """But for independent microstates, which cannot be mixed without coming to be correlated."""
    found = values(relax(document, "S", names, points=20, holding=holding))
    steps = [b - a for a, b in pairwise(found)]
    assert steps == sorted(steps, reverse=True)


# Models that reach the maximum.


@pytest.mark.parametrize(("names", "holding"), [*CASES, (["MI_a", "MI_b"], ["MM_c"])])
def test_models_can_be_pasted(document, names, holding):
    """The claims printed with them hold, and the raw tables have the value and the distances."""
    found = relax(document, "S", names, holding=holding)
    assert [w.value for w in found.witnesses] == [2 * ROOT2, 4]
    told = render_relaxed(found)
    text = PATH.read_text(encoding="utf-8") + told[told.index("\n# S = ") :]
    pasted = parse(text)
    assert all(i.as_expected for i in check_document(pasted).items)
    assert not check_document(pasted).diagnostics
    for number, told in enumerate(found.witnesses, 1):
        model = pasted.models[f"relaxed_{number}"]
        raw = run(model.program, {})
        assert _chsh(raw) == told.value
        reached = max(_distance(raw, *_STATEMENTS[n]) for n in names)
        assert reached == told.m
        assert _distance(raw, *_STATEMENTS["SI"]) == (told.m if names == ["SI"] else 0)


_STATEMENTS = {
    "SI": ("λ", "ab", ""),
    "MI_a": (["λ_a"], "bB", "aλ"),
    "MI_b": (["λ_b"], "aA", "bλ"),
}


def _chsh(model):
    total = Fraction(0)
    for x, y in product((0, 1), repeat=2):
        rows = [
            (dict(zip(model.names, outcome, strict=True)), weight)
            for outcome, weight in model.support
        ]
        inside = [(o, w) for o, w in rows if (o["a"], o["b"]) == (x, y)]
        mean = sum(o["A"] * o["B"] * w for o, w in inside) / sum(w for _, w in inside)
        total += -mean if x == y == 1 else mean
    return total


def _distance(model, hidden, other, given):
    """The largest L1 distance, from p(x, y, z) summed up afresh for each x, y, y', z."""

    def weight(**point):
        places = [(model.names.index(n), v) for n, v in point.items()]
        return sum((w for o, w in model.support if all(o[k] == v for k, v in places)), Fraction(0))

    def points(names):
        tuples = {tuple(o[model.names.index(n)] for n in names) for o, _ in model.support}
        return [dict(zip(names, values, strict=True)) for values in tuples]

    largest = Fraction(0)
    for z in points(given):
        for y, v in combinations(points(other), 2):
            one, two = weight(**z, **y), weight(**z, **v)
            if one == 0 or two == 0:
                continue
            total = sum(
                abs(weight(**z, **y, **x) / one - weight(**z, **v, **x) / two)
                for x in points(hidden)
            )
            largest = total if total > largest else largest
    return largest


def test_hidden_variables_with_too_few_values_have_no_model():
    text = PATH.read_text(encoding="utf-8").split("# How far")[0]
    text = text.replace('λ              "', 'λ in {0, 1} "')
    found = relax(parse(text), "S", ["SI"])
    assert found.witnesses == ()


@pytest.mark.parametrize("names", [["MI_a"], ["MI_b"], ["MI_a", "MI_b"]])
def test_microstates_that_carry_their_setting(names):
    """With settings chosen later than the slice local causality wants them in the microstates."""
    text = PATH.read_text(encoding="utf-8").split("# How far")[0]
    graph = text[text.index("causal {") : text.index("assume LC")]
    text = text.replace(graph, "complete λ, λ_a on left\ncomplete λ, λ_b on right\n")
    text = text.replace("variables {", LATER + "variables {")
    for name, place in PLACES.items():
        text = re.sub(rf"(?m)^  {name}( .*?) \"", rf'  {name}\1 at {place} "', text)
    found = relax(parse(text), "S", names)
    assert [w.value for w in found.witnesses] == [2 * ROOT2, 4]
    assert all({"LC", "SI"} <= {*w.satisfies} for w in found.witnesses)


LATER = """spacetime 1+1 {
  Sigma = slice t = 0
  one   = point t = 4, x = -5
  two   = point t = 4, x = 5
  set1  = point t = 3, x = -5
  set2  = point t = 3, x = 5
  left  = Sigma & past(one)
  right = Sigma & past(two)
}
"""
PLACES = {"A": "one", "B": "two", "a": "set1", "b": "set2", "λ": "left | right"}
PLACES |= {"λ_a": "left", "λ_b": "right"}


# Two bounds.


def test_between_bounds():
    """What is not proved is not called the maximum."""
    found = relax(parse(PATH.read_text(encoding="utf-8") + LOPSIDED), "W", ["MI_a", "MI_b"])
    assert found.stretches == ()
    assert all(p.low <= p.high for p in found.points)
    assert any(p.low < p.high for p in found.points)
    assert (found.points[0].high, found.points[-1].low) == (5, 7)
    told = render_relaxed(found)
    assert "between the bounds of the table" in told
    assert "at least" in told
    points = json.loads(render_relaxed_json(found))["points"]
    assert [p["maximum"] is None for p in points] == [p.low < p.high for p in found.points]
    assert curve_picture(found).roles(Role.COVERED)


LOPSIDED = """
define W := E(0, 0) + E(0, 1) - E(1, 0) + 2 * E(1, 1)
  - sum[A, B] A P(A, B | a = 1, b = 1) - sum[A, B] B P(A, B | a = 1, b = 1)
"""


def test_clauser_and_horne():
    """With P(A = 1, B = 1) in place of correlations the maximum is M, at each M that is tried."""
    found = relax(parse(PATH.read_text(encoding="utf-8") + CLAUSER_HORNE), "K", ["MI_a", "MI_b"])
    assert values(found) == [p.m for p in found.points]
    assert "proved for each M of the table" in render_relaxed(found)


CLAUSER_HORNE = """
define K := P(A = 1, B = 1 | a = 0, b = 0) + P(A = 1, B = 1 | a = 0, b = 1)
  + P(A = 1, B = 1 | a = 1, b = 0) - P(A = 1, B = 1 | a = 1, b = 1)
  - P(A = 1 | a = 0, b = 0) - P(B = 1 | a = 0, b = 0)
"""


@pytest.mark.parametrize("dependent", [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("m", [Fraction(1, 3), Fraction(1), Fraction(7, 4)])
def test_no_means_on_a_grid_do_better(chsh, dependent, m):
    """All means on a grid that vary by at most M with the far setting; some reach the maximum."""
    parties, table = chsh
    pieces = MicrostateProblem.create(table, parties, dependent).curve()
    value = next(p.law.at(m) for p in pieces if p.start <= m <= p.end)
    steps = {k * Fraction(1, 2) for k in range(-2, 3)} | {1 - m, m - 1}
    pairs = [[], []]
    for k in (0, 1):
        most = m if dependent[k] else 0
        pairs[k] = [(s, t) for s, t in product(steps, repeat=2) if abs(s - t) <= most]
    best = max(
        max(p[0] * t[0] + q[0] * t[1] for t in pairs[1])
        + max(p[1] * t[0] - q[1] * t[1] for t in pairs[1])
        for p, q in product(pairs[0], repeat=2)
    )
    assert best == value


def test_linear_terms_count():
    """P(B = 1 | a, b) by itself is 1 whatever fails; a difference grows with M/2."""
    text = PATH.read_text(encoding="utf-8")
    text += "\ndefine Z := P(A = 1 | a = 0, b = 0) - P(A = 1 | a = 0, b = 1) "
    text += "+ P(B = 1 | a = 0, b = 0)\n"
    found = relax(parse(text), "Z", ["MI_a"], points=10)
    assert values(found) == [1 + m / 2 for m in TEN]


# Independences written as equations.

AS_EQUATIONS = [
    ("λ ⊥ a, b", "P(λ | a, b) = P(λ)", ["SI"], []),
    ("λ ⊥ a, b", "P(λ) = P(λ | a, b)", ["SI"], []),
    ("λ ⊥ a, b", "P(λ, a, b) = P(λ) P(a, b)", ["SI"], []),
    ("λ ⊥ a, b", "P(a, b | λ) = P(a, b)", ["SI"], []),
    ("λ_a ⊥ b, B | a, λ", "P(λ_a | a, b, B, λ) = P(λ_a | a, λ)", ["MI_a"], []),
    ("λ_a ⊥ b, B | a, λ", "P(λ_a | a, b, B, λ) = P(λ_a | a, λ)", ["MI_a", "MI_b"], []),
    (
        "λ_a ⊥ λ_b | a, b, λ",
        "P(λ_a, λ_b | a, b, λ) = P(λ_a | a, b, λ) P(λ_b | a, b, λ)",
        ["MI_a", "MI_b"],
        ["MM_c"],
    ),
]


@pytest.mark.parametrize(("written", "equation", "names", "holding"), AS_EQUATIONS)
def test_an_equation_is_relaxed_like_the_independence(document, written, equation, names, holding):
    text = PATH.read_text(encoding="utf-8")
    assert text.count(f" : {written}\n") == 1
    changed = parse(text.replace(f" : {written}\n", f" : {equation}\n"))
    one = relax(document, "S", names, holding=holding)
    other = relax(changed, "S", names, holding=holding)
    assert (other.points, other.stretches) == (one.points, one.stretches)
    assert (other.measure, other.family) == (one.measure, one.family)


@pytest.mark.parametrize(
    "formula",
    [
        "P(A, B, λ | a, b) = P(A | a) P(B | b) P(λ)",
        "P(λ | a, b) = P(λ | b)",
        "P(λ | a, b) = P(λ | a) and P(λ | a) = P(λ)",
        "P(λ | a) P(b) = P(λ | b) P(a)",
    ],
)
def test_an_equation_that_says_more_or_something_else_is_refused(formula):
    text = PATH.read_text(encoding="utf-8").replace(" : λ ⊥ a, b\n", f" : {formula}\n")
    with pytest.raises(ReadingError, match="SI cannot be relaxed here"):
        relax(parse(text), "S", ["SI"])


# What is refused.


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["LC"], "cannot be relaxed here"),
        (["MM_c"], "cannot be relaxed here"),
        (["Fact"], "cannot be relaxed here"),
        (["nothing"], "no assumption nothing"),
        (["SI", "MI_a"], "one independence of the settings, or one of microstates"),
        (["MI_A"], "did you mean MI_a?"),
    ],
)
def test_what_cannot_be_relaxed_is_said(document, names, message):
    with pytest.raises(ReadingError, match=message):
        relax(document, "S", names)


def test_holding_what_does_not_matter_is_refused(document):
    with pytest.raises(ReadingError, match="--holding MM_c is of no use here"):
        relax(document, "S", ["MI_a"], holding=["MM_c"])
    with pytest.raises(ReadingError, match="--holding SI is of no use here"):
        relax(document, "S", ["MI_a", "MI_b"], holding=["SI"])
    with pytest.raises(ReadingError, match="no assumption MM_b; did you mean"):
        relax(document, "S", ["MI_a", "MI_b"], holding=["MM_b"])


@pytest.mark.parametrize("factor", ["9" * 400, "1/" + "9" * 400])
def test_numbers_of_an_absurd_size_are_refused(factor):
    text = PATH.read_text(encoding="utf-8") + f"\ndefine G := {factor} * S\n"
    with pytest.raises(ReadingError, match="between 10"):
        relax(parse(text), "G", ["SI"])


def test_far_settings_only_on_both_sides():
    """Then correlated microstates do not signal and reach 4 at M = 0."""
    text = PATH.read_text(encoding="utf-8")
    text += "\nassume PI_a : λ_a ⊥ b | a, λ\nassume PI_b : λ_b ⊥ a | b, λ\n"
    with pytest.raises(ReadingError, match="speaks of b and not of B: correlated microstates"):
        relax(parse(text), "S", ["PI_a", "PI_b"])
    found = relax(parse(text), "S", ["PI_a", "PI_b"], points=3, holding=["MM_c"])
    assert values(found) == [2, 3, 4]


def test_both_sides_need_the_same_state():
    text = PATH.read_text(encoding="utf-8").replace("λ_b ⊥ a, A | b, λ", "λ_b ⊥ a, A | b, λ, c")
    text = text.replace("  λ_a     ", "  c\n  λ_a     ").replace("MI_b", "MI_c")
    text = text.split("# How far")[0]
    with pytest.raises(ReadingError, match="let both be given the same state"):
        relax(parse(text), "S", ["MI_a", "MI_c"])


def test_too_large_a_program_is_refused():
    three = "in {1, 2, 3}"
    text = PATH.read_text(encoding="utf-8").split("# How far")[0]
    text = text.replace("a in {0, 1}", f"a {three}").replace("b in {0, 1}", f"b {three}")
    text = text.replace("E(0, 0)", "E(3, 3)").replace("E(0, 1)", "E(3, 1)")
    text = text.replace("E(1, 0)", "E(1, 3)")
    with pytest.raises(ReadingError, match="too many"):
        relax(parse(text), "S", ["SI"])


# Curves and programs.


def test_upper_envelope_with_an_irrational_corner():
    parabola = Law(Fraction(0), Fraction(0), Fraction(1))
    level = Law(Fraction(2))
    pieces = upper([(parabola, "p"), (level, "l")], Fraction(0), Fraction(2))
    assert [(p.start, p.end, p.source) for p in pieces] == [(0, ROOT2, "l"), (ROOT2, 2, "p")]


def test_a_law_that_leads_in_the_middle_only():
    laws = [
        (Law(Fraction(1)), "level"),
        (Law(Fraction(0), Fraction(4), Fraction(-2)), "hill"),
        (Law(Fraction(-3), Fraction(2)), "low"),
    ]
    pieces = upper(laws, Fraction(0), Fraction(2))
    assert [p.source for p in pieces] == ["level", "hill", "level"]
    assert pieces[1].start == 1 - ROOT2 / 2


def test_a_wrong_answer_is_not_accepted():
    program = Program({0: Fraction(1)}, ({0: Fraction(2)},), (Fraction(1),))
    good = maximise(program)
    check(program, good)
    assert good.value == Fraction(1, 2)
    half = Fraction(1, 2)
    for bad in (
        Optimum(Fraction(1), {0: Fraction(1)}, (half,)),
        Optimum(half, {0: half}, (Fraction(1),)),
        Optimum(half, {0: half}, (-half,)),
        Optimum(Fraction(0), {}, (Fraction(0),)),
    ):
        with pytest.raises(ProgramError):
            check(program, bad)


def test_an_unbounded_program_is_an_error():
    with pytest.raises(ProgramError, match="no largest value"):
        maximise(Program({0: Fraction(1)}, ({0: Fraction(-1)},), (Fraction(1),)))


def test_a_program_that_makes_dantzig_go_round():
    """Beale's example."""
    f = Fraction
    program = Program(
        {0: f(3, 4), 1: f(-150), 2: f(1, 50), 3: f(-6)},
        (
            {0: f(1, 4), 1: f(-60), 2: f(-1, 25), 3: f(9)},
            {0: f(1, 2), 1: f(-90), 2: f(-1, 50), 3: f(3)},
            {2: f(1)},
        ),
        (f(0), f(0), f(1)),
    )
    assert maximise(program).value == f(1, 20)


# The command.


def test_command_with_plot(run_lpc, tmp_path):
    plot = tmp_path / "curve.svg"
    options = ("--assumption", "SI", "--points", "10", "-o", plot)
    result = run_lpc("relax", PATH, "S", *options)
    assert result.returncode == 0, result.stderr
    assert "0 <= M <= 2/3   2 + 3 M" in result.stdout
    assert "at M = (-2 + 2 sqrt(2))/3, about 0.276142" in result.stdout
    text = plot.read_text(encoding="utf-8")
    assert len(list(ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}ellipse"))) == 10
    run_lpc("relax", PATH, "S", *options)
    assert plot.read_text(encoding="utf-8") == text


def test_plot_escapes_names(document):
    found = relax(document, "S", ["SI"])
    assert "<title>Maximum of S when SI fails by M</title>" in render_svg(curve_picture(found))


def test_labels_of_levels_keep_apart():
    """Local, quantum and algebraic maxima that are close to each other."""
    text = PATH.read_text(encoding="utf-8")
    text += "\ndefine T := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)/2\n"
    found = relax(parse(text), "T", ["SI"])
    spots = [
        text.at[1]
        for text in curve_picture(found).texts
        if text_of(text.label).startswith(("local", "quantum", "algebraic"))
    ]
    assert len(spots) == 3
    assert all(abs(a - b) >= 28 for a, b in combinations(spots, 2))


def test_plot_follows_the_scheme_of_the_reader(document):
    plot = render_svg(curve_picture(relax(document, "S", ["SI"])))
    assert "prefers-color-scheme: dark" in plot


@pytest.mark.parametrize("size", ["1/1000000", "123456789"])
def test_axes_of_any_size(size):
    text = PATH.read_text(encoding="utf-8") + f"\ndefine T := {size} * S - 2 * {size}\n"
    plot = curve_picture(relax(parse(text), "T", ["MI_a"]))
    labels = [text_of(t.label) for t in plot.texts]
    assert labels.count("0") == 2
    assert not {"-0", "−0"} & set(labels)
    assert len(labels) < 25


def test_command_as_json(run_lpc):
    options = ("--assumption", "MI_a", "--assumption", "MI_b", "--output-format", "json")
    data = json.loads(run_lpc("relax", PATH, "S", *options, "--points", "3").stdout)
    assert data["schema"] == "lpc.relaxed/1"
    assert [p["maximum"] for p in data["points"]] == ["2", "10/3", "4"]
    assert [p["maximum"] for p in data["pieces"]] == ["2 + 4 M/(2 + M)"]
    assert data["reaches"][0]["M"] == "(-2 + 4 sqrt(2))/7"
    assert [m["value"] for m in data["models"]] == ["2 sqrt(2)", "4"]


def test_command_says_what_is_wrong(run_lpc):
    result = run_lpc("relax", PATH, "S", "--assumption", "LC")
    assert result.returncode == 2
    assert "LC cannot be relaxed here" in result.stderr
