"""Pictures: what they show, that labels keep clear of each other, and what the writers make."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest

from lpc import check, load, parse
from lpc.logic import LpcError
from lpc.pictures.graph import drawn_graph, graph_picture
from lpc.pictures.labels import formula, prose, text_of
from lpc.pictures.layered import Layout
from lpc.pictures.pdf import render_pdf
from lpc.pictures.plane import Frame, polygons
from lpc.pictures.proof import proof_picture
from lpc.pictures.rows import rows_picture
from lpc.pictures.scene import Line, Picture, Role, Text, overlap
from lpc.pictures.spacetime import spacetime_picture
from lpc.pictures.svg import render_svg
from lpc.pictures.terminal import render_terminal
from lpc.pictures.tikz import render_tikz
from lpc.report.selection import find_item
from lpc.spacetime import Space

ROOT = Path(__file__).resolve().parent.parent.parent
PROOFS = sorted((ROOT / "proofs").rglob("*.lpc"))
SVG = "{http://www.w3.org/2000/svg}"


@cache
def checked(name):
    document = load(str(ROOT / "proofs" / name))
    return document, check(document)


def step(name, wanted, draw=spacetime_picture):
    document, report = checked(name)
    item = find_item(report, wanted)
    return draw(item) if draw in (proof_picture, rows_picture) else draw(document, item)


def words(picture, role=None):
    return [text_of(t.label) for t in picture.texts if role in (None, t.role)]


def every_picture(path):
    """All pictures that can be drawn of a file and of its items."""
    document, report = checked(path.relative_to(ROOT / "proofs"))
    about = [None, *(item for item in report.items if item.removals)]
    if document.scene is not None:
        yield from (spacetime_picture(document, item) for item in about)
    if document.scene is not None or document.graph is not None:
        yield from (graph_picture(document, item) for item in about)
    yield from (proof_picture(item) for item in report.items if item.evidence)
    yield from (rows_picture(item) for item in report.items if item.model is not None)


@pytest.mark.parametrize("path", PROOFS, ids=lambda p: p.stem)
def test_labels_keep_clear_of_each_other_and_of_the_edge(path):
    for picture in every_picture(path):
        boxes = [(text_of(t.label), t.box) for t in picture.texts]
        clashes = [(a, b) for (a, p), (b, q) in combinations(boxes, 2) if overlap(p, q)]
        assert not clashes, picture.title
        for _, (left, top, right, bottom) in boxes:
            assert left >= 0, picture.title
            assert top >= 0, picture.title
            assert right <= picture.width, picture.title
            assert bottom <= picture.height, picture.title
        ElementTree.fromstring(render_svg(picture))
        assert_balanced(render_tikz(picture))


def assert_balanced(tex):
    body = re.sub(r"(?m)(?<!\\)%.*$", "", tex)
    bare = re.sub(r"\\[{}$%&#_]", "", body)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0


# The figures of the paper.


def test_figure_1():
    document, _ = checked("figures/figure1.lpc")
    picture = spacetime_picture(document)
    assert {"χ: q_χ", "ξ: q_ξ", "σ: λ_σ"} <= set(words(picture))
    (sigma,) = picture.roles(Role.COMPLETE)
    cones = picture.roles(Role.CONE)
    assert len(cones) == 4
    for cone in cones:
        (x0, y0), (x1, y1) = cone.points
        assert y1 > y0
        assert abs(x1 - x0) == pytest.approx(y1 - y0)  # light at 45 degrees
    cones = sorted(cones, key=lambda c: c.points[0][0])
    of_chi, of_xi = cones[:2], cones[2:]
    height = sigma.points[0][1]
    ends = sorted(
        a[0] + (b[0] - a[0]) * (height - a[1]) / (b[1] - a[1])
        for a, b in (c.points for c in of_chi)
    )
    assert [p[0] for p in sigma.points] == pytest.approx(ends)  # σ cuts the whole cone of χ
    (ax, ay), (bx, by) = of_chi[0].points[0], of_xi[0].points[0]
    assert bx > ax
    assert height < (ay + by + bx - ax) / 2  # and passes above the overlap


def test_figure_2():
    document, _ = checked("figures/figure2.lpc")
    picture = spacetime_picture(document)
    assert {"one: A", "two: B", "set1: a", "set2: b", "Σ: λ_Σ", "N", "Γ", "M"} <= set(
        words(picture)
    )
    areas = picture.roles(Role.REGION)
    for called in "NΓM":
        (label,) = (t for t in picture.texts if text_of(t.label) == called)
        left, top, right, bottom = label.box
        center = (left + right) / 2, (top + bottom) / 2
        assert sum(inside(center, area.points) for area in areas) == 1
    (sigma,) = picture.roles(Role.COMPLETE)
    overlap_top = min(y for area in areas for _, y in area.points if len(area.points) == 3)
    assert sigma.points[0][1] < overlap_top


def inside(point, polygon):
    """Even-odd rule."""
    x, y = point
    closed = pairwise([*polygon, polygon[0]])
    return (
        sum(
            (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
            for a, b in closed
        )
        % 2
        == 1
    )


# Steps in spacetime.


def test_a_licensed_step_shows_its_slice_and_what_it_shields():
    picture = step("bell1990.lpc", "cuisine:2")
    (slice_,) = picture.roles(Role.SHIELD)
    (covered,) = picture.roles(Role.COVERED)
    assert {slice_.points[0], slice_.points[1]} < set(covered.points)
    assert len(picture.roles(Role.FUTURE)) == 2
    assert "licensed by local causality alone" in words(picture, Role.GOOD)
    assert words(picture, Role.DROPPED) == ["two: B dropped", "set2: b dropped"]
    assert not picture.roles(Role.LACKING)


def test_an_incomplete_specification_is_named():
    picture = step("bell1990.lpc", "alone:2")
    assert "λ_a missing" in words(picture, Role.BAD)
    assert len(picture.roles(Role.LACKING)) == 1
    assert not picture.roles(Role.SHIELD)
    assert not picture.roles(Role.COVERED)


def test_a_slice_too_early_has_the_variable_in_its_future():
    picture = step("standard_story.lpc", "too_early:1")
    (future,) = picture.roles(Role.NEWS)
    (ring,) = picture.roles(Role.RING)
    assert inside(ring.at, future.points)
    assert "in the future of the slice" in words(picture, Role.BAD)


GAP = """
spacetime 1+1 { one = point t = 4, x = -5 ; two = point t = 4, x = 5
  some = segment t = 0, x = -9 to -4 }
