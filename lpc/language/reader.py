"""From text to the syntax tree, with every syntax error of the file in one run.

The parser is fed statement by statement. Inside a block it remembers its stacks after each
separator; at an error it goes back to them and on to the next line of the block.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from lpc.language import syntax as s
from lpc.language.builder import Builder, problems
from lpc.language.layout import Chunk, Layout, lay_out, span_of
from lpc.language.mistakes import Mistake, explain
from lpc.language.trivia import attach
from lpc.logic import Diagnostic, Severity, Span

MAX_ERRORS = 50
MAX_DEPTH = 100
MAX_CHARACTERS = 5_000_000


class _Trivia:
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
        grammar_text(), parser="lalr", lexer="basic", start="statement", transformer=Builder(),
        postlex=_Trivia(), keep_all_tokens=True, maybe_placeholders=False, cache=_cache_file(),
    )  # fmt: skip


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


def parse_tree(text: str, path: str = "<text>") -> tuple[s.File | None, tuple[Diagnostic, ...]]:
    """The syntax tree of a text, or None and what is wrong with it, in order of place."""
    text = plain(text)
    if len(text) > MAX_CHARACTERS:
        message = f"the file has {len(text)} characters, more than {MAX_CHARACTERS}"
        return None, (_error("E103", message, s.NOWHERE),)
    problems.found = []
    layout = lay_out(_parser().lex(text))
    if not layout.chunks:
        end = s.NOWHERE
        return None, (_error("E104", "nothing to check: the file has no statement", end),)
    found = _Errors(layout.diagnostics)
    statements = [_statement(chunk, found) for chunk in layout.chunks]
    for problem in problems.found:
        found.add(problem)
    if not found.diagnostics:
        return _finish([x for x in statements if x is not None], layout, text)
    return None, found.sorted()


def plain(text: str) -> str:
    """The text without a byte order mark and with `\\n` for every line end."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _finish(
    statements: Sequence[Any], layout: Layout, text: str
) -> tuple[s.File | None, tuple[Diagnostic, ...]]:
    errors = _Errors([])
    for statement in statements:
        node = s.deeper_than(statement, MAX_DEPTH)
        if node is not None:
            message = "nested too deeply"
            errors.add(_error("E115", message, node.span, f"more than {MAX_DEPTH} levels"))
    if errors.diagnostics:
        return None, errors.sorted()
    return attach(statements, layout.comments, text.split("\n")), ()


class _Errors:
    """Diagnostics up to a limit, and a count of all."""

    def __init__(self, first: Sequence[Diagnostic]) -> None:
        self.diagnostics = list(first[:MAX_ERRORS])
        self.count = len(first)

    @property
    def full(self) -> bool:
        return self.count >= MAX_ERRORS

    def add(self, diagnostic: Diagnostic) -> None:
        if not self.full:
            self.diagnostics.append(diagnostic)
        self.count += 1

    def sorted(self) -> tuple[Diagnostic, ...]:
        ordered = sorted(self.diagnostics, key=lambda d: (d.span.line, d.span.column))
        more = self.count - len(ordered)
        if more > 0:
            message = f"… and {more} more error{'s' if more > 1 else ''}"
            ordered.append(_error("E119", message, ordered[-1].span))
        return tuple(ordered)


def _error(code: str, message: str, span: Span, label: str = "", hint: str = "") -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, span, label, hint)


def _statement(chunk: Chunk, found: _Errors) -> Any:
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
        return state.feed_token(end, True)
    except UnexpectedToken:
        tokens.append(end)
        _report(chunk, len(tokens) - 1, state, found, reported)
        return None


def _block_brace(chunk: Chunk) -> int | None:
    """Where the block of a statement opens: the first `{` of those that have a block."""
    blocks = ("SPACETIME", "CAUSAL", "VARIABLES", "DERIVE", "REWRITE", "MODEL")
    if chunk.tokens[0].type not in blocks:
        return None
    return next((k for k, t in enumerate(chunk.tokens) if t.type == "LBRACE"), None)


def _opens_step(chunk: Chunk, k: int) -> bool:
    derives = chunk.tokens[0].type == "DERIVE"
    return derives and chunk.tokens[k].type == "EQUAL" and k in chunk.first_on_line


def _resume_after(chunk: Chunk, k: int) -> int | None:
    for j in range(k, len(chunk.tokens)):
        if chunk.tokens[j].type == "SEP" or (_opens_step(chunk, j) and j > k):
            return j + 1
    return None


def _report(chunk: Chunk, k: int, state: Any, found: _Errors, reported: set[int]) -> None:
    if found.full:
        found.count += 1
        return
    opener = next((o for o in reversed(chunk.unclosed) if _blamed(chunk, k, o)), None)
    if opener is not None:
        if id(opener) not in reported:
            reported.add(id(opener))
            message = f"this `{opener.token}` is never closed"
            found.add(_error("E107", message, span_of(opener.token), "opened here"))
        return
    mistake: Mistake = explain(chunk, k, _accepted(state))
    found.add(_error(mistake.code, mistake.message, mistake.span or span_of(chunk.tokens[k]),
                     mistake.label, mistake.hint))  # fmt: skip


def _blamed(chunk: Chunk, k: int, opener: Any) -> bool:
    """True when the error at `k` comes from a bracket left open before it."""
    token = chunk.tokens[k]
    after = (token.start_pos or 0) > (opener.token.start_pos or 0) or token.type == "$END"
    closes = token.type in ("RPAR", "RSQB", "RBRACE", "SEP", "$END") or k in chunk.first_on_line
    return after and closes


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
