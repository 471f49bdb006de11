"""Limits in counted work: what is found depends on the file and the effort, on nothing else."""

from __future__ import annotations

import importlib
import json
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

import lpc
from lpc.checker.bounds import bounds
from lpc.checker.context import Context
from lpc.checker.independence import independence_table
from lpc.checker.relax import relax
from lpc.checker.run import check
from lpc.checker.suggest import suggest
from lpc.language.files import MAX_BYTES
from lpc.logic import effort as limits
from lpc.logic.effort import EFFORT, Counted, Effort, EffortSpent, TimeUp
from lpc.report.json import render_json
from lpc.report.results import Report
from lpc.search.models.constraints import broken_down
from lpc.search.theory import Theory

ROOT = Path(__file__).parents[2]
PROOFS = sorted((ROOT / "proofs").glob("*.lpc"))

HARD = """variables { X ; Y ; C ; D ; E }
assume H : X _||_ Y | C, D and C _||_ D | X and C _||_ D | Y and X _||_ Y
assume I : X _||_ Y, E | C
claim : H entail C _||_ D
claim : H, I entail C _||_ D | E
"""
SIX = """variables { A ; B ; C ; D ; E ; F ; a ; b ; c ; d ; e ; f ; l }
assume Fact : P(A, B, C, D, E, F | a, b, c, d, e, f, l) = P(A | a, l) P(B | b, l) P(C | c, l) \
P(D | d, l) P(E | e, l) P(F | f, l)
derive x { assuming Fact ; P(A | a, b, l) = P(A | a, l) by Fact }
"""


def rendered(text: str, **told: object) -> str:
    return render_json(Report((check(lpc.parse(text), **told),)))  # type: ignore[arg-type]


# ---- the counter ------------------------------------------------------------------------------


def test_what_is_spent_is_spent():
    effort = Effort(10)
    effort.tick(10)
    for _ in range(3):
        with pytest.raises(EffortSpent, match="the effort of 10 units was spent"):
            effort.tick()
    effort.start()
    effort.tick(10)
    assert effort.left == 0


def test_a_share_is_of_what_is_left_and_counts_for_the_whole():
    effort = Effort(100)
    effort.tick(60)
    share = effort.share(0.5)
    share.tick(15)
    effort.tick(5)  # what goes on meanwhile counts for the share, too
    with pytest.raises(EffortSpent, match="20 units"):
        share.tick()
    assert effort.left == 19
    effort.tick()


def test_seconds_say_that_the_machine_was_too_slow(monkeypatch):
    effort = Effort(None, 5)
    now = limits.time.monotonic()
    monkeypatch.setattr(limits.time, "monotonic", lambda: now + 6)
    with pytest.raises(TimeUp, match=r"the machine was too slow.*nothing about the file"):
        effort.tick(0)


@pytest.mark.parametrize("order", [("xy", "z"), ("z", "xy"), ("x", "xy", "z"), ("y", "z", "x")])
def test_every_item_pays_for_what_it_uses_whoever_made_it(order):
    """y needs x; z needs y and x: an item with z alone pays 1 + 10 + 100 and a unit a question."""
    effort, cache = Effort(), {}

    def x() -> None:
        effort.recall(cache, "x", lambda: effort.tick(1))

    def y() -> None:
        effort.recall(cache, "y", lambda: (effort.tick(4), x(), effort.tick(6)))

    def z() -> None:
        effort.recall(cache, "z", lambda: (effort.tick(50), y(), x(), effort.tick(50)))

    price = {}
    for item in order:
        effort.start()
        for name in item:
            {"x": x, "y": y, "z": z}[name]()
        price[item] = effort.spent
    effort.start()
    z()
    known = effort.spent
    cache.clear()
    effort.start()
    z()
    assert known == effort.spent == price["z"]


