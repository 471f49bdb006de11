"""`lpc explain`, `lpc new`, `lpc completion`."""

from __future__ import annotations

import re

import pytest

import lpc
from lpc.commands.explain import all_codes
from lpc.commands.new import START
from lpc.kernel.rules import RULES


def test_a_step_is_told_in_full(root, run_lpc):
    result = run_lpc("explain", root / "proofs" / "bell1990.lpc", "road:2")
    assert result.returncode == 0
    text = result.stdout
    assert "Licensed. It follows from what is assumed." in text
    assert "It needs LC and MI_a" in text
    assert "{a, λ} is not complete on a slice of the past of A: λ_a is missing" in text
    assert "contraction from" in text
    assert "R103 contraction" in text


def test_every_minimal_set_has_its_proof(tmp_path, run_lpc):
    (tmp_path / "two.lpc").write_text(
        "variables { A ; a ; b }\nassume I : A _||_ b | a\nassume J : A determined by a\n"
        'claim "c" : I, J entail P(A | a, b) = P(A | a)\n',
        encoding="utf-8",
    )
    text = run_lpc("explain", tmp_path / "two.lpc", "c").stdout
    assert "Each of these sets is enough, and no part of any of them is:" in text
    assert "Proof 1 of 2, from I:" in text
    assert "Proof 2 of 2, from J:" in text


@pytest.mark.parametrize("step", ["alone:2", "Eq. 1", "76"])
def test_a_refuted_step_shows_its_model(root, run_lpc, step):
    result = run_lpc("explain", root / "proofs" / "bell1990.lpc", step)
    assert result.returncode == 0
    assert ("a model of LC that breaks it" in result.stdout) == ("Refuted." in result.stdout)


def test_without_a_step_the_steps_are_listed(root, run_lpc):
    text = run_lpc("explain", root / "proofs" / "chsh.lpc").stdout
    assert "entailed" in text
    assert "refuted" in text


def test_a_wrong_step_is_guessed(root, run_lpc):
    result = run_lpc("explain", root / "proofs" / "bell1990.lpc", "roda:2")
    assert result.returncode == 2
    assert "did you mean 'road:2'" in result.stderr


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.code)
def test_every_rule_is_explained_by_code_and_name(rule, run_lpc):
    by_code, by_name = run_lpc("explain", rule.code), run_lpc("explain", rule.name)
    assert by_code.returncode == 0
    assert by_code.stdout == by_name.stdout
    assert f"    {rule.infers}\n" in by_code.stdout


@pytest.mark.parametrize("code", ["E201", "F501", "F522", "W403", "e105"])
def test_a_message_is_explained(code, run_lpc):
    result = run_lpc("explain", code)
    assert all_codes()[code.upper()].title in result.stdout


def test_an_unknown_code_says_what_there_is(run_lpc):
    result = run_lpc("explain", "contracton")
    assert result.returncode == 2
    assert "did you mean contraction" in result.stderr


def test_the_starting_file_checks_clean_and_is_formatted(tmp_path, run_lpc):
    result = run_lpc("new", tmp_path / "mine")
    assert result.returncode == 0
    target = tmp_path / "mine.lpc"
    assert target.read_text(encoding="utf-8") == START
    assert run_lpc("check", target).returncode == 0
    assert run_lpc("fmt", "--check", target).returncode == 0


def test_nothing_is_overwritten_unasked(tmp_path, run_lpc):
    target = tmp_path / "mine.lpc"
    target.write_text("mine", encoding="utf-8")
    assert run_lpc("new", target).returncode == 2
    assert target.read_text(encoding="utf-8") == "mine"
    assert run_lpc("new", "--force", target).returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell, run_lpc):
    result = run_lpc("completion", shell)
    assert result.returncode == 0
    assert "_LPC_COMPLETE" in result.stdout


JARRETT = """
spacetime 1+1 { L = point t = 4, x = -5 ; R = point t = 4, x = 5 ; Sigma = slice t = 0 }
variables { A at L ; B at R ; λ at Sigma }
complete λ on Sigma
assume LC : local causality
assume OI : A ⊥ B | λ
assume N  : positive A
derive pi_only { assuming N ; P(A | B, λ) = P(A | λ) }
claim "no" : N do not entail OI
"""


def test_what_is_not_assumed_licenses_nothing(tmp_path, run_lpc):
    path = tmp_path / "jarrett.lpc"
    path.write_text(JARRETT, encoding="utf-8")
    text = run_lpc("check", path).stdout
    assert "licensed by local causality alone" not in text
    assert "not licensed by what is assumed; local causality would do, but is not assumed" in text
    assert "would do together with N: LC or OI" in text
    assert "refuted (as stated: it does not follow)" in text
    explained = run_lpc("explain", path, "pi_only:1").stdout
    assert "Local causality alone allows it" not in explained
    caption = run_lpc("diagram", path, "pi_only:1", "-o", tmp_path / "a.svg")
    assert caption.returncode == 0
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    plain = re.sub("<[^>]*>", "", drawn).replace("\n", "")
    assert "would license it, but is not assumed" in plain


def test_names_may_be_typed_as_they_were_written(tmp_path, run_lpc):
    path = tmp_path / "jarrett.lpc"
    path.write_text(JARRETT, encoding="utf-8")
    for step in ("pi_only:1", "π_only:1"):
        assert run_lpc("explain", path, step).returncode == 0
        assert run_lpc("suggest", path, step).returncode == 0
    document = lpc.load(path)
    found = lpc.decide(document, lpc.P("A | B, lambda"), lpc.P("A | lambda"), assuming="LC")
    assert found.verdict.value == "licensed"
