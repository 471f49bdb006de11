"""What the pages need of Sphinx: pictures drawn at build time, formulas as MathML, the lexer."""

from __future__ import annotations

import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.utils.math.latex2mathml import tex2mathml
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]


class Diagram(SphinxDirective):
    """`lpc diagram FILE [STEP]` as a figure; the content is the caption.

    FILE is the name of a block of the page, or a path in the checkout.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "step": directives.unchanged_required,
        "kind": directives.unchanged_required,
        "assumption": directives.unchanged_required,
        "alt": directives.unchanged_required,
        "width": directives.length_or_percentage_or_unitless,
    }

    def run(self) -> list[nodes.Node]:
        """A figure whose picture is drawn anew in every build."""
        block = Path(self.env.srcdir) / "generated" / self.env.docname / self.arguments[0]
        path = block if block.exists() else ROOT / self.arguments[0]
        self.env.note_dependency(str(path))
        picture = nodes.image(uri=self._drawn(path), alt=self.options["alt"])
        if "width" in self.options:
            picture["width"] = self.options["width"]
        figure = nodes.figure("", picture, align="center")
        caption = nodes.caption()
        caption += self.parse_inline("\n".join(self.content))[0]
        figure += caption
        return [figure]

    def _drawn(self, path: Path) -> str:
        wanted = [str(path), *([self.options["step"]] if "step" in self.options else [])]
        for option in ("kind", "assumption"):
            if option in self.options:
                wanted.append(f"--{option}={self.options[option]}")
        name = f"{path.stem}-{sha256(repr(wanted).encode()).hexdigest()[:8]}.svg"
        folder = Path(self.env.srcdir) / "generated"
        code = "from lpc.cli import main; main()"
        command = [sys.executable, "-c", code, "diagram", *wanted, "-o", str(folder / name)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise self.error(f"lpc diagram {' '.join(wanted)}: {done.stderr}")
        return f"/generated/{name}"


class Subscripts(SphinxPostTransform):
    """λ_a in running text becomes a λ with a subscript; code stays as it is typed."""

    default_priority = 500
    pattern = re.compile(r"(?<!\w)([^\W\d_])_([^\W_]+)(?!\w)")
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Replace the text nodes concerned."""
        code = (nodes.literal, nodes.math, nodes.raw, nodes.FixedTextElement)
        for text in list(self.document.findall(nodes.Text)):
            parent = text.parent
            if isinstance(parent, code) or not self.pattern.search(text.astext()):
                continue
            pieces = self.pattern.split(text.astext())
            found: list[nodes.Node] = [nodes.Text(pieces[0])]
            for name, index, rest in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
                found += [nodes.Text(name), nodes.subscript("", index), nodes.Text(rest)]
            parent.replace(text, found)


def visit_math(self: Any, node: Any) -> None:
    """A formula in a line, as MathML."""
    self.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def visit_displayed_math(self: Any, node: Any) -> None:
    """A formula on a line of its own."""
    self.body.append(f'<div class="math">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def lexer() -> Any:
    """The class that colours lpc files, or none that does."""
    try:
        return type(get_lexer_by_name("local-causality"))
    except ClassNotFound:
        return TextLexer


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this."""
    app.add_directive("lpc-diagram", Diagram)
    app.add_post_transform(Subscripts)
    app.add_lexer("lpc", lexer())
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_displayed_math, None)
    )
    return {"version": "1", "parallel_read_safe": True}
