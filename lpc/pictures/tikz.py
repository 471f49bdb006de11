"""Pictures as TikZ, for pdfLaTeX and LuaLaTeX."""

from __future__ import annotations

from collections.abc import Iterator

from lpc.logic.spelling import GREEK
from lpc.logic.visible import visible
from lpc.pictures.labels import Face, Label, Mark
from lpc.pictures.scene import Dot, Line, Picture, Point, Polygon, Role, Shape, Text
from lpc.pictures.styles import STYLES, Style

BEFORE = r"""\documentclass[tikz,border=4pt]{standalone}
\usepackage[T1]{fontenc}
\usepackage{iftex}
\ifpdftex\usepackage[utf8]{inputenc}\fi
\usepackage{amssymb}
\begin{document}
"""
ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}

_COMMANDS = {letter: word for word, letter in GREEK.items()}
_LATIN_CAPITALS = dict(
    zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True)
)  # NB: LaTeX has no commands for Greek letters that look like Latin ones.
_SIGNS = {
    "⊥": r"\perp ", "≤": r"\leq ", "≥": r"\geq ", "→": r"\to ", "←": r"\leftarrow ",
    "↔": r"\leftrightarrow ", "∖": r"\setminus ", "−": "-", "∅": r"\emptyset ",
    "√": r"\surd ", "·": r"\cdot ", "×": r"\times ", "′": "'", "∞": r"\infty ",
    "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "≠": r"\neq ", "⁺": "^{+}", "⁻": "^{-}",
    "¬": r"\neg ", "∫": r"\int ", "<": "<", ">": ">", "|": "|", "•": r"\bullet ",
}  # fmt: skip
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "^": r"\textasciicircum{}", "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}", "“": "``", "”": "''", "’": "'", "–": "--", "—": "---",
    "…": r"\ldots{}", "`": r"\textasciigrave{}", "-": "{-}",
}  # fmt: skip


def render_tikz(picture: Picture, standalone: bool = True) -> str:
    """The picture as a TikZ picture, in a document of its own unless told otherwise.

    >>> from lpc.pictures.labels import name
    >>> text = Text(name("λ_a"), (1.0, 2.0))
    >>> print(render_tikz(Picture("graph", "", "", 9, 9, (text,)), False).splitlines()[-2])
    \\node[anchor=base,text=lpcink] at (1,2) {$\\lambda _{a}$};
    """
    lines = [*_lines(picture)]
    body = "\n".join(lines) + "\n"
    return BEFORE + body + "\\end{document}\n" if standalone else body


def _lines(picture: Picture) -> Iterator[str]:
    yield f"% {escape_comment(picture.title)}"
    yield r"\begin{tikzpicture}[x=0.75pt,y=-0.75pt,inner sep=0pt,outer sep=0pt]"
    used = [role for role in Role if picture.roles(role)]
    for role in used:
        style = STYLES[role]
        colour = style.fill or style.stroke
        if colour is not None:
            yield rf"\definecolor{{lpc{role.value}}}{{HTML}}{{{_html(colour)}}}"
        if style.fill is not None and style.stroke is not None and style.fill != style.stroke:
            yield rf"\definecolor{{lpc{role.value}edge}}{{HTML}}{{{_html(style.stroke)}}}"
    corner = _point((picture.width, picture.height))
    yield rf"\useasboundingbox (0,0) rectangle {corner};"
    for shape in picture.shapes:
        yield _shape(shape)
    yield r"\end{tikzpicture}"


def _shape(shape: Shape) -> str:
    style, colour = STYLES[shape.role], f"lpc{shape.role.value}"
    match shape:
        case Text(label, at, _, anchor, size):
            font = f",scale={_number(size / 15)}" if size != 15 else ""
            place = f"anchor={ANCHORS[anchor]},text={colour}{font}"
            return rf"\node[{place}] at {_point(at)} {{{latex(label)}}};"
        case Polygon(points):
            path = " -- ".join(map(_point, points))
            return rf"\fill[{colour},fill opacity={_number(style.opacity)}] {path} -- cycle;"
        case Dot(at, _, rx, ry):
            radii = f"x radius={_number(rx)},y radius={_number(ry)}"
            return rf"\path[{_options(style, colour)}] {_point(at)} ellipse[{radii}];"
        case Line(points, _, arrow):
            options = _pen(style, _edge(style, colour))
            options += ",->,>=latex" if arrow else ""
            return rf"\draw[{options}] {' -- '.join(map(_point, points))};"


