"""From text to the syntax tree, with every syntax error of the file in one run.

The parser is fed statement by statement. Inside a block it remembers its stacks after each
separator; at an error it goes back to them and on to the next line of the block.

Terms
-----
lost statement
    One with a syntax error in any line of it: no part of it gets into the tree.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from lpc.language import syntax as s
from lpc.language.builder import Builder, problems
from lpc.language.findings import Findings
from lpc.language.layout import OPENING, Chunk, lay_out, span_of
from lpc.language.mistakes import Mistake, explain, innermost
from lpc.language.names import UnknownCommand, canonical
from lpc.language.suggest import nearest
from lpc.language.trivia import attach
from lpc.logic import Diagnostic, Severity, Span

MAX_DEPTH = 100
MAX_CHARACTERS = 5_000_000


class KeepTrivia:
    """Tokens that no rule mentions but the layout needs; lark would drop them otherwise."""

    always_accept = ("NEWLINE", "COMMENT", "SEMICOLON", "OPEN_STRING", "UNKNOWN", "DOUBLE_EQUAL")

    def process(self, stream: Any) -> Any:
        """Nothing: the layout works on the whole list of tokens."""
        return stream


def grammar_text() -> str:
    """The grammar, from the installed package or from the source checkout."""
    packaged = resources.files("lpc").joinpath("grammars", "lpc.lark")
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    checkout = Path(__file__).resolve().parents[2] / "grammars" / "lpc.lark"
    return checkout.read_text(encoding="utf-8")


@cache
def _parser() -> Lark:
    """The parser, built once in a process and kept on disk between processes."""
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="basic",
        start="statement",
        transformer=Builder(),
        postlex=KeepTrivia(),
        keep_all_tokens=True,
        maybe_placeholders=False,
        cache=_cache_file(),
    )


def _cache_file() -> str | bool:
    """A file for lark's tables in the user's own cache folder, or False.

    lark's default is a file in the shared temporary folder, and it is read with pickle.
    """
    try:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        folder = Path(base) / "lpc"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine = not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
        return str(folder / "grammar.pickle") if mine and os.access(folder, os.W_OK) else False
    except (OSError, RuntimeError):
        return False


@dataclass(frozen=True, slots=True)
class Lost:
    """A statement with a syntax error: the keyword that opens it, what it names, its line.

    The keyword is "" where it is none. `open_ended`: nobody knows where the statement ends, so what
    follows may be a part of it.
    """

    keyword: str
    names: tuple[str, ...]
    line: int
    open_ended: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The statements that could be read, those that could not, and what was said of them.

    `tree` is None where the text could not be cut into statements at all.
    """

    tree: s.File | None
    lost: tuple[Lost, ...] = ()
    found: Findings = field(default_factory=Findings)


def parse_tree(text: str, path: str = "<text>") -> tuple[s.File | None, tuple[Diagnostic, ...]]:
    """The syntax tree of a text, or None and what is wrong with it, in order of place."""
    reading = read_tree(text)
    return (None if reading.found.count else reading.tree), reading.found.sorted()


def read_tree(text: str) -> Reading:
    """As much of the syntax tree of a text as can be read."""
    text = plain(text)
    found = Findings()
    if len(text) > MAX_CHARACTERS:
        message = f"the file has {len(text)} characters, more than {MAX_CHARACTERS}"
        found.add(_error("E103", message, s.NOWHERE))
        return Reading(None, found=found)
    problems.found = []
    layout = lay_out(_parser().lex(text))
    if not layout.chunks:
        found.add(_error("E104", "nothing to check: the file has no statement", s.NOWHERE))
        return Reading(None, found=found)
    for diagnostic in layout.diagnostics:
        found.add(diagnostic)
    read = list(_statements(layout.chunks, found))
    for problem in problems.found:
        found.add(problem)
    said = (*layout.diagnostics, *problems.found)
    broken = _chunks_at(layout.chunks, [d.span for d in said])
    broken |= {k for k, node in enumerate(read) if node is None}
    good = [n for k, n in enumerate(read) if k not in broken and n is not _GOES_ON]
    tree = None
    if not layout.cut_short:
        tree = attach(good, layout.comments, text.split("\n"))
    return Reading(tree, tuple(_lost(layout.chunks[k]) for k in sorted(broken)), found)


