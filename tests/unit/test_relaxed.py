"""`lpc relax`: curves against closed forms, their certificates, and independent recomputation."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import pytest

from lpc import load, parse
from lpc.checker.bounds import read_quantity
from lpc.checker.relax import relax
from lpc.kernel.algebraic import square_root
from lpc.kernel.behaviours import ReadingError
from lpc.pictures.curve import curve_picture
from lpc.pictures.svg import render_svg
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
    _, parties, (table,) = read_quantity(document, "S")
    return parties, table


def quantum_crossing(found):
    return next(c.m for c in found.crossings if c.name == "quantum")


# Settings independence.


def test_settings_against_hall_2010(document):
    found = relax(document, "S", ["SI"], points=10)
    assert [m for m, _ in found.points] == TEN
    assert [v for _, v in found.points] == [min(2 + 3 * m, Fraction(4)) for m in TEN]
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
    assert [v for _, v in found.points] == [2 + m for m in TEN]
    assert "independent of the other settings given b" in found.family


def test_absolute_values_change_nothing(document):
    text = PATH.read_text(encoding="utf-8")
    text += "\ndefine T := |E(0, 0) - E(0, 1)| + |E(1, 0) + E(1, 1)|\n"
    found = relax(parse(text), "T", ["SI"], points=10)
    assert [v for _, v in found.points] == [min(2 + 3 * m, Fraction(4)) for m in TEN]


# Microstate independence.


@pytest.mark.parametrize("name", ["MI_a", "MI_b"])
def test_microstates_on_one_side(document, name):
    found = relax(document, "S", [name], points=10)
    assert [v for _, v in found.points] == [2 + m for m in TEN]
    assert quantum_crossing(found) == 2 * ROOT2 - 2
    assert "microstate independence holds on the other side" in found.family


def test_microstates_on_both_sides(document):
    found = relax(document, "S", ["MI_a", "MI_b"], points=10)
    expected = [2 + 2 * m - m * m if m < 1 else 2 + m for m in TEN]
    assert [v for _, v in found.points] == expected
    assert quantum_crossing(found) == 2 - ROOT2
    assert "independent of each other given a, b, λ" in found.family


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
    assert [v for _, v in found.points] == [1 + m / 2 for m in TEN]


# What is refused.


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["LC"], "cannot be relaxed here"),
        (["MM_c"], "cannot be relaxed here"),
        (["Fact"], "cannot be relaxed here"),
        (["nothing"], "no assumption nothing"),
        (["SI", "MI_a"], "one independence of the settings, or one of microstates"),
    ],
)
def test_what_cannot_be_relaxed_is_said(document, names, message):
    with pytest.raises(ReadingError, match=message):
        relax(document, "S", names)


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


def test_command_as_json(run_lpc):
    options = ("--assumption", "MI_a", "--assumption", "MI_b", "--output-format", "json")
    data = json.loads(run_lpc("relax", PATH, "S", *options, "--points", "3").stdout)
    assert data["schema"] == "lpc.relaxed/1"
    assert [p["maximum"] for p in data["points"]] == ["2", "3", "4"]
    assert [p["maximum"] for p in data["pieces"]] == ["2 + 2 M - M^2", "2 + M"]
    assert data["reaches"][0] == {"name": "quantum", "value": "2 sqrt(2)", "M": "2 - sqrt(2)"}


def test_command_says_what_is_wrong(run_lpc):
    result = run_lpc("relax", PATH, "S", "--assumption", "LC")
    assert result.returncode == 2
    assert "LC cannot be relaxed here" in result.stderr
