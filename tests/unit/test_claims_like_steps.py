"""A claim says as much as a step does, and never another thing; warnings about a whole file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lpc
from lpc.checker.suggest import suggest
from lpc.logic import Severity
from lpc.report.html import render_html
from lpc.report.json import item_data
from lpc.report.results import Status
from lpc.report.text import render_gaps

SCENE = """
spacetime 1+1 {
  one = point t = 4, x = -5 ; two = point t = 4, x = 5
  Sigma = slice t = 0 ; left = Sigma & past(one) ; right = Sigma & past(two)
  common = past(one) & past(two)
}
"""
PAIR = (
    SCENE
    + """
variables { A at one ; B at two ; λ at left | right ; λ_a at left ; λ_b at right }
complete λ, λ_a on left
complete λ, λ_b on right
assume LC : local causality
assume MI : λ_a ⊥ B | λ
define Fact : P(A, B | λ) = P(A | λ) P(B | λ)
"""
)
STEP = "derive d { assuming LC ; P(A | B, λ) = P(A | λ) expect refuted }\n"


def items(text):
    return lpc.check(lpc.parse(text)).items


def shown(removal):
    """All but the factor, which is quoted as it is written."""
    return removal.statement, removal.removed, removal.failures, removal.open_path, removal.lc_alone


@pytest.mark.parametrize("said", [
    "LC entail A ⊥ B | λ expect refuted",
    "LC entail P(A | B, λ) = P(A | λ) expect refuted",
    "LC entail Fact expect refuted",
    "LC do not entail A ⊥ B | λ",
    "LC do not entail Fact",
])  # fmt: skip
def test_the_same_question_has_the_same_answer(said):
    claim, step = items(PAIR + f"claim : {said}\n" + STEP)
    (told,), (as_step,) = claim.removals, step.removals
    assert shown(told) == shown(as_step)
    assert [f.obligation for f in told.failures] == ["complete"]
    assert told.open_path == "A ← λ_a ← past → λ_b → B"
    entails = "do not" not in said
    assert told.would_do == ((("MI",),) if entails else ())
    (data,) = item_data(claim)["removals"]
    assert data["failed_obligations"] == ["complete"]
    assert data["open_path"] == told.open_path


def test_what_is_written_first_is_the_result():
    (claim,) = items(PAIR + "claim : LC do not entail B ⊥ A | λ\n")
    assert claim.removals[0].factor == "P(B | A, λ)"
    assert claim.removals[0].open_path == "B ← λ_b ← past → λ_a → A"


def test_of_a_conjunction_the_parts_that_do_not_follow():
    text = PAIR + "claim : LC entail A ⊥ λ_b | λ, λ_a and A ⊥ B | λ expect refuted\n"
    (claim,) = items(text)
    assert [r.statement for r in claim.removals] == ["A ⊥ B | λ"]


def test_what_follows_needs_no_excuse():
    (claim,) = items(PAIR + "claim : LC entail A ⊥ B, λ_b | λ, λ_a\n")
    assert claim.verdict == "entailed"
    assert claim.removals == ()


def test_what_is_not_asked_of_local_causality_is_left_alone():
    (claim,) = items(PAIR + "claim : MI do not entail A ⊥ B | λ\n")
    assert claim.removals == ()


def test_the_text_has_it_below_the_claim_and_the_summary_counts_steps_only():
    report = lpc.check(lpc.parse(PAIR + "claim : LC entail A ⊥ B | λ expect refuted\n"))
    text = str(report)
    assert "- B from P(A | B, λ): not licensed by what is assumed" in text
    assert "not by LC alone (complete)" in text
    assert "would do together with LC: MI" in text
    assert "not licensed:" not in text


def test_the_page_counts_removals_of_steps_only():
    text = PAIR + "claim : LC entail A ⊥ B | λ expect refuted\n"
    caption = "The removals of all derivations"
    assert caption not in render_html(lpc.check(lpc.parse(text)))
    assert caption in render_html(lpc.check(lpc.parse(text + STEP)))


def test_no_open_path_through_a_past_that_is_named():
    text = SCENE + "variables { A at one ; B at two ; N at common ; M at common }\n"
    text += "complete N on common\nassume LC : local causality\n"
    named, unnamed = items(
        text + "claim : LC do not entail A ⊥ B | N\nclaim : LC do not entail A ⊥ B | M\n"
    )
    assert named.removals[0].open_path is None
    assert {f.obligation for f in named.removals[0].failures} == {"slice", "outside"}
    assert unnamed.removals[0].open_path is not None


# Warnings.

BARE = SCENE + "variables { A at one ; B at two ; λ at left | right }\n"
GRAPH = "causal { a -> A }\nassume LC : local causality\n"

WARNED = [
    ("W404", SCENE + "variables { A at one ; λ_b at right }\ncomplete ¶λ_b on left\n",
     "`λ_b` is declared complete on a region, but has no place there"),
    ("W404", SCENE + "variables { A at one ; λ at left ; μ }\ncomplete λ, ¶μ on left\n",
     "`μ` is declared complete on a region, but has no place at all"),
    ("W405", "variables { A ; ¶B ; a ; C }\n" + GRAPH,
     "`B`, `C` stand outside the `causal` block"),
    ("W405", "variables { A ; a }\nvariables { ¶B }\n" + GRAPH,
     "`B` stands outside the `causal` block"),
    ("W406", BARE + "¶assume LC : local causality\nclaim : LC do not entail A ⊥ B | λ\n",
     "nothing is declared complete anywhere"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "marked", "says"), WARNED)
def test_warnings_at_their_place(code, marked, says):
    before = marked.partition("¶")[0]
    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    report = lpc.check(lpc.parse(marked.replace("¶", "")))
    found = [d for d in report.diagnostics if d.code == code]
    assert [(d.span.line, d.span.column) for d in found] == [place]
    assert says in found[0].message
    assert found[0].severity is Severity.WARNING
    assert found[0].hint
    assert report.status is Status.OK
    lines = str(report).splitlines()
    at = next(k for k, line in enumerate(lines) if f"warning[{code}]" in line)
    assert at < 9
    assert lines[at + 1].strip() == found[0].hint


@pytest.mark.parametrize("text", [
    SCENE + "variables { A at one ; λ at left }\ncomplete λ on left\n",
    SCENE + "variables { A at one ; λ at left | right }\ncomplete λ on left\ncomplete λ on right\n",
    SCENE + "variables { A at one ; λ at Sigma }\nsplit λ into μ, ν\ncomplete λ on left\n",
    "variables { A ; B ; a }\ncausal { a -> A }\n",
    ("variables { A ; a ; w }\nsplit w into u, v\ncausal { a -> A ; u -> A ; v -> A }\n"
    "assume LC : local causality\n"),
    BARE + "assume LC : local causality\nassume I : A ⊥ B\nclaim : I entail A ⊥ B\n",
    BARE + "complete λ on left | right\nassume LC : local causality\nclaim : LC entail A ⊥ B | λ\n",
])  # fmt: skip
def test_no_warning_where_nothing_is_amiss(text):
    found = lpc.check(lpc.parse(text)).diagnostics
    assert not [d for d in found if d.code in ("W404", "W405", "W406")]


def test_what_to_declare_is_enough():
    """The line that the warning suggests licenses what was refused."""
    rest = "assume LC : local causality\nclaim : LC entail A ⊥ B | λ expect {}\n"
    report = lpc.check(lpc.parse(BARE + rest.format("refuted")))
    (warning,) = [d for d in report.diagnostics if d.code == "W406"]
    (line,) = re.findall("`(.*)`", warning.hint)
    assert line == "complete λ on left"
    assert lpc.check(lpc.parse(BARE + line + "\n" + rest.format("entailed"))).status is Status.OK


def test_what_to_declare_may_be_a_new_variable():
    text = "spacetime 1+1 { one = point t = 4, x = -5 ; two = point t = 4, x = 5 }\n"
    text += "variables { A at one ; B at two }\nassume LC : local causality\n"
    report = lpc.check(lpc.parse(text + "claim : LC do not entail A ⊥ B\n"))
    (warning,) = [d for d in report.diagnostics if d.code == "W406"]
    where = "slice t = 3/2 & past(one)"
    assert f"`complete λ on {where}  # with a new variable: λ at {where}`" in warning.hint


def test_no_slice_below_the_overlap_is_suggested():
    text = "spacetime 1+1 { one = point t = 4, x = -5 ; two = point t = 4, x = 5\n"
    text += "early = slice t = -3 }\nvariables { A at one ; B at two }\n"
    text += "assume LC : local causality\nclaim : LC do not entail A ⊥ B\n"
    (warning,) = [d for d in lpc.check(lpc.parse(text)).diagnostics if d.code == "W406"]
    assert "early" not in warning.hint
    assert "complete λ on slice t = 3/2 & past(one)" in warning.hint


def test_suggest_proposes_it_too():
    text = BARE + 'assume LC : local causality\nclaim "no" : LC do not entail A ⊥ B | λ\n'
    (gap,) = suggest(lpc.parse(text), "no")
    assert gap.declare == "complete λ on left"
    assert "`complete λ on left`" in render_gaps((gap,))
    (gap,) = suggest(lpc.parse(PAIR + 'claim "no" : LC do not entail A ⊥ B | λ\n'), "no")
    assert gap.declare == ""


@pytest.mark.parametrize("path", sorted(
    (Path(__file__).resolve().parent.parent.parent / "proofs").rglob("*.lpc")
), ids=lambda p: p.stem)  # fmt: skip
def test_the_proofs_give_no_such_warning(path):
    document = lpc.load(str(path))
    assert not document.warnings


def test_common_causes_fall_short_by_name():
    text = SCENE.replace("common =", "spot = point t = 0, x = -5 ; common =")
    text += "variables { A at one ; B at two ; N at spot }\ncomplete N on spot\n"
    text += "assume CC : common causes\nclaim : CC do not entail A ⊥ B | N\n"
    (claim,) = items(text)
    assert {f.principle for f in claim.removals[0].failures} == {"common causes"}
