"""Circuits in words, as data and in pictures: what is tossed, what travels, what is read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations

import pytest

import lpc
from lpc.pictures.circuits import sketch
from lpc.pictures.scene import Dot, Line, Role, Text, overlap
from lpc.pictures.spacetime import spacetime_picture
from lpc.pictures.svg import render_svg
from lpc.pictures.terminal import render_terminal
from lpc.pictures.tikz import render_tikz
from lpc.report.carried import Carried, knows, partition
from lpc.report.circuits import MOST_RUNS, circuit_data, plain, tell
from lpc.report.contents import page_of
from lpc.report.html import item_html, render_html
from lpc.report.json import item_data
from lpc.report.latex import render_latex
from lpc.report.markdown import render_markdown
from lpc.spacetime import Space
from lpc.spacetime.circuits import Circuit, Node, Reading, Seed, Signal, check_circuit

HALF = Fraction(1, 2)
SAME = ((0, 0), (1, 1))
SIGNS = (((0,), -1), ((1,), 1))
BITS = (((0,), 0), ((1,), 1))


def coin(name, event, weights=((0, HALF), (1, HALF))):
    return Node(name, event, weights, (), tuple(((c, ()), c) for c, _ in weights))


def told(*parts, seeds=()):
    kinds = {Node: [], Signal: [], Reading: []}
    for part in parts:
        kinds[type(part)].append(part)
    circuit = Circuit(*map(tuple, kinds.values()), seeds)
    return circuit, [plain(sentence) for sentence in tell(circuit).sentences]


SCENE = """
spacetime 1+1 {
  one = point t = 4, x = -5
  two = point t = 4, x = 5
  mid = point t = 2, x = 0
  Sigma = slice t = 0
  left = Sigma & past(one)
  right = Sigma & past(two)
}
variables { A at one ; B at two ; λ at mid ; λ_a at left ; λ_b at right }
"""
ONE = (
    coin("n", (-1, (0,))),
    Signal("s", ((-1, (0,)), (4, (-5,))), SAME, "n"),
    Signal("t", ((-1, (0,)), (4, (5,))), SAME, "n"),
    Reading("A", ("s",), BITS),
    Reading("B", ("t",), BITS),
)
MEETING = (
    coin("n1", (-1, (-1,))),
    coin("n2", (-1, (1,))),
    Node("n3", (0, (0,)), (), ("s1", "s2"),
         tuple(((None, (i, j)), i ^ j) for i in (0, 1) for j in (0, 1))),
    Signal("s1", ((-1, (-1,)), (0, (0,))), SAME, "n1", "n3"),
    Signal("s2", ((-1, (1,)), (0, (0,))), SAME, "n2", "n3"),
    Signal("s3", ((0, (0,)), (2, (0,))), SAME, "n3"),
    Signal("s4", ((-1, (-1,)), (4, (-5,))), SAME, "n1"),
    Signal("s5", ((-1, (1,)), (4, (5,))), SAME, "n2"),
    Reading("λ", ("s3",), BITS),
    Reading("A", ("s4",), SIGNS),
    Reading("B", ("s5",), SIGNS),
)  # fmt: skip
SEED = (
    Signal("s", ((4, (-5,)),), SAME, seed="u", ray=(1, (1,))),
    Signal("t", ((4, (5,)),), SAME, seed="u", ray=(1, (-1,))),
    Reading("A", ("s",), BITS),
    Reading("B", ("t",), BITS),
)
FROM_INFINITY = (Seed("u", ((0, HALF), (1, HALF))),)


@cache
def document():
    return lpc.parse(SCENE + "assume I : A ⊥ B\nclaim : I entail A ⊥ B\n")


def item(circuit):
    return replace(lpc.check(document()).items[0], circuit=circuit)


def picture(circuit):
    return spacetime_picture(document(), item(circuit))


# In words.


def test_one_coin_travels_to_both_results():
    _, sentences = told(*ONE)
    assert sentences == [
        "a fair coin, r, is tossed at t = -1, x = 0; it travels to A and to B",
        "A = r, B = r",
    ]


def test_a_coin_that_is_one_variable_has_its_name_and_a_meeting_is_told():
    _, sentences = told(*MEETING)
    assert sentences == [
        (
            "a fair coin, A, is tossed at t = -1, x = -1; "
            "it travels to t = 0, x = 0 and to its own place"
        ),
        (
            "a fair coin, B, is tossed at t = -1, x = 1; "
            "it travels to t = 0, x = 0 and to its own place"
        ),
        "what arrives at t = 0, x = 0, A and B, is combined into λ",
        "λ travels to its own place",
        "λ = ((A = 1) xor (B = 1))",
    ]


def test_what_comes_from_past_infinity_is_told_with_what_allows_it():
    _, sentences = told(*SEED, seeds=FROM_INFINITY)
    assert sentences[0] == (
        "something correlated comes from past infinity along two light rays (Eq. 7 allows it; "
        "common causes would not): a fair coin, r"
    )
    assert sentences[1] == "r travels to A and to B"


def test_two_coins_at_one_event_and_a_biased_one():
    biased = ((0, Fraction(1, 4)), (1, Fraction(3, 4)))
    parts = [
        coin("n1", (0, (0,))), coin("n2", (0, (0,))), coin("n3", (0, (0,)), biased),
        *(Signal(f"s{k}", ((0, (0,)), (2, (k,))), SAME, f"n{k}") for k in (1, 2, 3)),
        *(Reading(f"v_{k}", (f"s{k}",), BITS) for k in (1, 2, 3)),
    ]  # fmt: skip
    _, sentences = told(*parts)
    assert sentences == [
        (
            "two fair coins, v_1 and v_2, are tossed at t = 0, x = 0; "
            "v_3 is drawn there (0 with probability 1/4, 1 with 3/4)"
        ),
        "v_1, v_2 and v_3 travel, each to its own place",
    ]


def test_a_joint_coin_is_told_as_independent_coins_where_it_is_some():
    rows = [(a, r, r ^ a) for a in (0, 1) for r in (0, 1)]
    quarter = tuple((k, Fraction(1, 4)) for k in range(4))
    parts = [coin("n", (0, (0,)), quarter)]
    for k, name in enumerate(("a", "λ", "B")):
        carries = tuple((i, row[k]) for i, row in enumerate(rows))
        parts += [
            Signal(f"s{k}", ((0, (0,)), (k + 1, (0,))), carries, "n"),
            Reading(name, (f"s{k}",), BITS),
        ]
    _, sentences = told(*parts)
    assert sentences[0] == "two fair coins, a and λ, are tossed at t = 0, x = 0"
    assert sentences[-1] == "B = (a xor λ)"


def test_what_is_drawn_together_is_told_with_its_weights():
    weights = tuple((k, Fraction(w, 8)) for k, w in enumerate((1, 3, 4)))
    rows = [(0, 0), (0, 1), (1, 1)]
    parts = [coin("n", (0, (0,)), weights)]
    for k, name in enumerate("uv"):
        carries = tuple((i, row[k]) for i, row in enumerate(rows))
        parts += [
            Signal(f"s{k}", ((0, (0,)), (1, (0,))), carries, "n"),
            Reading(name, (f"s{k}",), BITS),
        ]
    _, sentences = told(*parts)
    assert sentences[0] == (
        "u and v are drawn together at t = 0, x = 0 "
        "((0, 0) with probability 1/8, (0, 1) with 3/8, (1, 1) with 1/2)"
    )


def test_constants_are_no_news_and_nothing_at_all_is_said_to_happen():
    _, sentences = told(Reading("A", (), (((), 1),)))
    assert sentences == ["nothing happens: every variable is constant"]


def test_a_circuit_too_large_to_tell_is_left_to_the_data():
    count = MOST_RUNS + 1
    many = tuple((k, Fraction(1, count)) for k in range(count))
    circuit, sentences = told(coin("n", (0, (0,)), many))
    assert len(sentences) == 1
    assert "too large" in sentences[0]
    assert len(circuit_data(circuit)["nodes"][0]["coin"]) == count


def test_a_long_function_is_a_table():
    eight = tuple((k, Fraction(1, 8)) for k in range(8))
    carries = tuple((k, k) for k in range(8))
    values = (3, 1, 4, 1, 5, 9, 2, 6)
    circuit = Circuit(
        (coin("n1", (0, (0,)), eight), coin("n2", (0, (0,)), eight)),
        tuple(Signal(f"s{k}", ((0, (0,)), (1, (0,))), carries, f"n{k}") for k in (1, 2)),
        (
            Reading("x", ("s1",), tuple(((k,), k) for k in range(8))),
            Reading("y", ("s2",), tuple(((k,), k) for k in range(8))),
            Reading(
                "A",
                ("s1", "s2"),
                tuple(((i, j), values[i] * values[j]) for i in range(8) for j in range(8)),
            ),
        ),
    )
    story = tell(circuit)
    assert "A is a function of x and y" in map(plain, story.sentences)
    (table,) = story.tables
    assert len(table.rows) == 64


def test_partitions_forget_values_and_know_what_they_determine():
    assert partition("aba") == partition((7, 5, 7))
    assert knows((0, 1, 2), (0, 0, 1))
    assert not knows((0, 0, 1), (0, 1, 2))


def test_what_is_told_is_so():
    """Every formula of a story, read back over the runs, gives the variable."""
    for parts in (ONE, MEETING):
        circuit, _ = told(*parts)
        carried = Carried(circuit)
        columns = {p.name: p.column for ds in carried.draws.values() for d in ds for p in d.parts}
        columns |= {name: part.column for name, part in carried.variables.items()}
        for rule in carried.rules:
            inputs = list(zip(*(columns[name] for name in rule.inputs), strict=True))
            pairs = set(zip(inputs, columns[rule.name], strict=True))
            assert len(pairs) == len(set(inputs))


# In reports.


def test_every_writer_tells_the_circuit_of_a_claim_and_of_a_model():
    circuit, sentences = told(*ONE)
    report = lpc.check(document())
    shown = replace(report.blocks[0], items=(item(circuit),))
    report = replace(report, blocks=(shown,))
    page = page_of(report)
    for text in (str(report), render_markdown(page), render_html(report), render_latex(page)):
        plain_text = re.sub(r"<[^>]*>|[$`\\]", "", text)
        assert "is tossed at t =" in plain_text
        assert "travels to" in plain_text
    assert item_data(item(circuit))["circuit"]["told"] == sentences


def test_the_circuit_comes_first_in_a_countermodel():
    report = lpc.check(lpc.parse(SCENE + "complete λ_a on left\nassume LC : local causality\n"
                                 "claim : LC do not entail A ⊥ B\n"))  # fmt: skip
    model = report.items[0].model
    assert model is not None
    assert model.circuit is not None
    lines = str(report).splitlines()
    start = next(k for k, line in enumerate(lines) if "that breaks it" in line)
    assert lines[start].endswith("how a locally causal world brings it about:")
    assert "is tossed at" in lines[start + 1]
    assert item_data(report.items[0])["model"]["circuit"]["nodes"]


def test_json_has_exact_numbers_as_strings():
    circuit, _ = told(*SEED, seeds=FROM_INFINITY)
    data = json.loads(json.dumps(circuit_data(circuit)))
    assert data["seeds"] == [
        {"name": "u", "weights": [{"value": 0, "weight": "1/2"}, {"value": 1, "weight": "1/2"}]}
    ]
    signal = data["signals"][0]
    assert signal["path"] == [{"t": "4", "x": ["-5"]}]
    assert signal["ray"] == {"t": "1", "x": ["1"]}
    assert data["readings"][0]["table"][1] == {"sites": [1], "value": "1"}


def test_an_item_with_a_circuit_shows_in_a_notebook():
    circuit, _ = told(*ONE)
    assert item_html(item(circuit))


# In pictures.


@pytest.mark.parametrize(("parts", "seeds", "coins", "arrows"), [
    (ONE, (), 1, 2), (MEETING, (), 2, 5), (SEED, FROM_INFINITY, 0, 2),
])  # fmt: skip
def test_nodes_are_dots_and_signals_are_arrows(parts, seeds, coins, arrows):
    circuit, sentences = told(*parts, seeds=seeds)
    found = picture(circuit)
    signals = found.roles(Role.SIGNAL)
    assert len([s for s in signals if isinstance(s, Line) and s.arrow]) == arrows
    assert len(found.roles(Role.COIN)) == coins
    meetings = [n for n in circuit.nodes if not n.coin]
    assert len(found.roles(Role.MEETING)) == len(meetings)
    labels = [s for s in found.shapes if isinstance(s, Text)]
    assert not [pair for pair in combinations(labels, 2) if overlap(pair[0].box, pair[1].box)]
    for sentence in sentences:
        assert sentence in found.description
    assert "lpc-signal" in render_svg(found)
    assert "lpcsignal" in render_tikz(found)
    assert ("◆" in render_terminal(found, 110)) == bool(coins)
    assert ("@" in render_terminal(found, 110, ascii_only=True)) == bool(coins)


def test_a_seed_comes_in_from_the_edge():
    circuit, _ = told(*SEED, seeds=FROM_INFINITY)
    found = picture(circuit)
    lines = [s for s in found.roles(Role.SIGNAL) if isinstance(s, Line)]
    cones = [s for s in found.roles(Role.CONE) if isinstance(s, Line)]
    low = max(y for line in cones for _, y in line.points)
    left, right = (
        min(x for c in cones for x, _ in c.points),
        max(x for c in cones for x, _ in c.points),
    )
    for line in lines:
        x, y = line.points[0]
        assert min(abs(y - low), abs(x - left), abs(x - right)) < 1


def test_what_nobody_reads_and_what_is_constant_is_not_drawn():
    idle = Signal("w", ((-1, (0,)), (3, (0,))), SAME, "n")
    dull = Signal("d", ((-1, (0,)), (2, (0,))), ((0, 0), (1, 0)), "n")
    circuit, _ = told(*ONE, idle, dull, Reading("λ", ("d",), (((0,), 0),)))
    scene = document().scene
    assert len(sketch(circuit, scene).ways) == 2
    assert sketch(circuit, scene).readers == {"A", "B"}


def test_in_the_plane_of_a_cut_or_not_at_all():
    text = "spacetime 2+1 { one = point t = 4, x = -5, y = 0 ; two = point t = 4, x = 5, y = 0 }\n"
    scene = lpc.parse(text + "variables { A at one ; B at two }\n").scene
    flat = Circuit((coin("n", (-1, (0, 0))),), (), (Reading("A", ("n",), BITS),))
    assert [s.at for s in sketch(flat, scene).spots] == [(-1, 0)]
    beside = Circuit((coin("n", (-1, (0, 1))),), (), (Reading("A", ("n",), BITS),))
    assert not sketch(beside, scene).spots


def test_the_circuits_of_these_tests_are_circuits():
    space = Space(1)
    places = {"A": space.point(4, [-5]), "B": space.point(4, [5])}
    from lpc.spacetime import Scene

    circuit, _ = told(*ONE)
    check_circuit(circuit, Scene(space, {}, places), "AB", [((0, 0), HALF), ((1, 1), HALF)])
    assert all(isinstance(dot, Dot) for dot in picture(circuit).roles(Role.COIN))
