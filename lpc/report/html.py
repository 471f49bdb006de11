"""Results in a notebook: one small table, everything escaped."""

from __future__ import annotations

from html import escape

from lpc.report.results import FileReport, Item, Verdict

_COLOURS = {
    Verdict.IDENTITY: "#1a7f37",
    Verdict.LICENSED: "#1a7f37",
    Verdict.ENTAILED: "#1a7f37",
    Verdict.HOLDS: "#1a7f37",
    Verdict.FAILS: "#cf222e",
    Verdict.REFUTED: "#cf222e",
    Verdict.UNDECIDED: "#9a6700",
}


def file_report_html(report: FileReport) -> str:
    """The report of one file as a table, a row per step or claim."""
    return _table(f"<caption>{escape(report.title or report.file)}</caption>", report.items)


def item_html(item: Item) -> str:
    """One step, rewrite or claim as a table of one row."""
    return _table("", (item,))


def _table(caption: str, items: tuple[Item, ...]) -> str:
    head = "<tr><th>step or claim</th><th>verdict</th><th>needs</th><th>not licensed</th></tr>"
    rows = "".join(map(_row, items))
    return f"<table>{caption}<thead>{head}</thead><tbody>{rows}</tbody></table>"


def _row(item: Item) -> str:
    needs = " or ".join("{" + ", ".join(names) + "}" for names in item.needs if names)
    refused = "; ".join(
        f"{', '.join(r.removed)} from {r.factor}" for r in item.removals if not r.needs
    )
    colour = _COLOURS[item.verdict]
    verdict = f'<span style="color:{colour}">{escape(item.verdict.value)}</span>'
    label = f" ({escape(item.label)})" if item.label else ""
    cells = (f"{escape(item.statement)}{label}", verdict, escape(needs), escape(refused))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
