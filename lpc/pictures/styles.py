"""What each role looks like, in light and in dark; the one table that all writers read."""

from __future__ import annotations

from dataclasses import dataclass

from lpc.pictures.scene import Role

PAPER, DARK_PAPER = "#ffffff", "#16191d"


@dataclass(frozen=True, slots=True)
class Style:
    """Colours are (light, dark) or None; `dash` in units, `opacity` is that of the filling."""

    fill: tuple[str, str] | None = None
    stroke: tuple[str, str] | None = None
    width: float = 1.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0
    stroke_opacity: float = 1.0


INK = ("#1a1a1a", "#e8e8e8")
GREY = ("#6b6b6b", "#a3a8ae")
PALE = ("#b4b8bd", "#5b636c")
BLUE = ("#1f5fa8", "#7fb4ee")
RED = ("#b3261e", "#ff8a80")
GREEN = ("#1b6e3c", "#77cf97")
AMBER = ("#b35900", "#f0ad4e")
VIOLET = ("#7a3e9d", "#d0a2ee")
OUTSIDE = (PAPER, DARK_PAPER)

STYLES: dict[Role, Style] = {
    Role.INK: Style(fill=INK, stroke=INK),
    Role.FAINT: Style(fill=GREY, stroke=GREY),
    Role.GOOD: Style(fill=GREEN),
    Role.BAD: Style(fill=RED),
    Role.DROPPED: Style(fill=VIOLET),
    Role.CONE: Style(stroke=GREY),
    Role.REGION: Style(fill=GREY, opacity=0.13),
    Role.PLANE: Style(stroke=GREY),
    Role.COMPLETE: Style(stroke=INK, width=3),
    Role.SHIELD: Style(stroke=BLUE, width=9, stroke_opacity=0.45),
    Role.COVERED: Style(fill=BLUE, opacity=0.16),
    Role.FUTURE: Style(stroke=BLUE, dash=(5, 4)),
    Role.LEADER: Style(stroke=PALE, width=0.8),
    Role.MISSING: Style(stroke=RED, width=4, dash=(6, 4)),
    Role.LACKING: Style(stroke=RED, width=9, stroke_opacity=0.35),
    Role.NEWS: Style(fill=RED, opacity=0.09),
    Role.EVENT: Style(fill=INK, stroke=INK),
    Role.HOLLOW: Style(fill=OUTSIDE, stroke=VIOLET, width=2),
    Role.RING: Style(stroke=RED, width=1.6),
    Role.NODE: Style(fill=OUTSIDE, stroke=INK, width=1.2),
    Role.GIVEN: Style(fill=("#e3e6ea", "#3a424b"), stroke=INK, width=1.2),
    Role.LATENT: Style(fill=OUTSIDE, stroke=GREY, width=1.2, dash=(3, 3)),
    Role.ARROW: Style(fill=GREY, stroke=GREY, width=1.2),
    Role.OPEN: Style(fill=RED, stroke=RED, width=2.4),
    Role.BAR: Style(stroke=INK),
    Role.MARKED: Style(fill=RED, opacity=0.2),
    Role.CONDITION: Style(fill=GREY, opacity=0.16),
    Role.CURVE: Style(fill=BLUE, stroke=BLUE, width=2),
    Role.GUIDE: Style(stroke=PALE, dash=(4, 4)),
    Role.SIGNAL: Style(fill=AMBER, stroke=AMBER, width=1.8),
    Role.COIN: Style(fill=AMBER, stroke=INK, width=1.4),
    Role.MEETING: Style(fill=OUTSIDE, stroke=AMBER, width=2),
}
