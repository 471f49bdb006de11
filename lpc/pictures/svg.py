"""Pictures as SVG: self-contained, the same bytes for the same picture, light and dark.

Colours stand in attributes, which every viewer and converter reads; a style sheet changes
them where the reader prefers a dark screen. Arrowheads are drawn, so that the file needs no
identifiers and several pictures can stand on one page.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from math import hypot

from lpc.logic.visible import visible
from lpc.pictures.labels import Face, Mark, drop, mark_size
from lpc.pictures.scene import Dot, Line, Picture, Point, Polygon, Role, Shape, Text
from lpc.pictures.styles import DARK_PAPER, PAPER, STYLES, Style

FONTS = (
    "'STIX Two Text','Latin Modern Roman','Latin Modern Math','Times New Roman',Times,"
    "'DejaVu Serif',serif"
)
HEAD = 9.0


def render_svg(picture: Picture, fonts: str = FONTS) -> str:
    """The picture as one SVG document.

    Args: fonts: the value of `font-family`.

    >>> from lpc.pictures.scene import Picture
    >>> render_svg(Picture("graph", "<b>", "", 10, 10, ())).splitlines()[1]
    '<title>&lt;b&gt;</title>'
    """
    return "\n".join(_lines(picture, fonts)) + "\n"


def _lines(picture: Picture, fonts: str) -> Iterator[str]:
    wide, high = _number(picture.width), _number(picture.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="img" class="lpc-picture lpc-{picture.kind}" '
        f'font-family="{fonts}">'
    )
    yield f"<title>{_safe(picture.title)}</title>"
    yield f"<desc>{_safe(picture.description)}</desc>"
    yield "<style>@media (prefers-color-scheme: dark){" + "".join(_dark(picture)) + "}</style>"
    yield f'<rect class="lpc-paper" width="{wide}" height="{high}" fill="{PAPER}"/>'
    for shape in picture.shapes:
        yield from _shape(shape)
    yield "</svg>"


def _dark(picture: Picture) -> Iterator[str]:
    yield f".lpc-paper{{fill:{DARK_PAPER}}}"
    for role in Role:
        if not picture.roles(role):
            continue
        style = STYLES[role]
        if style.fill is not None:
            yield f".lpc-{role.value}{{fill:{style.fill[1]}}}"
        if style.stroke is not None:
            yield f".lpc-{role.value}.lpc-line{{stroke:{style.stroke[1]}}}"


def _shape(shape: Shape) -> Iterator[str]:
    style = STYLES[shape.role]
    match shape:
        case Text():
            yield _text(shape, style)
        case Polygon(points, role):
            yield f'<polygon class="lpc-{role.value}" points="{_points(points)}"{_fill(style)}/>'
        case Dot((x, y), role, rx, ry, note):
            place = f'cx="{_number(x)}" cy="{_number(y)}" rx="{_number(rx)}" ry="{_number(ry)}"'
            start = f'<ellipse class="lpc-{role.value} lpc-line" {place}'
            end = f"><title>{_safe(note)}</title></ellipse>" if note else "/>"
            yield start + _fill(style) + _stroke(style) + end
        case Line(points, role, arrow):
            yield (
                f'<polyline class="lpc-{role.value} lpc-line" points="{_points(points)}" '
                f'style="fill:none" fill="none"{_stroke(style)}/>'
            )
            if arrow:
                head = _points(arrowhead(points[-2], points[-1]))
                yield f'<polygon class="lpc-{role.value}" points="{head}"{_fill(style)}/>'


def arrowhead(start: Point, end: Point, size: float = HEAD) -> tuple[Point, Point, Point]:
    """The triangle at the end of an arrow."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    base = end[0] - size * ux, end[1] - size * uy
    half = size * 0.38
    return (
        end,
        (base[0] - half * uy, base[1] + half * ux),
        (base[0] + half * uy, base[1] - half * ux),
    )


def _text(text: Text, style: Style) -> str:
    x, y = _number(text.at[0]), _number(text.at[1])
    inner, low = "", 0.0
    for mark in text.label:
        depth = drop(mark, text.size)
        inner += _mark(mark, text.size, depth - low)
        low = depth
    return (
        f'<text class="lpc-{text.role.value}" x="{x}" y="{y}" text-anchor="{text.anchor}" '
        f'font-size="{_number(text.size)}"{_fill(style)} xml:space="preserve">{inner}</text>'
    )


def _mark(mark: Mark, size: float, down: float) -> str:
    attributes = ' font-style="italic"' if mark.face is Face.ITALIC else ""
    if mark.depth:
        attributes += f' font-size="{_number(mark_size(mark, size))}"'
    if down:
        attributes += f' dy="{_number(down)}"'
    return f"<tspan{attributes}>{_safe(mark.text)}</tspan>"


def _fill(style: Style) -> str:
    if style.fill is None:
        return ' fill="none"'
    opacity = f' fill-opacity="{_number(style.opacity)}"' if style.opacity < 1 else ""
    return f' fill="{style.fill[0]}"{opacity}'


def _stroke(style: Style) -> str:
    if style.stroke is None:
        return ""
    text = f' stroke="{style.stroke[0]}" stroke-width="{_number(style.width)}"'
    if style.dash:
        text += f' stroke-dasharray="{" ".join(map(_number, style.dash))}"'
    if style.stroke_opacity < 1:
        text += f' stroke-opacity="{_number(style.stroke_opacity)}"'
    return text


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _safe(text: str) -> str:
    """Text for XML: escaped, without the characters that XML does not allow."""
    return escape(visible(text))