def test_what_was_cut_short_is_not_kept():
    effort, cache = Effort(100), {}

    def cut() -> str:
        share = effort.share(0.1)
        try:
            share.tick(50)
        except EffortSpent:
            return "cut"
        return "whole"

    assert effort.recall(cache, "k", cut) == "cut"
    assert not cache


def test_a_process_that_read_an_equation_counts_the_same_again():
    equation = lpc.parse(SIX).assumptions["Fact"].formula
    (statement,) = Context(lpc.parse(SIX)).expand(equation)
    first, second = Counted(limits.unlimited), Counted(limits.unlimited)
    broken_down.__globals__["_KNOWN"].clear()
    broken_down(statement, first)
    broken_down(statement, second)
    assert first.units == second.units > 1000


def test_geometry_counts_the_same_whether_or_not_it_is_known():
    document = lpc.load(ROOT / "proofs" / "bell1990.lpc")
    screening = importlib.import_module("lpc.spacetime.screening")
    screening._KNOWN.clear()
    spent = []
    for _ in range(2):
        context = Context(document)
        assert context.screenings
        spent.append(context.effort.spent)
    assert spent[0] == spent[1] > 0


def test_what_is_asked_in_vain_is_asked_again_only_with_more(monkeypatch):
    document = lpc.load(ROOT / "proofs" / "bell1990.lpc")
    context = Context(document, Effort(1))
    module = importlib.import_module("lpc.checker.context")
    calls = []
    real = module.local_causality_with_states

    def asked(*args):
        calls.append(1)
        return real(*args)

    monkeypatch.setattr(module, "local_causality_with_states", asked)
    for _ in range(3):
        context.start()
        with pytest.raises(EffortSpent):
            _ = context.screenings
    assert len(calls) == 1
    context.effort.units = None
    assert context.screenings


# ---- reports ----------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [1, 300, 3000, 30_000])
def test_the_report_is_the_same_at_any_speed(monkeypatch, units):
    """A clock that jumps by hours changes nothing, since nothing looks at it."""
    quick = rendered(HARD, effort=units)
    hours = count(0, 10_000)
    monkeypatch.setattr(limits.time, "monotonic", lambda: next(hours))
    assert rendered(HARD, effort=units) == quick


@pytest.mark.parametrize("units", [40, 400, 4000, 40_000])
def test_an_item_is_judged_as_if_it_stood_alone(units):
    """Items that come first work out theories that the last one needs."""
    head = (
        "variables { A ; B ; a ; b ; λ ; μ }\n"
        "assume PI : A _||_ b, B | a, λ, μ\nassume MI : λ, μ _||_ a, b\n"
        "assume N : μ _||_ A | a, λ\n"
    )
    last = "claim : PI, MI, N entail A, λ _||_ b | a\n"
    before = "".join(
        f"claim : {names} entail A _||_ {goal}\n"
        for names in ("PI, MI, N", "PI, MI", "MI, N")
        for goal in ("b | a", "b, B | a, λ", "μ | a")
    )
    alone = check(lpc.parse(head + last), effort=units).items[-1]
    later = check(lpc.parse(head + before + last), effort=units).items[-1]
    assert (alone.verdict, alone.needs, alone.tried) == (later.verdict, later.needs, later.tried)


def test_more_effort_never_takes_a_verdict_back():
    found = [
        [i.verdict.value for i in check(lpc.parse(SIX), effort=n).items] for n in (10, 10**4, 10**6)
    ]
    assert found[0] == ["undecided"]
    assert found[-1] == ["licensed"]


@pytest.mark.parametrize("path", PROOFS, ids=lambda p: p.stem)
def test_proofs_stay_far_below_the_default(path):
    document = lpc.load(path)
    effort = Effort()
    run = importlib.import_module("lpc.checker.run")
    checker = run._Checker(Context(document, effort))
    checker.models.run_all()
    for item in document.items:
        checker.block(item)
    assert effort.most * 5 <= EFFORT


# ---- callers and commands ---------------------------------------------------------------------


