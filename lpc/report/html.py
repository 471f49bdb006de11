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
    title = escape(report.title or report.file)
    rows = "".join(_row(item) for item in report.items)
    head = "<tr><th>step or claim</th><th>verdict</th><th>needs</th><th>not licensed</th></tr>"
    return f"<table><caption>{title}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>"


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
