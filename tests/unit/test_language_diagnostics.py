"""Every diagnostic at its line and column; `{…}` in a text marks where it must point."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lpc.language import DocumentError, load, parse, render_diagnostic
from lpc.language.codes import CODES
from lpc.logic import Diagnostic, Severity, Span

V = "variables { A ; B ; a ; b ; λ }\n"
S = "spacetime 1+1 { one = point t = 0, x = 0 }\n"
W = "variables { A in {-1, +1} ; a in {0, 1} ; b in {0, 1} ; w in {up, down} }\n"
MARK = "¶"
MANY = ", ".join(f"v{k}" for k in range(101))
MANY = f"variables {{ {MANY} }}\ncausal {{ ¶{MANY} -> {MANY} }}"
NO_PLACE = "variables { A at one ; ¶b }\nassume LC : local causality\nassume X : A ⊥ b"

# (code, text with the mark before the place, part of the message, label or hint)
CASES = [
    ("E104", "¶# only a comment", "nothing to check"),
    ("E105", V + "assume X : P(A | ¶) = P(A)", "expected a name"),
    ("E105", V + "split λ ¶in a, b", "expected `into`"),
    ("E105", "complete λ ¶onn left", "did you mean `on`"),
    ("E105", "¶foo bar", "does not begin a statement"),
    ("E105", V + "define D : P(A) = P(A) ¶= P(A)", "one `=` in a formula"),
    ("E105", V + "assume X : A B ¶⊥ a", "divided by commas"),
    ("E106", V + "assume X : A ⊥ ¶“B”", "straight quotes"),
    ("E106", V + "assume X : A ¶\0 B", "invisible character U+0000"),
    ("E107", "variables ¶{ A ; B\nassume X : A ⊥ B", "never closed"),
    ("E107", V + "assume X : P¶(A | B = P(A)", "never closed"),
    ("E107", "variables { A in ¶{0, 1 ; B }", "never closed"),
    ("E107", "variables {\n  A in ¶{0, 1\n  B\n}", "never closed"),
    ("E108", V + "¶}", "closes nothing"),
    ("E108", V + "assume X : P(A) ¶) = P(A)", "closes nothing"),
    ("E109", 'title ¶"open', "not closed"),
    ("E110", V + "assume X : P(A | a) ¶== P(A)", "write `=`"),
    ("E107", V + "assume X : P¶(A] = P(A)", "never closed"),
    ("E111", V + "assume X ¶P(A | a) = P(A)", "colon"),
    ("E111", V + 'claim "x" ¶X entail X', "colon"),
    ("E112", V + "derive d { P(A) = P(A) ¶by\n}", "after `by`"),
    ("E112", V + "derive d {\n P(A)\n = P(A) ¶by\n = P(A) by bayes }", "after `by`"),
    ("E113", "¶dervie d { P(A) = P(A) }", "did you mean `derive`"),
    ("E113", V + "claim : X ¶entials Y", "did you mean `entails`"),
    ("E113", "spacetime 1+1 { p = ¶piont t = 0, x = 0 }", "did you mean `point`"),
    ("E114", V + "assume X : P(A ¶B | a) = P(A)", "one `|` divides"),
    ("E115", V + "assume X : " + "(" * 99 + "¶(P(A))" + ")" * 99 + " = P(A)", "nested too deeply"),
    ("E116", "variables { A in {¶" + "1" * 1001 + "} }", "1001 digits"),
    ("E117", V + "assume ¶part : A ⊥ B", "reserved word"),
    ("E117", "spacetime 1+1 { ¶t = slice t = 0 }", "word of the geometry"),
    ("E118", V + 'derive d { P(A) = P(A) "x" ¶"y" }', "second label"),
    ("E120", V + r"assume X : ¶\foo ⊥ A", "not a Greek letter"),
    ("E122", f"variables {{ A ; ¶{'a' * 201} }}", "201 characters"),
    ("E121", V + "assume X :¶\n  P(A) = P(B)", "ends too early"),
    ("E121", "model m {\n  d := a and¶\n}", "ends too early"),
    ("E201", V + "assume X : A ⊥ ¶λ_q", "no variable `λ_q`"),
    ("E201", "variables { λ_a }\nassume X : positive ¶lambda_b", "did you mean `λ_a`"),
    ("E201", V + "assume X : A ⊥ ¶𝜆", "did you mean `λ`"),
    ("E201", V + "causal { a -> ¶C }", "no variable `C`"),
    ("E202", V + "derive d { assuming ¶LC ; P(A) = P(A) }", "no assumption or definition"),
    ("E202", V + "define SI : A ⊥ b\nclaim : ¶Sl entail SI", "did you mean `SI`"),
    ("E202", V + "derive d { P(A) = P(A) by bayes, ¶X }", "no assumption or definition"),
    ("E203", "variables { A ; ¶A }", "declared twice"),
    ("E203", V + "assume X : A ⊥ B\ndefine ¶X : A ⊥ b", "given twice"),
    ("E203", V + "derive d { P(A) = P(A) }\nderive ¶d { P(A) = P(A) }", "given twice"),
    ("E203", "spacetime 1+1 { p = slice t = 0 ; ¶p = slice t = 1 }", "declared twice"),
    ("E204", V + "assume X : P(A, a | ¶a) = P(A)", "both sides of the bar"),
    ("E204", V + "assume X : P(A | a, ¶a) = P(A)", "stands here twice"),
    ("E205", V + "assume X : A ⊥ b | ¶A", "two places"),
    ("E206", V + "define PI : P(B | a, b, λ) = P(¶A | b, λ)", "did you mean P(B | b, λ)?"),
    ("E206", V + "derive d { P(A, ¶B | a)\n = P(A | a) }", "B on the left only"),
    ("E206", V + "rewrite r { P(A) to P(A) P(¶B) }", "B on the right only"),
    ("E206", V + "claim : entail P(A) = P(¶B)", "A on the left only"),
    ("E207", S + NO_PLACE, "no place"),
    ("E208", V + "assume LC : ¶local causality", "spacetime"),
    ("E208", V + "assume CC : ¶common causes", "spacetime"),
    ("E209", S + V + "¶causal { a -> A }", "not both"),
    ("E210", V + "causal { a -> b ; b -> ¶a }", "a -> b -> a"),
    ("E210", "split x into y, p\nsplit ¶y into x, q", "part of itself"),
    ("E210", V + "define C : D\ndefine ¶D : C", "by way of itself"),
    ("E211", "variables { A in {1, ¶1.0} }", "listed twice"),
    ("E212", V + "derive d { P(A) = P(A) expect ¶entailed }", "identity, licensed, refuted"),
    ("E212", V + "define D : A ⊥ b\nclaim : entail D expect ¶licensed", "entailed, refuted"),
    ("E213", "variables { A in {¶1/0} }", "divides by zero"),
    ("E214", V + "assume X : ¶A = P(B)", "P(A | …)"),
    ("E215", V + "define X : ¶local causality", "by itself"),
    ("E215", V + "assume X : ¶common causes and A ⊥ b", "assume CC : common causes"),
    ("E216", 'title "a"\n¶title "b"', "second `title`"),
    ("E217", "split x into y, ¶y", "named twice"),
    ("E217", "split x into y, z\npart q of ¶x", "taken apart twice"),
    ("E218", V + "assume X : ¶f(A) = P(A)", "not a function"),
    ("E219", MANY, "arrows"),
    ("E203", V + "define q(x, ¶x) := x", "parameter `x` is given twice"),
    ("E203", V + "define ¶sqrt(x) := x", "function of the language"),
    ("E210", V + "define p := q + 1\ndefine ¶q := p", "by way of itself"),
    ("E212", V + "model m { }\nclaim : m satisfies D expect ¶licensed\ndefine D : A ⊥ b", "holds"),
    ("E240", V + "model m { a := ¶b ; b := 1 }", "before it has a value"),
    ("E240", V + "model m { a := ¶r ; fresh r := 1 }", "before it has a value"),
    ("E241", V + "model m { a := 1 ; ¶a := 1 }", "given a value twice"),
    ("E241", "split w into x, y\nmodel m { x := 1 ; ¶w := (1, 2) }", "by way of `x`"),
    ("E242", V + "model m { a := ¶P(A) }", "a probability cannot stand in a model"),
    ("E242", V + "model m { a := ¶sum[A] 1 }", "a sum over values cannot"),
    ("E242", V + "define q := 1\nmodel m { a := ¶q }", "quantity `q` cannot"),
    ("E243", V + "define q := P(A = 1 | ¶a)", "has no value here"),
    ("E243", V + "define q := sum[A] A P(A) ¶B", "sum[B]"),
    ("E244", V + "define q(x) := x\ndefine p := ¶q", "takes 1 argument"),
    ("E244", V + "define q := ¶sqrt(1, 2)", "given 2"),
    ("E245", V + "define q := 1\nclaim : q of ¶m = 1", "no model `m`"),
    ("E245", V + "define D : A ⊥ b\nclaim : ¶D satisfies D", "not a model"),
    ("E246", V + "model m { }\nclaim : m is local in ¶spacetime", "no `spacetime`"),
    ("E246", V + "model m { }\nclaim : m is local in ¶causal", "no `causal` graph"),
    ("E247", V + "model m { fresh ¶a := 1 }", "not a fresh one"),
    ("E201", V + "model m { ¶c := 1 }", "write `fresh c`"),
    ("E201", V + "model m { a := ¶c }", "no variable `c`"),
    ("E201", V + "define q := ¶c", "no variable `c`"),
    ("E203", V + "model m { }\nmodel ¶m { }", "given twice"),
    ("E207", S + "variables { A at one ; ¶b }\nmodel m { b := 1 }\n"
             "claim : m is local in spacetime", "no place"),
    ("E218", V + "model m { a := 1 ; b := ¶a (1) }", "not a function"),
    ("E301", S + "variables { A at one }\nmodel m { A := 1 }\nclaim : m is local in ¶tow", "tow"),
    ("E263", V + "derive d { 1 = ¶sum[λ] sum[λ] P(λ) }", "summed over twice"),
    ("E290", V + "derive d { 1 = ¶sum[λ] P(A) }", "something without it"),
    ("E290", V + "derive d { sum[A] P(A) = ¶|P(B)| }", "an absolute value"),
    ("E290", V + "derive d { P(A | ¶a = 1) = P(A) }", "which declares none"),
    ("E290", W + "derive d { P(A | ¶a = b) = P(A) }", "the value of another variable"),
    ("E253", W + "derive d { P(A | ¶a = 2) = P(A) }", "its values are 0, 1"),
    ("E253", W + "define q(x) := P(A = 1 | a = x)\nderive d { ¶q(2) = P(A) }", "in `q`"),
    ("E204", W + "split c into a, b\nderive d { ¶P(A | a = 1, c) = P(A) }", "two values"),
    ("E254", W + "derive d { sum[w] ¶w P(w) = 1 }", "a word"),
    ("E210", W + "define ¶q := q\nderive d { q = P(A) }", "by way of itself"),
    ("E290", V + "assume X : ¶P(A) <= P(B)", "an inequality"),
    ("E243", V + "claim : entail P(¶A) <= 1", "no declared values"),
    ("E244", V + "define q(x) := x\nclaim : entail ¶q(1, 2) <= 1", "1 argument"),
    ("E290", V + "assume X : ¶sum[A] P(A) = P(B)", "a sum over values"),
    ("E117", V + "derive d { ¶assume LC ; P(A) = P(A) }", "write `assuming`"),
    ("E105", V + "derive d { LC ¶; P(A) = P(A) }", "write `assuming LC`"),
    ("E105", V + "rewrite r { LC¶, SI\n P(A) to P(A) }", "write `assuming LC`"),
    ("E121", V + "derive d {\n LC¶\n P(A)\n = P(A) }", "write `assuming LC`"),
    ("E111", V + "assume LC¶", "write `assuming LC`"),
    ("E117", V + "derive d { P(A) = P(A) by ¶local causality }", "`by LC` after `assume LC"),
    ("E117", V + "derive d { P(A) = P(A) by bayes, ¶local causality }", "`LC` after `assume LC"),
    ("E117", V + "derive d { assuming ¶local causality ; P(A) = P(A) }", "`assuming LC` after"),
    ("E117", V + "claim : ¶local causality entail A ⊥ b", "name the assumption"),
    ("E117", V + "derive d { P(A) = P(A) by ¶common causes }", "`by CC` after `assume CC"),
    ("E117", V + "derive d { assuming ¶common causes ; P(A) = P(A) }", "`assuming CC` after"),
    ("E117", V + "claim : ¶common causes entail A ⊥ b", "name the assumption"),
    ("E117", V + "define X : ¶common causes", "name the assumption"),
    ("E106", V + "assume X : A ¶_|_ B", "written `_||_`"),
    ("E105", V + "assume X : A ¶|| B", "written `_||_`"),
    ("E105", V + "assume X : A ¶|_| B", "written `_||_`"),
    ("E113", V + "claim : LC ¶implies A ⊥ b", "did you mean `entail`"),
    ("E113", V + "claim : LC ¶implies P(A | b) = P(A)", "did you mean `entail`"),
    ("E105", V + "claim : LC ¶=> A ⊥ b", "write `entail`"),
    ("E105", V + 'derive ¶"Eq 2" { P(A) = P(A) }', 'derive name "Eq 2" {'),
    ("E105", V + 'model ¶"m" { a := 1 }', 'model name "m" {'),
    ("E201", V + "derive d { P(A | a) = P(A) ¶because LC }", "did you mean `by`"),
    ("E201", V + "derive d {\n sum[A] P(A)\n = 1 ¶using }", "did you mean `by`"),
    ("E113", V + "derive d { P(A | a) = P(A) ¶because LC, SI }", "did you mean `by`"),
    ("E290", W + "define X : ¶P(A = 1) = 1 and P(A | a) = P(A)", "not joined by `and`"),
    ("E290", W + "define Y : P(A = 1) = 1\ndefine X : ¶Y and P(A | a) = P(A)", "not joined"),
    ("E290", W + "claim : entail P(A | a) = P(A) and ¶P(A = 1) = 1", "not joined by `and`"),
    ("E301", S + "variables { A at ¶tow }", "no region `tow`"),
    ("E301", "spacetime 1+1 { p = past(¶q) ; q = slice t = 0 }", "only later"),
    ("E302", "variables { A at ¶one }", "needs a spacetime"),
    ("E302", V + "complete λ on ¶left", "needs a spacetime"),
    ("E303", "spacetime 3+1 { p = ¶point t = 0, x = 1 }", "x = 0, y = 0, z = 0"),
    ("E303", "spacetime 2+1 { p = ¶segment t = 0, x = 0 to 1 }", "1+1"),
    ("E303", "spacetime 1+1 { p = point t = 0, x = 1, ¶x = 2 }", "given twice"),
    ("E304", "spacetime 1+1 { p = ¶slice t = 0 & slice t = 1 }", "empty"),
    ("E305", "spacetime 1+1 { p = ¶ball t = 0, x = 0, r = -1 }", "negative radius"),
    ("E306", "¶spacetime 0+1 { }", "no spacetime 0+1"),
    ("E306", "¶spacetime 1+3 { }", "write `spacetime 3+1`"),
]  # fmt: skip


def errors(text):
    with pytest.raises(DocumentError) as error:
        parse(text)
    return error.value


@pytest.mark.parametrize(("code", "marked", "says"), CASES)
def test_place_and_text(code, marked, says):
    before, text = marked.split(MARK)[0], marked.replace(MARK, "")
    found = errors(text)
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    codes = [(d.code, d.span.line, d.span.column) for d in found.diagnostics]
    assert codes == [(code, *place)]
    shown = render_diagnostic(found.diagnostics[0], "f.lpc", found.source)
    assert says in shown
    assert f"f.lpc:{place[0]}:{place[1]}" in shown
    assert "__" not in shown
    assert not re.search(r"\b(LPAR|RBRACE|NAME|SEP|COLON)\b", shown)


def test_every_code_is_registered_and_used():
    package = Path(parse.__code__.co_filename).parent
    sources = [p.read_text(encoding="utf-8") for p in package.glob("*.py") if p.stem != "codes"]
    used = set(re.findall(r'"([EW]\d{3})"', "\n".join(sources)))
    assert used == set(CODES)
    elsewhere = {"E101", "E102", "E103", "E119"}
    evaluation = {c for c in CODES if "E250" <= c <= "E262"}  # see test_models_language.py
    evaluation |= {c for c in CODES if "E270" <= c <= "E279"}  # see test_quantum.py
    elsewhere |= {"W404", "W405"}  # see test_claims_like_steps.py
    elsewhere |= {"W408"}  # see test_partial.py
    assert {c for c, _, _ in CASES} | elsewhere | evaluation == set(CODES)


def test_all_errors_of_a_file_in_one_run_in_order():
    text = V.replace("λ", "λ ; (") + "assume X P(A)\ndervie\nderive d {\n P(A\n}\ntitle"
    lines = [d.span.line for d in errors(text).diagnostics]
    assert lines == [1, 2, 3, 5, 7]


def test_all_semantic_errors_in_one_run():
    text = V + "assume X : A ⊥ q\nassume Y : A ⊥ r\nclaim : Z entail W"
    assert [d.span.line for d in errors(text).diagnostics] == [2, 3, 4, 4]


def test_every_bad_step_of_a_derivation_is_reported():
    text = V + "derive d {\n P(A)\n = P(A\n = P(B |)\n = P() by bayes\n = P(A)\n}"
    assert [d.span.line for d in errors(text).diagnostics] == [4, 5, 6] or [
        d.span.line for d in errors(text).diagnostics
    ] == [4]


def test_unknown_names_do_not_also_differ():
    found = errors(V + "assume X : P(A | a) = P(Q | a)").diagnostics
    assert [d.code for d in found] == ["E201"]


def test_a_cited_name_out_of_scope_is_the_checkers_business():
    parse(V + "assume X : A ⊥ b | a\nderive d { P(A | a, b) = P(A | a) by X }")


def test_definitions_may_be_assumed():
    parse(V + "define D : A ⊥ b\nderive d { assuming D ; P(A, b) = P(A) P(b) by D }\n"
          "claim : D entail D")  # fmt: skip


def test_common_causes_need_places_too():
    text = S + "variables { A at one ; b }\nassume CC : common causes\nassume X : A ⊥ b"
    (found,) = errors(text).diagnostics
    assert (found.code, found.message) == ("E207", "`b` has no place, but common causes need one")


def test_places_are_needed_only_where_local_causality_speaks():
    parse(S + "variables { A at one ; b ; c }\nassume LC : local causality\ndefine D : A ⊥ b")
    parse(S + "variables { A at one ; b }\nassume X : A ⊥ b")


def test_the_equation_may_drop_what_is_given():
    parse(V + "assume X : P(A | a, b) = P(A)")


def test_composites_count_by_their_atoms():
    parse("split w into x, y\nassume X : P(w) = P(x) P(y | x)")
    found = errors("split w into x, y\nassume X : P(w) = P(x)").diagnostics
    assert [(d.code, d.span.column) for d in found] == [("E206", 14)]


def test_limit_on_errors():
    found = errors("foo\n" * 1000).diagnostics
    assert len(found) == 51
    assert found[-1].code == "E119"
    assert found[-1].message == "… and 950 more errors"


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"title \xff", 1, 7),
        ('title "λ"\r\n  é'.encode() + b"\xfe", 2, 4),
        (b"\xef\xbb\xbf\xff", 1, 1),
    ],
)
def test_bytes_that_are_not_utf8(tmp_path, data, line, column):
    path = tmp_path / "bad.lpc"
    path.write_bytes(data)
    with pytest.raises(DocumentError) as error:
        load(path)
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == ("E101", line, column)
    assert error.value.path == str(path)


def test_files_that_cannot_be_read(tmp_path):
    big = tmp_path / "big.lpc"
    big.write_bytes(b"#" * 5_000_001)
    for path, code in [(tmp_path, "E102"), (tmp_path / "no.lpc", "E102"), (big, "E103")]:
        with pytest.raises(DocumentError) as error:
            load(path)
        assert error.value.diagnostics[0].code == code
    with pytest.raises(DocumentError):
        load("nul\0byte")


def test_rendering_wide_and_combining_characters_and_tabs():
    diagnostic = Diagnostic(Severity.ERROR, "E201", "m", Span(1, 6, 1, 7))
    lines = render_diagnostic(diagnostic, "f", "\t漢e\u0301 x").split("\n")
    assert lines[3].index("x") == 13
    assert lines[4] == "   | " + " " * (4 + 2 + 1 + 1) + "^"


def test_rendering_cuts_long_lines_and_control_characters():
    source = "a" * 5000 + "\x1b[31m" + "b" * 5000
    diagnostic = Diagnostic(Severity.ERROR, "E201", "m", Span(1, 5001, 1, 5002), "here")
    text = render_diagnostic(diagnostic, "f", source)
    assert max(map(len, text.split("\n"))) < 130
    assert "\x1b" not in text
    assert text.split("\n")[3].index(r"\x1b") == text.split("\n")[4].index("^")


def test_rendering_in_ascii():
    diagnostic = Diagnostic(Severity.ERROR, "E201", "no `λ` …", Span(1, 1, 1, 2))
    render_diagnostic(diagnostic, "f", "λ", ascii=True).encode("ascii")


def test_rendering_without_a_source_line():
    diagnostic = Diagnostic(Severity.ERROR, "E102", "cannot", Span(1, 1, 1, 1), "label", "hint")
    text = render_diagnostic(diagnostic, "f", "")
    assert text == "error[E102]: cannot\n  --> f:1:1\n   = label\n   = help: hint"


@pytest.mark.parametrize(
    "text",
    [
        "spacetime 1+1 {\n  source = point t = 0, x = 0\n}\nvariables { A }\n",
        "variables { A }\nmodel m {\n  source ~ uniform {0, 1}\n}\n",
        "variables {\n  title in {0, 1}\n}\n",
    ],
)
def test_a_keyword_used_as_a_name_in_a_block_is_the_one_error(text):
    found = errors(text)
    line = next(k for k, row in enumerate(text.splitlines(), 1) if row[:2] == "  ")
    places = [(d.code, d.span.line, d.span.column) for d in found.diagnostics]
    assert places == [("E117", line, 3)]


@pytest.mark.parametrize("equation", ["P(A | a) = 1", "1 = P(A | a)", "P(A | a) - P(A | b) = 0"])
def test_what_equals_a_number_does_so_at_all_values(equation):
    """No E206: a number speaks of no variable, so the equation is of all values of its own."""
    parse(V + f"claim : entail {equation}")
