"""A mistake in one statement hides nothing that does not depend on it."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor

import pytest

import lpc

HEAD = """variables { A in {0, 1} ; B in {0, 1} ; a in {0, 1} ; b in {0, 1} ; λ }
assume I : A _||_ b | a, λ
assume K : B _||_ a | b, λ
"""
GOOD = 'claim "good" : I entail P(A | a, b, λ) = P(A | a, λ)\n'
ON_K = 'claim "on K" : K entail P(B | a, b, λ) = P(B | b, λ)\n'


def broken(text: str) -> lpc.DocumentError:
    with pytest.raises(lpc.DocumentError) as caught:
        lpc.parse(text)
    return caught.value


def left(text: str) -> list[str]:
    """The labels of what can be checked."""
    document = broken(text).document
    return [] if document is None else [x.label for x in document.items]


def told(text: str) -> list[str]:
    return [d.message for d in broken(text).unchecked]


@pytest.mark.parametrize(
    "wrong",
    [
        "assume J : A _||_ b | a, x",  # an unknown variable
        "assume J : A _||_ b | a, )",
        "assume J A _||_ b | a",
        "asume J : A _||_ b | a",
        "define J : P(A | a) = P(B | a)",
        "define Q(x) := P(A = x | )",
        "derive d { assuming K\n  P(A | b)\n  = P(A | , b)\n  = P(A)\n}",
        "model m { A ~ uniform {0, 1}\n  B := )\n  a := 0\n}",
        'claim "other" : K entail P(A | a',
        'title "a" "b"',
        "assume J : P(A | a, b =\nassume L : A _||_ B",
    ],
)
def test_a_mistake_elsewhere_hides_nothing(wrong):
    text = f"{HEAD}{wrong}\n{GOOD}"
    assert left(text) == ["good"]
    assert broken(text).unchecked == ()


def test_what_is_named_is_not_checked_nor_complained_of_again():
    text = f"""{HEAD}assume J : A _||_ b | a, x
define F : J and K
define G : P(A | a, b, λ) = P(A | a, λ) and F
derive d {{ assuming J, K ; P(A | a, b, λ) = P(A | a, λ) by K }}
rewrite r {{ assuming F ; P(A | a, b, λ) to P(A | a, λ) }}
claim "by name" : K entail J
claim "by definition" : G entail I
claim "of it" : K entail G
{GOOD}"""
    assert [d.code for d in broken(text).diagnostics] == ["E201"]
    assert left(text) == ["good"]
    assert told(text) == [
        "derivation d is not checked: it depends on `J` (line 4)",
        "rewrite r is not checked: it depends on `F`, and so on `J` (line 4)",
        'claim "by name" is not checked: it depends on `J` (line 4)',
        'claim "by definition" is not checked: it depends on `G`, and so on `J` (line 4)',
        'claim "of it" is not checked: it depends on `G`, and so on `J` (line 4)',
    ]


def test_a_derivation_with_a_bad_line_has_no_step():
    text = f"""{HEAD}derive d {{
  assuming I
  P(A | a, b, λ)
    = P(A | a, λ)
    = P(A | a, λ) )
}}
{GOOD}"""
    assert left(text) == ["good"]


def test_a_model_with_a_bad_line_and_all_that_is_claimed_of_it():
    text = f"""{HEAD}model m {{
  A ~ uniform {{0, 1}} ; a := 0 ; b := 0 ; λ := 0
  B := A A
  B := A
}}
model n {{ A ~ uniform {{0, 1}} ; a := 0 ; b := 0 ; λ := 0 ; B := 0 }}
claim "of m" : m satisfies I
claim "a value of m" : P(A = 0) of m = 1/2
claim "of n" : n satisfies I
"""
    assert left(text) == ["of n"]


def test_quantities_and_what_is_made_of_them():
    text = f"""{HEAD}define E(x, y) := sum[A, B] A B P(A, B | a = x, b = z)