def _edge(style: Style, colour: str) -> str:
    """The name of the colour of lines."""
    differs = style.fill is not None and style.stroke is not None and style.fill != style.stroke
    return colour + "edge" if differs else colour


def _options(style: Style, colour: str) -> str:
    parts = []
    if style.fill is not None:
        parts.append(f"fill={colour},fill opacity={_number(style.opacity)}")
    if style.stroke is not None:
        parts.append(f"draw={_edge(style, colour)},{_pen(style, '')}".rstrip(","))
    return ",".join(parts)


def _pen(style: Style, colour: str) -> str:
    parts = [colour] if colour else []
    parts.append(f"line width={_number(style.width * 0.75)}pt")
    if style.dash:
        on, off = style.dash
        parts.append(f"dash pattern=on {_number(on * 0.75)}pt off {_number(off * 0.75)}pt")
    if style.stroke_opacity < 1:
        parts.append(f"draw opacity={_number(style.stroke_opacity)}")
    return ",".join(parts)


def latex(label: Label) -> str:
    r"""A label as LaTeX: mathematics between dollar signs, prose outside of them.

    >>> from lpc.pictures.labels import formula, prose
    >>> latex(formula("A ⊥ b | λ_a"))
    '$A$ $\\perp $ $b$ $|$ $\\lambda _{a}$'
    >>> latex(prose("50% of {x}"))
    '50\\% of \\{x\\}'
    """
    text, k = "", 0
    while k < len(label):
        mark = label[k]
        if mark.depth == 0 and mark.face is Face.UPRIGHT and not _has_subscript(label, k):
            text += _prose(mark.text)
            k += 1
            continue
        end = k + 1
        while end < len(label) and label[end].depth > 0:
            end += 1
        text += f"${_math(label[k:end])}$"
        k = end
    return text


def _has_subscript(label: Label, k: int) -> bool:
    return k + 1 < len(label) and label[k + 1].depth > 0


def _math(marks: tuple[Mark, ...]) -> str:
    text, depth = "", 0
    for mark in marks:
        text += "}" * (depth - mark.depth) + "_{" * (mark.depth - depth)
        depth = mark.depth
        inner = "".join(_math_letter(c) for c in mark.text)
        text += rf"\mathrm{{{inner}}}" if mark.face is Face.UPRIGHT else inner
    return text + "}" * depth


def _math_letter(c: str) -> str:
    if c in _COMMANDS:
        return f"\\{_COMMANDS[c]} "
    if c in _SIGNS:
        return _SIGNS[c]
    if c in _LATIN_CAPITALS:
        return _LATIN_CAPITALS[c]
    return c if c.isascii() and c.isalnum() else rf"\mbox{{{_prose(c)}}}"


def _prose(text: str) -> str:
    return "".join(map(_letter, text))


def _letter(c: str) -> str:
    if c in _SPECIAL:
        return _SPECIAL[c]
    if c in _COMMANDS or c in _SIGNS:
        return f"${_math_letter(c)}$"
    if c in _LATIN_CAPITALS:
        return _LATIN_CAPITALS[c]
    # Beyond the Latin letters of Western Europe pdfLaTeX needs packages that may be missing.
    return c if (c.isascii() and c.isprintable()) or "À" <= c <= "ÿ" else "?"


def escape_comment(text: str) -> str:
    """Text for one line after a percent sign."""
    return visible(text)


def _point(at: Point) -> str:
    return f"({_number(at[0])},{_number(at[1])})"


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _html(colour: tuple[str, str]) -> str:
    return colour[0].removeprefix("#").upper()
