"""Results as Markdown for a repository: tables and lists, no HTML.

Formulas are code in the language's own spelling, so they can be copied back into a file.
Pictures are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lpc.report.page import (
    SIGNS,
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
from lpc.report.typeset import spelled


def markdown_text(text: str) -> str:
    r"""Any text, with everything escaped that Markdown or HTML would take for its own.

    >>> markdown_text("<b> MI_a | *")
    '\\<b\\> MI\\_a \\| \\*'
    """
    text = re.sub(r"([\\`*_\[\]<>#|~$&!])", r"\\\1", text.replace("\n", " "))
    return re.sub(r"^(\s*)([-+=]|\d+[.)])", r"\1\\\2", text) if text[:1] in "-+=" else text


def markdown_code(text: str) -> str:
    """Text as a code span that may stand in a table.

    >>> print(markdown_code("P(A | a)"))
    `P(A \\| a)`
    """
    text = text.replace("\n", " ")
    if "`" in text or "\\" in text:
        return markdown_text(text)
    return f"`{text.replace('|', chr(92) + '|')}`"


def render_markdown(page: Page) -> str:
    """The page as GitHub-flavoured Markdown."""
    source = [markdown_text(page.source), ""] if page.source else []
    lines = [f"# {markdown_text(page.title)}", "", *source]
    lines += (line for block in page.blocks for line in _block(block))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _inline(content: Content, table: bool = False) -> str:
    return "".join(_piece(part, table) for part in content)


def _piece(part: Inline, table: bool) -> str:
    match part:
        case Math(formula):
            code = markdown_code(spelled(formula))
            # Outside a table `\|` in code would show its backslash.
            return code if table or not code.startswith("`") else code.replace("\\|", "|")
        case Mark(kind, text):
            return f"**{SIGNS[kind]} {markdown_text(text)}**"
        case Text(text) | Link(text, _):
            return markdown_text(text)
    raise TypeError(part)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, content, _):
            yield from ("", f"{'#' * level} {_inline(content)}", "")
        case Paragraph(content):
            yield from (_inline(content), "")
        case Bullets(items):
            yield from (f"- {_inline(item)}" for item in items)
            yield ""
        case Listing(text):
            yield from ("", *(f"    {line}" for line in text.split("\n")), "")
        case Grid():
            yield from _grid(block)
        case Inference(title, steps):
            rows = tuple(
                Row((
                    (Text(f"({k})"),), (Math(step.formula),), step.reason,
                    (Text(" ".join(f"({n})" for n in step.premises)),),
                ))
                for k, step in enumerate(steps, 1)
            )  # fmt: skip
            head = tuple((Text(word),) for word in ("line", "says", "by", "from"))
            yield from _grid(Grid(title, head, rows))
        case Picture():
            return
        case Chain(start, entries):
            head = ((Text("step"),), (Text("line"),), (Text("label"),), (Text("verdict"),))
            rows = (
                Row(((), (Math(start),), (), ())),
                *map(_row, range(1, len(entries) + 1), entries),
            )
            yield from _grid(Grid((), head, rows))
            for number, entry in enumerate(entries, 1):
                if entry.details:
                    label = f", {markdown_text(entry.label)}" if entry.label else ""
                    yield from ("", f"### Step {number}{label}", "")
                    yield from (_inline(entry.verdict), "")
                    yield from _details(entry)
        case Claimed(entry):
            yield from ("", f"### {markdown_text(entry.label or 'claim')}", "")
            yield from (f"{_inline((Math(entry.formula),))}: {_inline(entry.verdict)}", "")
            yield from _details(entry)


def _row(number: int, entry: Entry) -> Row:
    label: Content = (Text(entry.label),) if entry.label else ()
    return Row(((Text(str(number)),), (Math(entry.formula),), label, entry.verdict))


def _details(entry: Entry) -> Iterator[str]:
    for block in entry.details:
        yield from _block(block)


def _grid(block: Grid) -> Iterator[str]:
    yield ""
    if block.caption:
        yield from (f"{_inline(block.caption)}:", "")
    yield "| " + " | ".join(_inline(cell, table=True) for cell in block.head) + " |"
    yield "|" + " --- |" * len(block.head)
    for row in block.rows:
        first, *rest = (_inline(cell, table=True) for cell in row.cells)
        mark = "▸ " if row.marked else ""
        yield "| " + " | ".join([mark + first, *rest]) + " |"
    yield ""