variables { A at one ; B at two ; λ at some }
complete λ on some
assume LC : local causality
derive d { assuming LC
  P(A | B, λ) = P(A | λ) }
"""


def test_what_the_slice_leaves_uncovered_is_marked():
    document = parse(GAP)
    picture = spacetime_picture(document, check(document).items[0])
    (gap,) = picture.roles(Role.MISSING)
    (lacking,) = picture.roles(Role.COMPLETE)
    assert gap.points[0] == lacking.points[1]  # x = -4
    assert "not complete here" in words(picture, Role.BAD)


def test_three_dimensions_are_cut_along_the_line_of_the_centres():
    three = """
spacetime 3+1 {{ one = point t = 4, x = (-5, 0, 0) ; two = point t = 4, x = (5, {y}, 0)
  cut = slice t = 0 & past(one) }}
variables {{ A at one ; B at two ; λ at cut }}
complete λ on cut
"""
    picture = spacetime_picture(parse(three.format(y=0)))
    flat = parse(re.sub(r"\((-?5), 0, 0\)", r"\1", three.format(y=0)).replace("3+1", "1+1"))
    same = spacetime_picture(flat)
    kept = [s for s in picture.shapes if not isinstance(s, Text)]
    assert kept == [s for s in same.shapes if not isinstance(s, Text)]
    tilted = parse(three.format(y=1))
    with pytest.raises(LpcError, match="irrational"):
        spacetime_picture(tilted)
    bent = three.format(y=0).replace("cut }", "cut\n  far = point t = 0, x = (0, 3, 0) }")
    bent = bent.replace("past(one)", "past(one) ; far = point t = 0, x = (0, 3, 0)")
    bent = bent.replace("cut\n  far = point t = 0, x = (0, 3, 0) }", "cut }")
    with pytest.raises(LpcError, match="one plane"):
        spacetime_picture(parse(bent))


def test_polygons_are_the_regions():
    space = Space(1)
    p, q = space.point(1, [-1]), space.point(2, [3])
    regions = [
        space.past(p) - space.past(q),
        space.diamond(space.point(-2, [0]), space.point(2, [1])),
        space.slice(1) & space.past(q),
        (space.future(p) | space.past(q)) & space.future(space.point(-4, [0])),
    ]
    frame = Frame(*map(Fraction, (-5, 5, -6, 6)))
    lattice = [(Fraction(t, 2), Fraction(x, 2)) for t, x in product(range(-9, 10), range(-11, 12))]
    for region in regions:
        shapes = [c for c in polygons(region, frame) if len(c) > 2]
        for t, x in lattice:
            t, x = t + Fraction(1, 7), x + Fraction(1, 11)  # off every edge
            assert any(inside((t, x), c) for c in shapes) == region.contains(t, [x])


# Graphs.


def test_arrows_point_upwards_and_nodes_keep_apart():
    for path in PROOFS:
        document = load(str(path))
        if document.scene is None and document.graph is None:
            continue
        graph = drawn_graph(document)
        layout = Layout(graph)
        for tail, head in graph.edges:
            assert layout.at[head][1] < layout.at[tail][1], path
        for a, b in combinations(graph.nodes, 2):
            (ax, ay), (bx, by) = layout.at[a], layout.at[b]
            assert abs(ax - bx) >= layout.radii[a][0] + layout.radii[b][0] or abs(ay - by) > 40, (
                path
            )


def test_the_open_path_is_highlighted():
    picture = step("bell1990.lpc", "alone:2", graph_picture)
    assert "open path: A ← λ_a ← past → λ_b → B" in words(picture, Role.BAD)
    assert len(picture.roles(Role.OPEN)) == 4
    assert len(picture.roles(Role.RING)) == 5
    assert len(picture.roles(Role.LATENT)) == 1
    assert len(picture.roles(Role.GIVEN)) == 3  # a, b, λ
    assert not step("bell1990.lpc", "cuisine:2", graph_picture).roles(Role.OPEN)


# Proofs and models.


def test_a_proof_tree_has_every_line_and_quotes_what_it_shares():
    _, report = checked("scholarpedia2011.lpc")
    for item in report.items:
        if not item.evidence:
            continue
        picture = proof_picture(item)
        lines = item.evidence[0].lines
        bars = [s for s in picture.roles(Role.BAR) if isinstance(s, Line)]
        stated = {re.sub(r"^\(\d+\) ", "", word) for word in words(picture, Role.INK)}
        for line in lines:
            assert text_of(formula(line.statement)) in stated
        shared = [p for line in lines for p in set(line.premises) if lines[p - 1].premises]
        assert len(bars) >= len(lines)
        if len(set(shared)) < len(shared):
            assert any(word.startswith("(") for word in words(picture))


def test_the_rows_that_break_the_step_are_marked():
    _, report = checked("bell1990.lpc")
    item = find_item(report, "alone:2")
    picture = rows_picture(item)
    marked = [s for s in picture.shapes if s.role is Role.MARKED]
    names = item.model.variables
    event = [
        row
        for row, _ in item.model.outcomes
        if dict(zip(names, row, strict=True)).items() >= {"A": "-1", "B": "-1", "a": "0"}.items()
    ]
    assert len(marked) == len(event) == 1
    assert len([w for w in words(picture) if w == "1/2"]) == 2
    assert item.model.broken.left in "".join(words(picture, Role.BAD)).replace("−", "-")


@pytest.mark.parametrize("draw", [proof_picture, rows_picture])
def test_what_a_step_lacks_is_said(draw):
    wanted = "alone:2" if draw is proof_picture else "road:2"
    with pytest.raises(LpcError, match="refuted" if draw is proof_picture else "licensed"):
        step("bell1990.lpc", wanted, draw)


# Writers.

HOSTILE = '</text><script>alert(1)</script>&"\x00 \\input{x} $%#_^~{} λ_a 𝜆 ж'


def hostile():
    text = Text(prose(HOSTILE), (10, 20), anchor="start")
    other = Text(formula(HOSTILE), (10, 50), anchor="start")
    return Picture("graph", HOSTILE, HOSTILE + "\n", 900, 60, (text, other))


def test_text_stays_text_in_svg():
    svg = render_svg(hostile())
    tree = ElementTree.fromstring(svg)
    assert "<script" not in svg
    assert {element.tag for element in tree.iter()} == {
        SVG + tag for tag in ("svg", "title", "desc", "style", "rect", "text", "tspan")
    }
    assert "alert(1)" in tree.findtext(SVG + "title")


def test_a_title_with_markup(tmp_path, run_lpc):
    path = tmp_path / "hostile.lpc"
    path.write_text(
        'title "<script>alert(1)</script> \\end{document}"\n'
        'variables { A "<b>" ; a }\ncausal { a -> A }\n',
        encoding="utf-8",
    )
    assert run_lpc("diagram", path, "-o", tmp_path / "x.svg").returncode == 0
    svg = (tmp_path / "x.svg").read_text(encoding="utf-8")
    assert "<script" not in svg
    assert "&lt;script&gt;alert(1)" in svg
    assert run_lpc("diagram", path, "-o", tmp_path / "x.tex").returncode == 0
    lines = (tmp_path / "x.tex").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if r"\end{document}" in line and line[0] != "%"] == [
        r"\end{document}"
    ]


def test_text_stays_text_in_tex():
    tex = render_tikz(hostile())
    assert_balanced(tex)
    assert r"\input" not in re.sub(r"(?m)^%.*$", "", tex)
    assert "ж" not in re.sub(r"(?m)^%.*$", "", tex)


def test_svg_has_both_schemes_and_no_reference_to_anything():
    svg = render_svg(step("bell1990.lpc", "alone:2"))
    assert "prefers-color-scheme: dark" in svg
    assert not re.search(r"href|url\(|@import|<image|\bid=", svg)
    for role in re.findall(r'class="lpc-(\w+)', svg):
        if role not in ("picture", "paper"):
            assert f".lpc-{role}" in svg.split("</style>")[0], role


def test_names_are_typeset():
    (text,) = ElementTree.fromstring(
        render_svg(Picture("graph", "", "", 9, 9, (Text(formula("λ_a"), (1, 1)),)))
    ).iter(SVG + "text")
    name, subscript = text
    assert (name.text, name.get("font-style"), name.get("dy")) == ("λ", "italic", None)
    assert subscript.text == "a"
    assert float(subscript.get("dy")) > 0
    assert float(subscript.get("font-size")) < float(text.get("font-size"))


def test_the_same_bytes_whatever_the_hash_seed(tmp_path):
    program = (
        "import sys; from lpc import check, load; from lpc.pictures.spacetime import *\n"
        "from lpc.pictures.graph import *; from lpc.pictures.svg import *\n"
        "from lpc.pictures.tikz import *; from lpc.report.selection import find_item\n"
        "d = load('proofs/scholarpedia2011.lpc'); r = check(d)\n"
        "for item in (None, r.items[4]):\n"
        "    for draw in (spacetime_picture, graph_picture):\n"
        "        picture = draw(d, item)\n"
        "        sys.stdout.buffer.write((render_svg(picture) + render_tikz(picture)).encode())\n"
    )
    outputs = set()
    for seed in ("1", "2", "3"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


def latex_command():
    return next((c for c in ("pdflatex", "lualatex") if shutil.which(c)), None)


@pytest.mark.skipif(latex_command() is None, reason="neither pdflatex nor lualatex is installed")
@pytest.mark.parametrize(
    "picture",
    [
        lambda: step("bell1990.lpc", "alone:2"),
        lambda: step("standard_story.lpc", "too_early:1", graph_picture),
        lambda: step("bell1990.lpc", "road:2", proof_picture),
        lambda: step("bell1990.lpc", "alone:2", rows_picture),
        hostile,
    ],
    ids=["spacetime", "graph", "proof", "model", "hostile"],
)
def test_tikz_compiles(picture, tmp_path):
    (tmp_path / "x.tex").write_text(render_tikz(picture()), encoding="utf-8")
    done = subprocess.run(
        [latex_command(), "-interaction=nonstopmode", "-halt-on-error", "x.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_terminal_fits_or_says_nothing():
    picture = step("bell1990.lpc", "alone:2")
    for width in (60, 80, 120):
        for ascii_only in (False, True):
            text = render_terminal(picture, width, ascii_only)
            assert all(len(line) <= width for line in text.splitlines())
            assert text.isascii() or not ascii_only
            assert "missing" in text
    assert render_terminal(picture, 30) == ""
    assert "λ_a missing" in render_terminal(picture, 100)


# The command.


def test_command_writes_what_the_name_says(run_lpc, tmp_path):
    file = "proofs/figures/figure2.lpc"
    for ending, start in ((".svg", "<svg"), (".tex", r"\documentclass")):
        out = tmp_path / f"x{ending}"
        result = run_lpc("diagram", file, "Eq. 10", "-o", out)
        assert (result.returncode, result.stdout) == (0, f"{out} written\n")
        assert out.read_text(encoding="utf-8").startswith(start)
    assert "Σ" in run_lpc("diagram", file).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bell1990.lpc", "-o", "x.png"), "must end in .svg, .tex or .pdf"),
        (("bell1990.lpc", "alone:9"), "there is no step 'alone:9'"),
        (("bell1990.lpc", "--kind", "proof"), "needs a STEP"),
        (("bell1990.lpc", "alone:2", "--kind", "proof"), "there is no proof of this step"),
        (("bell1990.lpc", "--kind", "curve"), "needs a quantity"),
        (("chsh.lpc",), "neither a spacetime nor a causal graph"),
        (("chsh.lpc", "--kind", "spacetime"), "declares no spacetime"),
        (("bell1990.lpc", "-o", "no/such/folder/x.svg"), "cannot write"),
        (("nowhere.lpc",), "nowhere.lpc"),
    ],
)
def test_command_says_what_is_wrong(run_lpc, arguments, message):
    result = run_lpc("diagram", f"proofs/{arguments[0]}", *arguments[1:])
    assert result.returncode == 2
    assert message in result.stderr + result.stdout
    assert "Traceback" not in result.stderr


def test_pdf():
    why = "cairosvg or the cairo library is not installed (pip install 'lpc[pdf]')"
    pytest.importorskip("cairosvg", reason=why, exc_type=(ImportError, OSError))
    assert render_pdf(step("bell1990.lpc", "alone:2")).startswith(b"%PDF")


def test_without_cairosvg(monkeypatch):
    monkeypatch.setitem(sys.modules, "cairosvg", None)
    with pytest.raises(LpcError, match=r"pip install 'lpc\[pdf\]'"):
        render_pdf(hostile())


def test_a_step_is_explained_with_its_picture_in_a_terminal(monkeypatch):
    from click.testing import CliRunner

    from lpc.commands import explain

    arguments = [str(ROOT / "proofs" / "bell1990.lpc"), "alone:2"]
    plain = CliRunner().invoke(explain.explain, arguments).output
    monkeypatch.setattr(explain, "_is_terminal", lambda: True)
    drawn = CliRunner().invoke(explain.explain, arguments).output
    assert drawn.startswith(plain)
    assert "one: A" in drawn.removeprefix(plain)
    monkeypatch.setenv("COLUMNS", "30")
    assert CliRunner().invoke(explain.explain, arguments).output == plain
