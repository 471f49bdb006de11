"""`lpc report`: the same blocks as HTML, LaTeX and Markdown; nobody's text becomes markup."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import html5lib
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import lpc
from lpc.cli import cli
from lpc.logic import Diagnostic, Severity, Span
from lpc.report.contents import page_of
from lpc.report.declared import DeclaredQuantity, declared_in
from lpc.report.html import render_html, render_page
from lpc.report.latex import latex_math, latex_text, render_latex
from lpc.report.markdown import markdown_text, render_markdown
from lpc.report.mathml import copyable, mathml
from lpc.report.page import Chain, Claimed, Grid, Picture
from lpc.report.text import headline
from lpc.report.typeset import read_formula, spelled

ROOT = Path(__file__).resolve().parent.parent.parent
BELL = str(ROOT / "proofs" / "bell1990.lpc")

EVIL = "<script>alert(1)</script> {{ 7*7 }} \\input{x} $x$ ^^41 % & # _ ~ 中 ` | [a](b) ![i](j)"

HOSTILE = f"""
title "{EVIL}"
source "{EVIL}"
variables {{ A ; a ; b "{EVIL}" }}
assume I : A _||_ b | a
derive d "{EVIL}" {{
  assuming I
  P(A | a, b) = P(A | a) "{EVIL}" by I
  = P(A) "x" expect refuted
}}
claim "{EVIL}" : I entail A _||_ b | a
claim "two" : I do not entail A _||_ a
define Q(x) := P(A = x) "{EVIL}"
model m "{EVIL}" {{ # {EVIL}
  A ~ uniform {{0, 1}}
}} # {EVIL}
"""


@pytest.fixture(scope="module")
def bell():
    return lpc.check(lpc.load(BELL))


@pytest.fixture(scope="module")
def hostile():
    return lpc.check(lpc.parse(HOSTILE, "<b>.lpc"))


def strictly(text: str):
    """The tree of a document that has no parse error at all."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