define S := E(0, 0) + E(0, 1)
define T := P(A = 0 | a = 0, b = 0)
claim "S" : I entail S <= 2
claim "T" : I entail T <= 1
"""
    assert [d.code for d in broken(text).diagnostics] == ["E201"]
    assert left(text) == ["T"]


def test_a_name_given_twice_is_nobodys():
    text = f"{HEAD}assume I : A _||_ B\n{GOOD}{ON_K}"
    assert left(text) == ["on K"]


def test_variables_in_doubt_leave_nothing():
    assert left(HEAD.replace("a in {0, 1}", "a in {0, 0}") + GOOD) == []
    assert left(HEAD + "split λ into μ\n" + GOOD) == []
    assert left("varaibles { A ; B ; a ; b ; λ }\n" + GOOD) == []
    assert left(HEAD + "}\n" + GOOD) == []
    assert left(HEAD + "A _||_ B\n" + GOOD) == []


PLACES = """spacetime 1+1 {
  Sigma = slice t = 0
  one = point t = 4, x = -5
  two = point t = 4, x = 5
}
variables {
  A in {0, 1} at one ; B in {0, 1} at two ; a in {0, 1} at one ; b in {0, 1} at two ; λ at Sigma
}
complete λ on Sigma
assume LC : local causality
assume I : A _||_ b | a, λ
define T := P(A = 0)
model n { A ~ uniform {0, 1} ; a := 0 ; b := 0 ; λ := 0 ; B := 0 }
claim "by LC" : LC entail P(A | a, b, λ) = P(A | a, λ)
claim "by I" : I entail P(A | a, b, λ) = P(A | a, λ)
claim "n is local" : n is local in spacetime
claim "n obeys LC" : n satisfies LC
claim "n obeys I" : n satisfies I
claim "T" : T of n = 1/2
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("complete λ on Sigma", "complete λ on Sgma"),
        ("complete λ on Sigma", "complete λ, on Sigma"),
        ("complete λ on Sigma", "complte λ on Sigma"),
        ("point t = 4, x = 5", "point t = 4, y = 5"),
        ("point t = 4, x = 5", "piont t = 4, x = 5"),
        ("A in {0, 1} at one", "A in {0, 1} at won"),
        ("λ at Sigma", "λ"),
    ],
)
def test_a_mistake_in_the_structure_leaves_what_is_claimed_of_values(right, wrong):
    lpc.parse(PLACES)
    text = PLACES.replace(right, wrong)
    assert len(broken(text).diagnostics) == 1
    assert left(text) == ["n obeys I", "T"]


def test_a_graph_takes_its_latents_with_it():
    text = """variables { A in {0, 1} ; B in {0, 1} ; a }
causal { latent u ; u -> A, B ; A -> A }
assume LC : local causality
assume U : A _||_ B | u
model m { A ~ uniform {0, 1} ; B := A ; a := 0 ; u := A }
model n { A ~ uniform {0, 1} ; B := A ; a := 0 }
claim "U" : m satisfies U
claim "value" : P(A = 0) of n = 1/2
claim "latent" : P(A = 0) of m = 1/2
"""
    assert left(text) == ["value"]
    unread = text.replace("A -> A", "A -> )")
    assert [d.span.line for d in broken(unread).diagnostics] == [2]
    assert left(unread) == ["value"]


def test_after_a_brace_that_is_not_closed_nothing_is_checked():
    text = (
        f'{HEAD}claim "before" : I entail P(A | a, b, λ) = P(A | a, λ)\nmodel m {{ A := 0\n{GOOD}'
    )
    assert left(text) == ["before"]
    assert told(text) == [
        'claim "good" is not checked: it depends on where the statement before it ends (line 5)'
    ]


def test_a_text_that_is_not_closed_may_hide_a_statement():
    text = f'{HEAD}claim "x : I entail K ; assume L : A _||_ B\n{GOOD}'
    assert left(text) == []
    assert left(f'{HEAD}claim "x : I entail K\n{GOOD}') == ["good"]


def test_the_line_after_one_that_ends_too_early_may_be_a_statement():
    assert left(f"{HEAD}assume J :\n  P(A | a) = P(A)\n{GOOD}") == ["good"]
    assert left(f"{PLACES}assume J :\ncmplete λ on Sigma\n") == ["n obeys I", "T"]


def test_more_errors_than_are_kept():
    many = "".join(f"assume J{k} : A _||_ x{k}\n" for k in range(70))
    on_last = 'claim "on the last" : J69 entail I\n'
    assert left(f"{HEAD}{many}{on_last}{GOOD}") == ["good"]
    syntax = "".join(f"assume J{k} : A _||_ )\n" for k in range(70))
    assert left(f"{HEAD}{syntax}{on_last}{GOOD}") == ["good"]
    assert left(f"{HEAD}{syntax}assume K : A _||_ B\n{ON_K}{GOOD}") == ["good"]