def test_every_caller_has_a_limit():
    chsh = lpc.load(ROOT / "proofs" / "relaxed.lpc")
    quantity = "S"
    hard = lpc.parse(HARD)
    for ask in (
        lambda: bounds(chsh, quantity, effort=1),
        lambda: relax(chsh, quantity, ["SI"], effort=1),
        lambda: suggest(lpc.parse(SIX), "x:1", effort=1),
    ):
        with pytest.raises(EffortSpent):
            ask()
    table = independence_table(hard, ("H", "I"), effort=1)
    assert any("effort of 1 units" in cell.reason for cell in table.cells)


@pytest.mark.parametrize(
    "name",
    [
        "check",
        "bound",
        "suggest",
        "relax",
        "independence",
        "certify",
        "report",
        "diagram",
        "explain",
    ],
)
def test_every_command_that_searches_has_both_options(name):
    from lpc.cli import cli

    shown = CliRunner().invoke(cli, [name, "--help"]).output
    assert "--effort" in shown
    assert "--timeout" in shown
    assert str(EFFORT) in shown


# ---- hostile sizes ----------------------------------------------------------------------------


def test_six_party_factorizability_is_read():
    (item,) = check(lpc.parse(SIX), effort=200_000).items
    assert item.verdict.value == "licensed"


def test_reading_an_equation_ends_with_the_effort():
    (item,) = check(lpc.parse(SIX), effort=1000).items
    assert item.verdict.value == "undecided"
    assert "the effort of 1000 units was spent" in item.tried


def test_a_long_name_is_an_error_with_its_place():
    for name in ("a" * 10**5, "a_" * 10**5):
        with pytest.raises(lpc.DocumentError) as caught:
            lpc.parse(f"variables {{ A ; {name} }}")
        (first, *_) = caught.value.diagnostics
        assert (first.code, first.span.line, first.span.column) == ("E122", 1, 17)
    assert lpc.parse(f"variables {{ {'a' * 200} }}").variables


def test_text_that_means_nothing_is_not_read_to_its_end():
    layout = importlib.import_module("lpc.language.layout")
    reader = importlib.import_module("lpc.language.reader")
    read = [0]

    def tokens():
        for token in reader._parser().lex("\\" * 10_000):
            read[0] += 1
            yield token

    layout.lay_out(tokens())
    assert read[0] == layout.MAX_UNKNOWN + 1


def test_values_are_not_compared_one_by_one(monkeypatch):
    """20,000 values take no more than a few comparisons each."""
    fractions = importlib.import_module("fractions")
    calls = [0]
    real = fractions.Fraction.__eq__

    def counted(one, other):
        calls[0] += 1
        return real(one, other)

    monkeypatch.setattr(fractions.Fraction, "__eq__", counted)
    values = ", ".join(map(str, range(2000)))
    lpc.parse(f"variables {{ A in {{{values}}} }}")
    assert calls[0] < 20_000


def test_running_a_model_counts_every_outcome():
    values = ", ".join(map(str, range(40)))
    lines = f"A ~ uniform {{{values}}}\nB ~ uniform {{{values}}}"
    text = f"variables {{ A ; B }}\nmodel m {{\n{lines}\n}}\nclaim : 1 of m = 1"
    assert not check(lpc.parse(text), effort=2000).diagnostics
    report = check(lpc.parse(text), effort=1000)
    assert [d.code for d in report.diagnostics] == ["F504"]


def test_a_file_above_five_megabytes_is_an_error(tmp_path):
    path = tmp_path / "large.lpc"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(lpc.DocumentError, match="E103"):
        lpc.load(path)


def test_a_theory_without_a_limit_has_none():
    assert Theory.create(()).effort.units is None


def test_the_json_report_of_an_exhausted_item_is_the_same_again():
    one, two = (json.loads(rendered(HARD, effort=500)) for _ in range(2))
    assert one == two
