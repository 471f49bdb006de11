"""What the statements of the language mean as a document."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from lark import Lark

from lpc.language import format_text, load, parse
from lpc.language import syntax as s
from lpc.language.reader import KeepTrivia, grammar_text, parse_tree, tokens
from lpc.logic import (
    CommonCauses,
    Conjunction,
    Determined,
    Independent,
    LocalCausality,
    Positive,
    Reference,
)
from lpc.spacetime import Space

DATA = Path(__file__).resolve().parent.parent / "data" / "language"
VARIABLES = "variables { A ; B ; a ; b ; λ ; λ_a }\n"


def formula(text):
    return parse(VARIABLES + f"assume X : {text}").assumptions["X"].formula


def expression(text):
    tree, diagnostics = parse_tree(f"define q := {text}")
    assert diagnostics == ()
    return tree.statements[0].body


def test_reference_core():
    document = load(DATA / "reference_core.lpc")
    assert document.title == "Bell's scenario, with apparatus microstates"
    assert document.reference == "reference file"
    assert [v.name for v in document.variables] == ["A", "B", "a", "b", "λ", "λ_a", "λ_b"]
    assert document.variables[0].values == (Fraction(-1), Fraction(1))
    assert document.variables[0].note == "result in region 1"
    assert set(document.scene.regions) == {"Σ", "one", "two", "set1", "set2", "left", "right"}
    assert document.scene.places["λ_a"] == document.scene.regions["left"]
    assert [c.written for c in document.scene.complete] == [("λ", "λ_a"), ("λ", "λ_b")]
    assert document.graph is None
    assert isinstance(document.assumptions["LC"].formula, LocalCausality)
    printed = document.assumptions["MI_b_printed"].formula
    assert str(printed) == "P(λ_b | a, A) = P(λ_b)"
    main = next(item for item in document.items if getattr(item, "name", "") == "main")
    assert main.assuming == ("LC", "MI_a", "MI_b")
    assert [step.label for step in main.steps] == ["Eq. 24", None, "Eq. 1"]
    assert main.steps[0].cited.words == ("product rule",)
    assert main.steps[1].cited.names == ("LC", "MI_a")
    assert main.steps[0].span.line == 52
    alone = next(item for item in document.items if getattr(item, "name", "") == "alone")
    assert alone.steps[0].expect == "refuted"
    assert [item.entails for item in document.items[-5:]] == [True, True, False, True, False]
    assert len(document.items) == 9


def test_sums_and_inequalities_are_read():
    document = load(DATA / "reference_bell.lpc")
    assert len(document.items) == 7
    assert str(document.items[2].formula) == "|S| <= 2"


@pytest.mark.parametrize("bar", ["|", "∣", "｜", r"\mid", r"\vert"])
def test_spellings_of_the_bar(bar):
    assert str(formula(f"P(A {bar} a, b) = P(A {bar} a)")) == "P(A | a, b) = P(A | a)"


@pytest.mark.parametrize("sign", ["_||_", "⊥", "⟂", "⫫", r"\perp", r"\perp\!\!\!\perp"])
def test_spellings_of_independence(sign):
    assert formula(f"A {sign} b, B | a") == Independent(("A",), ("b", "B"), ("a",))


def latex_spellings():
    """Every sign of the grammar beside each LaTeX command that the grammar lists for it."""
    grammar = Lark(grammar_text(), start="statement", lexer="basic", postlex=KeepTrivia())
    for terminal in grammar.terminals:
        pattern = terminal.pattern.to_regexp()
        if terminal.name == "NAME" or terminal.name.startswith("__"):
            continue
        for group in re.findall(r"\\\\\(?(?:\?:)?([A-Za-z]+(?:\|[A-Za-z]+)*)", pattern):
            yield from ((terminal.name, "\\" + command) for command in group.split("|"))


@pytest.mark.parametrize(("terminal", "command"), sorted(set(latex_spellings())))
def test_latex_spellings_of_signs(terminal, command):
    assert [token.type for token in tokens(f"a {command} b")] == ["NAME", terminal, "NAME"]


def test_latex_in_regions_and_models():
    ascii_text = "spacetime 1+1 { p = point t = 1, x = 0 ; R = past(p) & past(p) }\n"
    ascii_text += "variables { a in {0, 1} }\nmodel m { a ~ uniform {0, 1} }"
    latex = ascii_text.replace("&", r"\cap").replace("~", r"\sim")
    assert format_text(latex) == format_text(ascii_text)


def test_latex():
    text = r"P\left( A,\, B \mid a,\; \lambda_{a} \right) = P(A | a) \cdot P(B | \lambda_a)"
    assert str(formula(text)) == "P(A, B | a, λ_a) = P(A | a) P(B | λ_a)"


def test_formulas():
    assert formula("positive a, b") == Positive(("a", "b"))
    assert formula("A determined by a, λ") == Determined(("A",), ("a", "λ"))
    two = parse(VARIABLES + "define D : A ⊥ B\nassume X : D and A ⊥ b").assumptions["X"].formula
    assert two == Conjunction((Reference("D"), Independent(("A",), ("b",))))


@pytest.mark.parametrize(
    "text",
    [
        "variables { a\n\n b ; c }",
        "variables {\n a\n b ;; c ;\n}",
        "variables\n{ a ; b\n c }",
        "variables { a in {0,\n 1} ; b ; c }",
        "variables { a, b, c }",
    ],
)
def test_separators_in_a_block(text):
    assert [v.name for v in parse(text).variables] == ["a", "b", "c"]


def test_a_derivation_in_one_line_and_in_many():
    one = VARIABLES + 'derive d { assuming X P(A | a) = P(A) "x" by X = P(A) expect identity }\n'
    many = (
        VARIABLES
        + 'derive d {\n assuming X ;\n P(A\n | a)\n = P(A) by\tX "x"\n= P(A)\nexpect identity }\n'
    )
    rest = "assume X : A ⊥ a"
    first, second = (parse(text + rest).items[0] for text in (one, many))
    assert [(x.left, x.right, x.label, x.expect) for x in first.steps] == [
        (x.left, x.right, x.label, x.expect) for x in second.steps
    ]


def test_words_of_the_geometry_are_names_elsewhere():
    text = "variables { t ; x ; past ; slice ; product }\nassume X : t ⊥ x | past, slice, product"
    assert parse(text).assumptions["X"].formula == Independent(
        ("t",), ("x",), ("past", "slice", "product")
    )


def test_common_causes_is_a_principle_after_the_colon_of_assume_and_two_names_elsewhere():
    document = parse("""
    spacetime 1+1 { common = point t = 0, x = 0 ; causes = point t = 1, x = 5 }
    variables { common at common ; causes at causes }
    complete common on common
    assume CC : common causes "Reichenbach"
    assume I : common ⊥ causes
    assume J : I and CC
    claim : CC entail common ⊥ causes
    """)
    assert document.assumptions["CC"].formula == CommonCauses()
    assert document.assumptions["I"].formula == Independent(("common",), ("causes",))
    assert document.assumptions["J"].formula == Conjunction((Reference("I"), Reference("CC")))


def test_geometry():
    document = parse("""
    spacetime 1+1 {
      p = point t = 0, x = -1/2 ; q = point t = 4, x = (0.5)
      s = segment t = 0, x = -3 to 3
      same = segment t = 0, x = -3 .. 3
      again = segment t = 0, -3 <= x <= 3
      b = ball t = 0, x = 0, r = 3
      d = diamond p to q
      e = diamond point t = 0, x = -1/2 to point t = 4, x = 0.5
      all = slice t = 0
      cut = all & past(q) | b - p
      group = (all - b) - past(diamond p to q)
    }
    variables { A at point t = 4, x = -5 "here" ; B at past(q) & all }
    complete B on all & past(q)
    """)
    space, regions = Space(1), document.scene.regions
    assert regions["p"] == space.point(0, [Fraction(-1, 2)])
    assert regions["s"] == regions["same"] == regions["again"] == regions["b"]
    assert regions["d"] == regions["e"] == space.diamond(regions["p"], regions["q"])
    cut = ((regions["all"] & space.past(regions["q"])) | regions["b"]) - regions["p"]
    assert regions["cut"] == cut
    assert document.scene.places["A"] == space.point(4, [-5])
    assert document.variables[0].note == "here"


def test_geometry_in_more_dimensions():
    regions = parse("""spacetime 3+1 {
      p = point t = 0, x = 1, y = 2, z = 3
      q = point t = 0, x = (1, 2, 3)
      b = ball t = 0, x = (1, 2, 3), r = 0
    }""").scene.regions
    assert regions["p"] == regions["q"] == regions["b"] == Space(3).point(0, [1, 2, 3])


def test_composites():
    document = parse("""
    variables { γ ; a ; λ_Σ in {0} }
    part a of γ
    split λ_Σ into λ, λ_E
    split c into a, λ
    part a, λ of k
    """)
    parts = document.composites.parts
    assert parts["γ"] == ("a", "γ∖a")
    assert parts["λ_Σ"] == ("λ", "λ_E")
    assert parts["k"] == ("a", "λ", "k∖(a, λ)")
    assert [v.name for v in document.variables][:6] == ["γ", "a", "λ_Σ", "γ∖a", "λ", "λ_E"]
    assert document.composites.order == tuple(v.name for v in document.variables)


def test_parts_take_the_place_of_the_whole_unless_they_have_their_own():
    document = parse("""
    spacetime 1+1 { one = point t = 0, x = 0 ; two = point t = 0, x = 1 }
    variables { λ_Σ at one ; λ_E at two ; loose }
    split λ_Σ into λ, λ_E
    complete λ_Σ on one
    """)
    regions, places = document.scene.regions, document.scene.places
    assert places == {"λ": regions["one"], "λ_E": regions["two"]}
    (complete,) = document.scene.complete
    assert (complete.names, complete.written) == (frozenset({"λ", "λ_E"}), ("λ_Σ",))


def test_causal_graph():
    graph = parse("""
    variables { A ; a ; b }
    split λ into μ, ν
    causal { latent past ; past -> λ, a -> A ; b -> a }
    """).graph
    assert graph.latents == {"past"}
    assert set(graph.edges) == {
        ("past", "μ"), ("past", "ν"), ("past", "a"), ("μ", "ν"),
        ("μ", "A"), ("ν", "A"), ("a", "A"), ("b", "a"),
    }  # fmt: skip


def test_expressions():
    assert expression("2 sqrt(2)") == s.Times(
        s.Number("2"), (("", s.Call(s.Name("sqrt"), (s.Number("2"),))),)
    )
    total = expression("sum[A] A P(A) + 1")
    assert isinstance(total, s.Additive)
    assert isinstance(total.terms[0][1], s.Big)
    assert expression(r"\sum_{A, B} A") == expression("∑[A, B] A") == expression("sum[A, B] A")
    assert isinstance(expression("|a - b| * |c|"), s.Times)
    assert expression("a xor b and c") == s.Logic(
        "xor", (s.Name("a"), s.Logic("and", (s.Name("b"), s.Name("c"))))
    )
    assert expression("pi") == s.Name("π")
    assert expression("P(A | a = |x|, b)").given[0].value == s.Absolute(s.Name("x"))


def test_model_claims_are_read():
    tree, diagnostics = parse_tree("claim : m is local in spacetime\nclaim : E(0, 0) of m <= 2")
    assert diagnostics == ()
    assert tree.statements[0].body == s.ModelIsLocal(s.Name("m"), (s.Word("spacetime"),))
    assert tree.statements[1].body.op == "<="


def test_byte_order_mark_and_other_line_ends():
    text = (DATA / "reference_core.lpc").read_text(encoding="utf-8")
    plain, marked = parse(text), parse("\ufeff" + text.replace("\n", "\r\n"))
    assert plain == marked


def test_lark_is_not_loaded_before_a_text_is():
    code = "import sys, lpc.language; print('lark' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert result.stdout.strip() == "False"


def test_the_grammar_has_one_conflict_a_name_before_a_parenthesis_is_a_call(caplog):
    with caplog.at_level("DEBUG", logger="lark"):
        Lark(
            grammar_text(), parser="lalr", lexer="basic", start="statement",
            postlex=KeepTrivia(), debug=True,
        )  # fmt: skip
    conflicts = [r.getMessage() for r in caplog.records if "conflict" in r.getMessage()]
    assert {m.split("terminal ")[1].split(":")[0] for m in conflicts} == {"LPAR"}