_GOES_ON = object()
"""Stands for a line that belongs to the lost statement before it."""
_SECOND = frozenset({"NAME", "STRING", "COLON", "LBRACE", "NUMBER"})
"""What follows the keywords that open statements."""


def _looks_like_statement(chunk: Chunk) -> bool:
    """Whether a line may open with a misspelt keyword."""
    first, *rest = (token.type for token in chunk.tokens[:2])
    return first == "NAME" and rest != [] and rest[0] in _SECOND


def _chunks_at(chunks: Sequence[Chunk], places: Sequence[Span]) -> set[int]:
    """The chunks in which some places lie."""
    starts = [(span_of(c.tokens[0]).line, span_of(c.tokens[0]).column) for c in chunks]
    return {max(0, bisect_right(starts, (p.line, p.column)) - 1) for p in places}


def _lost(chunk: Chunk) -> Lost:
    tokens = chunk.tokens
    first = tokens[0]
    keyword = first.type.lower()
    if first.type not in OPENING:
        words = [w.lower() for w in OPENING]
        keyword = nearest(str(first), words) or "" if first.type == "NAME" else ""
    return Lost(keyword, tuple(_named(chunk)), span_of(first).line, _open_ended(chunk))


def _named(chunk: Chunk) -> Iterator[str]:
    """The names that a statement gives, to judge by the tokens; in a graph all names."""
    tokens = chunk.tokens
    graph = tokens[0].type == "CAUSAL"
    for k, token in enumerate(tokens[1:], 1):
        if token.type == "NAME":
            try:
                yield canonical(str(token))
            except UnknownCommand:
                yield str(token)
        elif not graph and token.type != "COMMA":
            return
        if not graph and k + 1 < len(tokens) and tokens[k + 1].type == "NAME":
            return


def _open_ended(chunk: Chunk) -> bool:
    """Whether a statement may go on behind what was taken for its end, or hold another one.

    A brace that is never closed, a keyword that opens statements in the middle, a text in quotes
    that may have swallowed a `;`.
    """
    inside = (t for k, t in enumerate(chunk.tokens) if k and k in chunk.first_on_line)
    quoted = [t for t in chunk.tokens if t.type in ("STRING", "OPEN_STRING")]
    swallowed = any(t.type == "OPEN_STRING" for t in quoted) and any(";" in t for t in quoted)
    return (
        swallowed
        or any(opener.kind == "LBRACE" for opener in chunk.unclosed)
        or any(token.type in OPENING for token in inside)
    )


def tokens(text: str) -> list[Token]:
    """The tokens of a text, comments included, each typed by where it stands; spaces are not there.

    >>> [token.type for token in tokens("assume POS : positive x  # why")]
    ['ASSUME', 'NAME', 'COLON', 'POSITIVE', 'NAME', 'COMMENT']
    """
    found = list(_parser().lex(text))
    lay_out(found)  # a word reserved in some places only gets its type there
    return found


