"""Results as HTML: a whole page that needs nothing else, and what notebooks show.

Jinja escapes every text; what it takes as markup are formulas, which `mathml` escapes itself, and
the drawings of our own writer.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lpc.report.contents import page_of
from lpc.report.details import Vocabulary, removal_note, verdict_of
from lpc.report.mathml import copyable, mathml
from lpc.report.page import SIGNS, Block, Grid, Page, Row, text
from lpc.report.results import FileReport, Item
from lpc.report.typeset import Formula

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def render_page(page: Page) -> str:
    """The page as one HTML document: styles and drawings inside, no script, no request."""
    return _environment().get_template("report.html.j2").render(page=page, formula=_copyable)


def render_html(report: FileReport) -> str:
    """The report of one file as an HTML document, without pictures."""
    return render_page(page_of(report))


def file_report_html(report: FileReport) -> str:
    """The report of one file as a table, a row per step or claim, for notebooks."""
    return _table(report, report.title or report.shown, report.items)


def item_html(item: Item) -> str:
    """One step, rewrite or claim as a table of one row."""
    return _table(None, "", (item,))


def _table(report: FileReport | None, caption: str, items: tuple[Item, ...]) -> str:
    words = Vocabulary.create(report) if report else Vocabulary(frozenset(), {})
    head = (text("step or claim"), text("verdict"), text("removals"))
    table = Grid(text(caption), head, tuple(_row(item, words) for item in items))
    return fragment((table,))


def _row(item: Item, words: Vocabulary) -> Row:
    # NB: no links: a notebook shows many results, in which one anchor would stand many times.
    plain = Vocabulary(words.names, {})
    removals = [removal_note(removal, plain) for removal in item.removals]
    told = tuple(part for k, note in enumerate(removals)
                 for part in (*(text("; ") if k else ()), *note))  # fmt: skip
    label = text(f" ({item.label})" if item.label else "")
    return Row(((words.formula(item.statement), *label), verdict_of(item, plain), told))


def fragment(blocks: tuple[Block, ...]) -> str:
    """Blocks without the frame of a document."""
    return _environment().get_template("fragment.html.j2").render(blocks=blocks, formula=_plain)


def _copyable(formula: Formula) -> Markup:
    from markupsafe import Markup

    return Markup(copyable(formula))


def _plain(formula: Formula) -> Markup:
    """Without the layer to copy, which a notebook that strips styles would show."""
    from markupsafe import Markup

    return Markup(mathml(formula))


def _drawing(svg: str) -> Markup:
    from markupsafe import Markup

    return Markup(svg)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("lpc.report"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals.update(
        drawing=_drawing, signs=SIGNS, kind_of=lambda node: type(node).__name__
    )
    return environment
