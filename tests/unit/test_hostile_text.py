"""Text of others acts on no terminal, page or build server, whatever command and format shows it.

One file with hostile text wherever text may stand, under a hostile name, goes through every command
and every format; what comes out is looked at character by character and line by line.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from hypothesis import strategies as st

import lpc
from lpc.cli import cli
from lpc.language import render_diagnostic
from lpc.logic import Diagnostic, Severity, Span
from lpc.logic.visible import visible, visible_json, visible_lines

ROOT = Path(__file__).resolve().parents[2]
RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
COLOUR = re.compile(r"\x1b\[\d*m")
OURS = re.compile(r"::(error|warning) file=[^:,]*,line=\d+,endLine=\d+,title=lpc [A-Z]\d+")

WORST = (
    "::error file=a,line=1::one ##[error]two ##vso[task.complete]three ##teamcity[x] \x1b[31mred"
    "\x1b]0;t\x07 \x00\x08 \x7f \x9b31m \u200e\u200f\u061c \u202a\u202b\u202c\u202d\u202e"
    " \u2066\u2067\u2068\u2069 \ufeff\u200b \u2028::error::four\u2029::error::five\x0b::error::six"
    "\x0c::error::seven\x85::error::eight %0A::error::nine \U000e0041 ::warning::ten"
    " $x$ \\input{y} <script> `*_|&#"
)
NAME = "::error::n\n::error::m\n##[error]o\x1b[31m\u202e\t\udcff,%0A:.lpc"

SPACETIME = """\
title "{w}"  # {w}
source "{w}"
spacetime 1+1 {{  # {w}
  one = point t = 4, x = -5
  two = point t = 4, x = 5
  S = slice t = 0
}}
variables {{
  A in {{-1, +1}} at one "{w}"
  B in {{-1, +1}} at two "{w}"
  a in {{0, 1}} at one "{w}"
  b in {{0, 1}} at two "{w}"
  λ at S "{w}"
}}
complete λ on S
assume LC : local causality "{w}"
assume SI : λ ⊥ a, b "{w}"
define Fact : P(A, B | a, b, λ) = P(A | a, λ) P(B | b, λ) "{w}"
define E(x, y) := sum[A, B] A B P(A, B | a = x, b = y) "{w}"
define S2 := E(0, 0) + E(0, 1) "{w}"
model M "{w}" {{
  # {w}
  λ ~ uniform {{0, 1}}  # {w}
  a ~ uniform {{0, 1}}
  b ~ uniform {{0, 1}}
  A := +1
  B := -1
}}
derive d "{w}" {{
  assuming LC
  P(A, B | a, b, λ) "{w}"
    = P(A | B, a, b, λ) P(B | a, b, λ) by product rule "{w}"
    = P(A | a, λ) P(B | a, b, λ) by LC
    = P(A | a) P(B | a, b, λ) "{w}"
}}
rewrite r "{w}" {{ assuming LC ; P(A | a, b, λ) to P(A | a, λ) }}
claim "{w}" : LC entail Fact
claim "not {w}" : LC entail A ⊥ λ | a
claim "{w} it" : M satisfies SI
"""
GRAPH = """\
title "{w}"
causal {{ latent past ; past -> λ, a ; λ, a -> A }}
variables {{ A "{w}" ; a "{w}" ; λ "{w}" }}
assume I : A ⊥ a | λ "{w}"
derive d "{w}" {{ assuming I ; P(A | a, λ) "{w}" = P(A) "{w}" }}
claim "{w}" : I entail A ⊥ a | λ
"""
BROKEN = """\
title "{w}
variables {{ A "{w}" }} {w}
assume {w}
claim "{w}" : I entail A ⊥ \x1b\u202e | \u2066 ::error::
"""


def bad_lines(text: str, ours: bool = False) -> list[str]:
    """What in a text would act on whoever reads it.

    Args: `ours`, whether the workflow commands of the format `github` are expected.
    """
    found = [f"raw {sorted(set(RAW.findall(text)))}"] if RAW.search(text) else []
    for line in re.split(r"\n|%0A|%0D", text) if ours else text.split("\n"):
        # NB: between the colons stands the name of a command, which opens with no blank.
        if re.match(r"\s*::\S", line) and not (ours and OURS.match(line)):
            found.append(line)
        if re.search(r"##\w*\[", line):
            found.append(line)
    return found


def run(*arguments: str) -> Result:
    """A command that comes to its end: no bug, no exception."""
    done = CliRunner().invoke(cli, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), arguments
    return done


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the files, each under a name that is hostile too."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for kind, text in (("space", SPACETIME), ("graph", GRAPH), ("broken", BROKEN)):
        folder = Path(f"::error::{kind}\x1b[31m\n::error::p")
        folder.mkdir()
        path = folder / NAME
        path.write_bytes(text.format(w=WORST).encode())
        names[kind] = str(path)
    return names


def test_the_worst_is_bad():
    assert len(bad_lines(WORST)) == 3
    assert bad_lines(visible(WORST)) == []


PIECES = st.sampled_from(
    [*WORST, "::", "##[", "##vso[", "##teamcity[", "%0A", "\n", " ", "\udcff", "λ", "中"]
)


@example("::")
@example(":: x")
@given(st.lists(PIECES, max_size=12).map("".join) | st.text())
def test_what_is_made_visible(text):
    shown = visible(text)
    assert bad_lines(shown) == []
    assert visible(shown) == shown
    assert all(bad_lines(word) == [] for word in shown.split(" "))  # wherever a line is broken
    if not RAW.search(text) and not re.search("::|##|\n", text):
        assert shown == text
    assert bad_lines(visible_lines(text)) == []
    read = json.loads(visible_json(json.dumps([text], ensure_ascii=False)))
    assert read == [text] or re.search("[\ud800-\udfff]", text)


@pytest.mark.parametrize("kind", ["space", "graph", "broken"])
@pytest.mark.parametrize(
    "options",
    [
        ["--output-format", "text"],
        ["--proofs", "--models"],
        ["--color", "always"],
        ["--output-format", "json"],
        ["--output-format", "sarif"],
        ["--output-format", "junit"],
        ["--output-format", "github"],
    ],
    ids=" ".join,
)
def test_check(here, kind, options):
    done = run("check", *options, here[kind])
    assert done.exit_code == (2 if kind == "broken" else 1)
    text = COLOUR.sub("", done.output) if "always" in options else done.output
    assert bad_lines(text, ours="github" in options) == []
    if options[-1] in ("json", "sarif"):
        assert json.loads(text)
        text.encode()
    if options[-1] == "junit":
        root = ElementTree.fromstring(text)
        values = [v for e in root.iter() for v in (*e.attrib.values(), e.text or "")]
        assert [bad for value in values for bad in bad_lines(value)] == []
    if "github" in options:
        assert all(OURS.match(line) for line in text.splitlines())


@pytest.mark.parametrize("kind", ["space", "graph"])
@pytest.mark.parametrize("ending", ["html", "tex", "md"])
def test_report(here, kind, ending):
    for more in ([], ["--title", WORST.replace("\x00", "")]):
        done = run("report", here[kind], "-o", f"out.{ending}", *more)
        assert done.exit_code == 1, done.output
        assert bad_lines(done.output) == []
        text = Path(f"out.{ending}").read_text(encoding="utf-8")
        assert bad_lines(text) == []
        if ending == "tex":  # TeX reads nothing of a comment
            text = re.sub(r"^%.*$", "", text, flags=re.M)
            assert "\\input{y}" not in text
            assert "\\textbackslash{}x1b[31m" in text
        if ending == "md":  # text in a block of code is text
            text = re.sub(r"^    .*$", "", text, flags=re.M)
            assert "\\\\x1b" in text
        assert "<script>" not in text
        if ending == "html":
            assert not re.search(r"&#(?!34;|39;)", text)


@pytest.mark.parametrize("kind", ["space", "graph"])
@pytest.mark.parametrize("step", [None, "d:1", "claim"])
@pytest.mark.parametrize("ending", [None, "svg", "tex"])
def test_diagram(here, monkeypatch, kind, step, ending):
    monkeypatch.setenv("COLUMNS", "400")
    chosen = [visible(WORST)] if step == "claim" else [step] if step else []
    done = run("diagram", here[kind], *chosen, *(["-o", f"o.{ending}"] if ending else []))
    assert done.exit_code == 0, done.output
    assert bad_lines(done.output) == []
    if ending:
        assert bad_lines(Path(f"o.{ending}").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("kind", ["proof", "model"])
def test_diagram_of_evidence(here, monkeypatch, kind):
    monkeypatch.setenv("COLUMNS", "400")
    step = visible(WORST if kind == "proof" else f"not {WORST}")
    for more in ([], ["-o", "o.svg"], ["-o", "o.tex"]):
        done = run("diagram", "--kind", kind, here["space"], step, *more)
        assert bad_lines(done.output) == []
        if more:
            assert done.exit_code == 0, done.output
            assert bad_lines(Path(more[1]).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("kind", ["space", "graph", "broken"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", "F"],
        ["explain", "F", "d:1"],
        ["explain", "F", "d:3"],
        ["explain", "F", WORST.replace("\x00", "")],
        ["explain", "F", "no such \x1b ::error::\n::error::x"],
        ["suggest", "F", "d:3", "--proofs"],
        ["suggest", "F", "no such \x1b ::error::\n::error::x"],
        ["independence", "F"],
        ["independence", "F", "no\n::error::x\x1b"],
        ["bound", "F", "S2"],
        ["bound", "F", "S2", "--output-format", "json"],
        ["bound", "F", "no\n::error::x\x1b"],
        ["bound", "F", "S2", "--party", "\n::error::x\x1b"],
        ["relax", "F", "S2", "--assumption", "SI"],
        ["relax", "F", "S2", "--assumption", "SI", "--output-format", "json", "-o", "r.svg"],
        ["fmt", "--check", "F"],
        ["fmt", "F"],
        ["check", "F", "no\n::error::x\x1b"],
        ["check", "F", "--output-file", "no/such\n::error::x\x1b"],
        ["check", "F", "--output-file", "F"],
        ["report", "F", "-o", "x\n::error::x\x1b"],
        ["report", "F", "-o", "x\n::error::x\x1b.md"],
        ["diagram", "F", "-o", "x\n::error::x\x1b"],
        ["diagram", "F", "-o", "x\n::error::x\x1b.svg"],
        ["certify", "F", "-o", "x\n::error::x\x1b", "--coq", "--metamath"],
        ["new", "x\n::error::x\x1b"],
        ["new", "F"],
        ["x\n::error::x\x1b", "F"],
        ["F"],
        ["check", "--x\n::error::x\x1b", "F"],
        ["--x\n::error::x\x1b", "F"],
        ["explain", "x\n::error::x\x1b"],
        ["verify", "F"],
        ["verify", "x\n::error::x\x1b"],
        ["verify", ".", "--source", "F"],
    ],
    ids=lambda a: " ".join(a[:3]).replace("\x1b", "ESC"),
)
def test_other_commands(here, kind, arguments):
    done = run(*(here[kind] if word == "F" else word for word in arguments))
    assert bad_lines(done.output) == []
    assert "a bug in lpc" not in done.output


def test_fmt_leaves_contents_alone(here):
    assert run("fmt", here["space"]).exit_code == 0
    text = Path(here["space"]).read_text(encoding="utf-8")
    assert f'title "{WORST}"' in text
    assert WORST in run("fmt", "--stdout", here["space"]).output


@pytest.mark.parametrize("kind", ["space", "graph"])
def test_certificates(here, kind):
    done = run("certify", here[kind], "-o", "out", "--coq", "--metamath")
    assert done.exit_code in (0, 1)
    assert bad_lines(done.output) == []
    written = [path for path in Path("out").rglob("*") if path.is_file()]
    assert {path.suffix for path in written} >= {".json", ".v", ".mm"}
    for path in written:
        assert bad_lines(path.read_text(encoding="utf-8")) == [], path
        assert bad_lines(str(path)) == []
    done = run("verify", "-v", "--source", here[kind], "out")
    assert done.exit_code == 0, done.output
    assert bad_lines(done.output) == []
    single = subprocess.run(
        [sys.executable, str(ROOT / "lpc/certificates/lpc_verify.py"), "-v", "out"],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert single.returncode == 0, single.stdout
    assert bad_lines(single.stdout) == []


def test_what_a_forged_certificate_says(here):
    run("certify", here["graph"], "-o", "out")
    path = next(Path("out").rglob("*.json"))
    data = json.loads(path.read_text(encoding="utf-8"))
    data["source"]["file"] = data["source"]["text"] = "\n" + WORST
    folder = Path("out/::error::x\n::error::y\x1b\udcff")
    folder.mkdir()
    for k, forged in enumerate(
        (data, data | {WORST: 1}, data | {"schema": WORST}, data | {"verdict": WORST})
    ):
        (folder / f"{k}{NAME}.json").write_text(json.dumps(forged), encoding="utf-8")
    for command in (["verify", "-v", "out"], ["verify", "--metamath", "out"]):
        done = run(*command)
        assert bad_lines(done.output) == []
    single = subprocess.run(
        [sys.executable, str(ROOT / "lpc/certificates/lpc_verify.py"), "-v", "out"],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert bad_lines(single.stdout) == []


def test_python_and_notebooks(here):
    report = lpc.check(lpc.load(here["space"]))
    shown = report._repr_mimebundle_()
    texts = [str(report), *(v for v in shown.values() if isinstance(v, str))]
    texts += [v for item in report.items for v in (item._repr_html_(), item._repr_latex_())]
    assert [bad for text in texts for bad in bad_lines(text)] == []
    with pytest.raises(lpc.DocumentError) as caught:
        lpc.load(here["broken"])
    assert bad_lines(str(caught.value)) == []


def test_pytest_plugin(here, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\nlpc_files = *.lpc\n", encoding="utf-8")
    for kind in ("graph", "broken"):
        (tmp_path / f"{kind}.lpc").write_bytes(Path(here[kind]).read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider",
         "-v", "graph.lpc", "broken.lpc"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTEST_ADDOPTS": "", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "failed" in done.stdout
    assert bad_lines(done.stdout + done.stderr) == []


def test_an_excerpt_keeps_its_carets_under_what_is_meant():
    wrong = Diagnostic(Severity.ERROR, "E1", "x\n::error::", Span(1, 5, 1, 6), "here")
    lines = render_diagnostic(wrong, "a\n::error::", "\x1b##[q]").split("\n")
    assert lines[0] == r"error[E1]: x\n\x3a:error::"
    assert lines[3:] == [r" 1 | \x1b\x23#[q]", "   |           ^ here"]


def test_progress_lines(monkeypatch):
    from lpc.commands.progress import _plain

    assert bad_lines(_plain(WORST.replace("[", ""))) == []
