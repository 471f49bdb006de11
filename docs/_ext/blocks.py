"""The blocks of a Markdown page that are lpc files, Python or recorded output, in order.

Terms
-----
block
    A fence whose language is `lpc`, `python` or `text`; also as a directive,
    `{code-block} lpc` or `{code-cell} python`, inside a list, and inside another directive.
note
    An HTML comment on the line before a fence. `<!-- lpc: with basics.lpc, exit 1 -->` says how
    a block is checked, `<!-- output: lpc check mine.lpc -->` what prints a `text` block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt

LANGUAGES = ("lpc", "python")
DIRECTIVES = {"code-block", "code-cell", "code", "sourcecode"}


@dataclass(frozen=True, slots=True)
class Block:
    """A fence: its language, its text without options, its line, and the note above it."""

    language: str
    text: str
    line: int
    note: str = ""
    clauses: dict[str, str] = field(default_factory=dict)


def blocks(markdown: str, first_line: int = 1) -> Iterator[Block]:
    """Every fence of a page, those inside lists and directives included."""
    note = ""
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type == "fence" and token.map is not None:
            line = first_line + token.map[0]
            language, is_directive = _language(token.info)
            if language or not is_directive:
                text = _without_options(token.content) if is_directive else token.content
                yield Block(language, text, line, note, _clauses(note))
            else:
                yield from blocks(token.content, line + 1)
        note = token.content.strip() if token.type == "html_block" else ""


def _language(info: str) -> tuple[str, bool]:
    """The language of a fence, and whether it is a directive."""
    directive = re.match(r"\{([\w-]+)\}\s*(\S*)", info.strip())
    if directive is None:
        return (info.split() or [""])[0], False
    name, argument = directive.groups()
    return (argument if name in DIRECTIVES else ""), True


def _without_options(text: str) -> str:
    return re.sub(r"\A(?:---\n(?s:.*?)\n---\n|(?::[\w-]+:.*\n)+)\n?", "", text)


def _clauses(note: str) -> dict[str, str]:
    """`<!-- lpc: with x.lpc, exit 1 -->` as {"with": "x.lpc", "exit": "1"}."""
    found = re.fullmatch(r"<!-- lpc: (.*) -->", note)
    if found is None:
        return {}
    pairs = (clause.strip().partition(" ") for clause in found[1].split(","))
    return {word: rest for word, _, rest in pairs}


def rough_count(markdown: str) -> int:
    """How many fences name one of the languages, counted line by line and without a parser."""
    opening = (
        rf"^[\s>*+\-0-9.)]*(?:`{{3,}}|~{{3,}})\s*(?:\{{[\w-]+\}})?\s*(?:{'|'.join(LANGUAGES)})\b"
    )
    return len(re.findall(opening, markdown, re.M))