def test_where_too_much_means_nothing_the_rest_is_not_read():
    assert left(f"{HEAD}{GOOD}{'§' * 200}\n") == []
    assert left(f"{HEAD}{GOOD}title {'§' * 200}\n") == []
    assert left(f"{HEAD}{GOOD}title {'§' * 20}\n") == ["good"]


def test_a_bracket_that_swallows_a_keyword_may_hide_a_statement():
    assert left(f"{HEAD}assume J : P(A | a\n  complete = λ on S\n{GOOD}") == []
    assert left(f"{HEAD}assume J : P(A | a\n{GOOD}") == ["good"]


def test_an_undecided_claim_is_not_reported():
    text = f"{HEAD}assume J : A _||_ )\nclaim : M2 entail I\n"
    assert left(text) == []
    game = """variables { A in {0, 1} ; B in {0, 1} ; a in {0, 1} ; b in {0, 1} }
define E(x, y) := sum[A, B] (1 - 2 A) (1 - 2 B) P(A, B | a = x, b = y)
define S := E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1) )
causal { latent u ; u, a -> A ; u, b -> B }
assume LC : local causality
model m { A ~ { 0 : 1/2, 1 : 1/2 } ; a := 0 ; b := 0 ; B := A }
claim "m" : m satisfies LC
"""
    report = lpc.check(broken(game).document)
    assert [i.verdict.value for i in report.items] in (["holds"], [])


def test_an_error_goes_through_a_pool_of_processes():
    text = f"{HEAD}assume J : A _||_ x\n{GOOD}{ON_K}claim : J entail I\n"
    error = broken(text)
    with ProcessPoolExecutor(1) as pool, pytest.raises(lpc.DocumentError) as caught:
        pool.submit(lpc.parse, text).result()
    again = caught.value
    assert again.diagnostics == error.diagnostics
    assert again.document.items == error.document.items
    assert again.unchecked == error.unchecked != ()


# The doors.

FILE = f'{HEAD}assume J : A _||_ x\n{GOOD}claim "on J" : J entail I\n'


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "broken.lpc"
    found.write_text(FILE, encoding="utf-8")
    return found


def test_check_of_a_path(path):
    report = lpc.check(path)
    assert [i.name for i in report.items] == ["good"]
    assert report.status.value == "error"
    assert [d.code for d in report.diagnostics] == ["E201", "W408"]
    assert lpc.check(str(path)) == report
    assert lpc.check(path.with_name("none.lpc")).status.value == "error"


def test_the_command_line(path, run_lpc):
    done = run_lpc("check", path)
    assert done.returncode == 2
    assert "1 error; 1 not checked; the one other step or claim comes out as stated" in done.stdout
    assert 'claim "on J" is not checked: it depends on `J` (line 4)' in done.stdout
    assert "I entail P(A | a, b, λ) = P(A | a, λ)" in done.stdout
    data = json.loads(run_lpc("check", path, path, "-j", "2", "--output-format", "json").stdout)
    (file,) = data["files"]
    assert file["status"] == "error"
    assert [i["verdict"] for i in file["items"]] == ["entailed"]
    junit = run_lpc("check", path, "--output-format", "junit").stdout
    assert 'tests="3" failures="0" errors="1" skipped="1"' in junit
    sarif = json.loads(run_lpc("check", path, "--output-format", "sarif").stdout)
    assert [r["ruleId"] for r in sarif["runs"][0]["results"]] == ["E201", "W408"]


def test_a_report_and_what_stays_strict(path, tmp_path, run_lpc):
    page = tmp_path / "page.html"
    assert run_lpc("report", path, "-o", page).returncode == 2
    assert "not checked: it depends on" in page.read_text(encoding="utf-8")
    assert run_lpc("certify", path, "-o", tmp_path / "out").returncode == 2
    assert not (tmp_path / "out").exists()
    assert run_lpc("fmt", path).returncode == 0  # it parses
    path.write_text(FILE.replace("A _||_ x", "A _||_ )"), encoding="utf-8")
    assert run_lpc("fmt", path).returncode == 2


pytest_plugins = ("pytester",)


def test_the_plugin(pytester, path):
    pytester.makefile(".lpc", room=FILE)
    done = pytester.runpytest_subprocess("room.lpc")
    done.assert_outcomes(passed=1, failed=1)
