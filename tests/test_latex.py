"""The LaTeX of every file in proofs/ compiles; skipped where there is no pdflatex.

`.ci/latex` installs a TeX Live and sets LPC_REQUIRE_LATEX=1, which turns the skip into a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lpc import check, load
from lpc.pictures.onpage import pictures_of
from lpc.report.contents import page_of
from lpc.report.latex import render_latex

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "proofs").rglob("*.lpc"))
REQUIRED = os.environ.get("LPC_REQUIRE_LATEX") == "1"

pytestmark = pytest.mark.skipif(
    shutil.which("pdflatex") is None and not REQUIRED, reason="pdflatex not found"
)


def compiled(text: str, folder: Path) -> str:
    """What pdflatex complains of: its error, or nothing."""
    (folder / "report.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
    ran = subprocess.run([*command, "report.tex"], cwd=folder, capture_output=True, check=False)
    said = ran.stdout.decode("utf-8", errors="replace")
    if ran.returncode:
        return said[-2000:]
    wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", said)]
    return f"{max(wide)} pt too wide" if max(wide, default=0) > 60 else ""


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_appendix_compiles(path, tmp_path):
    document = load(str(path))
    page = page_of(check(document), pictures_of(document))
    assert compiled(render_latex(page), tmp_path) == ""


def test_fragments_compile_together(tmp_path):
    first = render_latex(page_of(check(load(str(FILES[0])))))
    head, _, _ = first.partition(r"\begin{document}")
    names = []
    for k, path in enumerate(FILES[:2]):
        text = render_latex(page_of(check(load(str(path)))), fragment=True)
        (tmp_path / f"part{k}.tex").write_text(text, encoding="utf-8")
        names.append(f"\\input{{part{k}}}")
    body = "\n".join([head, r"\begin{document}", *names, r"\end{document}"])
    assert compiled(body, tmp_path) == ""
