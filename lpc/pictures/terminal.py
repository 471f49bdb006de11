"""Pictures in characters: lines in Braille dots, or in ASCII where nothing else can be shown."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, cos, pi, sin

from lpc.logic.spelling import ascii_text
from lpc.pictures.labels import text_of
from lpc.pictures.scene import Dot, Line, Picture, Point, Role, Text
from lpc.pictures.styles import STYLES

CELL = 8.0, 16.0
"""The units that one character stands for when a picture is shown at its own size."""

SMALLEST = 0.62
"""Smaller than this share of its own size a picture cannot be read."""

BRAILLE = 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_SKIPPED = frozenset({Role.LEADER, Role.RING})
_SIGNS = {Role.HOLLOW: "○o", Role.MEETING: "○o", Role.COIN: "◆@"}
"""How dots are shown, and how where only ASCII is."""
_NUDGES = (0, -1, 1, -2, 2)
_SHIFTS = (0, 1, -1, 2, -2, 3, -3, 5, -5, 8, -8)


def render_terminal(picture: Picture, width: int, ascii_only: bool = False) -> str:
    """The picture in at most `width` columns, or "" where it does not fit.

    >>> from lpc.pictures.labels import name
    >>> at = Text(name("λ_a"), (8.0, 12.0), anchor="start")
    >>> render_terminal(Picture("graph", "", "", 60, 20, (at,)), 80, ascii_only=True)
    ' lambda_a\\n'
    """
    share = min(1.0, width * CELL[0] / picture.width)
    if share < SMALLEST:
        return ""
    return _Page(picture, width, share, ascii_only).text()


class _Page:
    def __init__(self, picture: Picture, width: int, share: float, ascii_only: bool) -> None:
        self.picture, self.width, self.ascii_only = picture, width, ascii_only
        self.cell = CELL[0] / share, CELL[1] / share
        self.rows = ceil(picture.height / self.cell[1]) + 1
        self.ink: dict[tuple[int, int], int] = {}
        self.signs: dict[tuple[int, int], str] = {}
        self.words: dict[tuple[int, int], str] = {}

    def text(self) -> str:
        for shape in self.picture.shapes:
            if shape.role in _SKIPPED:
                continue
            match shape:
                case Line(points, role, arrow):
                    self._line(points, role, arrow)
                case Dot():
                    self._dot(shape)
        for shape in sorted(self.picture.texts, key=lambda t: t.anchor != "start"):
            self._word(shape)
        lines = [self._row(row) for row in range(self.rows)]
        while lines and not lines[0]:
            lines.pop(0)
        return "\n".join(lines).rstrip() + "\n"

    def _row(self, row: int) -> str:
        found = []
        for column in range(self.width):
            at = column, row
            bits = self.ink.get(at, 0)
            dots = chr(BRAILLE + bits) if bits else " "
            found.append(self.words.get(at) or self.signs.get(at) or dots)
        return "".join(found).rstrip()

    def _at(self, point: Point) -> tuple[int, int]:
        return int(point[0] // self.cell[0]), int(point[1] // self.cell[1])

    def _line(self, points: tuple[Point, ...], role: Role, arrow: bool) -> None:
        style = STYLES[role]
        for a, b in pairwise(points):
            steps = (
                int(max(abs(b[0] - a[0]) / self.cell[0], abs(b[1] - a[1]) / self.cell[1]) * 8) + 1
            )
            for k in range(steps + 1):
                if style.dash and k // 8 % 2:
                    continue
                point = a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps
                if self.ascii_only:
                    self._sign(point, _slope(a, b, style.width > 2))
                else:
                    self._pixel(point)
                    if style.width > 2:
                        self._pixel((point[0], point[1] - self.cell[1] / 4))
        if arrow:
            self.signs[self._at(points[-1])] = self._head(points[-2], points[-1])

    def _sign(self, point: Point, sign: str) -> None:
        """One sign a row is enough for a line that is not flat."""
        column, row = self._at(point)
        height = point[1] / self.cell[1] % 1
        if sign in "-=" or 0.35 < height < 0.65:
            beside = [self.signs.get((column + k, row)) for k in (-1, 1)]
            if sign in "-=" or sign not in beside:
                self.signs.setdefault((column, row), sign)

    def _pixel(self, point: Point) -> None:
        column, row = self._at(point)
        x = min(1, int(point[0] / self.cell[0] % 1 * 2))
        y = min(3, int(point[1] / self.cell[1] % 1 * 4))
        self.ink[column, row] = self.ink.get((column, row), 0) | _BITS[y][x]

    def _head(self, a: Point, b: Point) -> str:
        dx, dy = b[0] - a[0], b[1] - a[1]
        if abs(dx) > 2 * abs(dy):
            return (">" if dx > 0 else "<") if self.ascii_only else ("▸" if dx > 0 else "◂")
        return ("^" if dy < 0 else "v") if self.ascii_only else ("▴" if dy < 0 else "▾")

    def _dot(self, dot: Dot) -> None:
        if max(dot.rx, dot.ry) < CELL[0]:
            self.signs[self._at(dot.at)] = _SIGNS.get(dot.role, "●*")[self.ascii_only]
            return
        if self.ascii_only:
            left, row = self._at((dot.at[0] - dot.rx, dot.at[1]))
            right, _ = self._at((dot.at[0] + dot.rx, dot.at[1]))
            self.signs[left, row], self.signs[right, row] = "(", ")"
            return
        for k in range(64):
            angle = 2 * pi * k / 64
            self._pixel((dot.at[0] + dot.rx * cos(angle), dot.at[1] + dot.ry * sin(angle)))

    def _word(self, text: Text) -> None:
        """A label where it stands, or as near as other labels allow."""
        word = text_of(text.label).strip()
        word = ascii_text(word) if self.ascii_only else word
        middle = text.at[1] - text.size * 0.3
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
        column, row = self._at((text.at[0], middle))
        column -= int(share * len(word))
        for dy in _NUDGES:
            for dx in _SHIFTS:
                start, line = max(0, min(column + dx, self.width - len(word))), row + dy
                cells = [(start + k, line) for k in range(-1, len(word) + 1)]
                if line >= 0 and not any(cell in self.words for cell in cells):
                    self.rows = max(self.rows, line + 1)
                    self.words.update(zip(cells[1:], word, strict=False))
                    return


def _slope(a: Point, b: Point, thick: bool) -> str:
    dx, dy = b[0] - a[0], b[1] - a[1]
    if abs(dy) < abs(dx) / 4:
        return "=" if thick else "-"
    if abs(dx) < abs(dy) / 4:
        return "|"
    return "\\" if dx * dy > 0 else "/"