class Words(HTMLParser):
    """What a reader sees: text outside of styles and of the layer for copying."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def read(page: str) -> Words:
    words = Words()
    words.feed(page)
    return words


# ---- nobody's text becomes markup ----------------------------------------------------------------


def test_text_of_the_file_is_escaped_in_html(hostile):
    page = render_html(hostile)
    strictly(page)
    words = read(page)
    assert "script" not in words.tags
    assert "img" not in words.tags
    assert words.text.count(EVIL) >= 5
    assert "49" not in words.text


def test_text_of_the_file_is_escaped_in_notebooks(hostile):
    for shown in (hostile._repr_html_(), *(item._repr_html_() for item in hostile.items)):
        assert "script" not in read(shown).tags
    assert EVIL in read(hostile._repr_html_()).text


def test_title_of_the_option_is_escaped():
    page = page_of(lpc.check(lpc.parse("variables { A }")), title="</title><script>x</script>")
    assert "script" not in read(render_page(page)).tags


def test_text_of_the_file_is_escaped_in_latex(hostile):
    text = render_latex(page_of(hostile))
    assert "\\input" not in text
    assert "^^" not in text
    assert "[U+4E2D]" in text
    assert text.count(r"\textbackslash{}input") >= 5


def test_text_of_the_file_is_escaped_in_markdown(hostile):
    whole = render_markdown(page_of(hostile))
    # Indented lines are code where they follow a heading and a blank line.
    text, listings = re.subn(r"(?<=## Models\n\n)(?:(?: {4}.*)?\n)+", "", whole)
    assert listings == 1
    outside_code = re.sub(r"`[^`]*`|\\.", "", text)
    assert "<" not in outside_code
    assert "](" not in outside_code
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table


@given(st.text())
def test_any_text_is_harmless_in_latex(text):
    found = latex_text(text)
    assert all(" " <= c <= "~" or "À" <= c <= "ÿ" for c in found)
    known = r"\\(?:text[a-z]+\{\}|dots\{\}|ensuremath\{\\[a-zA-Z]+ ?\}|ensuremath\{-\}|[{}$&#%_])"
    rest = re.sub(known, "", found).replace("-{}", "").replace("~", "")
    assert not re.search(r"[\\{}$&#%_^~]", rest.replace("ensuremath", "")), found


@given(st.text())
def test_any_text_is_harmless_in_markdown(text):
    assert not re.search(r"[<>|`*\[\]]", re.sub(r"\\.", "", markdown_text(text), flags=re.S))


# ---- formulas ------------------------------------------------------------------------------------


@given(st.text(alphabet="PABabλ_α'∖ ,|()⊥=<>+-−0123456789{}&\"\\$中𝜆é#%^~"))
def test_any_formula_is_spelled_again_and_can_be_written(text):
    formula = read_formula(text)
    assert spelled(formula) == re.sub(r"\s+", " ", text) or "  " in text
    strictly(f"<!DOCTYPE html><title>x</title><p>{copyable(formula)}</p>")
    assert all(c.isascii() or "À" <= c <= "ÿ" for c in latex_math(formula))


def test_statements_of_a_report_are_spelled_again(bell):
    lines = [line.statement for i in bell.items for e in i.evidence for line in e.lines]
    for text in [*lines, *(item.statement for item in bell.items)]:
        assert spelled(read_formula(text)) == text


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("P(A | B, a)", r"P(A\mid B,a)"),
        ("|S| <= 2", r"\lvert S\rvert \le 2"),
        ("|E(0, 0) - E(0, 1)| + |E(1, 0)|", r"\lvert E(0,0)-E(0,1)\rvert +\lvert E(1,0)\rvert "),
        ("sum[A, B] A B", r"\sum_{A,B}\,\allowbreak A\,\allowbreak B"),
        ("λ_a ⊥ b | γ∖a", r"\lambda_{a}\mathrel{\perp\mkern-10mu\perp} b\mid \gamma \setminus a"),
        ("é = 中", r"\text{é}=\text{[U+4E2D]}"),
    ],
)
def test_latex_of_a_formula(text, latex):
    assert latex_math(read_formula(text)) == latex


def test_mathml_of_a_formula():
    text = mathml(read_formula("λ_a' ⊥ sqrt(2)"))
    assert "<msub><mi>λ</mi><mi>a</mi></msub>" in text
    assert text.count("⊥") == 2
    assert "<msqrt><mn>2</mn></msqrt>" in text


# ---- what is said --------------------------------------------------------------------------------


def test_every_item_is_on_the_page_with_its_verdict(bell):
    page = page_of(bell)
    chains = [entry for block in page.blocks if isinstance(block, Chain) for entry in block.entries]
    claims = [block.entry for block in page.blocks if isinstance(block, Claimed)]
    told = [entry for entry in (*chains, *claims) if entry.anchor]
    assert [entry.verdict[0].text for entry in told] == [i.verdict.value for i in bell.items]
    html = render_page(page)
    assert all(f'id="{entry.anchor}"' in html for entry in told)


def test_links_lead_somewhere(bell):
    html = render_html(bell)
    targets = set(re.findall(r'href="#([^"]+)"', html))
    anchors = re.findall(r'id="([^"]+)"', html)
    assert targets
    assert targets <= set(anchors)
    assert len(anchors) == len(set(anchors))


def test_what_the_file_is_about_is_on_the_page():
    report = lpc.check(lpc.load(ROOT / "proofs" / "chsh.lpc"))
    assert declared_in(report.source).quantities[1].head == "S"
    assert declared_in(report.source).quantities[1].body == "E(0, 0) + E(0, 1) + E(1, 0) - E(1, 1)"
    assert declared_in(report.source).models[0].startswith("quantum pair {\n  state {")
    page = page_of(report)
    markdown = render_markdown(page)
    assert "| `A` | `-1, +1` | result in region 1 |" in markdown
    assert "| `λ` |  | complete state of the pair |" in markdown
    assert "| `MA(x, l)` | `sum[A] A P(A \\| a = x, λ = l)` |" in markdown
    assert "    quantum pair {\n      state { (0, 1) : 1/sqrt(2), (1, 0) : -1/sqrt(2) }" in markdown
    html = render_page(page)
    strictly(html)
    assert "  B := spin(π/4 - b * π/2) on 2\n}</pre>" in html
    heads = [f'id="{name}"' for name in ("assumptions", "quantities", "variables", "models")]
    assert sorted(heads, key=html.index) == heads
    assert r"P(A\mid a=x,\lambda=l)" in render_latex(page)


def test_places_are_told_and_comments_are_not():
    text = """
    spacetime 1+1 { one = point t = 4, x = -5 ; S = slice t = 0 }
    variables { A, B in {0, 1} at one # aside
      c at past(one) & S "all" }
    # not said
    define Q := P(A = 0) # neither
    # outside
    model m { A := 0 # inside
    } # after
    """
    declared = declared_in(text)
    assert [(v.names, v.values, v.place, v.note) for v in declared.variables] == [
        (("A", "B"), ("0", "1"), "one", ""), (("c",), (), "past(one) & S", "all"),
    ]  # fmt: skip
    assert declared.quantities == (DeclaredQuantity("Q", "P(A = 0)", ""),)
    assert declared.models == ("model m {\n  A := 0  # inside\n}  # after",)


def test_what_is_not_declared_has_no_heading():
    report = lpc.check(lpc.parse("variables { A }"))
    markdown = render_markdown(page_of(report))
    assert "## Variables\n\n| name |\n| --- |\n| `A` |\n" in markdown
    assert "Quantities" not in markdown
    assert "Models" not in markdown


def test_summary_groups_the_removals(bell):
    summary = next(b for b in page_of(bell).blocks if isinstance(b, Grid))
    said = ["".join(getattr(p, "text", "") for p in row.cells[0]) for row in summary.rows]
    assert said == [
        "licensed by local causality alone", "need LC and MI_a", "need LC and MI_b", "not licensed",
    ]  # fmt: skip
    removals = [r for item in bell.items if item.kind != "claim" for r in item.removals]
    assert sum(int(row.cells[1][0].text) for row in summary.rows) == len(removals)


def test_rows_that_break_a_step_are_marked(bell):
    item = next(i for i in bell.items if i.name == "alone" and i.index == 2)
    entry = next(
        e for b in page_of(bell).blocks if isinstance(b, Chain) for e in b.entries
        if e.anchor == f"item-{bell.items.index(item) + 1}"
    )  # fmt: skip
    table = next(b for b in entry.details if isinstance(b, Grid))
    # It breaks at A = -1 | B = -1, a = b = λ = 0; past and the microstates are not mentioned.
    assert [row.marked for row in table.rows] == [True, False]


def test_pictures_are_shown_where_there_are_any(bell):
    def draw(item):
        return Picture("<the> scene", "<svg><title>s</title></svg>") if item is None else None

    page = render_page(page_of(bell, draw))
    strictly(page)
    assert read(page).tags.count("svg") == 1
    assert "<the> scene" in read(page).text


def test_what_is_not_as_stated_is_marked():
    report = lpc.check(lpc.parse("variables { A ; a }\nderive d { P(A | a) = P(A) }"))
    for text in (
        render_html(report),
        render_latex(page_of(report)),
        render_markdown(page_of(report)),
    ):
        assert "not as stated" in text
        assert "refuted" in text


def test_notebooks_get_latex(bell):
    assert bell._repr_latex_().startswith("$$")
    assert r"\text{licensed by LC}" in bell._repr_latex_()
    assert bell._repr_mimebundle_()["text/latex"] == bell._repr_latex_()
    assert r"\text{identity}" in bell.items[0]._repr_latex_()


def test_the_headline_counts_in_words_where_there_is_one():
    text = "variables {{ A ; a }}\nassume I : A _||_ a\n{}"
    claim = "claim : I entail A _||_ a\n"
    one, two = (lpc.check(lpc.parse(text.format(claim * n))) for n in (1, 2))
    said = "the one step or claim comes out as stated"
    for render in (render_html, lambda r: render_latex(page_of(r)), str):
        assert said in render(one)
        assert "1 steps" not in render(one)
        assert "all 2 steps and claims come out as stated" in render(two)
    assert said in render_markdown(page_of(one))


# ---- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["html", "tex", "md"])
def test_the_ending_says_the_format(tmp_path, ending):
    out = tmp_path / f"r.{ending}"
    result = CliRunner().invoke(cli, ["report", BELL, "-o", str(out), "--title", "Mine"])
    said = f"{out} written: all 22 steps and claims come out as stated\n"
    assert (result.exit_code, result.output) == (0, said)
    start = {"html": "<!DOCTYPE html>", "tex": r"\documentclass", "md": "# Mine\n"}[ending]
    assert out.read_text(encoding="utf-8").startswith(start)
    assert "Mine" in out.read_text(encoding="utf-8")


def test_a_fragment_has_no_preamble(tmp_path):
    out = tmp_path / "r.tex"
    result = CliRunner().invoke(cli, ["report", BELL, "-o", str(out), "--fragment"])
    assert result.exit_code == 0
    assert r"\begin{document}" not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [["-o", "r.pdf"], ["-o", "r.html", "--fragment"], [], ["-o", "no/such/r.md"]]
)
def test_wrong_options_are_usage_errors(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, ["report", BELL, *arguments])
    assert result.exit_code == 2
    assert "Usage" in result.output
    assert not list(tmp_path.iterdir())


def test_statuses_are_those_of_check(tmp_path):
    wrong, broken = tmp_path / "wrong.lpc", tmp_path / "broken.lpc"
    wrong.write_text("variables { A ; a }\nderive d { P(A | a) = P(A) }\n", encoding="utf-8")
    broken.write_text("variables { A\nclaim", encoding="utf-8")
    for path, status in ((wrong, 1), (broken, 2), (tmp_path / "missing.lpc", 2)):
        out = tmp_path / "r.html"
        result = CliRunner().invoke(cli, ["report", str(path), "-o", str(out)])
        assert result.exit_code == status
        assert out.exists() == (status == 1)
        wrong_step = f"{out} written: 1 of 1 not as stated: d step 1 (line 2)\n"
        assert (result.output == wrong_step) == (status == 1)
        out.unlink(missing_ok=True)
        if status == 2:
            assert "error[" in result.output


def test_other_findings_are_said_to_stand_where_they_do(bell):
    finding = Diagnostic(Severity.FINDING, "F504", "out of time", Span(1, 1, 1, 2))
    found = replace(bell, diagnostics=(finding,))
    assert headline(found) == "findings, see below"
    assert headline(found, "there") == "findings, see there"


def test_jinja_is_imported_only_when_used():
    code = (
        "import lpc, lpc.cli, sys; lpc.check(lpc.parse('variables { A }'));"
        "print('jinja2' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex not found")
def test_hostile_text_compiles(hostile, tmp_path):
    from test_latex import compiled

    assert compiled(render_latex(page_of(hostile)), tmp_path) == ""
