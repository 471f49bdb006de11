"""Pictures as PDF, with cairosvg (`pip install 'lpc[pdf]'`)."""

from __future__ import annotations

from dataclasses import replace

from lpc.logic import LpcError
from lpc.pictures.scene import Picture, Text
from lpc.pictures.svg import render_svg


def render_pdf(picture: Picture) -> bytes:
    """The picture as a PDF of one page.

    Raises: LpcError when cairosvg, or the cairo library that it needs, is missing.
    """
    try:
        import cairosvg
    except (ImportError, OSError) as error:
        what = "cairosvg" if isinstance(error, ImportError) else "the cairo library"
        raise LpcError(
            f"PDF needs {what}, which is not installed: pip install 'lpc[pdf]', or write .svg or "
            ".tex instead"
        ) from None
    found: bytes = cairosvg.svg2pdf(bytestring=for_cairo(picture).encode("utf-8"))
    return found


def for_cairo(picture: Picture) -> str:
    """The picture as cairosvg can draw it.

    It reads the first font family only, and misplaces labels of several parts unless they are
    set from the left.
    """
    shapes = tuple(s.from_the_left() if isinstance(s, Text) else s for s in picture.shapes)
    # NB: DejaVu, which cairo falls back to, has no U+2216.
    return render_svg(replace(picture, shapes=shapes), fonts="serif").replace("∖", "\\")