def plain(text: str) -> str:
    """The text without a byte order mark and with `\\n` for every line end."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _error(code: str, message: str, span: Span, label: str = "", hint: str = "") -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, span, label, hint)


def _statements(chunks: Sequence[Chunk], found: Findings) -> Iterator[Any]:
    """The statements, None for each that has errors.

    After a line that ended too early no more is said of the next one if it opens no statement: it
    is what should have stood on the line before.
    """
    broken_off = False
    for chunk in chunks:
        if broken_off and chunk.tokens[0].type not in OPENING:
            yield None if _looks_like_statement(chunk) else _GOES_ON
            continue
        before = found.count
        node = _statement(chunk, found)
        yield node if found.count == before else None
        broken_off = found.count > before and found.diagnostics[-1].code == "E121"


def _statement(chunk: Chunk, found: Findings) -> Any:
    """One statement, or None; its errors go to `found`."""
    state = _parser().parse_interactive("").parser_state
    tokens = chunk.tokens
    last = tokens[-1]
    end = Token("$END", "", 0, last.end_line, last.end_column, last.end_line, last.end_column)
    saved: tuple[list[Any], list[Any]] | None = None
    reported: set[int] = set()
    block = _block_brace(chunk)
    k = 0
    while k < len(tokens):
        try:
            state.feed_token(tokens[k])
        except UnexpectedToken:
            _report(chunk, k, state, found, reported)
            following = _resume_after(chunk, k) if saved is not None else None
            if following is None or saved is None:
                return None
            state.state_stack[:], state.value_stack[:] = list(saved[0]), list(saved[1])
            k = following
            continue
        if k == block or tokens[k].type == "SEP" or _opens_step(chunk, k):
            saved = (list(state.state_stack), list(state.value_stack))
        k += 1
    try:
        node: s.Node = state.feed_token(end, True)
    except UnexpectedToken:
        tokens.append(end)
        _report(chunk, len(tokens) - 1, state, found, reported)
        return None
    return node if _shallow(node, len(tokens), found) else None


def _shallow(node: s.Node, tokens: int, found: Findings) -> bool:
    """True when a statement is not nested too deeply; every level takes a token."""
    deep = s.deeper_than(node, MAX_DEPTH) if tokens > MAX_DEPTH - 10 else None
    if deep is not None:
        label = f"more than {MAX_DEPTH} levels"
        found.add(_error("E115", "nested too deeply", deep.span, label))
    return deep is None


def _block_brace(chunk: Chunk) -> int | None:
    """Where the block of a statement opens: the first `{` of those that have a block."""
    blocks = ("SPACETIME", "CAUSAL", "VARIABLES", "DERIVE", "REWRITE", "MODEL", "QUANTUM")
    if chunk.tokens[0].type not in blocks:
        return None
    return next((k for k, t in enumerate(chunk.tokens) if t.type == "LBRACE"), None)


def _opens_step(chunk: Chunk, k: int) -> bool:
    derives = chunk.tokens[0].type == "DERIVE"
    return derives and chunk.tokens[k].type == "EQUAL" and k in chunk.first_on_line


def _resume_after(chunk: Chunk, k: int) -> int | None:
    for j in range(k, len(chunk.tokens)):
        if chunk.tokens[j].type == "SEP" or _opens_step(chunk, j):
            return j + 1
    return None


def _report(chunk: Chunk, k: int, state: Any, found: Findings, reported: set[int]) -> None:
    if found.full:
        found.count += 1
        return
    opener = _open_bracket(chunk, k)
    if opener is not None:
        if opener.start_pos not in reported:
            message = f"this `{opener}` is never closed"
            found.add(_error("E107", message, span_of(opener), "opened here"))
        # A bracket left open in a line makes those around it look open too.
        reported.add(opener.start_pos or 0)
        reported.update(o.token.start_pos or 0 for o in chunk.unclosed)
        return
    mistake: Mistake = explain(chunk, k, _accepted(state))
    found.add(
        _error(
            mistake.code,
            mistake.message,
            mistake.span or span_of(chunk.tokens[k]),
            mistake.label,
            mistake.hint,
        )
    )


def _open_bracket(chunk: Chunk, k: int) -> Token | None:
    """The bracket that was left open before the error at `k`, if that is what is wrong."""
    token = chunk.tokens[k]
    ends = token.type in ("RPAR", "RSQB", "RBRACE", "SEP", "$END")
    if not ends and k not in chunk.first_on_line:
        return None
    inner = None if ends else innermost(chunk, k)
    if inner is not None and inner != _block_brace(chunk):
        return chunk.tokens[inner]
    for opener in reversed(chunk.unclosed):
        if token.type == "$END" or (opener.token.start_pos or 0) < (token.start_pos or 0):
            return opener.token
    return None


def _accepted(state: Any) -> frozenset[str]:
    """The terminals that can really come next: LALR tables alone promise too much."""
    table: Mapping[Any, Any] = state.parse_conf.states
    candidates = [name for name in table[state.state_stack[-1]] if name == "$END" or name.isupper()]
    return frozenset(name for name in candidates if _would_accept(state, name))


def _would_accept(state: Any, terminal: str) -> bool:
    table, end = state.parse_conf.states, state.parse_conf.end_state
    stack = list(state.state_stack)
    while True:
        if terminal == "$END" and stack[-1] == end:
            return True
        found = table[stack[-1]].get(terminal)
        if found is None:
            return False
        action, rule = found
        if action is Shift:
            return True
        size = len(rule.expansion)
        if size:
            del stack[-size:]
        stack.append(table[stack[-1]][rule.origin.name][1])
