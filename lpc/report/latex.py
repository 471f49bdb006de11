r"""Results as LaTeX: an appendix that compiles by itself, or a part to \input.

Every text is escaped; a character that LaTeX's usual fonts lack is written as [U+4E2D].
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from lpc.logic.spelling import GREEK, latex_name
from lpc.report.page import (
    Block,
    Bullets,
    Chain,
    Claimed,
    Content,
    Entry,
    Grid,
    Heading,
    Inference,
    Inline,
    Link,
    Listing,
    Mark,
    Math,
    Page,
    Paragraph,
    Picture,
    Row,
    Text,
)
from lpc.report.results import FileReport, Item
from lpc.report.typeset import (
    Big,
    Formula,
    Name,
    Number,
    Part,
    Root,
    Sign,
    Space,
    Word,
    is_bar,
    pieces,
    read_formula,
    spelled,
)

LINE = 72
"""Letters of a formula that fit in a line of a derivation."""
TABLE = 84
"""Letters that fit in a row of a table."""
TREE_LINES, TREE_WIDTH = 7, 48
"""A proof with so many lines of this length at most is drawn as a tree."""

PACKAGES = (
    "amsmath", "amssymb", "array", "booktabs", "cancel", "ebproof", "graphicx", "longtable", "tikz",
)  # fmt: skip

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "'": "'", "`": r"\textasciigrave{}", "–": "--", "—": "---", "’": "'", "‘": "`", "“": "``",
    "”": "''", "…": r"\dots{}", "\u00a0": "~", "-": "-{}",
}  # fmt: skip

_SIGNS = {
    "⊥": r"\mathrel{\perp\mkern-10mu\perp} ",
    "<=": r"\le ", ">=": r"\ge ", "!=": r"\ne ", "←": r"\leftarrow ",
    "→": r"\to ", "↔": r"\leftrightarrow ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ",
    "∅": r"\emptyset ", "·": r"\cdot ", "*": r"\cdot ", "{": r"\{", "}": r"\}", "−": "-",
    "×": r"\times ", "√": r"\surd ", "∪": r"\cup ", "∩": r"\cap ", "≈": r"\approx ",
    "∞": r"\infty ", "∖": r"\setminus ", "∈": r"\in ", "±": r"\pm ", "✓": r"\checkmark ",
    "✗": r"\times ", "′": "'",
}  # fmt: skip

_MATHS = {letter: f"\\{word} " for word, letter in GREEK.items()} | {
    sign: text for sign, text in _SIGNS.items() if not sign.isascii()
}


def latex_text(text: str) -> str:
    r"""Any text as LaTeX text.

    >>> latex_text("100% of λ_a"), latex_text("中")
    ('100\\% of \\ensuremath{\\lambda }\\_a', '[U+4E2D]')
    """
    return "".join(map(_letter, " ".join(text.split())))


def _letter(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter in _MATHS:
        return f"\\ensuremath{{{_MATHS[letter]}}}"
    if " " <= letter <= "~" or ("À" <= letter <= "ÿ" and letter.isalpha()):
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    if plain != letter and plain.isascii() and plain.isalnum():
        return plain
    return f"[U+{ord(letter):04X}]"


def latex_math(formula: Formula) -> str:
    r"""A formula as LaTeX mathematics, without dollar signs.

    >>> latex_math(read_formula("P(A | a, λ_a) <= 2 sqrt(2)"))
    'P(A\\mid a,\\lambda_{a})\\le 2\\,\\allowbreak \\sqrt{2}'
    """
    return "".join(_part(formula, k) for k in range(len(formula)))


def _part(formula: Formula, k: int) -> str:
    match formula[k]:
        case Name(text, dropped):
            name = _plain(latex_name(text))
            return f"\\cancel{{{name}}}" if dropped else name
        case Number(text):
            return text
        case Word(text):
            return f"\\text{{{latex_text(text)}}}"
        case Space():
            return _space(formula[k - 1 : k], formula[k + 1 : k + 2])
        case Big(kind, names):
            bound = ",".join(_plain(latex_name(name)) for name in names)
            return f"\\sum_{{{bound}}}" if kind == "sum" else f"\\int_{{{bound}}}"
        case Root(inside):
            return f"\\sqrt{{{latex_math(read_formula(inside))}}}"
        case Sign("|"):
            if is_bar(formula, k):
                return r"\mid "
            opens = k == 0 or formula[k - 1] in (Space(), Sign("("))
            return r"\lvert " if opens else r"\rvert "
        case Sign(text):
            return _SIGNS.get(text) or _plain(text if text not in _ESCAPES else _escaped(text))
    raise TypeError(formula[k])


def _escaped(sign: str) -> str:
    return sign if sign in "-<>'" else f"\\text{{{_ESCAPES[sign]}}}"


def _space(before: Formula, after: Formula) -> str:
    """Blanks around words and between factors; LaTeX knows the others."""
    around: tuple[Part, ...] = (*before, *after)
    if any(isinstance(part, Word) for part in around):
        return r"\ \allowbreak "
    left = bool(before) and (not isinstance(before[0], Sign) or before[0].text in ")|")
    right = bool(after) and (not isinstance(after[0], Sign) or after[0].text == "(")
    bar = bool(before) and before[0] == Sign("|")
    return r"\,\allowbreak " if left and right and not bar else ""


def _plain(text: str) -> str:
    """Mathematics in ASCII: what has no command of its own is set as text."""
    return "".join(c if c.isascii() else _MATHS.get(c) or f"\\text{{{_letter(c)}}}" for c in text)


# Notebooks.


def item_latex(item: Item) -> str:
    """One step, rewrite or claim with its verdict, as displayed mathematics."""
    return f"$\\displaystyle {_stated(item, ())}$"


def file_report_latex(report: FileReport) -> str:
    """Every step and claim of a file with its verdict, as displayed mathematics."""
    labels = [name for name, _ in report.assumptions]
    rows = "\\\\\n".join(f"&{_stated(item, labels)}" for item in report.items)
    return f"$$\\begin{{aligned}}\n{rows}\n\\end{{aligned}}$$"


def _stated(item: Item, labels: Collection[str]) -> str:
    names = " or ".join(", ".join(names) for names in item.needs if names)
    said = f"{item.verdict.value} by {names}" if names else item.verdict.value
    statement = latex_math(read_formula(item.statement, {*labels, *item.scope}))
    return f"{statement}\\qquad\\text{{{latex_text(said)}}}"


# Blocks.


def render_latex(page: Page, fragment: bool = False) -> str:
    r"""The page as a document, or as a fragment to \input."""
    title = latex_text(page.title)
    source = [f"\\noindent {latex_text(page.source)}", ""] if page.source else []
    body = [*source, *(line for block in page.blocks for line in _block(block))]
    if fragment:
        need = f"% Needs the packages {', '.join(PACKAGES)} and the font encoding T1."
        return "\n".join([need, f"\\section*{{{title}}}", *body]) + "\n"
    head = [
        r"\documentclass[11pt,a4paper]{article}",
        r"\usepackage[T1]{fontenc}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage[margin=2.2cm]{geometry}",
        *(f"\\usepackage{{{name}}}" for name in PACKAGES),
        r"\allowdisplaybreaks",
        r"\setlength{\parindent}{0pt}\setlength{\parskip}{4pt plus 2pt}\sloppy",
        f"\\title{{{title}}}\\author{{}}\\date{{}}",
        r"\begin{document}",
        r"\maketitle",
    ]
    return "\n".join([*head, *body, r"\end{document}"]) + "\n"


def _inline(content: Content) -> str:
    return "".join(map(_piece, content))


def _piece(part: Inline) -> str:
    match part:
        case Text(text):
            # NB: runs of text may open and close with a blank, which `latex_text` takes away.
            inner = latex_text(text)
            return " " * text.startswith(" ") + inner + " " * (bool(inner) and text.endswith(" "))
        case Math(formula):
            return f"${latex_math(formula)}$"
        case Link(text, _):
            return latex_text(text)
        case Mark(kind, text):
            sign = {"good": r"$\checkmark$", "bad": r"$\times$", "open": "?"}[kind]
            return f"{sign} \\textbf{{{latex_text(text)}}}"
    raise TypeError(part)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, content, _):
            command = "section" if level == 2 else "subsection"
            yield f"\\{command}*{{{_inline(content)}}}"
        case Paragraph(content):
            yield from (_inline(content), "")
        case Bullets(items):
            yield r"\begin{itemize}\setlength{\itemsep}{0pt}"
            yield from (f"  \\item {{}}{_inline(item)}" for item in items)
            yield r"\end{itemize}"
        case Listing(text):
            lines = (re.sub(r"^ +", lambda m: "~" * len(m[0]), line) for line in text.split("\n"))
            yield r"\begin{flushleft}\ttfamily\footnotesize"
            yield "\\\\\n".join(_typed(line) for line in lines)
            yield r"\end{flushleft}"
        case Grid():
            yield from _grid(block)
        case Inference():
            yield from _proof(block)
        case Picture(title, _, tikz):
            if tikz:
                yield from (r"\begin{center}", _fitted(tikz), r"\par", latex_text(title))
                yield r"\end{center}"
        case Chain(start, entries):
            yield from _chain(start, entries)
        case Claimed(entry):
            label = f"\\textbf{{{latex_text(entry.label)}}} " if entry.label else ""
            formula = latex_math(entry.formula)
            yield f"\\medskip {label}${formula}$ \\quad {_inline(entry.verdict)}\n"
            yield from _details(entry)


def _fitted(box: str) -> str:
    """A box, made smaller where it is wider than the line."""
    width = r"\ifdim\width>\linewidth\linewidth\else\width\fi"
    return f"\\resizebox{{{width}}}{{!}}{{%\n{box.rstrip()}%\n}}"


def _typed(line: str) -> str:
    blanks = len(line) - len(line.lstrip("~"))
    return r"\mbox{}" + "~" * blanks + latex_text(line[blanks:])


def _chain(start: Formula, entries: tuple[Entry, ...]) -> Iterator[str]:
    """The derivation as the paper writes it, then a paragraph for each step."""
    rows = [f"  &{latex_math(start)}"]
    rows += [f"  &{_broken(entry.formula)}{_tag(k, entry)}" for k, entry in enumerate(entries, 1)]
    yield r"\begin{align*}"
    yield "\\\\\n".join(rows)
    yield r"\end{align*}"
    for number, entry in enumerate(entries, 1):
        label = f", {latex_text(entry.label)}" if entry.label else ""
        yield f"\\paragraph{{Step {number}{label}:}} {_inline(entry.verdict)}\n"
        yield from _details(entry)


def _broken(formula: Formula) -> str:
    """A long line in several."""
    lines: list[list[Formula]] = [[]]
    width = 0
    for piece in pieces(formula):
        width += len(spelled(piece)) + 1
        if width > LINE and lines[-1]:
            lines.append([])
            width = len(spelled(piece))
        lines[-1].append(piece)
    return "\\\\\n  &\\qquad ".join(r"\,".join(map(latex_math, line)) for line in lines)


def _tag(number: int, entry: Entry) -> str:
    label = f" {latex_text(entry.label)}" if entry.label else ""
    kinds = [part.kind for part in entry.verdict if isinstance(part, Mark)]
    sign = {"good": r"$\checkmark$", "bad": r"$\times$"}.get(kinds[0] if kinds else "", "?")
    return f"\\tag*{{({number}){label} {sign}}}"


def _details(entry: Entry) -> Iterator[str]:
    for block in entry.details:
        yield from _block(block)


def _proof(block: Inference) -> Iterator[str]:
    yield f"{_inline(block.title)}:\n"
    if _fits_a_tree(block):
        yield r"\begin{center}"
        tree = "\n".join(_tree(block, len(block.steps)))
        yield _fitted(f"\\begin{{prooftree}}\n{tree}\n\\end{{prooftree}}")
        yield r"\end{center}"
        return
    rows = tuple(
        Row((
            (Text(f"({k})"),), (Math(step.formula),), step.reason,
            (Text(" ".join(f"({n})" for n in step.premises)),),
        ))
        for k, step in enumerate(block.steps, 1)
    )  # fmt: skip
    head = tuple((Text(title),) for title in ("line", "says", "by", "from"))
    yield from _grid(Grid((), head, rows))


def _fits_a_tree(block: Inference) -> bool:
    """Short, and every line used exactly once but the last."""
    used = sorted(n for step in block.steps for n in step.premises)
    return (
        len(block.steps) <= TREE_LINES
        and used == list(range(1, len(block.steps)))
        and all(len(spelled(step.formula)) <= TREE_WIDTH for step in block.steps[:-1])
        and all(len(step.premises) <= 3 for step in block.steps)
    )


def _tree(block: Inference, line: int) -> Iterator[str]:
    step = block.steps[line - 1]
    for premise in step.premises:
        yield from _tree(block, premise)
    reason = f"\\text{{\\footnotesize {_inline(step.reason)}}}"
    yield f"  \\infer{len(step.premises)}[{{${reason}$}}]{{{latex_math(step.formula)}}}"


def _grid(block: Grid) -> Iterator[str]:
    if block.caption:
        yield f"{_inline(block.caption)}:\n"
    widths = [
        max(_width(cells) for cells in column)
        for column in zip(block.head, *(row.cells for row in block.rows), strict=True)
    ]
    small = r"\footnotesize\setlength{\tabcolsep}{3pt}" if sum(widths) > TABLE else ""
    yield f"{{{small}\\begin{{longtable}}[l]{{@{{}}{_columns(widths)}@{{}}}}"
    yield r"\toprule"
    yield " & ".join(map(_inline, block.head)) + r" \\ \midrule \endhead"
    for row in block.rows:
        first, *rest = map(_inline, row.cells)
        mark = r"$\triangleright$ " if row.marked else ""
        # NB: a row that opens with a bracket would be an argument of the `\\` before it.
        yield " & ".join([f"{{}}{mark}{first}", *rest]) + r" \\"
    yield r"\bottomrule"
    yield r"\end{longtable}}"


def _columns(widths: list[int]) -> str:
    """Columns as wide as their text, or shares of the line where that is too wide."""
    if sum(widths) <= TABLE or len(widths) > 8:
        return "l" * len(widths)
    kept = [max(6, min(width, TABLE // 2)) for width in widths]
    total = sum(kept) + 3 * len(kept)
    return "".join(
        rf">{{\raggedright\arraybackslash}}p{{{width / total:.3f}\linewidth}}" for width in kept
    )


def _width(content: Content) -> int:
    return sum(len(spelled(p.formula) if isinstance(p, Math) else p.text) for p in content)
