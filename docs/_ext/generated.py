"""Pages written from the code's own records: rules, messages, commands, reserved words.

Each function returns Markdown; the build writes it to docs/generated, which is not in git. The lpc
blocks of a page that have a name are written there too, so that pictures can be drawn of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import click
from blocks import blocks

GROUPS = {
    "E1": "Errors of syntax",
    "E2": "Errors of names and meaning",
    "E3": "Errors of geometry",
    "F5": "Findings: steps and claims that are not as stated",
    "W4": "Warnings, which leave the exit status alone",
}
WORDS_APART = {
    "words reserved everywhere": "everywhere",
    "words reserved inside `spacetime` and after `at` and `on`": (
        "inside `spacetime` and after `at` and `on`"
    ),
    "reserved where a line of a `quantum` block opens": "where a line of a `quantum` block opens",
    "reserved together, after the colon of `assume`": "together, after the colon of `assume`",
    "words reserved after `by`": "after `by`",
}


def write_pages(folder: Path) -> None:
    """All generated pages, as files that are left alone where nothing changed."""
    folder.mkdir(exist_ok=True)
    pages = {
        "rules": rules_page(),
        "sums": definitions_page("lpc.kernel.sums"),
        "inequalities": definitions_page("lpc.kernel.inequalities"),
        "messages": messages_page(),
        "commands": commands_page(),
        "words": words_page(),
        "coverage": coverage_page(),
    }
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def write_blocks(docs: Path) -> None:
    """The named lpc blocks of every page, each as a file with what stands before it."""
    for page in sorted(docs.glob("*.md")):
        folder = docs / "generated" / page.stem
        for block in blocks(page.read_text(encoding="utf-8")):
            if "as" in block.clauses:
                folder.mkdir(exist_ok=True)
                before = block.clauses.get("with")
                start = (folder / before).read_text(encoding="utf-8") + "\n" if before else ""
                (folder / block.clauses["as"]).write_text(start + block.text, encoding="utf-8")


def rules_page() -> str:
    """Every rule of the kernel with its premises over a bar."""
    from lpc.kernel.rules import RULES

    return "\n".join(line for rule in RULES.values() for line in _rule(rule))


def _rule(rule: object) -> Iterator[str]:
    from lpc.kernel.rules import Rule
    from lpc.report.explain import side_conditions

    assert isinstance(rule, Rule)
    premises = "".join(f"<span>{escape(str(p))}</span>" for p in rule.given)
    yield f"### {rule.code} {rule.name}\n"
    yield '<div class="rule">'
    yield f'<div class="premises">{premises}</div>'
    yield f'<div class="conclusion">{escape(str(rule.infers))}</div>'
    yield "</div>\n"
    yield f"{rule.text} {side_conditions(rule)}".rstrip() + "\n"
    yield f"*Source:* {rule.source}.\n"


def definitions_page(module: str) -> str:
    """The definitions in a module's docstring: a term at the margin, its text indented."""
    from importlib import import_module

    text = import_module(module).__doc__ or ""
    found = re.findall(r"^([a-z][a-z ]*)\n((?:    .*\n)+)", text, re.M)
    return "\n".join(f"{term}\n: {' '.join(body.split())}\n" for term, body in found)


def messages_page() -> str:
    """Every code of a message, by group."""
    from lpc.commands.explain import all_codes

    codes = all_codes()
    lines: list[str] = []
    for start, title in GROUPS.items():
        lines.append(f"## {title}\n")
        for code in sorted(c for c in codes if c.startswith(start)):
            lines += [f"`{code}` {codes[code].title}", f": {codes[code].explanation}\n"]
    return "\n".join(lines)


def commands_page() -> str:
    """What `--help` prints, of every command."""
    from lpc.cli import cli

    return "\n".join(_helps("lpc", cli, None))


def _helps(name: str, command: click.Command, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(
        command, parent=parent, info_name=name, max_content_width=88, terminal_width=88,
        **command.context_settings,
    )  # fmt: skip
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _helps(below, command.commands[below], context)


def words_page() -> str:
    """The reserved words, by the place in which they are reserved, from the grammar."""
    from lpc.language.reader import grammar_text

    lines = []
    for heading, text in _parts(grammar_text()):
        if heading in WORDS_APART:
            lines.append(f"{WORDS_APART[heading]}\n: {', '.join(_words(text))}\n")
    return "\n".join(lines)


def coverage_page() -> str:
    """Which kernel re-checks what, the table of the README."""
    from lpc.certificates.coverage import table

    return table()


def _parts(grammar: str) -> Iterator[tuple[str, str]]:
    """The grammar cut at its headings `// ---- … ----`."""
    pieces = re.split(r"^// -+ (.*?) -+$", grammar, flags=re.M)
    return zip(pieces[1::2], pieces[2::2], strict=True)


def _words(text: str) -> Iterable[str]:
    for name, plain in re.findall(r'^([A-Z]+)(?:\.\d+)?: (?:"(\w+)"|/)', text, re.M):
        yield f"`{plain or name.lower()}`"
